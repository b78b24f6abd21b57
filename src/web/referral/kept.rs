//! The packages that were made here, as they are kept: a folder each, beside the journal that holds the hash of its manifest.
//! Not responsible for what is in one (`referral`) nor for who may have it (`rules`).
//!
//! What lies on the disk is believed only as far as the journal goes: the manifest is read once its hash is the recorded one,
//! a file is given out once its hash is the manifest's.
//!
//! Invariant: no name of a file in a manifest becomes a path unless it is one within the package; what was altered is never
//! given out.

use crate::{
    casework::keeping::Packages,
    model::{FileHash, Referral, ReferralId},
    referral::{
        PackageFile, ReferralError,
        package::{self, MANIFEST, Package, SUMS},
        verify::verify,
    },
    web::referral::preview::sha256,
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _},
    path::{Component, Path, PathBuf},
};

/// Most bytes of one file that are read: an attachment, and room.
const LARGEST: u64 = 512 << 20;

/// Where packages are kept.
#[derive(Debug, Clone)]
pub struct Kept {
    folder: PathBuf,
}

/// Why a package cannot be kept or given out.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// It is not here: it was made on another machine, or its folder is gone.
    #[error("no copy of {0} is kept here; it was made elsewhere, or its folder is gone")]
    Missing(ReferralId),
    /// It is not what was made.
    #[error("the copy of {id} kept here is not what was made: {what}")]
    Altered {
        /// Which.
        id: ReferralId,
        /// What is wrong, in a phrase.
        what: String,
    },
    /// The folder cannot be read or written.
    #[error("the packages in {}: {source}", path.display())]
    File {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A file of a package, as its manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Listed {
    /// Its path in the package.
    pub path: String,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// What is in it.
    #[serde(default)]
    pub about: String,
}

#[derive(Deserialize)]
struct Manifest {
    files: Vec<Listed>,
}

impl Kept {
    /// The packages of the store in this folder.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self { folder: data.join("referrals") }
    }

    /// The same, for an erasure to take what names somebody.
    #[must_use]
    pub fn packages(&self) -> Packages {
        Packages::within(self.folder.clone())
    }

    fn io(path: &Path) -> impl Fn(io::Error) -> KeptError + '_ {
        |source| KeptError::File { path: path.to_owned(), source }
    }

    /// Where a package lies.
    #[must_use]
    pub fn path(&self, id: &ReferralId) -> PathBuf {
        self.folder.join(id.as_str())
    }

    /// Keeps a package, as a folder and as a zip; it survives a power cut when this returns.
    ///
    /// # Errors
    /// When it is there already, or the folder cannot be written.
    pub fn put(&self, package: &Package) -> Result<(), KeptError> {
        match package::write(package, &self.folder) {
            Ok(_) => Ok(()),
            Err(ReferralError::Io { path, source }) => Err(KeptError::File { path, source }),
            Err(other) => Err(KeptError::File {
                path: self.folder.clone(),
                source: io::Error::other(other.to_string()),
            }),
        }
    }

    /// Takes back a package that could not be recorded.
    pub fn forget(&self, id: &ReferralId) {
        // One that stays is in no journal and shown by no page.
        let _ = fs::remove_dir_all(self.path(id));
        let _ = fs::remove_file(self.folder.join(format!("{id}.zip")));
    }

    /// The files of a package, the manifest last: as the manifest names them, once it is the recorded one.
    ///
    /// # Errors
    /// `Missing`, `Altered`, or when it cannot be read.
    pub fn files(&self, referral: &Referral) -> Result<Vec<Listed>, KeptError> {
        let id = &referral.id;
        let altered = |what: &str| KeptError::Altered { id: id.clone(), what: what.to_owned() };
        let bytes = self.read(id, MANIFEST)?;
        let hash = sha256(&bytes);
        if hash != referral.manifest.as_str() {
            return Err(altered("its manifest is not the one that the journal names"));
        }
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|_| altered("its manifest cannot be read"))?;
        let mut files = manifest.files;
        if files.iter().any(|file| within(&file.path).is_none()) {
            return Err(altered("its manifest names a path outside the package"));
        }
        files.push(Listed {
            path: MANIFEST.to_owned(),
            sha256: hash,
            bytes: bytes.len() as u64,
            about: "Every other file with its size and SHA-256".to_owned(),
        });
        files.extend(self.sums(id, &files));
        Ok(files)
    }

    /// The list for `sha256sum -c`, where the package has one: the manifest does not name it, and what it has to say follows
    /// from the manifest.
    fn sums(&self, id: &ReferralId, files: &[Listed]) -> Option<Listed> {
        let within = self.path(id).join(SUMS);
        within.symlink_metadata().ok()?;
        let lines: BTreeMap<&str, &str> =
            files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
        let text: String = lines.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect();
        Some(Listed {
            path: SUMS.to_owned(),
            sha256: sha256(text.as_bytes()),
            bytes: text.len() as u64,
            about: "SHA-256 of every file, for sha256sum -c".to_owned(),
        })
    }

    /// The file of a package that has this hash: as it is listed, and its bytes.
    ///
    /// # Errors
    /// `Missing` where the package has none; `Altered`, or when it cannot be read.
    pub fn file(
        &self,
        referral: &Referral,
        wanted: &FileHash,
    ) -> Result<(Listed, Vec<u8>), KeptError> {
        let files = self.files(referral)?;
        let Some(listed) = files.into_iter().find(|file| file.sha256 == wanted.as_str()) else {
            return Err(KeptError::Missing(referral.id.clone()));
        };
        let bytes = self.checked(&referral.id, &listed)?;
        Ok((listed, bytes))
    }

    /// Every file with its bytes, each checked.
    ///
    /// # Errors
    /// As `file` has.
    pub fn all(&self, referral: &Referral) -> Result<Vec<(Listed, Vec<u8>)>, KeptError> {
        let files = self.files(referral)?;
        files
            .into_iter()
            .map(|listed| {
                let bytes = self.checked(&referral.id, &listed)?;
                Ok((listed, bytes))
            })
            .collect()
    }

    /// What of the copy is not what was made, a line each; none where it is intact. Reads all of it.
    ///
    /// # Errors
    /// `Missing`, or when it cannot be read.
    pub fn verify(&self, referral: &Referral) -> Result<Vec<String>, KeptError> {
        let place = self.path(&referral.id);
        if !place.exists() {
            return Err(KeptError::Missing(referral.id.clone()));
        }
        let verdict =
            verify(&place).map_err(|e| Self::io(&place)(io::Error::other(e.to_string())))?;
        let mut wrong: Vec<String> =
            verdict.problems.iter().map(|p| format!("{} {}", p.file, p.what)).collect();
        if verdict.hash.as_ref() != Some(&referral.manifest) {
            wrong.push("its manifest is not the one that the journal names".to_owned());
        }
        Ok(wrong)
    }

    /// All of it as one zip file with one folder in it, each file checked: the same bytes as when it was made.
    ///
    /// # Errors
    /// As `files` has, and where it is too large for one.
    pub fn zipped(&self, referral: &Referral) -> Result<Vec<u8>, KeptError> {
        let mut files = Vec::new();
        for listed in self.files(referral)? {
            let bytes = self.checked(&referral.id, &listed)?;
            // The zip says nothing of what a file is but its name.
            files.push(PackageFile::new(listed.path, listed.about, "", bytes));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        package::zipped(referral.id.as_str(), referral.at, &files)
            .map_err(|e| Self::io(&self.path(&referral.id))(io::Error::other(e.to_string())))
    }

    fn checked(&self, id: &ReferralId, listed: &Listed) -> Result<Vec<u8>, KeptError> {
        let bytes = self.read(id, &listed.path)?;
        if sha256(&bytes) == listed.sha256 {
            return Ok(bytes);
        }
        let what = format!("{} has other bytes than its manifest says", listed.path);
        Err(KeptError::Altered { id: id.clone(), what })
    }

    fn read(&self, id: &ReferralId, path: &str) -> Result<Vec<u8>, KeptError> {
        let missing = |path: &str| KeptError::Altered {
            id: id.clone(),
            what: format!("{path} is not there"),
        };
        let within = within(path).ok_or_else(|| missing(path))?;
        let at = self.path(id).join(within);
        // Neither a link nor a pipe that somebody put in its place is followed.
        match fs::symlink_metadata(&at) {
            Ok(found) if found.is_file() => {}
            Ok(_) => return Err(missing(path)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Err(match self.path(id).exists() {
                    true => missing(path),
                    false => KeptError::Missing(id.clone()),
                });
            }
            Err(e) => return Err(Self::io(&at)(e)),
        }
        let mut bytes = Vec::new();
        let file = File::open(&at).map_err(Self::io(&at))?;
        file.take(LARGEST).read_to_end(&mut bytes).map_err(Self::io(&at))?;
        Ok(bytes)
    }
}

/// A path of a package as one within a folder; none where it would lead out of it.
fn within(path: &str) -> Option<&Path> {
    let path = Path::new(path);
    let is_plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    let is_said = path.as_os_str().len() <= 1_000 && !path.as_os_str().is_empty();
    (is_plain && is_said && !path.to_str()?.contains(['\\', '\0'])).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leads_out_of_a_package_is_none() {
        for fine in ["referral.pdf", "originals/APP-1.json", "originals/attachments/a b.txt"] {
            assert!(within(fine).is_some(), "{fine}");
        }
        for bad in ["", "/etc/passwd", "../x", "a/../../x", "a/./../..", "a\\b", "a\0b", "."] {
            assert!(within(bad).is_none(), "{bad:?}");
        }
    }
}
