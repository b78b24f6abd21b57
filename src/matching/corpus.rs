//! The corpus: every application's newest version in normalised form, and who uses which attribute. What all
//! comparison is judged against. Not responsible for comparing, and keeps no raw text but the display label.
//!
//! Invariant: `attributes` is sorted by kind and value, postings are sorted, and both directions agree, so the
//! corpus depends only on the set of applications and their order of arrival.

use crate::model::{AppIx, ApplicationId, Attribute, AttributeId, AttributeIx, Normalized, Role};
use rustc_hash::FxHashMap;

/// Every application in normalised form, with the attributes they share.
#[derive(Debug, Default)]
pub struct Corpus {
    applications: Vec<Normalized>,
    labels: Vec<Box<str>>,
    attributes: Vec<Attribute>,
    users: Vec<Vec<(AppIx, Role)>>,
    used: Vec<Vec<(AttributeIx, Role)>>,
    by_id: FxHashMap<ApplicationId, AppIx>,
    by_attribute: FxHashMap<AttributeId, AttributeIx>,
}

impl Corpus {
    /// The corpus of these applications, in order of arrival, each with the label shown for it (the name as
    /// received). Of several with one id the last counts. O(n log n) in the number of attributes.
    #[must_use]
    pub fn build(applications: Vec<(Normalized, Box<str>)>) -> Self {
        let (applications, labels): (Vec<_>, Vec<_>) = applications.into_iter().unzip();
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
        Self { applications, labels, attributes, users, used, by_id, by_attribute }
    }

    /// Every application, in order of arrival.
    #[must_use]
    pub fn applications(&self) -> &[Normalized] {
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
