//! Having the process that has the store run a report, and waiting for its answer. Not responsible for what is asked and
//! answered (`reports`).
//!
//! Invariant: when it gives up nobody runs what it asked for any more, or it says that somebody does.

use crate::{
    cli::{CliError, context::Context},
    engine::Engine,
    model::Slug,
    reports::{Answer, Asking},
    store::StoreError,
};
use std::{
    thread,
    time::{Duration, Instant},
};

/// How often it looks for an answer.
const LOOK: Duration = Duration::from_millis(100);
/// How often it looks whether the store can be had by now.
const TRY: Duration = Duration::from_secs(1);

/// What came of waiting.
pub enum Came {
    /// An answer.
    Answer(Answer),
    /// The store itself: whoever had it is gone.
    Store(Box<Engine>),
}

/// Asks for a schedule, or all of them, and waits for so many seconds.
///
/// # Errors
/// When nobody answers: `holder` then says who has the store.
pub fn ask(
    ctx: &Context,
    schedule: Option<&Slug>,
    only_due: bool,
    seconds: u32,
    holder: &StoreError,
) -> Result<Came, CliError> {
    // Opening the store would have recorded it.
    ctx.record(None)?;
    let asking = Asking::of(&ctx.settings.data);
    let by = &ctx.settings.user;
    let ticket = asking.ask(schedule.cloned(), only_due, by, ctx.clock.now(), seconds)?;
    ctx.note(&format!("note: {}; it was asked to run this", held(holder)));
    let (begun, mut tried) = (Instant::now(), Instant::now());
    let long = Duration::from_secs(u64::from(seconds));
    while begun.elapsed() < long {
        thread::sleep(LOOK.min(long));
        if let Some(answer) = ticket.answer() {
            return Ok(Came::Answer(answer));
        }
        if tried.elapsed() < TRY {
            continue;
        }
        tried = Instant::now();
        match ctx.engine_to_write() {
            Err(CliError::Store(StoreError::InUse { .. })) => {}
            // Whoever took it may have answered with its last breath.
            Ok(engine) => {
                let withdrawn = ticket.withdraw();
                let answer = if withdrawn { None } else { ticket.answer() };
                return Ok(answer.map_or_else(|| Came::Store(Box::new(engine)), Came::Answer));
            }
            Err(other) => return Err(other),
        }
    }
    if ticket.withdraw() {
        return Err(CliError::Usage(format!(
            "{}: nobody answered within {seconds} seconds, and the request was withdrawn. `ringer serve` answers such \
             requests, once it is done with a report that it is making; anything else has to end first. --wait SECONDS waits longer",
            held(holder)
        )));
    }
    match ticket.answer() {
        Some(answer) => Ok(Came::Answer(answer)),
        None => Err(CliError::NotYet(format!(
            "{} and is running it, which takes more than {seconds} seconds; `ringer report list` shows the report once \
             it is there",
            held(holder)
        ))),
    }
}

/// Who has the store.
fn held(holder: &StoreError) -> String {
    match holder {
        StoreError::InUse { pid, command, .. } => {
            format!("the store is in use by process {pid} ({command})")
        }
        other => other.to_string(),
    }
}
