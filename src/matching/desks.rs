//! Desks: mailboxes that are somebody else's at a firm, as recruiters give theirs for the people they submit. Exports often
//! leave out who submitted an application. Not responsible for what is explained by that (`crowd`, `background`).
//!
//! Invariant: depends on one application alone.

use crate::{
    matching::{series, similarity::jaro_winkler},
    model::Normalized,
    reference::email_domains,
};

/// Words that name a desk and no person.
const DESKS: &[&str] = &[
    "admin",
    "agency",
    "applications",
    "apply",
    "candidate",
    "candidates",
    "careers",
    "contact",
    "desk",
    "hello",
    "hiring",
    "hr",
    "info",
    "jobs",
    "mail",
    "office",
    "people",
    "placement",
    "placements",
    "recruiter",
    "recruiting",
    "recruitment",
    "resumes",
    "search",
    "staffing",
    "submissions",
    "submit",
    "talent",
    "team",
];

/// Names of providers that have domains in many countries, or are at home in one.
const PROVIDERS: &[&str] = &[
    "126",
    "139",
    "163",
    "189",
    "21cn",
    "aliyun",
    "aol",
    "att",
    "bellsouth",
    "bigpond",
    "bluewin",
    "btinternet",
    "charter",
    "comcast",
    "cox",
    "daum",
    "earthlink",
    "fastmail",
    "foxmail",
    "free",
    "freenet",
    "frontier",
    "gmail",
    "gmx",
    "googlemail",
    "hanmail",
    "hey",
    "hotmail",
    "hushmail",
    "icloud",
    "inbox",
    "interia",
    "juno",
    "kakao",
    "laposte",
    "libero",
    "list",
    "live",
    "mac",
    "mail",
    "mailbox",
    "me",
    "msn",
    "nate",
    "naver",
    "o2",
    "optonline",
    "orange",
    "outlook",
    "pm",
    "posteo",
    "proton",
    "protonmail",
    "qq",
    "rambler",
    "rediffmail",
    "rocketmail",
    "rogers",
    "sbcglobal",
    "seznam",
    "shaw",
    "sina",
    "sky",
    "sohu",
    "sympatico",
    "t-online",
    "telus",
    "tin",
    "tiscali",
    "tuta",
    "tutanota",
    "ukr",
    "verizon",
    "virginmedia",
    "wanadoo",
    "web",
    "windstream",
    "wp",
    "ya",
    "yahoo",
    "yandex",
    "yeah",
    "ymail",
    "zoho",
];

/// Whether the mailbox of an application is at a domain that does not give mailboxes to anybody, and is a desk's or, written as
/// firms write them, another person's. O(length).
#[must_use]
pub fn is_at_desk(n: &Normalized) -> bool {
    let (Some(email), Some(name)) = (&n.email, &n.name) else { return false };
    // What tells most mailboxes is asked first, and what costs most last.
    let parts: Vec<&str> = email.stem.split(['.', '_', '-']).collect();
    let is_own = |part: &&str| name.tokens.iter().any(|token| **token == **part);
    if parts.iter().any(is_own) {
        return false;
    }
    let is_a_word = |part: &&str| part.len() > 1 && part.bytes().all(|b| b.is_ascii_alphabetic());
    let is_a_name = parts.len() == 2 && email.digits.is_empty() && parts.iter().all(is_a_word);
    let is_a_desk = parts.iter().any(|part| DESKS.binary_search(part).is_ok());
    let is_alike = |part: &&str| name.tokens.iter().any(|token| jaro_winkler(token, part) >= 0.8);
    (is_a_name || is_a_desk)
        && is_a_firms(&email.domain)
        && (is_a_desk || !series::is_own_name(n, &email.stem))
        && !parts.iter().any(is_alike)
}

/// Whether a domain is no provider's, as far as is known.
fn is_a_firms(domain: &str) -> bool {
    let brand = domain.split('.').next().unwrap_or_default();
    !email_domains::is_public(domain)
        && !email_domains::is_relay(domain)
        && PROVIDERS.binary_search(&brand).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Application, Column, Source};
    use std::collections::BTreeMap;

    fn of(name: &str, email: &str) -> bool {
        let fields = [(Column::FullName, name.to_owned()), (Column::Email, email.to_owned())];
        is_at_desk(&crate::normalize::normalize(&Application {
            id: "A1".parse().unwrap(),
            fields: fields.into(),
            extra: BTreeMap::new(),
            nested: BTreeMap::new(),
            source: Source { file: "a.csv".into(), row: 1 },
        }))
    }

    #[test]
    fn a_recruiters_mailbox_is_at_a_desk_and_ones_own_or_a_providers_is_not() {
        assert!(of("Maria Okafor", "jonas.reed@bluewater.example"));
        assert!(of("Maria Okafor", "candidates@bluewater.example"));
        assert!(!of("Maria Okafor", "maria.okafor@bluewater.example"));
        assert!(!of("Maria Okafor", "m.okafor@bluewater.example"));
        assert!(!of("Maria Okafor", "jonas.reed@gmail.com"));
        assert!(!of("Maria Okafor", "amber.forge77@bluewater.example"), "a handle");
        assert!(!of("Li Wu", "li.wu@bluewater.example"));
        assert!(!of("Ada Jobs", "jobs@bluewater.example"), "a family name");
        assert!(!of("Maria Okafor", "jonas.reed@outlook.de"), "a provider");
        assert!(!of("Maria Okafor", "\u{438}\u{440}.\u{43f}\u{435}@bluewater.example"), "not read");
    }

    #[test]
    fn the_words_are_sorted() {
        assert!(DESKS.is_sorted() && PROVIDERS.is_sorted());
    }
}
