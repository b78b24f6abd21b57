//! Reports made again: from the journal as it was at the end of their period, byte for byte, and told apart where they are not.
//! Not responsible for keeping them (`kept`) nor for making one the first time (`build`).
//!
//! A report depends on the journal up to its end, on its hour, and on what stands beside the journal: the configured policies,
//! what is known of addresses and schools, how long data is kept, and the program. The run has a hash of the latter. What was
//! erased since is in no report that is made again.
//!
//! Invariant: where nothing of that is another, the bytes are the same; where they are not the same, it is said why.

use crate::{
    casework::keeping::RetentionPolicy,
    engine::Engine,
    model::{ErasureId, ReportRun, RunOutcome},
    reports::{FORMAT, Kept, Order, Report, ReportError, build, digest},
};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A hash over what changes a report beside the journal: policies as configured, what is known of addresses and schools, how
/// long data is kept, the version of the program and of what a report consists of. 64 hexadecimal digits.
///
/// Of files of addresses it has what each calls itself and when it was built, of the table of schools how many there are.
#[must_use]
pub fn settings(engine: &Engine, retention: &RetentionPolicy) -> String {
    let mut sha = Sha256::new();
    let mut put = |name: &str, value: &[u8]| {
        for part in [name.as_bytes(), value] {
            sha.update((part.len() as u64).to_le_bytes());
            sha.update(part);
        }
    };
    put("version", env!("CARGO_PKG_VERSION").as_bytes());
    put("format", &FORMAT.to_le_bytes());
    put("policy", engine.configured().hash().as_bytes());
    // Neither can fail: both are plain numbers, words and lists of them. What cannot be written counts as another.
    put("indicators", &serde_json::to_vec(engine.indicator_policy()).unwrap_or_default());
    put("retention", &serde_json::to_vec(retention).unwrap_or_default());
    let beside = engine.surroundings();
    for (name, built) in beside.ips.built() {
        put("addresses", format!("{name} {}", built.0).as_bytes());
    }
    let schools = beside.completions.as_ref().map_or(0, |table| table.len());
    put("completions", &(schools as u64).to_le_bytes());
    sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes the report of a run again from the journal as it was at its end. O(everything up to there).
///
/// # Errors
/// When the run made none, when its filter or zone cannot be read any more, or when the store fails.
pub fn again(
    engine: &Engine,
    run: &ReportRun,
    retention: &RetentionPolicy,
) -> Result<Report, ReportError> {
    if !run.is_made() {
        return Err(ReportError::NotMade(run.id.clone()));
    }
    let then = engine.as_of(run.until.seq, run.until.at)?;
    let order = Order {
        schedule: run.schedule.clone(),
        filter: run.filter.clone(),
        zone: run.zone.clone(),
        since: run.since,
        at: run.until.at,
        is_first: then.view().reports.last_made(&run.schedule).is_none(),
        due: run.due,
        missed: run.missed,
    };
    build(&then, &then.present(), retention, &order)
}

/// Why a report that is made again is another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// What a report consists of has another version now.
    Format {
        /// Then.
        then: u32,
        /// Now.
        now: u32,
    },
    /// The journal up to there is another: not the one that the report was made from.
    Journal,
    /// What stands beside the journal is another.
    Settings,
    /// These erasures took something out of the journal since.
    Erased(Vec<ErasureId>),
    /// None of these.
    Defect,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { then, now } => {
                write!(f, "reports have version {now} now, and it was made in version {then}")
            }
            Self::Journal => f.write_str(
                "the journal up to there is not the one that it was made from: another store, or a damaged one",
            ),
            Self::Settings => f.write_str(
                "the settings are others now: the version of Ringer, a configured policy, how long data is kept, or \
                 whether files of addresses and schools are given",
            ),
            Self::Erased(ids) => {
                let ids: Vec<&str> = ids.iter().map(ErasureId::as_str).collect();
                write!(f, "data was erased since: {}", ids.join(", "))
            }
            Self::Defect => f.write_str("nothing explains it: a defect of Ringer; please tell its makers"),
        }
    }
}

/// Whether a report that is made again is the one that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Same {
    /// Byte for byte.
    Same,
    /// It is not, and this may be why; the first is the most likely.
    Differs(Vec<Why>),
}

/// Whether a report that was made again under these settings is the one that the run made; `engine` knows of erasures since.
///
/// # Errors
/// When it cannot be written down, which is a defect of the program.
pub fn compare(
    engine: &Engine,
    retention: &RetentionPolicy,
    run: &ReportRun,
    report: &Report,
) -> Result<Same, ReportError> {
    let RunOutcome::Made { digest: made, .. } = &run.outcome else {
        return Err(ReportError::NotMade(run.id.clone()));
    };
    if digest(&report.canonical()?).as_ref() == Some(made) {
        return Ok(Same::Same);
    }
    let mut why = Vec::new();
    if report.heading.format != run.format {
        why.push(Why::Format { then: run.format, now: report.heading.format });
    }
    if report.heading.head != run.head {
        why.push(Why::Journal);
    }
    let view = engine.view();
    let since = view.erasures.iter().filter(|record| record.seq > run.until.seq);
    let erased: Vec<ErasureId> = since.map(|record| record.erasure.id.clone()).collect();
    if !erased.is_empty() {
        why.push(Why::Erased(erased));
    }
    if settings(engine, retention) != run.settings {
        why.push(Why::Settings);
    }
    if why.is_empty() {
        why.push(Why::Defect);
    }
    Ok(Same::Differs(why))
}

/// The report of a run: as it is kept, or made again and kept, where it is not kept any more or is not what the run made.
///
/// # Errors
/// As [`again`] has, and when it cannot be read or kept.
pub fn report(
    engine: &Engine,
    kept: Option<&Kept>,
    run: &ReportRun,
    retention: &RetentionPolicy,
) -> Result<Report, ReportError> {
    let RunOutcome::Made { digest: recorded, .. } = &run.outcome else {
        return Err(ReportError::NotMade(run.id.clone()));
    };
    if let Some(kept) = kept
        && let Some(bytes) = kept.bytes(&run.id)?
        && let Some(found) = digest(&bytes)
        && (found == *recorded || kept.noted_again(&run.id).is_some_and(|again| again == found))
        && let Ok(report) = Report::read(&bytes)
    {
        return Ok(report);
    }
    let erased = engine.view().erasures.len();
    let report = again(engine, run, retention)?;
    if let Some(kept) = kept {
        let is_kept = keep(engine, kept, &report, erased)?;
        if let Some(found) = digest(&report.canonical()?).filter(|found| found != recorded)
            && is_kept
        {
            kept.note_again(&run.id, &found)?;
        }
    }
    Ok(report)
}

/// Keeps a report that was built when there were so many erasures, unless there are more by now: it may name somebody who was
/// erased. Whether it is kept; where it is not it can be made again. Waits for an erasure that is under way.
///
/// # Errors
/// When it cannot be kept.
pub fn keep(
    engine: &Engine,
    kept: &Kept,
    report: &Report,
    erasures: usize,
) -> Result<bool, ReportError> {
    // An erasure looks through what is kept before its tombstone is written: one that did so before this one was there has
    // its tombstone in what is present now, and one that comes later finds it.
    let is_stale = || engine.present().view.erasures.len() != erasures;
    kept.put_unless(&report.heading.id, &report.canonical()?, &is_stale)
}
