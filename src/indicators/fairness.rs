//! Whether indicators treat groups alike, and whether they are right: flag rates by self-declared group, and what people's
//! verdicts say of each rule. Not responsible for the groups: they come from a file kept apart and are never stored.
//!
//! The four-fifths rule of the US Uniform Guidelines (29 CFR 1607.4(D)) compares how often groups are *selected*; here that is
//! how often they are not flagged. Beside it stands the ratio of the flag rates themselves, which says more where few are
//! flagged.
//!
//! Invariant: nothing here changes an assessment but muting a rule that people's verdicts do not bear out, and that is said
//! wherever the rule would have stood.

use crate::{
    indicators::{Band, IndicatorPolicy, RingAssessment, State, Strength, all},
    model::Share,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Fewest members of a group whose rate can be told.
pub const FEWEST: usize = 30;

/// What people's verdicts say of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulePrecision {
    /// The indicator.
    pub indicator_id: &'static str,
    /// Rings on which it was raised and that people confirmed or referred.
    pub confirmed: usize,
    /// Rings on which it was raised and that people dismissed.
    pub dismissed: usize,
    /// Whether it is muted for that.
    pub muted: bool,
}

impl RulePrecision {
    /// Of the rings it was raised on and that people decided about, how many they confirmed.
    #[must_use]
    pub fn precision(&self) -> Share {
        Share::of(self.confirmed, self.confirmed + self.dismissed)
    }
}

/// What verdicts (true: confirmed or referred, false: dismissed) say of every rule that was raised on a ring so decided, by
/// id. Context counts for nothing and is not judged. O(rings × rules).
#[must_use]
pub fn precision<'a>(
    decided: impl IntoIterator<Item = (bool, &'a RingAssessment)>,
    policy: &IndicatorPolicy,
) -> Vec<RulePrecision> {
    let mut counts: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    for (confirmed, ring) in decided {
        for id in raised_on(ring) {
            let count = counts.entry(id).or_default();
            if confirmed { count.0 += 1 } else { count.1 += 1 }
        }
    }
    let rule = |(indicator_id, (confirmed, dismissed)): (_, (usize, usize))| {
        let n = confirmed + dismissed;
        let enough = n >= policy.precision_verdicts as usize;
        let muted = enough && confirmed * 100 < n * policy.precision_floor as usize;
        RulePrecision { indicator_id, confirmed, dismissed, muted }
    };
    counts.into_iter().map(rule).collect()
}

/// The rules that were raised on a ring: its own, and those that several of its members raise. O(rules).
#[must_use]
pub fn raised_on(ring: &RingAssessment) -> BTreeSet<&'static str> {
    let own = ring.ring.rows.iter().filter(|row| match &row.state {
        State::Raised { finding, .. } => finding.strength > Strength::Context,
        _ => false,
    });
    let own = own.map(|row| row.indicator.id);
    own.chain(ring.signals.iter().map(|signal| signal.indicator.id)).collect()
}

/// One applicant as the fairness report counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The group it says it belongs to.
    pub group: String,
    /// What its assessment amounts to.
    pub band: Band,
    /// Whether it is in a ring.
    pub in_ring: bool,
    /// The rules that were raised, context aside.
    pub raised: BTreeSet<&'static str>,
}

/// How often groups are flagged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlagRates {
    /// What counts as flagged: an indicator's id, `band`, or `ring`.
    pub flag: String,
    /// Each group, by name.
    pub groups: Vec<GroupRate>,
    /// The lowest share of unflagged people in a group, of the highest; none where fewer than two groups are large enough.
    pub unflagged_ratio: Option<Share>,
    /// The lowest flag rate of the highest; none as above, or where nobody is flagged.
    pub flagged_ratio: Option<Share>,
    /// Whether the four-fifths rule holds; none as above.
    pub four_fifths: Option<bool>,
}

/// How often one group is flagged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupRate {
    /// The group.
    pub group: String,
    /// Applicants.
    pub applicants: usize,
    /// Of those, flagged.
    pub flagged: usize,
    /// The share; none where there are too few to tell.
    pub rate: Option<Share>,
}

/// How often each group is at "verify" or above, in a ring, and raises each rule. O(applicants × rules).
#[must_use]
pub fn rates(counted: &[Counted]) -> Vec<FlagRates> {
    let mut flags = vec![
        rate("band", counted, |c| c.band >= Band::Verify),
        rate("ring", counted, |c| c.in_ring),
    ];
    let ids: BTreeSet<&str> = counted.iter().flat_map(|c| c.raised.iter().copied()).collect();
    for indicator in all().filter(|indicator| ids.contains(indicator.id)) {
        flags.push(rate(indicator.id, counted, |c| c.raised.contains(indicator.id)));
    }
    flags
}

fn rate(flag: &str, counted: &[Counted], is: impl Fn(&Counted) -> bool) -> FlagRates {
    let mut groups: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for one in counted {
        let group = groups.entry(&one.group).or_default();
        group.0 += 1;
        group.1 += usize::from(is(one));
    }
    let large: Vec<(usize, usize)> = groups.values().copied().filter(|g| g.0 >= FEWEST).collect();
    let lowest_of_highest = |part: &dyn Fn(usize, usize) -> usize| {
        let shares = large.iter().map(|&(n, flagged)| Share::of(part(n, flagged), n).get());
        let (low, high) = shares
            .fold((f64::INFINITY, 0.0_f64), |(low, high), share| (low.min(share), high.max(share)));
        (large.len() >= 2 && high > 0.0).then(|| Share::new(low / high))
    };
    let unflagged_ratio = lowest_of_highest(&|n, flagged| n - flagged);
    let rows = groups.into_iter().map(|(group, (applicants, flagged))| GroupRate {
        group: group.to_owned(),
        applicants,
        flagged,
        rate: (applicants >= FEWEST).then(|| Share::of(flagged, applicants)),
    });
    FlagRates {
        flag: flag.to_owned(),
        groups: rows.collect(),
        unflagged_ratio,
        flagged_ratio: lowest_of_highest(&|_, flagged| flagged),
        four_fifths: unflagged_ratio.map(|ratio| ratio.get() >= 0.8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(group: &str, n: usize, flagged: usize) -> Vec<Counted> {
        let one = |i: usize| Counted {
            group: group.to_owned(),
            band: if i < flagged { Band::Verify } else { Band::Note },
            in_ring: false,
            raised: BTreeSet::new(),
        };
        (0..n).map(one).collect()
    }

    #[test]
    fn the_four_fifths_rule_compares_how_often_groups_are_not_flagged() {
        let all = [counted("a", 100, 10), counted("b", 100, 40), counted("tiny", 5, 5)].concat();
        let band = &rates(&all)[0];
        assert_eq!(
            band.unflagged_ratio.map(|r| format!("{:.3}", r.get())).as_deref(),
            Some("0.667")
        );
        assert_eq!(band.flagged_ratio, Some(Share::new(0.25)));
        assert_eq!(band.four_fifths, Some(false));
        assert_eq!(band.groups[2].rate, None, "too few to tell");
    }

    #[test]
    fn one_group_alone_is_compared_with_nobody() {
        let band = &rates(&counted("a", 100, 10))[0];
        assert_eq!((band.unflagged_ratio, band.four_fifths), (None, None));
    }
}
