//! Persons, links and rings depend on what was received and on the judgements in force, and on nothing else: not on
//! the order of rows, not on the portions they came in, not on what was judged and taken back on the way.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::{Row, engine, engine_with, id, import, judge, pair, shape, value, withdraw},
};
use proptest::{prelude::*, sample::Index};
use ringer::{
    engine::{Engine, difference_but_ids},
    model::{AttributeIx, JudgementId, PairVerdict, ValueVerdict, Verdict},
};

/// What happens between two imports.
#[derive(Debug, Clone)]
enum Step {
    Import(Index),
    JudgePair(Index, Index, PairVerdict),
    JudgeValue(Index, ValueVerdict),
    Withdraw(Index),
}

fn step() -> impl Strategy<Value = Step> {
    let verdict = prop_oneof![
        Just(PairVerdict::Same),
        Just(PairVerdict::Different),
        Just(PairVerdict::Linked),
        Just(PairVerdict::NotLinked),
    ];
    prop_oneof![
        4 => any::<Index>().prop_map(Step::Import),
        3 => (any::<Index>(), any::<Index>(), verdict).prop_map(|(a, b, v)| Step::JudgePair(a, b, v)),
        2 => (any::<Index>(), prop_oneof![Just(ValueVerdict::Common), Just(ValueVerdict::KnownBad)])
            .prop_map(|(a, v)| Step::JudgeValue(a, v)),
        1 => any::<Index>().prop_map(Step::Withdraw),
    ]
}

/// Imports the rows in the portions that the steps name and does the rest between; what is in force at the end.
fn go(engine: &Engine, rows: &[Row], steps: &[Step]) -> Vec<Verdict> {
    let mut done = 0;
    let mut in_force: Vec<(JudgementId, Verdict)> = Vec::new();
    let mut rule = |verdict: Verdict| in_force.push((judge(engine, verdict.clone()), verdict));
    let mut withdrawn: Vec<JudgementId> = Vec::new();
    for step in steps {
        match step {
            Step::Import(end) => {
                let end = done + end.index(rows.len() - done + 1);
                import(engine, &rows[done..end]);
                done = end;
            }
            Step::JudgePair(a, b, verdict) if done > 1 => {
                let (a, b) = (a.index(done), b.index(done));
                if a != b {
                    rule(pair(id(&rows[a]), id(&rows[b]), *verdict));
                }
            }
            Step::JudgeValue(which, verdict) => {
                let view = engine.view();
                let corpus = view.network.corpus();
                if corpus.attribute_numbers().len() > 0 {
                    let ix = AttributeIx::new(which.index(corpus.attribute_numbers().len()));
                    rule(value(corpus.attribute(ix), *verdict));
                }
            }
            Step::Withdraw(which) => {
                let judgements = engine.view().judgements.clone();
                if !judgements.is_empty() {
                    let id = judgements[which.index(judgements.len())].id.clone();
                    withdraw(engine, &id);
                    withdrawn.push(id);
                }
            }
            Step::JudgePair(..) => {}
        }
    }
    import(engine, &rows[done..]);
    in_force.retain(|(id, _)| !withdrawn.contains(id));
    in_force.into_iter().map(|(_, verdict)| verdict).collect()
}

fn rotated(rows: &[Row], by: usize) -> Vec<Row> {
    let mut rows = rows.to_vec();
    rows.reverse();
    let by = by % rows.len();
    rows.rotate_left(by);
    rows
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn membership_does_not_depend_on_the_order_of_rows(
        (rows, shuffled) in applications(2..=40)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let (a, b) = (engine_with(&rows), engine_with(&shuffled));
        let (a, b) = (a.view(), b.view());
        prop_assert_eq!(shape(&a), shape(&b));
        prop_assert_eq!(difference_but_ids(&*a, &*b), None);
    }

    #[test]
    fn importing_in_portions_with_judgements_between_is_importing_all_at_once_and_judging_then(
        rows in applications(2..=30),
        steps in prop::collection::vec(step(), 0..12),
    ) {
        let grown = engine();
        let in_force = go(&grown, &rows, &steps);
        let scratch = engine_with(&rows);
        for verdict in in_force {
            judge(&scratch, verdict);
        }
        prop_assert_eq!(shape(&grown.view()), shape(&scratch.view()));
        prop_assert!(grown.verify().is_ok());
    }
}

#[test]
fn synthetic_data_sets_have_one_answer_in_any_order_and_any_portions() {
    for (n, rows) in SYNTH.iter().enumerate() {
        let forward = engine_with(rows).view();
        let whole = shape(&forward);
        assert!(!whole.rings.is_empty(), "a data set without rings proves little");
        let backward = engine_with(&rotated(rows, 37 * (n + 1))).view();
        assert!(whole == shape(&backward), "data set {n}: the order of rows matters");
        let differs = difference_but_ids(&*forward, &*backward);
        assert_eq!(differs, None, "data set {n}: the order of rows matters");
        let portions = engine();
        for chunk in rows.chunks(rows.len() / 3 + n) {
            import(&portions, chunk);
        }
        assert!(whole == shape(&portions.view()), "data set {n}: the portions matter");
    }
}
