//! Screening: an application that is not stored, judged against everything that is. Not responsible for storing it.
//!
//! The application is put beside the stored ones it has a value or a blocking key in common with, and compared as
//! importing would compare it, at the counts of today.
//!
//! Invariant: screening changes nothing.

use crate::{
    engine::{Engine, View},
    explain::{count, line, list},
    matching::{Comparer, Corpus, Linker, NameRelation, Rulings, blocking, persons},
    model::{
        AppIx, Applicant, ApplicantId, ApplicantIx, Application, ApplicationId, AttributeIx, Bits,
        EvidenceLine, LinkClass, LinkStrength, RingId,
    },
    normalize::normalize,
};
use serde::Serialize;
use std::collections::BTreeSet;

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
    let normalized = normalize(application);
    // Under an id that is already stored it is a new version; screening asks about the rest.
    let mut corpus = view.network.corpus().clone();
    let me = corpus.put(&normalized, &crate::engine::ledger::label(application));
    let near = near(view, &corpus, me);
    judge(engine, view, &corpus, me, &near, application)
}

fn nothing(id: &ApplicationId) -> Screening {
    Screening {
        application_id: id.clone(),
        verdict: "Nothing stored has anything to do with this application.".to_owned(),
        rings: Vec::new(),
        matches: Vec::new(),
    }
}

/// The stored applicants one of whose applications has an attribute or a blocking key in common with a newcomer. A
/// busy attribute contributes its newest 400 users.
fn near(view: &View, corpus: &Corpus, me: AppIx) -> BTreeSet<ApplicantIx> {
    let x = corpus.app(me);
    let mut found: BTreeSet<AppIx> = BTreeSet::new();
    for (ix, _) in x.used() {
        found.extend(corpus.uses_of(ix).take(400).map(|(app, _)| app));
    }
    for key in blocking::identity_keys(corpus, &x) {
        found.extend(view.keys().of(key).take(400));
    }
    found.remove(&me);
    found.into_iter().map(|app| view.network.applicant_of(app)).collect()
}

fn judge(
    engine: &Engine,
    view: &View,
    corpus: &Corpus,
    me: AppIx,
    near: &BTreeSet<ApplicantIx>,
    application: &Application,
) -> Screening {
    let policy = &*view.in_force;
    let rulings = Rulings::build(corpus, &view.judgements);
    let comparer = Comparer::new(corpus, policy);
    // The stored applicants without the newcomer, and the newcomer as one of its own.
    let mut applicants = view.network.applicants().clone();
    // The number of each that is near, as stored and now.
    let mut near: Vec<(ApplicantIx, ApplicantIx)> = near.iter().map(|&ix| (ix, ix)).collect();
    if let Some((was, ix)) =
        near.iter_mut().find(|(ix, _)| applicants.get(*ix).applications.contains(&me))
    {
        let mut rest = applicants.get(*was).clone();
        rest.applications.retain(|&app| app != me);
        applicants.retire(*was);
        *ix = applicants.add(rest);
    }
    near.retain(|(_, ix)| applicants.is_live(*ix));
    let newcomer = applicants.add(Applicant {
        id: ApplicantId::derive(application.id.as_str()),
        applications: vec![me],
    });
    let values: BTreeSet<AttributeIx> = corpus.app(me).used().map(|(ix, _)| ix).collect();
    let mut series = Vec::new();
    crate::matching::series::keys(&corpus.app(me), |key| series.push(key));
    let background = view.background.with_newcomer(values.into_iter().collect(), series);
    let linker = Linker { comparer, applicants: &applicants, rulings: &rulings };
    let raw = |app: AppIx| {
        if app == me { Some(application.clone()) } else { engine.raw(view, app) }
    };
    let mut matches: Vec<ScreenMatch> = Vec::new();
    for (stored, ix) in near {
        let best = applicants
            .get(ix)
            .applications
            .iter()
            .map(|&app| persons::compare(&comparer, me, app))
            .max_by_key(|identity| identity.total);
        let same = best.is_some_and(|identity| {
            identity.total >= policy.identity.threshold
                && identity.relation != NameRelation::Conflict
        });
        let link = linker.link(ix, newcomer, &background);
        if !same && link.is_none() {
            continue;
        }
        let evidence = link.as_ref().map_or(&[][..], |l| &l.evidence);
        matches.push(ScreenMatch {
            applicant_id: view.network.applicant(stored).id.clone(),
            label: view.network.label(stored).to_owned(),
            same_person: same,
            class: link.as_ref().filter(|_| !same).map(|l| l.class),
            strength: link.as_ref().filter(|_| !same).map(|l| l.strength),
            bits: link.as_ref().map_or(Bits::ZERO, |l| l.bits),
            ring_id: view.ring_of(stored).map(|ring| ring.id.clone()),
            lines: evidence.iter().map(|e| line(corpus, e, &raw)).collect(),
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
