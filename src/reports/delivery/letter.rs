//! A letter as an e-mail: headers and parts. Not responsible for sending it (`mail`) nor for what it says (`render`).
//!
//! ```text
//! multipart/mixed              only where files are attached
//!   multipart/alternative
//!     text/plain
//!     multipart/related        only where the HTML shows images
//!       text/html
//!       image/png …            found by `cid:` and the image's name
//!   application/pdf …
//! ```
//!
//! Invariant: the same letter to the same recipient at the same moment is the same byte for byte; every byte is ASCII; what
//! people wrote is in no header but the subject, and no header can be put in through it.

use crate::{
    model::{Moment, Parcel},
    reports::delivery::{Enclosure, Letter, trouble::one_line},
};
use lettre::{
    Address, Message,
    message::{
        Attachment, Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use std::time::{Duration, UNIX_EPOCH};

/// Characters of a subject at most.
const SUBJECT: usize = 200;

/// The last moment that a header can tell: the end of the year 9999.
const LAST: u64 = 253_402_300_799;

/// Who sends a letter to whom, what, and when.
pub(super) struct Envelope<'e> {
    pub(super) from: &'e Mailbox,
    pub(super) to: &'e Address,
    pub(super) parcel: &'e Parcel,
    /// The key of the delivery: the name in the message id, so that a letter that comes twice can be told.
    pub(super) key: &'e str,
    pub(super) at: Moment,
}

/// The e-mail.
///
/// # Errors
/// What of the letter cannot be sent.
pub(super) fn message(letter: &Letter, envelope: &Envelope<'_>) -> Result<Message, String> {
    let Envelope { from, to, parcel, key, at } = envelope;
    let seconds = u64::try_from(at.0).unwrap_or(0).min(LAST);
    let kind = match parcel {
        Parcel::Report(_) => "X-Ringer-Report",
        Parcel::Alert(_) => "X-Ringer-Alert",
    };
    let builder = Message::builder()
        .from((*from).clone())
        .to(Mailbox::new(None, (*to).clone()))
        .subject(one_line(&letter.subject, SUBJECT))
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(format!("<{key}@{}>", from.email.domain())))
        // Nobody's out-of-office note is to come back, and filters may sort by it.
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header(kind, &parcel.to_string()));
    let html = part(&letter.html, ContentType::TEXT_HTML)?;
    let text = part(&letter.text, ContentType::TEXT_PLAIN)?;
    let alternative = MultiPart::alternative().boundary(boundary("a", key)).singlepart(text);
    let alternative = if letter.images.is_empty() {
        alternative.singlepart(html)
    } else {
        let mut related = MultiPart::related().boundary(boundary("r", key)).singlepart(html);
        for image in &letter.images {
            let name = safe(image)?;
            let inline = Attachment::new_inline_with_name(name.clone(), name);
            related = related.singlepart(inline.body(bytes(image)?, media_type(image)?));
        }
        alternative.multipart(related)
    };
    let built = if letter.files.is_empty() {
        builder.multipart(alternative)
    } else {
        let mut mixed = MultiPart::mixed().boundary(boundary("m", key)).multipart(alternative);
        for file in &letter.files {
            let attached = Attachment::new(safe(file)?);
            mixed = mixed.singlepart(attached.body(bytes(file)?, media_type(file)?));
        }
        builder.multipart(mixed)
    };
    built.map_err(|error| format!("this letter cannot be put together: {error}"))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// A boundary that nothing encoded can contain: quoted-printable has no `=_`, base64 no `_`.
fn boundary(which: &str, key: &str) -> String {
    format!("=_{which}_{key}")
}

fn part(text: &str, kind: ContentType) -> Result<SinglePart, String> {
    let body = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::QuotedPrintable);
    let body = body.map_err(|_| "the text of this letter cannot be encoded".to_owned())?;
    Ok(SinglePart::builder().header(kind).body(body))
}

/// What is in an enclosure, always in base64: as text, the ends of its lines would be changed on the way.
fn bytes(enclosure: &Enclosure) -> Result<Body, String> {
    let body = Body::new_with_encoding(enclosure.bytes.clone(), ContentTransferEncoding::Base64);
    body.map_err(|_| format!("{} cannot be encoded", enclosure.name))
}

fn media_type(enclosure: &Enclosure) -> Result<ContentType, String> {
    let kind = ContentType::parse(enclosure.media_type);
    kind.map_err(|_| format!("\"{}\" is no media type", enclosure.media_type))
}

/// The name of an enclosure, if it is one.
pub(super) fn safe(enclosure: &Enclosure) -> Result<String, String> {
    let name = &enclosure.name;
    let fits =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    let is_one =
        (1..=100).contains(&name.len()) && !name.starts_with('.') && name.chars().all(fits);
    let shown: String = name.escape_default().take(80).collect();
    if is_one { Ok(name.clone()) } else { Err(format!("\"{shown}\" is no name for a file")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ReportId;

    fn enclosure(name: &str, media_type: &'static str, bytes: &[u8]) -> Enclosure {
        Enclosure { name: name.to_owned(), media_type, bytes: bytes.to_vec() }
    }

    fn letter() -> Letter {
        Letter {
            subject: "Bericht: 3 neue Ringe — Übersicht".to_owned(),
            text: "Three rings.\nhttps://ringer.example/reports/r\n.\nÜ\n".to_owned(),
            html: "<p>Three rings. <img src=\"cid:chart.png\"></p>\n".to_owned(),
            images: vec![enclosure("chart.png", "image/png", b"\x89PNG\r\n\x1a\n")],
            files: vec![enclosure("report.pdf", "application/pdf", b"%PDF-1.7")],
        }
    }

    fn formatted(letter: &Letter) -> Result<String, String> {
        let parcel = Parcel::Report(ReportId::derive("r"));
        let from: Mailbox = "Ringer at Example <ringer@example.com>".parse().unwrap();
        let to: Address = "ann@example.com".parse().unwrap();
        let at = Moment(1_795_392_000);
        let envelope = Envelope { from: &from, to: &to, parcel: &parcel, key: "00ff", at };
        Ok(String::from_utf8(message(letter, &envelope)?.formatted()).unwrap())
    }

    fn head(text: &str) -> &str {
        text.split("\r\n\r\n").next().unwrap()
    }

    #[test]
    fn a_letter_has_its_parts_in_order_and_is_the_same_every_time() {
        let text = formatted(&letter()).unwrap();
        assert_eq!(text, formatted(&letter()).unwrap());
        assert!(
            text.is_ascii() && !text.replace("\r\n", "").contains('\n'),
            "lines end as mail has them"
        );
        let parts = [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain; charset=utf-8",
            "multipart/related",
            "text/html; charset=utf-8",
            "Content-ID: <chart.png>",
            "image/png",
            "application/pdf",
            "--=_m_00ff--",
        ];
        let places: Vec<usize> = parts.iter().map(|part| text.find(part).expect(part)).collect();
        assert!(places.is_sorted(), "{places:?}\n{text}");
        for line in [
            "Message-ID: <00ff@example.com>",
            "Date: Mon, 23 Nov 2026 00:00:00 +0000",
            "To: ann@example.com",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(head(&text).contains(line), "{line}: {text}");
        }
        assert!(head(&text).contains(&format!("X-Ringer-Report: {}", ReportId::derive("r"))));
    }

    #[test]
    fn a_letter_without_images_and_files_has_text_and_html_alone() {
        let plain = Letter { images: vec![], files: vec![], ..letter() };
        let text = formatted(&plain).unwrap();
        assert!(
            head(&text).contains("multipart/alternative") && !text.contains("multipart/related")
        );
    }

    #[test]
    fn no_header_gets_in_through_a_subject_or_a_name() {
        let mut bad = letter();
        bad.subject =
            "One\r\nBcc: eve@example.net\r\n\r\nHello\u{202e}\0 ".to_owned() + &"x".repeat(4_000);
        let text = formatted(&bad).unwrap();
        let names: Vec<&str> = head(&text)
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap())
            .collect();
        assert_eq!(names.iter().filter(|name| **name == "Subject").count(), 1);
        assert!(!names.contains(&"Bcc"), "{text}");
        assert!(head(&text).split("\r\n").all(|line| line.len() <= 998), "{text}");
        for name in ["", "../a.pdf", ".hidden", "a\r\nb.pdf", "a\"b.pdf", "A.PDF", &"x".repeat(200)]
        {
            let files = vec![enclosure(name, "application/pdf", b"")];
            assert!(formatted(&Letter { files, ..letter() }).is_err(), "{name}");
            let images = vec![enclosure(name, "image/png", b"")];
            assert!(formatted(&Letter { images, ..letter() }).is_err(), "{name}");
        }
        let files = vec![enclosure("a.pdf", "no type", b"")];
        assert!(formatted(&Letter { files, ..letter() }).is_err());
    }
}
