//! The way to folders of this machine: a sub-folder named by the report's or alert's id, and the files in it. Not responsible
//! for what is in them (`render`).
//!
//! The folder itself is never made: a drive that is not mounted would otherwise be filled behind the mount. Files are for
//! their owner and group, as the folder hands them on; others read nothing.
//!
//! Invariant: each file is there whole or not at all, survives a power cut once it counts as delivered, and comes out the
//! same when it is delivered again; a link in the place of the sub-folder or of a file is never written through.

use crate::{
    model::{Moment, Recipient},
    reports::delivery::{
        Enclosure, Load, Shipment,
        letter::safe,
        post::{PostSettings, Way},
        trouble::Trouble,
    },
};
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Which folders may be written to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderSettings {
    /// Folders in or below which they have to be; anywhere where there is none.
    pub within: Vec<PathBuf>,
    /// The folder of the store, in which they must not be.
    pub keep_out: Option<PathBuf>,
}

/// The way to folders.
pub(super) const WAY: Way = Way {
    kind: "folder",
    about: "a folder of this machine that is there already",
    lacks: |settings, to| {
        let Recipient::Folder(path) = to else { return None };
        target(path, &settings.folder).err().map(|trouble| trouble.why)
    },
    carry: |settings, shipment, now| carry(settings, shipment, now).into(),
};

fn carry(settings: &PostSettings, shipment: &Shipment, _now: Moment) -> Result<String, Trouble> {
    let (Recipient::Folder(path), Load::Files(files)) = (&shipment.to, &shipment.load) else {
        return Err(Trouble::lasting("only files go to folders; this is a defect"));
    };
    let folder = target(path, &settings.folder)?;
    let names = files.iter().map(safe).collect::<Result<Vec<String>, String>>();
    let names = names.map_err(Trouble::lasting)?;
    // An id is small letters, digits and an underscore: it leads nowhere else.
    let inner = folder.join(shipment.parcel.to_string());
    let failed = |error: &io::Error| {
        Trouble::passing(format!("the files cannot be written: {}", reason(error)))
    };
    sub_folder(&inner)?;
    for (file, name) in files.iter().zip(&names) {
        put(&inner, name, file).map_err(|error| failed(&error))?;
    }
    let durable = File::open(&inner).and_then(|inner| inner.sync_all());
    durable.and_then(|()| File::open(&folder)?.sync_all()).map_err(|error| failed(&error))?;
    Ok(match files.len() {
        1 => "1 file written".to_owned(),
        n => format!("{n} files written"),
    })
}

/// The folder as it is on the disk, if it may be written to.
fn target(path: &Path, settings: &FolderSettings) -> Result<PathBuf, Trouble> {
    let real = fs::canonicalize(path).map_err(|error| {
        Trouble::passing(match error.kind() {
            io::ErrorKind::NotFound => {
                "the folder is not there; make it, or mount it, and Ringer writes to it".to_owned()
            }
            _ => format!("the folder cannot be reached: {}", reason(&error)),
        })
    })?;
    if !real.is_dir() {
        return Err(Trouble::passing("there is a file in the place of the folder"));
    }
    let is_in =
        |outer: &PathBuf| fs::canonicalize(outer).is_ok_and(|outer| real.starts_with(outer));
    if settings.keep_out.as_ref().is_some_and(is_in) {
        return Err(Trouble::passing("the folder belongs to the store; take one outside of it"));
    }
    if !settings.within.is_empty() && !settings.within.iter().any(is_in) {
        return Err(Trouble::passing(
            "the folder is not in one of those that [reports] folders lists",
        ));
    }
    Ok(real)
}

/// Makes the sub-folder, unless it is there.
fn sub_folder(inner: &Path) -> Result<(), Trouble> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o750);
    match builder.create(inner) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => {
            return Err(Trouble::passing(format!(
                "the folder cannot be written to: {}",
                reason(&error)
            )));
        }
    }
    // Not through a link: whoever put it there would choose where the files go.
    match fs::symlink_metadata(inner) {
        Ok(about) if about.is_dir() => Ok(()),
        _ => Err(Trouble::passing(
            "something that is no folder has the name of the sub-folder; take it away",
        )),
    }
}

/// Puts a file in its place, whole.
fn put(folder: &Path, name: &str, file: &Enclosure) -> io::Result<()> {
    // No enclosure's name begins with a dot.
    let fresh = folder.join(format!(".{name}.part"));
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    let mut written = options.open(&fresh)?;
    written.write_all(&file.bytes)?;
    written.sync_all()?;
    fs::rename(&fresh, folder.join(name))
}

/// Why something of the disk failed, without a path.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "who runs Ringer may not".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is for reading only".to_owned(),
        io::ErrorKind::IsADirectory => "a folder has the name of a file".to_owned(),
        kind => kind.to_string(),
    }
}
