//! What the audit trail is told of a command: its name, the ids among its arguments that exist, and a keyed hash of what
//! was typed otherwise. Not responsible for the trail (`casework::audit`) nor for what a decision's own entry says.
//!
//! Invariant: a command that reads or changes a store does so only after it is recorded.

use crate::{
    casework::audit::{self, Action, AuditError, Event, Subject, Trail},
    engine::View,
    model::Moment,
};

/// Where commands are given.
pub const PLACE: &str = "command line";

/// A command that is going to be recorded.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What it is in the trail.
    pub action: Action,
    /// Its name.
    pub command: &'static str,
    /// Arguments that may be ids.
    pub ids: Vec<String>,
    /// Arguments that may be anything.
    pub typed: Vec<String>,
    /// Words of closed lists, and names of accounts.
    pub words: Vec<(&'static str, String)>,
}

impl Asked {
    /// A command without arguments that matter.
    #[must_use]
    pub fn command(command: &'static str) -> Self {
        let (ids, typed, words) = (Vec::new(), Vec::new(), Vec::new());
        Self { action: Action::Command, command, ids, typed, words }
    }

    /// The same with these arguments, which may be ids.
    #[must_use]
    pub fn of(self, ids: &[&str]) -> Self {
        Self { ids: ids.iter().map(|&id| id.to_owned()).collect(), ..self }
    }

    /// Records that somebody gives it.
    ///
    /// # Errors
    /// When it cannot be recorded; it must not be carried out then.
    pub fn record(
        &self,
        trail: &Trail,
        view: Option<&View>,
        who: &str,
        now: Moment,
    ) -> Result<(), AuditError> {
        let mut subject = Subject::new().with("command", self.command);
        for (name, word) in &self.words {
            subject.put(name, word);
        }
        for text in &self.ids {
            match view.and_then(|view| audit::known(view, text)) {
                Some((name, id)) => subject.put(name, &id),
                None => subject.put("typed", &trail.typed(text)?),
            }
        }
        for text in &self.typed {
            subject.put("typed", &trail.typed(text)?);
        }
        trail.record(Event::new(now, who, self.action, subject, PLACE))?;
        trail.sync()
    }
}
