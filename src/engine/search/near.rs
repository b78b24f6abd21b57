//! Values spelt much like what was typed: mailboxes, handles, streets, schools, employers. Not responsible for names of
//! people (`names`) nor for numbers (`values`).
//!
//! Of a text with at most k slips one of k + 1 pieces is as it was typed (the pigeonhole principle, as in Navarro, *A guided
//! tour to approximate string matching*, 2001): values with such a piece are looked up, and only they are compared.
//!
//! Invariant: within the bound on the number compared, every value is found that has a run of words at most so many slips
//! away.

use crate::matching::similarity::osa_within;
use std::ops::Range;

/// Shortest text in which a slip is looked for, in bytes, and in which two are: a piece has five bytes or more, so that few
/// values have it.
const ONE: usize = 10;
const TWO: usize = 18;
/// Characters of values that are kept folded.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789 .-_@";

/// A text that may be misspelt.
#[derive(Debug)]
pub(super) struct Spelling {
    text: String,
    most: usize,
}

impl Spelling {
    /// None of a text too short to be told from others with a slip in it.
    pub(super) fn new(text: &str) -> Option<Self> {
        let most = match text.len() {
            TWO.. => 2,
            ONE.. => 1,
            _ => return None,
        };
        Some(Self { text: text.to_owned(), most })
    }

    /// The pieces of which one is as it was typed, with where they begin.
    pub(super) fn pieces(&self) -> Vec<(usize, &str)> {
        let (n, pieces) = (self.text.len(), self.most + 1);
        let mut ends: Vec<usize> =
            (1..=pieces).map(|i| self.text.floor_char_boundary(n * i / pieces)).collect();
        ends.dedup();
        let mut from = 0;
        let cut = ends.into_iter().filter_map(|end| {
            let piece = (from, self.text.get(from..end)?);
            from = end;
            Some(piece)
        });
        cut.collect()
    }

    /// How many slips away the nearest run of words is in a value that has the piece which begins at `offset` at `at`, and
    /// where it stands; none when it is as typed or too far away. O(slips² × length).
    pub(super) fn nearest(
        &self,
        value: &str,
        offset: usize,
        at: usize,
    ) -> Option<(usize, Range<usize>)> {
        let (n, most) = (self.text.len(), self.most);
        let mut best: Option<(usize, Range<usize>)> = None;
        let from = at.saturating_sub(offset + most);
        for start in (from..=(at + most).saturating_sub(offset)).filter(|&s| begins(value, s)) {
            for end in (start + n - most..=start + n + most).filter(|&end| end <= value.len()) {
                let Some(run) = value.get(start..end) else { continue };
                let limit = best.as_ref().map_or(most, |(slips, _)| slips - 1);
                match osa_within(&self.text, run, limit) {
                    Some(0) => return None,
                    Some(slips) => best = Some((slips, start..end)),
                    None => {}
                }
                if best.as_ref().is_some_and(|(slips, _)| *slips == 1) {
                    // Nothing nearer but the text itself, and that would be found as a part.
                    return best;
                }
            }
        }
        best
    }
}

fn byte(value: &str, at: usize) -> Option<u8> {
    value.as_bytes().get(at).copied()
}

/// Whether a word begins here.
fn begins(value: &str, at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| byte(value, at));
    before.is_none_or(|b| !b.is_ascii_alphanumeric())
}

/// Hands `to` every text that one slip makes of this: a character left out, put in, replaced, or two exchanged. For short
/// ASCII texts; O(length²).
pub(super) fn slips(text: &str, mut to: impl FnMut(String)) {
    const LONGEST: usize = 64;
    if !text.is_ascii() || text.len() > LONGEST {
        return;
    }
    for at in 0..=text.len() {
        let (before, after) = text.split_at(at);
        let rest = after.get(1..);
        for letter in LETTERS.chars() {
            to([before, letter.encode_utf8(&mut [0; 4]), after].concat());
            rest.into_iter()
                .for_each(|rest| to([before, letter.encode_utf8(&mut [0; 4]), rest].concat()));
        }
        rest.into_iter().for_each(|rest| to([before, rest].concat()));
        if let (Some(first), Some(second), Some(rest)) =
            (after.get(..1), after.get(1..2), after.get(2..))
        {
            to([before, second, first, rest].concat());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nearest(typed: &str, value: &str) -> Option<(usize, String)> {
        let spelling = Spelling::new(typed)?;
        let found = spelling.pieces().into_iter().flat_map(|(offset, piece)| {
            let places: Vec<usize> = value.match_indices(piece).map(|(at, _)| at).collect();
            let near = places.into_iter().filter_map(|at| spelling.nearest(value, offset, at));
            near.collect::<Vec<_>>()
        });
        let (slips, run) = found.min_by_key(|(slips, _)| *slips)?;
        Some((slips, value[run].to_owned()))
    }

    #[test]
    fn slips_are_found_where_words_begin() {
        for (typed, value, slips, run) in [
            ("mia.whitfeild", "mia.whitfield@example.com", 1, "mia.whitfield"),
            ("standford university", "stanford university", 1, "stanford university"),
            ("12 mapel ct", "12 maple ct, springfield il", 1, "12 maple ct"),
            ("asalzar-dev", "github:asalazar-dev36", 1, "asalazar-dev"),
        ] {
            assert_eq!(nearest(typed, value), Some((slips, run.to_owned())), "{typed}");
        }
        assert_eq!(nearest("mia.whitfeild", "mia.whitford"), None);
        assert_eq!(nearest("maple", "mapel"), None, "too short");
    }

    #[test]
    fn slips_are_all_texts_at_one_edit() {
        let mut all = Vec::new();
        slips("ab", |text| all.push(text));
        for text in ["b", "a", "ba", "abb", "xab", "a-b", "ab9", "xb", "ay"] {
            assert!(all.iter().any(|one| one == text), "{text}");
        }
        assert!(all.iter().all(|text| osa_within("ab", text, 1).is_some()));
        slips("é", |text| panic!("{text}"));
    }

    proptest! {
        #[test]
        fn one_slip_in_a_word_of_a_value_is_found(
            words in prop::collection::vec("[a-z]{10,13}", 1..4),
            which in any::<prop::sample::Index>(),
            at in any::<prop::sample::Index>(),
            letter in "[a-z]",
        ) {
            let value = words.join(" ");
            let mut typed = words[which.index(words.len())].clone();
            let at = at.index(typed.len());
            typed.replace_range(at..=at, &letter);
            prop_assume!(!value.contains(&typed));
            prop_assert_eq!(nearest(&typed, &value).map(|(slips, _)| slips), Some(1));
        }

        #[test]
        fn nothing_that_is_typed_breaks_it(typed in "\\PC{0,40}", value in "\\PC{0,40}", offset in 0_usize..60, at in 0_usize..60) {
            if let Some(spelling) = Spelling::new(&typed) {
                let _ = spelling.nearest(&value, offset, at);
                let whole: String = spelling.pieces().iter().map(|(_, piece)| *piece).collect();
                prop_assert_eq!(whole, typed);
            }
        }
    }
}
