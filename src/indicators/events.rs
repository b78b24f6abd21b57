//! What happened when, from which address and device: the list `events[]` and the submission itself, with what is known of
//! the address. Not responsible for what is odd about any of it (`application::network`, `application::device`).
//!
//! Reads of each event `kind`, `at` (or `ts`), `ended_at`, `ip`, `country`, `region`, `asn`, `ip_kind`, `provider`, `lat`,
//! `lon`, `browser_tz` (or `timezone`), `endpoint`, `account`; of each entry of `ip_intel[]` the same about its `ip`. The
//! columns `submitted_at`, `ip` and `timezone` are an event of the kind "apply".
//!
//! Invariant: what an event says itself holds; what it does not say is asked of `ip_intel[]` first, then of the look-up. The
//! result does not depend on the order of applications or lists.

use crate::{
    indicators::{Context, Dossier, Entry, IpFacts, IpKind, Subject, ips},
    model::{Address, Column, Moment},
    normalize::ip,
    reference::{countries, states, zips, zips::Zip},
};
use std::collections::BTreeMap;

/// One thing that happened.
#[derive(Debug, Clone)]
pub(crate) struct Event<'a> {
    /// When.
    pub at: Option<Moment>,
    /// Until when, for what lasts.
    pub until: Option<Moment>,
    /// What, in folded words; `apply` for the submission.
    pub kind: String,
    /// The address, as received.
    pub ip: Option<String>,
    /// ISO code of the country that the address is in.
    pub country: Option<String>,
    /// State code within the country, where it is known.
    pub region: Option<&'static str>,
    /// Where that is, with how far it may be off in kilometres.
    pub place: Option<(Zip, f64)>,
    /// Kind of network.
    pub network: Option<IpKind>,
    /// Who runs the network.
    pub provider: Option<String>,
    /// Time zone of the browser.
    pub zone: Option<String>,
    /// What was called, where calls were recorded.
    pub endpoint: Option<String>,
    /// Under which account.
    pub account: Option<String>,
    /// The home claimed in the application it belongs to.
    pub home: Option<&'a Address>,
}

impl Event<'_> {
    /// Whether the country of its address tells where somebody is: no anonymizer, no company's way out, no roaming phone.
    pub fn shows_place(&self) -> bool {
        let hides = |kind: IpKind| {
            kind.is_anonymizer() || matches!(kind, IpKind::Mobile | IpKind::Corporate)
        };
        self.country.is_some() && !self.network.is_some_and(hides)
    }

    /// The country of the home claimed with it.
    pub fn home_country(&self) -> Option<&str> {
        self.home?.country.as_deref()
    }
}

/// Everything that happened in the latest applications of an identity, by time, each thing once; what has no time comes last. O(events log events).
pub(crate) fn of<'a>(dossier: &'a Dossier<'_>, context: &Context<'_>) -> Vec<Event<'a>> {
    let mut all: Vec<Event<'a>> = Vec::new();
    for subject in dossier.latest() {
        all.extend(of_subject(subject, context));
    }
    all.sort_by(|a, b| key(a).cmp(&key(b)));
    // An export may repeat the list with each application of one person.
    all.dedup_by(|a, b| key(a) == key(b));
    all
}

type Key<'e> = (bool, Option<Moment>, &'e str, [Option<&'e str>; 4], Option<Moment>);

fn key<'e>(event: &'e Event<'_>) -> Key<'e> {
    let texts = [&event.ip, &event.zone, &event.endpoint, &event.account];
    (event.at.is_none(), event.at, &event.kind, texts.map(|t| t.as_deref()), event.until)
}

fn of_subject<'a>(subject: &'a Subject<'_>, context: &Context<'_>) -> Vec<Event<'a>> {
    let home = subject.normal.home.as_ref();
    let intel: BTreeMap<String, &Entry> = subject
        .record
        .list("ip_intel")
        .iter()
        .filter_map(|entry| Some((canonical(&entry.text(&["ip"])?), entry)))
        .collect();
    let nothing = Entry::default();
    let read = |entry: &Entry| -> Event<'a> {
        let ip = entry.text(&["ip", "ip_address"]);
        let told = ip.as_deref().and_then(|ip| intel.get(&canonical(ip)).copied());
        let facts = ip.as_deref().map(|ip| context.ips.look_up(ip)).unwrap_or_default();
        Event {
            at: entry.moment(&["at", "ts", "time", "timestamp", "started_at", "start"]),
            until: entry.moment(&["ended_at", "end", "until"]),
            kind: entry.word(&["kind", "type", "event"]).unwrap_or_default(),
            zone: entry.text(&["browser_tz", "timezone", "tz"]),
            endpoint: entry.word(&["endpoint", "path", "url"]),
            account: entry.text(&["account", "account_id", "user"]),
            ip,
            home,
            ..with_facts(entry, told.unwrap_or(&nothing), facts)
        }
    };
    let mut all: Vec<Event<'a>> = subject.record.list("events").iter().map(read).collect();
    let given = [Column::Ip, Column::Timezone].map(|column| subject.raw(column));
    if given.iter().any(Option::is_some) {
        let [ip, zone] = given.map(|text| text.map(str::to_owned));
        let told = ip.as_deref().and_then(|ip| intel.get(&canonical(ip)).copied());
        let facts = ip.as_deref().map(|ip| context.ips.look_up(ip)).unwrap_or_default();
        all.push(Event {
            at: subject.normal.submitted_at,
            kind: "apply".to_owned(),
            ip,
            zone,
            home,
            ..with_facts(&nothing, told.unwrap_or(&nothing), facts)
        });
    }
    all
}

/// What is known of the address of an event: by itself, by the list, by the look-up.
fn with_facts<'a>(entry: &Entry, told: &Entry, facts: IpFacts) -> Event<'a> {
    let either = |names: &[&str]| entry.text(names).or_else(|| told.text(names));
    let country = either(&["country", "ip_country", "country_code"]);
    let own_country = country.as_deref().and_then(countries::code).map(str::to_owned);
    let region = either(&["region", "ip_region", "state"]).or(facts.region);
    let country = own_country.or(facts.country);
    let asn = either(&["asn", "ip_asn"]).and_then(|text| number_of_as(&text)).or(facts.asn);
    let kind = either(&["ip_kind", "kind_of_ip", "ip_type", "network_kind"])
        .or_else(|| told.text(&["kind"]))
        .and_then(|text| IpKind::read(&text));
    let flagged = || {
        let flags = [
            (IpKind::Tor, ["tor", "is_tor"]),
            (IpKind::Vpn, ["vpn", "is_vpn"]),
            (IpKind::Proxy, ["proxy", "is_proxy"]),
            (IpKind::Hosting, ["hosting", "is_hosting"]),
        ];
        let on = |names: &[&str]| entry.flag(names).or_else(|| told.flag(names)) == Some(true);
        flags.into_iter().find(|(_, names)| on(names)).map(|(kind, _)| kind)
    };
    let network = kind.or_else(flagged).or(facts.kind).or_else(|| asn.and_then(ips::kind_of));
    let state = region.and_then(|text| states::state(&text, country.as_deref()));
    let degrees = |names: &[&str]| entry.number(names).or_else(|| told.number(names));
    let point = degrees(&["lat", "latitude"]).zip(degrees(&["lon", "lng", "longitude"]));
    #[expect(clippy::cast_possible_truncation, reason = "degrees, clamped")]
    let exact = point.filter(|(lat, lon)| lat.abs() <= 90.0 && lon.abs() <= 180.0).map(
        // Files of addresses are off by a city or so.
        |(lat, lon)| (Zip { city: "", state: "", lat: lat as f32, lon: lon as f32 }, 100.0),
    );
    let of_state = state.filter(|s| s.country == "US").and_then(|s| zips::center(s.code));
    Event {
        at: None,
        until: None,
        kind: String::new(),
        ip: None,
        country,
        region: state.map(|s| s.code),
        // Large states reach several hundred kilometres from their middle.
        place: exact.or(of_state.map(|zip| (*zip, 400.0))),
        network,
        provider: either(&["provider", "isp", "organization", "org"]).or(facts.organization),
        zone: None,
        endpoint: None,
        account: None,
        home: None,
    }
}

fn canonical(text: &str) -> String {
    ip::parse(text).map_or_else(|| text.trim().to_owned(), |ip| ip.canonical.into())
}

/// `64500`, `AS64500`, `AS64500 Example`.
fn number_of_as(text: &str) -> Option<u32> {
    let text = text.trim();
    let prefixed = text.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("as"));
    let text = if prefixed { text.get(2..)? } else { text };
    text.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_autonomous_systems_are_read_as_vendors_write_them() {
        for (text, expected) in [
            ("64500", Some(64_500)),
            ("AS64500", Some(64_500)),
            ("as64500 Example Net", Some(64_500)),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(number_of_as(text), expected, "{text}");
        }
    }
}
