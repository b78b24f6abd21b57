//! Alone: what the members of an artefact must show for it to carry a ring that nothing else speaks for: that they came at one
//! time, that somebody counted on in their mailboxes, that they are no family. Not responsible for what they may have met
//! through (`ground`), nor for which artefact must show what (`gate`).
//!
//! Invariant: depends on what members say of themselves, not on the order of their arrival.

use crate::{
    graph::Network,
    matching::{corpus::App, series},
    model::{ApplicantIx, Artefact, Moment},
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

/// The longest that one thing alone tells of one hand: days.
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
    let times: Vec<i64> = members.iter().filter_map(|&m| first_applied(network, m)).collect();
    let (most, known) = (at_once(times.clone(), days), times.len());
    most * 4 >= known * 3
}

/// The day on which a member first applied.
fn first_applied(network: &Network, member: ApplicantIx) -> Option<i64> {
    newest(network, member).filter_map(|x| x.submitted()).map(day).min()
}

/// The days on which those who have it first used an artefact, or first applied where it is no value, of those of whom it is
/// known. O(uses log uses).
#[must_use]
pub fn first_used(network: &Network, artefact: &Artefact) -> Vec<i64> {
    let corpus = network.corpus();
    let Some(value) = artefact.attribute else {
        return artefact.members.iter().filter_map(|&m| first_applied(network, m)).collect();
    };
    let used = corpus.uses_of(value).map(|(app, _)| app);
    let when = |app| Some((network.applicant_of(app), day(corpus.submitted(app)?)));
    let mut all: Vec<(ApplicantIx, i64)> = used.filter_map(when).collect();
    all.sort_unstable();
    all.dedup_by_key(|(user, _)| *user);
    let is_member = |user: &ApplicantIx| artefact.members.binary_search(user).is_ok();
    all.into_iter().filter(|(user, _)| is_member(user)).map(|(_, day)| day).collect()
}

/// The most of these that lie within so many days. O(n log n).
#[must_use]
pub fn at_once(mut times: Vec<i64>, days: i64) -> usize {
    times.sort_unstable();
    let within =
        |from: usize| times[from..].partition_point(|&day| day <= times[from].saturating_add(days));
    (0..times.len()).map(within).max().unwrap_or(0)
}

/// The day of a moment, since 1970.
fn day(at: Moment) -> i64 {
    at.0.div_euclid(86_400)
}
