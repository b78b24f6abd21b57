//! Something is sent to an address that a confirmed or referred ring uses, or that is watched: by the delivery address of an
//! application that came, or by a shipment that it lists.
//!
//! What counts is what was known when the application came. Who has given another address since is not looked for. Buildings without a unit, mail drops and campuses never count,
//! unless they are watched; nor what an application said before.

use crate::{
    explain::innocent_of,
    indicators::{Subject, WatchLists},
    model::{
        AlertKind, AlertRule, Application, ApplicationId, Attribute, AttributeIx, AttributeKind,
        RingId, RingStatus, Seq,
    },
    normalize::normalize,
    reports::{
        ReportError,
        alerts::{Found, Happened, Kind, happened::Came},
        past::{is_known, members_at, status_at},
        stage,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The kind.
pub const KIND: Kind = Kind { kind: AlertKind::KnownUnit, number: None, find };

/// Users of an address that are looked at: a place with more is no unit.
const MANY: usize = 500;

/// Why an address is known.
enum Known {
    Ring(RingId, RingStatus),
    Watched,
}

fn find(happened: &Happened<'_>, _rule: &AlertRule) -> Result<Vec<Found>, ReportError> {
    let lists = happened.engine.watched(happened.engine.indicator_policy());
    let mut found = Vec::new();
    for (id, came) in &happened.came {
        for (address, at) in sent(happened, id, *came)? {
            let known = match by_ring(happened, address, id, at) {
                Some((ring, status)) => Known::Ring(ring, status),
                None if is_watched(happened, &lists, address, at) => Known::Watched,
                None => continue,
            };
            found.push(told(happened, id, address, known));
        }
    }
    Ok(found)
}

fn told(happened: &Happened<'_>, id: &ApplicationId, address: AttributeIx, known: Known) -> Found {
    let attribute = happened.view.network.corpus().attribute(address).id();
    let (ring, by) = match known {
        Known::Ring(ring, status) => {
            let by = format!("which {ring} ({}) uses", status.name());
            (Some(ring), by)
        }
        Known::Watched => (None, "which is on a watch-list".to_owned()),
    };
    Found {
        what: vec![id.to_string(), attribute.to_string()],
        ring,
        text: format!(
            "Application {id} has things sent to address {attribute}, {by}. To rule out first: {}",
            innocent_of(AttributeKind::Address)
        ),
        attribute: Some(attribute),
        applications: BTreeSet::from([id.clone()]),
    }
}

/// Where an application that came has things sent to and had not before, each with the first version that says so. Reads the
/// store only where one of the places may be known.
fn sent(
    happened: &Happened<'_>,
    id: &ApplicationId,
    came: Came,
) -> Result<BTreeMap<AttributeIx, Seq>, ReportError> {
    let corpus = happened.view.network.corpus();
    let shipping = corpus.app(came.app).shipping().and_then(|place| place.dwelling());
    // An address that nobody else uses is watched or of no interest.
    let lists = happened.engine.watched(happened.engine.indicator_policy());
    let alone = |ix: AttributeIx| {
        corpus.uses(ix) < 2 && lists.attribute(AttributeKind::Address, corpus.value(ix)).is_empty()
    };
    if !came.has_shipments && shipping.is_none_or(alone) {
        return Ok(BTreeMap::new());
    }
    let places = |application: &Application| -> BTreeSet<AttributeIx> {
        let subject = Subject::new(application);
        let all = subject.normal.shipping.iter().cloned().chain(stage::shipped_to(&subject));
        let values = all.map(|place| place.dwelling.to_string()).filter(|value| !value.is_empty());
        let ix = |value| corpus.index_of(&Attribute { kind: AttributeKind::Address, value });
        values.filter_map(ix).collect()
    };
    let before = happened.before(id)?.map(|application| places(&application)).unwrap_or_default();
    let mut sent = BTreeMap::new();
    for version in happened.versions(id)? {
        for place in places(&version.application) {
            if !before.contains(&place) {
                sent.entry(place).or_insert(version.seq);
            }
        }
    }
    Ok(sent)
}

/// The ring that people had said is one, and that used an address through another application, when this one came.
fn by_ring(
    happened: &Happened<'_>,
    address: AttributeIx,
    id: &ApplicationId,
    at: Seq,
) -> Option<(RingId, RingStatus)> {
    let view = happened.view;
    let corpus = view.network.corpus();
    let value = corpus.value(address);
    // Who came to use it later did not use it then.
    let used = |user: &ApplicationId| {
        let versions = happened.engine.store().versions(user).unwrap_or_default();
        versions.into_iter().rfind(|version| version.seq <= at).is_some_and(|version| {
            let normal = normalize(&version.application);
            [&normal.home, &normal.shipping].into_iter().flatten().any(|a| &*a.dwelling == value)
        })
    };
    let known = corpus.uses_of(address).take(MANY).filter_map(|(app, _)| {
        let ring = &view.ring_of(view.network.applicant_of(app))?.id;
        let status = status_at(view, ring, at);
        let user = corpus.id(app);
        let was = || members_at(view, ring, at).is_some_and(|all| all.contains(&user));
        (user != *id && is_known(status) && was() && used(&user)).then(|| (ring.clone(), status))
    });
    let known = known.min();
    known.filter(|_| happened.is_front_door(address))
}

/// Whether an address was watched when an application came.
fn is_watched(happened: &Happened<'_>, lists: &WatchLists, address: AttributeIx, at: Seq) -> bool {
    let value = happened.view.network.corpus().value(address);
    let hits = lists.attribute(AttributeKind::Address, value);
    hits.iter()
        .any(|(hit, _)| happened.watched.get(&hit.entry.id).is_none_or(|(since, _)| *since <= at))
}
