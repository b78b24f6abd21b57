//! How many alerts of a rule are delivered in an hour: what is more is on record and on the page, and the next delivered one
//! says how many. Not responsible for what is found.
//!
//! Any hour counts, not that of the clock: at most so many are delivered between any moment and an hour later. Once there is
//! room again and nothing new to deliver, one alert says what was held back.
//!
//! Invariant: nothing that was found is lost; the alerts on record and the hour determine what is held back.

use crate::{
    engine::Reports,
    explain::words::count,
    model::{Alert, AlertRule, Moment, Seq, Slug},
    reports::alerts::{id, key, list_of},
};
use std::collections::BTreeSet;

/// Seconds of an hour.
const HOUR: i64 = 3_600;

/// Alerts of a rule, newest first.
fn of<'r>(reports: &'r Reports, rule: &'r Slug) -> impl Iterator<Item = &'r Alert> {
    let alerts = reports.alerts().iter().rev().map(|record| &record.alert);
    alerts.filter(move |alert| alert.rule == *rule)
}

/// Alerts of a rule that were held back and of which nobody was told, newest first.
fn untold<'r>(reports: &'r Reports, rule: &'r Slug) -> impl Iterator<Item = &'r Alert> {
    of(reports, rule).take_while(|alert| alert.held_back)
}

/// Whether alerts of a rule were held back of which nobody was told.
pub fn owes(reports: &Reports, rule: &Slug) -> bool {
    untold(reports, rule).next().is_some()
}

/// New alerts of a rule, of which what is too much is held back; or one that says what was, once there is room.
pub fn delivered(
    reports: &Reports,
    rule: &AlertRule,
    new: Vec<Alert>,
    as_of: Seq,
    now: Moment,
) -> Vec<Alert> {
    let since = now.0.saturating_sub(HOUR);
    let recent = of(reports, &rule.name).take_while(|alert| alert.at.0 > since);
    let recent = recent.filter(|alert| !alert.held_back).count();
    let mut room = (rule.hourly as usize).saturating_sub(recent);
    let before: Vec<&Alert> = untold(reports, &rule.name).collect();
    let mut untold = before.len();
    let mut out = Vec::with_capacity(new.len());
    for mut alert in new {
        if room == 0 {
            alert.held_back = true;
        } else {
            room -= 1;
            if untold > 0 {
                alert.text = format!("{} {}", alert.text, said(rule, untold));
                untold = 0;
            }
        }
        out.push(alert);
    }
    if let Some(first) = before.last()
        && untold == before.len()
        && out.is_empty()
        && room > 0
    {
        out.push(summary(rule, first, untold, as_of, now));
    }
    out
}

fn said(rule: &AlertRule, n: usize) -> String {
    format!(
        "Before it {} of this rule {} held back, being more than {} in an hour: {} lists them.",
        count(n, "alert", "alerts"),
        if n == 1 { "was" } else { "were" },
        rule.hourly,
        list_of(&rule.name)
    )
}

/// The alert that says what was held back since the last that was delivered.
fn summary(rule: &AlertRule, first: &Alert, n: usize, as_of: Seq, now: Moment) -> Alert {
    let key = key(rule, &["held back from".to_owned(), first.key.to_string()]);
    Alert {
        id: id(&key),
        rule: rule.name.clone(),
        kind: rule.kind,
        key,
        as_of,
        at: now,
        ring: None,
        attribute: None,
        applications: BTreeSet::new(),
        text: format!(
            "{} of the rule {} {} held back since {}, being more than {} in an hour: {} lists them. Each says what would \
             explain it innocently.",
            count(n, "alert", "alerts"),
            rule.name,
            if n == 1 { "was" } else { "were" },
            first.at,
            rule.hourly,
            list_of(&rule.name)
        ),
        to: rule.to.clone(),
        held_back: false,
    }
}
