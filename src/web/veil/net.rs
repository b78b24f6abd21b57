//! The last look at an answer for somebody who sees contact data masked: whatever a page put into it by other ways than the
//! veil, mailboxes, numbers and network addresses are masked in its text. Not responsible for what only its kind tells to be
//! contact data, such as a handle (`Seen`).
//!
//! Addresses of links and values of fields stay as they are: they hold ids and what somebody typed, and must work.
//!
//! Invariant: what is not text that people read is returned byte for byte.

use crate::web::veil::words;

/// Attributes of elements that are read to people.
const READ: &[&str] = &["title", "aria-label", "alt"];

/// An HTML page or an SVG with its text masked.
pub fn page(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        put(&mut out, text);
        // An attribute may have a `>` in it; the templates escape it, and a stray one costs only that it is looked at as text.
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, after) = tag.split_at(end);
        element(&mut out, tag);
        rest = after;
    }
    put(&mut out, rest);
    out
}

/// JSON, CSV or plain text, masked.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive(['\n', '"']) {
        put(&mut out, line);
    }
    out
}

fn put(out: &mut String, text: &str) {
    match words::sure(text) {
        Some(masked) => out.push_str(&masked),
        None => out.push_str(text),
    }
}

fn element(out: &mut String, tag: &str) {
    let mut rest = tag;
    while let Some(at) = rest.find("=\"") {
        let (before, value) = rest.split_at(at + 2);
        out.push_str(before);
        let end = value.find('"').unwrap_or(value.len());
        let (value, after) = value.split_at(end);
        let name = before.trim_end_matches("=\"").rsplit([' ', '\n']).next().unwrap_or("");
        if READ.contains(&name) {
            put(out, value)
        } else {
            out.push_str(value)
        }
        rest = after;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_masked_and_addresses_fields_and_drawings_are_not() {
        let html = r#"<p title="j@example.com">Call 202-555-0118</p><a href="/search?q=202-555-0118">x</a>
            <input value="j@example.com"><path d="M202-555-0118"/><text>198.51.100.7</text>"#;
        let shown = page(html);
        for text in [
            r#"title="j•••@example.com""#,
            "Call (202) 555-••••<",
            r#"href="/search?q=202-555-0118""#,
            r#"value="j@example.com""#,
            r#"d="M202-555-0118""#,
            "<text>198.51.•.•</text>",
        ] {
            assert!(shown.contains(text), "{text}: {shown}");
        }
        assert_eq!(
            plain(r#"{"a":"j@example.com","n":2025550118}"#),
            r#"{"a":"j•••@example.com","n":2025550118}"#
        );
    }

    proptest! {
        #[test]
        fn a_page_without_contact_data_stays_as_it_is(html in "[a-z<>=\" /]{0,60}") {
            prop_assert_eq!(page(&html), html.clone());
            prop_assert_eq!(plain(&html), html);
        }
    }
}
