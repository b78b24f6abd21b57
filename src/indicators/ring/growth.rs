//! The indicator of growth: new claimed identities before the ring's last application, and by quarter. Counted back from that
//! application and not from today, so that the same ring reads the same tomorrow.

use super::people::{DAY, People, count};
use crate::indicators::{
    Assessed, Compute, Finding, Indicator, Need, PROPOSAL, Quarter, RingCase, Strength, Topic,
    quoted,
};
use crate::model::Moment;
use std::collections::BTreeMap;

/// Days that are looked back, and new identities within the second of them that count as growth.
const BACK: [i64; 3] = [7, 30, 90];
const NEW: usize = 2;

/// Identities of whom a doubling can be told.
const DOUBLING: usize = 4;

/// `ring-growth`.
pub static GROWTH: Indicator = Indicator {
    id: "ring-growth",
    title: "Growing",
    topic: Topic::Tempo,
    needs: &["full_name", "submitted_at"],
    how: "Two or more claimed identities without anything in common in their names applied for the first time in the 30 days up to \
          the ring's last application. Says what to look at first; the numbers of 7 and 90 days, the doubling time and the \
          growth by quarter are beside it.",
    strength: Strength::Weak,
    innocent: &["a backlog was imported at once", "an opening that became known among friends"],
    sources: &[quoted("Amazon, Stephen Schmidt, December 2025: 27 % more in a quarter"), PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(growth),
};

fn growth(case: &RingCase<'_>) -> Assessed {
    let moments = case.moments();
    let last = *moments.last().need("time of submission")?;
    let people = People::of(case);
    people.two_named()?;
    let all: Vec<usize> = (0..case.members.len()).collect();
    let first = |member: &usize| {
        let subjects = &case.members.get(*member)?.subjects;
        subjects.iter().filter_map(|s| s.normal.submitted_at).min()
    };
    let mut first: Vec<Moment> = people.all_apart(&all).iter().filter_map(first).collect();
    first.sort_unstable();
    let new =
        BACK.map(|days| first.iter().filter(|at| last.seconds_since(**at) <= days * DAY).count());
    if new[1] < NEW {
        return Ok(None);
    }
    let reason = format!(
        "{} new in 7 days, {} in 30 and {} in 90, up to {}, of {}",
        new[0],
        new[1],
        new[2],
        last.day(),
        count(first.len(), "claimed identity", "claimed identities")
    );
    let finding = Finding::new(Strength::Weak, reason).with("new by quarter", by_quarter(&first));
    Ok(Some(match doubling(&first) {
        Some(days) => finding.with("time of the last doubling", format!("{days} days")),
        None => finding,
    }))
}

/// Days in which the number of identities last doubled; none of fewer than four.
fn doubling(first: &[Moment]) -> Option<i64> {
    let half = first.len().div_ceil(2);
    let from = first.get(half.checked_sub(1)?).filter(|_| first.len() >= DOUBLING)?;
    Some(first.last()?.seconds_since(*from) / DAY)
}

/// New identities by quarter, with the change where there is a quarter just before.
fn by_quarter(first: &[Moment]) -> String {
    let mut quarters: BTreeMap<Quarter, i64> = BTreeMap::new();
    for quarter in first.iter().filter_map(|at| Quarter::of(*at)) {
        *quarters.entry(quarter).or_default() += 1;
    }
    let before = |quarter: Quarter| match quarter.quarter {
        1 => Quarter { year: quarter.year - 1, quarter: 4 },
        n => Quarter { year: quarter.year, quarter: n - 1 },
    };
    let told = quarters.iter().map(|(&quarter, &n)| {
        let name = format!("{} Q{}: {n}", quarter.year, quarter.quarter);
        match quarters.get(&before(quarter)) {
            Some(&previous) => format!("{name} ({:+} %)", (n - previous) * 100 / previous),
            None => name,
        }
    });
    told.collect::<Vec<String>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_told_by_quarter_and_by_the_time_of_the_last_doubling() {
        let day = |n: i64| Moment(1_767_225_600 + n * DAY);
        assert_eq!(day(0).day(), "2026-01-01");
        let first = [day(0), day(10), day(95), day(100), day(110)];
        assert_eq!(by_quarter(&first), "2026 Q1: 2, 2026 Q2: 3 (+50 %)");
        assert_eq!(doubling(&first), Some(15));
        assert_eq!(doubling(&first[..3]), None);
        assert_eq!(by_quarter(&[day(0), day(200)]), "2026 Q1: 1, 2026 Q3: 1");
    }
}
