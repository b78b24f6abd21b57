//! Watched values that match only exactly: domains, mailboxes, handles, phones, wallets, addresses, each by its canonical form.
//! Not responsible for names of organisations (`names`).
//!
//! Invariant: the canonical form of a canonical form is itself; what would be everybody's (a mail provider, a whole registry)
//! has none.

use crate::{
    model::{AttributeKind, WatchKind},
    normalize::{address, attributes, email, fold::fold, phone, profile},
    reference::email_domains::is_public,
};

/// Shortest handle without its platform that is taken for somebody's: shorter ones are taken on every platform.
const SHORTEST_HANDLE: usize = 5;

/// The canonical form of a value of a kind; none when it is no such value, and for names of organisations.
#[must_use]
pub fn canonical(kind: WatchKind, text: &str) -> Option<String> {
    let text = text.trim();
    match kind {
        WatchKind::Institution | WatchKind::Employer => None,
        WatchKind::Domain => domain(text),
        WatchKind::Email => email::parse(text).map(|e| e.canonical.into()),
        WatchKind::Handle => handle(text),
        WatchKind::Phone => phone::parse(text, None).map(|p| p.e164.into()),
        WatchKind::Wallet => wallet(text),
        WatchKind::Address => {
            let address = address::parse_line(text)?;
            let whole = address.street.is_some() && address.number.is_some();
            // A key, as the store has it, reads as itself.
            (whole && !address.dwelling.is_empty()).then(|| address.dwelling.into())
        }
    }
}

/// What is wrong with a value of a kind that has no canonical form.
#[must_use]
pub fn refusal(kind: WatchKind, text: &str) -> String {
    let shown: String = text.chars().take(80).collect();
    let what = match kind {
        WatchKind::Institution | WatchKind::Employer => "is no name",
        WatchKind::Domain if host(text).is_some_and(|h| is_public(&h)) => {
            "gives mailboxes to anybody"
        }
        WatchKind::Domain if host(text).is_some() => "is a whole registry, not one domain",
        WatchKind::Domain => "is no domain",
        WatchKind::Email => "is no mailbox",
        WatchKind::Handle => {
            "is no handle; write platform:handle, the address of a profile, or five letters and more"
        }
        WatchKind::Phone => "is no phone number",
        WatchKind::Wallet => "is no wallet",
        WatchKind::Address => "is no address with house number, street and city or postal code",
    };
    format!("\"{shown}\" {what}")
}

/// The host a text names, in lower case; also of a mailbox and of the address of a page.
#[must_use]
pub fn host(text: &str) -> Option<String> {
    let text = fold(text.trim());
    let text = text.trim();
    let text = text.strip_prefix("https:").or(text.strip_prefix("http:")).unwrap_or(text);
    let text = text.trim_start_matches("//").split(['/', '?', '#']).next()?;
    let text = text.rsplit('@').next()?.split(':').next()?.trim_end_matches('.');
    let text = text.strip_prefix("www.").unwrap_or(text).trim_start_matches("*.");
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next()?;
    let fine = text.len() <= 253
        && text.contains('.')
        && text.split('.').all(is_label)
        && last.len() >= 2
        && last.bytes().any(|b| b.is_ascii_alphabetic());
    fine.then(|| text.to_owned())
}

/// A domain that may be watched.
#[must_use]
pub fn domain(text: &str) -> Option<String> {
    host(text).filter(|host| !is_public(host) && !is_registry(host))
}

/// The domain and those above it that could be watched, lowest first.
pub fn with_above(host: &str) -> impl Iterator<Item = &str> {
    let all =
        std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, above)| above));
    all.filter(|host| host.contains('.'))
}

/// Domains that a registry sells names under: `edu.kp`, `co.uk`.
fn is_registry(host: &str) -> bool {
    const SECOND: &[&str] = &["ac", "co", "com", "edu", "gov", "mil", "net", "or", "org", "sch"];
    host.split_once('.').is_some_and(|(second, top)| top.len() == 2 && SECOND.contains(&second))
}

/// A handle: `platform:handle`, the address of a profile or page, or a handle on any platform.
fn handle(text: &str) -> Option<String> {
    let is_page = text.contains('/') && text.contains('.') && !text.contains(':');
    let is_link = text.contains("://") || is_page;
    if is_link {
        return attributes::canonical(AttributeKind::Profile, text);
    }
    if let Some((platform, handle)) = text.split_once(':') {
        let platform = fold(platform).trim().to_owned();
        if platform.is_empty() || !platform.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        {
            return None;
        }
        let read = |text: &str| attributes::canonical(AttributeKind::Profile, text);
        let value = read(&format!("{platform}:{handle}"))?;
        // What reads otherwise the second time is no handle.
        return (read(&value).as_ref() == Some(&value)).then_some(value);
    }
    let profile = profile::parse(text, Some("any"))?;
    let bare = profile.platform.as_ref() == "any";
    if !bare {
        return Some(format!("{}:{}", profile.platform, profile.handle));
    }
    (profile.handle.len() >= SHORTEST_HANDLE && !text.trim().contains(' '))
        .then(|| profile.handle.into())
}

/// A wallet: letters and digits; letter case is part of it but for the two sorts in which it is none.
fn wallet(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.split_once(':').map_or(text, |(_, rest)| rest);
    let fine = (20..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().any(|b| b.is_ascii_digit());
    let lower = text.to_ascii_lowercase();
    let caseless = lower.starts_with("0x") || lower.starts_with("bc1") || lower.starts_with("ltc1");
    fine.then(|| if caseless { lower } else { text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(kind: WatchKind, text: &str, expected: Option<&str>) {
        assert_eq!(canonical(kind, text).as_deref(), expected, "{text}");
    }

    #[test]
    fn values_are_read_in_the_spellings_lists_use() {
        check(WatchKind::Domain, "https://www.Front.example/jobs?x", Some("front.example"));
        check(WatchKind::Domain, "someone@front.example", Some("front.example"));
        check(WatchKind::Email, "Jane.Doe+x@gmail.com", Some("janedoe@gmail.com"));
        check(WatchKind::Handle, "https://github.com/JDoe", Some("github:jdoe"));
        check(WatchKind::Handle, "github:jdoe", Some("github:jdoe"));
        check(WatchKind::Handle, "@night_owl", Some("night_owl"));
        check(
            WatchKind::Handle,
            "https://front.example/team/jane",
            Some("web:front.example/team/jane"),
        );
        check(WatchKind::Phone, "(202) 555-0143", Some("+12025550143"));
        check(
            WatchKind::Wallet,
            "ETH:0x00000000000000000000000000000000DeaDBeef",
            Some("0x00000000000000000000000000000000deadbeef"),
        );
        let key = canonical(WatchKind::Address, "12 Maple Court Apt 3, Springfield, IL 62701");
        assert_eq!(key.as_deref(), Some("12 maple ct #3, springfield il"));
    }

    #[test]
    fn what_is_everybodys_or_nobodys_is_refused() {
        for (kind, text, why) in [
            (WatchKind::Domain, "gmail.com", "mailboxes to anybody"),
            (WatchKind::Domain, "edu.kp", "whole registry"),
            (WatchKind::Domain, "localhost", "no domain"),
            (WatchKind::Email, "jane", "no mailbox"),
            (WatchKind::Handle, "jd", "no handle"),
            (WatchKind::Handle, "Jane Doe", "no handle"),
            (WatchKind::Phone, "12", "no phone"),
            (WatchKind::Wallet, "my wallet", "no wallet"),
            (WatchKind::Address, "Springfield, IL", "no address"),
        ] {
            assert_eq!(canonical(kind, text), None, "{text}");
            assert!(refusal(kind, text).contains(why), "{}", refusal(kind, text));
        }
    }

    #[test]
    fn a_host_is_under_every_domain_above_it() {
        let all: Vec<&str> = with_above("a.b.front.example").collect();
        assert_eq!(all, ["a.b.front.example", "b.front.example", "front.example"]);
    }

    proptest! {
        #[test]
        fn a_canonical_form_is_its_own(text in "[a-zA-Z0-9@:/._+ -]{0,40}|.{0,40}") {
            for &kind in WatchKind::ALL {
                if kind != WatchKind::Address
                    && let Some(once) = canonical(kind, &text)
                {
                    prop_assert_eq!(canonical(kind, &once), Some(once.clone()), "{}", kind);
                }
            }
        }
    }
}
