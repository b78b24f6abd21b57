//! Secrets that stand in files of their own: a password, a key to sign with. Not responsible for what they are for.
//!
//! Read at every use, so that a secret can be replaced while the server runs.
//!
//! Invariant: no message holds a byte of the secret; a file that others can read is refused.

use crate::reports::delivery::trouble::Trouble;
use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

/// Bytes of a secret at most.
const LARGEST: u64 = 4_096;

/// The secret in a file, without the line break at its end; `setting` is the setting that names the file, `least` how many
/// bytes it has to have.
pub(super) fn read(path: &Path, setting: &str, least: usize) -> Result<Vec<u8>, Trouble> {
    let failed = |why: &str| Trouble::passing(format!("the file that {setting} names {why}"));
    let about = fs::metadata(path).map_err(|error| failed(reason(&error)))?;
    if !about.is_file() {
        return Err(failed("is no file"));
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&about.permissions());
        if mode & 0o077 != 0 {
            return Err(failed("can be read by others: chmod 600 it, and take another secret"));
        }
    }
    let file = File::open(path).map_err(|error| failed(reason(&error)))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| failed(reason(&error)))?;
    if bytes.len() as u64 > LARGEST {
        return Err(failed("is too large for a secret"));
    }
    while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
        bytes.pop();
    }
    if bytes.len() < least {
        return Err(failed(&format!("has to hold at least {least} bytes")));
    }
    Ok(bytes)
}

/// Why a file cannot be read, without its path.
fn reason(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "is not there",
        io::ErrorKind::PermissionDenied => "cannot be read by who runs Ringer",
        _ => "cannot be read",
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_secret_is_read_from_a_file_that_only_its_owner_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let said = |least| read(&path, "[x] file", least).unwrap_err().why;
        assert!(said(1).contains("[x] file names is not there"));
        fs::write(&path, "plum otter granite\r\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(said(1).contains("chmod 600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read(&path, "[x] file", 1).unwrap(), b"plum otter granite");
        let short = said(32);
        assert!(short.contains("at least 32 bytes") && !short.contains("otter"), "{short}");
        fs::write(&path, vec![b'x'; 5_000]).unwrap();
        assert!(said(1).contains("too large"));
        assert!(read(folder.path(), "[x] file", 1).unwrap_err().why.contains("no file"));
    }
}
