//! Phone numbers: E.164 by a port of libphonenumber, the thousands block, the line type. Not
//! responsible for who holds a number.
//!
//! Invariant: `e164` is `+` and 8 to 15 digits, and `block` is `e164` without its last three.

use super::fold::clip;
use crate::model::{LineType, Phone};
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region,
};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// The number that a text names, read as a number of `country` (ISO code, the United States when
/// absent) unless it has a country code of its own. Numbers that cannot be assigned, such as
/// 555-01xx, are kept with `valid` false; texts too short or too uniform to be a number are none.
#[must_use]
pub fn parse(text: &str, country: Option<&str>) -> Option<Phone> {
    if matches!(country, None | Some("US"))
        && let Some(digits) = plain_american(text)
    {
        return american(digits);
    }
    parse_any(text, country)
}

/// The ten digits of a number written the American way: digits, blanks, hyphens, full stops and brackets, maybe
/// behind a 1 or +1. What nearly all rows say is read without looking for other forms; none for anything else.
fn plain_american(text: &str) -> Option<[u8; 10]> {
    if text.len() > 24 || text.ends_with(".0") {
        return None;
    }
    let (plus, rest) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut digits = [0_u8; 11];
    let mut n = 0;
    for b in rest.bytes() {
        if b.is_ascii_digit() {
            *digits.get_mut(n)? = b;
            n += 1;
        } else if !matches!(b, b' ' | b'-' | b'.' | b'(' | b')') {
            return None;
        }
    }
    let [one, national @ ..] = digits;
    let national = match (n, plus) {
        (11, _) if one == b'1' => national,
        (10, false) => *digits.first_chunk()?,
        _ => return None,
    };
    matches!(national, [b'2'..=b'9', ..]).then_some(national)
}

fn american(digits: [u8; 10]) -> Option<Phone> {
    if is_filler_tail(&digits) {
        return None;
    }
    let mut e164 = String::with_capacity(12);
    e164.push_str("+1");
    e164.extend(digits.map(char::from));
    let number = PhoneNumber {
        country_code: 1,
        national_number: digits.iter().fold(0, |n, d| n * 10 + u64::from(d - b'0')),
        ..PhoneNumber::default()
    };
    // Of the regions that share the code 1 the United States are asked first in any case.
    let valid = PHONE_NUMBER_UTIL.is_valid_number_for_region(&number, Region::US)
        || PHONE_NUMBER_UTIL.is_valid_number(&number);
    let block = e164.get(..9)?.into();
    Some(Phone { block, e164: e164.into(), valid, line_type: None, extension: None })
}

fn parse_any(text: &str, country: Option<&str>) -> Option<Phone> {
    let text = clip(text);
    let unified: Cow<'_, str> =
        if text.is_ascii() { text.into() } else { text.nfkc().collect::<String>().into() };
    let text = first_number(&unified);
    let text = spreadsheet(text).unwrap_or_else(|| misread_letters(text));
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !(5..=24).contains(&digits) || is_filler(&text) {
        return None;
    }
    let region = country.and_then(|c| Region::from_code(c).ok()).unwrap_or(Region::US);
    let number = read(&text, region)?;
    let e164 = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned();
    if !(9..=16).contains(&e164.len()) {
        return None;
    }
    let block = e164.get(..e164.len() - 3)?.into();
    let valid = PHONE_NUMBER_UTIL.is_valid_number(&number);
    let extension = number.extension().parse().ok();
    Some(Phone { e164: e164.into(), block, valid, line_type: None, extension })
}

/// The line type that a look-up column gave.
#[must_use]
pub fn line_type(text: &str) -> Option<LineType> {
    let folded = super::fold::words(text)?;
    let has = |words: &[&str]| words.iter().any(|w| folded.contains(w));
    if has(&["voip", "virtual", "non fixed", "nonfixed", "internet"]) {
        Some(LineType::Voip)
    } else if has(&["mobile", "cell", "wireless", "gsm"]) {
        Some(LineType::Mobile)
    } else if has(&["land", "fixed", "home", "wire line", "wireline"]) {
        Some(LineType::Landline)
    } else {
        None
    }
}

fn read(text: &str, region: Region) -> Option<PhoneNumber> {
    let possible = |text: &str, region| {
        let number = PHONE_NUMBER_UTIL.parse(text, region).ok()?;
        let length = PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number);
        matches!(length, Ok(NumberLengthType::IsPossible)).then_some(number)
    };
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("00") {
        let international = format!("+{rest}");
        if let Some(number) = possible(&international, None) {
            return Some(number);
        }
    }
    if let Some(number) = possible(text, Some(region)) {
        return Some(number);
    }
    // A country code without its plus: believed only where it makes a number that can exist.
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.len() >= 11
        && let Some(number) = possible(&format!("+{digits}"), None)
        && PHONE_NUMBER_UTIL.is_valid_number(&number)
    {
        return Some(number);
    }
    (region != Region::US).then(|| possible(text, Some(Region::US))).flatten()
}

/// The first of several numbers in one field, without a label and without a doubled `+1`.
fn first_number(text: &str) -> &str {
    let mut text = text.trim();
    if let Some(rest) = text.strip_prefix("+1") {
        let rest = rest.trim_start();
        if rest.starts_with("+1") {
            text = rest;
        }
    }
    for at in text.match_indices([';', '/', '|', ',', '\n']).map(|(at, _)| at) {
        let first = text.get(..at).unwrap_or_default();
        if first.bytes().filter(u8::is_ascii_digit).count() >= 10 {
            return first;
        }
    }
    match text.find(" or ") {
        Some(at) => text.get(..at).unwrap_or(text),
        None => text,
    }
}

/// A number that a spreadsheet turned into a float: `2025550123.0`, `1.2025550123E+10`.
fn spreadsheet(text: &str) -> Option<String> {
    let looks = text.ends_with(".0") || text.contains("E+") || text.contains("e+");
    if !looks || !text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) {
        return None;
    }
    let significant = text.split(['e', 'E']).next()?.bytes().filter(u8::is_ascii_digit).count();
    let value: f64 = text.parse().ok()?;
    let whole = (1e9..1e15).contains(&value) && value.fract() == 0.0;
    (whole && significant >= 10).then(|| format!("{value:.0}"))
}

/// Letters typed for digits (`O` for 0, `l` for 1), where no other letter shows that words were
/// meant.
fn misread_letters(text: &str) -> String {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let misread = text.bytes().filter(|b| b"oOlI".contains(b)).count();
    if letters == 0 || letters != misread || letters > 3 {
        return text.to_owned();
    }
    text.chars()
        .map(|c| match c {
            'o' | 'O' => '0',
            'l' | 'I' => '1',
            other => other,
        })
        .collect()
}

/// Numbers that stand for "I give none": one digit repeated, or the keys in a row.
fn is_filler(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    is_filler_tail(digits.get(digits.len().saturating_sub(10)..).unwrap_or_default())
}

fn is_filler_tail(digits: &[u8]) -> bool {
    let uniform = digits.iter().all(|d| Some(d) == digits.first());
    uniform || matches!(digits, b"1234567890" | b"0123456789" | b"9876543210")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, country: Option<&str>, expected: Option<(&str, bool)>) {
        let phone = parse(text, country);
        let got = phone.as_ref().map(|p| (&*p.e164, p.valid));
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn numbers_are_read_through_the_noise_of_forms() {
        let dc = Some(("+12025550123", true));
        for text in [
            "(202) 555-0123",
            "202.555.0123",
            "202 555 0123",
            "2025550123",
            "1-202-555-0123",
            "+1 202 555 0123",
            "+1 +1 2025550123",
            "0012025550123",
            "tel:+1-202-555-0123",
            "202-555-0123 ext. 45",
            "202-555-0123 x45",
            "2O2-555-OI23",
            "2025550123.0",
            "1.2025550123E+10",
            "202-555-0123 / 202-555-0124",
            "202-555-0123 or 202-555-0124",
            "２０２-555-0123",
        ] {
            let phone = parse(text, None);
            assert_eq!(phone.as_ref().map(|p| &*p.e164), dc.map(|d| d.0), "{text}");
        }
        check("020 7946 0958", Some("GB"), Some(("+442079460958", true)));
        check("+44 20 7946 0958", None, Some(("+442079460958", true)));
        check("442079460958", None, Some(("+442079460958", true)));
        check("0412 345 678", Some("AU"), Some(("+61412345678", true)));
        check("030 901820", Some("DE"), Some(("+4930901820", true)));
        check("202-555-0123", Some("DE"), Some(("+492025550123", true)));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "",
            "n/a",
            "12345",
            "555-0123",
            "0000000000",
            "1111111111",
            "123-456-7890",
            "call me",
            "+",
            "+1",
        ] {
            check(text, None, None);
        }
    }

    #[test]
    fn the_block_is_the_number_without_its_last_three_digits() {
        assert_eq!(&*parse("202-555-0123", None).unwrap().block, "+12025550");
    }

    #[test]
    fn line_types_are_read_from_the_words_of_look_up_services() {
        for (text, expected) in [
            ("mobile", Some(LineType::Mobile)),
            ("Wireless", Some(LineType::Mobile)),
            ("landline", Some(LineType::Landline)),
            ("FIXED_LINE", Some(LineType::Landline)),
            ("Non-Fixed VoIP", Some(LineType::Voip)),
            ("nonFixedVoip", Some(LineType::Voip)),
            ("toll free", None),
        ] {
            assert_eq!(line_type(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_plain_american_number_is_what_the_library_reads(
            digits in "[0-9]{10,11}|1?[2-9][0-9]{2}[2-9][0-9]{6}|(305209|710[2-9]|900|800|246521|242|5[0-9]{2})[0-9]{4,7}",
            marks in prop::collection::vec("[ .()-]{0,2}", 11),
            plus in any::<bool>(),
        ) {
            let mut text = String::from(if plus { "+" } else { "" });
            for (digit, mark) in digits.chars().zip(&marks) {
                text.push_str(mark);
                text.push(digit);
            }
            prop_assert_eq!(parse(&text, None), parse_any(&text, None));
            prop_assert_eq!(parse(&text, Some("US")), parse_any(&text, Some("US")));
        }

        #[test]
        fn any_text_is_read_as_the_library_reads_it(text in "[+(]{0,2}[0-9 ().+-]{8,20}[^0-9]{0,2}") {
            prop_assert_eq!(parse(&text, None), parse_any(&text, None));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-+0-9a-zA-Z ().;,/#*]{0,40}|.{0,40}", country in "[A-Z]{2}") {
            if let Some(phone) = parse(&text, Some(&country)) {
                prop_assert!(phone.e164.starts_with('+') && phone.e164.len() >= 9);
                prop_assert!(phone.e164.starts_with(&*phone.block));
            }
        }
    }
}
