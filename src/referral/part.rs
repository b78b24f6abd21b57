//! Parts: the forms a package is written in, and the list of them. Not responsible for what may be in a package (`build`)
//! nor for putting its files together (`package`).
//!
//! Invariant: a part sees the dossier and nothing else; the same dossier gives the same bytes.

use crate::referral::{Dossier, ReferralError, originals};

/// One file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageFile {
    /// Its path in the package, parts joined by `/`.
    pub path: String,
    /// What is in it, for the README and the manifest.
    pub about: String,
    /// What it is, such as `text/csv`.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl PackageFile {
    /// A file.
    #[must_use]
    pub fn new(
        path: impl Into<String>,
        about: impl Into<String>,
        media_type: &'static str,
        bytes: Vec<u8>,
    ) -> Self {
        Self { path: path.into(), about: about.into(), media_type, bytes }
    }
}

/// A form that a package, or a part of it, is written in.
pub trait Part: Sync {
    /// Its name on the command line and in lists, in snake_case.
    fn name(&self) -> &'static str;

    /// What it is and who loads it, in a phrase.
    fn about(&self) -> &'static str;

    /// Its files; none where this dossier has nothing for it.
    ///
    /// # Errors
    /// When the dossier cannot be said in this form.
    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError>;
}

/// Every form, in the order in which files are listed.
pub const PARTS: &[&dyn Part] = &[&originals::Originals];
