//! Indicators of the life of online profiles: how old, how long silent, whether still there. Not responsible for whose they
//! are (`profile_owner`). What is read of a profile says `profile_facts`.
//!
//! Invariant: a date known to the month or year is read in favor of the applicant.

use crate::{
    indicators::{
        Assessed, Case, Compute, Finding, Indicator, NameTie, Need, Strength, Topic, claimed, days,
        idc, primary,
        profile_facts::{self, ProfileFacts, Renaming},
        quoted,
    },
    model::{Moment, PartialDate},
};

/// A profile is young when it was made so many days before the application, or later.
const YOUNG: i64 = 180;
/// From how many years on a career is long.
const LONG_CAREER: i64 = 5;
/// Days of silence from which on a profile slept: 24 months.
const SILENCE: i64 = 730;
/// It woke for the application when that was so many days before it, or later.
const RECENT: i64 = 180;

/// `profile-young`.
pub static YOUNG_PROFILE: Indicator = Indicator {
    id: "profile-young",
    title: "Profile far younger than the career",
    topic: Topic::Profile,
    needs: &[
        "profile_created_at or profiles[].created_at",
        "submitted_at",
        "employment[].start or years_experience",
    ],
    how: "Every profile of known age was made within 180 days before the application or later, while the first job began at \
          least five years before it.",
    strength: Strength::Weak,
    innocent: &[
        "many people make a profile only when they look for work",
        "whoever values privacy deletes old accounts",
    ],
    sources: &[
        primary("FLAME project, baseline BL-0013, which asserts thresholds without data"),
        quoted("LinkedIn, \"About this profile\""),
    ],
    compares_names: false,
    compute: Compute::Application(young),
};

fn young(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let all = profile_facts::of(subject);
    let made: Vec<(&ProfileFacts, Moment)> =
        all.iter().filter_map(|p| Some((p, days::earliest(p.created?)?))).collect();
    let made = made.need("date on which a profile was made")?;
    let submitted = subject.normal.submitted_at.need("time of submission")?;
    let starts = subject.normal.employment.iter().filter_map(|job| days::latest(job.start?));
    let told = subject.record.extra("years_experience").and_then(|text| text.parse::<f64>().ok());
    let told = told.or_else(|| subject.record.extra("experience_years")?.parse().ok());
    #[expect(clippy::cast_possible_truncation, reason = "clamped")]
    let told = told.filter(|n| n.is_finite()).map(|n| (n.clamp(0.0, 80.0) * 365.25) as i64);
    let career = starts.min().map(|start| days::between(start, submitted)).or(told);
    let career = career.need("start of the first job")?;
    let oldest =
        made.iter().min_by_key(|(_, at)| *at).map(|(p, at)| (p, days::between(*at, submitted)));
    let Some((profile, age)) = oldest.filter(|(_, age)| *age <= YOUNG) else { return Ok(None) };
    if career < LONG_CAREER * 1_461 / 4 {
        return Ok(None);
    }
    let when = if age < 0 {
        "after the application".to_owned()
    } else {
        format!("{} before the application", days::span(age))
    };
    let reason =
        format!("the {} was made {when}, in a career of {}", profile.label(), days::span(career));
    let created = profile.created.map(|date| date.to_string()).unwrap_or_default();
    Ok(Some(Finding::new(Strength::Weak, reason).with("profile made", created)))
}

/// `profile-dormant-revived`.
pub static DORMANT_REVIVED: Indicator = Indicator {
    id: "profile-dormant-revived",
    title: "Long silence, then sudden activity and edits",
    topic: Topic::Profile,
    needs: &[
        "profiles[].prev_last_active_at, last_active_at, changed[], renamed[]",
        "or profile_created_at and profile_last_active_at",
        "submitted_at",
    ],
    how: "A profile was silent for 24 months or longer, came back within 180 days before the application or later, and its \
          name, photo or headline was changed after that; strong when the old and the new name have nothing in common. The \
          two columns alone show less: that a profile was silent for 24 months when it was given (counts half of weak), or \
          had been so at one application and was active again at a later one (weak).",
    strength: Strength::Strong,
    innocent: &[
        "people wake an old profile when they look for work",
        "a return from parental leave, study or illness",
    ],
    sources: &[
        quoted("Amazon, Stephen Schmidt, December 2025"),
        primary("Security Alliance, DPRK IT worker framework, May 2026"),
    ],
    compares_names: true,
    compute: Compute::Application(dormant_revived),
};

fn dormant_revived(case: &Case<'_>) -> Assessed {
    let all = profile_facts::of(case.subject);
    let active: Vec<&ProfileFacts> = all.iter().filter(|p| p.last_active.is_some()).collect();
    let active = active.need("date on which a profile was last active")?;
    let submitted = case.subject.normal.submitted_at.need("time of submission")?;
    let mut found = Vec::new();
    let mut missing = None;
    for profile in active {
        match woken(profile, submitted) {
            Ok(finding) => found.extend(finding),
            Err(what) => missing = Some(what),
        }
        found.extend(woken_between(case, profile, submitted));
        found.extend(asleep(profile, submitted));
    }
    let best = found.into_iter().max_by_key(|f| (f.strength, !f.half));
    match (best, missing) {
        (None, Some(what)) => Err(what),
        (best, _) => Ok(best),
    }
}

/// A silence that the facts themselves tell of, and what was changed after it.
fn woken(profile: &ProfileFacts, submitted: Moment) -> Assessed {
    let Some((before, after)) = profile.before_silence.zip(profile.last_active) else {
        return Ok(None);
    };
    let Some((fell, woke)) = days::latest(before).zip(days::earliest(after)) else {
        return Ok(None);
    };
    let gap = days::between(fell, woke);
    if gap < SILENCE || days::between(woke, submitted) > RECENT {
        return Ok(None);
    }
    let later = |at: Option<PartialDate>| at.is_none_or(|at| days::earliest(at) > Some(fell));
    let renamed: Vec<&Renaming> = profile.renamed.iter().filter(|r| later(r.at)).collect();
    if profile.changed.is_none() && profile.renamed.is_empty() {
        return None.need("word on what was changed in the profile after its silence");
    }
    let telling = ["name", "photo", "picture", "headline"];
    let edits = profile.changed.iter().flatten().filter(|(what, at)| {
        later(*at) && telling.iter().any(|word| what.split(' ').any(|w| w == *word))
    });
    let mut edits: Vec<&str> = edits.map(|(what, _)| what.as_str()).collect();
    if !renamed.is_empty() {
        edits.push("name");
    }
    edits.sort_unstable();
    edits.dedup();
    if edits.is_empty() {
        return Ok(None);
    }
    let another = renamed.iter().any(|r| is_another(profile, r));
    let strength = if another { Strength::Strong } else { Strength::Medium };
    let reason = format!(
        "the {} was silent for {}, until {after}, and then changed: {}",
        profile.label(),
        days::span(gap),
        edits.join(", ")
    );
    Ok(Some(
        Finding::new(strength, reason)
            .with("last active before", before.to_string())
            .with("active again", after.to_string()),
    ))
}

/// Whether a renaming put a name in place of one that it has nothing in common with.
fn is_another(profile: &ProfileFacts, renaming: &Renaming) -> bool {
    let to = renaming.to.as_deref().or(profile.display_name.as_deref());
    let names =
        renaming.from.as_deref().and_then(claimed::full_name).zip(to.and_then(claimed::full_name));
    names.and_then(|(from, to)| idc::tie(&from, &to)) == Some(NameTie::Conflict)
}

/// A profile that had been silent when it was given with an earlier application, and was active again with this one.
fn woken_between(case: &Case<'_>, profile: &ProfileFacts, submitted: Moment) -> Option<Finding> {
    let woke = days::earliest(profile.last_active?)?;
    if days::between(woke, submitted) > RECENT {
        return None;
    }
    let earlier = case.dossier.latest().iter().filter_map(|other| {
        let at = other.normal.submitted_at.filter(|at| *at < submitted && *at < woke)?;
        let all = profile_facts::of(other);
        let same = all.iter().find(|p| p.is_same(profile))?;
        let silent = days::between(days::latest(same.last_active?)?, at);
        (silent >= SILENCE).then_some(silent)
    });
    let silent = earlier.max()?;
    let reason = format!(
        "the {} had been silent for {} at an earlier application and was active again at this one",
        profile.label(),
        days::span(silent)
    );
    let last = profile.last_active.map(|date| date.to_string()).unwrap_or_default();
    Some(Finding::new(Strength::Weak, reason).with("active again", last))
}

/// A profile that slept when it was given.
fn asleep(profile: &ProfileFacts, submitted: Moment) -> Option<Finding> {
    let age = days::between(days::latest(profile.created?)?, submitted);
    let silent = days::between(days::latest(profile.last_active?)?, submitted);
    if age < SILENCE || silent < SILENCE {
        return None;
    }
    let reason = format!(
        "the {} had been silent for {} when it was given; look whether it came back changed",
        profile.label(),
        days::span(silent)
    );
    let last = profile.last_active.map(|date| date.to_string()).unwrap_or_default();
    Some(Finding::new(Strength::Weak, reason).with("last active", last).halved())
}

/// `profile-vanished`.
pub static VANISHED: Indicator = Indicator {
    id: "profile-vanished",
    title: "Profile deleted or closed after the application",
    topic: Topic::Profile,
    needs: &["profiles[].checked[] or status and checked_at", "submitted_at"],
    how: "The latest look found a profile gone, no more than 180 days after the application, though it had been there: an \
          earlier look found it, or facts about it were recorded.",
    strength: Strength::Medium,
    innocent: &[
        "the platform closed the account by mistake",
        "somebody who is harassed, or values privacy, takes a profile down",
    ],
    sources: &[primary("Security Alliance, DPRK IT worker framework, May 2026")],
    compares_names: false,
    compute: Compute::Application(vanished),
};

fn vanished(case: &Case<'_>) -> Assessed {
    let all = profile_facts::of(case.subject);
    let looked: Vec<&ProfileFacts> = all.iter().filter(|p| !p.looked_up.is_empty()).collect();
    let looked = looked.need("look at any profile")?;
    let submitted = case.subject.normal.submitted_at.need("time of submission")?;
    let mut undated = false;
    for profile in looked {
        let Some((at, false)) = profile.looked_up.last().copied() else { continue };
        let known = profile.looked_up.iter().any(|(_, there)| *there)
            || profile.display_name.is_some()
            || profile.created.is_some()
            || profile.last_active.is_some();
        let Some(at) = at else {
            undated |= known;
            continue;
        };
        let after = days::between(submitted, at);
        if known && (0..=180).contains(&after) {
            let reason = format!(
                "the {} was gone {} after the application",
                profile.label(),
                days::span(after)
            );
            return Ok(Some(Finding::new(Strength::Medium, reason).with("found gone", at.day())));
        }
    }
    if undated { None.need("date of the look at the profile") } else { Ok(None) }
}
