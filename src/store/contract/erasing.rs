//! What every store promises of erasing. Not responsible for files and kills (`store::sled`).
//!
//! Invariant: as that of the contract.

use super::{
    Failure, Subject, all, resumes, same,
    samples::{SAMPLES, erasure, received, sample_facts, withdrawn},
};
use crate::{
    model::{Fact, Seq},
    store::{Erasing, dump, hash_at},
};

pub(super) fn erases(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    store.append(&sample_facts())?;
    let before = store.head();
    store.write_snapshot("view", before.seq, b"the first")?;
    let gone = |seq| Erasing { seq: Seq(seq), rest: None };
    same("the tombstone", store.erase(erasure(), &[gone(2), gone(5)])?, Seq(SAMPLES + 1))?;
    same("the hash before", hash_at(&*store, before.seq)?, Some(before.hash))?;
    same("versions", resumes(&*store, "A-1")?, vec![])?;
    same("others", resumes(&*store, "A-2")?.len(), 1)?;
    same("snapshot", store.read_snapshot("view")?, None)?;
    let verified = store.verify()?;
    same("facts and applications", (verified.facts, verified.applications), (SAMPLES + 1, 2))?;
    let facts = all(&*store, 1)?;
    let erased = facts.iter().filter(|(_, fact)| matches!(fact, Fact::Erased { kind: 2, .. }));
    same("erased", erased.map(|(seq, _)| seq.0).collect::<Vec<_>>(), vec![2, 5])?;
    let mut bytes = Vec::new();
    let head = dump(&*store, &mut bytes)?;
    same("head of the dump", head, store.head())?;
    drop(store);
    let store = subject.open()?;
    same("after opening again", all(&*store, 1)?, facts)?;
    same("verified again", store.verify()?, verified)
}

pub(super) fn erases_in_part(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    store.append(&[received("A-1", "one"), withdrawn("contract")])?;
    let rest = match withdrawn("contract") {
        Fact::ImportWithdrawn { import, by, at, .. } => {
            Fact::ImportWithdrawn { import, by, at, why: "[erased]".to_owned() }
        }
        fact => fact,
    };
    store.erase(erasure(), &[Erasing { seq: Seq(2), rest: Some(rest.clone()) }])?;
    same("withdrawn", store.withdrawn().len(), 1)?;
    same("versions", resumes(&*store, "A-1")?, vec![])?;
    store.verify()?;
    drop(store);
    let store = subject.open()?;
    same("withdrawn again", store.withdrawn().len(), 1)?;
    let stays = all(&*store, 2)?.into_iter().next().and_then(|(_, fact)| fact.remaining());
    same("what stays", stays, Some(rest))?;
    // Erasing more of it takes the rest's place.
    let last = store.head().seq;
    same(
        "further",
        store.erase(erasure(), &[Erasing { seq: Seq(2), rest: None }])?,
        Seq(last.0 + 1),
    )?;
    same("none", store.withdrawn().len(), 0)?;
    store.verify().map(drop)?;
    Ok(())
}
