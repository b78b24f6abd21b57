//! Adding indicators up, as weak signals should be: topic by topic with a cap, what exculpates taken off, and a band that
//! needs several topics. Not responsible for computing any of them.
//!
//! Worth is in bits, log2 likelihood ratios: one doubles the odds. Indicators of one topic tend to have one cause, so a topic
//! is worth `topic_cap` at most; topics are added as if independent (naive Bayes), which the gates of the bands make up for.
//!
//! Invariant: the parts add up to the total; no single indicator and no single topic takes anybody above "note"; what is
//! not assessed, muted or clear is worth nothing; the result does not depend on the order of applications.

use crate::{
    indicators::{
        APPLICATION, Case, Context, Dossier, Effect, Exculpated, Finding, Indicator,
        IndicatorPolicy, Missing, Strength, Ties, Topic, exculpating,
    },
    model::{ApplicationId, Bits},
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// What an assessment amounts to. Never a number alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Nothing that would stand out.
    #[default]
    None,
    /// Something to know; no reason to do anything by itself.
    Note,
    /// A person should verify what is named.
    Verify,
    /// Verify first, before anything else goes on.
    Urgent,
}

impl Band {
    /// Every band, lowest first.
    pub const ALL: &'static [Self] = &[Self::None, Self::Note, Self::Verify, Self::Urgent];

    /// The name in JSON, tables and URLs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Note => "note",
            Self::Verify => "verify",
            Self::Urgent => "urgent",
        }
    }

    /// What it asks of people.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::None => "nothing that would stand out",
            Self::Note => "something to know; no reason to act by itself",
            Self::Verify => "verify what is named below",
            Self::Urgent => "verify first, before anything else goes on",
        }
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What became of one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It found something.
    Raised {
        /// What.
        finding: Finding,
        /// What that is worth by itself.
        bits: Bits,
        /// In which application; none for a ring.
        application: Option<ApplicationId>,
    },
    /// It looked and found nothing.
    Clear,
    /// It could not look.
    NotAssessed(Missing),
    /// It is switched off.
    Muted,
}

/// One indicator and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The indicator.
    pub indicator: &'static Indicator,
    /// What became of it.
    pub state: State,
}

/// What one topic says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopicSum {
    /// The topic.
    pub topic: Topic,
    /// What its indicators are worth together.
    pub said: Bits,
    /// What of that counts: at most the cap, and nothing when a check answers it.
    pub counted: Bits,
    /// Whether a check answers it.
    pub answered: bool,
}

/// What indicators amount to, with everything it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessment {
    /// Every indicator and what became of it, in the order of the list.
    pub rows: Vec<Row>,
    /// What each topic with something to say says, in display order.
    pub topics: Vec<TopicSum>,
    /// What speaks for the applicant.
    pub exculpating: Vec<Exculpated>,
    /// What that takes off; never above zero.
    pub taken_off: Bits,
    /// Topics and what is taken off, together; never below zero.
    pub total: Bits,
    /// Of a hundred thousand such applications, how many are part of something before anything is looked at.
    pub prior_per_100k: u32,
    /// What it amounts to.
    pub band: Band,
    /// Why it is no higher band, where a gate holds it.
    pub held: Option<&'static str>,
}

impl Assessment {
    /// The indicators that found something, most telling first.
    #[must_use]
    pub fn raised(&self) -> Vec<(&'static Indicator, &Finding, Bits)> {
        let mut raised: Vec<_> = self
            .rows
            .iter()
            .filter_map(|row| match &row.state {
                State::Raised { finding, bits, .. } => Some((row.indicator, finding, *bits)),
                _ => None,
            })
            .collect();
        raised.sort_by_key(|(indicator, _, bits)| (std::cmp::Reverse(*bits), indicator.id));
        raised
    }

    /// What became of the indicator of this id.
    #[must_use]
    pub fn state(&self, id: &str) -> Option<&State> {
        self.rows.iter().find(|row| row.indicator.id == id).map(|row| &row.state)
    }

    /// What all topics say, before anything answers them or is taken off.
    #[must_use]
    pub fn said(&self) -> Bits {
        self.topics.iter().map(|t| t.said).sum()
    }

    /// Of a hundred thousand such cases, how many are part of something after everything was looked at.
    #[must_use]
    pub fn posterior_per_100k(&self) -> u32 {
        posterior(self.prior_per_100k, self.total)
    }
}

/// Of a hundred thousand cases, how many are part of something once so many bits speak for it, when so many were before.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 to 100,000")]
pub fn posterior(prior_per_100k: u32, bits: Bits) -> u32 {
    let prior = f64::from(prior_per_100k.clamp(1, 99_999));
    let odds = prior / (100_000.0 - prior) * bits.get().exp2();
    (odds / (1.0 + odds) * 100_000.0).round() as u32
}

/// What a finding of this indicator is worth.
#[must_use]
pub fn worth(indicator: &Indicator, finding: &Finding, policy: &IndicatorPolicy) -> Bits {
    let full = policy.worth_of(indicator.id, finding.strength);
    if finding.half { Bits::new(full.get() / 2.0) } else { full }
}

/// Assesses a claimed identity: every application of it, each indicator by the application where it says most. O(indicators
/// × applications).
#[must_use]
pub fn assess(dossier: &Dossier<'_>, ties: &Ties, context: &Context<'_>) -> Assessment {
    let rows = APPLICATION.iter().map(|&indicator| {
        if context.policy.muted.contains(indicator.id) {
            return Row { indicator, state: State::Muted };
        }
        let mut best = State::NotAssessed(Missing("application"));
        for subject in &dossier.subjects {
            let crate::indicators::Compute::Application(compute) = indicator.compute else {
                continue;
            };
            let state = match compute(&Case { subject, dossier, context }) {
                Err(missing) => State::NotAssessed(missing),
                Ok(None) => State::Clear,
                Ok(Some(finding)) => State::Raised {
                    bits: worth(indicator, &finding, context.policy),
                    finding,
                    application: Some(subject.application.id.clone()),
                },
            };
            if says_more(&state, &best)
                || matches!(best, State::NotAssessed(Missing("application")))
            {
                best = state;
            }
        }
        Row { indicator, state: best }
    });
    let channels = dossier.subjects.iter().map(|s| s.normal.channel.as_deref());
    let prior = channels.map(|c| context.policy.prior_of(c)).max();
    let prior = prior.unwrap_or_else(|| context.policy.prior_of(None));
    let rows: Vec<Row> = rows.collect();
    total(rows, &[], exculpating::assess(dossier, ties), prior, context.policy)
}

fn says_more(a: &State, b: &State) -> bool {
    let rank = |state: &State| match state {
        State::Raised { bits, finding, .. } => (3, *bits, finding.strength),
        State::Clear => (2, Bits::ZERO, Strength::Context),
        State::NotAssessed(_) => (1, Bits::ZERO, Strength::Context),
        State::Muted => (0, Bits::ZERO, Strength::Context),
    };
    rank(a) > rank(b)
}

/// What these rows amount to, and whatever else speaks on a topic.
#[must_use]
pub fn total(
    rows: Vec<Row>,
    beside: &[(Topic, Bits)],
    exculpating: Vec<Exculpated>,
    prior_per_100k: u32,
    policy: &IndicatorPolicy,
) -> Assessment {
    let mut said: BTreeMap<Topic, Bits> = BTreeMap::new();
    for row in &rows {
        if let State::Raised { bits, .. } = &row.state {
            *said.entry(row.indicator.topic).or_default() += *bits;
        }
    }
    for (topic, bits) in beside {
        *said.entry(*topic).or_default() += *bits;
    }
    let answers = |topic| exculpating.iter().any(|e| e.effect == Effect::Answers(topic));
    let topics: Vec<TopicSum> = said
        .into_iter()
        .map(|(topic, said)| {
            let answered = answers(topic);
            let counted =
                if answered { Bits::ZERO } else { said.min(policy.topic_cap).max(Bits::ZERO) };
            TopicSum { topic, said, counted, answered }
        })
        .collect();
    let against: Bits = topics.iter().map(|t| t.counted).sum();
    let mut left = against;
    for one in &exculpating {
        if one.effect == Effect::TakesOff {
            left = left - policy.confirmed;
        }
    }
    if exculpating.iter().any(|e| e.effect == Effect::Halves) {
        left = Bits::new(left.get() / 2.0);
    }
    if exculpating.iter().any(|e| e.effect == Effect::Clears) {
        left = Bits::ZERO;
    }
    let total = left.max(Bits::ZERO);
    let speak = topics.iter().filter(|t| t.counted >= policy.speaks).count();
    let (band, held) = band(total, speak, prior_per_100k, policy);
    Assessment {
        rows,
        topics,
        exculpating,
        taken_off: total - against,
        total,
        prior_per_100k,
        band,
        held,
    }
}

/// The band of a total of which so many independent topics speak, and the gate that holds it where it would be higher. A channel on which trouble is more common
/// reaches a band with less; the gates are the same everywhere.
#[must_use]
pub fn band(
    total: Bits,
    speak: usize,
    prior_per_100k: u32,
    policy: &IndicatorPolicy,
) -> (Band, Option<&'static str>) {
    let odds = |per_100k: u32| {
        let p = f64::from(per_100k.clamp(1, 99_999));
        Bits::ratio(p, 100_000.0 - p)
    };
    let shifted = total + odds(prior_per_100k) - odds(policy.prior_per_100k);
    if total < policy.note {
        return (Band::None, None);
    }
    if shifted < policy.verify {
        return (Band::Note, None);
    }
    if speak < 2 {
        return (Band::Note, Some("only one topic speaks, so it stays a note"));
    }
    if shifted < policy.urgent {
        return (Band::Verify, None);
    }
    if speak < 3 {
        return (Band::Verify, Some("only two topics speak, so it is not urgent"));
    }
    (Band::Urgent, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::all;
    use proptest::prelude::*;

    fn raised(indicator: &'static Indicator, strength: Strength, policy: &IndicatorPolicy) -> Row {
        let finding = Finding::new(strength, "made up");
        let bits = worth(indicator, &finding, policy);
        Row { indicator, state: State::Raised { finding, bits, application: None } }
    }

    fn strengths() -> impl Strategy<Value = Vec<(usize, Strength)>> {
        let strength = prop::sample::select(vec![
            Strength::Context,
            Strength::Weak,
            Strength::Medium,
            Strength::Strong,
        ]);
        prop::collection::vec((0..all().count(), strength), 0..12)
    }

    proptest! {
        #[test]
        fn no_single_indicator_and_no_single_topic_takes_anybody_above_a_note(
            found in strengths(), topic in 0..Topic::ALL.len(), prior in 1_u32..99_999,
        ) {
            let policy = IndicatorPolicy::default();
            let topic = Topic::ALL[topic];
            let all: Vec<&'static Indicator> = all().collect();
            let rows = found.iter().filter_map(|(i, s)| {
                all.get(*i).filter(|i| i.topic == topic).map(|i| raised(i, *s, &policy))
            });
            let assessment = total(rows.collect(), &[], Vec::new(), prior, &policy);
            prop_assert!(assessment.band <= Band::Note);
        }

        #[test]
        fn the_parts_add_up_and_what_speaks_for_somebody_never_adds(
            found in strengths(), effects in prop::collection::vec(0..4_usize, 0..4),
        ) {
            let policy = IndicatorPolicy::default();
            let all: Vec<&'static Indicator> = all().collect();
            let rows: Vec<Row> = found
                .iter()
                .filter_map(|(i, s)| all.get(*i).map(|i| raised(i, *s, &policy)))
                .collect();
            let effects: Vec<Exculpated> = effects
                .iter()
                .map(|&e| {
                    let effect = [
                        Effect::Answers(Topic::Phone),
                        Effect::TakesOff,
                        Effect::Halves,
                        Effect::Said,
                    ][e];
                    Exculpated { id: "ex-checked", reason: String::new(), effect }
                })
                .collect();
            let with = total(rows.clone(), &[], effects, 100, &policy);
            let without = total(rows, &[], Vec::new(), 100, &policy);
            let counted: Bits = with.topics.iter().map(|t| t.counted).sum();
            prop_assert_eq!(with.total, counted + with.taken_off);
            prop_assert!(with.total >= Bits::ZERO && with.total <= without.total);
            prop_assert!(with.band <= without.band);
            prop_assert!(with.topics.iter().all(|t| t.counted <= policy.topic_cap));
        }
    }

    #[test]
    fn two_topics_take_a_case_to_verify_and_three_to_urgent() {
        let policy = IndicatorPolicy::default();
        let sums = |bits: &[(Topic, f64)]| {
            let beside: Vec<(Topic, Bits)> =
                bits.iter().map(|(t, b)| (*t, Bits::new(*b))).collect();
            total(Vec::new(), &beside, Vec::new(), 100, &policy)
        };
        let of = |bits: &[(Topic, f64)]| sums(bits).band;
        assert_eq!(of(&[(Topic::Phone, 0.58)]), Band::None);
        assert_eq!(of(&[(Topic::Phone, 20.0)]), Band::Note);
        assert_eq!(of(&[(Topic::Phone, 4.0), (Topic::Email, 0.58)]), Band::Note);
        assert_eq!(of(&[(Topic::Phone, 3.6), (Topic::Email, 1.7)]), Band::Verify);
        assert_eq!(of(&[(Topic::Phone, 9.0), (Topic::Email, 9.0)]), Band::Verify);
        assert!(sums(&[(Topic::Phone, 9.0), (Topic::Email, 9.0)]).held.is_some());
        let three = [(Topic::Phone, 3.6), (Topic::Email, 3.6), (Topic::Network, 1.7)];
        assert_eq!(of(&three), Band::Urgent);
    }

    #[test]
    fn bits_move_the_odds_and_nothing_is_ever_certain() {
        assert_eq!(posterior(100, Bits::ZERO), 100);
        assert_eq!(posterior(50_000, Bits::new(1.0)), 66_667);
        // 0.1 % and a test that is right in 90 % and wrong in 1 %: about 8 %.
        assert_eq!(posterior(100, Bits::ratio(0.9, 0.01)) / 100, 82);
    }
}
