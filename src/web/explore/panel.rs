//! The panel under the drawing: what is selected, and what that has in common. Not responsible for finding it
//! (`selection`).
//!
//! Invariant: what is cut off is counted.

use crate::{
    explain::words::{count, shortened},
    graph::NodeIx,
    model::Bits,
    svg::network,
    web::{
        drawing::NodeId,
        explore::{Explored, Row, Selection, ShareRow, Step, scene},
        labels,
        text::{Piece, listed},
        urls,
    },
};

/// Rows of what a selection has in common, and of its links.
const SHARED: usize = 25;

/// Something the selected have in common.
pub struct Shared {
    pub icon: String,
    pub kind: &'static str,
    pub name: String,
    pub page: String,
    pub who: String,
    pub uses: String,
    pub bits: String,
    pub discount: String,
    /// Where it is drawn; empty when it is.
    pub draw: String,
}

/// A link among the selected.
pub struct Linked {
    pub bits: Bits,
    pub sentence: String,
    pub compare: String,
}

/// What is selected, and what that has in common.
pub struct Panel {
    pub heading: Vec<Piece>,
    /// The one selected.
    pub row: Option<Row>,
    pub n: usize,
    pub shares: Vec<Shared>,
    pub more_shares: usize,
    pub links: Vec<Linked>,
    pub more_links: usize,
    pub note: String,
    /// Comparing and the path, of two.
    pub compare: String,
    pub path: String,
    pub clear: String,
    /// All neighbours that are drawn, of one.
    pub neighbours: String,
}

impl Explored<'_> {
    pub fn panel(&self, selected: &[NodeIx]) -> Panel {
        let n = selected.len();
        let names = selected
            .iter()
            .take(4)
            .map(|&node| Piece::link(shortened(&self.label(node), 40), self.page_of(node)));
        let mut names: Vec<Piece> = names.collect();
        if n > 4 {
            names.push(Piece::text(format!("{} more", n - 4)));
        }
        let found = if n > 1 { Selection::of(self.view, selected) } else { Selection::default() };
        let ids: Vec<NodeId> = selected.iter().map(|&node| self.id(node)).collect();
        let pair = match ids.as_slice() {
            [NodeId::Applicant(a), NodeId::Applicant(b)] => Some((a.as_str(), b.as_str())),
            _ => None,
        };
        let one = match selected {
            [one] => Some(*one),
            _ => None,
        };
        Panel {
            heading: listed(names),
            row: one.map(|node| self.row(node)),
            n,
            more_shares: found.shares.len().saturating_sub(SHARED),
            shares: found.shares.iter().take(SHARED).map(|s| self.shared(s, n)).collect(),
            more_links: found.links.len().saturating_sub(SHARED),
            links: found
                .links
                .iter()
                .take(SHARED)
                .map(|l| Linked {
                    bits: l.bits,
                    sentence: l.sentence.clone(),
                    compare: urls::compare(
                        self.view.network.applicant(l.a).id.as_str(),
                        self.view.network.applicant(l.b).id.as_str(),
                    ),
                })
                .collect(),
            note: match found.crowded {
                0 => String::new(),
                n => format!(
                    "{} so many users that only those already met here are told.",
                    count(n, "selected value has", "selected values have")
                ),
            },
            compare: pair.map_or_else(String::new, |(a, b)| urls::compare(a, b)),
            path: pair.map_or_else(String::new, |(a, b)| urls::path(a, b)),
            clear: self.tour.selecting([]).url(),
            neighbours: one.map_or_else(String::new, |node| self.neighbours(node)),
        }
    }

    /// Selecting everything that a drawn line joins to this node.
    pub fn neighbours(&self, node: NodeIx) -> String {
        let Some(at) = self.scene.slot_of(node) else { return String::new() };
        let others = self.scene.edges.iter().filter_map(|e| match (e.a == at, e.b == at) {
            (true, false) => Some(e.b),
            (false, true) => Some(e.a),
            _ => None,
        });
        let nodes: Vec<NodeId> = others
            .filter_map(|i| self.scene.slots.get(i))
            .flat_map(|(_, nodes)| nodes.iter().map(|&n| self.id(n)))
            .collect();
        if nodes.len() < 2 { String::new() } else { self.tour.selecting(nodes).url() }
    }

    pub fn shared(&self, share: &ShareRow, n: usize) -> Shared {
        let node = share.node;
        let id = self.id(node);
        let is_drawn = self.scene.slot_of(node).is_some();
        let who: Vec<String> =
            share.who.iter().take(4).map(|&w| shortened(&self.label(w), 26)).collect();
        let more = if share.who.len() > 4 { ", …" } else { "" };
        Shared {
            icon: network::icon(scene::shape(self.view, node)),
            kind: scene::kind_word(self.view, node),
            name: self.label(node),
            page: self.page_of(node),
            who: format!("{} of {n}: {}{more}", share.who.len(), who.join(", ")),
            uses: match share.uses {
                0 => String::new(),
                uses => uses.to_string(),
            },
            bits: share.bits.map_or_else(String::new, |b| b.to_string()),
            discount: share.discount.as_ref().map_or_else(String::new, labels::discount),
            draw: if is_drawn { String::new() } else { self.then(Step::Show(id)) },
        }
    }
}
