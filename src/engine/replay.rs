//! Replaying: facts of the journal into a ledger. Not responsible for what is computed from it.
//!
//! Invariant: what imports brought that the ledger passes over is as if it were not there.

use crate::{
    engine::{
        EngineError,
        ledger::{Ledger, Received},
    },
    model::{Cause, Fact, Judgement, Seq},
    store::Store,
};

/// Applications since a snapshot up to which it is advanced by them.
const SOME: usize = 3_000;

/// Facts folded at once when the journal is replayed.
const REPLAY: usize = 20_000;

/// What replaying facts found.
pub(super) struct Replayed {
    /// Whether any of them changes what is computed.
    pub changed: bool,
    /// The judgement made or withdrawn, the import withdrawn or the policy changed, when that was the last that does.
    pub through: Option<Cause>,
    /// The applications among them; none where they are many.
    pub received: Option<Vec<Received>>,
}

/// Folds every fact after the ledger's last into it, and shows every one after `from`, which is not after that, to `see`
/// before.
pub(super) fn replay(
    store: &dyn Store,
    from: Seq,
    ledger: &mut Ledger,
    see: &mut dyn FnMut(Seq, &Fact),
) -> Result<Replayed, EngineError> {
    let mut found = Replayed { changed: false, through: None, received: Some(Vec::new()) };
    let mut batch: Vec<(Seq, Fact)> = Vec::new();
    let known = ledger.seq;
    store.facts(Seq(from.0 + 1), &mut |seq, fact| {
        // Of an erased fact what stays; where nothing does, it only has its place.
        let fact = match fact {
            Fact::Erased { rest: Some(rest), .. } => *rest,
            fact => fact,
        };
        see(seq, &fact);
        if seq <= known {
            return Ok(());
        }
        match &fact {
            Fact::Received { import, .. } if ledger.passed_over.contains(import) => {}
            Fact::Received { application, .. } => {
                (found.changed, found.through) = (true, None);
                found.received = found.received.take().filter(|r| r.len() < SOME);
                if let Some(received) = &mut found.received {
                    received.push(Received::new(application));
                }
            }
            Fact::Judged(Judgement { id, .. }) | Fact::Withdrawn { judgement: id, .. } => {
                (found.changed, found.through) = (true, Some(Cause::Judgement { id: id.clone() }));
            }
            Fact::ImportWithdrawn { import: id, .. } => {
                (found.changed, found.through) =
                    (true, Some(Cause::ImportWithdrawn { id: id.clone() }));
            }
            Fact::Calibrated { .. } | Fact::PolicySet { .. } => {
                (found.changed, found.through) = (true, Some(Cause::Policy));
            }
            Fact::Erasure(erasure) => {
                let id = erasure.id.clone();
                (found.changed, found.through) = (true, Some(Cause::Erasure { id }));
            }
            Fact::Lineage { .. } => found.through = None,
            // Of no consequence to who belongs together.
            Fact::ImportStarted { .. }
            | Fact::ImportFinished { .. }
            | Fact::Checked(_)
            | Fact::Watched { .. }
            | Fact::Unwatched { .. }
            | Fact::Case { .. }
            | Fact::AuditAnchored { .. }
            | Fact::Referred(_)
            | Fact::ReferralWithdrawn { .. }
            | Fact::Held(_)
            | Fact::HoldReleased { .. }
            | Fact::Erased { .. }
            | Fact::ScheduleSet { .. }
            | Fact::ScheduleTurned { .. }
            | Fact::Reported(_)
            | Fact::Delivered(_)
            | Fact::AlertRuleSet { .. }
            | Fact::AlertRuleTurned { .. }
            | Fact::Alerted(_) => {}
        }
        batch.push((seq, fact));
        if batch.len() >= REPLAY {
            ledger.fold(std::mem::take(&mut batch));
        }
        Ok(())
    })?;
    ledger.fold(batch);
    Ok(found)
}
