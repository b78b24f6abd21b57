//! Importing: rows become durable facts, batch by batch, and then a new view. Not responsible for reading files
//! (`ingest`).
//!
//! Invariant: a row is counted as new only once it is durable; the same content twice changes nothing; however
//! an import ends, importing the file again completes it.

use crate::{
    engine::{Engine, EngineError},
    ingest::{Reader, RowProblem},
    model::{Fact, ImportCounts, ImportId},
};

/// Rows made durable at once.
const BATCH: usize = 1_000;

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
        let mut batch: Vec<Fact> = Vec::with_capacity(BATCH);
        let mut known_in_batch = rustc_hash::FxHashSet::default();
        let read = (|| {
            while let Some(row) = reader.next() {
                counts.read += 1;
                match row {
                    Ok(application) => {
                        let hash = application.content_hash();
                        if ledger.seen.contains(&hash) || !known_in_batch.insert(hash) {
                            counts.repeated += 1;
                        } else {
                            counts.new += 1;
                            counts.changed +=
                                u64::from(ledger.corpus.find(&application.id).is_some());
                            batch.push(Fact::Received {
                                import: import.clone(),
                                application: Box::new(application),
                            });
                        }
                    }
                    Err(problem) => {
                        counts.rejected += 1;
                        reject(&problem).map_err(EngineError::Rejects)?;
                    }
                }
                if batch.len() >= BATCH {
                    self.record(&mut ledger, std::mem::take(&mut batch))?;
                    known_in_batch.clear();
                }
                if counts.read % BATCH as u64 == 0 {
                    progress(report(Stage::Reading, counts, reader));
                }
            }
            if !batch.is_empty() {
                self.record(&mut ledger, std::mem::take(&mut batch))?;
            }
            Ok::<(), EngineError>(())
        })();
        let at = self.clock.now();
        progress(report(Stage::Linking, counts, reader));
        let finished = read.and_then(|()| {
            self.record(&mut ledger, vec![Fact::ImportFinished { import, counts, at }])
        });
        if counts.new > 0 {
            self.refresh(&mut ledger, false, None)?;
        }
        finished?;
        progress(report(Stage::Done, counts, reader));
        Ok(counts)
    }
}

fn report(stage: Stage, counts: ImportCounts, reader: &Reader) -> Progress {
    Progress { stage, counts, bytes_read: reader.bytes_read(), total_bytes: reader.total_bytes() }
}
