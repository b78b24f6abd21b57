//! Career history: school, subject, year, employer, title. Tells one person from two; the same rare history
//! under two names is a persona made from one kit.

use crate::{
    matching::{
        Comparer, Feature, Pair, Shared,
        corpus::{self, Degree, coarse},
        feature::{NO_SERIES, Own},
    },
    model::{BackgroundClass, Bits, Column, Family, Normalized},
};

/// The education claimed.
pub struct School;

impl School {
    fn compare(cx: &Comparer<'_>, x: Degree, y: Degree) -> Option<Bits> {
        let policy = &cx.policy.identity;
        let (a, b) = (x.institution?, y.institution?);
        if a != b {
            return Some(policy.institution_differs);
        }
        let mut bits = cx.agreement_on(policy.m_institution, cx.corpus.uses(a), 10.0).get();
        if let (Some(m), Some(n)) = (x.major, y.major) {
            bits +=
                if m == n { cx.agreement_on(0.8, cx.corpus.count_of(m), 4.0).get() } else { -1.0 };
        }
        if x.year != 0 && y.year != 0 {
            bits += match x.year.abs_diff(y.year) {
                // Years of graduation spread over about 25 years.
                0 => 4.0,
                1 => 0.5,
                _ => policy.grad_year_differs.get(),
            };
        }
        Some(Bits::new(bits))
    }
}

impl Feature for School {
    fn name(&self) -> &'static str {
        "education"
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
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Bits> {
        let others = pair.y.education();
        pair.x
            .education()
            .flat_map(|e| others.clone().filter_map(move |f| Self::compare(cx, e, f)))
            .max()
    }
    fn identity_at_most(&self, pair: &Pair<'_>) -> Bits {
        let mut schools = pair.x.education().filter_map(|e| e.institution);
        let same = schools.any(|a| pair.y.education().any(|f| f.institution == Some(a)));
        if same { Bits::new(18.0) } else { Bits::ZERO }
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
    fn compare(cx: &Comparer<'_>, x: corpus::Job, y: corpus::Job) -> Option<Bits> {
        let policy = &cx.policy.identity;
        let (a, b) = (x.employer?, y.employer?);
        if a != b {
            return Some(policy.employer_differs);
        }
        let mut bits = cx.agreement_on(policy.m_employer, cx.corpus.uses(a), 10.0).get();
        if let (Some(m), Some(n)) = (x.title, y.title)
            && m == n
        {
            bits += cx.agreement_on(0.7, cx.corpus.count_of(m), 3.0).get();
        }
        Some(Bits::new(bits))
    }
}

impl Feature for Job {
    fn name(&self) -> &'static str {
        "employment"
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
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Bits> {
        let others = pair.y.employment();
        pair.x
            .employment()
            .flat_map(|j| others.clone().filter_map(move |k| Self::compare(cx, j, k)))
            .max()
    }
    fn identity_at_most(&self, pair: &Pair<'_>) -> Bits {
        let mut employers = pair.x.employment().filter_map(|j| j.employer);
        let same = employers.any(|a| pair.y.employment().any(|k| k.employer == Some(a)));
        if same { Bits::new(13.0) } else { Bits::ZERO }
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
