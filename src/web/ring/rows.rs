//! The rows of a ring's long tables: gates, shared things, links, history. Not responsible for which page of a table is
//! shown.
//!
//! Invariant: every row leads to what it rests on.

use crate::{
    explain::{self, words::capital},
    model::{
        ApplicantIx, Artefact, AttributeIx, Bits, Discount, LineageKind, Link, LinkIx, Ring, RingId,
    },
    svg::network::{self, Shape},
    web::{
        evidence::{self, EvidenceRow},
        labels,
        ring::place::Place,
        standing,
        text::Piece,
        urls,
        veil::Seen,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// A gate the ring had to pass.
pub struct GateRow {
    pub name: String,
    pub passed: bool,
    pub detail: String,
}

/// Something shared.
pub struct ThingRow {
    pub icon: String,
    pub kind: &'static str,
    pub value: String,
    pub href: String,
    pub n_members: usize,
    pub outside: usize,
    pub bits: Bits,
    pub discount: String,
    pub crowded: bool,
}

/// A link with its evidence.
pub struct LinkRow {
    pub a: String,
    pub a_url: String,
    pub b: String,
    pub b_url: String,
    pub sentence: String,
    pub bits: Bits,
    pub families: String,
    pub against: bool,
    pub compare: String,
    pub focus: String,
    pub evidence: Vec<EvidenceRow>,
}

/// Something that happened to the ring.
pub struct LineageRow {
    pub day: String,
    pub seq: u64,
    pub kind: &'static str,
    pub other: String,
    pub members: usize,
    pub cause: Vec<Piece>,
}

/// The gates of a ring, and how it passed them.
pub fn gates(ring: &Ring) -> Vec<GateRow> {
    let row = |g: &crate::model::Gate| GateRow {
        name: capital(&g.name.replace('_', " ")),
        passed: g.passed,
        detail: g.detail.clone(),
    };
    ring.gates.iter().map(row).collect()
}

/// The row of a shared thing.
pub fn thing(
    view: &Seen,
    artefact: &Artefact,
    discounts: &BTreeMap<AttributeIx, Discount>,
) -> ThingRow {
    let outside = (artefact.users as usize).saturating_sub(artefact.members.len());
    let discount = artefact.attribute.and_then(|ix| discounts.get(&ix));
    let (shape, kind, value, href) = match artefact.attribute {
        Some(ix) => {
            let attribute = view.network.corpus().attribute(ix);
            let href = urls::attribute(&attribute.id());
            (Shape::Thing(attribute.kind), attribute.kind.label(), view.value(&attribute), href)
        }
        None => (
            Shape::Near,
            artefact.family.label(),
            labels::feature(artefact.feature).to_owned(),
            String::new(),
        ),
    };
    ThingRow {
        icon: network::icon(shape),
        kind,
        value,
        href,
        n_members: artefact.members.len(),
        outside: if artefact.attribute.is_some() { outside } else { 0 },
        bits: artefact.bits,
        discount: discount.map_or_else(String::new, labels::discount),
        crowded: discount.is_some_and(|d| standing::is_crowded(d.class)),
    }
}

fn families(link: &Link) -> String {
    let families: BTreeSet<_> =
        link.evidence.iter().filter(|e| e.bits > Bits::ZERO).map(|e| e.family).collect();
    families.into_iter().map(|f| f.label()).collect::<Vec<_>>().join(", ")
}

/// The row of a link; its focus leads to both values.
pub fn link_row(view: &Seen, ix: LinkIx, place: &Place) -> LinkRow {
    let link = view.network.link(ix);
    let id = |m: ApplicantIx| &view.network.applicant(m).id;
    LinkRow {
        a: view.network.label(link.a).to_owned(),
        a_url: urls::applicant(id(link.a)),
        b: view.network.label(link.b).to_owned(),
        b_url: urls::applicant(id(link.b)),
        sentence: explain::link_sentence(&view.network, link),
        bits: link.bits,
        families: families(link),
        against: link.evidence.iter().any(|e| e.bits < Bits::ZERO),
        compare: urls::compare(id(link.a).as_str(), id(link.b).as_str()),
        focus: place.focused(&format!("{}~{}", id(link.a), id(link.b))),
        evidence: evidence::of_link(view, link),
    }
}

/// What happened to the ring, newest first.
pub fn lineage(view: &Seen, id: &RingId) -> Vec<LineageRow> {
    let events = view.lineage.get(id).unwrap_or_default();
    events
        .iter()
        .rev()
        .map(|recorded| LineageRow {
            day: recorded.at.day(),
            seq: recorded.seq.0,
            kind: recorded.event.kind.label(),
            other: match (&recorded.event.other, recorded.event.kind) {
                (Some(other), LineageKind::Split) => format!("from {other}"),
                (Some(other), _) => format!("with {other}"),
                (None, _) => String::new(),
            },
            members: recorded.event.members.len(),
            cause: labels::cause(view, &recorded.event.cause),
        })
        .collect()
}
