//! Synthetic applications for the benches, the same on every machine. Not responsible for what is measured.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on should fail")]
#![allow(dead_code, reason = "not every bench holds rows back")]

use ringer::{
    ingest::{self, Input, Reader},
    synth,
};
use std::fs;
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

/// What comes to a store one by one.
pub struct Later {
    pub header: String,
    /// Rows without their ids.
    pub rows: Vec<String>,
}

impl Later {
    /// The file of the application that comes as the `n`th: after the last row the first again, under another id, as one
    /// more application of somebody.
    pub fn file(&self, n: usize) -> Vec<u8> {
        let row = &self.rows[n % self.rows.len()];
        format!("{}\nlater-{n},{row}\n", self.header).into_bytes()
    }
}

/// A folder with so many applications less one of every `held_back`, and those.
pub fn split(applications: u64, seed: u64, held_back: usize) -> (TempDir, Later) {
    let dir = written(applications, seed);
    let file = dir.path().join("applications.csv");
    let text = fs::read_to_string(&file).unwrap();
    let mut lines = text.split_inclusive('\n');
    let header = lines.next().unwrap();
    let (mut stored, mut rows) = (header.to_owned(), Vec::new());
    for (n, line) in lines.enumerate() {
        match line.split_once(',') {
            Some((_, row)) if n % held_back == held_back / 2 => {
                rows.push(row.trim_end().to_owned())
            }
            _ => stored.push_str(line),
        }
    }
    fs::write(&file, stored).unwrap();
    (dir, Later { header: header.trim_end().to_owned(), rows })
}
