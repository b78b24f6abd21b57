//! What the pages of reports, schedules and alerts have in common: what they need beside the facts about them, and the parts
//! they show. Not responsible for making, rendering or delivering a report (`reports`), nor for the pages themselves.
//!
//! Invariant: what a report says becomes text in `said` only, through the veil.

pub mod doing;
mod form;
mod hour;
mod lacking;
mod posted;
mod row;
mod rule_form;
mod runner;
mod said;
mod waits;

pub use form::{Fields, PRESETS, Ready, Wrong};
pub use hour::{Hour, zones};
pub use lacking::{Lacking, lacking};
pub use posted::{PostState, Posts, place};
pub use row::RunRow;
pub use rule_form::{RuleFields, RuleReady, RuleWrong};
pub use said::{SectionView, sections};
pub use waits::Waits;

use crate::{
    model::{Moment, Parcel, Recipient, ReportRun, Slug},
    reports::{Report, ReportError, Sight},
};

/// What pages need of reports beside the facts about them: whatever makes, keeps and delivers them.
pub trait Reporting: Send + Sync {
    /// The report of a run that made one: the one that is kept, or made again. May take seconds where it is made again.
    ///
    /// # Errors
    /// When it can neither be read nor made again.
    fn report(&self, run: &ReportRun) -> Result<Report, ReportError>;

    /// Runs a schedule now, and puts that on record. May take seconds on a large store.
    ///
    /// # Errors
    /// When there is no such schedule, or when the store fails. A run that fails is on record, and is none.
    fn run_now(&self, schedule: &Slug, by: &str) -> Result<ReportRun, ReportError>;

    /// Tries once more to deliver something to everybody who does not have it, and puts that on record. May take as long as
    /// the other side lets it.
    ///
    /// # Errors
    /// When there is no such thing, or when the store fails. A try that fails is on record, and is none.
    fn deliver_now(&self, parcel: &Parcel, by: &str) -> Result<(), ReportError>;

    /// The next moments after another at which a cron expression on the clock of a zone is due, at most so many.
    ///
    /// # Errors
    /// When one of them cannot be read; the error says what is wrong with it.
    fn next(
        &self,
        cron: &str,
        zone: &str,
        after: Moment,
        most: usize,
    ) -> Result<Vec<Moment>, ReportError>;

    /// How much a recipient sees of what is sent; `personal` as the schedule says it.
    fn sight_of(&self, to: &Recipient, personal: bool) -> Sight;

    /// What keeps everything from reaching a recipient as things are set, with the way out; none where a try makes sense. May
    /// wait for a disk.
    fn lacks(&self, to: &Recipient) -> Option<String>;
}
