//! Indicators of what schools, registrars and a person's other applications say of a degree. Not responsible for dates by
//! themselves (`education`) nor for watch-lists.
//!
//! Reads a table that the user supplies (`completions` has its layout) and, from `checks[]`, the answers of registrars and
//! clearinghouses {kind: education, result}.
//!
//! Invariant: a school that nobody has a table of says nothing, and an answer that is no answer is none.

use crate::{
    indicators::{
        Assessed, Case, Compute, Finding, Indicator, Need, PROPOSAL, Strength, Topic, checked,
        completions::{self, School},
        history::{Study, months, studies},
        primary, quoted, versions,
    },
    model::{CheckItem, PartialDate},
    normalize::date,
    reference::{institutions, majors},
};

/// Years before and after the end of a degree whose awards are looked at.
const WINDOW: (u16, u16) = (5, 2);
/// Fewest of these years that the table must have for the school.
const FEWEST_YEARS: usize = 3;

/// `edu-major-not-offered`.
pub static MAJOR_NOT_OFFERED: Indicator = Indicator {
    id: "edu-major-not-offered",
    title: "Major that the school did not award",
    topic: Topic::Education,
    needs: &[
        "institution",
        "degree",
        "major",
        "grad_year",
        "education",
        "a table of completions: CSV with unitid or school, cip, level, year, awards",
    ],
    how: "In the table of completions, the school made no award at that level under any code that the major is reported \
          under, from five years before the end of the degree to two after. Nothing under the same first two digits either \
          counts in full, else half. The table must have at least three of these years for the school.",
    strength: Strength::Medium,
    innocent: &[
        "a major that the school reports under another code",
        "programs that were renamed, closed, or joined others; double and interdisciplinary majors",
        "years that are missing in the table",
    ],
    sources: &[
        quoted("Amazon, Stephen Schmidt, December 2025"),
        primary("NCES, IPEDS completions, layout of C_A and CDEP"),
    ],
    compares_names: false,
    compute: Compute::Application(major_not_offered),
};

fn school_of<'a>(study: &Study, case: &Case<'a>) -> Option<&'a School> {
    let key = study.school.as_ref().map(|school| &*school.key);
    case.context.completions?.school(study.unitid, key)
}

fn major_not_offered(case: &Case<'_>) -> Assessed {
    case.context.completions.need("table of completions for the schools")?;
    let all = studies(case.subject);
    let coded = |study: &Study| -> Option<(Vec<u16>, PartialDate)> {
        let own = study.cip.as_deref().and_then(completions::code);
        let codes = match own {
            Some(code) => vec![code],
            None => majors::codes(study.major.as_deref()?),
        };
        // A course or certificate is no degree.
        let degree = study.level.is_some() || study.degree.is_none();
        (!codes.is_empty() && degree).then_some((codes, study.end?))
    };
    let mut known = false;
    let mut found: Option<Finding> = None;
    for study in &all {
        let Some((codes, end)) = coded(study) else { continue };
        let Some(school) = school_of(study, case) else { continue };
        let (from, to) = (end.year.saturating_sub(WINDOW.0), end.year.saturating_add(WINDOW.1));
        if school.years_within(from, to) < FEWEST_YEARS {
            continue;
        }
        known = true;
        let awarded = school.awarded(&codes, study.level, from, to);
        if awarded.exact > 0 || (awarded.coarse && awarded.related > 0) {
            continue;
        }
        let what = study.major.as_deref().or(study.cip.as_deref()).unwrap_or("that major");
        let level = study.level.map_or("degree", |level| level.label());
        let reason = format!("{} awarded no {level} in {what} from {from} to {to}", study.written);
        let finding = Finding::new(Strength::Medium, reason).with("major", what);
        let finding = if awarded.related > 0 { finding.halved() } else { finding };
        if found.as_ref().is_none_or(|before| before.half && !finding.half) {
            found = Some(finding);
        }
    }
    known
        .then_some(found)
        .need("degree with major and year at a school that the table of completions has")
}

/// Months before opening and after closing that a claim may reach, for terms and for students who are taught to the end.
const LEEWAY: i32 = 12;

/// `edu-school-not-open`.
pub static SCHOOL_NOT_OPEN: Indicator = Indicator {
    id: "edu-school-not-open",
    title: "School that was not open then",
    topic: Topic::Education,
    needs: &[
        "institution",
        "grad_year",
        "education_start",
        "education",
        "optionally the columns opened and closed in a table of completions",
    ],
    how: "The claimed studies began more than twelve months before the school opened, or ended more than twelve months after \
          it closed. What is known of opening and closing comes from the user's table, or from IPEDS of 2020.",
    strength: Strength::Medium,
    innocent: &[
        "a school that was renamed or merged into another",
        "students who were taught to the end elsewhere after it closed",
    ],
    sources: &[primary("NCES, IPEDS HD2020, date of closing"), PROPOSAL],
    compares_names: false,
    compute: Compute::Application(school_not_open),
};

fn school_not_open(case: &Case<'_>) -> Assessed {
    let mut known = false;
    for study in studies(case.subject) {
        let table = school_of(&study, case);
        let key = study.school.as_ref().map(|school| &*school.key);
        let campus = key.and_then(institutions::campus);
        let opened = table.and_then(|school| school.opened);
        let closed = table.and_then(|school| school.closed);
        let closed = closed.or_else(|| date::parse(campus?.closed));
        // That IPEDS has the school and no day of closing says that it is open.
        known |= opened.is_some() || closed.is_some() || campus.is_some();
        let reason = match (study.start, study.end, opened, closed) {
            (Some(start), _, Some(opened), _) if before(start, opened) => {
                format!("{} opened in {opened}, and the studies began in {start}", study.written)
            }
            (None, Some(end), Some(opened), _) if before(end, opened) => {
                format!("{} opened in {opened}, and the studies ended in {end}", study.written)
            }
            (_, Some(end), _, Some(closed)) if before(closed, end) => {
                format!("{} closed in {closed}, and the studies ended in {end}", study.written)
            }
            (Some(start), None, _, Some(closed)) if before(closed, start) => {
                format!("{} closed in {closed}, and the studies began in {start}", study.written)
            }
            _ => continue,
        };
        return Ok(Some(Finding::new(Strength::Medium, reason)));
    }
    known.then_some(None).need("school whose opening or closing is known")
}

/// Whether one date is before another by more than the leeway, whatever month they mean.
fn before(earlier: PartialDate, later: PartialDate) -> bool {
    months(earlier).1 + LEEWAY < months(later).0
}

/// `edu-history-contradiction`.
pub static CONTRADICTION: Indicator = Indicator {
    id: "edu-history-contradiction",
    title: "Education that changes between applications",
    topic: Topic::Education,
    needs: &[
        "institution",
        "degree",
        "grad_year",
        "education",
        "a second application of this person",
    ],
    how: "Two applications that share a mailbox, number or profile give for the same time (the same end, and the same start \
          or level) two different schools, neither of which the other names anywhere, or at one school both another level and \
          another major. Leaving out is no contradiction. Weak where an agency typed one of them; not assessed where the \
          names conflict, or where the resume is that of somebody else to whom the applicant is tied.",
    strength: Strength::Strong,
    innocent: &[
        "a recruiter retyped it, or a program misread the resume",
        "two degrees at one time of which each resume names one",
        "one mailbox that two people of a family use",
    ],
    sources: &[quoted("Amazon, Stephen Schmidt, December 2025"), PROPOSAL],
    compares_names: true,
    compute: Compute::Application(contradiction),
};

fn contradiction(case: &Case<'_>) -> Assessed {
    let dated = |study: &Study| study.school.is_some() && study.end.is_some();
    let own = studies(case.subject);
    own.iter().any(dated).then_some(()).need("school with the year of its end")?;
    let others =
        versions::others(case).need("second application by the same mailbox, number or profile")?;
    let others: Vec<_> = others.into_iter().map(|other| (other, studies(other))).collect();
    let others: Vec<_> = others.into_iter().filter(|(_, told)| told.iter().any(dated)).collect();
    let others = others.need("second application that names a school with the year of its end")?;
    for (other, theirs) in others {
        if let Some(found) = versions::educations(&own, &theirs) {
            let weak = versions::is_retyped(case.subject, other);
            let strength = if weak { Strength::Weak } else { Strength::Strong };
            let reason =
                format!("\"{}\" here, \"{}\" in {}", found.one, found.other, other.application.id);
            return Ok(Some(Finding::new(strength, reason)));
        }
    }
    Ok(None)
}

/// `edu-unverified-by-registrar`.
pub static UNVERIFIED: Indicator = Indicator {
    id: "edu-unverified-by-registrar",
    title: "The registrar has no record",
    topic: Topic::Education,
    needs: &["checks"],
    how: "A registrar or clearinghouse answered that there is no record of the degree or the student, in checks[] of the import \
          or on the checklist. Blocked records and answers that never came do not count.",
    strength: Strength::Strong,
    innocent: &[
        "a degree under an earlier name",
        "records that the student has blocked",
        "a clerk's slip, or a school that the clearinghouse does not serve",
    ],
    sources: &[quoted("Amazon, Stephen Schmidt, December 2025"), quoted("FBI PSA, July 2025")],
    compares_names: false,
    compute: Compute::Application(unverified),
};

fn unverified(case: &Case<'_>) -> Assessed {
    const KINDS: &[&str] = &[
        "education",
        "degree",
        "registrar",
        "clearinghouse",
        "enrollment",
        "education verification",
    ];
    const NO_RECORD: &[&str] = &[
        "no record",
        "no record found",
        "no records",
        "not found",
        "no degree",
        "no such degree",
        "not awarded",
        "not enrolled",
        "never enrolled",
        "never attended",
        "did not attend",
        "denied",
        "refuted",
    ];
    let by = &["tool", "by", "source"];
    checked::borne_out(case, CheckItem::Education, KINDS, NO_RECORD, by)
        .need("answer of a registrar or clearinghouse")
}
