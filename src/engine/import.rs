//! Importing: rows become durable facts, batch by batch, and then a new view. Not responsible for reading files
//! (`ingest`).
//!
//! That an import began is made durable with its first rows, and that it ended with its last: of a few rows all is one
//! append. An import that brought nothing in before it broke off leaves no fact.
//!
//! Invariant: a row is counted as new only once it is durable; the same content twice changes nothing; however
//! an import ends, importing the file again completes it.

use crate::{
    engine::{Engine, EngineError, pipeline},
    ingest::{Reader, RowProblem},
    model::{Fact, ImportCounts, ImportId, ImportRecord, Seq},
    store::{Batch, StoreError},
};
use std::sync::Arc;

/// What an import is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading rows and making them durable.
    Reading,
    /// Resolving persons, linking them, finding rings.
    Linking,
    /// Done.
    Done,
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// What it is doing.
    pub stage: Stage,
    /// Rows so far.
    pub counts: ImportCounts,
    /// Bytes of the source consumed.
    pub bytes_read: u64,
    /// Bytes of the source, when known.
    pub total_bytes: Option<u64>,
}

impl Engine {
    /// Does what would take all cores, such as an import, on all but one of them, so that pages are answered meanwhile; on
    /// all where no other threads can be had.
    pub fn beside_pages<T: Send>(work: impl FnOnce() -> T + Send) -> T {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = cores.saturating_sub(1).max(1);
        match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
            Ok(pool) => pool.install(work),
            Err(_) => work(),
        }
    }

    /// Imports every row of a reader over the file of that name; rows that cannot be taken go to `reject`. The view contains the new
    /// applications when this returns.
    ///
    /// # Errors
    /// When the source fails, when a reject cannot be written, or when the store fails. What was durable before
    /// stays, and is in the view.
    pub fn import(
        &self,
        file: &str,
        reader: &mut Reader,
        reject: &mut dyn FnMut(&RowProblem) -> std::io::Result<()>,
        by: &str,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<ImportCounts, EngineError> {
        self.hash_ids_of(reader);
        let mut ledger = self.writer();
        if let Some(reason) = self.store.read_only() {
            return Err(StoreError::ReadOnly { reason }.into());
        }
        let running = self.begin_running(&ledger);
        let (before, at) = (ledger.seq, self.clock.now());
        let file = file.to_owned();
        let import =
            ImportId::derive(&format!("{file}\u{1f}{}\u{1f}{}", at.0, self.store.head().seq.0));
        let by = by.to_owned();
        let mut record = Some(ImportRecord::begun(import.clone(), file.clone(), by.clone(), at));
        let mut started = Some(Fact::ImportStarted { import: import.clone(), file, by, at });
        let mut counts = ImportCounts::default();
        let (mut bytes_read, total_bytes) = (reader.bytes_read(), reader.total_bytes());
        let erased = Arc::clone(&ledger.erased);
        let refused = (!self.restores_erased).then_some(&*erased);
        let read = pipeline::run(reader, &import, refused, &mut ledger, &mut |ledger, lot| {
            for problem in &lot.problems {
                reject(problem).map_err(EngineError::Rejects)?;
            }
            let new = lot.batch?;
            let after = ImportCounts {
                read: counts.read + lot.read,
                new: counts.new + new.len(),
                changed: counts.changed + ledger.changed_by(&lot.received),
                repeated: counts.repeated + lot.repeated,
                rejected: counts.rejected + lot.problems.len() as u64,
            };
            let start: Vec<Fact> = started.take().into_iter().collect();
            let at = self.clock.now();
            let end = Fact::ImportFinished { import: import.clone(), counts: after, at };
            let end: Vec<Fact> = lot.last.then_some(end).into_iter().collect();
            let n = new.len();
            let batch = Batch::new(&start)?.and(new).and(Batch::new(&end)?);
            if !batch.is_empty() {
                let last = self.store.append_batch(&batch)?;
                record.take().into_iter().for_each(|record| ledger.begin(record));
                ledger.brought(&import, n);
                if lot.last {
                    ledger.finish(&import, after, at);
                }
                let first = last.0 + 1 - batch.len();
                for (seq, fact) in (first..).map(Seq).zip(&start) {
                    self.tell(seq, fact);
                }
                let first = first + start.len() as u64;
                for (seq, received) in (first..).map(Seq).zip(lot.received) {
                    ledger.receive(seq, received);
                }
                ledger.seq = last;
            }
            counts = after;
            bytes_read = lot.bytes_read;
            progress(Progress { stage: Stage::Reading, counts, bytes_read, total_bytes });
            Ok(())
        });
        let report = |stage, counts| Progress { stage, counts, bytes_read, total_bytes };
        progress(report(Stage::Linking, counts));
        self.settle(&mut ledger, before, counts.new, running)?;
        read?;
        progress(report(Stage::Done, counts));
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::fixtures::{self, open, store},
        store::Store,
    };
    use std::{fmt::Write, io};

    /// So many good rows, with a bad one before row `bad`.
    fn reader(rows: usize, bad: usize) -> Reader {
        let mut text = String::from("application_id,full_name,email\n");
        for n in 0..rows {
            if n == bad {
                text.push_str("too,few\n");
            }
            writeln!(text, "A-{n},Person {n},p{n}@example.com").unwrap();
        }
        fixtures::reader(&text)
    }

    fn import(
        engine: &Engine,
        reader: &mut Reader,
        refuse: bool,
    ) -> Result<ImportCounts, EngineError> {
        let mut reject = |_: &RowProblem| {
            if refuse { Err(io::Error::other("no room for rejects")) } else { Ok(()) }
        };
        engine.import("rows.csv", reader, &mut reject, "tester", &mut |_| {})
    }

    #[test]
    fn an_import_that_broke_off_is_completed_by_the_same_import_again() {
        let store = store();
        let engine = open(&store);
        let error = import(&engine, &mut reader(9_000, 5_000), true).unwrap_err();
        assert!(matches!(error, EngineError::Rejects(_)), "{error}");
        let kept = store.verify().unwrap().applications;
        assert!((1..=5_000).contains(&kept) && kept.is_multiple_of(1_000), "{kept} rows");
        let counts = import(&engine, &mut reader(9_000, 5_000), false).unwrap();
        assert_eq!((counts.read, counts.new, counts.repeated), (9_001, 9_000 - kept, kept));
        assert_eq!((counts.rejected, counts.changed), (1, 0));
        let again = import(&engine, &mut reader(9_000, 5_000), false).unwrap();
        assert_eq!((again.new, again.repeated, again.rejected), (0, 9_000, 1));
    }

    #[test]
    fn an_import_of_a_few_rows_is_one_append_and_one_that_is_refused_leaves_nothing() {
        let store = store();
        let engine = open(&store);
        import(&engine, &mut reader(3, 1), true).unwrap_err();
        assert_eq!(store.head().seq, Seq(0));
        let counts = import(&engine, &mut reader(3, 1), false).unwrap();
        assert_eq!((counts.read, counts.new, counts.rejected), (4, 3, 1));
        let mut facts = Vec::new();
        store
            .facts(Seq(1), &mut |_, fact| {
                facts.push(fact);
                Ok(())
            })
            .unwrap();
        assert!(
            matches!(&facts[..], [
            Fact::ImportStarted { .. },
            Fact::Received { .. },
            Fact::Received { .. },
            Fact::Received { .. },
            Fact::ImportFinished { counts: said, .. },
        ] if *said == counts),
            "{facts:?}"
        );
        assert_eq!(engine.view().seq, Seq(5));
        drop(engine);
        assert_eq!(open(&store).view().network.corpus().len(), 3);
    }

    #[test]
    fn beside_pages_an_import_has_one_core_less_and_brings_the_same() {
        let (alone, beside) = (store(), store());
        import(&open(&alone), &mut reader(500, 0), false).unwrap();
        let engine = open(&beside);
        Engine::beside_pages(|| {
            let cores = std::thread::available_parallelism().unwrap().get();
            assert_eq!(rayon::current_num_threads(), (cores - 1).max(1));
            import(&engine, &mut reader(500, 0), false).unwrap();
        });
        assert_eq!(engine.view().network.corpus().len(), 500);
        assert!(
            crate::engine::difference_but_ids(&*engine.view(), &*open(&alone).view()).is_none()
        );
    }

    #[test]
    fn new_versions_are_counted_also_where_both_come_at_once() {
        let store = store();
        let engine = open(&store);
        for (text, expected) in [
            ("application_id,full_name\nA,Ada\nB,Bo\nA,Ada Quill\n", (3, 1)),
            ("application_id,full_name\nB,Bo Tarn\nC,Cleo\n", (2, 1)),
        ] {
            let counts = import(&engine, &mut fixtures::reader(text), false).unwrap();
            assert_eq!((counts.new, counts.changed), expected);
        }
    }

    #[test]
    fn rows_lie_in_the_journal_in_the_order_of_the_file() {
        let store = store();
        import(&open(&store), &mut reader(9_000, 0), false).unwrap();
        let mut rows = Vec::new();
        store
            .facts(Seq(1), &mut |_, fact| {
                if let Fact::Received { application, .. } = fact {
                    rows.push(application.source.row);
                }
                Ok(())
            })
            .unwrap();
        assert_eq!(rows, (2..=9_001).collect::<Vec<u64>>());
    }
}
