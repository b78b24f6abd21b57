//! The roll of a ring: its members, then the things they share by kind, the rarest first. The twin of the drawing.
//! Not responsible for the long tables.
//!
//! Invariant: every member and every shared thing is on the roll or counted beside it.

use crate::{
    explain::words::shortened,
    model::{Artefact, AttributeKind, Ring},
    svg::network::{self, Shape},
    web::{
        drawing::{self, NodeId},
        labels,
        ring::{
            likeness::is_part,
            place::{Place, Tab},
        },
        veil::Seen,
    },
};
use std::collections::BTreeMap;

/// Rows of a group at most.
const PEOPLE: usize = 40;
const THINGS: usize = 15;

/// One member or thing.
pub struct RollRow {
    pub name: String,
    pub href: String,
    pub aside: String,
    pub hint: String,
    pub is_on: bool,
    pub is_cut: bool,
}

/// Members, or things of one kind.
pub struct RollGroup {
    pub id: &'static str,
    pub icon: String,
    pub heading: String,
    pub n: usize,
    pub rows: Vec<RollRow>,
    pub more: usize,
    pub more_url: String,
}

/// The roll of a ring as seen from a place; `whole` is the ring without a window.
pub fn of(view: &Seen, ring: &Ring, whole: &Ring, place: &Place) -> Vec<RollGroup> {
    let mut groups = vec![people(view, ring, place)];
    let names = drawing::names(view, whole);
    let corpus = view.network.corpus();
    let mut kinds: BTreeMap<Option<AttributeKind>, Vec<&Artefact>> = BTreeMap::new();
    for artefact in &ring.artefacts {
        kinds.entry(artefact.attribute.map(|ix| corpus.kind(ix))).or_default().push(artefact);
    }
    let mut kinds: Vec<(Option<AttributeKind>, Vec<&Artefact>)> = kinds.into_iter().collect();
    for (_, things) in &mut kinds {
        things.sort_by_key(|a| (a.users, std::cmp::Reverse(a.bits)));
    }
    // The kind with the rarest thing first, near-equalities last.
    kinds.sort_by_key(|(kind, things)| {
        (kind.is_none(), things.first().map_or(u32::MAX, |a| a.users), *kind)
    });
    groups.extend(
        kinds
            .into_iter()
            .map(|(kind, things)| of_kind(view, kind, &things, (whole, &names), place)),
    );
    groups
}

fn people(view: &Seen, ring: &Ring, place: &Place) -> RollGroup {
    let row = |&member: &crate::model::ApplicantIx| {
        let id = view.network.applicant(member).id.as_str();
        let n = ring.artefacts.iter().filter(|a| a.members.binary_search(&member).is_ok()).count();
        RollRow {
            name: shortened(view.network.label(member), 40),
            href: place.focused(id),
            aside: n.to_string(),
            hint: format!("shares {n} with other members"),
            is_on: place.focus == id,
            is_cut: ring.cut_members.binary_search(&member).is_ok(),
        }
    };
    let n = ring.members.len();
    let mut rows: Vec<RollRow> = ring.members.iter().take(PEOPLE).map(row).collect();
    rows.sort_by(|a, b| (!a.is_cut, &a.name).cmp(&(!b.is_cut, &b.name)));
    RollGroup {
        id: "members",
        icon: network::icon(Shape::Person),
        heading: if n == 1 { "member".to_owned() } else { "members".to_owned() },
        n,
        rows,
        more: n.saturating_sub(PEOPLE),
        more_url: place.tabbed(Tab::Table),
    }
}

fn of_kind(
    view: &Seen,
    kind: Option<AttributeKind>,
    things: &[&Artefact],
    (whole, names): (&Ring, &[NodeId]),
    place: &Place,
) -> RollGroup {
    let row = |artefact: &&Artefact| {
        let members = artefact.members.len();
        let outside = (artefact.users as usize).saturating_sub(members);
        let name = match artefact.attribute {
            Some(ix) => view.value_at(ix),
            None => labels::feature(artefact.feature).to_owned(),
        };
        let of_whole = whole.artefacts.iter().position(|w| is_part(artefact, w));
        let id =
            of_whole.and_then(|at| names.get(at)).map_or_else(String::new, ToString::to_string);
        let (href, is_on) = (place.focused(&id), place.focus == id && !id.is_empty());
        let others = if artefact.attribute.is_some() { outside } else { 0 };
        RollRow {
            name: shortened(&name, 46),
            href,
            aside: if others > 0 { format!("{members}+{others}") } else { members.to_string() },
            hint: format!("{members} members, {others} others"),
            is_on,
            is_cut: false,
        }
    };
    let n = things.len();
    let heading = match kind {
        Some(kind) if n == 1 => kind.label(),
        Some(kind) => kind.plural(),
        None if n == 1 => "near match",
        None => "near matches",
    };
    RollGroup {
        id: kind.map_or("near", AttributeKind::name),
        icon: network::icon(kind.map_or(Shape::Near, Shape::Thing)),
        heading: heading.to_owned(),
        n,
        rows: things.iter().take(THINGS).map(row).collect(),
        more: n.saturating_sub(THINGS),
        more_url: "#shared".to_owned(),
    }
}
