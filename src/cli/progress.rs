//! Progress on a terminal, for whatever takes over a second. Not responsible for the words of results.
//!
//! Invariant: nothing is drawn when standard error is no terminal, and nothing within the first second. After
//! that the bar moves by itself, also while the work cannot say how far it is.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::IsTerminal,
    sync::mpsc::{self, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long something may take before it owes the user a sign of life.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(200);

/// Bytes of a source whose size is known.
const MEASURED: &str = "{msg} {wide_bar} {bytes} of {total_bytes}, {eta} left";

/// Bytes of a source that may go on for ever.
const COUNTED: &str = "{spinner} {msg}: {bytes} so far, {elapsed}";

/// Work that cannot say how far it is.
const UNKNOWN: &str = "{spinner} {msg}, {elapsed}";

/// A bar on standard error.
pub struct Progress {
    bar: ProgressBar,
    /// Shows the bar when its time has come; dropping the sender ends it.
    shower: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// A bar for `what`, for instance `reading`; it shows itself after a second.
    #[must_use]
    pub fn new(what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(style(UNKNOWN));
        bar.set_message(what.to_owned());
        let shower = std::io::stderr().is_terminal().then(|| {
            let (end, ended) = mpsc::channel();
            let bar = bar.clone();
            let show = move || {
                if ended.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
                    bar.enable_steady_tick(TICK);
                }
            };
            (end, thread::spawn(show))
        });
        Self { bar, shower }
    }

    /// So many bytes are done, of so many in all where that is known.
    pub fn bytes(&self, done: u64, total: Option<u64>) {
        if self.bar.length() != total || self.bar.position() == 0 {
            self.bar.set_style(style(if total.is_some() { MEASURED } else { COUNTED }));
            if let Some(total) = total {
                self.bar.set_length(total);
            }
        }
        self.bar.set_position(done);
    }

    /// Another stage of the same work, which cannot say how far it is.
    pub fn stage(&self, what: &str) {
        self.bar.set_style(style(UNKNOWN));
        self.bar.set_message(what.to_owned());
    }

    /// Says something without the bar in its way.
    pub fn aside(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, shower)) = self.shower.take() {
            drop(end);
            // It only draws; were it to panic, the work would be done all the same.
            let _ = shower.join();
        }
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        for template in [MEASURED, COUNTED, UNKNOWN] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn a_bar_that_is_dropped_at_once_waits_for_nothing() {
        let begun = std::time::Instant::now();
        drop(Progress::new("reading"));
        assert!(begun.elapsed() < PATIENCE);
    }
}
