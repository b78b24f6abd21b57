//! Indicators of interviews: claimed identities that cannot meet at once. Reads `interviews[]` (`start`, `end`, `status`, `moved_by`,
//! `reschedules`). An interview without an end lasts an hour.

use super::{
    people::{DAY, People, count, subjects},
    statistics::{Dice, number},
};
use crate::{
    indicators::{
        Assessed, Compute, Entry, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Topic,
        quoted,
    },
    model::Moment,
};

/// Collisions that one of the two always moves from which on it is no chance, and from which on it is medium.
const COLLISIONS: usize = 3;
const MANY: usize = 5;

/// Meetings that chance would bring, from which on none at all says something.
const EXPECTED: f64 = 4.0;

/// Shuffles, their seed, and the interviews that are looked at.
const SHUFFLES: usize = 1_000;
const SEED: u64 = 2_024;
const MOST: usize = 200;

/// An interview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    start: Moment,
    end: Moment,
    member: usize,
    moved: bool,
}

/// The interviews of all members, by time.
fn slots(case: &RingCase<'_>) -> Vec<Slot> {
    let entries =
        subjects(case).flat_map(|(m, s)| s.record.list("interviews").iter().map(move |e| (m, e)));
    let read = |(member, entry): (usize, &Entry)| {
        let start = entry.moment(&["start", "starts_at", "at", "scheduled_at"])?;
        let end = entry.moment(&["end", "ends_at"]).filter(|end| *end > start);
        let end = end.unwrap_or(Moment(start.0.saturating_add(3_600)));
        Some(Slot { start, end, member, moved: is_moved(entry) })
    };
    let mut all: Vec<Slot> = entries.filter_map(read).collect();
    all.sort_unstable();
    all
}

/// Whether the candidate did not come at that time.
fn is_moved(entry: &Entry) -> bool {
    let by_us = entry.word(&["moved_by", "rescheduled_by", "canceled_by"]);
    let by_us = by_us.is_some_and(|by| !["candidate", "applicant"].contains(&by.as_str()));
    let status = entry.word(&["status", "result", "outcome"]).unwrap_or_default();
    let words = ["resched", "moved", "postpone", "cancel", "no show", "missed"];
    let moved = words.iter().any(|word| status.contains(word));
    let times = entry.number(&["reschedules", "reschedule_count"]);
    !by_us && (moved || times.is_some_and(|n| n >= 1.0))
}

/// `interview-collision`.
pub static COLLISION: Indicator = Indicator {
    id: "interview-collision",
    title: "Two who cannot be interviewed at once",
    topic: Topic::Observation,
    needs: &["full_name", "interviews"],
    how: "Three or more times the interviews of two members without anything in common in their names would have overlapped and one \
          of the two moved theirs or did not come, and never were both held. Medium from five times on. Interviews that the \
          employer moved do not count.",
    strength: Strength::Medium,
    innocent: &[
        "chance, where many interviews are on few days",
        "caregivers and people on shifts, who move interviews often",
    ],
    sources: &[quoted("Recorded Future, PurpleDelta, August 2026")],
    compares_names: true,
    compute: Compute::Ring(collision),
};

fn collision(case: &RingCase<'_>) -> Assessed {
    let slots = slots(case).need("interview with a time")?;
    let people = People::of(case);
    people.two_named()?;
    let (mut moved, mut held) = (0, 0);
    let mut members: Vec<usize> = Vec::new();
    for (a, b) in overlaps(&slots) {
        if !people.conflict(a.member, b.member) {
            continue;
        }
        if a.moved || b.moved {
            moved += 1;
            members.extend([a.member, b.member]);
        } else {
            held += 1;
        }
    }
    if moved < COLLISIONS || held > 0 {
        return Ok(None);
    }
    let strength = if moved >= MANY { Strength::Medium } else { Strength::Weak };
    let reason = format!(
        "{} of interviews that would have overlapped, and each time one of the two was moved",
        count(moved, "pair", "pairs")
    );
    Ok(Some(Finding::new(strength, reason).with("applications", people.list(&members))))
}

/// Interviews of different members that overlap. O(n log n + overlaps with one's own).
fn overlaps(slots: &[Slot]) -> Vec<(Slot, Slot)> {
    let mut found = Vec::new();
    for (n, a) in slots.iter().enumerate() {
        let at_once = slots.iter().skip(n + 1).take_while(|b| b.start < a.end);
        found.extend(at_once.filter(|b| b.member != a.member).map(|b| (*a, *b)));
    }
    found
}

/// `never-concurrent`.
pub static NEVER_CONCURRENT: Indicator = Indicator {
    id: "never-concurrent",
    title: "Members are never interviewed at once",
    topic: Topic::Observation,
    needs: &["interviews"],
    how: "No two interviews of different members that were held overlap, though four or more would on average of 1,000 shuffles in which \
          the days of the interviews are exchanged and their hours stay; the seed is fixed. Of more than 200 interviews the \
          first.",
    strength: Strength::Weak,
    innocent: &["one interviewer who sees everybody, one after the other", "few interviews"],
    sources: &[quoted("Recorded Future, PurpleDelta, August 2026"), PROPOSAL],
    compares_names: false,
    compute: Compute::Ring(never_concurrent),
};

fn never_concurrent(case: &RingCase<'_>) -> Assessed {
    let mut held: Vec<Slot> = slots(case).into_iter().filter(|slot| !slot.moved).collect();
    (held.len() >= 4).then_some(()).need("four interviews that were held")?;
    let all = held.len();
    held.truncate(MOST);
    if !overlaps(&held).is_empty() {
        return Ok(None);
    }
    let mut days: Vec<i64> = held.iter().map(|slot| slot.start.0.div_euclid(DAY)).collect();
    let mut dice = Dice::new(SEED);
    let mut sum = 0;
    for _ in 0..SHUFFLES {
        // Fisher and Yates.
        for n in (1..days.len()).rev() {
            let other = dice.below(u64::try_from(n + 1).unwrap_or(1));
            days.swap(n, usize::try_from(other).unwrap_or(0));
        }
        let mut shuffled: Vec<Slot> =
            held.iter().zip(&days).map(|(slot, day)| on_day(slot, *day)).collect();
        shuffled.sort_unstable();
        sum += overlaps(&shuffled).len();
    }
    let expected = number(sum) / number(SHUFFLES);
    let of = if all > MOST { format!("the first {MOST} of {all}") } else { all.to_string() };
    Ok((expected >= EXPECTED).then(|| {
        let reason = format!(
            "no two of {of} interviews overlap, where chance would have {expected:.1} do so"
        );
        Finding::new(Strength::Weak, reason)
    }))
}

/// The same interview on another day.
fn on_day(slot: &Slot, day: i64) -> Slot {
    let start = Moment(day * DAY + slot.start.0.rem_euclid(DAY));
    Slot { start, end: Moment(start.0 + slot.end.seconds_since(slot.start)), ..*slot }
}
