//! What was withheld, how it was computed, who handled it, what is in the package and how to check that. Not responsible for
//! the hashes (`package`).
//!
//! Invariant: lines that are told together or left out are counted, and the file with all of them is named.

use crate::{
    explain::words::{bytes, count, grouped},
    model::Bits,
    referral::{
        Contents, CustodyLine, Dossier, Listed,
        document::said::{self, capital, cut, moment, sentence, share},
    },
};
use serde::Serialize;

/// So many lines of custody.
const CUSTODY: usize = 120;
/// So many of them about the receipt of single applications.
const RECEIVED: usize = 24;
/// So many files below `originals/` are named one by one.
const ORIGINALS: usize = 24;

/// The sections.
#[derive(Debug, Serialize)]
pub(super) struct Proof {
    withheld: Vec<(String, String, String)>,
    bystanders: String,
    method: Vec<String>,
    weights: Vec<Weight>,
    corpus: String,
    custody: Vec<Custody>,
    custody_note: String,
    files: Vec<File>,
    files_note: String,
    /// Name and hash.
    hashes: Vec<(&'static str, String)>,
    /// Name and value.
    versions: Vec<(&'static str, String)>,
}

#[derive(Debug, Serialize)]
struct Weight {
    name: String,
    about: String,
    bits: String,
    share: f64,
}

#[derive(Debug, Serialize)]
struct Custody {
    at: String,
    by: String,
    action: String,
    item: String,
    purpose: String,
    source: String,
    hash: String,
}

#[derive(Debug, Serialize)]
struct File {
    path: String,
    about: String,
    size: String,
    hash: String,
}

impl Proof {
    pub(super) fn of(dossier: &Dossier, contents: &Contents) -> Self {
        let (custody, custody_note) = custody(&dossier.custody, contents);
        let (files, files_note) = files(contents);
        let method = &dossier.method;
        let most = method.weights.iter().map(|(.., bits)| *bits).max().unwrap_or(Bits::ZERO);
        let weight = |(name, about, bits): &(String, String, Bits)| Weight {
            name: capital(name),
            about: about.clone(),
            bits: bits.to_string().replace('-', "−"),
            share: share(*bits, most),
        };
        let heading = &dossier.heading;
        Self {
            withheld: dossier
                .withheld
                .iter()
                .map(|line| (line.what.clone(), grouped(line.count), sentence(&line.why)))
                .collect(),
            bystanders: match dossier.bystanders {
                0 => String::new(),
                1 => "1 other person who uses a shared thing is counted here and not named."
                    .to_owned(),
                n => format!(
                    "{} other persons who use a shared thing are counted here and not named.",
                    grouped(n)
                ),
            },
            method: method.how.iter().map(|text| sentence(text)).collect(),
            weights: method.weights.iter().map(weight).collect(),
            corpus: format!(
                "Everything was held against {} of {}, the whole store at that time.",
                number(method.applications, "application", "applications"),
                number(method.applicants, "applicant", "applicants")
            ),
            custody,
            custody_note,
            files,
            files_note,
            hashes: vec![
                ("Evidence list (SHA-256 of evidence.sha256)", contents.evidence.to_string()),
                ("Journal, hash of the chain at its head", heading.head_hash.to_string()),
            ],
            versions: vec![
                ("Journal head", format!("fact {}", heading.head.0)),
                ("Policy in force", heading.policy.clone()),
                ("Made with", format!("Ringer {}", heading.version)),
            ],
        }
    }
}

fn number(n: u64, one: &str, several: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { several })
}

fn custody(lines: &[CustodyLine], contents: &Contents) -> (Vec<Custody>, String) {
    let is_receipt = |line: &&CustodyLine| line.action == "received";
    let receipts = lines.iter().filter(is_receipt).count();
    let keeps_all = receipts <= RECEIVED + 8;
    let mut seen = 0;
    let kept: Vec<&CustodyLine> = lines
        .iter()
        .filter(|line| {
            seen += usize::from(is_receipt(line));
            keeps_all || !is_receipt(line) || seen <= RECEIVED
        })
        .collect();
    // The last steps are those that this package was made in.
    let over = kept.len().saturating_sub(CUSTODY);
    let (first, last) = kept.split_at(kept.len().min(CUSTODY - 20));
    let last = last.iter().skip(over);
    let shown: Vec<Custody> = first.iter().chain(last).copied().map(step).collect();
    let left = lines.len() - shown.len();
    let note = match left {
        0 => String::new(),
        n => format!(
            "{} in all; {} of the same sort are not shown here. All of them: {}.",
            count(lines.len(), "step", "steps"),
            grouped(n),
            said::place_in(contents, "custody.jsonl")
        ),
    };
    (shown, note)
}

fn step(line: &CustodyLine) -> Custody {
    let CustodyLine { seq, at, by, action, item, purpose, file, sha256, bytes: size } = line;
    let mut about = vec![cut(item, 200)];
    about.extend(file.iter().filter(|file| *file != item).map(|file| cut(file, 160)));
    about.extend(size.map(bytes));
    Custody {
        at: moment(*at),
        by: by.clone(),
        action: capital(action),
        item: about.join(" · "),
        purpose: cut(purpose, 300),
        source: seq.map_or_else(|| "this package".to_owned(), |seq| format!("fact {}", seq.0)),
        hash: sha256.as_ref().map_or_else(String::new, ToString::to_string),
    }
}

fn files(contents: &Contents) -> (Vec<File>, String) {
    let is_original = |file: &&Listed| file.path.starts_with("originals/");
    let originals: Vec<&Listed> = contents.files.iter().filter(is_original).collect();
    let keeps_all = originals.len() <= ORIGINALS;
    let file = |file: &Listed| File {
        path: cut(&file.path, 200),
        about: sentence(&file.about),
        size: bytes(file.bytes),
        hash: file.sha256.to_string(),
    };
    let shown = contents.files.iter().filter(|file| keeps_all || !is_original(file)).map(file);
    let note = match keeps_all {
        true => String::new(),
        false => format!(
            "And {} below originals/, {} together: each with its hash in evidence.sha256 and manifest.json.",
            count(originals.len(), "file", "files"),
            bytes(originals.iter().map(|file| file.bytes).sum())
        ),
    };
    (shown.collect(), note)
}
