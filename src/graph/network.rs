//! The network: applicants, attributes and links as one graph, in compact form. Not responsible for weighing
//! links (`matching`) nor for judging components (`rings`).
//!
//! It is cheap to clone and to change in a few places, so that a view keeps the network it has while the next is
//! made from it.
//!
//! Invariant: every application belongs to exactly one applicant; adjacency lists are sorted and agree with the
//! links; the number of a link is never given to another pair of applicants.

use crate::{
    matching::{Applicants, Corpus, Shelf},
    model::{AppIx, Applicant, ApplicantId, ApplicantIx, AttributeIx, Link, LinkIx},
};
use std::sync::Arc;

/// Applicants, attributes and links. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Network {
    corpus: Corpus,
    applicants: Applicants,
    /// By number; none where one was removed.
    links: Shelf<Option<Arc<Link>>>,
    n_links: usize,
    /// The links of each applicant.
    adjacency: Shelf<Vec<LinkIx>>,
}

impl Network {
    /// The network of a corpus whose applications resolve to these applicants, with these links between them,
    /// numbered in this order. O(applicants + links).
    #[must_use]
    pub fn new(corpus: Corpus, applicants: Applicants, links: Vec<Link>) -> Self {
        Self::from_slots(corpus, applicants, links.into_iter().map(Some))
    }

    /// The same from links by number, none where one was removed.
    #[must_use]
    pub fn from_slots(
        corpus: Corpus,
        applicants: Applicants,
        links: impl IntoIterator<Item = Option<Link>>,
    ) -> Self {
        let mut adjacency = vec![Vec::new(); applicants.slots()];
        let (mut all, mut n_links) = (Shelf::default(), 0);
        for link in links {
            if let Some(link) = &link {
                let ix = LinkIx::new(all.len());
                adjacency[link.a.at()].push(ix);
                adjacency[link.b.at()].push(ix);
                n_links += 1;
            }
            all.push(link.map(Arc::new));
        }
        let adjacency = adjacency.into_iter().collect();
        Self { corpus, applicants, links: all, n_links, adjacency }
    }

    /// The applications and attributes under it.
    #[must_use]
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// Every applicant.
    #[must_use]
    pub fn applicants(&self) -> &Applicants {
        &self.applicants
    }

    /// One applicant.
    ///
    /// # Panics
    /// When the index is of another network.
    #[must_use]
    pub fn applicant(&self, ix: ApplicantIx) -> &Applicant {
        self.applicants.get(ix)
    }

    /// The applicant with this id.
    #[must_use]
    pub fn find(&self, id: &ApplicantId) -> Option<ApplicantIx> {
        self.applicants.find(id)
    }

    /// The applicant an application belongs to.
    ///
    /// # Panics
    /// When the index is of another network.
    #[must_use]
    pub fn applicant_of(&self, app: AppIx) -> ApplicantIx {
        self.applicants.of(app)
    }

    /// The name an applicant is shown under: that of the newest application.
    #[must_use]
    pub fn label(&self, ix: ApplicantIx) -> &str {
        self.newest(ix).map_or("", |app| self.corpus.label(app))
    }

    /// The application of an applicant that arrived last.
    #[must_use]
    pub fn newest(&self, ix: ApplicantIx) -> Option<AppIx> {
        self.applicant(ix).applications.iter().max().copied()
    }

    /// An order of applicants that does not depend on their arrival: by the least key of their applications.
    ///
    /// # Panics
    /// When the index is of another network.
    #[must_use]
    pub fn order(&self, ix: ApplicantIx) -> u64 {
        let keys = self.applicant(ix).applications.iter().map(|&app| self.corpus.app(app).key());
        keys.min().unwrap_or(u64::MAX)
    }

    /// An order of links that does not depend on arrival: by that of their ends.
    ///
    /// # Panics
    /// When the index is of another network.
    #[must_use]
    pub fn link_order(&self, ix: LinkIx) -> (u64, u64) {
        let link = self.link(ix);
        let (a, b) = (self.order(link.a), self.order(link.b));
        (a.min(b), a.max(b))
    }

    /// Number of links.
    #[must_use]
    pub fn n_links(&self) -> usize {
        self.n_links
    }

    /// Every link, by number.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        self.link_slots().flatten()
    }

    /// The number of every link, sorted.
    pub fn link_ixs(&self) -> impl Iterator<Item = LinkIx> {
        let live = |(i, link): (usize, Option<&Link>)| link.map(|_| LinkIx::new(i));
        self.link_slots().enumerate().filter_map(live)
    }

    /// Every number that a link was ever given, with the link that has it.
    pub fn link_slots(&self) -> impl ExactSizeIterator<Item = Option<&Link>> {
        (0..self.links.len()).map(|i| self.links.get(i).as_deref())
    }

    /// One link.
    ///
    /// # Panics
    /// When the index is of another network, or of a link that was removed.
    #[must_use]
    pub fn link(&self, ix: LinkIx) -> &Link {
        match self.links.get(ix.at()) {
            Some(link) => link,
            None => panic!("link {} was removed", ix.0),
        }
    }

    /// The links of an applicant, sorted.
    ///
    /// # Panics
    /// When the index is of another network.
    #[must_use]
    pub fn links_of(&self, ix: ApplicantIx) -> &[LinkIx] {
        self.adjacency.get(ix.at())
    }

    /// The link between two applicants, if there is one. O(links of the one that has fewer).
    #[must_use]
    pub fn link_between(&self, a: ApplicantIx, b: ApplicantIx) -> Option<LinkIx> {
        let ends = (a.min(b), a.max(b));
        let (of_a, of_b) = (self.links_of(a), self.links_of(b));
        let fewer = if of_a.len() <= of_b.len() { of_a } else { of_b };
        fewer.iter().copied().find(|&l| (self.link(l).a, self.link(l).b) == ends)
    }

    /// The applicants that use an attribute, sorted, without repeats.
    #[must_use]
    pub fn users(&self, attribute: AttributeIx) -> Vec<ApplicantIx> {
        let mut users: Vec<_> =
            self.corpus.uses_of(attribute).map(|(app, _)| self.applicant_of(app)).collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    /// Puts another corpus under it, one that has all applications of this one at their places.
    pub fn set_corpus(&mut self, corpus: Corpus) {
        self.corpus = corpus;
    }

    /// Adds an applicant, without links; its applications are now its, whoever had them. O(applications).
    pub fn add_applicant(&mut self, applicant: Applicant) -> ApplicantIx {
        self.adjacency.push(Vec::new());
        self.applicants.add(applicant)
    }

    /// Takes an applicant out, and its links; returns to whom. O(links of those it is linked to).
    ///
    /// # Panics
    /// When the index is of another network.
    pub fn retire(&mut self, ix: ApplicantIx) -> Vec<ApplicantIx> {
        let links = self.adjacency.get(ix.at()).clone();
        let taken: Vec<_> = links.into_iter().filter_map(|link| self.take_out(link)).collect();
        self.applicants.retire(ix);
        taken.iter().map(|link| if link.a == ix { link.b } else { link.a }).collect()
    }

    /// Puts a link where there is none, or in the place of the one between the same two. O(links of an end).
    ///
    /// # Panics
    /// When an end is of another network.
    pub fn put_link(&mut self, link: Link) -> LinkIx {
        if let Some(ix) = self.link_between(link.a, link.b) {
            *self.links.get_mut(ix.at()) = Some(Arc::new(link));
            return ix;
        }
        let ix = LinkIx::new(self.links.len());
        self.adjacency.get_mut(link.a.at()).push(ix);
        self.adjacency.get_mut(link.b.at()).push(ix);
        self.links.push(Some(Arc::new(link)));
        self.n_links += 1;
        ix
    }

    /// Removes the link between two applicants and says which it was, if there is one. O(links of the ends).
    ///
    /// # Panics
    /// When an end is of another network.
    pub fn remove_link(&mut self, a: ApplicantIx, b: ApplicantIx) -> Option<LinkIx> {
        let ix = self.link_between(a, b)?;
        self.take_out(ix);
        Some(ix)
    }

    fn take_out(&mut self, ix: LinkIx) -> Option<Arc<Link>> {
        let link = self.links.get_mut(ix.at()).take()?;
        for end in [link.a, link.b] {
            self.adjacency.get_mut(end.at()).retain(|&l| l != ix);
        }
        self.n_links -= 1;
        Some(link)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bits, LinkClass, LinkStrength};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn link(a: u32, b: u32, bits: f64) -> Link {
        Link {
            a: ApplicantIx(a.min(b)),
            b: ApplicantIx(a.max(b)),
            class: LinkClass::SharedInfrastructure,
            strength: LinkStrength::Ring,
            bits: Bits::new(bits),
            evidence: Vec::new(),
        }
    }

    fn person(n: u32) -> Applicant {
        Applicant { id: ApplicantId::derive(&n.to_string()), applications: vec![AppIx(n)] }
    }

    fn told(network: &Network) -> BTreeMap<(u32, u32), Bits> {
        network.links().map(|l| ((l.a.0, l.b.0), l.bits)).collect()
    }

    proptest! {
        #[test]
        fn changes_do_what_they_say_and_a_clone_does_not_see_them(
            changes in prop::collection::vec((0_u32..12, 0_u32..12, 0_u8..4), 0..80),
        ) {
            let people = Applicants::new((0..12).map(person).collect(), 12);
            let mut network = Network::new(Corpus::default(), people, vec![link(0, 1, 1.0)]);
            let before = network.clone();
            let mut plain = told(&network);
            let mut numbers: BTreeMap<LinkIx, (u32, u32)> = [(LinkIx(0), (0, 1))].into();
            for (i, (a, b, change)) in (0_u32..).zip(changes) {
                let live = |n| network.applicants().is_live(ApplicantIx(n));
                if a == b || !live(a) || !live(b) {
                    continue;
                }
                let ends = (a.min(b), a.max(b));
                match change {
                    0 | 1 => {
                        let ix = network.put_link(link(a, b, f64::from(i)));
                        prop_assert_eq!(*numbers.entry(ix).or_insert(ends), ends);
                        plain.insert(ends, Bits::new(f64::from(i)));
                    }
                    2 => {
                        let gone = network.remove_link(ApplicantIx(a), ApplicantIx(b)).is_some();
                        prop_assert_eq!(gone, plain.remove(&ends).is_some());
                    }
                    _ if i % 5 == 0 => {
                        network.retire(ApplicantIx(a));
                        plain.retain(|&(p, q), _| p != a && q != a);
                    }
                    _ => {}
                }
            }
            prop_assert_eq!(told(&network), plain);
            prop_assert_eq!(network.links().count(), network.n_links());
            for (ix, _) in network.applicants().iter() {
                let of: Vec<LinkIx> = network
                    .link_ixs()
                    .filter(|&l| [network.link(l).a, network.link(l).b].contains(&ix))
                    .collect();
                prop_assert_eq!(network.links_of(ix), of);
            }
            prop_assert_eq!(told(&before), [((0, 1), Bits::new(1.0))].into());
            prop_assert_eq!(before.applicants().len(), 12);
        }
    }
}
