//! An engine that stands still: the store as it was at one fact, at a stated hour. What is made of it, a report above all,
//! comes out the same whenever it is made and whatever goes on meanwhile. Not responsible for what is made of it.
//!
//! Invariant: nothing it answers depends on a fact after its last one, nor on the machine's clock; it takes no facts.

use crate::{
    engine::{
        Cases, Engine, EngineError, Present, View, beside::Beside, case_keeping::CaseRoom,
        keeping::Keeper, ledger::Ledger, setting::WhatIfs, watching::KeptLists,
    },
    model::{FixedClock, Moment, Seq},
    store::AsOf,
};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

impl Engine {
    /// The engine as it was after a fact, at this hour: computed anew from the journal, under the policy that is configured
    /// today and within what is known today beside the store. O(everything up to there).
    ///
    /// Rings have the names they had, for those are facts, as long as what became of them was recorded by then: see
    /// [`Engine::present`].
    ///
    /// # Errors
    /// When the journal ends before, or cannot be read.
    pub fn as_of(&self, seq: Seq, at: Moment) -> Result<Self, EngineError> {
        let store = AsOf::new(Arc::clone(&self.store), seq)?;
        let store =
            store.ok_or_else(|| EngineError::NotFound { what: "fact", id: seq.0.to_string() })?;
        let clock = Arc::new(FixedClock(at));
        let engine = Self::open(Box::new(store), self.policy.clone(), clock)?;
        Ok(engine.within(self.surroundings.clone()))
    }

    /// An engine that stays with what is present, at this hour, whatever happens to this one. What this one knows already it
    /// need not find out again, where it holds at that hour. O(links of rings).
    #[must_use]
    pub fn still(&self, present: &Present, at: Moment) -> Self {
        // For whoever comes next too.
        let _ = self.assess_rings(&present.view);
        let (head, withdrawn) = (present.head, Arc::clone(&present.view.passed_over));
        let mut view = View::clone(&present.view);
        // What came between, if anything, is of no consequence to a view.
        view.seq = head.seq;
        let ledger = Ledger { seq: head.seq, ..Ledger::without(Arc::clone(&withdrawn)) };
        let store = Arc::new(AsOf::ending(Arc::clone(&self.store), head, withdrawn));
        Self {
            store,
            policy: self.policy.clone(),
            clock: Arc::new(FixedClock(at)),
            ledger: Mutex::new(ledger),
            view: RwLock::new(Arc::new(view)),
            keeper: Keeper::new(head.seq),
            surroundings: self.surroundings.clone(),
            assessments: self.assessments.at_any_hour(),
            precision: Mutex::default(),
            lists: self.kept_lists(),
            hits: Arc::clone(&self.hits),
            beside: Mutex::new(Beside::default()),
            cases: CaseRoom::new(Cases::clone(&present.cases), present.cases.last()),
            what_ifs: WhatIfs::default(),
            witness: None,
            restores_erased: false,
            clocks: Arc::clone(&self.clocks),
        }
    }

    /// The lists as this engine made them last. They are made again where they do not hold at another hour.
    fn kept_lists(&self) -> KeptLists {
        let kept = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        Mutex::new(kept.clone())
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        engine::{
            Engine,
            fixtures::{open, store},
        },
        ingest::{self, Input, Options},
        model::{Grade, Moment, RingStatus, Seq, Tlp, Verdict, WatchEntry, WatchKind},
        store::Store,
    };
    use serde_json::json;
    use std::io::Cursor;

    /// Three who share a device and an account, do not say when they applied, and know something for ten years.
    fn import(engine: &Engine, version: usize) {
        let names = ["Ada Quill", "Bruno Tarn", "Cleo Okafor"];
        let rows = names.iter().enumerate().map(|(n, name)| {
            let row = json!({
                "application_id": format!("A{n}"), "full_name": name, "phone": format!("202-555-010{n}"),
                "email": format!("p{n}.{version}@example.com"), "device_id": "device-1", "bank_account_hash": "account-1",
                "skills": [{"name": "Kubernetes", "years": 10}],
            });
            format!("{row}\n")
        });
        let text = rows.collect::<String>().into_bytes();
        let input = Input::stream("rows.jsonl", Cursor::new(text));
        let mut reader = ingest::open(input, &Options::default()).unwrap();
        let (mut reject, mut progress) = (|_: &_| Ok(()), |_| {});
        engine.import("rows.jsonl", &mut reader, &mut reject, "tester", &mut progress).unwrap();
    }

    fn assessed(engine: &Engine) -> String {
        format!("{:?}", engine.assess_rings(&engine.view()))
    }

    #[test]
    fn rings_are_assessed_as_of_the_hour_whatever_was_assessed_before() {
        let store = store();
        let engine = open(&store);
        import(&engine, 0);
        // 1970: nobody can have known it for ten years.
        let early = assessed(&engine);
        assert!(early.contains("Kubernetes"), "{early}");
        let present = engine.present();
        assert_eq!(present.view.rings.len(), 1, "no ring, no proof");
        for at in [Moment(0), Moment(1_795_392_000), Moment(3_000_000_000)] {
            let still = engine.still(&present, at);
            let anew = engine.as_of(present.head.seq, at).unwrap();
            assert_eq!(assessed(&still), assessed(&anew), "{at}");
            assert_eq!(assessed(&still) == early, at == Moment(0), "{at}");
            assert_eq!(still.clock().now(), at);
        }
    }

    #[test]
    fn an_entry_that_begins_later_is_watched_at_the_hour_at_which_it_is() {
        let store = store();
        let engine = open(&store);
        import(&engine, 0);
        let entry = WatchEntry {
            id: WatchEntry::id_of("own", WatchKind::Phone, "202-555-0101"),
            list: "own".to_owned(),
            kind: WatchKind::Phone,
            value: "202-555-0101".to_owned(),
            aliases: Vec::new(),
            weak_aliases: Vec::new(),
            reason: "seen before".to_owned(),
            source: "us".to_owned(),
            grade: Grade::High,
            tlp: Tlp::Amber,
            added: Moment(1_000),
            expires: Some(Moment(2_000)),
        };
        engine.watch(vec![entry], "ann").unwrap();
        let present = engine.present();
        let mut found = Vec::new();
        for at in [Moment(0), Moment(1_000), Moment(2_000)] {
            let still = engine.still(&present, at);
            let anew = engine.as_of(present.head.seq, at).unwrap();
            assert_eq!(assessed(&still), assessed(&anew), "{at}");
            found.push(still.watched_hits(&still.view()).unwrap().len());
        }
        assert_eq!(found, [0, 1, 0]);
    }

    #[test]
    fn what_comes_later_is_not_seen_and_nothing_is_taken() {
        let store = store();
        let engine = open(&store);
        import(&engine, 0);
        let present = engine.present();
        let at = Moment(1_795_392_000);
        let still = engine.still(&present, at);
        let seen = |engine: &Engine| {
            let view = engine.view();
            let app = view.network.corpus().find(&"A1".parse().unwrap()).unwrap();
            format!("{:?}{:?}", engine.raw(&view, app), engine.held_since(&view).unwrap())
        };
        let before = seen(&still);
        import(&engine, 1);
        let ring = engine.view().rings[0].id.clone();
        let verdict = Verdict::Ring { ring, verdict: RingStatus::Confirmed };
        engine.judge(verdict, "ann", "seen").unwrap();
        let first = engine.imports().last().unwrap().id.clone();
        engine.withdraw_import(&first, "ann", "wrong file").unwrap();
        assert_eq!(seen(&still), before);
        assert_ne!(seen(&engine), before);
        let anew = engine.as_of(present.head.seq, at).unwrap();
        assert_eq!(seen(&anew), before);
        assert_eq!(anew.view().rings[0].id, present.view.rings[0].id);
        assert_eq!(anew.view().rings[0].status, RingStatus::Open);
        let facts = store.head();
        assert!(
            still
                .judge(
                    Verdict::Ring {
                        ring: present.view.rings[0].id.clone(),
                        verdict: RingStatus::Dismissed,
                    },
                    "ann",
                    "seen"
                )
                .is_err()
        );
        drop((still, anew));
        assert_eq!(store.head(), facts);
        assert!(engine.as_of(Seq(facts.seq.0 + 1), at).is_err());
    }
}
