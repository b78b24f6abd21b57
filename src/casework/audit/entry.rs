//! One entry of the trail, and how it is a line of JSON. Not responsible for the file it is in (`chain`).
//!
//! Invariant: an entry is one line, whatever is in it, and no longer than a line may be.

use crate::{casework::audit::Action, model::Moment};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// Longest line that is written, and so the longest that is read, in bytes.
pub(super) const LONGEST: usize = 64 << 10;

/// Characters of a reason, of a name or a value, and values of one subject, that are kept.
const WHY: usize = 2_000;
const VALUE: usize = 200;
const VALUES: usize = 40;

/// To what something was done: ids, routes and commands by their names. Never what somebody typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subject(BTreeMap<String, String>);

impl Subject {
    /// Of nothing in particular.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With this as well; one more of the same name stands beside the first, after a comma.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.put(name, &value.to_string());
        self
    }

    /// Takes this in as well.
    pub fn put(&mut self, name: &str, value: &str) {
        let value: String = value.chars().take(VALUE).collect();
        if let Some(before) = self.0.get_mut(name) {
            let is_there = before.split(", ").any(|part| part == value);
            if !is_there && before.len() + value.len() < 4 * VALUE {
                before.push_str(", ");
                before.push_str(&value);
            }
        } else if self.0.len() < VALUES {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether this is one of its values.
    #[must_use]
    pub fn has(&self, wanted: &str) -> bool {
        self.0.values().any(|value| value == wanted || value.split(", ").any(|v| v == wanted))
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    #[serde(with = "instant")]
    pub at: Moment,
    /// Who did it: the name of an account, or of the system user at the command line.
    pub who: String,
    /// What.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// From where: an IP address, or `command line`.
    pub place: String,
    /// Why, in the words of whoever did it; empty where nobody was asked.
    pub why: String,
    /// The fact of the journal that it is, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<u64>,
    /// The status of the answer, of what was asked over the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

impl Event {
    /// Somebody did something.
    #[must_use]
    pub fn new(at: Moment, who: &str, action: Action, subject: Subject, place: &str) -> Self {
        let (who, place) = (who.to_owned(), place.to_owned());
        Self { at, who, action, subject, place, why: String::new(), fact: None, status: None }
    }

    /// For this reason.
    #[must_use]
    pub fn why(self, why: &str) -> Self {
        Self { why: why.to_owned(), ..self }
    }

    /// No longer than an entry may be.
    pub(super) fn clipped(mut self) -> Self {
        for (text, most) in [(&mut self.who, VALUE), (&mut self.place, VALUE), (&mut self.why, WHY)]
        {
            if let Some((end, _)) = text.char_indices().nth(most) {
                text.truncate(end);
            }
        }
        self
    }
}

/// An entry of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 1.
    pub n: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// The SHA-256 of the line before, without its end, in hexadecimal; 64 zeros before the first.
    pub prev: String,
}

/// What of a line ties it to the others, read without the rest.
#[derive(Debug, Deserialize)]
pub(super) struct Tie {
    pub n: u64,
    pub who: String,
    pub action: Action,
    pub fact: Option<u64>,
    pub prev: String,
}

/// Moments as RFC 3339 in UTC.
mod instant {
    use crate::model::Moment;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(at: &Moment, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Moment, D::Error> {
        let text = String::deserialize(from)?;
        let at: jiff::Timestamp = text.parse().map_err(D::Error::custom)?;
        Ok(Moment(at.as_second()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_entry_is_one_line_that_reads_back_whatever_is_in_it(
            who in "\\PC{0,300}|[\\x00-\\x1f\u{2028}\"\\\\]{0,300}",
            why in "\\PC{0,3000}|[\\x00-\\x1f]{0,3000}",
            value in "\\PC{0,300}",
            fact in prop::option::of(any::<u64>()),
        ) {
            let subject = Subject::new().with("ring_id", &value).with("ring_id", "ring_2");
            let mut event = Event::new(Moment(1_795_392_000), &who, Action::Read, subject, "command line");
            (event.why, event.fact) = (why, fact);
            let entry = Entry { n: 7, event: event.clipped(), prev: "0".repeat(64) };
            let line = serde_json::to_vec(&entry).unwrap();
            prop_assert!(!line.contains(&b'\n') && line.len() < LONGEST, "{}", line.len());
            prop_assert_eq!(serde_json::from_slice::<Entry>(&line).unwrap(), entry.clone());
            let tie: Tie = serde_json::from_slice(&line).unwrap();
            prop_assert_eq!((tie.n, tie.fact), (7, entry.event.fact));
        }
    }

    #[test]
    fn a_line_reads_as_the_documentation_says() {
        let subject = Subject::new().with("ring_id", "ring_0123456789ab");
        let mut event =
            Event::new(Moment(1_795_392_000), "ann", Action::Read, subject, "192.0.2.7");
        event.status = Some(200);
        let entry = Entry { n: 1, event, prev: "0".repeat(64) };
        assert_eq!(
            serde_json::to_string(&entry).unwrap(),
            format!(
                "{{\"n\":1,\"at\":\"2026-11-23T00:00:00Z\",\"who\":\"ann\",\"action\":\"read\",\"subject\":\
                 {{\"ring_id\":\"ring_0123456789ab\"}},\"place\":\"192.0.2.7\",\"why\":\"\",\"status\":200,\
                 \"prev\":\"{}\"}}",
                "0".repeat(64)
            )
        );
    }
}
