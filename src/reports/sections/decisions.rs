//! What needs a decision: rings in a band that asks for one, and cases that are due, wait for a second person, or rest on what
//! is no more. Not responsible for deciding, nor for who somebody is (`casework`).
//!
//! Invariant: each case is there once, for the first of its reasons; what a ring is suspected of comes with what would explain
//! it innocently, and names nobody outside of parts that say so.

use crate::{
    casework::{Follower, Ground as Rules, Permission},
    explain::{
        innocent, ring_sentence,
        words::{capital, count, inside, list},
    },
    indicators::{Band, RingAssessment, Signal, State},
    matching::feature,
    model::{
        Bits, Case, CaseEvent, CaseStatus, Day, PairVerdict, Ring, RingId, RingStatus,
        ValueVerdict, Verdict,
    },
    reports::{
        ReportError,
        calendar::Calendar,
        ground::Ground,
        section::{Line, Section, Table},
        sections::SectionKind,
        text::{Target, Text},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "decisions",
    title: "Needs a decision today",
    about: "Rings without a verdict that are to be verified, and open cases that are due, wait for a second person, are ready \
            for referral, or whose status no longer holds; and what was decided in the period.",
    build,
};

/// Lines at most.
const MOST: usize = 30;

/// What waits, the most pressing first.
enum Waiting<'g> {
    /// A ring of which somebody is about to get in.
    Urgent(&'g Ring, Arc<RingAssessment>),
    /// A case whose day has come, so many days ago.
    Due(&'g Case, Day, i32),
    /// A case of which a referral is proposed.
    Proposed(&'g Case),
    /// A case whose status no longer holds.
    Overtaken(&'g Case),
    /// A case that two persons agreed to refer, of which no referral stands.
    Ready(&'g Case),
    /// A ring that a person should verify.
    Verify(&'g Ring, Arc<RingAssessment>),
}

impl Waiting<'_> {
    fn rank(&self) -> (u8, i32) {
        match self {
            Self::Urgent(..) => (0, 0),
            Self::Due(_, _, late) => (1, -late),
            Self::Proposed(_) => (2, 0),
            Self::Overtaken(_) => (3, 0),
            Self::Ready(_) => (4, 0),
            Self::Verify(..) => (5, 0),
        }
    }
}

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let follower = Follower::new(ground.view);
    let mut waiting: Vec<Waiting<'_>> = Vec::new();
    for (ring, assessment) in ground.rings().filter(|(ring, _)| ring.status == RingStatus::Open) {
        match assessment.band() {
            Band::Urgent => waiting.push(Waiting::Urgent(ring, assessment)),
            Band::Verify => waiting.push(Waiting::Verify(ring, assessment)),
            Band::Note | Band::None => {}
        }
    }
    let mut worked: BTreeMap<RingId, &Case> = BTreeMap::new();
    waiting.extend(cases(ground, &follower, &mut worked));
    // Stable: rings stay in the order of the queue, cases in that of their ids.
    waiting.sort_by_key(Waiting::rank);
    let lines = waiting.iter().take(MOST).map(|one| line(ground, &follower, &worked, one));
    let lines: Vec<Line> = lines.collect();
    let decided = decided(ground);
    let section = Section {
        summary: summary(&waiting, &decided),
        tables: table(&decided).into_iter().collect(),
        ..Section::default()
    };
    Ok(section.showing(lines, waiting.len()))
}

/// The open cases that wait, and which rings cases cover.
fn cases<'g>(
    ground: &Ground<'g>,
    follower: &Follower<'g>,
    worked: &mut BTreeMap<RingId, &'g Case>,
) -> Vec<Waiting<'g>> {
    let today = Calendar::of(&ground.zone, ground.now())
        .and_then(|calendar| calendar.today().to_string().parse::<Day>().ok());
    let rules = Rules { view: ground.view, cases: ground.cases, follower, attachments: None };
    let mut found = Vec::new();
    for case in ground.cases.iter().filter(|case| case.is_open()) {
        let reach = follower.reach(case);
        for covered in &reach.covered {
            let _ = worked.entry(covered.ring.id.clone()).or_insert(case);
        }
        let is_about = ground.filter.is_all()
            || reach.covered.iter().any(|covered| ground.is_about(covered.ring));
        if !is_about {
            continue;
        }
        let late = case.due.zip(today).map(|(due, today)| (due, today.days_since(due)));
        let referred = || {
            let referrals = ground.cases.referrals().iter().filter(|record| record.stands());
            referrals.into_iter().any(|record| record.referral.case.as_ref() == Some(&case.id))
        };
        found.push(match late {
            Some((due, late)) if late >= 0 => Waiting::Due(case, due, late),
            _ if case.proposal.is_some() => Waiting::Proposed(case),
            _ if rules.overtaken(case).is_some() => Waiting::Overtaken(case),
            _ if case.status == CaseStatus::ReferralReady && !referred() => Waiting::Ready(case),
            _ => continue,
        });
    }
    found
}

fn line(
    ground: &Ground<'_>,
    follower: &Follower<'_>,
    worked: &BTreeMap<RingId, &Case>,
    waiting: &Waiting<'_>,
) -> Line {
    let investigator = Permission::Judge.least().with_article();
    let supervisor = Permission::Refer.least().with_article();
    let assigned = |case: &Case| match &case.assignee {
        Some(_) => "Whoever the case is assigned to".to_owned(),
        None => format!("Nobody has it: {supervisor} assigns it, and whoever gets it"),
    };
    match waiting {
        Waiting::Urgent(ring, assessment) => {
            of_ring(ground, worked, ring, assessment, "verify first, before anything else goes on")
        }
        Waiting::Verify(ring, assessment) => {
            of_ring(ground, worked, ring, assessment, "to be verified")
        }
        Waiting::Due(case, due, late) => {
            let said = match late {
                0 => format!("is due today ({due})"),
                1 => format!("is overdue by 1 day ({due})"),
                n => format!("is overdue by {n} days ({due})"),
            };
            of_case(
                ground,
                follower,
                case,
                &said,
                format!("{} finishes it or sets another day.", assigned(case)),
            )
        }
        Waiting::Proposed(case) => {
            let said = "waits for a second person: a referral is proposed";
            let act =
                format!("{} other than the proposer agrees or declines.", capital(supervisor));
            of_case(ground, follower, case, said, act)
        }
        Waiting::Overtaken(case) => {
            let said = "has a status that no longer rests on what it rested on";
            of_case(ground, follower, case, said, format!("{} looks at it again.", assigned(case)))
        }
        Waiting::Ready(case) => {
            let said = "is ready for referral, and no referral of it stands";
            let act = format!(
                "{} makes the referral, or {investigator} says why not.",
                capital(supervisor)
            );
            of_case(ground, follower, case, said, act)
        }
    }
}

fn of_ring(
    ground: &Ground<'_>,
    worked: &BTreeMap<RingId, &Case>,
    ring: &Ring,
    assessment: &RingAssessment,
    said: &str,
) -> Line {
    let network = &ground.view.network;
    let mut evidence = Vec::new();
    // One address may be the home of some and the delivery point of others, and is told once.
    let mut told = BTreeSet::new();
    let artefacts = ring.artefacts.iter();
    let different = artefacts
        .filter(|a| told.insert((a.attribute, a.attribute.is_none().then_some(a.feature.0))));
    for artefact in different.take(3) {
        let members = (artefact.members.len(), ring.members.len());
        let text = Text::plain(format!("{} of {} members share ", members.0, members.1));
        evidence.push(match artefact.attribute {
            Some(ix) => {
                let kind = network.corpus().kind(ix).label();
                text.and(format!("the {kind} ")).with(ground.value(ix))
            }
            None => text.and(format!("one thing: {}", inside(feature(artefact.feature).label()))),
        });
    }
    evidence.extend(strongest(assessment).map(Text::plain));
    if assessment.advanced > 0 {
        let members = count(assessment.advanced, "member", "members");
        let text = format!(
            "{members} at an offer or beyond; the farthest is {}",
            assessment.reach.label()
        );
        evidence.push(Text::plain(text));
    }
    evidence.extend(assessment.ring.held.map(Text::plain));
    let case = worked.get(&ring.id);
    if let Some(case) = case {
        let words = case.id.to_string();
        evidence.push(Text::plain("worked on in case ").link(words, Target::Case(case.id.clone())));
    }
    let act = match case {
        Some(_) => {
            "Whoever works on its case judges the ring: confirm it, or dismiss it with the reason."
                .to_owned()
        }
        None => {
            let who = capital(Permission::Judge.least().with_article());
            format!("{who} judges it: confirm it, dismiss it with the reason, or open a case.")
        }
    };
    Line {
        at: ring.last_seen,
        about: Some(Target::Ring(ring.id.clone())),
        text: Text::from(ground.ring(ring))
            .and(format!(", {said}: {}", ring_sentence(network, ring))),
        evidence,
        innocent: innocents(ground, ring),
        act: Some(act),
    }
}

/// What an indicator that is worth most says, by its title.
fn strongest(assessment: &RingAssessment) -> Option<String> {
    let own = assessment.ring.rows.iter().filter_map(|row| match &row.state {
        State::Raised { bits, .. } => Some((*bits, row.indicator, None)),
        _ => None,
    });
    let members = |signal: &Signal| Some(signal.members.len());
    let signals = assessment.signals.iter().map(|s| (s.bits, s.indicator, members(s)));
    let all = own.chain(signals).filter(|(bits, ..)| *bits > Bits::ZERO);
    let (_, indicator, members) =
        all.max_by_key(|(bits, indicator, _)| (*bits, std::cmp::Reverse(indicator.id)))?;
    let title = inside(indicator.title);
    Some(match members {
        Some(n) => format!("{title}: {n} of {} members", assessment.members.len()),
        None => title,
    })
}

fn innocents(ground: &Ground<'_>, ring: &Ring) -> Vec<String> {
    let found = innocent(&ground.view.network, ring.artefacts.iter().take(5));
    found.into_iter().take(2).map(str::to_owned).collect()
}

fn of_case(
    ground: &Ground<'_>,
    follower: &Follower<'_>,
    case: &Case,
    said: &str,
    act: String,
) -> Line {
    let reach = follower.reach(case);
    let mut evidence = Vec::new();
    for covered in reach.covered.iter().take(2) {
        let sentence = ring_sentence(&ground.view.network, covered.ring);
        evidence.push(Text::from(ground.ring(covered.ring)).and(format!(": {sentence}")));
    }
    let last = case.last().map(|entry| entry.at);
    if let Some(at) = last {
        evidence.push(Text::plain(format!("last changed on {}", at.day())));
    }
    let innocent = reach.covered.first().map(|covered| innocents(ground, covered.ring));
    Line {
        at: last,
        about: Some(Target::Case(case.id.clone())),
        text: Text::plain("Case ")
            .link(case.id.to_string(), Target::Case(case.id.clone()))
            .and(format!(" ({}) {said}.", case.status.label())),
        evidence,
        innocent: innocent.unwrap_or_default(),
        act: Some(act),
    }
}

/// What was decided in the period, each with how often, in a fixed order.
fn decided(ground: &Ground<'_>) -> Vec<(&'static str, usize)> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut add = |what| *counts.entry(what).or_default() += 1;
    for decision in ground.view.decisions.iter() {
        if ground.period.has(decision.seq) {
            add(match &decision.judgement.verdict {
                Verdict::Ring { verdict, .. } => match verdict {
                    RingStatus::Confirmed => ORDER[0],
                    RingStatus::Dismissed => ORDER[1],
                    RingStatus::Referred => ORDER[2],
                    RingStatus::Open => ORDER[3],
                },
                Verdict::Pair { verdict: PairVerdict::Linked | PairVerdict::Same, .. } => ORDER[4],
                Verdict::Pair { .. } => ORDER[5],
                Verdict::Value { verdict: ValueVerdict::Common, .. } => ORDER[6],
                Verdict::Value { verdict: ValueVerdict::KnownBad, .. } => ORDER[7],
            });
        }
        if decision.taken_back.as_ref().is_some_and(|back| ground.period.has(back.seq)) {
            add(ORDER[8]);
        }
    }
    for case in ground.cases.iter() {
        for entry in case.history.iter().filter(|entry| ground.period.has(entry.seq)) {
            match &entry.event {
                CaseEvent::Opened { .. } => add(ORDER[9]),
                CaseEvent::StatusSet { status: CaseStatus::Closed, .. } => add(ORDER[10]),
                _ => {}
            }
        }
    }
    let referrals = ground.cases.referrals().iter().filter(|r| ground.period.has(r.seq));
    referrals.for_each(|_| add(ORDER[11]));
    ORDER.iter().filter_map(|what| Some((*what, *counts.get(what)?))).collect()
}

/// What can be decided, as the table has it.
const ORDER: [&str; 12] = [
    "rings confirmed",
    "rings dismissed",
    "rings marked as referred",
    "rings opened again",
    "pairs judged linked or one person",
    "pairs judged not linked or two persons",
    "values judged common",
    "values judged known bad",
    "judgements withdrawn",
    "cases opened",
    "cases closed",
    "referrals made",
];

fn table(decided: &[(&'static str, usize)]) -> Option<Table> {
    let rows = decided.iter().map(|(what, n)| vec![Text::plain(*what), Text::plain(n.to_string())]);
    (!decided.is_empty()).then(|| Table {
        caption: "Decided in the period".to_owned(),
        head: vec!["What".to_owned(), "How often".to_owned()],
        rows: rows.collect(),
        note: "Counted over the whole store, whatever the report is filtered by.".to_owned(),
    })
}

fn summary(waiting: &[Waiting<'_>], decided: &[(&'static str, usize)]) -> String {
    let n = |is: fn(&Waiting<'_>) -> bool| waiting.iter().filter(|one| is(one)).count();
    let said: Vec<String> = [
        (n(|w| matches!(w, Waiting::Urgent(..))), "ring to verify first", "rings to verify first"),
        (n(|w| matches!(w, Waiting::Verify(..))), "ring to verify", "rings to verify"),
        (n(|w| matches!(w, Waiting::Due(..))), "case due", "cases due"),
        (
            n(|w| matches!(w, Waiting::Proposed(_))),
            "case awaiting a second person",
            "cases awaiting a second person",
        ),
        (
            n(|w| matches!(w, Waiting::Overtaken(_))),
            "case whose status no longer holds",
            "cases whose status no longer holds",
        ),
        (
            n(|w| matches!(w, Waiting::Ready(_))),
            "case ready for referral",
            "cases ready for referral",
        ),
    ]
    .into_iter()
    .filter(|(n, ..)| *n > 0)
    .map(|(n, one, several)| count(n, one, several))
    .collect();
    let first = match said.is_empty() {
        true => "Nothing needs a decision today.".to_owned(),
        false => format!("{}.", list(&said)),
    };
    // Opening a case begins work and decides nothing.
    let was: usize = decided.iter().filter(|(what, _)| *what != ORDER[9]).map(|(_, n)| n).sum();
    match was {
        0 => format!("{first} Nothing was decided in this period."),
        n => format!(
            "{first} {} in this period.",
            count(n, "decision was recorded", "decisions were recorded")
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        model::{CaseEvent, CaseSubject, RingStatus, Verdict},
        reports::{
            Sight, Target,
            sections::fixture::{House, NOW, said},
        },
    };

    #[test]
    fn rings_to_verify_and_cases_that_are_due_come_with_reasons_and_who_must_act() {
        let house = House::with_a_ring();
        let first = house.section("decisions");
        assert_eq!((first.n, first.more), (1, 0), "{first:#?}");
        assert!(
            first.summary.starts_with("1 ring to verify. Nothing was decided"),
            "{}",
            first.summary
        );
        let line = &first.lines[0];
        let ring = house.engine.view().rings[0].id.clone();
        assert_eq!(line.about, Some(Target::Ring(ring.clone())));
        assert!(line.text.said(Sight::Counts).contains("4 claimed identities share"), "{line:#?}");
        assert!(!line.innocent.is_empty());
        assert!(line.act.as_ref().is_some_and(|act| act.starts_with("An investigator judges it")));

        let case =
            house.engine.open_case(CaseSubject::Ring(ring.clone()), "Title MARKER", "ann").unwrap();
        let version = house.engine.cases().get(&case).unwrap().version;
        let due = "2026-06-08".parse().unwrap();
        let due = CaseEvent::DueSet { due: Some(due) };
        house.engine.change_case(&case, version, due, "ann").unwrap();
        let then = house.section("decisions");
        assert_eq!(then.n, 2);
        assert_eq!(then.lines[0].about, Some(Target::Case(case.clone())));
        let text = said(&then, Sight::Full);
        assert!(text.contains("is overdue by 2 days (2026-06-08)"), "{NOW}: {text}");
        assert!(!text.contains("MARKER") && !text.contains("ann"), "{text}");
        assert!(text.contains(&format!("worked on in case {case}")), "{text}");

        let verdict = Verdict::Ring { ring, verdict: RingStatus::Dismissed };
        house.engine.judge(verdict, "ben", "one household").unwrap();
        let last = house.section("decisions");
        assert_eq!(last.n, 1, "a verdict was given, the case is still due");
        assert!(last.summary.contains("1 decision was recorded"), "{}", last.summary);
    }

    #[test]
    fn a_store_without_rings_needs_no_decision_and_says_so() {
        let section = House::empty().section("decisions");
        assert_eq!((section.n, section.lines.len(), section.tables.len()), (0, 0, 0));
        assert_eq!(
            section.summary,
            "Nothing needs a decision today. Nothing was decided in this period."
        );
    }

    #[test]
    fn who_sees_counts_alone_gets_no_value() {
        let section = House::with_a_ring().section("decisions");
        let counts = said(&section, Sight::Counts);
        for secret in ["555", "dev-7f3a", "Dock", "Quill"] {
            assert!(!counts.contains(secret), "{secret}: {counts}");
        }
        assert!(said(&section, Sight::Full).contains("dev-7f3a"));
    }
}
