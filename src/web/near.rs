//! Values that differ from one by a slip of the hand, or that are next door: a number one digit off, another unit of the
//! same house, an address of the same network. Not responsible for what that is worth (`matching`).
//!
//! Invariant: only values that somebody uses; found by looking up what may be near, never by reading all values.

use crate::{
    explain::words::shortened,
    model::{ApplicantIx, Attribute, AttributeIx, AttributeKind},
    web::{urls, veil::Seen},
};
use std::collections::BTreeMap;

/// Rows shown at most.
const MOST: usize = 20;

/// A value that is near another.
pub struct NearRow {
    pub value: String,
    pub url: String,
    pub how: &'static str,
    pub users: usize,
}

/// What is near a value, most like it first; and how many more there are. Nothing where contact data is masked. O(users × links) for an address, O(1) look-ups
/// for a number and for a network address.
pub fn of(view: &Seen, attribute: AttributeIx, users: &[ApplicantIx]) -> (Vec<NearRow>, usize) {
    let corpus = view.network.corpus();
    let known = corpus.attribute(attribute);
    // Beside a value that somebody knows, a digit that differs would tell the other.
    if view.is_veiled() && known.kind.is_contact() {
        return (Vec::new(), 0);
    }
    let mut found: BTreeMap<AttributeIx, &'static str> = BTreeMap::new();
    let mut look = |value: String, how: &'static str| {
        let near = corpus.index_of(&Attribute { kind: known.kind, value });
        if let Some(ix) = near.filter(|&ix| ix != attribute && corpus.uses(ix) > 0) {
            found.entry(ix).or_insert(how);
        }
    };
    match known.kind {
        AttributeKind::Phone => {
            for (value, how) in numbers(&known.value) {
                look(value, how);
            }
        }
        AttributeKind::Ip => {
            for value in network(&known.value) {
                look(value, "same network of 256 addresses");
            }
        }
        AttributeKind::Address => found = units(view, attribute, users),
        _ => {}
    }
    let mut rows: Vec<NearRow> = found
        .into_iter()
        .map(|(ix, how)| {
            let near = corpus.attribute(ix);
            NearRow {
                value: shortened(&view.value(&near), 60),
                url: urls::attribute(&near.id()),
                how,
                users: view.network.users(ix).len(),
            }
        })
        .collect();
    rows.sort_by(|a, b| b.users.cmp(&a.users).then_with(|| a.value.cmp(&b.value)));
    let more = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    (rows, more)
}

/// Numbers one digit off, or with two neighbors swapped.
fn numbers(number: &str) -> Vec<(String, &'static str)> {
    let digits: Vec<char> = number.chars().collect();
    let mut all = Vec::new();
    if digits.len() > 20 {
        return all;
    }
    for at in 0..digits.len() {
        let Some(old) = digits.get(at).copied().filter(char::is_ascii_digit) else { continue };
        for new in ('0'..='9').filter(|&d| d != old) {
            let other = digits.iter().enumerate().map(|(i, &d)| if i == at { new } else { d });
            all.push((other.collect(), "one digit off"));
        }
        if digits.get(at + 1).is_some_and(|&next| next != old) {
            let mut swapped = digits.clone();
            swapped.swap(at, at + 1);
            all.push((swapped.into_iter().collect(), "two digits swapped"));
        }
    }
    all
}

/// The other addresses of the /24 that an IPv4 address is in.
fn network(ip: &str) -> Vec<String> {
    let Ok(ip) = ip.parse::<std::net::Ipv4Addr>() else { return Vec::new() };
    let [a, b, c, own] = ip.octets();
    (0..=255).filter(|&d| d != own).map(|d| format!("{a}.{b}.{c}.{d}")).collect()
}

/// Other dwellings of the same building, as far as those who are linked to its users give them.
fn units(
    view: &Seen,
    attribute: AttributeIx,
    users: &[ApplicantIx],
) -> BTreeMap<AttributeIx, &'static str> {
    let (network, corpus) = (&view.network, view.network.corpus());
    let mut found = BTreeMap::new();
    let places = |who: ApplicantIx| {
        let apps = &network.applicant(who).applications;
        apps.iter().flat_map(|&app| {
            let app = corpus.app(app);
            [app.home(), app.shipping()].into_iter().flatten()
        })
    };
    let building = users
        .iter()
        .take(50)
        .flat_map(|&user| places(user))
        .find(|place| place.dwelling() == Some(attribute))
        .and_then(|place| place.building());
    let Some(building) = building else { return found };
    for &user in users.iter().take(200) {
        let others = network.links_of(user).iter().take(200).map(|&l| {
            let link = network.link(l);
            if link.a == user { link.b } else { link.a }
        });
        for place in others.chain([user]).flat_map(places) {
            let dwelling = place.dwelling().filter(|&ix| ix != attribute);
            if let Some(ix) = dwelling.filter(|_| place.building() == Some(building)) {
                found.entry(ix).or_insert("same house, another unit or none");
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_one_slip_away_and_never_the_number_itself() {
        let near = numbers("+12025550118");
        assert!(near.contains(&("+12025550119".into(), "one digit off")));
        assert!(near.contains(&("+12025550181".into(), "two digits swapped")));
        assert!(near.iter().all(|(n, _)| n != "+12025550118" && n.len() == 12));
        assert!(numbers(&"9".repeat(500)).is_empty());
    }

    #[test]
    fn a_network_has_255_other_addresses_and_other_texts_none() {
        assert_eq!(network("198.51.100.7").len(), 255);
        assert!(network("2001:db8::").is_empty() && network("x").is_empty());
    }
}
