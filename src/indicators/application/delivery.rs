//! Indicators of where equipment is to be sent: elsewhere than home, elsewhere since the offer, to a place that hands
//! parcels on. Not responsible for who else has things sent there (`matching`).
//!
//! Reads the columns of the delivery address; `addresses[]` {kind: delivery, valid_from, ...}; `shipments[]` {ship_to,
//! changed_at, shipped_at, delivered_to}; when an offer was made from `events[]` or `stages[]` {kind: offer, at} or the
//! unknown column offer_at; an address in an identity document from `addresses[]` {kind: document} or the unknown column
//! address_id_raw.
//!
//! Invariant: somebody who moved is not somebody who has things sent elsewhere: what is near any home that is told of is
//! home.

use crate::{
    indicators::{
        Assessed, Case, Compute, Entry, Finding, Indicator, Need, Strength, Subject, Topic,
        places::{self, Place, Use},
        primary, quoted,
    },
    model::{Address, Column, Moment, PlaceKind},
    normalize::{address, date},
    reference::delivery::{HandOver, hand_over},
};

/// Kilometres up to which people fetch a parcel, or have it sent to work or to relatives.
const NEAR: f64 = 80.0;

/// `ship-differs`.
pub static DIFFERS: Indicator = Indicator {
    id: "ship-differs",
    title: "Equipment goes elsewhere",
    topic: Topic::Address,
    needs: &["street", "ship_street", "addresses", "address_id_raw"],
    how: "The delivery address is neither a home of this person, in any of their applications, nor an address in an identity \
          document. Medium where it is more than 80 km from all of these, or in another state where the distance is not known; \
          else weak, and weak where either is a dormitory or campus.",
    strength: Strength::Medium,
    innocent: &[
        "somebody who is about to move",
        "students, who have two homes",
        "delivery to work, to parents, or to a point where parcels are kept",
    ],
    sources: &[
        primary("Nisos, DPRK workers scheme: lessons learned"),
        quoted("KnowBe4, July 2024"),
    ],
    compares_names: false,
    compute: Compute::Application(differs),
};

fn differs(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let ship = subject.normal.shipping.as_ref().filter(|a| a.place != PlaceKind::Area);
    let ship = ship.need("delivery address")?;
    let home = subject.normal.home.as_ref().filter(|a| a.place != PlaceKind::Area);
    home.need("home address")?;
    let homes = homes(case);
    if homes.iter().any(|home| places::is_same_house(home, ship)) {
        return Ok(None);
    }
    let (strength, how_far) = match nearest(ship, &homes) {
        Distance::Kilometres(km) if km > NEAR => {
            (Strength::Medium, format!("{km:.0} km from home"))
        }
        Distance::Kilometres(km) => (Strength::Weak, format!("{km:.0} km from home")),
        Distance::OtherState => (Strength::Medium, "in another state than the home".to_owned()),
        Distance::Unknown => (Strength::Weak, "not the home".to_owned()),
    };
    let campus = |a: &Address| a.place == PlaceKind::Campus;
    let student = campus(ship) || homes.iter().any(campus);
    let strength = if student { Strength::Weak } else { strength };
    let finding =
        Finding::new(strength, format!("equipment is to be sent to an address {how_far}"));
    let finding = finding.with("delivery", places::delivery_as_received(subject));
    Ok(Some(finding.with("home", places::home_as_received(subject))))
}

/// Every home and every address of a document that the applications of this person tell of.
fn homes(case: &Case<'_>) -> Vec<Address> {
    let mut all = Vec::new();
    for subject in &case.dossier.subjects {
        all.extend(subject.normal.home.clone());
        let dated = places::history(&subject.record);
        all.extend(dated.into_iter().filter(|a| a.purpose != Use::Delivery).map(|a| a.address));
        let document = subject.record.extra("address_id_raw");
        all.extend(document.and_then(address::parse_line));
    }
    all
}

enum Distance {
    Kilometres(f64),
    OtherState,
    Unknown,
}

/// How far an address is from the nearest of several.
fn nearest(from: &Address, homes: &[Address]) -> Distance {
    let Some(place) = Place::of(from) else { return Distance::Unknown };
    let homes: Vec<Place> = homes.iter().filter_map(Place::of).collect();
    let kilometres = homes.iter().filter_map(|home| home.kilometres(&place));
    if let Some(km) = kilometres.min_by(f64::total_cmp) {
        return Distance::Kilometres(km);
    }
    let state = |place: &Place| place.us_state().map(str::to_owned);
    let all_differ = homes.iter().all(|home| state(home).is_some() && state(home) != state(&place));
    if state(&place).is_some() && all_differ && !homes.is_empty() {
        Distance::OtherState
    } else {
        Distance::Unknown
    }
}

/// Days after equipment was sent within which a change of the address still concerns it.
const AFTER_SHIPPING: i64 = 14;

/// `ship-changed-after-offer`.
pub static CHANGED_AFTER_OFFER: Indicator = Indicator {
    id: "ship-changed-after-offer",
    title: "Delivery address changed after the offer",
    topic: Topic::Address,
    needs: &["addresses", "shipments", "events", "offer_at"],
    how: "Between the offer and 14 days after equipment was sent the delivery address was changed to one that is more than \
          80 km from every home told of (or in another state, where the distance is not known) and that was not the delivery \
          address before. A new home nearby makes it a move.",
    strength: Strength::Medium,
    innocent: &["people do move for a job, or are with relatives for a while"],
    sources: &[
        primary("Nisos, DPRK workers scheme: lessons learned"),
        quoted("Secureworks on NICKEL TAPESTRY, October 2024"),
    ],
    compares_names: false,
    compute: Compute::Application(changed_after_offer),
};

fn changed_after_offer(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let changes = deliveries(subject).need("dated delivery address")?;
    let offer = offer(subject).need("day of an offer")?;
    let homes = homes(case);
    (!homes.is_empty()).then_some(()).need("home address")?;
    let until = sent(subject).map(|sent| Moment(sent.0.saturating_add(AFTER_SHIPPING * 86_400)));
    let late = |at: Moment| at >= offer && until.is_none_or(|until| at <= until);
    let mut known: Vec<Address> =
        changes.iter().filter(|(at, _)| *at < offer).map(|(_, a)| a.clone()).collect();
    let mut far: Vec<(Moment, Address)> = Vec::new();
    for (at, place) in changes.into_iter().filter(|(at, _)| late(*at)) {
        let new = !known.iter().any(|other| places::is_same_house(other, &place));
        let away = match nearest(&place, &homes) {
            Distance::Kilometres(km) => km > NEAR,
            Distance::OtherState => true,
            Distance::Unknown => false,
        };
        if new && away {
            far.push((at, place.clone()));
        }
        known.push(place);
    }
    let Some((at, last)) = far.last() else { return Ok(None) };
    let times = if far.len() == 1 { String::new() } else { format!(", {} times", far.len()) };
    let reason = format!(
        "was changed{times} after the offer of {}, the last time on {} to a place far from home",
        offer.day(),
        at.day(),
    );
    let finding = Finding::new(Strength::Medium, reason).with("delivery", places::show(last));
    Ok(Some(finding.with("home", places::home_as_received(subject))))
}

/// Delivery addresses with the moment from which they hold, in order.
fn deliveries(subject: &Subject<'_>) -> Vec<(Moment, Address)> {
    let dated = places::history(&subject.record).into_iter();
    let dated = dated.filter(|a| a.purpose == Use::Delivery);
    let mut all: Vec<(Moment, Address)> =
        dated.filter_map(|a| Some((a.from?, a.address))).collect();
    for shipment in subject.record.list("shipments") {
        let at = shipment.moment(&["changed_at", "ship_to_changed_at"]);
        let to = shipment.text(&["ship_to", "address"]).and_then(|line| address::parse_line(&line));
        all.extend(at.zip(to));
    }
    all.retain(|(_, address)| address.place != PlaceKind::Area);
    all.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.dwelling.cmp(&b.1.dwelling)));
    all
}

const MOMENTS: &[&str] = &["at", "ts", "time", "date", "stage_at"];

/// When an offer was first made.
fn offer(subject: &Subject<'_>) -> Option<Moment> {
    let is_offer = |entry: &&Entry| {
        let word = entry.word(&["kind", "stage", "name", "event"]);
        word.is_some_and(|w| {
            matches!(w.as_str(), "offer" | "offered" | "offer made" | "offer extended")
        })
    };
    let lists = ["events", "stages", "stage_history", "history"].into_iter();
    let entries = lists.flat_map(|list| subject.record.list(list));
    let noted = entries.filter(is_offer).filter_map(|entry| entry.moment(MOMENTS)).min();
    let column = ["offer_at", "offered_at"].iter().find_map(|name| subject.record.extra(name));
    let at_stage = || {
        let offered = matches!(subject.normal.stage.as_deref(), Some("offer" | "offered"));
        subject.record.extra("stage_at").filter(|_| offered)
    };
    noted.or_else(|| date::moment(column.or_else(at_stage)?))
}

/// When equipment was last sent.
fn sent(subject: &Subject<'_>) -> Option<Moment> {
    let shipments = subject.record.list("shipments").iter();
    let noted = shipments.filter_map(|s| s.moment(&["shipped_at", "sent_at", "shipped"])).max();
    noted.or_else(|| date::moment(subject.record.extra("shipped_at")?))
}

/// `ship-forwarder`.
pub static FORWARDER: Indicator = Indicator {
    id: "ship-forwarder",
    title: "Delivery to a forwarder, hotel or counter",
    topic: Topic::Address,
    needs: &["ship_street", "ship_unit", "shipments"],
    how: "The delivery address, or where a carrier says that it left the equipment, is by its text a forwarder, a hotel, or a \
          carrier's counter or mail drop. A counter or mail drop within 80 km of a home is weak.",
    strength: Strength::Medium,
    innocent: &[
        "parcels are stolen from doorsteps, so people have them kept",
        "flats where nobody takes parcels in",
        "people who live in a hotel for a while, or for want of anything else",
    ],
    sources: &[quoted("KnowBe4, July 2024")],
    compares_names: false,
    compute: Compute::Application(forwarder),
};

fn forwarder(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let columns = [Column::ShipUnit, Column::ShipStreet].into_iter().filter_map(|c| subject.raw(c));
    let line = columns.collect::<Vec<_>>().join(", ");
    let shipping = subject.normal.shipping.clone();
    let mut told: Vec<(String, Option<Address>)> = Vec::new();
    if !line.is_empty() {
        told.push((line, shipping.clone()));
    }
    for shipment in subject.record.list("shipments") {
        for name in ["ship_to", "delivered_to"] {
            if let Some(text) = shipment.text(&[name]) {
                let place = address::parse_line(&text).filter(|a| a.place != PlaceKind::Area);
                told.push((text, place.or_else(|| shipping.clone())));
            }
        }
    }
    let told = told.need("delivery address")?;
    let homes = homes(case);
    let mut worst: Option<(Strength, String, String)> = None;
    for (text, place) in told {
        let kind = hand_over(&text).map(|(kind, name)| (kind, format!("\"{name}\"")));
        let drop = place.as_ref().is_some_and(|a| a.place == PlaceKind::MailDrop);
        let kind = kind.or_else(|| drop.then(|| (HandOver::Counter, "a mail drop".to_owned())));
        let Some((kind, name)) = kind else { continue };
        let near = place.as_ref().is_some_and(|place| match nearest(place, &homes) {
            Distance::Kilometres(km) => km <= NEAR,
            Distance::OtherState => false,
            Distance::Unknown => true,
        });
        let weak = kind == HandOver::Counter && near;
        let strength = if weak { Strength::Weak } else { Strength::Medium };
        if worst.as_ref().is_none_or(|(before, ..)| *before < strength) {
            let what = if drop && name == "a mail drop" {
                "a mail drop".to_owned()
            } else {
                format!("{} ({name})", kind.label())
            };
            worst = Some((strength, what, text));
        }
    }
    Ok(worst.map(|(strength, what, text)| {
        let text: String = text.chars().take(200).collect();
        Finding::new(strength, format!("equipment goes to {what}")).with("delivery", text)
    }))
}
