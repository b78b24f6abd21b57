//! The outbox: who is tried when, that one who hangs keeps up nobody, and how it ends.

use crate::lab::{
    NOW, alert, alerted, failure, load, next, open, report, reported, store, tick, tries,
};
use ringer::{
    model::{Attempt, Clock, FixedClock, Moment, Parcel, Recipient},
    reports::{
        ReportError,
        delivery::{Carrier, MOST_TRIES, Shipment, Tally, deliver, deliver_parcel},
    },
};
use std::sync::{
    Barrier, Mutex,
    atomic::{AtomicI64, Ordering},
};

const ANN: &str = "ann@example.com";

/// Says what it is told to, and remembers who was tried.
struct Says<F> {
    answer: F,
    tried: Mutex<Vec<String>>,
}

fn says<F: Fn(&Shipment) -> Attempt + Send + Sync>(answer: F) -> Says<F> {
    Says { answer, tried: Mutex::default() }
}

impl<F: Fn(&Shipment) -> Attempt + Send + Sync> Carrier for Says<F> {
    fn carry(&self, shipment: &Shipment, _now: Moment) -> Attempt {
        self.tried.lock().unwrap().push(shipment.to.to_string());
        (self.answer)(shipment)
    }
}

fn fails(is_final: bool) -> Attempt {
    Attempt::Failed { why: "busy".to_owned(), is_final }
}

fn delivered() -> Attempt {
    Attempt::Delivered { answer: "250 OK".to_owned() }
}

#[test]
fn what_fails_too_often_is_given_up_visible_and_delivered_by_hand() {
    let engine = open(&store());
    reported(&engine, &[ANN]);
    let busy = says(|_| fails(false));
    let mut now = NOW;
    while let Some(due) = next(&engine, &report(), ANN) {
        now = now.max(due);
        let tally = tick(&engine, &busy, now);
        assert_eq!(tally.failed + tally.given_up, 1);
    }
    assert_eq!(tries(&engine, &report(), ANN).len(), MOST_TRIES as usize);
    assert_eq!(
        failure(&engine, &report(), ANN),
        (format!("busy; given up after {MOST_TRIES} tries"), true)
    );
    assert!((2..=3).contains(&((now.0 - NOW.0) / 86_400)), "about three days");
    assert_eq!(tick(&engine, &busy, Moment(now.0 + 999_999)), Tally::default());
    let by_hand =
        deliver_parcel(&engine, &says(|_| delivered()), &report(), &mut load, &FixedClock(now))
            .unwrap();
    assert_eq!(by_hand, Tally { delivered: 1, ..Tally::default() });
    let again = deliver_parcel(&engine, &busy, &report(), &mut load, &FixedClock(now)).unwrap();
    assert_eq!(again, Tally::default(), "whoever has it gets it no second time");
    let unknown = Parcel::Report(ringer::model::ReportId::derive("unknown"));
    assert_eq!(
        deliver_parcel(&engine, &busy, &unknown, &mut load, &FixedClock(now)).unwrap(),
        Tally::default()
    );
    engine.verify().unwrap();
}

#[test]
fn one_that_hangs_keeps_up_nobody_else() {
    let engine = open(&store());
    let others: Vec<String> = (0..12).map(|n| format!("p{n}@example.com")).collect();
    let mut to: Vec<&str> = others.iter().map(String::as_str).collect();
    to.push("hangs@example.com");
    reported(&engine, &to);
    // Whoever hangs is let go by the last of the others: in turn, one after the other, this would never end.
    let together = Barrier::new(2);
    let left = Mutex::new(others.len());
    let carrier = says(|shipment: &Shipment| {
        if shipment.to.to_string().starts_with("hangs") {
            together.wait();
            return fails(false);
        }
        let mut left = left.lock().unwrap();
        *left -= 1;
        if *left == 0 {
            together.wait();
        }
        delivered()
    });
    let tally = tick(&engine, &carrier, NOW);
    assert_eq!((tally.delivered, tally.failed), (12, 1));
}

#[test]
fn a_call_makes_so_many_tries_and_the_next_one_goes_on() {
    let engine = open(&store());
    let all: Vec<String> = (0..100).map(|n| format!("p{n}@example.com")).collect();
    reported(&engine, &all.iter().map(String::as_str).collect::<Vec<_>>());
    let busy = says(|_| fails(false));
    let first = tick(&engine, &busy, NOW);
    assert_eq!((first.failed, first.waiting), (64, 36), "{first:?}");
    // A minute later those who failed are due again, but whoever was never tried goes first.
    busy.tried.lock().unwrap().clear();
    let later = Moment(NOW.0 + 60);
    assert_eq!(tick(&engine, &busy, later).failed, 64);
    let twice = all.iter().filter(|to| tries(&engine, &report(), to).len() == 2).count();
    assert_eq!(
        (all.iter().filter(|to| tries(&engine, &report(), to).is_empty()).count(), twice),
        (0, 28)
    );
}

#[test]
fn a_report_that_cannot_be_rendered_for_somebody_is_a_failed_try_of_theirs_alone() {
    let engine = open(&store());
    reported(&engine, &[ANN, "folder:/srv"]);
    alerted(&engine, &[ANN]);
    let carrier = says(|_| delivered());
    let mut broken = |parcel: &Parcel, to: &Recipient| match (parcel, to) {
        (Parcel::Report(_), Recipient::Mail(_)) => {
            Err(ReportError::Zone("Mars/Olympus".to_owned()))
        }
        _ => load(parcel, to),
    };
    let tally = deliver(&engine, &carrier, &mut broken, &FixedClock(NOW)).unwrap();
    assert_eq!((tally.delivered, tally.failed), (2, 1));
    let (why, is_final) = failure(&engine, &report(), ANN);
    assert!(
        why.contains("cannot be put into the form") && why.contains("Mars/Olympus") && !is_final,
        "{why}"
    );
    assert!(matches!(tries(&engine, &alert(), ANN)[0].outcome, Attempt::Delivered { .. }));
    let due = next(&engine, &report(), ANN).unwrap();
    assert_eq!(tick(&engine, &carrier, due), Tally { delivered: 1, ..Tally::default() });
}

#[test]
fn two_that_deliver_at_once_leave_everybody_with_it_and_nothing_to_do() {
    let engine = open(&store());
    let all = [ANN, "ben@example.com", "cleo@example.com"];
    reported(&engine, &all);
    // Whoever carries something to Ann first delivers everything anew, by hand, before that is on record.
    let inner = says(|_| delivered());
    let once = Mutex::new(true);
    let outer = says(|shipment: &Shipment| {
        if shipment.to.to_string() == ANN && std::mem::take(&mut *once.lock().unwrap()) {
            deliver_parcel(&engine, &inner, &report(), &mut load, &FixedClock(NOW)).unwrap();
        }
        delivered()
    });
    tick(&engine, &outer, NOW);
    for to in all {
        let tries = tries(&engine, &report(), to);
        assert!(matches!(tries[0].outcome, Attempt::Delivered { .. }), "{to}: {tries:?}");
    }
    assert_eq!(tick(&engine, &outer, Moment(NOW.0 + 9_999)), Tally::default());
    engine.verify().unwrap();
}

/// A clock that moves while something is rendered.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// Notes when it is called.
struct Notes<'n>(&'n Mutex<Vec<Moment>>);

impl Carrier for Notes<'_> {
    fn carry(&self, _shipment: &Shipment, now: Moment) -> Attempt {
        self.0.lock().unwrap().push(now);
        fails(false)
    }
}

#[test]
fn a_try_has_the_hour_at_which_it_is_made() {
    let engine = open(&store());
    reported(&engine, &[ANN]);
    let clock = Hand(AtomicI64::new(NOW.0));
    let mut slow = |parcel: &Parcel, to: &Recipient| {
        clock.0.fetch_add(600, Ordering::SeqCst);
        load(parcel, to)
    };
    let at = Mutex::new(Vec::new());
    deliver(&engine, &Notes(&at), &mut slow, &clock).unwrap();
    deliver_parcel(&engine, &Notes(&at), &report(), &mut slow, &clock).unwrap();
    let expected = [Moment(NOW.0 + 600), Moment(NOW.0 + 1_200)];
    assert_eq!(at.into_inner().unwrap(), expected);
    let on_record: Vec<Moment> = tries(&engine, &report(), ANN).iter().map(|t| t.at).collect();
    assert_eq!(on_record, expected);
}
