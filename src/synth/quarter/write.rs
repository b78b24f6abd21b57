//! Writes a quarter: what came before it (`before.csv`), one CSV file a day, a second one where an agency sends one, what people decide (`decisions.csv`),
//! what is planted (`lineage.csv`), and the truth. Not responsible for what is in them.
//!
//! Invariant: the same options write the same bytes.

use crate::synth::{
    Options, SynthError,
    generate::{Sink, ring_name},
    quarter::{PlantedDecision, Quarter, quarter},
};
use std::path::Path;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QuarterSummary {
    /// Applications.
    pub applications: u64,
    /// Files of applications.
    pub files: u64,
    /// Rings.
    pub rings: u64,
    /// Planted events.
    pub planted: u64,
}

/// Writes a quarter into `out`, which is made if it does not exist; files of these names there are replaced.
///
/// # Errors
/// When a file cannot be written or an option is out of range.
pub fn quarter_files(options: &Options, out: &Path) -> Result<QuarterSummary, SynthError> {
    let quarter = quarter(options)?;
    let failed = |path: &Path, source| SynthError::Write { path: path.to_owned(), source };
    std::fs::create_dir_all(out).map_err(|source| failed(out, source))?;
    let mut summary = QuarterSummary {
        rings: quarter.rings.len() as u64,
        planted: quarter.planted.len() as u64,
        ..QuarterSummary::default()
    };
    for file in std::iter::once(&quarter.before).chain(quarter.days.iter().flat_map(|d| &d.files)) {
        let path = out.join(&file.name);
        std::fs::write(&path, &file.csv).map_err(|source| failed(&path, source))?;
        summary.files += 1;
        summary.applications += file.applications as u64;
    }
    decisions(&quarter, out)?;
    lineage(&quarter, out)?;
    truth(&quarter, out)?;
    Ok(summary)
}

fn decisions(quarter: &Quarter, out: &Path) -> Result<(), SynthError> {
    let mut sink = Sink::create(out.join("decisions.csv"), &["date", "decision", "what", "with"])?;
    for day in &quarter.days {
        for decision in &day.decisions {
            let date = day.date.to_string();
            match decision {
                PlantedDecision::NotLinked(a, b) => {
                    sink.line(&[date.as_str(), "not_linked", a.as_str(), b.as_str()])?;
                }
                PlantedDecision::Common(attribute) => {
                    sink.line(&[date.as_str(), "common", attribute.kind.name(), &attribute.value])?;
                }
                PlantedDecision::Withdraw(file) => {
                    sink.line(&[date.as_str(), "withdraw_import", file, ""])?;
                }
            }
        }
    }
    sink.finish()
}

fn lineage(quarter: &Quarter, out: &Path) -> Result<(), SynthError> {
    let mut sink = Sink::create(out.join("lineage.csv"), &["week", "until", "event", "rings"])?;
    for planted in &quarter.planted {
        let rings: Vec<String> = planted.rings.iter().map(|&ring| ring_name(ring)).collect();
        sink.line(&[
            planted.week.to_string(),
            Quarter::end_of(planted.week).to_string(),
            planted.event.name().to_owned(),
            rings.join(" "),
        ])?;
    }
    sink.finish()
}

fn truth(quarter: &Quarter, out: &Path) -> Result<(), SynthError> {
    let head = ["application_id", "person_id", "ring_id"];
    let mut sink = Sink::create(out.join("truth.csv"), &head)?;
    for (id, person, ring) in &quarter.truth {
        let ring = ring.map(ring_name).unwrap_or_default();
        sink.line(&[id.to_string(), format!("P{person:07}"), ring])?;
    }
    sink.finish()?;
    let head = ["ring_id", "kind", "persons", "applications", "held_by"];
    let mut sink = Sink::create(out.join("rings.csv"), &head)?;
    for ring in &quarter.rings {
        sink.line(&[
            ring_name(ring.id),
            ring.kind.to_owned(),
            ring.persons.to_string(),
            ring.applications.to_string(),
            ring.held_by.clone(),
        ])?;
    }
    sink.finish()
}
