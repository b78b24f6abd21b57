//! What is known of a ring beside its links, and where that puts it in the queue: its own indicators, those that several of
//! its members raise, how far it got, how it grows. Not responsible for what holds it together (`rings`).
//!
//! Invariant: the parts add up to the rank; a ring's links are one topic among others and count up to the cap; what a single
//! member raises counts for that member alone.

use crate::{
    indicators::{
        Assessment, Band, Compute, Context, EXCULPATING, Effect, Exculpated, Indicator, Missing,
        RING, Reach, RingCase, Row, State, Ties, Topic, TopicSum, assess, combine,
    },
    model::Bits,
};
use serde::Serialize;

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
    let ring = whole(rows, &signals, &members, score, reach, context);
    let links = |t: &&TopicSum| t.topic == Topic::Links;
    let indicators: Bits = ring.topics.iter().filter(|t| !links(t)).map(|t| t.counted).sum();
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

/// What at least two members raise.
fn signals(members: &[Assessment]) -> Vec<Signal> {
    let mut signals: Vec<Signal> = Vec::new();
    for (place, member) in members.iter().enumerate() {
        for (indicator, _, bits) in member.raised() {
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
    score: Bits,
    reach: Reach,
    context: &Context<'_>,
) -> Assessment {
    let mut extra: Vec<(Topic, Bits)> =
        signals.iter().map(|s| (s.indicator.topic, s.bits)).collect();
    extra.push((Topic::Links, score));
    let prior = members.iter().map(|m| m.prior_per_100k).max();
    let prior = prior.unwrap_or(context.policy.prior_per_100k);
    let mut ring = combine::total(rows, &extra, exculpating(members), prior, context.policy);
    // A ring has passed its gates, so it is something to know. It presses when somebody is about to get in, and then with two
    // topics already; however much is known of it, it does not press while nobody is.
    (ring.band, ring.held) = match (ring.band, reach >= Reach::Offer) {
        (Band::Verify | Band::Urgent, true) => (Band::Urgent, None),
        (Band::Urgent, false) => {
            (Band::Verify, Some("nobody is at an offer or beyond, so it is not urgent"))
        }
        (band, _) => (band.max(Band::Note), ring.held),
    };
    ring
}

/// What speaks for members, counted; it is said, and takes off the members' own totals.
fn exculpating(members: &[Assessment]) -> Vec<Exculpated> {
    let mut found: Vec<(&'static str, usize)> = Vec::new();
    for one in members.iter().flat_map(|m| &m.exculpating) {
        match found.iter_mut().find(|(id, _)| *id == one.id) {
            Some((_, n)) => *n += 1,
            None => found.push((one.id, 1)),
        }
    }
    let title = |id| EXCULPATING.iter().find(|e| e.id == id).map_or("", |e| e.title);
    let all = found.into_iter().filter(|(id, _)| *id != "ex-same-person");
    all.map(|(id, n)| Exculpated {
        id,
        reason: format!("{}: {n} of {} members", title(id), members.len()),
        effect: Effect::Said,
    })
    .collect()
}
