//! What kind of networks some autonomous systems run: clouds, hosters, VPN exits, proxies. Not responsible for whose network
//! an address is in (files of the user say that).
//!
//! Invariant: the list says something about networks, nothing about countries or people; what it does not have is unknown.
//! Names by DB-IP and RouteViews (CC BY 4.0).

use super::table::rows;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// An autonomous system with a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// `cloud`, `hosting`, `vpn` or `proxy`.
    pub class: &'static str,
    /// Who runs it.
    pub organization: &'static str,
}

static TABLE: LazyLock<FxHashMap<u32, Network>> = LazyLock::new(|| {
    rows::<3>(include_str!("../../seed_data/reference/asn_classes.tsv"))
        .filter_map(|[asn, class, organization]| {
            Some((asn.parse().ok()?, Network { class, organization }))
        })
        .collect()
});

/// The autonomous system of this number, when it has a class. O(1).
#[must_use]
pub fn network(asn: u32) -> Option<&'static Network> {
    TABLE.get(&asn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_one_of_four_classes() {
        assert_eq!(network(16_509).unwrap().class, "cloud");
        assert_eq!(network(216_025).unwrap().class, "vpn");
        assert_eq!(network(64_500), None);
        assert!(TABLE.len() > 350);
        assert!(TABLE.values().all(|n| ["cloud", "hosting", "vpn", "proxy"].contains(&n.class)));
    }
}
