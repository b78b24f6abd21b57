//! Reading a file on all cores: one thread cuts rows, others normalise, encode and pack them, and the caller takes
//! what comes out in the order of the file. Not responsible for making anything durable (`import`).
//!
//! Invariant: the caller sees the same lots in the same order however many cores there are; at most `IN_FLIGHT` lots
//! are in memory; the ledger has seen the content of exactly the lots that were taken.

use crate::{
    engine::{
        EngineError,
        ledger::{Erased, Ledger, Received},
    },
    ingest::{Reader, RowProblem},
    model::{Application, Fact, ImportId},
    store::{Batch, StoreError, tombstone_of},
};
use rustc_hash::FxHashSet;
use std::{
    any::Any,
    collections::BTreeMap,
    mem,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

/// Rows in a lot, which is made durable at once: 2 MB or so, of which half a dozen are in memory.
const ROWS: usize = 2_000;

/// A lot of long rows ends at so many bytes.
const BYTES: usize = 8 << 20;

/// Most threads that normalise and pack: a file cannot be read faster than this many keep up with.
const MOST_WORKERS: usize = 16;

/// Some rows of the file, in order, with all that could be done without the store.
pub(super) struct Lot {
    /// Rows read.
    pub read: u64,
    /// Of those, rows that say what is already known.
    pub repeated: u64,
    /// Rows that could not be taken.
    pub problems: Vec<RowProblem>,
    /// What the ledger keeps of each new application.
    pub received: Vec<Received>,
    /// The facts of the new applications.
    pub batch: Result<Batch, StoreError>,
    /// Bytes of the source consumed when the lot was read.
    pub bytes_read: u64,
    /// Whether the file ended in it.
    pub last: bool,
}

/// Rows as they were read.
#[derive(Default)]
struct Rows {
    number: u64,
    read: u64,
    repeated: u64,
    problems: Vec<RowProblem>,
    new: Vec<Application>,
    /// Of the new applications' content.
    hashes: Vec<u128>,
    bytes_read: u64,
    last: bool,
}

type Panic = Box<dyn Any + Send>;

/// What a worker made of the rows of this number, with the hashes of their content.
type Done = (u64, Vec<u128>, Result<Lot, Panic>);

/// Hands every lot of a file to `take`, in order, until one is refused. Rows of applications that are `refused` because they
/// were erased are problems.
///
/// # Errors
/// What `take` returned.
///
/// # Panics
/// When one of the threads did, with its words; the ledger has then seen what was taken before.
pub(super) fn run(
    reader: &mut Reader,
    import: &ImportId,
    refused: Option<&Erased>,
    ledger: &mut Ledger,
    take: &mut dyn FnMut(&mut Ledger, Lot) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    // As many as the rest of an import has: see `Engine::beside_pages`.
    let workers = rayon::current_num_threads().min(MOST_WORKERS);
    let seen = Mutex::new(mem::take(&mut ledger.seen));
    let stop = AtomicBool::new(false);
    let mut panic = None;
    let taken = thread::scope(|scope| {
        let in_flight = 2 * workers + 2;
        let (permits, permitted) = sync_channel::<()>(in_flight);
        let (rows_to, rows) = sync_channel(in_flight);
        let (done_to, done) = sync_channel(in_flight);
        for _ in 0..in_flight {
            // There is room for all of them.
            let _ = permits.try_send(());
        }
        let rows = std::sync::Arc::new(Mutex::new(rows));
        let (seen, stop) = (&seen, &stop);
        let reading = scope.spawn(move || read(reader, refused, seen, stop, &permitted, &rows_to));
        for _ in 0..workers {
            let (rows, done_to) = (rows.clone(), done_to.clone());
            scope.spawn(move || work(import, &rows, &done_to));
        }
        drop((rows, done_to));

        let mut waiting = BTreeMap::new();
        let mut next = 0;
        let mut taken = Ok(());
        for (number, hashes, lot) in done {
            waiting.insert(number, (hashes, lot));
            while let Some((hashes, lot)) = waiting.remove(&next) {
                next += 1;
                let lot = match lot {
                    Ok(lot) if taken.is_ok() && panic.is_none() => lot,
                    refused => {
                        panic = panic.take().or(refused.err());
                        forget(seen, hashes);
                        stop.store(true, Ordering::Relaxed);
                        let _ = permits.try_send(());
                        continue;
                    }
                };
                match catch_unwind(AssertUnwindSafe(|| take(ledger, lot))) {
                    Ok(Ok(())) => {}
                    Ok(Err(e)) => {
                        taken = Err(e);
                        forget(seen, hashes);
                    }
                    Err(words) => {
                        panic = Some(words);
                        forget(seen, hashes);
                    }
                }
                if taken.is_err() || panic.is_some() {
                    stop.store(true, Ordering::Relaxed);
                }
                let _ = permits.try_send(());
            }
        }
        panic = panic.take().or(reading.join().err());
        taken
    });
    ledger.seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    match panic {
        Some(words) => resume_unwind(words),
        None => taken,
    }
}

fn forget(seen: &Mutex<FxHashSet<u128>>, hashes: Vec<u128>) {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    for hash in hashes {
        seen.remove(&hash);
    }
}

/// Reads lots until the file ends, somebody says stop or nobody listens any more.
fn read(
    reader: &mut Reader,
    refused: Option<&Erased>,
    seen: &Mutex<FxHashSet<u128>>,
    stop: &AtomicBool,
    permitted: &Receiver<()>,
    to: &SyncSender<Rows>,
) {
    let mut number = 0;
    let mut ended = false;
    while !ended && permitted.recv().is_ok() && !stop.load(Ordering::Relaxed) {
        let mut rows = Rows { number, ..Rows::default() };
        let mut bytes = 0;
        while rows.read < ROWS as u64 && bytes < BYTES {
            match reader.next() {
                None => {
                    ended = true;
                    break;
                }
                Some(Err(problem)) => {
                    bytes += problem.raw.len();
                    rows.problems.push(problem);
                }
                Some(Ok(application)) => {
                    if let Some(problem) = refused.and_then(|e| was_erased(e, &application)) {
                        rows.problems.push(problem);
                        rows.read += 1;
                        continue;
                    }
                    let hash = application.content_hash();
                    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                    if seen.insert(hash) {
                        bytes += application.bytes();
                        rows.hashes.push(hash);
                        rows.new.push(application);
                    } else {
                        rows.repeated += 1;
                    }
                }
            }
            rows.read += 1;
        }
        rows.bytes_read = reader.bytes_read();
        rows.last = ended;
        number += 1;
        if to.send(rows).is_err() {
            return;
        }
    }
}

/// What is wrong with a row whose application was erased. Its text is in the file it came in, and not written down again.
pub(super) fn was_erased(erased: &Erased, application: &Application) -> Option<RowProblem> {
    if erased.is_empty() {
        return None;
    }
    let (erasure, at) = erased.get(&tombstone_of(&application.id))?;
    Some(RowProblem {
        row: application.source.row,
        raw: String::new(),
        reason: format!(
            "this application was erased on {} ({erasure}); take it out of the export, or, if it may be kept again, \
             import the file with --restore-erased",
            at.day()
        ),
    })
}

/// Makes lots of rows until there are none.
fn work(import: &ImportId, from: &Mutex<Receiver<Rows>>, to: &SyncSender<Done>) {
    loop {
        let rows = from.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(mut rows) = rows else { return };
        let (number, hashes) = (rows.number, mem::take(&mut rows.hashes));
        let lot = catch_unwind(AssertUnwindSafe(|| prepare(import, rows)));
        if to.send((number, hashes, lot)).is_err() {
            return;
        }
    }
}

fn prepare(import: &ImportId, rows: Rows) -> Lot {
    let Rows { read, repeated, problems, new, bytes_read, last, .. } = rows;
    let received = new.iter().map(Received::new).collect();
    let fact =
        |application| Fact::Received { import: import.clone(), application: Box::new(application) };
    let facts: Vec<Fact> = new.into_iter().map(fact).collect();
    Lot { read, repeated, problems, received, batch: Batch::new(&facts), bytes_read, last }
}
