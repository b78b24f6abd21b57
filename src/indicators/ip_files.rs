//! What is known of an IP address from files in MaxMind's format that the user has: country, region, network and its kind. Not
//! responsible for reading files from a disk: the caller hands over bytes.
//!
//! Read are the layouts of GeoLite2 and DB-IP (`country.iso_code`, `subdivisions`, `autonomous_system_number`), those of
//! ip-location-db and IPinfo (`country_code`, `asn`, `as_name`), and the flags and types of anonymizer and connection files.
//!
//! Invariant: a file that cannot be read is an error when it is added, and a record that cannot be read says nothing; no
//! bytes make it panic. Of several files the first that says something is believed.

use crate::{
    indicators::{IpFacts, IpIntel, IpKind, ips},
    model::Moment,
    normalize::ip,
    reference::countries,
};
use maxminddb::{MaxMindDbError, PathElement, Reader, path};
use serde::de::DeserializeOwned;
use std::net::IpAddr;

/// Files that tell of IP addresses.
#[derive(Default)]
pub struct IpFiles {
    files: Vec<Reader<Vec<u8>>>,
}

/// A file that is none of IP addresses.
#[derive(Debug, thiserror::Error)]
#[error("{name} is no file of IP addresses in MaxMind's format: {why}")]
pub struct IpFileError {
    /// What the caller calls it.
    name: String,
    /// What is wrong with it.
    why: MaxMindDbError,
}

/// Addresses that every file is asked for when it is added, so that a broken one is seen at once.
const PROBES: [u8; 8] = [1, 8, 31, 64, 101, 151, 190, 203];

impl IpFiles {
    /// No file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, which is asked after those that were added before. `name` is how errors call it. O(1), whatever its size.
    ///
    /// # Errors
    /// When the bytes are no such file, or one that is cut off or broken where it was tried.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), IpFileError> {
        let fail = |why| IpFileError { name: name.to_owned(), why };
        let reader = Reader::from_source(bytes).map_err(fail)?;
        for first in PROBES {
            let found = reader.lookup(IpAddr::from([first, 1, 1, 1])).map_err(fail)?;
            found.decode::<serde::de::IgnoredAny>().map_err(fail)?;
        }
        self.files.push(reader);
        Ok(())
    }

    /// What the files are, in the order in which they are asked: type as the file says it, and when it was built (seconds
    /// since 1970). Such data ages, so it is shown beside what rests on it.
    pub fn about(&self) -> impl Iterator<Item = (&str, u64)> {
        self.files.iter().map(|file| {
            let metadata = file.metadata();
            (metadata.database_type.as_str(), metadata.build_epoch)
        })
    }
}

impl IpIntel for IpFiles {
    fn built(&self) -> Vec<(String, Moment)> {
        let moment = |epoch| Moment(i64::try_from(epoch).unwrap_or(i64::MAX));
        self.about().map(|(name, epoch)| (name.to_owned(), moment(epoch))).collect()
    }

    fn look_up(&self, text: &str) -> IpFacts {
        let Some(address) = address(text) else { return IpFacts::default() };
        let mut facts = IpFacts::default();
        for file in &self.files {
            let Ok(found) = file.lookup(address) else { continue };
            let record = Record { found };
            facts.country = facts.country.take().or_else(|| record.country());
            facts.region = facts.region.take().or_else(|| record.region());
            facts.asn = facts.asn.or_else(|| record.asn());
            facts.organization = facts.organization.take().or_else(|| record.organization());
            facts.kind = facts.kind.or_else(|| record.kind());
        }
        facts.kind = facts.kind.or_else(|| facts.asn.and_then(ips::kind_of));
        facts
    }
}

/// The address in a text, also in the canonical form of a network (`2001:db8:1:2::/64`).
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.split('/').next()?;
    let address: IpAddr = match bare.parse() {
        Ok(address) => address,
        Err(_) => ip::parse(text)?.canonical.split('/').next()?.parse().ok()?,
    };
    Some(address.to_canonical())
}

/// What one file says of one address.
struct Record<'a> {
    found: maxminddb::LookupResult<'a, Vec<u8>>,
}

impl Record<'_> {
    fn get<T: DeserializeOwned>(&self, path: &[PathElement<'_>]) -> Option<T> {
        self.found.decode_path(path).ok().flatten()
    }

    fn text(&self, path: &[PathElement<'_>]) -> Option<String> {
        self.get::<String>(path).filter(|text| !text.trim().is_empty())
    }

    fn country(&self) -> Option<String> {
        let text = self
            .text(&path!["country", "iso_code"])
            .or_else(|| self.text(&path!["country_code"]))
            .or_else(|| self.text(&path!["country"]));
        countries::code(&text?).map(str::to_owned)
    }

    fn region(&self) -> Option<String> {
        self.text(&path!["subdivisions", 0, "iso_code"])
            .or_else(|| self.text(&path!["region_code"]))
            .or_else(|| self.text(&path!["region"]))
            .or_else(|| self.text(&path!["state1"]))
    }

    fn asn(&self) -> Option<u32> {
        let written = || {
            let text = self.text(&path!["asn"])?;
            text.trim_start_matches(['A', 'S', 'a', 's']).parse().ok()
        };
        self.get(&path!["autonomous_system_number"])
            .or_else(|| self.get(&path!["traits", "autonomous_system_number"]))
            .or_else(|| self.get(&path!["asn"]))
            .or_else(written)
    }

    fn organization(&self) -> Option<String> {
        self.text(&path!["autonomous_system_organization"])
            .or_else(|| self.text(&path!["traits", "autonomous_system_organization"]))
            .or_else(|| self.text(&path!["as_name"]))
            .or_else(|| self.text(&path!["organization"]))
    }

    fn kind(&self) -> Option<IpKind> {
        let flags = [
            ("is_tor_exit_node", IpKind::Tor),
            ("is_anonymous_vpn", IpKind::Vpn),
            ("is_public_proxy", IpKind::Proxy),
            ("is_residential_proxy", IpKind::Proxy),
            ("is_hosting_provider", IpKind::Hosting),
        ];
        let on = |flag: &str| {
            self.get(&path![flag]) == Some(true) || self.get(&path!["traits", flag]) == Some(true)
        };
        let typed = || {
            let text = self
                .text(&path!["traits", "user_type"])
                .or_else(|| self.text(&path!["user_type"]))
                .or_else(|| self.text(&path!["connection_type"]));
            IpKind::read(&text?)
        };
        flags.into_iter().find(|(flag, _)| on(flag)).map(|(_, kind)| kind).or_else(typed)
    }
}
