//! Deciding: what somebody wants to do to cases, held against the rules and recorded. Not responsible for the rules
//! (`case_rules`) nor for making it durable (`engine`).
//!
//! Rules look at the very version that is then required to be the newest, so that nothing can come in between. The view
//! may go on meanwhile; which one was looked at is recorded with the decision.
//!
//! Invariant: nothing reaches the engine that a rule refuses.

use crate::{
    casework::{Actor, Attachments, CaseError, Follower, case_rules::Ground},
    engine::{CaseChange, Cases, Engine, View},
    model::{Case, CaseEntry, CaseEvent, CaseId, CaseSubject, Moment, Seq},
};

/// Where cases are worked on.
pub struct Casework<'c> {
    /// Keeps them.
    pub engine: &'c Engine,
    /// What is seen of rings, judgements and applications.
    pub view: &'c View,
    /// Keeps their files.
    pub attachments: Option<&'c Attachments>,
}

impl Casework<'_> {
    /// Opens a case.
    ///
    /// # Errors
    /// When a rule refuses it, the ring has an open case, or the store fails.
    pub fn open(
        &self,
        actor: &Actor,
        subject: CaseSubject,
        title: &str,
    ) -> Result<CaseId, CaseError> {
        let (cases, follower) = (self.engine.cases(), Follower::new(self.view));
        self.ground(&cases, &follower).may_open(&subject, actor)?;
        Ok(self.engine.open_case(subject, title, &actor.name)?)
    }

    /// Changes cases, all or none, and returns their new versions.
    ///
    /// # Errors
    /// When a rule refuses one, when a case is not as the actor saw it, or when the store fails.
    pub fn change(&self, actor: &Actor, changes: Vec<CaseChange>) -> Result<Vec<Seq>, CaseError> {
        let (cases, follower) = (self.engine.cases(), Follower::new(self.view));
        let ground = self.ground(&cases, &follower);
        let mut ready = Vec::with_capacity(changes.len());
        for change in changes {
            // Before any rule, so that a stale decision is told as such, and rules see the version that is decided on.
            let mut case = Case::clone(change.seen(&cases)?);
            let mut events = Vec::with_capacity(change.events.len());
            for event in &change.events {
                let event = ground.allowed(&case, event, actor)?;
                case.fold(tried(&case, actor, event.clone()));
                events.push(event);
            }
            ready.push(CaseChange { events, ..change });
        }
        Ok(self.engine.change_cases(&ready, &actor.name)?)
    }

    fn ground<'g>(&'g self, cases: &'g Cases, follower: &'g Follower<'g>) -> Ground<'g> {
        Ground { view: self.view, cases, follower, attachments: self.attachments }
    }
}

/// An event as if it had happened, to hold the next one of the same change against the rules.
fn tried(case: &Case, actor: &Actor, event: CaseEvent) -> CaseEntry {
    let seq = Seq(case.version.0.saturating_add(1));
    CaseEntry { seq, by: actor.name.clone(), at: Moment(0), on: case.version, event }
}
