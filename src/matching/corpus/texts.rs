//! Many short texts, each under a number, without an allocation each. Not responsible for finding one by what it
//! says (`interner`).
//!
//! Invariant: a text never changes.

use crate::matching::corpus::tree::{BITS, FAN, Tree};

/// Texts by number. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(in crate::matching) struct Texts {
    chunks: Tree<Chunk>,
    len: usize,
}

/// Up to 256 texts, end to end.
#[derive(Debug, Clone, Default)]
struct Chunk {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    /// Number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// A text. O(1).
    ///
    /// # Panics
    /// When there is none under this number.
    #[inline]
    #[must_use]
    pub fn get(&self, at: usize) -> &str {
        let chunk = self.chunks.chunk(at >> BITS);
        let i = at & (FAN - 1);
        let from = if i == 0 { 0 } else { chunk.ends[i - 1] as usize };
        &chunk.text[from..chunk.ends[i] as usize]
    }

    /// Adds a text and returns its number. A chunk of 256 texts holds 4 GiB at most; what does not fit is cut.
    pub fn push(&mut self, text: &str) -> usize {
        if self.len & (FAN - 1) == 0 {
            // About as much as in the chunk before, so that it hardly ever grows.
            let before = self.chunks.last().map_or(0, |chunk| chunk.text.len());
            let text = String::with_capacity(before + before / 16);
            self.chunks.push(Chunk { text, ends: Vec::with_capacity(FAN) });
        }
        let chunk = self.chunks.chunk_mut(self.len >> BITS);
        let text = if u32::try_from(chunk.text.len() + text.len()).is_ok() { text } else { "" };
        chunk.text.push_str(text);
        chunk.ends.push(u32::try_from(chunk.text.len()).unwrap_or(u32::MAX));
        self.len += 1;
        self.len - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_under_their_numbers() {
        let mut texts = Texts::default();
        for i in 0..1_000 {
            assert_eq!(texts.push(&format!("text {i}")), i);
        }
        let before = texts.clone();
        texts.push("");
        assert_eq!(
            (texts.get(0), texts.get(255), texts.get(256)),
            ("text 0", "text 255", "text 256")
        );
        assert_eq!((texts.get(1_000), texts.len(), before.len()), ("", 1_001, 1_000));
    }
}
