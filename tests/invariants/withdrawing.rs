//! Withdrawing imports: what is left is what the other imports give, however applications and their versions were spread
//! over them, and importing a file again brings it back.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::{
        Row, difference, engine, engine_with, id, import, judge, memory, open, pair, rings, shape,
        undo, withdraw,
    },
};
use proptest::{prelude::*, sample::Index};
use ringer::{
    engine::{Engine, EngineError, Undone, difference as computed},
    model::{
        Cause, CheckItem, CheckResult, Column, Fact, ImportId, LineageKind, Moment, PairVerdict,
    },
    store::Store,
};
use std::collections::{BTreeMap, BTreeSet};

/// Imports rows and says under which id.
fn came(engine: &Engine, rows: &[Row]) -> ImportId {
    assert_eq!(import(engine, rows), rows.len() as u64, "every row is new");
    engine.imports()[0].id.clone()
}

/// Files of these sizes: rows not imported yet, and new versions of rows of earlier files, each unlike any other.
fn files(rows: &[Row], sizes: &[usize], versions: &[(Index, Index, Index)]) -> Vec<Vec<Row>> {
    let mut files: Vec<Vec<Row>> = Vec::new();
    let mut rest = rows;
    for &size in sizes {
        let (now, later) = rest.split_at(size.min(rest.len()));
        rest = later;
        files.push(now.to_vec());
    }
    files.retain(|file| !file.is_empty());
    for (n, (of, with, to)) in versions.iter().enumerate() {
        let (to, of) = (to.index(files.len()), id(&rows[of.index(rows.len())]).to_owned());
        let first = files.iter().position(|file| file.iter().any(|row| id(row) == of));
        // The first version of an application is the first to come, and one file has one of each.
        if first.is_some_and(|first| first < to) && files[to].iter().all(|row| id(row) != of) {
            let mut version = rows[with.index(rows.len())].clone();
            version.insert("application_id".to_owned(), of);
            version.insert("job_title".to_owned(), format!("Carpenter the {n}th"));
            files[to].push(version);
        }
    }
    files
}

/// What withdrawing a file has to come to, given the files that count, in their order.
fn expected(files: &[&[Row]], gone: usize) -> Undone {
    let mut undone = Undone::default();
    for row in files[gone] {
        let has = |file: &&[Row]| file.iter().any(|other| id(other) == id(row));
        let (before, after) = (files[..gone].iter().any(has), files[gone + 1..].iter().any(has));
        match (before, after) {
            (_, true) => undone.kept += 1,
            (true, false) => undone.back += 1,
            (false, false) => undone.gone += 1,
        }
    }
    undone
}

/// What differs from an engine into which only these files were imported.
fn differs(engine: &Engine, files: &[&[Row]]) -> Option<String> {
    let other = crate::lab::engine();
    files.iter().for_each(|file| drop(came(&other, file)));
    let (view, expected) = (engine.view(), other.view());
    if let Some(what) = computed(&*view, &*expected) {
        return Some(what.to_owned());
    }
    if shape(&view) != shape(&expected) || view.tallies != expected.tallies {
        return Some("the shape or the tallies".to_owned());
    }
    let versions = |engine: &Engine, row: &Row| -> Vec<BTreeMap<String, String>> {
        let all = engine.versions(&id(row).parse().unwrap()).unwrap_or_default();
        let fields = |a: &ringer::model::Application| {
            a.fields.iter().map(|(c, v)| (format!("{c:?}"), v.to_owned())).collect()
        };
        all.iter().map(|version| fields(&version.application)).collect()
    };
    let rows = files.iter().copied().flatten();
    for row in rows {
        if versions(engine, row) != versions(&other, row) {
            return Some(format!("the versions of {}", id(row)));
        }
    }
    engine.verify().err().map(|e| e.to_string())
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn what_is_left_is_what_the_other_imports_give_and_a_file_again_is_as_if_it_came_last(
        rows in applications(4..=30),
        sizes in prop::collection::vec(1_usize..9, 2..6),
        versions in prop::collection::vec((any::<Index>(), any::<Index>(), any::<Index>()), 0..8),
        steps in prop::collection::vec((any::<Index>(), any::<bool>()), 1..5),
    ) {
        let store = memory();
        let engine = open(&store);
        let files = files(&rows, &sizes, &versions);
        let mut counting: Vec<(ImportId, &[Row])> =
            files.iter().map(|file| (came(&engine, file), &file[..])).collect();
        for (which, again) in steps {
            if counting.is_empty() {
                break;
            }
            let which = which.index(counting.len());
            let all: Vec<&[Row]> = counting.iter().map(|(_, file)| *file).collect();
            let promised = expected(&all, which);
            let (gone, file) = counting.remove(which);
            prop_assert_eq!(undo(&engine, &gone), promised);
            let left: Vec<&[Row]> = counting.iter().map(|(_, file)| *file).collect();
            prop_assert_eq!(differs(&engine, &left), None);
            if again {
                counting.push((came(&engine, file), file));
                let left: Vec<&[Row]> = counting.iter().map(|(_, file)| *file).collect();
                prop_assert_eq!(differs(&engine, &left), None);
            }
        }
        prop_assert_eq!(difference(&engine.view(), &open(&store).view()), None);
    }

    #[test]
    fn the_last_import_withdrawn_and_imported_again_gives_the_same_with_the_same_names(
        rows in applications(6..=36),
        first in any::<Index>(),
    ) {
        let (one, two) = rows.split_at(1 + first.index(rows.len() - 1));
        let engine = engine_with(one);
        let before = engine.view();
        let second = came(&engine, two);
        let both = engine.view();
        undo(&engine, &second);
        let after = engine.view();
        prop_assert_eq!(computed(&*before, &*after), None);
        prop_assert_eq!(rings(&before), rings(&after), "rings have the names they had");
        came(&engine, two);
        let again = engine.view();
        prop_assert_eq!(computed(&*both, &*again), None);
        prop_assert_eq!(rings(&both), rings(&again), "and have them again");
    }
}

#[test]
fn a_synthetic_file_withdrawn_between_two_others_leaves_what_those_give() {
    let engine = engine();
    let files: Vec<&[Row]> = SYNTH[1].chunks(SYNTH[1].len().div_ceil(3)).collect();
    let imports: Vec<ImportId> = files.iter().map(|file| came(&engine, file)).collect();
    let before = engine.view();
    undo(&engine, &imports[1]);
    assert_eq!(differs(&engine, &[files[0], files[2]]), None);
    let changed: BTreeSet<LineageKind> = engine
        .view()
        .lineage
        .iter()
        .flat_map(|(_, events)| events)
        .filter(|recorded| recorded.seq > before.seq)
        .map(|recorded| {
            let cause = &recorded.event.cause;
            assert_eq!(*cause, Cause::ImportWithdrawn { id: imports[1].clone() });
            recorded.event.kind
        })
        .collect();
    assert!(!changed.is_empty(), "a file of which no ring had a member proves little");
    came(&engine, files[1]);
    assert_eq!(differs(&engine, &[files[0], files[2], files[1]]), None);
}

#[test]
fn judgements_and_checks_about_what_is_gone_have_no_effect_until_it_comes_again() {
    let row = |n: usize, device: &str| -> Row {
        let name = ["Ada Quill", "Bruno Tarn", "Cleo Marsh", "Dina Voss"][n];
        let all = [
            ("application_id", format!("A-{n}")),
            ("full_name", name.to_owned()),
            ("email", format!("{n}.person@example.com")),
            ("device_id", device.to_owned()),
            ("phone", "202-555-0143".to_owned()),
        ];
        all.into_iter().map(|(column, text)| (column.to_owned(), text)).collect()
    };
    let two: Vec<Row> = (0..4).map(|n| row(n, "c02606452ead0001")).collect();
    let engine = engine_with(&[row(0, "another")]);
    let second = came(&engine, &two);
    let linked = engine.view();
    assert_eq!(linked.rings.len(), 1);
    let made = judge(&engine, pair("A-1", "A-2", PairVerdict::Same));
    let id = "A-1".parse().unwrap();
    engine.check(&id, CheckItem::Employment, CheckResult::Confirmed, "tester", "called").unwrap();
    let judged = engine.view();
    undo(&engine, &second);
    let gone = engine.view();
    assert_eq!((gone.network.corpus().len(), gone.rings.len()), (1, 0));
    assert_eq!(gone.judgements, judged.judgements, "it stays in force");
    assert_eq!(gone.checks, judged.checks);
    let unknown = engine.judge(pair("A-1", "A-0", PairVerdict::Same), "tester", "because");
    assert!(matches!(unknown, Err(EngineError::NotFound { .. })), "{unknown:?}");
    let check = engine.check(&id, CheckItem::Employment, CheckResult::Confirmed, "tester", "x");
    assert!(matches!(check, Err(EngineError::NotFound { .. })), "{check:?}");
    assert!(matches!(engine.versions(&id), Err(EngineError::NotFound { .. })));
    engine.verify().unwrap();
    came(&engine, &two);
    assert_eq!(computed(&*judged, &*engine.view()), None);
    assert_eq!(rings(&judged), rings(&engine.view()));
    // Withdrawn while it has no effect, it has none afterwards.
    let third = engine.imports()[0].id.clone();
    undo(&engine, &third);
    withdraw(&engine, &made);
    came(&engine, &two);
    assert_eq!(computed(&*linked, &*engine.view()), None);
}

#[test]
fn a_version_that_goes_leaves_the_one_before_everywhere() {
    let row = |title: &str| -> Row {
        let all = [("application_id", "A-1"), ("full_name", "Ada Quill"), ("job_title", title)];
        all.map(|(column, text)| (column.to_owned(), text.to_owned())).into()
    };
    let engine = engine_with(&[row("Carpenter")]);
    let second = came(&engine, &[row("Cooper")]);
    let titles = || -> Vec<String> {
        let versions = engine.versions(&"A-1".parse().unwrap()).unwrap();
        versions.iter().map(|v| v.application.get(Column::JobTitle).unwrap().to_owned()).collect()
    };
    assert_eq!(titles(), ["Carpenter", "Cooper"]);
    assert_eq!(undo(&engine, &second), Undone { back: 1, ..Undone::default() });
    assert_eq!(titles(), ["Carpenter"]);
    assert_eq!(import(&engine, &[row("Carpenter")]), 0, "that is known");
    let counts = |n: usize| engine.imports()[n].counts;
    came(&engine, &[row("Cooper")]);
    assert_eq!((counts(0).new, counts(0).changed), (1, 1));
    assert_eq!(titles(), ["Carpenter", "Cooper"]);
}

#[test]
fn what_cannot_be_withdrawn_is_refused_and_changes_nothing() {
    let store = memory();
    let engine = open(&store);
    let first = came(&engine, &SYNTH[0][..20]);
    let head = store().head();
    let unknown = ImportId::derive("unknown");
    for (id, by, why, said) in [
        (&unknown, "Ada", "because", format!("no import has the id \"{unknown}\"")),
        (&first, "Ada", " ", "this needs a reason".to_owned()),
        (&first, "", "because", "this needs the name of who withdraws it".to_owned()),
    ] {
        let error = engine.withdraw_import(id, by, why).unwrap_err();
        assert_eq!(error.to_string(), said);
    }
    assert_eq!(store().head(), head);
    engine.withdraw_import(&first, " Ada Example ", "the wrong file").unwrap();
    let error = engine.withdraw_import(&first, "Bo", "again").unwrap_err();
    assert!(matches!(error, EngineError::Withdrawn { .. }), "{error}");
    assert!(error.to_string().contains("by Ada Example; importing its file again"), "{error}");
    let record = &engine.imports()[0];
    let withdrawn = record.withdrawn.as_ref().unwrap();
    assert_eq!((withdrawn.by.as_str(), withdrawn.why.as_str()), ("Ada Example", "the wrong file"));
    assert_eq!((record.counts.read, record.file.as_str()), (20, "rows.jsonl"));
    assert!(engine.view().network.corpus().is_empty());
}

#[test]
fn imports_are_listed_newest_first_with_how_they_ended() {
    let store = memory();
    let engine = open(&store);
    let first = came(&engine, &SYNTH[0][..5]);
    let second = came(&engine, &SYNTH[0][5..9]);
    import(&engine, &SYNTH[0][..9]);
    let check = |engine: &Engine| {
        let all = engine.imports();
        let counts: Vec<[u64; 3]> =
            all.iter().map(|r| [r.counts.read, r.counts.new, r.counts.repeated]).collect();
        assert_eq!(counts, [[9, 0, 9], [4, 4, 0], [5, 5, 0]]);
        assert_eq!((&all[2].id, &all[1].id), (&first, &second));
        assert!(all.iter().all(|r| r.finished == Some(Moment(1_795_392_000)) && r.by == "tester"));
        assert_eq!(all[1].withdrawn, None);
    };
    check(&engine);
    check(&open(&store));
    let repeated = |id: &ImportId| -> Vec<u64> {
        engine.view().repeated_after(id).iter().map(|r| r.counts.repeated).collect()
    };
    let third = engine.imports()[0].id.clone();
    assert_eq!((repeated(&first), repeated(&second), repeated(&third)), (vec![9], vec![9], vec![]));
    undo(&engine, &first);
    undo(&engine, &third);
    assert_eq!(repeated(&first), [0; 0]);
    assert_eq!(engine.view().network.corpus().len(), 4);
    check(&engine);
    check(&open(&store));
}

/// What a process leaves that was killed after the withdrawal was durable and before anything else was.
#[test]
fn a_withdrawal_that_was_only_just_recorded_is_in_effect_after_the_next_start_and_named_as_the_cause()
 {
    let store = memory();
    let engine = open(&store);
    came(&engine, &SYNTH[0][..SYNTH[0].len() / 2]);
    let second = came(&engine, &SYNTH[0][SYNTH[0].len() / 2..]);
    let before = engine.view();
    assert!(!before.rings.is_empty());
    drop(engine);
    let fact = Fact::ImportWithdrawn {
        import: second.clone(),
        by: "Ada Example".to_owned(),
        at: Moment(1_795_392_000),
        why: "the wrong file".to_owned(),
    };
    store().append(&[fact]).unwrap();
    let engine = open(&store);
    assert_eq!(differs(&engine, &[&SYNTH[0][..SYNTH[0].len() / 2]]), None);
    let view = engine.view();
    let events = view.lineage.iter().flat_map(|(_, events)| events);
    let new: Vec<_> = events.filter(|recorded| recorded.seq > before.seq).collect();
    assert!(!new.is_empty());
    assert!(new.iter().all(|e| e.event.cause == Cause::ImportWithdrawn { id: second.clone() }));
    let store: Box<dyn Store> = store();
    assert!(store.withdrawn().contains(&second));
}
