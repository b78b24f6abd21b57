//! What remains of a ring when one thing or one link is taken away: the parts, with their members. Not responsible for
//! finding what to take (`rings`).
//!
//! Invariant: every member is in exactly one part or said to stand alone.

use crate::{
    explain::words::{count, shortened},
    graph::Structure,
    model::{ApplicantIx, Artefact, Bits, LinkIx, Ring},
    web::{
        labels,
        ring::place::Place,
        standing::Sentence,
        text::{Piece, listed},
        urls,
        veil::Seen,
    },
};

/// Members named in a part.
const NAMED: usize = 12;

/// One part.
pub struct Part {
    pub name: String,
    pub n: usize,
    pub members: Sentence,
}

/// The ring without something.
pub struct Without {
    pub heading: Sentence,
    pub parts: Vec<Part>,
}

/// The ring without its most important thing, and without its weakest bridge.
pub fn of(view: &Seen, ring: &Ring, place: &Place) -> Vec<Without> {
    let named = |members: &[ApplicantIx]| named(view, members, place);
    let mut all = Vec::new();
    let dropped = ring.drop_one.as_ref().map(|d| d.artefact as usize).unwrap_or(0);
    if let Some(artefact) = ring.artefacts.get(dropped) {
        let edges = remaining(view, ring, artefact);
        let parts = Structure::new(&ring.members, edges).components();
        let heading = vec![Piece::text("Without "), thing(view, artefact, place)];
        all.push(Without { heading, parts: told(parts, &named) });
    }
    if let Some(bridge) = ring.bridges.first() {
        let link = view.network.link(bridge.link);
        let id = |m: ApplicantIx| view.network.applicant(m).id.as_str();
        let names = format!("{} and {}", view.network.label(link.a), view.network.label(link.b));
        let heading = vec![
            Piece::text(if bridge.weak {
                "At the weak bridge between "
            } else {
                "Without the bridge between "
            }),
            Piece::link(names, urls::compare(id(link.a), id(link.b))),
        ];
        // The other side of a weak bridge may be outside the ring.
        let here: Vec<ApplicantIx> = ring
            .members
            .iter()
            .copied()
            .filter(|m| bridge.side.binary_search(m).is_err())
            .collect();
        let is_outside = bridge.side.iter().any(|m| ring.members.binary_search(m).is_err());
        let mut parts = vec![
            Part { name: "One side".to_owned(), n: here.len(), members: named(&here) },
            Part {
                name: if is_outside { "Beyond it, not in this ring" } else { "The other side" }
                    .to_owned(),
                n: bridge.side.len(),
                members: named(&bridge.side),
            },
        ];
        parts.sort_by_key(|part| std::cmp::Reverse(part.n));
        all.push(Without { heading, parts });
    }
    all
}

/// The links that would still bind without a thing.
fn remaining(
    view: &Seen,
    ring: &Ring,
    artefact: &Artefact,
) -> Vec<(ApplicantIx, ApplicantIx, LinkIx)> {
    let policy = &view.in_force.link;
    let stays = |l: &LinkIx| {
        let link = view.network.link(*l);
        let about = |e: &&crate::model::Evidence| {
            e.feature == artefact.feature && e.attribute == artefact.attribute
        };
        let lost: Bits = link.evidence.iter().filter(about).map(|e| e.bits).sum();
        // A link of which nothing is gone stays, however weak it is.
        lost == Bits::ZERO || policy.prior + link.bits - lost >= policy.threshold
    };
    let ends = |&l: &LinkIx| (view.network.link(l).a, view.network.link(l).b, l);
    ring.links.iter().filter(|l| stays(l)).map(ends).collect()
}

fn told(parts: Vec<Vec<ApplicantIx>>, named: &dyn Fn(&[ApplicantIx]) -> Sentence) -> Vec<Part> {
    let (together, alone): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.len() > 1);
    let alone: Vec<ApplicantIx> = alone.into_iter().flatten().collect();
    let whole = together.len() == 1 && alone.is_empty();
    let mut rows: Vec<Part> = together
        .iter()
        .enumerate()
        .map(|(i, part)| Part {
            name: match (whole, together.len()) {
                (true, _) => "Everybody still hangs together".to_owned(),
                (_, 1) => "Still together".to_owned(),
                _ => format!("Part {}", i + 1),
            },
            n: part.len(),
            members: named(part),
        })
        .collect();
    if !alone.is_empty() {
        let name = if alone.len() == 1 { "Would stand alone" } else { "Would each stand alone" };
        rows.push(Part { name: name.to_owned(), n: alone.len(), members: named(&alone) });
    }
    rows
}

fn named(view: &Seen, members: &[ApplicantIx], place: &Place) -> Sentence {
    let mut names: Vec<Piece> = members
        .iter()
        .take(NAMED)
        .map(|&m| {
            let id = view.network.applicant(m).id.as_str();
            let href = if is_here(place, m, view) {
                place.focused(id)
            } else {
                urls::applicant(&view.network.applicant(m).id)
            };
            Piece::link(view.network.label(m), href)
        })
        .collect();
    if members.len() > NAMED {
        names.push(Piece::text(count(members.len() - NAMED, "more", "more")));
    }
    listed(names)
}

/// Whether a member can be looked at on the page of the place.
fn is_here(place: &Place, member: ApplicantIx, view: &Seen) -> bool {
    view.ring_of(member).is_some_and(|ring| place.path() == urls::ring(&ring.id))
}

fn thing(view: &Seen, artefact: &Artefact, place: &Place) -> Piece {
    match artefact.attribute {
        Some(ix) => {
            let attribute = view.network.corpus().attribute(ix);
            let text = format!("{} {}", attribute.kind.label(), view.value(&attribute));
            Piece::link(shortened(&text, 60), place.focused(attribute.id().as_str()))
        }
        None => Piece::link(labels::feature(artefact.feature).to_lowercase(), "#links"),
    }
}
