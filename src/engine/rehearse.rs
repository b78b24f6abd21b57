//! Rehearsing an import: every row is read and compared with what is known, and nothing is stored. Not responsible for
//! importing (`import`).
//!
//! Invariant: the counts are those that an import would give now; the writer is never held for longer than a thousand
//! look-ups take.

use crate::{
    engine::{Engine, EngineError, Progress, Stage, pipeline::was_erased},
    ingest::{Reader, RowProblem},
    model::{ApplicationId, Column, ImportCounts},
    normalize,
};
use rustc_hash::FxHashSet;
use std::{collections::BTreeMap, mem, sync::Arc};

/// Rows looked up at once.
const ROWS: usize = 1_000;

/// What an import would do, and what of its rows could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rehearsed {
    /// Rows, as the import would count them.
    pub counts: ImportCounts,
    /// Values that are not what their column is, such as a day that is none: they are taken, and compared with nothing.
    pub unread: BTreeMap<Column, u64>,
}

/// What was seen of the file so far.
#[derive(Default)]
struct Seen {
    hashes: FxHashSet<u128>,
    ids: FxHashSet<ApplicationId>,
}

impl Engine {
    /// Reads every row as an import would and stores nothing; rows that cannot be taken go to `reject`. Takes memory for
    /// the id and the hash of each row.
    ///
    /// # Errors
    /// When a reject cannot be written.
    pub fn rehearse(
        &self,
        reader: &mut Reader,
        reject: &mut dyn FnMut(&RowProblem) -> std::io::Result<()>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Rehearsed, EngineError> {
        self.hash_ids_of(reader);
        let mut counts = ImportCounts::default();
        let mut unread: BTreeMap<Column, u64> = BTreeMap::new();
        let mut seen = Seen::default();
        let mut lot: Vec<(u128, ApplicationId)> = Vec::with_capacity(ROWS);
        let total_bytes = reader.total_bytes();
        let erased = Arc::clone(&self.writer().erased);
        loop {
            let row = reader.next().map(|row| match row {
                Ok(application) if !self.restores_erased => {
                    was_erased(&erased, &application).map_or(Ok(application), Err)
                }
                row => row,
            });
            let ended = row.is_none();
            match row {
                Some(Ok(application)) => {
                    for column in normalize::unread(&application) {
                        *unread.entry(column).or_default() += 1;
                    }
                    lot.push((application.content_hash(), application.id));
                }
                Some(Err(problem)) => {
                    reject(&problem).map_err(EngineError::Rejects)?;
                    counts.rejected += 1;
                }
                None => {}
            }
            counts.read += u64::from(!ended);
            if ended || counts.read.is_multiple_of(ROWS as u64) {
                self.look_up(mem::take(&mut lot), &mut seen, &mut counts);
                let (stage, bytes_read) =
                    (if ended { Stage::Done } else { Stage::Reading }, reader.bytes_read());
                progress(Progress { stage, counts, bytes_read, total_bytes });
            }
            if ended {
                return Ok(Rehearsed { counts, unread });
            }
        }
    }

    fn look_up(&self, lot: Vec<(u128, ApplicationId)>, seen: &mut Seen, counts: &mut ImportCounts) {
        let ledger = self.writer();
        for (hash, id) in lot {
            if !seen.hashes.insert(hash) || ledger.seen.contains(&hash) {
                counts.repeated += 1;
                continue;
            }
            counts.new += 1;
            let known = ledger.knows(&id);
            counts.changed += u64::from(!seen.ids.insert(id) || known);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixtures::{import, open, reader, store};

    #[test]
    fn a_rehearsal_counts_what_the_import_then_does_and_stores_nothing() {
        let store = store();
        let engine = open(&store);
        import(&engine, "application_id,full_name\nA,Ada\nB,Bo\n");
        let head = crate::store::Store::head(&store).seq;
        let text = "application_id,full_name\nA,Ada\nB,Bo Tarn\nC,Cleo\nC,Cleo\nC,Cleo Fenn\ntoo,few,cells\n";
        let (mut rejects, mut last) = (Vec::new(), None);
        let rehearsed = engine
            .rehearse(
                &mut reader(text),
                &mut |problem| {
                    rejects.push(problem.row);
                    Ok(())
                },
                &mut |progress| last = Some(progress),
            )
            .unwrap()
            .counts;
        assert_eq!(crate::store::Store::head(&store).seq, head, "nothing is stored");
        assert_eq!(rejects, [6]);
        assert_eq!((rehearsed.read, rehearsed.new, rehearsed.changed), (6, 3, 2));
        assert_eq!((rehearsed.repeated, rehearsed.rejected), (2, 1));
        let last = last.unwrap();
        assert_eq!((last.stage, last.counts), (Stage::Done, rehearsed));
        let (mut reject, mut progress) = (|_: &_| Ok(()), |_| {});
        let counts =
            engine.import("rows.csv", &mut reader(text), &mut reject, "x", &mut progress).unwrap();
        assert_eq!(counts, rehearsed);
    }

    #[test]
    fn what_cannot_be_read_is_counted_by_column() {
        let engine = open(&store());
        let text = "application_id,full_name,submitted_at,email,phone,ip\n\
            A,Ada,2026-03-01,ada@example.com,202-555-0110,192.0.2.7\n\
            B,Bo,notadate,not a mail,none at all,192.0.2.900\n\
            C,Cleo,31/31/2025,,,\n";
        let rehearsed = engine.rehearse(&mut reader(text), &mut |_| Ok(()), &mut |_| {}).unwrap();
        let said: Vec<(&str, u64)> =
            rehearsed.unread.iter().map(|(column, n)| (column.name(), *n)).collect();
        assert_eq!(said, [("submitted_at", 2), ("email", 1), ("phone", 1), ("ip", 1)]);
        assert_eq!((rehearsed.counts.new, rehearsed.counts.rejected), (3, 0));
    }

    #[test]
    fn a_reject_that_cannot_be_written_ends_the_rehearsal() {
        let engine = open(&store());
        let mut refuse = |_: &RowProblem| Err(std::io::Error::other("no room"));
        let ended = engine.rehearse(
            &mut reader("application_id,full_name\n1\n2,Bo\n"),
            &mut refuse,
            &mut |_| {},
        );
        assert!(matches!(ended, Err(EngineError::Rejects(_))));
    }
}
