//! The files of a package's zip, read where they lie: nothing is unpacked. Not responsible for what should be there.
//!
//! Invariant: an entry has a plain path of its own below the one folder of the zip; the list of entries is bounded, and
//! no more of an entry is inflated than somebody asks for.

use crate::referral::{
    package::MANIFEST,
    verify::{Problem, inventory::MOST_FILES},
};
use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, FileReader, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveEntryWayfinder,
};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
};

/// Longest a path is, in bytes.
const LONGEST_PATH: usize = 1_000;

/// A zip that is open.
pub(super) struct Archive {
    zip: ZipArchive<FileReader>,
    entries: BTreeMap<String, Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    at: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
}

fn odd(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

impl Archive {
    /// Reads the list of entries; what is no plain file becomes a problem.
    pub(super) fn of(file: File, problems: &mut Vec<Problem>) -> Result<Self, String> {
        let mut room = vec![0; RECOMMENDED_BUFFER_SIZE];
        let zip = ZipArchive::from_file(file, &mut room).map_err(|e| e.to_string())?;
        let mut named = Vec::new();
        let mut entries = zip.entries(&mut room);
        let mut looked_at = 0;
        while let Some(entry) = entries.next_entry().map_err(|e| e.to_string())? {
            looked_at += 1;
            if looked_at > MOST_FILES {
                problems.push(Problem::new("", format!("there are more than {MOST_FILES} files")));
                break;
            }
            let name = entry.file_path();
            let name = name.as_bytes();
            let shown: String = String::from_utf8_lossy(name).chars().take(200).collect();
            if entry.is_dir() {
                continue;
            }
            let Ok(path) = std::str::from_utf8(name) else {
                problems.push(Problem::extra(&shown));
                continue;
            };
            if name.len() > LONGEST_PATH || climbs(path) {
                problems.push(Problem::new(&shown, "has a path that leads out of the package"));
                continue;
            }
            if entry.mode().is_symlink() {
                problems.push(Problem::new(&shown, "is a link and was not followed"));
                continue;
            }
            let method = entry.compression_method();
            named.push((path.to_owned(), Entry { at: entry.wayfinder(), method }));
        }
        Ok(Self { entries: under_one_folder(named, problems), zip })
    }

    /// The files, by path.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The bytes of a file; none when there is no such file.
    pub(super) fn open(&self, path: &str) -> Option<io::Result<Box<dyn Read + '_>>> {
        let entry = *self.entries.get(path)?;
        let open = || -> io::Result<Box<dyn Read + '_>> {
            let found = self.zip.get_entry(entry.at).map_err(odd)?;
            match entry.method {
                CompressionMethod::STORE => Ok(Box::new(found.verifying_reader(found.reader()))),
                CompressionMethod::DEFLATE => {
                    Ok(Box::new(found.verifying_reader(DeflateDecoder::new(found.reader()))))
                }
                _ => Err(odd("it is compressed in a way that no package is")),
            }
        };
        Some(open())
    }
}

/// Whether a path is absolute, climbs or is of another system.
fn climbs(path: &str) -> bool {
    path.starts_with('/')
        || path.contains(['\\', '\0', ':'])
        || path.split('/').any(|part| matches!(part, "" | "." | ".."))
}

/// The entries with the name of the folder that has the manifest in it taken off.
fn under_one_folder(
    named: Vec<(String, Entry)>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, Entry> {
    let folder = named
        .iter()
        .filter_map(|(path, _)| path.strip_suffix(MANIFEST))
        .filter(|folder| folder.is_empty() || folder.ends_with('/'))
        .min_by_key(|folder| folder.matches('/').count())
        .unwrap_or_default()
        .to_owned();
    let mut entries = BTreeMap::new();
    for (path, entry) in named {
        let Some(inner) = path.strip_prefix(&folder) else {
            problems.push(Problem::extra(&path));
            continue;
        };
        if entries.insert(inner.to_owned(), entry).is_some() {
            problems.push(Problem::new(inner, "is there twice"));
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_out_are_seen() {
        for path in ["/etc/x", "../x", "a/../../x", "a\\..\\x", "C:x", "a//b", "./a", "a/."] {
            assert!(climbs(path), "{path}");
        }
        assert!(!climbs("ref_0/originals/a..b.json"));
    }
}
