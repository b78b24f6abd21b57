//! Drawings, written as SVG by hand. Not responsible for what is drawn nor for where (`graph::layout`).
//!
//! Invariant: no `style` attribute and no script, since the content security policy forbids them; colour comes from
//! the style sheet and is never alone; every outside text is escaped.

pub mod chart;
pub mod code;
pub mod degrees;
pub mod flow;
pub mod heat;
pub mod interval;
pub mod kinds;
pub mod lanes;
pub mod network;
mod printed;
pub mod series;
pub mod sizes;
pub mod sparkline;
pub mod states;
pub mod thumbnail;
pub mod timeline;
pub mod verdicts;
pub mod waterfall;

pub use printed::printed;

/// Text as it may stand in SVG, in an attribute too.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Control characters are not allowed in XML at all.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(super::escape("<script>\"'&\u{0}"), "&lt;script&gt;&quot;&#39;&amp; ");
    }
}
