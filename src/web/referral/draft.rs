//! A package before it is made: what it would say and the files it would have. Not responsible for choosing (`asked`), for
//! redacting (`referral::build`), nor for keeping it (`kept`).
//!
//! Invariant: a draft is made the same way for its preview and for the package.

use crate::{
    casework::Attachments,
    engine::{Cases, View},
    model::{Case, ReferralId},
    referral::{Dossier, Organisation, PackageFile, ReferralError, Scope},
};

/// What a package is made of.
pub struct ToRefer<'a> {
    /// What is seen of the store.
    pub view: &'a View,
    /// Every case.
    pub cases: &'a Cases,
    /// The case it is made of.
    pub case: &'a Case,
    /// Its ring.
    pub ring: &'a crate::model::RingId,
    /// What may leave.
    pub scope: &'a Scope,
    /// The files of cases.
    pub attachments: Option<&'a Attachments>,
    /// The house that refers.
    pub organisation: &'a Organisation,
    /// Who makes it.
    pub by: &'a str,
    /// The package it takes the place of.
    pub supersedes: Option<&'a ReferralId>,
    /// Its id.
    pub id: &'a ReferralId,
}

/// A package before it is made.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// What it says.
    pub dossier: Dossier,
    /// Its files, the manifest among them, in the order of the manifest; none where they were not asked for.
    pub files: Vec<PackageFile>,
}

/// Most identities of a package whose files are written for its preview too: a second's work.
pub const WEIGHED: usize = 60;

/// Whether the files of a draft are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Where that takes no longer than somebody waits for a preview.
    IfSmall,
    /// In any case: it is going to be made.
    All,
}

impl Files {
    /// Whether those of this dossier are.
    #[must_use]
    pub fn are_written(self, dossier: &Dossier) -> bool {
        self == Self::All || dossier.identities.len() <= WEIGHED
    }
}

/// A draft of a made-up dossier, until the real one is connected.
///
/// # Errors
/// When a form cannot be written.
pub fn connect(_: &crate::engine::Engine, of: &ToRefer<'_>, files: Files) -> Result<Drafted, ReferralError> {
    let mut dossier = crate::referral::sample::dossier(7);
    dossier.heading.referral = of.id.clone();
    dossier.heading.ring = of.ring.clone();
    dossier.heading.case = Some((of.case.id.clone(), of.case.title.clone()));
    dossier.heading.purpose.clone_from(&of.scope.purpose);
    dossier.heading.recipient.clone_from(&of.scope.recipient);
    dossier.heading.profile = of.scope.profile;
    dossier.heading.tlp = of.scope.tlp;
    let _ = files.are_written(&dossier);
    Ok(Drafted { dossier, files: Vec::new() })
}
