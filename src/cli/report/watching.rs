//! Applying rules of alerts to what a command did. Not responsible for what they find (`reports::alerts`).
//!
//! Invariant: without a rule nothing is read and nothing is written.

use crate::{
    cli::{CliError, context::Context, progress::Progress},
    engine::Engine,
    explain::words::count,
    model::Seq,
    reports::alerts,
};

/// Where a command begins that will change the store: where the journal ends, or none where an import before broke off, of
/// which nobody knows how far rules were applied to it.
pub fn place(engine: &Engine) -> Option<Seq> {
    let view = engine.view();
    let is_whole = view.imports.last().is_none_or(|import| import.finished.is_some());
    is_whole.then_some(view.seq)
}

/// Raises alerts for what happened since, and tells of them.
///
/// # Errors
/// When the journal cannot be read or written.
pub fn watch(ctx: &Context, engine: &Engine, mut since: Option<Seq>) -> Result<(), CliError> {
    if engine.view().reports.rules().is_empty() {
        return Ok(());
    }
    let bar = Progress::new("applying rules of alerts");
    let new = alerts::watch(engine, &mut since)?;
    drop(bar);
    if new > 0 {
        ctx.note(&format!(
            "{} raised: `ringer report alerts` lists them",
            count(new, "alert was", "alerts were")
        ));
    }
    Ok(())
}
