//! Indicators of whose an online profile is: its names over time, its history, its pictures. Not responsible for its age and
//! silence (`profile`), nor for profiles that several applicants claim (`ring`).
//!
//! Invariant: names are read only to compare two of them, and only full names of people are compared.

use crate::{
    indicators::{
        Assessed, Case, Compute, Entry, Finding, Indicator, NameTie, Need, Strength, Topic,
        claimed, days, idc, primary,
        profile_facts::{self, ProfileFacts},
        quoted,
    },
    model::{PartialDate, PersonName},
    normalize::{name, organisation},
};

/// A renaming counts for so many days: 24 months.
const RENAMING: i64 = 730;
/// Bits in which the hashes of two pictures must differ, of 64, to be pictures of different scenes: unrelated ones differ
/// in 32 on average, and what differs in up to 10 may be one picture saved again.
const FAR_APART: u32 = 24;

/// `profile-renamed`.
pub static RENAMED: Indicator = Indicator {
    id: "profile-renamed",
    title: "Profile shows another person's name than before",
    topic: Topic::Profile,
    needs: &["profiles[].renamed[] (from, to, at)", "submitted_at"],
    how: "Within the 24 months before the application, or later, the name that a profile shows was changed to one that has \
          nothing in common with the old one, and the application declares only one of them.",
    strength: Strength::Medium,
    innocent: &[
        "marriage or transition together with a new family name",
        "an adopted name of which no part is kept",
        "a profile that was a brand's before",
    ],
    sources: &[
        primary("Security Alliance, DPRK IT worker framework, May 2026"),
        primary("Ketman project, guide to GitHub profiles"),
    ],
    compares_names: true,
    compute: Compute::Application(renamed),
};

fn renamed(case: &Case<'_>) -> Assessed {
    let all = profile_facts::of(case.subject);
    let told = |p: &&ProfileFacts| !p.renamed.is_empty() || p.entry.has("renamed");
    let told: Vec<&ProfileFacts> = all.iter().filter(told).collect();
    let told = told.need("record of the names that a profile showed")?;
    let submitted = case.subject.normal.submitted_at.need("time of submission")?;
    let own = claimed::names(case.dossier);
    let mut undated = false;
    for profile in told {
        for change in &profile.renamed {
            let to = change.to.as_deref().or(profile.display_name.as_deref());
            let Some((from, to)) = change.from.as_deref().zip(to) else { continue };
            let names = claimed::full_name(from).zip(claimed::full_name(to));
            if names.and_then(|(a, b)| idc::tie(&a, &b)) != Some(NameTie::Conflict) {
                continue;
            }
            let is_own =
                |text| claimed::against(text, &own).is_some_and(|tie| tie != NameTie::Conflict);
            if is_own(from) && is_own(to) {
                continue;
            }
            let Some(at) = change.at else {
                undated = true;
                continue;
            };
            if days::earliest(at).is_some_and(|at| days::between(at, submitted) <= RENAMING) {
                let reason = format!(
                    "the {} was renamed from \"{from}\" to \"{to}\" in {at}",
                    profile.label()
                );
                return Ok(Some(
                    Finding::new(Strength::Medium, reason).with("before", from).with("after", to),
                ));
            }
        }
    }
    if undated { None.need("date of the renaming") } else { Ok(None) }
}

/// `profile-name-mismatch`.
pub static NAME_MISMATCH: Indicator = Indicator {
    id: "profile-name-mismatch",
    title: "Linked profile belongs to another name",
    topic: Topic::Profile,
    needs: &["full_name", "profiles[].display_name or linkedin"],
    how: "The name that a profile shows is a full name and has nothing in common with any name of the applicant. Weak where \
          only the address of a LinkedIn profile is known: two words of it or more, none of them in the names or the \
          mailbox of the applicant.",
    strength: Strength::Medium,
    innocent: &["the wrong address was pasted", "developers publish under a pseudonym"],
    sources: &[
        primary("FBI and Republic of Korea, PSA 231018, October 2023"),
        quoted("Mandiant, UNC5267, September 2024"),
    ],
    compares_names: true,
    compute: Compute::Application(name_mismatch),
};

fn name_mismatch(case: &Case<'_>) -> Assessed {
    let own = claimed::names(case.dossier).need("name")?;
    let all = profile_facts::of(case.subject);
    let mut compared = false;
    for profile in &all {
        let Some(shown) = profile.display_name.as_deref() else { continue };
        let Some(tie) = claimed::against(shown, &own) else { continue };
        compared = true;
        if tie == NameTie::Conflict {
            let reason = format!("the {} shows the name \"{shown}\"", profile.label());
            return Ok(Some(Finding::new(Strength::Medium, reason).with("name shown", shown)));
        }
    }
    for profile in all.iter().filter(|p| p.display_name.is_none()) {
        let address = profile.profile.as_ref().filter(|p| &*p.platform == "linkedin");
        let Some(handle) = address.map(|p| &*p.handle) else { continue };
        let Some(named) = name_in_handle(handle) else { continue };
        compared = true;
        if is_of_nobody_here(&named, case, &own) {
            let reason = format!("the address of the {} is made of another name", profile.label());
            return Ok(Some(Finding::new(Strength::Weak, reason).with("address", handle)));
        }
    }
    compared.then_some(None).need("name on any profile")
}

/// The name that the address of a profile is made of: at least two words of three letters, behind which the platform puts
/// digits.
fn name_in_handle(handle: &str) -> Option<PersonName> {
    let words: Vec<&str> =
        handle.split('-').filter(|word| word.bytes().all(|b| b.is_ascii_alphabetic())).collect();
    let words = words.join(" ");
    let long = words.split(' ').filter(|word| word.len() >= 3).count();
    (long >= 2 && !claimed::is_not_of_people(&words)).then(|| name::parse(&words)).flatten()
}

/// Whether a name has nothing in common with the names and mailboxes of the applicant, not even within a word.
fn is_of_nobody_here(named: &PersonName, case: &Case<'_>, own: &[PersonName]) -> bool {
    if own.iter().any(|name| idc::tie(named, name) != Some(NameTie::Conflict)) {
        return false;
    }
    let mailboxes = case
        .dossier
        .subjects
        .iter()
        .filter_map(|s| s.normal.email.as_ref())
        .map(|e| e.stem.to_string());
    let known: Vec<String> = own.iter().map(|name| name.tokens.concat()).chain(mailboxes).collect();
    let whole = named.tokens.concat();
    let within = |word: &str, text: &str| word.len() >= 3 && text.contains(word);
    let in_known = |word: &str| known.iter().any(|text| within(word, text));
    let own_in_handle = |name: &PersonName| name.tokens.iter().any(|token| within(token, &whole));
    !named.tokens.iter().any(|word| in_known(word)) && !own.iter().any(own_in_handle)
}

/// `profile-resume-contradiction`.
pub static RESUME_CONTRADICTION: Indicator = Indicator {
    id: "profile-resume-contradiction",
    title: "Profile and resume disagree on facts",
    topic: Topic::Profile,
    needs: &["profiles[].employment[] or education[]", "employment[] or education[]"],
    how: "A profile names an employer for the very months, or a school for the very degree and year, for which the \
          application names another, and neither mentions the other's. What one of them leaves out is no contradiction.",
    strength: Strength::Medium,
    innocent: &[
        "a profile that nobody has kept up to date",
        "the client is named in one place and the agency in the other",
    ],
    sources: &[primary("FBI and Republic of Korea, PSA 231018, October 2023")],
    compares_names: false,
    compute: Compute::Application(resume_contradiction),
};

/// A job or a degree: who, what of it must agree, and its window.
struct Station {
    shown: String,
    key: String,
    degree: Option<Box<str>>,
    start: Option<PartialDate>,
    end: Option<PartialDate>,
}

fn resume_contradiction(case: &Case<'_>) -> Assessed {
    let all = profile_facts::of(case.subject);
    let (jobs, schools): (Vec<_>, Vec<_>) =
        all.iter().map(|p| (jobs(&p.entry), schools(&p.entry))).unzip();
    let (jobs, schools): (Vec<Station>, Vec<Station>) =
        (jobs.into_iter().flatten().collect(), schools.into_iter().flatten().collect());
    (!jobs.is_empty() || !schools.is_empty()).then_some(()).need("history on any profile")?;
    let own_jobs = case.subject.normal.employment.iter().filter_map(|job| {
        let key = job.employer.as_ref()?.key.to_string();
        Some(Station { shown: key.clone(), key, degree: None, start: job.start, end: job.end })
    });
    let own_schools = case.subject.normal.education.iter().filter_map(|school| {
        let key = school.institution.as_ref()?.key.to_string();
        let degree = school.degree.clone();
        Some(Station { shown: key.clone(), key, degree, start: school.start, end: school.end })
    });
    let (own_jobs, own_schools): (Vec<Station>, Vec<Station>) =
        (own_jobs.collect(), own_schools.collect());
    (!own_jobs.is_empty() || !own_schools.is_empty())
        .then_some(())
        .need("history in the resume")?;
    let job = contradiction(&jobs, &own_jobs, same_months).map(|pair| ("employer", pair));
    let school = || contradiction(&schools, &own_schools, same_degree).map(|pair| ("school", pair));
    Ok(job.or_else(school).map(|(what, (theirs, own))| {
        let window = theirs.end.map(|end| format!(" until {end}")).unwrap_or_default();
        let reason = format!(
            "the profile names the {what} \"{}\"{window}, the application \"{}\" for the same time",
            theirs.shown, own.shown
        );
        Finding::new(Strength::Medium, reason)
            .with("on the profile", theirs.shown.clone())
            .with("in the application", own.shown.clone())
    }))
}

fn jobs(entry: &Entry) -> Vec<Station> {
    let list = entry.entries(&["employment", "experience", "jobs", "positions"]);
    let read = |job: &Entry| {
        let shown = job.text(&["employer", "company", "organization", "organisation", "name"])?;
        let key = organisation::employer(&shown)?.key.to_string();
        let (start, end) = (job.date(&["start", "start_date"]), job.date(&["end", "end_date"]));
        Some(Station { shown, key, degree: None, start, end })
    };
    list.iter().filter_map(read).collect()
}

fn schools(entry: &Entry) -> Vec<Station> {
    let read = |school: &Entry| {
        let shown = school.text(&["school", "institution", "university", "name"])?;
        let key = organisation::institution(&shown)?.key.to_string();
        let degree = school.text(&["degree"]).and_then(|text| organisation::degree(&text));
        let start = school.date(&["start", "start_date"]);
        let end = school.date(&["end", "end_date", "grad_year", "year"]);
        Some(Station { shown, key, degree, start, end })
    };
    entry.entries(&["education", "schools"]).iter().filter_map(read).collect()
}

fn contradiction<'s>(
    profile: &'s [Station],
    resume: &'s [Station],
    same: fn(&Station, &Station) -> bool,
) -> Option<(&'s Station, &'s Station)> {
    let absent =
        |one: &Station, from: &[Station]| !from.iter().any(|o| may_be_one(&one.key, &o.key));
    let pairs = profile.iter().flat_map(|a| resume.iter().map(move |b| (a, b)));
    let mut pairs = pairs.filter(|(a, b)| same(a, b));
    pairs.find(|(a, b)| absent(a, resume) && absent(b, profile))
}

/// Whether two keys may name one organization: the words of one are all in the other.
fn may_be_one(a: &str, b: &str) -> bool {
    let within = |a: &str, b: &str| a.split(' ').all(|word| b.split(' ').any(|w| w == word));
    within(a, b) || within(b, a)
}

fn same_months(a: &Station, b: &Station) -> bool {
    let month = |date: Option<PartialDate>| {
        let date = date?;
        Some(i32::from(date.year) * 12 + i32::from(date.month?))
    };
    let near = |a, b| month(a).zip(month(b)).is_some_and(|(a, b)| (a - b).abs() <= 1);
    near(a.start, b.start) && near(a.end, b.end)
}

fn same_degree(a: &Station, b: &Station) -> bool {
    let year = |date: Option<PartialDate>| date.map(|d| i32::from(d.year));
    let ends = year(a.end).is_some() && year(a.end) == year(b.end);
    let starts = year(a.start).zip(year(b.start)).is_none_or(|(a, b)| (a - b).abs() <= 1);
    ends && starts && a.degree.is_some() && a.degree == b.degree
}

/// `profile-multiple-pictures`.
pub static MULTIPLE_PICTURES: Indicator = Indicator {
    id: "profile-multiple-pictures",
    title: "Several profiles of one person, different pictures",
    topic: Topic::Profile,
    needs: &["profiles[].photo_phash, platform, url", "pictures_confirmed"],
    how: "The applicant has two profiles on one platform whose pictures differ in at least 24 of the 64 bits of their \
          hashes. Context until a person has looked at them and said so (`pictures_confirmed`), medium then. Nothing is \
          read from a face.",
    strength: Strength::Medium,
    innocent: &["an old and a new account", "the profile of somebody of the same name"],
    sources: &[primary("FBI and Republic of Korea, PSA 231018, October 2023")],
    compares_names: true,
    compute: Compute::Application(multiple_pictures),
};

fn multiple_pictures(case: &Case<'_>) -> Assessed {
    let mut all: Vec<ProfileFacts> =
        case.dossier.latest().iter().flat_map(profile_facts::of).collect();
    all.retain(|p| p.picture.is_some() && p.platform.is_some() && p.profile.is_some());
    all.sort_by(|a, b| (&a.platform, &a.profile).cmp(&(&b.platform, &b.profile)));
    all.dedup_by(|a, b| a.is_same(b));
    let pairs = all.windows(2).filter_map(|pair| match pair {
        [a, b] if a.platform == b.platform => Some((a, b)),
        _ => None,
    });
    let pairs: Vec<(&ProfileFacts, &ProfileFacts)> = pairs.collect();
    let pairs = pairs.need("pictures of two profiles on one platform")?;
    let far = pairs.into_iter().find(|(a, b)| {
        let distance = a.picture.zip(b.picture).map_or(0, |(a, b)| (a ^ b).count_ones());
        distance >= FAR_APART && !shows_two_people(a, b)
    });
    let Some((a, b)) = far else { return Ok(None) };
    let confirmed = case
        .dossier
        .subjects
        .iter()
        .any(|s| s.record.extra_flag("pictures_confirmed") == Some(true));
    let confirmed =
        confirmed || [a, b].iter().any(|p| p.entry.flag(&["pictures_confirmed"]) == Some(true));
    let strength = if confirmed { Strength::Medium } else { Strength::Context };
    let looked = if confirmed { "" } else { "; nobody has looked at them yet" };
    let reason = format!("the {} and the {} have different pictures{looked}", a.label(), b.label());
    Ok(Some(Finding::new(strength, reason)))
}

/// Whether two profiles show names that have nothing in common, which is another matter.
fn shows_two_people(a: &ProfileFacts, b: &ProfileFacts) -> bool {
    let name = |p: &ProfileFacts| p.display_name.as_deref().and_then(claimed::full_name);
    idc::conflicts(name(a).as_ref(), name(b).as_ref())
}
