//! Screening: an application that is not stored, judged against everything that is. Not responsible for storing it.
//!
//! The application is put beside the stored ones it has a value or a blocking key in common with, and compared as
//! importing would compare it, at the counts of today.
//!
//! Invariant: screening changes nothing.

use crate::{
    engine::{Engine, View},
    explain::{count, line, list},
    matching::{Comparer, Corpus, Entry, Linker, NameRelation, Rulings, blocking, persons},
    model::{
        AppIx, Applicant, ApplicantId, ApplicantIx, Application, ApplicationId, Bits, EvidenceLine,
        LinkClass, LinkStrength, RingId,
    },
    normalize::normalize,
};
use serde::Serialize;
use std::{collections::BTreeSet, sync::Arc};

/// One applicant the screened application has to do with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScreenMatch {
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The name shown.
    pub label: String,
    /// Whether it is taken for the same person.
    pub same_person: bool,
    /// Class of the link it would have.
    pub class: Option<LinkClass>,
    /// How strongly it would bind.
    pub strength: Option<LinkStrength>,
    /// What the evidence adds up to, without the prior.
    pub bits: Bits,
    /// Ring the applicant is in.
    pub ring_id: Option<RingId>,
    /// The evidence.
    pub lines: Vec<EvidenceLine>,
}

/// What screening found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Screening {
    /// The application.
    pub application_id: ApplicationId,
    /// One sentence.
    pub verdict: String,
    /// Rings it would join, or bridge when there are several.
    pub rings: Vec<RingId>,
    /// Whom it matches, strongest first.
    pub matches: Vec<ScreenMatch>,
}

/// Judges an application against a view.
pub fn screen(engine: &Engine, view: &View, application: &Application) -> Screening {
    let mut normalized = normalize(application);
    let stored = view.network.corpus();
    // Under an id that is already stored it would be a new version; screening asks about the rest.
    let own = stored.find(&normalized.id);
    let neighbors = neighbors(stored, &normalized, own);
    normalized.id = application.id.clone();
    let mut entries: Vec<Entry> = neighbors
        .iter()
        .map(|&app| Entry {
            normalized: stored.applications()[app.at()].clone(),
            label: stored.label(app).into(),
            arrival: stored.arrival(app),
        })
        .collect();
    entries.push(Entry {
        normalized: Arc::new(normalized),
        label: crate::engine::ledger::label(application),
        arrival: u64::MAX,
    });
    let local = Corpus::around(stored, entries);
    let Some(me) = local.find(&application.id) else {
        return nothing(&application.id);
    };
    judge(engine, view, &local, me, application)
}

fn nothing(id: &ApplicationId) -> Screening {
    Screening {
        application_id: id.clone(),
        verdict: "Nothing stored has anything to do with this application.".to_owned(),
        rings: Vec::new(),
        matches: Vec::new(),
    }
}

/// Stored applications with an attribute or a blocking key in common, and everything of their applicants. A busy
/// attribute contributes its first 400 users.
fn neighbors(
    stored: &Corpus,
    normalized: &crate::model::Normalized,
    own: Option<AppIx>,
) -> BTreeSet<AppIx> {
    let mut found: BTreeSet<AppIx> = BTreeSet::new();
    for (attribute, _) in &normalized.attributes {
        if let Some(ix) = stored.index_of(attribute) {
            found.extend(stored.users(ix).iter().take(400).map(|(app, _)| *app));
        }
    }
    for key in blocking::identity_keys(normalized) {
        found.extend(stored.block(key).take(400));
    }
    if let Some(own) = own {
        found.remove(&own);
    }
    found
}

fn judge(
    engine: &Engine,
    view: &View,
    local: &Corpus,
    me: AppIx,
    application: &Application,
) -> Screening {
    let policy = engine.policy();
    let stored = view.network.corpus();
    let rulings = Rulings::build(local, &view.judgements);
    let comparer = Comparer::new(local, policy);
    // The stored applicants as far as they are near, and the newcomer as one of its own.
    let mut near: Vec<(ApplicantIx, Vec<AppIx>)> = Vec::new();
    for i in 0..local.applications().len() {
        let app = AppIx::new(i);
        if app == me {
            continue;
        }
        if let Some(whose) = stored.find(&local.application(app).id) {
            let applicant = view.network.applicant_of(whose);
            match near.iter_mut().find(|(known, _)| *known == applicant) {
                Some((_, apps)) => apps.push(app),
                None => near.push((applicant, vec![app])),
            }
        }
    }
    let mut applicants: Vec<Applicant> = near
        .iter()
        .map(|(ix, apps)| Applicant {
            id: view.network.applicant(*ix).id.clone(),
            applications: apps.clone(),
        })
        .collect();
    applicants.push(Applicant {
        id: ApplicantId::derive(application.id.as_str()),
        applications: vec![me],
    });
    let newcomer = ApplicantIx::new(applicants.len() - 1);
    let background = view.background.seen_from(stored, local);
    let linker = Linker { comparer, applicants: &applicants, rulings: &rulings };
    let raw = |app: AppIx| {
        if app == me {
            Some(application.clone())
        } else {
            stored.find(&local.application(app).id).and_then(|app| engine.raw(view, app))
        }
    };
    let mut matches: Vec<ScreenMatch> = Vec::new();
    for (i, (ix, apps)) in near.iter().enumerate() {
        let best = apps
            .iter()
            .map(|&app| persons::compare(&comparer, me, app))
            .max_by_key(|identity| identity.total);
        let same = best.is_some_and(|identity| {
            identity.total >= policy.identity.threshold
                && identity.relation != NameRelation::Conflict
        });
        let link = linker.link(ApplicantIx::new(i), newcomer, &background);
        if !same && link.is_none() {
            continue;
        }
        let evidence = link.as_ref().map_or(&[][..], |l| &l.evidence);
        matches.push(ScreenMatch {
            applicant_id: view.network.applicant(*ix).id.clone(),
            label: view.network.label(*ix).to_owned(),
            same_person: same,
            class: link.as_ref().filter(|_| !same).map(|l| l.class),
            strength: link.as_ref().filter(|_| !same).map(|l| l.strength),
            bits: link.as_ref().map_or(Bits::ZERO, |l| l.bits),
            ring_id: view.ring_of(*ix).map(|ring| ring.id.clone()),
            lines: evidence.iter().map(|e| line(local, e, &raw)).collect(),
        });
    }
    let rank = |m: &ScreenMatch| {
        (
            !m.same_person,
            std::cmp::Reverse(m.strength),
            std::cmp::Reverse(m.bits),
            m.applicant_id.clone(),
        )
    };
    matches.sort_by_key(rank);
    verdict(&application.id, matches)
}

fn verdict(id: &ApplicationId, matches: Vec<ScreenMatch>) -> Screening {
    let joins = |m: &&ScreenMatch| m.same_person || m.strength == Some(LinkStrength::Ring);
    let rings: BTreeSet<RingId> =
        matches.iter().filter(joins).filter_map(|m| m.ring_id.clone()).collect();
    let linked = matches.iter().filter(|m| m.strength == Some(LinkStrength::Ring)).count();
    let known: Vec<String> =
        matches.iter().filter(|m| m.same_person).map(|m| m.label.clone()).collect();
    let mut parts: Vec<String> = Vec::new();
    if !known.is_empty() {
        parts.push(format!("taken for a further application of {}", list(&known)));
    }
    if linked > 0 {
        parts.push(format!(
            "linked to {} under another name",
            count(linked, "applicant", "applicants")
        ));
    }
    match rings.len() {
        0 => {}
        1 => parts.push("would join a ring".to_owned()),
        n => parts.push(format!("would bridge {n} rings")),
    }
    let verdict = match (parts.is_empty(), matches.is_empty()) {
        (true, true) => return nothing(id),
        (true, false) => {
            "Some values in common with stored applicants, none of them enough to link.".to_owned()
        }
        (false, _) => {
            let mut text = list(&parts);
            text.push('.');
            text[..1].to_uppercase() + &text[1..]
        }
    };
    Screening { application_id: id.clone(), verdict, rings: rings.into_iter().collect(), matches }
}
