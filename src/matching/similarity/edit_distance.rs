//! Optimal string alignment distance up to a limit: insert, delete, replace a character or exchange two neighbors, none
//! of them touched twice. Not responsible for what a distance means.
//!
//! Invariant: exactly `strsim::osa_distance`, as long as it is within the limit.

use super::positions::{LONGEST, Positions};

/// The distance of two texts if it is `most` or less.
///
/// For ASCII without allocation: O(bytes) for `most` up to two whatever the length, and for any `most` up to 64 bytes.
/// Anything else is left to strsim once the lengths allow the distance.
#[must_use]
pub fn osa_within(a: &str, b: &str, most: usize) -> Option<usize> {
    let (x, y) = (a.as_bytes(), b.as_bytes());
    if !(x.is_ascii() && y.is_ascii()) {
        return (a.chars().count().abs_diff(b.chars().count()) <= most)
            .then(|| strsim::osa_distance(a, b))
            .filter(|&distance| distance <= most);
    }
    if x.len().abs_diff(y.len()) > most {
        return None;
    }
    let (x, y) = without_common_ends(x, y);
    match most {
        0 => (x.is_empty() && y.is_empty()).then_some(0),
        1 => within_one(x, y),
        2 => within_two(x, y),
        _ => within_any(x, y, most),
    }
}

/// What is left of two texts without a common beginning and end: it has the same distance. (An exchange of neighbors
/// across the edge would have to bring two equal characters to where they are.)
#[inline]
fn without_common_ends<'a>(a: &'a [u8], b: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let (a, b) = without_common_start(a, b);
    let same = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (&a[..a.len() - same], &b[..b.len() - same])
}

#[inline]
fn without_common_start<'a>(a: &'a [u8], b: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    (&a[same..], &b[same..])
}

/// The distance of texts without common ends, if it is at most one: then nothing else can be left of them.
#[inline]
fn within_one(a: &[u8], b: &[u8]) -> Option<usize> {
    match (a, b) {
        ([], []) => Some(0),
        ([_], [] | [_]) | ([], [_]) => Some(1),
        ([p, q], [r, s]) if p == s && q == r => Some(1),
        _ => None,
    }
}

/// The distance of texts without common ends, if it is at most two: the first edit is at the beginning, and is one of
/// four; what follows it is at most one away.
fn within_two(a: &[u8], b: &[u8]) -> Option<usize> {
    if let Some(distance) = within_one(a, b) {
        return Some(distance);
    }
    if a.len().abs_diff(b.len()) > 2 {
        return None;
    }
    let then_one = |a: &[u8], b: &[u8]| {
        let (a, b) = without_common_ends(a, b);
        within_one(a, b).is_some()
    };
    let replaced = || matches!((a, b), ([_, x @ ..], [_, y @ ..]) if then_one(x, y));
    let exchanged =
        || matches!((a, b), ([p, q, x @ ..], [r, s, y @ ..]) if p == s && q == r && then_one(x, y));
    let deleted = || matches!(a, [_, x @ ..] if x.len().abs_diff(b.len()) <= 1 && then_one(x, b));
    let inserted = || matches!(b, [_, y @ ..] if a.len().abs_diff(y.len()) <= 1 && then_one(a, y));
    (replaced() || exchanged() || deleted() || inserted()).then_some(2)
}

/// The distance of ASCII texts, if it is at most `most`.
fn within_any(a: &[u8], b: &[u8], most: usize) -> Option<usize> {
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let distance = if shorter.is_empty() {
        longer.len()
    } else if let (true, Some(positions)) = (shorter.len() <= LONGEST, Positions::of(shorter)) {
        bit_parallel(&positions, shorter.len(), longer)
    } else {
        strsim::osa_distance(&String::from_utf8_lossy(a), &String::from_utf8_lossy(b))
    };
    Some(distance).filter(|&distance| distance <= most)
}

/// The distance of a text of `length` characters, 1 to 64, and another, a whole column of the table of distances at a
/// time: Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances" (2003). A column is kept as
/// the places where it is one more (`more`) or one less (`less`) than the cell above.
fn bit_parallel(positions: &Positions, length: usize, other: &[u8]) -> usize {
    let last = 1_u64 << (length - 1);
    let (mut more, mut less) = (u64::MAX, 0_u64);
    let (mut diagonal, mut before) = (0_u64, 0_u64);
    let mut distance = length;
    for &byte in other {
        let equal = positions.at(byte);
        let exchanged = (!diagonal & equal) << 1 & before;
        diagonal = ((equal & more).wrapping_add(more) ^ more) | equal | less | exchanged;
        let up = less | !(diagonal | more);
        let down = diagonal & more;
        distance += usize::from(up & last != 0);
        distance -= usize::from(down & last != 0);
        let (up, down) = (up << 1 | 1, down << 1);
        more = down | !(diagonal | up);
        less = up & diagonal;
        before = equal;
    }
    distance
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};
    use proptest::prelude::*;

    #[track_caller]
    fn same_as_strsim(a: &str, b: &str) {
        let expected = strsim::osa_distance(a, b);
        for most in [0, 1, 2, 3, 5, 10, 100] {
            let found = osa_within(a, b, most);
            assert_eq!(found, Some(expected).filter(|&e| e <= most), "{a:?} {b:?} {most}");
        }
    }

    #[test]
    fn known_pairs_come_out_as_with_strsim() {
        for (a, b) in [
            ("", ""),
            ("", "abc"),
            ("ab", "ba"),
            ("ab", "bca"),
            ("ca", "abc"),
            ("aab", "aba"),
            ("abab", "baba"),
            ("+12025550123", "+12025550132"),
            ("+12025550123", "+12025551023"),
            ("josé", "jose"),
            ("éa", "aé"),
        ] {
            same_as_strsim(a, b);
            same_as_strsim(b, a);
        }
    }

    #[test]
    fn a_number_with_two_digits_exchanged_is_one_away() {
        assert_eq!(osa_within("2025550123", "2025550132", 1), Some(1));
        assert_eq!(osa_within("2025550123", "2025551032", 1), None);
    }

    #[test]
    fn two_edits_are_found_in_texts_of_any_length() {
        let long = "main street ".repeat(20);
        let other = format!("x{}", &long[..long.len() - 1]);
        assert_eq!(osa_within(&long, &other, 1), None);
        assert_eq!(osa_within(&long, &other, 2), Some(2));
        assert_eq!(osa_within(&long, &other, 3), Some(2));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_pair_comes_out_as_with_strsim((a, b) in sample::pair()) {
            same_as_strsim(&a, &b);
        }

        #[test]
        fn few_letters_in_many_orders_come_out_as_with_strsim(a in "[ab]{0,9}", b in "[abc]{0,9}") {
            same_as_strsim(&a, &b);
        }
    }
}
