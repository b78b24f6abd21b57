//! The watch-lists that come with Ringer, as entries like any others. Not responsible for the table itself
//! (`reference::watch_lists`).
//!
//! Invariant: what is unchecked, no longer listed, or a list of large civil universities is off unless somebody turns it on;
//! every entry ends two years after the day its list is of.

use crate::{
    model::{Grade, Tlp, WatchEntry, WatchKind},
    normalize::date,
    reference::watch_lists,
};
use std::collections::BTreeSet;

/// What lists that come with Ringer are called begins so.
const PREFIX: &str = "shipped/";

/// How long an entry holds after the day its list is of, in years.
const HOLDS: u16 = 2;

/// A list that comes with Ringer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShippedList {
    /// Its name.
    pub name: &'static str,
    /// What is on it.
    pub about: &'static str,
    /// Whether it is on from the start.
    pub on: bool,
}

const fn list(name: &'static str, on: bool, about: &'static str) -> ShippedList {
    ShippedList { name, about, on }
}

/// Every list that comes with Ringer, in display order.
pub const SHIPPED: &[ShippedList] = &[
    list("shipped/dprk-sanctioned", true, "entities that the US Treasury lists"),
    list(
        "shipped/dprk-education",
        true,
        "schools whose degrees can hardly be verified from outside",
    ),
    list("shipped/dprk-front", true, "firms and domains that courts or the press named as fronts"),
    list("shipped/diploma-mill", true, "schools that sold degrees"),
    list(
        "shipped/research-security",
        false,
        "universities and institutes on research-security lists",
    ),
    list("shipped/dprk-education-unchecked", false, "further schools, to be checked first"),
    list("shipped/dprk-front-unchecked", false, "further firms, to be checked first"),
    list("shipped/diploma-mill-unchecked", false, "further schools, to be checked first"),
    list("shipped/research-security-unchecked", false, "further institutes, to be checked first"),
    list("shipped/dprk-delisted", false, "entities that are no longer listed"),
];

/// Whether this is what a list that comes with Ringer is, or could be, called.
#[must_use]
pub fn is_shipped(list: &str) -> bool {
    list.starts_with(PREFIX)
}

/// The entries of these lists of those that come with Ringer, in the order of the table. O(bytes of the table).
#[must_use]
pub fn shipped(on: &BTreeSet<String>) -> Vec<WatchEntry> {
    let is_on = |name: &str| on.iter().any(|on| on.strip_prefix(PREFIX) == Some(name));
    watch_lists::all().filter(|row| is_on(row.list)).filter_map(entry).collect()
}

fn entry(row: watch_lists::Listed) -> Option<WatchEntry> {
    let list = format!("{PREFIX}{}", row.list);
    let kind: WatchKind = row.kind.parse().ok()?;
    let (year, day) = row.date.split_once('-')?;
    let end = format!("{}-{day}", year.parse::<u16>().ok()?.checked_add(HOLDS)?);
    let texts = |cell: &str| cell.split('|').filter(|t| !t.is_empty()).map(str::to_owned).collect();
    Some(WatchEntry {
        id: WatchEntry::id_of(&list, kind, row.value),
        list,
        kind,
        value: row.value.to_owned(),
        aliases: texts(row.aliases),
        weak_aliases: texts(row.weak_aliases),
        reason: row.reason.to_owned(),
        source: row.source.to_owned(),
        grade: row.grade.parse().unwrap_or(Grade::Low),
        tlp: Tlp::Clear,
        added: date::moment(row.date)?,
        expires: Some(date::moment(&end)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn all() -> Vec<WatchEntry> {
        shipped(&SHIPPED.iter().map(|l| l.name.to_owned()).collect())
    }

    #[test]
    fn every_row_of_the_table_is_an_entry_of_a_list_that_can_be_turned_on() {
        assert_eq!(all().len(), watch_lists::all().count());
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for entry in all() {
            *counts.entry(entry.list.clone()).or_default() += 1;
            assert!(!entry.reason.is_empty() && !entry.source.is_empty());
            assert!(entry.expires.is_some_and(|end| end > entry.added));
        }
        let names: Vec<&str> = SHIPPED.iter().map(|l| l.name).collect();
        assert!(names.iter().all(|name| counts.contains_key(*name)), "{counts:?}");
        assert!(shipped(&BTreeSet::new()).is_empty());
    }

    #[test]
    fn no_value_is_there_twice_in_one_list_and_domains_are_domains() {
        let ids: BTreeSet<_> = all().into_iter().map(|e| e.id).collect();
        assert_eq!(ids.len(), watch_lists::all().count());
        for entry in all().iter().filter(|e| e.kind == WatchKind::Domain) {
            assert!(super::super::identifier::domain(&entry.value).is_some(), "{}", entry.value);
        }
    }
}
