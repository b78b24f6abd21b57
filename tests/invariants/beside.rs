//! What people decide while an import runs is durable at once, takes effect when the import is done, and is in no way
//! different from deciding afterwards.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::{Row, difference, id, import, judge, memory, open, pair, reader, shape, value, withdraw},
};
use proptest::{prelude::*, sample::Index};
use ringer::{
    engine::{Engine, EngineError, What},
    model::{AttributeIx, JudgementId, PairVerdict, RingStatus, Seq, ValueVerdict, Verdict},
};

/// Imports rows and does something each time the import tells how far it is.
fn import_and(engine: &Engine, rows: &[Row], mut meanwhile: impl FnMut(usize)) {
    let mut n = 0;
    engine
        .import(
            "rows.jsonl",
            &mut reader(rows),
            &mut |problem| panic!("rejected: {problem:?}"),
            "tester",
            &mut |progress| {
                if progress.stage != ringer::engine::Stage::Done {
                    meanwhile(n);
                    n += 1;
                }
            },
        )
        .unwrap();
}

/// Something to decide about what is there.
fn some_verdict(
    engine: &Engine,
    rows: &[Row],
    (kind, one, other): &(u8, Index, Index),
) -> Option<Verdict> {
    let view = engine.view();
    let corpus = view.network.corpus();
    match kind {
        0..4 => {
            let pairs = [
                PairVerdict::Same,
                PairVerdict::Different,
                PairVerdict::Linked,
                PairVerdict::NotLinked,
            ];
            let (a, b) = (one.index(rows.len()), other.index(rows.len()));
            (a != b).then(|| pair(id(&rows[a]), id(&rows[b]), pairs[usize::from(*kind)]))
        }
        4 => {
            let n = corpus.attribute_numbers().len();
            let ix = (n > 0).then(|| AttributeIx::new(one.index(n)))?;
            Some(value(corpus.attribute(ix).clone(), ValueVerdict::Common))
        }
        _ => {
            let n = view.rings.len();
            let ring = (n > 0).then(|| view.rings[one.index(n)].id.clone())?;
            let verdict = RingStatus::ALL[other.index(RingStatus::ALL.len())];
            Some(Verdict::Ring { ring, verdict })
        }
    }
}

type Steps = Vec<(u8, Index, Index)>;

fn steps() -> impl Strategy<Value = Steps> {
    prop::collection::vec((0_u8..8, any::<Index>(), any::<Index>()), 0..5)
}

fn check(rows: &[Row], early: &Steps, late: &Steps, again: bool) -> Result<(), TestCaseError> {
    let (store, other) = (memory(), memory());
    let (engine, after) = (open(&store), open(&other));
    let half = rows.len().div_ceil(2);
    let mut made = Vec::new();
    for engine in [&engine, &after] {
        import(engine, &rows[..half]);
        made = early
            .iter()
            .filter_map(|step| some_verdict(engine, &rows[..half], step))
            .map(|verdict| judge(engine, verdict))
            .collect::<Vec<JudgementId>>();
    }
    // What is decided meanwhile: judgements of before may be withdrawn, and those just made.
    let mut decided: Vec<Result<Verdict, usize>> = Vec::new();
    let mut ids = made.clone();
    let before = engine.view();
    let mut of_late = Vec::new();
    import_and(&engine, if again { &rows[..half] } else { rows }, |n| {
        for step in late.iter().skip(n).step_by(2) {
            let (head, n) = (engine.store().head().seq, decided.len());
            match some_verdict(&engine, &rows[..half], step) {
                Some(_) if step.0 == 7 && !ids.is_empty() => {
                    let at = step.1.index(ids.len());
                    if engine.withdraw(&ids[at], "tester", "after all not").is_ok() {
                        decided.push(Err(at));
                    }
                }
                Some(verdict) => {
                    let saved =
                        engine.judge_as_of(verdict.clone(), "tester", "late", None).unwrap();
                    assert!(!saved.is_in_effect && engine.is_importing());
                    ids.push(saved.id.clone());
                    of_late.push(saved.id);
                    decided.push(Ok(verdict));
                }
                None => continue,
            }
            let is_durable = engine.store().head().seq > head;
            assert_eq!(is_durable, decided.len() > n, "it is durable when it is answered");
            assert!(std::sync::Arc::ptr_eq(&before, &engine.view()), "nobody sees it yet");
        }
    });
    let view = engine.view();
    prop_assert!(!engine.is_importing());
    prop_assert!(of_late.iter().all(|id| view.decisions.find(id).is_some()));
    prop_assert_eq!(view.decisions.in_force(), view.judgements.to_vec());
    prop_assert!(engine.verify().is_ok());
    // The same one after another.
    if !again {
        import(&after, rows);
    }
    let mut later = made;
    for step in &decided {
        match step {
            Ok(verdict) => later.push(judge_if_there(&after, verdict)),
            Err(at) => withdraw(&after, &later[*at]),
        }
    }
    prop_assert_eq!(shape(&view), shape(&after.view()));
    // As it is told when the store is opened again, from the snapshot and from the journal alone.
    drop(engine);
    prop_assert_eq!(difference(&view, &open(&store).view()), None);
    store().write_snapshot("live", Seq(1), b"broken").unwrap();
    let anew = open(&store);
    prop_assert_eq!(difference(&view, &anew.view()), None);
    prop_assert!(anew.verify().is_ok());
    Ok(())
}

/// A ring may have another name where everything came in another order.
fn judge_if_there(engine: &Engine, verdict: &Verdict) -> JudgementId {
    let made = engine.judge(verdict.clone(), "tester", "late");
    made.unwrap_or_else(|_| JudgementId::derive("about a ring of another name"))
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn deciding_beside_an_import_is_deciding_after_it(
        rows in applications(4..=24),
        early in steps(),
        late in steps(),
        again in any::<bool>(),
    ) {
        check(&rows, &early, &late, again)?;
    }

    #[test]
    fn deciding_beside_a_larger_import_is_deciding_after_it(
        slice in 0..SYNTH.len(),
        early in steps(),
        late in steps(),
    ) {
        check(&SYNTH[slice], &early, &late, false)?;
    }
}

#[test]
fn of_two_who_decide_beside_an_import_the_second_is_told_of_the_first() {
    let engine = open(&memory());
    let rows = &SYNTH[0];
    let half = rows.len() / 2;
    import(&engine, &rows[..half]);
    let view = engine.view();
    let ring = view.rings[0].id.clone();
    let decide = |by: &str, verdict| {
        let verdict = Verdict::Ring { ring: ring.clone(), verdict };
        engine.judge_as_of(verdict, by, "because", Some(view.seq))
    };
    let mut done = false;
    import_and(&engine, &rows[half..], |_| {
        if std::mem::replace(&mut done, true) {
            return;
        }
        let saved = decide("ann", RingStatus::Confirmed).unwrap();
        let EngineError::Overtaken { news } = decide("bob", RingStatus::Dismissed).unwrap_err()
        else {
            panic!("it is recorded unaware of the first")
        };
        assert!(matches!(&news[..], [n] if n.by == "ann" && matches!(n.what, What::Judged { .. })));
        engine.withdraw(&saved.id, "bob", "a slip").unwrap();
        let again = engine.withdraw(&saved.id, "eve", "me too").unwrap_err();
        assert!(matches!(again, EngineError::TakenBack { by, .. } if by == "bob"));
        assert!(engine.withdraw(&JudgementId::derive("nobody"), "eve", "x").is_err());
    });
    assert!(done);
    let after = engine.view();
    assert_eq!((after.decisions.len(), after.judgements.len()), (1, 0));
    assert!(after.rings.iter().all(|ring| ring.status == RingStatus::Open));
}

#[test]
fn what_waits_for_an_import_is_known_to_whoever_asks_what_was_decided() {
    let engine = open(&memory());
    let rows = &SYNTH[0];
    let half = rows.len() / 2;
    import(&engine, &rows[..half]);
    let ring = engine.view().rings[0].id.clone();
    let before = engine.judge(said(&ring, RingStatus::Confirmed), "ann", "one house").unwrap();
    let status = || engine.as_decided().rings.find(&ring).unwrap().status;
    let mut steps = 0;
    import_and(&engine, &rows[half..], |_| {
        steps += 1;
        if steps != 1 {
            return;
        }
        let id = engine.judge(said(&ring, RingStatus::Referred), "ann", "handed over").unwrap();
        assert!(engine.view().decisions.find(&id).is_none(), "it waits");
        let decided = engine.as_decided();
        let found = decided.decisions.find(&id).unwrap();
        assert_eq!(found.judgement.verdict, said(&ring, RingStatus::Referred));
        assert_eq!((status(), decided.judgements.len()), (RingStatus::Referred, 2));
        engine.withdraw(&id, "bob", "a slip").unwrap();
        assert_eq!(status(), RingStatus::Confirmed);
        engine.withdraw(&before, "bob", "a slip as well").unwrap();
        assert_eq!(status(), RingStatus::Open);
        let decided = engine.as_decided();
        assert!(decided.judgements.is_empty() && decided.decisions.len() == 2);
    });
    assert!(steps > 0);
    assert!(std::sync::Arc::ptr_eq(&engine.as_decided(), &engine.view()), "nothing waits any more");
    assert_eq!((status(), engine.view().decisions.len()), (RingStatus::Open, 2));
}

fn said(ring: &ringer::model::RingId, verdict: RingStatus) -> Verdict {
    Verdict::Ring { ring: ring.clone(), verdict }
}

#[test]
fn an_import_that_breaks_off_leaves_what_was_decided_meanwhile_in_effect() {
    let engine = open(&memory());
    let rows = &SYNTH[0];
    import(&engine, &rows[..40]);
    let verdict = pair(id(&rows[0]), id(&rows[1]), PairVerdict::Different);
    let mut broken = rows[40..80].to_vec();
    broken[39].remove("application_id");
    let mut judged = None;
    let refused = engine.import(
        "rows.jsonl",
        &mut reader(&broken),
        &mut |_| {
            judged = Some(engine.judge(verdict.clone(), "tester", "late").unwrap());
            Err(std::io::Error::other("no room for rejects"))
        },
        "tester",
        &mut |_| {},
    );
    assert!(matches!(refused, Err(EngineError::Rejects(_))), "{refused:?}");
    let view = engine.view();
    let judged = judged.unwrap();
    assert!(view.judgements.iter().any(|j| j.id == judged));
    assert!(engine.verify().is_ok());
}
