//! Kept reports: each in its canonical form, in a folder under its id beside the journal. Not responsible for making one
//! again where it is gone (`again`).
//!
//! Invariant: a report is there whole or not at all; only its owner can read the file.

use crate::{
    casework::{PrivateFile, keeping::KeptReports},
    model::{FileHash, ReportId},
    reports::{Asking, Report, ReportError},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Name of the file in a report's folder.
const FILE: &str = "report.json";

/// Name of the file that has the hash of a report that was made again and came out otherwise.
const AGAIN: &str = "again";

/// Most bytes of a report.
const LARGEST: u64 = 64 << 20;

/// Where reports are kept.
#[derive(Debug, Clone)]
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// Those of the store in this folder.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self { folder: data.join("reports") }
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where other processes ask for reports that are kept here.
    #[must_use]
    pub fn asking(&self) -> Asking {
        Asking::within(&self.folder)
    }

    /// Keeps others from making reports here until the result is dropped.
    ///
    /// # Errors
    /// When the folder or the file that says so cannot be made.
    pub(super) fn alone(&self) -> Result<fs::File, ReportError> {
        let failed = |source| ReportError::Asking { folder: self.folder.clone(), source };
        fs::create_dir_all(&self.folder).map_err(failed)?;
        PrivateFile::new(&self.folder, "runs", 0).lock().map_err(failed)
    }

    /// Keeps a canonical form, durably.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, id: &ReportId, canonical: &[u8]) -> Result<(), ReportError> {
        let folder = self.folder.join(id.as_str());
        let failed = |source| ReportError::Kept { id: id.clone(), source };
        fs::create_dir_all(&folder).map_err(failed)?;
        PrivateFile::new(&folder, FILE, LARGEST).replace(canonical).map_err(failed)
    }

    /// The same, unless `is_stale` says once it is there that it must not be: it is removed again then, and nothing is kept.
    /// Whether it is kept.
    ///
    /// # Errors
    /// When it cannot be written or removed.
    pub fn put_unless(
        &self,
        id: &ReportId,
        canonical: &[u8],
        is_stale: &dyn Fn() -> bool,
    ) -> Result<bool, ReportError> {
        self.put(id, canonical)?;
        let is_stale = is_stale();
        if is_stale {
            self.copies().remove(id)?;
        }
        Ok(!is_stale)
    }

    /// The same, for an erasure to take what names somebody.
    #[must_use]
    pub fn copies(&self) -> KeptReports {
        KeptReports::within(self.folder.clone())
    }

    /// The canonical form that is kept; none where there is none, or something else lies in its place.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn bytes(&self, id: &ReportId) -> Result<Option<Vec<u8>>, ReportError> {
        self.read(id, FILE, LARGEST)
    }

    /// Notes that what is kept was made again and is another one than the run made: by its hash it is known.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn note_again(&self, id: &ReportId, digest: &FileHash) -> Result<(), ReportError> {
        let file = PrivateFile::new(&self.folder.join(id.as_str()), AGAIN, 256);
        let written = file.replace(digest.to_string().as_bytes());
        written.map_err(|source| ReportError::Kept { id: id.clone(), source })
    }

    /// The hash of the one that was made again, where that was noted.
    pub(super) fn noted_again(&self, id: &ReportId) -> Option<FileHash> {
        String::from_utf8(self.read(id, AGAIN, 256).ok()??).ok()?.trim().parse().ok()
    }

    fn read(&self, id: &ReportId, name: &str, most: u64) -> Result<Option<Vec<u8>>, ReportError> {
        let file = PrivateFile::new(&self.folder.join(id.as_str()), name, most);
        // A pipe would keep whoever opens it waiting.
        if !fs::symlink_metadata(file.path()).is_ok_and(|known| known.is_file()) {
            return Ok(None);
        }
        file.read().map_err(|source| ReportError::Kept { id: id.clone(), source })
    }

    /// The report that is kept; none where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or is no report.
    pub fn get(&self, id: &ReportId) -> Result<Option<Report>, ReportError> {
        self.bytes(id)?.map(|bytes| Report::read(&bytes)).transpose()
    }
}
