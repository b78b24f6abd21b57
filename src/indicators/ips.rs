//! What is known of an IP address: country, network and kind of network. Not responsible for reading a file of such facts
//! (`ip_files`) nor for canonical addresses (`normalize::ip`).
//!
//! Invariant: what nobody told is unknown; nothing here asks anybody.

use crate::{model::Moment, reference::networks};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is known of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IpFacts {
    /// ISO country code, upper case.
    pub country: Option<String>,
    /// Code of the state or province, as the source writes it.
    pub region: Option<String>,
    /// Number of the autonomous system.
    pub asn: Option<u32>,
    /// Who runs it.
    pub organization: Option<String>,
    /// What kind of network.
    pub kind: Option<IpKind>,
}

/// What kind of network an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IpKind {
    /// Homes.
    Residential,
    /// Mobile carrier.
    Mobile,
    /// Company.
    Corporate,
    /// School or university.
    Education,
    /// Data center or cloud.
    Hosting,
    /// Commercial VPN.
    Vpn,
    /// Open proxy.
    Proxy,
    /// Tor exit.
    Tor,
}

impl IpKind {
    /// The kind that a word names, in the spellings of vendors.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "residential" | "isp" | "home" | "static" => Self::Residential,
            "mobile" | "cellular" => Self::Mobile,
            "corporate" | "business" | "company" => Self::Corporate,
            "edu" | "education" | "university" | "campus" => Self::Education,
            "hosting" | "cloud" | "datacenter" | "data center" | "cdn" => Self::Hosting,
            "vpn" | "vpn-heavy hosting" => Self::Vpn,
            "proxy" => Self::Proxy,
            "tor" => Self::Tor,
            _ => return None,
        })
    }

    /// Whether it hides where somebody is.
    #[must_use]
    pub fn is_anonymizer(self) -> bool {
        matches!(self, Self::Hosting | Self::Vpn | Self::Proxy | Self::Tor)
    }

    /// Whether its place is that of whoever uses it: not with what hides it, with mobile carriers that roam, nor with
    /// companies whose way out is elsewhere.
    #[must_use]
    pub fn is_of_the_place(self) -> bool {
        matches!(self, Self::Residential | Self::Education)
    }

    /// The words for it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Residential => "residential",
            Self::Mobile => "mobile",
            Self::Corporate => "corporate",
            Self::Education => "education",
            Self::Hosting => "hosting",
            Self::Vpn => "VPN",
            Self::Proxy => "proxy",
            Self::Tor => "Tor",
        }
    }
}

/// What kind of network an autonomous system runs, where the embedded list tells. O(1).
#[must_use]
pub fn kind_of(asn: u32) -> Option<IpKind> {
    IpKind::read(networks::network(asn)?.class)
}

/// Whoever knows something of addresses.
pub trait IpIntel: Send + Sync {
    /// What is known of this address; empty where nothing is.
    fn look_up(&self, ip: &str) -> IpFacts;

    /// What it goes by, each with when that was built; nothing where it goes by nothing that ages.
    fn built(&self) -> Vec<(String, Moment)> {
        Vec::new()
    }
}

/// Nobody told anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoIpIntel;

impl IpIntel for NoIpIntel {
    fn look_up(&self, _: &str) -> IpFacts {
        IpFacts::default()
    }
}

/// Facts by address, for tests and small tables.
impl IpIntel for BTreeMap<String, IpFacts> {
    fn look_up(&self, ip: &str) -> IpFacts {
        self.get(ip).cloned().unwrap_or_default()
    }
}
