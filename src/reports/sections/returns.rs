//! Back after a rejection: members of rings who came under another identity after one was turned down, as far as that arose in
//! the period. Not responsible for when it counts as that (`matching`, `indicators::ring`).
//!
//! Somebody who applies again under their own name and people who live together are none. Rings that people dismissed are left
//! out, unless the filter asks for them.

use crate::{
    explain::words::count,
    indicators::{RingAssessment, State},
    matching::feature,
    model::{
        Agreement, AppIx, ApplicantIx, ApplicationId, Family, LineageKind, LinkIx, Ring, RingId,
        RingStatus,
    },
    reports::{
        Line, ReportError, Section, Target, Text,
        back::{is_new, returns},
        ground::Ground,
        sections::SectionKind,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "returns",
    title: "Back after a rejection",
    about: "Members of rings who applied under another identity after one was turned down, by links and by the indicator of \
            returns, as far as that arose in the period; dismissed rings are left out.",
    build,
};

/// Lines that are shown.
const MOST: usize = 50;

/// The indicator that sees returns too, and where it says which.
const INDICATOR: (&str, &str) = ("post-rejection-return", "applications");

/// A return that arose in the period.
struct Back<'a> {
    ring: &'a Ring,
    rejected: AppIx,
    after: AppIx,
    who: ApplicantIx,
    other: ApplicantIx,
    link: Option<LinkIx>,
}

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let merged = merged(ground);
    let mut all = Vec::new();
    for (ring, assessment) in ground.rings() {
        let is_wanted = ring.status != RingStatus::Dismissed
            || ground.filter.statuses.contains(&RingStatus::Dismissed);
        if is_wanted {
            all.extend(of_ring(ground, ring, &assessment, &merged)?);
        }
    }
    if all.is_empty() {
        return Ok(Section::nothing(
            "Nobody in a ring came back under another identity after a rejection in this period.",
        ));
    }
    let rings: BTreeSet<&RingId> = all.iter().map(|back| &back.ring.id).collect();
    let summary = format!(
        "{} under another identity after a rejection, in {}: each is a pair of applications, and somebody may be in several.",
        count(all.len(), "possible return", "possible returns"),
        count(rings.len(), "ring", "rings")
    );
    let lines: Vec<Line> = all.iter().take(MOST).map(|back| line(ground, back)).collect();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let more = number(all.len() - lines.len());
    Ok(Section { n: number(all.len()), summary, lines, more, ..Section::default() })
}

/// The rings that merged into each. O(rings that ever were).
fn merged<'a>(ground: &Ground<'a>) -> BTreeMap<&'a RingId, Vec<&'a RingId>> {
    let mut all: BTreeMap<&RingId, Vec<&RingId>> = BTreeMap::new();
    for (ring, events) in ground.view.lineage.iter() {
        let last = events.last().map(|recorded| &recorded.event);
        if let Some(into) =
            last.filter(|e| e.kind == LineageKind::Merged).and_then(|e| e.other.as_ref())
        {
            all.entry(into).or_default().push(ring);
        }
    }
    all
}

fn of_ring<'a>(
    ground: &Ground<'_>,
    ring: &'a Ring,
    assessment: &RingAssessment,
    merged: &BTreeMap<&RingId, Vec<&RingId>>,
) -> Result<Vec<Back<'a>>, ReportError> {
    let (view, since) = (ground.view, ground.since().seq);
    let corpus = view.network.corpus();
    let others = merged.get(&ring.id).into_iter().flatten().copied();
    let rings: Vec<&RingId> = std::iter::once(&ring.id).chain(others).collect();
    let mut seen: BTreeSet<(ApplicantIx, ApplicantIx)> = BTreeSet::new();
    let mut all = Vec::new();
    for back in returns(view, ring) {
        seen.insert((back.who, back.other));
        if is_new(ground.engine, view, &rings, &back, since)? {
            let (rejected, after, who, other) = (back.rejected, back.after, back.who, back.other);
            all.push(Back { ring, rejected, after, who, other, link: Some(back.link) });
        }
    }
    for (rejected, after) in told(assessment) {
        let came = [&rejected, &after].iter().any(|id| ground.period.arrived.contains_key(*id));
        let Some((rejected, after)) = corpus.find(&rejected).zip(corpus.find(&after)) else {
            continue;
        };
        let [who, other] = [rejected, after].map(|app| view.network.applicant_of(app));
        let are_members = [who, other].iter().all(|ix| ring.members.binary_search(ix).is_ok());
        if came && are_members && seen.insert((who, other)) {
            let link = view.network.link_between(who, other);
            all.push(Back { ring, rejected, after, who, other, link });
        }
    }
    Ok(all)
}

/// The pairs of applications that the indicator names.
fn told(assessment: &RingAssessment) -> Vec<(ApplicationId, ApplicationId)> {
    let Some(State::Raised { finding, .. }) = assessment.ring.state(INDICATOR.0) else {
        return Vec::new();
    };
    let values = finding.values.iter().filter(|(what, _)| *what == INDICATOR.1);
    let pairs = values.flat_map(|(_, text)| text.split("; "));
    let read = |pair: &str| {
        let (rejected, after) = pair.split_once(" then ")?;
        rejected.parse().ok().zip(after.parse().ok())
    };
    pairs.filter_map(read).collect()
}

fn line(ground: &Ground<'_>, back: &Back<'_>) -> Line {
    let network = &ground.view.network;
    let corpus = network.corpus();
    let [rejected, after] = [back.rejected, back.after].map(|app| corpus.id(app));
    let times = corpus.submitted(back.rejected).zip(corpus.submitted(back.after));
    let days = times.map_or_else(String::new, |(x, y)| {
        let days = y.seconds_since(x).max(0) / 86_400;
        let days = count(usize::try_from(days).unwrap_or(0), "day", "days");
        format!(", {days} after the application that was rejected")
    });
    let text = Text::from(ground.person(back.who))
        .and(format!(" (application {rejected}) was rejected; "))
        .with(ground.person(back.other))
        .and(format!(" (application {after}) applied{days}, in "))
        .with(ground.ring(back.ring))
        .and(".");
    let mut evidence = through(ground, back.link);
    let [a, b] = [back.who, back.other].map(|ix| network.applicant(ix).id.clone());
    let compare = Target::Page(format!("/compare?a={a}&b={b}"));
    evidence.push(Text::default().link("Compare the two", compare));
    Line {
        at: corpus.submitted(back.after),
        about: Some(Target::Ring(back.ring.id.clone())),
        text,
        evidence,
        innocent: vec![
            "A reapplication under a married name.".to_owned(),
            "A friend or relative who heard of the opening.".to_owned(),
            "Most applications are rejected, so that one soon before another says little by itself."
                .to_owned(),
        ],
        act: Some("The investigator compares the two before the next interview.".to_owned()),
    }
}

/// The strongest of what the two share.
fn through(ground: &Ground<'_>, link: Option<LinkIx>) -> Vec<Text> {
    let Some(link) = link else {
        return vec![Text::plain("Tied by others of the ring, not by a link of their own")];
    };
    let link = ground.view.network.link(link);
    let supports = link.evidence.iter().filter(|e| {
        e.agreement == Agreement::Supports && e.family != Family::Timing && e.bits.hundredths() > 0
    });
    let shown = supports.take(3).map(|e| {
        let label = Text::plain(feature(e.feature).label());
        match e.attribute {
            Some(ix) => label.and(": ").with(ground.value(ix)),
            None => label,
        }
    });
    let mut shown: Vec<Text> = shown.collect();
    if shown.is_empty() {
        shown.push(Text::plain("Tied by others of the ring, and by their times"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use crate::reports::{Sight, sections::trial::Trial};

    const HEAD: &str = "application_id,full_name,email,phone,device_id,bank_account_hash,submitted_at,role,outcome\n";

    fn ring(outcome: &str) -> String {
        format!(
            "{HEAD}A1,Ada Quill,ada@example.com,202-555-0101,dev-1,acc-1,2026-01-02,ML engineer,{outcome}\n\
             A2,Bruno Tarn,bruno@example.com,202-555-0101,dev-1,acc-1,2026-01-03,Data analyst,\n"
        )
    }

    #[test]
    fn who_comes_back_under_another_identity_is_told_in_the_period_in_which_that_arose() {
        let trial = Trial::new();
        trial.import(&ring("rejected"));
        assert_eq!(trial.section("returns", 0).n, 0, "nobody has come back");
        let seen = trial.head();
        trial.import(&format!(
            "{HEAD}A3,Cleo Okafor,cleo@example.com,202-555-0101,dev-1,acc-1,2026-01-20,ML engineer,\n\
             A4,Ada Quill,ada@example.com,202-555-0101,dev-1,acc-1,2026-01-21,ML engineer,\n"
        ));
        let section = trial.section("returns", seen);
        assert_eq!(section.n, 1, "{section:#?}");
        let said = section.lines[0].text.said(Sight::Full);
        assert!(
            said.contains("Ada Quill") && said.contains("Cleo Okafor") && said.contains("18 days"),
            "{said}"
        );
        let counts = serde_json::to_string(
            &section.lines[0].evidence.iter().map(|t| t.said(Sight::Counts)).collect::<Vec<_>>(),
        );
        assert!(!counts.unwrap().contains("acc-1"));
        let later = trial.head();
        trial.import(&format!(
            "{HEAD}B1,Fenna Lindqvist,fenna@example.org,202-555-0199,dev-9,acc-9,2026-02-01,ML engineer,\n"
        ));
        let quiet = trial.section("returns", later);
        assert_eq!((quiet.n, quiet.lines.len()), (0, 0), "{quiet:#?}");
    }

    #[test]
    fn a_rejection_that_becomes_known_later_is_a_return_then() {
        let trial = Trial::new();
        trial.import(&format!(
            "{}A3,Cleo Okafor,cleo@example.com,202-555-0101,dev-1,acc-1,2026-01-20,ML engineer,\n",
            ring("")
        ));
        let seen = trial.head();
        assert_eq!(trial.section("returns", 0).n, 0);
        trial.import(&ring("rejected"));
        assert_eq!(trial.section("returns", seen).n, 1);
        assert_eq!(trial.section_of("returns", seen, "status=confirmed").n, 0);
    }
}
