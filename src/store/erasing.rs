//! Erasing facts: the tombstone, and the plan by which an erasure that was interrupted is finished. Not responsible for whom
//! it is about nor for whether it may be (`engine`, `casework`), nor for how a file is rewritten (`journal::rewriting`).
//!
//! First the plan is made durable: which facts, and what stays of each, in which nothing is left of whom it is about. Then
//! the tombstone is appended: from here on the erasure happens, whatever comes between. Then journal files are rewritten,
//! the serving store and every snapshot are removed and made anew, and at last the plan is removed.
//!
//! Invariant: with a plan and its tombstone the next open for writing finishes; with a plan alone nothing has happened.

use crate::{
    model::{Digest, ErasedFact, Erasure, ErasureId, Fact, Seq},
    store::{
        StoreError,
        journal::{self, Journal, Rests},
        layout::{self, Layout},
    },
};
use serde::{Deserialize, Serialize};
use std::{fs, io, path::Path};

/// A fact that is to be erased.
#[derive(Debug, Clone, PartialEq)]
pub struct Erasing {
    /// Which.
    pub seq: Seq,
    /// What stays of it, of the same kind; nothing where none.
    pub rest: Option<Fact>,
}

/// The steps of an erasure, in order; for tests that end in between.
#[cfg_attr(not(test), expect(dead_code, reason = "only tests end in between"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// The plan is durable.
    Planned,
    /// The tombstone is durable.
    Named,
    /// Journal files are rewritten.
    Rewritten,
    /// What was served and kept is removed.
    Forgotten,
    /// All is done.
    Done,
}

/// What a plan file begins with.
const MAGIC: &[u8; 8] = b"RNGRERA1";

/// A plan.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    /// The fact that the tombstone is, or will be.
    tombstone: Seq,
    /// Its id.
    id: ErasureId,
    /// What stays of each fact.
    pub rests: Rests,
}

/// The tombstone of these facts, complete, and the plan to erase them, given the journal's last fact.
///
/// # Errors
/// When there are no facts, one of them is not there or named twice, or what stays of one does not fit.
pub(super) fn ready(
    erasure: Erasure,
    facts: &[Erasing],
    last: Seq,
) -> Result<(Fact, Plan), StoreError> {
    let refused = |what: String| Err(StoreError::Encode { what });
    let rests: Rests = facts.iter().map(|fact| (fact.seq, fact.rest.clone())).collect();
    if rests.is_empty() || rests.len() != facts.len() {
        return refused("an erasure of no facts, or of one fact twice".to_owned());
    }
    if let Some(seq) = rests.keys().find(|seq| seq.0 == 0 || **seq > last) {
        return refused(format!("an erasure of fact {}; the journal ends at {}", seq.0, last.0));
    }
    let named = rests.iter().map(|(&seq, rest)| {
        let rest = rest.as_ref().map(journal::fact_hash).transpose()?.map(Digest);
        Ok(ErasedFact { seq, rest })
    });
    let facts = named.collect::<Result<_, StoreError>>()?;
    let plan = Plan { tombstone: Seq(last.0 + 1), id: erasure.id.clone(), rests };
    Ok((Fact::Erasure(Box::new(Erasure { facts, ..erasure })), plan))
}

impl Plan {
    /// Refuses a plan by which something else stays of a fact than a fact of its kind.
    ///
    /// # Errors
    /// When it is so, or `fact` fails.
    pub fn check(&self, fact: impl Fn(Seq) -> Result<Fact, StoreError>) -> Result<(), StoreError> {
        for (&seq, rest) in &self.rests {
            let Some(rest) = rest else { continue };
            let kind = match fact(seq)? {
                Fact::Erased { kind, .. } => kind,
                fact => journal::kind(&fact),
            };
            let hash = Digest([0; 32]);
            let erased = Fact::Erased { kind, hash, rest: Some(Box::new(rest.clone())) };
            journal::encode(&erased, &mut Vec::new())?;
        }
        Ok(())
    }

    /// Makes it durable.
    pub fn write(&self, layout: &Layout) -> Result<(), StoreError> {
        let bytes = postcard::to_extend(self, MAGIC.to_vec())
            .map_err(|e| StoreError::Encode { what: e.to_string() })?;
        layout::replace(&layout.erasing(), &[&bytes])
    }

    fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(StoreError::io(path)(e)),
        };
        let plan = bytes.strip_prefix(MAGIC).and_then(|body| postcard::from_bytes(body).ok());
        match plan {
            Some(plan) => Ok(Some(plan)),
            None => {
                let what = "the plan of an erasure that was interrupted cannot be read";
                Err(StoreError::damaged(path, 0, Seq(0), what))
            }
        }
    }
}

/// Removes the plan, durably.
pub(super) fn forget(layout: &Layout) -> Result<(), StoreError> {
    let path = layout.erasing();
    match fs::remove_file(&path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(StoreError::io(&path)(e)),
        _ => layout::sync_dir(&layout.dir),
    }
}

/// Removes what was made from the journal: the serving store, which nobody has open, and every snapshot.
pub(super) fn forget_derived(layout: &Layout) -> Result<(), StoreError> {
    for path in [layout.sled(), layout.aside(), layout.snapshots()] {
        match fs::remove_dir_all(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(StoreError::io(&path)(e)),
            _ => {}
        }
    }
    layout::sync_dir(&layout.dir)
}

/// Finishes an erasure that was interrupted, before anything is served. What was done is told in `notes`.
///
/// # Errors
/// When the plan or the journal cannot be read, or files not be written.
pub(super) fn resume(
    layout: &Layout,
    journal: &Journal,
    notes: &mut Vec<String>,
) -> Result<(), StoreError> {
    let Some(plan) = Plan::read(&layout.erasing())? else { return Ok(()) };
    let is_named = plan.tombstone <= journal.head().seq
        && matches!(journal.fact_at(plan.tombstone)?, Fact::Erasure(e) if e.id == plan.id);
    if is_named {
        journal.rewrite(&plan.rests)?;
        forget_derived(layout)?;
        notes.push(format!(
            "the erasure {} had been interrupted and was finished: {} facts were erased",
            plan.id,
            plan.rests.len()
        ));
    } else {
        notes.push(
            "an erasure had been interrupted before it was recorded: nothing was erased; ask for it again"
                .to_owned(),
        );
    }
    forget(layout)
}
