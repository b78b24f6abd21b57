//! Series: values that are not equal but were made by one pattern, as keys under which their users meet. A mailbox
//! stem with other digits, handles of one stem, internet-telephony numbers bought together, and one house that is
//! claimed in several states.
//!
//! Not responsible for what a series is worth (`features`, `background`).
//!
//! Invariant: keys depend on one application alone, and never on names that it shares with others: whoever's own
//! name is in a mailbox is in no series by it.

use crate::{
    matching::{blocking::key, features::handle_series},
    model::{Address, LineType, Normalized, Phone},
};

/// Fewest letters of a stem that says anything.
pub const STEM: usize = 6;

/// Numbers of one cell lie within this many of each other, and any two within half of it share a cell.
const CELL: u16 = 40;

/// The series of a mailbox, unless its stem is short or the applicant's own name.
#[must_use]
pub fn mailbox(n: &Normalized) -> Option<u64> {
    let email = n.email.as_ref()?;
    let skeleton = skeleton(&email.stem);
    (skeleton.len() >= STEM && !is_own_name(n, &email.stem)).then(|| key(70, &[&skeleton]))
}

/// The series of a handle, with its platform.
#[must_use]
pub fn handle(n: &Normalized, platform: &str, handle: &str) -> Option<u64> {
    let stem = handle_series::stem(handle).filter(|stem| !is_own_name(n, stem))?;
    Some(key(71, &[platform, &skeleton(stem)]))
}

/// The two overlapping cells of its thousands block that an internet-telephony number lies in. Numbers of unknown
/// line count, since not every import says; what is known to be something else does not.
#[must_use]
pub fn cells(phone: &Phone) -> Option<[u64; 2]> {
    if matches!(phone.line_type, Some(LineType::Mobile | LineType::Landline)) {
        return None;
    }
    let number = phone.last_three()?;
    let cell = |at: u16, shift: &str| key(72, &[&phone.block, shift, &at.to_string()]);
    Some([cell(number / CELL, "a"), cell((number + CELL / 2) / CELL, "b")])
}

/// A house without the state it is claimed in.
#[must_use]
pub fn house(address: &Address) -> Option<u64> {
    let (number, street, city) =
        (address.number.as_ref()?, address.street.as_ref()?, address.city.as_ref()?);
    Some(key(73, &[number, street, city]))
}

/// All of them.
#[must_use]
pub fn keys(n: &Normalized) -> Vec<u64> {
    let handles = n.profiles.iter().filter_map(|p| handle(n, &p.platform, &p.handle));
    let mut keys: Vec<u64> = mailbox(n)
        .into_iter()
        .chain(handles)
        .chain(n.phone.as_ref().and_then(cells).into_iter().flatten())
        .chain(n.home.as_ref().and_then(house))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A stem without separators, and with digits that stand for letters as those letters.
fn skeleton(stem: &str) -> String {
    let plain = |c: char| match c {
        '0' => 'o',
        '1' => 'l',
        '3' => 'e',
        '5' => 's',
        other => other,
    };
    stem.chars().filter(|c| c.is_alphanumeric()).map(plain).collect()
}

/// Whether a stem is made from the applicant's own name, as most people's is.
#[must_use]
pub fn is_own_name(n: &Normalized, stem: &str) -> bool {
    let Some(name) = &n.name else { return false };
    let whole: String = stem.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut rest = whole.clone();
    let mut tokens: Vec<&str> = name.tokens.iter().map(|t| &**t).collect();
    tokens.sort_by_key(|t| std::cmp::Reverse(t.len()));
    if tokens.iter().any(|t| t.len() >= 4 && whole.contains(t)) {
        return true;
    }
    for token in &tokens {
        if token.len() > 2 {
            rest = rest.replacen(*token, "", 1);
        }
    }
    rest.len() <= 3 && rest.len() * 2 < whole.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_look_alikes_do_not_hide_a_series() {
        assert_eq!(skeleton("bright.dev"), skeleton("br1ght-dev").replace('l', "i"));
        assert_eq!(skeleton("star_f0rge"), "starforge");
    }

    #[test]
    fn two_numbers_within_twenty_share_a_cell_and_distant_ones_do_not() {
        let phone = |last: u16| Phone {
            e164: format!("+12025550{last:03}").into(),
            block: "+12025550".into(),
            valid: true,
            line_type: Some(LineType::Voip),
        };
        let share = |a: u16, b: u16| {
            let (x, y) = (cells(&phone(a)).unwrap(), cells(&phone(b)).unwrap());
            x.iter().any(|k| y.contains(k))
        };
        for a in 0..980 {
            assert!(share(a, a + 20), "{a}");
            assert!(a + 60 > 999 || !share(a, a + 60), "{a}");
        }
    }
}
