//! The manifest: what a package is and every file in it by hash, in one form that never varies. Not responsible for
//! checking a package against it (`verify`).
//!
//! It seals itself: one field is the hash of all the others, so that a changed manifest can be told from a changed list
//! beside it even where no journal is at hand.
//!
//! Invariant: keys and files always stand in the same order; there is no fraction in it; `read` of `bytes` gives the same
//! bytes.

use crate::{
    model::{CaseId, FileHash, ReferralId, ReferralProfile, Review, RingId, RingStatus, Seq},
    referral::{
        Dossier, Organisation, PARTS, PackageFile, ReferralError,
        package::{EVIDENCE, MANIFEST, SUMS, sha256},
    },
};
use serde::{Deserialize, Serialize};

/// What a manifest says it is.
pub const FORMAT: &str = "ringer-referral";
/// The version of the format that is written, and the newest that is read.
pub const VERSION: u32 = 1;
/// What a manifest cannot name: itself, and the list that names it.
pub const LISTS: [&str; 2] = [MANIFEST, SUMS];

/// What a package is and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// SHA-256 of this manifest with nothing in this field.
    pub seal: String,
    /// Its id.
    pub referral_id: ReferralId,
    /// The referral it takes the place of.
    pub supersedes: Option<ReferralId>,
    /// Whether fewer than two persons stand behind it.
    pub draft: bool,
    /// Who they are.
    pub review: Option<ManifestReview>,
    /// The ring.
    pub ring_id: RingId,
    /// What people decided about the ring.
    pub ring_status: RingStatus,
    /// The case it was made from.
    pub case: Option<ManifestCase>,
    /// The strongest words that may be used.
    pub wording: String,
    /// For whom it is.
    pub profile: ReferralProfile,
    /// Its marking, as the standard writes it.
    pub tlp: String,
    /// The house that refers.
    pub organisation: Organisation,
    /// To whom it goes.
    pub recipient: String,
    /// What for.
    pub purpose: String,
    /// Who made it.
    pub made_by: String,
    /// When, UTC.
    pub made_at: String,
    /// With what.
    pub tool: ManifestTool,
    /// Hash of the policy in force.
    pub policy: String,
    /// The journal it was made from.
    pub journal: ManifestJournal,
    /// The list of the evidence, whose hash the document prints.
    pub evidence: ManifestEvidence,
    /// Claimed identities that are named.
    pub identities: u64,
    /// Others who use a shared value and are not named.
    pub bystanders: u32,
    /// What was withheld.
    pub withheld: Vec<ManifestWithheld>,
    /// The forms it is written in.
    pub parts: Vec<ManifestPart>,
    /// Every file but this one and `SHA256SUMS`, by path.
    pub files: Vec<ManifestFile>,
}

/// The two persons behind a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestReview {
    /// Who proposed to refer.
    pub proposed_by: String,
    /// Who agreed.
    pub agreed_by: String,
    /// When they agreed, UTC.
    pub agreed_at: String,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestCase {
    /// Its id.
    pub case_id: CaseId,
    /// What it is called.
    pub title: String,
}

/// The program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestTool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A place in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestJournal {
    /// The last fact the package was made from.
    pub head: Seq,
    /// The chain's hash there.
    pub hash: FileHash,
}

/// The list of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestEvidence {
    /// Its path.
    pub file: String,
    /// Its hash.
    pub sha256: FileHash,
}

/// Something that was withheld.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestWithheld {
    /// What.
    pub what: String,
    /// How many.
    pub count: u32,
    /// Why.
    pub why: String,
}

/// A form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestPart {
    /// Its name.
    pub name: String,
    /// What it is.
    pub about: String,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestFile {
    /// Its path.
    pub path: String,
    /// What is in it.
    pub about: String,
    /// What it is.
    pub media_type: String,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: FileHash,
}

impl Manifest {
    /// The manifest of these files, which `evidence` is among. Not sealed yet.
    pub(in crate::referral) fn of(
        dossier: &Dossier,
        evidence: &FileHash,
        files: &[PackageFile],
    ) -> Self {
        let heading = &dossier.heading;
        let review = |review: &Review| ManifestReview {
            proposed_by: review.proposed_by.clone(),
            agreed_by: review.agreed_by.clone(),
            agreed_at: review.at.to_string(),
        };
        let file = |file: &PackageFile| ManifestFile {
            path: file.path.clone(),
            about: file.about.clone(),
            media_type: file.media_type.to_owned(),
            bytes: file.bytes.len() as u64,
            sha256: sha256(&file.bytes),
        };
        let mut listed: Vec<ManifestFile> = files.iter().map(file).collect();
        listed.sort_by(|a, b| a.path.cmp(&b.path));
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            seal: String::new(),
            referral_id: heading.referral.clone(),
            supersedes: heading.supersedes.clone(),
            draft: heading.review.is_none(),
            review: heading.review.as_ref().map(review),
            ring_id: heading.ring.clone(),
            ring_status: heading.status,
            case: heading.case.clone().map(|(case_id, title)| ManifestCase { case_id, title }),
            wording: heading.wording.clone(),
            profile: heading.profile,
            tlp: heading.tlp.label().to_owned(),
            organisation: heading.organisation.clone(),
            recipient: heading.recipient.clone(),
            purpose: heading.purpose.clone(),
            made_by: heading.by.clone(),
            made_at: heading.at.to_string(),
            tool: ManifestTool { name: "ringer".to_owned(), version: heading.version.clone() },
            policy: heading.policy.clone(),
            journal: ManifestJournal { head: heading.head, hash: heading.head_hash.clone() },
            evidence: ManifestEvidence { file: EVIDENCE.to_owned(), sha256: evidence.clone() },
            identities: dossier.identities.len() as u64,
            bystanders: dossier.bystanders,
            withheld: dossier
                .withheld
                .iter()
                .map(|w| ManifestWithheld {
                    what: w.what.clone(),
                    count: w.count,
                    why: w.why.clone(),
                })
                .collect(),
            parts: PARTS
                .iter()
                .map(|part| ManifestPart {
                    name: part.name().to_owned(),
                    about: part.about().to_owned(),
                })
                .collect(),
            files: listed,
        }
    }

    /// Its bytes, sealed.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub(in crate::referral) fn sealed(mut self) -> Result<(Self, Vec<u8>), ReferralError> {
        self.seal = sha256(&self.unsealed()?).to_string();
        let bytes = self.bytes()?;
        Ok((self, bytes))
    }

    /// As it is written.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn bytes(&self) -> Result<Vec<u8>, ReferralError> {
        let failed = |e: serde_json::Error| ReferralError::Part {
            file: MANIFEST.to_owned(),
            what: e.to_string(),
        };
        let mut bytes = serde_json::to_vec_pretty(self).map_err(failed)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    fn unsealed(&self) -> Result<Vec<u8>, ReferralError> {
        Self { seal: String::new(), ..self.clone() }.bytes()
    }

    /// Whether these are its bytes and nothing in it was changed since it was sealed.
    #[must_use]
    pub fn is_whole(&self, bytes: &[u8]) -> bool {
        let same = self.bytes().is_ok_and(|own| own == bytes);
        let sealed = self.unsealed().is_ok_and(|own| sha256(&own).as_str() == self.seal);
        same && sealed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    #[test]
    fn a_manifest_that_was_changed_in_any_byte_is_not_whole() {
        let dossier = sample::dossier(3);
        let files = [PackageFile::new("b.csv", "b", "text/csv", b"x".to_vec())];
        let (manifest, bytes) = Manifest::of(&dossier, &sha256(b"e"), &files).sealed().unwrap();
        assert!(manifest.is_whole(&bytes));
        assert_eq!(serde_json::from_slice::<Manifest>(&bytes).unwrap(), manifest);
        let step = (bytes.len() / 400).max(1);
        for at in (0..bytes.len()).step_by(step) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let whole = serde_json::from_slice::<Manifest>(&changed)
                .is_ok_and(|read| read.is_whole(&changed));
            assert!(!whole, "byte {at}");
        }
    }
}
