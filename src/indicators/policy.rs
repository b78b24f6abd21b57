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
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

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
    /// What a confirmed check takes away, of what its topic says and beside that.
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
            // It goes with having lived abroad, so it counts half of a weak one.
            worth: [("phone-plus-one-format".to_owned(), Bits::new(0.29))].into(),
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
