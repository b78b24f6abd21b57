//! Indicators of places where claimed identities meet: the address of many, the delivery point of people who claim to live
//! in different states. Reads the home and delivery columns, `shipments[]` (`ship_to`, `delivered_to`) and the unknown
//! column `address_id`.
//!
//! A campus, a mail drop and a coworking space are places where strangers meet, and never count here; nor do relatives, whose
//! names do not conflict.

use super::people::{People, Shared, Uses, crowd, densest, subjects};
use crate::{
    indicators::{
        Assessed, Compute, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Subject, Topic,
        primary, quoted,
    },
    model::{Address, Moment, PlaceKind},
    normalize::address,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Days within which identities must use an address to meet there.
const YEAR: i64 = 365;

/// Conflicting identities at one place from which on it is an alert, and from which on it is critical.
const ALERT: usize = 3;
const CRITICAL: usize = 5;

/// States that people claim to live in who have things sent to one place.
const STATES: usize = 3;

/// How somebody uses an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// Claims to live there, or to have a document that says so.
    Home,
    /// Has things sent there.
    Delivery,
}

/// One use of one address.
struct At {
    address: Address,
    by: Use,
    member: usize,
    when: Option<Moment>,
}

impl At {
    /// Whether a household or less is expected there, and no crowd of strangers.
    fn counts(&self) -> bool {
        !matches!(self.address.place, PlaceKind::Campus | PlaceKind::MailDrop)
    }
}

/// Every address with a street that members use.
fn uses(case: &RingCase<'_>) -> Vec<At> {
    let mut found = Vec::new();
    for (member, subject) in subjects(case) {
        let when = subject.normal.submitted_at;
        for (address, by) in addresses(subject) {
            if address.place != PlaceKind::Area && !address.dwelling.is_empty() {
                found.push(At { address, by, member, when });
            }
        }
    }
    found
}

fn addresses(subject: &Subject<'_>) -> Vec<(Address, Use)> {
    let normal = &subject.normal;
    let mut all: Vec<(Address, Use)> = Vec::new();
    all.extend(normal.home.clone().map(|a| (a, Use::Home)));
    all.extend(normal.shipping.clone().map(|a| (a, Use::Delivery)));
    let documented = subject.record.extra("address_id").or(subject.record.extra("address_id_raw"));
    all.extend(documented.and_then(address::parse_line).map(|a| (a, Use::Home)));
    for shipment in subject.record.list("shipments") {
        for names in [&["ship_to", "address", "to"][..], &["delivered_to"]] {
            let place = shipment.text(names).and_then(|text| address::parse_line(&text));
            all.extend(place.map(|a| (a, Use::Delivery)));
        }
    }
    all
}

/// The homes that each member claims, by their keys.
fn homes(uses: &[At]) -> BTreeMap<usize, BTreeSet<&str>> {
    let mut homes: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for at in uses.iter().filter(|at| at.by == Use::Home) {
        homes.entry(at.member).or_default().insert(&at.address.dwelling);
    }
    homes
}

/// Whether a member has a home somewhere else than here, and none here.
fn lives_elsewhere(homes: &BTreeMap<usize, BTreeSet<&str>>, member: usize, here: &str) -> bool {
    homes.get(&member).is_some_and(|homes| !homes.contains(here))
}

/// `address-many-identities`.
pub static MANY_IDENTITIES: Indicator = Indicator {
    id: "address-many-identities",
    title: "Many identities at one front door",
    topic: Topic::Address,
    needs: &["full_name", "street", "ship_street", "shipments"],
    how: "Claimed identities without anything in common in their names that use one house or unit within 365 days, as a home, a \
          delivery address or a place where a shipment went. If one of them has things sent there and claims to live \
          elsewhere: two are weak, three strong, five strong and critical. If all claim to live there: two count for \
          nothing, three are medium, five strong. At most weak for a post office box and for a building of which other \
          members name units. A campus, mail drop or coworking space never counts.",
    strength: Strength::Strong,
    innocent: &[
        "flatmates and households with several family names",
        "a dormitory or shelter that its address does not show as one",
        "the mailroom of a building or an office",
    ],
    sources: &[
        quoted("US Department of Justice, July 2025 and June 2025, on laptop farms"),
        PROPOSAL,
    ],
    compares_names: true,
    compute: Compute::Ring(many_identities),
};

/// How strong, how many, and of two alike the lesser address.
type Rank<'a> = (Strength, usize, Reverse<&'a str>);

fn many_identities(case: &RingCase<'_>) -> Assessed {
    let uses = uses(case).need("address with a street")?;
    let people = People::of(case);
    people.two_named()?;
    let homes = homes(&uses);
    let mut by_place: BTreeMap<&str, Vec<&At>> = BTreeMap::new();
    for at in uses.iter().filter(|at| at.counts()) {
        by_place.entry(&at.address.dwelling).or_default().push(at);
    }
    let mut best: Option<(Rank<'_>, Vec<usize>, bool)> = None;
    for (&here, at) in &by_place {
        let times: Uses = at.iter().map(|a| (a.when, a.member)).collect();
        let apart = people.apart(&densest(&times, YEAR));
        let delivery = at.iter().any(|a| {
            a.by == Use::Delivery
                && apart.contains(&a.member)
                && lives_elsewhere(&homes, a.member, here)
        });
        let rank = (strength_of(&uses, at, apart.len(), delivery), apart.len(), Reverse(here));
        if apart.len() > 1 && best.as_ref().is_none_or(|best| rank > best.0) {
            best = Some((rank, apart, delivery));
        }
    }
    let Some(((strength, n, Reverse(here)), apart, delivery)) = best else { return Ok(None) };
    let how = if delivery {
        "of whom some have things sent there and claim to live elsewhere"
    } else {
        "who all claim it as their home"
    };
    let word = if strength == Strength::Strong && n >= CRITICAL { "critical: " } else { "" };
    let reason = format!("{word}{} use one address within a year, {how}", crowd(&apart));
    Ok(Some(
        Finding::new(strength, reason)
            .with("address", here)
            .with("applications", people.list(&apart)),
    ))
}

fn strength_of(uses: &[At], at: &[&At], n: usize, delivery: bool) -> Strength {
    let full = match (delivery, n) {
        (true, ALERT..) | (false, CRITICAL..) => Strength::Strong,
        (false, ALERT..) => Strength::Medium,
        (true, _) => Strength::Weak,
        (false, _) => Strength::Context,
    };
    let Some(first) = at.first() else { return full };
    let divided = first.address.unit.is_none()
        && uses.iter().any(|other| {
            other.address.unit.is_some() && other.address.building == first.address.building
        });
    if divided || first.address.place == PlaceKind::PoBox { full.min(Strength::Weak) } else { full }
}

/// `claims-diverge-ship-converges`.
pub static CLAIMS_DIVERGE: Indicator = Indicator {
    id: "claims-diverge-ship-converges",
    title: "Many claimed homes, one delivery point",
    topic: Topic::Address,
    needs: &["full_name", "state", "ship_street", "shipments"],
    how: "Claimed identities without anything in common in their names have things sent to one house or unit and claim to live \
          in three or more different states. Weak for a post office box; a campus, mail drop or coworking space never counts.",
    strength: Strength::Strong,
    innocent: &[
        "an office of the employer or of an agency where equipment is collected",
        "a carrier's counter that its address does not show as one",
    ],
    sources: &[primary("Nisos, lessons learned about the scheme"), PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(claims_diverge),
};

fn claims_diverge(case: &RingCase<'_>) -> Assessed {
    let uses = uses(case);
    let sent: Vec<&At> = uses.iter().filter(|at| at.by == Use::Delivery).collect();
    let sent = sent.need("delivery address with a street")?;
    let mut states: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (member, subject) in subjects(case) {
        if let Some(state) = subject.normal.home.as_ref().and_then(|home| home.state.as_deref()) {
            states.entry(member).or_default().insert(state);
        }
    }
    (!states.is_empty()).then_some(()).need("state of a home")?;
    let people = People::of(case);
    people.two_named()?;
    let homes = homes(&uses);
    let away = sent.iter().filter(|at| at.counts()).filter(|at| {
        lives_elsewhere(&homes, at.member, &at.address.dwelling) || !homes.contains_key(&at.member)
    });
    let shared = people.shared(away.map(|at| (&*at.address.dwelling, at.member)));
    // Somebody who moved from state to state counts once.
    let claimed = |shared: &Shared<&str>| -> (usize, BTreeSet<&str>) {
        let each: Vec<_> = shared.apart.iter().filter_map(|m| states.get(m)).collect();
        let all: BTreeSet<&str> = each.iter().copied().flatten().copied().collect();
        (all.len().min(each.len()), all)
    };
    let best = shared
        .iter()
        .map(|shared| (claimed(shared), shared))
        .filter(|((n, _), _)| *n >= STATES)
        .max_by_key(|((n, _), shared)| (*n, Reverse(shared.value)));
    let Some(((n, states), shared)) = best else { return Ok(None) };
    let boxed = sent
        .iter()
        .any(|at| *at.address.dwelling == *shared.value && at.address.place == PlaceKind::PoBox);
    let strength = if boxed { Strength::Weak } else { Strength::Strong };
    let listed: Vec<String> = states.iter().map(|state| state.to_uppercase()).collect();
    let reason = format!(
        "{} claim to live in {n} states and have things sent to one place",
        crowd(&shared.apart)
    );
    let finding = Finding::new(strength, reason);
    Ok(Some(
        finding
            .with("delivery address", shared.value)
            .with("claimed states", listed.join(", "))
            .with("applications", people.list(&shared.apart)),
    ))
}
