//! Expansion: what lies one step from an applicant or an attribute, counted before it is opened, and opened a page
//! at a time. Not responsible for drawing it (`web`) nor for what a link is worth.
//!
//! Invariant: what is counted costs nothing but looking at the node itself; a value with thousands of users is never
//! copied, and each page of an expansion is the same for the same network.

use crate::{
    graph::Network,
    model::{ApplicantIx, AttributeIx, AttributeKind, LinkClass},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    str::FromStr,
};

/// At most so many nodes come with one page of an expansion: more at once is a hairball.
pub const PAGE: usize = 25;

/// Uses up to which the users of a value are put in order of what else links them. A walk over so many costs a
/// few milliseconds; beyond it they come newest first, page by page.
const SORTED: u32 = 2_000;

/// A node: somebody or something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeIx {
    /// A claimed identity.
    Applicant(ApplicantIx),
    /// A value.
    Attribute(AttributeIx),
}

/// What leads from a node to its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// From an applicant to the values of this kind that it uses.
    Uses(AttributeKind),
    /// From an applicant to those it is linked to in this way.
    Linked(LinkClass),
    /// From a value to the applicants that use it.
    Users,
}

/// The classes of links and their names in URLs, in display order.
const CLASSES: [(LinkClass, &str); 4] = [
    (LinkClass::SharedInfrastructure, "shared_infrastructure"),
    (LinkClass::SamePerson, "same_person"),
    (LinkClass::Reapplicant, "reapplicant"),
    (LinkClass::Household, "household"),
];

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uses(kind) => kind.name(),
            Self::Linked(class) => {
                CLASSES.iter().find(|(c, _)| c == class).map_or("linked", |(_, name)| name)
            }
            Self::Users => "users",
        })
    }
}

/// A text that names no relation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("that is no relation")]
pub struct UnknownRelation;

impl FromStr for Relation {
    type Err = UnknownRelation;
    fn from_str(text: &str) -> Result<Self, UnknownRelation> {
        if text == "users" {
            return Ok(Self::Users);
        }
        if let Some((class, _)) = CLASSES.iter().find(|(_, name)| *name == text) {
            return Ok(Self::Linked(*class));
        }
        let kind = AttributeKind::ALL.iter().find(|kind| kind.name() == text);
        kind.map(|&kind| Self::Uses(kind)).ok_or(UnknownRelation)
    }
}

/// How much lies behind a relation of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The relation.
    pub relation: Relation,
    /// Nodes behind it; of the users of a widely used value the uses, which is a few more.
    pub nodes: usize,
    /// Of the values behind it, how many somebody else uses too.
    pub shared: usize,
    /// Whether `nodes` counts nodes and not uses.
    pub is_exact: bool,
}

/// A page of what lies behind a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The nodes, the strongest or rarest first.
    pub nodes: Vec<NodeIx>,
    /// How many come on earlier pages.
    pub before: usize,
    /// How many there are on all pages, as counted before.
    pub total: usize,
}

/// The values an applicant uses, without repeats, sorted; with how often the applicant does. O(applications × values).
fn values(network: &Network, applicant: ApplicantIx) -> BTreeMap<AttributeIx, u32> {
    let corpus = network.corpus();
    let mut found = BTreeMap::new();
    for &app in &network.applicant(applicant).applications {
        for (attribute, _) in corpus.app(app).used() {
            *found.entry(attribute).or_default() += 1;
        }
    }
    found
}

/// The values an applicant uses, without repeats, sorted. O(applications × values).
///
/// # Panics
/// When the index is of another network.
#[must_use]
pub fn values_of(network: &Network, applicant: ApplicantIx) -> Vec<AttributeIx> {
    values(network, applicant).into_keys().collect()
}

/// The relations of a node that lead anywhere, with how much lies behind each, in display order. O(values + links)
/// of an applicant; O(1) of a widely used value, O(users log users) of another.
///
/// # Panics
/// When the index is of another network.
#[must_use]
pub fn relations(network: &Network, node: NodeIx) -> Vec<Count> {
    let corpus = network.corpus();
    match node {
        NodeIx::Applicant(applicant) => {
            let mut kinds: BTreeMap<AttributeKind, (usize, usize)> = BTreeMap::new();
            for (attribute, own) in values(network, applicant) {
                let (all, shared) = kinds.entry(corpus.kind(attribute)).or_default();
                *all += 1;
                *shared += usize::from(corpus.uses(attribute) > own);
            }
            let mut classes: BTreeMap<LinkClass, usize> = BTreeMap::new();
            for &link in network.links_of(applicant) {
                *classes.entry(network.link(link).class).or_default() += 1;
            }
            let linked = CLASSES.iter().filter_map(|&(class, _)| {
                let nodes = *classes.get(&class)?;
                Some(Count {
                    relation: Relation::Linked(class),
                    nodes,
                    shared: nodes,
                    is_exact: true,
                })
            });
            let used = AttributeKind::ALL.iter().filter_map(|&kind| {
                let &(nodes, shared) = kinds.get(&kind)?;
                Some(Count { relation: Relation::Uses(kind), nodes, shared, is_exact: true })
            });
            linked.chain(used).collect()
        }
        NodeIx::Attribute(attribute) => {
            let uses = corpus.uses(attribute);
            let is_exact = uses <= SORTED;
            let nodes = if is_exact { network.users(attribute).len() } else { uses as usize };
            if nodes == 0 {
                return Vec::new();
            }
            vec![Count { relation: Relation::Users, nodes, shared: nodes, is_exact }]
        }
    }
}

/// One page, from 0, of what lies behind a relation: values the rarest first, those that nobody else uses last;
/// linked applicants the strongest first; users of a value those with the most links first, or the newest first
/// where there are thousands. Empty when the relation does not belong to the node. O(n log n) in what the node
/// itself has; of a widely used value O(users up to the end of the page).
///
/// # Panics
/// When the index is of another network.
#[must_use]
pub fn expand(network: &Network, node: NodeIx, relation: Relation, page: usize) -> Page {
    let corpus = network.corpus();
    let before = page.saturating_mul(PAGE);
    match (node, relation) {
        (NodeIx::Applicant(applicant), Relation::Uses(kind)) => {
            let mut found: Vec<(bool, u32, AttributeIx)> = values(network, applicant)
                .into_iter()
                .filter(|(ix, _)| corpus.kind(*ix) == kind)
                .map(|(ix, own)| (corpus.uses(ix) <= own, corpus.uses(ix), ix))
                .collect();
            found.sort_by(|p, q| {
                (p.0, p.1).cmp(&(q.0, q.1)).then_with(|| corpus.value(p.2).cmp(corpus.value(q.2)))
            });
            paged(found.into_iter().map(|(_, _, ix)| NodeIx::Attribute(ix)), before)
        }
        (NodeIx::Applicant(applicant), Relation::Linked(class)) => {
            let mut found: Vec<_> = network
                .links_of(applicant)
                .iter()
                .copied()
                .filter(|&ix| network.link(ix).class == class)
                .collect();
            found.sort_by_cached_key(|&ix| {
                (std::cmp::Reverse(network.link(ix).bits), network.link_order(ix))
            });
            let other = |ix| {
                let link = network.link(ix);
                NodeIx::Applicant(if link.a == applicant { link.b } else { link.a })
            };
            paged(found.into_iter().map(other), before)
        }
        (NodeIx::Attribute(attribute), Relation::Users) => {
            let uses = corpus.uses(attribute);
            if uses <= SORTED {
                let mut users = network.users(attribute);
                users.sort_by_cached_key(|&user| {
                    (std::cmp::Reverse(network.links_of(user).len()), network.order(user))
                });
                return paged(users.into_iter().map(NodeIx::Applicant), before);
            }
            let mut seen = BTreeSet::new();
            let newest = corpus.uses_of(attribute).map(|(app, _)| network.applicant_of(app));
            let nodes = newest
                .filter(|&user| seen.insert(user))
                .skip(before)
                .take(PAGE)
                .map(NodeIx::Applicant)
                .collect();
            Page { nodes, before, total: uses as usize }
        }
        _ => Page { nodes: Vec::new(), before, total: 0 },
    }
}

fn paged(all: impl ExactSizeIterator<Item = NodeIx>, before: usize) -> Page {
    let total = all.len();
    Page { nodes: all.skip(before).take(PAGE).collect(), before, total }
}

#[cfg(test)]
pub mod tests {
    //! Also makes networks for the tests of other files.

    use super::*;
    use crate::{
        matching::{Applicants, Corpus, Entry},
        model::{
            AppIx, Applicant, ApplicantId, Application, Attribute, Bits, Column, Link,
            LinkStrength, Normalized, Role, Source,
        },
        normalize::normalize,
    };
    use proptest::prelude::*;
    use std::sync::Arc;

    /// A corpus of one application each: phones by number.
    pub fn corpus(phones: &[Vec<u8>]) -> Corpus {
        let rows = phones.iter().enumerate().map(|(i, phones)| {
            let mut attributes: Vec<_> = phones
                .iter()
                .map(|n| Attribute { kind: AttributeKind::Phone, value: format!("+1202555{n:04}") })
                .map(|attribute| (attribute, Role::Own))
                .collect();
            attributes.sort();
            attributes.dedup();
            let application = Application {
                id: format!("APP-{i:04}").parse().unwrap(),
                fields: BTreeMap::<Column, String>::new().into(),
                extra: BTreeMap::new(),
                nested: BTreeMap::new(),
                source: Source { file: "a.csv".to_owned(), row: 1 },
            };
            let normalized = Arc::new(Normalized { attributes, ..normalize(&application) });
            Entry { normalized, label: format!("Person {i}").into_boxed_str() }
        });
        Corpus::build(rows.collect())
    }

    /// A network over it with these links.
    fn network(phones: &[Vec<u8>], links: &[(u32, u32, i16)]) -> Network {
        let corpus = corpus(phones);
        let applicants = (0..phones.len())
            .map(|i| Applicant {
                id: ApplicantId::derive(&i.to_string()),
                applications: vec![AppIx::new(i)],
            })
            .collect();
        let applicants = Applicants::new(applicants, corpus.len());
        let mut network = Network::new(corpus, applicants, Vec::new());
        let n = u32::try_from(phones.len()).unwrap();
        for &(a, b, bits) in links {
            let (a, b) = (ApplicantIx(a % n), ApplicantIx(b % n));
            if a != b {
                network.put_link(Link {
                    a: a.min(b),
                    b: a.max(b),
                    class: LinkClass::SharedInfrastructure,
                    strength: LinkStrength::Ring,
                    bits: Bits::new(f64::from(bits)),
                    evidence: Vec::new(),
                });
            }
        }
        network
    }

    fn all(network: &Network, node: NodeIx, relation: Relation) -> Vec<NodeIx> {
        let mut found = Vec::new();
        for page in 0.. {
            let page = expand(network, node, relation, page);
            if page.nodes.is_empty() {
                return found;
            }
            assert_eq!(page.before, found.len());
            assert!(page.nodes.len() <= PAGE);
            found.extend(page.nodes);
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn all_pages_together_hold_each_neighbour_once_and_as_many_as_were_counted(
            phones in prop::collection::vec(prop::collection::vec(0_u8..30, 0..40), 1..70),
            links in prop::collection::vec((any::<u32>(), any::<u32>(), 0_i16..90), 0..200),
        ) {
            let network = network(&phones, &links);
            let people = (0..phones.len()).map(|i| NodeIx::Applicant(ApplicantIx::new(i)));
            let values = network.corpus().attribute_numbers().map(NodeIx::Attribute);
            for node in people.chain(values) {
                for count in relations(&network, node) {
                    let found = all(&network, node, count.relation);
                    let unique: BTreeSet<_> = found.iter().copied().collect();
                    prop_assert_eq!(unique.len(), found.len());
                    prop_assert_eq!(found.len(), count.nodes);
                    prop_assert!(count.shared <= count.nodes && count.nodes > 0);
                    // What a node leads to leads back to it.
                    for other in found {
                        let back = relations(&network, other);
                        let leads = back.iter().any(|c| all(&network, other, c.relation).contains(&node));
                        prop_assert!(leads);
                    }
                }
            }
        }
    }

    #[test]
    fn shared_values_come_before_those_that_nobody_else_uses_and_rare_before_common() {
        let network = network(&[vec![1, 2, 3], vec![2], vec![2], vec![3]], &[]);
        let found =
            all(&network, NodeIx::Applicant(ApplicantIx(0)), Relation::Uses(AttributeKind::Phone));
        let told: Vec<&str> = found
            .iter()
            .map(|node| match node {
                NodeIx::Attribute(ix) => network.corpus().value(*ix),
                NodeIx::Applicant(_) => "",
            })
            .collect();
        assert_eq!(told, ["+12025550003", "+12025550002", "+12025550001"]);
    }

    #[test]
    fn a_relation_of_another_node_leads_nowhere() {
        let network = network(&[vec![1]], &[]);
        let nobody = expand(&network, NodeIx::Applicant(ApplicantIx(0)), Relation::Users, 0);
        assert!(nobody.nodes.is_empty() && nobody.total == 0);
        let far = expand(
            &network,
            NodeIx::Applicant(ApplicantIx(0)),
            Relation::Uses(AttributeKind::Phone),
            usize::MAX,
        );
        assert!(far.nodes.is_empty() && far.total == 1);
    }

    #[test]
    fn names_of_relations_lead_back_to_them() {
        let kinds = AttributeKind::ALL.iter().map(|&kind| Relation::Uses(kind));
        let classes = CLASSES.iter().map(|(class, _)| Relation::Linked(*class));
        let mut seen = BTreeSet::new();
        for relation in kinds.chain(classes).chain([Relation::Users]) {
            assert_eq!(relation.to_string().parse(), Ok(relation));
            assert!(seen.insert(relation.to_string()));
        }
        assert_eq!("".parse::<Relation>(), Err(UnknownRelation));
    }
}
