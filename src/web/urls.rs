//! The URLs of the pages, written in one place. Not responsible for routing (`routes`).
//!
//! Invariant: whatever is put into a URL is escaped for it here.

use crate::{
    casework::UserName,
    model::{ApplicantId, ApplicationId, AttributeId, ImportId, JudgementId, RingId, WatchId},
};

/// The queue.
pub const QUEUE: &str = "/";
/// Search.
pub const SEARCH: &str = "/search";
/// Compare.
pub const COMPARE: &str = "/compare";
/// Path.
pub const PATH: &str = "/path";
/// Exploring.
pub const EXPLORE: &str = "/explore";
/// Where judgements are sent to.
pub const JUDGEMENTS: &str = "/judgements";

/// Import.
pub const IMPORT: &str = "/import";

/// The page of an uploaded file.
#[must_use]
pub fn upload(id: &str) -> String {
    format!("{IMPORT}/{id}")
}

/// What can be done with an uploaded file: `columns`, `dry-run`, `start`, `stop`, `discard`, `rejects`.
#[must_use]
pub fn of_upload(id: &str, what: &str) -> String {
    format!("{IMPORT}/{id}/{what}")
}

/// Where an import is withdrawn.
#[must_use]
pub fn withdraw_import(id: &ImportId) -> String {
    format!("/imports/{id}/withdraw")
}

/// The watch-lists.
pub const WATCH_LISTS: &str = "/watch-lists";

/// Longest address of one of our pages that is gone back to.
const LONGEST: usize = 2_000;

/// The address of a page of ours, as a form may give it back; none for anything that could lead elsewhere.
#[must_use]
pub fn here(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    let plain = text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (plain && !rest.starts_with('/')).then_some(text)
}

/// Name and password.
pub const SIGN_IN: &str = "/sign-in";
/// The code of the second factor.
pub const SECOND_STEP: &str = "/second-step";
/// One's own account.
pub const ACCOUNT: &str = "/account";
/// Everybody who may sign in.
pub const USERS: &str = "/users";

/// The audit trail.
pub const AUDIT: &str = "/audit";

/// Who looked at this, or did something to it.
#[must_use]
pub fn looked_at(id: &str) -> String {
    query(AUDIT, &[("subject", id)])
}

/// Where somebody invited chooses a password.
#[must_use]
pub fn welcome(secret: &str) -> String {
    format!("/welcome/{}", escaped(secret))
}

/// What administrators change of an account starts with this.
#[must_use]
pub fn user(name: &UserName) -> String {
    format!("{USERS}/{}", escaped(name.as_str()))
}

/// The page of a ring.
#[must_use]
pub fn ring(id: &RingId) -> String {
    format!("/rings/{id}")
}

/// The page of a ring, for somebody who comes from the queue in this order; `anchor` with its `#`.
#[must_use]
pub fn ring_from(id: &RingId, order: &str, anchor: &str) -> String {
    format!("{}{anchor}", query(&ring(id), &[("q", order)]))
}

/// The page of an applicant.
#[must_use]
pub fn applicant(id: &ApplicantId) -> String {
    format!("/applicants/{id}")
}

/// The page of an attribute.
#[must_use]
pub fn attribute(id: &AttributeId) -> String {
    format!("/attributes/{id}")
}

/// Two applicants side by side.
#[must_use]
pub fn compare(a: &str, b: &str) -> String {
    format!("{COMPARE}?a={}&b={}", escaped(a), escaped(b))
}

/// The way from one applicant to another.
#[must_use]
pub fn path(from: &str, to: &str) -> String {
    format!("{PATH}?from={}&to={}", escaped(from), escaped(to))
}

/// Exploring from these rings, applicants or values.
#[must_use]
pub fn explore(from: &[&str]) -> String {
    query(EXPLORE, &[("from", &from.join(","))])
}

/// Two applications side by side: survives a change of who is which applicant.
#[must_use]
pub fn compare_applications(a: &ApplicationId, b: &ApplicationId) -> String {
    compare(a.as_str(), b.as_str())
}

/// Where a judgement is withdrawn.
#[must_use]
pub fn withdraw(id: &JudgementId) -> String {
    format!("{JUDGEMENTS}/{id}/withdraw")
}

/// The entries of a watch-list.
#[must_use]
pub fn watch_list(name: &str) -> String {
    format!("{}#entries", query(WATCH_LISTS, &[("list", name)]))
}

/// Where an entry of a watch-list is withdrawn.
#[must_use]
pub fn unwatch(id: &WatchId) -> String {
    format!("{WATCH_LISTS}/{id}/withdraw")
}

/// A query string of the pairs that say something; empty when none does.
#[must_use]
pub fn query(path: &str, pairs: &[(&str, &str)]) -> String {
    let said: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect();
    if said.is_empty() { path.to_owned() } else { format!("{path}?{}", said.join("&")) }
}

/// An address with one more parameter.
#[must_use]
pub fn with(url: &str, name: &str, value: &str) -> String {
    let join = if url.contains('?') { '&' } else { '?' };
    format!("{url}{join}{name}={}", escaped(value))
}

/// Text as it may stand in a query string.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(b));
            }
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_gone_back_to() {
        for ours in ["/", "/rings/ring_1?links=2", "/search?q=%C3%A9"] {
            assert_eq!(here(ours), Some(ours));
        }
        for other in
            ["", "x", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/\n"]
        {
            assert_eq!(here(other), None, "{other:?}");
        }
    }

    #[test]
    fn whatever_is_put_into_a_url_stays_one_value() {
        assert_eq!(escaped("a&b=c#d/é <"), "a%26b%3Dc%23d%2F%C3%A9%20%3C");
        assert_eq!(query("/x", &[("q", ""), ("n", "1 2")]), "/x?n=1%202");
        assert_eq!(query("/x", &[]), "/x");
    }
}
