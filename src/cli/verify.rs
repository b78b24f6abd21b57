//! `ringer verify`: the journal and the audit trail are whole, and everything computed follows from the journal.

use crate::{
    casework::{Attachments, audit},
    cli::{CliError, Exit, context::Context, progress::Progress},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Arguments of `ringer verify`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Example:\n  ringer verify\n\n\
    Reads every fact, checks its place in the hash chain and its served copy, then computes\n\
    applicants, links, rings and cases anew and compares, and reads every file attached to a\n\
    case. Then checks that each entry of the audit trail follows the one before, that it is the\n\
    one the journal anchored, and that every decision has its entry. Prints one JSON object. Ends\n\
    with exit code 4 when the store or its trail is damaged, 1 when what is served is not what the\n\
    journal says.")]
pub struct Args {}

#[derive(Serialize)]
struct Report {
    facts: u64,
    applications: u64,
    head: String,
    applicants: usize,
    links: usize,
    rings: usize,
    cases: usize,
    files: usize,
    audit: Audit,
}

/// What of the audit trail was checked.
#[derive(Serialize)]
struct Audit {
    entries: u64,
    decisions: u64,
    anchors: u64,
    anchored_entry: u64,
    anchored_at: Option<String>,
    head: String,
}

/// Verifies and prints what was looked at.
///
/// # Errors
/// The first damage or difference found, or when the report cannot be written.
pub fn run(_args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = ctx.engine()?;
    let bar = Progress::new("checking every fact and computing everything anew");
    let checked = engine.verify()?;
    let attachments = Attachments::of(&ctx.settings.data);
    let cases = engine.cases();
    // Those that were taken off too: the journal tells of them.
    let files: BTreeMap<_, _> =
        cases.iter().flat_map(|case| &case.attachments).map(|file| (&file.sha256, file)).collect();
    attachments.check(files.values().copied())?;
    let held = audit::check(&ctx.trail(), engine.store())?;
    drop(bar);
    ctx.out.object(&Report {
        facts: checked.store.facts,
        applications: checked.store.applications,
        head: checked.store.head.hash.iter().map(|b| format!("{b:02x}")).collect(),
        applicants: checked.applicants,
        links: checked.links,
        rings: checked.rings,
        cases: checked.cases,
        files: files.len(),
        audit: Audit {
            entries: held.entries,
            decisions: held.decisions,
            anchors: held.anchors,
            anchored_entry: held.anchored,
            anchored_at: held.anchored_at.map(|at| at.to_string()),
            head: held.head,
        },
    })?;
    Ok(Exit::Ok)
}
