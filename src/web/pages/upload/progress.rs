//! How far an import is and how it ended, in words and numbers. Not responsible for running it.
//!
//! Invariant: the page and its JSON say the same.

use crate::{
    engine::Stage,
    explain::words::{bytes, grouped},
    ingest::{Report, RowProblem},
    model::ImportCounts,
    web::{
        imports::{Kind, Outcome, Running, Work},
        uploads::{Upload, lock},
    },
};
use serde::Serialize;
use std::time::Duration;

/// Names listed in a note.
const NAMED: usize = 12;

/// A number with what it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// Its name in the JSON and in the page.
    pub id: &'static str,
    /// What it counts.
    pub label: &'static str,
    /// The number as people read it.
    pub value: String,
}

fn figure(id: &'static str, label: &'static str, value: impl Into<String>) -> Figure {
    Figure { id, label, value: value.into() }
}

/// Something that runs.
#[derive(Debug, Serialize)]
pub struct Going {
    /// The sentence about it.
    pub said: String,
    /// What it is doing, alone.
    pub stage: &'static str,
    /// Bytes read.
    pub done: u64,
    /// Bytes to read.
    pub size: u64,
    /// Whether `done` says how far it is.
    pub measured: bool,
    /// Its numbers.
    pub figures: Vec<Figure>,
    /// Whether somebody stopped it.
    pub stopping: bool,
}

impl Going {
    /// How far it is.
    pub fn of(upload: &Upload, running: &Running) -> Self {
        let progress = running.progress;
        let stage = match (running.kind, progress.stage) {
            (Kind::Rehearsal, Stage::Reading) => "reading all rows, storing nothing",
            (Kind::Import, Stage::Reading) => "reading and storing rows",
            (_, Stage::Linking) => "finding persons, links and rings",
            (_, Stage::Done) => "coming to an end",
        };
        let what = match running.kind {
            Kind::Rehearsal => "Dry run",
            Kind::Import => "Import",
        };
        let left = match (progress.stage, running.left(upload.size)) {
            (Stage::Reading, Some(seconds)) => duration(seconds),
            (Stage::Reading, None) => "not known yet".to_owned(),
            _ => "all is read".to_owned(),
        };
        let rate = running.rate().map_or_else(|| "…".to_owned(), grouped);
        let mut figures = counts(progress.counts, running.kind);
        figures.push(figure(
            "bytes",
            "read of the file",
            format!("{} of {}", bytes(progress.bytes_read), bytes(upload.size)),
        ));
        figures.push(figure("rate", "rows a second", rate));
        figures.push(figure("left", "time left to read", left));
        figures.push(figure("elapsed", "so far", duration(running.elapsed().as_secs())));
        Self {
            said: format!("{what} under way: {stage}."),
            stage,
            done: progress.bytes_read.min(upload.size),
            size: upload.size.max(1),
            measured: progress.stage == Stage::Reading,
            figures,
            stopping: running.is_stopped(),
        }
    }
}

fn counts(counts: ImportCounts, kind: Kind) -> Vec<Figure> {
    let new = match kind {
        Kind::Rehearsal => "would be new",
        Kind::Import => "new",
    };
    vec![
        figure("rows", "rows read", grouped(counts.read)),
        figure("new", new, grouped(counts.new)),
        figure("changed", "of these new versions", grouped(counts.changed)),
        figure("repeated", "known already", grouped(counts.repeated)),
        figure("rejected", "rejected", grouped(counts.rejected)),
    ]
}

/// Something that is over.
pub struct Ended {
    /// The sentence about it.
    pub verdict: String,
    /// Its numbers.
    pub figures: Vec<Figure>,
    /// What else is to be known.
    pub notes: Vec<String>,
    /// The first rejected rows: their numbers and the reason, by reason.
    pub problems: Vec<(String, String)>,
    /// How many rows those are.
    pub shown: usize,
    /// How many were rejected.
    pub rejected: u64,
    /// How many were, in words.
    pub rejected_said: String,
    /// Whether anything was imported.
    pub is_import: bool,
    /// Whether all was read, and nothing failed.
    pub is_whole: bool,
}

impl Ended {
    /// How it ended.
    pub fn of(upload: &Upload, outcome: &Outcome) -> Self {
        let mut figures = counts(outcome.counts, outcome.kind);
        figures.push(figure("took", "it took", duration(outcome.took.as_secs())));
        Self {
            verdict: verdict(&upload.name, outcome),
            figures,
            notes: unread(outcome)
                .chain(outcome.report.as_ref().map(notes).unwrap_or_default())
                .collect(),
            problems: by_reason(&outcome.problems),
            shown: outcome.problems.len(),
            rejected: outcome.counts.rejected,
            rejected_said: grouped(outcome.counts.rejected),
            is_import: outcome.kind == Kind::Import,
            is_whole: outcome.failed.is_none() && !outcome.stopped,
        }
    }
}

/// Values that nothing could be made of, a sentence a column.
fn unread(outcome: &Outcome) -> impl Iterator<Item = String> {
    outcome.unread.iter().map(|(column, &n)| {
        format!(
            "{} cannot be read; such a row is taken, and the value kept as it came and compared with nothing.",
            match n {
                1 => format!("1 value of {}", column.name()),
                n => format!("{} values of {}", grouped(n), column.name()),
            }
        )
    })
}

/// Rejected rows by reason, in the order in which the reasons first come up.
fn by_reason(problems: &[RowProblem]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for problem in problems {
        let row = grouped(problem.row);
        match found.iter_mut().find(|(_, reason)| *reason == problem.reason) {
            Some((rows, _)) => {
                rows.push_str(" · ");
                rows.push_str(&row);
            }
            None => found.push((row, problem.reason.clone())),
        }
    }
    found
}

fn verdict(name: &str, outcome: &Outcome) -> String {
    let ImportCounts { new, repeated, rejected, read, .. } = outcome.counts;
    let rows = |n: u64, one: &str, several: &str| {
        if n == 1 { format!("1 {one}") } else { format!("{} {several}", grouped(n)) }
    };
    let tail = match (repeated, rejected) {
        (0, 0) => String::new(),
        (0, _) => format!("; {}", rows(rejected, "row was rejected", "rows were rejected")),
        (_, 0) => {
            format!("; {}", rows(repeated, "row was known already", "rows were known already"))
        }
        _ => format!(
            "; {} and {}",
            rows(repeated, "row was known already", "rows were known already"),
            rows(rejected, "was rejected", "were rejected")
        ),
    };
    match (outcome.kind, &outcome.failed, outcome.stopped) {
        (Kind::Import, Some(why), _) => format!(
            "The import failed after {}: {why}. What was stored until then stays; importing the file again \
             completes it.",
            rows(read, "row", "rows")
        ),
        (Kind::Rehearsal, Some(why), _) => {
            format!(
                "The dry run failed after {}: {why}. Nothing was stored.",
                rows(read, "row", "rows")
            )
        }
        (Kind::Import, None, true) => format!(
            "Stopped: {} of {name} are in; importing the file again completes it.",
            rows(new, "new row", "new rows")
        ),
        (Kind::Rehearsal, None, true) => {
            format!("Stopped after {}; nothing was stored.", rows(read, "row", "rows"))
        }
        (_, None, false) if read == 0 => format!("{name} has no rows."),
        (Kind::Import, None, false) => {
            format!("{name} is in: {}{tail}.", rows(new, "new row", "new rows"))
        }
        (Kind::Rehearsal, None, false) => format!(
            "{} of {name} would be new{}. Nothing was stored.",
            rows(new, "row", "rows"),
            tail.replace("was rejected", "would be rejected")
                .replace("were rejected", "would be rejected")
        ),
    }
}

/// What the command line would say about how the file was read.
fn notes(report: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(preset) = &report.preset {
        notes.push(format!("Read with the preset \"{preset}\"."));
    }
    for (what, names) in [
        ("Kept under their own names, and not compared", &report.extra),
        ("Discarded unread", &report.dropped),
    ] {
        if !names.is_empty() {
            let more = names.len().saturating_sub(NAMED);
            let listed = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
            let more =
                if more > 0 { format!(" and {} more", grouped(more)) } else { String::new() };
            notes.push(format!("{what}: {listed}{more}."));
        }
    }
    if report.derived_ids > 0 {
        notes.push(format!(
            "{} rows have no application_id; theirs was derived from the row.",
            grouped(report.derived_ids)
        ));
    }
    if report.cut_short {
        notes.push("The file ended before it should: the last row read says why.".to_owned());
    }
    notes
}

/// Seconds as people say them.
fn duration(seconds: u64) -> String {
    match Duration::from_secs(seconds).as_secs() {
        0 => "under a second".to_owned(),
        s @ 1..=119 => format!("{s} s"),
        s @ 120..=7199 => format!("{} min", s.div_ceil(60)),
        s => format!("{} h", s.div_ceil(3600)),
    }
}

/// What the page's script asks for.
#[derive(Debug, Serialize)]
pub struct Json {
    /// `none`, `running` or `done`.
    state: &'static str,
    /// How far, while it runs.
    #[serde(flatten)]
    going: Option<Going>,
    /// The end in a sentence.
    ended: Option<String>,
    /// Whether it failed.
    failed: bool,
}

/// Where the work on a file stands.
pub fn json(upload: &Upload) -> Json {
    match &*lock(&upload.work) {
        Work::None => Json { state: "none", going: None, ended: None, failed: false },
        Work::Running(running) => Json {
            state: "running",
            going: Some(Going::of(upload, running)),
            ended: None,
            failed: false,
        },
        Work::Done(outcome) => Json {
            state: "done",
            going: None,
            ended: Some(verdict(&upload.name, outcome)),
            failed: outcome.failed.is_some(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(kind: Kind, counts: (u64, u64, u64), failed: Option<&str>, stopped: bool) -> String {
        let (new, repeated, rejected) = counts;
        let outcome = Outcome {
            kind,
            counts: ImportCounts {
                read: new + repeated + rejected,
                new,
                changed: 0,
                repeated,
                rejected,
            },
            took: Duration::from_secs(1),
            unread: Default::default(),
            problems: Vec::new(),
            report: None,
            failed: failed.map(str::to_owned),
            stopped,
        };
        verdict("rows.csv", &outcome)
    }

    #[test]
    fn the_end_is_told_in_a_sentence() {
        use Kind::{Import, Rehearsal};
        for (kind, counts, said) in [
            (Import, (1, 0, 0), "rows.csv is in: 1 new row."),
            (Import, (4_521, 0, 1), "rows.csv is in: 4,521 new rows; 1 row was rejected."),
            (
                Import,
                (0, 2, 3),
                "rows.csv is in: 0 new rows; 2 rows were known already and 3 were rejected.",
            ),
            (Import, (0, 0, 0), "rows.csv has no rows."),
            (
                Rehearsal,
                (2, 1, 1),
                "2 rows of rows.csv would be new; 1 row was known already and 1 would be rejected. Nothing was stored.",
            ),
        ] {
            assert_eq!(ended(kind, counts, None, false), said);
        }
        assert!(
            ended(Import, (5, 0, 0), Some("the disk is full"), false).contains("the disk is full")
        );
        assert!(ended(Import, (5, 0, 1), None, true).starts_with("Stopped: 5 new rows"));
        assert!(ended(Rehearsal, (5, 0, 1), None, true).ends_with("nothing was stored."));
    }

    #[test]
    fn rows_rejected_for_one_reason_stand_together() {
        let problem =
            |row, reason: &str| RowProblem { row, raw: String::new(), reason: reason.to_owned() };
        let found = by_reason(&[problem(4, "a"), problem(5, "b"), problem(1_204, "a")]);
        let pairs: Vec<(&str, &str)> =
            found.iter().map(|(r, w)| (r.as_str(), w.as_str())).collect();
        assert_eq!(pairs, [("4 · 1,204", "a"), ("5", "b")]);
    }

    #[test]
    fn durations_are_said_in_the_unit_that_fits() {
        for (seconds, said) in
            [(0, "under a second"), (45, "45 s"), (121, "3 min"), (7_200, "2 h"), (9_000, "3 h")]
        {
            assert_eq!(duration(seconds), said);
        }
    }
}
