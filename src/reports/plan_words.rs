//! Plans in words: `every Monday at 07:00`, `New York time`. Not responsible for when a plan is due (`plan`).
//!
//! Invariant: what is said is the whole plan; where there is no short way to say it, nothing is.

use crate::explain::words::count;

const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Most times of a day that are listed.
const MOST_TIMES: usize = 4;

/// When a plan of these fields, which names these times of the day, is due; none where there is no short way to say it.
pub(super) fn when(fields: &[String; 5], times: &[(u32, u32)]) -> Option<String> {
    let [minute, hour, day, month, weekday] = fields.each_ref().map(String::as_str);
    let days = match (day, month, weekday) {
        ("*", "*", "*") => "every day".to_owned(),
        ("*", "*", weekday) => weekdays(weekday)?,
        ("L", "*", "*") => "on the last day of every month".to_owned(),
        (day, "*", "*") => match day.parse::<u32>().ok()? {
            day @ 1..=28 => format!("on day {day} of every month"),
            day => format!("on day {day} of every month that has one"),
        },
        _ => return None,
    };
    if !times.is_empty() {
        let times = times.iter().map(|(hour, minute)| format!("{hour:02}:{minute:02}"));
        return (times.len() <= MOST_TIMES).then(|| format!("{days} at {}", list(times.collect())));
    }
    let often = match (minute, hour) {
        ("*", "*") => "every minute".to_owned(),
        ("0", "*") => "every hour".to_owned(),
        (minute, "*") => match minute.strip_prefix("*/") {
            Some(step) => {
                let step: usize = step.parse().ok()?;
                (step > 0 && 60 % step == 0).then(|| format!("every {}", minutes(step)))?
            }
            None => format!("every hour, {} past", minutes(minute.parse().ok()?)),
        },
        _ => return None,
    };
    Some(if days == "every day" { often } else { format!("{often}, {days}") })
}

fn minutes(n: usize) -> String {
    count(n, "minute", "minutes")
}

/// Days of the week, as `every Monday and Thursday`.
fn weekdays(field: &str) -> Option<String> {
    let number = |text: &str| {
        let by_name = DAYS
            .iter()
            .position(|day| day.get(..3).is_some_and(|short| short.eq_ignore_ascii_case(text)));
        by_name.or_else(|| text.parse().ok().filter(|n| *n <= 7))
    };
    let mut on = [false; 7];
    for part in field.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, mut to) = (number(from)?, number(to)?);
        // `FRI-SUN` ends with the week.
        if to < from && to == 0 {
            to = 7;
        }
        if from > to {
            return None;
        }
        for day in from..=to {
            *on.get_mut(day % 7)? = true;
        }
    }
    if on == [false, true, true, true, true, true, false] {
        return Some("every weekday".to_owned());
    }
    // Weeks begin on Monday.
    let in_order = (1..=7).map(|day| day % 7);
    let named = in_order.filter(|day| on.get(*day) == Some(&true));
    let named: Vec<String> =
        named.filter_map(|day| DAYS.get(day)).map(|&day| day.to_owned()).collect();
    (!named.is_empty()).then(|| format!("every {}", list(named)))
}

fn list(items: Vec<String>) -> String {
    match items.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A time zone, as `New York time`.
pub(super) fn zone(name: &str) -> String {
    match name.rsplit('/').next().unwrap_or(name) {
        utc @ ("UTC" | "UCT" | "GMT") => utc.to_owned(),
        place => format!("{} time", place.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::reports::Plan;

    #[test]
    fn a_plan_is_said_in_words() {
        for (cron, zone, said) in [
            ("0 7 * * MON", "America/New_York", "every Monday at 07:00, New York time"),
            ("30 6 * * 1-5", "Europe/Berlin", "every weekday at 06:30, Berlin time"),
            ("0 7 * * FRI-SUN", "UTC", "every Friday, Saturday and Sunday at 07:00, UTC"),
            ("0 7,19 * * *", "UTC", "every day at 07:00 and 19:00, UTC"),
            ("0 6 31 * *", "UTC", "on day 31 of every month that has one at 06:00, UTC"),
            ("0 6 1 * *", "UTC", "on day 1 of every month at 06:00, UTC"),
            ("0 6 L * *", "Asia/Tokyo", "on the last day of every month at 06:00, Tokyo time"),
            ("0 * * * *", "UTC", "every hour, UTC"),
            ("5 * * * *", "UTC", "every hour, 5 minutes past, UTC"),
            ("*/15 * * * MON", "UTC", "every 15 minutes, every Monday, UTC"),
            ("* * * * *", "UTC", "every minute, UTC"),
        ] {
            assert_eq!(Plan::new(cron, zone).unwrap().phrase(), said, "{cron}");
        }
        let other = Plan::new("0 7 1 1 *", "UTC").unwrap().phrase();
        assert!(other.starts_with("at 07:00") && other.ends_with(", UTC"), "{other}");
        let many = Plan::new("0 7,9 1 1 *", "UTC").unwrap().phrase();
        assert!(many.contains("0 7,9 1 1 *"), "{many}");
    }
}
