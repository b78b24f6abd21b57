//! Notes written as Markdown, turned into HTML that cannot do anything. Not responsible for who may write notes.
//!
//! Nothing is sanitized afterwards: the HTML is put together here from the events of the parser, out of a handful of
//! elements, and everything else is text. Raw HTML is shown as it was typed, pictures by their description alone.
//!
//! Invariant: whatever is written, the result holds only the elements `p br strong em del ul ol li blockquote pre code
//! hr a`, with the attributes `href` and `rel` on links and `start` on lists; a link leads to http, https, mailto or
//! a page of ours.

use crate::{
    casework::{UserName, mentions},
    web::urls,
};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeStream};

/// Most characters of a text that are looked at; a note is never longer.
pub const LONGEST: usize = 20_000;

/// Elements within elements; what is nested deeper stands where the last of them stands.
const DEEPEST: usize = 12;

/// Longest address that a link may have, in bytes.
const ADDRESS: usize = 2_000;

/// Longest word that is looked up.
const WORD: usize = 200;

/// What the words of a note lead to.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    /// Whom an `@` can mention.
    pub names: &'a [UserName],
    /// Where a mention of somebody leads.
    pub person: &'a dyn Fn(&UserName) -> String,
    /// Where an id leads; none for what is no id.
    pub id: &'a dyn Fn(&str) -> Option<String>,
}

/// The HTML of a note. O(length of the text × names).
#[must_use]
pub fn html(text: &str, links: Links<'_>) -> String {
    let text: String = text.chars().take(LONGEST).collect();
    let events = TextMergeStream::new(Parser::new_ext(&text, Options::ENABLE_STRIKETHROUGH));
    let mut writer = Writer { out: String::new(), open: Vec::new(), in_link: 0, code: 0, links };
    for event in events {
        writer.event(event);
    }
    writer.out
}

struct Writer<'a> {
    out: String,
    /// What closes each element that is open; nothing for those that were left out.
    open: Vec<&'static str>,
    in_link: usize,
    code: usize,
    links: Links<'a>,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(end) => self.end(end),
            Event::Text(text) if self.in_link > 0 || self.code > 0 => escape(&mut self.out, &text),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => {
                self.out.push_str("<code>");
                // An id in code is a link as well: this is how people write ids.
                match self.address(text.trim()).filter(|_| self.in_link == 0) {
                    Some(url) => self.link(&url, &text),
                    None => escape(&mut self.out, &text),
                }
                self.out.push_str("</code>");
            }
            Event::Html(text) | Event::InlineHtml(text) => escape(&mut self.out, &text),
            Event::SoftBreak | Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            // Not switched on.
            Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let deep = self.open.iter().filter(|close| !close.is_empty()).count();
        let close = match tag {
            Tag::Link { dest_url, .. } => {
                self.in_link += 1;
                match href(dest_url) {
                    Some(href) if self.in_link == 1 => {
                        self.out.push_str(&opened(&href));
                        "</a>"
                    }
                    _ => "",
                }
            }
            Tag::Image { .. } => {
                self.in_link += 1;
                self.out.push_str("[picture: ");
                "]"
            }
            Tag::CodeBlock(_) => {
                self.code += 1;
                self.out.push_str("<pre><code>");
                "</code></pre>\n"
            }
            // An item belongs to its list.
            Tag::Item if self.open.last().is_some_and(|close| close.is_empty()) => "",
            Tag::Item => self.element("<li>", "</li>\n"),
            _ if deep >= DEEPEST => "",
            Tag::Paragraph | Tag::HtmlBlock => self.element("<p>", "</p>\n"),
            // The headings of a page are not a note's to give.
            Tag::Heading { .. } => self.element("<p><strong>", "</strong></p>\n"),
            Tag::BlockQuote(_) => self.element("<blockquote>", "</blockquote>\n"),
            Tag::List(None) => self.element("<ul>\n", "</ul>\n"),
            Tag::List(Some(1)) => self.element("<ol>\n", "</ol>\n"),
            Tag::List(Some(first)) => {
                self.out.push_str(&format!("<ol start=\"{}\">\n", first.min(&999_999_999)));
                "</ol>\n"
            }
            Tag::Emphasis => self.element("<em>", "</em>"),
            Tag::Strong => self.element("<strong>", "</strong>"),
            Tag::Strikethrough => self.element("<del>", "</del>"),
            // Not switched on.
            _ => "",
        };
        self.open.push(close);
    }

    fn element(&mut self, open: &str, close: &'static str) -> &'static str {
        self.out.push_str(open);
        close
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Link | TagEnd::Image => self.in_link = self.in_link.saturating_sub(1),
            TagEnd::CodeBlock => self.code = self.code.saturating_sub(1),
            _ => {}
        }
        let close = self.open.pop().unwrap_or_default();
        self.out.push_str(close);
    }

    /// Text, in which mentions, ids and web addresses become links.
    fn text(&mut self, text: &str) {
        let mut from = 0;
        for mention in mentions(text, self.links.names) {
            self.words(text.get(from..mention.at.start).unwrap_or_default());
            let url = (self.links.person)(&mention.name);
            let shown = text.get(mention.at.clone()).unwrap_or_default();
            match urls::here(&url) {
                Some(url) => self.link(url, shown),
                None => escape(&mut self.out, shown),
            }
            from = mention.at.end;
        }
        self.words(text.get(from..).unwrap_or_default());
    }

    fn words(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let gap = rest.find(|c: char| !breaks(c)).unwrap_or(rest.len());
            let (blank, from) = rest.split_at(gap);
            escape(&mut self.out, blank);
            let end = from.find(breaks).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            self.word(word);
            rest = after;
        }
    }

    fn word(&mut self, word: &str) {
        // What ends a sentence or holds a word in brackets is not part of it.
        let inner = word.trim_matches(|c: char| {
            matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '"' | '*' | '–' | '—' | '…')
        });
        let found = (!inner.is_empty()).then(|| self.address(inner)).flatten();
        match (found, word.split_once(inner)) {
            (Some(url), Some((before, after))) => {
                escape(&mut self.out, before);
                self.link(&url, inner);
                escape(&mut self.out, after);
            }
            _ => escape(&mut self.out, word),
        }
    }

    /// Where a word leads to.
    fn address(&self, word: &str) -> Option<String> {
        if word.len() > ADDRESS {
            return None;
        }
        if word.starts_with("https://") || word.starts_with("http://") {
            return href(word);
        }
        let known = if word.len() <= WORD { (self.links.id)(word) } else { None };
        known.filter(|url| urls::here(url).is_some())
    }

    fn link(&mut self, url: &str, text: &str) {
        self.out.push_str(&opened(url));
        escape(&mut self.out, text);
        self.out.push_str("</a>");
    }
}

/// Whether a character stands between words.
fn breaks(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '|')
}

fn opened(href: &str) -> String {
    let mut out = "<a href=\"".to_owned();
    escape(&mut out, href);
    out.push('"');
    if !href.starts_with('/') {
        out.push_str(" rel=\"noopener noreferrer nofollow\"");
    }
    out.push('>');
    out
}

/// An address that a note may lead to, written so that every browser reads the same; none for any other.
fn href(url: &str) -> Option<String> {
    let url = url.trim();
    // A browser drops some of these and then sees another scheme.
    if url.is_empty() || url.len() > ADDRESS || url.contains(|c: char| c.is_control()) {
        return None;
    }
    let written = written(url);
    if url.starts_with('/') {
        return urls::here(&written).map(str::to_owned);
    }
    let (scheme, rest) = url.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let fits = match &*scheme {
        // Without the host a browser would take the next part for it.
        "http" | "https" => rest
            .strip_prefix("//")
            .is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '[')),
        "mailto" => rest.contains('@'),
        _ => false,
    };
    fits.then_some(written)
}

/// An address with everything escaped that has no place in one.
fn written(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for b in url.bytes() {
        match b {
            b'"' | b'\'' | b'<' | b'>' | b'`' | b'{' | b'}' | b'|' | b'\\' | b'^' | b' ' => {
                out.push_str(&format!("%{b:02X}"));
            }
            b if b.is_ascii_graphic() => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// Puts text into HTML; also fit for an attribute in double quotes.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Characters that turn the direction of writing could make a text read as another.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '\0' => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use scraper::{Html, Node};

    const ELEMENTS: &[&str] = &[
        "p",
        "br",
        "strong",
        "em",
        "del",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "hr",
        "a",
    ];

    fn known(word: &str) -> Option<String> {
        match word {
            "ring_aaaaaaaaaaaa" => Some("/rings/ring_aaaaaaaaaaaa".to_owned()),
            "A-17" => Some("/applicants/A-17".to_owned()),
            // What a lookup gives back is not trusted either.
            "evil" => Some("javascript:alert(1)".to_owned()),
            _ => None,
        }
    }

    fn of(text: &str) -> String {
        let names = ["ann", "Ann O'Neil"].map(|name| name.parse().unwrap());
        let person =
            |name: &UserName| format!("/cases?tab=all&assignee={}", urls::escaped(name.as_str()));
        html(text, Links { names: &names, person: &person, id: &known })
    }

    /// Reads the HTML as a browser does, and says what is not on the list.
    fn strangers(made: &str) -> Vec<String> {
        let page = Html::parse_fragment(made);
        let mut found: Vec<String> =
            page.root_element().value().attrs().map(|(name, _)| name.to_owned()).collect();
        // The root is an html element of the parser's own.
        for node in page.root_element().descendants().skip(1) {
            match node.value() {
                Node::Element(e) => {
                    if !ELEMENTS.contains(&e.name()) {
                        found.push(format!("<{}>", e.name()));
                    }
                    for (name, value) in e.attrs() {
                        let fine = match (e.name(), name) {
                            ("a", "rel") => value == "noopener noreferrer nofollow",
                            ("ol", "start") => value.bytes().all(|b| b.is_ascii_digit()),
                            ("a", "href") => {
                                let outside = ["http://", "https://", "mailto:"];
                                let lower = value.to_ascii_lowercase();
                                let leads = urls::here(value).is_some()
                                    || (outside.iter().any(|o| lower.starts_with(o))
                                        && e.attr("rel").is_some());
                                leads && value.bytes().all(|b| b.is_ascii_graphic())
                            }
                            _ => false,
                        };
                        if !fine {
                            found.push(format!("{name}={value}"));
                        }
                    }
                }
                Node::Comment(_) | Node::Doctype(_) | Node::ProcessingInstruction(_) => {
                    found.push("markup".to_owned());
                }
                _ => {}
            }
        }
        found
    }

    const HOSTILE: &[&str] = &[
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
        "<iframe src=\"javascript:alert(1)\"></iframe>",
        "<details open ontoggle=alert(1)>",
        "<math><mtext></p><style><img src=x onerror=alert(1)>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<a href=\"java\tscript:alert(1)\">x</a>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<?php echo 1 ?><script>1</script>",
        "<p style=\"position:fixed\">x</p>",
        "<base href=\"https://evil.example/\">",
        "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
        "<link rel=stylesheet href=//evil.example/x.css>",
        "<form action=//evil.example><input name=csrf></form>",
        "</main></body></html><script>1</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](javascript&#58;alert(1))",
        "[x](java&#10;script:alert(1))",
        "[x](&#x6A;avascript:alert(1))",
        "[x](\u{1}javascript:alert(1))",
        "[x]( javascript:alert(1))",
        "[x](<java script:alert(1)>)",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](file:///etc/passwd)",
        "[x](//evil.example/)",
        "[x](/\\evil.example)",
        "[x](\\\\evil.example)",
        "[x](https:evil)",
        "[x](https:///evil.example)",
        "[x](https://evil.example\" onmouseover=\"alert(1))",
        "[x](https://evil.example' onmouseover='alert(1))",
        "[x](https://e.example/\"><script>alert(1)</script>)",
        "[x][r]\n\n[r]: javascript:alert(1)",
        "[x][r]\n\n[r]: https://e.example \"t\" onload=x",
        "[a](https://e.example \"title\\\" onclick=alert(1)\")",
        "<javascript:alert(1)>",
        "<https://e.example/\"onclick=alert(1)>",
        "![x](https://evil.example/pixel.gif)",
        "![x\" onerror=\"alert(1)](x)",
        "![<script>](x)",
        "[![x](javascript:1)](javascript:2)",
        "[a [b](https://b.example) c](https://a.example)",
        "`<script>alert(1)</script>`",
        "```\"><script>alert(1)</script>\n</code></pre><script>x</script>\n```",
        "    <script>alert(1)</script>",
        "# <img src=x onerror=1>",
        "* * *\n<hr onclick=alert(1)>",
        "evil `evil` https://evil.example/<script> @ann<script>",
        "http://\u{202e}elpmaxe.live javascript:alert(1)//https://x.example",
        "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
        "99999999999999999999999. x\n\n4294967296. y\n\n7. z",
        "\u{0}<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
        "ring_aaaaaaaaaaaa\"onclick=alert(1)",
    ];

    #[test]
    fn no_known_trick_gets_an_element_or_an_attribute_through() {
        for text in HOSTILE {
            let made = of(text);
            assert_eq!(strangers(&made), Vec::<String>::new(), "{text:?} gives {made}");
        }
        let all = HOSTILE.join("\n\n");
        assert_eq!(strangers(&of(&all)), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_markdown_of_ours_is_shown_as_it_was_typed() {
        let shown = |text: &str| -> String {
            Html::parse_fragment(&of(text)).root_element().text().collect()
        };
        assert_eq!(shown("a <b>bold</b> claim").trim(), "a <b>bold</b> claim");
        assert!(shown("<script>alert(1)</script>").contains("<script>alert(1)</script>"));
        assert_eq!(shown("![the face](https://e.example/x.png)").trim(), "[picture: the face]");
        assert_eq!(shown("[x](javascript:alert(1))").trim(), "x");
    }

    #[test]
    fn lists_stress_code_and_line_ends_are_kept() {
        assert_eq!(
            of("**a** *b* ~~c~~\nd"),
            "<p><strong>a</strong> <em>b</em> <del>c</del><br>\nd</p>\n"
        );
        assert_eq!(of("- a\n- b"), "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
        assert_eq!(of("3. a"), "<ol start=\"3\">\n<li>a</li>\n</ol>\n");
        assert_eq!(of("# Title"), "<p><strong>Title</strong></p>\n");
        assert_eq!(of("> q"), "<blockquote>\n<p>q</p>\n</blockquote>\n".replace("e>\n<p", "e><p"));
    }

    #[test]
    fn ids_names_and_addresses_are_links_wherever_they_stand() {
        let hrefs = |text: &str| -> Vec<String> {
            let page = Html::parse_fragment(&of(text));
            let all = scraper::Selector::parse("a").unwrap();
            page.select(&all).map(|a| a.attr("href").unwrap().to_owned()).collect()
        };
        let ring = "/rings/ring_aaaaaaaaaaaa";
        assert_eq!(hrefs("See (ring_aaaaaaaaaaaa), and ring_aaaaaaaaaaaa."), [ring, ring]);
        assert_eq!(hrefs("**ring_aaaaaaaaaaaa** `ring_aaaaaaaaaaaa`"), [ring, ring]);
        assert_eq!(
            hrefs("@ann: look at A-17!"),
            ["/cases?tab=all&assignee=ann", "/applicants/A-17"]
        );
        assert_eq!(hrefs("ask @Ann O'Neil"), ["/cases?tab=all&assignee=Ann%20O%27Neil"]);
        assert_eq!(hrefs("https://e.example/a?b=1&c=2."), ["https://e.example/a?b=1&c=2"]);
        assert_eq!(hrefs("[ring_aaaaaaaaaaaa](https://e.example)"), ["https://e.example"]);
        assert_eq!(hrefs("ring_bbbbbbbbbbbb @nobody evil x@ann"), Vec::<String>::new());
        assert_eq!(
            hrefs("[us](/rings/ring_aaaaaaaaaaaa#links)"),
            ["/rings/ring_aaaaaaaaaaaa#links"]
        );
    }

    #[test]
    fn hostile_texts_take_no_longer_and_grow_no_larger_than_they_are_long() {
        let fill = |piece: &str| piece.repeat(LONGEST / piece.len());
        let list: String = (0..200).map(|i| format!("{}- x\n", "  ".repeat(i))).collect();
        let begun = std::time::Instant::now();
        for text in [
            fill("> "),
            fill("- "),
            fill("["),
            fill("![]("),
            fill("*a **b "),
            fill("<"),
            fill("`"),
            fill("[a](b"),
            fill("&#x26;"),
            fill("\\"),
            fill("_a_ __b__ "),
            fill("<!--"),
            fill("]("),
            fill("[x]: y\n"),
            fill("~~"),
            fill("@"),
            fill("*"),
            fill("<a href=\""),
            list,
            format!("[r]: https://e.example/{}\n\n{}", "a".repeat(1_900), "[r]".repeat(6_000)),
        ] {
            let made = of(&text);
            assert!(made.len() < 4_000_000, "{} bytes of {:.20}", made.len(), text);
            assert_eq!(strangers(&made), Vec::<String>::new(), "{text:.40}");
        }
        assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
        assert!(of(&"x".repeat(3 * LONGEST)).len() < LONGEST + 100);
    }

    proptest! {
        #[test]
        fn nothing_but_the_list_gets_through(
            pieces in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned),
                    "[\\PC\n\t\u{0}-\u{1f}]{0,12}",
                    "[\\[\\]()<>!*_~`#>&\"'\\\\ \n:/=-]{1,16}",
                    prop::sample::select(vec!["javascript:", "https://", "](", "<a ", "onx=\"", "@ann", "\n\n", "    "])
                        .prop_map(str::to_owned),
                ],
                0..24,
            ),
        ) {
            let text = pieces.concat();
            let made = of(&text);
            prop_assert_eq!(strangers(&made), Vec::<String>::new(), "{} gives {}", text, made);
        }
    }
}
