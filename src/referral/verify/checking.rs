//! The verdict on a package: what was changed, is missing or does not belong. Not responsible for how bytes are reached
//! (`inventory`) nor for the journal (`journal`).
//!
//! Invariant: a list that was changed is told from the files it lists: the manifest seals itself, and the other lists
//! follow from it byte by byte.

use crate::{
    model::FileHash,
    referral::{
        ReferralError, check_custody,
        package::{
            DOCUMENT, EVIDENCE, FORMAT, LISTS, MANIFEST, Manifest, README, SUMS, Sums, VERSION,
            names, sha256, sum_lines, sums,
        },
        verify::{
            bundle,
            inventory::{Inventory, Seen},
        },
    },
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

/// Largest a list may be, in bytes: 20,000 files have 6 MiB.
const LARGEST_LIST: u64 = 16 << 20;
/// Largest the bundle and the custody log may be to be looked into.
const LARGEST_INSIDE: u64 = 64 << 20;
/// Most bytes that are read of a package.
const MOST_BYTES: u64 = 16 << 30;
/// Problems that are told in the one line.
const TOLD: usize = 8;

/// The bundle, whose references are followed.
const BUNDLE: &str = "bundle.stix.json";
/// The custody log, whose chain is followed.
const CUSTODY: &str = "custody.jsonl";

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file, by its path in the package; empty where it is about all of it.
    pub file: String,
    /// What is wrong, as the rest of a sentence.
    pub what: String,
}

impl Problem {
    pub(super) fn new(file: &str, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), what: what.into() }
    }

    pub(super) fn extra(file: &str) -> Self {
        Self::new(file, "is not part of it")
    }

    fn changed(file: &str) -> Self {
        Self::new(file, "was changed")
    }

    fn missing(file: &str) -> Self {
        Self::new(file, "is missing")
    }
}

/// What was found out about a package.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Its manifest, if that is whole.
    pub manifest: Option<Manifest>,
    /// SHA-256 of the manifest, if there is one.
    pub hash: Option<FileHash>,
    /// Files that were read.
    pub files: usize,
    /// Bytes that were read.
    pub bytes: u64,
    /// What is not as it should be, by file.
    pub problems: Vec<Problem>,
}

impl Verdict {
    /// Whether all is as it was made, as far as the package itself tells.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.problems.is_empty() && self.manifest.is_some()
    }

    /// The problems in one line.
    #[must_use]
    pub fn told(&self) -> String {
        let tell = |problem: &Problem| match problem.file.as_str() {
            "" => problem.what.clone(),
            file => format!("{file} {}", problem.what),
        };
        let mut told: Vec<String> = self.problems.iter().take(TOLD).map(tell).collect();
        if self.problems.len() > TOLD {
            told.push(format!("and {} more", self.problems.len() - TOLD));
        }
        told.join("; ")
    }

    fn found(&mut self, problem: Problem) {
        if !self.problems.iter().any(|known| known.file == problem.file) || problem.file.is_empty()
        {
            self.problems.push(problem);
        }
    }
}

/// The start of any manifest, whatever its version.
#[derive(Deserialize)]
struct Probe {
    format: String,
    version: u32,
}

/// A file as the lists say it is.
struct Expected {
    sha256: FileHash,
    bytes: Option<u64>,
}

/// Looks through a package: a folder or a zip. O(bytes), in bounded memory.
///
/// # Errors
/// When there is nothing at the path, or it cannot be opened at all.
pub fn verify(path: &Path) -> Result<Verdict, ReferralError> {
    let inventory = Inventory::of(path)?;
    let mut verdict = Verdict {
        manifest: None,
        hash: None,
        files: 0,
        bytes: 0,
        problems: inventory.problems.clone(),
    };
    if inventory.is_empty() && !verdict.problems.is_empty() {
        return Ok(verdict);
    }
    let manifest = list(&inventory, MANIFEST, &mut verdict);
    let lines = list(&inventory, SUMS, &mut verdict);
    verdict.hash = manifest.as_deref().map(sha256);
    if let Some(bytes) = &manifest {
        match read_manifest(bytes) {
            Ok(manifest) => verdict.manifest = Some(manifest),
            Err(what) => verdict.found(Problem::new(MANIFEST, what)),
        }
    }
    let Some(expected) = expected(&mut verdict, lines.as_deref()) else {
        let what = "neither list can be relied on, so nothing else was checked";
        verdict.problems.push(Problem::new("", what));
        return Ok(verdict);
    };
    let inside = files(&inventory, &expected, &mut verdict);
    for path in inventory.paths() {
        if !expected.contains_key(path) && !LISTS.contains(&path) {
            verdict.found(Problem::extra(path));
        }
    }
    look_inside(&expected, &inside, &mut verdict);
    verdict.problems.sort();
    Ok(verdict)
}

/// The bytes of a list; none where it is missing or too large, which is told.
fn list(inventory: &Inventory, name: &str, verdict: &mut Verdict) -> Option<Vec<u8>> {
    let problem = match inventory.read(name, LARGEST_LIST, LARGEST_LIST) {
        None => Problem::missing(name),
        Some(Err(_)) => Problem::changed(name),
        Some(Ok(Seen { kept: Some(kept), bytes, .. })) => {
            verdict.files += 1;
            verdict.bytes = verdict.bytes.saturating_add(bytes);
            return Some(kept);
        }
        Some(Ok(_)) => Problem::new(name, "is larger than any package's"),
    };
    verdict.found(problem);
    None
}

/// The manifest, if nothing in it was changed; what is wrong otherwise.
fn read_manifest(bytes: &[u8]) -> Result<Manifest, String> {
    match serde_json::from_slice::<Manifest>(bytes) {
        Ok(manifest)
            if manifest.is_whole(bytes)
                && manifest.format == FORMAT
                && manifest.version == VERSION =>
        {
            let is_sorted = manifest.files.array_windows().all(|[a, b]| a.path < b.path);
            let plain = |path: &str| names::is_plain(path) && !LISTS.contains(&path);
            if is_sorted && manifest.files.iter().all(|file| plain(&file.path)) {
                Ok(manifest)
            } else {
                Err("lists files as no package has them".to_owned())
            }
        }
        _ => match serde_json::from_slice::<Probe>(bytes) {
            Ok(probe) if probe.format == FORMAT && probe.version > VERSION => Err(format!(
                "is of version {}, which this Ringer does not read; use a newer one",
                probe.version
            )),
            _ => Err("was changed".to_owned()),
        },
    }
}

/// What should be there: by the manifest if that is whole, by the other list otherwise; none if neither can be relied on.
fn expected(verdict: &mut Verdict, lines: Option<&[u8]>) -> Option<BTreeMap<String, Expected>> {
    if let (Some(manifest), Some(hash)) = (&verdict.manifest, &verdict.hash) {
        let own = manifest.files.iter().map(|file| (file.path.as_str(), &file.sha256));
        let should = sum_lines(own.chain([(MANIFEST, hash)]));
        let expected = manifest
            .files
            .iter()
            .map(|file| {
                let expected = Expected { sha256: file.sha256.clone(), bytes: Some(file.bytes) };
                (file.path.clone(), expected)
            })
            .collect();
        if lines.is_some_and(|lines| lines != should.as_bytes()) {
            verdict.found(Problem::changed(SUMS));
        }
        return Some(expected);
    }
    let read: Option<Sums> = lines.and_then(|l| std::str::from_utf8(l).ok()).and_then(sums::read);
    let Some(mut read) = read else {
        if lines.is_some() {
            verdict.found(Problem::changed(SUMS));
        }
        return None;
    };
    read.remove(MANIFEST);
    let one = |(path, sha256)| (path, Expected { sha256, bytes: None });
    Some(read.into_iter().map(one).collect())
}

/// Reads every file that should be there; gives those back that are looked into and are what they should be.
fn files(
    inventory: &Inventory,
    expected: &BTreeMap<String, Expected>,
    verdict: &mut Verdict,
) -> BTreeMap<String, Vec<u8>> {
    let mut inside = BTreeMap::new();
    for (path, file) in expected {
        let left = MOST_BYTES.saturating_sub(verdict.bytes);
        let most = file.bytes.unwrap_or(left);
        if most > left || left == 0 {
            verdict.found(Problem::new(path, "is larger than what is read of a package"));
            continue;
        }
        let keep = match path.as_str() {
            EVIDENCE => LARGEST_LIST,
            BUNDLE | CUSTODY => LARGEST_INSIDE,
            _ => 0,
        };
        let seen = match inventory.read(path, most, keep) {
            None => {
                verdict.found(Problem::missing(path));
                continue;
            }
            Some(Err(_)) => {
                verdict.found(Problem::changed(path));
                continue;
            }
            Some(Ok(seen)) => seen,
        };
        verdict.files += 1;
        verdict.bytes = verdict.bytes.saturating_add(seen.bytes);
        let same = FileHash::of(&seen.sha256).is_some_and(|hash| hash == file.sha256);
        if !same || file.bytes.is_some_and(|bytes| bytes != seen.bytes) {
            verdict.found(Problem::changed(path));
        } else if let (Some(kept), 1..) = (seen.kept, keep) {
            inside.insert(path.clone(), kept);
        }
    }
    inside
}

/// Looks into the files that prove something themselves.
fn look_inside(
    expected: &BTreeMap<String, Expected>,
    inside: &BTreeMap<String, Vec<u8>>,
    verdict: &mut Verdict,
) {
    let listed = verdict.manifest.as_ref().map(|m| m.evidence.sha256.clone());
    match (listed, inside.get(EVIDENCE)) {
        (Some(hash), Some(bytes)) => {
            let but = [EVIDENCE, DOCUMENT, README];
            let own = expected.iter().filter(|(path, _)| !but.contains(&path.as_str()));
            let should = sum_lines(own.map(|(path, file)| (path.as_str(), &file.sha256)));
            if should.as_bytes() != bytes.as_slice() || sha256(bytes) != hash {
                verdict.found(Problem::new(EVIDENCE, "does not agree with manifest.json"));
            }
        }
        (Some(_), None) if !expected.contains_key(EVIDENCE) => {
            verdict.found(Problem::missing(EVIDENCE));
        }
        _ => {}
    }
    if let Some(what) = inside.get(BUNDLE).and_then(|bytes| bundle::problem(bytes)) {
        verdict.found(Problem::new(BUNDLE, what));
    }
    if let Some(bytes) = inside.get(CUSTODY)
        && let Err(what) = check_custody(bytes)
    {
        verdict.found(Problem::new(CUSTODY, format!("has a broken chain: {what}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::{
        Secrets,
        package::{assemble, write},
        sample,
    };
    use std::fs;

    #[test]
    fn a_forged_list_of_evidence_is_told_even_where_every_hash_fits() {
        let dossier = sample::dossier(3);
        let mut package = assemble(&dossier, &Secrets::default(), &[]).unwrap();
        package.files.retain(|file| !LISTS.contains(&file.path.as_str()));
        let evidence = package.files.iter_mut().find(|file| file.path == EVIDENCE).unwrap();
        evidence.bytes = b"nothing\n".to_vec();
        let hash = sha256(&evidence.bytes);
        let (_, bytes) = Manifest::of(&dossier, &hash, &package.files).sealed().unwrap();
        let hashes: Vec<FileHash> = package.files.iter().map(|f| sha256(&f.bytes)).collect();
        let own = sha256(&bytes);
        let paths = package.files.iter().map(|file| file.path.as_str());
        let sums = sum_lines(paths.zip(&hashes).chain([(MANIFEST, &own)]));
        let folder = tempfile::tempdir().unwrap();
        let written = write(&package, folder.path()).unwrap();
        fs::write(written.folder.join(MANIFEST), bytes).unwrap();
        fs::write(written.folder.join(SUMS), sums).unwrap();
        let verdict = verify(&written.folder).unwrap();
        assert_eq!(verdict.told(), "evidence.sha256 does not agree with manifest.json");
    }

    #[test]
    fn a_manifest_of_a_later_version_is_no_forgery() {
        let later = format!("{{\"format\":\"{FORMAT}\",\"version\":2,\"more\":[]}}");
        assert!(read_manifest(later.as_bytes()).unwrap_err().contains("use a newer one"));
        assert_eq!(read_manifest(b"{}").unwrap_err(), "was changed");
    }
}
