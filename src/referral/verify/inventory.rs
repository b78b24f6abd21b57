//! What lies in a package, as a folder or as a zip, and its bytes one after the other. Not responsible for what should be
//! there (`checking`).
//!
//! Invariant: an entry is a plain file at a plain relative path; whatever else is there is a problem and is never opened.

use crate::referral::{
    ReferralError,
    verify::{Problem, archive::Archive, folder},
};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Most files of a package that are looked at.
pub(super) const MOST_FILES: usize = 20_000;

/// Bytes that are read at a time.
const STEP: usize = 64 << 10;

/// Where the bytes of files come from.
enum Source {
    /// A folder.
    Folder(BTreeMap<String, PathBuf>),
    /// A zip.
    Archive(Box<Archive>),
}

/// What lies in a package.
pub(super) struct Inventory {
    source: Source,
    /// What is no plain file.
    pub(super) problems: Vec<Problem>,
}

/// A file that was read.
pub(super) struct Seen {
    /// Its hash, as far as it was read.
    pub(super) sha256: Vec<u8>,
    /// How much was read.
    pub(super) bytes: u64,
    /// Its bytes, where they were to be kept and are no more than that.
    pub(super) kept: Option<Vec<u8>>,
}

impl Inventory {
    /// Looks at what lies there.
    ///
    /// # Errors
    /// When there is nothing, or it cannot be opened.
    pub(super) fn of(path: &Path) -> Result<Self, ReferralError> {
        let about = path.metadata().map_err(ReferralError::io(path))?;
        let mut problems = Vec::new();
        let source = if about.is_dir() {
            Source::Folder(folder::files(path, &mut problems).map_err(ReferralError::io(path))?)
        } else if about.is_file() {
            let file = File::open(path).map_err(ReferralError::io(path))?;
            match Archive::of(file, &mut problems) {
                Ok(archive) => Source::Archive(Box::new(archive)),
                Err(why) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    problems.push(Problem::new(&name, format!("cannot be read as a zip: {why}")));
                    Source::Folder(BTreeMap::new())
                }
            }
        } else {
            let odd = io::Error::other("neither a folder nor a file");
            return Err(ReferralError::io(path)(odd));
        };
        Ok(Self { source, problems })
    }

    /// Whether there is nothing to look at.
    pub(super) fn is_empty(&self) -> bool {
        self.paths().next().is_none()
    }

    /// The files, by path.
    pub(super) fn paths(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match &self.source {
            Source::Folder(files) => Box::new(files.keys().map(String::as_str)),
            Source::Archive(archive) => Box::new(archive.paths()),
        }
    }

    /// Reads a file, at most one byte more than `most`; keeps its bytes if they are at most `keep`. None when there is no
    /// such file.
    pub(super) fn read(&self, path: &str, most: u64, keep: u64) -> Option<io::Result<Seen>> {
        match &self.source {
            Source::Folder(files) => {
                let place = files.get(path)?;
                Some(open(place).and_then(|file| seen(file, most, keep)))
            }
            Source::Archive(archive) => {
                Some(archive.open(path)?.and_then(|reader| seen(reader, most, keep)))
            }
        }
    }
}

/// Opens a plain file; what became something else since it was listed is not read.
fn open(path: &Path) -> io::Result<File> {
    if !path.symlink_metadata()?.is_file() {
        return Err(io::Error::other("it is no file any more"));
    }
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file any more"));
    }
    Ok(file)
}

fn seen(reader: impl Read, most: u64, keep: u64) -> io::Result<Seen> {
    let mut reader = reader.take(most.saturating_add(1));
    let mut hash = Sha256::new();
    let mut kept = Some(Vec::new());
    let mut bytes = 0_u64;
    let mut room = vec![0; STEP];
    loop {
        let n = match reader.read(&mut room) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        let piece = room.get(..n).unwrap_or_default();
        hash.update(piece);
        bytes = bytes.saturating_add(n as u64);
        if bytes > keep {
            kept = None;
        } else if let Some(kept) = &mut kept {
            kept.extend_from_slice(piece);
        }
    }
    Ok(Seen { sha256: hash.finalize().to_vec(), bytes, kept })
}
