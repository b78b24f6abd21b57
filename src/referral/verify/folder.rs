//! The files of a package's folder. Not responsible for reading them.
//!
//! Invariant: no link is followed, in no depth; at most so many entries are looked at.

use crate::referral::verify::{Problem, inventory::MOST_FILES};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Deepest a folder lies in a package.
const DEEPEST: usize = 8;

/// The plain files under a folder by their paths in it; anything else becomes a problem. O(entries).
pub(super) fn files(
    root: &Path,
    problems: &mut Vec<Problem>,
) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    let mut ahead: Vec<(PathBuf, String, usize)> = vec![(root.to_owned(), String::new(), 0)];
    let mut looked_at = 0;
    while let Some((folder, prefix, depth)) = ahead.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            looked_at += 1;
            if looked_at > MOST_FILES {
                problems.push(Problem::new("", format!("there are more than {MOST_FILES} files")));
                return Ok(found);
            }
            let name = entry.file_name();
            let shown = format!("{prefix}{}", name.to_string_lossy());
            let Some(name) = name.to_str() else {
                problems.push(Problem::extra(&shown));
                continue;
            };
            let kind = entry.file_type()?;
            let path = format!("{prefix}{name}");
            if kind.is_symlink() {
                problems.push(Problem::new(&shown, "is a link and was not followed"));
            } else if kind.is_dir() && depth < DEEPEST {
                ahead.push((entry.path(), format!("{path}/"), depth + 1));
            } else if kind.is_file() {
                found.insert(path, entry.path());
            } else {
                problems.push(Problem::extra(&shown));
            }
        }
    }
    Ok(found)
}
