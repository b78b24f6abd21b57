//! Plans: when a report is due, as five fields of cron on the clock of a time zone. Not responsible for making a report
//! (`running`).
//!
//! A plan that names its hours and minutes has each of them once a day: one that the clock skips when it goes forward is due
//! at the first minute after the gap, one that it shows twice when it goes back is due the first time. A plan for every hour
//! or every few minutes goes by what the clock shows: what is skipped is left out, what is shown twice is due twice.
//!
//! Invariant: a moment is due or not whatever was asked before: looking at a stretch of time in parts finds what looking at
//! the whole of it finds. No text takes long to refuse, and no stretch of time long to look at.

use crate::{
    model::Moment,
    reports::{ReportError, plan_words, zone::zone as known},
};
use croner::{
    Cron,
    errors::CronError,
    parser::{CronParser, Seconds, Year},
    time::{CivilDate, CivilDateTime, CivilTime, CronDateTime, Resolution, Weekday},
};
use jiff::{
    SignedDuration, Timestamp, ZonedDateTime,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};
use std::{cmp::Ordering, collections::BTreeSet};

/// Most that is counted of what was missed: so many, or more.
pub const MOST_MISSED: u32 = 1_000;

/// Longest text of a plan.
const LONGEST: usize = 120;

/// Times a day that a plan may name before it counts as one for every few minutes.
const MOST_TIMES: usize = 48;

/// Words for days and months, in capitals.
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MONTHS: &[&str] =
    &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// When a report is due.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The fields, in capitals.
    fields: [String; 5],
    /// One for each time of the day where the plan names them, else one.
    each: Vec<Cron>,
    /// The times of the day that it names, as hour and minute; none where it does not.
    times: Vec<(u32, u32)>,
    zone: TimeZone,
    zone_name: String,
}

/// What was due in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Due {
    /// The last moment.
    pub last: Option<Moment>,
    /// Moments before that one; [`MOST_MISSED`] stands for so many or more.
    pub missed: u32,
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    /// When `cron` is not five fields of cron or is never due, or when `zone` is no time zone.
    pub fn new(cron: &str, zone: &str) -> Result<Self, ReportError> {
        let zone_ok = zone.len() <= 64
            && zone.chars().all(|c| c.is_ascii_alphanumeric() || "_+-/".contains(c));
        let found = if zone_ok { known(zone) } else { None };
        let named = found.and_then(|tz| Some((tz.iana_name()?.to_owned(), tz)));
        let (zone_name, zone) = named
            .filter(|(name, _)| name != "Etc/Unknown")
            .ok_or_else(|| ReportError::Zone(zone.chars().take(80).collect()))?;
        let wrong = |why: &str| ReportError::Plan {
            cron: cron.chars().take(80).filter(|c| !c.is_control()).collect(),
            why: why.to_owned(),
        };
        let fields = fields(cron).map_err(|why| wrong(&why))?;
        let parser =
            CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let parsed = |text: &str| parser.parse(text).map_err(|error| wrong(&said(&error)));
        let whole = parsed(&fields.join(" "))?;
        let [minutes, hours, days @ ..] = &fields;
        let times: Vec<(u32, u32)> = match (numbers(hours), numbers(minutes)) {
            (Some(hours), Some(minutes)) if hours.len() * minutes.len() <= MOST_TIMES => {
                let of_hour = |hour: u32| minutes.iter().map(move |&minute| (hour, minute));
                hours.iter().flat_map(|&hour| of_hour(hour)).collect()
            }
            _ => Vec::new(),
        };
        let each = match times.is_empty() {
            true => vec![whole],
            false => {
                let days = days.join(" ");
                let one = |(hour, minute): &(u32, u32)| parsed(&format!("{minute} {hour} {days}"));
                times.iter().map(one).collect::<Result<_, _>>()?
            }
        };
        let plan = Self { fields, each, times, zone, zone_name };
        // Whatever is due at all is due within 400 years of any moment, for that is when the calendar repeats.
        plan.next(Moment(0))
            .ok_or_else(|| wrong("it is never due; there is no such day in any year"))?;
        Ok(plan)
    }

    /// The fields as they are kept: in capitals, one space between two.
    #[must_use]
    pub fn cron(&self) -> String {
        self.fields.join(" ")
    }

    /// The time zone, by its IANA name.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone_name
    }

    /// The first moment after that one; none at the end of the calendar.
    #[must_use]
    pub fn next(&self, after: Moment) -> Option<Moment> {
        let at = self.at(after)?;
        let next = |cron: &Cron| cron.find_next_occurrence(&at, false).ok().and_then(At::moment);
        self.each.iter().filter_map(next).filter(|next| *next > after).min()
    }

    /// The last moment that is not after that one; none at the beginning of the calendar.
    #[must_use]
    pub fn last(&self, until: Moment) -> Option<Moment> {
        let at = self.at(until)?;
        let last = |cron: &Cron| cron.find_previous_occurrence(&at, true).ok().and_then(At::moment);
        self.each.iter().filter_map(last).filter(|last| *last <= until).max()
    }

    /// What was due after one moment and not after another. Searches backwards from the end, at most [`MOST_MISSED`] moments,
    /// however long the stretch.
    #[must_use]
    pub fn due(&self, after: Moment, until: Moment) -> Due {
        let before = |moment: Moment| self.last(moment).filter(|last| *last > after);
        let last = before(until);
        let (mut missed, mut at) = (0, last);
        while missed < MOST_MISSED {
            at = at.and_then(|at| before(Moment(at.0.saturating_sub(1))));
            if at.is_none() {
                break;
            }
            missed += 1;
        }
        Due { last, missed }
    }

    /// When it is due, for people: `every Monday at 07:00, New York time`.
    #[must_use]
    pub fn phrase(&self) -> String {
        let when = plan_words::when(&self.fields, &self.times).unwrap_or_else(|| {
            let told = self.each.first().map(Cron::describe).unwrap_or_default();
            let told = match self.times.len() {
                0 | 1 => told,
                _ => format!("At the times of {}", self.cron()),
            };
            let mut letters = told.trim_end_matches('.').chars();
            letters.next().map(|c| c.to_ascii_lowercase()).into_iter().chain(letters).collect()
        });
        format!("{when}, {}", plan_words::zone(&self.zone_name))
    }

    /// A moment on the plan's clock: `2026-11-30 07:00 EST`; its second count out of range.
    #[must_use]
    pub fn shown(&self, moment: Moment) -> String {
        self.at(moment).map_or_else(
            || moment.to_string(),
            |At(zoned)| zoned.strftime("%Y-%m-%d %H:%M %Z").to_string(),
        )
    }

    fn at(&self, moment: Moment) -> Option<At> {
        let timestamp = Timestamp::from_second(moment.0).ok()?;
        Some(At(timestamp.to_zoned_datetime(self.zone.clone())))
    }
}

/// A moment on a clock, as croner looks at it.
#[derive(Debug, Clone)]
struct At(ZonedDateTime);

impl At {
    fn moment(self) -> Option<Moment> {
        Some(Moment(self.0.timestamp().as_second()))
    }
}

/// A number of the calendar, none of which is negative.
fn part(n: i8) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

/// The other way.
fn small(n: u32) -> Result<i8, CronError> {
    i8::try_from(n).map_err(|_| CronError::InvalidDate)
}

impl CronDateTime for At {
    fn to_civil(&self) -> CivilDateTime {
        let at = self.0.datetime();
        CivilDateTime::new(
            CivilDate::from_parts_unchecked(i32::from(at.year()), part(at.month()), part(at.day())),
            CivilTime::from_parts_unchecked(part(at.hour()), part(at.minute()), part(at.second())),
        )
    }

    fn civil_weekday(&self) -> Weekday {
        Weekday::from_days_from_sunday(part(self.0.weekday().to_sunday_zero_offset()))
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let year = i16::try_from(civil.year()).map_err(|_| CronError::InvalidDate)?;
        let (month, day) = (small(civil.month())?, small(civil.day())?);
        let (hour, minute, second) =
            (small(civil.hour())?, small(civil.minute())?, small(civil.second())?);
        let local = DateTime::new(year, month, day, hour, minute, second, 0)
            .map_err(|_| CronError::InvalidDate)?;
        let found = self.0.time_zone().to_ambiguous_zoned_datetime(local);
        let wrong = |_| CronError::InvalidTime;
        Ok(match found.offset() {
            AmbiguousOffset::Unambiguous { .. } => {
                Resolution::Single(Self(found.unambiguous().map_err(wrong)?))
            }
            AmbiguousOffset::Fold { .. } => {
                let first = Self(found.clone().earlier().map_err(wrong)?);
                Resolution::Ambiguous(first, Self(found.later().map_err(wrong)?))
            }
            AmbiguousOffset::Gap { .. } => Resolution::Gap,
        })
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        self.0.checked_add(SignedDuration::from_secs(seconds)).ok().map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.timestamp().cmp(&other.0.timestamp())
    }
}

/// The five fields of a text, in capitals; or what is wrong with it.
fn fields(cron: &str) -> Result<[String; 5], String> {
    if cron.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} characters"));
    }
    if cron.contains('@') {
        return Err("write the five fields themselves".to_owned());
    }
    let fields: Vec<String> = cron.split_ascii_whitespace().map(str::to_ascii_uppercase).collect();
    let n = fields.len();
    let fields: [String; 5] = fields.try_into().map_err(|_| match n {
        6 | 7 => format!("it has {n} fields; seconds and years cannot be given"),
        _ => format!("it has {n} of them"),
    })?;
    for (at, field) in fields.iter().enumerate() {
        let words: &[&str] = match at {
            3 => MONTHS,
            4 => DAYS,
            _ => &[],
        };
        if let Some(word) = strange(field, words) {
            return Err(format!("\"{word}\" means nothing in field {}", at + 1));
        }
    }
    Ok(fields)
}

/// The first part of a field that is neither a number nor one of its words. Words are looked at here because croner reads
/// `JAN1` as November.
fn strange<'a>(field: &'a str, words: &[&str]) -> Option<&'a str> {
    let parts = field.split([',', '-', '/', '#', '+']);
    let is_known = |part: &str| {
        let bare = part.trim_end_matches(['L', 'W']);
        part.is_empty()
            || matches!(part, "*" | "?")
            || words.contains(&part)
            || words.contains(&bare)
            || (bare.len() <= 2 && bare.chars().all(|c| c.is_ascii_digit()))
    };
    parts.into_iter().find(|part| !is_known(part))
}

/// The numbers of a field that croner can read, where it has nothing but numbers.
fn numbers(field: &str) -> Option<BTreeSet<u32>> {
    let mut all = BTreeSet::new();
    for part in field.split(',') {
        let (range, step) = part.split_once('/').unwrap_or((part, "1"));
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let (from, to, step): (u32, u32, usize) =
            (from.parse().ok()?, to.parse().ok()?, step.parse().ok()?);
        if to > 59 || step == 0 {
            return None;
        }
        all.extend((from..=to).step_by(step));
    }
    (!all.is_empty()).then_some(all)
}

/// What croner says, without its own way of beginning.
fn said(error: &CronError) -> String {
    match error {
        CronError::InvalidPattern(why)
        | CronError::IllegalCharacters(why)
        | CronError::ComponentError(why) => why.trim_end_matches('.').to_owned(),
        other => other.to_string().trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plan(cron: &str, zone: &str) -> Plan {
        Plan::new(cron, zone).unwrap_or_else(|e| panic!("{cron}: {e}"))
    }

    fn moment(text: &str) -> Moment {
        Moment(text.parse::<Timestamp>().unwrap().as_second())
    }

    /// Every moment due after one and not after another, found going forward.
    fn forward(plan: &Plan, after: Moment, until: Moment) -> Vec<String> {
        let mut all = Vec::new();
        let mut at = after;
        while let Some(next) = plan.next(at).filter(|next| *next <= until) {
            all.push(plan.shown(next));
            at = next;
        }
        all
    }

    #[track_caller]
    fn check(cron: &str, zone: &str, from: &str, to: &str, expected: &[&str]) {
        let plan = plan(cron, zone);
        assert_eq!(forward(&plan, moment(from), moment(to)), expected, "{cron} in {zone}");
        let due = plan.due(moment(from), moment(to));
        let shown = due.last.map(|last| plan.shown(last));
        assert_eq!(shown.as_deref(), expected.last().copied(), "{cron} in {zone}");
        assert_eq!(due.missed as usize, expected.len().saturating_sub(1), "{cron} in {zone}");
    }

    #[test]
    fn a_time_that_the_clock_skips_is_due_after_the_gap() {
        let night = ("2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z");
        check(
            "30 2 * * *",
            "America/New_York",
            night.0,
            night.1,
            &["2026-03-08 03:00 EDT", "2026-03-09 02:30 EDT"],
        );
        check(
            "30 2,14 * * *",
            "America/New_York",
            night.0,
            night.1,
            &[
                "2026-03-07 14:30 EST",
                "2026-03-08 03:00 EDT",
                "2026-03-08 14:30 EDT",
                "2026-03-09 02:30 EDT",
            ],
        );
        check(
            "0,30 2 * * *",
            "Europe/Berlin",
            "2026-03-28T12:00:00Z",
            "2026-03-29T12:00:00Z",
            &["2026-03-29 03:00 CEST"],
        );
        check(
            "30 * * * *",
            "Europe/Berlin",
            "2026-03-29T00:00:00Z",
            "2026-03-29T02:00:00Z",
            &["2026-03-29 01:30 CET", "2026-03-29 03:30 CEST"],
        );
    }

    #[test]
    fn a_time_that_the_clock_shows_twice_is_due_once_and_every_hour_is_every_hour() {
        let night = ("2026-11-01T04:00:00Z", "2026-11-01T08:00:00Z");
        check("30 1 * * *", "America/New_York", night.0, night.1, &["2026-11-01 01:30 EDT"]);
        check(
            "0 1,3 * * *",
            "America/New_York",
            night.0,
            night.1,
            &["2026-11-01 01:00 EDT", "2026-11-01 03:00 EST"],
        );
        check(
            "0 * * * *",
            "America/New_York",
            night.0,
            night.1,
            &[
                "2026-11-01 01:00 EDT",
                "2026-11-01 01:00 EST",
                "2026-11-01 02:00 EST",
                "2026-11-01 03:00 EST",
            ],
        );
        check(
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-24T23:00:00Z",
            "2026-10-25T03:00:00Z",
            &["2026-10-25 02:30 CEST"],
        );
    }

    #[test]
    fn months_without_a_day_are_passed_over() {
        let (from, to) = ("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z");
        check(
            "0 6 31 * *",
            "UTC",
            from,
            to,
            &["2026-01-31 06:00 UTC", "2026-03-31 06:00 UTC", "2026-05-31 06:00 UTC"],
        );
        check("0 6 L 2 *", "UTC", from, to, &["2026-02-28 06:00 UTC"]);
        check("0 0 29 2 *", "UTC", from, "2029-01-01T00:00:00Z", &["2028-02-29 00:00 UTC"]);
    }

    #[test]
    fn years_of_downtime_take_no_longer_than_a_thousand_moments() {
        let every = plan("* * * * *", "America/New_York");
        let due = every.due(moment("1990-01-01T00:00:00Z"), moment("2026-03-08T12:00:30Z"));
        assert_eq!(due, Due { last: Some(moment("2026-03-08T12:00:00Z")), missed: MOST_MISSED });
        for hostile in [Moment(i64::MIN), Moment(i64::MAX), Moment(0)] {
            let _ = (every.next(hostile), every.last(hostile), every.due(hostile, Moment(0)));
        }
        assert_eq!(every.due(Moment(5), Moment(i64::MAX)).last, None);
    }

    #[test]
    fn what_is_no_plan_is_refused_with_the_way_out() {
        for (cron, said) in [
            ("", "0 of them"),
            ("0 7 * *", "4 of them"),
            ("0 0 7 * * MON", "6 fields"),
            ("0 0 7 * * MON 2026", "7 fields"),
            ("@weekly", "the five fields"),
            ("0 0 30 2 *", "never due"),
            ("0 0 31 4,6,9,11 *", "never due"),
            ("60 7 * * *", "bounds"),
            ("0 7 * JAN1 *", "JAN1"),
            ("0 7 * * MONTUE", "MONTUE"),
            ("0 7 * MON *", "MON"),
            ("0 7 * * \u{202e}MON", "means nothing"),
            ("99999999999999999999 * * * *", "means nothing"),
            (&"1 ".repeat(900), "longer"),
        ] {
            let error = Plan::new(cron, "UTC").unwrap_err().to_string();
            assert!(error.contains(said), "{cron:?}: {error}");
            assert!(error.contains("0 7 * * MON") && error.len() < 400, "{cron:?}: {error}");
        }
        for zone in ["", "New York", "../../etc/passwd", "Mars/Olympus", "EST5EDT\0", "+05:00"] {
            let error = Plan::new("0 7 * * MON", zone).unwrap_err().to_string();
            assert!(error.contains("America/New_York"), "{zone}: {error}");
        }
        assert_eq!(plan(" 0\t7 * * mon ", "america/new_york").cron(), "0 7 * * MON");
        assert_eq!(plan("0 7 * * mon", "america/new_york").zone(), "America/New_York");
    }

    fn crons() -> impl Strategy<Value = String> {
        let minute = prop_oneof![Just("0"), Just("30"), Just("*/20"), Just("5,35"), Just("*")];
        let hour =
            prop_oneof![Just("0"), Just("1"), Just("2"), Just("1-3"), Just("*"), Just("*/2")];
        let day = prop_oneof![Just("*"), Just("31"), Just("8"), Just("L"), Just("1-7")];
        let week = prop_oneof![Just("*"), Just("SUN"), Just("MON-FRI"), Just("SUN#2")];
        (minute, hour, day, week).prop_map(|(m, h, d, w)| format!("{m} {h} {d} * {w}"))
    }

    fn zones() -> impl Strategy<Value = &'static str> {
        prop_oneof![
            Just("America/New_York"),
            Just("Europe/Berlin"),
            Just("UTC"),
            Just("Australia/Lord_Howe"),
            Just("Africa/Cairo"),
            Just("Antarctica/Troll"),
            Just("Asia/Kathmandu"),
        ]
    }

    /// Moments around the changes of 2026 as often as others.
    fn moments() -> impl Strategy<Value = Moment> {
        let year = moment("2026-01-01T00:00:00Z").0;
        let near = |text| (moment(text).0 - 90_000)..(moment(text).0 + 90_000);
        prop_oneof![
            year..year + 366 * 86_400,
            near("2026-03-08T07:00:00Z"),
            near("2026-11-01T06:00:00Z"),
            near("2026-03-29T01:00:00Z"),
            near("2026-10-25T01:00:00Z"),
        ]
        .prop_map(Moment)
    }

    proptest! {
        #[test]
        fn parts_of_a_stretch_have_what_the_whole_has(
            cron in crons(), zone in zones(), a in moments(), b in moments(), hours in 0..72_i64,
        ) {
            let plan = plan(&cron, zone);
            let (from, middle) = (a.min(b), a.max(b));
            let from = Moment(from.0.max(middle.0 - 80 * 3_600));
            let to = Moment(middle.0 + hours * 3_600);
            let count = |due: Due| due.missed + u32::from(due.last.is_some());
            let whole = plan.due(from, to);
            let (first, second) = (plan.due(from, middle), plan.due(middle, to));
            prop_assert_eq!(whole.last, second.last.or(first.last));
            if count(whole) < MOST_MISSED {
                prop_assert_eq!(count(whole), count(first) + count(second));
                prop_assert_eq!(forward(&plan, from, to).len(), count(whole) as usize);
            }
        }

        #[test]
        fn no_text_breaks_the_reading(cron in "[0-9A-Za-z*,/#+?LW -]{0,40}", zone in "[A-Za-z/_+0-9-]{0,20}") {
            if let Ok(plan) = Plan::new(&cron, &zone) {
                prop_assert!(!plan.phrase().is_empty());
                prop_assert!(Plan::new(&plan.cron(), plan.zone()).is_ok());
            }
        }

        #[test]
        fn fields_of_any_kind_break_nothing(
            fields in proptest::collection::vec("[0-9*,/L#W+?-]{1,6}|[0-9]{1,2}|\\*|MON|JAN", 5),
        ) {
            if let Ok(plan) = Plan::new(&fields.join(" "), "Europe/Berlin") {
                let _ = (plan.phrase(), plan.due(Moment(1_795_000_000), Moment(1_795_392_000)));
            }
        }
    }
}
