//! Names of files that come from outside, made fit for every system that may unpack a package. Not responsible for
//! what is in the files.
//!
//! Invariant: no path made here is absolute, climbs, names a device or differs from another one by case alone.

use crate::referral::Dossier;
use std::collections::{BTreeMap, BTreeSet};

/// Most bytes of a name: with its folders, well within what every system takes.
const LONGEST: usize = 120;

/// Where applications lie as they were received.
const ORIGINALS: &str = "originals/";
/// Where the files of the case lie.
const ATTACHMENTS: &str = "originals/attachments/";

/// Names that mean a device on Windows, whatever their ending.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = |start: &str| {
        stem.strip_prefix(start).is_some_and(|rest| {
            let mut chars = rest.chars();
            matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// The name as a name of one file that every system takes: no folders, no control characters, no device, at most 120
/// bytes with its ending kept. O(bytes).
#[must_use]
pub fn plain_name(name: &str) -> String {
    let fit = |c: char| match c {
        '/' | '\\' | '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        // Characters that turn the reading direction make "fdp.exe" look like "exe.pdf".
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => '_',
        c if c.is_control() => '_',
        c => c,
    };
    let clean: String = name.chars().map(fit).collect();
    let clean = clean.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let mut clean = match clean {
        "" => "file".to_owned(),
        clean if clean.starts_with('-') || is_device(clean) => format!("_{clean}"),
        clean => clean.to_owned(),
    };
    if clean.len() > LONGEST {
        let (stem, ending) = parted(&clean);
        let ending = if ending.len() <= 16 { ending.to_owned() } else { String::new() };
        let mut room = LONGEST - ending.len();
        while !stem.is_char_boundary(room.min(stem.len())) {
            room -= 1;
        }
        let stem = stem.get(..room.min(stem.len())).unwrap_or_default();
        clean = format!("{}{ending}", stem.trim_end_matches(['.', ' ']));
    }
    clean
}

/// A name before its ending, and its ending with the dot.
fn parted(name: &str) -> (&str, &str) {
    match name.rfind('.').filter(|&at| at > 0) {
        Some(at) => name.split_at(at),
        None => (name, ""),
    }
}

/// Whether a path is one that `settled` makes or a form names: relative, plain parts.
#[must_use]
pub(in crate::referral) fn is_plain(path: &str) -> bool {
    !path.is_empty() && path.split('/').all(|part| plain_name(part) == part)
}

/// Names that were given, folded.
#[derive(Default)]
struct Taken(BTreeSet<String>);

impl Taken {
    fn give(&mut self, folder: &str, name: &str) -> String {
        let name = plain_name(name);
        // A folder of this name lies beside it.
        let name = if folder == ORIGINALS && name.to_lowercase() == "attachments" {
            format!("_{name}")
        } else {
            name
        };
        let (stem, ending) = parted(&name);
        let mut path = format!("{folder}{name}");
        let mut n = 2_u32;
        while !self.0.insert(path.to_lowercase()) {
            path = format!("{folder}{stem}-{n}{ending}");
            n += 1;
        }
        path
    }
}

/// The dossier with paths of its originals and attachments that every system takes, each its own; the custody log says
/// the same. O(originals + custody).
#[must_use]
pub(in crate::referral) fn settled(dossier: &Dossier) -> Dossier {
    let mut dossier = dossier.clone();
    let mut taken = Taken::default();
    let mut moved: BTreeMap<(String, Option<String>), String> = BTreeMap::new();
    for original in &mut dossier.originals {
        let name = original.path.strip_prefix(ORIGINALS).unwrap_or(&original.path);
        let path = taken.give(ORIGINALS, name);
        let hash = super::sha256(&original.bytes).to_string();
        moved.insert((original.path.clone(), Some(hash)), path.clone());
        moved.entry((original.path.clone(), None)).or_insert_with(|| path.clone());
        original.path = path;
    }
    for attached in &mut dossier.attachments {
        let name = attached.path.strip_prefix(ATTACHMENTS).unwrap_or(&attached.path);
        let path = taken.give(ATTACHMENTS, name);
        let key = (attached.path.clone(), Some(attached.sha256.to_string()));
        moved.insert(key, path.clone());
        moved.entry((attached.path.clone(), None)).or_insert_with(|| path.clone());
        attached.path = path;
    }
    for line in &mut dossier.custody {
        let Some(file) = &line.file else { continue };
        let hash = line.sha256.as_ref().map(ToString::to_string);
        let new = moved.get(&(file.clone(), hash)).or_else(|| moved.get(&(file.clone(), None)));
        if let Some(new) = new {
            line.file = Some(new.clone());
        }
    }
    dossier
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;
    use proptest::prelude::*;

    #[test]
    fn hostile_names_become_plain_ones() {
        let cases = [
            ("../../etc/passwd", "_.._etc_passwd"),
            ("..", "file"),
            ("", "file"),
            ("a\u{0}\nb.txt", "a__b.txt"),
            ("C:\\x\\y.pdf", "C__x_y.pdf"),
            ("con.txt", "_con.txt"),
            ("LPT1", "_LPT1"),
            ("com10.txt", "com10.txt"),
            ("-rf", "_-rf"),
            (".htaccess", "htaccess"),
            ("trail. . ", "trail"),
            ("invoice\u{202e}fdp.exe", "invoice_fdp.exe"),
            ("фото 1.png", "фото 1.png"),
        ];
        for (given, expected) in cases {
            assert_eq!(plain_name(given), expected, "{given:?}");
        }
        let long = plain_name(&format!("{}.pdf", "ж".repeat(300)));
        assert!(long.len() <= LONGEST && long.ends_with(".pdf"), "{long}");
    }

    #[test]
    fn files_of_one_name_get_their_own_and_the_custody_log_follows() {
        let mut dossier = sample::dossier(3);
        for (n, original) in dossier.originals.iter_mut().enumerate() {
            original.path =
                ["originals/A.json", "originals/../a.json", "/etc/passwd"][n].to_owned();
            dossier.custody[n + 1].file = Some(original.path.clone());
        }
        let mut twin = dossier.attachments[0].clone();
        twin.bytes.push(b'!');
        twin.sha256 = super::super::sha256(&twin.bytes);
        dossier.attachments.push(twin);
        let settled = settled(&dossier);
        let paths: Vec<&str> = settled.originals.iter().map(|o| o.path.as_str()).collect();
        assert_eq!(paths, ["originals/A.json", "originals/_a.json", "originals/_etc_passwd"]);
        let paths: Vec<&str> = settled.attachments.iter().map(|o| o.path.as_str()).collect();
        assert_eq!(
            paths,
            ["originals/attachments/locker.txt", "originals/attachments/locker-2.txt"]
        );
        assert_eq!(settled.custody[2].file.as_deref(), Some("originals/_a.json"));
    }

    proptest! {
        #[test]
        fn what_was_made_plain_is_plain_and_stays_so(name in "\\PC*|[./\\\\a-z:]{0,200}") {
            let once = plain_name(&name);
            prop_assert_eq!(&plain_name(&once), &once);
            prop_assert!(is_plain(&once) && once.len() <= LONGEST + 1, "{}", once);
        }
    }
}
