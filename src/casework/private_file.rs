//! One small file in the data folder that only its owner can read: accounts, saved filters. Not responsible for what is
//! in it.
//!
//! Whoever writes takes a lock on a file beside it, reads, changes and puts the new file in the old one's place; whoever
//! reads sees the old file or the new one, never half of one.
//!
//! Invariant: after `replace` returns the new content survives a power cut.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

/// A small file of our own.
#[derive(Debug, Clone)]
pub struct PrivateFile {
    path: PathBuf,
    largest: u64,
}

impl PrivateFile {
    /// The file of that name in this folder; one of more than `largest` bytes is none of ours.
    #[must_use]
    pub fn new(folder: &Path, name: &str, largest: u64) -> Self {
        Self { path: folder.join(name), largest }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in it; none when there is no file.
    ///
    /// # Errors
    /// When it cannot be read or is too large.
    pub fn read(&self) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        };
        let mut bytes = Vec::new();
        file.take(self.largest.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > self.largest {
            let why = format!("it has more than {} bytes", self.largest);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        }
        Ok(Some(bytes))
    }

    /// Keeps others from changing it until the result is dropped.
    ///
    /// # Errors
    /// When the file beside it cannot be made or locked.
    pub fn lock(&self) -> io::Result<File> {
        let beside = self.path.with_extension("lock");
        let lock = private().create(true).truncate(false).open(beside)?;
        lock.lock()?;
        Ok(lock)
    }

    /// Puts this into it, durably.
    ///
    /// # Errors
    /// When it would be too large or cannot be written; the old content then stays.
    pub fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() as u64 > self.largest {
            let why = format!("it would have more than {} bytes", self.largest);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        }
        let fresh = self.path.with_extension("new");
        let mut file = private().create(true).truncate(true).open(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)?;
        match self.path.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }
}

/// Opens files that only their owner can read.
fn private() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_it_was_written_and_one_that_is_too_large_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let file = PrivateFile::new(folder.path(), "x.json", 8);
        assert_eq!(file.read().unwrap(), None);
        let _lock = file.lock().unwrap();
        file.replace(b"12345678").unwrap();
        assert!(file.replace(b"123456789").is_err());
        assert_eq!(file.read().unwrap().unwrap(), b"12345678");
        fs::write(file.path(), b"123456789").unwrap();
        assert_eq!(file.read().unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }
}
