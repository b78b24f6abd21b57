//! Synthetic applications for the benches, the same on every machine. Not responsible for what is measured.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should fail")]

use ringer::{
    ingest::{self, Input, Reader},
    synth,
};
use tempfile::TempDir;

/// A folder with the files of so many applications.
pub fn written(applications: u64, seed: u64) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    synth::generate(&synth::Options::new(applications, seed), dir.path()).unwrap();
    dir
}

/// The rows of such a folder.
pub fn reader(dir: &TempDir) -> Reader {
    let input = Input::from_arg(&dir.path().join("applications.csv"));
    ingest::open(input, &ingest::Options::default()).unwrap()
}
