//! Importing: rows become durable facts, batch by batch, and then a new view. Not responsible for reading files
//! (`ingest`).
//!
//! Invariant: a row is counted as new only once it is durable; the same content twice changes nothing; however
//! an import ends, importing the file again completes it.

use crate::{
    engine::{Engine, EngineError, pipeline},
    ingest::{Reader, RowProblem},
    model::{Fact, ImportCounts, ImportId, Seq},
};

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
        let mut ledger = self.writer();
        let at = self.clock.now();
        let file = file.to_owned();
        let import =
            ImportId::derive(&format!("{file}\u{1f}{}\u{1f}{}", at.0, self.store.head().seq.0));
        self.record(
            &mut ledger,
            vec![Fact::ImportStarted { import: import.clone(), file, by: by.to_owned(), at }],
        )?;
        let mut counts = ImportCounts::default();
        let (mut bytes_read, total_bytes) = (reader.bytes_read(), reader.total_bytes());
        let read = pipeline::run(reader, &import, &mut ledger, &mut |ledger, lot| {
            counts.read += lot.read;
            counts.repeated += lot.repeated;
            for problem in &lot.problems {
                counts.rejected += 1;
                reject(problem).map_err(EngineError::Rejects)?;
            }
            let batch = lot.batch?;
            if !batch.is_empty() {
                let last = self.store.append_batch(&batch)?;
                let first = last.0 + 1 - batch.len();
                for (seq, received) in (first..).map(Seq).zip(lot.received) {
                    counts.new += 1;
                    counts.changed += u64::from(ledger.receive(seq, received));
                }
            }
            bytes_read = lot.bytes_read;
            progress(Progress { stage: Stage::Reading, counts, bytes_read, total_bytes });
            Ok(())
        });
        let report = |stage, counts| Progress { stage, counts, bytes_read, total_bytes };
        let at = self.clock.now();
        progress(report(Stage::Linking, counts));
        let finished = read.and_then(|()| {
            self.record(&mut ledger, vec![Fact::ImportFinished { import, counts, at }])
        });
        if counts.new > 0 {
            self.refresh(&mut ledger, false, None)?;
        }
        finished?;
        progress(report(Stage::Done, counts));
        Ok(counts)
    }
}
