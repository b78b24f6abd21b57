//! Where the parts of a store are within its folder, and how a file is put there whole. Not responsible for
//! what is in the files.
//!
//! Invariant: `replace` leaves either the former file or the new one, never a mixture, also after a power cut.

use crate::store::StoreError;
use std::{
    fs::{self, DirBuilder, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Version of the layout, in the file `format`.
pub(super) const VERSION: u32 = 2;

/// What `format` begins with.
const FORMAT: &str = "ringer-store";

/// The paths within one store's folder.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub dir: PathBuf,
}

impl Layout {
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    pub fn format(&self) -> PathBuf {
        self.dir.join("format")
    }

    pub fn lock(&self) -> PathBuf {
        self.dir.join("LOCK")
    }

    pub fn clean(&self) -> PathBuf {
        self.dir.join("clean")
    }

    pub fn journal(&self) -> PathBuf {
        self.dir.join("journal")
    }

    pub fn sled(&self) -> PathBuf {
        self.dir.join("sled")
    }

    /// Where a broken sled waits until it is rebuilt.
    pub fn aside(&self) -> PathBuf {
        self.dir.join("sled.aside")
    }

    /// What an erasure that is under way still has to do.
    pub fn erasing(&self) -> PathBuf {
        self.dir.join("erasing")
    }

    pub fn snapshots(&self) -> PathBuf {
        self.dir.join("snapshots")
    }

    /// Whether the folder is a finished store (true) or not yet one (false).
    ///
    /// # Errors
    /// When it is a store of another version.
    pub fn is_store(&self) -> Result<bool, StoreError> {
        let path = self.format();
        match fs::read(&path) {
            Ok(bytes) if bytes == format_text().as_bytes() => Ok(true),
            Ok(bytes) => Err(StoreError::Format {
                what: format!(
                    "found \"{}\" where this Ringer writes \"{FORMAT} {VERSION}\"; use the Ringer that wrote it, or its dump",
                    String::from_utf8_lossy(&bytes).trim().chars().take(40).collect::<String>()
                ),
                file: path,
            }),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(e) => Err(StoreError::io(&path)(e)),
        }
    }

    /// Makes the folder a finished store.
    pub fn seal(&self) -> Result<(), StoreError> {
        replace(&self.format(), &[format_text().as_bytes()])
    }
}

fn format_text() -> String {
    format!("{FORMAT} {VERSION}\n")
}

/// Makes a folder and those above it, durably. What is made is its owner's alone: a store is full of other people's data.
pub(super) fn make_dir(dir: &Path) -> Result<(), StoreError> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(dir).map_err(StoreError::io(dir))?;
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_dir(parent),
        _ => Ok(()),
    }
}

/// Makes the names in a folder durable.
pub(super) fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    File::open(dir).and_then(|d| d.sync_all()).map_err(StoreError::io(dir))
}

/// Puts a file of these parts at `path`: written beside it, synced, renamed, the folder synced.
pub(super) fn replace(path: &Path, parts: &[&[u8]]) -> Result<(), StoreError> {
    let tmp = path.with_added_extension("tmp");
    let write = || {
        let mut file = File::create(&tmp)?;
        for part in parts {
            file.write_all(part)?;
        }
        file.sync_all()?;
        fs::rename(&tmp, path)
    };
    if let Err(e) = write() {
        // On a full disk the remains would take the space that is missing.
        let _ = fs::remove_file(&tmp);
        return Err(StoreError::io(path)(e));
    }
    path.parent().map_or(Ok(()), sync_dir)
}

/// Whether `bytes` more bytes can be written under `dir`: tried, because the standard library cannot ask.
pub(super) fn has_room(dir: &Path, bytes: usize) -> Result<bool, StoreError> {
    let path = dir.join("room.tmp");
    let attempt = File::create(&path).and_then(|mut file| {
        // Not zeros: a file system that compresses would find room for any number of them.
        let block: Vec<u8> =
            (0_u32..1024).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for _ in 0..bytes.div_ceil(block.len()) {
            file.write_all(&block)?;
        }
        file.sync_data()
    });
    let _ = fs::remove_file(&path);
    match attempt.map_err(StoreError::io(&path)) {
        Ok(()) => Ok(true),
        Err(StoreError::Full { .. }) => Ok(false),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.snap");
        replace(&path, &[b"one"]).unwrap();
        replace(&path, &[b"t", b"wo"]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_of_another_version_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        assert!(!layout.is_store().unwrap());
        layout.seal().unwrap();
        assert!(layout.is_store().unwrap());
        fs::write(layout.format(), "ringer-store 9\n").unwrap();
        let error = layout.is_store().unwrap_err().to_string();
        assert!(error.contains("\"ringer-store 9\""), "{error}");
    }

    #[test]
    fn looking_for_room_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        assert!(has_room(dir.path(), 100_000).unwrap());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
