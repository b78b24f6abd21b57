//! Two runners over one engine that see the same moments at the same time.

use crate::house::{House, means, moment};
use ringer::{
    model::{Attempt, Moment, Parcel},
    reports::{Kept, Runner},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Barrier},
    thread,
};

#[test]
fn two_runners_make_one_report_for_each_moment() {
    // Without a folder there is no lock between them: the engine alone decides.
    for with_folder in [false, true] {
        let house = Arc::new(House::at("2026-03-07T00:00:00Z"));
        house.schedule("minutely", "* * * * *", "America/New_York");
        house.schedule("quarterly", "*/15 * * * *", "Europe/Berlin");
        let (turns, runners) = (60, 3);
        let barrier = Arc::new(Barrier::new(runners));
        let race = |first: bool| {
            let kept = with_folder.then(|| Kept::of(house.folder.path()));
            let runner = Runner::new(house.engine.clone(), means(kept));
            let (house, barrier) = (house.clone(), barrier.clone());
            thread::spawn(move || {
                for turn in 1..=turns {
                    if first {
                        house.set(Moment(moment("2026-03-07T00:00:00Z").0 + turn * 60));
                    }
                    barrier.wait();
                    runner.tick().unwrap();
                    barrier.wait();
                }
            })
        };
        let all: Vec<_> = (0..runners).map(|n| race(n == 0)).collect();
        all.into_iter().for_each(|one| one.join().unwrap());
        for (name, expected) in [("minutely", 60), ("quarterly", 4)] {
            let runs = house.runs(name);
            let moments: BTreeSet<_> = runs.iter().map(|run| run.due).collect();
            assert_eq!((runs.len(), moments.len()), (expected, expected), "{name}");
            assert!(runs.iter().all(|run| run.is_made() && run.missed == 0), "{runs:?}");
            let ids: BTreeSet<_> = runs.iter().map(|run| &run.id).collect();
            assert_eq!(ids.len(), expected);
        }
    }
}

#[test]
fn what_is_delivered_by_hand_is_not_delivered_again() {
    let house = House::at("2026-03-07T00:00:00Z");
    house.schedule("daily", "0 7 * * *", "UTC");
    let run = house.runner.run_now(&"daily".parse().unwrap(), "ann").unwrap();
    let parcel = Parcel::Report(run.id);
    let [first] = <[_; 1]>::try_from(house.runner.deliver_now(&parcel, "ann").unwrap()).unwrap();
    assert_eq!(first.attempt, 1);
    assert!(matches!(first.outcome, Attempt::Delivered { .. }), "{first:?}");
    assert!(house.runner.deliver_now(&parcel, "ann").unwrap().is_empty());
    assert!(house.runner.deliver_now(&parcel, " ").is_err());
    let other = Parcel::Report("rep_0123456789ab".parse().unwrap());
    assert!(house.runner.deliver_now(&other, "ann").is_err());
}
