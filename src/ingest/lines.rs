//! A text cut into physical lines of bounded length. Not responsible for quotes: a CSV record may take
//! several lines.
//!
//! Invariant: memory is bounded by the longest line allowed, whatever the input.

use crate::ingest::Charset;
use std::io::{self, BufRead, Read as _};

/// What fetching a line brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fetched {
    /// A line, as valid UTF-8.
    Line,
    /// A line with a byte, at this place, that is not UTF-8; replaced.
    BadText(usize),
    /// A line of this many bytes, too many; its beginning is there.
    TooLong(u64),
    /// No further line.
    End,
}

/// Reads lines.
pub(super) struct Lines {
    input: Box<dyn BufRead + Send>,
    terminator: u8,
    limit: usize,
    pub(super) charset: Charset,
}

impl Lines {
    /// Lines of at most `limit` bytes; `terminator` is LF, or CR for files of the old Macintosh.
    pub(super) fn new(
        input: Box<dyn BufRead + Send>,
        terminator: u8,
        limit: usize,
        charset: Charset,
    ) -> Self {
        Self { input, terminator, limit: limit.max(1), charset }
    }

    /// Puts the next line into `line`, without its terminator (a CR before an LF stays).
    ///
    /// # Errors
    /// What reading or decompressing brought; the text read so far of the line is then in `line`.
    pub(super) fn next(&mut self, line: &mut Vec<u8>) -> io::Result<Fetched> {
        line.clear();
        let most = self.limit as u64 + 1;
        let n = self.input.by_ref().take(most).read_until(self.terminator, line)?;
        if n == 0 {
            return Ok(Fetched::End);
        }
        let ended = line.last() == Some(&self.terminator);
        if ended {
            line.pop();
        }
        if line.len() > self.limit {
            let skipped = self.input.skip_until(self.terminator)? as u64;
            // The beginning is enough for the rejects, and a smaller buffer goes on.
            line.truncate(self.limit);
            let _ = self.charset.decode_line(line);
            return Ok(Fetched::TooLong(n as u64 + skipped));
        }
        Ok(match self.charset.decode_line(line) {
            Ok(()) => Fetched::Line,
            Err(at) => Fetched::BadText(at),
        })
    }

    /// The bytes that come next, for formats that do not go by lines; empty at the end.
    ///
    /// # Errors
    /// What reading or decompressing brought.
    pub(super) fn fill(&mut self) -> io::Result<&[u8]> {
        loop {
            match self.input.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
                // Asked again, since the borrow checker does not let the first answer leave the loop.
                Ok(_) => break,
            }
        }
        self.input.fill_buf()
    }

    /// Marks `n` of those bytes as used.
    pub(super) fn consume(&mut self, n: usize) {
        self.input.consume(n);
    }
}
