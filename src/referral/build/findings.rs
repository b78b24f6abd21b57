//! What was computed of the ring: summary, gates, indicators, what speaks against it, method and limits. Not responsible
//! for computing any of it (`rings`, `indicators`, `explain`).
//!
//! Invariant: an indicator that only somebody raises who is not named is left out.

use super::{Sight, evidence, withholding::Withholding};
use crate::{
    explain::{
        self, RingReport,
        words::{capital, count, grouped},
    },
    indicators::RingAssessment,
    matching,
    model::{ApplicationId, Bits, Share},
    referral::{GateLine, IndicatorLine, Method, Thing},
};
use std::collections::{BTreeMap, BTreeSet};

/// What indicators say of the ring.
pub(super) struct Findings {
    pub indicators: Vec<IndicatorLine>,
    pub against: Vec<String>,
}

/// The ring in plain sentences, the verdict first.
pub(super) fn summary(
    sight: &Sight<'_>,
    assessment: &RingAssessment,
    things: &[Thing],
) -> Vec<String> {
    let (view, ring) = (sight.ground.view, sight.ring);
    let mut said = vec![explain::ring_sentence(&view.network, ring)];
    if !sight.is_whole() {
        said.push(format!(
            "{} of its {} members are named in this package; the others are counted as bystanders.",
            sight.named.len(),
            ring.members.len()
        ));
    }
    let reach = RingReport::of(assessment).reach;
    said.push(match sight.is_whole() {
        true => format!("{}.", capital(&reach)),
        false => format!("Of the whole ring: {reach}."),
    });
    if let Some(why) = &sight.overtaken {
        said.push(format!(
            "The case is not what two persons agreed on any more, so that this package is a draft: {why}."
        ));
    }
    let others: u32 = things.iter().map(|thing| thing.others).max().unwrap_or(0);
    if others > 0 {
        said.push(format!(
            "Some of what they share is used by others too, up to {} of one value; nothing here says that those have a part \
             in this.",
            count(others as usize, "other applicant", "other applicants")
        ));
    }
    said.push(
        "Names and contact data are as claimed. Whoever they belong to may be a victim of identity theft."
            .to_owned(),
    );
    said
}

/// The ring as indicators see it. O(applications × indicators) unless it is at hand.
pub(super) fn assessed(sight: &Sight<'_>) -> RingAssessment {
    sight.ground.engine.assess_ring(sight.ground.view, sight.ring)
}

/// What indicators say, most telling first, and what speaks against it.
pub(super) fn findings(
    sight: &Sight<'_>,
    assessment: &RingAssessment,
    withheld: &Withholding,
) -> Findings {
    let network = &sight.ground.view.network;
    let corpus = network.corpus();
    let named: BTreeMap<ApplicationId, usize> =
        sight.apps().map(|(no, app)| (corpus.id(app), no)).collect();
    let raisers: BTreeMap<&str, Vec<usize>> = assessment
        .signals
        .iter()
        .map(|signal| {
            let members = signal.members.iter().filter_map(|&at| sight.ring.members.get(at));
            let mut numbers: Vec<usize> = members.filter_map(|&m| sight.no(m)).collect();
            numbers.sort_unstable();
            (signal.indicator.id, numbers)
        })
        .collect();
    let report = RingReport::of(assessment);
    let mut indicators = Vec::new();
    for raised in &report.assessment.raised {
        let by = raised.application_id.as_ref();
        let own = by.and_then(|id| named.get(id));
        // One that is told by an application of somebody who is not named tells of them.
        if by.is_some() && own.is_none() {
            continue;
        }
        let identities = match (raised.members, raisers.get(raised.indicator_id)) {
            (Some(_), Some(numbers)) => numbers.clone(),
            _ => own.into_iter().copied().collect(),
        };
        if raised.members.is_some() && identities.is_empty() {
            continue;
        }
        indicators.push(IndicatorLine {
            id: raised.indicator_id.to_owned(),
            title: raised.title.to_owned(),
            topic: raised.topic.label().to_owned(),
            strength: raised.strength.name().to_owned(),
            bits: raised.bits,
            reason: withheld.struck(&raised.reason),
            values: raised
                .values
                .iter()
                .filter_map(|value| {
                    let said = of_named(sight, &named, &value.value)?;
                    Some((value.what.to_owned(), withheld.struck(&said)))
                })
                .collect(),
            innocent: raised.innocent.iter().map(|text| (*text).to_owned()).collect(),
            identities,
        });
    }
    let mut against: Vec<String> = report
        .assessment
        .exculpating
        .iter()
        .map(|line| format!("{} ({})", withheld.struck(&line.reason), line.effect))
        .collect();
    against.extend(contradictions(sight));
    if sight.ring.drop_one.as_ref().is_some_and(|drop| drop.remaining < Share::new(0.999)) {
        against.push(explain::firmness(network, sight.ring));
    }
    Findings { indicators, against }
}

/// A value without the applications of people who are not named, where it is a list of such; none where nothing is left.
fn of_named(
    sight: &Sight<'_>,
    named: &BTreeMap<ApplicationId, usize>,
    value: &str,
) -> Option<String> {
    let corpus = sight.ground.view.network.corpus();
    let is_told = |item: &&str| match item.parse::<ApplicationId>() {
        Ok(id) => corpus.find(&id).is_none() || named.contains_key(&id),
        Err(_) => true,
    };
    let kept: Vec<&str> = value.split(", ").filter(is_told).collect();
    (!kept.is_empty()).then(|| kept.join(", "))
}

/// How much of the evidence between named members contradicts.
fn contradictions(sight: &Sight<'_>) -> Option<String> {
    let network = &sight.ground.view.network;
    let named: BTreeSet<_> = sight.named.iter().collect();
    let mut features: BTreeMap<&str, usize> = BTreeMap::new();
    for &link in &sight.ring.links {
        let link = network.link(link);
        if !named.contains(&link.a) || !named.contains(&link.b) {
            continue;
        }
        for e in link.evidence.iter().filter(|e| e.bits < Bits::ZERO) {
            *features.entry(matching::feature(e.feature).label()).or_default() += 1;
        }
    }
    let said: Vec<String> = features
        .into_iter()
        .map(|(label, n)| format!("{} ({})", label, count(n, "link", "links")))
        .collect();
    (!said.is_empty()).then(|| format!("Comparisons that speak against links: {}", said.join(", ")))
}

/// The gates of the ring.
pub(super) fn gates(sight: &Sight<'_>) -> Vec<GateLine> {
    let line = |gate: &crate::model::Gate| GateLine {
        name: capital(&gate.name.replace('_', " ")),
        passed: gate.passed,
        detail: gate.detail.clone(),
    };
    sight.ring.gates.iter().map(line).collect()
}

/// Innocent explanations to check, for what is shared.
pub(super) fn explanations(sight: &Sight<'_>) -> Vec<String> {
    let found = explain::innocent(&sight.ground.view.network, &sight.ring.artefacts);
    found.into_iter().map(str::to_owned).collect()
}

/// How it was computed and what it cannot say.
pub(super) fn method(sight: &Sight<'_>, shown: usize, n_links: usize) -> Method {
    let view = sight.ground.view;
    let mut most: BTreeMap<&str, (String, Bits)> = BTreeMap::new();
    for artefact in &sight.ring.artefacts {
        let feature = matching::feature(artefact.feature);
        let about = artefact.family.label().to_owned();
        let known = most.entry(feature.label()).or_insert((about, artefact.bits));
        known.1 = known.1.max(artefact.bits);
    }
    let mut weights: Vec<(String, String, Bits)> =
        most.into_iter().map(|(label, (about, bits))| (label.to_owned(), about, bits)).collect();
    weights.sort_by(|a, b| (b.2, &a.0).cmp(&(a.2, &b.0)));
    let said =
        |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
    let how = said(&[
        "Every application is kept as it was received; names, phones, addresses and the like are brought into one form to be \
         compared, with the raw text beside it.",
        "Two applicants are compared by what they share. Each comparison is worth bits: the base-2 logarithm of how much \
         likelier it is of one hand than of two strangers (the weights of Fellegi and Sunter, 1969). One bit doubles the \
         odds.",
        "How likely strangers share a value is counted from all applications held: a value that many unrelated people use is \
         worth little, whatever it is.",
        "Names, origins and languages are worth nothing between different people. Similar names only tell whether \
         applications are one person's.",
        "A ring is a group of different claimed identities held together by such links. It has to pass the gates named in \
         this package, and it is shown what would remain without its most important shared value.",
        "Nothing here was decided by software. People judged, and their names and reasons are in this package.",
    ]);
    let mut limits = said(&[
        "It shows what applications have in common. It does not show who wrote them, nor where that person is.",
        "A shared value can have an innocent reason. Those known for its kind stand beside it.",
        "Applications that other employers hold are not in it.",
        "What is as claimed was not verified unless a check says so.",
    ]);
    if shown < n_links {
        limits.push(format!(
            "Of {} links between named identities the {} strongest are written out (at most {}).",
            grouped(n_links),
            grouped(shown),
            grouped(evidence::MOST)
        ));
    }
    Method {
        how,
        weights,
        limits,
        applications: view.network.corpus().len() as u64,
        applicants: view.network.applicants().len() as u64,
    }
}
