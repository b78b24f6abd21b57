//! Contact data masked, one function a kind: enough stays to see that two share a value and of what sort it is, too little to
//! reach anybody. Not responsible for who sees it masked nor for finding it in free text (`web::veil`).
//!
//! What stays: the area and the block of a number, the first character of a mailbox or handle and all of its domain or
//! platform, street, city and state of an address, the network of an IP address, nothing of a device.
//!
//! Invariant: what cannot be read as what it is said to be is masked whole.

use crate::{
    matching::FEATURES,
    model::{Attribute, AttributeKind, Column},
    normalize::{ip, phone, profile},
    reference::street::designator,
};
use std::net::IpAddr;

/// What stands in place of what is masked.
pub const DOTS: &str = "••••";

/// Hosts at which many have a page: they name nobody.
const PLATFORMS: &[&str] = &[
    "bitbucket.org",
    "facebook.com",
    "github.com",
    "gitlab.com",
    "instagram.com",
    "linkedin.com",
    "medium.com",
    "stackoverflow.com",
    "twitter.com",
    "x.com",
];

/// A value that applications share, without its id.
pub fn attribute(attribute: &Attribute) -> String {
    match (attribute.kind, attribute.value.split_once(':')) {
        (AttributeKind::Referee, Some((what, value))) => format!("{what} {}", shape(value)),
        (kind, _) => of_kind(kind, &attribute.value),
    }
}

/// A value of a kind in any spelling.
pub fn of_kind(kind: AttributeKind, text: &str) -> String {
    match kind {
        AttributeKind::Phone => number(text),
        AttributeKind::Email => mailbox(text),
        AttributeKind::Address => place(text),
        AttributeKind::Profile => account(text, None),
        AttributeKind::Ip => network(text),
        AttributeKind::Referee => shape(text),
        _ => DOTS.to_owned(),
    }
}

/// A field as received, of a column that is contact data.
pub fn field(column: Column, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    match column {
        Column::Phone | Column::ReferencePhone => number(text),
        Column::Email | Column::ReferenceEmail => mailbox(text),
        Column::Street | Column::ShipStreet => place(text),
        Column::PostalCode | Column::ShipPostalCode => {
            let area: String = text.trim().chars().take(3).collect();
            if text.trim().chars().count() > 4 { format!("{area}••") } else { DOTS.to_owned() }
        }
        Column::Linkedin => account(text, Some("linkedin")),
        Column::Github => account(text, Some("github")),
        Column::Website => account(text, None),
        Column::Ip => network(text),
        _ => DOTS.to_owned(),
    }
}

/// What a comparison looked at on one side: the fields it reads, one after the other. None when none of them is contact
/// data.
pub fn compared(feature: &str, text: &str) -> Option<String> {
    let columns = FEATURES.iter().find(|f| f.name() == feature)?.columns();
    let is_place = |c: &Column| {
        matches!(c, Column::Street | Column::ShipStreet | Column::Unit | Column::ShipUnit)
    };
    if columns.iter().any(is_place) {
        return Some(place(text));
    }
    columns
        .iter()
        .any(|c| c.is_contact())
        .then(|| text.split(", ").map(shape).collect::<Vec<_>>().join(", "))
}

/// Whatever it looks like.
pub fn shape(text: &str) -> String {
    let text = text.trim();
    let is_handle = text.contains("://")
        || text.split_once(':').is_some_and(|(platform, handle)| {
            platform.len() > 1
                && platform.chars().all(|c| c.is_ascii_lowercase())
                && !handle.is_empty()
        });
    if text.is_empty() {
        String::new()
    } else if text.contains(['@', '\u{ff20}']) {
        mailbox(text)
    } else if ip::parse(text).is_some() {
        network(text)
    } else if !text.chars().any(char::is_alphabetic) {
        number(text)
    } else if is_handle {
        account(text, None)
    } else if text.chars().any(char::is_whitespace) && text.chars().any(char::is_numeric) {
        place(text)
    } else {
        DOTS.to_owned()
    }
}

/// `(202) 555-••••`, `+44 ••••`.
pub fn number(text: &str) -> String {
    let Some(phone) = phone::parse(text, None) else { return DOTS.to_owned() };
    let digits = phone.e164.as_ref();
    match (digits.strip_prefix("+1"), digits.get(2..5), digits.get(5..8)) {
        (Some(rest), Some(area), Some(block)) if rest.len() == 10 => {
            format!("({area}) {block}-{DOTS}")
        }
        _ => format!("{} {DOTS}", digits.get(..3).unwrap_or("+")),
    }
}

/// `j•••@example.com`.
pub fn mailbox(text: &str) -> String {
    let text = text.trim();
    let Some((local, domain)) = text.rsplit_once(['@', '\u{ff20}']) else {
        return DOTS.to_owned();
    };
    let is_domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '…');
    let Some(first) = local.chars().find(|c| c.is_alphanumeric()) else { return DOTS.to_owned() };
    if domain.is_empty() || !domain.chars().all(is_domain) {
        return DOTS.to_owned();
    }
    format!("{}•••@{}", first.to_lowercase(), domain.to_lowercase())
}

/// `github:j•••`, `web:example.com/•••`.
pub fn account(text: &str, platform: Option<&str>) -> String {
    let known = match text.split_once(':') {
        Some((platform, handle)) if !handle.starts_with("//") => {
            Some((platform, handle.to_owned()))
        }
        _ => None,
    };
    let read = || {
        let profile = profile::parse(text, platform)?;
        Some((profile.platform, profile.handle))
    };
    let (platform, handle) = match (known, read()) {
        (Some((platform, handle)), _) => (platform.to_owned(), handle),
        (None, Some((platform, handle))) => (platform.to_string(), handle.to_string()),
        (None, None) => return DOTS.to_owned(),
    };
    if !platform.chars().all(|c| c.is_ascii_alphanumeric()) || platform.len() > 20 {
        return DOTS.to_owned();
    }
    match (platform.as_str(), handle.split_once('/')) {
        ("web", Some((host, _))) => format!("web:{}/•••", owner_hidden(host)),
        ("web", None) => format!("web:{}", owner_hidden(&handle)),
        _ => match handle.chars().next() {
            Some(first) => format!("{platform}:{first}•••"),
            None => DOTS.to_owned(),
        },
    }
}

/// A host without the labels that name its owner: `example.com`, `•••.github.io`, and `j•••.dev` where it is one's own.
pub fn owner_hidden(host: &str) -> String {
    let host = host.strip_prefix("www.").unwrap_or(host);
    let labels: Vec<&str> = host.split('.').collect();
    match labels.as_slice() {
        [_, _] if PLATFORMS.contains(&host) => host.to_owned(),
        [_, .., name, top] => format!("•••.{name}.{top}"),
        [name, top] if *name != "example" => {
            format!("{}•••.{top}", name.chars().next().map_or(String::new(), String::from))
        }
        _ => host.to_owned(),
    }
}

/// `198.51.•.•`, `2001:db8:•`.
pub fn network(text: &str) -> String {
    let parsed = ip::parse(text);
    let text = parsed.as_ref().map_or(text.trim(), |ip| ip.canonical.as_ref());
    match text.split('/').next().unwrap_or(text).parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, ..] = ip.octets();
            format!("{a}.{b}.•.•")
        }
        Ok(IpAddr::V6(ip)) => {
            let [a, b, ..] = ip.segments();
            format!("{a:x}:{b:x}:•")
        }
        Err(_) => DOTS.to_owned(),
    }
}

/// `•••• maple ct, springfield il`: a street, a place or both, each word with a digit in it masked, and what follows
/// `apt` or the like; of a line without digits its first word.
pub fn place(text: &str) -> String {
    let text = text.replace(['|', '\u{1f}'], " ");
    let mut masked = false;
    let mut follows = false;
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if follows || word.contains('#') || word.chars().any(char::is_numeric) {
            let end = if word.ends_with(',') { "," } else { "" };
            words.push(format!("{DOTS}{end}"));
            masked = true;
            follows = false;
        } else {
            words.push(word.to_owned());
            follows = designator(&bare).is_some_and(|d| d.needs_number) || bare == "box";
        }
    }
    if let Some(first) = words.first_mut().filter(|_| !masked) {
        *first = DOTS.to_owned();
    }
    words.dedup_by(|next, last| next == last && next == DOTS);
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_stays_says_what_sort_of_value_it_is_and_reaches_nobody() {
        use AttributeKind::*;
        for (kind, value, shown) in [
            (Phone, "+12025550118", "(202) 555-••••"),
            (Phone, "+442079460958", "+44 ••••"),
            (Email, "jane.doe@example.com", "j•••@example.com"),
            (Address, "12 maple ct #4b, springfield il", "•••• maple ct ••••, springfield il"),
            (Address, "1420|lakeview dr||phoenix|az|85001", "•••• lakeview dr phoenix az ••••"),
            (Address, "po box 12, springfield il", "po box ••••, springfield il"),
            (Profile, "github:asalazar-dev36", "github:a•••"),
            (Profile, "web:example.com/jane", "web:example.com/•••"),
            (Profile, "web:jane.example.net", "web:•••.example.net"),
            (Ip, "198.51.100.7", "198.51.•.•"),
            (Ip, "2001:db8:1:2::/64", "2001:db8:•"),
            (Device, "d-77f1", "••••"),
            (Referee, "email:ref@example.org", "email r•••@example.org"),
            (Referee, "phone:+12025550124", "phone (202) 555-••••"),
        ] {
            assert_eq!(attribute(&Attribute { kind, value: value.into() }), shown, "{value}");
        }
    }

    #[test]
    fn every_spelling_of_a_value_is_masked_alike() {
        for text in ["(202) 555-0118", "+1 202.555.0118", "２０２ ５５５ ０１１８", "2025550118"]
        {
            assert_eq!(field(Column::Phone, text), "(202) 555-••••", "{text}");
        }
        for text in ["Jane@Example.com", " jane@example.com ", "JANE＠EXAMPLE.COM"] {
            assert_eq!(field(Column::Email, text), "j•••@example.com", "{text}");
        }
        for text in
            ["jane-doe", "https://www.linkedin.com/in/jane-doe/", "linkedin.com/in/Jane-Doe"]
        {
            assert_eq!(field(Column::Linkedin, text), "linkedin:j•••", "{text}");
        }
        assert_eq!(field(Column::Street, "One Maple Court"), "•••• Maple Court");
        assert_eq!(field(Column::Street, "12 Maple Ct Apt B"), "•••• Maple Ct Apt ••••");
        assert_eq!(field(Column::PostalCode, "62701-0001"), "627••");
    }

    #[test]
    fn what_is_no_such_value_is_masked_whole() {
        for text in ["call my mother", "jane at example dot com", "x@y z", "…"] {
            for column in Column::ALL.iter().filter(|c| c.is_contact()) {
                let shown = field(*column, text);
                assert!(shown.contains('•'), "{column} {text}: {shown}");
            }
        }
        assert_eq!(shape("deadbeef00"), DOTS);
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(text in "\\PC{0,60}") {
            for column in Column::ALL.iter().filter(|c| c.is_contact()) {
                let _ = field(*column, &text);
            }
            for &kind in AttributeKind::ALL {
                let _ = of_kind(kind, &text);
            }
            let _ = shape(&text);
        }

        #[test]
        fn the_end_of_a_number_is_never_shown(end in 0_u32..10_000) {
            let text = format!("202-555-{end:04}");
            let hidden = format!("{end:04}");
            prop_assert!(!field(Column::Phone, &text).contains(&hidden));
        }
    }
}
