//! `docs/security.md`: every requirement of OWASP ASVS 4.0.3 that Ringer answers for stands in it once, and every pointer
//! leads to a file and to a test in it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use std::{fs, path::Path};

/// The numbers of levels 1 and 2 in the sections answered for: part, and from which to which.
const NUMBERS: &[(&str, &[(u32, u32)])] = &[
    ("2.1", &[(1, 12)]),
    ("2.2", &[(1, 3)]),
    ("2.3", &[(1, 3)]),
    ("2.4", &[(1, 5)]),
    ("2.5", &[(1, 7)]),
    ("2.6", &[(1, 3)]),
    ("2.7", &[(1, 6)]),
    ("2.8", &[(1, 7)]),
    ("2.9", &[(1, 3)]),
    ("2.10", &[(1, 4)]),
    ("3.1", &[(1, 1)]),
    ("3.2", &[(1, 4)]),
    ("3.3", &[(1, 4)]),
    ("3.4", &[(1, 5)]),
    ("3.5", &[(1, 3)]),
    ("3.7", &[(1, 1)]),
    ("4.1", &[(1, 3), (5, 5)]),
    ("4.2", &[(1, 2)]),
    ("4.3", &[(1, 3)]),
    ("5.1", &[(1, 5)]),
    ("5.2", &[(1, 8)]),
    ("5.3", &[(1, 10)]),
    ("5.4", &[(1, 3)]),
    ("5.5", &[(1, 4)]),
    ("7.1", &[(1, 4)]),
    ("7.2", &[(1, 2)]),
    ("7.3", &[(1, 1), (3, 4)]),
    ("7.4", &[(1, 3)]),
    ("8.1", &[(1, 4)]),
    ("8.2", &[(1, 3)]),
    ("8.3", &[(1, 8)]),
    ("13.1", &[(1, 1), (3, 5)]),
    ("13.2", &[(1, 3), (5, 6)]),
    ("13.3", &[(1, 2)]),
    ("13.4", &[(1, 2)]),
    ("14.1", &[(1, 4)]),
    ("14.2", &[(1, 6)]),
    ("14.3", &[(2, 3)]),
    ("14.4", &[(1, 7)]),
    ("14.5", &[(1, 4)]),
];

/// A row: number, level, state, what is said, pointer.
fn rows(text: &str) -> Vec<[&str; 5]> {
    text.lines()
        .filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit())
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            cells.try_into().unwrap_or_else(|_| panic!("not five cells: {line}"))
        })
        .collect()
}

/// What is wrong with the table.
fn faults(text: &str, root: &Path) -> Vec<String> {
    let rows = rows(text);
    let mut wrong = Vec::new();
    let wanted: Vec<String> = NUMBERS
        .iter()
        .flat_map(|(part, ranges)| {
            ranges.iter().flat_map(move |(a, b)| (*a..=*b).map(move |n| format!("{part}.{n}")))
        })
        .collect();
    let have: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    if have != wanted {
        let missing: Vec<_> = wanted.iter().filter(|n| !have.contains(&n.as_str())).collect();
        let more: Vec<_> = have.iter().filter(|n| !wanted.contains(&(**n).to_owned())).collect();
        wrong.push(format!("missing {missing:?}, more {more:?}, or twice, or out of order"));
    }
    for [number, level, state, said, pointer] in rows {
        let pointer = pointer.trim_matches('`');
        if !["1", "2"].contains(&level) || said.len() < 5 {
            wrong.push(format!("{number}: no level, or nothing is said"));
        }
        match state {
            "met" if !leads_somewhere(pointer, root) => {
                wrong.push(format!("{number}: {pointer} leads nowhere"));
            }
            "met" => {}
            "n/a" | "open" if pointer.is_empty() => {}
            _ => wrong.push(format!("{number}: {state} with {pointer:?}")),
        }
    }
    wrong
}

/// Whether there is such a file, and such a test in it.
fn leads_somewhere(pointer: &str, root: &Path) -> bool {
    let (file, test) = pointer.split_once("::").map_or((pointer, None), |(f, t)| (f, Some(t)));
    let Ok(text) = fs::read_to_string(root.join(file)) else { return false };
    test.is_none_or(|test| {
        text.match_indices(&format!("fn {test}(")).any(|(at, _)| {
            let before = text[..at].trim_end_matches("async ").trim_end();
            before.ends_with("test]") || before.ends_with(")]")
        })
    })
}

fn table() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/security.md")).unwrap()
}

#[test]
fn every_requirement_stands_in_the_table_once_and_every_pointer_leads_somewhere() {
    let found = faults(&table(), Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(found.is_empty(), "docs/security.md:\n{}", found.join("\n"));
}

#[test]
fn a_line_that_is_missing_or_twice_or_points_nowhere_is_seen() {
    let (text, root) = (table(), Path::new(env!("CARGO_MANIFEST_DIR")));
    let line = text.lines().find(|line| line.starts_with("| 4.1.1 ")).unwrap();
    let pointer = line.split('`').nth(1).unwrap();
    for changed in [
        text.replace(&format!("{line}\n"), ""),
        text.replace(line, &format!("{line}\n{line}")),
        text.replace(line, &line.replace("4.1.1", "4.1.4")),
        text.replace(line, &line.replace(pointer, "tests/web/nowhere.rs::a_test")),
        text.replace(
            line,
            &line.replace(pointer, "tests/web/accounts.rs::a_test_that_is_not_there"),
        ),
        text.replace(line, &line.replace(pointer, "tests/web/accounts.rs::cookie")),
        text.replace(line, &line.replace(pointer, "")),
        text.replace(line, &line.replace(" met ", " perhaps ")),
        text.replace(line, &line.replace(" met ", " open ")),
    ] {
        assert_eq!(faults(&changed, root).len(), 1, "{:?}", faults(&changed, root));
    }
}
