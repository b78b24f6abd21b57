//! The panel of a near-equality: what several members have nearly in common, where there is no one value to look up.
//! Not responsible for shared values (`panel`).
//!
//! Invariant: every link it lists has evidence of that comparison.

use crate::{
    explain::{self, words::count},
    model::{Artefact, LinkIx},
    web::{
        labels,
        ring::panel::{Ground, Panel},
        text::Piece,
    },
};

/// Members named at most.
const NAMED: usize = 12;

/// Whether an artefact is this one of the whole ring, or as much of it as a window leaves.
pub fn is_part(artefact: &Artefact, whole: &Artefact) -> bool {
    artefact.attribute == whole.attribute
        && artefact.feature == whole.feature
        && artefact.members.iter().all(|m| whole.members.binary_search(m).is_ok())
}

impl Ground<'_> {
    /// The panel of the near-equality at this place among the artefacts of the ring.
    pub(super) fn near(&self, at: usize) -> Panel {
        let Some(whole) = self.ring().artefacts.get(at) else { return Panel::default() };
        let network = &self.view.network;
        let within = self.extent.shown.artefacts.iter().find(|a| is_part(a, whole));
        let members = within.map(|a| a.members.clone()).unwrap_or_default();
        let mut who = vec![Piece::text(format!(
            "{} nearly the same here: ",
            count(members.len(), "member has", "members have")
        ))];
        who.extend(self.named(&members, NAMED));
        let rests = |&l: &LinkIx| {
            let link = network.link(l);
            let ends = [link.a, link.b].iter().all(|m| members.binary_search(m).is_ok());
            ends && link.evidence.iter().any(|e| e.feature == whole.feature)
        };
        let links: Vec<LinkIx> = self.extent.shown.links.iter().copied().filter(rests).collect();
        Panel {
            kind: whole.family.label(),
            title: labels::feature(whole.feature).to_owned(),
            said: vec![
                if members.is_empty() {
                    vec![Piece::text("No two members have it within these days.")]
                } else {
                    who
                },
                vec![Piece::text(format!(
                    "Between two of them it is worth up to {} bits. It is a likeness, not one value: open a link to see \
                     both sides.",
                    whole.bits
                ))],
            ],
            lists: vec![self.strongest_links(links, None)],
            innocent: explain::innocent(network, [whole]),
            ..Panel::default()
        }
    }
}
