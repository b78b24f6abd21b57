//! The threads that a server has for schedules: they run them, tell what they cannot put on record, wait for nobody, and end.

use crate::house::{House, means, moment, schedule};
use ringer::{
    model::{Attempt, Moment, Parcel},
    reports::{
        Asking, Kept, Means, Runner, Work,
        delivery::{Carrier, Shipment},
    },
};
use std::{
    sync::{Arc, Mutex, mpsc},
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

/// Says that it was called, and hangs until the other end is dropped.
struct Hangs {
    called: Mutex<mpsc::Sender<Moment>>,
    go: Mutex<mpsc::Receiver<()>>,
}

impl Carrier for Hangs {
    fn carry(&self, _shipment: &Shipment, now: Moment) -> Attempt {
        self.called.lock().unwrap().send(now).unwrap();
        assert!(self.go.lock().unwrap().recv().is_err());
        Attempt::Delivered { answer: "at last".to_owned() }
    }
}

#[test]
fn a_recipient_who_hangs_keeps_no_schedule_and_no_request_waiting() {
    let house = House::at("2026-01-05T06:00:00Z");
    house.schedule("early", "0 7 * * *", "UTC");
    house.schedule("late", "0 8 * * *", "UTC");
    let ((called, calls), (release, go)) = (mpsc::channel(), mpsc::channel::<()>());
    let carrier = Arc::new(Hangs { called: Mutex::new(called), go: Mutex::new(go) });
    let kept = Some(Kept::of(house.folder.path()));
    let runner = Arc::new(Runner::new(house.engine.clone(), Means { carrier, ..means(kept) }));
    house.set_to("2026-01-05T07:00:00Z");
    let (tell, told) = mpsc::channel();
    let work =
        Work::begin(runner.clone(), move |said| tell.send(said.to_owned()).unwrap()).unwrap();
    assert_eq!(calls.recv_timeout(SOON).unwrap(), moment("2026-01-05T07:00:00Z"));
    // From here on somebody hangs.
    house.set_to("2026-01-05T08:00:00Z");
    let asking = Asking::of(house.folder.path());
    let early = "early".parse().ok();
    let ticket = asking.ask(early, false, "ben", moment("2026-01-05T08:00:00Z"), 60);
    // Each is read last in a round, and the second in a round that began after everything above.
    for cron in ["now and then", "once in a while"] {
        house.engine.set_schedule(schedule("zzz", cron, "UTC"), "ann").unwrap();
        runner.ring();
        assert!(told.recv_timeout(SOON).unwrap().contains(cron));
    }
    assert!(house.runs("late")[0].is_made(), "it was due and did not wait");
    let first = Parcel::Report(house.runs("early")[0].id.clone());
    assert!(house.engine.view().reports.tries(&first).is_none(), "it still hangs");
    drop(release);
    work.end();
    assert!(ticket.unwrap().answer().is_some(), "what was asked for did not wait either");
    assert_eq!(house.engine.view().reports.tries(&first).unwrap().len(), 1);
}
