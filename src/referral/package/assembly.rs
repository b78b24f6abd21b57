//! From a dossier to a package: the files of every form, then the list of the evidence, then what is told its hash, then
//! the lists of everything. Not responsible for what a form says nor for the disk (`writing`).
//!
//! Invariant: files are sorted by path, each path is there once and plain; no package is made that gives away what is
//! withheld.

use crate::{
    model::{FileHash, Referral},
    referral::{
        Contents, Dossier, Listed, PARTS, PackageFile, ReferralError, Secrets, document,
        package::{
            DOCUMENT, EVIDENCE, LISTS, MANIFEST, Manifest, Recipient, SUMS, annex, gate::Gate,
            names, readme, sha256, sum_lines, zipped,
        },
    },
};
use std::collections::BTreeSet;

/// A package, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Every file, by path.
    pub files: Vec<PackageFile>,
    /// What it is and what is in it.
    pub manifest: Manifest,
    /// SHA-256 of `manifest.json`: what the journal records and what is told out of band.
    pub hash: FileHash,
    /// What is recorded of it.
    pub referral: Referral,
}

impl Package {
    /// Size of all files, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes.len() as u64).sum()
    }

    /// What its folder is called.
    #[must_use]
    pub fn name(&self) -> &str {
        self.manifest.referral_id.as_str()
    }

    /// All of it as one zip file with one folder in it; the same package gives the same bytes. O(bytes).
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn zip(&self) -> Result<Vec<u8>, ReferralError> {
        zipped::zipped(self.name(), self.referral.at, &self.files)
    }
}

/// Makes the package of a dossier: every form, the annex if it is for somebody, the lists. O(bytes + secrets).
///
/// # Errors
/// When a form cannot be written, two of them name one file, a recipient's key cannot be used, or a file would give away
/// what is withheld.
pub fn assemble(
    dossier: &Dossier,
    secrets: &Secrets,
    annex_for: &[Recipient],
) -> Result<Package, ReferralError> {
    let dossier = names::settled(dossier);
    let mut files = Vec::new();
    for part in PARTS {
        files.extend(part.files(&dossier)?);
    }
    files.extend(annex::files(&dossier, annex_for)?);
    sorted(&mut files)?;
    let gate = Gate(secrets);
    gate.dossier(&dossier)?;
    gate.files(&files)?;

    let hashes: Vec<FileHash> = files.iter().map(|file| sha256(&file.bytes)).collect();
    let paths = files.iter().map(|file| file.path.as_str());
    let list = sum_lines(paths.zip(&hashes)).into_bytes();
    let evidence = sha256(&list);
    let listed = |(file, sha256): (&PackageFile, FileHash)| Listed {
        path: file.path.clone(),
        about: file.about.clone(),
        bytes: file.bytes.len() as u64,
        sha256,
    };
    let contents = Contents {
        evidence: evidence.clone(),
        files: files.iter().zip(hashes).map(listed).collect(),
    };
    files.push(PackageFile::new(
        EVIDENCE,
        "SHA-256 of each file of evidence; the document prints the hash of this list",
        "text/plain",
        list,
    ));
    files.push(document(&dossier, &contents)?);
    files.push(readme::file(&dossier, &files));
    sorted(&mut files)?;

    let (manifest, bytes) = Manifest::of(&dossier, &evidence, &files).sealed()?;
    let hash = sha256(&bytes);
    files.push(PackageFile::new(
        MANIFEST,
        "What this package is, every file with size and SHA-256",
        "application/json",
        bytes,
    ));
    let hashes = manifest.files.iter().map(|file| (file.path.as_str(), &file.sha256));
    let sums = sum_lines(hashes.chain([(MANIFEST, &hash)])).into_bytes();
    files.push(PackageFile::new(SUMS, "SHA-256 of every file", "text/plain", sums));
    // What came since the gate; the document was searched by its source.
    let known: BTreeSet<&str> = contents.files.iter().map(|file| file.path.as_str()).collect();
    let is_late = |f: &&PackageFile| f.path != DOCUMENT && !known.contains(f.path.as_str());
    gate.files(files.iter().filter(is_late))?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let referral = referral(&dossier, &files, &hash);
    Ok(Package { files, manifest, hash, referral })
}

/// Sorts the files by path.
///
/// # Errors
/// When a path is there twice, is none that every system takes, or is one of the lists'.
fn sorted(files: &mut [PackageFile]) -> Result<(), ReferralError> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let part = |file: &str, what: &str| {
        Err(ReferralError::Part { file: file.to_owned(), what: what.to_owned() })
    };
    let mut folded: Vec<String> = files.iter().map(|file| file.path.to_lowercase()).collect();
    folded.sort_unstable();
    if let Some([path, _]) = folded.array_windows().find(|[a, b]| a == b) {
        return part(path, "two forms write a file of this name");
    }
    match files.iter().find(|f| LISTS.contains(&f.path.as_str()) || !names::is_plain(&f.path)) {
        Some(file) => part(&file.path, "no file of a package can be called so"),
        None => Ok(()),
    }
}

/// What is recorded of a package.
fn referral(dossier: &Dossier, files: &[PackageFile], manifest: &FileHash) -> Referral {
    let heading = &dossier.heading;
    Referral {
        id: heading.referral.clone(),
        ring: heading.ring.clone(),
        case: heading.case.as_ref().map(|(id, _)| id.clone()),
        review: heading.review.clone(),
        profile: heading.profile,
        tlp: heading.tlp,
        recipient: heading.recipient.clone(),
        purpose: heading.purpose.clone(),
        by: heading.by.clone(),
        at: heading.at,
        head: heading.head,
        head_hash: heading.head_hash.clone(),
        manifest: manifest.clone(),
        files: u32::try_from(files.len()).unwrap_or(u32::MAX),
        bytes: files.iter().map(|file| file.bytes.len() as u64).sum(),
        identities: u32::try_from(dossier.identities.len()).unwrap_or(u32::MAX),
        withheld: dossier.withheld.iter().map(|w| format!("{} ({})", w.what, w.count)).collect(),
        supersedes: heading.supersedes.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    fn made(n: usize) -> Package {
        assemble(&sample::dossier(n), &Secrets::default(), &[]).unwrap()
    }

    #[test]
    fn the_same_dossier_gives_the_same_bytes() {
        let (a, b) = (made(5), made(5));
        assert_eq!(a, b);
        assert_eq!(a.zip().unwrap(), b.zip().unwrap());
    }

    #[test]
    fn every_list_names_what_it_should_and_the_record_fits() {
        let package = made(5);
        let paths: Vec<&str> = package.files.iter().map(|file| file.path.as_str()).collect();
        assert!(paths.is_sorted());
        let text = |path: &str| {
            let file = package.files.iter().find(|file| file.path == path).unwrap();
            String::from_utf8(file.bytes.clone()).unwrap()
        };
        let sums = text(SUMS);
        let listed: Vec<&str> = sums.lines().map(|line| &line[66..]).collect();
        let others: Vec<&str> = paths.iter().copied().filter(|path| *path != SUMS).collect();
        assert_eq!(listed, others);
        let evidence = text(EVIDENCE);
        let named: Vec<&str> = evidence.lines().map(|line| &line[66..]).collect();
        let but = [EVIDENCE, MANIFEST, SUMS, DOCUMENT, super::super::README];
        let expected: Vec<&str> = paths.iter().copied().filter(|p| !but.contains(p)).collect();
        assert_eq!(named, expected);
        assert_eq!(package.manifest.evidence.sha256, sha256(evidence.as_bytes()));
        assert_eq!(package.referral.manifest, sha256(text(MANIFEST).as_bytes()));
        assert_eq!(package.referral.bytes, package.bytes());
        assert_eq!(package.manifest.draft, sample::dossier(5).heading.review.is_none());
    }

    #[test]
    fn no_package_gives_away_what_is_withheld_not_even_by_the_name_of_a_file() {
        let secrets =
            Secrets::new([("Mallory Grey".to_owned(), "name of a bystander".to_owned())].into());
        let refused = |dossier: &Dossier| assemble(dossier, &secrets, &[]).unwrap_err().to_string();
        assert!(assemble(&sample::dossier(3), &secrets, &[]).is_ok());
        let mut dossier = sample::dossier(3);
        dossier.attachments[0].path = "originals/attachments/mallory grey.txt".to_owned();
        assert!(refused(&dossier).contains("name of a bystander"));
        let mut dossier = sample::dossier(3);
        dossier.heading.purpose = "About MALLORY GREY".to_owned();
        assert!(refused(&dossier).contains("would give away"));
        let mut dossier = sample::dossier(3);
        dossier.originals[1].bytes = b"{\"full_name\":\"Mallory Grey\"}".to_vec();
        assert!(refused(&dossier).starts_with("originals/"), "{}", refused(&dossier));
    }
}
