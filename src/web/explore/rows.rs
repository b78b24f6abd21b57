//! The list beside the drawing: every node, and what lies behind it, counted before it is opened. Not responsible for
//! how much that is (`graph`).
//!
//! Invariant: a relation that is not open leads to a tour with it open.

use crate::{
    explain::words::{capital, count},
    graph::{self, Count, NodeIx, PAGE, Relation},
    model::AttributeKind,
    svg::network,
    web::{
        drawing::NodeId,
        explore::{Cluster, Explored, Slot, Step, scene},
        pager::Pager,
    },
};
use std::collections::BTreeMap;

/// Nodes behind a relation up to which it is looked which of them are there already.
const MANY: usize = 500;

/// What lies behind a relation of a node.
pub struct Chip {
    /// `phones`.
    pub text: String,
    /// How many.
    pub n: String,
    /// Where it is opened; empty when it is open.
    pub href: String,
    /// `open`, `all here`, `2 new`, `25 of 212, next 25`, or empty.
    pub state: String,
    /// The same in a sentence.
    pub hint: String,
    /// Whether nobody else has any of it.
    pub is_faint: bool,
    /// `expand` or `group`: what the script calls it.
    pub act: &'static str,
}

/// A node of the list.
pub struct Row {
    pub id: String,
    pub icon: String,
    pub name: String,
    pub page: String,
    pub is_selected: bool,
    /// Where it is selected, or not any more.
    pub select: String,
    pub chips: Vec<Chip>,
    pub hide: String,
    /// Why it is not to be seen by itself; empty when it is.
    pub aside: &'static str,
}

/// Nodes of a kind.
pub struct Group {
    pub heading: String,
    pub rows: Vec<Row>,
}

impl Explored<'_> {
    pub fn groups(&self, pager: &Pager, order: &[NodeIx]) -> Vec<Group> {
        let drawn: BTreeMap<NodeIx, bool> = self
            .scene
            .slots
            .iter()
            .flat_map(|(slot, nodes)| nodes.iter().map(move |&n| (n, matches!(slot, Slot::One(_)))))
            .collect();
        let mut groups: Vec<(Option<AttributeKind>, Group)> = Vec::new();
        for &node in pager.of(order) {
            let kind = self.kind_of(node);
            if groups.last().is_none_or(|(k, _)| *k != kind) {
                let n = order.iter().filter(|&&n| self.kind_of(n) == kind).count();
                let plural = kind.map_or("applicants", AttributeKind::plural);
                let heading = format!("{} {n}", capital(plural));
                groups.push((kind, Group { heading, rows: Vec::new() }));
            }
            let aside = match drawn.get(&node) {
                Some(true) => "",
                Some(false) => "drawn together with others",
                None => "not drawn",
            };
            if let Some((_, group)) = groups.last_mut() {
                group.rows.push(Row { aside, ..self.row(node) });
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    pub fn row(&self, node: NodeIx) -> Row {
        let id = self.id(node);
        let is_selected = self.tour.selected.contains(&id);
        Row {
            icon: network::icon(scene::shape(self.view, node)),
            name: self.label(node),
            page: self.page_of(node),
            is_selected,
            select: self.tour.toggled(&id).url(),
            chips: self.chips(node, &id),
            hide: self.then(Step::Hide(id.clone())),
            aside: "",
            id: id.to_string(),
        }
    }

    pub fn chips(&self, node: NodeIx, id: &NodeId) -> Vec<Chip> {
        let relations = graph::relations(&self.view.network, node);
        let mut chips: Vec<Chip> = relations.iter().map(|c| self.chip(node, id, c)).collect();
        for (slot, nodes) in &self.scene.slots {
            let Slot::Many { on, cluster } = slot else { continue };
            if on.as_slice() == [node] {
                chips.push(Chip {
                    text: "one by one".to_owned(),
                    n: nodes.len().to_string(),
                    href: self.then(Step::Each(id.clone(), *cluster)),
                    state: String::new(),
                    hint: format!("Draw the {} that are one node now one by one", nodes.len()),
                    is_faint: false,
                    act: "group",
                });
            }
        }
        for step in &self.tour.steps {
            if let Step::Each(of, cluster) = step
                && of == id
            {
                let noun = match cluster {
                    Cluster::People => "applicants",
                    Cluster::Things(kind) => kind.plural(),
                };
                chips.push(Chip {
                    text: format!("{noun} as one"),
                    n: String::new(),
                    href: self.then(Step::One(id.clone(), *cluster)),
                    state: String::new(),
                    hint: format!("Draw the {noun} that hang on this alone as one node"),
                    is_faint: false,
                    act: "group",
                });
            }
        }
        chips
    }

    /// How many of the next page are not there yet; of what has too many to look through, all of it.
    fn newcomers(&self, node: NodeIx, c: &Count, page: usize) -> usize {
        if c.nodes > MANY {
            return PAGE;
        }
        let found = graph::expand(&self.view.network, node, c.relation, page).nodes;
        found.iter().filter(|next| !self.scene.known.contains(next)).count()
    }

    pub fn chip(&self, node: NodeIx, id: &NodeId, c: &Count) -> Chip {
        let open = self.tour.pages(id, c.relation);
        let seen = open.len() * PAGE;
        let further = self.tour.next_page(id, c.relation).filter(|_| seen < c.nodes);
        let fresh = further.map_or(0, |page| self.newcomers(node, c, page));
        // A step that brings nothing is none.
        let next = further.filter(|_| fresh > 0);
        let step = |page| self.then(Step::Open(id.clone(), c.relation, page));
        let word = self.word(c.relation, c.nodes);
        let state = match (open.len(), next) {
            (0, None) => "all here".to_owned(),
            (0, Some(_)) if fresh < c.nodes.min(PAGE) => format!("{fresh} new"),
            (0, Some(_)) => String::new(),
            (_, None) => "open".to_owned(),
            (_, Some(_)) => format!("{} of {}, next {PAGE}", seen.min(c.nodes), c.nodes),
        };
        let hint = match c.relation {
            Relation::Uses(_) => {
                format!("{} {word}, {} of them used by somebody else too", c.nodes, c.shared)
            }
            Relation::Linked(_) => format!("linked to {} as {word}", c.nodes),
            Relation::Users if c.is_exact => {
                count(c.nodes, "applicant uses it", "applicants use it")
            }
            Relation::Users => format!("used {} times: the newest users come first", c.nodes),
        };
        let text = match c.relation {
            Relation::Users if !c.is_exact => "uses",
            _ => word,
        };
        Chip {
            text: text.to_owned(),
            n: c.nodes.to_string(),
            href: next.map_or_else(String::new, step),
            state,
            hint,
            is_faint: c.shared == 0,
            act: "expand",
        }
    }
}
