//! Finds the delimiter of a CSV text. Not responsible for reading it.
//!
//! Invariant: one of the four known delimiters, a comma when nothing speaks for another.

use crate::ingest::{
    Mapping,
    plan::choose_mapping,
    preset::explained,
    quoting::{Fed, Fields},
};

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Lines under the header that are counted.
const LINES: usize = 20;

/// The delimiter, and whether the first line declares it (`sep=;`).
///
/// The best one is that under which the header has most names that mean something, then that under which
/// most lines have as many fields as the header, then that with most fields.
pub(super) fn find(sample: &[u8], mapping: Option<&Mapping>) -> (u8, bool) {
    let mac = !sample.contains(&b'\n');
    let line_end = if mac { b'\r' } else { b'\n' };
    let lines = || {
        sample
            .split(move |&b| b == line_end)
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
            .filter(|line| !line.trim_ascii().is_empty())
    };
    if let Some([b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter]) = lines().next()
        && DELIMITERS.contains(delimiter)
    {
        return (*delimiter, true);
    }
    let mut best = ((0, 0, 0), b',');
    for delimiter in DELIMITERS {
        let mut fields = Fields::new();
        let mut rest = lines();
        let whole = rest.by_ref().take(LINES).any(|line| fields.feed(line, delimiter) != Fed::Open);
        let width = fields.len();
        if !whole || width < 2 {
            continue;
        }
        let text = String::from_utf8_lossy(fields.text());
        // More columns than this are refused later; the first ones tell enough.
        let headers: Vec<String> = (0..width.min(500))
            .map(|i| text.get(fields.range(i)).unwrap_or_default().to_owned())
            .collect();
        let known = explained(&choose_mapping(mapping, &headers).0, &headers);
        let alike = rest
            .take(LINES)
            .filter(|line| {
                fields.clear();
                fields.feed(line, delimiter) == Fed::Complete && fields.len() == width
            })
            .count();
        if (known, alike, width) > best.0 {
            best = ((known, alike, width), delimiter);
        }
    }
    (best.1, false)
}
