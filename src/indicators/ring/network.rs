//! Indicators of networks and devices that members have in common beside what links them: one anonymizing provider, one of its
//! exits within the hour, one browser. Reads `ip`, `submitted_at` and `events[]` (`ip`, `at`, `ja4`, `user_agent`, `screen`,
//! `canvas`), and what is known of IP addresses. Never their country.

use super::people::{People, Uses, count, crowd, densest, subjects, users};
use crate::{
    indicators::{
        Assessed, Compute, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Topic, quoted,
    },
    model::{AttributeKind, Column, Moment, Share},
    normalize::ip,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Members behind one provider from which on they concentrate, and the share of those whose network is known: what is usual in
/// the store is not known, and a provider is taken to have one in ten of all who apply.
const MEMBERS: usize = 4;
const CONCENTRATED: f64 = 0.5;
const MANY: usize = 6;
const MOST: f64 = 0.75;

/// Seconds between two uses of one exit, and applicants of the store from which on an exit is popular.
const HOUR: i64 = 3_600;
const POPULAR: usize = 10;

/// Days within which two browsers are one, and members from which on one browser is a common one.
const MONTH: i64 = 30;
const COMMON: usize = 5;

/// Who was where: the text that says an address, its canonical form, and when.
struct Seen {
    member: usize,
    address: String,
    canonical: String,
    at: Option<Moment>,
}

/// Every public address that members applied or acted from. O(events).
fn seen(case: &RingCase<'_>) -> Vec<Seen> {
    let mut all = Vec::new();
    for (member, subject) in subjects(case) {
        let mut add = |text: &str, at| {
            let read = ip::parse(text).filter(|ip| !ip.private);
            all.extend(read.map(|ip| Seen {
                member,
                // What knows addresses wants one, and the canonical form of a long one is its network.
                address: if ip.canonical.contains('/') {
                    text.trim().into()
                } else {
                    ip.canonical.to_string()
                },
                canonical: ip.canonical.into(),
                at,
            }));
        };
        if let Some(text) = subject.raw(Column::Ip) {
            add(text, subject.normal.submitted_at);
        }
        for event in subject.record.list("events") {
            if let Some(text) = event.text(&["ip", "ip_address"]) {
                add(&text, event.moment(&["at", "ts", "time", "timestamp"]));
            }
        }
    }
    all
}

/// `anonymizer-concentration`.
pub static ANONYMIZER_CONCENTRATION: Indicator = Indicator {
    id: "anonymizer-concentration",
    title: "One anonymizing provider",
    topic: Topic::Network,
    needs: &["ip", "events"],
    how: "Four or more members, half or more of those of whose addresses something is known, use one provider of VPN, proxy, Tor or \
          hosting. Medium from six members and three quarters on. What is usual in the store is not known: a provider is taken to \
          have one in ten, so that half is five times as many. Weak when a thing that they all share there has users outside \
          the ring three times as many.",
    strength: Strength::Medium,
    innocent: &[
        "a popular VPN",
        "the egress of one employer or school that runs over a data center",
    ],
    sources: &[
        quoted("Recorded Future, PurpleDelta, August 2026"),
        quoted("Mandiant, UNC5267, September 2024"),
        PROPOSAL,
    ],
    compares_names: false,
    compute: Compute::Ring(anonymizer_concentration),
};

fn anonymizer_concentration(case: &RingCase<'_>) -> Assessed {
    let seen = seen(case).need("IP address")?;
    let mut known: BTreeSet<usize> = BTreeSet::new();
    let mut providers: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for one in &seen {
        let facts = case.context.ips.look_up(&one.address);
        let Some(kind) = facts.kind else { continue };
        known.insert(one.member);
        if kind.is_anonymizer() {
            let asn = facts.asn.map(|asn| format!("AS{asn}"));
            if let Some(provider) = facts.organization.or(asn) {
                providers.entry(provider).or_default().insert(one.member);
            }
        }
    }
    (known.len() >= MEMBERS).then_some(()).need("kind of network of four members")?;
    let best = providers.iter().max_by_key(|(name, members)| (members.len(), Reverse(*name)));
    let Some((provider, members)) = best.filter(|(_, members)| members.len() >= MEMBERS) else {
        return Ok(None);
    };
    let share = Share::of(members.len(), known.len());
    if share < Share::new(CONCENTRATED) {
        return Ok(None);
    }
    let listed: Vec<usize> = members.iter().copied().collect();
    let many = listed.len() >= MANY && share >= Share::new(MOST);
    let popular = users(case, AttributeKind::Ip, &listed).is_some_and(|n| n >= 3 * listed.len());
    let strength = if many && !popular { Strength::Medium } else { Strength::Weak };
    let reason = format!(
        "{} of {} ({share}) use one anonymizing provider",
        listed.len(),
        count(known.len(), "member whose network is known", "members whose networks are known")
    );
    let finding = Finding::new(strength, reason).with("provider", provider.clone());
    Ok(Some(finding.with("applications", People::of(case).list(&listed))))
}

/// `same-vpn-exit`.
pub static SAME_VPN_EXIT: Indicator = Indicator {
    id: "same-vpn-exit",
    title: "One exit within the hour",
    topic: Topic::Network,
    needs: &["full_name", "ip", "submitted_at", "events"],
    how: "Two members without anything in common in their names use one exit of a VPN, proxy, Tor or hosting network within 60 \
          minutes, and not more than ten applicants of the store are known to use it. Medium when it happens on two days or with \
          two exits, or to three members.",
    strength: Strength::Medium,
    innocent: &[
        "a popular exit that two people happened to use at one hour",
        "two people of one company behind its VPN",
    ],
    sources: &[PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(same_vpn_exit),
};

fn same_vpn_exit(case: &RingCase<'_>) -> Assessed {
    let seen = seen(case).need("IP address")?;
    let mut known = false;
    let mut exits: BTreeMap<&str, Vec<(Moment, usize)>> = BTreeMap::new();
    for one in &seen {
        let Some(at) = one.at else { continue };
        let Some(kind) = case.context.ips.look_up(&one.address).kind else { continue };
        known = true;
        if kind.is_anonymizer() {
            exits.entry(&one.canonical).or_default().push((at, one.member));
        }
    }
    known.then_some(()).need("kind of network of a dated IP address")?;
    let people = People::of(case);
    people.two_named()?;
    let mut occasions: BTreeSet<(String, &str)> = BTreeSet::new();
    let mut members: BTreeSet<usize> = BTreeSet::new();
    for (&exit, uses) in &mut exits {
        uses.sort_unstable();
        uses.dedup();
        let all: BTreeSet<usize> = uses.iter().map(|u| u.1).collect();
        let at_exit = |thing: &&crate::indicators::ring::SharedThing| {
            thing.kind == Some(AttributeKind::Ip) && thing.value == exit
        };
        let store = case.shape.shared.iter().find(at_exit).map_or(0, |thing| thing.users);
        if store.max(all.len()) > POPULAR {
            continue;
        }
        for (n, &(at, a)) in uses.iter().enumerate() {
            let soon = uses.iter().skip(n + 1).take_while(|(t, _)| t.seconds_since(at) <= HOUR);
            for &(_, b) in soon {
                if people.conflict(a, b) {
                    occasions.insert((at.day(), exit));
                    members.extend([a, b]);
                }
            }
        }
    }
    if occasions.is_empty() {
        return Ok(None);
    }
    let again = occasions.len() > 1 || members.len() > 2;
    let strength = if again { Strength::Medium } else { Strength::Weak };
    let reason = format!(
        "{} use one anonymizing exit within the hour, on {}",
        count(members.len(), "member", "members without a name in common"),
        count(occasions.len(), "occasion", "occasions")
    );
    let exits: BTreeSet<&str> = occasions.iter().map(|(_, exit)| *exit).collect();
    let members: Vec<usize> = members.into_iter().collect();
    Ok(Some(
        Finding::new(strength, reason)
            .with("exits", exits.into_iter().take(8).collect::<Vec<_>>().join(", "))
            .with("applications", people.list(&members)),
    ))
}

/// `same-client-fingerprint`.
pub static SAME_CLIENT_FINGERPRINT: Indicator = Indicator {
    id: "same-client-fingerprint",
    title: "One browser, several names",
    topic: Topic::Network,
    needs: &["full_name", "events"],
    how: "Events of two to five members without anything in common in their names agree in TLS fingerprint, user agent, screen and \
          canvas within 30 days; weak where no canvas is known, and where more than five members have it: that may be a common \
          machine.",
    strength: Strength::Medium,
    innocent: &["computers that a company or a library set up alike", "phones of one model"],
    sources: &[PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(same_client_fingerprint),
};

fn same_client_fingerprint(case: &RingCase<'_>) -> Assessed {
    let mut prints: BTreeMap<[String; 4], Uses> = BTreeMap::new();
    for (member, subject) in subjects(case) {
        for event in subject.record.list("events") {
            let agent = event.text(&["user_agent", "ua"]);
            let agent = agent.or_else(|| subject.normal.user_agent.as_deref().map(str::to_owned));
            let screen = event.text(&["screen", "screen_size", "resolution"]);
            if let (Some(tls), Some(agent), Some(screen)) =
                (event.text(&["ja4", "ja3"]), agent, screen)
            {
                let canvas = event.text(&["canvas", "canvas_hash"]).unwrap_or_default();
                let at = event.moment(&["at", "ts", "time", "timestamp"]);
                let at = at.or(subject.normal.submitted_at);
                prints.entry([tls, agent, screen, canvas]).or_default().push((at, member));
            }
        }
    }
    (!prints.is_empty()).then_some(()).need("event with TLS fingerprint, user agent and screen")?;
    let people = People::of(case);
    people.two_named()?;
    let judged = prints.iter().map(|(print, uses)| {
        let members = densest(uses, MONTH);
        let apart = people.apart(&members);
        let canvas = print.last().is_some_and(|canvas| !canvas.is_empty());
        let rare = canvas && members.len() <= COMMON;
        let strength = if rare { Strength::Medium } else { Strength::Weak };
        ((strength, apart.len(), Reverse(print)), apart, canvas)
    });
    let best = judged.filter(|((_, n, _), ..)| *n > 1).max_by_key(|(rank, ..)| *rank);
    Ok(best.map(|((strength, _, Reverse(print)), apart, canvas)| {
        let with = if canvas { ", screen and canvas" } else { " and screen" };
        let reason = format!("{} have one TLS fingerprint, user agent{with}", crowd(&apart));
        let [tls, agent, ..] = print;
        Finding::new(strength, reason)
            .with("TLS fingerprint", tls.clone())
            .with("user agent", agent.clone())
            .with("applications", people.list(&apart))
    }))
}
