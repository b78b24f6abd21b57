//! Mail providers: which domains are one, which ignore dots, which are disposable. Not responsible
//! for parsing mailboxes (`normalize::email`).
//!
//! Invariant: domains are looked up in lower case.

use super::table::{gunzip, rows};
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// Whether dots in the local part matter to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dots {
    /// `a.b` and `ab` are two mailboxes.
    Matter,
    /// `a.b` and `ab` are one mailbox.
    Ignored,
}

/// How a provider reads its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// The domain that stands for all of its domains that name one mailbox.
    pub canonical: &'static str,
    /// Its reading of dots.
    pub dots: Dots,
}

/// The provider of a domain with rules of its own; none for every other domain.
#[must_use]
pub fn provider(domain: &str) -> Option<Provider> {
    let (canonical, dots) = match domain {
        "gmail.com" | "googlemail.com" => ("gmail.com", Dots::Ignored),
        "proton.me" | "protonmail.com" | "protonmail.ch" | "pm.me" => ("proton.me", Dots::Matter),
        "icloud.com" | "me.com" | "mac.com" => ("icloud.com", Dots::Matter),
        "yandex.ru" | "yandex.com" | "ya.ru" | "yandex.by" | "yandex.kz" | "yandex.ua" => {
            ("yandex.ru", Dots::Matter)
        }
        _ => return None,
    };
    Some(Provider { canonical, dots })
}

static TEXT: LazyLock<String> = LazyLock::new(|| {
    gunzip(include_bytes!("../../seed_data/reference/disposable_email_domains.tsv.gz"))
});

static DISPOSABLE: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let text: &'static str = &TEXT;
    rows::<1>(text).map(|[domain]| domain).collect()
});

static RELAYS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let text = include_str!("../../seed_data/reference/mail_relays.tsv");
    rows::<1>(text).map(|[domain]| domain).collect()
});

/// Whether a domain, or one above it, forwards to a mailbox that somebody keeps private: nothing that is thrown away.
/// O(labels).
#[must_use]
pub fn is_relay(domain: &str) -> bool {
    let dots = domain.match_indices('.').map(|(at, _)| at + 1);
    std::iter::once(0).chain(dots).any(|at| RELAYS.contains(domain.get(at..).unwrap_or_default()))
}

/// Whether a domain, or the domain above it, hands out throw-away mailboxes. O(labels).
#[must_use]
pub fn is_disposable(domain: &str) -> bool {
    let mut rest = domain;
    loop {
        if DISPOSABLE.contains(rest) {
            return true;
        }
        match rest.split_once('.') {
            Some((_, above)) if above.contains('.') => rest = above,
            _ => return false,
        }
    }
}

/// Whether a domain gives mailboxes to anybody, so that sharing it says nothing.
#[must_use]
pub fn is_public(domain: &str) -> bool {
    const PUBLIC: &[&str] = &[
        "126.com",
        "163.com",
        "aol.com",
        "att.net",
        "comcast.net",
        "daum.net",
        "fastmail.com",
        "free.fr",
        "gmail.com",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hanmail.net",
        "hey.com",
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.fr",
        "icloud.com",
        "live.com",
        "mac.com",
        "mail.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "naver.com",
        "orange.fr",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "rediffmail.com",
        "rocketmail.com",
        "sbcglobal.net",
        "tutanota.com",
        "verizon.net",
        "web.de",
        "yahoo.co.in",
        "yahoo.co.uk",
        "yahoo.com",
        "yandex.com",
        "yandex.ru",
        "ymail.com",
        "zoho.com",
    ];
    PUBLIC.binary_search(&domain).is_ok() || is_disposable(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_and_disposable_domains_are_recognised() {
        assert_eq!(provider("googlemail.com").unwrap().canonical, "gmail.com");
        assert_eq!(provider("outlook.com"), None);
        assert!(is_disposable("mailinator.com"));
        assert!(is_disposable("inbox.mailinator.com"));
        assert!(!is_disposable("example.com"));
        assert!(is_relay("privaterelay.appleid.com") && is_relay("jane.anonaddy.com"));
        assert!(!is_relay("example.com") && !is_relay("com"));
        assert!(is_public("gmail.com") && is_public("zoho.com") && !is_public("example.com"));
    }
}
