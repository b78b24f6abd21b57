//! Indicators of when and where somebody says to have studied. Not responsible for what a school awarded, for registrars and
//! for what several applications say (`schooling`).
//!
//! Reads the education of the application, and for the last its employment (`history`).
//!
//! Invariant: customs differ from country to country, so months are held against a calendar only for schools that IPEDS
//! knows, and no school counts for where it is.

use crate::indicators::{
    Assessed, Case, Compute, Finding, Indicator, KNOWN, Need, PROPOSAL, Strength, Topic,
    history::{Job, Level, Study, jobs, months, studies},
};

/// Months in which studies begin: January to March, May to October.
const BEGIN: &[u8] = &[1, 2, 3, 5, 6, 7, 8, 9, 10];
/// Months in which they end: December, January, March to September.
const FINISH: &[u8] = &[12, 1, 3, 4, 5, 6, 7, 8, 9];

/// `edu-dates-off-calendar`.
pub static OFF_CALENDAR: Indicator = Indicator {
    id: "edu-dates-off-calendar",
    title: "Months that fit no academic calendar",
    topic: Topic::Education,
    needs: &["institution", "degree", "education_start", "education_end", "education"],
    how: "A degree at a school in the United States that IPEDS knows begins in April, November or December, or ends in \
          February, October or November. Online, part-time and rolling studies are left out, and schools of other countries, \
          whose years begin and end in other months.",
    strength: Strength::Weak,
    innocent: &[
        "schools that let people begin in any month",
        "leave, a late thesis, or the month of a ceremony",
        "a month that was made up for a form that asked for one",
    ],
    sources: &[KNOWN, PROPOSAL],
    compares_names: false,
    compute: Compute::Application(off_calendar),
};

fn is_regular(study: &Study) -> bool {
    let other = ["online", "part time", "rolling", "distance", "self paced", "executive"];
    study.mode.remote != Some(true)
        && study.mode.full_time != Some(false)
        && !other.iter().any(|word| study.mode.says(word))
}

fn off_calendar(case: &Case<'_>) -> Assessed {
    let dated = |study: &Study| {
        let month = study.start.and_then(|d| d.month).or(study.end.and_then(|d| d.month));
        study.level.is_some() && study.in_ipeds && month.is_some()
    };
    let all: Vec<Study> = studies(case.subject).into_iter().filter(dated).collect();
    let all = all.need("month of a degree at a school in the United States")?;
    for study in all.iter().filter(|study| is_regular(study)) {
        let begins = study.start.filter(|date| date.month.is_some_and(|m| !BEGIN.contains(&m)));
        let ends = study.end.filter(|date| date.month.is_some_and(|m| !FINISH.contains(&m)));
        let what = match (begins, ends) {
            (Some(start), Some(end)) => format!("begins in {start} and ends in {end}"),
            (Some(start), None) => format!("begins in {start}"),
            (None, Some(end)) => format!("ends in {end}"),
            (None, None) => continue,
        };
        let reason = format!("{what}, when no term begins or ends at {}", study.written);
        return Ok(Some(Finding::new(Strength::Weak, reason)));
    }
    Ok(None)
}

/// Months that two full-time degrees may overlap.
const OVERLAP: i32 = 12;
/// Kilometres between two schools that nobody attends both of.
const SCHOOLS_APART: f64 = 200.0;

/// `edu-duration-implausible`.
pub static DURATION: Indicator = Indicator {
    id: "edu-duration-implausible",
    title: "Degrees too short, or in two places at once",
    topic: Topic::Education,
    needs: &["institution", "degree", "education_start", "education_end", "education"],
    how: "A bachelor's degree or a doctorate took less than 24 months at the most, a master's degree less than 8, without an \
          earlier degree or course within two years before it that it could build on; or two degrees at schools in the United \
          States more than 200 km apart overlap by more than 12 months. Medium where both are said to be full-time and on \
          campus. Online and part-time studies are left out.",
    strength: Strength::Medium,
    innocent: &[
        "credits that were transferred, and degrees that complete an earlier one",
        "accelerated and joint programs",
        "studies that were in fact part-time or online",
    ],
    sources: &[PROPOSAL],
    compares_names: false,
    compute: Compute::Application(duration),
};

fn duration(case: &Case<'_>) -> Assessed {
    let dated = |study: &Study| study.level.is_some() && study.span().is_some();
    let every = studies(case.subject);
    let all: Vec<Study> = every.iter().filter(|s| dated(s)).cloned().collect();
    let all = all.need("start and end of a degree")?;
    let full_time =
        |study: &Study| study.mode.full_time == Some(true) && study.mode.remote == Some(false);
    let mut found: Option<Finding> = None;
    for (at, a) in all.iter().enumerate().filter(|(_, study)| is_regular(study)) {
        for b in all.iter().skip(at + 1).filter(|study| is_regular(study)) {
            let Some((x, y)) = a.span().zip(b.span()) else { continue };
            let distance =
                a.place.as_ref().zip(b.place.as_ref()).and_then(|(a, b)| a.kilometres(b));
            let Some(km) = distance.filter(|km| *km > SCHOOLS_APART) else { continue };
            let months = x.overlap(&y);
            if months > OVERLAP {
                let sure = full_time(a) && full_time(b);
                let strength = if sure { Strength::Medium } else { Strength::Weak };
                let reason = format!(
                    "{} and {}, {km:.0} km apart, overlap by {months} months",
                    a.written, b.written
                );
                if found.as_ref().is_none_or(|before| before.strength < strength) {
                    found = Some(Finding::new(strength, reason));
                }
            }
        }
    }
    let short = all.iter().filter(|study| is_regular(study)).find_map(|study| {
        let least = match study.level? {
            Level::Bachelor | Level::Doctor => 24,
            Level::Master => 8,
            Level::Associate => return None,
        };
        let months = study.span()?.longest();
        let built_on = every.iter().any(|other| builds_on(study, other));
        let finishes = ["transfer", "accelerated", "completion", "top up", "joint", "dual"];
        let said = finishes.iter().any(|word| study.mode.says(word));
        (months < least && !built_on && !said).then(|| {
            let level = study.level.map_or("degree", Level::label);
            Finding::new(
                Strength::Weak,
                format!("a {level} within {months} months at {}", study.written),
            )
        })
    });
    Ok(found.or(short))
}

/// Whether a degree may have been finished with what was begun elsewhere: other studies of at most its level that ended
/// no more than two years before it began, and not after it ended.
fn builds_on(study: &Study, earlier: &Study) -> bool {
    let Some((start, end)) = study.start.zip(earlier.end) else { return false };
    let (start, end) = (months(start), months(end));
    let same = study.start == earlier.start && study.school == earlier.school;
    let lower = earlier.level.is_none_or(|level| study.level.is_some_and(|own| level <= own));
    !same && lower && end.0 <= start.1 + 2 && end.1 + 24 >= start.0
}

/// Months of study and work at once that make somebody ask.
const BOTH: i32 = 6;
/// Kilometres that nobody commutes.
const COMMUTE: f64 = 300.0;

/// `edu-onsite-work-conflict`.
pub static ONSITE_CONFLICT: Indicator = Indicator {
    id: "edu-onsite-work-conflict",
    title: "On campus here, at work there",
    topic: Topic::Education,
    needs: &["education", "employment"],
    how: "Full-time studies that are not said to be online, and a job that is said to be on site and not part-time, certainly \
          overlap by at least six months in places in the United States more than 300 km apart.",
    strength: Strength::Weak,
    innocent: &[
        "online degrees that are not marked as such",
        "an internship or a semester elsewhere",
    ],
    sources: &[PROPOSAL],
    compares_names: false,
    compute: Compute::Application(onsite_conflict),
};

fn onsite_conflict(case: &Case<'_>) -> Assessed {
    let placed = |study: &Study| study.span().is_some() && study.place.is_some();
    let schools: Vec<Study> = studies(case.subject).into_iter().filter(placed).collect();
    let schools = schools.need("start, end and place of a school")?;
    let placed =
        |job: &Job| job.span.is_some() && job.place.is_some() && job.mode.remote == Some(false);
    let work: Vec<Job> = jobs(case.subject).into_iter().filter(placed).collect();
    let work = work.need("start, end and place of a job on site")?;
    for study in schools.iter().filter(|study| is_regular(study) && study.level.is_some()) {
        for job in work.iter().filter(|job| job.mode.full_time != Some(false)) {
            let Some((x, y)) = study.span().zip(job.span) else { continue };
            let places = study.place.as_ref().zip(job.place.as_ref());
            let Some((here, there)) = places else { continue };
            let (shared, distance) = (x.overlap(&y), here.kilometres(there));
            let Some(km) = distance.filter(|km| *km > COMMUTE && shared >= BOTH) else { continue };
            let reason = format!(
                "{shared} months at {} in {} and on site at {} in {}, {km:.0} km away",
                study.written,
                here.label(),
                job.written,
                there.label(),
            );
            return Ok(Some(Finding::new(Strength::Weak, reason)));
        }
    }
    Ok(None)
}
