//! Lists of hashes as `sha256sum` writes and reads them. Not responsible for which files are listed.
//!
//! Invariant: sorted by path; reading what was written gives the same list.

use crate::model::FileHash;
use std::collections::BTreeMap;

/// A list of hashes by path.
pub type Sums = BTreeMap<String, FileHash>;

/// The list as text: the hash, two blanks, the path. O(files).
#[must_use]
pub fn sum_lines<'a>(files: impl IntoIterator<Item = (&'a str, &'a FileHash)>) -> String {
    let sorted: BTreeMap<&str, &FileHash> = files.into_iter().collect();
    sorted.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect()
}

/// Reads such a list; none when a line is not one, or a path is there twice. O(bytes).
#[must_use]
pub(in crate::referral) fn read(text: &str) -> Option<Sums> {
    let mut sums = Sums::new();
    for line in text.lines() {
        let (hash, path) = line.split_once("  ")?;
        let fresh = sums.insert(path.to_owned(), hash.parse().ok()?).is_none();
        if !fresh || path.is_empty() {
            return None;
        }
    }
    Some(sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::package::sha256;

    #[test]
    fn a_list_is_read_as_it_was_written_and_sorted() {
        let (a, b) = (sha256(b"a"), sha256(b"b"));
        let text = sum_lines([("z/b  c.txt", &b), ("a.csv", &a)]);
        assert!(text.starts_with(a.as_str()), "{text}");
        let sums = read(&text).unwrap();
        assert_eq!(sums.get("z/b  c.txt"), Some(&b));
        for bad in ["x  y", &format!("{a} y"), &format!("{a}  y\n{b}  y\n"), &format!("{a}  ")] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
