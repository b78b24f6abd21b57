//! A bell for a thread that waits between two rounds: somebody rings it, or says that it is over. Not responsible for what is
//! done in a round.
//!
//! Invariant: once it is over nobody waits any more.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The bell of one thread.
#[derive(Debug, Default)]
pub(super) struct Bell {
    told: Mutex<Told>,
    rung: Condvar,
}

/// What the thread that waits is told.
#[derive(Debug, Default, Clone, Copy)]
struct Told {
    is_rung: bool,
    is_over: bool,
}

impl Bell {
    /// Has the thread go on at once.
    pub(super) fn ring(&self) {
        self.told().is_rung = true;
        self.rung.notify_all();
    }

    /// Has the thread end.
    pub(super) fn stop(&self) {
        self.told().is_over = true;
        self.rung.notify_all();
    }

    /// Whether it is over.
    pub(super) fn is_over(&self) -> bool {
        self.told().is_over
    }

    /// Waits until it is rung, or for so long; false when it is over.
    pub(super) fn wait(&self, long: Duration) -> bool {
        let quiet = |told: &mut Told| !told.is_rung && !told.is_over;
        let waited = self.rung.wait_timeout_while(self.told(), long, quiet);
        let (mut told, _) = waited.unwrap_or_else(PoisonError::into_inner);
        told.is_rung = false;
        !told.is_over
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
