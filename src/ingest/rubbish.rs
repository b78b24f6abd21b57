//! Recognises what is no text at all. Not responsible for texts that are no table.
//!
//! Invariant: no text in a supported encoding is called rubbish.

/// First bytes, what they mean, and the way out.
const MAGIC: &[(&[u8], &str, &str)] = &[
    (
        b"PK\x03\x04",
        "a ZIP archive or an Excel workbook",
        "save the sheet as CSV, or unpack it first",
    ),
    (b"\xD0\xCF\x11\xE0", "an old Excel or Word file", "save the sheet as CSV"),
    (b"%PDF-", "a PDF document", "import the applications' export as CSV or JSON Lines"),
    (b"\x28\xB5\x2F\xFD", "a zstd archive", "unpack it first, or compress it with gzip"),
    (b"\xFD7zXZ\0", "an xz archive", "unpack it first, or compress it with gzip"),
    (b"BZh", "a bzip2 archive", "unpack it first, or compress it with gzip"),
    (b"7z\xBC\xAF", "a 7-Zip archive", "unpack it first, or compress it with gzip"),
    (b"\x89PNG", "a PNG image", "import the applications' export as CSV or JSON Lines"),
    (b"\xFF\xD8\xFF", "a JPEG image", "import the applications' export as CSV or JSON Lines"),
    (b"\x7FELF", "a program", "import the applications' export as CSV or JSON Lines"),
    (b"SQLite format 3", "a SQLite database", "export its table as CSV"),
    (b"PAR1", "a Parquet file", "convert it to CSV or JSON Lines"),
    (b"{\\rtf", "a rich-text document", "save it as CSV"),
];

const OTHER: &str = "export the applications as CSV or JSON Lines";

/// What the beginning of a file is when it is no text, and the way out.
pub(super) fn not_text(head: &[u8]) -> Option<(&'static str, &'static str)> {
    MAGIC.iter().find(|(magic, ..)| head.starts_with(magic)).map(|(_, what, out)| (*what, *out))
}

/// The same for a decoded beginning: control characters do not occur in tables.
pub(super) fn not_text_decoded(sample: &[u8]) -> Option<(&'static str, &'static str)> {
    let controls =
        sample.iter().filter(|&&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0B)).count();
    // 2 %: random bytes have 11 %, a text with a stray NUL here and there far less. At least 4, so that
    // a tiny file with one odd character is read and the row rejected by name.
    if controls >= 4 && controls * 50 >= sample.len() {
        return Some(("binary data", OTHER));
    }
    let start = sample.trim_ascii_start().get(..64).unwrap_or(sample).to_ascii_lowercase();
    let page = start.starts_with(b"<!doctype html") || start.starts_with(b"<html");
    if page {
        return Some(("a web page (perhaps the sign-in page instead of the export)", OTHER));
    }
    start.starts_with(b"<?xml").then_some(("an XML document", OTHER))
}
