//! Opening the serving store: is what lies there the journal's, and if not, build it anew. Not responsible for
//! the journal, which is opened before and is right by definition.
//!
//! Invariant: what is returned has applied exactly the journal's head.

use super::trees::{Applied, Entry, Trees, Unusable};
use crate::{
    model::{ImportId, Seq},
    store::{
        StoreError,
        batch::id_hash,
        index::Index,
        journal::{Journal, received_id, withdrawn_import},
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
    each_served(journal, Seq(1), &mut |_, served| index_one(&mut index, served))?;
    Ok(index)
}

/// A fact that changes what is served.
enum Served {
    /// An application was received.
    Version(Entry),
    /// An import was withdrawn.
    Withdrawn(ImportId),
}

fn index_one(index: &mut Index, served: Served) {
    match served {
        Served::Version(entry) => index.add(entry.id, entry.seq),
        Served::Withdrawn(import) => index.withdraw(import),
    }
}

/// Every fact from `from` on that changes what is served to `each`.
fn each_served(
    journal: &Journal,
    from: Seq,
    each: &mut dyn FnMut(Seq, Served),
) -> Result<(), StoreError> {
    journal.reader(from).each(
        |seq, kind, schema, payload| {
            if let Some(id) = received_id(kind, payload).map(id_hash) {
                return Ok(Some(Served::Version(Entry { seq, id })));
            }
            Ok(withdrawn_import(kind, schema, payload)?.map(Served::Withdrawn))
        },
        &mut |seq, served: Option<Served>| {
            served.into_iter().for_each(|served| each(seq, served));
            Ok(())
        },
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
    let (mut entries, mut withdrawn) = (Vec::new(), Vec::new());
    let added = each_served(journal, from, &mut |seq, served| {
        match &served {
            Served::Version(entry) => entries.push(*entry),
            Served::Withdrawn(import) => withdrawn.push((seq, import.clone())),
        }
        index_one(&mut index, served);
    });
    added.map_err(|e| match e {
        StoreError::Full { .. } => Unusable::Full,
        e => Unusable::Broken(e.to_string()),
    })?;
    // Withdrawals up to a fact, each once: with the chunk that ends there.
    let mut withdrawn = withdrawn.into_iter().peekable();
    let mut up_to = |seq: Seq| -> Vec<ImportId> {
        std::iter::from_fn(|| withdrawn.next_if(|(at, _)| *at <= seq))
            .map(|(_, import)| import)
            .collect()
    };
    for chunk in entries.chunks(CHUNK) {
        let Some(last) = chunk.last() else { continue };
        match journal.hash_at(last.seq) {
            Ok(Some(hash)) => trees.apply(chunk, &up_to(last.seq), last.seq, hash)?,
            Ok(None) => return Err(Unusable::Broken("the journal has become shorter".to_owned())),
            Err(e) => return Err(Unusable::Broken(e.to_string())),
        }
    }
    if trees.applied().seq < head.seq {
        trees.apply(&[], &up_to(head.seq), head.seq, head.hash)?;
    }
    trees.sync_files()?;
    Ok((trees, index))
}
