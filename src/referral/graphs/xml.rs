//! XML 1.0, written by hand. Not responsible for what is written.
//!
//! Invariant: what it writes is well-formed: every element is closed by the one that opened it, every text is escaped, and no
//! character is in it that XML forbids.

use crate::{referral::plain::plain, svg::escape};

/// A document in the making.
#[derive(Debug)]
pub(super) struct Xml {
    out: String,
    open: Vec<&'static str>,
}

impl Xml {
    /// A document that begins with a comment.
    pub fn new(comment: &str) -> Self {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        // Two hyphens would end the comment.
        let comment = plain(comment).replace('-', "\u{2010}");
        out.push_str(&format!("<!-- {} -->\n", comment.trim()));
        Self { out, open: Vec::new() }
    }

    /// An element that others go into.
    pub fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out.push_str(">\n");
        self.open.push(name);
    }

    /// Ends the innermost element.
    pub fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.out.push_str(&format!("</{name}>\n"));
        }
    }

    /// An element with nothing in it.
    pub fn leaf(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out.push_str("/>\n");
    }

    /// An element with a text in it.
    pub fn text(&mut self, name: &'static str, attributes: &[(&str, &str)], text: &str) {
        self.start(name, attributes);
        self.out.push_str(&format!(">{}</{name}>\n", escape(&plain(text))));
    }

    /// The document, every element ended.
    pub fn into_bytes(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.close();
        }
        self.out.into_bytes()
    }

    fn start(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            self.out.push_str(&format!(" {key}=\"{}\"", escape(&plain(value))));
        }
    }

    fn indent(&mut self) {
        self.out.push_str(&"  ".repeat(self.open.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_document_is_nested_and_closed() {
        let mut xml = Xml::new("TLP:RED --> <x>");
        xml.open("a", &[("k", "\"<&>'")]);
        xml.leaf("b", &[]);
        xml.text("c", &[], "1 < 2\u{0}");
        assert_eq!(
            String::from_utf8(xml.into_bytes()).unwrap(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- TLP:RED \u{2010}\u{2010}> <x> -->\n\
             <a k=\"&quot;&lt;&amp;&gt;&#39;\">\n  <b/>\n  <c>1 &lt; 2&lt;U+0000&gt;</c>\n</a>\n"
        );
    }

    proptest! {
        #[test]
        fn no_text_leaves_its_place_or_has_what_xml_forbids(text in "(?s:.){0,30}") {
            let mut xml = Xml::new(&text);
            xml.text("c", &[("k", &text)], &text);
            let written = String::from_utf8(xml.into_bytes()).unwrap();
            let lines: Vec<&str> = written.lines().collect();
            prop_assert_eq!(lines.len(), 3);
            prop_assert!(!lines[1][4..lines[1].len() - 3].contains("--"));
            prop_assert_eq!(lines[2].matches(['<', '>']).count(), 4);
            prop_assert_eq!(lines[2].matches('"').count(), 2);
            let allowed = |c: char| matches!(c, '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
            prop_assert!(written.chars().all(allowed));
        }
    }
}
