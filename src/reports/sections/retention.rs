//! Retention: whose data is kept longer than it may be, whose soon will be, and what holds it. Not responsible for the rules
//! (`casework::keeping`) nor for erasing: a supervisor decides, nothing is erased by itself.
//!
//! Invariant: depends on view, cases, rules and the day of the report alone; whatever rings the report is about, everybody counts.

use crate::{
    casework::keeping::{Keeping, RetentionPolicy, Standing},
    explain::words::{count, grouped},
    model::{ApplicantId, Day},
    reports::{
        ReportError,
        ground::Ground,
        section::{Line, Section, Table},
        sections::SectionKind,
        text::{Target, Text},
    },
};

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "retention",
    title: "Retention deadlines",
    about: "Whose data is kept longer than it may be, or will be within 30 days, whatever rings the report is about; those whom a \
            hold or a standing referral keeps are counted apart. Days are those of UTC.",
    build,
};

/// Days to come that it looks at.
const AHEAD: u32 = 30;

/// Lines it keeps.
const MOST: usize = 10;

/// The stretches of time that it counts by: what they are called, and their first and last day from today on.
const STRETCHES: &[(&str, i32, i32)] = &[
    ("Past their last day", i32::MIN, -1),
    ("Last day within a week", 0, 6),
    ("In the second week", 7, 13),
    ("In the third week", 14, 20),
    ("In the fourth week", 21, 27),
    ("Up to 30 days", 28, AHEAD as i32),
];

/// Who has to do what.
const ACT: &str = "A supervisor decides: erase them, hold them with a reason, or set another ceiling. Nothing is erased by itself.";

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    if !has_ceiling(ground.retention) {
        return Ok(Section::nothing(
            "No ceiling is set, so nobody's data comes to an end by a rule; ceiling_days under [retention] in ringer.toml sets one.",
        ));
    }
    let since = ground.engine.held_since(ground.view)?;
    let keeping = Keeping::new(ground.view, ground.cases, ground.retention, since, ground.now());
    let today = keeping.today();
    let ends: Vec<Standing> = keeping.all().filter(|standing| is_near(standing, today)).collect();
    Ok(section(ground, ends, today))
}

/// Whether any rule says that data has to go some day.
fn has_ceiling(policy: &RetentionPolicy) -> bool {
    policy.ceiling_days.is_some() || policy.places.iter().any(|place| place.ceiling_days.is_some())
}

fn is_near(standing: &Standing, today: Day) -> bool {
    let ahead = i32::try_from(AHEAD).unwrap_or(i32::MAX);
    standing.until.is_some_and(|until| until.days_since(today) <= ahead)
}

fn section(ground: &Ground<'_>, ends: Vec<Standing>, today: Day) -> Section {
    let days = |standing: &Standing| standing.until.map_or(0, |until| until.days_since(today));
    let (held, mut free): (Vec<Standing>, Vec<Standing>) =
        ends.into_iter().partition(|standing| !standing.held_by.is_empty());
    if free.is_empty() && held.is_empty() {
        return Section::nothing("Nobody's data has to go within 30 days.");
    }
    let within = |all: &[Standing], first: i32, last: i32| {
        all.iter().filter(|s| (first..=last).contains(&days(s))).count()
    };
    let rows = STRETCHES.iter().map(|&(name, first, last)| {
        let counts = [within(&free, first, last), within(&held, first, last)];
        let cells = counts.into_iter().map(|n| Text::plain(grouped(n)));
        let name = Text::default().link(name, Target::Page("/privacy".to_owned()));
        std::iter::once(name).chain(cells).collect()
    });
    let table = Table {
        caption: "Applicants by their last day".to_owned(),
        head: ["When", "Nothing holds them", "Held"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
        note: "Held are those whom a legal hold or a standing referral covers; they stay until it ends.".to_owned(),
    };
    let past = within(&free, i32::MIN, -1);
    let coming = free.len() - past;
    let all = free.len();
    let network = &ground.view.network;
    // By what does not depend on the order of arrival. Only as many are sorted as are told.
    let key = |s: &Standing| -> (Option<Day>, ApplicantId) {
        (s.until, network.applicant(s.applicant).id.clone())
    };
    if free.len() > MOST {
        free.select_nth_unstable_by_key(MOST, key);
        free.truncate(MOST);
    }
    free.sort_by_cached_key(key);
    let line = |standing: &Standing| {
        let until = standing.until.map_or_else(String::new, |day| day.to_string());
        let said = match days(standing) {
            ..0 => format!(" should have gone by {until}"),
            0 => " has to go today".to_owned(),
            _ => format!(" has to go after {until}"),
        };
        let person = ground.person(standing.applicant);
        let interval = &standing.interval;
        Line {
            at: None,
            about: person.target(),
            text: Text::from(person).and(said),
            evidence: vec![Text::plain(format!(
                "kept since {}; at least {}, the rule for {}",
                standing.since,
                count(interval.floor_days as usize, "day", "days"),
                interval.floor_of
            ))],
            innocent: Vec::new(),
            act: Some(ACT.to_owned()),
        }
    };
    let lines: Vec<Line> = free.iter().map(line).collect();
    let summary = format!(
        "{} kept longer than {} may be, and {} within 30 days; {} held meanwhile.",
        count(past, "applicant is", "applicants are"),
        if past == 1 { "it" } else { "they" },
        count(coming, "comes due", "come due"),
        count(held.len(), "such applicant is", "such applicants are"),
    );
    let left = u32::try_from(all - lines.len()).unwrap_or(u32::MAX);
    let n = u32::try_from(all).unwrap_or(u32::MAX);
    let mut section = Section { n, summary, lines, more: left, ..Section::default() };
    if section.lines.is_empty() {
        // What is held needs nobody today.
        section.summary.push_str(" Nobody has to go while the holds last.");
    }
    section.tables = vec![table];
    section
}
