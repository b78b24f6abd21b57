//! A year with both changes of the clock on both sides of an ocean, and weeks in which nobody ran anything. When something is
//! due is computed here from the calendar alone, without reading cron.

use crate::house::{House, moment};
use jiff::{
    civil::{Date, Weekday, date},
    tz::{AmbiguousOffset, TimeZone},
};
use ringer::{
    model::{Moment, Turn},
    reports::Kept,
};

/// When a clock shows a time of a day first; right after the gap where it never does.
fn shows(zone: &str, day: Date, hour: i8, minute: i8) -> Moment {
    let zone = TimeZone::get(zone).unwrap();
    let found = zone.to_ambiguous_zoned_datetime(day.at(hour, minute, 0, 0));
    let found = match found.offset() {
        // All gaps of 2026 that are looked at end at three.
        AmbiguousOffset::Gap { .. } => zone.to_ambiguous_zoned_datetime(day.at(3, 0, 0, 0)),
        _ => found,
    };
    Moment(found.earlier().unwrap().timestamp().as_second())
}

/// The days of 2026.
fn days() -> impl Iterator<Item = Date> {
    std::iter::successors(Some(date(2026, 1, 1)), |day| day.tomorrow().ok())
        .take_while(|day| day.year() == 2026)
}

/// What is due in the year, as long as somebody is there.
fn due(zone: &str, hour: i8, minute: i8, on: impl Fn(Date) -> bool) -> Vec<Moment> {
    days().filter(|day| on(*day)).map(|day| shows(zone, day, hour, minute)).collect()
}

/// Nobody ran anything from here to there.
const DOWN: (&str, &str) = ("2026-06-03T00:20:00Z", "2026-06-24T09:20:00Z");

#[test]
fn a_year_has_every_report_once_and_downtime_is_caught_up_with_once() {
    let house = House::at("2026-01-01T00:00:00Z");
    // Both years begin at an hour at which nothing is due anywhere.
    let monday = |day: Date| day.weekday() == Weekday::Monday;
    let every = |_: Date| true;
    let (york, berlin) = ("America/New_York", "Europe/Berlin");
    let expected = [
        ("york-0230", "30 2 * * *", york, due(york, 2, 30, every)),
        ("york-0130", "30 1 * * *", york, due(york, 1, 30, every)),
        ("berlin-0230", "30 2 * * *", berlin, due(berlin, 2, 30, every)),
        ("weekly", "0 7 * * MON", york, due(york, 7, 0, monday)),
        ("monthly", "0 6 31 * *", berlin, due(berlin, 6, 0, |day| day.day() == 31)),
    ];
    for (name, cron, zone, _) in &expected {
        house.schedule(name, cron, zone);
    }
    let (start, end) = (moment("2026-01-01T00:20:00Z").0, moment("2027-01-01T00:00:00Z").0);
    let down = moment(DOWN.0).0..moment(DOWN.1).0;
    for at in (start..end).step_by(3_600).filter(|at| !down.contains(at)) {
        house.set(Moment(at));
        house.runner.tick().unwrap();
    }
    for (name, _, _, moments) in expected {
        let runs = house.runs(name);
        let mut left = moments;
        let missed: Vec<Moment> = left.iter().copied().filter(|at| down.contains(&at.0)).collect();
        // Of those only the last is made up for.
        left.retain(|at| !missed.contains(at) || missed.last() == Some(at));
        let ran: Vec<Moment> = runs.iter().filter_map(|run| run.due).collect();
        let differing: Vec<String> = ran
            .iter()
            .filter(|at| !left.contains(at))
            .chain(left.iter().filter(|at| !ran.contains(at)))
            .map(ToString::to_string)
            .collect();
        assert!(differing.is_empty() && ran.len() == left.len(), "{name}: {differing:?}");
        for run in &runs {
            let caught_up = run.due.is_some() && run.due.as_ref() == missed.last();
            let stands_for = if caught_up { missed.len() - 1 } else { 0 };
            assert_eq!(run.missed as usize, stands_for, "{name} {run:?}");
            assert!(run.is_made() && run.by == "ringer", "{run:?}");
            let wait = run.until.at.seconds_since(run.due.unwrap());
            assert!(caught_up || (0..3_600).contains(&wait), "{name} waited {wait}");
        }
        for pair in runs.windows(2) {
            assert_eq!(pair[1].since, pair[0].until, "{name}: no fact is left out or told twice");
        }
        assert!(!missed.is_empty() || name == "monthly");
    }
    let kept = Kept::of(house.folder.path());
    let runs = house.runs("weekly");
    let caught_up = runs.iter().find(|run| run.missed > 0).unwrap();
    let report = kept.get(&caught_up.id).unwrap().unwrap();
    assert_eq!((report.heading.missed, report.heading.is_first), (2, false), "the report says so");
    assert!(kept.get(&runs[0].id).unwrap().unwrap().heading.is_first);
}

#[test]
fn every_hour_is_run_as_often_as_there_are_hours_in_a_day() {
    for (zone, from, hours) in [
        ("America/New_York", "2026-03-08T05:00:00Z", 23),
        ("America/New_York", "2026-11-01T04:00:00Z", 25),
        ("Europe/Berlin", "2026-03-28T23:00:00Z", 23),
        ("Europe/Berlin", "2026-10-24T22:00:00Z", 25),
    ] {
        // Set at midnight of the zone; the last hour is that of the next midnight.
        let house = House::at(from);
        house.schedule("hourly", "0 * * * *", zone);
        for hour in 1..=hours {
            house.set(Moment(moment(from).0 + hour * 3_600));
            house.runner.tick().unwrap();
            house.runner.tick().unwrap();
        }
        let runs = house.runs("hourly");
        assert_eq!(runs.len() as i64, hours, "{zone} {from}");
        let zone = TimeZone::get(zone).unwrap();
        let last = jiff::Timestamp::from_second(runs.last().unwrap().due.unwrap().0).unwrap();
        assert_eq!(last.to_zoned_datetime(zone).hour(), 0, "a day has so many hours");
    }
}

#[test]
fn what_was_due_during_a_pause_stays_undone() {
    let house = House::at("2026-01-05T00:00:00Z");
    let name = "daily".parse().unwrap();
    house.schedule("daily", "0 7 * * *", "UTC");
    house.tick_at("2026-01-05T07:00:00Z");
    house.engine.turn_schedule(&name, Turn::Paused, "ann", "holidays").unwrap();
    house.tick_at("2026-01-06T08:00:00Z");
    house.tick_at("2026-01-09T08:00:00Z");
    assert_eq!(house.runs("daily").len(), 1);
    house.engine.turn_schedule(&name, Turn::Resumed, "ann", "back").unwrap();
    house.tick_at("2026-01-09T08:00:05Z");
    assert_eq!(house.runs("daily").len(), 1, "nothing is made up for");
    house.tick_at("2026-01-10T07:00:00Z");
    let runs = house.runs("daily");
    assert_eq!((runs.len(), runs[1].missed), (2, 0));
    assert_eq!(runs[1].since, runs[0].until, "the days of the pause are told of");
    house.engine.turn_schedule(&name, Turn::Paused, "ann", "holidays").unwrap();
    let asked = house.runner.run_now(&name, "ben").unwrap();
    assert_eq!((asked.due, asked.by.as_str()), (None, "ben"), "whoever asks gets a report");
}

#[test]
fn a_run_that_is_asked_for_is_the_one_that_is_due_where_one_is() {
    let house = House::at("2026-01-05T00:00:00Z");
    let name = "weekly".parse().unwrap();
    house.schedule("weekly", "0 7 * * MON", "UTC");
    house.set_to("2026-01-05T07:00:03Z");
    let asked = house.runner.run_now(&name, "ann").unwrap();
    assert_eq!(asked.due, Some(moment("2026-01-05T07:00:00Z")));
    house.tick_at("2026-01-05T07:00:04Z");
    assert_eq!(house.runs("weekly").len(), 1, "it was run already");
    let again = house.runner.run_now(&name, "ann").unwrap();
    assert_eq!((again.due, again.since), (None, asked.until));
    assert_eq!(house.runner.run_if_due(&name, "ann").unwrap(), None);
    assert!(house.runner.run_now(&"other".parse().unwrap(), "ann").is_err());
    assert!(house.runner.run_if_due(&"other".parse().unwrap(), "ann").is_err());
    house.tick_at("2026-01-12T07:00:00Z");
    assert_eq!(house.runs("weekly").len(), 3, "what somebody asked for puts nothing off");
}

#[test]
fn the_first_report_of_a_schedule_is_about_one_turn_of_it() {
    let house = House::at("2026-01-06T12:00:00Z");
    house.import(&["A-1", "A-2", "A-3"]);
    house.set_to("2026-01-20T12:00:00Z");
    house.import(&["B-1", "B-2"]);
    house.schedule("weekly", "0 7 * * MON", "America/New_York");
    house.set_to("2026-01-22T12:00:00Z");
    house.import(&["C-1"]);
    house.tick_at("2026-01-26T12:00:00Z");
    let [run] = <[_; 1]>::try_from(house.runs("weekly")).unwrap();
    assert_eq!(run.since.at, moment("2026-01-19T12:00:00Z"), "the Monday before, 07:00 there");
    let report = Kept::of(house.folder.path()).get(&run.id).unwrap().unwrap();
    assert!(report.heading.is_first);
    let said = &report.section("quality").unwrap().summary;
    assert!(said.starts_with("3 applications"), "{said}");
}
