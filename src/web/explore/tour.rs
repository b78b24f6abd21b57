//! The tour: where exploring began and every step since, as the address holds it. Not responsible for what a step
//! shows (`scene`).
//!
//! Steps are one list, in order: the order decides where things are drawn, and the last one is what "undo" takes
//! back.
//!
//! Invariant: an address of any length and content is a tour, with a note for each sort of thing in it that is none;
//! the address of a tour says exactly that tour.

use crate::{
    explain::words::shortened,
    graph::Relation,
    model::{AttributeKind, RingId},
    web::{drawing::NodeId, urls},
};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// Things to begin with at most.
const STARTS: usize = 24;
/// Steps at most: an address of them is about 2,500 characters long, which every browser and server takes.
pub const STEPS: usize = 64;
/// Nodes selected at most.
pub const SELECTED: usize = 24;
/// The furthest page of an expansion: 1,000 nodes of one relation.
const PAGES: usize = 40;

/// What to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// A node.
    Node(NodeId),
    /// The members of a ring and what they share.
    Ring(RingId),
    /// Something else somebody typed: perhaps the id of an application.
    Text(String),
}

/// What sort of nodes are drawn together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cluster {
    /// Applicants.
    People,
    /// Values of this kind.
    Things(AttributeKind),
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A page, from 0, of what lies behind a relation of a node.
    Open(NodeId, Relation, usize),
    /// A node is not drawn any more.
    Hide(NodeId),
    /// A node is drawn that nothing else led to.
    Show(NodeId),
    /// What hangs on this node alone is drawn one by one.
    Each(NodeId, Cluster),
    /// What hangs on this node alone is drawn as one.
    One(NodeId, Cluster),
}

/// Where exploring began, every step since, and what is selected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tour {
    /// What it began with.
    pub from: Vec<Start>,
    /// The steps, oldest first.
    pub steps: Vec<Step>,
    /// What is selected, in the order of selecting.
    pub selected: Vec<NodeId>,
    /// Whether the table shows all nodes at once.
    pub lists_all: bool,
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(id) => id.fmt(f),
            Self::Ring(id) => id.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::People => f.write_str("applicant"),
            Self::Things(kind) => f.write_str(kind.name()),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(id, relation, 0) => write!(f, "{id}.{relation}"),
            Self::Open(id, relation, page) => write!(f, "{id}.{relation}.{}", page + 1),
            Self::Hide(id) => write!(f, "{id}.hide"),
            Self::Show(id) => write!(f, "{id}.show"),
            Self::Each(id, cluster) => write!(f, "{id}.each.{cluster}"),
            Self::One(id, cluster) => write!(f, "{id}.one.{cluster}"),
        }
    }
}

/// A text that is no step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAStep;

impl FromStr for Step {
    type Err = NotAStep;
    fn from_str(text: &str) -> Result<Self, NotAStep> {
        let mut parts = text.split('.');
        let node = parts.next().and_then(|id| id.parse().ok()).ok_or(NotAStep)?;
        if matches!(node, NodeId::Near(_)) {
            return Err(NotAStep);
        }
        let (word, more) = (parts.next().ok_or(NotAStep)?, parts.next());
        if parts.next().is_some() {
            return Err(NotAStep);
        }
        let cluster = |text: Option<&str>| match text {
            Some("applicant") => Ok(Cluster::People),
            Some(kind) => AttributeKind::ALL
                .iter()
                .find(|k| k.name() == kind)
                .map(|&kind| Cluster::Things(kind))
                .ok_or(NotAStep),
            None => Err(NotAStep),
        };
        match (word, more) {
            ("hide", None) => Ok(Self::Hide(node)),
            ("show", None) => Ok(Self::Show(node)),
            ("each", kind) => Ok(Self::Each(node, cluster(kind)?)),
            ("one", kind) => Ok(Self::One(node, cluster(kind)?)),
            (relation, page) => {
                let relation = relation.parse().map_err(|_| NotAStep)?;
                let page = match page {
                    None => 0,
                    Some(page) => match page.parse::<usize>() {
                        Ok(page @ 2..=PAGES) => page - 1,
                        _ => return Err(NotAStep),
                    },
                };
                Ok(Self::Open(node, relation, page))
            }
        }
    }
}

impl Tour {
    /// The tour that the parameters of an address say, and what is not understood in them, in words.
    #[must_use]
    pub fn read(pairs: &[(String, String)]) -> (Self, Vec<String>) {
        let values = |name: &str| {
            pairs
                .iter()
                .filter(|(n, _)| n == name)
                .flat_map(|(_, value)| value.split(','))
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect::<Vec<String>>()
        };
        let mut notes = Vec::new();
        let mut tour = Self::default();
        let begin = values("from");
        if begin.len() > STARTS {
            notes.push(format!(
                "only the first {STARTS} of {} starting points are used",
                begin.len()
            ));
        }
        for text in begin.into_iter().take(STARTS) {
            let start = if let Ok(id) = text.parse() {
                Start::Node(id)
            } else if let Ok(id) = text.parse() {
                Start::Ring(id)
            } else {
                Start::Text(text.chars().take(200).collect())
            };
            if !tour.from.contains(&start) {
                tour.from.push(start);
            }
        }
        let steps = values("open");
        if steps.len() > STEPS {
            notes.push(format!("only the first {STEPS} of {} steps are shown", steps.len()));
        }
        let mut odd = Vec::new();
        for text in steps.into_iter().take(STEPS) {
            match text.parse() {
                Ok(step) if tour.is_news(&step) => tour.steps.push(step),
                Ok(_) => {}
                Err(NotAStep) => odd.push(text),
            }
        }
        let chosen = values("sel");
        if chosen.len() > SELECTED {
            notes.push(format!(
                "only the first {SELECTED} of {} selected are compared",
                chosen.len()
            ));
        }
        for text in chosen.into_iter().take(SELECTED) {
            match text.parse() {
                Ok(NodeId::Near(_)) | Err(_) => odd.push(text),
                Ok(id) if !tour.selected.contains(&id) => tour.selected.push(id),
                Ok(_) => {}
            }
        }
        if let Some(first) = odd.first() {
            let more = match odd.len() {
                1 => String::new(),
                n => format!(" and {} more", n - 1),
            };
            notes.push(format!(
                "\"{}\"{more} in the address says nothing here",
                shortened(first, 60)
            ));
        }
        tour.lists_all = values("list").iter().any(|v| v == "all");
        (tour, notes)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        fn joined(items: impl IntoIterator<Item = impl fmt::Display>) -> String {
            items.into_iter().map(|i| i.to_string()).collect::<Vec<_>>().join(",")
        }
        let (from, open) = (joined(&self.from), joined(&self.steps));
        let (sel, list) = (joined(&self.selected), if self.lists_all { "all" } else { "" });
        urls::query(
            urls::EXPLORE,
            &[("from", &from), ("open", &open), ("sel", &sel), ("list", list)],
        )
    }

    /// With one more step; none when there is no room for it.
    #[must_use]
    pub fn then(&self, step: Step) -> Option<Self> {
        let mut next = self.clone();
        if let Step::Hide(id) = &step {
            next.selected.retain(|s| s != id);
        }
        if next.is_news(&step) {
            next.steps.push(step);
        }
        (next.steps.len() <= STEPS).then_some(next)
    }

    /// Whether a step may change anything: what is open stays open, but what is hidden may be shown and hidden again.
    fn is_news(&self, step: &Step) -> bool {
        match step {
            Step::Open(..) => !self.steps.contains(step),
            _ => self.steps.last() != Some(step),
        }
    }

    /// Without the last step; none when there is none.
    #[must_use]
    pub fn undone(&self) -> Option<Self> {
        let mut before = self.clone();
        before.steps.pop().map(|_| before)
    }

    /// With nothing hidden: by further steps, so that nothing moves and undo hides again. Where there is no room for
    /// them, as if nothing had ever been hidden.
    #[must_use]
    pub fn unhidden(&self) -> Self {
        let mut hidden: Vec<&NodeId> = Vec::new();
        for step in &self.steps {
            match step {
                Step::Hide(id) if !hidden.contains(&id) => hidden.push(id),
                Step::Show(id) => hidden.retain(|h| *h != id),
                _ => {}
            }
        }
        let mut next = self.clone();
        if next.steps.len() + hidden.len() <= STEPS {
            next.steps.extend(hidden.into_iter().cloned().map(Step::Show));
        } else {
            next.steps.retain(|s| !matches!(s, Step::Hide(_)));
        }
        next
    }

    /// With these selected and nothing else.
    #[must_use]
    pub fn selecting(&self, selected: impl IntoIterator<Item = NodeId>) -> Self {
        Self { selected: selected.into_iter().take(SELECTED).collect(), ..self.clone() }
    }

    /// With one more selected, or one less when it was.
    #[must_use]
    pub fn toggled(&self, node: &NodeId) -> Self {
        let mut next = self.clone();
        if self.selected.contains(node) {
            next.selected.retain(|s| s != node);
        } else if next.selected.len() < SELECTED {
            next.selected.push(node.clone());
        }
        next
    }

    /// The pages of a relation that are open.
    #[must_use]
    pub fn pages(&self, node: &NodeId, relation: Relation) -> BTreeSet<usize> {
        let page = |step: &Step| match step {
            Step::Open(id, r, page) if id == node && *r == relation => Some(*page),
            _ => None,
        };
        self.steps.iter().filter_map(page).collect()
    }

    /// The page of a relation to open next: the first that is not open; none when that is too far.
    #[must_use]
    pub fn next_page(&self, node: &NodeId, relation: Relation) -> Option<usize> {
        let open = self.pages(node, relation);
        (0..PAGES).find(|page| !open.contains(page))
    }

    /// A number that depends on where it began and on nothing else.
    #[must_use]
    pub fn seed(&self) -> u64 {
        let from: Vec<String> = self.from.iter().map(ToString::to_string).collect();
        xxhash_rust::xxh3::xxh3_64(from.join(",").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ApplicantId, AttributeId};
    use proptest::prelude::*;

    fn read(query: &str) -> (Tour, Vec<String>) {
        let pairs: Vec<(String, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect();
        Tour::read(&pairs)
    }

    fn person(n: u8) -> NodeId {
        NodeId::Applicant(ApplicantId::derive(&n.to_string()))
    }

    fn value(n: u8) -> NodeId {
        NodeId::Attribute(AttributeId::derive(&n.to_string()))
    }

    fn any_step() -> impl Strategy<Value = Step> {
        let node =
            (any::<u8>(), any::<bool>()).prop_map(|(n, p)| if p { person(n) } else { value(n) });
        (node, 0_u8..6, 0_usize..PAGES).prop_map(|(node, sort, page)| match sort {
            0 => Step::Open(node, Relation::Users, page),
            1 => Step::Open(node, Relation::Uses(AttributeKind::PaymentAccount), page),
            2 => Step::Hide(node),
            3 => Step::Show(node),
            4 => Step::Each(node, Cluster::People),
            _ => Step::One(node, Cluster::Things(AttributeKind::Ip)),
        })
    }

    proptest! {
        #[test]
        fn the_address_of_a_tour_says_that_tour(
            steps in prop::collection::vec(any_step(), 0..40),
            chosen in prop::collection::btree_set(any::<u8>(), 0..SELECTED),
            lists_all: bool,
        ) {
            let mut tour = Tour {
                from: vec![Start::Node(person(1)), Start::Ring(RingId::derive("x"))],
                lists_all,
                ..Tour::default()
            };
            for step in steps {
                tour = tour.then(step).unwrap();
            }
            tour.selected.extend(chosen.into_iter().map(value));
            let url = tour.url().replace("%2C", ",");
            let (_, query) = url.split_once('?').unwrap();
            prop_assert_eq!(read(query), (tour, vec![]));
        }

        #[test]
        fn any_address_is_a_tour(from: String, open: String, sel: String) {
            let pairs = [("from", from), ("open", open), ("sel", sel)];
            let pairs: Vec<_> = pairs.into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
            let (tour, _) = Tour::read(&pairs);
            prop_assert!(tour.steps.len() <= STEPS && tour.selected.len() <= SELECTED);
        }
    }

    #[test]
    fn undo_takes_back_the_last_step_whatever_it_was() {
        let start = Tour::default();
        let opened =
            start.then(Step::Open(person(1), Relation::Uses(AttributeKind::Phone), 0)).unwrap();
        let hidden = opened.then(Step::Hide(value(2))).unwrap();
        assert_eq!(hidden.undone().unwrap(), opened);
        assert_eq!(opened.undone().unwrap(), start);
        assert_eq!(start.undone(), None);
        let shown = hidden.unhidden();
        assert_eq!(shown.steps.last(), Some(&Step::Show(value(2))));
        assert_eq!(shown.undone().unwrap(), hidden, "undo hides it again");
        assert_eq!(shown.unhidden(), shown, "nothing is hidden any more");
    }

    #[test]
    fn what_is_hidden_is_not_selected_and_can_be_shown_and_hidden_again() {
        let tour = Tour::default().selecting([person(1), value(2)]);
        let tour = tour.then(Step::Hide(person(1))).unwrap();
        assert_eq!(tour.selected, [value(2)]);
        let tour = tour.then(Step::Show(person(1))).unwrap();
        let tour = tour.then(Step::Hide(person(1))).unwrap();
        assert_eq!(tour.steps.len(), 3);
        assert_eq!(tour.then(Step::Hide(person(1))).unwrap(), tour, "twice is once");
        let url = tour.url().replace("%2C", ",");
        let (again, notes) = read(url.split_once('?').unwrap().1);
        assert_eq!((again, notes), (tour, vec![]));
    }

    #[test]
    fn too_much_is_cut_and_said_and_rubbish_is_named_once() {
        let many: Vec<String> = (0..90).map(|n| format!("{}.phone", person(n))).collect();
        let (tour, notes) = read(&format!("open={}&sel=x,<b>&list=all", many.join(",")));
        assert_eq!(tour.steps.len(), STEPS);
        assert!(tour.lists_all);
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].contains("of 90") && notes[1].contains("\"x\" and 1 more"), "{notes:?}");
        assert!(tour.then(Step::Hide(value(1))).is_none());
        for bad in ["apt_x.phone", "near_text_0.hide", "x", "..", &format!("{}.users.41", value(1))]
        {
            assert_eq!(bad.parse::<Step>(), Err(NotAStep), "{bad}");
        }
    }
}
