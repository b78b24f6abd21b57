//! What every store promises, as cases to run against any of them, and facts to run them with. Not responsible
//! for what only one of them has (files, kills, full disks).
//!
//! Invariant: a case knows nothing of the store but the trait, begins with an empty one, and says what differed.

mod erasing;
mod samples;

pub use samples::{received, sample_facts};

use crate::{
    model::{Column, Fact, ImportId, Moment, Seq},
    store::{Glance, Store, StoreError, Version, dump, load},
};
use erasing::{erases, erases_in_part};
use samples::{SAMPLES, received_in, withdrawn};
use std::collections::BTreeSet;

/// A store under test.
pub trait Subject {
    /// Opens it; again the same one when it was opened before. What was opened before is dropped by then.
    ///
    /// # Errors
    /// As opening it has.
    fn open(&mut self) -> Result<Box<dyn Store>, StoreError>;
}

/// What differed from what was promised.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An answer was not the promised one.
    #[error("{0}")]
    Differs(String),
    /// A call failed that should not.
    #[error(transparent)]
    Failed(#[from] StoreError),
}

/// One promise.
pub struct Case {
    /// The promise, as a sentence.
    pub name: &'static str,
    /// Tries it on an empty store.
    ///
    /// # Errors
    /// What differed.
    pub run: fn(&mut dyn Subject) -> Result<(), Failure>,
}

/// Every promise.
pub const CASES: &[Case] = &[
    Case { name: "an empty store has no facts, no versions, no snapshots", run: is_empty },
    Case { name: "facts come back in order, from any position", run: keeps_facts },
    Case { name: "a glance tells of an application that it came", run: glances },
    Case { name: "an append of nothing changes nothing", run: appends_nothing },
    Case { name: "a batch with a fact that does not fit is refused whole", run: refuses_whole },
    Case { name: "the chain depends on the facts and not on their batches", run: chains },
    Case { name: "reading stops at the first error of the reader", run: stops },
    Case {
        name: "a reader may append, and does not see what it appends",
        run: appends_while_reading,
    },
    Case { name: "appends of several threads are each whole", run: appends_together },
    Case { name: "every version of an application is served, oldest first", run: serves_versions },
    Case {
        name: "what a withdrawn import brought is served no more, and its facts stay",
        run: withdraws_imports,
    },
    Case { name: "ids that begin alike are different applications", run: tells_ids_apart },
    Case { name: "the last snapshot of a name is kept, those of others too", run: keeps_snapshots },
    Case { name: "bad names and snapshots of the future are refused", run: refuses_snapshots },
    Case { name: "everything is there after opening again", run: reopens },
    Case { name: "verify counts facts and applications", run: verifies },
    Case {
        name: "a dump loads into the same store, and dumps to the same bytes",
        run: round_trips,
    },
    Case { name: "a dump loads into an empty store only", run: loads_into_empty },
    Case { name: "what is erased is gone, and the chain is what it was", run: erases },
    Case { name: "what stays of an erased withdrawal withdraws as before", run: erases_in_part },
    Case { name: "a dump that was cut or changed loads nothing", run: refuses_bad_dumps },
];

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result<(), Failure> {
    if found == expected {
        return Ok(());
    }
    Err(Failure::Differs(format!("{what}: found {found:?}, expected {expected:?}")))
}

fn all(store: &dyn Store, from: u64) -> Result<Vec<(Seq, Fact)>, StoreError> {
    let mut facts = Vec::new();
    store.facts(Seq(from), &mut |seq, fact| {
        facts.push((seq, fact));
        Ok(())
    })?;
    Ok(facts)
}

fn resumes(store: &dyn Store, id: &str) -> Result<Vec<(u64, String)>, Failure> {
    let id = id.parse().map_err(|e| Failure::Differs(format!("{e}")))?;
    let text =
        |v: Version| (v.seq.0, v.application.get(Column::ResumeText).unwrap_or("").to_owned());
    Ok(store.versions(&id)?.into_iter().map(text).collect())
}

fn is_empty(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    same("head", (store.head().seq, store.head().hash), (Seq(0), [0; 32]))?;
    same("facts", all(&*store, 1)?, vec![])?;
    same("versions", resumes(&*store, "A-1")?, vec![])?;
    same("snapshot", store.read_snapshot("view")?, None)?;
    same("read-only", store.read_only(), None)?;
    same("notices", store.notices().len(), 0)?;
    same("withdrawn imports", store.withdrawn().len(), 0)?;
    same("verified facts", store.verify()?.facts, 0)
}

fn keeps_facts(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    // Enough that reading from the middle does not begin at the front.
    let mut facts = sample_facts();
    facts.extend((0..3_000).map(|n| received(&format!("B-{n}"), "x")));
    for batch in facts.chunks(700) {
        store.append(batch)?;
    }
    let expected: Vec<(Seq, Fact)> = (1..).map(Seq).zip(facts).collect();
    same("head", store.head().seq, Seq(expected.len() as u64))?;
    for from in [0, 1, 2, 700, 701, 1023, 1024, 1025, 3_008, 3_009, 3_010, u64::MAX] {
        let rest = expected.iter().filter(|(seq, _)| seq.0 >= from).cloned().collect();
        same(&format!("facts from {from}"), all(&*store, from)?, rest)?;
    }
    Ok(())
}

fn glances(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    store.append(&sample_facts())?;
    let mut sent = received("A-2", "sent by somebody");
    if let Fact::Received { application, .. } = &mut sent {
        application.fields.set(Column::RequisitionId, "R-10217");
        application.fields.set(Column::Channel, "0123456789abcdef0123");
    }
    store.append(&[received("A-1", "again"), received("\u{e4} 9", "x"), sent])?;
    for from in [0, 1, 3, SAMPLES, SAMPLES + 2, u64::MAX] {
        let expected: Vec<(Seq, Glance)> =
            all(&*store, from)?.into_iter().map(|(seq, fact)| (seq, fact.into())).collect();
        let mut found = Vec::new();
        store.glances(Seq(from), &mut |seq, glance| {
            found.push((seq, glance));
            Ok(())
        })?;
        same(&format!("glances from {from}"), found, expected)?;
    }
    Ok(())
}

fn appends_nothing(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    same("on an empty store", store.append(&[])?, Seq(0))?;
    same("position", store.append(&sample_facts())?, Seq(SAMPLES))?;
    let head = store.head();
    same("afterwards", store.append(&[])?, Seq(SAMPLES))?;
    same("head", store.head(), head)
}

fn refuses_whole(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    store.append(&sample_facts())?;
    let head = store.head();
    let long = "x".repeat(17 << 20);
    match store.append(&[received("C-1", "fits"), received("C-2", &long)]) {
        Err(StoreError::Encode { what }) if what.contains("C-2") => {}
        other => return Err(Failure::Differs(format!("a fact of 17 MiB: {other:?}"))),
    }
    same("head", store.head(), head)?;
    same("the part that fits", resumes(&*store, "C-1")?, vec![])?;
    same("read-only", store.read_only(), None)?;
    same("the next append", store.append(&[received("C-1", "fits")])?, Seq(SAMPLES + 1))
}

fn chains(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    let mut hashes = vec![store.head().hash];
    for fact in sample_facts() {
        store.append(&[fact])?;
        hashes.push(store.head().hash);
    }
    let one_by_one = store.head();
    hashes.sort_unstable();
    hashes.dedup();
    same("different hashes", hashes.len(), 1 + sample_facts().len())?;
    let at_once =
        crate::store::MemoryStore::new(std::sync::Arc::new(crate::model::FixedClock(Moment(0))));
    at_once.append(&sample_facts())?;
    same("head", at_once.head(), one_by_one)
}

fn stops(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    store.append(&sample_facts())?;
    let mut seen = 0;
    let stopped = store.facts(Seq(1), &mut |seq, _| {
        seen += 1;
        if seq == Seq(3) {
            return Err(StoreError::Load { line: 3, what: "enough".to_owned() });
        }
        Ok(())
    });
    same("seen", seen, 3)?;
    same("stopped", matches!(stopped, Err(StoreError::Load { line: 3, .. })), true)
}

fn appends_while_reading(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    store.append(&sample_facts())?;
    let mut seen = 0;
    store.facts(Seq(1), &mut |_, fact| {
        seen += 1;
        store.append(&[fact]).map(|_| ())
    })?;
    same("seen", seen, SAMPLES)?;
    same("head", store.head().seq, Seq(2 * SAMPLES))
}

fn appends_together(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    let batch = |thread: usize, n: usize| -> Vec<Fact> {
        (0..3).map(|i| received(&format!("T-{thread}-{n}-{i}"), "x")).collect()
    };
    let one = &|thread: usize| -> Result<(), Failure> {
        for n in 0..10 {
            let last = store.append(&batch(thread, n))?;
            let versions = resumes(&*store, &format!("T-{thread}-{n}-2"))?;
            same("its own, at once", versions, vec![(last.0, "x".to_owned())])?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|t| scope.spawn(move || one(t))).collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err(Failure::Differs("a thread panicked".to_owned())))
        })
    })?;
    let facts: Vec<Fact> = all(&*store, 1)?.into_iter().map(|(_, fact)| fact).collect();
    let mut batches: Vec<&[Fact]> = facts.chunks(3).collect();
    same("batches", batches.len(), 40)?;
    for thread in 0..4 {
        let mut n = 0;
        batches.retain(|&found| {
            let next = n < 10 && found == batch(thread, n);
            n += usize::from(next);
            !next
        });
        same(&format!("batches of thread {thread}, whole and in order"), n, 10)?;
    }
    same("verified", store.verify()?.facts, 120)
}

fn serves_versions(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    store.append(&sample_facts())?;
    let two = vec![(2, "first".to_owned()), (5, "second".to_owned())];
    same("two versions", resumes(&*store, "A-1")?, two.clone())?;
    store.append(&[received("A-1", "third")])?;
    let three = [two, vec![(SAMPLES + 1, "third".to_owned())]].concat();
    same("three versions", resumes(&*store, "A-1")?, three)?;
    same("an unknown one", resumes(&*store, "A-3")?, vec![])
}

fn withdraws_imports(subject: &mut dyn Subject) -> Result<(), Failure> {
    let serves = |store: &dyn Store, what: &str, expected: [&[(u64, &str)]; 3]| {
        for (id, versions) in ["A-1", "A-2", "A-3"].into_iter().zip(expected) {
            let versions = versions.iter().map(|&(seq, text)| (seq, text.to_owned())).collect();
            same(&format!("{id} {what}"), resumes(store, id)?, versions)?;
        }
        let served = expected.iter().filter(|versions| !versions.is_empty()).count();
        same(&format!("verified {what}"), store.verify()?.applications, served as u64)
    };
    let imports =
        |names: &[&str]| -> BTreeSet<_> { names.iter().map(|n| ImportId::derive(n)).collect() };
    let (first, only, second, new) = ((1, "first"), (2, "only"), (3, "second"), (4, "new"));
    let mut store = subject.open()?;
    store.append(&[received_in("one", "A-1", "first"), received_in("one", "A-2", "only")])?;
    store.append(&[received_in("two", "A-1", "second"), received_in("two", "A-3", "new")])?;
    serves(&*store, "before", [&[first, second], &[only], &[new]])?;
    store.append(&[withdrawn("two"), withdrawn("nobody's")])?;
    for what in ["after the second went", "opened again"] {
        serves(&*store, what, [&[first], &[only], &[]])?;
        same(what, &*store.withdrawn(), &imports(&["two", "nobody's"]))?;
        same(what, all(&*store, 1)?.len(), 6)?;
        same(what, store.notices(), vec![])?;
        drop(store);
        store = subject.open()?;
    }
    // Withdrawn twice is withdrawn, and what another import brings afterwards counts.
    store.append(&[withdrawn("one"), withdrawn("two"), received_in("four", "A-1", "second")])?;
    for what in ["brought again", "brought again, opened again"] {
        serves(&*store, what, [&[(9, "second")], &[], &[]])?;
        same(what, &*store.withdrawn(), &imports(&["one", "two", "nobody's"]))?;
        drop(store);
        store = subject.open()?;
    }
    let mut bytes = Vec::new();
    dump(&*store, &mut bytes)?;
    let other =
        crate::store::MemoryStore::new(std::sync::Arc::new(crate::model::FixedClock(Moment(0))));
    load(&mut bytes.as_slice(), &other)?;
    serves(&other, "loaded", [&[(9, "second")], &[], &[]])
}

fn tells_ids_apart(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    let ids = ["A", "AA", "A-1", "A-10", "A ", "\u{e4}", "a", &"\u{1f600}".repeat(200)];
    let facts: Vec<Fact> = ids.iter().map(|id| received(id, id)).collect();
    store.append(&facts)?;
    for (seq, id) in (1..).zip(ids).filter(|(_, id)| *id != "A ") {
        let mut expected = vec![(seq, id.to_owned())];
        if id == "A" {
            // Blanks at its ends are no part of an id.
            expected.push((5, "A ".to_owned()));
        }
        same(id, resumes(&*store, id)?, expected)?;
    }
    Ok(())
}

fn keeps_snapshots(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    store.append(&sample_facts())?;
    store.write_snapshot("view", Seq(3), b"old")?;
    store.write_snapshot("other", Seq(0), b"")?;
    store.write_snapshot("view", Seq(9), b"new")?;
    same("view", store.read_snapshot("view")?, Some((Seq(9), b"new".to_vec())))?;
    same("other", store.read_snapshot("other")?, Some((Seq(0), vec![])))?;
    same("unknown", store.read_snapshot("third")?, None)
}

fn refuses_snapshots(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    store.append(&sample_facts())?;
    for (name, seq) in [("../view", 1), ("", 1), ("View", 1), ("view", SAMPLES + 1)] {
        let refused =
            matches!(store.write_snapshot(name, Seq(seq), b""), Err(StoreError::Encode { .. }));
        same(&format!("\"{name}\" at {seq} refused"), refused, true)?;
    }
    same("reading a bad name is refused", store.read_snapshot("a/b").is_err(), true)?;
    same("nothing was kept", store.read_snapshot("view")?, None)
}

fn reopens(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    store.append(&sample_facts())?;
    store.write_snapshot("view", Seq(9), b"body")?;
    let (head, facts) = (store.head(), all(&*store, 1)?);
    drop(store);
    for round in 1..=2 {
        let store = subject.open()?;
        same("head", store.head(), head)?;
        same("facts", all(&*store, 1)?, facts.clone())?;
        same("versions", resumes(&*store, "A-1")?.len(), 2)?;
        same("snapshot", store.read_snapshot("view")?, Some((Seq(9), b"body".to_vec())))?;
        same("notices", store.notices(), vec![])?;
        same("verified", store.verify()?.head, head)?;
        if round == 2 {
            same(
                "appending goes on",
                store.append(&[received("A-1", "third")])?,
                Seq(SAMPLES + 1),
            )?;
        }
    }
    same("the appended", resumes(&*subject.open()?, "A-1")?.len(), 3)
}

fn verifies(subject: &mut dyn Subject) -> Result<(), Failure> {
    let store = subject.open()?;
    store.append(&sample_facts())?;
    let verified = store.verify()?;
    same("facts", verified.facts, SAMPLES)?;
    same("applications", verified.applications, 3)?;
    same("head", verified.head, store.head())
}

/// A dump of the sample facts.
fn sample_dump() -> Result<Vec<u8>, StoreError> {
    let store =
        crate::store::MemoryStore::new(std::sync::Arc::new(crate::model::FixedClock(Moment(0))));
    store.append(&sample_facts())?;
    let mut bytes = Vec::new();
    dump(&store, &mut bytes)?;
    Ok(bytes)
}

fn round_trips(subject: &mut dyn Subject) -> Result<(), Failure> {
    let bytes = sample_dump()?;
    let store = subject.open()?;
    let head = load(&mut bytes.as_slice(), &*store)?;
    same("head", store.head(), head)?;
    let facts: Vec<Fact> = all(&*store, 1)?.into_iter().map(|(_, fact)| fact).collect();
    same("facts", facts, sample_facts())?;
    let mut again = Vec::new();
    same("head of the dump", dump(&*store, &mut again)?, head)?;
    same("bytes", String::from_utf8_lossy(&again), String::from_utf8_lossy(&bytes))
}

fn loads_into_empty(subject: &mut dyn Subject) -> Result<(), Failure> {
    let bytes = sample_dump()?;
    let store = subject.open()?;
    load(&mut bytes.as_slice(), &*store)?;
    let again = load(&mut bytes.as_slice(), &*store);
    same("refused", matches!(again, Err(StoreError::NotEmpty { facts: SAMPLES })), true)
}

fn refuses_bad_dumps(subject: &mut dyn Subject) -> Result<(), Failure> {
    let whole = String::from_utf8_lossy(&sample_dump()?).into_owned();
    let lines: Vec<&str> = whole.lines().collect();
    let without = |n: usize| {
        let kept = lines.iter().enumerate().filter(|(i, _)| *i != n).map(|(_, l)| *l);
        kept.collect::<Vec<_>>().join("\n")
    };
    // A header, the facts and the line that says how many there are.
    let last = SAMPLES + 2;
    let bad = [
        ("nothing", String::new(), 1),
        ("no header", without(0), 1),
        ("a fact missing", without(2), 3),
        ("no last line", without(lines.len() - 1), last),
        ("cut in a line", whole.get(..whole.len() / 2).unwrap_or("").to_owned(), 0),
        ("a word changed", whole.replace("first", "other"), last),
        ("not JSON", whole.replacen("{\"seq\":4", "{seq:4", 1), 5),
        ("an unknown fact", whole.replacen("judged", "jumped", 1), 8),
        ("a bad id", whole.replacen("\"A-2\"", "\"\"", 1), 5),
        ("another version", whole.replacen("\"version\":2", "\"version\":3", 1), 1),
        ("more after the end", format!("{whole}\n"), last + 1),
    ];
    let store = subject.open()?;
    for (what, text, expected) in bad {
        match load(&mut text.as_bytes(), &*store) {
            Err(StoreError::Load { line, .. }) if line == expected || expected == 0 => {}
            other => {
                return Err(Failure::Differs(format!("{what}: {other:?}, not line {expected}")));
            }
        }
        same(what, store.head().seq, Seq(0))?;
    }
    Ok(())
}
