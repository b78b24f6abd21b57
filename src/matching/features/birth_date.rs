//! Birth dates: tell one person from two, never a signal, masked wherever they are shown.

use crate::{
    matching::{Comparer, Feature, Findings, Pair, Seen, corpus::WordIx, similarity::osa_within},
    model::{Bits, Column, Family, Normalized, PartialDate, sealed},
};

/// The date of birth.
pub struct BirthDate;

/// How two birth dates relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateRelation {
    /// Equal, both complete.
    Same,
    /// Equal as far as both are known.
    Partial,
    /// One digit or one swap apart.
    Near,
    /// Two slips apart.
    Far,
    /// Different.
    Different,
}

/// How two birth dates relate: the slips people make in writing eight digits.
#[must_use]
pub fn relate(a: PartialDate, b: PartialDate) -> DateRelation {
    let (Some(_), Some(_)) = (a.day, b.day) else {
        let months_agree = a.month.is_none() || b.month.is_none() || a.month == b.month;
        return if a.year == b.year && months_agree {
            DateRelation::Partial
        } else {
            DateRelation::Different
        };
    };
    if a == b {
        return DateRelation::Same;
    }
    let (x, y) = (digits(a), digits(b));
    let differ = |i: &usize| x[*i] != y[*i];
    let n = (0..8).filter(differ).count();
    let first = (0..8).find(differ).unwrap_or(0);
    let exchanged = first < 7
        && x[first] == y[first + 1]
        && x[first + 1] == y[first]
        && x[first] != x[first + 1];
    let swapped = a.year == b.year && a.month == b.day && a.day == b.month;
    match n {
        _ if swapped => DateRelation::Near,
        1 => DateRelation::Near,
        2 if exchanged => DateRelation::Near,
        2 => DateRelation::Far,
        _ if osa_within(text(&x), text(&y), 2).is_some() => DateRelation::Far,
        _ => DateRelation::Different,
    }
}

/// How common a date is: a birth date is shared by about one in 16,000, whatever the store holds.
fn one_of(cx: &Comparer<'_>, date: WordIx) -> f64 {
    cx.frequency(cx.corpus.count_of(date)).max(1.0 / 16_000.0)
}

/// Digits as text.
fn text(digits: &[u8; 8]) -> &str {
    std::str::from_utf8(digits).unwrap_or("")
}

/// The eight digits of a date, as signs.
fn digits(d: PartialDate) -> [u8; 8] {
    let n = u32::from(d.year) * 10_000
        + u32::from(d.month.unwrap_or(0)) * 100
        + u32::from(d.day.unwrap_or(0));
    std::array::from_fn(|i| b'0' + ((n / 10_u32.pow(7 - i as u32)) % 10) as u8)
}

impl Feature for BirthDate {
    fn name(&self) -> &'static str {
        "birth_date"
    }
    fn label(&self) -> &'static str {
        "Birth date"
    }
    fn describe(&self) -> &'static str {
        "Equal, one slip apart, or different. Only tells one person from two."
    }
    fn family(&self) -> Family {
        Family::Identity
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::BirthDate]
    }
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        let (Some(date), Some(other)) = (pair.x.birth_date(), pair.y.birth_date()) else { return };
        let (first, second) = (cx.corpus.word(date), cx.corpus.word(other));
        if !sealed::are_comparable(first, second) {
            return;
        }
        if sealed::key_of(first).is_some() {
            // Whether two hashed dates are a slip apart cannot be known: they are equal or they are not.
            return match date == other {
                true => found.see_value(Seen::BirthSame, one_of(cx, date)),
                false => found.see(Seen::BirthDifferent),
            };
        }
        let read = |word| PartialDate::read(cx.corpus.word(word));
        let (Some(x), Some(y)) = (read(date), read(other)) else { return };
        match relate(x, y) {
            DateRelation::Same => found.see_value(Seen::BirthSame, one_of(cx, date)),
            DateRelation::Partial => found.see(Seen::BirthPartial),
            DateRelation::Near => found.see(Seen::BirthNear),
            DateRelation::Far => found.see(Seen::BirthFar),
            DateRelation::Different => found.see(Seen::BirthDifferent),
        }
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        match (pair.x.birth_date(), pair.y.birth_date()) {
            (Some(a), Some(b)) if a == b => cx.most(&[Seen::BirthSame, Seen::BirthPartial]),
            (Some(_), Some(_)) => cx.most(&[Seen::BirthPartial, Seen::BirthNear, Seen::BirthFar]),
            _ => Bits::ZERO,
        }
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.birth_date.map(|d| d.to_string()).or_else(|| n.birth_hash.as_deref().map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, expected: DateRelation) {
        let date = |text: &str| {
            let parts: Vec<u16> = text.split('-').map(|p| p.parse().unwrap()).collect();
            let small = |i: usize| Some(u8::try_from(parts[i]).unwrap());
            PartialDate { year: parts[0], month: small(1), day: small(2) }
        };
        assert_eq!(relate(date(a), date(b)), expected, "{a} {b}");
        assert_eq!(relate(date(b), date(a)), expected, "{b} {a}");
    }

    #[test]
    fn slips_of_writing_are_near_and_other_dates_are_not() {
        check("1990-02-11", "1990-02-11", DateRelation::Same);
        check("1990-02-11", "1990-02-12", DateRelation::Near);
        check("1990-02-11", "1990-11-02", DateRelation::Near);
        check("1990-02-11", "1909-02-11", DateRelation::Near);
        check("1990-02-11", "1991-02-12", DateRelation::Far);
        check("1990-02-11", "1974-07-30", DateRelation::Different);
    }
}
