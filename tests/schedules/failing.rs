//! What cannot be made is on record, is tried again with growing rests, and keeps no other schedule from being run.

use crate::house::{House, moment, schedule};
use ringer::{
    model::{Moment, RunOutcome},
    reports::Kept,
};
use std::fs;

#[test]
fn a_report_that_fails_rests_longer_each_time_and_is_made_once_it_can_be() {
    let house = House::at("2026-01-05T06:00:00Z");
    house.schedule("weekly", "0 7 * * MON", "UTC");
    let blocked = house.folder.path().join("reports");
    fs::remove_dir_all(&blocked).ok();
    fs::write(&blocked, "in the way").unwrap();
    let due = moment("2026-01-05T07:00:00Z");
    for second in (0..3_600).step_by(5) {
        house.set(Moment(due.0 + second));
        // Other processes cannot ask either, which is told.
        let _ = house.runner.tick();
    }
    let runs = house.runs("weekly");
    let tried: Vec<i64> = runs.iter().map(|run| run.until.at.seconds_since(due) / 60).collect();
    assert_eq!(tried, [0, 1, 3, 7, 15, 31]);
    for run in &runs {
        let RunOutcome::Failed { why } = &run.outcome else { panic!("{run:?}") };
        assert!(!why.is_empty() && run.due == Some(due), "{run:?}");
    }
    fs::remove_file(&blocked).unwrap();
    house.set(Moment(due.0 + 7_200));
    house.runner.tick().unwrap();
    let runs = house.runs("weekly");
    let made = runs.last().unwrap();
    assert!(made.is_made() && made.due == Some(due) && made.missed == 0, "{made:?}");
    let kept = Kept::of(house.folder.path());
    assert!(kept.get(&made.id).unwrap().unwrap().heading.is_first, "the failed ones told nothing");
    house.runner.tick().unwrap();
    assert_eq!(house.runs("weekly").len(), 7);
}

#[test]
fn one_schedule_that_cannot_be_read_keeps_no_other_from_being_run() {
    let house = House::at("2026-01-05T06:00:00Z");
    // Made by another version, say.
    house.engine.set_schedule(schedule("a-broken", "every now and then", "UTC"), "ann").unwrap();
    house.engine.set_schedule(schedule("b-nowhere", "0 7 * * *", "Mars/Olympus"), "ann").unwrap();
    let mut filtered = schedule("c-filtered", "0 7 * * *", "UTC");
    filtered.filter = "size=3".to_owned();
    house.engine.set_schedule(filtered, "ann").unwrap();
    house.schedule("daily", "0 7 * * *", "UTC");
    house.set_to("2026-01-05T07:00:00Z");
    let told = house.runner.tick().unwrap_err().to_string();
    assert!(told.contains("every now and then"), "{told}");
    assert!(house.runs("daily")[0].is_made());
    let [failed] = <[_; 1]>::try_from(house.runs("c-filtered")).unwrap();
    let RunOutcome::Failed { why } = failed.outcome else { panic!("{failed:?}") };
    assert!(why.contains("size=3"), "{why}");
    let asked = house.runner.run_now(&"b-nowhere".parse().unwrap(), "ann").unwrap();
    let RunOutcome::Failed { why } = asked.outcome else { panic!("{asked:?}") };
    assert!(why.contains("Mars/Olympus"), "{why}");
}
