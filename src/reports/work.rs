//! A thread that runs reports while a process serves. Not responsible for what is done at a tick (`running`).
//!
//! Invariant: when it has ended, or was dropped, nothing of it holds the engine.

use crate::reports::Runner;
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long it waits between two ticks, unless it is rung for.
const BETWEEN: Duration = Duration::from_secs(2);

/// The thread.
pub struct Work {
    runner: Arc<Runner>,
    thread: Option<JoinHandle<()>>,
}

impl Work {
    /// Begins. `tell` gets what could not be put on record, once for as long as it stays the same.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn begin(runner: Arc<Runner>, tell: impl Fn(&str) + Send + 'static) -> io::Result<Self> {
        let working = Arc::clone(&runner);
        let work = move || {
            let mut told = String::new();
            loop {
                // A bug in one tick must not keep the schedules from being run at all.
                let tick = catch_unwind(AssertUnwindSafe(|| working.tick()));
                let said = match tick {
                    Ok(Ok(())) => String::new(),
                    Ok(Err(error)) => error.to_string(),
                    Err(_) => "schedules met a bug".to_owned(),
                };
                if !said.is_empty() && said != told {
                    tell(&said);
                }
                told = said;
                if !working.wait(BETWEEN) {
                    break;
                }
            }
        };
        let thread = thread::Builder::new().name("ringer-reports".to_owned()).spawn(work)?;
        Ok(Self { runner, thread: Some(thread) })
    }

    /// Ends, after what is being run now.
    pub fn end(self) {
        drop(self);
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.runner.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
