//! The thumbnail: the shape of a ring at a glance, members on a circle and the things they share within it. Not
//! responsible for the drawing of the ring page (`network`).
//!
//! Invariant: three shapes whatever the size of the ring; drawn the same each time; no layout is computed.

use crate::model::{ApplicantIx, Ring};
use std::{f64::consts::TAU, fmt::Write};

/// Members drawn at most: of more every n-th.
const MEMBERS: usize = 24;
/// Shared things drawn at most, the most important.
const THINGS: usize = 8;

/// The shape of a ring. O(members × things drawn).
#[must_use]
pub fn figure(ring: &Ring) -> String {
    let things = || ring.artefacts.iter().take(THINGS);
    let shares = |m: &ApplicantIx, at: usize| {
        ring.artefacts.get(at).is_some_and(|a| a.members.binary_search(m).is_ok())
    };
    // Members that share the same things stand side by side.
    let n_things = things().count();
    let mut members: Vec<(u32, ApplicantIx)> = ring
        .members
        .iter()
        .map(|m| {
            let mask = (0..n_things).filter(|&at| shares(m, at)).fold(0, |mask, at| mask | 1 << at);
            (mask, *m)
        })
        .collect();
    members.sort_unstable_by_key(|&(mask, m)| (u32::MAX - mask.reverse_bits(), m));
    let step = members.len().div_ceil(MEMBERS).max(1);
    let members: Vec<(u32, ApplicantIx)> = members.into_iter().step_by(step).collect();
    #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
    let angle = |i: usize| i as f64 / members.len().max(1) as f64 * TAU - TAU / 4.0;
    let on = |i: usize| (40.0 + 33.0 * angle(i).cos(), 28.0 + 23.0 * angle(i).sin());
    let (mut lines, mut dots, mut marks) = (String::new(), String::new(), String::new());
    for (i, _) in members.iter().enumerate() {
        let (x, y) = on(i);
        let _ = write!(dots, "M{x:.0} {y:.0}h0");
    }
    for at in 0..n_things {
        let users: Vec<usize> = members
            .iter()
            .enumerate()
            .filter(|(_, (mask, _))| mask & (1 << at) != 0)
            .map(|(i, _)| i)
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
        let n = users.len().max(1) as f64;
        let sum = users.iter().map(|&i| on(i)).fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
        // Towards its users, but within the circle, so that things of different members come apart.
        let (x, y) = (40.0 + (sum.0 / n - 40.0) * 0.55, 28.0 + (sum.1 / n - 28.0) * 0.55);
        let _ = write!(marks, "M{:.0} {:.0}h5v5h-5z", x - 2.5, y - 2.5);
        for i in users {
            let (mx, my) = on(i);
            let _ = write!(lines, "M{x:.0} {y:.0}L{mx:.0} {my:.0}");
        }
    }
    format!(
        "<svg class=\"thumb\" viewBox=\"0 0 80 56\" aria-hidden=\"true\" focusable=\"false\"><path class=\"ties\" d=\"{lines}\"/>\
         <path class=\"people\" d=\"{dots}\"/><path class=\"things\" d=\"{marks}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Artefact, Bits, Family, FeatureId, RingId, RingStatus};

    fn ring(n: u32, things: &[&[u32]]) -> Ring {
        let ix = |members: &[u32]| members.iter().map(|&m| ApplicantIx(m)).collect();
        Ring {
            id: RingId::derive("x"),
            members: (0..n).map(ApplicantIx).collect(),
            identities: n,
            links: vec![],
            artefacts: things
                .iter()
                .map(|members| Artefact {
                    attribute: None,
                    feature: FeatureId(0),
                    family: Family::Contact,
                    members: ix(members),
                    bits: Bits::new(9.0),
                    users: 1,
                })
                .collect(),
            families: vec![],
            drop_one: None,
            bridges: vec![],
            cut_members: vec![],
            gates: vec![],
            score: Bits::ZERO,
            status: RingStatus::Open,
            first_seen: None,
            last_seen: None,
        }
    }

    #[test]
    fn every_member_is_a_dot_and_every_use_a_line() {
        let svg = figure(&ring(5, &[&[0, 1, 2], &[3, 4]]));
        assert_eq!(svg.matches("h0").count(), 5);
        assert_eq!(svg.matches('L').count(), 5);
        assert_eq!(svg.matches("h5v5").count(), 2);
        assert_eq!(svg, figure(&ring(5, &[&[0, 1, 2], &[3, 4]])));
    }

    #[test]
    fn a_huge_ring_is_as_small_as_any() {
        let all: Vec<u32> = (0..5_000).collect();
        let svg = figure(&ring(5_000, &[all.as_slice(); 30]));
        assert!(svg.len() < 4_000, "{}", svg.len());
        assert!(!figure(&ring(0, &[])).contains("NaN"));
    }
}
