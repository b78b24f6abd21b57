//! Majors and their codes in the Classification of Instructional Programs. Not responsible for which school awards what
//! (`indicators::Completions`).
//!
//! Invariant: codes have four digits; a major that is not in the table has none, and says nothing.

use super::table::rows;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static TABLE: LazyLock<FxHashMap<&'static str, Vec<u16>>> = LazyLock::new(|| {
    let codes = |cell: &str| -> Vec<u16> {
        cell.split(',').filter_map(|code| code.replace('.', "").parse().ok()).collect()
    };
    rows::<2>(include_str!("../../seed_data/reference/majors.tsv"))
        .map(|[major, cell]| (major, codes(cell)))
        .collect()
});

/// Words that stand before or behind a major without changing it.
const AROUND: &[&str] = &["major", "majors", "degree", "program", "studies", "applied", "general"];

/// The codes that schools report a major under, most usual first: of a folded text such as "computer science", or of the
/// majors that it joins by "and"; empty where none is known. O(words).
#[must_use]
pub fn codes(major: &str) -> Vec<u16> {
    let found = |text: &str| TABLE.get(text.trim()).cloned();
    if let Some(codes) = found(major).or_else(|| found(&bare(major))) {
        return codes;
    }
    let mut all = Vec::new();
    for part in major.split(" and ").filter(|part| *part != major) {
        let Some(codes) = found(part).or_else(|| found(&bare(part))) else { return Vec::new() };
        all.extend(codes.into_iter().filter(|code| !all.contains(code)).collect::<Vec<_>>());
    }
    all
}

fn bare(major: &str) -> String {
    major.split(' ').filter(|word| !AROUND.contains(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors_have_the_codes_they_are_reported_under() {
        assert_eq!(codes("computer science").first(), Some(&1107));
        assert_eq!(codes("computer science major"), codes("computer science"));
        assert_eq!(codes("physics and mathematics"), [4008, 2701, 2703]);
        assert!(codes("physics and basket weaving").is_empty());
        assert!(codes("basket weaving").is_empty() && codes("").is_empty());
    }

    #[test]
    fn every_code_has_four_digits_and_every_major_is_in_folded_words() {
        assert!(TABLE.len() > 150);
        for (major, codes) in TABLE.iter() {
            assert!(!codes.is_empty(), "{major}");
            assert!(codes.iter().all(|code| (100..=6199).contains(code)), "{major}");
            assert!(major.bytes().all(|b| b.is_ascii_lowercase() || b == b' '), "{major}");
        }
    }
}
