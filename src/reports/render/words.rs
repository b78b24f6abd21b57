//! What every form says of a report as a whole: period, place in the journal, sight; and how moments and links are written. Not
//! responsible for sections.
//!
//! Invariant: moments are read off the clock of the report's zone and say so; a link is one only where it leads to a page.

use crate::{
    explain::words::{count, grouped},
    model::Moment,
    reports::{MOST_MISSED, Report, Sight, Table, Target, Text, render::Rendering, zone::zone},
};
use jiff::{Timestamp, tz::TimeZone};

/// The clock of a report.
pub(super) struct Clock {
    zone: TimeZone,
    /// The name of its zone.
    pub name: String,
}

impl Clock {
    /// That of a report; UTC where its zone is not known any more.
    pub(super) fn of(report: &Report) -> Self {
        let name = &report.heading.zone;
        match zone(name) {
            Some(zone) => Self { zone, name: name.clone() },
            None => Self { zone: TimeZone::UTC, name: "UTC".to_owned() },
        }
    }

    fn write(&self, moment: Moment, format: &str) -> String {
        Timestamp::from_second(moment.0).map_or_else(
            |_| moment.to_string(),
            |stamp| self.zone.to_datetime(stamp).strftime(format).to_string(),
        )
    }

    /// `2026-11-23 07:00`.
    pub(super) fn time(&self, moment: Moment) -> String {
        self.write(moment, "%Y-%m-%d %H:%M")
    }

    /// `2026-11-23`.
    pub(super) fn day(&self, moment: Moment) -> String {
        self.write(moment, "%Y-%m-%d")
    }

    /// `Mon, Nov 23, 2026`.
    pub(super) fn long_day(&self, moment: Moment) -> String {
        self.write(moment, "%a, %b %-d, %Y")
    }
}

/// The period in words: `2026-11-16 07:00 to 2026-11-23 07:00`.
pub(super) fn period(report: &Report, clock: &Clock) -> String {
    let (since, until) = (report.heading.since, report.heading.until);
    let to = clock.time(until.at);
    if since.seq.0 == 0 {
        format!("everything up to {to}")
    } else {
        format!("{} to {to}", clock.time(since.at))
    }
}

/// What a report is about, in pairs of name and value, for the head of a form.
pub(super) fn facts(report: &Report, clock: &Clock, rendering: &Rendering<'_>) -> Vec<[String; 2]> {
    let heading = &report.heading;
    let mut facts = Vec::new();
    let mut fact = |key: &str, value: String| facts.push([key.to_owned(), value]);
    if !rendering.house.is_empty() {
        fact("For", rendering.house.to_owned());
    }
    fact("Period", format!("{}, {}", period(report, clock), clock.name));
    fact(
        "Rings",
        match heading.filter.as_str() {
            "" => "all".to_owned(),
            filter => format!("those that fit {filter}"),
        },
    );
    let due = match (heading.due, heading.missed) {
        (Some(due), 0) => clock.time(due),
        (Some(due), n) => {
            let or_more = if n >= MOST_MISSED { " or more" } else { "" };
            let n = count(usize::try_from(n).unwrap_or(0), "earlier one", "earlier ones");
            format!("{}; in place of {n}{or_more} that nobody ran", clock.time(due))
        }
        (None, _) => "at any time: somebody asked for it".to_owned(),
    };
    fact("Due", due);
    if heading.is_first {
        fact("First", "the first report of this schedule: everything is new to it".to_owned());
    }
    let (since, until) = (heading.since.seq.0, heading.until.seq.0);
    fact(
        "Journal",
        format!("entries {} to {}", grouped(since + u64::from(until > since)), grouped(until)),
    );
    fact("Seen as", sight(rendering.sight).to_owned());
    facts
}

/// How much is said, in words.
pub(super) fn sight(sight: Sight) -> &'static str {
    match sight {
        Sight::Counts => "counts and ids: nobody is named, no value is shown",
        Sight::Masked => "names, and contact data masked",
        Sight::Full => "names and contact data in full: handle with care",
    }
}

/// An address that leads somewhere from outside, or within the web UI where `base` is empty; empty where it leads nowhere.
pub(super) fn href(base: &str, path: &str) -> String {
    let is_base = base.is_empty() || base.starts_with("https://") || base.starts_with("http://");
    let is_path = path.starts_with('/')
        && !path.starts_with("//")
        && path.chars().all(|c| c.is_ascii_graphic() && !"\"'<>\\`".contains(c));
    if is_base && is_path { format!("{}{path}", base.trim_end_matches('/')) } else { String::new() }
}

/// The page of a report.
pub(super) fn page(report: &Report, rendering: &Rendering<'_>) -> String {
    href(rendering.base, &format!("/reports/{}", report.heading.id))
}

/// What something leads to, for programs and tables.
pub(super) fn id(target: &Target) -> String {
    match target {
        Target::Ring(id) => id.to_string(),
        Target::Applicant(id) => id.to_string(),
        Target::Attribute(id) => id.to_string(),
        Target::Case(id) => id.to_string(),
        Target::Page(path) => path.clone(),
    }
}

/// A piece of a sentence; it leads somewhere where `href` is not empty.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(super) struct Piece {
    /// The words.
    pub text: String,
    /// Where they lead.
    pub href: String,
}

/// A text in pieces.
pub(super) fn pieces(text: &Text, rendering: &Rendering<'_>) -> Vec<Piece> {
    let piece = |part: &crate::reports::Part| Piece {
        text: part.said(rendering.sight),
        href: part.target().map_or_else(String::new, |to| href(rendering.base, &to.path())),
    };
    text.parts().iter().map(piece).collect()
}

/// Whether every cell of a column is a number, but for empty ones. The first column has the names of rows.
pub(super) fn is_column_of_numbers(table: &Table, column: usize, sight: Sight) -> bool {
    let cells = table.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.said(sight));
    let mut said = cells.filter(|cell| !cell.is_empty()).peekable();
    column > 0 && said.peek().is_some() && said.all(|cell| is_number(&cell))
}

/// Whether a cell is a number rather than words: it has no letters, and something.
pub(super) fn is_number(cell: &str) -> bool {
    !cell.is_empty() && !cell.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_page_of_the_house_and_nowhere_else() {
        assert_eq!(
            href("https://ringer.example/", "/rings/rg_1"),
            "https://ringer.example/rings/rg_1"
        );
        assert_eq!(href("", "/rings/rg_1"), "/rings/rg_1");
        for (base, path) in [
            ("javascript:x", "/rings/rg_1"),
            ("", "//example.com/"),
            ("", "javascript:x"),
            ("https://ringer.example", "rings"),
            ("", "/a\"onclick"),
            ("", "/a b"),
        ] {
            assert_eq!(href(base, path), "", "{base} {path}");
        }
    }
}
