//! Putting a subject's data together. Not responsible for how it is printed (`letter`).
//!
//! Invariant: of others nothing is read but how many they are; whatever quotes them is left out and counted.

use crate::{
    casework::{
        Follower,
        audit::{AuditError, Entry, Trail},
        keeping::{HeldBy, Keeping},
        subject_access::{
            HeldApplication, HeldCase, HeldDecision, HeldIndicator, HeldLink, HeldReferral,
            HeldRing, HeldUntil, HeldValue, HeldVersion, Looked, SubjectAccess,
        },
    },
    engine::{Cases, StoreHit, View},
    explain::{AssessmentReport, words::count},
    indicators::Assessment,
    model::{
        ApplicantIx, ApplicationId, Attribute, AttributeId, AttributeIx, CaseSubject, LinkStrength,
        Moment, RingId, Verdict,
    },
    store::Version,
};
use std::collections::{BTreeMap, BTreeSet};

/// What is asked for, and what it is put together from.
pub struct Asked<'a> {
    /// The view.
    pub view: &'a View,
    /// Its cases.
    pub cases: &'a Cases,
    /// How everybody's data stands.
    pub keeping: &'a Keeping<'a>,
    /// The claimed identity.
    pub applicant: ApplicantIx,
    /// What indicators make of it.
    pub assessment: &'a Assessment,
    /// Every version of an application.
    pub versions: &'a dyn Fn(&ApplicationId) -> Vec<Version>,
    /// What is on watch-lists.
    pub hits: &'a [StoreHit],
    /// The audit trail.
    pub trail: &'a Trail,
    /// Whether referrals are told of.
    pub include_referrals: bool,
    /// The present moment.
    pub now: Moment,
}

/// Puts it together. O(entries of the trail + history of rings + judgements).
///
/// # Errors
/// When the trail cannot be read.
pub fn gather(asked: &Asked<'_>) -> Result<SubjectAccess, AuditError> {
    let Asked { view, applicant, .. } = *asked;
    let network = &view.network;
    let corpus = network.corpus();
    let ids: BTreeSet<ApplicationId> =
        network.applicant(applicant).applications.iter().map(|&app| corpus.id(app)).collect();
    let applications: Vec<HeldApplication> =
        ids.iter().map(|id| application(view, id, (asked.versions)(id))).collect();
    let mut withheld = vec![
        "Who the other applicants are: their data is theirs. They are numbered here.".to_owned(),
        "The names of colleagues who worked on this: what was done and when is told.".to_owned(),
    ];
    let rings = rings(view, applicant, &ids);
    let (decisions, words) = decisions(view, applicant, &ids, &rings);
    if words.reasons > 0 {
        withheld.push(format!(
            "The words of {} that colleagues wrote; they may be about other applicants too.",
            count(words.reasons, "reason", "reasons")
        ));
    }
    if words.checks > 0 {
        withheld.push(format!(
            "The words of {} of checks, which may name others or who checked; what was checked, with what result and when, \
             is told.",
            count(words.checks, "note", "notes")
        ));
    }
    let cases = cases(asked, &ids);
    let n_notes: usize = cases.iter().map(|case| case.notes_withheld + case.files_withheld).sum();
    if n_notes > 0 {
        withheld.push(format!(
            "{} of cases about a group, which may be about others too.",
            count(n_notes, "note or file", "notes and files")
        ));
    }
    let colleagues = colleagues(view, &ids);
    let (indicators, n_indicators) = indicators(asked.assessment, &colleagues);
    if n_indicators > 0 {
        withheld.push(format!(
            "The exact words of {} comparing with others; what is looked at is told.",
            count(n_indicators, "indicator", "indicators")
        ));
    }
    Ok(SubjectAccess {
        made_at: asked.now.to_string(),
        as_of_fact: view.seq.0,
        applicant_id: network.applicant(applicant).id.to_string(),
        applications,
        values: values(view, applicant),
        links: links(view, applicant),
        band: asked.assessment.band.name(),
        indicators,
        speaks_for: AssessmentReport::of(asked.assessment)
            .exculpating
            .into_iter()
            .map(|line| nameless(&line.reason, &colleagues))
            .collect(),
        decisions,
        cases,
        watched: watched(asked.hits, &ids),
        looked_at: looked_at(asked.trail, network.applicant(applicant).id.as_str(), &ids)?,
        kept: kept(asked),
        referrals: asked.include_referrals.then(|| referrals(asked, &rings)),
        rings,
        withheld,
    })
}

pub(super) fn application(
    view: &View,
    id: &ApplicationId,
    versions: Vec<Version>,
) -> HeldApplication {
    let versions = versions.into_iter().map(|version| {
        let application = version.application;
        let record = view.imports.iter().find(|record| record.id == version.import);
        HeldVersion {
            received_at: record.map_or_else(String::new, |record| record.started.to_string()),
            taken_back: record.is_some_and(|record| record.withdrawn.is_some()),
            file: application.source.file.clone(),
            row: application.source.row,
            fields: application
                .fields
                .iter()
                .map(|(column, value)| (column.name().to_owned(), value.to_owned()))
                .collect(),
            other_fields: application.extra.clone(),
            lists: application
                .nested
                .iter()
                .map(|(name, json)| {
                    let list = serde_json::from_str(json);
                    let raw = || serde_json::Value::String(json.clone());
                    (name.clone(), list.unwrap_or_else(|_| raw()))
                })
                .collect(),
        }
    });
    HeldApplication { application_id: id.to_string(), versions: versions.collect() }
}

fn used(view: &View, applicant: ApplicantIx) -> BTreeSet<AttributeIx> {
    let corpus = view.network.corpus();
    let applications = &view.network.applicant(applicant).applications;
    applications.iter().flat_map(|&app| corpus.app(app).used()).map(|(ix, _)| ix).collect()
}

fn values(view: &View, applicant: ApplicantIx) -> Vec<HeldValue> {
    let corpus = view.network.corpus();
    let row = |ix| HeldValue {
        kind: corpus.kind(ix).label(),
        value: corpus.value(ix).to_owned(),
        other_applicants: view.network.users(ix).len().saturating_sub(1),
    };
    let mut rows: Vec<HeldValue> = used(view, applicant).into_iter().map(row).collect();
    rows.sort_by(|a, b| (a.kind, &a.value).cmp(&(b.kind, &b.value)));
    rows
}

fn links(view: &View, applicant: ApplicantIx) -> Vec<HeldLink> {
    let (network, corpus) = (&view.network, view.network.corpus());
    let own = used(view, applicant);
    let mut links = network.links_of(applicant).to_vec();
    links.sort_by_key(|&ix| (std::cmp::Reverse(network.link(ix).bits), ix));
    let row = |(n, ix)| {
        let link = network.link(ix);
        let other = if link.a == applicant { link.b } else { link.a };
        let both = used(view, other);
        let both = own.intersection(&both);
        HeldLink {
            with: format!("another applicant {n}"),
            class: link.class.label(),
            bits: link.bits.get(),
            binds: link.strength == LinkStrength::Ring,
            both_gave: both
                .map(|&ix| format!("{}: {}", corpus.kind(ix).label(), corpus.value(ix)))
                .collect(),
        }
    };
    (1..).zip(links).map(row).collect()
}

fn rings(view: &View, applicant: ApplicantIx, ids: &BTreeSet<ApplicationId>) -> Vec<HeldRing> {
    let now = view.ring_of(applicant).map(|ring| &ring.id);
    let row = |(ring, events): (&RingId, &[std::sync::Arc<crate::engine::Recorded>])| {
        let was_in =
            |r: &&std::sync::Arc<crate::engine::Recorded>| !r.event.members.is_disjoint(ids);
        if !events.iter().any(|r| was_in(&r)) {
            return None;
        }
        let history = events.iter().filter(was_in).map(|r| {
            let (event, n) = (&r.event, r.event.members.len());
            format!(
                "{}: {}, {n} applications, through {}",
                r.at.day(),
                event.kind.label(),
                event.cause.label()
            )
        });
        let status = view.rings.find(ring).map_or("gone", |ring| ring.status.name());
        Some(HeldRing {
            ring_id: ring.to_string(),
            is_member: now == Some(ring),
            status: status.to_owned(),
            history: history.collect(),
        })
    };
    view.lineage.iter().filter_map(row).collect()
}

/// Of how many decisions the words are left out.
#[derive(Default)]
struct Words {
    reasons: usize,
    checks: usize,
}

/// Whether a value is given by this applicant and by nobody else.
fn is_only_theirs(view: &View, applicant: ApplicantIx, attribute: &AttributeId) -> bool {
    let ix = view.network.corpus().find_attribute(attribute);
    let users = ix.map(|ix| view.network.users(ix));
    users.is_some_and(|users| users.len() == 1)
        && ix.is_some_and(|ix| used(view, applicant).contains(&ix))
}

/// What was decided, and of how many the words are left out.
fn decisions(
    view: &View,
    applicant: ApplicantIx,
    ids: &BTreeSet<ApplicationId>,
    rings: &[HeldRing],
) -> (Vec<HeldDecision>, Words) {
    let mut withheld = Words::default();
    let mut all: Vec<(Moment, HeldDecision)> = Vec::new();
    for decision in view.decisions.iter() {
        let judgement = &decision.judgement;
        let what = match &judgement.verdict {
            Verdict::Pair { a, b, verdict } => match (ids.contains(a), ids.contains(b)) {
                (true, true) => format!("two applications of yours: {}", verdict.name()),
                (false, false) => continue,
                _ => format!(
                    "an application of yours and one of another applicant: {}",
                    verdict.name()
                ),
            },
            Verdict::Ring { ring, verdict } => {
                if !rings.iter().any(|held| held.ring_id == ring.as_str()) {
                    continue;
                }
                format!("the group {ring}: {}", verdict.name())
            }
            // A verdict on a value that others have too is about them as well.
            Verdict::Value { attribute, verdict } => {
                if !is_only_theirs(view, applicant, &Attribute::id(attribute)) {
                    continue;
                }
                let kind = attribute.kind.label();
                format!(
                    "a value that only you gave, {kind} {}: {}",
                    attribute.value,
                    verdict.name()
                )
            }
        };
        withheld.reasons += 1;
        let taken_back = decision.taken_back.is_some();
        let (day, note) = (judgement.at.day(), None);
        all.push((judgement.at, HeldDecision { day, what, note, taken_back }));
    }
    for id in ids {
        for (_, check) in view.checks.get(id).into_iter().flat_map(BTreeMap::values) {
            let what = format!("{}: {}", check.item.about(), check.result.name());
            // In the words of a colleague, who may name others.
            withheld.checks += usize::from(!check.note.trim().is_empty());
            let (day, note) = (check.at.day(), None);
            all.push((check.at, HeldDecision { day, what, note, taken_back: false }));
        }
    }
    all.sort_by(|(a, x), (b, y)| (a, &x.what).cmp(&(b, &y.what)));
    (all.into_iter().map(|(_, decision)| decision).collect(), withheld)
}

fn cases(asked: &Asked<'_>, ids: &BTreeSet<ApplicationId>) -> Vec<HeldCase> {
    let follower = Follower::new(asked.view);
    let ring = asked.view.ring_of(asked.applicant).map(|ring| &ring.id);
    let row = |case: &std::sync::Arc<crate::model::Case>| {
        let is_about = matches!(&case.subject, CaseSubject::Applicant(id) if ids.contains(id));
        let covers = ring.is_some_and(|ring| follower.reach(case).covers(ring));
        if !is_about && !covers {
            return None;
        }
        let alone = is_about && case.rings.is_empty();
        let notes = case.notes.iter().filter(|note| note.struck.is_none());
        let notes: Vec<String> = notes.map(|note| note.text.clone()).collect();
        let files: Vec<String> = case.files().map(|file| file.name.clone()).collect();
        let (n_notes, n_files) = (notes.len(), files.len());
        Some(HeldCase {
            case_id: case.id.to_string(),
            about_them_alone: alone,
            status: case.status.label(),
            notes: if alone { notes } else { Vec::new() },
            notes_withheld: if alone { 0 } else { n_notes },
            files: if alone { files } else { Vec::new() },
            files_withheld: if alone { 0 } else { n_files },
        })
    };
    asked.cases.iter().filter_map(row).collect()
}

/// Who checked something of theirs.
fn colleagues(view: &View, ids: &BTreeSet<ApplicationId>) -> BTreeSet<String> {
    let checks = ids.iter().filter_map(|id| view.checks.get(id)).flat_map(BTreeMap::values);
    checks.map(|(_, check)| check.by.clone()).filter(|by| !by.is_empty()).collect()
}

/// A reason without the name of who checked: it ends in one where it rests on a check.
fn nameless(reason: &str, colleagues: &BTreeSet<String>) -> String {
    let bare = |by: &String| reason.strip_suffix(by.as_str())?.strip_suffix(" by ");
    // Of two names of which one ends in the other the longer one was meant.
    colleagues.iter().filter_map(bare).min_by_key(|bare| bare.len()).unwrap_or(reason).to_owned()
}

/// What indicators found, and of how many the words are left out: those of the application alone quote nobody else.
fn indicators(
    assessment: &Assessment,
    colleagues: &BTreeSet<String>,
) -> (Vec<HeldIndicator>, usize) {
    let mut withheld = 0;
    let row = |line: crate::explain::RaisedLine| {
        let is_own = line.application_id.is_some() && line.members.is_none();
        withheld += usize::from(!is_own);
        HeldIndicator {
            indicator_id: line.indicator_id,
            title: line.title,
            bits: line.bits.get(),
            reason: is_own.then(|| nameless(&line.reason, colleagues)),
            innocent: line.innocent.to_vec(),
        }
    };
    let rows = AssessmentReport::of(assessment).raised.into_iter().map(row).collect();
    (rows, withheld)
}

fn watched(hits: &[StoreHit], ids: &BTreeSet<ApplicationId>) -> Vec<String> {
    let theirs = hits.iter().filter(|hit| hit.applications.iter().any(|id| ids.contains(id)));
    let rows = theirs.map(|hit| {
        format!("what you gave, \"{}\", is on the list \"{}\"", hit.hit.claimed, hit.hit.entry.list)
    });
    let rows: BTreeSet<String> = rows.collect();
    rows.into_iter().collect()
}

pub(super) fn looked_at(
    trail: &Trail,
    id: &str,
    ids: &BTreeSet<ApplicationId>,
) -> Result<Vec<Looked>, AuditError> {
    let mut days: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    trail.lines::<AuditError>(&mut |line| {
        let Ok(entry) = serde_json::from_slice::<Entry>(line) else { return Ok(()) };
        let event = &entry.event;
        let is_about = |value: &str| value == id || ids.iter().any(|id| value == id.as_str());
        if event.subject.iter().any(|(_, value)| value.split(", ").any(is_about)) {
            *days.entry((event.at.day(), event.action.about())).or_default() += 1;
        }
        Ok(())
    })?;
    Ok(days.into_iter().map(|((day, what), times)| Looked { day, what, times }).collect())
}

fn kept(asked: &Asked<'_>) -> HeldUntil {
    let standing = asked.keeping.standing(asked.applicant);
    let holds = standing.held_by.iter().filter(|by| matches!(by, HeldBy::Hold(_))).count();
    HeldUntil {
        since: standing.since.to_string(),
        may_be_erased_from: standing.from.to_string(),
        rule: format!(
            "{} days, the rule for {}",
            standing.interval.floor_days, standing.interval.floor_of
        ),
        kept_until: standing.until.map(|day| day.to_string()),
        holds,
    }
}

fn referrals(asked: &Asked<'_>, rings: &[HeldRing]) -> Vec<HeldReferral> {
    let is_theirs = |ring: &RingId| rings.iter().any(|held| held.ring_id == ring.as_str());
    let theirs = asked.cases.referrals().iter().filter(|record| is_theirs(&record.referral.ring));
    theirs
        .map(|record| HeldReferral {
            referral_id: record.referral.id.to_string(),
            day: record.referral.at.day(),
            profile: record.referral.profile.title(),
            stands: record.stands(),
        })
        .collect()
}
