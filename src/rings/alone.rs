//! Alone: what the members of an artefact must show for it to carry a ring that nothing else speaks for: that they came at one
//! time, that somebody counted on in their mailboxes, that they are no family. Not responsible for what they may have met
//! through (`ground`), nor for which artefact must show what (`gate`).
//!
//! Invariant: depends on what members say of themselves, not on the order of their arrival.

use crate::{
    graph::Network,
    matching::{corpus::App, series},
    model::ApplicantIx,
    rings::ground::newest,
};

/// Whether the mailboxes of all of them may be a series by what stands beside each one's own name. Strangers may have that name
/// or trade in common, so that it carries nothing alone. O(applications).
#[must_use]
pub fn is_beside_names(network: &Network, members: &[ApplicantIx]) -> bool {
    let beside =
        |x: App<'_>| x.mailbox_series().is_some() && !series::has_own_stem(network.corpus(), &x);
    members.iter().all(|&member| newest(network, member).any(beside))
}

/// The longest that one pattern, machine or referee alone tells of one hand: days.
pub const OPERATION: i64 = 120;

/// Bits by which numbers lie nearer to each other than those of strangers, from which on somebody counted on.
const COUNTED_ON: f64 = 12.0;

/// So many numbers are left out at most between two of a run, on average.
const GAPS: usize = 8;

/// Whether the numbers in the mailboxes of members who came at one time lie so near to each other that one hand counted on.
/// O(applications log applications).
#[must_use]
pub fn is_run(network: &Network, members: &[ApplicantIx]) -> bool {
    let number = |&member: &ApplicantIx| {
        newest(network, member)
            .filter(|x| x.mailbox_series().is_some())
            .find_map(|x| x.mailbox_number())
    };
    let mut numbers: Vec<u32> = members.iter().filter_map(number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let (Some(&first), Some(&last)) = (numbers.first(), numbers.last()) else { return false };
    let share = (f64::from(last - first + 1) * series::number_share(last)).min(1.0);
    // Of all the runs that there may be this one was looked at: the first of them is where it is.
    let others = u32::try_from(numbers.len() - 1).unwrap_or(u32::MAX);
    let is_dense = last - first < u32::try_from(numbers.len() * GAPS).unwrap_or(u32::MAX);
    numbers.len() * 4 >= members.len() * 3
        && is_dense
        && -share.log2() * f64::from(others) >= COUNTED_ON
        && is_of_one_time(network, members, OPERATION)
}

/// Whether all of them have a name in common: a family, or namesakes. O(names).
#[must_use]
pub fn are_of_one_name(network: &Network, members: &[ApplicantIx]) -> bool {
    let tokens = network.corpus().tokens();
    let names = |member| -> Vec<u32> {
        let all = newest(network, member).flat_map(|x| x.tokens().collect::<Vec<_>>());
        all.filter(|&token| tokens.length(token) > 1).map(|token| token.0).collect()
    };
    let Some((&first, rest)) = members.split_first() else { return false };
    let mut common = names(first);
    for &member in rest {
        let theirs = names(member);
        common.retain(|token| theirs.contains(token));
    }
    !common.is_empty()
}

/// Whether three in four of them first applied within so many days, as far as it is known: a few may come before or after.
/// O(applications + members log members).
#[must_use]
pub fn is_of_one_time(network: &Network, members: &[ApplicantIx], days: i64) -> bool {
    let first = |&member: &ApplicantIx| {
        newest(network, member).filter_map(|x| x.submitted()).map(|at| at.0).min()
    };
    let mut times: Vec<i64> = members.iter().filter_map(first).collect();
    times.sort_unstable();
    let within = |from: usize| {
        let to = times[from].saturating_add(days * 86_400);
        times[from..].partition_point(|&at| at <= to)
    };
    let most = (0..times.len()).map(within).max().unwrap_or(0);
    most * 4 >= times.len() * 3
}
