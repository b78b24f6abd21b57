//! Indicators of clocks and sessions: a browser set to another place, a log-in that never ends, calls that repeat like a
//! program's. Not responsible for addresses (`network`), nor for devices that several applicants share (`matching`).
//!
//! What is read of events says `events`.
//!
//! Invariant: clocks are compared with the claimed home only; no time zone adds suspicion by itself.

use crate::{
    indicators::{
        Assessed, Case, Compute, Finding, Indicator, Need, PROPOSAL, Strength, Topic, checked,
        events::{self, Event},
        primary, quoted,
    },
    model::Moment,
    reference::time_zones,
};
use std::collections::{BTreeMap, BTreeSet};

/// Minutes by which clocks must differ.
const APART: i32 = 4 * 60;

/// `device-clock-mismatch`.
pub static CLOCK_MISMATCH: Indicator = Indicator {
    id: "device-clock-mismatch",
    title: "Time zone of the browser contradicts the claimed home",
    topic: Topic::Place,
    needs: &["events[].browser_tz, at", "timezone, submitted_at", "state, country"],
    how: "At two events or more the time zone of the browser is four hours or more away from every time zone of the claimed \
          state (or country) at that moment; medium when that is so on three different days and never otherwise. UTC is left \
          out, since browsers that hide where they are say so.",
    strength: Strength::Medium,
    innocent: &[
        "travel",
        "a computer whose clock was never set",
        "work on another country's hours",
    ],
    sources: &[PROPOSAL],
    compares_names: false,
    compute: Compute::Application(clock_mismatch),
};

fn clock_mismatch(case: &Case<'_>) -> Assessed {
    let all = events::of(case.dossier, case.context);
    let told = all.iter().filter_map(|e| {
        let zone = e.zone.as_deref().filter(|zone| !time_zones::is_utc(zone))?;
        Some((e, zone, e.at?))
    });
    let told: Vec<(&Event<'_>, &str, Moment)> =
        told.filter(|(_, zone, at)| time_zones::offset(zone, at.0).is_some()).collect();
    (told.len() >= 2).then_some(()).need("time zone of the browser at two dated events")?;
    let compared = told.into_iter().filter_map(|(event, zone, at)| {
        let home = event.home?;
        let zones = time_zones::zones(home.country.as_deref()?, home.state.as_deref());
        let offset = time_zones::offset(zone, at.0)?;
        let own = zones.iter().filter_map(|own| time_zones::offset(own, at.0));
        Some((zone, at, own.map(|own| (own - offset).abs()).min()?))
    });
    let compared: Vec<(&str, Moment, i32)> = compared.collect();
    let compared = compared.need("time zone of the home")?;
    let far: Vec<_> = compared.iter().filter(|(.., apart)| *apart >= APART).collect();
    let Some(most) = far.iter().max_by_key(|(.., apart)| *apart).filter(|_| far.len() >= 2) else {
        return Ok(None);
    };
    let days: BTreeSet<String> = far.iter().map(|(_, at, _)| at.day()).collect();
    let always = far.len() == compared.len();
    let strength = if always && days.len() >= 3 { Strength::Medium } else { Strength::Weak };
    let zones: BTreeSet<&str> = far.iter().map(|(zone, ..)| *zone).collect();
    let zones = zones.into_iter().collect::<Vec<_>>().join(", ");
    let reason = format!(
        "at {} of {} events the browser's clock is up to {} hours from the claimed home",
        far.len(),
        compared.len(),
        most.2 / 60
    );
    Ok(Some(Finding::new(strength, reason).with("time zone of the browser", zones)))
}

/// Seconds without a sign of life that end a session.
const PAUSE: i64 = 30 * 60;
/// A session this long, in seconds, is longer than anybody's day.
const DAY_LONG: i64 = 24 * 3_600;

/// `session-always-on`.
pub static ALWAYS_ON: Indicator = Indicator {
    id: "session-always-on",
    title: "Logged in for a day and longer",
    topic: Topic::Network,
    needs: &["events[] of the kinds login, session, activity: at, ended_at"],
    how: "Log-ins and activity go on for 24 hours or longer without a pause of 30 minutes. Submissions, interviews and \
          signatures do not count.",
    strength: Strength::Weak,
    innocent: &["a tab that was left open", "a script that watches the status of an application"],
    sources: &[quoted("US State, Treasury and FBI, advisory of May 2022")],
    compares_names: false,
    compute: Compute::Application(always_on),
};

fn always_on(case: &Case<'_>) -> Assessed {
    const MOMENTS: &[&str] = &["apply", "application", "interview", "offer", "sign", "submit"];
    let all = events::of(case.dossier, case.context);
    let active = all.iter().filter(|e| !e.kind.is_empty() && !MOMENTS.contains(&e.kind.as_str()));
    let active: Vec<(Moment, Moment)> =
        active.filter_map(|e| Some((e.at?, e.until.unwrap_or(e.at?).max(e.at?)))).collect();
    let told = active.len() >= 2 || active.iter().any(|(from, to)| from != to);
    told.then_some(()).need("times of log-ins or activity")?;
    let mut longest: Option<(i64, Moment)> = None;
    let mut session: Option<(Moment, Moment)> = None;
    for (from, to) in active {
        let (began, ended) = match session {
            Some((began, ended)) if from.seconds_since(ended) < PAUSE => (began, ended.max(to)),
            _ => (from, to),
        };
        session = Some((began, ended));
        longest = longest.max(Some((ended.seconds_since(began), began)));
    }
    Ok(longest.filter(|(seconds, _)| *seconds >= DAY_LONG).map(|(seconds, began)| {
        let reason = format!("active for {} hours without a pause of 30 minutes", seconds / 3_600);
        Finding::new(Strength::Weak, reason).with("from", began.to_string())
    }))
}

/// Calls that make a sequence.
const SEQUENCE: usize = 4;
/// So many repetitions a day are a program's.
const REPEATS: usize = 20;
/// In so many accounts one sequence is one operator's.
const ACCOUNTS: f64 = 3.0;

/// `ats-api-replay`.
pub static API_REPLAY: Indicator = Indicator {
    id: "ats-api-replay",
    title: "Repeating calls to the applicant-tracking system",
    topic: Topic::Network,
    needs: &[
        "events[].endpoint, at, account",
        "or checks[] of the kind api_replay: repeats_per_day, accounts",
    ],
    how: "One account makes the same sequence of four calls 20 times or more on one day (UTC), as its calls or an imported \
          check show; medium when the check finds the sequence in three accounts or more.",
    strength: Strength::Medium,
    innocent: &["an extension of the browser", "programs that honest people let apply for them"],
    sources: &[primary("Microsoft, detection across HR systems, April 2026")],
    compares_names: false,
    compute: Compute::Application(api_replay),
};

fn api_replay(case: &Case<'_>) -> Assessed {
    let record = &case.subject.record;
    let kinds = ["ats api replay", "api replay"];
    let found: Vec<_> = kinds.iter().flat_map(|kind| record.checks(kind)).collect();
    let all = events::of(case.dossier, case.context);
    let calls = all
        .iter()
        .filter_map(|e| Some((e.account.as_deref(), e.at?.day(), e.endpoint.as_deref()?)));
    let mut by_day: BTreeMap<(Option<&str>, String), Vec<&str>> = BTreeMap::new();
    for (account, day, endpoint) in calls {
        by_day.entry((account, day)).or_default().push(endpoint);
    }
    (!found.is_empty() || !by_day.is_empty())
        .then_some(())
        .need("calls to the applicant-tracking system")?;
    for check in found {
        let repeats = check.number(&["repeats_per_day", "per_day", "repeats"]).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        if repeats >= REPEATS as f64 {
            let accounts = check.number(&["accounts"]).unwrap_or(1.0);
            let strength = if accounts >= ACCOUNTS { Strength::Medium } else { Strength::Weak };
            let reason = format!(
                "the same calls {repeats:.0} times on one day, in {accounts:.0} accounts{}",
                checked::by(check)
            );
            return Ok(Some(Finding::new(strength, reason)));
        }
    }
    let most = by_day.into_iter().map(|((_, day), calls)| (repeats(&calls), day)).max();
    Ok(most.filter(|(times, _)| *times >= REPEATS).map(|(times, day)| {
        let reason = format!("the same sequence of {SEQUENCE} calls {times} times on one day");
        Finding::new(Strength::Weak, reason).with("day", day)
    }))
}

/// How often the most frequent sequence occurs, without overlaps. O(calls log calls).
fn repeats(calls: &[&str]) -> usize {
    let mut seen: BTreeMap<&[&str], (usize, usize)> = BTreeMap::new();
    for (at, sequence) in calls.windows(SEQUENCE).enumerate() {
        let (times, free) = seen.entry(sequence).or_default();
        if at >= *free {
            *times += 1;
            *free = at + SEQUENCE;
        }
    }
    seen.values().map(|(times, _)| *times).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_counted_without_overlaps() {
        assert_eq!(repeats(&["a"; 8]), 2);
        assert_eq!(repeats(&["a"; 3]), 0);
        let calls: Vec<&str> = ["a", "b", "c", "d"].into_iter().cycle().take(80).collect();
        assert_eq!(repeats(&calls), 20);
        assert_eq!(repeats(&calls[..79]), 19);
    }
}
