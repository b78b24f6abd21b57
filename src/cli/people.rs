//! What the commands about one person's data have in common: how their data stands, and erasing them. Not responsible for
//! arguments and printing.
//!
//! Invariant: nobody is erased but through the rules of `casework::keeping`, asked once more when nothing can come between.

use crate::{
    casework::{
        Attachments, SavedFilters,
        keeping::{
            self, Aftermath, AftermathError, Beside, EraseRequest, Keeping, KeptReports, Packages,
            Traces,
        },
    },
    cli::{CliError, context::Context, progress::Progress},
    engine::{Cases, Engine, EngineError, EraseOrder, ErasurePlan, View},
    model::{ApplicantId, ErasureId},
    store::StoreError,
};
use std::collections::BTreeSet;

/// How everybody's data stands in a view.
///
/// # Errors
/// When the journal cannot be read.
pub fn keeping<'k>(
    ctx: &'k Context,
    engine: &Engine,
    view: &'k View,
) -> Result<Keeping<'k>, CliError> {
    let since = engine.held_since(view)?;
    let (cases, policy) = (engine.cases(), &ctx.settings.retention);
    Ok(Keeping::new(view, &cases, policy, since, ctx.clock.now()))
}

/// The engine, to put holds or erase; while a server has the store, its pages do both.
///
/// # Errors
/// When there is no store, another process writes to it, or it cannot be opened.
pub fn engine_to_write(ctx: &Context) -> Result<Engine, CliError> {
    let pages = "Retention and holds (/privacy) in the menu under your name, and \"Data protection\" on the page of an \
                 applicant";
    engine_beside(ctx, pages)
}

/// The engine, to do what a server's pages do, which are named while one has the store.
///
/// # Errors
/// As [`engine_to_write`] has.
pub fn engine_beside(ctx: &Context, pages: &str) -> Result<Engine, CliError> {
    ctx.engine_to_write().inspect_err(|error| {
        if matches!(error, CliError::Store(StoreError::InUse { .. })) {
            ctx.note(&format!("note: while a server runs its pages do this: {pages}"));
        }
    })
}

/// What was erased.
pub struct Done {
    /// The erasure.
    pub id: ErasureId,
    /// What went.
    pub plan: ErasurePlan,
    /// What went beside the journal.
    pub beside: Aftermath,
    /// What of it is in the audit trail.
    pub traces: Traces,
}

/// Who is asked for, as the trail names them.
pub fn names(view: &View, request: &EraseRequest) -> BTreeSet<ApplicantId> {
    request.applicants.iter().map(|&ix| view.network.applicant(ix).id.clone()).collect()
}

/// What erasing would do, what of it is in the audit trail, and which kept packages and reports name them.
///
/// # Errors
/// When journal or trail cannot be read.
pub fn foreseen(
    ctx: &Context,
    engine: &Engine,
    view: &View,
    request: &EraseRequest,
    order: &EraseOrder,
) -> Result<(ErasurePlan, Traces, Aftermath), CliError> {
    let plan = engine.plan_erasure(&order.applications, &order.files)?;
    let names = names(view, request);
    let traces = keeping::traces(&ctx.trail(), &names, &order.applications, &plan.terms)?;
    let data = &ctx.settings.data;
    let packages = Packages::of(data).naming(&order.applications).map_err(AftermathError::from)?;
    let reports =
        KeptReports::of(data).naming(&order.applications).map_err(AftermathError::from)?;
    Ok((plan, traces, Aftermath { packages, reports, ..Aftermath::default() }))
}

/// Erases.
///
/// # Errors
/// When the rules refuse it, or something cannot be written.
pub fn erase(
    ctx: &Context,
    engine: &Engine,
    view: &View,
    request: &EraseRequest,
) -> Result<Done, CliError> {
    let names = names(view, request);
    let order = keeping::order(view, &keeping(ctx, engine, view)?, request)?;
    let since = engine.held_since(view)?;
    let (policy, now) = (&ctx.settings.retention, ctx.clock.now());
    let bar = Progress::new("erasing, and computing everything anew");
    let attachments = Attachments::of(&ctx.settings.data);
    let filters = SavedFilters::of(&ctx.settings.data);
    let packages = Packages::of(&ctx.settings.data);
    let reports = KeptReports::of(&ctx.settings.data);
    let beside = Beside::new(Some(&attachments), &filters, Some(&packages), Some(&reports));
    let may = |present: &View, cases: &Cases| {
        if present.weighed != view.weighed {
            let text = "the store changed meanwhile; ask again";
            return Err(EngineError::Refused(text.to_owned()));
        }
        // A hold that was put meanwhile holds.
        let keeping = Keeping::new(present, cases, policy, since.clone(), now);
        keeping::order(present, &keeping, request).map(drop)
    };
    let erased = engine.erase(&order, &may, &|plan| beside.first(&order.applications, plan));
    drop(bar);
    let (erased, beside) = beside.after::<CliError>(erased)?;
    let traces = keeping::traces(&ctx.trail(), &names, &order.applications, &erased.plan.terms)?;
    Ok(Done { id: erased.id, plan: erased.plan, beside, traces })
}

/// Tells what stays where Ringer does not reach, or does not erase.
pub fn tell_what_stays(ctx: &Context, plan: &ErasurePlan, traces: &Traces) {
    if !plan.watched.is_empty() {
        let ids: Vec<&str> = plan.watched.iter().take(5).map(|id| id.as_str()).collect();
        ctx.note(&format!(
            "note: {} entries of watch-lists name a value of theirs and stay, since a list has a purpose and an end of \
             its own: {}; `ringer watchlist remove` takes them off",
            plan.watched.len(),
            ids.join(", ")
        ));
    }
    if traces.by_id > 0 {
        ctx.note(&format!(
            "note: {} entries of the audit trail name them by an id and stay: they say who looked, and are chained",
            traces.by_id
        ));
    }
    if !traces.in_reasons.is_empty() {
        let first: Vec<String> = traces.in_reasons.iter().take(10).map(u64::to_string).collect();
        ctx.note(&format!(
            "note: the reason in {} entries of the audit trail names a value of theirs, and stays: entry {}",
            traces.in_reasons.len(),
            first.join(", ")
        ));
    }
    ctx.note(
        "note: files that were imported, files of rejected rows, dumps and backups made before are not Ringer's to \
         change: erase there what is still kept",
    );
}
