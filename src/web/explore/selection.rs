//! What a selection has in common: values shared, applicants that use several values, links among the selected.
//! Not responsible for how it is shown (`pages::explore`).
//!
//! Invariant: rarest first, since a rare thing in common says most; what was not looked at is counted.

use crate::{
    engine::View,
    explain,
    graph::{self, NodeIx},
    model::{ApplicantIx, AttributeIx, Bits, Discount, LinkIx},
};
use std::{cmp::Reverse, collections::BTreeMap};

/// Users of a value up to which they are looked through.
const LOOKED: u32 = 2_000;

/// Something that at least two of the selected have in common.
pub struct ShareRow {
    /// A value shared by applicants, or an applicant that uses several values.
    pub node: NodeIx,
    /// Those of the selected that have it.
    pub who: Vec<NodeIx>,
    /// Applications that use the value; 0 of an applicant.
    pub uses: u32,
    /// The most it is worth between two of the selected; none when it was not weighed.
    pub bits: Option<Bits>,
    /// Why it counts for less.
    pub discount: Option<Discount>,
}

/// A link between two of the selected.
pub struct LinkRow {
    /// The link.
    pub link: LinkIx,
    /// One end.
    pub a: ApplicantIx,
    /// The other.
    pub b: ApplicantIx,
    /// What it is worth.
    pub bits: Bits,
    /// What it rests on, in a sentence.
    pub sentence: String,
}

/// What the selected have in common.
#[derive(Default)]
pub struct Selection {
    /// What several of them have in common, the rarest first.
    pub shares: Vec<ShareRow>,
    /// Links among them, the strongest first.
    pub links: Vec<LinkRow>,
    /// Selected values with so many users that these were not looked through.
    pub crowded: usize,
}

impl Selection {
    /// What these nodes have in common. O(selected² + values and links of the selected + users of their values, where
    /// those are not too many).
    pub fn of(view: &View, nodes: &[NodeIx]) -> Self {
        let applicants: Vec<ApplicantIx> = nodes
            .iter()
            .filter_map(|n| match n {
                NodeIx::Applicant(ix) => Some(*ix),
                NodeIx::Attribute(_) => None,
            })
            .collect();
        let values: Vec<AttributeIx> = nodes
            .iter()
            .filter_map(|n| match n {
                NodeIx::Attribute(ix) => Some(*ix),
                NodeIx::Applicant(_) => None,
            })
            .collect();
        let links = links(view, &applicants);
        let mut shares = shared(view, &applicants, &links);
        let (users, crowded) = using(view, &values, &applicants);
        shares.extend(users);
        Self { shares, links, crowded }
    }
}

fn links(view: &View, applicants: &[ApplicantIx]) -> Vec<LinkRow> {
    let network = &view.network;
    let mut found = Vec::new();
    for (i, &a) in applicants.iter().enumerate() {
        for &b in applicants.iter().skip(i + 1) {
            let Some(ix) = network.link_between(a, b) else { continue };
            let link = network.link(ix);
            let sentence = explain::link_sentence(network, link);
            found.push(LinkRow { link: ix, a, b, bits: link.bits, sentence });
        }
    }
    found.sort_by_key(|row| (Reverse(row.bits), network.link_order(row.link)));
    found
}

/// Values that at least two of the applicants use.
fn shared(view: &View, applicants: &[ApplicantIx], links: &[LinkRow]) -> Vec<ShareRow> {
    let network = &view.network;
    let mut users: BTreeMap<AttributeIx, Vec<NodeIx>> = BTreeMap::new();
    for &applicant in applicants {
        for value in graph::values_of(network, applicant) {
            users.entry(value).or_default().push(NodeIx::Applicant(applicant));
        }
    }
    let mut worth: BTreeMap<AttributeIx, (Bits, Option<Discount>)> = BTreeMap::new();
    for row in links {
        for e in &network.link(row.link).evidence {
            let Some(value) = e.attribute else { continue };
            let known = worth.entry(value).or_insert((e.bits, e.discount));
            if e.bits > known.0 {
                *known = (e.bits, e.discount);
            }
        }
    }
    let corpus = network.corpus();
    let mut rows: Vec<ShareRow> = users
        .into_iter()
        .filter(|(_, who)| who.len() > 1)
        .map(|(value, who)| ShareRow {
            node: NodeIx::Attribute(value),
            who,
            uses: corpus.uses(value),
            bits: worth.get(&value).map(|(bits, _)| *bits),
            discount: worth.get(&value).and_then(|(_, discount)| *discount),
        })
        .collect();
    rows.sort_by_cached_key(|row| {
        let value = match row.node {
            NodeIx::Attribute(ix) => corpus.value(ix).to_owned(),
            NodeIx::Applicant(_) => String::new(),
        };
        (row.uses, Reverse(row.who.len()), value)
    });
    rows
}

/// Applicants that use at least two of the values, and how many values were too crowded to look through.
fn using(view: &View, values: &[AttributeIx], selected: &[ApplicantIx]) -> (Vec<ShareRow>, usize) {
    if values.len() < 2 {
        return (Vec::new(), 0);
    }
    let network = &view.network;
    let (few, many): (Vec<AttributeIx>, Vec<AttributeIx>) =
        values.iter().partition(|&&v| network.corpus().uses(v) <= LOOKED);
    let mut uses: BTreeMap<ApplicantIx, Vec<NodeIx>> = BTreeMap::new();
    for &value in &few {
        for user in network.users(value) {
            uses.entry(user).or_default().push(NodeIx::Attribute(value));
        }
    }
    for &applicant in selected {
        uses.entry(applicant).or_default();
    }
    // Of a crowded value only those are asked who turned up already.
    for (user, found) in &mut uses {
        if many.is_empty() {
            break;
        }
        let own = graph::values_of(network, *user);
        found.extend(
            many.iter().filter(|v| own.binary_search(v).is_ok()).map(|&v| NodeIx::Attribute(v)),
        );
    }
    let mut rows: Vec<ShareRow> = uses
        .into_iter()
        .filter(|(_, who)| who.len() > 1)
        .map(|(user, who)| ShareRow {
            node: NodeIx::Applicant(user),
            who,
            uses: 0,
            bits: None,
            discount: None,
        })
        .collect();
    rows.sort_by_cached_key(|row| {
        let order = match row.node {
            NodeIx::Applicant(ix) => network.order(ix),
            NodeIx::Attribute(_) => 0,
        };
        (Reverse(row.who.len()), order)
    });
    (rows, many.len())
}
