//! The place in the journal up to which rules were applied, kept beside the reports for whoever applies them next: a server, a
//! command. Not responsible for applying them.
//!
//! It is a cache: where it is not there, cannot be read or says more than the journal has, everything since the first rule at
//! work is looked at again, which raises nothing twice.
//!
//! Invariant: what it says was looked at, whatever was raised since and by whom.

use crate::{
    casework::PrivateFile,
    engine::Engine,
    model::Seq,
    reports::{Kept, ReportError, alerts::watch},
};
use std::fs;

/// Name of the file among the reports.
const FILE: &str = "watched";

/// Bytes of it at most: a number and the end of its line.
const LARGEST: u64 = 32;

/// Where the place is kept.
#[derive(Debug, Clone)]
pub struct Place {
    file: PrivateFile,
}

impl Place {
    /// The one among these reports.
    #[must_use]
    pub fn among(kept: &Kept) -> Self {
        Self { file: PrivateFile::new(kept.folder(), FILE, LARGEST) }
    }

    /// The last fact that was looked at; none where that is not known, or the journal ends before it.
    #[must_use]
    pub fn get(&self, head: Seq) -> Option<Seq> {
        // To open a pipe would be to wait for whoever writes to it.
        let is_file = fs::symlink_metadata(self.file.path()).is_ok_and(|found| found.is_file());
        let bytes = if is_file { self.file.read().ok()? } else { None }?;
        let seq = Seq(std::str::from_utf8(&bytes).ok()?.strip_suffix('\n')?.parse().ok()?);
        (seq <= head).then_some(seq)
    }

    /// Keeps it. Where that cannot be, whoever comes next looks at more than they need to.
    pub fn put(&self, seq: Seq) {
        if let Some(folder) = self.file.path().parent()
            && fs::create_dir_all(folder).is_ok()
        {
            let _ = self.file.replace(format!("{}\n", seq.0).as_bytes());
        }
    }
}

/// As [`watch`] does, from the place that is kept on, and keeps the new one. Returns how many alerts were new.
///
/// # Errors
/// When the journal cannot be read or written; the place stays then.
pub fn watch_on(engine: &Engine, place: &Place) -> Result<usize, ReportError> {
    let known = place.get(engine.view().seq);
    let mut through = known;
    let new = watch(engine, &mut through)?;
    if let Some(seq) = through
        && known != through
    {
        place.put(seq);
    }
    Ok(new)
}
