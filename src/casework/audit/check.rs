//! Whether the trail is as it was written: its own chain, the anchors in the journal, and that decisions and entries
//! belong to each other. Not responsible for the journal's chain (`store`).
//!
//! Invariant: of a trail of which any line was changed, removed, swapped or inserted something is told, and where.

use crate::{
    casework::audit::{
        Action, AuditError, Trail, decided,
        entry::Tie,
        follow::step,
        segment::{self, End},
    },
    model::{Fact, Moment, Seq},
    store::{Store, StoreError},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// What was looked at, when all was well.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    /// Entries whose place in the chain was checked.
    pub entries: u64,
    /// Anchors in the journal that they agree with.
    pub anchors: u64,
    /// The last entry that is anchored; whatever is before it cannot have been changed. 0 where none is.
    pub anchored: u64,
    /// When that was.
    pub anchored_at: Option<Moment>,
    /// Decisions that have their entry.
    pub decisions: u64,
    /// Hash of the last entry, in hexadecimal.
    pub head: String,
}

/// An anchor as the journal has it.
struct Anchor {
    seq: Seq,
    entry: u64,
    hash: String,
    at: Moment,
}

/// What the journal says about the trail.
#[derive(Default)]
struct Told {
    anchors: Vec<Anchor>,
    /// Who did what, by fact.
    decisions: BTreeMap<u64, (Action, String)>,
    /// Facts that were erased with nothing left: what they decided is not known any more.
    erased: BTreeSet<u64>,
    head: u64,
}

fn told(store: &dyn Store) -> Result<Told, StoreError> {
    let mut told = Told { head: store.head().seq.0, ..Told::default() };
    store.facts(Seq(1), &mut |seq, fact| {
        if let Fact::AuditAnchored { entry, hash, at } = fact {
            told.anchors.push(Anchor { seq, entry, hash, at });
        } else if matches!(fact, Fact::Erased { rest: None, .. }) {
            told.erased.insert(seq.0);
        } else if let Some(decided) = decided(&fact) {
            told.decisions.insert(seq.0, (decided.action, decided.who));
        }
        Ok(())
    })?;
    Ok(told)
}

/// Checks the trail of a store against itself and against the journal. O(entries + facts).
///
/// # Errors
/// `Damaged` with the first thing that is wrong, and when something cannot be read.
pub fn check(trail: &Trail, store: &dyn Store) -> Result<Held, AuditError> {
    let dir = trail.folder().unwrap_or_else(|| PathBuf::from("audit"));
    let told = told(store)
        .map_err(|e| AuditError::io(&dir)(std::io::Error::other(format!("the journal: {e}"))))?;
    // Entries of a server that goes on beside are of facts that this view of the journal does not have.
    let is_beside = store.read_only().is_some();
    let wrong = |what: String| AuditError::damaged(&dir, what);
    let mut end = End::NONE;
    let mut held = Held::default();
    let mut anchors = told.anchors.iter().peekable();
    let mut named: BTreeMap<u64, u64> = BTreeMap::new();
    trail.lines::<AuditError>(&mut |line| {
        let (next, tie) = step(end, line).map_err(&wrong)?;
        end = next;
        let n = end.n;
        while let Some(anchor) = anchors.next_if(|anchor| anchor.entry <= n) {
            if anchor.entry < n || anchor.hash != segment::hex(&end.hash) {
                return Err(wrong(format!(
                    "entry {} is not the one that fact {} of the journal anchored on {}",
                    anchor.entry, anchor.seq.0, anchor.at
                )));
            }
            held.anchors += 1;
            (held.anchored, held.anchored_at) = (n, Some(anchor.at));
        }
        if let Some(fact) = tie.fact {
            held.decisions += u64::from(entry_of(&told, fact, &tie, is_beside, &wrong)?);
            if let Some(other) = named.insert(fact, n) {
                return Err(wrong(format!("entries {other} and {n} are both of fact {fact}")));
            }
        }
        Ok(())
    })?;
    if let Some(anchor) = anchors.last() {
        return Err(wrong(format!(
            "entries {} to {} are missing at its end; fact {} of the journal anchored them on {}",
            end.n + 1,
            anchor.entry,
            anchor.seq.0,
            anchor.at
        )));
    }
    if let Some(first) = told.anchors.first() {
        let mut since = told.decisions.range(first.seq.0..);
        if let Some((fact, (action, who))) = since.find(|(fact, _)| !named.contains_key(fact)) {
            return Err(wrong(format!("fact {fact} ({action} by {who}) has no entry")));
        }
    }
    (held.entries, held.head) = (end.n, segment::hex(&end.hash));
    Ok(held)
}

/// Whether the fact that an entry names is a decision, and the one that it tells of.
fn entry_of(
    told: &Told,
    fact: u64,
    tie: &Tie,
    is_beside: bool,
    wrong: &dyn Fn(String) -> AuditError,
) -> Result<bool, AuditError> {
    let refuse = |what: String| Err(wrong(what));
    if is_beside && fact > told.head {
        return Ok(false);
    }
    match told.decisions.get(&fact) {
        Some((action, who)) if *action == tie.action && *who == tie.who => Ok(true),
        // An entry keeps no more of a name than it has room for.
        Some((action, who)) if *action == tie.action && who.starts_with(&tie.who) => Ok(true),
        Some((action, who)) => refuse(format!(
            "entry {} says that fact {fact} is {} by {}; the journal says {action} by {who}",
            tie.n, tie.action, tie.who
        )),
        None if tie.action == Action::Anchored
            && told.anchors.iter().any(|anchor| anchor.seq.0 == fact) =>
        {
            Ok(false)
        }
        None if told.erased.contains(&fact) => Ok(true),
        None => refuse(format!("entry {} is of fact {fact}, which is no decision", tie.n)),
    }
}
