//! The file of rejected rows, `FILE.rejects.csv`: row number, reason, raw text. Not responsible for rejecting.
//!
//! People open it in a spreadsheet, so a cell that would be run as a formula gets an apostrophe in front
//! (`model::spreadsheet`). Take it away when copying a row back.
//!
//! Invariant: the file exists after an import exactly when a row was rejected; a former import's is removed.

use crate::{
    ingest::{IngestError, RowProblem},
    model::spreadsheet::guarded,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Writes rejected rows; creates the file with the first one.
#[derive(Debug)]
pub struct RejectsWriter {
    path: PathBuf,
    writer: Option<csv::Writer<fs::File>>,
    count: u64,
}

impl RejectsWriter {
    /// Where the rejects of an input go: beside a file, `stdin.rejects.csv` in the current folder for `-`.
    #[must_use]
    pub fn path_for(input: &Path) -> PathBuf {
        if input.as_os_str() == "-" {
            return PathBuf::from("stdin.rejects.csv");
        }
        let mut name = input.as_os_str().to_owned();
        name.push(".rejects.csv");
        PathBuf::from(name)
    }

    /// For the input given on the command line, see [`Self::path_for`].
    ///
    /// # Errors
    /// A former import's rejects cannot be removed.
    pub fn for_input(input: &Path) -> Result<Self, IngestError> {
        Self::at(Self::path_for(input))
    }

    /// For a path of its own.
    ///
    /// # Errors
    /// A former import's rejects cannot be removed.
    pub fn at(path: PathBuf) -> Result<Self, IngestError> {
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(failed(&path, e)),
            _ => Ok(Self { path, writer: None, count: 0 }),
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The file cannot be made or written.
    pub fn write(&mut self, problem: &RowProblem) -> Result<(), IngestError> {
        let failed_csv = |path: &Path, e: csv::Error| failed(path, e.into());
        if self.writer.is_none() {
            let file = create(&self.path).map_err(|e| failed(&self.path, e))?;
            let mut writer = csv::Writer::from_writer(file);
            writer.write_record(["row", "reason", "raw"]).map_err(|e| failed_csv(&self.path, e))?;
            self.writer = Some(writer);
        }
        if let Some(writer) = &mut self.writer {
            let row = problem.row.to_string();
            writer
                .write_record([row.as_str(), &*guarded(&problem.reason), &*guarded(&problem.raw)])
                .map_err(|e| failed_csv(&self.path, e))?;
            self.count += 1;
        }
        Ok(())
    }

    /// Rows written so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Completes the file; its path, when there is one.
    ///
    /// # Errors
    /// The last rows cannot be written.
    pub fn finish(mut self) -> Result<Option<PathBuf>, IngestError> {
        match self.writer.take() {
            None => Ok(None),
            Some(mut writer) => {
                writer.flush().map_err(|e| failed(&self.path, e))?;
                Ok(Some(self.path))
            }
        }
    }
}

/// Makes the file anew, readable by its owner alone: it holds applicants' data.
fn create(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn failed(path: &Path, source: io::Error) -> IngestError {
    IngestError::Rejects { path: path.display().to_string(), source }
}
