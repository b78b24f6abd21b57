//! Contact data of a store recognized in answers, in any spelling, and a crawl that gets to all there is to see. Not
//! responsible for what may be found (`masking`).

use crate::verbs::{Answer, Site};
use actix_web::http::StatusCode;
use ringer::{
    model::{Attribute, AttributeIx, AttributeKind},
    web::RULES,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Pages of one crawl at most, and of one sort of them.
const PAGES: usize = 420;
const OF_A_SORT: usize = 9;
/// Letters of a text by whose beginning it is looked for.
const HEAD: usize = 7;

/// Contact data of a store.
pub struct Planted {
    /// Mailboxes and street lines: letters and digits alone, folded, by how they begin.
    letters: BTreeMap<String, Vec<String>>,
    /// Numbers: their last ten digits.
    digits: BTreeSet<String>,
    /// Handles, devices, network addresses: words.
    words: BTreeSet<String>,
}

/// A sign as ASCII has it: full-width ones are folded.
fn narrow(c: char) -> char {
    match u32::from(c) {
        n @ 0xff01..=0xff5e => char::from_u32(n - 0xfee0).unwrap(),
        _ => c,
    }
}

/// Letters and digits, folded: what is left of a text in any spelling.
fn letters(text: &str) -> String {
    text.chars().map(narrow).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Planted {
    /// Everything that the shared values of a store are.
    pub fn of(site: &Site) -> Self {
        let mut all =
            Self { letters: BTreeMap::new(), digits: BTreeSet::new(), words: BTreeSet::new() };
        values(site).iter().for_each(|Attribute { kind, value }| all.put(*kind, value));
        all
    }

    /// One more value.
    pub fn put(&mut self, kind: AttributeKind, value: &str) {
        match kind {
            AttributeKind::Phone => {
                let digits: String = letters(value).chars().filter(char::is_ascii_digit).collect();
                if let Some(last) = digits.len().checked_sub(10) {
                    self.digits.insert(digits[last..].to_owned());
                }
            }
            AttributeKind::Email => self.put_letters(&letters(value)),
            AttributeKind::Referee if value.contains('@') => {
                let bare = value.trim_start_matches("email:");
                self.put(AttributeKind::Email, bare);
            }
            AttributeKind::Referee => {
                self.put(AttributeKind::Phone, value);
            }
            AttributeKind::Address => {
                // Number and street.
                let line = value.split(", ").next().unwrap();
                let line: Vec<&str> = line.split('|').take(2).collect();
                self.put_letters(&letters(&line.concat()));
            }
            AttributeKind::Profile => {
                let (_, handle) = value.split_once(':').unwrap();
                // A template's own words are nobody's.
                if handle != "username" {
                    self.words.insert(handle.to_lowercase());
                }
            }
            AttributeKind::Ip => {
                let ip = value.split('/').next().unwrap();
                self.words.insert(ip.trim_end_matches("::").to_owned());
            }
            AttributeKind::Device => {
                self.words.insert(value.to_lowercase());
            }
            _ => {}
        }
    }

    fn put_letters(&mut self, text: &str) {
        if let Some(head) = text.get(..HEAD) {
            self.letters.entry(head.to_owned()).or_default().push(text.to_owned());
        }
    }

    /// What of it is in an answer, each with the text it was found in.
    pub fn found_in(&self, answer: &Answer) -> Vec<String> {
        let mut parts = pieces(&answer.body);
        for (name, value) in &answer.headers {
            parts.push(format!("{name}: {}", value.to_str().unwrap_or_default()));
        }
        let mut found = Vec::new();
        for text in parts {
            let plain = unescaped(&text).to_lowercase();
            let mut hits: Vec<&str> = Vec::new();
            let runs = letters(&plain);
            for (at, _) in runs.char_indices() {
                let head = runs.get(at..at + HEAD).and_then(|head| self.letters.get(head));
                let wanted = head.into_iter().flatten();
                hits.extend(
                    wanted.filter(|w| runs[at..].starts_with(w.as_str())).map(|w| w.as_str()),
                );
            }
            for number in numbers(&plain) {
                let ends = (10..=number.len()).filter_map(|end| number.get(end - 10..end));
                hits.extend(ends.filter_map(|ten| self.digits.get(ten).map(String::as_str)));
            }
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':');
            for word in plain.split(|c| !is_word(c)).filter(|w| w.len() >= 4) {
                let starts = word.match_indices(['/', ':']).map(|(at, _)| at + 1);
                let ends = word.match_indices(['/', ':', '.']).map(|(at, _)| at);
                let tails = starts.chain([0]).filter_map(|at| word.get(at..));
                let heads = ends.filter_map(|end| word.get(..end));
                hits.extend(
                    tails.chain(heads).filter_map(|w| self.words.get(w).map(String::as_str)),
                );
            }
            let shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let shown: String = shown.chars().take(200).collect();
            found.extend(hits.into_iter().map(|what| format!("{what} in {shown}")));
        }
        found
    }
}

/// The shared values of a store.
fn values(site: &Site) -> Vec<Attribute> {
    let view = site.view();
    let corpus = view.network.corpus();
    let all = (0..corpus.attribute_numbers().len()).map(AttributeIx::new);
    all.map(|ix| corpus.attribute(ix)).collect()
}

/// The numbers of a text: digits with nothing but separators between them, ten or more.
fn numbers(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for c in text.chars().map(narrow) {
        let is_between = c.is_whitespace() || matches!(c, '-' | '.' | '(' | ')' | '/' | '+' | '_');
        if c.is_ascii_digit() {
            all.last_mut().unwrap().push(c);
        } else if !is_between {
            all.push(String::new());
        }
    }
    all.retain(|n| n.len() >= 10);
    all
}

/// The texts of a page: what stands between tags, and the values of attributes but for the coordinates of drawings. Of JSON
/// and CSV what stands between quotes.
fn pieces(body: &str) -> Vec<String> {
    const DRAWN: &[&str] = &[
        "d",
        "points",
        "viewBox",
        "transform",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
        "cx",
        "cy",
        "r",
        "width",
        "height",
    ];
    if !body.trim_start().starts_with('<') {
        return body.split(['"', '\n']).map(str::to_owned).collect();
    }
    let mut all = Vec::new();
    let mut rest = body;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        if !text.trim().is_empty() {
            all.push(text.to_owned());
        }
        let (tag, after) = tag.split_at(tag.find('>').unwrap_or(tag.len()));
        let mut parts = tag.split("=\"");
        let mut name = parts.next().unwrap().rsplit(' ').next().unwrap_or_default().to_owned();
        for part in parts {
            let (value, next) = part.split_once('"').unwrap_or((part, ""));
            if !DRAWN.contains(&name.as_str()) && value.len() >= 4 {
                all.push(value.to_owned());
            }
            name = next.trim().to_owned();
        }
        rest = after.strip_prefix('>').unwrap_or(after);
    }
    all.push(rest.to_owned());
    all
}

/// A text without the escapes of HTML and of addresses.
fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for (escape, sign) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&amp;", "&"),
    ] {
        text = text.replace(escape, sign);
    }
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&b, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| b == b'%').and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(b);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What sort of page an address leads to, so that a crawl sees some of each.
fn sort_of(url: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let place: String = path.split('/').take(2).collect::<Vec<_>>().join("/");
    let pairs: BTreeMap<&str, &str> = query.split('&').filter_map(|p| p.split_once('=')).collect();
    let names: Vec<&&str> = pairs.keys().collect();
    let said = ["view", "kind", "format"].map(|name| pairs.get(name).copied().unwrap_or(""));
    format!("{place} {names:?} {said:?}")
}

/// Every route that is read, with real ids, and in the other formats; and the ways in which pages are asked for more.
fn beginnings(site: &Site) -> Vec<String> {
    let view = site.view();
    let (network, corpus) = (&view.network, view.network.corpus());
    let applicants: Vec<String> =
        network.applicants().iter().map(|(_, a)| a.id.to_string()).collect();
    let rings: Vec<String> = view.rings.iter().map(|r| r.id.to_string()).collect();
    let attributes: Vec<String> = values(site).iter().map(|a| a.id().to_string()).collect();
    let some = |ids: &[String]| -> Vec<String> {
        ids.iter().step_by((ids.len() / 10).max(1)).cloned().collect()
    };
    let mut urls = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.method == "GET") {
        let ids = match rule.path {
            "/static/{hash}/{name:.*}" | "/sign-in/{token}" | "/welcome/{secret}" => continue,
            path if path.contains("{ring_id}") => some(&rings),
            path if path.contains("{applicant_id}") => some(&applicants),
            path if path.contains("{attribute_id}") => some(&attributes),
            _ => vec!["000000000000".to_owned()],
        };
        for id in ids {
            let url = match rule.path.split_once('{') {
                Some((head, tail)) => {
                    format!("{head}{id}{}", tail.split_once('}').map_or("", |(_, tail)| tail))
                }
                None => rule.path.to_owned(),
            };
            urls.extend([format!("{url}?format=json"), format!("{url}?format=csv"), url]);
        }
    }
    for ring in view.rings.iter().take(8) {
        let members = ring.members.iter().take(2).map(|&m| network.applicant(m).id.as_str());
        let (id, members) = (&ring.id, members.collect::<Vec<_>>());
        let [a, b] = members[..] else { continue };
        urls.extend([
            format!("/compare?a={a}&b={b}"),
            format!("/path?from={a}&to={b}"),
            format!("/path?from={a}&to={b}&hubs=1"),
            format!("/rings/{id}?focus={a}~{b}"),
            format!("/rings/{id}?focus={a}"),
            format!("/explore?from={a},{b}&sel={a},{b}"),
            format!("/explore?from={id}"),
            format!("/?preview={id}"),
        ]);
        urls.extend(
            ["graph", "table", "timeline", "map"].map(|tab| format!("/rings/{id}?view={tab}")),
        );
        for artefact in ring.artefacts.iter().filter_map(|a| a.attribute).take(5) {
            let value = corpus.attribute(artefact).id();
            urls.extend([
                format!("/rings/{id}?focus={value}"),
                format!("/explore?from={value}&sel={value}"),
                format!("/explore?from={value}&format=json"),
                format!("/search?q={value}"),
            ]);
        }
    }
    for typed in
        ["a", "maple", "202555", "@example", "example.com", "198.51", "d-7", "linkedin", "lane"]
    {
        for more in ["", "&kind=attribute", "&format=json"] {
            urls.push(format!("/search?q={typed}{more}"));
        }
    }
    urls
}

/// Hands over every answer of a crawl from the beginnings on; how many there were.
pub async fn crawled(site: &Site, more: &[&str], mut to: impl FnMut(&str, &Answer)) -> usize {
    let more = more.iter().map(|&url| url.to_owned());
    let mut next: VecDeque<String> = more.chain(beginnings(site)).collect();
    let mut seen: BTreeSet<String> = next.iter().cloned().collect();
    let mut sorts: BTreeMap<String, usize> = BTreeMap::new();
    let mut n = 0;
    while let Some(url) = next.pop_front() {
        let of_sort = sorts.entry(sort_of(&url)).or_default();
        *of_sort += 1;
        if *of_sort > OF_A_SORT || n >= PAGES {
            continue;
        }
        let answer = site.get(&url).await;
        assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{url}");
        n += 1;
        to(&url, &answer);
        let is_html = answer.body.starts_with("<!doctype");
        let mut links = if is_html { answer.attrs("a[href]", "href") } else { Vec::new() };
        links.push(answer.location().to_owned());
        for link in links {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            let is_page = link.starts_with('/') && !link.starts_with("/static/");
            if is_page && seen.insert(link.clone()) {
                next.push_back(link);
            }
        }
    }
    n
}
