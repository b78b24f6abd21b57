//! Online profiles: platform and handle from the many forms of one address. Not responsible for
//! fetching anything, nor for whether a profile exists.
//!
//! Invariant: `platform:handle` is equal for all spellings of one profile's address.

use super::fold::{clip, fold, is_nothing};
use crate::model::Profile;

/// Platforms by the registrable part of their host, with the path segment that precedes the handle
/// (empty when the handle comes first).
const PLATFORMS: &[(&str, &str, &str)] = &[
    ("linkedin.com", "linkedin", "in"),
    ("linkedin.com", "linkedin", "pub"),
    ("github.com", "github", ""),
    ("gitlab.com", "gitlab", ""),
    ("bitbucket.org", "bitbucket", ""),
    ("twitter.com", "x", ""),
    ("x.com", "x", ""),
    ("stackoverflow.com", "stackoverflow", "users"),
    ("facebook.com", "facebook", ""),
    ("instagram.com", "instagram", ""),
    ("medium.com", "medium", ""),
    ("kaggle.com", "kaggle", ""),
    ("dribbble.com", "dribbble", ""),
    ("behance.net", "behance", ""),
    ("t.me", "telegram", ""),
    ("telegram.me", "telegram", ""),
    ("upwork.com", "upwork", "freelancers"),
    ("freelancer.com", "freelancer", "u"),
    ("leetcode.com", "leetcode", "u"),
    ("leetcode.com", "leetcode", ""),
    ("hackerrank.com", "hackerrank", "profile"),
    ("hackerrank.com", "hackerrank", ""),
    ("huggingface.co", "huggingface", ""),
    ("npmjs.com", "npm", ""),
    ("youtube.com", "youtube", ""),
    ("dev.to", "devto", ""),
    ("codepen.io", "codepen", ""),
    ("xing.com", "xing", "profile"),
    ("angel.co", "wellfound", "u"),
    ("wellfound.com", "wellfound", "u"),
];

/// Hosts whose sub-domain is the handle.
const SUBDOMAINS: &[(&str, &str)] =
    &[(".github.io", "github"), (".gitlab.io", "gitlab"), (".medium.com", "medium")];

/// Path segments that name a page of the platform, not a person.
const PAGES: &[&str] = &[
    "about", "company", "explore", "features", "feed", "home", "i", "in", "jobs", "login", "orgs",
    "profile", "pub", "school", "search", "settings", "share", "sharer", "signup", "u", "user",
    "users", "watch",
];

/// The profile that a text names. `platform` is the platform of the column the text stood in: a
/// bare handle is one there, and nothing (`None`) elsewhere.
#[must_use]
pub fn parse(text: &str, platform: Option<&str>) -> Option<Profile> {
    let text = decode(clip(text).trim());
    let text = fold(&text);
    let text = text.trim().trim_matches(['<', '>', '"', ',', ';']).trim_end_matches('.');
    if is_nothing(text) || text.len() < 2 {
        return None;
    }
    let bare = text.strip_prefix("https:").or(text.strip_prefix("http:")).unwrap_or(text);
    let bare = bare.trim_start_matches('/');
    let bare = bare.split(['?', '#']).next()?.trim_end_matches('/');
    let bare = bare.split_whitespace().next()?;
    let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
    if is_host(host) && !(platform.is_some_and(|p| p != "web") && path.is_empty() && !known(host)) {
        return at_host(host, path);
    }
    let platform = platform?;
    if platform == "web" {
        return None;
    }
    let after = bare.rsplit('/').next()?.trim_start_matches('@');
    handle(platform, after)
}

/// Domains that are nobody's (RFC 2606): by themselves what one types to fill a field.
const RESERVED: &[&str] = &["example.com", "example.net", "example.org"];

fn known(host: &str) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    PLATFORMS.iter().any(|(domain, ..)| is_under(host, domain))
        || SUBDOMAINS.iter().any(|(suffix, _)| host.ends_with(suffix))
}

fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn at_host(host: &str, path: &str) -> Option<Profile> {
    let host = host.split(':').next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    for (suffix, platform) in SUBDOMAINS {
        if let Some(name) = host.strip_suffix(suffix) {
            return handle(platform, name);
        }
    }
    let mut on_platform = false;
    for (domain, platform, before) in PLATFORMS {
        if !is_under(host, domain) {
            continue;
        }
        on_platform = true;
        let mut segments = path.split('/').filter(|s| !s.is_empty());
        if !before.is_empty() && segments.next() != Some(*before) {
            continue;
        }
        let name = segments.next().unwrap_or_default().trim_start_matches(['@', '~']);
        if !PAGES.contains(&name)
            && let Some(profile) = handle(platform, name)
        {
            return Some(profile);
        }
    }
    if on_platform {
        return None;
    }
    if path.is_empty() && RESERVED.contains(&host) {
        return None;
    }
    let path = path.trim_end_matches("index.html").trim_end_matches("index.php").trim_matches('/');
    let whole = if path.is_empty() { host.to_owned() } else { format!("{host}/{path}") };
    Some(Profile { platform: "web".into(), handle: whole.into() })
}

fn handle(platform: &str, name: &str) -> Option<Profile> {
    let fine = name.len() >= 2
        && name.len() <= 100
        && name.bytes().any(|b| b.is_ascii_alphanumeric())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b));
    (fine && !is_nothing(name)).then(|| Profile { platform: platform.into(), handle: name.into() })
}

fn is_host(text: &str) -> bool {
    let text = text.split(':').next().unwrap_or_default();
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.')
        && text.len() <= 253
        && last.len() >= 2
        && last.bytes().all(|b| b.is_ascii_alphabetic())
        && text.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

/// Percent-encoding undone where it encodes UTF-8.
fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let pair = tail.get(..2).and_then(|p| std::str::from_utf8(p).ok());
        match pair.and_then(|p| u8::from_str_radix(p, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, platform: Option<&str>, expected: Option<&str>) {
        let profile = parse(text, platform);
        let got = profile.map(|p| format!("{}:{}", p.platform, p.handle));
        assert_eq!(got.as_deref(), expected, "{text}");
    }

    #[test]
    fn all_spellings_of_one_profile_agree() {
        for text in [
            "https://www.linkedin.com/in/Jane-Doe-123/",
            "linkedin.com/in/jane-doe-123",
            "http://de.linkedin.com/in/jane-doe-123?trk=x#top",
            "www.linkedin.com/in/jane%2Ddoe%2D123/en",
            "in/jane-doe-123",
            "/in/jane-doe-123/",
            "jane-doe-123",
            "@jane-doe-123",
        ] {
            check(text, Some("linkedin"), Some("linkedin:jane-doe-123"));
        }
        check("https://github.com/JDoe/project", None, Some("github:jdoe"));
        check("github.com/jdoe", Some("github"), Some("github:jdoe"));
        check("jdoe.github.io", Some("web"), Some("github:jdoe"));
        check("j.doe", Some("github"), Some("github:j.doe"));
        check("https://twitter.com/jdoe", None, Some("x:jdoe"));
        check("https://x.com/jdoe", None, Some("x:jdoe"));
        check("https://stackoverflow.com/users/1234/jane", None, Some("stackoverflow:1234"));
        check("https://medium.com/@jdoe", None, Some("medium:jdoe"));
        check("https://www.example.com/jane/index.html", Some("web"), Some("web:example.com/jane"));
        check("Jane-Doe.example/", Some("web"), Some("web:jane-doe.example"));
    }

    #[test]
    fn pages_and_fillers_are_no_profiles() {
        for text in [
            "https://linkedin.com/company/acme",
            "linkedin.com",
            "https://github.com/features",
            "n/a",
            "none",
            "",
            "-",
        ] {
            check(text, Some("linkedin"), None);
        }
        check("jane doe", None, None);
        check("jane", Some("web"), None);
        check("https://example.com", Some("web"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}|[a-z./%:@?-]{0,60}") {
            let _ = (parse(&text, None), parse(&text, Some("linkedin")));
        }
    }
}
