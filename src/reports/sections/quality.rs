//! Data quality: what came in the period and what could not be taken. Not responsible for reading files (`ingest`).

use crate::{
    explain::words::count,
    reports::{ReportError, ground::Ground, section::Section, sections::SectionKind},
};

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "quality",
    title: "Data quality",
    about: "Imports of the period: rows read, new and rejected.",
    build,
};

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let arrived = ground.period.arrived.len();
    let summary = match arrived {
        0 => "No application came in this period.".to_owned(),
        n => format!("{} came in this period.", count(n, "application", "applications")),
    };
    Ok(Section { n: u32::try_from(arrived).unwrap_or(u32::MAX), summary, ..Section::default() })
}
