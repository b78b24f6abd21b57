//! The education and employment of an application with all that is said of them: where, how, from when to when. Not
//! responsible for what contradicts what (`versions`).
//!
//! Reads the columns and `education[]` {school, unitid, degree, major, cip, start, end, mode, city, state, postal_code},
//! `employment[]` {employer, domain, domain_created_at, title, start, end, mode, full_time, city, state, location}. Of the
//! employer in the columns it reads the unknown columns employment_start, employment_end, employer_domain,
//! employer_domain_created_at, employer_city and employer_state.
//!
//! Invariant: a month that is not given is never made up: a span says what is certain and what is possible.

use crate::{
    indicators::{Entry, Subject, places::Place},
    model::{Column, Moment, Organisation, PartialDate},
    normalize::{
        date,
        fold::{is_nothing, words},
        organisation,
    },
    reference::institutions,
};

/// How far a degree goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Associate's degree.
    Associate,
    /// Bachelor's degree.
    Bachelor,
    /// Master's degree.
    Master,
    /// Doctor's degree.
    Doctor,
}

impl Level {
    /// The level of a canonical degree (see [`organisation::degree`]); none for what is no degree, and for unknown ones.
    #[must_use]
    pub fn of(degree: &str) -> Option<Self> {
        Some(match degree {
            "as" => Self::Associate,
            "bs" | "ba" | "be" => Self::Bachelor,
            "ms" | "ma" | "me" | "mba" => Self::Master,
            "phd" => Self::Doctor,
            _ => return None,
        })
    }

    /// The words for it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Associate => "associate's degree",
            Self::Bachelor => "bachelor's degree",
            Self::Master => "master's degree",
            Self::Doctor => "doctorate",
        }
    }
}

/// Where and how much, as far as it is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mode {
    /// Online or remote; false is on site.
    pub remote: Option<bool>,
    /// Full-time; false is anything less, or anything but employment.
    pub full_time: Option<bool>,
    /// Hired through somebody else, or on an account of one's own.
    pub contract: bool,
    /// The words used, folded.
    pub words: String,
}

impl Mode {
    fn read(entry: &Entry, title: &str) -> Self {
        let said = ["mode", "type", "employment_type", "attendance", "format", "location", "note"];
        let said: Vec<String> = said.iter().filter_map(|name| entry.word(&[name])).collect();
        let words = said.join(" ");
        let all = format!(" {words} {title} ");
        let has = |any: &[&str]| any.iter().any(|word| all.contains(&format!(" {word} ")));
        let remote = entry.flag(&["remote", "online"]).or_else(|| {
            if has(&["online", "remote", "distance", "virtual", "correspondence", "hybrid"]) {
                Some(true)
            } else if has(&["onsite", "on site", "campus", "on campus", "in person", "office"]) {
                Some(false)
            } else {
                entry.flag(&["onsite", "on_site"]).map(|onsite| !onsite)
            }
        });
        let contract = has(&[
            "contract",
            "contractor",
            "freelance",
            "freelancer",
            "consultant",
            "consulting",
            "agency",
            "self employed",
            "temporary",
            "temp",
        ]);
        let less = contract
            || has(&[
                "part time",
                "intern",
                "internship",
                "volunteer",
                "advisor",
                "adviser",
                "board",
                "mentor",
                "founder",
                "owner",
                "tutor",
                "adjunct",
                "assistant",
                "seasonal",
                "co op",
            ]);
        let full_time = entry.flag(&["full_time", "fulltime"]).or_else(|| {
            if has(&["full time", "fulltime"]) { Some(true) } else { less.then_some(false) }
        });
        Self { remote, full_time, contract, words }
    }

    /// Whether the words used have this one among them.
    #[must_use]
    pub fn says(&self, word: &str) -> bool {
        format!(" {} ", self.words).contains(&format!(" {word} "))
    }
}

/// Months since the year 0 in which a date may lie: the first and the last.
pub type Months = (i32, i32);

/// The months in which a date may lie.
#[must_use]
pub fn months(date: PartialDate) -> Months {
    let year = i32::from(date.year) * 12;
    match date.month {
        Some(month) => (year + i32::from(month) - 1, year + i32::from(month) - 1),
        None => (year, year + 11),
    }
}

/// The month of a moment, in UTC.
#[must_use]
pub fn month_of(at: Moment) -> Option<i32> {
    Some(months(PartialDate::read(&at.day())?).0)
}

/// Whether two dates may be one, up to so many months.
#[must_use]
pub fn may_meet(a: Months, b: Months, slack: i32) -> bool {
    a.0 <= b.1.saturating_add(slack) && b.0 <= a.1.saturating_add(slack)
}

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// When it began.
    pub start: Months,
    /// When it ended, or the month of the application where it goes on.
    pub end: Months,
}

impl Span {
    /// A span, where it does not end before it begins.
    #[must_use]
    pub fn new(start: Months, end: Months) -> Option<Self> {
        (start.0 <= end.1).then_some(Self { start, end })
    }

    /// Months it took at the most, those of beginning and end included.
    #[must_use]
    pub fn longest(&self) -> i32 {
        self.end.1 - self.start.0 + 1
    }

    /// Months that both certainly have in common.
    #[must_use]
    pub fn overlap(&self, other: &Self) -> i32 {
        (self.end.0.min(other.end.0) - self.start.1.max(other.start.1) + 1).max(0)
    }
}

/// One degree claimed.
#[derive(Debug, Clone)]
pub struct Study {
    /// School.
    pub school: Option<Organisation>,
    /// The school as written.
    pub written: String,
    /// Its number in IPEDS, where given.
    pub unitid: Option<u32>,
    /// Degree in its usual abbreviation.
    pub degree: Option<Box<str>>,
    /// How far it goes.
    pub level: Option<Level>,
    /// Major, folded.
    pub major: Option<Box<str>>,
    /// Its code as written, where given.
    pub cip: Option<String>,
    /// Start.
    pub start: Option<PartialDate>,
    /// End.
    pub end: Option<PartialDate>,
    /// Online, part-time and so on.
    pub mode: Mode,
    /// Where: as said, or where the school is.
    pub place: Option<Place>,
    /// Whether the school is one of the United States that IPEDS knows.
    pub in_ipeds: bool,
}

impl Study {
    fn new(school: Option<&str>, degree: Option<&str>, major: Option<&str>) -> Self {
        let school = school.filter(|text| !is_nothing(text));
        let found = school.and_then(organisation::institution);
        let campus = found.as_ref().and_then(|school| institutions::campus(&school.key));
        let degree = degree.and_then(organisation::degree);
        Self {
            written: school.unwrap_or_default().trim().to_owned(),
            school: found,
            unitid: None,
            level: degree.as_deref().and_then(Level::of),
            degree,
            major: major.filter(|text| !is_nothing(text)).and_then(words),
            cip: None,
            start: None,
            end: None,
            mode: Mode::default(),
            place: campus.map(Place::of_campus),
            in_ipeds: campus.is_some(),
        }
    }

    /// From when to when, where both are given.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        Span::new(months(self.start?), months(self.end?))
    }
}

/// The education of an application: of the columns, then of the list; only what names a school or a degree.
#[must_use]
pub fn studies(subject: &Subject<'_>) -> Vec<Study> {
    let raw = |column| subject.raw(column);
    let date_in = |column| raw(column).and_then(date::parse);
    let mut all = vec![Study {
        start: date_in(Column::EducationStart),
        end: date_in(Column::EducationEnd).or_else(|| date_in(Column::GradYear)),
        ..Study::new(raw(Column::Institution), raw(Column::Degree), raw(Column::Major))
    }];
    for entry in subject.record.list("education") {
        let text = |names: &[&str]| entry.text(names);
        let (school, degree, major) = (
            text(&["school", "institution", "university", "name"]),
            text(&["degree"]),
            text(&["major", "field", "field_of_study"]),
        );
        let study = Study::new(school.as_deref(), degree.as_deref(), major.as_deref());
        all.push(Study {
            unitid: text(&["unitid", "unit_id"]).and_then(|id| id.parse().ok()),
            cip: text(&["cip", "cip_code", "cipcode"]),
            start: entry.date(&["start", "start_date"]),
            end: entry.date(&["end", "end_date", "grad_year", "year"]),
            mode: Mode::read(entry, ""),
            place: Place::read(entry).or(study.place.clone()),
            ..study
        });
    }
    all.retain(|study| study.school.is_some() || study.unitid.is_some() || study.level.is_some());
    all
}

/// One job claimed.
#[derive(Debug, Clone)]
pub struct Job {
    /// Employer.
    pub employer: Option<Organisation>,
    /// The employer as written.
    pub written: String,
    /// Title, folded.
    pub title: Option<Box<str>>,
    /// Start.
    pub start: Option<PartialDate>,
    /// End.
    pub end: Option<PartialDate>,
    /// Whether it is said to go on.
    pub goes_on: bool,
    /// From when to when, where both are known.
    pub span: Option<Span>,
    /// Domain of the employer, lower case.
    pub domain: Option<String>,
    /// When that was registered.
    pub domain_created: Option<Moment>,
    /// Whether an older domain of the employer is known.
    pub older_domain: bool,
    /// Remote, part-time and so on.
    pub mode: Mode,
    /// Where.
    pub place: Option<Place>,
    /// The entry it was read from; empty for that of the columns.
    pub entry: Entry,
}

impl Job {
    fn new(subject: &Subject<'_>, employer: Option<&str>, entry: Entry) -> Self {
        let employer = employer.filter(|text| !is_nothing(text));
        let title = entry.word(&["title", "job_title", "position"]);
        let ending = entry.word(&["end", "end_date"]);
        let word = |w: &str| matches!(w, "present" | "current" | "now" | "today" | "ongoing");
        let goes_on = ending.as_deref().is_some_and(|text| text.split(' ').any(word))
            || entry.flag(&["current", "is_current"]) == Some(true);
        let (start, end) = (entry.date(&["start", "start_date"]), entry.date(&["end", "end_date"]));
        let last = subject.normal.submitted_at.and_then(month_of).filter(|_| goes_on);
        let end_months = end.map(months).or(last.map(|month| (month, month)));
        let domain = entry.text(&["domain", "employer_domain", "website", "url"]);
        Self {
            employer: employer.and_then(organisation::employer),
            written: employer.unwrap_or_default().trim().to_owned(),
            span: start.zip(end_months).and_then(|(start, end)| Span::new(months(start), end)),
            start,
            end,
            goes_on,
            domain: domain.and_then(|text| host(&text)),
            domain_created: entry.moment(&[
                "domain_created_at",
                "domain_created",
                "domain_registered_at",
                "rdap_created",
            ]),
            older_domain: entry
                .text(&["older_domain", "previous_domain", "former_domain"])
                .is_some_and(|text| {
                    !is_nothing(&text) && !matches!(text.as_str(), "false" | "none")
                }),
            mode: Mode::read(&entry, title.as_deref().unwrap_or_default()),
            title: title.map(Into::into),
            place: Place::read(&entry),
            entry,
        }
    }
}

/// `https://www.example.com/about` names `example.com`.
fn host(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    (host.contains('.') && !host.contains(' ')).then(|| host.to_owned())
}

/// The employment of an application: of the columns, then of the list; only what names an employer or a title.
#[must_use]
pub fn jobs(subject: &Subject<'_>) -> Vec<Job> {
    let column = Entry::of([
        ("title", subject.raw(Column::JobTitle)),
        ("start", subject.record.extra("employment_start")),
        ("end", subject.record.extra("employment_end")),
        ("domain", subject.record.extra("employer_domain")),
        ("domain_created_at", subject.record.extra("employer_domain_created_at")),
        ("city", subject.record.extra("employer_city")),
        ("state", subject.record.extra("employer_state")),
    ]);
    let mut all = vec![Job::new(subject, subject.raw(Column::Employer), column)];
    for entry in subject.record.list("employment") {
        let employer = entry.text(&["employer", "company", "organization", "organisation", "name"]);
        all.push(Job::new(subject, employer.as_deref(), entry.clone()));
    }
    all.retain(|job| job.employer.is_some() || job.title.is_some());
    all
}

/// The month in which the first job began that has a beginning, and so how long a career is claimed to be.
#[must_use]
pub fn first_job(jobs: &[Job]) -> Option<PartialDate> {
    jobs.iter().filter_map(|job| job.start).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Months {
        months(date::parse(text).unwrap())
    }

    #[test]
    fn spans_say_what_is_certain_and_what_is_possible() {
        let span = |a, b| Span::new(at(a), at(b)).unwrap();
        assert_eq!(span("2018-09", "2020-05").longest(), 21);
        assert_eq!(span("2018", "2020").longest(), 36);
        assert_eq!(span("2018-01", "2019-12").overlap(&span("2019-01", "2021-01")), 12);
        assert_eq!(span("2018", "2020").overlap(&span("2018", "2020")), 14);
        assert_eq!(span("2018", "2019").overlap(&span("2019", "2020")), 0);
        assert_eq!(Span::new(at("2020"), at("2019")), None);
        assert!(may_meet(at("2012"), at("2012-05"), 0) && !may_meet(at("2012"), at("2013-02"), 0));
    }

    #[test]
    fn degrees_have_a_level_and_courses_have_none() {
        let level = |text| Level::of(&organisation::degree(text).unwrap());
        assert_eq!(level("Bachelor of Science"), Some(Level::Bachelor));
        assert_eq!(level("MBA"), Some(Level::Master));
        assert_eq!(level("Ph.D."), Some(Level::Doctor));
        assert_eq!(level("Coding bootcamp"), None);
    }

    #[test]
    fn a_domain_is_told_from_whatever_form_it_was_given_in() {
        assert_eq!(host("https://www.Example.com/about").as_deref(), Some("example.com"));
        assert_eq!(host("example.org"), Some("example.org".to_owned()));
        assert_eq!(host("none"), None);
    }
}
