//! A store with a ring, packages of it, and what lies in them.

use crate::ringer::{Dir, Run};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Five people with one device and one account; some of what they gave is sealed.
pub fn rows() -> String {
    const NAMES: [&str; 5] = ["Ada Quill", "Bruno Tarn", "Cleo Holt", "Edgar Okafor", "Fenna Sand"];
    let mut text = String::from(
        "application_id,full_name,email,phone,device_id,bank_account_hash,birth_date,submitted_at\n",
    );
    for (n, name) in NAMES.iter().enumerate() {
        let mail = name.to_lowercase().replace(' ', ".");
        let phone = if n % 2 == 0 { 100 } else { 110 + n };
        let day = n + 1;
        writeln!(
            text,
            "A{n},{name},{mail}@example.com,202-555-0{phone},device-1,account-1,1961-03-0{day},2026-01-0{day}",
        )
        .unwrap();
    }
    text
}

#[track_caller]
pub fn run(dir: &Dir, args: &[&str], code: i32) -> Run {
    let run = dir.ringer(args);
    assert_eq!(run.code, code, "ringer {args:?}: {run:?}");
    run
}

#[track_caller]
pub fn json(dir: &Dir, args: &[&str]) -> Value {
    let run = run(dir, &[args, &["--format", "json"]].concat(), 0);
    serde_json::from_str(&run.stdout).unwrap()
}

/// Imports these rows and gives the id of the first ring.
#[track_caller]
pub fn ring_of(dir: &Dir, name: &str, rows: &str) -> String {
    dir.write(name, rows);
    run(dir, &["import", name], 0);
    json(dir, &["rings"])[0]["ring_id"].as_str().unwrap().to_owned()
}

/// A store with a ring, its id.
#[track_caller]
pub fn ring(dir: &Dir) -> String {
    ring_of(dir, "rows.csv", &rows())
}

/// What `ringer refer` says of a package it made, with its folder.
#[track_caller]
pub fn refer(dir: &Dir, ring: &str, more: &[&str]) -> (Value, PathBuf) {
    let made = json(dir, &[&["refer", ring, "--out", "out"], more].concat());
    let folder = dir.path().join(made["folder"].as_str().unwrap());
    (made, folder)
}

/// The files under a folder by their paths in it.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut ahead = vec![folder.to_owned()];
    while let Some(next) = ahead.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                ahead.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Whether a program that others wrote has to be here.
pub fn is_required() -> bool {
    env::var_os("RINGER_REQUIRE_TOOLS").is_some_and(|v| v == "1")
}

/// A program; none where it is not installed and need not be.
pub fn tool(name: &str) -> Option<OsString> {
    let found = env::split_paths(&env::var_os("PATH").unwrap_or_default())
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    assert!(found.is_some() || !is_required(), "{name} is required and not installed");
    if found.is_none() {
        eprintln!("skipped: there is no {name} here");
    }
    found.map(PathBuf::into_os_string)
}

/// The Python that has the libraries of `tests/tools/requirements.txt`; none where there is none and need not be.
pub fn python() -> Option<OsString> {
    let named = env::var_os("RINGER_PYTHON").filter(|v| !v.is_empty());
    assert!(named.is_some() || !is_required(), "RINGER_PYTHON is required and not set");
    if named.is_none() {
        eprintln!("skipped: RINGER_PYTHON names no Python with the libraries of tests/tools");
    }
    named
}

/// Runs a program that has to succeed, and gives what it printed.
#[track_caller]
pub fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
