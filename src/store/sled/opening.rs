//! Opening the serving store: is what lies there the journal's, and if not, build it anew. Not responsible for
//! the journal, which is opened before and is right by definition.
//!
//! Invariant: what is returned has applied exactly the journal's head.

use super::trees::{Applied, Entry, Trees, Unusable};
use crate::{
    model::Seq,
    store::{
        StoreError,
        journal::{Journal, received_id},
        layout::Layout,
    },
};
use std::fs;

/// Facts applied in one transaction while catching up. An entry has about 30 bytes.
const CHUNK: usize = 1_000;

/// Opens the trees, brings them up to the journal's head, or builds them anew. `trusted` says that they were
/// closed in order and have the size they had then; otherwise every entry is checked. What was done is told in
/// `notes`.
pub(super) fn open(
    layout: &Layout,
    journal: &Journal,
    cache_bytes: u64,
    trusted: bool,
    notes: &mut Vec<String>,
) -> Result<Trees, Unusable> {
    let dir = layout.sled();
    // What a start that was interrupted while rebuilding left behind.
    let _ = fs::remove_dir_all(layout.aside());
    let head = journal.head();
    let existed = dir.join("db").exists();
    let found = Trees::open(&dir, cache_bytes).and_then(|trees| {
        check(&trees, journal, trusted, existed)?;
        Ok(trees)
    });
    match found {
        Ok(trees) => {
            let behind = head.seq.0 - trees.applied().seq.0;
            if behind > 0 && existed {
                notes.push(format!(
                    "the serving store was {behind} facts behind the journal and has caught up"
                ));
            } else if behind > 0 {
                notes.push(format!(
                    "the serving store was missing and was rebuilt from the journal's {} facts",
                    head.seq.0
                ));
            }
            finish(trees, journal)
        }
        Err(Unusable::Full) => Err(Unusable::Full),
        Err(Unusable::Broken(what)) => {
            if dir.exists() {
                fs::rename(&dir, layout.aside())?;
            }
            let trees = finish(Trees::open(&dir, cache_bytes)?, journal)?;
            fs::remove_dir_all(layout.aside())?;
            notes.push(format!(
                "the serving store was unusable ({what}) and was rebuilt from the journal's {} facts",
                head.seq.0
            ));
            Ok(trees)
        }
    }
}

fn check(trees: &Trees, journal: &Journal, trusted: bool, existed: bool) -> Result<(), Unusable> {
    let broken = |what: &str| Err(Unusable::Broken(what.to_owned()));
    let (applied, head) = (trees.applied(), journal.head());
    if applied == Applied::NOTHING && existed && head.seq > Seq(0) {
        return broken("it is empty");
    }
    if applied.seq > head.seq {
        return broken("it is ahead of the journal");
    }
    match journal.hash_at(applied.seq) {
        Ok(hash) if hash == Some(applied.hash) => {}
        Ok(_) => return broken("it belongs to another journal"),
        Err(e) => return Err(Unusable::Broken(e.to_string())),
    }
    if (!trusted || applied.seq != head.seq) && trees.count()?.0 != applied {
        return broken("entries are missing or were changed");
    }
    Ok(())
}

fn finish(trees: Trees, journal: &Journal) -> Result<Trees, Unusable> {
    catch_up(&trees, journal).map_err(|e| match e {
        Ok(unusable) => unusable,
        Err(StoreError::Full { .. }) => Unusable::Full,
        Err(e) => Unusable::Broken(e.to_string()),
    })?;
    trees.sync_files()?;
    Ok(trees)
}

/// Applies what the journal has beyond the trees.
fn catch_up(trees: &Trees, journal: &Journal) -> Result<(), Result<Unusable, StoreError>> {
    let applied = trees.applied().seq;
    let mut reader = journal.reader(Seq(applied.0 + 1));
    let (mut entries, mut last) = (Vec::with_capacity(CHUNK), None);
    while let Some(f) = reader.next().map_err(Err)? {
        if let Some(id) = received_id(f.kind, f.schema, f.payload) {
            entries.push(Entry::new(id, f.seq, f.place));
        }
        last = Some((f.seq, f.hash));
        if entries.len() == CHUNK {
            trees.apply(&entries, f.seq, f.hash).map_err(Ok)?;
            (last, entries) = (None, Vec::with_capacity(CHUNK));
        }
    }
    match last {
        Some((seq, hash)) => trees.apply(&entries, seq, hash).map_err(Ok),
        None => Ok(()),
    }
}
