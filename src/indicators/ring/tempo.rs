//! Indicators of how fast and how closely together the applications of a ring came. Reads `submitted_at`, `channel`,
//! `requisition_id` and `role`. Not responsible for the hours of the day (`hours`) nor for growth (`growth`).
//!
//! What is expected comes from the channel's habit: how its applications fall on the hours of a week. Where nothing is known of
//! a channel, or none is given, every hour is alike.

use super::{
    arrivals::{Arrival, HOUR, WEEK, arrivals, at_hour, habit, sittings},
    people::{Bonds, DAY, People, count},
    statistics::{Dice, fano, number, surprise},
};
use crate::{
    indicators::{
        Assessed, Compute, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Topic, quoted,
    },
    model::Moment,
};
use std::collections::{BTreeMap, BTreeSet};

/// Fewest applications within a day or a week that are fast, and how surprising they must be.
const FAST: usize = 5;
const SURPRISE: f64 = 4.0;

/// Fewest weeks over which a ring's applications are thought to be spread if nothing is unusual.
const WEEKS: f64 = 4.0;

/// Fewest sittings whose bursts can be told, how much more they must burst than shuffled ones, and how many are looked at.
const SITTINGS: usize = 8;
const BURST: f64 = 3.0;
const MOST: usize = 500;

/// Shuffles, and the seed that makes them come out the same every time.
const SHUFFLES: usize = 1_000;
const SEED: u64 = 1_947;

/// Seconds between two applications of different members that are close, and between two that are back to back.
const CLOSE: i64 = 600;
const ADJACENT: i64 = 300;

/// `ring-velocity`.
pub static VELOCITY: Indicator = Indicator {
    id: "ring-velocity",
    title: "Many applications in a day or a week",
    topic: Topic::Tempo,
    needs: &["submitted_at", "channel"],
    how: "Five or more applications of two or more members within 24 hours or 7 days, 4 standard deviations over what is expected \
          when the ring's applications are spread over its own time (four weeks at least) by the hours at which their channels \
          receive applications; the variance is that of a negative binomial of dispersion 1. Applications of agencies do not \
          count.",
    strength: Strength::Medium,
    innocent: &[
        "tools that apply to many openings by themselves",
        "openings that were all posted on one day, or a layoff",
    ],
    sources: &[quoted("Recorded Future, PurpleDelta, August 2026: up to 60 a day"), PROPOSAL],
    compares_names: false,
    compute: Compute::Ring(velocity),
};

/// The most applications in a row within so many hours, and how many members they are of; the first such time counts.
fn busiest<'a>(all: &'a [Arrival<'a>], hours: i64) -> Option<(&'a [Arrival<'a>], usize)> {
    let mut best: Option<(&[Arrival<'_>], usize)> = None;
    let mut from = 0;
    for (to, last) in all.iter().enumerate() {
        while all.get(from).is_some_and(|a| last.at.seconds_since(a.at) >= hours * HOUR) {
            from += 1;
        }
        let window = all.get(from..=to).unwrap_or_default();
        if best.is_none_or(|(most, _)| window.len() > most.len()) {
            let members: BTreeSet<usize> = window.iter().map(|a| a.member).collect();
            best = Some((window, members.len()));
        }
    }
    best
}

/// Applications expected within so many hours from a moment on.
fn expected(case: &RingCase<'_>, all: &[Arrival<'_>], from: Moment, hours: i64) -> f64 {
    let span = all.last().zip(all.first()).map_or(0, |(l, f)| l.at.seconds_since(f.at));
    let span = i32::try_from(span / HOUR).unwrap_or(i32::MAX);
    let weeks = (f64::from(span) / number(WEEK)).max(WEEKS);
    let mut shares: BTreeMap<Option<&str>, f64> = BTreeMap::new();
    let share = |arrival: &Arrival<'_>| {
        let habit = habit(arrival.usual(case));
        let within: u64 = (0..hours).map(|h| at_hour(&habit, Moment(from.0 + h * HOUR))).sum();
        let all: u64 = habit.iter().sum();
        number(usize::try_from(within).unwrap_or(0)) / number(usize::try_from(all).unwrap_or(1))
    };
    let each = all.iter().map(|arrival| {
        let channel = arrival.subject.normal.channel.as_deref();
        *shares.entry(channel).or_insert_with(|| share(arrival))
    });
    each.sum::<f64>() / weeks
}

fn velocity(case: &RingCase<'_>) -> Assessed {
    let all = arrivals(case);
    (all.len() >= FAST).then_some(()).need("five applications with a time")?;
    let judged = [(24, "24 hours"), (168, "7 days")].into_iter().filter_map(|(hours, words)| {
        let (window, members) = busiest(&all, hours)?;
        let first = window.first()?;
        let expected = expected(case, &all, first.at, hours);
        let z = surprise(window.len(), expected);
        (window.len() >= FAST && members > 1 && z >= SURPRISE).then(|| {
            format!(
                "{} applications of {members} members within {words} from {}, where {expected:.1} would be usual (z {z:.1})",
                window.len(),
                first.at.day()
            )
        })
    });
    let reasons: Vec<String> = judged.collect();
    Ok((!reasons.is_empty()).then(|| Finding::new(Strength::Medium, reasons.join("; "))))
}

/// `ring-burst-synchrony`.
pub static BURST_SYNCHRONY: Indicator = Indicator {
    id: "ring-burst-synchrony",
    title: "Members move together",
    topic: Topic::Tempo,
    needs: &["submitted_at", "channel"],
    how: "The applications by the hour, of at least eight, have a Fano factor (variance over mean) more than three times the mean of \
          1,000 shuffles in which each falls on another hour of the ring's days, as its channel's habit has it; the seed is \
          fixed. Medium when also half of the steps from one member to another take less than ten minutes. One member counts \
          once an hour, agencies and days without a clock time do not count, and of more than 500 only the last.",
    strength: Strength::Medium,
    innocent: &[
        "a job board that hands applications over in batches",
        "a class that applies together",
    ],
    sources: &[PROPOSAL],
    compares_names: false,
    compute: Compute::Ring(burst_synchrony),
};

fn burst_synchrony(case: &RingCase<'_>) -> Assessed {
    let all = sittings(case);
    (all.len() >= SITTINGS).then_some(()).need("eight applications with a clock time")?;
    let looked = all.get(all.len().saturating_sub(MOST)..).unwrap_or_default();
    let (Some(first), Some(last)) = (looked.first(), looked.last()) else { return Ok(None) };
    let midnight = first.at.0.div_euclid(DAY) * DAY;
    let days = usize::try_from((last.at.0.div_euclid(DAY) * DAY - midnight) / DAY + 1).unwrap_or(1);
    let cells = days * 24;
    let hour = |at: Moment| usize::try_from((at.0 - midnight) / HOUR).unwrap_or(0);
    let observed = fano_of(looked.iter().map(|a| hour(a.at)).collect(), cells);
    // Shuffled ones have about 1 or more.
    if observed <= BURST * 0.9 {
        return Ok(None);
    }
    let shuffled = shuffled(case, looked, midnight, cells);
    let ratio = observed / shuffled.max(0.01);
    if ratio <= BURST {
        return Ok(None);
    }
    let steps: Vec<i64> = looked
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if a.member != b.member => Some(b.at.seconds_since(a.at)),
            _ => None,
        })
        .collect();
    let close = steps.iter().filter(|&&seconds| seconds < CLOSE).count();
    let half = !steps.is_empty() && close * 2 >= steps.len();
    let strength = if half { Strength::Medium } else { Strength::Weak };
    let of = if looked.len() < all.len() {
        format!("the last {} of {} applications", looked.len(), all.len())
    } else {
        count(all.len(), "application", "applications")
    };
    let reason = format!(
        "{of} come in bursts, {ratio:.1} times as much as chance has it, and {close} of {} from one member to another within ten minutes",
        count(steps.len(), "step", "steps")
    );
    Ok(Some(Finding::new(strength, reason)))
}

fn fano_of(mut cells_of: Vec<usize>, cells: usize) -> f64 {
    cells_of.sort_unstable();
    fano(cells_of.chunk_by(|a, b| a == b).map(<[usize]>::len), cells)
}

/// The mean Fano factor when every arrival falls on some hour of these days, by its channel's habit. O(shuffles × n log n).
fn shuffled(case: &RingCase<'_>, all: &[Arrival<'_>], midnight: i64, cells: usize) -> f64 {
    // For each channel the cumulated habit over all hours of these days.
    let mut cumulated: BTreeMap<Option<&str>, Vec<u64>> = BTreeMap::new();
    for arrival in all {
        cumulated.entry(arrival.subject.normal.channel.as_deref()).or_insert_with(|| {
            let habit = habit(arrival.usual(case));
            let mut sum = 0;
            let hours = (0_i64..).take(cells).map(|hour| Moment(midnight + hour * HOUR));
            hours
                .map(|at| {
                    sum += at_hour(&habit, at);
                    sum
                })
                .collect()
        });
    }
    let of: Vec<&Vec<u64>> =
        all.iter().filter_map(|a| cumulated.get(&a.subject.normal.channel.as_deref())).collect();
    let mut dice = Dice::new(SEED);
    let mut sum = 0.0;
    for _ in 0..SHUFFLES {
        let fall = |cumulated: &&Vec<u64>| {
            let drawn = dice.below(cumulated.last().copied().unwrap_or(1));
            cumulated.partition_point(|&until| until <= drawn)
        };
        sum += fano_of(of.iter().map(fall).collect(), cells);
    }
    sum / number(SHUFFLES)
}

/// `submit-adjacent`.
pub static SUBMIT_ADJACENT: Indicator = Indicator {
    id: "submit-adjacent",
    title: "Submitted back to back",
    topic: Topic::Tempo,
    needs: &["full_name", "submitted_at", "channel", "role"],
    how: "Two members with conflicting names whom something else ties applied within 5 minutes through one channel for one opening or \
          role. Agencies and days without a clock time do not count.",
    strength: Strength::Weak,
    innocent: &[
        "a rush when an opening is posted",
        "a job board that hands applications over in batches",
    ],
    sources: &[PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(submit_adjacent),
};

fn submit_adjacent(case: &RingCase<'_>) -> Assessed {
    let all: Vec<Arrival<'_>> = arrivals(case).into_iter().filter(|a| a.timed).collect();
    let all = all.need("clock time of submission")?;
    let people = People::of(case);
    people.two_named()?;
    let bonds = Bonds::of(case);
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (n, a) in all.iter().enumerate() {
        let next = all.iter().skip(n + 1).take_while(|b| b.at.seconds_since(a.at) <= ADJACENT);
        for b in next {
            let (x, y) = (&a.subject.normal, &b.subject.normal);
            let one = |p: &Option<Box<str>>, q: &Option<Box<str>>| p.is_some() && p == q;
            let opening = one(&x.requisition, &y.requisition) || one(&x.role, &y.role);
            let pair = (a.member.min(b.member), a.member.max(b.member));
            if opening
                && one(&x.channel, &y.channel)
                && !pairs.contains(&pair)
                && people.conflict(a.member, b.member)
                && bonds.tied(a.member, b.member)
            {
                pairs.insert(pair);
            }
        }
    }
    let members: Vec<usize> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    Ok((!pairs.is_empty()).then(|| {
        let pairs = count(pairs.len(), "pair", "pairs");
        let reason = format!("{pairs} of members who applied within five minutes for one opening");
        Finding::new(Strength::Weak, reason).with("applications", people.list(&members))
    }))
}
