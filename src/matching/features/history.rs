//! Career history: school, subject, year, employer, title. Tells one person from two; the same rare history
//! under two names is a persona made from one kit.

use crate::{
    matching::{
        Comparer, Feature, Findings, Pair, Seen, Shared,
        corpus::{self, Degree, coarse},
        feature::{NO_SERIES, Own},
        similarity::osa_within,
    },
    model::{BackgroundClass, Bits, Column, Family, Normalized},
};

/// What is found in two entries of a career.
type Entry = Findings<4>;

/// The education claimed.
pub struct School;

impl School {
    /// Whether a mistyped school may be all that is between two entries: something else of them agrees, or is unknown.
    fn may_be_slips(x: Degree, y: Degree) -> bool {
        (x.year != 0 && x.year == y.year)
            || (x.major.is_some() && x.major == y.major)
            || ((x.year == 0 || y.year == 0) && (x.major.is_none() || y.major.is_none()))
    }

    /// The most that two entries can say. O(1).
    fn most(cx: &Comparer<'_>, x: Degree, y: Degree) -> Bits {
        let school = match (x.institution, y.institution) {
            (Some(a), Some(b)) if a == b => cx.most(&[Seen::SchoolSame]),
            (Some(_), Some(_)) if Self::may_be_slips(x, y) => cx.most(&[Seen::SchoolNear]),
            _ => Bits::ZERO,
        };
        let subject = x.major.is_some() && x.major == y.major;
        let year = match (x.year, y.year) {
            (0, _) | (_, 0) => Bits::ZERO,
            (m, n) if m == n => cx.most(&[Seen::YearSame, Seen::OtherYearSame]),
            _ => cx.most(&[Seen::YearNear, Seen::YearDifferent, Seen::OtherYearDifferent]),
        };
        school + year + if subject { cx.most(&[Seen::SubjectSame]) } else { Bits::ZERO }
    }

    fn compare(cx: &Comparer<'_>, x: Degree, y: Degree) -> Entry {
        let mut found = Entry::default();
        let mut related = true;
        if let (Some(a), Some(b)) = (x.institution, y.institution) {
            if a == b {
                found.see_value(Seen::SchoolSame, cx.frequency(cx.corpus.uses(a)));
            } else if Self::may_be_slips(x, y) && slips(cx.corpus.value(a), cx.corpus.value(b)) {
                found.see(Seen::SchoolNear);
            } else {
                found.see(Seen::SchoolDifferent);
                related = false;
            }
        }
        // Another school explains another subject.
        if let (Some(m), Some(n)) = (x.major, y.major) {
            if m == n {
                found.see_value(Seen::SubjectSame, cx.frequency(cx.corpus.count_of(m)));
            } else if related {
                found.see(Seen::SubjectDifferent);
            }
        }
        if x.year != 0 && y.year != 0 {
            found.see(match x.year.abs_diff(y.year) {
                0 if related => Seen::YearSame,
                1 if related => Seen::YearNear,
                _ if related => Seen::YearDifferent,
                0 => Seen::OtherYearSame,
                _ => Seen::OtherYearDifferent,
            });
        }
        found
    }
}

/// Whether two long names of organisations are two slips apart at most.
fn slips(a: &str, b: &str) -> bool {
    a.len().min(b.len()) >= 8 && osa_within(a, b, 2).is_some()
}

/// The findings that say most, of all ways to lay one person's entries beside the other's.
fn best(cx: &Comparer<'_>, all: impl Iterator<Item = Entry>, found: &mut Findings) {
    let best = all
        .filter(|f| !f.all().is_empty())
        .map(|f| (cx.sum(f.all()), f))
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    if let Some((_, findings)) = best {
        found.extend(findings.all());
    }
}

impl Feature for School {
    fn name(&self) -> &'static str {
        "education"
    }
    fn comparisons(&self) -> Vec<&'static str> {
        vec!["school", "subject", "graduation", "other_graduation"]
    }
    fn label(&self) -> &'static str {
        "Education"
    }
    fn describe(&self) -> &'static str {
        "School, subject and year of graduation. Tells one person from two; a school links nobody."
    }
    fn family(&self) -> Family {
        Family::History
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Institution, Column::Degree, Column::Major, Column::GradYear]
    }
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        let others = pair.y.education();
        let all =
            pair.x.education().flat_map(|e| others.clone().map(move |f| Self::compare(cx, e, f)));
        best(cx, all, found);
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        let others = pair.y.education();
        let all =
            pair.x.education().flat_map(|e| others.clone().map(move |f| Self::most(cx, e, f)));
        all.max().unwrap_or(Bits::ZERO)
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        let e = n.education.first()?;
        let parts: Vec<String> = [
            e.institution.as_ref().map(|o| o.key.to_string()),
            e.major.as_deref().map(str::to_owned),
            e.end.map(|d| d.to_string()),
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// The employment claimed.
pub struct Job;

impl Job {
    fn compare(cx: &Comparer<'_>, x: corpus::Job, y: corpus::Job) -> Entry {
        let mut found = Entry::default();
        let (Some(a), Some(b)) = (x.employer, y.employer) else { return found };
        if a == b {
            found.see_value(Seen::EmployerSame, cx.frequency(cx.corpus.uses(a)));
        } else if x.title == y.title && slips(cx.corpus.value(a), cx.corpus.value(b)) {
            found.see(Seen::EmployerNear);
        } else {
            found.see(Seen::EmployerDifferent);
            return found;
        }
        if let (Some(m), Some(n)) = (x.title, y.title) {
            if m == n {
                found.see_value(Seen::TitleSame, cx.frequency(cx.corpus.count_of(m)));
            } else {
                found.see(Seen::TitleDifferent);
            }
        }
        found
    }
}

impl Feature for Job {
    fn name(&self) -> &'static str {
        "employment"
    }
    fn comparisons(&self) -> Vec<&'static str> {
        vec!["employer", "job_title"]
    }
    fn label(&self) -> &'static str {
        "Employment"
    }
    fn describe(&self) -> &'static str {
        "Employer and title. Tells one person from two; an employer links nobody."
    }
    fn family(&self) -> Family {
        Family::History
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Employer, Column::JobTitle]
    }
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        let others = pair.y.employment();
        let all =
            pair.x.employment().flat_map(|j| others.clone().map(move |k| Self::compare(cx, j, k)));
        best(cx, all, found);
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        let mut most = Bits::ZERO;
        for j in pair.x.employment() {
            for k in pair.y.employment() {
                let title = j.title == k.title;
                let employer = match (j.employer, k.employer) {
                    (Some(a), Some(b)) if a == b => cx.most(&[Seen::EmployerSame]),
                    (Some(_), Some(_)) if title => cx.most(&[Seen::EmployerNear]),
                    _ => continue,
                };
                let title = if title { cx.most(&[Seen::TitleSame]) } else { Bits::ZERO };
                most = most.max(employer + title);
            }
        }
        most
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        let e = n.employment.first()?;
        let parts: Vec<&str> = [e.employer.as_ref().map(|o| &*o.key), e.title.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// The whole career, detail by detail.
pub struct Career;

impl Feature for Career {
    fn name(&self) -> &'static str {
        "career"
    }
    fn label(&self) -> &'static str {
        "Career"
    }
    fn describe(&self) -> &'static str {
        "School, subject, year, employer and title all the same under two names. Worth less where that school \
         or that employer is common: classmates who became colleagues exist."
    }
    fn family(&self) -> Family {
        Family::History
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Institution, Column::Major, Column::GradYear, Column::Employer, Column::JobTitle]
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (e, f) = (pair.x.education().next()?, pair.y.education().next()?);
        let (j, k) = (pair.x.employment().next()?, pair.y.employment().next()?);
        let (school, employer) = (e.institution?, j.employer?);
        let same = f.institution == Some(school)
            && k.employer == Some(employer)
            && e.major.is_some()
            && e.major == f.major
            && e.end.is_some()
            && e.end == f.end
            && j.title.is_some()
            && j.title == k.title;
        if !same {
            return None;
        }
        // Classmates of one year and subject among a person's fellow employees, in expectation.
        let employees = f64::from(coarse(cx.corpus.uses(employer)));
        let expected = employees * cx.corpus.share(cx.corpus.uses(school), 1) * 0.05;
        let policy = cx.policy.link.history;
        let bits = Bits::ratio(policy.m, policy.innocent.max(expected));
        (bits > Bits::ZERO).then_some(Shared {
            attribute: None,
            series: NO_SERIES,
            class: BackgroundClass::Common,
            bits,
            hub: policy.hub,
            own: Own::Not,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        Some(format!("{}; {}", School.value(n)?, Job.value(n)?))
    }
}
