//! Indicators: on how many rings each is raised, what people's verdicts say of it, and which verdicts did not last. Not
//! responsible for muting a rule (`indicators::fairness`).
//!
//! Invariant: a rule that was raised or judged has a row; what counts for nothing is not judged and has none.

use crate::{
    explain::words::count,
    indicators::{
        self,
        fairness::{RulePrecision, raised_on},
    },
    model::{JudgementId, LineageKind, RingId, RingStatus, Verdict},
    reports::{
        ReportError,
        ground::Ground,
        section::{Line, Section, Table},
        sections::SectionKind,
        statistics::share,
        text::{Target, Text},
        wording,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "rules",
    title: "Indicators and verdicts",
    about: "On how many rings each indicator is raised, how many of those were confirmed and dismissed by people, and which \
            verdicts were withdrawn or reversed in the period. Verdicts are those of the whole store, whatever the report is \
            filtered by.",
    build,
};

/// Fewest verdicts of which a rate is told.
pub(super) const FEWEST: u64 = 5;

/// Lines at most.
const MOST: usize = 20;

/// What is known of one rule.
#[derive(Debug, Default, Clone, Copy)]
struct Rule {
    raised: u32,
    new: u32,
    confirmed: usize,
    dismissed: usize,
    /// Muted by verdicts.
    muted: bool,
    /// Switched off in the settings.
    off: bool,
}

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let rules = rules(ground);
    let (reversed, withdrawn) = (reversed(ground), withdrawn(ground));
    let raised = rules.values().filter(|rule| rule.raised > 0).count();
    let silent = rules.values().filter(|rule| rule.muted || rule.off).count();
    if rules.is_empty() && reversed.is_empty() && withdrawn.is_empty() {
        return Ok(Section::nothing(
            "No indicator is raised on any ring, and no verdict was withdrawn or reversed.",
        ));
    }
    let verdicts = match (withdrawn.len(), reversed.len()) {
        (0, 0) => "No verdict was withdrawn or reversed in the period.".to_owned(),
        (w, r) => format!(
            "In the period {} withdrawn and {} reversed.",
            count(w, "verdict was", "verdicts were"),
            count(r, "verdict", "verdicts")
        ),
    };
    let summary = format!(
        "{} raised on rings; {}. {verdicts}",
        count(raised, "indicator is", "indicators are"),
        match silent {
            0 => "none is muted".to_owned(),
            n => count(n, "is muted", "are muted"),
        }
    );
    let lines = reversed.into_iter().chain(withdrawn).collect();
    let section = Section { summary, tables: vec![table(&rules)], ..Section::default() };
    let n = u32::try_from(raised).unwrap_or(u32::MAX);
    Ok(Section { n, ..section.listing(lines, MOST) })
}

/// O(rings × rules).
fn rules(ground: &Ground<'_>) -> BTreeMap<&'static str, Rule> {
    let mut rules: BTreeMap<&'static str, Rule> = BTreeMap::new();
    for ring in ground.view.rings.iter().filter(|ring| ground.is_about(ring)) {
        let Some(assessment) = ground.assessed.get(&ring.id) else { continue };
        let is_new = is_born(ground, &ring.id);
        for id in raised_on(assessment) {
            let rule = rules.entry(id).or_default();
            rule.raised += 1;
            rule.new += u32::from(is_new);
        }
    }
    for said in ground.engine.rule_precision(ground.view).iter() {
        let RulePrecision { indicator_id, confirmed, dismissed, muted } = said.clone();
        let rule = rules.entry(indicator_id).or_default();
        (rule.confirmed, rule.dismissed, rule.muted) = (confirmed, dismissed, muted);
    }
    let off = &ground.engine.indicator_policy().muted;
    for indicator in indicators::all().filter(|indicator| off.contains(indicator.id)) {
        rules.entry(indicator.id).or_default().off = true;
    }
    rules
}

/// Whether a ring was born in the period.
fn is_born(ground: &Ground<'_>, ring: &RingId) -> bool {
    let events = ground.view.lineage.get(ring).unwrap_or_default();
    events.iter().any(|e| e.event.kind == LineageKind::Born && ground.period.has(e.seq))
}

fn table(rules: &BTreeMap<&'static str, Rule>) -> Table {
    let mut rows: Vec<(&&str, &Rule)> = rules.iter().collect();
    rows.sort_by_key(|(id, rule)| {
        (std::cmp::Reverse((rule.raised, rule.confirmed + rule.dismissed)), **id)
    });
    let title = |id: &str| indicators::all().find(|i| i.id == id).map_or("", |i| i.title);
    let row = |(id, rule): (&&str, &Rule)| {
        let cells = [
            title(id).to_owned(),
            (*id).to_owned(),
            rule.raised.to_string(),
            rule.new.to_string(),
            rule.confirmed.to_string(),
            rule.dismissed.to_string(),
            overturned(rule.dismissed, rule.confirmed + rule.dismissed),
            match (rule.off, rule.muted) {
                (true, _) => "off in the settings".to_owned(),
                (false, true) => "muted by verdicts".to_owned(),
                (false, false) => "at work".to_owned(),
            },
        ];
        cells.map(Text::plain).to_vec()
    };
    Table {
        caption: "Indicators raised on rings, and what people's verdicts say of them".to_owned(),
        head: [
            "Indicator",
            "Id",
            "Raised on rings",
            "Of those born in the period",
            "Confirmed",
            "Dismissed",
            "Overturned",
            "State",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: rows.into_iter().map(row).collect(),
        note: format!(
            "Overturned: dismissed of the decided, with the 95 % interval of Wilson; of fewer than {FEWEST} decided rings it is not \
             told. A ring counts for each indicator raised on it, so that a dismissal weighs on all of them. A muted indicator is \
             raised on no ring and counts for nothing."
        ),
    }
}

/// How many of the decided were dismissed, in words.
pub(super) fn overturned(dismissed: usize, decided: usize) -> String {
    let (dismissed, decided) = (dismissed as u64, decided as u64);
    match share(dismissed, decided) {
        None => "none decided".to_owned(),
        Some(_) if decided < FEWEST => "too few".to_owned(),
        Some(s) => {
            format!("{} ({})", wording::share(s.value), wording::range(s.interval, wording::share))
        }
    }
}

/// What a verdict says of a ring, as a decision; none for one that opens it again.
fn decision(status: RingStatus) -> Option<(bool, &'static str)> {
    match status {
        RingStatus::Open => None,
        RingStatus::Confirmed => Some((true, "confirmed")),
        RingStatus::Referred => Some((true, "referred")),
        RingStatus::Dismissed => Some((false, "dismissed")),
    }
}

/// Rings of which a verdict of the period says the opposite of the one before. O(judgements).
fn reversed(ground: &Ground<'_>) -> Vec<Line> {
    let mut last: BTreeMap<&RingId, (bool, &'static str)> = BTreeMap::new();
    let mut lines = Vec::new();
    for made in ground.view.decisions.iter() {
        let Verdict::Ring { ring, verdict } = &made.judgement.verdict else { continue };
        let Some(now) = decision(*verdict) else { continue };
        if let Some(before) = last.insert(ring, now)
            && before.0 != now.0
            && ground.period.has(made.seq)
        {
            lines.push(Line {
                at: Some(made.judgement.at),
                about: Some(Target::Ring(ring.clone())),
                text: Text::plain("Reversed: ")
                    .link(ring.to_string(), Target::Ring(ring.clone()))
                    .and(format!(" was {}, and is {} now.", before.1, now.1)),
                ..Line::default()
            });
        }
    }
    lines.reverse();
    lines
}

/// Verdicts that were withdrawn in the period, the latest first. O(judgements).
fn withdrawn(ground: &Ground<'_>) -> Vec<Line> {
    let mut seen: BTreeSet<&JudgementId> = BTreeSet::new();
    let mut lines = Vec::new();
    for made in ground.view.decisions.iter().rev() {
        let Some(back) = made.taken_back.as_ref().filter(|back| ground.period.has(back.seq)) else {
            continue;
        };
        if !seen.insert(&made.judgement.id) {
            continue;
        }
        let (about, what) = match &made.judgement.verdict {
            Verdict::Ring { ring, verdict } => {
                (Some(Target::Ring(ring.clone())), format!("that a ring is {}", verdict.name()))
            }
            Verdict::Pair { verdict, .. } => {
                (None, format!("that two applications are {}", verdict.name().replace('_', " ")))
            }
            Verdict::Value { attribute, verdict } => (
                Some(Target::Attribute(attribute.id())),
                format!(
                    "that a {} is {}",
                    attribute.kind.label(),
                    verdict.name().replace('_', " ")
                ),
            ),
        };
        lines.push(Line {
            at: Some(back.at),
            text: Text::plain(format!(
                "Withdrawn: the verdict of {} {what}.",
                made.judgement.at.day()
            )),
            about,
            ..Line::default()
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::{
        Sight,
        sections::fixture::{House, row, said},
    };

    fn judge(house: &House, verdict: RingStatus) {
        let ring = house.engine.view().rings[0].id.clone();
        house.engine.judge(Verdict::Ring { ring, verdict }, "ann", "MARKER").unwrap();
    }

    #[test]
    fn every_raised_rule_has_a_row_with_its_verdicts() {
        let house = House::with_a_ring();
        let view = house.engine.view();
        let assessed = house.engine.assess_rings(&view);
        let ids = raised_on(&assessed[&view.rings[0].id]);
        assert!(ids.len() >= 2, "too few rules prove little");
        judge(&house, RingStatus::Dismissed);
        let section = house.section("rules");
        assert_eq!((section.n as usize, section.tables[0].rows.len()), (ids.len(), ids.len()));
        for id in ids {
            let title = indicators::all().find(|i| i.id == id).unwrap().title;
            assert_eq!(row(&section, title)[1..], [id, "1", "1", "0", "1", "too few", "at work"]);
        }
        // Since the import nothing is new.
        let later = house.since(house.head(), "rules");
        assert!(later.tables[0].rows.iter().all(|row| row[3] == Text::plain("0")));
    }

    #[test]
    fn verdicts_that_did_not_last_are_told_once_and_in_their_period() {
        let house = House::with_a_ring();
        judge(&house, RingStatus::Confirmed);
        let since = house.head();
        judge(&house, RingStatus::Dismissed);
        let id = house.engine.view().judgements.last().unwrap().id.clone();
        let now = house.since(since, "rules");
        let text = said(&now, Sight::Full);
        assert_eq!(now.lines.len(), 1, "{text}");
        assert!(text.contains("was confirmed, and is dismissed now."), "{text}");
        let after = house.head();
        house.engine.withdraw(&id, "ben", "MARKER").unwrap();
        let then = house.since(after, "rules");
        let text = said(&then, Sight::Full);
        assert!(
            then.summary
                .ends_with("In the period 1 verdict was withdrawn and 0 verdicts reversed."),
            "{text}"
        );
        assert!(
            text.contains("that a ring is dismissed.")
                && !text.contains("MARKER")
                && !text.contains("ben"),
            "{text}"
        );
        assert_eq!(house.since(house.head(), "rules").lines.len(), 0);
    }

    #[test]
    fn a_rate_of_hardly_any_verdicts_is_not_told() {
        assert_eq!(overturned(0, 0), "none decided");
        assert_eq!(overturned(1, 4), "too few");
        assert_eq!(overturned(2, 10), "20 % (5.7 % to 51 %)");
    }

    #[test]
    fn a_store_without_rings_raises_nothing_and_says_so() {
        let section = House::empty().section("rules");
        assert!(section.tables.is_empty() && section.summary.starts_with("No indicator is raised"));
    }
}
