//! Referring: that a package was made, or no longer stands, as durable facts. Not responsible for what is in a package
//! (`referral`) nor for who may make one (`casework`).
//!
//! Invariant: a referral takes the place of one that stands, of the same ring or one it came from; what was withdrawn or
//! superseded stays so.

use crate::{
    engine::{Engine, EngineError, service::spoken},
    model::{CaseId, Fact, FileHash, Referral, ReferralId, Seq},
    store::Head,
};

impl Engine {
    /// The id that the next referral gets which is made at this point of the journal. The package has it in every file, so
    /// it is needed before the fact is.
    #[must_use]
    pub fn next_referral(&self, head: &Head, made: &str) -> ReferralId {
        ReferralId::derive(&format!("{}\u{1f}{made}", head.seq.0))
    }

    /// Records that a package was made, and returns its fact. The package has to be on the disk by then.
    ///
    /// # Errors
    /// When it says neither by whom nor what for, when there is one of this id, when the one it supersedes does not stand,
    /// or when the store fails.
    pub fn refer(&self, referral: Referral) -> Result<Seq, EngineError> {
        self.put_made(referral, None)
    }

    /// The same of a case that is still as somebody saw it who looked at this version.
    ///
    /// # Errors
    /// Those of `refer`, and `StaleCase` with what happened to the case since.
    pub fn refer_as_of(&self, referral: Referral, version: Seq) -> Result<Seq, EngineError> {
        self.put_made(referral, Some(version))
    }

    fn put_made(&self, referral: Referral, seen: Option<Seq>) -> Result<Seq, EngineError> {
        spoken(&referral.by, "the name of who refers")?;
        spoken(&referral.purpose, "a purpose")?;
        self.put_referral(|cases| {
            if let Some((case, version)) = referral.case.as_ref().zip(seen) {
                // Under the lock of whoever changes cases, so that nothing comes in between.
                as_seen(cases, case, version)?;
            }
            if cases.referral(&referral.id).is_some() {
                return Err(EngineError::Refused(format!("{} was recorded before", referral.id)));
            }
            if let Some(former) = &referral.supersedes {
                standing(cases, former)?;
            }
            Ok(Fact::Referred(Box::new(referral)))
        })
    }

    /// Records that a referral no longer stands.
    ///
    /// # Errors
    /// When there is none of this id, when it was withdrawn before, when `by` or `why` is blank, or when the store fails.
    pub fn withdraw_referral(
        &self,
        referral: &ReferralId,
        by: &str,
        why: &str,
    ) -> Result<Seq, EngineError> {
        let (by, why) = (spoken(by, "the name of who withdraws it")?, spoken(why, "a reason")?);
        let at = self.clock().now();
        self.put_referral(|cases| {
            // One whose place was taken is still out there: it can be called back too.
            match cases.referral(referral) {
                Some(record) if record.withdrawn.is_none() => {}
                _ => standing(cases, referral)?,
            }
            Ok(Fact::ReferralWithdrawn { referral: referral.clone(), by, at, why })
        })
    }

    /// The chain's hash after a fact; none when the journal ends before it. O(facts up to it).
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn hash_at(&self, seq: Seq) -> Result<Option<FileHash>, EngineError> {
        Ok(crate::store::hash_at(self.store(), seq)?.and_then(|hash| FileHash::of(&hash)))
    }
}

/// Refuses a case that something happened to after a version of it.
fn as_seen(cases: &crate::engine::Cases, case: &CaseId, version: Seq) -> Result<(), EngineError> {
    let Some(case) = cases.get(case) else {
        return Err(EngineError::NotFound { what: "case", id: case.to_string() });
    };
    match case.version == version {
        true => Ok(()),
        false => {
            let since = case.since(version).to_vec();
            Err(EngineError::StaleCase { case: case.id.clone(), since })
        }
    }
}

fn standing(cases: &crate::engine::Cases, id: &ReferralId) -> Result<(), EngineError> {
    let Some(record) = cases.referral(id) else {
        return Err(EngineError::NotFound { what: "referral", id: id.to_string() });
    };
    if record.stands() {
        return Ok(());
    }
    let how = if record.withdrawn.is_some() { "withdrawn" } else { "superseded" };
    Err(EngineError::Refused(format!("{id} was {how} before")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::fixtures::{open, store},
        model::{Moment, ReferralProfile, RingId},
    };

    fn referral(id: &str, supersedes: Option<ReferralId>) -> Referral {
        let hash = |n: u8| FileHash::of(&[n; 32]).unwrap();
        Referral {
            id: ReferralId::derive(id),
            ring: RingId::derive("x"),
            case: None,
            review: None,
            profile: ReferralProfile::LawEnforcement,
            tlp: ReferralProfile::LawEnforcement.tlp(),
            recipient: String::new(),
            purpose: "a complaint".to_owned(),
            by: "Ada Example".to_owned(),
            at: Moment(7),
            head: Seq(0),
            head_hash: hash(0),
            manifest: hash(1),
            files: 2,
            bytes: 3,
            identities: 4,
            withheld: Vec::new(),
            supersedes,
        }
    }

    #[test]
    fn a_referral_takes_the_place_of_one_that_stands_and_of_no_other() {
        let engine = open(&store());
        engine.refer(referral("one", None)).unwrap();
        assert!(engine.refer(referral("one", None)).is_err(), "twice");
        let one = ReferralId::derive("one");
        engine.refer(referral("two", Some(one.clone()))).unwrap();
        let cases = engine.cases();
        assert_eq!(cases.referral(&one).unwrap().superseded_by, Some(ReferralId::derive("two")));
        assert!(engine.refer(referral("three", Some(one.clone()))).is_err());
        engine.withdraw_referral(&one, "Ada Example", "it is still out there").unwrap();
        assert!(engine.withdraw_referral(&one, "Ada Example", "twice").is_err());
        let two = ReferralId::derive("two");
        assert!(engine.withdraw_referral(&two, "Ada Example", " ").is_err());
        engine.withdraw_referral(&two, "Ada Example", "a member was cleared").unwrap();
        assert!(!engine.cases().referral(&two).unwrap().stands());
        assert!(engine.verify().is_ok());
    }

    #[test]
    fn a_package_of_a_case_that_moved_on_is_not_recorded() {
        use crate::model::{CaseEvent, CaseSubject};
        let engine = open(&store());
        let subject = CaseSubject::Ring(RingId::derive("x"));
        let case = engine.open_case(subject, "The farm", "ann").unwrap();
        let seen = engine.cases().get(&case).unwrap().version;
        let note = CaseEvent::Noted { text: "one more".to_owned() };
        let now = engine.change_case(&case, seen, note, "bo").unwrap();
        let of_case = |id: &str| Referral { case: Some(case.clone()), ..referral(id, None) };
        let stale = engine.refer_as_of(of_case("one"), seen).unwrap_err();
        assert!(matches!(&stale, EngineError::StaleCase { since, .. } if since.len() == 1));
        assert!(engine.cases().referrals().is_empty());
        engine.refer_as_of(of_case("one"), now).unwrap();
        assert_eq!(engine.cases().referrals().len(), 1);
    }

    #[test]
    fn the_hash_at_the_last_fact_is_the_head_s() {
        let engine = open(&store());
        engine.refer(referral("one", None)).unwrap();
        engine.refer(referral("two", None)).unwrap();
        let head = engine.store().head();
        assert_eq!(engine.hash_at(head.seq).unwrap(), FileHash::of(&head.hash));
        assert_ne!(engine.hash_at(Seq(1)).unwrap(), FileHash::of(&head.hash));
        assert_eq!(engine.hash_at(Seq(99)).unwrap(), None);
    }
}
