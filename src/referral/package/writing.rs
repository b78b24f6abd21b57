//! A package onto the disk: a folder and a zip beside it, whole or not at all, readable by their owner alone. Not
//! responsible for recording it (`engine::referring`).
//!
//! Everything is written into a folder beside, made durable, and then put in its place; whoever is stopped in between
//! leaves a folder that begins with a dot, never half a package.
//!
//! Invariant: nothing that is there is overwritten; what was written is durable when `write` returns.

use crate::referral::{ReferralError, package::Package};
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// How folders begin that are being written.
const UNFINISHED: &str = ".ringer-unfinished-";

/// A package on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its folder.
    pub folder: PathBuf,
    /// The zip of it.
    pub zip: PathBuf,
}

impl Written {
    /// Takes it away again: for when it could not be recorded.
    ///
    /// # Errors
    /// When something of it cannot be removed.
    pub fn remove(&self) -> Result<(), ReferralError> {
        fs::remove_file(&self.zip).map_err(ReferralError::io(&self.zip))?;
        fs::remove_dir_all(&self.folder).map_err(ReferralError::io(&self.folder))
    }
}

/// Writes a package into a folder of its name in `into`, which is made if it is not there, and a zip of it beside.
///
/// # Errors
/// When there is one of this name, or something cannot be written; nothing of it is left then.
pub fn write(package: &Package, into: &Path) -> Result<Written, ReferralError> {
    let written = Written {
        folder: into.join(package.name()),
        zip: into.join(format!("{}.zip", package.name())),
    };
    for path in [&written.folder, &written.zip] {
        if path.symlink_metadata().is_ok() {
            let there =
                io::Error::new(io::ErrorKind::AlreadyExists, "it is there; nothing is overwritten");
            return Err(ReferralError::io(path)(there));
        }
    }
    folder(into).map_err(ReferralError::io(into))?;
    let beside = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempdir_in(into)
        .map_err(ReferralError::io(into))?;
    let root = beside.path().join("package");
    for file in &package.files {
        let path = root.join(&file.path);
        let put = || -> io::Result<()> {
            if let Some(parent) = path.parent() {
                folder(parent)?;
            }
            durable(&path, &file.bytes)
        };
        put().map_err(ReferralError::io(&path))?;
    }
    let zip = beside.path().join("package.zip");
    durable(&zip, &package.zip()?).map_err(ReferralError::io(&zip))?;
    synced(&root).map_err(ReferralError::io(&root))?;
    fs::rename(&root, &written.folder).map_err(ReferralError::io(&written.folder))?;
    // A link instead of a renaming: it fails where something is there.
    let placed = fs::hard_link(&zip, &written.zip)
        .or_else(|e| match e.kind() {
            // Some file systems know no second name of a file.
            io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied => {
                fs::rename(&zip, &written.zip)
            }
            _ => Err(e),
        })
        .and_then(|()| File::open(into)?.sync_all());
    if let Err(e) = placed {
        // Nothing more can be done where this fails too; the error tells of the first failure.
        let _ = fs::remove_dir_all(&written.folder);
        return Err(ReferralError::io(&written.zip)(e));
    }
    Ok(written)
}

fn folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn durable(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the names in a folder and in those below it durable.
fn synced(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            synced(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::{Secrets, package::assemble, sample};

    #[test]
    fn a_package_is_written_once_and_only_its_owner_can_read_it() {
        let into = tempfile::tempdir().unwrap();
        let into = into.path().join("new");
        let package = assemble(&sample::dossier(3), &Secrets::default(), &[]).unwrap();
        let written = write(&package, &into).unwrap();
        for file in &package.files {
            assert_eq!(fs::read(written.folder.join(&file.path)).unwrap(), file.bytes);
        }
        assert_eq!(fs::read(&written.zip).unwrap(), package.zip().unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&written.folder), 0o700);
            assert_eq!(mode(&written.folder.join("originals")), 0o700);
            assert_eq!(mode(&written.folder.join("manifest.json")), 0o600);
            assert_eq!(mode(&written.zip), 0o600);
        }
        let error = write(&package, &into).unwrap_err().to_string();
        assert!(error.contains("nothing is overwritten"), "{error}");
        written.remove().unwrap();
        assert_eq!(fs::read_dir(&into).unwrap().count(), 0, "nothing is left");
    }

    #[test]
    fn half_a_package_is_taken_away_when_the_other_half_cannot_be_written() {
        let into = tempfile::tempdir().unwrap();
        let package = assemble(&sample::dossier(3), &Secrets::default(), &[]).unwrap();
        fs::create_dir(into.path().join(format!("{}.zip", package.name()))).unwrap();
        assert!(write(&package, into.path()).is_err());
        assert_eq!(fs::read_dir(into.path()).unwrap().count(), 1);
    }
}
