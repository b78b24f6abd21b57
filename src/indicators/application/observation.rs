//! Indicators of interviews and onboarding: what people wrote down in fixed codes. Free text is never read, and nothing is
//! inferred from accent, looks or language.
//!
//! Reads of each entry of `interviews[]` `start`, `interviewer` (or `interviewers[]`), `observation_codes[]`, `confirmed_by`,
//! `accommodation`, `asked_of_all`, `recorded_with_consent`, `reschedules_by_candidate`; of each entry of `observations[]` (also
//! within an interview) `code`, `by`, `at`, `times` and the same flags; the columns `accommodation`, `salary_ask`, `band_min`.
//!
//! Invariant: a code counts only when two people stand behind it, else it is context; one that comes with an accommodation is
//! as if it had not been written down.

use crate::{
    indicators::{
        Assessed, Case, Compute, Entry, Finding, Indicator, Missing, Need, PROPOSAL, Source,
        Strength, Topic, primary, quoted,
    },
    normalize::fold::words,
};
use std::collections::BTreeSet;

const CAMERA: &str = "obs-camera-avoidance";
const PERSON: &str = "obs-person-differs";
const IN_PERSON: &str = "obs-avoids-in-person";
const SCRIPT: &str = "obs-scripted-answers";
const PLACE: &str = "obs-place-knowledge-fails";
const ROOM: &str = "obs-room-of-callers";
const PREPAYMENT: &str = "obs-prepayment-pressure";
const RESCHEDULES: &str = "obs-always-reschedules";

/// The codes, and the indicator that each belongs to. What is not here is free text and not read.
pub const CODES: &[(&str, &str)] = &[
    ("camera avoidance", CAMERA),
    ("camera off", CAMERA),
    ("person differs", PERSON),
    ("different person", PERSON),
    ("avoids in person", IN_PERSON),
    ("refused meeting after agreeing", IN_PERSON),
    ("refused drug test after agreeing", IN_PERSON),
    ("scripted answers", SCRIPT),
    ("pause and read", SCRIPT),
    ("place knowledge fails", PLACE),
    ("room of callers", ROOM),
    ("other interviews audible", ROOM),
    ("prepayment pressure", PREPAYMENT),
    ("demands advance pay", PREPAYMENT),
    ("always reschedules", RESCHEDULES),
    ("rescheduled by candidate", RESCHEDULES),
];

/// One code that was written down.
struct Note {
    id: &'static str,
    /// Which interview, as far as that is told.
    interview: String,
    /// Who wrote it down, and who confirmed it.
    by: BTreeSet<String>,
    times: usize,
    asked_of_all: bool,
    recorded: bool,
}

/// The notes of one indicator, those with an accommodation left out.
struct Notes(Vec<Note>);

impl Notes {
    fn interviews(&self) -> usize {
        self.0.iter().map(|note| &note.interview).collect::<BTreeSet<_>>().len()
    }

    fn people(&self) -> usize {
        self.0.iter().flat_map(|note| &note.by).collect::<BTreeSet<_>>().len()
    }

    fn times(&self) -> usize {
        self.0.iter().map(|note| note.times).sum()
    }

    /// A finding that counts when two people stand behind it, and is context otherwise.
    fn finding(&self, strength: Strength, reason: String) -> Finding {
        if self.people() >= 2 {
            return Finding::new(strength, reason);
        }
        let reason = format!("{reason}; it counts once a second person confirms it");
        Finding::new(Strength::Context, reason)
    }
}

/// The notes of this indicator among all interviews of the identity.
fn notes(case: &Case<'_>, id: &str) -> Result<Notes, Missing> {
    let mut told = false;
    let mut all: Vec<Note> = Vec::new();
    for subject in case.dossier.latest() {
        let record = &subject.record;
        let interviews = record.list("interviews");
        told |= !interviews.is_empty() || !record.list("observations").is_empty();
        if record.extra_flag("accommodation") == Some(true) {
            continue;
        }
        let application = subject.application.id.to_string();
        for (n, interview) in interviews.iter().enumerate() {
            let named = interview.text(&["start", "at", "id", "interview_id"]);
            let key = named.unwrap_or_else(|| format!("{application} {n}"));
            let codes = interview.texts(&["observation_codes", "codes"]);
            all.extend(codes.iter().filter_map(|code| note(code, interview, None, &key)));
            for entry in interview.entries(&["observations", "observation_codes"]) {
                let code = entry.text(&["code"]);
                all.extend(code.and_then(|code| note(&code, &entry, Some(interview), &key)));
            }
        }
        for (n, entry) in record.list("observations").iter().enumerate() {
            let named = entry.text(&["interview", "interview_id", "at"]);
            let key = named.unwrap_or_else(|| format!("{application} note {n}"));
            all.extend(entry.text(&["code"]).and_then(|code| note(&code, entry, None, &key)));
        }
    }
    told.then_some(()).need("interview")?;
    all.retain(|note| note.id == id);
    // An export may repeat the list with each application of one person.
    all.sort_by(|a, b| (&a.interview, &a.by).cmp(&(&b.interview, &b.by)));
    all.dedup_by(|a, b| a.interview == b.interview && a.by == b.by);
    Ok(Notes(all))
}

fn note(code: &str, entry: &Entry, within: Option<&Entry>, interview: &str) -> Option<Note> {
    let code = words(code)?;
    let code = code.strip_prefix("obs ").unwrap_or(&code);
    let (_, id) = CODES.iter().find(|(word, _)| *word == code)?;
    let around: Vec<&Entry> = std::iter::once(entry).chain(within).collect();
    let flag = |names: &[&str]| around.iter().any(|e| e.flag(names) == Some(true));
    if flag(&["accommodation", "accommodated"]) {
        return None;
    }
    let people =
        |names: &[&str]| around.iter().find_map(|e| Some(e.texts(names)).filter(|t| !t.is_empty()));
    let by = people(&["by", "interviewer", "interviewers", "observer"]);
    let seconds = people(&["confirmed_by", "seconded_by", "second_observer"]);
    let by = by.into_iter().chain(seconds).flatten();
    Some(Note {
        id,
        interview: interview.to_owned(),
        by: by.filter_map(|who| Some(words(&who)?.into())).collect(),
        times: entry.number(&["times", "count"]).map_or(1, whole),
        asked_of_all: flag(&["asked_of_all", "asked_of_everybody"]),
        recorded: flag(&["recorded_with_consent", "recording_consent"]),
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn whole(number: f64) -> usize {
    number.clamp(0.0, 1_000.0) as usize
}

const CODED: &[&str] = &["interviews[].observation_codes[] or observations[]", "interviewer or by"];
const FBI_2023: Source = primary("FBI and Republic of Korea, PSA 231018, October 2023");
const CINDER: Source = quoted("Cinder, as PCMag reports");

/// `obs-camera-avoidance`.
pub static CAMERA_AVOIDANCE: Indicator = Indicator {
    id: CAMERA,
    title: "Keeps off camera",
    topic: Topic::Observation,
    needs: CODED,
    how: "The code \"camera avoidance\" was written down in two separate interviews or more (medium from three on), by two \
          people, none of them with an accommodation.",
    strength: Strength::Medium,
    innocent: &["a disability, religion or privacy", "a poor line or no camera"],
    sources: &[FBI_2023],
    compares_names: false,
    compute: Compute::Application(camera),
};

fn camera(case: &Case<'_>) -> Assessed {
    let notes = notes(case, CAMERA)?;
    let n = notes.interviews();
    let strength = if n >= 3 { Strength::Medium } else { Strength::Weak };
    Ok((n >= 2).then(|| notes.finding(strength, format!("kept off camera in {n} interviews"))))
}

/// `obs-person-differs`.
pub static PERSON_DIFFERS: Indicator = Indicator {
    id: PERSON,
    title: "A different person turns up",
    topic: Topic::Observation,
    needs: CODED,
    how: "Two people attest, each for themselves, that another person appeared than before; one alone is context.",
    strength: Strength::Strong,
    innocent: &[
        "light, a haircut, weeks between two interviews",
        "two interviewers who influenced each other",
    ],
    sources: &[FBI_2023, primary("FBI, PSA 250723-4, July 2025")],
    compares_names: false,
    compute: Compute::Application(person),
};

fn person(case: &Case<'_>) -> Assessed {
    let notes = notes(case, PERSON)?;
    Ok((!notes.0.is_empty()).then(|| {
        let reason = match notes.people() {
            0 | 1 => "an interviewer saw a different person than before".to_owned(),
            n => format!("{n} people saw a different person than before"),
        };
        notes.finding(Strength::Strong, reason)
    }))
}

/// `obs-avoids-in-person`.
pub static AVOIDS_IN_PERSON: Indicator = Indicator {
    id: IN_PERSON,
    title: "Avoids meeting in person, or a test agreed upon",
    topic: Topic::Observation,
    needs: CODED,
    how: "Refused two times or more after agreeing (medium from three on), as two people wrote down.",
    strength: Strength::Medium,
    innocent: &[
        "a disability, or the cost of the journey",
        "places where such tests are not allowed",
    ],
    sources: &[FBI_2023, primary("Security Alliance, DPRK IT worker framework, May 2026")],
    compares_names: false,
    compute: Compute::Application(in_person),
};

fn in_person(case: &Case<'_>) -> Assessed {
    let notes = notes(case, IN_PERSON)?;
    let n = notes.times();
    let strength = if n >= 3 { Strength::Medium } else { Strength::Weak };
    Ok((n >= 2).then(|| notes.finding(strength, format!("refused {n} times after agreeing"))))
}

/// `obs-scripted-answers`.
pub static SCRIPTED_ANSWERS: Indicator = Indicator {
    id: SCRIPT,
    title: "Reads answers aloud",
    topic: Topic::Observation,
    needs: CODED,
    how: "The code \"pause and read\" was written down in two separate interviews or more, by two people.",
    strength: Strength::Weak,
    innocent: &["nerves, or a second language", "notes that an applicant prepared"],
    sources: &[FBI_2023, quoted("Recorded Future, PurpleDelta, August 2026")],
    compares_names: false,
    compute: Compute::Application(scripted),
};

fn scripted(case: &Case<'_>) -> Assessed {
    let notes = notes(case, SCRIPT)?;
    let n = notes.interviews();
    let found =
        || notes.finding(Strength::Weak, format!("paused and read answers in {n} interviews"));
    Ok((n >= 2).then(found))
}

/// `obs-place-knowledge-fails`.
pub static PLACE_KNOWLEDGE: Indicator = Indicator {
    id: PLACE,
    title: "Does not know the claimed place",
    topic: Topic::Observation,
    needs: &["interviews[].observation_codes[], asked_of_all", "interviewer or by"],
    how: "Could not answer questions about the claimed place that every candidate is asked (`asked_of_all`), as two people \
          wrote down.",
    strength: Strength::Weak,
    innocent: &["somebody who moved there lately"],
    sources: &[CINDER],
    compares_names: false,
    compute: Compute::Application(place),
};

fn place(case: &Case<'_>) -> Assessed {
    let mut notes = notes(case, PLACE)?;
    let any = !notes.0.is_empty();
    notes.0.retain(|note| note.asked_of_all);
    if any && notes.0.is_empty() {
        return Err(Missing("word that every candidate is asked these questions"));
    }
    let reason = "did not know the claimed place, in questions that everybody is asked".to_owned();
    Ok(any.then(|| notes.finding(Strength::Weak, reason)))
}

/// `obs-room-of-callers`.
pub static ROOM_OF_CALLERS: Indicator = Indicator {
    id: ROOM,
    title: "Other interviews audible",
    topic: Topic::Observation,
    needs: &["interviews[].observation_codes[], recorded_with_consent", "interviewer or by"],
    how: "An interviewer heard other interviews in the room. Weak when it was recorded with consent, which stands for the \
          second person; medium when two people heard it; context otherwise.",
    strength: Strength::Medium,
    innocent: &["a shared home", "a coworking space or a careers office"],
    sources: &[CINDER],
    compares_names: false,
    compute: Compute::Application(room),
};

fn room(case: &Case<'_>) -> Assessed {
    let notes = notes(case, ROOM)?;
    let reason = "other interviews could be heard in the room".to_owned();
    let recorded = notes.0.iter().any(|note| note.recorded);
    Ok((!notes.0.is_empty()).then(|| match notes.people() {
        0 | 1 if recorded => Finding::new(Strength::Weak, reason),
        _ => notes.finding(Strength::Medium, reason),
    }))
}

/// `obs-prepayment-pressure`.
pub static PREPAYMENT_PRESSURE: Indicator = Indicator {
    id: PREPAYMENT,
    title: "Presses for advance pay",
    topic: Topic::Observation,
    needs: CODED,
    how: "Demanded pay in advance two times or more, as two people wrote down.",
    strength: Strength::Medium,
    innocent: &["a contractor who is short of money"],
    sources: &[quoted("FBI and Republic of Korea, PSA 231018, October 2023")],
    compares_names: false,
    compute: Compute::Application(prepayment),
};

fn prepayment(case: &Case<'_>) -> Assessed {
    let notes = notes(case, PREPAYMENT)?;
    let n = notes.times();
    let found = || notes.finding(Strength::Medium, format!("demanded pay in advance {n} times"));
    Ok((n >= 2).then(found))
}

/// `obs-always-reschedules`.
pub static ALWAYS_RESCHEDULES: Indicator = Indicator {
    id: RESCHEDULES,
    title: "Cannot keep live slots",
    topic: Topic::Observation,
    needs: &["interviews[].reschedules_by_candidate or observation_codes[]"],
    how: "The candidate moved interviews three times or more, none of them with an accommodation. The calendar says so, so no \
          second person is needed.",
    strength: Strength::Weak,
    innocent: &["care of children or relatives", "work in shifts"],
    sources: &[quoted("Recorded Future, PurpleDelta, August 2026"), PROPOSAL],
    compares_names: false,
    compute: Compute::Application(reschedules),
};

fn reschedules(case: &Case<'_>) -> Assessed {
    let noted = notes(case, RESCHEDULES)?.times();
    let subjects = case.dossier.latest().iter();
    let subjects = subjects.filter(|s| s.record.extra_flag("accommodation") != Some(true));
    let counted = subjects.map(|subject| {
        let interviews = subject.record.list("interviews").iter();
        let moved = interviews
            .filter(|i| i.flag(&["accommodation", "accommodated"]) != Some(true))
            .filter_map(|i| i.number(&["reschedules_by_candidate", "candidate_reschedules"]));
        moved.map(whole).sum::<usize>()
    });
    // The most of one application: an export may repeat the list with each.
    let n = counted.max().unwrap_or_default().max(noted);
    let reason = || format!("the candidate moved interviews {n} times");
    Ok((n >= 3).then(|| Finding::new(Strength::Weak, reason())))
}

/// Below so many per cent of the least pay of the band an ask is low.
const LOW: f64 = 75.0;

/// `comp-lowball`.
pub static LOWBALL: Indicator = Indicator {
    id: "comp-lowball",
    title: "Asks far under the band",
    topic: Topic::Observation,
    needs: &["salary_ask", "band_min"],
    how: "The pay asked for is below 75 % of the least of the band. Context only: it counts for nothing.",
    strength: Strength::Context,
    innocent: &[
        "people at the start of a career, after a pause, or new in a country ask for less",
        "another currency or another period of pay",
    ],
    sources: &[
        primary("Security Alliance, DPRK IT worker framework, May 2026"),
        quoted("Japan's National Police Agency and ministries, March 2024"),
    ],
    compares_names: false,
    compute: Compute::Application(lowball),
};

fn lowball(case: &Case<'_>) -> Assessed {
    let record = &case.subject.record;
    let first = |names: &[&str]| names.iter().find_map(|name| money(record.extra(name)?));
    let (ask, ask_in) =
        first(&["salary_ask", "expected_salary", "salary_expectation"]).need("pay asked for")?;
    let (least, least_in) =
        first(&["band_min", "salary_band_min", "band_minimum"]).need("band of the pay")?;
    if least <= 0.0 || (ask_in != least_in && ask_in.is_some() && least_in.is_some()) {
        return Err(Missing("band of the pay in the same currency"));
    }
    let percent = ask / least * 100.0;
    Ok((percent < LOW).then(|| {
        let reason = format!("asks for {percent:.0} % of the least of the band");
        Finding::new(Strength::Context, reason)
    }))
}

/// An amount a year with its currency: `85,000`, `$85k`, `USD 85000`. None for anything by the hour, and for ranges.
fn money(text: &str) -> Option<(f64, Option<String>)> {
    if text.contains(['/', '-', '–']) || text.to_ascii_lowercase().contains("per ") {
        return None;
    }
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let rest: String = text
        .chars()
        .filter(|c| !c.is_ascii_digit() && !matches!(c, '.' | ',' | ' ' | '\''))
        .collect();
    let rest = rest.to_lowercase();
    let amount: f64 = digits.parse().ok().filter(|n: &f64| n.is_finite() && *n > 0.0)?;
    let (thousands, currency) = match rest.strip_suffix('k') {
        Some(currency) => (1_000.0, currency),
        None => (1.0, rest.as_str()),
    };
    let currency = match currency {
        "" => None,
        "$" | "usd" | "us$" => Some("usd".to_owned()),
        "€" | "eur" => Some("eur".to_owned()),
        "£" | "gbp" => Some("gbp".to_owned()),
        other => Some(other.to_owned()),
    };
    Some((amount * thousands, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pay_is_read_with_its_currency_and_never_by_the_hour() {
        let usd = || Some("usd".to_owned());
        for (text, expected) in [
            ("85,000", Some((85_000.0, None))),
            ("$85k", Some((85_000.0, usd()))),
            ("USD 85000", Some((85_000.0, usd()))),
            ("45/h", None),
            ("80k-90k", None),
            ("negotiable", None),
        ] {
            assert_eq!(money(text), expected, "{text}");
        }
    }

    #[test]
    fn every_code_belongs_to_an_indicator_and_stands_once() {
        let ids: BTreeSet<&str> = CODES.iter().map(|(_, id)| *id).collect();
        assert_eq!(ids.len(), 8);
        let words_of: BTreeSet<&str> = CODES.iter().map(|(word, _)| *word).collect();
        assert_eq!(words_of.len(), CODES.len());
        for (word, _) in CODES {
            assert_eq!(words(word).as_deref(), Some(*word));
        }
    }
}
