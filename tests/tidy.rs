//! The house rules that a compiler does not know, checked on the whole tree. Each check is a function from text to
//! problems, and each is shown to fail on a made-up input.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Longest file in `src`, in lines.
const LONGEST: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Every text file of the project with its path from the root, by path: what git tracks, or without git whatever
/// lies there.
fn tree() -> BTreeMap<String, String> {
    let git = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    let names: Vec<String> = match git {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {
            let list = String::from_utf8(output.stdout).unwrap();
            list.split('\0').filter(|n| !n.is_empty()).map(str::to_owned).collect()
        }
        _ => {
            let mut found = Vec::new();
            walk(root(), &mut found);
            found
        }
    };
    let text = |name: String| fs::read_to_string(root().join(&name)).ok().map(|t| (name, t));
    names.into_iter().filter_map(text).collect()
}

fn walk(dir: &Path, found: &mut Vec<String>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", ".git", "ringer-data"].contains(&name.as_str()) {
                walk(&path, found);
            }
        } else {
            found.push(path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/"));
        }
    }
}

fn under<'a>(
    tree: &'a BTreeMap<String, String>,
    folder: &'a str,
    end: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let all = tree.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    all.filter(move |(name, _)| name.starts_with(folder) && name.ends_with(end))
}

#[track_caller]
fn check_none(problems: Vec<String>) {
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Code without comments and without the text of literals, line by line.
fn code(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    let mut previous = ' ';
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                while chars.peek().is_some_and(|&c| c != '\n') {
                    chars.next();
                }
            }
            '/' if chars.peek() == Some(&'*') => {
                let mut last = ' ';
                for c in chars.by_ref() {
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
            }
            'r' if !is_word(previous) && matches!(chars.peek(), Some('"' | '#')) => {
                let mut hashes = 0;
                while chars.peek() == Some(&'#') {
                    chars.next();
                    hashes += 1;
                }
                // `r#type` is a word; only a quote makes it a literal.
                if chars.peek() == Some(&'"') {
                    chars.next();
                    let end = format!("\"{}", "#".repeat(hashes));
                    let mut tail = String::new();
                    for c in chars.by_ref() {
                        tail.push(c);
                        if tail.ends_with(&end) {
                            break;
                        }
                    }
                }
            }
            '"' => {
                while let Some(c) = chars.next() {
                    match c {
                        '\\' => drop(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
                out.push_str("\"\"");
            }
            '\'' => {
                // A character literal or a lifetime: only the former can hold a quote.
                let ahead: Vec<char> = chars.clone().take(2).collect();
                match ahead.as_slice() {
                    ['\\', _] => {
                        chars.next();
                        chars.next();
                        chars.by_ref().find(|&c| c == '\'');
                    }
                    [_, '\''] => {
                        chars.next();
                        chars.next();
                    }
                    _ => {}
                }
            }
            c => out.push(c),
        }
        previous = c;
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The names that stand directly after `crate::`, also within braces.
fn crate_names(text: &str) -> Vec<String> {
    let code = code(text);
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].chars().next_back().is_some_and(is_word) {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut fresh = true;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 1 && is_word(c) && fresh {
                    name.push(c);
                } else if !name.is_empty() {
                    names.push(std::mem::take(&mut name));
                    fresh = false;
                }
                if depth == 1 && c == ',' {
                    fresh = true;
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            names.push(rest.chars().take_while(|&c| is_word(c)).collect());
        }
    }
    names
}

/// The rooms in dependency order, as `lib.rs` declares them.
fn rooms(lib: &str) -> Vec<String> {
    let name = |line: &str| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned);
    lib.lines().filter_map(name).collect()
}

fn upward_imports(rooms: &[String], file: &str, text: &str) -> Vec<String> {
    let path = file.strip_prefix("src/").unwrap_or(file);
    let room = path.split(['/', '.']).next().unwrap_or_default();
    let Some(own) = rooms.iter().position(|r| r == room) else { return Vec::new() };
    crate_names(text)
        .into_iter()
        .filter(|name| rooms.iter().position(|r| r == name).is_some_and(|other| other > own))
        .map(|name| format!("{file}: {room} uses {name}, a room below it"))
        .collect()
}

#[test]
fn a_room_uses_only_rooms_above_it() {
    let rooms = rooms(&read("src/lib.rs"));
    assert!(rooms.len() >= 14, "{rooms:?}");
    let tree = tree();
    let files = under(&tree, "src/", ".rs");
    check_none(files.flat_map(|(name, text)| upward_imports(&rooms, name, text)).collect());
}

#[test]
fn an_upward_import_is_seen_in_every_way_of_writing_it() {
    let rooms: Vec<String> = ["model", "graph", "web"].map(str::to_owned).into();
    let problems = |text: &str| upward_imports(&rooms, "src/graph/path.rs", text).len();
    assert_eq!(problems("use crate::web::routes;"), 1);
    assert_eq!(problems("use crate::{\n    model::{Ring, web},\n    web::Page,\n};"), 1);
    assert_eq!(problems("fn f() { crate::web::f() }"), 1);
    assert_eq!(problems("pub(crate) use crate::{self, web};"), 1);
    assert_eq!(problems("use crate::{model::Ring, graph::Network};\n// crate::web::x"), 0);
    assert_eq!(problems("let s = \"crate::web::x\"; let r = r#\"crate::web\"#;"), 0);
    assert_eq!(upward_imports(&rooms, "src/web.rs", "use crate::graph::Network;").len(), 0);
}

/// A library and the only places that may name it.
const CONFINED: &[(&str, &[&str])] = &[
    ("petgraph", &["src/graph/"]),
    ("sled", &["src/store/sled/", "src/store/sled.rs"]),
    ("actix_web", &["src/web/"]),
    ("actix_http", &["src/web/"]),
    ("actix_rt", &["src/web/"]),
    ("resvg", &["src/reports/render/png.rs"]),
    ("maxminddb", &["src/indicators/ip_files.rs"]),
    ("lettre", &["src/reports/delivery/"]),
    ("ureq", &["src/reports/delivery/"]),
    ("typst", &["src/typeset/"]),
    ("typst_layout", &["src/typeset/"]),
    ("typst_pdf", &["src/typeset/"]),
];

fn strays(file: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let mut found = Vec::new();
    for (library, homes) in CONFINED {
        if homes.iter().any(|home| file.starts_with(home)) {
            continue;
        }
        for (at, _) in code.match_indices(&format!("{library}::")) {
            let before = &code[..at];
            let inner = before.ends_with("::") && !before.trim_end_matches("::").ends_with(' ');
            let own_module = *library == "sled"
                && file.starts_with("src/store/")
                && code[at..]
                    .trim_start_matches("sled::")
                    .trim_start_matches('{')
                    .starts_with("Sled");
            if !before.chars().next_back().is_some_and(is_word) && !inner && !own_module {
                found.push(format!("{file} names {library}"));
            }
        }
    }
    found
}

#[test]
fn petgraph_sled_and_actix_stay_in_their_rooms() {
    let tree = tree();
    check_none(under(&tree, "src/", ".rs").flat_map(|(name, text)| strays(name, text)).collect());
}

#[test]
fn a_library_outside_its_room_is_seen() {
    let n = |file: &str, text: &str| strays(file, text).len();
    assert_eq!(n("src/rings/gates.rs", "use petgraph::graph::UnGraph;"), 1);
    assert_eq!(n("src/graph/path.rs", "use petgraph::graph::UnGraph;"), 0);
    assert_eq!(n("src/engine/service.rs", "fn f(db: sled::Db) {}"), 1);
    assert_eq!(n("src/engine/service.rs", "fn f(db: ::sled::Db) {}"), 1);
    assert_eq!(n("src/store/mod.rs", "pub use sled::{SledOptions, SledStore};"), 0);
    assert_eq!(n("src/store/memory.rs", "fn f(db: sled::Db) {}"), 1);
    assert_eq!(n("src/store/sled/trees.rs", "fn f(db: sled::Db) {}"), 0);
    assert_eq!(n("src/cli/serve.rs", "use actix_web::HttpServer;"), 1);
    assert_eq!(n("src/cli/serve.rs", "// actix_web::HttpServer"), 0);
}

fn too_long(file: &str, text: &str) -> Option<String> {
    let n = text.lines().count();
    (n > LONGEST).then(|| format!("{file} has {n} lines; {LONGEST} is the most: one noun a file"))
}

#[test]
fn no_source_file_is_too_long() {
    let tree = tree();
    check_none(
        under(&tree, "src/", ".rs").filter_map(|(name, text)| too_long(name, text)).collect(),
    );
}

#[test]
fn a_file_that_is_too_long_is_seen() {
    assert!(too_long("x", &"\n".repeat(601)).is_some());
    assert!(too_long("x", &"\n".repeat(600)).is_none());
}

fn undocumented(file: &str, text: &str) -> Option<String> {
    let documented = text.lines().next().is_some_and(|line| line.starts_with("//! "));
    (!documented).then(|| format!("{file} does not begin with a //! line that says what it is for"))
}

#[test]
fn every_module_says_what_it_is_for() {
    let tree = tree();
    let files = under(&tree, "src/", ".rs").chain(under(&tree, "tests/", ".rs"));
    check_none(files.filter_map(|(name, text)| undocumented(name, text)).collect());
}

#[test]
fn an_undocumented_module_is_seen() {
    assert!(undocumented("x", "use std::fs;\n//! Late.").is_some());
    assert!(undocumented("x", "").is_some());
    assert!(undocumented("x", "//! Rings.\n").is_none());
}

/// What the Content-Security-Policy would block, or what it should have to.
fn inline_parts(file: &str, text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut found = Vec::new();
    for (at, _) in lower.match_indices('<') {
        let Some(end) = lower[at..].find('>') else { continue };
        let tag = &lower[at + 1..at + end];
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let name: String = tag.chars().take_while(|&c| is_word(c)).collect();
        let line = 1 + lower[..at].matches('\n').count();
        if name == "style" {
            found.push(format!("{file}:{line}: <style>"));
        }
        let body = lower[at + end + 1..].split("</script").next().unwrap_or_default();
        if name == "script" && !body.trim().is_empty() {
            found.push(format!("{file}:{line}: <script> with a body"));
        }
        for attribute in attributes(tag) {
            let handler = attribute.len() > 2 && attribute.starts_with("on");
            if attribute == "style" || handler {
                found.push(format!("{file}:{line}: {attribute}="));
            }
        }
    }
    found
}

/// Names of the attributes of a tag, quoted values left out.
fn attributes(tag: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut name = String::new();
    let mut quote = None;
    for c in tag.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '=') => names.push(std::mem::take(&mut name)),
            (None, c) if c.is_whitespace() => name.clear(),
            (None, c) => name.push(c),
        }
    }
    names
}

#[test]
fn templates_hold_no_inline_script_style_or_handler() {
    let tree = tree();
    let files = under(&tree, "templates/", ".html").chain(under(&tree, "templates/", ".svg"));
    check_none(files.flat_map(|(name, text)| inline_parts(name, text)).collect());
}

#[test]
fn inline_script_style_and_handlers_are_seen() {
    let n = |text: &str| inline_parts("x.html", text).len();
    assert_eq!(n("<p style=\"color:red\">"), 1);
    assert_eq!(n("<button\n  onclick='go()'>"), 1);
    assert_eq!(n("<script>alert(1)</script>"), 1);
    assert_eq!(n("<style>p{}</style>"), 1);
    assert_eq!(n("<script src=\"/static/x.js\" type=\"module\"></script>"), 0);
    assert_eq!(n("<p class=\"style onclick=\">one = two</p>{% if a < b %}"), 0);
    assert_eq!(n("<link rel=\"stylesheet\" href=\"x.css\"><meter value=\"1\">"), 0);
}

/// Absolute paths of the machines that people develop on.
fn machine_paths(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for home in ["work", "root", "home", "Users"] {
        let path = format!("/{home}/");
        for (at, _) in text.match_indices(&path) {
            // In a longer path or in an address it is somebody else's folder of that name.
            let before = text[..at].chars().next_back().unwrap_or(' ');
            if !is_word(before) && !matches!(before, '.' | '/' | '-' | '~' | '}') {
                let line = 1 + text[..at].matches('\n').count();
                found.push(format!("{file}:{line}: {path}"));
            }
        }
    }
    found
}

#[test]
fn no_file_names_a_folder_of_the_machine_it_was_written_on() {
    // This file has to spell such paths out to show that they are seen.
    let tree = tree();
    let files = under(&tree, "", "").filter(|(name, _)| *name != "tests/tidy.rs");
    check_none(files.flat_map(|(name, text)| machine_paths(name, text)).collect());
}

#[test]
fn a_machine_path_is_seen_and_an_address_is_not_mistaken_for_one() {
    assert_eq!(machine_paths("x", "see /work/notes and \"/root/.cargo/bin\"").len(), 2);
    assert_eq!(machine_paths("x", "https://example.com/home/page, target/work/x").len(), 0);
}

/// Lints that must be set in Cargo.toml, and how.
const LINTS: &[(&str, &str, &str)] = &[
    ("rust", "unsafe_code", "forbid"),
    ("rust", "missing_docs", "warn"),
    ("clippy", "dbg_macro", "deny"),
    ("clippy", "todo", "deny"),
    ("clippy", "unimplemented", "deny"),
    ("clippy", "unwrap_used", "deny"),
    ("clippy", "expect_used", "deny"),
];

fn missing_lints(cargo: &str) -> Vec<String> {
    let cargo: toml::Table = cargo.parse().unwrap();
    let lints = cargo.get("lints").cloned().unwrap_or(toml::Value::Boolean(false));
    let set = |tool: &str, lint: &str| lints.get(tool)?.get(lint)?.as_str().map(str::to_owned);
    LINTS
        .iter()
        .filter(|(tool, lint, level)| set(tool, lint).as_deref() != Some(*level))
        .map(|(tool, lint, level)| format!("Cargo.toml: [lints.{tool}] {lint} must be {level}"))
        .collect()
}

#[test]
fn the_lints_are_on() {
    check_none(missing_lints(&read("Cargo.toml")));
}

#[test]
fn a_lint_that_is_off_is_seen() {
    let all = LINTS.len();
    assert_eq!(missing_lints("[lints.rust]\nunsafe_code = \"forbid\"").len(), all - 1);
    assert_eq!(missing_lints("[lints.rust]\nunsafe_code = \"warn\"").len(), all);
    assert_eq!(missing_lints("").len(), all);
}

fn silenced(file: &str, text: &str) -> Vec<String> {
    let lines = code(text);
    let allows = |line: &str| line.contains("#[allow(") || line.contains("#![allow(");
    let bad = lines.lines().filter(|line| allows(line));
    bad.map(|_| format!("{file}: use #[expect(lint, reason = ...)] or mend it")).collect()
}

#[test]
fn no_lint_is_silenced_without_a_reason() {
    let tree = tree();
    check_none(under(&tree, "src/", ".rs").flat_map(|(name, text)| silenced(name, text)).collect());
}

#[test]
fn a_silenced_lint_is_seen() {
    assert_eq!(silenced("x", "#[allow(dead_code)]\nfn f() {}").len(), 1);
    assert_eq!(silenced("x", "#[expect(dead_code, reason = \"x\")]\nfn f() {}").len(), 0);
}

/// Direct dependencies and rooms that the map does not tell of.
fn missing_from_map(map: &str, cargo: &str, lib: &str) -> Vec<String> {
    let cargo: toml::Table = cargo.parse().unwrap();
    let names = |table: &str| -> Vec<String> {
        cargo
            .get(table)
            .and_then(|t| t.as_table())
            .into_iter()
            .flat_map(|t| t.keys().cloned())
            .collect()
    };
    let dependencies = names("dependencies").into_iter().chain(names("dev-dependencies"));
    let rows = dependencies.map(|name| format!("| {name} |"));
    let rooms = rooms(lib).into_iter().map(|room| format!("`src/{room}/`"));
    rows.chain(rooms)
        .filter(|w| !map.contains(w))
        .map(|w| format!("ARCHITECTURE.md lacks {w}"))
        .collect()
}

#[test]
fn the_map_tells_of_every_room_and_every_dependency() {
    let map = read("ARCHITECTURE.md");
    check_none(missing_from_map(&map, &read("Cargo.toml"), &read("src/lib.rs")));
}

#[test]
fn a_room_or_dependency_that_the_map_forgot_is_seen() {
    let cargo = "[dependencies]\nserde = \"1\"\n[dev-dependencies]\nproptest = \"1\"";
    assert_eq!(missing_from_map("", cargo, "pub mod model;").len(), 3);
    assert_eq!(missing_from_map("| serde | `src/model/`", cargo, "pub mod model;").len(), 1);
}

/// Rows of the list of files by others that the files do not bear out, and files that it does not list.
fn wrong_vendored(list: &str, files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    use sha2::{Digest, Sha256};
    let hex = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    let rows: BTreeMap<&str, &str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|row| row.split(" | ").collect::<Vec<_>>())
        .filter_map(|cells| Some((*cells.first()?, *cells.last()?)))
        .filter(|(_, hash)| hash.len() == 64)
        .collect();
    let mut found: Vec<String> = files
        .iter()
        .filter_map(|(name, bytes)| {
            let hash: String = hex(bytes);
            match rows.get(name.as_str()) {
                None => Some(format!("{name} is not in VENDOR.md")),
                Some(listed) if *listed != hash => Some(format!("{name} has the hash {hash}")),
                Some(_) => None,
            }
        })
        .collect();
    let gone = rows.keys().filter(|name| !files.contains_key(**name));
    found.extend(gone.map(|name| format!("VENDOR.md lists {name}, which is not there")));
    found
}

/// Folders of files by others, and those in them that are ours.
const VENDORED: &[(&str, &[&str])] =
    &[("static/vendor", &["VENDOR.md"]), ("src/typeset/fonts", &["VENDOR.md", "book.json.gz"])];

#[test]
fn files_by_others_are_as_they_were_published() {
    for (folder, ours) in VENDORED {
        let files: BTreeMap<String, Vec<u8>> = fs::read_dir(root().join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                (name, fs::read(path).unwrap())
            })
            .filter(|(name, _)| !ours.contains(&name.as_str()))
            .collect();
        assert!(!files.is_empty());
        check_none(wrong_vendored(&read(&format!("{folder}/VENDOR.md")), &files));
    }
}

/// Words by which a source of Typst would run what is not part of it.
fn running(file: &str, text: &str) -> Vec<String> {
    let words = [
        "eval(",
        "plugin(",
        "import \"@",
        "include \"@",
        "read(",
        "mode: \"markup\"",
        "mode: \"code\"",
    ];
    let bad = words.iter().filter(|word| text.contains(**word));
    bad.map(|word| format!("{file}: {word}")).collect()
}

#[test]
fn no_template_of_a_printed_document_runs_its_data() {
    let tree = tree();
    assert!(under(&tree, "templates/typst/", ".typ").count() > 0);
    check_none(under(&tree, "templates/typst/", ".typ").flat_map(|(n, t)| running(n, t)).collect());
}

#[test]
fn a_template_that_runs_its_data_is_seen() {
    assert_eq!(running("x.typ", "#eval(data.name, mode: \"markup\")").len(), 2);
    assert_eq!(running("x.typ", "#import \"@preview/cetz:0.3.0\"").len(), 1);
    assert_eq!(running("x.typ", "#import \"/base.typ\": *\n#data.name").len(), 0);
}

#[test]
fn a_file_by_others_that_was_changed_or_not_listed_is_seen() {
    let files: BTreeMap<String, Vec<u8>> =
        [("a.js".to_owned(), b"abc".to_vec()), ("b.js".to_owned(), vec![])].into();
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let list = format!("| File | SHA-256 |\n|---|---|\n| a.js | {hash} |\n");
    assert_eq!(wrong_vendored(&list, &files).len(), 1, "b.js is not listed");
    assert_eq!(wrong_vendored(&list.replace("ba78", "ba79"), &files).len(), 2, "a.js was changed");
    assert_eq!(wrong_vendored(&list, &BTreeMap::new()).len(), 1, "a.js is gone");
}
