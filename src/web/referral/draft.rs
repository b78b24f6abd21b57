//! A package before it is made: what it would say and the files it would have. Not responsible for choosing (`asked`), for
//! redacting (`referral::build`), nor for keeping it (`kept`).
//!
//! Invariant: a draft is made the same way for its preview and for the package.

use crate::{
    casework::Attachments,
    engine::{Cases, Engine, View},
    model::{Case, ReferralId},
    referral::{
        Built, Dossier, Ground, Organisation, PackageFile, ReferralError, Scope, build,
        package::{Package, Recipient, assemble},
    },
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
    /// The key of hashed values, where there is one.
    pub key: Option<&'a [u8]>,
}

/// A package before it is made.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// What it says.
    pub dossier: Dossier,
    /// The package itself; none where its files were not asked for.
    pub package: Option<Package>,
}

impl Drafted {
    /// The files it would have, by path; none where they were not asked for.
    #[must_use]
    pub fn files(&self) -> &[PackageFile] {
        self.package.as_ref().map_or(&[], |package| &package.files)
    }
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

/// The draft of what was asked for, over a real store. May take seconds where its files are written too.
///
/// # Errors
/// When a choice makes no package, when a form cannot be written, when a file would give away what is withheld, or when the
/// store fails.
pub fn draft(engine: &Engine, of: &ToRefer<'_>, files: Files) -> Result<Drafted, ReferralError> {
    let ground = Ground {
        engine,
        view: of.view,
        cases: of.cases,
        attachments: of.attachments,
        organisation: of.organisation,
        by: of.by,
        at: engine.clock().now(),
        case: Some(&of.case.id),
        supersedes: of.supersedes.cloned(),
        key: of.key,
    };
    let Built { mut dossier, secrets } = build(&ground, of.ring, of.scope)?;
    // The same whenever the same form is sent, so that a form sent twice makes one package.
    dossier.heading.referral = of.id.clone();
    let read = |text: &String| text.parse::<Recipient>();
    let recipients: Result<Vec<Recipient>, _> = of.scope.annex_for.iter().map(read).collect();
    let recipients = recipients.map_err(|e| ReferralError::Scope(e.to_string()))?;
    let package = match files.are_written(&dossier) {
        true => Some(assemble(&dossier, &secrets, &recipients)?),
        false => None,
    };
    Ok(Drafted { dossier, package })
}
