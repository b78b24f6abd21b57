//! Career history: school, subject, year, employer, title. Tells one person from two; the same rare history
//! under two names is a persona made from one kit.

use crate::{
    matching::{
        Comparer, Counted, Feature, Shared,
        feature::{NO_SERIES, Own},
    },
    model::{AppIx, BackgroundClass, Bits, Column, Education, Employment, Family, Normalized},
};

/// The education claimed.
pub struct School;

impl School {
    fn compare(cx: &Comparer<'_>, x: &Education, y: &Education) -> Option<Bits> {
        let policy = &cx.policy.identity;
        let counts = cx.corpus.counts();
        let (a, b) = (x.institution.as_ref()?, y.institution.as_ref()?);
        if a.key != b.key {
            return Some(policy.institution_differs);
        }
        let u = counts.frequency(Counted::Institution, &a.key, policy.population_floor);
        let mut bits = cx.agreement(policy.m_institution, u, 10.0).get();
        if let (Some(m), Some(n)) = (&x.major, &y.major) {
            bits += if m == n {
                let u = counts.frequency(Counted::Major, m, policy.population_floor);
                cx.agreement(0.8, u, 4.0).get()
            } else {
                -1.0
            };
        }
        if let (Some(p), Some(q)) = (x.end, y.end) {
            bits += match p.year.abs_diff(q.year) {
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
    fn identity(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Bits> {
        let (x, y) = cx.both(a, b);
        x.education
            .iter()
            .flat_map(|e| y.education.iter().filter_map(move |f| Self::compare(cx, e, f)))
            .max()
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
    fn compare(cx: &Comparer<'_>, x: &Employment, y: &Employment) -> Option<Bits> {
        let policy = &cx.policy.identity;
        let counts = cx.corpus.counts();
        let (a, b) = (x.employer.as_ref()?, y.employer.as_ref()?);
        if a.key != b.key {
            return Some(policy.employer_differs);
        }
        let u = counts.frequency(Counted::Employer, &a.key, policy.population_floor);
        let mut bits = cx.agreement(policy.m_employer, u, 10.0).get();
        if let (Some(m), Some(n)) = (&x.title, &y.title)
            && m == n
        {
            let u = counts.frequency(Counted::Title, m, policy.population_floor);
            bits += cx.agreement(0.7, u, 3.0).get();
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
    fn identity(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Bits> {
        let (x, y) = cx.both(a, b);
        x.employment
            .iter()
            .flat_map(|e| y.employment.iter().filter_map(move |f| Self::compare(cx, e, f)))
            .max()
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
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let (x, y) = cx.both(a, b);
        let counts = cx.corpus.counts();
        let (e, f) = (x.education.first()?, y.education.first()?);
        let (j, k) = (x.employment.first()?, y.employment.first()?);
        let (school, employer) = (e.institution.as_ref()?, j.employer.as_ref()?);
        let same = school == f.institution.as_ref()?
            && employer == k.employer.as_ref()?
            && e.major.is_some()
            && e.major == f.major
            && e.end.is_some()
            && e.end == f.end
            && j.title.is_some()
            && j.title == k.title;
        if !same {
            return None;
        }
        let n = f64::from(counts.applications());
        let frequency = |field, value: &str| f64::from(counts.of(field, value)) / n;
        // Classmates of one year and subject among a person's fellow employees, in expectation.
        let expected = n
            * frequency(Counted::Institution, &school.key)
            * frequency(Counted::Employer, &employer.key)
            * 0.05;
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
