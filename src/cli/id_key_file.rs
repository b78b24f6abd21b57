//! The file of the key under which ids are hashed: read, or made when ids are hashed for the first time. Not responsible for
//! hashing (`ingest`).
//!
//! Invariant: a key is made only for a store that holds no hashed id; it is readable by its owner alone, on the disk before it
//! is used, and never put in another's place.

use crate::{
    cli::{CliError, context::Context, settings::SettingsError},
    engine::Engine,
    ingest::IdKey,
};
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// The engine, hashing ids as the settings say. `may_make` is whether a key may be made where there is none.
///
/// # Errors
/// When the store holds hashed ids and the key is missing, another, or not asked for; when it cannot be read or made.
pub fn hashing(ctx: &Context, engine: Engine, may_make: bool) -> Result<Engine, CliError> {
    let path = ctx
        .settings
        .id_key_file
        .clone()
        .unwrap_or_else(|| ctx.settings.data.join("keys").join("ids.key"));
    let shown = path.display();
    let held = engine.hashed_under();
    if !ctx.settings.hash_ids {
        return match held {
            None => Ok(engine),
            Some(held) => Err(refused(format!(
                "this store holds hashed birth dates or government numbers (key {held}), and [privacy] hash_ids is not set; \
                 set hash_ids = true in ringer.toml, or RINGER_PRIVACY_HASH_IDS=true"
            ))),
        };
    }
    let key = match (read(&path)?, held) {
        (Some(key), Some(held)) if key.id() != held => {
            return Err(refused(format!(
                "the key in \"{shown}\" is {}, and the ids of this store were hashed under {held}; put that key's backup \
                 there, or name its file with RINGER_ID_KEY_FILE",
                key.id()
            )));
        }
        (Some(key), _) => key,
        (None, Some(held)) => {
            return Err(refused(format!(
                "the ids of this store were hashed under the key {held}, and there is none in \"{shown}\"; put its backup \
                 there, or name its file with RINGER_ID_KEY_FILE: without it nobody new can be compared by these ids"
            )));
        }
        (None, None) => {
            let key = IdKey::fresh().map_err(refused)?;
            if may_make {
                write(&path, &key)?;
                ctx.note(&format!(
                    "warning: made the key {} for hashed ids in \"{shown}\"; back it up, apart from the store: without it \
                     nobody new can ever be compared by birth date or government number with who is stored now",
                    key.id()
                ));
            }
            key
        }
    };
    Ok(engine.hashing_ids(key))
}

fn refused(why: String) -> CliError {
    CliError::Settings(SettingsError::IdKey(why))
}

/// The key in a file; none where there is no file.
fn read(path: &Path) -> Result<Option<IdKey>, CliError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed("read", path, source)),
    };
    let mut text = String::new();
    file.take(4_096).read_to_string(&mut text).map_err(|source| failed("read", path, source))?;
    match IdKey::parse(&text) {
        Some(key) => Ok(Some(key)),
        None => Err(refused(format!(
            "\"{}\" is no key for ids; put its backup there, or name another file with RINGER_ID_KEY_FILE",
            path.display()
        ))),
    }
}

fn write(path: &Path, key: &IdKey) -> Result<(), CliError> {
    let make = || -> io::Result<()> {
        let folder: PathBuf = path.parent().map(Path::to_owned).unwrap_or_default();
        if !folder.as_os_str().is_empty() {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&folder)?;
        }
        let mut options = File::options();
        // Never in another's place, not even when two processes make one at once.
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(key.text().as_bytes())?;
        file.sync_all()?;
        match folder.as_os_str().is_empty() {
            true => Ok(()),
            false => File::open(folder)?.sync_all(),
        }
    };
    make().map_err(|source| failed("make", path, source))
}

fn failed(what: &str, path: &Path, source: io::Error) -> CliError {
    CliError::Surroundings {
        what: format!("cannot {what} the key for ids \"{}\"", path.display()),
        source,
    }
}
