//! Pairs of texts for the property tests of this room: strangers, and texts a few slips apart, of the lengths at which
//! the way of comparing changes. Not responsible for any claim.

use proptest::prelude::*;

/// Two texts: alike, a few slips apart, or strangers.
pub(super) fn pair() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        3 => (text(), slips()).prop_map(|(a, slips)| (a.clone(), slipped(&a, &slips))),
        1 => (text(), text()),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{0,10}",
        3 => "[a-e]{1,9} [a-e]{1,9}",
        2 => "[0-9]{9,12}",
        2 => "[a-z0-9 .@-]{10,40}",
        1 => "[a-d]{60,68}",
        1 => "[a-cé\u{4e2d}]{0,12}",
        1 => "\\PC{0,8}",
    ]
}

/// A slip: what happens, where, and with which character.
type Slip = (u8, usize, char);

fn slips() -> impl Strategy<Value = Vec<Slip>> {
    prop::collection::vec((0_u8..4, 0_usize..100, prop::char::range('a', 'f')), 0..5)
}

fn slipped(text: &str, slips: &[Slip]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for &(what, place, character) in slips {
        let at = place % (characters.len() + 1);
        match what {
            0 => characters.insert(at, character),
            1 if at < characters.len() => drop(characters.remove(at)),
            2 if at < characters.len() => characters[at] = character,
            3 if at + 1 < characters.len() => characters.swap(at, at + 1),
            _ => {}
        }
    }
    characters.into_iter().collect()
}
