//! Places that hand parcels on to whoever asks: forwarders, hotels, carriers' counters. They describe a place, never a
//! person: many honest people use one. Not responsible for parsing addresses, nor for mail drops (`mail_drops`).
//!
//! Invariant: names match whole words only; those that are also names of streets do not match within a street line.

use super::{street, table::rows};
use std::sync::LazyLock;

/// What kind of place hands parcels on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HandOver {
    /// Sends parcels on, mostly abroad.
    Forwarder,
    /// Hotel, motel or hostel.
    Hotel,
    /// Counter, locker or facility where a carrier holds parcels.
    Counter,
}

impl HandOver {
    /// The words for it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Forwarder => "a forwarder",
            Self::Hotel => "a hotel",
            Self::Counter => "a carrier's counter",
        }
    }
}

struct Name {
    kind: HandOver,
    name: &'static str,
    anywhere: bool,
}

/// The longest names first, so that "motel 6" is found before "motel".
static NAMES: LazyLock<Vec<Name>> = LazyLock::new(|| {
    let mut names: Vec<Name> =
        rows::<3>(include_str!("../../seed_data/reference/delivery_points.tsv"))
            .filter_map(|[kind, name, place]| {
                let kind = match kind {
                    "forwarder" => HandOver::Forwarder,
                    "hotel" => HandOver::Hotel,
                    "counter" => HandOver::Counter,
                    _ => return None,
                };
                Some(Name { kind, name, anywhere: place == "anywhere" })
            })
            .collect();
    names.sort_by_key(|n| (std::cmp::Reverse(n.name.len()), n.name));
    names
});

fn words(text: &str) -> String {
    let lower = text.to_lowercase().replace(['\'', '\u{2019}'], "");
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What kind of place an address line or a carrier's note names, and by which name. O(length × names).
#[must_use]
pub fn hand_over(text: &str) -> Option<(HandOver, &'static str)> {
    let clipped: String = text.chars().take(400).collect();
    let segments: Vec<String> = clipped.split([',', ';', '\n', '|', '(']).map(words).collect();
    let whole = segments.join(" ");
    let has = |text: &str, name: &str| format!(" {text} ").contains(&format!(" {name} "));
    // "12 Hilton Ave" is a street; "Hilton" and "Hilton Downtown" are none.
    let is_line = |s: &&String| !s.starts_with(|c: char| c.is_ascii_digit()) && !is_street(s);
    let names: &'static [Name] = &NAMES;
    names
        .iter()
        .find(|n| match n.anywhere {
            true => has(&whole, n.name),
            false => segments.iter().filter(is_line).any(|s| has(s, n.name)),
        })
        .map(|n| (n.kind, n.name))
}

/// Whether a line is a street with its number behind it.
fn is_street(line: &str) -> bool {
    line.split(' ').skip(1).any(|word| street::suffix(word).is_some())
        && line.split(' ').any(|word| word.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_hand_parcels_on_are_recognised_and_streets_are_not() {
        let kind = |text| hand_over(text).map(|(kind, _)| kind);
        for (text, expected) in [
            ("MyUS, 4299 Example Blvd", Some(HandOver::Forwarder)),
            ("c/o Sample Freight Forwarding, 1 Dock Rd", Some(HandOver::Forwarder)),
            ("Marriott Downtown, 12 Main St", Some(HandOver::Hotel)),
            ("Motel 6", Some(HandOver::Hotel)),
            ("The UPS Store #123", Some(HandOver::Counter)),
            ("held at UPS facility", Some(HandOver::Counter)),
            ("12 Hilton Ave", None),
            ("345 Old Hotel Rd Apt 6", None),
            ("12 Main St", None),
            ("", None),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
