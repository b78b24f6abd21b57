//! Reports as pages have them, by whoever runs them. Not responsible for running (`reports`).
//!
//! Invariant: adds nothing of its own.

use crate::{
    model::{Moment, Parcel, Recipient, ReportRun, Slug},
    reports::{Plan, Report, ReportError, Runner, Sight},
    web::Reporting,
};

impl Reporting for Runner {
    fn report(&self, run: &ReportRun) -> Result<Report, ReportError> {
        Self::report(self, run)
    }

    fn run_now(&self, schedule: &Slug, by: &str) -> Result<ReportRun, ReportError> {
        let run = Self::run_now(self, schedule, by);
        self.ring();
        run
    }

    fn deliver_now(&self, parcel: &Parcel, by: &str) -> Result<(), ReportError> {
        Self::deliver_now(self, parcel, by).map(drop)
    }

    fn next(
        &self,
        cron: &str,
        zone: &str,
        after: Moment,
        most: usize,
    ) -> Result<Vec<Moment>, ReportError> {
        let plan = Plan::new(cron, zone)?;
        let mut moments = Vec::new();
        let mut last = after;
        while moments.len() < most {
            let Some(next) = plan.next(last) else { break };
            moments.push(next);
            last = next;
        }
        Ok(moments)
    }

    fn sight_of(&self, to: &Recipient, personal: bool) -> Sight {
        Self::sight_of(self, to, personal)
    }

    fn lacks(&self, to: &Recipient) -> Option<String> {
        Self::lacks(self, to)
    }
}
