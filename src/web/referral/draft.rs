//! A package before it is made: what it would say and the files it would have. Not responsible for choosing (`asked`), for
//! redacting (`referral::build`), nor for keeping it (`kept`).
//!
//! Invariant: a draft is made the same way for its preview and for the package.

use crate::{
    casework::Attachments,
    engine::{Cases, Engine, View},
    model::{Case, ReferralId},
    referral::{
        Built, Dossier, Ground, Organisation, PARTS, PackageFile, ReferralError, Scope, Secrets,
        build,
    },
    web::referral::{kept::MANIFEST, preview::sha256},
};
use serde::Serialize;

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
    let files = match files.are_written(&dossier) {
        true => assembled(&dossier, &secrets)?,
        false => Vec::new(),
    };
    Ok(Drafted { dossier, files })
}

/// A file as the manifest names it.
#[derive(Serialize)]
struct ManifestFile<'f> {
    path: &'f str,
    about: &'f str,
    media_type: &'f str,
    bytes: u64,
    sha256: String,
}

#[derive(Serialize)]
struct Manifest<'f> {
    referral_id: &'f ReferralId,
    tlp: &'static str,
    files: Vec<ManifestFile<'f>>,
}

/// The files of a dossier, by path, with the manifest that names the others: every form, applications as received, and the
/// files of the case.
fn assembled(dossier: &Dossier, secrets: &Secrets) -> Result<Vec<PackageFile>, ReferralError> {
    let mut files = Vec::new();
    for part in PARTS {
        files.extend(part.files(dossier)?);
    }
    for original in &dossier.originals {
        let about = format!("Application {} as received", original.application);
        files.push(PackageFile::new(
            &original.path,
            about,
            "application/json",
            original.bytes.clone(),
        ));
    }
    for file in &files {
        if let Some(what) = secrets.found_in(&file.bytes) {
            return Err(ReferralError::Leak { file: file.path.clone(), what: what.to_owned() });
        }
    }
    for attached in &dossier.attachments {
        let about = format!("File of the case, attached by {}", attached.by);
        let bytes = attached.bytes.clone();
        files.push(PackageFile::new(&attached.path, about, "application/octet-stream", bytes));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let listed = files.iter().map(|file| ManifestFile {
        path: &file.path,
        about: &file.about,
        media_type: file.media_type,
        bytes: file.bytes.len() as u64,
        sha256: sha256(&file.bytes),
    });
    let manifest = Manifest {
        referral_id: &dossier.heading.referral,
        tlp: dossier.heading.tlp.label(),
        files: listed.collect(),
    };
    let failed = |e: serde_json::Error| ReferralError::Part {
        file: MANIFEST.to_owned(),
        what: e.to_string(),
    };
    let bytes = serde_json::to_vec_pretty(&manifest).map_err(failed)?;
    let about = "Every other file with its size and SHA-256";
    files.push(PackageFile::new(MANIFEST, about, "application/json", bytes));
    Ok(files)
}
