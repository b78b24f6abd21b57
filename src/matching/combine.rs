//! Combining what two applicants share into what it is worth together: families, corroboration, homes. Not
//! responsible for what each find is worth against its background (`linking`, `background`).
//!
//! Invariant: evidence is reweighed and never added or dropped; what is taken off is kept as a discount.

use crate::{
    matching::{Comparer, coarse},
    model::{BackgroundClass, Bits, Discount, Evidence, Family, Share},
};

/// Combines what was found. The strongest family counts by its own weight; each further independent family
/// counts for more than its weight, since strangers who share one thing by chance hardly ever share another;
/// further evidence of one family counts for less. Timing adds where something else speaks.
pub fn combine(cx: &Comparer<'_>, evidence: &mut [Evidence], home: Home) {
    let policy = &cx.policy.link;
    let n = u32::try_from(cx.corpus.len()).unwrap_or(u32::MAX).max(1_000);
    let gain = policy.corroborates * f64::from(coarse(n)).log2();
    let home_first = |e: &Evidence| home == Home::Shared && e.family == Family::Address;
    evidence.sort_by_key(|e| (std::cmp::Reverse(e.bits), e.feature));
    // Where they live together, the home speaks for its group.
    if let Some(at) = evidence.iter().position(home_first) {
        let bits = evidence[at].bits;
        for e in evidence.iter_mut().filter(|e| home.group(e.family) == Family::Address) {
            if e.bits > bits {
                reduce(e, bits, BackgroundClass::Dwelling);
            }
        }
        evidence.sort_by_key(|e| (std::cmp::Reverse(e.bits), !home_first(e), e.feature));
    }
    let mut seen: Vec<Family> = Vec::new();
    let mut deficit = 0.0_f64;
    for e in evidence.iter_mut().filter(|e| e.family != Family::Timing) {
        let group = home.group(e.family);
        let bits = e.bits.get();
        let judged = e.discount.is_some_and(|d| d.class == BackgroundClass::JudgedCommon);
        // What a home explains says no more than the home.
        let explained =
            home == Home::Shared && group == Family::Address && e.family != Family::Address;
        // A mail drop or a campus brings strangers together: no coincidence, unless its users corroborate.
        let gathers = e.discount.is_some_and(|d| {
            matches!(d.class, BackgroundClass::MailDrop | BackgroundClass::Campus)
        });
        let strangers = gathers && e.bits < Bits::ZERO;
        let bits = if judged || strangers || (explained && seen.contains(&group)) {
            0.0
        } else if seen.contains(&group) {
            bits.max(0.0) * policy.overlap
        } else if seen.is_empty() {
            deficit = bits.min(0.0);
            seen.push(group);
            bits.max(0.0)
        } else {
            seen.push(group);
            (bits + gain + deficit).clamp(0.0, policy.corroborates_cap.get().max(bits))
        };
        settle(e, Bits::new(bits));
    }
    let substance: Bits =
        evidence.iter().filter(|e| e.family != Family::Timing).map(|e| e.bits).sum();
    let mut timed = false;
    for e in evidence.iter_mut().filter(|e| e.family == Family::Timing) {
        if substance <= Bits::ZERO || timed {
            reduce(e, Bits::ZERO, BackgroundClass::Common);
        }
        timed = true;
    }
}

/// Whether two applicants live together, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// In one dwelling or one building.
    Shared,
    /// In different places.
    Apart,
    /// The home of one of them is not known.
    Unknown,
}

impl Home {
    /// The family that evidence counts in: what a home explains (its network, and unless the homes are known to
    /// differ its phone and mailbox) counts with the home.
    #[must_use]
    pub fn group(self, family: Family) -> Family {
        match family.independent() {
            Family::Contact | Family::Payment if self == Self::Shared => Family::Address,
            Family::Contact if self == Self::Unknown => Family::Address,
            Family::Delivery if self == Self::Shared => Family::Address,
            other => other,
        }
    }
}

/// Sets what evidence counts for, with a discount where that is less than its own weight.
fn settle(e: &mut Evidence, bits: Bits) {
    if bits < e.bits {
        let class = e.discount.map_or(BackgroundClass::Common, |d| d.class);
        reduce(e, bits, class);
    } else {
        e.bits = bits;
    }
}

/// Takes evidence down to `bits`, with a discount of that class.
pub fn reduce(e: &mut Evidence, bits: Bits, class: BackgroundClass) {
    if bits >= e.bits {
        return;
    }
    let taken = e.bits - bits;
    let before = e.discount.unwrap_or(Discount {
        users: 2,
        corroborated: Share::default(),
        bits: Bits::ZERO,
        class,
    });
    e.discount = Some(Discount { bits: before.bits + taken, class, ..before });
    e.bits = bits;
}
