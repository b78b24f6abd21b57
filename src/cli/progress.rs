//! Progress on a terminal, for whatever takes over a second. Not responsible for the words of results.
//!
//! Invariant: nothing is drawn when standard error is no terminal, and nothing within the first second.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

/// How long something may take before it owes the user a sign of life.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error.
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    state: State,
}

#[derive(PartialEq)]
enum State {
    /// Nobody would see it.
    Never,
    Waiting,
    Drawn,
}

impl Progress {
    /// A bar for `what`, for instance `reading`; it shows itself after a second.
    #[must_use]
    pub fn new(what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_message(what.to_owned());
        let state = if std::io::stderr().is_terminal() { State::Waiting } else { State::Never };
        Self { bar, started: Instant::now(), state }
    }

    /// So much is done, of so much in all where that is known.
    pub fn set(&mut self, done: u64, total: Option<u64>) {
        if self.state == State::Waiting && self.started.elapsed() >= PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
            self.state = State::Drawn;
        }
        if self.state == State::Drawn {
            let template = match total {
                Some(_) => "{msg} {wide_bar} {human_pos} of {human_len}, {eta} left",
                None => "{msg} {spinner} {human_pos}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.bar.set_style(style);
            }
            if let Some(total) = total {
                self.bar.set_length(total);
            }
            self.bar.set_position(done);
        }
    }

    /// Another stage of the same work.
    pub fn stage(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
