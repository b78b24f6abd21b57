//! Slips of the keyboard. Not responsible for how often they happen.

use crate::synth::dice::Dice;

/// The text with one slip of the keyboard: two letters swapped, one doubled, lost or replaced.
pub fn typo(text: &str, dice: &mut Dice) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.len() < 3 {
        return text.to_owned();
    }
    let at = 1 + dice.below(chars.len() - 2);
    match dice.below(4) {
        0 => chars.swap(at, at + 1),
        1 => chars.insert(at, chars[at]),
        2 => {
            chars.remove(at);
        }
        _ if chars[at].is_alphabetic() => {
            chars[at] = *dice.pick(&['a', 'e', 'i', 'o', 'n', 'r', 's', 't', 'l', 'm']);
        }
        _ => {}
    }
    chars.into_iter().collect()
}

/// The number with one of its last four digits, which end every spelling, replaced.
pub fn wrong_digit(text: &str, dice: &mut Dice) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = chars.len().saturating_sub(1 + dice.below(4));
    if let Some(c) = chars.get_mut(at) {
        *c = char::from(b'0' + dice.below(10) as u8);
    }
    chars.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_changes_at_most_one_letter_and_survives_short_and_foreign_texts() {
        let mut dice = Dice::new(1, 0);
        for text in ["", "a", "ab", "José", "Wei", "张伟明", "maria.garcia@mail.example"] {
            for _ in 0..200 {
                let slipped = typo(text, &mut dice);
                assert!(strsim::osa_distance(text, &slipped) <= 1, "{text} {slipped}");
            }
        }
    }

    #[test]
    fn a_wrong_digit_leaves_the_rest_of_the_number_alone() {
        let mut dice = Dice::new(1, 0);
        for _ in 0..100 {
            let wrong = wrong_digit("(212) 555-0199", &mut dice);
            assert!(wrong.starts_with("(212) 555-") && wrong.len() == 14, "{wrong}");
        }
        assert_eq!(wrong_digit("", &mut dice), "");
    }
}
