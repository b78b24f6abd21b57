//! Opening the serving store: is what lies there the journal's, and if not, build it anew. Not responsible for
//! the journal, which is opened before and is right by definition.
//!
//! Invariant: what is returned has applied exactly the journal's head.

use super::trees::{Applied, Entry, Trees, Unusable};
use crate::{
    model::Seq,
    store::{
        StoreError,
        batch::id_hash,
        index::Index,
        journal::{Journal, received_id},
        layout::Layout,
    },
};
use std::fs;

/// Entries applied in one transaction while catching up: 100 kB.
const CHUNK: usize = 10_000;

/// Opens the trees, brings them up to the journal's head, or builds them anew; with the index that they give. What was
/// done is told in `notes`.
pub(super) fn open(
    layout: &Layout,
    journal: &Journal,
    cache_bytes: u64,
    notes: &mut Vec<String>,
) -> Result<(Trees, Index), Unusable> {
    let dir = layout.sled();
    // What a start that was interrupted while rebuilding left behind.
    let _ = fs::remove_dir_all(layout.aside());
    let head = journal.head();
    let existed = dir.join("db").exists();
    let found = Trees::open(&dir, cache_bytes).and_then(|trees| {
        let index = check(&trees, journal, existed)?;
        Ok((trees, index))
    });
    match found {
        Ok((trees, index)) => {
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
            finish(trees, index, journal)
        }
        Err(Unusable::Full) => Err(Unusable::Full),
        Err(Unusable::Broken(what)) => {
            if dir.exists() {
                fs::rename(&dir, layout.aside())?;
            }
            let built = finish(Trees::open(&dir, cache_bytes)?, Index::new(), journal)?;
            fs::remove_dir_all(layout.aside())?;
            notes.push(format!(
                "the serving store was unusable ({what}) and was rebuilt from the journal's {} facts",
                head.seq.0
            ));
            Ok(built)
        }
    }
}

/// The index of the journal's facts alone: for when sled cannot be used. Unpacks all of it.
pub(super) fn index(journal: &Journal) -> Result<Index, StoreError> {
    let mut index = Index::new();
    each_received(journal, Seq(1), &mut |entry| {
        index.add(entry.id, entry.seq);
        Ok(())
    })?;
    Ok(index)
}

/// Every application received from fact `from` on to `each`.
fn each_received(
    journal: &Journal,
    from: Seq,
    each: &mut dyn FnMut(Entry) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    journal.reader(from).each(
        |_, kind, _, payload| Ok(received_id(kind, payload).map(id_hash)),
        &mut |seq, id: Option<u64>| id.map_or(Ok(()), |id| each(Entry { seq, id })),
    )
}

fn check(trees: &Trees, journal: &Journal, existed: bool) -> Result<Index, Unusable> {
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
    let mut index = Index::new();
    if trees.read(&mut index)? != applied {
        return broken("entries are missing or were changed");
    }
    Ok(index)
}

/// Applies what the journal has beyond the trees.
fn finish(trees: Trees, mut index: Index, journal: &Journal) -> Result<(Trees, Index), Unusable> {
    let (from, head) = (Seq(trees.applied().seq.0 + 1), journal.head());
    let mut entries = Vec::new();
    let added = each_received(journal, from, &mut |entry| {
        index.add(entry.id, entry.seq);
        entries.push(entry);
        Ok(())
    });
    added.map_err(|e| match e {
        StoreError::Full { .. } => Unusable::Full,
        e => Unusable::Broken(e.to_string()),
    })?;
    for chunk in entries.chunks(CHUNK) {
        let Some(last) = chunk.last() else { continue };
        match journal.hash_at(last.seq) {
            Ok(Some(hash)) => trees.apply(chunk, last.seq, hash)?,
            Ok(None) => return Err(Unusable::Broken("the journal has become shorter".to_owned())),
            Err(e) => return Err(Unusable::Broken(e.to_string())),
        }
    }
    if trees.applied().seq < head.seq {
        trees.apply(&[], head.seq, head.hash)?;
    }
    trees.sync_files()?;
    Ok((trees, index))
}
