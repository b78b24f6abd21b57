//! Ids one slip away from what was typed: a character wrong, missing, too many, or two exchanged. Not responsible for
//! ids as they are, which are looked up.
//!
//! Invariant: at most `MOST` of a kind are found, the first in the order of arrival.

use crate::{
    engine::View,
    matching::similarity::osa_within,
    model::{AppIx, ApplicantIx, RingId},
};

/// Ids of a kind at most: somebody who meant one of more has to type it again.
const MOST: usize = 10;
/// Shorter texts are one slip away from too much.
const SHORTEST: usize = 5;

/// Ids one slip away.
#[derive(Debug, Default)]
pub(super) struct Slips {
    pub applications: Vec<AppIx>,
    pub applicants: Vec<ApplicantIx>,
    pub rings: Vec<RingId>,
}

/// Whether one slip leads from one text to the other. Most are told apart by a look at both halves, one of which no slip
/// touches but for the characters next to the middle.
fn is_slip(typed: &str, id: &str) -> bool {
    if typed.len().abs_diff(id.len()) > 1 {
        return false;
    }
    let (typed_bytes, bytes) = (typed.as_bytes(), id.as_bytes());
    let half = bytes.len() / 2;
    let head = bytes.get(..half.saturating_sub(1)).is_some_and(|h| typed_bytes.starts_with(h));
    let tail = bytes.get(half + 1..).is_some_and(|t| typed_bytes.ends_with(t));
    (head || tail) && typed != id && osa_within(typed, id, 1).is_some()
}

/// The ids of a view one slip away from a text that looks like one: a word with a digit in it. O(ids).
pub(super) fn near(view: &View, text: &str) -> Slips {
    let is_word = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    if text.len() < SHORTEST || !is_word || !text.bytes().any(|b| b.is_ascii_digit()) {
        return Slips::default();
    }
    let folded = text.to_lowercase();
    let corpus = view.network.corpus();
    let rings = view.rings.iter().map(|ring| &ring.id);
    let applications = (0..corpus.len()).map(AppIx::new);
    Slips {
        rings: rings.filter(|id| is_slip(&folded, id.as_str())).take(MOST).cloned().collect(),
        applicants: view
            .network
            .applicants()
            .iter()
            .filter(|(_, applicant)| is_slip(&folded, applicant.id.as_str()))
            .map(|(ix, _)| ix)
            .take(MOST)
            .collect(),
        applications: applications
            .filter(|&app| is_slip(text, corpus.id_text(app)))
            .take(MOST)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_look_at_halves_misses_no_slip(
            id in "[a-z0-9_]{5,16}", at in 0_usize..16, with in "[a-z0-9]", how in 0_u8..4,
        ) {
            let mut typed: Vec<char> = id.chars().collect();
            let at = at % typed.len();
            match how {
                0 => typed[at] = with.chars().next().unwrap(),
                1 => { typed.remove(at); }
                2 => typed.insert(at, with.chars().next().unwrap()),
                _ => { let next = (at + 1).min(typed.len() - 1); typed.swap(at, next); }
            }
            let typed: String = typed.into_iter().collect();
            prop_assert_eq!(is_slip(&typed, &id), typed != id);
        }
    }
}
