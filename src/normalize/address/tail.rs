//! The end of a street line that also holds city, state, postal code or country. Not responsible for what
//! is left of it (`address_line`).
//!
//! Invariant: a column that says something is never overruled by the line.

use crate::normalize::address::area::{Area, canonical_city, guess_country};
use crate::normalize::address_line::Segments;
use crate::reference::{countries, states, street, zips};

/// Takes country, ZIP, state and city off the end of a street line where the columns for them are
/// empty or say the same.
pub(super) fn take(segments: &mut Segments, area: &mut Area) {
    let several = segments.len() > 1;
    let pop_segment = |segments: &mut Segments| {
        if segments.last().is_some_and(Vec::is_empty) {
            segments.pop();
        }
    };
    if several
        && let Some(last) = segments.last()
        && last.iter().all(|w| w.bytes().all(|b| b.is_ascii_alphabetic()))
        && let Some(country) = countries::code(&last.concat())
        && (last.concat().len() > 2 || matches!(country, "US" | "GB"))
    {
        area.country = area.country.or(Some(country));
        segments.pop();
    }
    take_foreign_tail(segments, area);
    let several = segments.len() > 1;
    let Some(last) = segments.last_mut() else { return };
    let is_zip = |w: &str| {
        let (five, plus) = w.split_once('-').unwrap_or((w, "0000"));
        five.len() == 5
            && plus.len() == 4
            && (five.bytes().chain(plus.bytes())).all(|b| b.is_ascii_digit())
    };
    let state_of = |words: &[String]| {
        let text = words.concat();
        (text.len() >= 2 && !text.bytes().any(|b| b.is_ascii_digit()))
            .then(|| states::state(&text, area.country))
            .flatten()
    };
    let mut took_zip = false;
    if last.len() + usize::from(several) >= 2
        && let Some(word) = last.last().filter(|w| is_zip(w)).cloned()
    {
        let before = last.get(..last.len() - 1).unwrap_or_default();
        let state_before =
            before.last().is_some_and(|w| state_of(std::slice::from_ref(w)).is_some())
                || before
                    .len()
                    .checked_sub(2)
                    .and_then(|at| before.get(at..))
                    .is_some_and(|p| state_of(p).is_some());
        let same = area
            .postal_code
            .as_deref()
            .is_some_and(|c| c.trim().starts_with(word.get(..5).unwrap_or("-")));
        if same
            || (area.postal_code.is_none()
                && (state_before
                    || (several && zips::zip5(word.get(..5).unwrap_or_default()).is_some())))
        {
            area.postal_code.get_or_insert(word);
            last.pop();
            took_zip = true;
        }
    }
    pop_segment(segments);
    let several = segments.len() > 1;
    if let Some(last) = segments.last_mut()
        && (took_zip || several)
    {
        for len in [3, 2, 1] {
            let Some(at) = last.len().checked_sub(len) else { continue };
            let Some(found) = last.get(at..).and_then(state_of) else { continue };
            let same =
                area.state.as_deref().is_none_or(|s| states::state(s, area.country) == Some(found));
            if same && (took_zip || (several && street::suffix(&last.concat()).is_none())) {
                area.state.get_or_insert_with(|| found.code.to_owned());
                last.truncate(at);
                break;
            }
        }
    }
    pop_segment(segments);
    if segments.len() > 1
        && area.city.is_none()
        && (took_zip || area.state.is_some() || area.postal_code.is_some())
        && let Some(last) = segments.last()
        && !last.iter().any(|w| {
            w == "#" || w.bytes().any(|b| b.is_ascii_digit()) || street::designator(w).is_some()
        })
    {
        area.city = Some(last.join(" "));
        segments.pop();
    }
}

/// Takes `London NW1 6XE`, `Montreal QC H3B 1A1` or, in a country outside America, `10115 Berlin`
/// off the end of a street line.
fn take_foreign_tail(segments: &mut Segments, area: &mut Area) {
    if segments.len() < 2 || area.postal_code.is_some() || area.city.is_some() {
        return;
    }
    let Some(last) = segments.last() else { return };
    let letters = |words: &[String]| {
        !words.is_empty() && words.iter().all(|w| w.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let split = last.len().saturating_sub(2);
    let code = last.get(split..).unwrap_or_default().concat();
    let (code, rest) = if matches!(guess_country(&code, None), Some("CA" | "GB")) {
        (code, last.get(..split).unwrap_or_default().to_vec())
    } else if let Some((first, rest)) = last.split_first()
        && area.country.is_some_and(|c| !matches!(c, "US" | "CA"))
        && (4..=6).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_digit())
        && letters(rest)
    {
        (first.clone(), rest.to_vec())
    } else {
        return;
    };
    area.postal_code = Some(code);
    segments.pop();
    // What stands before the code is the city, maybe with its province, or else the segment before
    // is.
    let mut city = rest;
    if let Some(province) = city.last().filter(|w| w.len() <= 3)
        && let Some(state) = states::state(province, area.country.or(Some("CA")))
    {
        area.state.get_or_insert_with(|| state.code.to_owned());
        city.pop();
    }
    if city.is_empty()
        && segments.len() > 1
        && segments.last().is_some_and(|s| letters(s))
        && let Some(before) = segments.pop()
    {
        city = before;
    }
    if letters(&city) {
        area.city = Some(city.join(" "));
    }
}

/// Takes a repeated city off the end of a street line.
pub(super) fn drop_city(segments: &mut Segments, city: Option<&str>) {
    let Some(city) = city else { return };
    let Some(last) = segments.last_mut() else { return };
    let n = city.split(' ').count();
    let Some(at) = last.len().checked_sub(n) else { return };
    let tail = last.get(at..).unwrap_or_default();
    let same = canonical_city(&tail.join(" ")).as_ref() == city;
    // "12 London" is a street as far as anybody can tell, "12 High St London" is not.
    if same && (at >= 3 || at == 0) {
        last.truncate(at);
    }
    if last.is_empty() {
        segments.pop();
    }
}
