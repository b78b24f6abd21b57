//! How far a trail was looked through, so that a page can say that it holds without reading it all each time. Not
//! responsible for comparing it with the journal (`check`).
//!
//! Invariant: once something is wrong it stays so until everything is looked through anew.

use crate::casework::audit::{
    Anchor,
    entry::Tie,
    segment::{self, End},
};

/// How far a trail was looked through, and what was found.
#[derive(Debug, Clone)]
pub struct Followed {
    /// The file looked at last, by its first entry, and the bytes of it.
    file: (u64, usize),
    end: End,
    /// What is wrong; empty while nothing is.
    pub wrong: String,
    /// The last entry that an anchor was compared with.
    pub anchored: u64,
}

impl Default for Followed {
    fn default() -> Self {
        Self { file: (0, 0), end: End::NONE, wrong: String::new(), anchored: 0 }
    }
}

impl Followed {
    /// Entries looked at.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.end.n
    }

    pub(super) fn is_past(&self, first: u64) -> bool {
        first < self.file.0
    }

    /// Bytes of this file that were looked at.
    pub(super) fn offset(&self, first: u64) -> usize {
        if self.file.0 == first { self.file.1 } else { 0 }
    }

    /// Looks at the next lines of a file.
    pub(super) fn read_on(&mut self, first: u64, lines: &[u8], anchor: Option<&Anchor>) {
        if !self.wrong.is_empty() {
            return;
        }
        self.file = (first, self.offset(first) + lines.len());
        for line in segment::lines(lines) {
            match step(self.end, line) {
                Ok((end, _)) => self.end = end,
                Err(wrong) => {
                    self.wrong = wrong;
                    return;
                }
            }
            let Some(anchor) = anchor.filter(|anchor| anchor.entry == self.end.n) else { continue };
            if anchor.hash != segment::hex(&self.end.hash) {
                self.wrong = format!(
                    "entry {} is not the one that fact {} of the journal anchored on {}",
                    anchor.entry, anchor.fact, anchor.at
                );
                return;
            }
            self.anchored = anchor.entry;
        }
    }
}

/// The chain's end after one more line, and what ties it; or what is wrong with it.
pub(super) fn step(end: End, line: &[u8]) -> Result<(End, Tie), String> {
    let n = end.n + 1;
    let Ok(tie) = serde_json::from_slice::<Tie>(line) else {
        return Err(format!("the line after entry {} is no entry", end.n));
    };
    if tie.n != n {
        return Err(format!("entry {} stands where entry {n} should be", tie.n));
    }
    if tie.prev != segment::hex(&end.hash) {
        return Err(format!(
            "entry {n} does not follow entry {}: one of them was changed after it was written",
            end.n
        ));
    }
    Ok((End { n, hash: segment::hash(line) }, tie))
}
