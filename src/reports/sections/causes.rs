//! What a change of a ring came from, beside what its applications have in common: judgements, withdrawn imports, erasures,
//! the policy, and the values that held what is no more. Not responsible for the change (`reports::lineage`).
//!
//! Invariant: every cause is said or counted; who was judged is told as somebody, so that it is left out for whoever sees
//! counts alone.

use crate::{
    explain::words::{count, inside},
    model::{JudgementId, LineageKind, PairVerdict, Seq, ValueVerdict, Verdict},
    reports::{
        ground::Ground,
        lineage::Change,
        text::{Part, Target, Text},
    },
};

/// Causes of one sort that are told one by one.
const NAMED: usize = 3;

/// Through what a change came, one phrase each.
pub fn causes(ground: &Ground<'_>, change: &Change<'_>) -> Vec<Text> {
    let (through, mut texts) = (&change.through, Vec::new());
    for (seq, id) in through.judgements.iter().take(NAMED) {
        texts.push(judgement(ground, *seq, id));
    }
    let more = through.judgements.len().saturating_sub(NAMED);
    if more > 0 {
        texts.push(count(more, "further judgement", "further judgements").into());
    }
    for id in through.imports.iter().take(NAMED) {
        let text = match ground.view.import(id) {
            Some(record) => format!("an import of {} was withdrawn", record.started.day()),
            None => "an import was withdrawn".to_owned(),
        };
        texts.push(Text::default().link(text, Target::Page("/import".to_owned())));
    }
    let more = through.imports.len().saturating_sub(NAMED);
    if more > 0 {
        texts.push(count(more, "further withdrawn import", "further withdrawn imports").into());
    }
    if !through.erasures.is_empty() {
        let n = through.erasures.len();
        let text = format!("{} was carried out", count(n, "erasure", "erasures"));
        texts.push(if n == 1 { text } else { text.replace(" was ", " were ") }.into());
    }
    if through.policy {
        let to = Target::Page("/policy".to_owned());
        texts.push(Text::default().link("the policy changed", to));
    }
    if matches!(change.kind, LineageKind::Shrank | LineageKind::Dissolved) {
        texts.extend(held(ground, change));
    }
    texts
}

/// A judgement, made or withdrawn.
fn judgement(ground: &Ground<'_>, seq: Seq, id: &JudgementId) -> Text {
    let Some(decision) = ground.view.decisions.find(id) else {
        return "a judgement".into();
    };
    let (corpus, network) = (ground.view.network.corpus(), &ground.view.network);
    let back = decision.taken_back.as_ref().filter(|back| back.seq <= seq);
    let (day, done) = match back {
        Some(back) => (back.at.day(), "no longer judged"),
        None => (decision.judgement.at.day(), "judged"),
    };
    let to = Target::Page(format!("/judgements#{id}"));
    let text = Text::default().link(format!("judgement of {day}"), to).and(": ");
    match &decision.judgement.verdict {
        Verdict::Pair { a, b, verdict } => {
            let name = |id| match corpus.find(id) {
                Some(app) => ground.person(network.applicant_of(app)),
                None => Part::Plain("somebody who is gone".to_owned()),
            };
            let said = match verdict {
                PairVerdict::Same => "one person",
                PairVerdict::Different => "two persons",
                PairVerdict::Linked => "linked",
                PairVerdict::NotLinked => "not linked",
            };
            text.with(name(a)).and(" and ").with(name(b)).and(format!(" are {done} {said}"))
        }
        Verdict::Value { attribute, verdict } => {
            let value = match corpus.index_of(attribute) {
                Some(ix) => ground.value(ix),
                None => Part::value(attribute),
            };
            let said = match verdict {
                ValueVerdict::Common => "common",
                ValueVerdict::KnownBad => "known bad",
            };
            let kind = inside(attribute.kind.label());
            text.and(format!("the {kind} ")).with(value).and(format!(" is {done} {said}"))
        }
        Verdict::Ring { ring, .. } => text.link(format!("ring {ring}"), Target::Ring(ring.clone())),
    }
}

/// Values that held what is no more, where it was evidence that told.
fn held(ground: &Ground<'_>, change: &Change<'_>) -> Vec<Text> {
    let corpus = ground.view.network.corpus();
    let known = change.through.attributes.iter().filter_map(|id| corpus.find_attribute(id));
    let mut texts: Vec<Text> = known
        .take(NAMED)
        .map(|ix| {
            Text::plain(format!("the {} ", inside(corpus.kind(ix).label()))).with(ground.value(ix))
        })
        .collect();
    if texts.is_empty() && change.through.is_evidence() {
        texts.push(
            "new applications, which show that what was shared is shared by others too".into(),
        );
    }
    texts
}
