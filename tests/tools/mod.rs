//! Programs by others that judge what Ringer writes: `qpdf`, `pdftotext`, a validator. Not responsible for what they
//! are asked.
//!
//! Invariant: a test either has its program, or says on stderr that it was skipped, or fails where
//! `RINGER_REQUIRE_TOOLS=1`.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::Command,
    thread,
};

/// Set to 1, a missing program is a failure.
const REQUIRE: &str = "RINGER_REQUIRE_TOOLS";

/// The program of this name on the PATH; none where there is none and none is required. `if let Some(qpdf) =
/// need("qpdf")` is how a test asks.
#[track_caller]
pub fn need(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        let required = env::var(REQUIRE).is_ok_and(|set| set == "1");
        assert!(!required, "{REQUIRE} is set, and {name} is not on the PATH");
        // Not by `eprintln!`, which the runner keeps to itself when a test passes. Threads are named after tests.
        let test = thread::current().name().unwrap_or_default().to_owned();
        let line = format!("{test} is skipped in part: no {name}\n");
        io::stderr().write_all(line.as_bytes()).unwrap();
    }
    found
}

/// What a program writes to its standard output, asked with these arguments and then a file. It has to end well.
#[track_caller]
pub fn told(program: &Path, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(file).env("LC_ALL", "C.UTF-8").output();
    let output = output.unwrap_or_else(|e| panic!("{}: {e}", program.display()));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {complaint}", program.display());
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_program_is_found_and_says_what_it_is_asked() {
    if let Some(cat) = need("cat") {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert!(told(&cat, &["-u"], &manifest).contains("[package]"));
    }
}
