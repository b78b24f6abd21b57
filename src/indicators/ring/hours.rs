//! Indicators of the hours at which a ring applies, and of how soon after an opening is posted. Reads `submitted_at`, `channel`
//! and the unknown column `posted_at`.
//!
//! Hours are never taken for a country: what is said is that members keep common hours, and that their channel keeps others.
//! No such hours prove nothing: some work around the clock.

use super::{
    arrivals::{Arrival, HOUR, arrivals, sittings},
    people::DAY,
    statistics::{Direction, number, probability, rayleigh},
};
use crate::indicators::{
    Assessed, Compute, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Topic, primary,
    quoted,
    tallies::{self, ChannelTally},
};

/// Fewest sittings whose hours can be told, how closely they must lie together, and how unlikely that must be by chance.
const SITTINGS: usize = 20;
const LENGTH: f64 = 0.5;
const CHANCE: f64 = 0.01;

/// Hours of the window around the mean one, and how much more often than the channel the ring must apply within it.
const WINDOW: u8 = 8;
const LIFT: f64 = 2.0;

/// From here on the window is medium.
const NARROW: f64 = 0.7;
const HIGH_LIFT: f64 = 2.5;

/// Fewest applications of a channel whose hours or delays are known.
const KNOWN: u32 = 100;

/// Fewest applications with a delay, and the percentile of their median.
const DELAYS: usize = 8;
const FIRST: f64 = 0.05;

/// `submission-hours`.
pub static SUBMISSION_HOURS: Indicator = Indicator {
    id: "submission-hours",
    title: "Common hours of work",
    topic: Topic::Tempo,
    needs: &["submitted_at", "channel"],
    how: "At least twenty sittings whose hours lie together (mean resultant length 0.5 or more, Rayleigh test p below 0.01) and that \
          fall into the 8 hours around their mean twice as often as the applications of their channels do (of at least 100). \
          Medium from length 0.7 and 2.5 times on. In UTC, and never taken for a country. One member counts once an hour; \
          agencies and days without a clock time do not count.",
    strength: Strength::Medium,
    innocent: &["people who work nights, parents, students: whoever applies when others sleep"],
    sources: &[
        primary("Security Alliance, framework on IT workers, 2026: absence proves nothing"),
        quoted("US advisory on IT workers, May 2022"),
    ],
    compares_names: false,
    compute: Compute::Ring(submission_hours),
};

fn timed(usual: &ChannelTally) -> u32 {
    usual.hours.values().sum()
}

fn submission_hours(case: &RingCase<'_>) -> Assessed {
    let known = |a: &Arrival<'_>| a.usual(case).is_some_and(|usual| timed(usual) >= KNOWN);
    let all = sittings(case);
    (all.len() >= SITTINGS).then_some(()).need("twenty applications with a clock time")?;
    let all: Vec<Arrival<'_>> = all.into_iter().filter(known).collect();
    (all.len() >= SITTINGS).then_some(()).need("channel with at least 100 timed applications")?;
    let seconds = |a: &Arrival<'_>| i32::try_from(a.at.0.rem_euclid(DAY)).unwrap_or(0);
    let hours: Vec<f64> = all.iter().map(|a| f64::from(seconds(a)) / 3_600.0).collect();
    let Some(found) = rayleigh(&hours) else { return Ok(None) };
    if found.length < LENGTH || found.p >= CHANCE {
        return Ok(None);
    }
    let from = window(found);
    let within = |hour: u8| (hour + 24 - from) % 24 < WINDOW;
    let hour_of = |a: &Arrival<'_>| u8::try_from(a.at.0.rem_euclid(DAY) / HOUR).unwrap_or(0);
    let own = number(all.iter().filter(|a| within(hour_of(a))).count()) / number(all.len());
    let share = |usual: &ChannelTally| {
        let inside = usual.hours.iter().filter(|(hour, _)| within(*hour % 24)).map(|(_, n)| n);
        f64::from(inside.sum::<u32>()) / f64::from(timed(usual).max(1))
    };
    let usual =
        all.iter().filter_map(|a| a.usual(case)).map(share).sum::<f64>() / number(all.len());
    let lift = own / usual.max(0.01);
    if lift < LIFT {
        return Ok(None);
    }
    let narrow = found.length >= NARROW && lift >= HIGH_LIFT;
    let strength = if narrow { Strength::Medium } else { Strength::Weak };
    let reason = format!(
        "{:.0} % of {} sittings fall between {from:02}:00 and {:02}:00 UTC, against {:.0} % of their channels' (length {:.2}, p {})",
        own * 100.0,
        all.len(),
        (from + WINDOW) % 24,
        usual * 100.0,
        found.length,
        probability(found.p)
    );
    Ok(Some(Finding::new(strength, reason)))
}

/// The first hour of the window around a mean hour.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 to 24")]
fn window(found: Direction) -> u8 {
    let from = (found.hour - f64::from(WINDOW) / 2.0).rem_euclid(24.0);
    (from.round() as u8) % 24
}

/// `posting-latency`.
pub static POSTING_LATENCY: Indicator = Indicator {
    id: "posting-latency",
    title: "First at new openings",
    topic: Topic::Tempo,
    needs: &["submitted_at", "posted_at", "channel"],
    how: "The median of at least eight delays between posting and application is among the quickest 5 % of its channel (of at \
          least 100 applications with a delay). Applications of agencies do not count.",
    strength: Strength::Weak,
    innocent: &["job alerts", "tools that apply by themselves"],
    sources: &[PROPOSAL],
    compares_names: false,
    compute: Compute::Ring(posting_latency),
};

fn posting_latency(case: &RingCase<'_>) -> Assessed {
    let delays: Vec<(Arrival<'_>, i64)> = arrivals(case)
        .into_iter()
        .filter_map(|a| Some((a, tallies::delay(a.subject.application, a.at)?)))
        .collect();
    (delays.len() >= DELAYS).then_some(()).need("eight applications with a time of posting")?;
    let percentile = |(arrival, seconds): &(Arrival<'_>, i64)| {
        let usual = arrival.usual(case)?;
        let total: u32 = usual.delays.values().sum();
        let own = tallies::delay_class(*seconds);
        let below: u32 = usual.delays.range(..own).map(|(_, n)| n).sum();
        let same = usual.delays.get(&own).copied().unwrap_or(0);
        let half = f64::from(below) + f64::from(same) / 2.0;
        (total >= KNOWN).then(|| (half / f64::from(total), *seconds))
    };
    let mut judged: Vec<(f64, i64)> = delays.iter().filter_map(percentile).collect();
    (judged.len() >= DELAYS).then_some(()).need("channel with at least 100 delays")?;
    judged.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let Some(&(median, seconds)) = judged.get(judged.len() / 2) else { return Ok(None) };
    Ok((median <= FIRST).then(|| {
        let minutes = seconds / 60;
        let reason = format!(
            "half of {} applications came within {minutes} minutes of the posting, sooner than {:.0} % of their channel",
            judged.len(),
            (1.0 - median) * 100.0
        );
        Finding::new(Strength::Weak, reason)
    }))
}
