//! One pair as estimation sees it: what was found, in numbers that do not change while the weights do. Not
//! responsible for estimating.
//!
//! Invariant: symmetric and pure.

use crate::{
    matching::{
        Comparer, FEATURES, Findings, NameComparison, Seen,
        features::government_id,
        names,
        persons::{self, Parts},
        policy::IdentityPolicy,
    },
    model::{AppIx, Bits},
};

/// One finding: its feature, its level, how common the value is.
#[derive(Debug, Clone, Copy)]
struct Found {
    feature: u8,
    seen: Seen,
    frequency: f32,
}

/// What was found in a pair.
#[derive(Debug, Clone)]
pub(super) struct Observation {
    found: Box<[Found]>,
    name: NameComparison,
    /// Whether their government numbers are in a row.
    in_a_row: bool,
}

impl Observation {
    /// Compares two applications.
    pub(super) fn of(cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Self {
        let pair = cx.pair(a, b);
        let mut all = Vec::with_capacity(16);
        let mut name = None;
        for (feature, which) in (0_u8..).zip(FEATURES) {
            let mut findings = Findings::default();
            if which.name() == "name" {
                let (tokens, policy) = (cx.corpus.tokens(), &cx.policy.identity);
                name = Some(names::examine(tokens, &pair.x, &pair.y, policy, &mut findings));
            } else {
                which.identity(cx, &pair, &mut findings);
            }
            #[expect(clippy::cast_possible_truncation, reason = "a share: six digits are plenty")]
            all.extend(findings.all().iter().map(|f| Found {
                feature,
                seen: f.seen,
                frequency: f.frequency as f32,
            }));
        }
        let name = name.unwrap_or_else(|| {
            names::compare(cx.corpus.tokens(), &pair.x, &pair.y, &cx.policy.identity)
        });
        Self { found: all.into(), name, in_a_row: government_id::are_in_a_row(cx, &pair) }
    }

    /// One of these levels and nothing else: for simulations.
    #[cfg(test)]
    pub(super) fn simulated(seen: &[Seen], name: NameComparison) -> Self {
        let found = |&seen| Found { feature: 1, seen, frequency: 1e-4 };
        Self { found: seen.iter().map(found).collect(), name, in_a_row: false }
    }

    /// The levels found, each with how common the value is.
    pub(super) fn findings(&self) -> impl Iterator<Item = (Seen, f64)> {
        self.found.iter().map(|f| (f.seen, f64::from(f.frequency)))
    }

    /// Bits for "one person" under other weights than it was observed under: against strangers, of whom one pair in
    /// so many is one person's (`start`), and against two people of one company, whichever is less. `left_out` says
    /// of which levels nothing is to be made.
    pub(super) fn total(
        &self,
        weights: &IdentityPolicy,
        before: &IdentityPolicy,
        start: Bits,
        left_out: impl Fn(Seen) -> bool,
    ) -> Bits {
        let mut parts: Parts = [None; FEATURES.len()];
        let (mut of_name, mut of_given) = (Bits::ZERO, Bits::ZERO);
        let mut name_left_out = false;
        for f in &self.found {
            let frequency = f64::from(f.frequency);
            let bits = weights.levels.of(f.seen).bits(frequency);
            let is_name = f.feature == 0;
            if is_name {
                let change = bits - before.levels.of(f.seen).bits(frequency);
                of_name += change;
                if f.seen <= Seen::GivenConflict {
                    of_given += change;
                }
                name_left_out |= left_out(f.seen);
            } else if !left_out(f.seen) {
                let part = &mut parts[usize::from(f.feature)];
                *part = Some(part.unwrap_or(Bits::ZERO) + bits);
            }
        }
        let mut name = self.name;
        name.bits += of_name;
        name.given_bits += of_given;
        let named = if name_left_out { Bits::ZERO } else { name.bits };
        let strangers = start + named + parts.iter().flatten().copied().sum();
        let mut company = persons::Company::default();
        company.in_a_row = self.in_a_row;
        let counted = self.found.iter().filter(|f| !left_out(f.seen));
        counted.for_each(|f| company.see(f.seen));
        match persons::against_company(&parts, name, company, weights) {
            Some(company) => strangers.min(company),
            None => strangers,
        }
    }
}
