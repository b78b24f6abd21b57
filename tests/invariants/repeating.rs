//! Importing what is known changes nothing; other content under a known id is a further version.

use crate::{
    applications::{SYNTH, applications, cases},
    lab::{Row, difference, engine, engine_with, id, import, shape},
};
use proptest::{prelude::*, sample::Index};
use ringer::engine::View;

#[track_caller]
fn check_again_changes_nothing(rows: &[Row], again: &[Row]) {
    let engine = engine_with(rows);
    let before = engine.view();
    assert_eq!(import(&engine, again), 0);
    // That somebody imported again is on the list of imports, and brought nothing; all else is as it was.
    let mut after = View::clone(&engine.view());
    let (known, second) = after.imports.split_at(before.imports.len());
    assert_eq!(known, before.imports.as_slice());
    assert!(second.iter().all(|record| record.counts.new == 0 && record.counts.changed == 0));
    after.imports = before.imports.clone();
    assert_eq!(difference(&before, &after), None);
    assert!(engine.verify().is_ok());
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn importing_the_same_rows_again_in_any_order_changes_nothing(
        (rows, shuffled) in applications(1..=25)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        check_again_changes_nothing(&rows, &shuffled);
    }

    #[test]
    fn other_content_under_a_known_id_is_a_new_version_and_the_older_one_is_kept(
        rows in applications(2..=20),
        which in any::<Index>(),
        with in any::<Index>(),
    ) {
        let engine = engine_with(&rows);
        let which = which.index(rows.len());
        let mut changed = rows[with.index(rows.len())].clone();
        changed.insert("application_id".to_owned(), id(&rows[which]).to_owned());
        changed.insert("job_title".to_owned(), "Ship's Carpenter".to_owned());
        prop_assert_eq!(import(&engine, &[changed.clone()]), 1);
        let versions = engine.versions(&id(&rows[which]).parse().unwrap()).unwrap();
        prop_assert_eq!(versions.len(), 2);
        let title = |n: usize| versions[n].application.get(ringer::model::Column::JobTitle);
        prop_assert_eq!((title(0), title(1)), (None, Some("Ship's Carpenter")));
        // What follows is what the newest versions give.
        let mut newest = rows;
        newest[which] = changed;
        prop_assert_eq!(shape(&engine.view()), shape(&engine_with(&newest).view()));
    }
}

#[test]
fn importing_a_synthetic_file_twice_changes_nothing() {
    check_again_changes_nothing(&SYNTH[1], &SYNTH[1]);
}

#[test]
fn a_file_in_which_every_row_stands_twice_is_the_file_in_which_it_stands_once() {
    let rows = &SYNTH[0];
    let twice: Vec<Row> = rows.iter().flat_map(|row| [row.clone(), row.clone()]).collect();
    let engine = engine();
    assert_eq!(import(&engine, &twice), rows.len() as u64);
    assert_eq!(shape(&engine.view()), shape(&engine_with(rows).view()));
}
