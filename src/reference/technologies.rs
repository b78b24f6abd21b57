//! Technologies and the year in which they could first be used. Not responsible for what anybody claims of them.
//!
//! Invariant: the year is the earliest there is a reason for, earlier names of the same thing included.

use super::table::rows;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static TABLE: LazyLock<FxHashMap<&'static str, u16>> = LazyLock::new(|| {
    let mut table = FxHashMap::default();
    for [name, year, others] in
        rows::<3>(include_str!("../../seed_data/reference/technologies.tsv"))
    {
        let Ok(year) = year.parse() else { continue };
        for name in std::iter::once(name).chain(others.split('|')).filter(|n| !n.is_empty()) {
            table.insert(name, year);
        }
    }
    table
});

/// The year in which a technology could first be used; none where the name is not known. O(1).
#[must_use]
pub fn first_year(name: &str) -> Option<u16> {
    TABLE.get(key(name).as_str()).copied()
}

/// Lower-case words; `#` and a full stop in front are words.
fn key(name: &str) -> String {
    let name: String = name.trim().chars().take(60).collect::<String>().to_lowercase();
    let name = match name.strip_prefix('.') {
        Some(rest) => format!("dot {rest}"),
        None => name,
    };
    let name = name.replace('#', " sharp ");
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn technologies_are_found_as_people_write_them() {
        for (name, year) in [
            ("Kubernetes", Some(2014)),
            ("k8s", Some(2014)),
            ("React.js", Some(2013)),
            ("C#", Some(2000)),
            (".NET Core", Some(2014)),
            ("Node.js", Some(2009)),
            ("patience", None),
            ("", None),
        ] {
            assert_eq!(first_year(name), year, "{name}");
        }
        assert!(TABLE.len() > 100);
    }
}
