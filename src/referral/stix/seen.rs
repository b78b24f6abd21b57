//! Values as observables: a mailbox, an address, a profile. Not responsible for who used them (`claimed`, `things`).
//!
//! Invariant: one value makes the same observables wherever it is met; a value that a reader of STIX would refuse (a mailbox
//! without a domain, a host that is none) makes none, and sealed kinds never make any.

use crate::{
    model::AttributeKind,
    referral::stix::{
        extension,
        files::Files,
        object::{Frame, Object},
        pattern,
    },
};
use serde_json::json;

/// A value as observables.
#[derive(Debug)]
pub(super) struct Seen {
    /// The observables; others refer to the first.
    pub(super) objects: Vec<Object>,
    /// The pattern that finds the value.
    pub(super) pattern: String,
}

impl Seen {
    fn one(object: Object, comparisons: &[String]) -> Option<Self> {
        Some(Self { objects: vec![object], pattern: pattern::any(comparisons) })
    }
}

/// The observables of a canonical value; none where STIX has nothing for it.
pub(super) fn of(
    frame: &Frame<'_>,
    files: &Files,
    kind: AttributeKind,
    value: &str,
) -> Option<Seen> {
    let custom = |kind: &str| {
        let object = frame.custom(kind, json!({ "value": value }));
        Seen::one(object, &[pattern::equal(&format!("{kind}:value"), value)])
    };
    if value.is_empty() {
        return None;
    }
    match kind {
        AttributeKind::Phone => custom("ringer-phone-number"),
        AttributeKind::Address => custom("ringer-postal-address"),
        AttributeKind::Device => custom("ringer-device"),
        AttributeKind::Email => {
            Seen::one(mailbox(frame, value)?, &[pattern::equal("email-addr:value", value)])
        }
        AttributeKind::Ip => network(frame, value),
        AttributeKind::Profile => profile(frame, value),
        AttributeKind::Document => document(frame, files, value),
        AttributeKind::Photo => {
            let hash = value.strip_prefix("sha256:")?;
            Seen::one(files.photo(frame, hash), &[file_hash(hash)])
        }
        AttributeKind::Referee => {
            let (channel, contact) = value.split_once(':')?;
            let object =
                frame.custom("ringer-referee", json!({ "channel": channel, "value": contact }));
            Seen::one(object, &[pattern::equal("ringer-referee:value", contact)])
        }
        // Schools and employers are organizations (`things`); the rest never leaves in the clear.
        AttributeKind::Institution
        | AttributeKind::Employer
        | AttributeKind::PaymentAccount
        | AttributeKind::GovernmentId => None,
    }
}

/// The observable of a value that is given as a keyed hash.
pub(super) fn keyed(frame: &Frame<'_>, kind: AttributeKind, hmac: &str) -> Option<Seen> {
    let kind = kind.name();
    let object = frame.custom("ringer-keyed-value", json!({ "kind": kind, "hmac": hmac }));
    Seen::one(object, &[pattern::equal("ringer-keyed-value:hmac", hmac)])
}

/// A mailbox, in this spelling. One that OASIS's validator refuses, though mail would be delivered there, is one of ours.
pub(super) fn mailbox(frame: &Frame<'_>, text: &str) -> Option<Object> {
    let (local, domain) = text.rsplit_once('@')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'+' | b'-');
    if local.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let kind = match local.bytes().all(plain) && is_host(domain) {
        true => return Some(frame.observable("email-addr", json!({ "value": text }))),
        false => "ringer-mailbox",
    };
    Some(frame.custom(kind, json!({ "value": text })))
}

/// A host, or the network that one host of IPv6 is.
fn network(frame: &Frame<'_>, value: &str) -> Option<Seen> {
    let kind = if value.contains(':') { "ipv6-addr" } else { "ipv4-addr" };
    let path = format!("{kind}:value");
    let comparison = match value.contains('/') {
        true => pattern::within(&path, value),
        false => pattern::equal(&path, value),
    };
    Seen::one(frame.observable(kind, json!({ "value": value })), &[comparison])
}

/// One host, as it was received.
pub(super) fn host(frame: &Frame<'_>, text: &str) -> Option<Object> {
    let address: std::net::IpAddr = text.trim().parse().ok()?;
    let kind = if address.is_ipv6() { "ipv6-addr" } else { "ipv4-addr" };
    Some(frame.observable(kind, json!({ "value": address.to_string() })))
}

/// Where profiles of a platform are, before the handle.
const PAGES: &[(&str, &str)] = &[
    ("linkedin", "https://www.linkedin.com/in/"),
    ("github", "https://github.com/"),
    ("gitlab", "https://gitlab.com/"),
    ("bitbucket", "https://bitbucket.org/"),
    ("x", "https://x.com/"),
    ("telegram", "https://t.me/"),
    ("upwork", "https://www.upwork.com/freelancers/"),
    ("freelancer", "https://www.freelancer.com/u/"),
    ("stackoverflow", "https://stackoverflow.com/users/"),
];

/// A profile: an account and, where that is known, its page. A site of one's own is a page or a host.
fn profile(frame: &Frame<'_>, value: &str) -> Option<Seen> {
    let (platform, handle) = value.split_once(':')?;
    if platform == "web" {
        return site(frame, handle);
    }
    // No `account_type`: its vocabulary knows none of these platforms. The id keeps equal handles of two of them apart.
    let account = json!({ "user_id": value, "account_login": handle });
    let property = json!({ "extension_type": "property-extension", "platform": platform });
    let mut objects = vec![
        frame
            .observable("user-account", account)
            .set("extensions", json!({ extension::ID: property })),
    ];
    let mut comparisons = vec![pattern::equal("user-account:user_id", value)];
    let page = PAGES.iter().find(|(name, _)| *name == platform).filter(|_| is_path(handle));
    if let Some((_, before)) = page {
        let url = format!("{before}{handle}");
        comparisons.push(pattern::equal("url:value", &url));
        objects.push(frame.observable("url", json!({ "value": url })));
    }
    Some(Seen { objects, pattern: pattern::any(&comparisons) })
}

fn site(frame: &Frame<'_>, place: &str) -> Option<Seen> {
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    if !is_host(host) || !is_path(path) {
        return None;
    }
    let (kind, value) = match path.is_empty() {
        true => ("domain-name", host.to_owned()),
        // The scheme is not kept; nearly every site has this one.
        false => ("url", format!("https://{place}")),
    };
    let comparison = pattern::equal(&format!("{kind}:value"), &value);
    Seen::one(frame.observable(kind, json!({ "value": value })), &[comparison])
}

fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

fn is_path(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'/'))
}

fn file_hash(hash: &str) -> String {
    pattern::equal("file:hashes.'SHA-256'", hash)
}

fn document(frame: &Frame<'_>, files: &Files, value: &str) -> Option<Seen> {
    let (trait_, text) = value.split_once(':')?;
    let custom = |name: &str| frame.custom("ringer-document", json!({ name: text }));
    match trait_ {
        "resume-file" => Seen::one(files.resume(frame, text), &[file_hash(text)]),
        "pdf-id" => Seen::one(
            custom("pdf_id"),
            &[
                pattern::equal("ringer-document:pdf_id", text),
                pattern::equal("file:extensions.'pdf-ext'.pdfid0", text),
            ],
        ),
        "pdf-author" => Seen::one(
            custom("pdf_author"),
            &[
                pattern::equal("ringer-document:pdf_author", text),
                pattern::equal("file:extensions.'pdf-ext'.document_info_dict.Author", text),
            ],
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    fn seen(kind: AttributeKind, value: &str) -> Option<(Vec<String>, String)> {
        let dossier = sample::dossier(2);
        let frame = Frame::new(&dossier, "identity--x".to_owned());
        let seen = of(&frame, &Files::default(), kind, value)?;
        Some((seen.objects.iter().map(|o| o.kind().to_owned()).collect(), seen.pattern))
    }

    #[test]
    fn each_kind_of_value_has_its_observable_and_its_pattern() {
        let hash = "ab".repeat(32);
        let photo = format!("sha256:{hash}");
        let of_hash = format!("[file:hashes.'SHA-256' = '{hash}']");
        for (kind, value, kinds, pattern) in [
            (
                AttributeKind::Email,
                "a'b@example.com",
                vec!["ringer-mailbox"],
                "[email-addr:value = 'a\\'b@example.com']",
            ),
            (
                AttributeKind::Email,
                "ab@example.com",
                vec!["email-addr"],
                "[email-addr:value = 'ab@example.com']",
            ),
            (AttributeKind::Ip, "192.0.2.7", vec!["ipv4-addr"], "[ipv4-addr:value = '192.0.2.7']"),
            (
                AttributeKind::Ip,
                "2001:db8::/64",
                vec!["ipv6-addr"],
                "[ipv6-addr:value ISSUBSET '2001:db8::/64']",
            ),
            (
                AttributeKind::Profile,
                "github:ada",
                vec!["user-account", "url"],
                "[user-account:user_id = 'github:ada' OR url:value = 'https://github.com/ada']",
            ),
            (
                AttributeKind::Profile,
                "web:ada.example",
                vec!["domain-name"],
                "[domain-name:value = 'ada.example']",
            ),
            (
                AttributeKind::Profile,
                "web:ada.example/cv",
                vec!["url"],
                "[url:value = 'https://ada.example/cv']",
            ),
            (AttributeKind::Photo, &photo, vec!["file"], &of_hash),
            (
                AttributeKind::Referee,
                "phone:+12025550123",
                vec!["ringer-referee"],
                "[ringer-referee:value = '+12025550123']",
            ),
        ] {
            let found = seen(kind, value).unwrap_or_else(|| panic!("{value} is seen"));
            let kinds: Vec<String> = kinds.into_iter().map(str::to_owned).collect();
            assert_eq!(found, (kinds, pattern.to_owned()));
        }
    }

    #[test]
    fn sealed_kinds_and_what_a_reader_would_refuse_make_nothing() {
        for (kind, value) in [
            (AttributeKind::PaymentAccount, "ab12cd"),
            (AttributeKind::GovernmentId, "1234567"),
            (AttributeKind::Email, "nobody"),
            (AttributeKind::Email, "a b@example.com"),
            (AttributeKind::Profile, "web:not a host/x"),
            (AttributeKind::Profile, "web:-x.example"),
            (AttributeKind::Phone, ""),
        ] {
            assert_eq!(seen(kind, value), None, "{kind} {value}");
        }
    }
}
