//! The key of values that are given as keyed hashes: read, or made when it is asked for the first time. Not responsible for
//! hashing (`referral::keyed`).
//!
//! Invariant: readable by its owner alone, on the disk before it is used, never put in another's place.

use crate::cli::{CliError, context::Context};
use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

/// Bytes of a key.
const LONG: usize = 32;

/// The key in the store's folder, if one was made.
///
/// # Errors
/// When it cannot be read, or is none.
pub(in crate::cli) fn kept_key(ctx: &Context) -> Result<Option<Vec<u8>>, CliError> {
    let path = place(ctx);
    let failed = failed(&path);
    match File::open(&path) {
        Ok(file) => {
            let mut text = String::new();
            file.take(4_096).read_to_string(&mut text).map_err(&failed)?;
            match read(&text) {
                Some(key) => Ok(Some(key)),
                None => Err(failed(io::Error::other("it is no key; put its backup there"))),
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(failed(source)),
    }
}

fn place(ctx: &Context) -> PathBuf {
    ctx.settings.data.join("keys").join("referrals.key")
}

fn failed(path: &Path) -> impl Fn(io::Error) -> CliError + '_ {
    |source| CliError::Surroundings {
        what: format!("the key of hashed values \"{}\"", path.display()),
        source,
    }
}

/// The key in the store's folder. `may_make` is whether one may be made where there is none; otherwise one is drawn for this
/// once.
///
/// # Errors
/// When it cannot be read or made, or is none.
pub(super) fn key(ctx: &Context, may_make: bool) -> Result<Vec<u8>, CliError> {
    if let Some(key) = kept_key(ctx)? {
        return Ok(key);
    }
    let path = place(ctx);
    let failed = failed(&path);
    let folder = ctx.settings.data.join("keys");
    let mut key = vec![0; LONG];
    getrandom::fill(&mut key).map_err(|e| failed(io::Error::other(e.to_string())))?;
    if may_make {
        make(&folder, &path, &key).map_err(&failed)?;
        ctx.note(&format!(
            "note: made a key for hashed values in \"{}\"; who is to compare values needs it, on another way than the \
             package",
            path.display()
        ));
    }
    Ok(key)
}

fn read(text: &str) -> Option<Vec<u8>> {
    let pairs = text.trim().as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect::<Option<Vec<u8>>>().filter(|key| key.len() == LONG)
}

fn make(folder: &Path, path: &Path, key: &[u8]) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let mut options = File::options();
    // Never in another's place, not even when two processes make one at once.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let text: String = key.iter().map(|b| format!("{b:02x}")).collect();
    file.write_all(format!("{text}\n").as_bytes())?;
    file.sync_all()?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_32_bytes_in_hexadecimal_digits() {
        assert_eq!(read(&format!("{}\n", "0a".repeat(32))), Some(vec![10; 32]));
        for bad in ["", "0a", "zz", &"0a".repeat(33), "é"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
