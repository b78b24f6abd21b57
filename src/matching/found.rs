//! What two applicants share, over all their applications: of each comparison the best find. Not responsible for
//! adding up (`combine`).
//!
//! Invariant: symmetric; does not depend on the order of applications.

use crate::{
    matching::{Background, FEATURES, Linker, Shared},
    model::{AppIx, ApplicantIx, AttributeKind, Bits, Family, FeatureId},
};

/// One thing two applicants share, through which applications.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// The comparison.
    pub feature: FeatureId,
    /// Its family.
    pub family: Family,
    /// The application on the left.
    pub left: AppIx,
    /// The application on the right.
    pub right: AppIx,
    /// What they share.
    pub shared: Shared,
}

impl Linker<'_> {
    /// The best of what each feature finds over the applications of both, best by what it is worth against its
    /// background. At most 12 applications of each, the newest, are looked at.
    #[must_use]
    pub fn found(&self, a: ApplicantIx, b: ApplicantIx, background: &Background) -> Vec<Found> {
        let mut best: [Option<Found>; 64] = [None; 64];
        for &left in self.applications(a).iter().rev().take(12) {
            for &right in self.applications(b).iter().rev().take(12) {
                let common = self.comparer.common(left, right);
                let comparer = self.comparer.knowing(&common);
                for ((i, feature), slot) in (0_u8..).zip(FEATURES).zip(&mut best) {
                    let Some(mut shared) = feature.sharing(&comparer, left, right) else {
                        continue;
                    };
                    background.put_rarest_first(&mut shared.series);
                    let family = feature.family();
                    if family != Family::Timing {
                        shared.bits += self.staleness(left, right);
                    }
                    let found = Found { feature: FeatureId(i), family, left, right, shared };
                    if slot.is_none_or(|other| self.beats(&found, &other, background)) {
                        *slot = Some(found);
                    }
                }
            }
        }
        best.into_iter().flatten().collect()
    }

    /// What is taken off because two applications lie far apart: an operation lasts weeks or months, and a stock
    /// picture, a firm's page or a library's computer for years.
    fn staleness(&self, left: AppIx, right: AppIx) -> Bits {
        let (x, y) = self.comparer.both(left, right);
        let policy = &self.comparer.policy.link;
        let apart = x.submitted_at.zip(y.submitted_at).map_or(0, |(p, q)| p.0.abs_diff(q.0));
        match apart / 86_400 {
            0..=180 => Bits::ZERO,
            181..=540 => policy.stale[0],
            _ => policy.stale[1],
        }
    }

    /// Whether one find is worth more than another; of equals, in an order that does not depend on which side is
    /// which.
    fn beats(&self, one: &Found, other: &Found, background: &Background) -> bool {
        let worth = |f: &Found| {
            let (corpus, policy) = (self.comparer.corpus, self.comparer.policy);
            let same = one.shared.attribute == other.shared.attribute;
            if same {
                f.shared.bits
            } else {
                background.weigh(corpus, &f.shared, self.rulings, policy).0
            }
        };
        let key = |f: &Found| {
            let ends = (f.left.min(f.right), f.left.max(f.right));
            (worth(f), f.shared.bits, std::cmp::Reverse((f.shared.attribute, ends)))
        };
        key(one) > key(other)
    }

    /// The family a find counts in: a page of code or of the web that does not belong to one person is its
    /// school's or employer's, like a referee.
    #[must_use]
    pub fn source(&self, f: &Found) -> Family {
        let corpus = self.comparer.corpus;
        let organisation = f.shared.attribute.is_some_and(|ix| {
            let attribute = corpus.attribute(ix);
            attribute.kind == AttributeKind::Profile && !attribute.value.starts_with("linkedin:")
        });
        if organisation { Family::Referee.independent() } else { f.family.independent() }
    }
}
