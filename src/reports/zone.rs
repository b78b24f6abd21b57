//! Time zones by name. Not responsible for what is done on their clocks.
//!
//! Invariant: a name gives the same clock on every machine, for what is known of zones is part of the program: a report made
//! again elsewhere, or after the machine's own tables changed, begins its days where it did.

use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::sync::OnceLock;

/// The zone of an IANA name such as `America/New_York`; none for any other text.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    static KNOWN: OnceLock<TimeZoneDatabase> = OnceLock::new();
    KNOWN.get_or_init(TimeZoneDatabase::bundled).get(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_known_by_their_names_and_by_nothing_else() {
        for name in ["America/New_York", "Europe/Berlin", "UTC", "Asia/Kathmandu"] {
            assert!(zone(name).is_some(), "{name}");
        }
        for bad in ["", "New York", "../etc/passwd", "Mars/Phobos"] {
            assert!(zone(bad).is_none(), "{bad}");
        }
    }
}
