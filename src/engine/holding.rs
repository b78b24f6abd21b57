//! Legal holds as durable facts: put and released. Not responsible for whom one covers nor for who may put one
//! (`casework::keeping`).
//!
//! Invariant: nothing is held or released without a name and a reason; what was released stays so.

use crate::{
    engine::{Engine, EngineError, RingLookup, service::spoken},
    model::{Day, Fact, Hold, HoldId, HoldOn},
};

impl Engine {
    /// Puts a hold, and returns its id.
    ///
    /// # Errors
    /// When what it is on does not exist, when its last day is over, when `by` or `why` is blank, or when the store fails.
    pub fn hold(
        &self,
        on: HoldOn,
        until: Option<Day>,
        by: &str,
        why: &str,
    ) -> Result<HoldId, EngineError> {
        let (by, why) = (spoken(by, "the name of who holds it")?, spoken(why, "a reason")?);
        let at = self.clock.now();
        if until.zip(Day::of(at)).is_some_and(|(until, today)| until < today) {
            let text = "the last day of the hold is over; give one to come, or none";
            return Err(EngineError::Refused(text.to_owned()));
        }
        let mut ledger = self.writer();
        self.exists(&on)?;
        let before = ledger.seq;
        let id = HoldId::derive(&format!("{}\u{1f}{}", self.store.head().seq.0 + 1, at.0));
        let hold = Hold { id: id.clone(), on, why, by, at, until };
        self.record(&mut ledger, vec![Fact::Held(Box::new(hold))])?;
        self.restate(&mut ledger, before, None)?;
        Ok(id)
    }

    /// Releases a hold.
    ///
    /// # Errors
    /// When there is no such hold, when it was released before, when `by` or `why` is blank, or when the store fails.
    pub fn release_hold(&self, id: &HoldId, by: &str, why: &str) -> Result<(), EngineError> {
        let (by, why) = (spoken(by, "the name of who releases it")?, spoken(why, "a reason")?);
        let mut ledger = self.writer();
        let Some(record) = ledger.holds.iter().find(|record| record.hold.id == *id) else {
            return Err(EngineError::NotFound { what: "hold", id: id.to_string() });
        };
        if let Some(end) = &record.released {
            let text = format!("{id} was released before, on {} by {}", end.at.day(), end.by);
            return Err(EngineError::Refused(text));
        }
        let (before, at) = (ledger.seq, self.clock.now());
        let fact = Fact::HoldReleased { hold: id.clone(), by, at, why };
        self.record(&mut ledger, vec![fact])?;
        self.restate(&mut ledger, before, None)
    }

    fn exists(&self, on: &HoldOn) -> Result<(), EngineError> {
        let view = self.view();
        let missing = match on {
            HoldOn::All => None,
            HoldOn::Ring(ring) => {
                let is_unknown = matches!(view.ring(ring), RingLookup::Unknown);
                is_unknown.then(|| ("ring", ring.to_string()))
            }
            HoldOn::Case(case) => {
                self.cases().get(case).is_none().then(|| ("case", case.to_string()))
            }
            HoldOn::Applicant(applications) => {
                let corpus = view.network.corpus();
                let unknown = applications.iter().find(|id| corpus.find(id).is_none());
                match applications.is_empty() {
                    true => Some(("applicant", String::new())),
                    false => unknown.map(|id| ("application", id.to_string())),
                }
            }
        };
        match missing {
            None => Ok(()),
            Some((what, id)) => Err(EngineError::NotFound { what, id }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixtures::{import, open, store};

    #[test]
    fn a_hold_is_put_once_released_once_and_kept_over_a_restart() {
        let store = store();
        let engine = open(&store);
        import(&engine, "application_id,full_name\nA1,Ada Quill\n");
        let on = HoldOn::Applicant(["A1".parse().unwrap()].into());
        assert!(engine.hold(on.clone(), None, "ann", " ").is_err());
        assert!(engine.hold(on.clone(), "1969-12-31".parse().ok(), "ann", "a claim").is_err());
        let nobody = HoldOn::Applicant(["B1".parse().unwrap()].into());
        assert!(engine.hold(nobody, None, "ann", "a claim").is_err());
        let id = engine.hold(on, None, "ann", "a claim").unwrap();
        let today = Day::of(engine.clock().now()).unwrap();
        assert!(engine.view().holds[0].holds(today));
        engine.verify().unwrap();
        drop(engine);
        let engine = open(&store);
        assert!(engine.view().holds[0].holds(today));
        engine.release_hold(&id, "bob", "settled").unwrap();
        assert!(engine.release_hold(&id, "bob", "settled").is_err());
        assert!(!engine.view().holds[0].holds(today));
        assert!(!open(&store).view().holds[0].holds(today));
    }
}
