//! What remains of the beginning of a word when letters are left out: two words a few slips apart have a remainder in common, so
//! that mistyped words are found without comparing them with all. Not responsible for telling whether they are one.
//!
//! Invariant: words within so many slips of each other share a number; most others do not.

use xxhash_rust::xxh3::xxh3_64;

/// So many letters of a word are looked at.
const BEGINNING: usize = 8;

/// Tells a number for each rest of the beginning of a word when up to so many letters are left out.
pub(super) fn remains(word: &str, most: usize, tell: &mut dyn FnMut(u64)) {
    if most == 0 || !word.is_ascii() {
        return;
    }
    let beginning = &word.as_bytes()[..word.len().min(BEGINNING)];
    tell(xxh3_64(beginning));
    let mut left = [0_u8; BEGINNING];
    for first in 0..beginning.len() {
        let one = without(beginning, first, &mut left);
        tell(xxh3_64(&left[..one]));
        if most > 1 {
            let once = left;
            for second in first..one {
                let two = without(&once[..one], second, &mut left);
                tell(xxh3_64(&left[..two]));
            }
        }
    }
}

/// The letters but one, and how many they are.
fn without(letters: &[u8], at: usize, into: &mut [u8; BEGINNING]) -> usize {
    let mut n = 0;
    for (i, &letter) in letters.iter().enumerate() {
        if i != at
            && let Some(place) = into.get_mut(n)
        {
            *place = letter;
            n += 1;
        }
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_two_words_a_few_slips_apart_have_a_remainder_in_common() {
        for (a, b, most) in [
            ("pyongyang", "pyngyang", 2),
            ("chongjin", "chogjin", 1),
            ("rochville", "rochivlle", 2),
            ("hamhung", "hamhumg", 1),
            ("sungkyunkwan", "sungkyunkwna", 2),
        ] {
            let keys = |word: &str| {
                let mut all = Vec::new();
                remains(word, most, &mut |key| all.push(key));
                all
            };
            let of_a = keys(a);
            assert!(keys(b).iter().any(|key| of_a.contains(key)), "{a} {b}");
        }
    }
}
