//! Two texts side by side, with what only one of them has set apart: by character where they are short, by word where they
//! are long, and then only around the differences. Not responsible for what the texts are.
//!
//! Invariant: where nothing is folded away, the runs of a side are its text, to the character.

use crate::explain::words::grouped;
use similar::{Algorithm, DiffTag, capture_diff_slices};
use std::{collections::HashMap, ops::Range};
use unicode_segmentation::UnicodeSegmentation;

/// Words from which on texts are compared by word.
const LONG: usize = 12;
/// Tokens of a text that are compared; of what follows it is said that it is not.
const MOST: usize = 2_000;
/// Words shown on either side of a difference.
const AROUND: usize = 6;
/// Words of a long difference that are shown.
const SHOWN: usize = 60;

/// What a run of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Both have it.
    Same,
    /// The other does not have it.
    Differs,
    /// Something is left out here; the text says what.
    Gap,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The piece.
    pub text: String,
    /// What it is.
    pub part: Part,
}

impl Run {
    fn new(text: impl Into<String>, part: Part) -> Self {
        Self { text: text.into(), part }
    }

    /// A piece that is not set apart.
    pub fn same(text: impl Into<String>) -> Self {
        Self::new(text, Part::Same)
    }

    /// Whether the other side does not have it.
    pub fn is_different(&self) -> bool {
        self.part == Part::Differs
    }

    /// Whether it only says what is left out.
    pub fn is_gap(&self) -> bool {
        self.part == Part::Gap
    }
}

/// A stretch that both sides have, or that they do not.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stretch {
    is_same: bool,
    sides: [Range<usize>; 2],
}

impl Stretch {
    /// The length of the longer side.
    fn len(&self) -> usize {
        self.sides[0].len().max(self.sides[1].len())
    }
}

/// Both texts with what differs set apart. O(tokens × differences) at most, of [`MOST`] tokens.
#[must_use]
pub fn marked(left: &str, right: &str) -> [Vec<Run>; 2] {
    let is_long =
        [left, right].iter().any(|text| text.unicode_words().take(LONG + 1).count() > LONG);
    if left == right {
        return [plain(left), plain(right)];
    }
    let tokens: [Vec<&str>; 2] = [left, right].map(|text| {
        if is_long {
            text.split_word_bounds().take(MOST + 1).collect()
        } else {
            text.graphemes(true).take(MOST + 1).collect()
        }
    });
    let compared = [0, 1].map(|side| &tokens[side][..tokens[side].len().min(MOST)]);
    let stretches = joined(stretches(compared), compared, is_long);
    let same: usize = stretches.iter().filter(|s| s.is_same).map(Stretch::len).sum();
    // Marking nearly everything shows nothing.
    if same * 3 < compared[0].len().min(compared[1].len()) {
        return [plain(left), plain(right)];
    }
    [0, 1].map(|side| {
        let mut runs = Vec::new();
        let last = stretches.len().saturating_sub(1);
        for (i, stretch) in stretches.iter().enumerate() {
            let piece = &compared[side][stretch.sides[side].clone()];
            match (stretch.is_same, is_long) {
                (_, false) => push(&mut runs, piece.concat(), stretch.is_same),
                (true, true) => folded(&mut runs, piece, i == 0, i == last),
                (false, true) => cut(&mut runs, piece),
            }
        }
        if tokens[side].len() > MOST {
            runs.push(Run::new("… what follows is not compared", Part::Gap));
        }
        runs
    })
}

/// A text without marks, cut where it is long.
#[must_use]
pub fn plain(text: &str) -> Vec<Run> {
    let mut end = 0;
    let mut words = text.unicode_word_indices();
    for (at, word) in words.by_ref().take(SHOWN) {
        end = at + word.len();
    }
    let more = words.count();
    if more < AROUND {
        return if text.is_empty() { Vec::new() } else { vec![Run::new(text, Part::Same)] };
    }
    let said = format!(" … {} words more …", grouped(more));
    vec![Run::new(&text[..end], Part::Same), Run::new(said, Part::Gap)]
}

fn push(runs: &mut Vec<Run>, text: String, is_same: bool) {
    if !text.is_empty() {
        runs.push(Run::new(text, if is_same { Part::Same } else { Part::Differs }));
    }
}

fn stretches([left, right]: [&[&str]; 2]) -> Vec<Stretch> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut number = |token| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry(token).or_insert(next)
    };
    let a: Vec<u32> = left.iter().copied().map(&mut number).collect();
    let b: Vec<u32> = right.iter().copied().map(&mut number).collect();
    capture_diff_slices(Algorithm::Myers, &a, &b)
        .iter()
        .map(|op| Stretch {
            is_same: op.tag() == DiffTag::Equal,
            sides: [op.old_range(), op.new_range()],
        })
        .collect()
}

/// Stretches with those joined that stand side by side, and without what both have by chance: a letter between two
/// differences that are longer, or a blank between two words.
fn joined(stretches: Vec<Stretch>, tokens: [&[&str]; 2], is_long: bool) -> Vec<Stretch> {
    let mut kept: Vec<Stretch> = Vec::new();
    let mut ahead = stretches.into_iter().peekable();
    while let Some(mut stretch) = ahead.next() {
        if let (true, Some(before), Some(after)) = (stretch.is_same, kept.last(), ahead.peek())
            && !before.is_same
        {
            let text = &tokens[0][stretch.sides[0].clone()];
            let is_chance = if is_long {
                !text.iter().any(|token| token.chars().any(char::is_alphanumeric))
            } else {
                text.len() < 3 && text.len() < before.len().max(after.len())
            };
            stretch.is_same = !is_chance;
        }
        match kept.last_mut() {
            Some(last) if last.is_same == stretch.is_same => {
                for (known, more) in last.sides.iter_mut().zip(stretch.sides) {
                    known.end = more.end;
                }
            }
            _ => kept.push(stretch),
        }
    }
    kept
}

fn is_word(token: &str) -> bool {
    token.chars().any(char::is_alphanumeric)
}

/// What both have: the words next to a difference, and how many are left out.
fn folded(runs: &mut Vec<Run>, tokens: &[&str], is_first: bool, is_last: bool) {
    let words: Vec<usize> = (0..tokens.len()).filter(|&i| is_word(tokens[i])).collect();
    let (head, tail) = (if is_first { 0 } else { AROUND }, if is_last { 0 } else { AROUND });
    let out = words.len().saturating_sub(head + tail);
    if out < AROUND {
        return push(runs, tokens.concat(), true);
    }
    // What is left out begins with the word after the head and ends with the one before the tail.
    let from = words.get(head).copied().unwrap_or(0);
    let to = words.get(head + out - 1).map_or(tokens.len(), |&last| last + 1);
    push(runs, tokens[..from].concat(), true);
    runs.push(Run::new(format!("… {} words the same …", grouped(out)), Part::Gap));
    push(runs, tokens[to..].concat(), true);
}

/// What one side alone has, cut where it is long.
fn cut(runs: &mut Vec<Run>, tokens: &[&str]) {
    let words: Vec<usize> = (0..tokens.len()).filter(|&i| is_word(tokens[i])).collect();
    let out = words.len().saturating_sub(SHOWN);
    match words.get(SHOWN) {
        Some(&from) if out >= AROUND => {
            push(runs, tokens[..from].concat(), false);
            runs.push(Run::new(format!("… {} words more that differ …", grouped(out)), Part::Gap));
        }
        _ => push(runs, tokens.concat(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(runs: &[Run]) -> String {
        runs.iter().map(|run| run.text.as_str()).collect()
    }

    fn differs(runs: &[Run]) -> Vec<&str> {
        runs.iter().filter(|run| run.is_different()).map(|run| run.text.as_str()).collect()
    }

    proptest! {
        #[test]
        fn marking_loses_no_character(left in "[abż e\u{301}👩‍👧]{0,16}", right in "[abż e\u{301}👩‍👧]{0,16}") {
            let [l, r] = marked(&left, &right);
            prop_assert_eq!(text(&l), left.clone());
            prop_assert_eq!(text(&r), right.clone());
            prop_assert!(left != right || (differs(&l).is_empty() && differs(&r).is_empty()));
            // Without the marked parts the two sides are one text.
            let same = |runs: &[Run]| text(&runs.iter().filter(|r| !r.is_different()).cloned().collect::<Vec<_>>());
            prop_assert!(same(&l) == same(&r) || (differs(&l).is_empty() && differs(&r).is_empty()));
        }

        #[test]
        fn long_texts_are_marked_without_a_panic(left in "([a-c]{1,3}[ ,.]){0,200}", right in "([a-c]{1,3}[ ,.]){0,200}") {
            let [l, r] = marked(&left, &right);
            prop_assert!(l.iter().chain(&r).all(|run| !run.text.is_empty()));
        }
    }

    #[test]
    fn each_difference_within_a_text_is_marked_by_itself() {
        let [l, r] = marked("12 Oak Ave, Apt 4", "14 Oak Ave, Apt 7");
        assert_eq!((differs(&l), differs(&r)), (vec!["2", "4"], vec!["4", "7"]));
        let [l, r] = marked("Jon Smith", "John Smyth");
        assert_eq!((differs(&l), differs(&r)), (vec!["i"], vec!["h", "y"]));
        // What is written with two characters is one letter.
        let [l, _] = marked("Rene\u{301} Blanc", "Rene Blanc");
        assert_eq!(differs(&l), ["e\u{301}"]);
    }

    #[test]
    fn two_texts_with_little_in_common_are_not_marked() {
        let [l, r] = marked("Daniel Whitfield", "Marcus Ellery");
        assert!(differs(&l).is_empty() && differs(&r).is_empty());
    }

    #[test]
    fn of_long_texts_only_the_neighborhood_of_a_difference_is_shown() {
        let words: Vec<String> = (0..400).map(|i| format!("word{i}")).collect();
        let left = words.join(" ");
        let right = left.replace("word200 ", "other ");
        let [l, r] = marked(&left, &right);
        assert_eq!((differs(&l), differs(&r)), (vec!["word200"], vec!["other"]));
        let said = text(&l);
        assert!(
            said.starts_with("… 194 words the same …") && said.contains("word199 word200 word201"),
            "{said}"
        );
        assert!(said.ends_with("… 193 words the same …"), "{said}");
        let [same, _] = marked(&left, &left);
        assert_eq!(same[1].text, " … 340 words more …");
    }

    #[test]
    fn a_text_without_end_is_compared_as_far_as_it_goes() {
        let long = "ab ".repeat(5_000);
        let [l, _] = marked(&long, &format!("{long}x"));
        assert_eq!(l.last().map(|run| run.part), Some(Part::Gap));
    }
}
