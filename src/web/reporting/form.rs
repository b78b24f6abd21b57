//! The form of a schedule: what it was sent with, and what is wrong with that, field by field. Not responsible for showing it
//! (`pages::schedule`) nor for reading cron expressions (`Reporting`).
//!
//! Invariant: what cannot be read comes back as it was typed, with what is wrong beside it.

use crate::{
    model::{Moment, Recipient, ReportFormat, Schedule, Slug},
    reports::{self, Filter},
    web::reporting::{Hour, Reporting},
};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Recipients of a schedule or of a rule at most.
const RECIPIENTS: usize = 50;
/// Moments that are shown before a schedule is saved.
const SHOWN: usize = 5;
/// Longest expression, zone or filter.
const LONGEST: usize = 400;

/// What comes with a click: its name, what people read, the expression.
pub const PRESETS: &[(&str, &str, &str)] = &[
    ("weekly", "Every Monday at 07:00", "0 7 * * MON"),
    ("daily", "Every day at 07:00", "0 7 * * *"),
    ("monthly", "On the first of every month at 07:00", "0 7 1 * *"),
];

/// A schedule as a form sends it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// The session's secret.
    pub csrf: String,
    /// What it is called; that of the page where it is there already.
    pub name: String,
    /// A preset, or `own` for the expression.
    pub preset: String,
    /// The expression.
    pub cron: String,
    /// The time zone.
    pub zone: String,
    /// Recipients, one a line.
    pub to: String,
    /// Which rings.
    pub filter: String,
    html: String,
    pdf: String,
    json: String,
    csv: String,
    personal: String,
    /// The fact that said what the form shows.
    pub seen: String,
    /// `look` where it is only to be looked at.
    pub go: String,
}

/// What is wrong, field by field; empty where nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrong {
    /// The name.
    pub name: String,
    /// When.
    pub cron: String,
    /// The time zone.
    pub zone: String,
    /// Recipients.
    pub to: String,
    /// Forms.
    pub formats: String,
    /// Which rings.
    pub filter: String,
    /// The form as a whole.
    pub whole: String,
}

impl Wrong {
    /// The places of what is wrong, and what each is called.
    #[must_use]
    pub fn places(&self) -> Vec<(&'static str, &'static str)> {
        let all = [
            ("name", "the name", &self.name),
            ("cron", "when it is due", &self.cron),
            ("zone", "the time zone", &self.zone),
            ("to", "who gets it", &self.to),
            ("formats", "the forms", &self.formats),
            ("filter", "which rings", &self.filter),
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
pub struct Ready {
    /// The schedule, where nothing is wrong.
    pub schedule: Option<Schedule>,
    /// What is wrong.
    pub wrong: Wrong,
    /// The next moments it would be due.
    pub next: Vec<Hour>,
}

impl Fields {
    /// The form of a schedule that nobody made yet.
    #[must_use]
    pub fn fresh(zone: &str) -> Self {
        Self {
            name: "weekly".to_owned(),
            preset: "weekly".to_owned(),
            zone: if zone.is_empty() { "UTC" } else { zone }.to_owned(),
            html: "on".to_owned(),
            ..Self::default()
        }
    }

    /// The form of one that is there.
    #[must_use]
    pub fn of(schedule: &Schedule) -> Self {
        let preset = PRESETS.iter().find(|(_, _, cron)| *cron == schedule.cron);
        let on = |format| if schedule.formats.contains(&format) { "on" } else { "" }.to_owned();
        let to: Vec<String> = schedule.to.iter().map(ToString::to_string).collect();
        Self {
            name: schedule.name.to_string(),
            preset: preset.map_or("own", |(name, _, _)| name).to_owned(),
            cron: schedule.cron.clone(),
            zone: schedule.zone.clone(),
            to: to.join("\n"),
            filter: schedule.filter.clone(),
            html: on(ReportFormat::Html),
            pdf: on(ReportFormat::Pdf),
            json: on(ReportFormat::Json),
            csv: on(ReportFormat::Csv),
            personal: if schedule.personal { "on" } else { "" }.to_owned(),
            ..Self::default()
        }
    }

    /// Whether a form is chosen.
    #[must_use]
    pub fn has(&self, format: &ReportFormat) -> bool {
        let sent = match format {
            ReportFormat::Html => &self.html,
            ReportFormat::Pdf => &self.pdf,
            ReportFormat::Json => &self.json,
            ReportFormat::Csv => &self.csv,
        };
        !sent.is_empty()
    }

    /// Whether personal data may be sent.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        !self.personal.is_empty()
    }

    /// The expression that counts: that of the preset, else the one typed.
    #[must_use]
    pub fn expression(&self) -> String {
        let preset = PRESETS.iter().find(|(name, _, _)| *name == self.preset);
        let cron = preset.map_or(self.cron.as_str(), |(_, _, cron)| cron);
        cron.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The schedule that the form says, or what is wrong with it.
    #[must_use]
    pub fn read(&self, reports: Option<&dyn Reporting>, now: Moment) -> Ready {
        let mut wrong = Wrong::default();
        let name: Option<Slug> = kept(self.name.parse(), &mut wrong.name);
        let (cron, zone) = (self.expression(), self.zone.trim().to_owned());
        let mut next = Vec::new();
        if zone.len() > LONGEST || reports::zone(&zone).is_none() {
            wrong.zone = "this is no time zone; give an IANA name such as America/New_York or UTC"
                .to_owned();
        }
        let fields = cron.split(' ').filter(|field| !field.is_empty()).count();
        if cron.len() > LONGEST || fields != 5 {
            wrong.cron = format!(
                "five fields are needed, minute, hour, day of the month, month and day of the week; there are {fields}"
            );
        } else if let Some(reports) = reports.filter(|_| wrong.zone.is_empty()) {
            match reports.next(&cron, &zone, now, SHOWN) {
                Ok(moments) if moments.is_empty() => {
                    wrong.cron = "this never comes".to_owned();
                }
                Ok(moments) => next = moments.iter().map(|at| Hour::of(*at, &zone)).collect(),
                Err(error) => wrong.cron = error.to_string(),
            }
        }
        let to = recipients(&self.to, &mut wrong.to);
        let formats: BTreeSet<ReportFormat> =
            ReportFormat::ALL.iter().copied().filter(|format| self.has(format)).collect();
        if formats.is_empty() && !to.is_empty() {
            wrong.formats = "choose at least one form, since somebody gets it".to_owned();
        }
        let filter = match self.filter.len() > LONGEST {
            true => {
                wrong.filter = "this is too long".to_owned();
                None
            }
            false => kept::<Filter, _>(self.filter.parse(), &mut wrong.filter),
        };
        let schedule =
            name.zip(filter).filter(|_| !wrong.is_any()).map(|(name, filter)| Schedule {
                name,
                cron,
                zone,
                to,
                formats,
                filter: filter.to_string(),
                personal: self.is_personal(),
            });
        Ready { schedule, wrong, next }
    }
}

/// What was read; what is wrong with it goes to its field.
pub(super) fn kept<T, E: std::fmt::Display>(read: Result<T, E>, wrong: &mut String) -> Option<T> {
    read.map_err(|error| *wrong = error.to_string()).ok()
}

/// Recipients of a line: one, or several with commas between them. A comma separates where both sides of it are recipients, for
/// the address of a webhook and a path may have commas of their own.
fn of_line(line: &str) -> Vec<&str> {
    let line = line.trim_matches([',', ' ', '\t']);
    let is_one = |text: &str| text.parse::<Recipient>().is_ok();
    let (mut all, mut from) = (Vec::new(), 0);
    for (at, _) in line.match_indices(',') {
        let left = line.get(from..at).unwrap_or_default();
        let right = line.get(at + 1..).and_then(|rest| rest.split(',').next()).unwrap_or_default();
        if is_one(left) && is_one(right) {
            all.push(left.trim());
            from = at + 1;
        }
    }
    all.push(line.get(from..).unwrap_or_default().trim());
    all
}

/// Recipients, one a line or with commas between them.
pub(super) fn recipients(text: &str, wrong: &mut String) -> BTreeSet<Recipient> {
    let mut all = BTreeSet::new();
    let each = text.split(['\n', '\r']).flat_map(of_line).filter(|one| !one.is_empty());
    for line in each {
        if let Some(one) = kept(line.parse(), wrong) {
            all.insert(one);
        }
        if all.len() > RECIPIENTS {
            *wrong = format!("{RECIPIENTS} recipients at most; give a mailing list instead");
            break;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filled() -> Fields {
        Fields { to: "ann@example.com\nfolder:/srv/r".to_owned(), ..Fields::fresh("UTC") }
    }

    #[test]
    fn a_schedule_is_shown_as_it_was_sent() {
        let ready = filled().read(None, Moment(0));
        assert_eq!(ready.wrong, Wrong::default());
        let schedule = ready.schedule.unwrap();
        assert_eq!((&*schedule.cron, schedule.to.len()), ("0 7 * * MON", 2));
        let again = Fields::of(&schedule).read(None, Moment(0)).schedule.unwrap();
        assert_eq!(again, schedule);
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let wrong = |fields: Fields| fields.read(None, Moment(0)).wrong.places();
        assert_eq!(wrong(Fields { name: "My Week".into(), ..filled() })[0].0, "name");
        let own = |cron: &str| Fields { preset: "own".into(), cron: cron.into(), ..filled() };
        assert_eq!(wrong(own("0 7 * *"))[0].0, "cron");
        assert_eq!(wrong(Fields { zone: "Mars".into(), ..filled() })[0].0, "zone");
        assert_eq!(wrong(Fields { to: "ann".into(), ..filled() })[0].0, "to");
        assert_eq!(wrong(Fields { html: String::new(), ..filled() })[0].0, "formats");
        assert_eq!(wrong(Fields { filter: "size=3".into(), ..filled() })[0].0, "filter");
        assert_eq!(wrong(Fields { to: String::new(), html: String::new(), ..filled() }), []);
    }

    #[test]
    fn a_comma_separates_recipients_and_belongs_to_an_address_of_the_web() {
        let read = |text: &str| -> Result<Vec<String>, String> {
            let mut wrong = String::new();
            let all = recipients(text, &mut wrong);
            if wrong.is_empty() {
                Ok(all.iter().map(ToString::to_string).collect())
            } else {
                Err(wrong)
            }
        };
        let hook = "https://hooks.example.com/a,b?to=1,2";
        assert_eq!(read(hook).unwrap(), [hook]);
        assert_eq!(read("ben@example.com, ann@example.com,\r\n").unwrap().len(), 2);
        let mixed = format!("ann@example.com, {hook},ben@example.com\nfolder:/srv/a,b");
        let all = ["ann@example.com", "ben@example.com", hook, "folder:/srv/a,b"];
        let mut read_all = read(&mixed).unwrap();
        read_all.sort_unstable();
        let mut all = all.map(str::to_owned).to_vec();
        all.sort_unstable();
        assert_eq!(read_all, all);
        assert!(read("ann@example.com, ben").is_err() && read(" , ,\n").unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_a_schedule_or_wrong_somewhere(
            name in "\\PC{0,12}", cron in "\\PC{0,20}", zone in "\\PC{0,12}", to in "\\PC{0,20}",
            filter in "\\PC{0,12}",
        ) {
            let fields = Fields { name, preset: "own".into(), cron, zone, to, filter, ..filled() };
            let ready = fields.read(None, Moment(0));
            prop_assert_eq!(ready.schedule.is_none(), ready.wrong.is_any());
        }
    }
}
