//! Thresholds are moved by a fact and by nothing else: what was foreseen is what happens, it holds after reopening, and what
//! is given back leaves nothing behind.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::{Row, clock, difference, import, judge, memory, open, rings, shape},
};
use proptest::{prelude::*, sample::Index};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ringer::{
    engine::{Engine, EngineError, Fate, Made, Recorded},
    matching::{
        Policy,
        thresholds::{Changes, THRESHOLDS},
    },
    model::{Cause, LineageEvent, RingId, RingStatus, Seq, Verdict},
    store::{Store, dump, load},
};
use std::collections::BTreeSet;

const WHY: &str = "to see";

fn read(pairs: &[(&str, &str)]) -> Changes {
    Changes::read(pairs.iter().copied()).unwrap()
}

fn set(engine: &Engine, changes: &Changes) -> Result<(), EngineError> {
    engine.set_policy(changes, &engine.view().stand(), "tester", WHY)
}

/// What happened to rings after a fact, by ring.
fn events_after(engine: &Engine, seq: Seq) -> Vec<LineageEvent> {
    let view = engine.view();
    let mut all: Vec<&std::sync::Arc<Recorded>> =
        view.lineage.iter().flat_map(|(_, events)| events).filter(|r| r.seq > seq).collect();
    all.sort_by(|a, b| a.event.ring.cmp(&b.event.ring));
    all.into_iter().map(|recorded| recorded.event.clone()).collect()
}

/// Some changes that do not contradict each other: near what is in force, so that rings come and go.
pub fn some_changes(policy: &Policy, dice: &mut ChaCha8Rng) -> Changes {
    loop {
        let mut pairs = Vec::new();
        for threshold in THRESHOLDS {
            if dice.random_range(0..4) != 0 {
                continue;
            }
            let now = threshold.of(policy).get();
            let moved = match threshold.is_whole {
                true => now + f64::from(dice.random_range(-1..=2)),
                false => now + f64::from(dice.random_range(-40..=60)) / 10.0,
            };
            let moved = moved.clamp(threshold.least.get(), threshold.most.get());
            pairs.push((threshold.name, format!("{moved:.2}")));
        }
        let changes =
            Changes::read(pairs.iter().map(|(name, text)| (*name, text.as_str()))).unwrap();
        let changes = changes.from(policy);
        if !changes.is_empty() && changes.applied_to(policy).is_ok() {
            return changes;
        }
    }
}

/// Foresees changes, makes them, and holds the one against the other. How many rings changed.
fn foresee_and_make(engine: &Engine, changes: &Changes) -> usize {
    let view = engine.view();
    let foreseen = engine.what_if(&view, changes).unwrap();
    assert_eq!(engine.view().seq, view.seq, "asking changes nothing");
    set(engine, changes).unwrap();
    let now = engine.view();
    assert_eq!(now.policy, foreseen.after);
    assert_eq!((view.rings.len(), now.rings.len()), (foreseen.rings_before, foreseen.rings_after));
    let mut events = foreseen.events.clone();
    events.sort_by(|a, b| a.ring.cmp(&b.ring));
    assert_eq!(events_after(engine, view.seq), events);
    assert!(events.iter().all(|event| event.cause == Cause::Policy));
    let told: BTreeSet<&RingId> = foreseen.rings.iter().map(|ring| &ring.ring).collect();
    assert_eq!(told.len(), foreseen.rings.len(), "one line a ring");
    let changed: BTreeSet<&RingId> = events.iter().map(|event| &event.ring).collect();
    assert_eq!(told, changed);
    let inside = |view| rings(view).into_values().flatten().collect::<BTreeSet<String>>();
    let (before, after) = (inside(&view), inside(&now));
    assert_eq!(foreseen.entering, after.difference(&before).count());
    assert_eq!(foreseen.leaving, before.difference(&after).count());
    let vanished = foreseen.rings.iter().filter(|ring| ring.fate == Fate::Vanishes);
    assert!(vanished.clone().all(|ring| now.rings.find(&ring.ring).is_none() && ring.after == 0));
    let record = now.policy_changes.last().unwrap();
    assert_eq!(record.why, WHY);
    assert_eq!(record.effect.values().sum::<u32>() as usize, events.len());
    foreseen.rings.len()
}

/// Everything that a change and its return could leave behind.
fn state(engine: &Engine) -> impl PartialEq {
    let view = engine.view();
    let statuses: Vec<_> = view.rings.iter().map(|r| (r.id.clone(), r.status)).collect();
    (shape(&view), rings(&view), statuses, view.policy.clone(), view.judgements.clone())
}

fn decide(engine: &Engine, dice: &mut ChaCha8Rng) {
    let all: Vec<RingId> = engine.view().rings.iter().map(|ring| ring.id.clone()).collect();
    for ring in all {
        let verdict = RingStatus::ALL[dice.random_range(0..4)];
        if verdict != RingStatus::Open {
            judge(engine, Verdict::Ring { ring, verdict });
        }
    }
}

fn back(engine: &Engine) -> Changes {
    Changes::between(&engine.policy(), engine.configured())
}

#[test]
fn what_is_foreseen_is_what_happens_and_what_is_given_back_leaves_nothing() {
    let mut changed = 0;
    for seed in 0..8 {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let store = memory();
        let engine = open(&store);
        let slice: &[Row] = &SYNTH[dice.random_range(0..SYNTH.len())];
        import(&engine, slice);
        decide(&engine, &mut dice);
        let before = state(&engine);
        for _ in 0..3 {
            let changes = some_changes(&engine.policy(), &mut dice);
            changed += foresee_and_make(&engine, &changes);
            engine.verify().unwrap();
            assert_eq!(difference(&engine.view(), &open(&store).view()), None, "reopened");
        }
        foresee_and_make(&engine, &back(&engine));
        assert!(state(&engine) == before, "seed {seed}: given back");
        assert_eq!(engine.policy().hash(), Policy::default().hash());
        engine.verify().unwrap();
    }
    assert!(changed > 12, "only {changed} rings changed");
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn what_comes_bit_by_bit_under_moved_thresholds_is_from_scratch(
        rows in applications(6..=24), cut in any::<Index>(), seed in 0_u64..1_000_000,
    ) {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let (store, whole) = (memory(), memory());
        let (engine, at_once) = (open(&store), open(&whole));
        let cut = cut.index(rows.len());
        import(&engine, &rows[..cut]);
        let changes = some_changes(&engine.policy(), &mut dice);
        set(&engine, &changes).unwrap();
        for row in &rows[cut..] {
            import(&engine, std::slice::from_ref(row));
        }
        engine.verify().unwrap();
        import(&at_once, &rows);
        set(&at_once, &changes).unwrap();
        prop_assert_eq!(shape(&engine.view()), shape(&at_once.view()));
        drop(engine);
        let again = open(&store);
        prop_assert_eq!(&again.view().policy, &at_once.view().policy);
        prop_assert_eq!(shape(&again.view()), shape(&at_once.view()));
    }
}

#[test]
fn thresholds_and_calibrated_numbers_hold_beside_each_other() {
    let store = memory();
    let engine = open(&store);
    import(&engine, SYNTH[0].as_ref());
    let found = engine.calibrate();
    engine.apply(Some(&found.calibration.identity), "tester").unwrap();
    let calibrated = engine.view().policy.clone();
    set(&engine, &read(&[("ring.min_families", "3")])).unwrap();
    let both = engine.view().policy.clone();
    assert_eq!(engine.policy().identity, found.calibration.identity);
    assert_eq!(open(&store).view().policy, both);
    engine.apply(None, "tester").unwrap();
    assert_eq!(engine.policy().ring.min_families, 3, "calibration given back, the threshold stays");
    engine.apply(Some(&found.calibration.identity), "tester").unwrap();
    assert_eq!(engine.view().policy, both);
    let back = Changes::read([("ring.min_families", "2")]).unwrap();
    set(&engine, &back).unwrap();
    assert_eq!(engine.view().policy, calibrated, "the threshold given back, calibration stays");
    engine.verify().unwrap();
    assert_eq!(engine.view().policy_changes.len(), 5);
}

#[test]
fn a_change_that_was_not_looked_at_as_things_stand_is_refused() {
    let engine = open(&memory());
    import(&engine, &SYNTH[0]);
    let changes = read(&[("link.threshold", "3")]);
    let seen = engine.view().stand();
    let ring = engine.view().rings.iter().next().unwrap().id.clone();
    judge(&engine, Verdict::Ring { ring, verdict: RingStatus::Confirmed });
    let seq = engine.view().seq;
    let refused = engine.set_policy(&changes, &seen, "tester", WHY);
    assert!(matches!(refused, Err(EngineError::Outdated)), "{refused:?}");
    let seen = engine.view().stand();
    set(&engine, &read(&[("link.prior", "-5")])).unwrap();
    let refused = engine.set_policy(&changes, &seen, "tester", WHY);
    assert!(matches!(refused, Err(EngineError::Outdated)), "{refused:?}");
    let refused = set(&engine, &read(&[("link.prior", "-5")]));
    assert!(matches!(refused, Err(EngineError::Incomplete(_))), "{refused:?}");
    let refused = set(&engine, &read(&[("link.watch", "20")]));
    assert!(matches!(refused, Err(EngineError::Threshold(_))), "{refused:?}");
    let refused = engine.set_policy(&changes, &engine.view().stand(), "tester", " ");
    assert!(matches!(refused, Err(EngineError::Incomplete(_))), "{refused:?}");
    assert!(seq < engine.view().seq && engine.view().policy_changes.len() == 1);
}

#[test]
fn the_configuration_lies_under_what_was_set_and_shows_again_where_it_is_given_back() {
    let store = memory();
    let engine = open(&store);
    import(&engine, &SYNTH[0]);
    set(&engine, &read(&[("link.threshold", "3"), ("ring.min_families", "3")])).unwrap();
    drop(engine);
    let mut configured = Policy::default();
    (configured.ring.min_families, configured.ring.min_identities) = (1, 4);
    let engine = Engine::open(store(), configured.clone(), clock()).unwrap();
    let ring = &engine.policy().ring;
    assert_eq!((ring.min_families, ring.min_identities), (3, 4));
    engine.verify().unwrap();
    set(&engine, &back(&engine)).unwrap();
    assert_eq!(*engine.policy(), configured);
}

#[test]
fn a_policy_that_changed_no_ring_is_not_what_the_next_change_comes_from() {
    let store = memory();
    let engine = open(&store);
    import(&engine, &SYNTH[0]);
    let changes = read(&[("ring.weak_bridge", "3.51")]);
    assert_eq!(engine.what_if(&engine.view(), &changes).unwrap().rings, [], "else choose another");
    set(&engine, &changes).unwrap();
    let seq = engine.view().seq;
    drop(engine);
    let engine = open(&store);
    import(&engine, &SYNTH[1]);
    let events = events_after(&engine, seq);
    assert!(!events.is_empty());
    assert!(events.iter().all(|e| matches!(e.cause, Cause::Evidence { .. })));
}

#[test]
fn what_was_set_comes_through_dump_and_load() {
    let (store, other) = (memory(), memory());
    let engine = open(&store);
    import(&engine, &SYNTH[0]);
    set(&engine, &read(&[("link.threshold", "2.25")])).unwrap();
    let mut bytes = Vec::new();
    dump(engine.store(), &mut bytes).unwrap();
    let target: Box<dyn Store> = other();
    load(&mut &bytes[..], &*target).unwrap();
    drop(target);
    let loaded = open(&other);
    assert_eq!(difference(&engine.view(), &loaded.view()), None);
    assert_eq!(engine.view().policy_changes, loaded.view().policy_changes);
    assert_eq!(loaded.view().made, Made::Anew);
}
