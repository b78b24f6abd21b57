//! Packages opened by programs that nobody here wrote: sha256sum, unzip, Python, age, pyrage.

use crate::{
    lab::{files, printed, python, refer, ring, tool},
    ringer::Dir,
};
use serde_json::Value;
use std::{fs, path::Path, process::Command};

#[test]
fn sha256sum_agrees_with_every_list() {
    let Some(sha256sum) = tool("sha256sum") else { return };
    let dir = Dir::new();
    let ring = ring(&dir);
    let (made, folder) = refer(&dir, &ring, &[]);
    let files = files(&folder);
    for (list, but) in [("SHA256SUMS", 1), ("evidence.sha256", 4)] {
        let mut command = Command::new(&sha256sum);
        let said = printed(command.args(["--strict", "-c", list]).current_dir(&folder));
        let left_out =
            but + usize::from(list != "SHA256SUMS" && files.contains_key("referral.pdf"));
        assert_eq!(said.lines().filter(|l| l.ends_with(": OK")).count(), files.len() - left_out);
    }
    let hash = |name: &str| {
        let said = printed(Command::new(&sha256sum).arg(name).current_dir(&folder));
        said.split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(hash("manifest.json"), made["manifest_sha256"].as_str().unwrap());
    assert_eq!(hash("evidence.sha256"), made["evidence_sha256"].as_str().unwrap());
}

#[test]
fn unzip_and_python_unpack_what_is_in_the_folder() {
    let dir = Dir::new();
    let ring = ring(&dir);
    let (made, folder) = refer(&dir, &ring, &[]);
    let zip = dir.path().join(made["zip"].as_str().unwrap());
    let name = made["referral_id"].as_str().unwrap();
    let same = |into: &Path| assert_eq!(files(&into.join(name)), files(&folder));
    if let Some(unzip) = tool("unzip") {
        let into = dir.path().join("unzipped");
        printed(Command::new(&unzip).arg("-tqq").arg(&zip));
        printed(Command::new(&unzip).arg("-q").arg(&zip).arg("-d").arg(&into));
        same(&into);
    }
    if let Some(python) = tool("python3") {
        let into = dir.path().join("by-python");
        let script = "import sys, zipfile\n\
            with zipfile.ZipFile(sys.argv[1]) as z:\n    assert z.testzip() is None\n    z.extractall(sys.argv[2])";
        printed(Command::new(&python).args(["-c", script]).arg(&zip).arg(&into));
        same(&into);
    }
}

/// The sealed values of an opened annex.
fn sealed(annex: &str) -> Vec<String> {
    let annex: Value = serde_json::from_str(annex).unwrap();
    assert_eq!(annex["tlp"], "TLP:RED");
    let values = annex["values"].as_array().unwrap();
    values.iter().map(|line| line["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn age_opens_the_annex_for_each_of_its_recipients_and_for_nobody_else() {
    let (Some(age), Some(keygen)) = (tool("age"), tool("age-keygen")) else { return };
    let dir = Dir::new();
    let ring = ring(&dir);
    let keys: Vec<(String, String)> = (0..3)
        .map(|n| {
            let file = format!("key{n}.txt");
            let text = printed(&mut Command::new(&keygen));
            let recipient = text.lines().find_map(|l| l.strip_prefix("# public key: ")).unwrap();
            dir.write(&file, &text);
            (file, recipient.to_owned())
        })
        .collect();
    let to = ["--annex-for", &keys[0].1, &keys[1].1];
    let (_, folder) = refer(&dir, &ring, &to);
    let annex = folder.join("annex-sealed/annex.json.age");
    let open = |key: &str| {
        let mut command = Command::new(&age);
        command.args(["-d", "-i", key]).arg(&annex).current_dir(dir.path());
        command
    };
    for (key, _) in &keys[..2] {
        let values = sealed(&printed(&mut open(key)));
        assert!(values.iter().any(|value| value == "1961-03-01"), "{values:?}");
    }
    assert!(!open(&keys[2].0).output().unwrap().status.success());
    for (name, bytes) in files(&folder) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("1961-03-0"), "{name} gives a sealed value away");
    }
    let readme = fs::read_to_string(folder.join("annex-sealed/README.txt")).unwrap();
    assert!(readme.contains("TLP:RED") && readme.contains(&keys[1].1), "{readme}");
}

#[test]
fn pyrage_opens_the_annex_too() {
    let Some(python) = python() else { return };
    let dir = Dir::new();
    let ring = ring(&dir);
    let script = "import sys, pyrage\nkey = pyrage.x25519.Identity.generate()\n\
        open('key', 'w').write(str(key))\nprint(key.to_public(), end='')";
    let recipient = printed(Command::new(&python).args(["-c", script]).current_dir(dir.path()));
    let (_, folder) = refer(&dir, &ring, &["--annex-for", &recipient]);
    let script = "import sys, pyrage\nkey = pyrage.x25519.Identity.from_str(open('key').read())\n\
        sys.stdout.buffer.write(pyrage.decrypt(open(sys.argv[1], 'rb').read(), [key]))";
    let mut open = Command::new(&python);
    open.args(["-c", script]).arg(folder.join("annex-sealed/annex.json.age"));
    let values = sealed(&printed(open.current_dir(dir.path())));
    assert!(values.iter().any(|value| value == "1961-03-01"), "{values:?}");
}
