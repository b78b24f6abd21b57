//! Secrets: values that are withheld, to strike them out of texts and to look for them in files. Not responsible for which
//! values those are (`build::withholding`).
//!
//! A value is found as a whole: not as a part of a longer word or number. ASCII letters are compared without their case.
//! Source of the search: Aho and Corasick, "Efficient string matching", CACM 18 (1975).
//!
//! Invariant: nothing that is said of a secret says its value.

use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::BTreeMap;

/// What stands in place of a withheld value.
pub const WITHHELD: &str = "[withheld]";

/// Shortest value that is looked for, in characters: a shorter one is part of too much else.
const SHORTEST: usize = 6;

/// Values that are withheld.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// What each is, in the order of the search's patterns.
    whats: Vec<String>,
    search: Option<AhoCorasick>,
}

impl Secrets {
    /// Values, each with what it is ("phone of a bystander"). Too short ones are left out. O(bytes).
    #[must_use]
    pub fn new(values: BTreeMap<String, String>) -> Self {
        let kept = values.into_iter().filter(|(value, _)| value.chars().count() >= SHORTEST);
        let (values, whats): (Vec<String>, Vec<String>) = kept.unzip();
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&values);
        Self { whats, search: search.ok() }
    }

    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.whats.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.whats.is_empty()
    }

    /// What the first secret found is, if one is in there. O(bytes).
    #[must_use]
    pub fn found_in(&self, bytes: &[u8]) -> Option<&str> {
        let search = self.search.as_ref()?;
        let mut found = search.find_overlapping_iter(bytes);
        let hit = found.find(|hit| is_whole(bytes, hit.start(), hit.end()))?;
        self.whats.get(hit.pattern().as_usize()).map(String::as_str)
    }

    /// A text with every secret struck out. O(bytes).
    #[must_use]
    pub fn struck(&self, text: &str) -> String {
        let Some(search) = &self.search else { return text.to_owned() };
        let bytes = text.as_bytes();
        let mut spans: Vec<(usize, usize)> = search
            .find_overlapping_iter(text)
            .filter(|hit| is_whole(bytes, hit.start(), hit.end()))
            .map(|hit| (hit.start(), hit.end()))
            .collect();
        spans.sort_unstable();
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        let mut spans = spans.into_iter().peekable();
        while let Some((start, mut end)) = spans.next() {
            while let Some((_, later)) = spans.next_if(|next| next.0 < end) {
                end = end.max(later);
            }
            out.push_str(text.get(at..start).unwrap_or_default());
            out.push_str(WITHHELD);
            at = end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }
}

/// Whether what stands before and behind is no letter or digit that would make it part of something longer.
fn is_whole(bytes: &[u8], start: usize, end: usize) -> bool {
    let joins = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let own = |at: usize| joins(bytes.get(at));
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    let left = joins(before) && own(start);
    let right = joins(bytes.get(end)) && end.checked_sub(1).is_some_and(own);
    !left && !right
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(values: &[&str]) -> Secrets {
        Secrets::new(
            values.iter().map(|v| ((*v).to_owned(), format!("thing {}", v.len()))).collect(),
        )
    }

    #[test]
    fn a_secret_is_struck_as_a_whole_wherever_it_stands_and_however_it_is_written() {
        let s = secrets(&["ada@example.com", "2025550143", "Ada Quill", "Ada Quill-Marsh"]);
        assert_eq!(
            s.struck("ask ADA QUILL-MARSH (ada@example.com), 2025550143."),
            "ask [withheld] ([withheld]), [withheld]."
        );
        assert_eq!(s.struck("12025550143 is another number"), "12025550143 is another number");
        assert_eq!(s.struck("陈ada@example.com陈"), "陈[withheld]陈");
    }

    #[test]
    fn what_is_found_is_told_by_what_it_is_and_not_by_its_value() {
        let s = secrets(&["ada@example.com", "short"]);
        assert_eq!(s.len(), 1, "too short to be looked for");
        assert_eq!(s.found_in(b"x,ada@example.com\n"), Some("thing 15"));
        assert_eq!(s.found_in(b"xada@example.com"), None);
        assert_eq!(Secrets::default().found_in(b"anything"), None);
    }
}
