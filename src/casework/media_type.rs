//! What sorts of file a case takes, told by content. Not responsible for keeping files (`attachments`).
//!
//! Invariant: nothing that a browser would run is among them; a name that promises another sort is refused.

use std::{fmt, str::FromStr};

macro_rules! types {
    ($($variant:ident = $name:literal, $label:literal, [$($ending:literal),+];)*) => {
        /// A sort of file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum MediaType { $(#[doc = $label] $variant,)* }

        impl MediaType {
            /// Every sort.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name on the wire.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// What it is, for people.
            #[must_use]
            pub fn label(self) -> &'static str { match self { $(Self::$variant => $label,)* } }

            /// How names of such files end.
            #[must_use]
            pub fn endings(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($ending),+],)* }
            }
        }
    };
}

types! {
    Pdf = "application/pdf", "PDF", ["pdf"];
    Png = "image/png", "PNG image", ["png"];
    Jpeg = "image/jpeg", "JPEG image", ["jpg", "jpeg"];
    Gif = "image/gif", "GIF image", ["gif"];
    WebP = "image/webp", "WebP image", ["webp"];
    Word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word document", ["docx"];
    Excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook", ["xlsx"];
    PowerPoint = "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint presentation", ["pptx"];
    OpenText = "application/vnd.oasis.opendocument.text", "OpenDocument text", ["odt"];
    OpenSheet = "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument spreadsheet", ["ods"];
    OpenSlides = "application/vnd.oasis.opendocument.presentation", "OpenDocument presentation", ["odp"];
    Json = "application/json", "JSON", ["json"];
    Csv = "text/csv", "CSV table", ["csv"];
    Mail = "message/rfc822", "e-mail with headers", ["eml"];
    Text = "text/plain", "plain text", ["txt", "log", "md"];
}

impl MediaType {
    /// The sort that a file's name promises; none for every other.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        let ending = ending.to_lowercase();
        Self::ALL.iter().copied().find(|sort| sort.endings().contains(&ending.as_str()))
    }

    /// Whether a browser may show it in place: images only; everything else is for saving.
    #[must_use]
    pub fn is_shown(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Gif | Self::WebP)
    }

    /// Whether it is text.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self, Self::Json | Self::Csv | Self::Mail | Self::Text)
    }

    /// Whether a file that begins like this can be one; `head` are its first bytes, up to some kilobytes.
    #[must_use]
    pub fn begins(self, head: &[u8]) -> bool {
        match self {
            Self::Pdf => head.starts_with(b"%PDF-"),
            Self::Png => head.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => head.starts_with(b"\xff\xd8\xff"),
            Self::Gif => head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a"),
            Self::WebP => head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP"),
            Self::Word => zip_with(head, b"word/"),
            Self::Excel => zip_with(head, b"xl/"),
            Self::PowerPoint => zip_with(head, b"ppt/"),
            Self::OpenText | Self::OpenSheet | Self::OpenSlides => {
                let mut says = b"mimetype".to_vec();
                says.extend_from_slice(self.name().as_bytes());
                head.starts_with(b"PK\x03\x04")
                    && head.get(30..).is_some_and(|rest| rest.starts_with(&says))
            }
            Self::Json => {
                let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
                let first = text.iter().find(|b| !b.is_ascii_whitespace());
                first.is_some_and(|b| matches!(b, b'{' | b'['))
            }
            Self::Mail => mail_header(head),
            Self::Csv | Self::Text => true,
        }
    }

    /// What a file that begins like this looks like, where that is not what its name promises: for the message.
    #[must_use]
    pub fn looks_like(head: &[u8]) -> &'static str {
        const ALSO: &[(&[u8], &str)] = &[
            (b"MZ", "a Windows program"),
            (b"\x7fELF", "a Linux program"),
            (b"PK\x03\x04", "a ZIP archive"),
            (b"\xd0\xcf\x11\xe0", "an Office document of the old format, which can hold macros"),
            (b"#!", "a script"),
        ];
        let strict =
            [Self::Pdf, Self::Png, Self::Jpeg, Self::Gif, Self::WebP, Self::Word, Self::Excel];
        if let Some(sort) = strict.into_iter().find(|sort| sort.begins(head)) {
            return sort.label();
        }
        if let Some((_, what)) = ALSO.iter().find(|(magic, _)| head.starts_with(magic)) {
            return what;
        }
        let start: Vec<u8> = head.iter().take(1_024).map(u8::to_ascii_lowercase).collect();
        let has = |tag: &[u8]| start.windows(tag.len()).any(|w| w == tag);
        match () {
            () if has(b"<!doctype html") || has(b"<html") || has(b"<script") => "a web page",
            () if has(b"<svg") => "an SVG drawing, which can hold scripts",
            () if is_text(head) => "text",
            () => "something else",
        }
    }
}

/// Whether bytes are text as far as they go: no control characters but those that lay out a page.
#[must_use]
pub fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|&b| b >= 0x20 && b != 0x7f || matches!(b, b'\t' | b'\n' | b'\r' | 0x0c))
}

/// Whether it begins as a ZIP archive with the parts of an Office document.
fn zip_with(head: &[u8], folder: &[u8]) -> bool {
    let named = |name: &[u8]| head.windows(name.len()).any(|w| w == name);
    // The parts' names stand in front of their bytes; the list of contents comes first or the folder does.
    head.starts_with(b"PK\x03\x04") && (named(b"[Content_Types].xml") || named(folder))
}

/// Whether it begins with a line as mail has them.
fn mail_header(head: &[u8]) -> bool {
    let line = head.split(|&b| b == b'\n').next().unwrap_or_default();
    let Some(colon) = line.iter().position(|&b| b == b':') else {
        return line.starts_with(b"From ");
    };
    let name = line.get(..colon).unwrap_or_default();
    !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no sort that a case takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no sort of file that a case takes")]
pub struct UnknownMediaType(String);

impl FromStr for MediaType {
    type Err = UnknownMediaType;

    fn from_str(text: &str) -> Result<Self, UnknownMediaType> {
        let found = Self::ALL.iter().copied().find(|sort| sort.name() == text);
        found.ok_or_else(|| UnknownMediaType(text.chars().take(80).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_is_read_as_it_is_written_and_found_by_the_end_of_a_name() {
        for &sort in MediaType::ALL {
            assert_eq!(sort.name().parse(), Ok(sort));
            for ending in sort.endings() {
                assert_eq!(
                    MediaType::of_name(&format!("A.b.{}", ending.to_uppercase())),
                    Some(sort)
                );
            }
        }
        for name in ["a", "a.html", "a.svg", "a.exe", "a.docm", "pdf", "a.", "a.pdf.js"] {
            assert_eq!(MediaType::of_name(name), None, "{name}");
        }
        assert!("text/html".parse::<MediaType>().is_err());
    }

    #[test]
    fn what_would_run_is_called_what_it_is() {
        for (head, is) in [
            (&b"MZ\x90\0"[..], "a Windows program"),
            (b"\n <!DOCTYPE HTML>", "a web page"),
            (b"<?xml version='1.0'?><svg onload=x>", "an SVG drawing, which can hold scripts"),
            (b"%PDF-1.7", "PDF"),
            (b"hello", "text"),
            (b"\0\x01", "something else"),
        ] {
            assert_eq!(MediaType::looks_like(head), is);
        }
    }
}
