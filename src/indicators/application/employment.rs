//! Indicators of claimed employment: against registrations of domains, offices, employers' answers, the calendar, and the
//! person's other applications. Not responsible for watch-lists.
//!
//! Reads the employment of the application (`history`); `skills[]` {name, years}; from `checks[]` the answers of employers
//! {kind: employment, result, employer} and of whoever looked for an office {kind: office, result, employer}.
//!
//! Invariant: an employer that does not answer says nothing, and jobs are only counted as full-time while nothing says
//! otherwise.

use crate::{
    indicators::{
        Assessed, Case, Compute, Finding, Indicator, Need, PROPOSAL, Strength, Topic, checked,
        history::{Job, jobs, month_of, months},
        primary, quoted, versions,
    },
    model::CheckItem,
    normalize::organisation,
    reference::{email_domains, technologies},
};

/// Days after the beginning of a job from which on a domain is too young for it.
const LATER: i64 = 180;

/// `emp-domain-postdates-job`.
pub static DOMAIN_POSTDATES: Indicator = Indicator {
    id: "emp-domain-postdates-job",
    title: "Employer's domain is younger than the job",
    topic: Topic::Employment,
    needs: &["employment", "employer_domain", "employer_domain_created_at", "employment_start"],
    how: "The domain given for an employer was registered more than 180 days after the job there began, and no older domain \
          of the employer is known (older_domain). Domains of mail providers are left out.",
    strength: Strength::Medium,
    innocent: &[
        "an employer that changed its name, or was bought",
        "a firm that worked in silence at first, or under its founder's name",
        "a domain that lapsed and was registered again",
    ],
    sources: &[
        quoted("US Department of Justice, June 2025, on sites of shell companies"),
        PROPOSAL,
    ],
    compares_names: false,
    compute: Compute::Application(domain_postdates),
};

fn domain_postdates(case: &Case<'_>) -> Assessed {
    let known =
        |job: &Job| job.domain.is_some() && job.domain_created.is_some() && job.start.is_some();
    let all: Vec<Job> = jobs(case.subject).into_iter().filter(known).collect();
    let all = all.need("start of a job with the employer's domain and its registration")?;
    for job in all.iter().filter(|job| !job.older_domain) {
        let (Some(domain), Some(created), Some(start)) =
            (&job.domain, job.domain_created, job.start)
        else {
            continue;
        };
        if email_domains::is_public(domain) {
            continue;
        }
        // The latest day that the start may mean.
        let month = months(start).1;
        let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        let day = start.day.map_or(28, i64::from);
        let Some(began) = moment(year, month, day) else { continue };
        let days = created.seconds_since(began).div_euclid(86_400);
        if days > LATER {
            let reason = format!(
                "{domain} was registered on {}, {days} days after the job at {} began in {start}",
                created.day(),
                job.written,
            );
            return Ok(Some(Finding::new(Strength::Medium, reason)));
        }
    }
    Ok(None)
}

fn moment(year: i32, month: i32, day: i64) -> Option<crate::model::Moment> {
    crate::normalize::date::moment(&format!("{year:04}-{month:02}-{day:02}"))
}

/// `emp-place-nonexistent`.
pub static PLACE_NONEXISTENT: Indicator = Indicator {
    id: "emp-place-nonexistent",
    title: "Office that never was",
    topic: Topic::Employment,
    needs: &["employment", "checks"],
    how: "A check found that an employer never had an office where the job is said to have been: in checks[] of kind office, or \
          as office_check in employment[]. Jobs that are said to be remote are left out.",
    strength: Strength::Medium,
    innocent: &[
        "people who work from home and name their own town",
        "a client's site, or an office that was given up",
    ],
    sources: &[quoted("Cinder, as reported by PCMag")],
    compares_names: false,
    compute: Compute::Application(place_nonexistent),
};

const NO_OFFICE: &[&str] =
    &["no such office", "no office", "not found", "nonexistent", "never existed", "does not exist"];

fn place_nonexistent(case: &Case<'_>) -> Assessed {
    let work = jobs(case.subject);
    let remote = |key: Option<&str>| {
        let of = |job: &&Job| {
            key.is_none_or(|key| job.employer.as_ref().is_some_and(|e| &*e.key == key))
        };
        let mut named = work.iter().filter(of).peekable();
        named.peek().is_some() && named.all(|job| job.mode.remote == Some(true))
    };
    let mut answers: Vec<(bool, String)> = Vec::new();
    for check in case.subject.record.list("checks") {
        let kind = check.word(&["kind", "type"]);
        const KINDS: &[&str] =
            &["office", "employer location", "employer office", "employment place"];
        if !kind.is_some_and(|kind| KINDS.contains(&kind.as_str())) {
            continue;
        }
        let Some(result) = check.word(&["result", "status"]) else { continue };
        let employer = check.text(&["employer", "company"]);
        let key = employer.as_deref().and_then(organisation::employer).map(|e| e.key);
        let bad = NO_OFFICE.contains(&result.as_str()) && !remote(key.as_deref());
        let place = check.text(&["place", "location", "city"]).map(|place| format!(" in {place}"));
        let named = employer.unwrap_or_else(|| "the employer".to_owned());
        answers.push((bad, format!("{named} has no office{}", place.unwrap_or_default())));
    }
    for job in &work {
        if let Some(result) = job.entry.word(&["office_check", "place_check"]) {
            let bad = NO_OFFICE.contains(&result.as_str()) && job.mode.remote != Some(true);
            let place = job.place.as_ref().map(|place| format!(" in {}", place.label()));
            answers
                .push((bad, format!("{} has no office{}", job.written, place.unwrap_or_default())));
        }
    }
    let answers = answers.need("check of an employer's office")?;
    Ok(answers
        .into_iter()
        .find(|(bad, _)| *bad)
        .map(|(_, what)| Finding::new(Strength::Medium, format!("{what}, as a check found"))))
}

/// `emp-history-contradiction`.
pub static CONTRADICTION: Indicator = Indicator {
    id: "emp-history-contradiction",
    title: "Jobs that change between applications",
    topic: Topic::Employment,
    needs: &["employment", "a second application of this person"],
    how: "Two applications that share a mailbox, number or profile give for the same time (beginning and end agree up to three \
          months, and a year is certainly common) two different employers, neither of which the other names anywhere. Leaving \
          out is no contradiction, and contracts and part-time work are left out. Titles of two trades at one employer are \
          medium. Weak where an agency typed one of them; not assessed where the names conflict, or where the resume is that of \
          somebody else to whom the applicant is tied.",
    strength: Strength::Strong,
    innocent: &[
        "the client in one resume and the contractor in the other",
        "an employer that was bought and goes by another name",
        "a recruiter retyped it, or a program misread the resume",
    ],
    sources: &[
        primary("FBI and Republic of Korea, PSA of October 2023"),
        quoted("US State, Treasury and FBI, advisory of May 2022"),
    ],
    compares_names: true,
    compute: Compute::Application(contradiction),
};

fn contradiction(case: &Case<'_>) -> Assessed {
    let dated = |job: &Job| job.span.is_some();
    let own = jobs(case.subject);
    own.iter().any(dated).then_some(()).need("start and end of a job")?;
    let others =
        versions::others(case).need("second application by the same mailbox, number or profile")?;
    let others: Vec<_> = others.into_iter().map(|other| (other, jobs(other))).collect();
    let others: Vec<_> = others.into_iter().filter(|(_, jobs)| jobs.iter().any(dated)).collect();
    let others = others.need("second application with start and end of a job")?;
    for (other, theirs) in others {
        if let Some(found) = versions::employments(&own, &theirs) {
            let strength = match (versions::is_retyped(case.subject, other), found.title_only) {
                (true, _) => Strength::Weak,
                (false, true) => Strength::Medium,
                (false, false) => Strength::Strong,
            };
            let reason =
                format!("\"{}\" here, \"{}\" in {}", found.one, found.other, other.application.id);
            return Ok(Some(Finding::new(strength, reason)));
        }
    }
    Ok(None)
}

/// Full-time posts at once that make somebody ask.
const POSTS: usize = 3;
/// Months that they last at once.
const AT_ONCE: i32 = 3;

/// `emp-timeline-impossible`.
pub static TIMELINE: Indicator = Indicator {
    id: "emp-timeline-impossible",
    title: "More than time allows",
    topic: Topic::Employment,
    needs: &["employment", "skills", "submitted_at"],
    how: "Three posts at different employers certainly go on at once for at least three months, none of which is said to be a \
          contract, part-time, a board seat or the like: medium where all are said to be full-time, else weak. Or more years \
          with a technology are claimed in skills[] than it has existed, and one year more: weak.",
    strength: Strength::Medium,
    innocent: &[
        "contracts and several jobs at once that are not marked as such",
        "dates that were rounded, or left open after a job ended",
        "years that count what the technology grew from",
    ],
    sources: &[PROPOSAL],
    compares_names: false,
    compute: Compute::Application(timeline),
};

fn timeline(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let work: Vec<Job> = jobs(subject).into_iter().filter(|job| job.span.is_some()).collect();
    let skills = subject.record.list("skills").iter().filter_map(|skill| {
        let name = skill.text(&["name", "skill", "technology"])?;
        Some((
            technologies::first_year(&name)?,
            skill.number(&["years", "experience_years"])?,
            name,
        ))
    });
    let skills: Vec<(u16, f64, String)> = skills.collect();
    (!work.is_empty() || !skills.is_empty()).then_some(()).need("start and end of a job")?;
    if let Some(finding) = at_once(&work) {
        return Ok(Some(finding));
    }
    let this_year = || {
        let at = subject.normal.submitted_at.unwrap_or_else(|| case.context.now.get());
        month_of(at).map(|month| month.div_euclid(12))
    };
    let older = skills.into_iter().find_map(|(first, years, name)| {
        let age = f64::from(this_year()? - i32::from(first));
        (years > age + 1.0).then(|| {
            let reason = format!("{years} years with {name}, which has existed since {first}");
            Finding::new(Strength::Weak, reason)
        })
    });
    Ok(older)
}

/// Three employers of full-time posts at once; the most certain finding of all months. O(jobs²).
fn at_once(work: &[Job]) -> Option<Finding> {
    let posts: Vec<&Job> = work.iter().filter(|job| job.mode.full_time != Some(false)).collect();
    let mut found: Option<Finding> = None;
    for first in &posts {
        let Some(month) = first.span.map(|span| span.start.1) else { continue };
        let holds = |job: &&&Job| {
            job.span.is_some_and(|s| s.start.1 <= month && s.end.0 >= month + AT_ONCE - 1)
        };
        let mut held: Vec<&Job> = Vec::new();
        for job in posts.iter().filter(holds) {
            let Some(employer) = &job.employer else { continue };
            let apart = |other: &&Job| {
                other.employer.as_ref().is_some_and(|o| versions::are_two(&o.key, &employer.key))
            };
            if held.iter().all(apart) {
                held.push(job);
            }
        }
        if held.len() < POSTS {
            continue;
        }
        let sure = held.iter().filter(|job| job.mode.full_time == Some(true)).count() >= POSTS;
        let strength = if sure { Strength::Medium } else { Strength::Weak };
        if found.as_ref().is_none_or(|before| before.strength < strength) {
            let names: Vec<&str> = held.iter().map(|job| job.written.as_str()).collect();
            let when = format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1);
            let reason = format!("{} posts at once in {when}: {}", held.len(), names.join(", "));
            found = Some(Finding::new(strength, reason));
        }
    }
    found
}

/// `emp-verification-failed`.
pub static VERIFICATION_FAILED: Indicator = Indicator {
    id: "emp-verification-failed",
    title: "The employer denies the employment",
    topic: Topic::Employment,
    needs: &["checks"],
    how: "An employer answered that the person did not work there, in checks[] of kind employment or on the checklist. An \
          employer that does not answer, or does not answer such questions, does not count.",
    strength: Strength::Strong,
    innocent: &[
        "a staffing agency or another firm was the employer on paper",
        "the firm that answers for the employer had incomplete records",
        "employment under an earlier name",
    ],
    sources: &[
        quoted("FBI PSA, July 2025"),
        primary("Nisos, DPRK workers scheme: lessons learned"),
    ],
    compares_names: false,
    compute: Compute::Application(verification_failed),
};

fn verification_failed(case: &Case<'_>) -> Assessed {
    const KINDS: &[&str] = &["employment", "employer", "employment verification", "work history"];
    const DENIED: &[&str] = &[
        "denied",
        "refuted",
        "no record",
        "no record found",
        "never employed",
        "not employed",
        "did not work here",
        "never worked there",
        "not an employee",
    ];
    let by = &["employer", "company", "by"];
    checked::borne_out(case, CheckItem::Employment, KINDS, DENIED, by).need("answer of an employer")
}
