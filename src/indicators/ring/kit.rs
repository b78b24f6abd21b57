//! Indicators of careers made from one kit: jobs and degrees in common under different names. Reads the columns of education and
//! employment, `education[]`, `employment[]`, the text of the resume, and skills (`skills[]` or the unknown column `skills`).
//! Not responsible for one career that is the same from end to end (`matching` links by it).

use super::{
    people::{People, subjects},
    statistics::number,
    targets::jaccard,
};
use crate::{
    indicators::{
        Assessed, Compute, Dossier, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Topic,
        quoted,
    },
    model::{ResumeText, Share},
    normalize::fold::words,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// Jobs and degrees a member must name to be compared, members that must, and the share they must have in common.
const ENTRIES: usize = 3;
const MEMBERS: usize = 3;
const IN_COMMON: f64 = 0.3;

/// Skills in common in one order from which on that is no chance: 720 orders of six.
const SKILLS: usize = 6;

/// Skills that are read at most.
const LISTED: usize = 200;

/// Jobs with employer, title and first month that two must have in common.
const TUPLES: usize = 3;

/// Two texts with less than this in common are not copied: colleagues wrote them.
const OTHER_TEXT: f64 = 0.1;

/// Employer and title of each job, school, degree and subject of each degree.
fn entries(member: &Dossier<'_>) -> BTreeSet<[String; 3]> {
    let mut all = BTreeSet::new();
    for subject in &member.subjects {
        for job in &subject.normal.employment {
            if let (Some(employer), Some(title)) = (&job.employer, &job.title) {
                all.insert(["job".into(), employer.key.to_string(), title.to_string()]);
            }
        }
        for degree in &subject.normal.education {
            if let (Some(school), Some(major)) = (&degree.institution, &degree.major) {
                let level = degree.degree.as_deref().unwrap_or_default();
                all.insert(["degree".into(), school.key.to_string(), format!("{level} {major}")]);
            }
        }
    }
    all
}

/// The skills of a member in their order, from the application that lists most.
fn skills(member: &Dossier<'_>) -> Vec<String> {
    let lists = member.subjects.iter().map(|subject| {
        let nested = subject.application.nested.get("skills");
        let nested: Vec<String> = nested.map(|text| listed(text)).unwrap_or_default();
        let column = subject.record.extra("skills").unwrap_or_default();
        let column = column.split([',', ';', '|']).filter_map(words).map(Into::into);
        if nested.is_empty() { column.collect() } else { nested }
    });
    let mut longest: Vec<String> = lists.max_by_key(Vec::len).unwrap_or_default();
    let mut seen = BTreeSet::new();
    longest.retain(|skill| seen.insert(skill.clone()));
    longest
}

/// The skills of a nested list: of texts, or of entries with a name.
fn listed(json: &str) -> Vec<String> {
    let values: Vec<Value> = serde_json::from_str(json).unwrap_or_default();
    let skill = |value: &Value| {
        let name = value.get("name").or_else(|| value.get("skill")).unwrap_or(value);
        words(name.as_str()?).map(Into::into)
    };
    values.iter().take(LISTED).filter_map(skill).collect()
}

/// Whether two lists have six skills or more in common, all in one order that is not the alphabet's.
fn one_order(a: &[String], b: &[String]) -> bool {
    let common = |of: &[String], other: &[String]| -> Vec<String> {
        of.iter().filter(|skill| other.contains(skill)).cloned().collect()
    };
    let (x, y) = (common(a, b), common(b, a));
    x.len() >= SKILLS && x == y && !x.is_sorted()
}

/// `persona-kit`.
pub static PERSONA_KIT: Indicator = Indicator {
    id: "persona-kit",
    title: "Members built from one kit",
    topic: Topic::Employment,
    needs: &["full_name", "employment", "education", "skills"],
    how: "Of three or more members without anything in common in their names who each name three jobs and degrees or more, every \
          two have on average 30 % or more of them in common (employer with title, school with degree and subject), or half of \
          all pairs list six or more common skills in one order that is not the alphabet's. Fixed shares, not those of the \
          store; of more than 100 members the first by name.",
    strength: Strength::Medium,
    innocent: &[
        "a bootcamp cohort with one school and its projects",
        "colleagues of one team after a layoff",
    ],
    sources: &[
        quoted("SpyCloud, on fake IT workers"),
        quoted("Recorded Future, PurpleDelta, August 2026"),
        PROPOSAL,
    ],
    compares_names: true,
    compute: Compute::Ring(persona_kit),
};

/// Jobs and degrees of a member, and its skills.
struct Kit {
    entries: BTreeSet<[String; 3]>,
    skills: Vec<String>,
}

fn persona_kit(case: &RingCase<'_>) -> Assessed {
    let kit = |m: &Dossier<'_>| Kit { entries: entries(m), skills: skills(m) };
    let all: Vec<Kit> = case.members.iter().map(kit).collect();
    let with = |fine: fn(&Kit) -> bool| -> Vec<usize> {
        let fine = all.iter().enumerate().filter(|(_, kit)| fine(kit));
        fine.map(|(member, _)| member).collect()
    };
    let careers = with(|kit| kit.entries.len() >= ENTRIES);
    let lists = with(|kit| kit.skills.len() >= SKILLS);
    let enough = careers.len().max(lists.len()) >= MEMBERS;
    enough.then_some(()).need("three jobs and degrees, or six skills, of three members")?;
    let people = People::of(case);
    people.two_named()?;
    let apart = |members: &[usize]| -> Vec<usize> {
        let apart = people.apart(members);
        if apart.len() < MEMBERS { Vec::new() } else { apart }
    };
    let (careers, lists) = (apart(&careers), apart(&lists));
    let overlap = mean(&careers, |a, b| {
        let (Some(Kit { entries: x, .. }), Some(Kit { entries: y, .. })) = (all.get(a), all.get(b))
        else {
            return 0.0;
        };
        let common = x.intersection(y).count();
        Share::of(common, x.len() + y.len() - common).get()
    });
    let orders = mean(&lists, |a, b| match (all.get(a), all.get(b)) {
        (Some(x), Some(y)) if one_order(&x.skills, &y.skills) => 1.0,
        _ => 0.0,
    });
    let (reason, members) = if overlap >= IN_COMMON {
        let share = Share::new(overlap);
        let n = careers.len();
        (
            format!(
                "every two of {n} members have on average {share} of their jobs and degrees in common"
            ),
            careers,
        )
    } else if orders >= 0.5 {
        let share = Share::new(orders);
        (
            format!(
                "{share} of the pairs of {} members list six or more skills in one order",
                lists.len()
            ),
            lists,
        )
    } else {
        return Ok(None);
    };
    Ok(Some(Finding::new(Strength::Medium, reason).with("applications", people.list(&members))))
}

/// The mean over all pairs; 0 without pairs.
fn mean(members: &[usize], of: impl Fn(usize, usize) -> f64) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0);
    for (n, &a) in members.iter().enumerate() {
        for &b in members.iter().skip(n + 1) {
            sum += of(a, b);
            pairs += 1;
        }
    }
    if pairs == 0 { 0.0 } else { sum / number(pairs) }
}

/// `same-career-tuple`.
pub static SAME_CAREER_TUPLE: Indicator = Indicator {
    id: "same-career-tuple",
    title: "One rare career under several names",
    topic: Topic::Employment,
    needs: &["full_name", "employment", "resume_text"],
    how: "Two members without anything in common in their names have three or more jobs with one employer, one title and one first \
          month each in common. Medium when the texts of their resumes are known and have less than 10 % of their passages in \
          common: colleagues wrote them. Of more than 100 members the first by name.",
    strength: Strength::Strong,
    innocent: &["two colleagues of one cohort who changed employers together"],
    sources: &[quoted("SpyCloud, on fake IT workers"), PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(same_career_tuple),
};

fn same_career_tuple(case: &RingCase<'_>) -> Assessed {
    let mut all: Vec<(BTreeSet<String>, Option<&ResumeText>)> =
        case.members.iter().map(|_| (BTreeSet::new(), None)).collect();
    for (member, subject) in subjects(case) {
        let Some((jobs, text)) = all.get_mut(member) else { continue };
        *text = text.or(subject.normal.resume.as_ref());
        for job in &subject.normal.employment {
            let Some(start) = job.start.filter(|start| start.month.is_some()) else { continue };
            if let (Some(employer), Some(title)) = (&job.employer, &job.title) {
                let month = start.month.unwrap_or(0);
                jobs.insert(format!("{}, {title}, {}-{month:02}", employer.key, start.year));
            }
        }
    }
    let long = all.iter().enumerate().filter(|(_, (jobs, _))| jobs.len() >= TUPLES);
    let long: Vec<usize> = long.map(|(member, _)| member).collect();
    (long.len() > 1).then_some(()).need("three jobs with their first month of two members")?;
    let people = People::of(case);
    people.two_named()?;
    let apart = people.apart(&long);
    let mut best: Option<(Strength, usize, String)> = None;
    let mut members: BTreeSet<usize> = BTreeSet::new();
    for (n, &a) in apart.iter().enumerate() {
        for &b in apart.iter().skip(n + 1) {
            let (Some((x, p)), Some((y, q))) = (all.get(a), all.get(b)) else { continue };
            let common: Vec<&str> = x.intersection(y).map(String::as_str).collect();
            if common.len() < TUPLES {
                continue;
            }
            members.extend([a, b]);
            let other = p.zip(*q).is_some_and(|(p, q)| jaccard(p, q) < Share::new(OTHER_TEXT));
            let strength = if other { Strength::Medium } else { Strength::Strong };
            if best.as_ref().is_none_or(|best| (strength, common.len()) > (best.0, best.1)) {
                best = Some((strength, common.len(), common.join("; ")));
            }
        }
    }
    let Some((strength, n, jobs)) = best else { return Ok(None) };
    let members: Vec<usize> = members.into_iter().collect();
    let reason = format!(
        "{} members without a name in common have up to {n} jobs in common, with title and month",
        members.len()
    );
    Ok(Some(
        Finding::new(strength, reason)
            .with("jobs", jobs)
            .with("applications", people.list(&members)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_of_skills_is_one_only_when_it_is_long_and_not_the_alphabet() {
        let list = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<String>>();
        let kit = list("rust kafka redis aws python docker");
        assert!(one_order(&kit, &list("rust kafka go redis aws python docker")));
        assert!(!one_order(&kit, &list("kafka rust redis aws python docker")));
        assert!(!one_order(&kit[..5], &kit[..5]));
        let sorted = list("aws docker kafka python redis rust");
        assert!(!one_order(&sorted, &sorted));
    }
}
