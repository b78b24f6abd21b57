//! `ringer erase`: everything held of one person goes, and a tombstone stays. Not responsible for whether it may
//! (`casework::keeping`).
//!
//! Invariant: what goes is told before and after, in numbers and ids, never in values.

use crate::{
    casework::{
        Attachments,
        keeping::{self, EraseRequest},
    },
    cli::{CliError, Exit, context::Context, lookup, people},
    engine::ErasurePlan,
    model::{ErasureBasis, FileHash},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Arguments of `ringer erase`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Example:\n  ringer erase apt_0123456789ab --why \"asked for it in writing\" --dry-run\n  \
    ringer erase APP-1042 --why \"asked for it in writing\"\n\n\
    What goes: every version of their applications, checks of them, judgements about them and somebody\n\
    else or about values only they have; notes, reasons, titles and names of files lose the values that\n\
    nobody else has; their ids in the history of rings become tokens. Cases about them alone keep their\n\
    course and lose every word and every file. A tombstone stays, which says how much, by whom, when and\n\
    why; the hash chain stays what it was. Importing their rows again is refused.\n\n\
    Refused below a floor, under a hold and while a referral of their ring stands. `ringer retention` says\n\
    for how long; a floor that a person's own request outweighs is set aside with --despite-floor, which\n\
    is recorded. Holds and referrals are not set aside: release or withdraw them.\n\n\
    --attachment removes an attached file, whichever case has or had it; `--dry-run` lists those of cases\n\
    that cover or ever covered them. The tombstone says which cases had it."
)]
pub struct Args {
    /// An applicant, or one of their applications
    #[arg(value_name = "APPLICANT")]
    pub(super) applicant: String,
    /// The reason, recorded for good: without their name or other values
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// On what ground: request, retention or mistake
    #[arg(long, value_name = "GROUND", default_value = "request")]
    basis: ErasureBasis,
    /// Set a floor aside that has not passed, for the person's own request
    #[arg(long)]
    despite_floor: bool,
    /// Remove this attached file too, whichever case has or had it (may be given more than once)
    #[arg(long = "attachment", value_name = "SHA256")]
    attachments: Vec<FileHash>,
    /// Say what would go, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Who erases [env: RINGER_USER] [default: the login name]
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<String>,
}

#[derive(Serialize)]
struct Report {
    erasure_id: Option<String>,
    applicant_id: String,
    applications: usize,
    versions: u64,
    judgements: u64,
    checks: u64,
    facts_in_part: u64,
    other_facts: u64,
    files: Vec<String>,
    /// Files of cases about others too: somebody has to look.
    files_to_look_at: Vec<Attached>,
    saved_filters: Option<usize>,
    /// Kept copies of packages that name them.
    packages: Vec<String>,
    /// Kept reports that name them or show a value of theirs.
    reports: Vec<String>,
    set_aside: Vec<String>,
    watch_list_entries_that_stay: usize,
    audit_entries_that_stay: u64,
}

#[derive(Serialize)]
struct Attached {
    case_id: String,
    sha256: String,
    /// Whether it was taken off the case.
    detached: bool,
}

/// Erases somebody, or says what would go.
///
/// # Errors
/// When there is no such applicant, when it is refused, or when the store fails or is in use.
pub fn run(args: &Args, ctx: &mut Context) -> Result<Exit, CliError> {
    let engine = if args.dry_run { ctx.engine()? } else { people::engine_to_write(ctx)? };
    let view = engine.view();
    let (applicants, taken_back) = match view.applicant(&args.applicant) {
        Some(ix) => (vec![ix], BTreeSet::new()),
        None => (Vec::new(), lookup::taken_back(&engine, &view, &args.applicant)?),
    };
    let name = applicants.first().map(|&ix| view.network.applicant(ix).id.to_string());
    let request = EraseRequest {
        applicants,
        taken_back,
        basis: args.basis,
        despite_floor: args.despite_floor,
        files: args.attachments.iter().cloned().collect(),
        by: ctx.settings.user.clone(),
        why: args.why.clone(),
    };
    let order = keeping::order(&view, &people::keeping(ctx, &engine, &view)?, &request)?;
    let (cases, attachments) = (engine.cases(), Attachments::of(&ctx.settings.data));
    let beside = keeping::files_of(&view, &cases, &order.applications);
    let is_there = |file: &FileHash| attachments.has(file) || keeping::is_known(&cases, file);
    if let Some(file) = request.files.iter().find(|file| !is_there(file)) {
        return Err(CliError::NotFound(format!(
            "the store has no attached file {file}; `--dry-run` lists those of cases that cover or covered them"
        )));
    }
    let (id, plan, filters, traces, copies) = if args.dry_run {
        let (plan, traces, copies) = people::foreseen(ctx, &engine, &view, &request, &order)?;
        (None, plan, None, traces, copies)
    } else {
        let done = people::erase(ctx, &engine, &view, &request)?;
        (Some(done.id), done.plan, Some(done.beside.filters), done.traces, done.beside)
    };
    let ErasurePlan { goes, files, watched, .. } = &plan;
    ctx.out.object(&Report {
        erasure_id: id.map(|id| id.to_string()),
        applicant_id: name.unwrap_or_else(|| args.applicant.clone()),
        applications: order.applications.len(),
        versions: goes.versions,
        judgements: goes.judgements,
        checks: goes.checks,
        facts_in_part: goes.in_part,
        other_facts: goes.attached + goes.others,
        files: files.iter().map(ToString::to_string).collect(),
        files_to_look_at: beside
            .into_iter()
            .filter(|file| !files.contains(&file.sha256))
            .map(|file| Attached {
                case_id: file.case.to_string(),
                sha256: file.sha256.to_string(),
                detached: file.is_detached,
            })
            .collect(),
        saved_filters: filters,
        packages: copies.packages.iter().map(ToString::to_string).collect(),
        reports: copies.reports.iter().map(ToString::to_string).collect(),
        set_aside: order.set_aside.clone(),
        watch_list_entries_that_stay: watched.len(),
        audit_entries_that_stay: traces.by_id,
    })?;
    ctx.out.flush()?;
    people::tell_what_stays(ctx, &plan, &traces);
    if args.dry_run {
        ctx.note("nothing was changed; without --dry-run all of this goes");
    }
    Ok(Exit::Ok)
}
