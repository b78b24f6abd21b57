//! The import, or the rehearsal of one, that runs beside the pages. Not responsible for what it does (`engine`) or for
//! the file (`uploads`).
//!
//! Invariant: one runs at a time; however it ends, by itself, by an error, by a panic or because somebody stopped it,
//! its end is recorded with the file and the next may begin.

use crate::{
    engine::{Progress, Stage},
    ingest::{self, IngestError, Input, Options, RejectsWriter, Report, RowProblem},
    model::{Column, ImportCounts},
    web::{
        Desk, WebError,
        uploads::{Upload, lock},
    },
};
use std::{
    collections::BTreeMap,
    io::{self, Read},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Rejected rows shown on the page; all of them are in the file.
const SHOWN: usize = 20;

/// What runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Reads all rows and stores nothing.
    Rehearsal,
    /// Imports.
    Import,
}

/// What is being done with a file, or was.
#[derive(Debug, Default)]
pub enum Work {
    /// Nothing yet.
    #[default]
    None,
    /// It is being done.
    Running(Running),
    /// It was done.
    Done(Arc<Outcome>),
}

/// Something that runs.
#[derive(Debug, Clone)]
pub struct Running {
    /// What.
    pub kind: Kind,
    /// How far it is.
    pub progress: Progress,
    begun: Instant,
    /// How long it took to read the file, once it is read.
    read_in: Option<Duration>,
    stop: Arc<AtomicBool>,
}

/// How something ended.
#[derive(Debug)]
pub struct Outcome {
    /// What ran.
    pub kind: Kind,
    /// Rows.
    pub counts: ImportCounts,
    /// How long it took.
    pub took: Duration,
    /// The first rejected rows.
    pub problems: Vec<RowProblem>,
    /// Values that cannot be read as what their column is, by column; looked for in a rehearsal.
    pub unread: BTreeMap<Column, u64>,
    /// What was found out about the file; none when it could not be opened.
    pub report: Option<Report>,
    /// Why it failed.
    pub failed: Option<String>,
    /// Whether somebody stopped it.
    pub stopped: bool,
}

impl Work {
    /// Whether it goes on.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running(_))
    }
}

impl Running {
    /// Whether somebody stopped it.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// How long it runs.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Rows read a second; none within the first half second.
    #[must_use]
    pub fn rate(&self) -> Option<u64> {
        rate(self.progress.counts.read, self.read_in.unwrap_or_else(|| self.elapsed()))
    }

    /// Seconds until the file of `size` bytes is read; none while nobody can tell.
    #[must_use]
    pub fn left(&self, size: u64) -> Option<u64> {
        let reading = self.progress.stage == Stage::Reading;
        reading.then(|| left(self.progress.bytes_read, size, self.begun.elapsed())).flatten()
    }
}

/// What goes by too fast to be measured is not.
const MEASURABLE: Duration = Duration::from_millis(500);

fn rate(rows: u64, elapsed: Duration) -> Option<u64> {
    (elapsed >= MEASURABLE).then(|| (rows as f64 / elapsed.as_secs_f64()).round() as u64)
}

fn left(done: u64, size: u64, elapsed: Duration) -> Option<u64> {
    if elapsed < MEASURABLE || done == 0 {
        return None;
    }
    let share = size.saturating_sub(done) as f64 / done as f64;
    Some((share * elapsed.as_secs_f64()).ceil() as u64)
}

/// The one import that runs, if any.
#[derive(Debug, Clone, Default)]
pub struct Imports(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    running: Mutex<Option<Arc<Upload>>>,
    ended: Condvar,
}

impl Imports {
    /// Begins to import a file, or to rehearse that, on a thread of its own.
    ///
    /// # Errors
    /// When another import runs, or when no thread can be had.
    pub fn begin(
        &self,
        desk: Arc<dyn Desk>,
        upload: &Arc<Upload>,
        kind: Kind,
        options: Options,
    ) -> Result<(), WebError> {
        let mut running = lock(&self.0.running);
        if let Some(other) = &*running {
            let whose = if other.id == upload.id {
                "this file".to_owned()
            } else {
                format!("a file of {}", other.user)
            };
            return Err(WebError::Busy(format!(
                "{whose} is being read just now, and one is read at a time; try again when it is done"
            )));
        }
        // Opened here, so that a file that is gone is told at once.
        let file = upload.open()?;
        let stop = Arc::new(AtomicBool::new(false));
        let progress = Progress {
            stage: Stage::Reading,
            counts: ImportCounts::default(),
            bytes_read: 0,
            total_bytes: Some(upload.size),
        };
        let begun = Instant::now();
        let ending = Ending { inner: Arc::clone(&self.0), upload: Arc::clone(upload) };
        let job =
            Job { desk, upload: Arc::clone(upload), kind, options, stop: Arc::clone(&stop), begun };
        let before = std::mem::replace(
            &mut *lock(&upload.work),
            Work::Running(Running { kind, progress, begun, read_in: None, stop }),
        );
        let spawned = thread::Builder::new().name("import".to_owned()).spawn(move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| job.run(file)));
            ending.record(outcome.unwrap_or_else(|_| job.failed("something inside went wrong")));
        });
        if let Err(error) = spawned {
            *lock(&upload.work) = before;
            return Err(WebError::Server(error));
        }
        *running = Some(Arc::clone(upload));
        Ok(())
    }

    /// Whether one runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        lock(&self.0.running).is_some()
    }

    /// Tells the one that runs to stop reading. What it has read is brought to its end.
    pub fn stop(&self) {
        if let Some(upload) = &*lock(&self.0.running) {
            stop(upload);
        }
    }

    /// Waits until none runs.
    pub fn wait(&self) {
        let running = lock(&self.0.running);
        let none = |running: &mut Option<Arc<Upload>>| running.is_some();
        drop(self.0.ended.wait_while(running, none).unwrap_or_else(PoisonError::into_inner));
    }
}

/// Tells the work on a file to stop reading.
pub fn stop(upload: &Upload) {
    if let Work::Running(running) = &*lock(&upload.work) {
        running.stop.store(true, Ordering::Relaxed);
    }
}

/// Records the end, and lets the next begin.
struct Ending {
    inner: Arc<Inner>,
    upload: Arc<Upload>,
}

impl Ending {
    fn record(self, outcome: Outcome) {
        let imported = outcome.kind == Kind::Import && outcome.failed.is_none() && !outcome.stopped;
        if imported {
            self.upload.consume();
        }
        *lock(&self.upload.work) = Work::Done(Arc::new(outcome));
        *lock(&self.inner.running) = None;
        self.inner.ended.notify_all();
    }
}

/// What the thread needs.
struct Job {
    desk: Arc<dyn Desk>,
    upload: Arc<Upload>,
    kind: Kind,
    options: Options,
    stop: Arc<AtomicBool>,
    begun: Instant,
}

impl Job {
    fn run(&self, file: std::fs::File) -> Outcome {
        let source = Stoppable { file, stop: Arc::clone(&self.stop) };
        let mut reader = match ingest::open(Input::stream(&self.upload.name, source), &self.options)
        {
            Ok(reader) => reader,
            Err(_) if self.is_stopped() => return self.ended(None),
            Err(error) => return self.failed(&error.to_string()),
        };
        let mut rejects = match RejectsWriter::at(self.upload.rejects_path().to_owned()) {
            Ok(rejects) => rejects,
            Err(error) => return self.failed(&error.to_string()),
        };
        let mut problems = Vec::new();
        let mut reject = |problem: &RowProblem| {
            if problems.len() < SHOWN {
                problems.push(RowProblem { raw: String::new(), ..problem.clone() });
            }
            rejects.write(problem).map_err(|error| match error {
                IngestError::Rejects { source, .. } => source,
                other => io::Error::other(other),
            })
        };
        let mut last = ImportCounts::default();
        let mut show = |progress: Progress| {
            last = progress.counts;
            if let Work::Running(running) = &mut *lock(&self.upload.work) {
                running.progress = progress;
                if progress.stage != Stage::Reading {
                    running.read_in.get_or_insert(self.begun.elapsed());
                }
            }
        };
        let mut unread = BTreeMap::new();
        let done = match self.kind {
            Kind::Rehearsal => {
                let done = self.desk.rehearse(&mut reader, &mut reject, &mut show);
                done.map(|rehearsed| {
                    unread = rehearsed.unread;
                    rehearsed.counts
                })
            }
            Kind::Import => {
                let (name, by) = (&self.upload.name, &self.upload.user);
                self.desk.import(name, &mut reader, &mut reject, by, &mut show)
            }
        };
        let written = rejects.finish();
        let failed = match (&done, written) {
            (Err(error), _) => Some(error.to_string()),
            (_, Err(error)) => Some(error.to_string()),
            _ => None,
        };
        Outcome {
            kind: self.kind,
            counts: done.unwrap_or(last),
            took: self.begun.elapsed(),
            problems,
            unread,
            report: Some(reader.report()),
            stopped: failed.is_none() && self.is_stopped(),
            failed,
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn failed(&self, why: &str) -> Outcome {
        self.ended(Some(why.to_owned()))
    }

    /// The end of what has nothing to tell of the file.
    fn ended(&self, failed: Option<String>) -> Outcome {
        let counts = match &*lock(&self.upload.work) {
            Work::Running(running) => running.progress.counts,
            _ => ImportCounts::default(),
        };
        Outcome {
            kind: self.kind,
            counts,
            took: self.begun.elapsed(),
            problems: Vec::new(),
            unread: BTreeMap::new(),
            report: None,
            stopped: failed.is_none(),
            failed,
        }
    }
}

/// A file that ends with an error once it is stopped: the reader then says where.
struct Stoppable {
    file: std::fs::File,
    stop: Arc<AtomicBool>,
}

impl Read for Stoppable {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("it was stopped"));
        }
        self.file.read(buf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_time_left_follow_from_what_is_done() {
        let ten = Duration::from_secs(10);
        assert_eq!(rate(25_000, ten), Some(2_500));
        assert_eq!(left(25, 100, ten), Some(30));
        assert_eq!(left(100, 100, ten), Some(0));
        assert_eq!(left(120, 100, ten), Some(0));
        assert_eq!(left(0, 100, ten), None);
        let early = Duration::from_millis(100);
        assert_eq!((rate(25_000, early), left(25, 100, early)), (None, None));
    }
}
