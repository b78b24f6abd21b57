//! `custody.jsonl`: who handled the evidence, when and what for, one JSON object a line, each with the hash of the line before;
//! and the check of such a file. Not responsible for the hashes of other files (the manifest's).
//!
//! Invariant: `prev` is the SHA-256 of the line before without its line feed, 64 zeros on the first, which says how many
//! lines there are; every file of `originals/` is an item with its hash.

use crate::{
    model::FileHash,
    referral::{
        Attached, CustodyLine, Dossier, Original, PackageFile, Part, ReferralError,
        package::sha256, plain::plain_json,
    },
};
use serde::Serialize;
use std::{collections::BTreeSet, fmt};

/// What the first line has in place of a hash.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The name of the format.
const FORMAT: &str = "ringer-custody-1";

/// The name of the file.
const PATH: &str = "custody.jsonl";

/// What there is to say of times.
const TIME_ZONE: &str = "UTC; a time that came without an offset was read as UTC";

/// What is not known of a thing that is asked for.
const NOT_HELD: &str = "not on record";

/// The log of who handled the evidence.
#[derive(Debug)]
pub struct Custody;

impl Part for Custody {
    fn name(&self) -> &'static str {
        "custody"
    }

    fn about(&self) -> &'static str {
        "who handled the evidence, when and what for: one JSON object a line, each with the SHA-256 of the line before"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let entries = entries(dossier)?;
        let mut out = String::new();
        let mut prev = GENESIS.to_owned();
        for (i, entry) in entries.iter().enumerate() {
            let line = Line { n: i + 1, prev: &prev, entry };
            let json = serde_json::to_string(&line)
                .map_err(|e| ReferralError::Part { file: PATH.to_owned(), what: e.to_string() })?;
            let json = plain_json(&json);
            prev = hash(json.as_bytes());
            out.push_str(&json);
            out.push('\n');
        }
        let media_type = "application/x-ndjson";
        Ok(vec![PackageFile::new(PATH, self.about(), media_type, out.into_bytes())])
    }
}

/// A line: its place in the chain, then what it says.
#[derive(Debug, Serialize)]
struct Line<'a> {
    n: usize,
    prev: &'a str,
    #[serde(flatten)]
    entry: &'a Entry,
}

/// What a line says.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Entry {
    /// The first line: what this is a log of.
    Log(Log),
    /// Evidence that is in the package, and how it came.
    Item(Box<Item>),
    /// Something that was done.
    Step(Step),
    /// Evidence that changed hands.
    Transfer(Transfer),
}

#[derive(Debug, Serialize)]
struct Log {
    format: &'static str,
    lines: usize,
    tlp: &'static str,
    referral: String,
    ring: String,
    organization: String,
    made_by: String,
    made_at_utc: String,
    journal_head: u64,
    journal_head_sha256: String,
    policy: String,
    tool: String,
    time_zone: &'static str,
}

#[derive(Debug, Serialize)]
struct Item {
    evidence_id: String,
    action: &'static str,
    collected_by: String,
    collected_at_utc: String,
    source_system: String,
    exporter: &'static str,
    method: String,
    path: String,
    original_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_row: Option<u64>,
    item: String,
    sha256: String,
    bytes: u64,
    purpose: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    taken_out: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<u64>,
    time_zone: &'static str,
}

#[derive(Debug, Serialize)]
struct Step {
    action: &'static str,
    at_utc: String,
    by: String,
    item: String,
    purpose: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Transfer {
    action: &'static str,
    at_utc: String,
    from: String,
    to: String,
    by: String,
    purpose: String,
    method: String,
    acknowledgement: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<u64>,
}

/// Every entry, the first that of the log. O(lines × files).
fn entries(dossier: &Dossier) -> Result<Vec<Entry>, ReferralError> {
    let mut items: Vec<Entry> = Vec::new();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let mut evidence = 0;
    for line in &dossier.custody {
        let entry = match file_of(dossier, line) {
            Some(file) if named.insert(file.path()) => {
                evidence += 1;
                Entry::Item(Box::new(item(dossier, &file, Some(line), evidence)?))
            }
            // A second step with the same file is a step: it came once.
            _ if line.action == "referred" => Entry::Transfer(transfer(dossier, line)),
            _ => Entry::Step(step(line)),
        };
        items.push(entry);
    }
    // What is in the package has an entry, whether or not a step named it; before it went on.
    let rest = dossier.originals.iter().map(File::Original);
    let rest: Vec<File> = rest.chain(dossier.attachments.iter().map(File::Attached)).collect();
    let went = items.iter().position(|entry| matches!(entry, Entry::Transfer(_)));
    let mut kept = Vec::new();
    for file in rest.iter().filter(|file| !named.contains(file.path())) {
        evidence += 1;
        kept.push(Entry::Item(Box::new(item(dossier, file, None, evidence)?)));
    }
    let at = went.unwrap_or(items.len());
    items.splice(at..at, kept);
    let log = log(dossier, items.len() + 1);
    Ok([Entry::Log(log)].into_iter().chain(items).collect())
}

/// A file of the package.
#[derive(Debug, Clone, Copy)]
enum File<'a> {
    Original(&'a Original),
    Attached(&'a Attached),
}

impl<'a> File<'a> {
    fn path(self) -> &'a str {
        match self {
            Self::Original(original) => &original.path,
            Self::Attached(attached) => &attached.path,
        }
    }

    fn bytes(self) -> &'a [u8] {
        match self {
            Self::Original(original) => &original.bytes,
            Self::Attached(attached) => &attached.bytes,
        }
    }
}

/// The file of the package that a line is about.
fn file_of<'a>(dossier: &'a Dossier, line: &CustodyLine) -> Option<File<'a>> {
    let path = line.file.as_deref()?;
    let mut originals = dossier.originals.iter().filter(|original| original.path == path);
    let mut attached = dossier.attachments.iter().filter(|attached| attached.path == path);
    originals.next().map(File::Original).or_else(|| attached.next().map(File::Attached))
}

fn item(
    dossier: &Dossier,
    file: &File,
    line: Option<&CustodyLine>,
    no: usize,
) -> Result<Item, ReferralError> {
    let sha256 = hash(file.bytes());
    let said = line.and_then(|line| line.sha256.as_ref()).map(FileHash::as_str);
    if said.is_some_and(|said| said != sha256) {
        return Err(ReferralError::Part {
            file: file.path().to_owned(),
            what: "its bytes are not those that were recorded".to_owned(),
        });
    }
    let or = |text: Option<String>| text.unwrap_or_else(|| NOT_HELD.to_owned());
    let ringer = format!("Ringer {}", dossier.heading.version);
    let (by, at, source_system, method, original_path, row, what, taken_out, seq) = match file {
        File::Original(original) => (
            line.map(|line| line.by.clone()),
            line.map(|line| line.at).or(original.received),
            format!("the system that exported {}; its name is {NOT_HELD}", original.source.0),
            format!(
                "imported by {ringer} as {}; values as received, written anew as JSON",
                original.import
            ),
            original.source.0.clone(),
            Some(original.source.1),
            format!("application {}", original.application),
            original.redacted.clone(),
            Some(original.seq),
        ),
        File::Attached(attached) => (
            Some(attached.by.clone()),
            Some(attached.at),
            NOT_HELD.to_owned(),
            format!("attached to the case in {ringer}; bytes as given"),
            attached.name.clone(),
            None,
            format!("file of the case, {}", attached.media_type),
            Vec::new(),
            line.and_then(|line| line.seq),
        ),
    };
    Ok(Item {
        evidence_id: format!("{}/E{no:04}", dossier.heading.referral),
        action: line.map_or("kept", |line| line.action),
        collected_by: or(by),
        collected_at_utc: or(at.map(|at| at.to_string())),
        source_system,
        exporter: NOT_HELD,
        method,
        path: file.path().to_owned(),
        original_path,
        original_row: row,
        item: what,
        sha256,
        bytes: file.bytes().len() as u64,
        purpose: line.map(|line| line.purpose.clone()).unwrap_or_default(),
        taken_out,
        fact: seq.map(|seq| seq.0),
        time_zone: TIME_ZONE,
    })
}

fn step(line: &CustodyLine) -> Step {
    Step {
        action: line.action,
        at_utc: line.at.to_string(),
        by: line.by.clone(),
        item: line.item.clone(),
        purpose: line.purpose.clone(),
        fact: line.seq.map(|seq| seq.0),
    }
}

fn transfer(dossier: &Dossier, line: &CustodyLine) -> Transfer {
    let named = |text: &str| if text.is_empty() { NOT_HELD.to_owned() } else { text.to_owned() };
    Transfer {
        action: line.action,
        at_utc: line.at.to_string(),
        from: named(&dossier.heading.organisation.name),
        to: named(&line.item),
        by: line.by.clone(),
        purpose: line.purpose.clone(),
        method: format!(
            "as package {}; how it was handed over is {NOT_HELD}",
            dossier.heading.referral
        ),
        acknowledgement: NOT_HELD,
        fact: line.seq.map(|seq| seq.0),
    }
}

fn log(dossier: &Dossier, lines: usize) -> Log {
    let heading = &dossier.heading;
    Log {
        format: FORMAT,
        lines,
        tlp: heading.tlp.label(),
        referral: heading.referral.to_string(),
        ring: heading.ring.to_string(),
        organization: heading.organisation.name.clone(),
        made_by: heading.by.clone(),
        made_at_utc: heading.at.to_string(),
        journal_head: heading.head.0,
        journal_head_sha256: heading.head_hash.as_str().to_owned(),
        policy: heading.policy.clone(),
        tool: format!("Ringer {}", heading.version),
        time_zone: TIME_ZONE,
    }
}

fn hash(bytes: &[u8]) -> String {
    sha256(bytes).to_string()
}

/// Why a file is not the log that was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CustodyFault {
    /// The line where it shows, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: CustodyProblem,
}

impl fmt::Display for CustodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PATH} line {}: {}", self.line, self.what)
    }
}

/// What is wrong with a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CustodyProblem {
    /// No line at all.
    #[error("there is nothing in it")]
    Empty,
    /// The last line has no end.
    #[error("the line is cut")]
    Cut,
    /// Not an object of JSON with a number and a hash.
    #[error("it is not an entry of a custody log")]
    NoEntry,
    /// Another format.
    #[error("it is not the beginning of a custody log of a format known here")]
    Format,
    /// Not the number that belongs there.
    #[error("its number is not its place: a line is missing or was put in")]
    Number,
    /// Not the hash of the line before.
    #[error("the line before it was changed: its SHA-256 is not the one named here")]
    Hash,
    /// Lines at the end are missing or too many.
    #[error("there are not as many lines as the first one says")]
    Count,
}

/// Checks a log as it is in a package: that each line follows the one before, and that none is missing. Gives the number of
/// lines, the first among them. The bytes may be anything. O(bytes).
///
/// That the last line was not changed is known by the hash of the file in the manifest.
///
/// # Errors
/// The first line where something is wrong, and what.
pub fn check(bytes: &[u8]) -> Result<usize, CustodyFault> {
    let fault = |line, what| Err(CustodyFault { line, what });
    if bytes.is_empty() {
        return fault(1, CustodyProblem::Empty);
    }
    let lines: Vec<&[u8]> = bytes.split(|&b| b == b'\n').collect();
    let Some((rest, lines)) = lines.split_last() else { return fault(1, CustodyProblem::Empty) };
    let mut prev = GENESIS.to_owned();
    let mut said = None;
    for (i, line) in lines.iter().enumerate() {
        let Ok(entry) = serde_json::from_slice::<serde_json::Value>(line) else {
            return fault(i + 1, CustodyProblem::NoEntry);
        };
        let number = entry.get("n").and_then(serde_json::Value::as_u64);
        let named = entry.get("prev").and_then(serde_json::Value::as_str);
        let (Some(number), Some(named)) = (number, named) else {
            return fault(i + 1, CustodyProblem::NoEntry);
        };
        if i == 0 {
            if entry.get("format").and_then(serde_json::Value::as_str) != Some(FORMAT) {
                return fault(1, CustodyProblem::Format);
            }
            said = entry.get("lines").and_then(serde_json::Value::as_u64);
        }
        if number != i as u64 + 1 {
            return fault(i + 1, CustodyProblem::Number);
        }
        if named != prev {
            return fault(i + 1, CustodyProblem::Hash);
        }
        prev = hash(line);
    }
    match () {
        () if !rest.is_empty() => fault(lines.len() + 1, CustodyProblem::Cut),
        () if said != Some(lines.len() as u64) => fault(lines.len(), CustodyProblem::Count),
        () => Ok(lines.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;
    use proptest::prelude::*;

    fn written(dossier: &Dossier) -> Vec<u8> {
        Custody.files(dossier).unwrap().remove(0).bytes
    }

    fn values(bytes: &[u8]) -> Vec<serde_json::Value> {
        let text = std::str::from_utf8(bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn every_file_of_originals_is_an_item_and_the_transfer_comes_last() {
        let dossier = sample::dossier(3);
        let bytes = written(&dossier);
        let lines = values(&bytes);
        assert_eq!(check(&bytes), Ok(lines.len()));
        let kinds: Vec<&str> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["log", "step", "item", "item", "item", "item", "transfer"]);
        assert_eq!(lines[2]["sha256"], hash(&dossier.originals[0].bytes));
        assert_eq!(lines[2]["taken_out"], serde_json::json!(["birth_date"]));
        assert_eq!(lines[5]["path"], "originals/attachments/locker.txt");
        assert_eq!(lines[6]["to"], "The field office");
        assert_eq!(lines[0]["prev"], GENESIS);
    }

    #[test]
    fn a_file_that_is_not_the_one_recorded_is_an_error() {
        let mut dossier = sample::dossier(2);
        dossier.originals[0].bytes.push(b' ');
        let Err(ReferralError::Part { file, .. }) = Custody.files(&dossier) else { panic!() };
        assert_eq!(file, "originals/APP-0001.json");
    }

    #[test]
    fn what_was_changed_put_in_left_out_or_cut_is_named_by_line() {
        let bytes = written(&sample::dossier(2));
        let lines: Vec<&str> = std::str::from_utf8(&bytes).unwrap().lines().collect();
        let joined = |lines: &[&str]| format!("{}\n", lines.join("\n")).into_bytes();
        let fault = |bytes: &[u8]| {
            let fault = check(bytes).unwrap_err();
            (fault.line, fault.what)
        };
        let changed = lines[2].replace("Ada", "Eve");
        let all = lines.len();
        let with = |at: usize, line: &str| {
            let mut lines = lines.clone();
            lines[at] = line;
            joined(&lines)
        };
        assert_eq!(fault(&with(2, &changed)), (4, CustodyProblem::Hash));
        assert_eq!(fault(&joined(&lines[..all - 1])), (all - 1, CustodyProblem::Count));
        assert_eq!(fault(&joined(&lines[1..])), (1, CustodyProblem::Format));
        let without = [&lines[..2], &lines[3..]].concat();
        assert_eq!(fault(&joined(&without)), (3, CustodyProblem::Number));
        assert_eq!(fault(&bytes[..bytes.len() - 1]), (all, CustodyProblem::Cut));
        assert_eq!(fault(b""), (1, CustodyProblem::Empty));
        assert_eq!(fault(b"{}\n"), (1, CustodyProblem::NoEntry));
        assert_eq!(fault(b"\xff\n"), (1, CustodyProblem::NoEntry));
        assert_eq!(
            check(b"[]\n").unwrap_err().to_string(),
            "custody.jsonl line 1: it is not an entry of a custody log"
        );
    }

    proptest! {
        #[test]
        fn any_other_byte_but_in_the_last_line_is_seen(at in 0_usize..100_000, other in any::<u8>()) {
            let mut bytes = written(&sample::dossier(2));
            let last = bytes[..bytes.len() - 1].iter().rposition(|&b| b == b'\n').unwrap();
            let at = at % last;
            let is_same = bytes[at] == other;
            bytes[at] = other;
            prop_assert_eq!(check(&bytes).is_ok(), is_same);
        }

        #[test]
        fn anything_can_be_checked(bytes in any::<Vec<u8>>()) {
            let _ = check(&bytes);
        }
    }
}
