//! As what a search was read: said before its results, so that somebody who meant something else sees it. Not
//! responsible for finding anything.
//!
//! Invariant: nothing sealed is repeated in another form.

use crate::{
    engine::{View, search::values::is_like_a_number},
    model::{ApplicantId, AttributeId, RingId},
    normalize::{address, email, ip, name, phone, profile},
};
use serde::Serialize;

/// As what a text was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// What it is, with its article: "a phone number".
    pub what: &'static str,
    /// The text as it is kept.
    pub value: String,
}

/// As what a text is read, the surest first; of texts that are not plainly one thing a name is read as well.
pub(super) fn of(view: &View, text: &str) -> Vec<Reading> {
    let one = |what, value: &str| vec![Reading { what, value: value.to_owned() }];
    if text.parse::<RingId>().is_ok() {
        return one("the id of a ring", text);
    }
    if text.parse::<ApplicantId>().is_ok() {
        return one("the id of an applicant", text);
    }
    if text.parse::<AttributeId>().is_ok() {
        return one("the id of a shared value", text);
    }
    if text.parse().is_ok_and(|id| view.network.corpus().find(&id).is_some()) {
        return one("the id of an application", text);
    }
    if is_like_a_number(text)
        && let Some(phone) = phone::parse(text, None)
    {
        return one("a phone number", &spaced(&phone.e164));
    }
    if text.contains('@')
        && let Some(email) = email::parse(text)
    {
        return one("a mailbox", &email.canonical);
    }
    if let Some(ip) = ip::parse(text) {
        return one("an IP address", &ip.canonical);
    }
    if text.contains('/')
        && let Some(profile) = profile::parse(text, None)
    {
        return one("a profile", &format!("{} {}", profile.platform, profile.handle));
    }
    if let Some(address) = address::parse_line(text)
        && let (Some(number), Some(street)) = (&address.number, &address.street)
    {
        return one("an address", &format!("{number} {street}"));
    }
    let named =
        name::parse(text).map(|name| Reading { what: "a name", value: name.tokens.join(" ") });
    named.into_iter().collect()
}

/// `+1 202 555 0110`: a number of the North American plan in its usual groups, others as they are.
fn spaced(e164: &str) -> String {
    match (e164.len(), e164.get(..2), e164.get(2..5), e164.get(5..8), e164.get(8..)) {
        (12, Some("+1"), Some(area), Some(block), Some(line)) => {
            format!("+1 {area} {block} {line}")
        }
        _ => e164.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_what_they_are() {
        for (text, what, value) in [
            ("(202) 555-0110", "a phone number", "+1 202 555 0110"),
            ("Mia@Example.com", "a mailbox", "mia@example.com"),
            ("203.0.113.7", "an IP address", "203.0.113.7"),
            ("12 Maple Court", "an address", "12 maple ct"),
            ("Whitfield, Mia", "a name", "mia whitfield"),
        ] {
            let read = of(&View::default(), text);
            assert_eq!(read, [Reading { what, value: value.to_owned() }], "{text}");
        }
        assert_eq!(of(&View::default(), "!!"), []);
    }
}
