//! The network: applicants, attributes and links as one graph, in compact form. Not responsible for weighing
//! links (`matching`) nor for judging components (`rings`).
//!
//! Invariant: every application belongs to exactly one applicant; adjacency lists are sorted and agree with
//! `links`.

use crate::{
    matching::Corpus,
    model::{AppIx, Applicant, ApplicantId, ApplicantIx, AttributeIx, Link, LinkIx},
};
use rustc_hash::FxHashMap;

/// Applicants, attributes and links.
#[derive(Debug, Default)]
pub struct Network {
    corpus: Corpus,
    applicants: Vec<Applicant>,
    applicant_of: Vec<ApplicantIx>,
    links: Vec<Link>,
    adjacency: Vec<Vec<LinkIx>>,
    by_id: FxHashMap<ApplicantId, ApplicantIx>,
}

impl Network {
    /// The network of a corpus whose applications resolve to these applicants, with these links between them.
    #[must_use]
    pub fn new(corpus: Corpus, applicants: Vec<Applicant>, links: Vec<Link>) -> Self {
        let mut applicant_of = vec![ApplicantIx::default(); corpus.len()];
        for (i, applicant) in applicants.iter().enumerate() {
            for app in &applicant.applications {
                applicant_of[app.at()] = ApplicantIx::new(i);
            }
        }
        let mut adjacency = vec![Vec::new(); applicants.len()];
        for (i, link) in links.iter().enumerate() {
            adjacency[link.a.at()].push(LinkIx::new(i));
            adjacency[link.b.at()].push(LinkIx::new(i));
        }
        let by_id = applicants
            .iter()
            .enumerate()
            .map(|(i, a)| (a.id.clone(), ApplicantIx::new(i)))
            .collect();
        Self { corpus, applicants, applicant_of, links, adjacency, by_id }
    }

    /// The applications and attributes under it.
    #[must_use]
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// Every applicant.
    #[must_use]
    pub fn applicants(&self) -> &[Applicant] {
        &self.applicants
    }

    /// One applicant.
    ///
    /// # Panics
    /// When the index is of another network.
    #[must_use]
    pub fn applicant(&self, ix: ApplicantIx) -> &Applicant {
        &self.applicants[ix.at()]
    }

    /// The applicant with this id.
    #[must_use]
    pub fn find(&self, id: &ApplicantId) -> Option<ApplicantIx> {
        self.by_id.get(id).copied()
    }

    /// The applicant an application belongs to.
    ///
    /// # Panics
    /// When the index is of another network.
    #[must_use]
    pub fn applicant_of(&self, app: AppIx) -> ApplicantIx {
        self.applicant_of[app.at()]
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

    /// Every link, sorted by its ends.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// One link.
    ///
    /// # Panics
    /// When the index is of another network.
    #[must_use]
    pub fn link(&self, ix: LinkIx) -> &Link {
        &self.links[ix.at()]
    }

    /// The links of an applicant.
    ///
    /// # Panics
    /// When the index is of another network.
    #[must_use]
    pub fn links_of(&self, ix: ApplicantIx) -> &[LinkIx] {
        &self.adjacency[ix.at()]
    }

    /// The link between two applicants, if there is one.
    #[must_use]
    pub fn link_between(&self, a: ApplicantIx, b: ApplicantIx) -> Option<LinkIx> {
        let ends = (a.min(b), a.max(b));
        self.links_of(a).iter().copied().find(|&l| (self.link(l).a, self.link(l).b) == ends)
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
}
