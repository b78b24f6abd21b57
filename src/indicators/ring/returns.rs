//! Indicators of coming back under another name after a rejection. Reads `outcome`, `stage`, `submitted_at` and the unknown
//! columns `outcome_at` or `rejected_at`. Not responsible for one person who applies again (`matching` resolves those).
//!
//! A return is the first application of somebody whose name has nothing in common with that of the one rejected, whom a link
//! or a shared thing ties to them, within 30 days after the rejection. Where nobody says when the rejection was, 7 to 45
//! days after the application that was rejected: friends apply in one week, and nobody is rejected so soon. Most applications
//! are rejected, so that without the day a return says little.

use super::people::{Bonds, DAY, People, count};
use crate::{
    indicators::{
        Assessed, Compute, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Subject, Topic,
        primary,
    },
    model::{Column, Moment},
    normalize::date,
};
use std::{cmp::Reverse, collections::BTreeSet};

/// Days after a rejection within which somebody else is a return.
const AFTER_REJECTION: i64 = 30;

/// Days after the application, where the day of the rejection is not known: time for the decision, and for the return.
const DECISION: i64 = 7;
const AFTER_APPLICATION: i64 = 45;

/// Fewest rejected members of whom a rate can be told, and the rate from which on it says something.
const REJECTED: usize = 3;
const RATE: f64 = 0.3;

/// Whether an application was rejected, by the words of its outcome or stage.
pub(super) fn is_rejected(subject: &Subject<'_>) -> bool {
    let words = [&subject.normal.outcome, &subject.normal.stage];
    let rejects = |text: &str| {
        ["reject", "not selected", "disqualified", "turned down"].iter().any(|w| text.contains(w))
    };
    words.into_iter().flatten().any(|text| rejects(text))
}

/// The time after a rejection within which a return falls.
#[derive(Debug, Clone, Copy)]
struct Window {
    first: Moment,
    last: Moment,
    /// Whether the day of the rejection is known.
    dated: bool,
}

/// A member's rejections.
fn windows(subjects: &[Subject<'_>]) -> Vec<Window> {
    let window = |s: &Subject<'_>| {
        let known = ["rejected_at", "outcome_at"].into_iter().find_map(|name| s.record.extra(name));
        let known = known.and_then(date::moment);
        let days =
            if known.is_some() { [0, AFTER_REJECTION] } else { [DECISION, AFTER_APPLICATION] };
        let from = known.or(s.normal.submitted_at)?;
        let [first, last] = days.map(|days| Moment(from.0.saturating_add(days * DAY)));
        Some(Window { first, last, dated: known.is_some() })
    };
    subjects.iter().filter(|s| is_rejected(s)).filter_map(window).collect()
}

/// Who came back as whom.
struct Returns {
    /// Members with a rejection at a known time.
    rejected: usize,
    /// The rejected member, the one who came after, and whether the day of the rejection is known.
    found: Vec<(usize, usize, bool)>,
}

/// The returns of a ring: each newcomer is the return of the last rejection before. O(members²).
fn returns(case: &RingCase<'_>, people: &People<'_>) -> Returns {
    let bonds = Bonds::of(case);
    let rejections: Vec<Vec<Window>> = case.members.iter().map(|m| windows(&m.subjects)).collect();
    let mut found = Vec::new();
    for (new, member) in case.members.iter().enumerate() {
        let first = member.subjects.iter().filter_map(|s| s.normal.submitted_at).min();
        let Some(first) = first else { continue };
        let before = rejections.iter().enumerate().filter_map(|(old, windows)| {
            let within = windows.iter().filter(|w| w.first < first && first <= w.last);
            let window = within.max_by_key(|w| (w.first, w.dated))?;
            Some((window.first, old, window.dated))
        });
        let mut before: Vec<(Moment, usize, bool)> = before.collect();
        // Of two rejected at one moment, the one whose application comes first by id.
        before.sort_by_key(|&(at, old, _)| (Reverse(at), people.id(old)));
        let returned = before
            .into_iter()
            .find(|&(_, old, _)| bonds.tied(old, new) && people.conflict(old, new));
        found.extend(returned.map(|(_, old, dated)| (old, new, dated)));
    }
    Returns { rejected: rejections.iter().filter(|w| !w.is_empty()).count(), found }
}

/// What both indicators need.
fn assess(case: &RingCase<'_>) -> Result<Returns, crate::indicators::Missing> {
    let subjects = || case.members.iter().flat_map(|m| &m.subjects);
    let told = |s: &Subject<'_>| s.raw(Column::Outcome).or(s.raw(Column::Stage)).is_some();
    subjects().any(told).then_some(()).need("outcome")?;
    let dated = subjects().any(|s| s.normal.submitted_at.is_some());
    dated.then_some(()).need("time of submission")?;
    let people = People::of(case);
    people.two_named()?;
    Ok(returns(case, &people))
}

/// `reincarnation-rate`.
pub static REINCARNATION_RATE: Indicator = Indicator {
    id: "reincarnation-rate",
    title: "Comes back under new names",
    topic: Topic::Tempo,
    needs: &["full_name", "submitted_at", "outcome"],
    how: "Of at least three members who were rejected, 30 % or more were followed by the first application of a member with a \
          conflicting name whom something ties to them, within 30 days after the rejection (7 to 45 days after the \
          application where the day of the rejection is not known, and then weak).",
    strength: Strength::Medium,
    innocent: &[
        "somebody who applies again after a change of name that was not recognized",
        "friends who hear of an opening from one who was turned down",
    ],
    sources: &[primary("Security Alliance, framework on IT workers, 2026"), PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(reincarnation_rate),
};

fn reincarnation_rate(case: &RingCase<'_>) -> Assessed {
    let returns = assess(case)?;
    (returns.rejected >= REJECTED).then_some(()).need("three members who were rejected")?;
    let followed: BTreeSet<usize> = returns.found.iter().map(|r| r.0).collect();
    let share = crate::model::Share::of(followed.len(), returns.rejected);
    if share.get() < RATE {
        return Ok(None);
    }
    let reason = format!(
        "of {} who were rejected {} ({share}) were followed by somebody else within weeks",
        count(returns.rejected, "member", "members"),
        followed.len()
    );
    let dated = returns.found.iter().all(|r| r.2);
    let strength = if dated { Strength::Medium } else { Strength::Weak };
    let members: Vec<usize> = followed.into_iter().collect();
    let listed = People::of(case).list(&members);
    Ok(Some(Finding::new(strength, reason).with("rejected applications", listed)))
}

/// `post-rejection-return`.
pub static POST_REJECTION_RETURN: Indicator = Indicator {
    id: "post-rejection-return",
    title: "A new identity right after a rejection",
    topic: Topic::Tempo,
    needs: &["full_name", "submitted_at", "outcome"],
    how: "The first application of a member with a conflicting name within 30 days after another's rejection, when something ties \
          the two: medium, and strong when they share a text, file, photo, profile or account worth 5 bits or more. Where the day \
          of the rejection is not known, 7 to 45 days after the application, and one step less.",
    strength: Strength::Strong,
    innocent: &[
        "a reapplication under a married name",
        "a friend or relative who hears of the opening",
    ],
    sources: &[primary("Security Alliance, framework on IT workers, 2026"), PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(post_rejection_return),
};

fn post_rejection_return(case: &RingCase<'_>) -> Assessed {
    let returns = assess(case)?;
    if returns.found.is_empty() {
        return Ok(None);
    }
    let bonds = Bonds::of(case);
    let people = People::of(case);
    let strength =
        returns.found.iter().map(|&(old, new, dated)| match (bonds.share_own(old, new), dated) {
            (true, true) => Strength::Strong,
            (true, false) | (false, true) => Strength::Medium,
            (false, false) => Strength::Weak,
        });
    let strength = strength.max().unwrap_or(Strength::Weak);
    let reason = format!(
        "{} under another name within weeks after a rejection",
        count(returns.found.len(), "return", "returns")
    );
    let mut pairs: Vec<String> = returns
        .found
        .iter()
        .map(|&(old, new, _)| format!("{} then {}", people.id(old), people.id(new)))
        .collect();
    pairs.sort_unstable();
    pairs.truncate(8);
    Ok(Some(Finding::new(strength, reason).with("applications", pairs.join("; "))))
}
