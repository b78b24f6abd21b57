//! What becomes of the audit trail while the server runs: made durable every second, anchored in the journal when it starts,
//! every hour and when it stops. Not responsible for what is recorded (`recording`).
//!
//! Invariant: what was recorded a second ago survives a power cut.

use crate::{
    casework::audit::{Action, Event, Subject, Trail},
    engine::Engine,
    web::{Options, WebError},
};
use std::{
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long what was only looked at may wait to be durable.
const SYNC: Duration = Duration::from_secs(1);
/// Turns of that length between two anchors: an hour.
const TURNS: u32 = 3_600;

/// The thread that sees to it.
pub struct Watch {
    stop: mpsc::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Records that the server starts, anchors the trail and begins to see to it.
    ///
    /// # Errors
    /// When the trail cannot be written: nothing could be shown then.
    pub fn begin(
        engine: &Arc<Engine>,
        trail: &Arc<Trail>,
        options: &Options,
    ) -> Result<Self, WebError> {
        let subject = Subject::new().with("bind", options.bind).with("user", &options.user);
        recorded(engine, trail, Action::Started, subject)?;
        anchored(engine, trail);
        let (stop, stopped) = mpsc::channel();
        let (engine, trail) = (Arc::clone(engine), Arc::clone(trail));
        let see = move || {
            let mut turns = 0;
            let mut anchoring: Option<JoinHandle<()>> = None;
            while stopped.recv_timeout(SYNC) == Err(mpsc::RecvTimeoutError::Timeout) {
                // What fails now is tried again in a second, and fails where it is told to somebody.
                let _ = trail.sync();
                turns += 1;
                if turns >= TURNS && anchoring.as_ref().is_none_or(JoinHandle::is_finished) {
                    turns = 0;
                    // An import may hold the writer for long; what is recorded meanwhile is durable even so.
                    let (engine, trail) = (Arc::clone(&engine), Arc::clone(&trail));
                    anchoring = Some(thread::spawn(move || anchored(&engine, &trail)));
                }
            }
        };
        let thread = thread::Builder::new().name("ringer-audit".to_owned()).spawn(see)?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Records that the server stops, and anchors the trail.
    ///
    /// # Errors
    /// When the trail cannot be written, or is not as it was left.
    pub fn end(mut self, engine: &Arc<Engine>, trail: &Arc<Trail>) -> Result<(), WebError> {
        drop(self.stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        // The server stops either way, and says when its trail is not whole.
        recorded(engine, trail, Action::Stopped, Subject::new())?;
        anchored(engine, trail);
        Ok(())
    }
}

fn recorded(
    engine: &Engine,
    trail: &Trail,
    action: Action,
    subject: Subject,
) -> Result<(), WebError> {
    trail.record_done(Event::new(
        engine.clock().now(),
        "ringer",
        action,
        subject,
        "command line",
    ))?;
    Ok(trail.sync()?)
}

/// Anchors what came since the last anchor. What cannot be anchored now is next time.
fn anchored(engine: &Engine, trail: &Trail) {
    trail.want_anchor();
    let _ = engine.anchor();
}
