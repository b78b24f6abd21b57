//! By which way applications of a period came: channel and opening, as their newest version of the period says. Not
//! responsible for agencies and titles of openings, which the view has.
//!
//! Invariant: of each application the last that was noted counts.

use crate::{model::ApplicationId, normalize::fold::words};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Characters of a name at most: who writes more names no channel.
const LONGEST: usize = 60;

/// A way, by the numbers of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Way {
    /// The channel.
    pub channel: Option<u32>,
    /// The opening.
    pub opening: Option<u32>,
}

/// The ways of applications. Keeps no text twice.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    names: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, u32>,
    /// By a hash of the application's id.
    of: FxHashMap<u64, Way>,
}

impl Ways {
    /// Notes how an application came. O(1).
    pub fn note(
        &mut self,
        application: &ApplicationId,
        channel: Option<&str>,
        opening: Option<&str>,
    ) {
        let (channel, opening) = (channel.and_then(words), opening.and_then(words));
        if channel.is_none() && opening.is_none() {
            self.of.remove(&hash(application.as_str()));
            return;
        }
        let channel = channel.map(|name| self.number(&name));
        let opening = opening.map(|name| self.number(&name));
        self.of.insert(hash(application.as_str()), Way { channel, opening });
    }

    /// How an application came; nothing where nobody said. O(1).
    #[must_use]
    pub fn of(&self, application: &str) -> Way {
        self.of.get(&hash(application)).copied().unwrap_or_default()
    }

    /// The name of this number: folded, in lower case.
    #[must_use]
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", |name| &**name)
    }

    fn number(&mut self, name: &str) -> u32 {
        let short: String = name.chars().take(LONGEST).collect();
        if let Some(known) = self.numbers.get(short.as_str()) {
            return *known;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(short.as_str().into());
        self.numbers.insert(short.into(), number);
        number
    }
}

fn hash(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn the_last_version_says_how_an_application_came() {
        let mut ways = Ways::default();
        let mut note = |id: &str, channel, opening| {
            ways.note(&id.parse().unwrap(), Some(channel), Some(opening));
        };
        note("A", "Job Board", "REQ-7");
        note("B", "job-board", "REQ-8");
        note("A", "Agency", "req 8");
        let named = |n: Option<u32>| n.map(|n| ways.name(n));
        let (a, b) = (ways.of("A"), ways.of("B"));
        assert_eq!((named(a.channel), named(b.channel)), (Some("agency"), Some("job board")));
        assert_eq!((named(a.opening), a.opening), (Some("req 8"), b.opening));
        assert_eq!(ways.of("C"), Way::default());
    }
}
