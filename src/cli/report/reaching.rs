//! Who reports and alerts reach: what recipients lack, how deliveries stand, and the engine to change that. Not responsible for
//! delivering (`reports::delivery`).
//!
//! Invariant: tells on stderr alone, and changes no exit code.

use crate::{
    cli::{CliError, context::Context, people},
    engine::{Engine, Reports},
    explain::words::count,
    model::{Attempt, Delivery, Parcel, Recipient, ReportRun},
    reports::delivery::due_at,
};

/// The engine, to change what the pages of reports change too.
///
/// # Errors
/// When there is no store, another process writes to it, or it cannot be opened.
pub fn engine_to_write(ctx: &Context) -> Result<Engine, CliError> {
    people::engine_beside(ctx, "Reports (/reports) in the menu, with schedules and alerts")
}

/// Says of each recipient what keeps everything from reaching them, as things are set on this machine.
pub fn tell_what_lacks<'r>(ctx: &Context, to: impl IntoIterator<Item = &'r Recipient>) {
    let post = ctx.settings.posting.post();
    for to in to {
        if let Some(why) = post.lacks(to) {
            ctx.note(&format!("note: nothing reaches {to} yet: {why}"));
        }
    }
}

/// Says how deliveries stand after these runs.
pub fn tell_deliveries(ctx: &Context, reports: &Reports, runs: &[ReportRun]) {
    let tries = |parcel: &Parcel, to: &Recipient| {
        let tries = reports.tries(parcel).and_then(|tries| tries.get(to));
        tries.map_or(&[][..], Vec::as_slice)
    };
    let (mut failed, mut waiting, mut given_up) = (0, 0, 0);
    for (parcel, recipients) in reports.undelivered() {
        for to in recipients {
            match tries(&parcel, &to) {
                [] => waiting += 1,
                tries if due_at(tries).is_some() => failed += 1,
                // Counted below if it is of these runs; of older ones it was said then.
                _ => {}
            }
        }
    }
    for run in runs.iter().filter(|run| run.is_made()) {
        let parcel = Parcel::Report(run.id.clone());
        for to in &run.to {
            let tries = tries(&parcel, to);
            let is_over = !tries.is_empty() && due_at(tries).is_none();
            if is_over && !reports.last_try(&parcel, to).is_some_and(is_delivered) {
                given_up += 1;
            }
        }
    }
    let said = |n: usize, what: &str| {
        if n > 0 {
            ctx.note(&format!("note: {} {what}", count(n, "delivery", "deliveries")));
        }
    };
    let again = "`ringer serve` and the next `ringer report run` try again";
    said(failed, &format!("failed and will be tried again: {again}"));
    said(waiting, &format!("not tried yet: {again}"));
    said(given_up, "failed for good; `ringer report deliver` says why and tries once more");
}

fn is_delivered(last: &Delivery) -> bool {
    matches!(last.outcome, Attempt::Delivered { .. })
}
