//! Referring: who may make a package of a case's ring, and which two persons stand behind it. Not responsible for what is in
//! a package (`referral`) nor for making it durable (`engine`).
//!
//! A package that leaves by these rules is final. A draft without a case is for the command line.
//!
//! Invariant: no package is recorded of a case that is not referral-ready on the very version that was looked at, or whose
//! evidence is no longer what two persons saw.

use crate::{
    casework::{Actor, CaseError, Casework, Follower, Ground, Permission, same_person},
    model::{Case, CaseEvent, CaseId, CaseStatus, Referral, ReferralId, Review, RingId, Seq},
};

/// The two persons behind a case that is referral-ready; none for any other.
#[must_use]
pub fn review(case: &Case) -> Option<Review> {
    if case.status != CaseStatus::ReferralReady {
        return None;
    }
    let agreed = case.history.iter().rposition(|entry| {
        matches!(entry.event, CaseEvent::StatusSet { status: CaseStatus::ReferralReady, .. })
    })?;
    let (before, rest) = case.history.split_at_checked(agreed)?;
    let agreed = rest.first()?;
    let proposed =
        before.iter().rev().find(|e| matches!(e.event, CaseEvent::ReferralProposed { .. }))?;
    Some(Review { proposed_by: proposed.by.clone(), agreed_by: agreed.by.clone(), at: agreed.at })
}

/// The innocent explanations that whoever proposed the referral considered, as they wrote them; empty where nobody did.
#[must_use]
pub fn alternatives(case: &Case) -> &str {
    let written = case.history.iter().rev().find_map(|entry| match &entry.event {
        CaseEvent::ReferralProposed { alternatives, .. } => Some(alternatives.as_str()),
        _ => None,
    });
    written.unwrap_or_default()
}

impl Ground<'_> {
    /// The two persons behind a package of this ring, if this actor may make one of the case as it is.
    ///
    /// # Errors
    /// When their role is not enough, when the case is not referral-ready or not what it was when that was agreed, or when
    /// it does not cover the ring.
    pub fn may_refer(
        &self,
        case: &Case,
        ring: &RingId,
        actor: &Actor,
    ) -> Result<Review, CaseError> {
        actor.must(Permission::Refer)?;
        let not_yet = |text: String| CaseError::NotYet(text);
        let review = review(case).ok_or_else(|| {
            not_yet(format!(
                "the case is \u{201c}{}\u{201d}: a package is made of a case that is referral-ready, after one person \
                 proposed and another agreed",
                case.status.title()
            ))
        })?;
        if same_person(&review.proposed_by, &review.agreed_by) {
            return Err(not_yet("one person alone is behind this case; two are needed".to_owned()));
        }
        if let Some(why) = self.overtaken(case) {
            return Err(not_yet(format!(
                "the case is no longer what two persons agreed on: {why}. Set it back to a suspected ring, look at what \
                 changed and propose again"
            )));
        }
        if !self.follower.reach(case).covers(ring) {
            return Err(not_yet(format!("this case does not cover {ring}")));
        }
        Ok(review)
    }
}

impl Casework<'_> {
    /// Records a package that was made of a case as of this version of it. The package has to be on the disk by then.
    ///
    /// # Errors
    /// When a rule refuses it, when the case is not as the actor saw it, when what it supersedes is of another case and
    /// ring, or when the store fails.
    pub fn refer(&self, actor: &Actor, referral: Referral, seen: Seq) -> Result<Seq, CaseError> {
        let (cases, follower) = (self.engine.cases(), Follower::new(self.view));
        let case = self.of(&cases, referral.case.as_ref())?;
        let ground =
            Ground { view: self.view, cases: &cases, follower: &follower, attachments: None };
        let review = ground.may_refer(&case, &referral.ring, actor)?;
        if !actor.is(&referral.by) || referral.review.as_ref() != Some(&review) {
            return Err(CaseError::NotYet(
                "the package names other persons than those behind the case; make it again"
                    .to_owned(),
            ));
        }
        if let Some(former) = referral.supersedes.as_ref().and_then(|id| cases.referral(id)) {
            supersedable(&former.referral, &case.id, &referral.ring)?;
        }
        Ok(self.engine.refer_as_of(referral, seen)?)
    }

    /// Records that a package no longer stands.
    ///
    /// # Errors
    /// When the role is not enough, when it does not stand, when `why` is blank, or when the store fails.
    pub fn withdraw_referral(
        &self,
        actor: &Actor,
        referral: &ReferralId,
        why: &str,
    ) -> Result<Seq, CaseError> {
        actor.must(Permission::Refer)?;
        Ok(self.engine.withdraw_referral(referral, &actor.name, why)?)
    }

    fn of(
        &self,
        cases: &crate::engine::Cases,
        id: Option<&CaseId>,
    ) -> Result<std::sync::Arc<Case>, CaseError> {
        let id = id.ok_or_else(|| {
            CaseError::NotYet("a package that is no draft is made of a case".to_owned())
        })?;
        let missing = || crate::engine::EngineError::NotFound { what: "case", id: id.to_string() };
        Ok(cases.get(id).cloned().ok_or_else(missing)?)
    }
}

/// Refuses to put a package of one case in the place of another's.
///
/// # Errors
/// When neither the case nor the ring is the same.
pub fn supersedable(former: &Referral, case: &CaseId, ring: &RingId) -> Result<(), CaseError> {
    if former.case.as_ref() == Some(case) || former.ring == *ring {
        return Ok(());
    }
    Err(CaseError::NotYet(format!(
        "{} is about another case and another ring; a package takes the place of one about the same",
        former.id
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        casework::Role,
        engine::{Cases, View},
        model::{CaseEntry, CaseSubject, Moment},
    };

    fn case(events: Vec<(&str, CaseEvent)>) -> Case {
        let subject = CaseSubject::Ring(RingId::derive("x"));
        let opened = CaseEvent::Opened { subject, title: "The farm".to_owned() };
        let mut all =
            [("ann", opened)].into_iter().chain(events).zip(1_u32..).map(|((by, event), n)| {
                CaseEntry {
                    seq: Seq(u64::from(n)),
                    by: by.to_owned(),
                    at: Moment(i64::from(n)),
                    on: Seq(u64::from(n) - 1),
                    event,
                }
            });
        let mut case = Case::opened(CaseId::derive("c"), all.next().unwrap()).unwrap();
        all.for_each(|entry| case.fold(entry));
        case
    }

    fn ready() -> CaseEvent {
        CaseEvent::set(CaseStatus::ReferralReady, "looked at all of it")
    }

    #[test]
    fn the_two_persons_are_the_last_who_proposed_and_agreed() {
        let case = case(vec![
            ("ann", CaseEvent::propose("first")),
            ("sue", CaseEvent::ReferralDeclined { why: "thin".to_owned() }),
            ("bo", CaseEvent::propose("none holds")),
            ("sue", ready()),
            ("ann", CaseEvent::Noted { text: "x".to_owned() }),
        ]);
        let review = review(&case).unwrap();
        assert_eq!((&*review.proposed_by, &*review.agreed_by), ("bo", "sue"));
        assert_eq!((review.at, alternatives(&case)), (Moment(5), "none holds"));
    }

    #[test]
    fn a_case_that_is_not_ready_any_more_has_nobody_behind_it() {
        let back = CaseEvent::set(CaseStatus::Linked, "no");
        let case = case(vec![("ann", CaseEvent::propose("-")), ("sue", ready()), ("sue", back)]);
        assert_eq!(review(&case), None);
    }

    #[test]
    fn neither_an_investigator_nor_one_person_under_two_spellings_makes_a_package() {
        let (view, cases) = (View::default(), Cases::default());
        let follower = Follower::new(&view);
        let ground = Ground { view: &view, cases: &cases, follower: &follower, attachments: None };
        let ring = RingId::derive("x");
        let alone = case(vec![("Sue ", CaseEvent::propose("-")), ("sue", ready())]);
        let refused = |role| {
            ground.may_refer(&alone, &ring, &Actor::new("tom", role)).unwrap_err().to_string()
        };
        assert!(refused(Role::Investigator).contains("may not make or withdraw referrals"));
        assert!(refused(Role::Supervisor).contains("two are needed"));
        let two = case(vec![("ann", CaseEvent::propose("-")), ("sue", ready())]);
        let tom = Actor::new("tom", Role::Supervisor);
        // The view knows no ring that a judgement confirms.
        let gone = ground.may_refer(&two, &ring, &tom).unwrap_err().to_string();
        assert!(gone.contains("no longer what two persons agreed on"), "{gone}");
    }
}
