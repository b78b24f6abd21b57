//! Two applications of one claimed identity side by side: which may be compared, and whether what they say of one time
//! agrees. Not responsible for what contradictions are worth.
//!
//! Applications are compared only when they share a mailbox, a number or a profile and their names do not conflict, and not
//! when the text of a resume is somebody else's: recruiters attach wrong files.
//!
//! Invariant: symmetric; leaving something out is no contradiction, and neither is a date that may be another.

use crate::{
    indicators::{
        Case, RoleFamily, Subject,
        history::{Job, Months, Study, may_meet, months},
        idc,
    },
    matching::similarity::osa_within,
    model::{Column, PersonName},
    normalize::fold::words,
};

/// Months by which two spellings of one date may differ.
const SLACK: i32 = 3;
/// Months that two jobs must certainly have had in common to be one place in a history.
const COMMON: i32 = 12;

/// The other applications of the identity that may be held against this one.
#[must_use]
pub fn others<'a>(case: &Case<'a>) -> Vec<&'a Subject<'a>> {
    let own = case.subject;
    if carries_other_resume(own, case.context.tied) {
        return Vec::new();
    }
    let comparable = |other: &&'a Subject<'a>| {
        other.application.id != own.application.id
            && is_tied(own, other)
            && !idc::conflicts(own.name(), other.name())
            && !carries_other_resume(other, case.context.tied)
    };
    case.dossier.subjects.iter().filter(comparable).collect()
}

fn is_tied(a: &Subject<'_>, b: &Subject<'_>) -> bool {
    let (a, b) = (&a.normal, &b.normal);
    let mailbox = a.email.is_some()
        && a.email.as_ref().map(|e| &e.canonical) == b.email.as_ref().map(|e| &e.canonical);
    let number =
        a.phone.is_some() && a.phone.as_ref().map(|p| &p.e164) == b.phone.as_ref().map(|p| &p.e164);
    mailbox || number || a.profiles.iter().any(|profile| b.profiles.contains(profile))
}

/// Whether the text of the resume has the whole name of somebody the applicant is tied to and nothing of their own.
fn carries_other_resume(subject: &Subject<'_>, tied: &[&PersonName]) -> bool {
    let Some(text) = subject.raw(Column::ResumeText).and_then(words) else { return false };
    let text = format!(" {text} ");
    let has = |token: &str| text.contains(&format!(" {token} "));
    let Some(own) = subject.name() else { return false };
    !own.tokens.iter().any(|token| token.len() > 1 && has(token))
        && tied.iter().any(|name| name.tokens.len() > 1 && name.tokens.iter().all(|t| has(t)))
}

/// Whether either of two applications came through an agency, where somebody else types the history.
#[must_use]
pub fn is_retyped(a: &Subject<'_>, b: &Subject<'_>) -> bool {
    let agency = |subject: &Subject<'_>| {
        let channel = subject.normal.channel.as_deref().unwrap_or_default();
        subject.normal.agency.is_some()
            || channel.contains("agency")
            || channel.contains("recruiter")
    };
    agency(a) || agency(b)
}

/// Whether two words are a slip of the pen apart.
#[must_use]
pub fn is_slip(a: &str, b: &str) -> bool {
    let slips = match a.len().min(b.len()) {
        ..4 => return a == b,
        4..8 => 1,
        8..16 => 2,
        _ => 3,
    };
    osa_within(a, b, slips).is_some()
}

/// Whether two canonical names of organisations can only be two organisations': no spelling of one another, neither a
/// part of the other, nor its initials.
#[must_use]
pub fn are_two(a: &str, b: &str) -> bool {
    const EMPTY: &[&str] = &["university", "college", "institute", "school", "the", "of", "and"];
    let tokens = |text: &str| -> Vec<String> {
        text.split(' ').filter(|t| !EMPTY.contains(t)).map(str::to_owned).collect()
    };
    let initials =
        |text: &str| -> String { text.split(' ').filter_map(|t| t.chars().next()).collect() };
    let (x, y) = (tokens(a), tokens(b));
    let within = |x: &[String], y: &[String]| {
        !x.is_empty()
            && x.iter().all(|t| y.iter().any(|u| is_slip(t, u) || u.starts_with(t.as_str())))
    };
    let short = |word: &str, whole: &str| !word.contains(' ') && initials(whole).starts_with(word);
    !(a == b || is_slip(a, b) || within(&x, &y) || within(&y, &x) || short(a, b) || short(b, a))
}

/// What two applications say of one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// What the one says.
    pub one: String,
    /// What the other says.
    pub other: String,
    /// Whether it is only a title that differs.
    pub title_only: bool,
}

/// What two educations contradict each other in, if they do. Each has all that its application
/// names, with dates or without.
#[must_use]
pub fn educations(a: &[Study], b: &[Study]) -> Option<Contradiction> {
    let listed = |study: &Study, all: &[Study]| {
        let Some(school) = &study.school else { return true };
        all.iter().filter_map(|s| s.school.as_ref()).any(|other| !are_two(&school.key, &other.key))
    };
    for x in a {
        for y in b.iter().filter(|y| is_one_time(x, y)) {
            let Some((s, t)) = x.school.as_ref().zip(y.school.as_ref()) else { continue };
            let differs = if are_two(&s.key, &t.key) {
                !listed(x, b) && !listed(y, a)
            } else {
                let degrees = x.level.zip(y.level).is_some_and(|(a, b)| a != b);
                let majors = x.major.as_deref().zip(y.major.as_deref());
                degrees && majors.is_some_and(|(a, b)| are_two(a, b))
            };
            if differs {
                return Some(Contradiction {
                    one: show_study(x),
                    other: show_study(y),
                    title_only: false,
                });
            }
        }
    }
    None
}

/// Whether two degrees can only be two accounts of one: the same end, and the same start or, where that is not given, the
/// same level.
fn is_one_time(x: &Study, y: &Study) -> bool {
    let Some((end, other_end)) = x.end.zip(y.end) else { return false };
    if !may_meet(
        months(end),
        months(other_end),
        if both_months(end.month, other_end.month) { SLACK } else { 0 },
    ) {
        return false;
    }
    match x.start.zip(y.start) {
        Some((start, other)) => {
            let slack = if both_months(start.month, other.month) { SLACK } else { 0 };
            may_meet(months(start), months(other), slack)
                && x.level.zip(y.level).is_none_or(|(a, b)| a == b || x.school == y.school)
        }
        None => x.level.is_some() && x.level == y.level,
    }
}

fn both_months(a: Option<u8>, b: Option<u8>) -> bool {
    a.is_some() && b.is_some()
}

fn show_study(study: &Study) -> String {
    let what = [study.degree.as_deref(), study.major.as_deref()];
    let what: Vec<&str> = what.into_iter().flatten().collect();
    let (start, end) = (study.start.map(|d| d.to_string()), study.end.map(|d| d.to_string()));
    let time: Vec<String> = start.into_iter().chain(end).collect();
    let parts = [study.written.clone(), what.join(" "), time.join(" to ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What two employments contradict each other in, if they do.
#[must_use]
pub fn employments(a: &[Job], b: &[Job]) -> Option<Contradiction> {
    let listed = |job: &Job, all: &[Job]| all.iter().any(|other| !are_two_employers(job, other));
    let mut title = None;
    for x in a {
        for y in b.iter().filter(|y| is_one_post(x, y)) {
            let found =
                |title_only| Contradiction { one: show_job(x), other: show_job(y), title_only };
            if are_two_employers(x, y) {
                if !listed(x, b) && !listed(y, a) {
                    return Some(found(false));
                }
            } else if title.is_none() && are_two_trades(x, y) {
                title = Some(found(true));
            }
        }
    }
    title
}

fn are_two_employers(x: &Job, y: &Job) -> bool {
    let Some((a, b)) = x.employer.as_ref().zip(y.employer.as_ref()) else { return false };
    let domain = x.domain.is_some() && x.domain == y.domain;
    !domain && are_two(&a.key, &b.key)
}

/// Whether two jobs can only be two accounts of one: beginning and end agree, they certainly had a year in common, and
/// neither is said to be anything but a full-time post of one's own.
fn is_one_post(x: &Job, y: &Job) -> bool {
    let Some((a, b)) = x.span.zip(y.span) else { return false };
    let end = |job: &Job, end: Months| if job.goes_on { (end.0, i32::MAX / 2) } else { end };
    let plain = |job: &Job| job.mode.full_time != Some(false) && !job.mode.contract;
    plain(x)
        && plain(y)
        && a.overlap(&b) >= COMMON
        && may_meet(a.start, b.start, SLACK)
        && may_meet(end(x, a.end), end(y, b.end), SLACK)
}

/// Whether two titles at one employer belong to two trades: both known, and without a word in common.
fn are_two_trades(x: &Job, y: &Job) -> bool {
    let Some((a, b)) = x.title.as_deref().zip(y.title.as_deref()) else { return false };
    let (f, g) = (RoleFamily::of(a), RoleFamily::of(b));
    f != g
        && f != RoleFamily::Other
        && g != RoleFamily::Other
        && !a.split(' ').any(|word| word.len() > 2 && b.split(' ').any(|other| word == other))
}

fn show_job(job: &Job) -> String {
    let end = if job.goes_on { Some("present".to_owned()) } else { job.end.map(|d| d.to_string()) };
    let time: Vec<String> = job.start.map(|d| d.to_string()).into_iter().chain(end).collect();
    let title = job.title.as_deref().unwrap_or_default().to_owned();
    let parts = [job.written.clone(), title, time.join(" to ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisations_are_two_only_when_no_reading_makes_them_one() {
        for (a, b, two) in [
            ("example widgets", "example widgets", false),
            ("example widgets", "exmaple widgets", false),
            ("example widgets", "example widgets europe", false),
            ("ew", "example widgets", false),
            ("university california", "university california berkeley", false),
            ("nowhere acad example", "nowhere academy example", false),
            ("example widgets", "sample gears", true),
            ("ohio state university", "university washington", true),
        ] {
            assert_eq!(are_two(a, b), two, "{a} / {b}");
            assert_eq!(are_two(b, a), two, "{b} / {a}");
        }
    }
}
