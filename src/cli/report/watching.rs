//! Applying rules of alerts to what a command did, and to whatever happened before while nobody applied them. Not responsible
//! for what they find, nor for the place up to which they were applied (`reports::alerts`).
//!
//! Invariant: without a rule nothing is read and nothing is written.

use crate::{
    cli::{CliError, context::Context, progress::Progress},
    engine::Engine,
    explain::words::count,
    reports::{
        Kept,
        alerts::{self, Place},
    },
};

/// Raises alerts for what happened since rules were applied last, by whoever did, and tells of them.
///
/// # Errors
/// When the journal cannot be read or written.
pub fn watch(ctx: &Context, engine: &Engine) -> Result<(), CliError> {
    if engine.view().reports.rules().is_empty() {
        return Ok(());
    }
    let bar = Progress::new("applying rules of alerts");
    let new = alerts::watch_on(engine, &Place::among(&Kept::of(&ctx.settings.data)))?;
    drop(bar);
    if new > 0 {
        ctx.note(&format!(
            "{} raised: `ringer report alerts` lists them",
            count(new, "alert was", "alerts were")
        ));
    }
    Ok(())
}
