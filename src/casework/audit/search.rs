//! Searching the trail: newest first, a page at a time, straight through the files. Not responsible for pages (`web`)
//! nor for printing (`cli`).
//!
//! A line is parsed only when its bytes could match, so that a million entries take a second and most questions a few
//! milliseconds. One question looks at no more than so many lines; the answer says where to go on.
//!
//! Invariant: what is found is in the order of the trail, and going on from `next` finds everything once.

use crate::{
    casework::audit::{Action, AuditError, EachEntry, Entry, Trail, segment},
    model::Moment,
};
use memchr::memmem::Finder;

/// What to look for; all of it has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Who, exactly.
    pub who: String,
    /// What was done.
    pub action: Option<Action>,
    /// One of the subject's values: an id, a route, or what stands for a typed text.
    pub subject: String,
    /// A part of the reason, in any case.
    pub why: String,
    /// From this moment on.
    pub since: Option<Moment>,
    /// Before this moment.
    pub until: Option<Moment>,
    /// Before this entry.
    pub before: Option<u64>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The entries, newest first.
    pub entries: Vec<Entry>,
    /// Number of the last entry looked at; none where there was none.
    pub down_to: Option<u64>,
    /// The `before` with which it goes on; none at the beginning of the trail.
    pub next: Option<u64>,
}

/// A query, ready to be asked of many lines.
struct Asked<'a> {
    query: &'a Query,
    needles: Vec<Finder<'static>>,
    since: String,
    until: String,
    why: String,
}

impl<'a> Asked<'a> {
    fn of(query: &'a Query) -> Self {
        let json = |text: &str| serde_json::to_string(text).unwrap_or_default();
        let mut needles = Vec::new();
        if !query.who.is_empty() {
            needles.push(format!("\"who\":{}", json(&query.who)));
        }
        if let Some(action) = query.action {
            needles.push(format!("\"action\":\"{action}\""));
        }
        if !query.subject.is_empty() {
            needles.push(json(&query.subject).trim_matches('"').to_owned());
        }
        let said = |at: Option<Moment>| at.map_or_else(String::new, |at| at.to_string());
        Self {
            needles: needles.iter().map(|text| Finder::new(text.as_bytes()).into_owned()).collect(),
            since: said(query.since),
            until: said(query.until),
            why: query.why.trim().to_lowercase(),
            query,
        }
    }

    /// The entry that a line is, when it is one that is looked for. What is no entry is passed over: `check` tells of it.
    fn of_line(&self, line: &[u8]) -> Option<Entry> {
        // Moments of one length are in the order of their text.
        let at = segment::time(line)?;
        if (!self.since.is_empty() && at < self.since.as_str())
            || (!self.until.is_empty() && at >= self.until.as_str())
            || self.needles.iter().any(|needle| needle.find(line).is_none())
        {
            return None;
        }
        let entry: Entry = serde_json::from_slice(line).ok()?;
        let (query, event) = (self.query, &entry.event);
        let fits = (query.who.is_empty() || event.who == query.who)
            && query.action.is_none_or(|action| action == event.action)
            && (query.subject.is_empty() || event.subject.has(&query.subject))
            && (self.why.is_empty() || event.why.to_lowercase().contains(&self.why));
        fits.then_some(entry)
    }
}

impl Trail {
    /// At most `most` entries that fit, newest first, among at most `lines` lines looked at. O(lines).
    ///
    /// # Errors
    /// When the trail cannot be read.
    pub fn find(&self, query: &Query, most: usize, lines: usize) -> Result<Found, AuditError> {
        let asked = Asked::of(query);
        let mut found = Found::default();
        let mut left = lines;
        self.files(&mut |first, load| {
            if query.before.is_some_and(|before| first >= before) {
                return Ok(true);
            }
            for line in segment::newest(&load()?) {
                let Some(n) = segment::number(line) else { continue };
                if query.before.is_some_and(|before| n >= before) {
                    continue;
                }
                if found.entries.len() >= most || left == 0 {
                    found.next = found.down_to;
                    return Ok(false);
                }
                left -= 1;
                found.down_to = Some(n);
                found.entries.extend(asked.of_line(line));
            }
            Ok(true)
        })?;
        Ok(found)
    }

    /// Every entry that fits with its line, oldest first, to `each`, which says whether to go on.
    ///
    /// # Errors
    /// When the trail cannot be read, or what `each` returned.
    pub fn each<E: From<AuditError>>(
        &self,
        query: &Query,
        each: EachEntry<'_, E>,
    ) -> Result<(), E> {
        let asked = Asked::of(query);
        self.lines(&mut |line| match asked.of_line(line) {
            Some(entry) => each(&entry, line),
            None => Ok(()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casework::audit::{Event, Subject};
    use proptest::prelude::*;

    const NOW: Moment = Moment(1_795_392_000);

    fn trail(n: u64) -> Trail {
        let trail = Trail::in_memory();
        for i in 0..n {
            let who = if i % 3 == 0 { "ann" } else { "ben \"b\"" };
            let action = if i % 2 == 0 { Action::Read } else { Action::Decided };
            let subject = Subject::new().with("ring_id", format!("ring_{}", i % 5));
            let at = Moment(NOW.0 + i as i64);
            let event = Event::new(at, who, action, subject, "192.0.2.1").why("Twins, met");
            trail.record(event).unwrap();
        }
        trail
    }

    fn numbers(found: &Found) -> Vec<u64> {
        found.entries.iter().map(|entry| entry.n).collect()
    }

    #[test]
    fn every_filter_narrows_and_they_narrow_together() {
        let trail = trail(30);
        let ask = |query: Query| numbers(&trail.find(&query, 100, 100).unwrap());
        let all = Query::default();
        assert_eq!(ask(all.clone()), (1..=30).rev().collect::<Vec<_>>());
        assert_eq!(ask(Query { who: "ann".into(), ..all.clone() }).len(), 10);
        assert_eq!(ask(Query { who: "ben \"b\"".into(), ..all.clone() }).len(), 20);
        assert_eq!(ask(Query { who: "an".into(), ..all.clone() }).len(), 0);
        assert_eq!(ask(Query { action: Some(Action::Decided), ..all.clone() }).len(), 15);
        assert_eq!(ask(Query { subject: "ring_4".into(), ..all.clone() }), [30, 25, 20, 15, 10, 5]);
        assert_eq!(ask(Query { subject: "ring".into(), ..all.clone() }).len(), 0);
        assert_eq!(ask(Query { why: "TWINS".into(), ..all.clone() }).len(), 30);
        let (since, until) = (Some(Moment(NOW.0 + 3)), Some(Moment(NOW.0 + 5)));
        assert_eq!(ask(Query { since, until, ..all.clone() }), [5, 4]);
        let both = Query { who: "ann".into(), subject: "ring_4".into(), ..all };
        assert_eq!(ask(both), [25, 10]);
    }

    proptest! {
        #[test]
        fn going_on_finds_everything_once(n in 0_u64..40, most in 1_usize..9, lines in 1_usize..9) {
            let trail = trail(n);
            let mut query = Query { who: "ann".into(), ..Query::default() };
            let all = numbers(&trail.find(&query, 100, 100).unwrap());
            let mut seen = Vec::new();
            loop {
                let found = trail.find(&query, most, lines).unwrap();
                seen.extend(numbers(&found));
                query.before = found.next;
                if query.before.is_none() {
                    break;
                }
            }
            prop_assert_eq!(seen, all);
        }
    }
}
