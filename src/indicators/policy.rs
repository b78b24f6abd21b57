//! The numbers of indicators on one screen: what each strength is worth, how far one topic goes, where the bands begin, and
//! how common trouble is on each channel. Not responsible for applying them (`combine`).
//!
//! Uncalibrated: the proportions are those of the catalog (weak 0.4, medium 1.2, strong 2.5, a topic at most 3.0, in
//! natural units), here in bits.
//!
//! Invariant: pure data; its hash is shown beside everything computed under it.

use crate::{
    indicators::{Reach, Strength, watch::SHIPPED},
    model::Bits,
    normalize::fold::words,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

/// More bits than anything can be worth.
static MOST: LazyLock<Bits> = LazyLock::new(|| Bits::new(100.0));

/// The numbers of indicators.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IndicatorPolicy {
    /// What a weak indicator is worth.
    pub weak: Bits,
    /// What a medium one is worth.
    pub medium: Bits,
    /// What a strong one is worth.
    pub strong: Bits,
    /// The most that all indicators of one topic are worth together: they tend to have one cause.
    pub topic_cap: Bits,
    /// What evidence for the applicant takes off that answers no topic.
    pub confirmed: Bits,
    /// From here on: note.
    pub note: Bits,
    /// From here on: verify. More than one topic can be worth, and two must speak.
    pub verify: Bits,
    /// From here on: urgent. Three topics must speak.
    pub urgent: Bits,
    /// What a second (for urgent also a third) topic must say at least to be one that speaks.
    pub speaks: Bits,
    /// How many of a hundred thousand applications are part of something, unless a channel says otherwise: 0.1 %.
    pub prior_per_100k: u32,
    /// The same by channel (folded name).
    pub channel_priors: BTreeMap<String, u32>,
    /// Indicators with a worth of their own, by id.
    pub worth: BTreeMap<String, Bits>,
    /// Indicators that are switched off, by id. They say so instead of being assessed.
    pub muted: BTreeSet<String>,
    /// The most that a ring's score counts in its rank.
    pub evidence_cap: Bits,
    /// What an interview, an offer, a hire, equipment and access count in a ring's rank.
    pub reached: [Bits; 5],
    /// What it counts that two identities or more came within thirty days.
    pub growth: Bits,
    /// Network providers that reporting names, by words of their names; none unless the user keeps such a list.
    pub reported_providers: BTreeSet<String>,
    /// The watch-lists that come with Ringer and are on, by name.
    pub shipped_lists: BTreeSet<String>,
    /// A rule that fewer than so many per cent of people's verdicts bear out is muted.
    pub precision_floor: u32,
    /// It takes so many verdicts to mute a rule.
    pub precision_verdicts: u32,
}

impl Default for IndicatorPolicy {
    fn default() -> Self {
        Self {
            weak: Bits::new(0.58),
            medium: Bits::new(1.73),
            strong: Bits::new(3.61),
            topic_cap: Bits::new(4.33),
            confirmed: Bits::new(1.73),
            note: Bits::new(1.0),
            verify: Bits::new(4.5),
            urgent: Bits::new(8.0),
            speaks: Bits::new(1.0),
            prior_per_100k: 100,
            channel_priors: BTreeMap::new(),
            worth: [
                // It goes with having lived abroad, so it counts half of a weak one.
                ("phone-plus-one-format".to_owned(), Bits::new(0.29)),
                // How far somebody got and how a ring grows is urgency: it counts in the rank, by the numbers below.
                ("funnel-depth".to_owned(), Bits::ZERO),
                ("ring-growth".to_owned(), Bits::ZERO),
            ]
            .into(),
            muted: BTreeSet::new(),
            evidence_cap: Bits::new(30.0),
            reached: [1.0, 3.0, 5.0, 6.0, 6.0].map(Bits::new),
            growth: Bits::new(2.0),
            reported_providers: BTreeSet::new(),
            shipped_lists: SHIPPED.iter().filter(|l| l.on).map(|l| l.name.to_owned()).collect(),
            precision_floor: 20,
            precision_verdicts: 20,
        }
    }
}

impl IndicatorPolicy {
    /// Hash of these numbers: the first 12 hexadecimal digits of the SHA-256 of their JSON.
    #[must_use]
    pub fn hash(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(json).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What is wrong with these numbers, if anything: which, and what it should be.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let bits = [
            ("weak", self.weak),
            ("medium", self.medium),
            ("strong", self.strong),
            ("topic_cap", self.topic_cap),
            ("note", self.note),
            ("verify", self.verify),
            ("urgent", self.urgent),
            ("speaks", self.speaks),
        ];
        let fits = |bits: Bits| bits > Bits::ZERO && bits <= *MOST;
        if let Some((name, bits)) = bits.into_iter().find(|(_, bits)| !fits(*bits)) {
            return Some(format!("{name} = {bits}: give bits above 0, and 100 at most"));
        }
        let others = [self.confirmed, self.evidence_cap, self.growth];
        let others = others.into_iter().chain(self.reached).chain(self.worth.values().copied());
        if let Some(bits) = others.into_iter().find(|b| *b < Bits::ZERO || *b > *MOST) {
            return Some(format!("{bits}: give bits from 0 to 100"));
        }
        if !(self.weak <= self.medium && self.medium <= self.strong) {
            return Some("weak, medium and strong must ascend".to_owned());
        }
        if !(self.note <= self.verify && self.verify <= self.urgent) {
            return Some("note, verify and urgent must ascend".to_owned());
        }
        if self.verify <= self.topic_cap {
            return Some(
                "verify must be more than topic_cap, so that it takes two topics".to_owned(),
            );
        }
        let priors = self.channel_priors.iter().map(|(channel, n)| (channel.as_str(), *n));
        let priors = priors.chain([("prior_per_100k", self.prior_per_100k)]);
        if let Some((name, n)) = priors.into_iter().find(|(_, n)| !(1..=99_999).contains(n)) {
            return Some(format!("{name} = {n}: give a number from 1 to 99999"));
        }
        let known = |id: &str| crate::indicators::all().any(|indicator| indicator.id == id);
        if let Some(id) = self.muted.iter().chain(self.worth.keys()).find(|id| !known(id)) {
            return Some(format!("\"{id}\" is no indicator; `ringer indicators` lists them"));
        }
        let shipped = |name: &str| SHIPPED.iter().any(|list| list.name == name);
        if let Some(name) = self.shipped_lists.iter().find(|name| !shipped(name)) {
            let all: Vec<&str> = SHIPPED.iter().map(|list| list.name).collect();
            return Some(format!("\"{name}\" is no shipped list; there are {}", all.join(", ")));
        }
        None
    }

    /// The same with names of channels folded as those of applications are.
    #[must_use]
    pub fn folded(mut self) -> Self {
        let channels = std::mem::take(&mut self.channel_priors).into_iter();
        self.channel_priors =
            channels.map(|(channel, n)| (words(&channel).map_or(channel, Into::into), n)).collect();
        self
    }

    /// What an indicator of this id is worth at this strength.
    #[must_use]
    pub fn worth_of(&self, id: &str, strength: Strength) -> Bits {
        let of_strength = match strength {
            Strength::Context => return Bits::ZERO,
            Strength::Weak => self.weak,
            Strength::Medium => self.medium,
            Strength::Strong => self.strong,
        };
        self.worth.get(id).copied().unwrap_or(of_strength)
    }

    /// Of a hundred thousand applications through this channel (folded), how many are part of something.
    #[must_use]
    pub fn prior_of(&self, channel: Option<&str>) -> u32 {
        let own = channel.and_then(|channel| self.channel_priors.get(channel));
        own.copied().unwrap_or(self.prior_per_100k).clamp(1, 99_999)
    }

    /// What it counts in a ring's rank that somebody got this far.
    #[must_use]
    pub fn reach(&self, reach: Reach) -> Bits {
        let [interview, offer, hired, shipped, access] = self.reached;
        match reach {
            Reach::Applied => Bits::ZERO,
            Reach::Interview => interview,
            Reach::Offer => offer,
            Reach::Hired => hired,
            Reach::Shipped => shipped,
            Reach::Access => access,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_make_no_sense_are_told() {
        let told = |change: &dyn Fn(&mut IndicatorPolicy)| {
            let mut policy = IndicatorPolicy::default();
            change(&mut policy);
            policy.problem().unwrap_or_default()
        };
        assert_eq!(told(&|_| {}), "");
        assert!(told(&|p| p.weak = Bits::new(f64::NAN)).contains("weak"));
        assert!(told(&|p| p.strong = Bits::new(f64::INFINITY)).contains("strong"));
        assert!(told(&|p| p.verify = Bits::new(2.0)).contains("topic_cap"));
        assert!(told(&|p| p.prior_per_100k = 500_000).contains("500000"));
        assert!(told(&|p| p.muted = ["shoes".to_owned()].into()).contains("shoes"));
        assert!(told(&|p| p.shipped_lists = ["x".to_owned()].into()).contains("\"x\""));
    }

    #[test]
    fn channels_are_found_however_they_are_written() {
        let mut policy = IndicatorPolicy::default();
        policy.channel_priors.insert("Careers  Page".to_owned(), 700);
        assert_eq!(policy.folded().prior_of(Some("careers page")), 700);
    }
}
