//! The two threads of a process that serves: one runs reports and looks for alerts, the other brings them to people, so that
//! a recipient who hangs keeps no schedule and no request waiting. Not responsible for what is done in a round (`running`).
//!
//! Invariant: when it has ended, or was dropped, nothing is begun any more, and nothing of it holds the engine but a try that
//! the other side lets hang. Such a try is not on record, so it is made again by whoever has the store next.

use crate::reports::{ReportError, Runner, bell::Bell};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long a thread waits between two rounds, unless it is rung for.
const BETWEEN: Duration = Duration::from_secs(2);

/// How long the end waits for tries that were begun; one that hangs longer is left to itself.
const FAREWELL: Duration = Duration::from_secs(5);

/// The threads.
pub struct Work {
    runner: Arc<Runner>,
    runs: Option<JoinHandle<()>>,
    deliveries: Option<(JoinHandle<()>, mpsc::Receiver<()>)>,
}

/// What one of the threads does over and over.
struct Rounds {
    name: &'static str,
    take: fn(&Runner) -> Result<(), ReportError>,
    bell: fn(&Runner) -> &Bell,
    bug: &'static str,
}

const RUNS: Rounds = Rounds {
    name: "ringer-reports",
    take: Runner::take_runs,
    bell: Runner::runs_bell,
    bug: "schedules met a bug",
};

const DELIVERIES: Rounds = Rounds {
    name: "ringer-post",
    take: Runner::take_deliveries,
    bell: Runner::deliveries_bell,
    bug: "deliveries met a bug",
};

impl Work {
    /// Begins. `tell` gets what could not be put on record, once for as long as it stays the same.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn begin(runner: Arc<Runner>, tell: impl Fn(&str) + Send + 'static) -> io::Result<Self> {
        let tell = Arc::new(Mutex::new(tell));
        let mut work = Self { runner, runs: None, deliveries: None };
        let (runner, told) = (Arc::clone(&work.runner), Arc::clone(&tell));
        // Where the second cannot be had the first ends with `work`.
        work.runs = Some(begun(&RUNS, move || rounds(&RUNS, &runner, &told))?);
        let (over, is_over) = mpsc::sync_channel(1);
        let runner = Arc::clone(&work.runner);
        let thread = begun(&DELIVERIES, move || {
            rounds(&DELIVERIES, &runner, &tell);
            drop((runner, tell));
            let _ = over.send(());
        })?;
        work.deliveries = Some((thread, is_over));
        Ok(work)
    }

    /// Ends, after what is being run now and what is brought to somebody within a few seconds.
    pub fn end(self) {
        drop(self);
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.runner.stop();
        if let Some(thread) = self.runs.take() {
            let _ = thread.join();
        }
        if let Some((thread, is_over)) = self.deliveries.take() {
            match is_over.recv_timeout(FAREWELL) {
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                _ => drop(thread.join()),
            }
        }
    }
}

fn begun(rounds: &Rounds, work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(rounds.name.to_owned()).spawn(work)
}

/// Takes rounds until it is over.
fn rounds<T: Fn(&str)>(of: &Rounds, runner: &Runner, tell: &Mutex<T>) {
    let mut told = String::new();
    loop {
        // A bug in one round must not keep the schedules from being run at all.
        let round = catch_unwind(AssertUnwindSafe(|| (of.take)(runner)));
        let said = match round {
            Ok(Ok(())) => String::new(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => of.bug.to_owned(),
        };
        if !said.is_empty() && said != told {
            tell.lock().unwrap_or_else(PoisonError::into_inner)(&said);
        }
        told = said;
        if !(of.bell)(runner).wait(BETWEEN) {
            break;
        }
    }
}
