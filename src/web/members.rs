//! The members of a ring as its table shows them, together with what they share. Not responsible for the page.
//!
//! Invariant: every member is in exactly one group.

use crate::{
    explain::words::capital,
    model::{ApplicantIx, Artefact, Bits, Moment, Ring},
    web::{labels, pager::Pager, text::Piece, urls, veil::Seen},
};
use std::collections::BTreeMap;

/// A member.
pub struct MemberRow {
    pub name: String,
    pub url: String,
    pub applications: usize,
    pub first: String,
    pub last: String,
    pub shares: String,
    pub strongest: String,
    pub is_cut: bool,
}

/// Members that belong together within the ring.
pub struct MemberGroup {
    pub heading: Vec<Piece>,
    pub rows: Vec<MemberRow>,
}

/// Submissions of an applicant.
fn submissions(view: &Seen, member: ApplicantIx) -> impl Iterator<Item = Moment> {
    let corpus = view.network.corpus();
    view.network.applicant(member).applications.iter().filter_map(|&app| corpus.submitted(app))
}

/// The submissions of all members.
pub fn moments(view: &Seen, ring: &Ring) -> Vec<Moment> {
    ring.members.iter().flat_map(|&m| submissions(view, m)).collect()
}

/// The members of one page of the table: by the sides of the first weak bridge, else by the most important thing
/// each shares.
pub fn groups(view: &Seen, ring: &Ring, pager: &Pager) -> Vec<MemberGroup> {
    let weak = ring.bridges.iter().find(|b| b.weak);
    let group_of = |m: &ApplicantIx| match weak {
        Some(bridge) => usize::from(bridge.side.binary_search(m).is_ok()),
        None => ring
            .artefacts
            .iter()
            .position(|a| a.members.binary_search(m).is_ok())
            .unwrap_or(usize::MAX),
    };
    let mut ordered: Vec<(usize, ApplicantIx)> =
        ring.members.iter().map(|m| (group_of(m), *m)).collect();
    ordered.sort_unstable();
    let strongest = strongest(view, ring);
    let mut groups: Vec<(usize, MemberGroup)> = Vec::new();
    for &(group, member) in pager.of(&ordered) {
        if groups.last().is_none_or(|(g, _)| *g != group) {
            let heading = match (weak, ring.artefacts.get(group)) {
                (Some(_), _) if group == 0 => {
                    vec![Piece::text("One side of the weak bridge")]
                }
                (Some(_), _) => vec![Piece::text("The other side of the weak bridge")],
                (None, Some(a)) => heading(view, a),
                (None, None) => vec![Piece::text("Joined by weaker evidence only")],
            };
            groups.push((group, MemberGroup { heading, rows: Vec::new() }));
        }
        if let Some((_, last)) = groups.last_mut() {
            last.rows.push(member_row(view, ring, member, &strongest));
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The strongest link of each member within the ring.
fn strongest(view: &Seen, ring: &Ring) -> BTreeMap<ApplicantIx, Bits> {
    let mut best: BTreeMap<ApplicantIx, Bits> = BTreeMap::new();
    for &l in &ring.links {
        let link = view.network.link(l);
        for end in [link.a, link.b] {
            let bits = best.entry(end).or_insert(link.bits);
            *bits = (*bits).max(link.bits);
        }
    }
    best
}

fn member_row(
    view: &Seen,
    ring: &Ring,
    member: ApplicantIx,
    strongest: &BTreeMap<ApplicantIx, Bits>,
) -> MemberRow {
    let days: Vec<Moment> = submissions(view, member).collect();
    let mut kinds: BTreeMap<&'static str, usize> = BTreeMap::new();
    for artefact in ring.artefacts.iter().filter(|a| a.members.binary_search(&member).is_ok()) {
        let kind = match artefact.attribute {
            Some(ix) => view.network.corpus().attribute(ix).kind.label(),
            None => "near match",
        };
        *kinds.entry(kind).or_default() += 1;
    }
    let shares: Vec<String> = kinds
        .into_iter()
        .map(|(kind, n)| if n == 1 { kind.to_owned() } else { format!("{kind} ×{n}") })
        .collect();
    MemberRow {
        name: view.network.label(member).to_owned(),
        url: urls::applicant(&view.network.applicant(member).id),
        applications: view.network.applicant(member).applications.len(),
        first: days.iter().min().map_or_else(String::new, |m| m.day()),
        last: days.iter().max().map_or_else(String::new, |m| m.day()),
        shares: shares.join(", "),
        strongest: strongest.get(&member).map_or_else(String::new, ToString::to_string),
        is_cut: ring.cut_members.binary_search(&member).is_ok(),
    }
}

/// The most important thing that a group shares.
fn heading(view: &Seen, artefact: &Artefact) -> Vec<Piece> {
    match artefact.attribute {
        Some(ix) => {
            let attribute = view.network.corpus().attribute(ix);
            vec![
                Piece::text(format!("{} ", capital(attribute.kind.label()))),
                Piece::link(view.value(&attribute), urls::attribute(&attribute.id())),
            ]
        }
        None => vec![Piece::text(labels::feature(artefact.feature))],
    }
}
