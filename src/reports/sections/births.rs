//! New rings: those that were not there when the period began and never had been. Not responsible for rings that came back,
//! or that came out of others (`lineage`).
//!
//! Invariant: the first to be looked at is in front; a ring that was born and grew in the period is told once, as it is now.

use crate::{
    explain::{ring_sentence, words::count},
    indicators::{Band, RingAssessment},
    model::{LineageKind, Moment, Ring, RingId, RingStatus},
    reports::{
        ReportError,
        ground::Ground,
        lineage::Net,
        section::{Line, Section},
        sections::{
            SectionKind,
            holds::{self, News},
        },
        text::{Target, Text},
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "births",
    title: "New rings",
    about: "Rings that were born in the period and are there at its end, as they are then: what holds them, what would explain it innocently, who has to act. Those that were born and are gone again are counted. A ring that came out of another one, or came back, is under what became of rings.",
    build,
};

/// Most rings that are listed.
const MOST: usize = 50;

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let net = Net::of(&ground.view.lineage, ground.period.since.seq, ground.period.until.seq);
    let born: BTreeMap<&RingId, Option<Moment>> = net
        .of_kind(LineageKind::Born)
        .map(|change| (change.ring.ring, change.events.first().map(|first| first.at)))
        .collect();
    let rings: Vec<_> = ground.rings().filter(|(ring, _)| born.contains_key(&ring.id)).collect();
    let mut summary = match rings.len() {
        0 if ground.filter.is_all() => "No ring was born in this period.".to_owned(),
        0 => "No ring that this report is about was born in this period.".to_owned(),
        n => {
            let people: usize = rings.iter().map(|(ring, _)| ring.identities as usize).sum();
            format!(
                "{} born, of {} in all{}.",
                count(n, "ring was", "rings were"),
                count(people, "claimed identity", "claimed identities"),
                urgent(rings.iter().filter(|(_, a)| a.band() == Band::Urgent).count())
            )
        }
    };
    if net.passing > 0 {
        let passing = count(net.passing as usize, "other ring was", "other rings were");
        summary.push_str(&format!(" {passing} there between only."));
    }
    let line = |(ring, assessment): &(&Ring, Arc<RingAssessment>)| Line {
        at: born.get(&ring.id).copied().flatten(),
        ..line(ground, ring, assessment)
    };
    let lines = rings.iter().map(line).collect();
    Ok(Section { summary, ..Section::default() }.listing(lines, MOST))
}

fn urgent(n: usize) -> String {
    match n {
        0 => String::new(),
        1 => "; one of them is urgent".to_owned(),
        n => format!("; {n} of them are urgent"),
    }
}

fn line(ground: &Ground<'_>, ring: &Ring, assessment: &RingAssessment) -> Line {
    let stands = match (ring.status, assessment.band()) {
        (RingStatus::Open, Band::None) => String::new(),
        (RingStatus::Open, band) => format!(" Band: {band}."),
        (status, band) => format!(" Band: {band}. It is {} already.", status.name()),
    };
    let sentence = ring_sentence(&ground.view.network, ring);
    Line {
        at: None,
        about: Some(Target::Ring(ring.id.clone())),
        text: Text::default()
            .with(ground.ring(ring))
            .and(format!(": {}{stands}", sentence.trim_end())),
        evidence: holds::shared(ground, ring, |_| true),
        innocent: holds::innocently(ground, ring, |_| true),
        act: holds::act(ground, ring, Some(assessment), News::Gained),
    }
}
