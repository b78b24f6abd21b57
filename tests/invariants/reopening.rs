//! What is served after opening a store again is what was served before closing it: from the snapshot, from an
//! older snapshot and the facts since, from the journal alone, and from a dump loaded into another store.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::{Row, clock, difference, id, import, judge, memory, open, pair, undo, withdraw},
};
use proptest::{prelude::*, sample::Index};
use ringer::{
    engine::Engine,
    model::{PairVerdict, Seq},
    store::{SledOptions, SledStore, Store, dump, load},
};
use std::path::Path;

const SNAPSHOT: &str = "live";

/// Two imports with judgements between and after, one of them withdrawn; of an even number of judgements, the second
/// import is withdrawn at the end, and of four it comes again.
fn live(engine: &Engine, rows: &[Row], picks: &[(Index, Index)]) {
    let half = rows.len() / 2;
    import(engine, &rows[..half]);
    for (n, (a, b)) in picks.iter().enumerate() {
        if n == picks.len() / 2 {
            import(engine, &rows[half..]);
        }
        let (a, b) = (a.index(half), b.index(half));
        if a != b {
            let verdict =
                [PairVerdict::Linked, PairVerdict::Different, PairVerdict::NotLinked][n % 3];
            let made = judge(engine, pair(id(&rows[a]), id(&rows[b]), verdict));
            if n % 2 == 1 {
                withdraw(engine, &made);
            }
        }
    }
    if picks.len().is_multiple_of(2) {
        undo(engine, &engine.imports()[0].id);
        if picks.len() == 4 {
            import(engine, &rows[half..]);
        }
    }
}

#[track_caller]
fn check_same(engine: &Engine, again: &Engine) {
    assert_eq!(difference(&engine.view(), &again.view()), None);
    again.verify().unwrap();
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn a_store_opened_again_serves_the_same(
        rows in applications(4..=24),
        picks in prop::collection::vec((any::<Index>(), any::<Index>()), 1..6),
        early in 0_usize..4,
    ) {
        let store = memory();
        let engine = open(&store);
        let half = rows.len() / 2;
        import(&engine, &rows[..half.min(early)]);
        let old = store().read_snapshot(SNAPSHOT).unwrap();
        live(&engine, &rows, &picks);
        let head = store().head();
        check_same(&engine, &open(&store));
        let newest = store().read_snapshot(SNAPSHOT).unwrap();
        prop_assert!(newest.is_some(), "a snapshot is kept under this name");
        if let Some((seq, bytes)) = old {
            store().write_snapshot(SNAPSHOT, seq, &bytes).unwrap();
            check_same(&engine, &open(&store));
        }
        for broken in [&b"not a snapshot"[..], b"", &newest.unwrap().1[..100]] {
            store().write_snapshot(SNAPSHOT, Seq(1), broken).unwrap();
            check_same(&engine, &open(&store));
        }
        prop_assert_eq!(store().head(), head, "opening adds nothing");
    }

    #[test]
    fn a_dump_loaded_into_another_store_serves_the_same(
        rows in applications(4..=24),
        picks in prop::collection::vec((any::<Index>(), any::<Index>()), 1..6),
    ) {
        let (store, other) = (memory(), memory());
        let engine = open(&store);
        live(&engine, &rows, &picks);
        let mut text = Vec::new();
        dump(&*store(), &mut text).unwrap();
        let head = load(&mut &text[..], &*other()).unwrap();
        prop_assert_eq!(head, store().head());
        check_same(&engine, &open(&other));
    }
}

fn on_disk(dir: &Path) -> Engine {
    let store = SledStore::open(dir, SledOptions::default(), clock()).unwrap();
    open_boxed(Box::new(store))
}

fn open_boxed(store: Box<dyn Store>) -> Engine {
    Engine::open(store, ringer::matching::Policy::default(), clock()).unwrap()
}

#[test]
fn a_store_on_disk_serves_the_same_from_its_snapshot_from_its_journal_and_as_memory_does() {
    let dir = tempfile::tempdir().unwrap();
    let rows = &SYNTH[0];
    let pick = |n: usize| (proptest_index(n), proptest_index(n * 31 + 7));
    let picks: Vec<(Index, Index)> = (1..5).map(pick).collect();
    let memory = open(&memory());
    live(&memory, rows, &picks);
    let engine = on_disk(dir.path());
    live(&engine, rows, &picks);
    let before = engine.view();
    check_same(&memory, &engine);
    drop(engine);
    let engine = on_disk(dir.path());
    assert_eq!(difference(&before, &engine.view()), None);
    engine.verify().unwrap();
    drop(engine);
    std::fs::remove_dir_all(dir.path().join("snapshots")).unwrap();
    let engine = on_disk(dir.path());
    assert_eq!(difference(&before, &engine.view()), None);
    engine.verify().unwrap();
}

/// An index that picks the same thing every time.
fn proptest_index(n: usize) -> Index {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let tree = (0..=n).map(|_| any::<Index>().new_tree(&mut runner).unwrap());
    tree.last().unwrap().current()
}
