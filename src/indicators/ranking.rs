//! What is known of a ring beside its links, and where that puts it in the queue: its own indicators, those that several of
//! its members raise, how far it got, how it grows. Not responsible for what holds it together (`rings`).
//!
//! Invariant: the parts add up to the rank; a ring's links are one topic among others and count up to the cap; what a single
//! member raises counts for that member alone.

use crate::{
    indicators::{
        Assessment, Band, Compute, EXCULPATING, Effect, Exculpated, Indicator, IndicatorPolicy,
        Missing, RING, Reach, RingCase, Row, State, Ties, Topic, assess, combine,
    },
    model::{Bits, Family},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An indicator of applications that several members of a ring raise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// The indicator.
    pub indicator: &'static Indicator,
    /// The members who raise it, by their places.
    pub members: Vec<usize>,
    /// What it is worth, once for the ring.
    pub bits: Bits,
}

/// Where a ring stands, and of what that is made, in bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Rank {
    /// The ring's score, up to `evidence_cap`.
    pub evidence: Bits,
    /// Indicators, topic by topic.
    pub indicators: Bits,
    /// How far its members got.
    pub reach: Bits,
    /// Whether it grows.
    pub growth: Bits,
    /// All of these.
    pub total: Bits,
}

/// What is known of a ring beside its links.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RingAssessment {
    /// The ring as a whole. Its topics include what several members raise, and its links.
    pub ring: Assessment,
    /// What several members raise, most members first.
    pub signals: Vec<Signal>,
    /// Each member by itself, in the order of the members.
    pub members: Vec<Assessment>,
    /// How far the farthest member got.
    pub reach: Reach,
    /// Members at an offer or beyond.
    pub advanced: usize,
    /// Identities that came in the thirty days before the last application.
    pub recent: usize,
    /// Where it stands.
    pub rank: Rank,
}

impl RingAssessment {
    /// What it amounts to.
    #[must_use]
    pub fn band(&self) -> Band {
        self.ring.band
    }

    /// What sorts rings, the first to be looked at being the greatest.
    #[must_use]
    pub fn order(&self) -> (Band, Bits) {
        (self.band(), self.rank.total)
    }
}

/// Seconds of thirty days.
const MONTH: i64 = 30 * 86_400;

/// Assesses a ring of this score. `ties` has an entry for each member. O(members × applications × indicators).
#[must_use]
pub fn rank(case: &RingCase<'_>, score: Bits, ties: &[Ties]) -> RingAssessment {
    let context = case.context;
    let members: Vec<Assessment> = case
        .members
        .iter()
        .enumerate()
        .map(|(place, dossier)| {
            assess(dossier, ties.get(place).unwrap_or(&Ties::default()), context)
        })
        .collect();
    let rows = RING.iter().map(|&indicator| Row { indicator, state: state(indicator, case) });
    let rows: Vec<Row> = rows.collect();
    let signals = signals(&members);
    let reaches = |reach: Reach| {
        let far = case.members.iter().map(|m| m.subjects.iter().map(Reach::of).max());
        far.filter(|far| *far >= Some(reach)).count()
    };
    let reach = case.members.iter().flat_map(|m| &m.subjects).map(Reach::of).max();
    let reach = reach.unwrap_or_default();
    let recent = recent(case);
    let ring = whole(rows, &signals, &members, case, score, reach);
    let links = ring.topics.iter().find(|t| t.topic == Topic::Links).map(|t| t.counted);
    let indicators = (ring.total - links.unwrap_or_default()).max(Bits::ZERO);
    let policy = context.policy;
    let mut rank = Rank {
        evidence: score.min(policy.evidence_cap),
        indicators,
        reach: policy.reach(reach),
        growth: if recent >= 2 { policy.growth } else { Bits::ZERO },
        total: Bits::ZERO,
    };
    rank.total = rank.evidence + rank.indicators + rank.reach + rank.growth;
    RingAssessment { ring, signals, members, reach, advanced: reaches(Reach::Offer), recent, rank }
}

fn state(indicator: &'static Indicator, case: &RingCase<'_>) -> State {
    if case.context.policy.muted.contains(indicator.id) {
        return State::Muted;
    }
    let Compute::Ring(compute) = indicator.compute else {
        return State::NotAssessed(Missing("ring"));
    };
    match compute(case) {
        Err(missing) => State::NotAssessed(missing),
        Ok(None) => State::Clear,
        Ok(Some(finding)) => State::Raised {
            bits: combine::worth(indicator, &finding, case.context.policy),
            finding,
            application: None,
        },
    }
}

/// What at least two members raise, those aside of whom a check answers it.
fn signals(members: &[Assessment]) -> Vec<Signal> {
    let mut signals: Vec<Signal> = Vec::new();
    for (place, member) in members.iter().enumerate() {
        let cleared = member.exculpating.iter().any(|e| e.effect == Effect::Clears);
        let answered =
            |topic| cleared || member.topics.iter().any(|t| t.topic == topic && t.answered);
        for (indicator, _, bits) in member.raised() {
            if answered(indicator.topic) {
                continue;
            }
            match signals.iter_mut().find(|s| s.indicator == indicator) {
                Some(signal) => {
                    signal.members.push(place);
                    signal.bits = signal.bits.max(bits);
                }
                None => signals.push(Signal { indicator, members: vec![place], bits }),
            }
        }
    }
    signals.retain(|s| s.members.len() >= 2);
    signals.sort_by_key(|s| (std::cmp::Reverse((s.members.len(), s.bits)), s.indicator.id));
    signals
}

/// Identities whose first application came in the thirty days before the ring's last one.
fn recent(case: &RingCase<'_>) -> usize {
    let Some(last) = case.moments().last().copied() else { return 0 };
    let first = case
        .members
        .iter()
        .filter_map(|member| member.subjects.iter().filter_map(|s| s.normal.submitted_at).min());
    first.filter(|at| last.seconds_since(*at) <= MONTH).count()
}

/// The ring as a whole: its rows, with what several members raise and its links as further topics.
fn whole(
    rows: Vec<Row>,
    signals: &[Signal],
    members: &[Assessment],
    case: &RingCase<'_>,
    score: Bits,
    reach: Reach,
) -> Assessment {
    let policy = case.context.policy;
    let mut extra: Vec<(Topic, Bits)> =
        signals.iter().map(|s| (s.indicator.topic, s.bits)).collect();
    extra.push((Topic::Links, score));
    let prior = members.iter().map(|m| m.prior_per_100k).max();
    let prior = prior.unwrap_or(policy.prior_per_100k);
    let mut ring = combine::total(rows, &extra, exculpating(members), prior, policy);
    let speak = speaking(signals, &case.shape.families, policy);
    let (band, held) = combine::band(ring.total, speak, prior, policy);
    // A ring has passed its gates, so it is something to know. It presses when somebody is about to get in, and only then.
    (ring.band, ring.held) = match (band, reach >= Reach::Offer) {
        (Band::Verify | Band::Urgent, true) => (Band::Urgent, None),
        (Band::Urgent, false) => {
            (Band::Verify, Some("nobody is at an offer or beyond, so it is not urgent"))
        }
        (Band::Verify, _) => (band, held),
        (band, _) if held.is_some() => {
            (band.max(Band::Note), Some("only one kind of evidence speaks, so it stays a note"))
        }
        (band, _) => (band.max(Band::Note), None),
    };
    ring
}

/// How many independent kinds of evidence speak: the families of its links, and beside them what several members raise that
/// is not the same thing said again. The ring's own indicators tell how what its members share is arranged, and when they
/// came; they weigh, but are no kind of their own.
fn speaking(signals: &[Signal], families: &[Family], policy: &IndicatorPolicy) -> usize {
    let shared: BTreeSet<Family> = families.iter().map(|family| family.independent()).collect();
    let mut said: BTreeMap<Topic, Bits> = BTreeMap::new();
    for signal in signals.iter().filter(|s| !is_said_by(s.indicator.topic, families)) {
        *said.entry(signal.indicator.topic).or_default() += signal.bits;
    }
    shared.len() + said.values().filter(|bits| **bits >= policy.speaks).count()
}

/// Whether what members share says already what indicators of a topic say of them one by one.
fn is_said_by(topic: Topic, families: &[Family]) -> bool {
    let any = |these: &[Family]| families.iter().any(|family| these.contains(family));
    match topic {
        Topic::Phone | Topic::Email => any(&[Family::Contact, Family::Series]),
        Topic::Address => any(&[Family::Address, Family::Delivery, Family::Network]),
        Topic::Place | Topic::Network => any(&[Family::Network]),
        Topic::Education | Topic::Employment => any(&[Family::History, Family::Referee]),
        Topic::Profile => any(&[Family::Profile]),
        Topic::Document => any(&[Family::Document, Family::Text, Family::Photo]),
        Topic::Identity => {
            any(&[Family::Contact, Family::Payment, Family::Profile, Family::Referee])
        }
        Topic::Observation | Topic::WatchList => false,
        Topic::Links | Topic::Shape | Topic::Tempo | Topic::Targets | Topic::Reach => true,
    }
}

/// What speaks for members, each counted once; and when half of them were met, that the ring counts half.
fn exculpating(members: &[Assessment]) -> Vec<Exculpated> {
    let mut found: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut met = 0;
    for member in members {
        let ids: BTreeSet<&'static str> = member.exculpating.iter().map(|e| e.id).collect();
        for id in ids {
            *found.entry(id).or_default() += 1;
        }
        let counts = |e: &Exculpated| matches!(e.effect, Effect::Halves | Effect::Clears);
        met += usize::from(member.exculpating.iter().any(counts));
    }
    let listed = EXCULPATING.iter().filter(|e| e.id != "ex-same-person");
    let mut all: Vec<Exculpated> = listed
        .filter_map(|e| {
            let n = found.get(e.id)?;
            let reason = format!("{}: {n} of {} members", e.title, members.len());
            Some(Exculpated { id: e.id, reason, effect: Effect::OfMembers })
        })
        .collect();
    if met > 0 && met * 2 >= members.len() {
        all.push(Exculpated {
            id: "ex-verified-in-person",
            reason: format!("{met} of {} members were met in person or are victims", members.len()),
            effect: Effect::Halves,
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(id: &str) -> Signal {
        let indicator = crate::indicators::all().find(|i| i.id == id).unwrap();
        Signal { indicator, members: vec![0, 1], bits: Bits::new(3.6) }
    }

    #[test]
    fn one_thing_that_is_shared_and_said_again_is_one_kind_of_evidence() {
        let policy = IndicatorPolicy::default();
        let kinds = |ids: &[&str], families: &[Family]| {
            let signals: Vec<Signal> = ids.iter().map(|id| signal(id)).collect();
            speaking(&signals, families, &policy)
        };
        assert_eq!(kinds(&[], &[Family::Contact]), 1);
        assert_eq!(kinds(&["phone-line-voip"], &[Family::Contact]), 1);
        assert_eq!(kinds(&["ship-differs"], &[Family::Delivery, Family::Network]), 2);
        assert_eq!(kinds(&["profile-name-mismatch"], &[Family::Profile]), 1);
        assert_eq!(kinds(&["profile-name-mismatch"], &[Family::Contact]), 2);
        assert_eq!(kinds(&["role-exposed"], &[Family::Photo]), 1);
        assert_eq!(kinds(&[], &[Family::Address, Family::Network]), 1, "a home and its network");
    }
}
