//! Secrets: values that are withheld, to strike them out of texts and to look for them in files. Not responsible for which
//! values those are (`build::withholding`).
//!
//! A value is found as a whole, not as a part of a longer word or number, whatever the case of its letters in any script;
//! a number of seven digits and more is found however its digits are set apart. Source of the search: Aho and Corasick,
//! "Efficient string matching", CACM 18 (1975).
//!
//! Invariant: nothing that is said of a secret says its value.

use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::BTreeMap;

/// What stands in place of a withheld value.
pub const WITHHELD: &str = "[withheld]";

/// Fewest digits of a number that is found however they are set apart.
const DIGITS: usize = 7;

/// Values that are withheld.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// What each is, in the order of the search's patterns.
    whats: Vec<String>,
    search: Option<AhoCorasick>,
    /// Numbers by their last digits, ten at most, each with what it is.
    numbers: BTreeMap<String, String>,
}

impl Secrets {
    /// Values, each with what it is ("phone of a bystander"). Too short ones are left out. O(bytes).
    #[must_use]
    pub fn new(values: BTreeMap<String, String>) -> Self {
        let mut numbers = BTreeMap::new();
        let mut texts: BTreeMap<String, String> = BTreeMap::new();
        for (value, what) in values {
            if let Some(digits) = number(&value) {
                numbers.entry(digits).or_insert_with(|| what.clone());
            }
            let folded = Folded::of(&value).text;
            if is_long_enough(&folded) {
                texts.entry(folded).or_insert(what);
            }
        }
        let (texts, whats): (Vec<String>, Vec<String>) = texts.into_iter().unzip();
        let search = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&texts);
        Self { whats, search: search.ok(), numbers }
    }

    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.whats.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.whats.is_empty() && self.numbers.is_empty()
    }

    /// What the first secret found is, if one is in there. O(bytes).
    #[must_use]
    pub fn found_in(&self, bytes: &[u8]) -> Option<&str> {
        let text = String::from_utf8_lossy(bytes);
        self.spans(&text).into_iter().next().map(|span| span.2)
    }

    /// A text with every secret struck out. O(bytes).
    #[must_use]
    pub fn struck(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        let mut spans = self.spans(text).into_iter().peekable();
        while let Some((start, mut end, _)) = spans.next() {
            while let Some((_, later, _)) = spans.next_if(|next| next.0 < end) {
                end = end.max(later);
            }
            out.push_str(text.get(at..start).unwrap_or_default());
            out.push_str(WITHHELD);
            at = end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }

    /// The values that are in this text as wholes: what is told anyway is no secret. O(bytes).
    #[must_use]
    pub fn known_in(values: &BTreeMap<String, String>, told: &str) -> Vec<String> {
        let folded: Vec<String> = values.keys().map(|value| Folded::of(value).text).collect();
        let Ok(search) = AhoCorasick::new(&folded) else { return Vec::new() };
        let told = Folded::of(told);
        let hits = search.find_overlapping_iter(&told.text);
        let mut known: Vec<usize> = hits
            .filter(|hit| is_whole(&told.text, hit.start(), hit.end()))
            .map(|hit| hit.pattern().as_usize())
            .collect();
        known.sort_unstable();
        known.dedup();
        let keys: Vec<&String> = values.keys().collect();
        known.into_iter().filter_map(|at| keys.get(at).map(|key| (*key).clone())).collect()
    }

    /// Where secrets are in a text, sorted: first byte, byte after the last, what it is.
    fn spans(&self, text: &str) -> Vec<(usize, usize, &str)> {
        let mut spans = Vec::new();
        if let Some(search) = &self.search {
            let folded = Folded::of(text);
            for hit in search.find_overlapping_iter(&folded.text) {
                if is_whole(&folded.text, hit.start(), hit.end())
                    && let Some(what) = self.whats.get(hit.pattern().as_usize())
                {
                    spans.push((folded.at(hit.start()), folded.at(hit.end()), what.as_str()));
                }
            }
        }
        if !self.numbers.is_empty() {
            for (start, end) in runs(text) {
                let digits = text.get(start..end).and_then(number);
                if let Some(what) = digits.and_then(|digits| self.numbers.get(&digits)) {
                    spans.push((start, end, what.as_str()));
                }
            }
        }
        spans.sort_unstable();
        spans
    }
}

/// Whether a folded value is long enough to be looked for: a shorter one is part of too much else. Names of two short words
/// are, and names in scripts that write a word with one sign.
fn is_long_enough(folded: &str) -> bool {
    let n = folded.chars().count();
    let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
    n >= 6 || (folded.contains(' ') && letters >= 4) || (n >= 2 && folded.chars().all(is_unspaced))
}

/// The last digits, ten at most, of a text that is a number and nothing else; none where it has too few.
fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_one =
        digits.len() >= DIGITS && text.chars().all(|c| c.is_ascii_digit() || sets_apart(c));
    is_one.then(|| digits.get(digits.len().saturating_sub(10)..).unwrap_or_default().to_owned())
}

/// Characters by which people set digits of one number apart.
fn sets_apart(c: char) -> bool {
    matches!(c, ' ' | '-' | '(' | ')' | '.' | '+' | '/' | '\u{a0}' | '\u{2010}'..='\u{2013}')
}

/// Runs of digits that are set apart like those of one number, each a whole.
fn runs(text: &str) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut run: Option<(usize, usize, usize)> = None;
    let mut before: Option<char> = None;
    let mut close = |run: &mut Option<(usize, usize, usize)>, next: Option<char>| {
        if let Some((start, end, n)) = run.take()
            && n >= DIGITS
            && !next.is_some_and(|c| c.is_alphanumeric())
        {
            runs.push((start, end));
        }
    };
    for (at, c) in text.char_indices() {
        match (&mut run, c) {
            (Some((_, end, n)), c) if c.is_ascii_digit() => (*end, *n) = (at + 1, *n + 1),
            (None, c) if c.is_ascii_digit() && !before.is_some_and(char::is_alphanumeric) => {
                // What opens the number goes with it.
                let opened = before.is_some_and(|b| matches!(b, '(' | '+'));
                run = Some((at - usize::from(opened), at + 1, 1));
            }
            (Some(_), c) if sets_apart(c) => {}
            (Some(_), c) => {
                close(&mut run, Some(c).filter(|_| before.is_some_and(|b| b.is_ascii_digit())))
            }
            (None, _) => {}
        }
        before = Some(c);
    }
    close(&mut run, None);
    runs
}

/// A text in lower case, with the way back.
struct Folded {
    text: String,
    /// Byte of the text as it was, for each byte of the folded one and one more; none where both are the same.
    places: Option<Vec<usize>>,
}

impl Folded {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self { text: text.to_ascii_lowercase(), places: None };
        }
        let mut folded = String::with_capacity(text.len());
        let mut places = Vec::with_capacity(text.len() + 1);
        for (at, c) in text.char_indices() {
            for lower in c.to_lowercase() {
                folded.push(lower);
                places.resize(folded.len(), at);
            }
        }
        places.push(text.len());
        Self { text: folded, places: Some(places) }
    }

    /// The byte of the text as it was at a boundary between characters of the folded one.
    fn at(&self, folded: usize) -> usize {
        match &self.places {
            None => folded,
            Some(places) => places.get(folded).copied().unwrap_or(folded),
        }
    }
}

/// Scripts that set no blanks between words: there every neighbor would join.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7af
        | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

/// Whether what stands before and behind is no letter or digit that would make it part of something longer.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
    let before = text.get(..start).unwrap_or_default();
    let own = text.get(start..end).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let left = joins(before.chars().next_back()) && joins(own.chars().next());
    let right = joins(after.chars().next()) && joins(own.chars().next_back());
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
        assert_eq!(s.struck("120255501437 is another number"), "120255501437 is another number");
        assert_eq!(s.struck("陈ada@example.com陈"), "陈[withheld]陈");
    }

    #[test]
    fn letters_of_any_script_are_found_in_any_case_and_names_of_few_signs_too() {
        let s =
            secrets(&["Иван Петров", "Øyvind Ås", "7 Ökologie Allee", "李伟", "Li Wu", "김민준"]);
        for text in ["ИВАН ПЕТРОВ", "иван петров", "ØYVIND ÅS", "7 ÖKOLOGIE ALLEE", "li wu"]
        {
            assert_eq!(
                s.struck(&format!("ask {text}, please")),
                "ask [withheld], please",
                "{text}"
            );
        }
        assert_eq!(s.struck("李伟さん"), "[withheld]さん");
        assert_eq!(s.struck("김민준입니다"), "[withheld]입니다");
        assert_eq!(s.struck("Ali Wurst"), "Ali Wurst");
    }

    #[test]
    fn digits_of_a_number_are_found_however_they_are_set_apart() {
        let s = secrets(&["202-555-0188", "123456789"]);
        for text in
            ["(202) 555-0188", "+1 202.555.0188", "2025550188", "12025550188", "123-45-6789"]
        {
            assert_eq!(s.struck(&format!("call {text}.")), "call [withheld].", "{text}");
        }
        for text in ["a2025550188", "2025550188b", "202555018", "2026-03-01T09:00:00Z"] {
            assert_eq!(s.struck(text), text);
        }
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
