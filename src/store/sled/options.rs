//! How a store on disk is opened. Not responsible for reading a configuration file.
//!
//! Invariant: none of these changes what is stored, only how.

use std::{env, path::Path};

/// How a store on disk is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SledOptions {
    /// Bytes sled may cache; it takes this as a hint and uses several times as much when it is small. Entries
    /// are small (about 20 bytes an application), so 64 MiB serve millions.
    pub cache_bytes: u64,
    /// Bytes a journal file may have before the next is begun, at most 256 MiB.
    pub segment_bytes: u64,
    /// After so many facts sled's file is synced. Only the time of the next open depends on it.
    pub sync_every: u64,
    /// Bytes that must be free on the disk, or the store opens for reading only.
    pub room_bytes: usize,
    /// What others are told holds the store.
    pub command: String,
}

impl Default for SledOptions {
    fn default() -> Self {
        Self {
            cache_bytes: 64 << 20,
            segment_bytes: crate::store::journal::SEGMENT_BYTES,
            sync_every: 10_000,
            // sled takes its file in steps of half a mebibyte; a few of them, and a batch.
            room_bytes: 4 << 20,
            command: command(),
        }
    }
}

/// The program's name and its subcommand: `ringer serve`. Further arguments may be personal.
fn command() -> String {
    let mut args = env::args_os().map(|arg| arg.to_string_lossy().into_owned());
    let program = args.next().unwrap_or_default();
    let name = Path::new(&program).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match subcommand(args) {
        Some(subcommand) => format!("{name} {subcommand}"),
        None => name,
    }
}

/// The first argument that is neither an option nor the value of the one before it.
fn subcommand(args: impl Iterator<Item = String>) -> Option<String> {
    let mut value_follows = false;
    for arg in args {
        if arg.starts_with('-') {
            value_follows = !arg.contains('=');
        } else if !std::mem::take(&mut value_follows) {
            return Some(arg);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subcommand_is_found_behind_options_and_their_values() {
        let of = |line: &str| subcommand(line.split_whitespace().map(str::to_owned));
        assert_eq!(of("serve --bind x"), Some("serve".to_owned()));
        assert_eq!(of("--data folder serve"), Some("serve".to_owned()));
        assert_eq!(of("--data=folder serve"), Some("serve".to_owned()));
        assert_eq!(of("--data folder"), None);
    }
}
