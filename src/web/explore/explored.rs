//! A tour with what it shows, and the words and addresses for its parts. Not responsible for any part of the page.
//!
//! Invariant: an address it makes is one step from the tour.

use crate::{
    explain::words::shortened,
    graph::{NodeIx, Relation},
    model::AttributeKind,
    web::{
        drawing::NodeId,
        explore::{Scene, Step, Tour, scene},
        urls,
        veil::Seen,
    },
};

/// A tour with what it shows.
pub struct Explored<'a> {
    /// The view it went through.
    pub view: &'a Seen,
    /// The tour.
    pub tour: &'a Tour,
    /// What it shows.
    pub scene: &'a Scene,
}

impl Explored<'_> {
    pub fn kind_of(&self, node: NodeIx) -> Option<AttributeKind> {
        match node {
            NodeIx::Applicant(_) => None,
            NodeIx::Attribute(ix) => Some(self.view.network.corpus().kind(ix)),
        }
    }

    pub fn id(&self, node: NodeIx) -> NodeId {
        NodeId::of(self.view, node)
    }

    pub fn label(&self, node: NodeIx) -> String {
        scene::label(self.view, node)
    }

    pub fn page_of(&self, node: NodeIx) -> String {
        match self.id(node) {
            NodeId::Applicant(id) => urls::applicant(&id),
            NodeId::Attribute(id) => urls::attribute(&id),
            NodeId::Near(_) => String::new(),
        }
    }

    /// The address with one more step; empty when there is no room for more.
    pub fn then(&self, step: Step) -> String {
        self.tour.then(step).map_or_else(String::new, |t| t.url())
    }

    pub fn word(&self, relation: Relation, n: usize) -> &'static str {
        match relation {
            Relation::Uses(kind) if n == 1 => kind.label(),
            Relation::Uses(kind) => kind.plural(),
            Relation::Linked(class) => class.label(),
            Relation::Users => "users",
        }
    }

    /// What a step did, in words.
    pub fn said(&self, step: &Step) -> String {
        let name = |id: &NodeId| {
            let node = id.find(self.view);
            node.map_or_else(|| id.to_string(), |n| shortened(&self.label(n), 30))
        };
        match step {
            Step::Open(id, relation, _) => format!("{} of {}", self.word(*relation, 2), name(id)),
            Step::Hide(id) => format!("hiding {}", name(id)),
            Step::Show(id) => format!("drawing {}", name(id)),
            Step::Each(id, _) => format!("one by one at {}", name(id)),
            Step::One(id, _) => format!("together at {}", name(id)),
        }
    }
}
