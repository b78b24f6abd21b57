//! Changes of the policy as they are remembered: which numbers, by whom, why, and what rings did. Not responsible for what
//! the numbers mean (`matching::thresholds`) nor for putting them in force (`engine`).
//!
//! Invariant: made of facts alone, so that replaying the journal gives the same records.

use crate::model::{LineageEvent, LineageKind, Moment, Seq};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One number of the policy that was set, or given back to the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyChange {
    /// Its name as in `ringer.toml`, beneath `policy`: `link.threshold`.
    pub number: String,
    /// What it was in force before, as a decimal number.
    pub before: String,
    /// What it is set to, as a decimal number; none where it goes by the configuration again.
    pub after: Option<String>,
}

/// What was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyPart {
    /// The numbers of rings and links that somebody set.
    Thresholds(Vec<PolicyChange>),
    /// The numbers that tell persons apart: calibrated (true), or given back to the configuration.
    Identity(bool),
}

/// One change of the policy, from its fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// The fact.
    pub seq: Seq,
    /// What was changed.
    pub part: PolicyPart,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why; empty where nobody was asked.
    pub why: String,
    /// How many rings did what through it; empty when none did anything.
    pub effect: BTreeMap<LineageKind, u32>,
}

impl PolicyRecord {
    /// Notes what rings did through it. O(events).
    pub fn note(&mut self, events: &[LineageEvent]) {
        for event in events {
            *self.effect.entry(event.kind).or_default() += 1;
        }
    }
}

/// A number that somebody set, as it is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetNumber<'a> {
    /// What it is set to.
    pub value: &'a str,
    /// The change that set it.
    pub record: &'a PolicyRecord,
}

/// The numbers that stand as somebody set them, by name, after these changes. O(changes).
#[must_use]
pub fn numbers_set(records: &[PolicyRecord]) -> BTreeMap<&str, SetNumber<'_>> {
    let mut set = BTreeMap::new();
    for record in records {
        let PolicyPart::Thresholds(changes) = &record.part else { continue };
        for change in changes {
            match &change.after {
                Some(value) => drop(set.insert(&*change.number, SetNumber { value, record })),
                None => drop(set.remove(&*change.number)),
            }
        }
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(seq: u64, changes: &[(&str, Option<&str>)]) -> PolicyRecord {
        let change = |(number, after): &(&str, Option<&str>)| PolicyChange {
            number: (*number).to_owned(),
            before: "1.5".to_owned(),
            after: after.map(str::to_owned),
        };
        PolicyRecord {
            seq: Seq(seq),
            part: PolicyPart::Thresholds(changes.iter().map(change).collect()),
            by: "ann".to_owned(),
            at: Moment(0),
            why: "because".to_owned(),
            effect: BTreeMap::new(),
        }
    }

    #[test]
    fn the_last_word_on_each_number_counts_and_one_given_back_is_not_set() {
        let calibrated = PolicyRecord { part: PolicyPart::Identity(true), ..record(3, &[]) };
        let all = [
            record(1, &[("link.threshold", Some("2")), ("ring.min_families", Some("3"))]),
            record(2, &[("link.threshold", Some("2.5"))]),
            calibrated,
            record(4, &[("ring.min_families", None)]),
        ];
        let set = numbers_set(&all);
        let told: Vec<_> = set.iter().map(|(n, s)| (*n, s.value, s.record.seq.0)).collect();
        assert_eq!(told, [("link.threshold", "2.5", 2)]);
    }
}
