//! Files that were sent in: resumes and photos, each with what is known of it. Not responsible for files of the package.
//!
//! Invariant: a file has one object, whoever sent it; what was claimed of it twice is what was claimed first, in the order of
//! identities.

use crate::{
    normalize::document,
    referral::{
        Dossier, Identity,
        stix::{
            extension,
            object::{Frame, Object},
        },
    },
};
use serde_json::{Map, json};
use std::collections::BTreeMap;

/// What is known of files, by SHA-256.
#[derive(Debug, Default)]
pub(super) struct Files {
    resumes: BTreeMap<String, Resume>,
    photos: BTreeMap<String, u64>,
}

#[derive(Debug, Default)]
struct Resume {
    pdf_id: Option<String>,
    author: Option<String>,
}

impl Files {
    /// What the identities of a dossier claim of their files.
    pub(super) fn of(dossier: &Dossier) -> Self {
        let mut files = Self::default();
        for identity in &dossier.identities {
            for hash in values(identity, "resume_sha256") {
                let Some(key) = document::sha256(hash.1) else { continue };
                let resume = files.resumes.entry(key.into()).or_default();
                let beside = |column| beside(identity, column, hash.0);
                let pdf_id = beside("pdf_id").and_then(document::pdf_id);
                resume.pdf_id = resume.pdf_id.take().or(pdf_id.map(Into::into));
                let author = beside("pdf_author").map(str::trim).filter(|a| !a.is_empty());
                resume.author = resume.author.take().or(author.map(str::to_owned));
            }
            for hash in values(identity, "photo_sha256") {
                let phash = beside(identity, "photo_phash", hash.0).and_then(document::phash);
                if let (Some(key), Some(phash)) = (document::sha256(hash.1), phash) {
                    files.photos.entry(key.into()).or_insert(phash);
                }
            }
        }
        files
    }

    /// A resume.
    pub(super) fn resume(&self, frame: &Frame<'_>, hash: &str) -> Object {
        let known = self.resumes.get(hash);
        let mut pdf = Map::new();
        if let Some(id) = known.and_then(|r| r.pdf_id.as_ref()) {
            pdf.insert("pdfid0".to_owned(), id.as_str().into());
        }
        if let Some(author) = known.and_then(|r| r.author.as_ref()) {
            pdf.insert("document_info_dict".to_owned(), json!({ "Author": author }));
        }
        match pdf.is_empty() {
            true => frame.observable("file", json!({ "hashes": { "SHA-256": hash } })),
            false => frame
                .observable(
                    "file",
                    json!({ "hashes": { "SHA-256": hash }, "extensions": { "pdf-ext": pdf } }),
                )
                .set("mime_type", "application/pdf"),
        }
    }

    /// A photo.
    pub(super) fn photo(&self, frame: &Frame<'_>, hash: &str) -> Object {
        let hashes = json!({ "SHA-256": hash });
        match self.photos.get(hash) {
            None => frame.observable("file", json!({ "hashes": hashes })),
            Some(phash) => {
                let property = json!({
                    "extension_type": "property-extension",
                    "perceptual_hash": format!("{phash:016x}"),
                });
                let extensions = json!({ extension::ID: property });
                frame.observable("file", json!({ "hashes": hashes, "extensions": extensions }))
            }
        }
    }
}

type Applications<'i> = &'i [crate::model::ApplicationId];

fn values<'i>(
    identity: &'i Identity,
    column: &str,
) -> impl Iterator<Item = (Applications<'i>, &'i str)> {
    let claims = identity.claims.iter().filter(move |c| c.column == column);
    claims.map(|c| (&*c.applications, &*c.value))
}

/// What the same applications claim in another column.
fn beside<'i>(
    identity: &'i Identity,
    column: &'static str,
    applications: Applications<'_>,
) -> Option<&'i str> {
    let claims = values(identity, column);
    let mut same = claims.filter(|(of, _)| of.iter().any(|a| applications.contains(a)));
    same.next().map(|(_, value)| value)
}
