//! The files of a trail: which there are, the lines in them, and where the last whole line ends. Not responsible for
//! writing (`chain`) nor for what a line says (`entry`).
//!
//! Invariant: a segment is named after its first entry, so that their names sort as their entries do.

use crate::casework::audit::{AuditError, entry::Tie};
use memchr::{memchr, memrchr};
use sha2::{Digest, Sha256};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The hash before the first line.
pub(super) const NOTHING: [u8; 32] = [0; 32];

/// A file of the trail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Segment {
    /// Number of its first entry.
    pub first: u64,
    /// Where it is.
    pub path: PathBuf,
}

/// Where a chain ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// Number of the last entry; 0 where there is none.
    pub n: u64,
    /// Hash of its line.
    pub hash: [u8; 32],
}

impl End {
    /// Before the first entry.
    pub const NONE: Self = Self { n: 0, hash: NOTHING };
}

pub(super) fn hash(line: &[u8]) -> [u8; 32] {
    Sha256::digest(line).into()
}

pub(super) fn hex(hash: &[u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS.get(usize::from(n)).copied().unwrap_or(b'?'));
    hash.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// The file that begins with this entry.
pub(super) fn path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:012}.ndjson"))
}

/// The segments of a trail, in order; none where there is no trail.
pub(super) fn all(dir: &Path) -> Result<Vec<Segment>, AuditError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(AuditError::io(dir)(e)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(AuditError::io(dir))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some(first) = name.strip_suffix(".ndjson").and_then(|n| n.parse().ok()) {
            found.push(Segment { first, path });
        }
    }
    found.sort();
    Ok(found)
}

/// The whole lines of a segment, without what was torn off after them.
pub(super) fn whole(bytes: &[u8]) -> &[u8] {
    let end = memrchr(b'\n', bytes).map_or(0, |at| at + 1);
    bytes.get(..end).unwrap_or_default()
}

/// Lines of whole lines, first to last.
pub(super) fn lines(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let at = memchr(b'\n', bytes)?;
        let (line, rest) = bytes.split_at_checked(at)?;
        bytes = rest.get(1..).unwrap_or_default();
        Some(line)
    })
}

/// Lines of whole lines, last to first.
pub(super) fn newest(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut bytes = bytes.strip_suffix(b"\n");
    std::iter::from_fn(move || {
        let left = bytes?;
        match memrchr(b'\n', left) {
            Some(at) => {
                let (before, line) = left.split_at_checked(at)?;
                bytes = Some(before);
                line.get(1..)
            }
            None => {
                bytes = None;
                Some(left)
            }
        }
    })
}

/// The chain's end, when this is its last line.
pub(super) fn end(line: &[u8]) -> Option<End> {
    let tie: Tie = serde_json::from_slice(line).ok()?;
    Some(End { n: tie.n, hash: hash(line) })
}

/// What follows `key` at the front of a line, up to a quote or comma: reads number and time without the rest.
fn field<'a>(line: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(line.get(..80.min(line.len()))?, key)? + key.len();
    let rest = line.get(at..)?;
    rest.get(..rest.iter().position(|b| matches!(b, b'"' | b','))?)
}

/// The number of a line.
pub(super) fn number(line: &[u8]) -> Option<u64> {
    std::str::from_utf8(field(line, b"{\"n\":")?).ok()?.parse().ok()
}

/// When a line was written, as it stands there.
pub(super) fn time(line: &[u8]) -> Option<&str> {
    std::str::from_utf8(field(line, b"\"at\":\"")?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_same_from_both_ends_and_a_torn_one_is_left_out() {
        for (text, expected) in [
            ("", vec![]),
            ("torn", vec![]),
            ("a\n", vec!["a"]),
            ("a\nbc\n\nd\ntorn", vec!["a", "bc", "", "d"]),
        ] {
            let text = whole(text.as_bytes());
            let forth: Vec<&[u8]> = lines(text).collect();
            let mut back: Vec<&[u8]> = newest(text).collect();
            back.reverse();
            assert_eq!(forth, expected.iter().map(|t| t.as_bytes()).collect::<Vec<_>>());
            assert_eq!(forth, back);
        }
    }

    #[test]
    fn number_and_time_are_read_at_the_front_of_a_line() {
        let line = br#"{"n":12,"at":"2026-11-23T00:00:00Z","who":"{\"n\":1"}"#;
        assert_eq!((number(line), time(line)), (Some(12), Some("2026-11-23T00:00:00Z")));
        assert_eq!((number(b""), time(b"{}"), number(b"{\"n\":x,")), (None, None, None));
    }
}
