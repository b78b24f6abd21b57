//! The corpus: every application's newest version in normalised form, and who uses which attribute. What all
//! comparison is judged against. Not responsible for comparing, and keeps no raw text but the display label.
//!
//! Invariant: applications are sorted by id, `attributes` by kind and value, postings by application, and both
//! directions agree: the corpus depends only on the set of applications, whatever the order of their arrival.

use crate::{
    matching::{Counts, NameTable, blocking::identity_keys},
    model::{AppIx, ApplicationId, Attribute, AttributeId, AttributeIx, Normalized, Role},
};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, OnceLock};

/// One application as it enters a corpus.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its newest version, normalised.
    pub normalized: Arc<Normalized>,
    /// What it is shown as: the name as received, or what it has instead.
    pub label: Box<str>,
    /// When it first arrived, as a position in the journal.
    pub arrival: u64,
}

/// Every application in normalised form, with the attributes they share.
#[derive(Debug, Default)]
pub struct Corpus {
    applications: Vec<Arc<Normalized>>,
    labels: Vec<Box<str>>,
    arrivals: Vec<u64>,
    attributes: Vec<Attribute>,
    users: Vec<Vec<(AppIx, Role)>>,
    used: Vec<Vec<(AttributeIx, Role)>>,
    by_id: FxHashMap<ApplicationId, AppIx>,
    by_attribute: FxHashMap<AttributeId, AttributeIx>,
    common: Arc<Common>,
    texts: Vec<Box<[u32]>>,
    blocks: OnceLock<Vec<(u64, AppIx)>>,
}

/// What is reckoned over all applications: how common names, values and passages are.
#[derive(Debug, Default)]
struct Common {
    names: NameTable,
    counts: Counts,
    /// Buildings in which somebody gave a unit.
    divided: FxHashSet<Box<str>>,
    /// Passages that many applications contain.
    passages: FxHashSet<u32>,
}

impl Corpus {
    /// The corpus of these applications, in any order; ids must be distinct. O(n log n) in the number of
    /// attributes used.
    #[must_use]
    pub fn build(entries: Vec<Entry>) -> Self {
        let common = Common::of(&entries);
        Self::assemble(entries, Arc::new(common))
    }

    /// A small corpus of these applications in which values are as common as they are in `whole`.
    #[must_use]
    pub fn around(whole: &Self, entries: Vec<Entry>) -> Self {
        Self::assemble(entries, Arc::clone(&whole.common))
    }

    fn assemble(mut entries: Vec<Entry>, common: Arc<Common>) -> Self {
        entries.sort_unstable_by(|a, b| a.normalized.id.cmp(&b.normalized.id));
        let mut applications = Vec::with_capacity(entries.len());
        let mut labels = Vec::with_capacity(entries.len());
        let mut arrivals = Vec::with_capacity(entries.len());
        for entry in entries {
            applications.push(entry.normalized);
            labels.push(entry.label);
            arrivals.push(entry.arrival);
        }
        let mut all: Vec<(&Attribute, AppIx, Role)> = applications
            .iter()
            .enumerate()
            .flat_map(|(i, n)| n.attributes.iter().map(move |(a, role)| (a, AppIx::new(i), *role)))
            .collect();
        all.sort_unstable();
        let mut attributes: Vec<Attribute> = Vec::new();
        let mut users: Vec<Vec<(AppIx, Role)>> = Vec::new();
        let mut used: Vec<Vec<(AttributeIx, Role)>> = vec![Vec::new(); applications.len()];
        for (attribute, app, role) in all {
            if attributes.last() != Some(attribute) {
                attributes.push(attribute.clone());
                users.push(Vec::new());
            }
            let ix = AttributeIx::new(attributes.len() - 1);
            if let Some(list) = users.last_mut() {
                list.push((app, role));
            }
            if let Some(list) = used.get_mut(app.at()) {
                list.push((ix, role));
            }
        }
        let by_id =
            applications.iter().enumerate().map(|(i, n)| (n.id.clone(), AppIx::new(i))).collect();
        let by_attribute =
            attributes.iter().enumerate().map(|(i, a)| (a.id(), AttributeIx::new(i))).collect();
        let texts = applications
            .iter()
            .map(|n| n.resume.as_ref().map_or(&[][..], |r| &r.shingles))
            .map(|text| text.iter().copied().filter(|s| !common.passages.contains(s)).collect())
            .collect();
        Self {
            applications,
            labels,
            arrivals,
            attributes,
            users,
            used,
            by_id,
            by_attribute,
            common,
            texts,
            blocks: OnceLock::new(),
        }
    }

    /// How common name tokens are.
    #[must_use]
    pub fn names(&self) -> &NameTable {
        &self.common.names
    }

    /// How common other values are.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.common.counts
    }

    /// The shingles of an application's resume that are its own: without those that many others have too.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn own_text(&self, app: AppIx) -> &[u32] {
        &self.texts[app.at()]
    }

    /// The applications with a blocking key, sorted. The index is made at the first call: O(n log n).
    pub fn block(&self, key: u64) -> impl Iterator<Item = AppIx> {
        let blocks = self.blocks.get_or_init(|| {
            let mut blocks: Vec<(u64, AppIx)> = self
                .applications
                .par_iter()
                .enumerate()
                .flat_map_iter(|(i, n)| {
                    identity_keys(n).into_iter().map(move |key| (key, AppIx::new(i)))
                })
                .collect();
            blocks.par_sort_unstable();
            blocks
        });
        let from = blocks.partition_point(|(k, _)| *k < key);
        blocks[from..].iter().take_while(move |(k, _)| *k == key).map(|(_, app)| *app)
    }

    /// Whether somebody gave a unit in this building, so that an address without one is not a dwelling.
    #[must_use]
    pub fn is_divided(&self, building: &str) -> bool {
        self.common.divided.contains(building)
    }

    /// The index of an attribute, if any application has it.
    #[must_use]
    pub fn index_of(&self, attribute: &Attribute) -> Option<AttributeIx> {
        self.attributes.binary_search(attribute).ok().map(AttributeIx::new)
    }

    /// Every application, sorted by id.
    #[must_use]
    pub fn applications(&self) -> &[Arc<Normalized>] {
        &self.applications
    }

    /// One application.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn application(&self, app: AppIx) -> &Normalized {
        &self.applications[app.at()]
    }

    /// The label shown for an application: its name as received, or what it has instead.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn label(&self, app: AppIx) -> &str {
        &self.labels[app.at()]
    }

    /// When an application first arrived, as a position in the journal.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn arrival(&self, app: AppIx) -> u64 {
        self.arrivals[app.at()]
    }

    /// The application with this id.
    #[must_use]
    pub fn find(&self, id: &ApplicationId) -> Option<AppIx> {
        self.by_id.get(id).copied()
    }

    /// Every attribute, sorted.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// One attribute.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn attribute(&self, attribute: AttributeIx) -> &Attribute {
        &self.attributes[attribute.at()]
    }

    /// The attribute with this id.
    #[must_use]
    pub fn find_attribute(&self, id: &AttributeId) -> Option<AttributeIx> {
        self.by_attribute.get(id).copied()
    }

    /// The applications that use an attribute, and how, sorted.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn users(&self, attribute: AttributeIx) -> &[(AppIx, Role)] {
        &self.users[attribute.at()]
    }

    /// The attributes of an application, and how it uses them, sorted.
    ///
    /// # Panics
    /// When the index is of another corpus.
    #[must_use]
    pub fn used(&self, app: AppIx) -> &[(AttributeIx, Role)] {
        &self.used[app.at()]
    }
}

/// A passage under more mailboxes than this is a template or a copied posting: one application in 2,000, at
/// least 25, but in a small store no more than one in 60.
fn common_passage(applications: usize) -> u32 {
    let least = (applications / 60).min(25);
    u32::try_from((applications / 2_000).max(least).max(2)).unwrap_or(u32::MAX)
}

impl Common {
    fn of(entries: &[Entry]) -> Self {
        let all = || entries.iter().map(|e| &*e.normalized);
        let mut passages: FxHashMap<u32, u32> = FxHashMap::default();
        // Each mailbox counts once: a person who applies ten times makes no template.
        let mut mailboxes: FxHashSet<&str> = FxHashSet::default();
        let mut sorted: Vec<&Normalized> = all().collect();
        sorted.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        for n in sorted {
            let first = n.email.as_ref().is_none_or(|e| mailboxes.insert(&e.canonical));
            for shingle in n.resume.iter().filter(|_| first).flat_map(|r| &r.shingles) {
                *passages.entry(*shingle).or_default() += 1;
            }
        }
        let limit = common_passage(entries.len());
        passages.retain(|_, count| *count > limit);
        Self {
            names: NameTable::build(all().filter_map(|n| n.name.as_ref())),
            counts: Counts::build(all()),
            divided: all()
                .flat_map(|n| n.home.iter().chain(&n.shipping))
                .filter(|a| a.unit.is_some() && !a.building.is_empty())
                .map(|a| a.building.clone())
                .collect(),
            passages: passages.into_keys().collect(),
        }
    }
}
