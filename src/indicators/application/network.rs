//! Indicators of addresses on the network: where they are, what hides them, how fast they change. Not responsible for what is
//! known of an address (`events`, `ip_files`), nor for addresses that several applicants share (`matching`).
//!
//! What is read of events says `events`.
//!
//! Invariant: a country is only ever compared with the claimed one or counted; no country adds suspicion by itself.

use crate::{
    indicators::{
        Assessed, Case, Compute, Finding, Indicator, Need, Strength, Topic,
        events::{self, Event},
        primary, quoted,
    },
    model::Moment,
    normalize::fold::words,
    reference::zips,
};
use std::collections::{BTreeMap, BTreeSet};

/// `ip-geo-mismatch`.
pub static GEO_MISMATCH: Indicator = Indicator {
    id: "ip-geo-mismatch",
    title: "Applies from another country than the claimed one",
    topic: Topic::Place,
    needs: &["events[].ip or country, at", "ip, submitted_at", "country"],
    how: "On two different days or more the country of the address is not that of the home claimed with it; medium from three \
          days on when no address was in the claimed country. Mobile, company, VPN, proxy, Tor and hosting networks are left \
          out, since they do not show where somebody is.",
    strength: Strength::Medium,
    innocent: &[
        "travel, or a stay with family abroad",
        "an employer's network that leaves in another country",
        "an error of the file that tells countries",
    ],
    sources: &[
        quoted("US State, Treasury and FBI, advisory of May 2022"),
        primary("Security Alliance, DPRK IT worker framework, May 2026"),
        primary("DTEX, advisory of October 2024"),
    ],
    compares_names: false,
    compute: Compute::Application(geo_mismatch),
};

fn geo_mismatch(case: &Case<'_>) -> Assessed {
    let all = events::of(case.dossier, case.context);
    let placed: Vec<&Event<'_>> =
        all.iter().filter(|e| e.at.is_some() && e.shows_place()).collect();
    let placed = placed.need("country of the address of any dated event")?;
    let both = |event: &&Event<'_>| {
        Some((event.at?.day(), event.country.clone()?, event.home_country()?.to_owned()))
    };
    let compared: Vec<(String, String, String)> = placed.iter().filter_map(both).collect();
    let compared = compared.need("country of the home")?;
    let days: BTreeSet<&str> = compared.iter().map(|(day, ..)| day.as_str()).collect();
    (days.len() >= 2).then_some(()).need("country of addresses on two different days")?;
    let elsewhere: Vec<_> = compared.iter().filter(|(_, there, home)| there != home).collect();
    let days: BTreeSet<&str> = elsewhere.iter().map(|(day, ..)| day.as_str()).collect();
    if days.len() < 2 {
        return Ok(None);
    }
    let never_home = elsewhere.len() == compared.len();
    let strength = if never_home && days.len() >= 3 { Strength::Medium } else { Strength::Weak };
    let listed = |values: BTreeSet<&str>| values.into_iter().collect::<Vec<_>>().join(", ");
    let there = listed(elsewhere.iter().map(|(_, there, _)| there.as_str()).collect());
    let home = listed(elsewhere.iter().map(|(.., home)| home.as_str()).collect());
    let reason = format!(
        "on {} days the address was in {there}, the claimed home is in {home}{}",
        days.len(),
        if never_home { "; no address was there" } else { "" }
    );
    Ok(Some(Finding::new(strength, reason).with("days", listed(days))))
}

/// `ip-anonymizer`.
pub static ANONYMIZER: Indicator = Indicator {
    id: "ip-anonymizer",
    title: "VPN, proxy, hosting or Tor",
    topic: Topic::Place,
    needs: &["events[].ip_kind, asn or ip", "ip"],
    how: "The network of any event's address is a VPN, a proxy, Tor or a data center: as the event or the imported look-up \
          says, or by the embedded list of autonomous systems.",
    strength: Strength::Weak,
    innocent: &["ordinary privacy", "an employer's VPN, or a browser that relays by itself"],
    sources: &[quoted("Mandiant, UNC5267, September 2024")],
    compares_names: false,
    compute: Compute::Application(anonymizer),
};

fn anonymizer(case: &Case<'_>) -> Assessed {
    let all = events::of(case.dossier, case.context);
    let known: Vec<&Event<'_>> = all.iter().filter(|e| e.network.is_some()).collect();
    let known = known.need("kind of network of any address")?;
    let hidden = known.iter().filter(|e| e.network.is_some_and(|kind| kind.is_anonymizer()));
    let hidden: Vec<&&Event<'_>> = hidden.collect();
    let Some(first) = hidden.first() else { return Ok(None) };
    let kinds: BTreeSet<&str> = hidden.iter().filter_map(|e| Some(e.network?.label())).collect();
    let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
    let reason = format!("{} of {} addresses of known kind: {kinds}", hidden.len(), known.len());
    let finding = Finding::new(Strength::Weak, reason);
    let finding = match &first.ip {
        Some(ip) => finding.with("address", ip.clone()),
        None => finding,
    };
    Ok(Some(match &first.provider {
        Some(provider) => finding.with("provider", provider.clone()),
        None => finding,
    }))
}

/// Countries in which such a VPN is an ordinary tool of everybody, so that its use there says nothing. It only ever exempts.
const ORDINARY_IN: &[&str] = &["BY", "CN", "IR", "MM", "RU", "TM"];

/// `ip-anonymizer-reported-provider`.
pub static REPORTED_PROVIDER: Indicator = Indicator {
    id: "ip-anonymizer-reported-provider",
    title: "Network provider named in reporting on this scheme",
    topic: Topic::Network,
    needs: &["events[].provider or ip", "country", "setting reported_providers"],
    how: "The provider of an address is on the list that the user of Ringer keeps (empty by default), and the claimed home is \
          not where such a VPN is an everyday tool. Weak; medium on two different days or more.",
    strength: Strength::Medium,
    innocent: &[
        "many developers use such a provider on journeys, or kept it from a time abroad",
        "public lists of providers are years old",
    ],
    sources: &[
        quoted("Mandiant, UNC5267, September 2024"),
        quoted("Recorded Future, PurpleDelta, August 2026"),
        primary("domain_intel, tiers of VPN providers"),
    ],
    compares_names: false,
    compute: Compute::Application(reported_provider),
};

fn reported_provider(case: &Case<'_>) -> Assessed {
    let listed = &case.context.policy.reported_providers;
    (!listed.is_empty())
        .then_some(())
        .need("list of reported providers, so nothing to look for")?;
    let all = events::of(case.dossier, case.context);
    let known: Vec<&Event<'_>> = all.iter().filter(|e| e.provider.is_some()).collect();
    let known = known.need("provider of any address")?;
    let homes: Vec<(&Event<'_>, &str)> =
        known.into_iter().filter_map(|e| Some((e, e.home_country()?))).collect();
    let homes = homes.need("country of the home")?;
    let listed: Vec<String> =
        listed.iter().filter_map(|name| Some(format!(" {} ", words(name)?))).collect();
    let hits = homes.into_iter().filter(|(event, home)| {
        let provider = event.provider.as_deref().and_then(words).unwrap_or_default();
        let provider = format!(" {provider} ");
        !ORDINARY_IN.contains(home) && listed.iter().any(|name| provider.contains(name.as_str()))
    });
    let hits: Vec<&Event<'_>> = hits.map(|(event, _)| event).collect();
    let Some(provider) = hits.first().and_then(|e| e.provider.clone()) else { return Ok(None) };
    let days: BTreeSet<String> = hits.iter().filter_map(|e| Some(e.at?.day())).collect();
    let strength = if days.len() >= 2 { Strength::Medium } else { Strength::Weak };
    let times = match hits.len() {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    };
    let reason = format!("used the network of \"{provider}\" {times}, which is on your list");
    Ok(Some(Finding::new(strength, reason).with("provider", provider)))
}

/// Within so many seconds countries are counted: 72 hours.
const WINDOW: i64 = 72 * 3_600;
/// Faster than any airliner, in kilometres an hour.
const FASTEST: f64 = 1_000.0;

/// `ip-many-countries`.
pub static MANY_COUNTRIES: Indicator = Indicator {
    id: "ip-many-countries",
    title: "Several countries in a short time",
    topic: Topic::Place,
    needs: &["events[].ip or country, at", "events[].lat, lon or region"],
    how: "Addresses of three countries or more within 72 hours, or two places between which one would have to travel faster \
          than 1,000 km an hour, after what the places may be off is taken off (400 km for a US state, 100 km for \
          coordinates). VPN, proxy, Tor, hosting, company and mobile networks are left out.",
    strength: Strength::Medium,
    innocent: &[
        "a VPN that the file does not know, switched between countries",
        "a mobile carrier whose network leaves elsewhere",
        "two members of a family with one account",
    ],
    sources: &[quoted("US State, Treasury and FBI, advisory of May 2022")],
    compares_names: false,
    compute: Compute::Application(many_countries),
};

fn many_countries(case: &Case<'_>) -> Assessed {
    let all = events::of(case.dossier, case.context);
    let placed = all.iter().filter_map(|e| Some((e.at?, e.country.as_deref()?, e)));
    let placed: Vec<(Moment, &str, &Event<'_>)> =
        placed.filter(|(.., event)| event.shows_place()).collect();
    (placed.len() >= 2).then_some(()).need("countries of the addresses of two dated events")?;
    if let Some(finding) = in_one_window(&placed) {
        return Ok(Some(finding));
    }
    let places: Vec<(Moment, &Event<'_>)> =
        placed.iter().filter(|(.., e)| e.place.is_some()).map(|(at, _, e)| (*at, *e)).collect();
    let hops = places.windows(2).filter_map(|pair| match pair {
        [(left, a), (arrived, b)] => {
            let ((from, from_off), (to, to_off)) = a.place.zip(b.place)?;
            let far = zips::kilometres(&from, &to) - from_off - to_off;
            #[expect(clippy::cast_precision_loss, reason = "hours of a few years")]
            let hours = arrived.seconds_since(*left).max(60) as f64 / 3_600.0;
            (far > 0.0 && far / hours > FASTEST).then_some((far, hours, a, b))
        }
        _ => None,
    });
    Ok(hops.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(far, hours, a, b)| {
        let place = |event: &Event<'_>| match (event.region, &event.country) {
            (Some(region), Some(country)) => format!("{region}, {country}"),
            (_, country) => country.clone().unwrap_or_default(),
        };
        let reason = format!(
            "{far:.0} km or more in {:.0} minutes, from {} to {}",
            hours * 60.0,
            place(a),
            place(b)
        );
        Finding::new(Strength::Medium, reason)
    }))
}

/// Three countries within one window of time.
fn in_one_window(placed: &[(Moment, &str, &Event<'_>)]) -> Option<Finding> {
    let mut last: BTreeMap<&str, Moment> = BTreeMap::new();
    for (at, country, _) in placed {
        last.insert(country, *at);
        last.retain(|_, seen| at.seconds_since(*seen) <= WINDOW);
        if last.len() >= 3 {
            let countries: Vec<&str> = last.keys().copied().collect();
            let reason = format!("{} countries within 72 hours", countries.len());
            return Some(
                Finding::new(Strength::Medium, reason)
                    .with("countries", countries.join(", "))
                    .with("until", at.to_string()),
            );
        }
    }
    None
}
