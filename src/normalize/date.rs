//! Dates and moments in the many ways people write them, with the precision they were given in. Not
//! responsible for what a date means.
//!
//! Invariant: a date that is returned exists in the calendar; a month is never invented. Where
//! month and day cannot be told apart, a slash or hyphen is read month first (United States), a dot
//! day first (Europe).

use super::fold::fold;
use crate::model::{Moment, PartialDate};

/// The date that a text names; none when it names none (`present`, `n/a`, `31/31/1990`).
#[must_use]
pub fn parse(text: &str) -> Option<PartialDate> {
    if let Some(date) = plain(text.as_bytes()) {
        return Some(date);
    }
    let text = fold(text);
    let text = text.trim();
    if text.len() < 4 || text.len() > 64 {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return digits_only(text);
    }
    let parts = Parts::read(text)?;
    match parts.month {
        Some(month) => parts.with_month_word(month),
        None => parts.numeric(),
    }
}

/// A date of birth: as [`parse`], but a year of two digits is never one of the last years.
#[must_use]
pub fn birth(text: &str) -> Option<PartialDate> {
    let date = parse(text)?;
    let mut run = 0;
    let full_year = text.chars().any(|c| {
        run = if c.is_ascii_digit() { run + 1 } else { 0 };
        run >= 4
    });
    let year = if !full_year && date.year > 2012 { date.year - 100 } else { date.year };
    // The 29th of February may not exist a century earlier.
    self::date(year, date.month, date.day.map(u32::from))
}

/// The moment that a text names, UTC where it gives no offset; a date alone is its midnight. Needs
/// the day.
#[must_use]
pub fn moment(text: &str) -> Option<Moment> {
    if let Some(moment) = plain_moment(text.as_bytes()) {
        return Some(moment);
    }
    let text = fold(text);
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    if let Some(seconds) = epoch(text) {
        return Some(Moment(seconds));
    }
    let (date, rest) = match text.find(':') {
        None => (text, ""),
        Some(colon) => {
            let before = text.get(..colon)?;
            let start = before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            let date = before.get(..start)?.trim_end_matches(['t', ',', ' ']);
            (date.trim_end_matches(" at"), text.get(start..)?)
        }
    };
    let date = parse(date)?;
    let days = days_from_civil(i64::from(date.year), i64::from(date.month?), i64::from(date.day?));
    Some(Moment(days * 86_400 + seconds_of_day(rest)?))
}

/// The number that digits make; none when anything else is among them.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
}

/// `2019`, `2019-05`, `2019-05-01`: what nearly all rows say is read without looking for other forms. What it does
/// not read, a date that cannot be among it, is left to the long way.
fn plain(text: &[u8]) -> Option<PartialDate> {
    let two = |digits: &[u8]| u8::try_from(number(digits)?).ok();
    let year_of = |digits: &[u8]| year(number(digits)?, 4);
    match text {
        [y @ .., b'-', m1, m2, b'-', d1, d2] if y.len() == 4 => {
            date(year_of(y)?, Some(two(&[*m1, *m2])?), Some(number(&[*d1, *d2])?))
        }
        [y @ .., b'-', m1, m2] if y.len() == 4 => date(year_of(y)?, Some(two(&[*m1, *m2])?), None),
        y if y.len() == 4 => date(year_of(y)?, None, None),
        _ => None,
    }
}

/// `2019-05-01T14:05:09Z`, as [`plain`] reads dates.
fn plain_moment(text: &[u8]) -> Option<Moment> {
    let (day, [b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'Z']) = text.split_last_chunk::<10>()?
    else {
        return None;
    };
    let date = plain(day)?;
    let two = |a: &u8, b: &u8| number(&[*a, *b]).map(i64::from);
    let (hour, minute, second) = (two(h1, h2)?, two(m1, m2)?, two(s1, s2)?);
    if hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_from_civil(i64::from(date.year), i64::from(date.month?), i64::from(date.day?));
    Some(Moment(days * 86_400 + hour * 3600 + minute * 60 + second))
}

/// What a text consists of: numbers with the separator before each, and a month word.
#[derive(Default)]
struct Parts {
    numbers: [(u32, usize, u8); 3],
    count: usize,
    month: Option<u8>,
    month_at: usize,
}

impl Parts {
    fn read(text: &str) -> Option<Self> {
        let mut parts = Self::default();
        let mut separator = b' ';
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let of_kind =
                |f: fn(&char) -> bool| rest.len() - rest.trim_start_matches(|c| f(&c)).len();
            if c.is_ascii_digit() {
                let len = of_kind(char::is_ascii_digit);
                let value = rest.get(..len)?.parse().ok()?;
                // "2019-05-01T00:00" and "2019-05-01 00:00": the time is not part of the date.
                if let Some(slot) = parts.numbers.get_mut(parts.count) {
                    *slot = (value, len, separator);
                    parts.count += 1;
                } else {
                    return Some(parts);
                }
                rest = rest.get(len..)?;
                separator = b' ';
            } else if c.is_ascii_alphabetic() {
                let len = of_kind(char::is_ascii_alphabetic);
                let word = rest.get(..len)?;
                if matches!(word, "present" | "current" | "currently" | "now" | "ongoing" | "today")
                {
                    return None;
                }
                if parts.month.is_none()
                    && let Some(month) = month_word(word)
                {
                    parts.month = Some(month);
                    parts.month_at = parts.count;
                }
                rest = rest.get(len..)?;
            } else {
                if separator == b' ' || c != ' ' {
                    separator = u8::try_from(c).unwrap_or(b' ');
                }
                rest = rest.get(c.len_utf8()..)?;
            }
        }
        Some(parts)
    }

    /// `May 2019`, `May 5, 2019`, `5 May 2019`, `2019 May 5`, `May-19`.
    fn with_month_word(&self, month: u8) -> Option<PartialDate> {
        let [a, b, _] = self.numbers;
        match self.count {
            1 => date(year(a.0, a.1)?, Some(month), None),
            2.. if a.1 == 4 => date(year(a.0, 4)?, Some(month), Some(b.0)),
            2.. => date(year(b.0, b.1)?, Some(month), Some(a.0)),
            _ => None,
        }
    }

    fn numeric(&self) -> Option<PartialDate> {
        let [a, b, c] = self.numbers;
        match self.count {
            1 if a.1 == 4 => date(year(a.0, 4)?, None, None),
            1 if a.1 == 8 || a.1 == 6 => digits_only(&format!("{:0width$}", a.0, width = a.1)),
            2 if a.1 == 4 && b.1 <= 2 => date(year(a.0, 4)?, Some(u8::try_from(b.0).ok()?), None),
            2 if b.1 == 4 && a.1 <= 2 => date(year(b.0, 4)?, Some(u8::try_from(a.0).ok()?), None),
            2 if a.1 <= 2 && b.1 == 2 && b.2 != b' ' => {
                date(year(b.0, 2)?, Some(u8::try_from(a.0).ok()?), None)
            }
            3 if a.1 == 4 => date(year(a.0, 4)?, Some(u8::try_from(b.0).ok()?), Some(c.0)),
            3 if c.1 == 4 || c.1 == 2 => {
                let year = year(c.0, c.1)?;
                let month_first = date(year, u8::try_from(a.0).ok(), Some(b.0));
                let day_first = date(year, u8::try_from(b.0).ok(), Some(a.0));
                // A month above 12 is no month, so the other reading is the only one.
                let month_first = month_first.filter(|_| a.0 <= 12);
                let day_first = day_first.filter(|_| b.0 <= 12);
                if b.2 == b'.' { day_first.or(month_first) } else { month_first.or(day_first) }
            }
            _ => None,
        }
    }
}

/// `2019`, `201905`, `20190501`, `05012019`, seconds or milliseconds since 1970.
fn digits_only(text: &str) -> Option<PartialDate> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
    match text.len() {
        4 => date(year(number(0, 4)?, 4)?, None, None),
        6 => date(year(number(0, 4)?, 4)?, Some(u8::try_from(number(4, 6)?).ok()?), None),
        8 => {
            let two = |at: usize| number(at, at + 2).and_then(|n| u8::try_from(n).ok());
            let leading = year(number(0, 4)?, 4).and_then(|y| date(y, Some(two(4)?), number(6, 8)));
            let trailing = year(number(4, 8)?, 4);
            leading
                .or_else(|| date(trailing?, Some(two(0)?), number(2, 4)))
                .or_else(|| date(trailing?, Some(two(2)?), number(0, 2)))
        }
        _ => {
            let (y, m, d) = civil_from_days(epoch(text)?.div_euclid(86_400));
            date(u16::try_from(y).ok()?, Some(u8::try_from(m).ok()?), Some(u32::try_from(d).ok()?))
        }
    }
}

/// Seconds since 1970 given as 9 or 10 digits, or as 12 or 13 digits of milliseconds, maybe with
/// decimals.
fn epoch(text: &str) -> Option<i64> {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|b| b.is_ascii_digit()) => whole,
        Some(_) => return None,
        None => text,
    };
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match whole.len() {
        9 | 10 => whole.parse().ok(),
        12 | 13 => whole.parse::<i64>().ok().map(|ms| ms / 1000),
        _ => None,
    }
}

/// The full year of a number of two or four digits; two digits up to 35 are of this century.
fn year(value: u32, digits: usize) -> Option<u16> {
    let year = match digits {
        4 => value,
        2 if value <= 35 => 2000 + value,
        2 => 1900 + value,
        _ => return None,
    };
    (1850..=2150).contains(&year).then(|| u16::try_from(year).ok()).flatten()
}

fn date(year: u16, month: Option<u8>, day: Option<u32>) -> Option<PartialDate> {
    let Some(m) = month else {
        return Some(PartialDate { year, month: None, day: None });
    };
    let day = match day {
        Some(d) => Some(u8::try_from(d).ok()?),
        None => None,
    };
    let fits = (1..=12).contains(&m) && day.is_none_or(|d| (1..=days_in(year, m)).contains(&d));
    fits.then_some(PartialDate { year, month, day })
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

/// The month that an English, German, French, Spanish, Portuguese or Italian word begins.
fn month_word(word: &str) -> Option<u8> {
    const WORDS: &[(&str, u8)] = &[
        ("jan", 1),
        ("ene", 1),
        ("gen", 1),
        ("feb", 2),
        ("fev", 2),
        ("mar", 3),
        ("maer", 3),
        ("mrz", 3),
        ("apr", 4),
        ("avr", 4),
        ("abr", 4),
        ("may", 5),
        ("mai", 5),
        ("mag", 5),
        ("jun", 6),
        ("juin", 6),
        ("giu", 6),
        ("jul", 7),
        ("juil", 7),
        ("lug", 7),
        ("aug", 8),
        ("aou", 8),
        ("ago", 8),
        ("sep", 9),
        ("set", 9),
        ("oct", 10),
        ("okt", 10),
        ("out", 10),
        ("ott", 10),
        ("nov", 11),
        ("dec", 12),
        ("dez", 12),
        ("dic", 12),
    ];
    if word.len() < 3 || word.len() > 10 {
        return None;
    }
    let named =
        WORDS.iter().filter(|(start, _)| word.starts_with(start)).max_by_key(|(s, _)| s.len());
    named.map(|(_, month)| *month)
}

/// Seconds after midnight UTC of `14:05`, `2:05:09 pm`, `14:05:09.123+02:00`; 0 for an empty text.
fn seconds_of_day(text: &str) -> Option<i64> {
    let mut clock = [0_i64; 3];
    let mut rest = text.trim();
    for (i, slot) in clock.iter_mut().enumerate() {
        let len = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if len == 0 {
            break;
        }
        *slot = rest.get(..len).filter(|_| len <= 2)?.parse().ok()?;
        rest = rest.get(len..)?;
        match rest.strip_prefix(':') {
            Some(after) if i < 2 => rest = after,
            _ => break,
        }
    }
    if let Some(after) = rest.strip_prefix(['.', ',']) {
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    rest = rest.trim_start();
    let [mut hour, minute, second] = clock;
    for (word, pm) in [("am", false), ("a.m.", false), ("pm", true), ("p.m.", true)] {
        if let Some(after) = rest.strip_prefix(word) {
            hour = hour % 12 + if pm { 12 } else { 0 };
            rest = after.trim_start();
            break;
        }
    }
    if hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    Some(hour * 3600 + minute * 60 + second - offset(rest))
}

/// Seconds east of Greenwich of `z`, `+02:00`, `-0500`, `utc+2`, `est`; 0 when unknown.
fn offset(text: &str) -> i64 {
    let text = text.trim().trim_matches(['(', ')']);
    let text = text.strip_prefix("utc").or(text.strip_prefix("gmt")).unwrap_or(text).trim();
    let hours = match text {
        "edt" => -4,
        "est" | "cdt" => -5,
        "cst" | "mdt" => -6,
        "mst" | "pdt" => -7,
        "pst" => -8,
        "cet" | "bst" => 1,
        "cest" => 2,
        _ => {
            let sign = match text.chars().next() {
                Some('+') => 1,
                Some('-') => -1,
                _ => return 0,
            };
            let digits: String = text.chars().filter(char::is_ascii_digit).take(4).collect();
            let value: i64 = digits.parse().unwrap_or(0);
            let (h, m) = if digits.len() <= 2 { (value, 0) } else { (value / 100, value % 100) };
            return if h <= 14 && m <= 59 { sign * (h * 3600 + m * 60) } else { 0 };
        }
    };
    hours * 3600
}

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar (Hinnant's algorithm).
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days - era * 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse(text).map(|d| d.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn dates_are_read_as_precisely_as_they_were_written() {
        check("2019-05-01", Some("2019-05-01"));
        check("2019-05-01T10:00:00Z", Some("2019-05-01"));
        check("2019/5/1", Some("2019-05-01"));
        check("2019-05", Some("2019-05"));
        check("2019", Some("2019"));
        check("Class of 2019", Some("2019"));
        check("05/2019", Some("2019-05"));
        check("5/1/2019", Some("2019-05-01"));
        check("13/1/2019", Some("2019-01-13"));
        check("1.5.2019", Some("2019-05-01"));
        check("01-02-2019", Some("2019-01-02"));
        check("5/1/19", Some("2019-05-01"));
        check("5/1/88", Some("1988-05-01"));
        check("05/19", Some("2019-05"));
        check("May 2019", Some("2019-05"));
        check("May-19", Some("2019-05"));
        check("Sept. 2019", Some("2019-09"));
        check("May 5, 2019", Some("2019-05-05"));
        check("5 May 2019", Some("2019-05-05"));
        check("5th of May, 2019", Some("2019-05-05"));
        check("Dezember 2019", Some("2019-12"));
        check("août 2019", Some("2019-08"));
        check("Fall 2019", Some("2019"));
        check("19081209", Some("1908-12-09"));
        check("12091908", Some("1908-12-09"));
        check("201905", Some("2019-05"));
        check("1556668800", Some("2019-05-01"));
        check("1556668800000", Some("2019-05-01"));
    }

    #[test]
    fn nobody_who_applies_was_born_in_the_last_years() {
        for (text, expected) in
            [("5/1/32", "1932-05-01"), ("5/1/2032", "2032-05-01"), ("5/1/02", "2002-05-01")]
        {
            assert_eq!(birth(text).map(|d| d.to_string()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "present",
            "n/a",
            "31/31/1990",
            "2019-13-01",
            "2019-02-30",
            "30.02.2019",
            "hello",
            "99999",
            "0000",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn moments_are_utc_seconds_whatever_offset_they_were_written_with() {
        let at = |text: &str| moment(text).map(|m| m.to_string());
        for text in [
            "2026-11-23T12:05:00Z",
            "2026-11-23 12:05:00",
            "2026-11-23 12:05",
            "2026-11-23T14:05:00+02:00",
            "2026-11-23T07:05:00.000-0500",
            "11/23/2026 12:05 PM",
            "Nov 23, 2026, 12:05:00 p.m.",
            "Nov 23, 2026 at 7:05 AM EST",
            "23.11.2026 12:05",
            "1795435500",
            "1795435500000",
            "2026-11-23 12:05:00 UTC",
        ] {
            assert_eq!(at(text).as_deref(), Some("2026-11-23T12:05:00Z"), "{text}");
        }
        assert_eq!(at("2026-11-23").as_deref(), Some("2026-11-23T00:00:00Z"));
        assert_eq!(at("2026-11"), None);
        assert_eq!(at("2026-11-23T25:05:00Z"), None);
        assert_eq!(at("soon"), None);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(days in -40_000_i64..60_000) {
            let (y, m, d) = civil_from_days(days);
            prop_assert_eq!(days_from_civil(y, m, d), days);
            let text = format!("{y:04}-{m:02}-{d:02}");
            prop_assert_eq!(parse(&text).map(|d| d.to_string()), Some(text.clone()));
            prop_assert_eq!(moment(&text), Some(Moment(days * 86_400)));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9/:.+ a-zT-]{0,40}|.{0,40}") {
            let _ = (parse(&text), moment(&text));
        }
    }
}
