//! The rules of casework: who may do what to a case, and what each status of the ladder asks for. Not responsible for
//! recording it (`deciding`, `engine`).
//!
//! Invariant: the words that a case allows are never stronger than what holds: a case is referral-ready only after two
//! persons, one of whom may refer, looked at the same evidence.

use crate::{
    casework::{
        Actor, Attachments, CaseError, Follower, Permission, Reach, Role,
        actor::same_person,
        basis::{basis, changes, confirmed},
    },
    engine::{EngineError, RingLookup, View},
    model::{Basis, Case, CaseEvent, CaseStatus, CaseSubject, Ring, RingId},
};

/// What rules look at.
pub struct Ground<'g> {
    /// Rings, judgements, applications.
    pub view: &'g View,
    /// Every case.
    pub cases: &'g crate::engine::Cases,
    /// Follows rings through that view.
    pub follower: &'g Follower<'g>,
    /// The files; without them nothing can be attached.
    pub attachments: Option<&'g Attachments>,
}

/// A status that a case could get, and what stands against it for this actor, if anything.
#[derive(Debug)]
pub struct Choice {
    /// The status.
    pub status: CaseStatus,
    /// Why not; none where it can be set.
    pub against: Option<String>,
}

fn not_yet(text: impl Into<String>) -> CaseError {
    CaseError::NotYet(text.into())
}

impl Ground<'_> {
    /// Whether somebody may open a case about this.
    ///
    /// # Errors
    /// When their role is not enough, when there is no such ring or application, or when an open case covers the ring.
    pub fn may_open(&self, subject: &CaseSubject, actor: &Actor) -> Result<(), CaseError> {
        actor.must(Permission::Judge)?;
        match subject {
            CaseSubject::Ring(ring) => self.is_free(ring),
            CaseSubject::Applicant(application) => {
                match self.view.applicant(application.as_str()) {
                    Some(_) => Ok(()),
                    None => {
                        let id = application.to_string();
                        Err(EngineError::NotFound { what: "application", id }.into())
                    }
                }
            }
        }
    }

    /// Refuses a ring that is not there, or that an open case covers.
    fn is_free(&self, ring: &RingId) -> Result<(), CaseError> {
        match self.view.ring(ring) {
            RingLookup::Found(_) => {}
            RingLookup::MovedTo(into) => {
                return Err(not_yet(format!("{ring} was merged into {into}; take that ring")));
            }
            RingLookup::Dissolved => {
                return Err(not_yet(format!("{ring} is no more; there is nothing to work on")));
            }
            RingLookup::Unknown => {
                let id = ring.to_string();
                return Err(EngineError::NotFound { what: "ring", id }.into());
            }
        }
        let all = self.cases.iter().filter(|case| case.is_open());
        for case in all {
            if self.follower.reach(case).covers(ring) {
                let (ring, case) = (ring.clone(), case.id.clone());
                return Err(EngineError::CaseOpen { ring, case }.into());
            }
        }
        Ok(())
    }

    /// The event as it is to be recorded, with what it rests on, if this actor may do that to a case as it is.
    ///
    /// # Errors
    /// When their role is not enough, or a rule is not met.
    pub fn allowed(
        &self,
        case: &Case,
        event: &CaseEvent,
        actor: &Actor,
    ) -> Result<CaseEvent, CaseError> {
        actor.must(Permission::Judge)?;
        if !case.is_open()
            && !matches!(event, CaseEvent::StatusSet { .. } | CaseEvent::Noted { .. })
        {
            return Err(not_yet("this case is closed; open it again first, with a reason"));
        }
        let frozen = case.status == CaseStatus::ReferralReady;
        match event {
            CaseEvent::StatusSet { status, why, .. } => {
                let basis = self.earned(case, *status, actor)?;
                Ok(CaseEvent::StatusSet { status: *status, why: why.clone(), basis })
            }
            CaseEvent::ReferralProposed { alternatives, .. } => {
                let reach = self.follower.reach(case);
                if case.status != CaseStatus::SuspectedRing {
                    return Err(not_yet(
                        "a referral is proposed of a suspected ring; set that status first",
                    ));
                }
                self.all_hold(&reach)?;
                let basis = Some(basis(case, &reach, self.view));
                Ok(CaseEvent::ReferralProposed { alternatives: alternatives.clone(), basis })
            }
            CaseEvent::ReferralDeclined { .. } => {
                let own = case.proposal.as_ref().is_some_and(|p| actor.is(&p.by));
                if !own {
                    actor.must(Permission::Refer)?;
                }
                Ok(event.clone())
            }
            CaseEvent::NoteStruck { note, .. } => {
                let own = case.note(*note).is_some_and(|n| actor.is(&n.by));
                if !own && actor.role < Role::Supervisor {
                    return Err(not_yet("a note is struck out by who wrote it or by a supervisor"));
                }
                Ok(event.clone())
            }
            CaseEvent::RingLinked { .. }
            | CaseEvent::RingUnlinked { .. }
            | CaseEvent::Attached { .. }
            | CaseEvent::Detached { .. }
                if frozen =>
            {
                Err(not_yet(
                    "this case is ready for referral, so what it rests on stays as two persons saw it; set it back to \
                     a suspected ring first",
                ))
            }
            CaseEvent::RingLinked { ring } => {
                self.is_free(ring)?;
                Ok(event.clone())
            }
            CaseEvent::Attached { sha256, .. } => {
                let Some(attachments) = self.attachments else {
                    return Err(not_yet("this store keeps no files"));
                };
                attachments.read(sha256)?;
                Ok(event.clone())
            }
            _ => Ok(event.clone()),
        }
    }

    /// What a case rests on when it gets a status, if it may.
    fn earned(
        &self,
        case: &Case,
        status: CaseStatus,
        actor: &Actor,
    ) -> Result<Option<Basis>, CaseError> {
        if case.status == CaseStatus::ReferralReady {
            actor.must(Permission::Refer)?;
        }
        let reach = self.follower.reach(case);
        match status {
            CaseStatus::Linked | CaseStatus::Closed => return Ok(None),
            CaseStatus::ProbablyOrdinary => self.none_confirmed(&reach)?,
            CaseStatus::SuspectedRing => self.one_holds(&reach)?,
            CaseStatus::ReferralReady => {
                actor.must(Permission::Refer)?;
                let Some(proposal) = &case.proposal else {
                    return Err(not_yet(
                        "nobody has proposed it: a referral is proposed by one person, with the innocent explanations \
                         that were considered, and agreed to by another",
                    ));
                };
                if same_person(&proposal.by, &actor.name) {
                    return Err(not_yet(format!(
                        "{} proposed this; somebody else who may refer has to look at it",
                        proposal.by
                    )));
                }
                self.all_hold(&reach)?;
                let changed = changes(&proposal.basis, &basis(case, &reach, self.view));
                if !changed.is_empty() {
                    return Err(not_yet(format!(
                        "the evidence is not what {} proposed on: {}. Look at it and propose again",
                        proposal.by,
                        changed.join("; ")
                    )));
                }
                if let Some(attachments) = self.attachments {
                    attachments.check(case.files())?;
                } else if case.files().next().is_some() {
                    return Err(not_yet("the files of this case cannot be checked here"));
                }
            }
        }
        Ok(Some(basis(case, &reach, self.view)))
    }

    fn none_confirmed(&self, reach: &Reach<'_>) -> Result<(), CaseError> {
        let mut rings = reach.covered.iter().map(|covered| &covered.ring.id);
        match rings.find(|ring| confirmed(self.view, ring).is_some()) {
            None => Ok(()),
            Some(ring) => Err(not_yet(format!(
                "{ring} is confirmed; withdraw that judgement or dismiss the ring before calling it ordinary"
            ))),
        }
    }

    fn one_holds(&self, reach: &Reach<'_>) -> Result<(), CaseError> {
        let mut first = None;
        for covered in &reach.covered {
            match self.holds(covered.ring) {
                Ok(()) => return Ok(()),
                Err(why) => first = first.or(Some(why)),
            }
        }
        Err(first.unwrap_or_else(|| not_yet("this case covers no ring; add one first")))
    }

    fn all_hold(&self, reach: &Reach<'_>) -> Result<(), CaseError> {
        if reach.covered.is_empty() {
            return Err(not_yet("this case covers no ring; add one first"));
        }
        reach.covered.iter().try_for_each(|covered| self.holds(covered.ring))
    }

    /// Whether a ring is confirmed by a judgement in force and passes its gates.
    fn holds(&self, ring: &Ring) -> Result<(), CaseError> {
        if let Some(gate) = ring.gates.iter().find(|gate| !gate.passed) {
            return Err(not_yet(format!("{} does not pass its gates: {}", ring.id, gate.detail)));
        }
        match confirmed(self.view, &ring.id) {
            Some(_) => Ok(()),
            None => Err(not_yet(format!(
                "no judgement in force confirms {}; judge the ring first",
                ring.id
            ))),
        }
    }

    /// Every status but the present one, and what stands against it for this actor.
    #[must_use]
    pub fn choices(&self, case: &Case, actor: &Actor) -> Vec<Choice> {
        let others = CaseStatus::ALL.iter().copied().filter(|status| *status != case.status);
        let choice = |status| {
            let event = CaseEvent::set(status, "-");
            let against = self.allowed(case, &event, actor).err().map(|e| e.to_string());
            Choice { status, against }
        };
        others.map(choice).collect()
    }

    /// What no longer holds of the status that a case has, in a sentence: its rings, judgements or members may have
    /// changed since it was set. None while all is as it was.
    #[must_use]
    pub fn overtaken(&self, case: &Case) -> Option<String> {
        let reach = self.follower.reach(case);
        let held = match case.status {
            CaseStatus::Linked | CaseStatus::Closed => return None,
            CaseStatus::ProbablyOrdinary => self.none_confirmed(&reach),
            CaseStatus::SuspectedRing => self.one_holds(&reach),
            CaseStatus::ReferralReady => self.all_hold(&reach),
        };
        if let Err(why) = held {
            return Some(why.to_string());
        }
        let then = case.basis.as_ref().filter(|_| case.status == CaseStatus::ReferralReady)?;
        let changed = changes(then, &basis(case, &reach, self.view));
        (!changed.is_empty()).then(|| format!("since the referral: {}", changed.join("; ")))
    }
}
