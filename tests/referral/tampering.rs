//! Packages that were changed: the file is named, and no other.

use crate::{
    lab::{files, json, refer, ring, run},
    ringer::Dir,
};
use ringer::referral::verify::verify;
use std::fs;

#[test]
fn one_flipped_byte_in_any_file_is_told_by_that_files_name() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let to = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";
    let (_, folder) = refer(&dir, &ring, &["--annex-for", to]);
    let all = files(&folder);
    assert!(all.len() >= 8 && all.contains_key("annex-sealed/annex.json.age"), "{:?}", all.keys());
    assert!(verify(&folder).unwrap().is_intact());
    for (name, bytes) in &all {
        let path = folder.join(name);
        let last = bytes.len() - 1;
        // Spread over the file: for the lists, each line of which tells of another file, in many places.
        let places = (0..=40).map(|n| last * n / 40);
        for place in places {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            fs::write(&path, changed).unwrap();
            let verdict = verify(&folder).unwrap();
            assert!(!verdict.is_intact(), "{name} byte {place}");
            assert_eq!(verdict.told(), format!("{name} was changed"), "byte {place}");
        }
        fs::write(&path, bytes).unwrap();
    }
    fs::write(folder.join("README.txt"), b"x").unwrap();
    let said = run(&dir, &["verify-package", folder.to_str().unwrap()], 1).stdout;
    assert_eq!(said, "NOT intact: README.txt was changed\n");
}

#[test]
fn missing_added_and_renamed_files_are_told() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let (_, folder) = refer(&dir, &ring, &[]);
    let told = || verify(&folder).unwrap().told();
    let all = files(&folder);
    for (name, bytes) in &all {
        fs::remove_file(folder.join(name)).unwrap();
        assert_eq!(told(), format!("{name} is missing"));
        fs::write(folder.join(name), bytes).unwrap();
    }
    fs::write(folder.join("originals/more.txt"), b"x").unwrap();
    assert_eq!(told(), "originals/more.txt is not part of it");
    fs::remove_file(folder.join("originals/more.txt")).unwrap();
    fs::rename(folder.join("README.txt"), folder.join("readme.md")).unwrap();
    assert_eq!(told(), "README.txt is missing; readme.md is not part of it");
    fs::rename(folder.join("readme.md"), folder.join("README.txt")).unwrap();
    assert!(verify(&folder).unwrap().is_intact());
    for name in ["manifest.json", "SHA256SUMS"] {
        fs::remove_file(folder.join(name)).unwrap();
    }
    assert!(told().contains("nothing else was checked"), "{}", told());
}

#[test]
fn a_package_that_the_journal_does_not_know_is_not_intact_there() {
    let (dir, other) = (Dir::new(), Dir::new());
    let ring_id = ring(&dir);
    let (made, folder) = refer(&dir, &ring_id, &[]);
    let package = folder.to_str().unwrap();
    let data = dir.path().join("ringer-data");
    // Elsewhere there is no store to ask, and that is said.
    let said = run(&other, &["verify-package", package], 0).stdout;
    assert!(said.contains("not held against a journal"), "{said}");
    let here = ["verify-package", package, "--data", data.to_str().unwrap()];
    let told = json(&other, &here);
    assert_eq!(told["journal"]["fact"], made["fact"]);
    run(&other, &["verify-package", package, "--data", "nowhere"], 2);
    // A store that is merely there has nothing to say of it; one that was named says that it is another.
    ring(&other);
    let said = run(&other, &["verify-package", package], 0).stdout;
    assert!(said.contains("not held against a journal"), "{said}");
    let own = other.path().join("ringer-data");
    let said = run(&other, &["verify-package", package, "--data", own.to_str().unwrap()], 1).stdout;
    assert!(said.starts_with("NOT intact: manifest.json is of"), "{said}");
    run(&other, &["verify-package", "nothing-here"], 1);
}
