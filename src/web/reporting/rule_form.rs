//! The form of a rule of alerts: what it was sent with, and what is wrong with that. Not responsible for showing it
//! (`pages::alert_rule`) nor for applying rules (`reports`).
//!
//! Invariant: what cannot be read comes back as it was typed, with what is wrong beside it.

use crate::{
    model::{AlertKind, AlertRule, Slug},
    web::reporting::form::{kept, recipients},
};
use serde::Deserialize;

/// Alerts in an hour, unless somebody says otherwise, and at most.
const HOURLY: (u32, u32) = (10, 1_000);
/// Largest number of a rule.
const LARGEST: u32 = 10_000;

/// A rule as a form sends it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RuleFields {
    /// The session's secret.
    pub csrf: String,
    /// What it is called.
    pub name: String,
    /// What it looks for.
    pub kind: String,
    /// From which identity on, for the kind that has one.
    pub number: String,
    /// Recipients, one a line.
    pub to: String,
    /// Alerts in an hour that are delivered.
    pub hourly: String,
    /// The fact that said what the form shows.
    pub seen: String,
}

/// What is wrong, field by field; empty where nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleWrong {
    /// The name.
    pub name: String,
    /// What it looks for.
    pub kind: String,
    /// The number.
    pub number: String,
    /// Recipients.
    pub to: String,
    /// Alerts in an hour.
    pub hourly: String,
    /// The form as a whole.
    pub whole: String,
}

impl RuleWrong {
    /// The places of what is wrong, and what each is called.
    #[must_use]
    pub fn places(&self) -> Vec<(&'static str, &'static str)> {
        let all = [
            ("name", "the name", &self.name),
            ("kind", "what it looks for", &self.kind),
            ("number", "from which identity on", &self.number),
            ("to", "who is told", &self.to),
            ("hourly", "how many in an hour", &self.hourly),
        ];
        let wrong = all.into_iter().filter(|(_, _, what)| !what.is_empty());
        wrong.map(|(place, name, _)| (place, name)).collect()
    }

    /// Whether anything is.
    #[must_use]
    pub fn is_any(&self) -> bool {
        !self.whole.is_empty() || !self.places().is_empty()
    }
}

/// A form that was looked at.
#[derive(Debug, Clone)]
pub struct RuleReady {
    /// The rule, where nothing is wrong.
    pub rule: Option<AlertRule>,
    /// What is wrong.
    pub wrong: RuleWrong,
}

impl RuleFields {
    /// The form of a rule that nobody made yet.
    #[must_use]
    pub fn fresh() -> Self {
        Self {
            kind: AlertKind::ConfirmedRingGains.name().to_owned(),
            hourly: HOURLY.0.to_string(),
            ..Self::default()
        }
    }

    /// The form of one that is there.
    #[must_use]
    pub fn of(rule: &AlertRule) -> Self {
        let to: Vec<String> = rule.to.iter().map(ToString::to_string).collect();
        Self {
            name: rule.name.to_string(),
            kind: rule.kind.name().to_owned(),
            number: if rule.number == 0 { String::new() } else { rule.number.to_string() },
            to: to.join("\n"),
            hourly: rule.hourly.to_string(),
            ..Self::default()
        }
    }

    /// The rule that the form says, or what is wrong with it.
    #[must_use]
    pub fn read(&self) -> RuleReady {
        let mut wrong = RuleWrong::default();
        let name: Option<Slug> = kept(self.name.parse(), &mut wrong.name);
        let kind: Option<AlertKind> = kept(self.kind.parse(), &mut wrong.kind);
        let number = match self.number.trim() {
            "" => Some(0),
            text => text.parse::<u32>().ok().filter(|n| (2..=LARGEST).contains(n)),
        };
        if number.is_none() {
            wrong.number = format!("give a number from 2 to {LARGEST}, or nothing");
        }
        let hourly = match self.hourly.trim() {
            "" => Some(HOURLY.0),
            text => text.parse::<u32>().ok().filter(|n| (1..=HOURLY.1).contains(n)),
        };
        if hourly.is_none() {
            wrong.hourly = format!("give a number from 1 to {}", HOURLY.1);
        }
        let to = recipients(&self.to, &mut wrong.to);
        let rule =
            name.zip(kind).zip(number.zip(hourly)).filter(|_| !wrong.is_any()).map(
                |((name, kind), (number, hourly))| AlertRule { name, kind, number, to, hourly },
            );
        RuleReady { rule, wrong }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_shown_as_it_was_sent_and_what_is_wrong_is_said_at_its_field() {
        let filled = RuleFields { name: "gains".into(), ..RuleFields::fresh() };
        let rule = filled.read().rule.unwrap();
        assert_eq!(RuleFields::of(&rule).read().rule, Some(rule));
        let places = |fields: RuleFields| fields.read().wrong.places();
        assert_eq!(places(RuleFields { kind: "noise".into(), ..filled.clone() })[0].0, "kind");
        assert_eq!(places(RuleFields { number: "1".into(), ..filled.clone() })[0].0, "number");
        assert_eq!(places(RuleFields { hourly: "0".into(), ..filled.clone() })[0].0, "hourly");
        assert_eq!(places(RuleFields { name: "A b".into(), ..filled })[0].0, "name");
    }
}
