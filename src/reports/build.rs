//! Building a report: every section in turn, over one ground. Not responsible for what a section says, nor for putting the
//! report on record (`running`).
//!
//! Invariant: reads no clock, and sees nothing but an engine that stands still; what differs between two builds of one order is
//! a defect.

use crate::{
    casework::keeping::RetentionPolicy,
    engine::{Engine, Present},
    model::{FileHash, Moment, Point, ReportId, Slug},
    reports::{
        Filter, ReportError,
        ground::Ground,
        headline::headline,
        period::Period,
        report::{FORMAT, Heading, Report},
        sections::SECTIONS,
        zone::zone,
    },
};
use std::cell::RefCell;

/// What report is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Of which schedule.
    pub schedule: Slug,
    /// Which rings it is about, as [`Filter`] reads it.
    pub filter: String,
    /// Time zone in which its days and weeks begin.
    pub zone: String,
    /// Where its period begins.
    pub since: Point,
    /// The hour of the report, which is the end of its period.
    pub at: Moment,
    /// Whether there was no report of this schedule before.
    pub is_first: bool,
    /// When it was due; none when somebody asked for it.
    pub due: Option<Moment>,
    /// Moments before that one which nobody ran.
    pub missed: u32,
}

/// The id of the report of a schedule that ends there.
#[must_use]
pub fn report_id(schedule: &Slug, until: Point) -> ReportId {
    ReportId::derive(&format!("{schedule}\u{1f}{}\u{1f}{}", until.seq.0, until.at.0))
}

/// Builds a report of what is present. O(facts of the period + applications in rings).
///
/// # Errors
/// When filter or zone cannot be read, or the store fails.
pub fn build(
    engine: &Engine,
    present: &Present,
    retention: &RetentionPolicy,
    order: &Order,
) -> Result<Report, ReportError> {
    let filter: Filter = order.filter.parse()?;
    let zone = zone(&order.zone).ok_or_else(|| ReportError::Zone(order.zone.clone()))?;
    let seq = present.head.seq;
    let until = Point { seq, at: order.at };
    // Whatever happens while it is built, and whatever was made ready at another hour, changes nothing.
    let engine = &engine.still(present, order.at);
    let view = &*engine.view();
    let ground = Ground {
        engine,
        view,
        cases: &present.cases,
        assessed: engine.assess_rings(view),
        period: Period::read(engine, view, order.since, until)?,
        zone,
        filter,
        retention,
        named: RefCell::default(),
    };
    let mut sections = Vec::new();
    for kind in SECTIONS {
        let mut section = (kind.build)(&ground)?;
        (section.id, section.title) = (kind.id.to_owned(), kind.title.to_owned());
        sections.push(section);
    }
    let head = FileHash::of(&present.head.hash);
    let head = head.ok_or_else(|| ReportError::Zone("the head of the journal".to_owned()))?;
    let heading = Heading {
        id: report_id(&order.schedule, until),
        format: FORMAT,
        schedule: order.schedule.clone(),
        filter: ground.filter.to_string(),
        zone: order.zone.clone(),
        since: order.since,
        until,
        is_first: order.is_first,
        due: order.due,
        missed: order.missed,
        head,
        policy: view.policy.clone(),
    };
    let standing = view.rings.iter().filter(|ring| ground.is_about(ring)).count();
    let headline = headline(&sections, standing);
    Ok(Report { heading, headline, sections, named: ground.named.take() })
}
