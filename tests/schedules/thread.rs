//! The thread that a server has for schedules: it runs them, tells what it cannot put on record, and ends.

use crate::house::{House, means, schedule};
use ringer::reports::{Runner, Work};
use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

const SOON: Duration = Duration::from_secs(30);

#[test]
fn a_thread_runs_what_is_due_tells_what_is_wrong_once_and_lets_the_engine_go() {
    let house = House::at("2026-01-05T06:00:00Z");
    house.schedule("daily", "0 7 * * *", "UTC");
    house.engine.set_schedule(schedule("every", "now and then", "UTC"), "ann").unwrap();
    house.set_to("2026-01-05T07:00:00Z");
    let before = Arc::strong_count(&house.engine);
    let runner = Arc::new(Runner::new(house.engine.clone(), means(None)));
    let (tell, told) = mpsc::channel();
    let work =
        Work::begin(runner.clone(), move |said| tell.send(said.to_owned()).unwrap()).unwrap();
    assert!(told.recv_timeout(SOON).unwrap().contains("now and then"));
    assert!(house.runs("daily")[0].is_made());
    house.engine.set_schedule(schedule("every", "once in a while", "UTC"), "ann").unwrap();
    runner.ring();
    assert!(told.recv_timeout(SOON).unwrap().contains("once in a while"), "and nothing twice");
    drop(runner);
    work.end();
    assert!(told.recv().is_err(), "it is over");
    assert_eq!(Arc::strong_count(&house.engine), before);
    let quick = Runner::new(house.engine.clone(), means(None));
    Work::begin(Arc::new(quick), |_| {}).unwrap();
    assert_eq!(Arc::strong_count(&house.engine), before, "dropping it ends it too");
}
