//! A run as lists show it. Not responsible for which runs a list has.

use crate::{
    casework::Permission,
    engine::RunRecord,
    explain::words::{count, grouped},
    model::{Parcel, ReportRun, RunOutcome},
    reports::MOST_MISSED,
    web::{
        reporting::{Hour, PostState, Posts},
        state::Visit,
        urls,
    },
};

/// A run.
pub struct RunRow {
    /// Id of the report.
    pub id: String,
    /// Its page; empty where none was made.
    pub url: String,
    /// Its schedule.
    pub schedule: String,
    /// Page of the schedule; empty where there is none any more.
    pub schedule_url: String,
    /// Begin of its period; none where it is the first report.
    pub since: Option<Hour>,
    /// End of its period.
    pub until: Hour,
    /// When it was due; none when somebody asked for it.
    pub due: Option<Hour>,
    /// Who asked for it.
    pub by: String,
    /// Earlier moments in whose places it is; empty where there are none.
    pub missed: String,
    /// How long it took.
    pub took: String,
    /// Lines of all sections, where one was made.
    pub lines: String,
    /// Why none was made.
    pub why: String,
    /// How far it has come, and to how many.
    pub states: Vec<(PostState, usize)>,
}

impl RunRow {
    /// Of a run, as a visit may see it.
    pub(crate) fn of(visit: &Visit, record: &RunRecord) -> Self {
        let (run, reports) = (&record.run, &visit.view.reports);
        let may = visit.session.role.may(Permission::Report);
        let parcel = Parcel::Report(run.id.clone());
        let posts = Posts::of(reports, &parcel, &run.to, false, may, |_| None);
        let has = reports.schedules().contains_key(&run.schedule);
        Self {
            id: run.id.to_string(),
            url: if run.is_made() { urls::report(&run.id) } else { String::new() },
            schedule: run.schedule.to_string(),
            schedule_url: if has { urls::schedule(&run.schedule) } else { String::new() },
            since: (run.since.seq.0 > 0).then(|| Hour::of(run.since.at, &run.zone)),
            until: Hour::of(run.until.at, &run.zone),
            due: run.due.map(|due| Hour::of(due, &run.zone)),
            by: run.by.clone(),
            missed: missed(run.missed),
            took: took(run.took),
            lines: sum(run).map_or_else(String::new, grouped),
            why: match &run.outcome {
                RunOutcome::Failed { why } => why.clone(),
                RunOutcome::Made { .. } => String::new(),
            },
            states: if run.is_made() { posts.states() } else { Vec::new() },
        }
    }
}

/// Lines of all sections; none where no report was made.
#[must_use]
pub fn sum(run: &ReportRun) -> Option<u64> {
    match &run.outcome {
        RunOutcome::Made { counts, .. } => Some(counts.values().map(|n| u64::from(*n)).sum()),
        RunOutcome::Failed { .. } => None,
    }
}

/// Earlier moments in whose places a report is.
fn missed(n: u32) -> String {
    if n == 0 {
        return String::new();
    }
    match n {
        n if n >= MOST_MISSED => format!("{n} or more earlier runs were missed"),
        n => count(n as usize, "earlier run was missed", "earlier runs were missed"),
    }
}

fn took(milliseconds: u32) -> String {
    if milliseconds < 1_000 {
        return format!("{milliseconds} ms");
    }
    format!("{}.{} s", grouped(milliseconds / 1_000), milliseconds % 1_000 / 100)
}
