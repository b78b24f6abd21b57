//! What two resume texts have in common, for a reader: how much of what is their own, and the longest passage. Not
//! responsible for what that is worth (`matching::features::resume`), and it never quotes: a text may be masked.
//!
//! Invariant: passages that many applications contain are no part of it, here as there.

use crate::{
    explain::words::count,
    matching::{Corpus, corpus::App, features::resume},
    model::{Application, Column},
    normalize::{normalize, resume as text},
};

/// Words of a text in which a passage is looked for: what follows costs more than it tells a reader.
const READ: usize = 4_000;

/// What two texts have in common of what few others have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Common {
    /// Own passages of three words that both have.
    pub passages: usize,
    /// Own passages of either.
    pub of: usize,
    /// Words of the longest passage that both have and few others.
    pub longest: usize,
    /// Whether it may be the words of the opening that both are for, which is why it says little.
    pub opening: bool,
}

impl Common {
    /// What two applications' texts have in common; none where a text is not to be had. O(length of one × length of the
    /// other), of at most `READ` each.
    #[must_use]
    pub fn of(corpus: &Corpus, [x, y]: [&App<'_>; 2], raw: [&Application; 2]) -> Option<Self> {
        let own = |app: &App<'_>| {
            app.front().iter().filter(|&&s| !corpus.passages().is_common(s)).count()
        };
        let passages = resume::in_common(corpus, x, y);
        let [left, right] = raw.map(ordered);
        let rare = |s: u32| !corpus.passages().is_common(s);
        let run = longest_run(&left?, &right?, rare);
        Some(Self {
            passages,
            of: (own(x) + own(y)).saturating_sub(passages),
            longest: if run == 0 { 0 } else { run + text::WIDTH - 1 },
            opening: resume::is_an_openings(x, y),
        })
    }

    /// In words: a clause that stands after what was found.
    #[must_use]
    pub fn clause(&self) -> String {
        let share = (self.passages * 100 + self.of / 2).checked_div(self.of).unwrap_or(0);
        let share = if share == 0 && self.passages > 0 {
            "under 1 %".to_owned()
        } else {
            format!("{share} %")
        };
        let passages = count(self.passages, "passage", "passages");
        let longest = match self.longest {
            // They stand in the newest texts no more, or further on than is read.
            0 => String::new(),
            longest => format!(", the longest of {}", count(longest, "word", "words")),
        };
        let opening = if self.opening {
            ", which may be the words of the opening that both are for"
        } else {
            ""
        };
        format!("{passages} of {} ({share}){longest}{opening}", self.of)
    }
}

/// The shingles of an application's text in their order.
fn ordered(application: &Application) -> Option<Vec<u32>> {
    let name = normalize(application).name;
    let mut shingles = text::in_order(application.get(Column::ResumeText)?, name.as_ref());
    shingles.truncate(READ);
    Some(shingles)
}

/// The most numbers in a row that both have, each of them rare. O(left × right), with nothing but a comparison at each
/// step, so that a text of one word over and over costs no more than any other.
fn longest_run(left: &[u32], right: &[u32], rare: impl Fn(u32) -> bool) -> usize {
    // How long a run ends at each place of the right side and at the last number of the left one.
    let mut ending = vec![0_usize; right.len()];
    let mut longest = 0;
    for &shingle in left {
        let is_rare = rare(shingle);
        let mut before = 0;
        for (run, &other) in ending.iter_mut().zip(right) {
            let here = if is_rare && shingle == other { before + 1 } else { 0 };
            before = std::mem::replace(run, here);
            longest = longest.max(here);
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_run_is_found_wherever_it_stands_and_stops_at_what_many_have() {
        let rare = |s: u32| s < 100;
        assert_eq!(longest_run(&[1, 2, 3, 4, 9], &[7, 2, 3, 4, 1, 2], rare), 3);
        assert_eq!(longest_run(&[1, 2, 100, 3, 4, 5], &[1, 2, 100, 3, 4, 5], rare), 3);
        assert_eq!(longest_run(&[5, 5, 5], &[5, 5], rare), 2);
        assert_eq!(longest_run(&[], &[1], rare), 0);
    }

    #[test]
    fn it_reads_as_a_clause() {
        let common = Common { passages: 14, of: 80, longest: 9, opening: false };
        assert_eq!(common.clause(), "14 passages of 80 (18 %), the longest of 9 words");
        let little = Common { passages: 1, of: 400, longest: 3, opening: false };
        assert_eq!(little.clause(), "1 passage of 400 (under 1 %), the longest of 3 words");
        let far = Common { passages: 2, of: 9, longest: 0, opening: true };
        let said =
            "2 passages of 9 (22 %), which may be the words of the opening that both are for";
        assert_eq!(far.clause(), said);
    }
}
