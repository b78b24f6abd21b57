//! Screening: an application that is not stored, judged against everything that is. Not responsible for storing it.
//!
//! The application is put beside the stored ones that importing would compare it with, and compared in the same way, at
//! the counts of today.
//!
//! Invariant: screening changes nothing.

use crate::{
    engine::{Engine, View},
    explain::{
        line,
        words::{count, list},
    },
    matching::{
        Comparer, Corpus, Index, Linker, NameRelation, Rulings,
        incremental::{Known, meets},
        persons,
    },
    model::{
        AppIx, Applicant, ApplicantId, ApplicantIx, Application, ApplicationId, AttributeIx, Bits,
        EvidenceLine, LinkClass, LinkStrength, RingId,
    },
    normalize::normalize,
};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::{cell::RefCell, collections::BTreeSet};

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

/// Judges an application against a view. O(what it shares), and O(n log n) for the first one after everything was
/// computed.
pub fn screen(engine: &Engine, view: &View, application: &Application) -> Screening {
    let normalized = normalize(application);
    // Under an id that is already stored it is a new version; screening asks about the rest.
    let (mut corpus, mut index) = (view.network.corpus().clone(), view.index().clone());
    let old = corpus.find(&normalized.id).map(|app| index.keys_of(&corpus, app));
    let label = crate::engine::ledger::label(application);
    let me = corpus.put_beside(&normalized, &label);
    index.put(&corpus, me, old);
    judge(engine, view, &corpus, &index, me, application)
}

fn nothing(id: &ApplicationId) -> Screening {
    Screening {
        application_id: id.clone(),
        verdict: "Nothing stored has anything to do with this application.".to_owned(),
        rings: Vec::new(),
        matches: Vec::new(),
    }
}

fn judge(
    engine: &Engine,
    view: &View,
    corpus: &Corpus,
    index: &Index,
    me: AppIx,
    application: &Application,
) -> Screening {
    let policy = &*view.in_force;
    let rulings = Rulings::build(corpus, &view.judgements);
    let comparer = Comparer::new(corpus, policy);
    // The stored applicants without the newcomer, and the newcomer as one of its own.
    let mut applicants = view.network.applicants().clone();
    let stored = me.at() < view.network.corpus().len();
    let whole = stored.then(|| view.network.applicant_of(me));
    let rest = whole.and_then(|whole| {
        let mut rest = applicants.get(whole).clone();
        applicants.retire(whole);
        rest.applications.retain(|&app| app != me);
        (!rest.applications.is_empty()).then(|| applicants.add(rest))
    });
    let newcomer = applicants.add(Applicant {
        id: ApplicantId::derive(application.id.as_str()),
        applications: vec![me],
    });
    let known = Known {
        corpus,
        applicants: &applicants,
        edges: &view.edges,
        background: &view.background,
        index,
        rulings: &rulings,
    };
    // Each with the number it is stored under.
    let near: Vec<(ApplicantIx, ApplicantIx)> = meets(&known, newcomer, policy)
        .into_iter()
        .map(|ix| (whole.filter(|_| rest == Some(ix)).unwrap_or(ix), ix))
        .collect();
    let values: BTreeSet<AttributeIx> = corpus.app(me).used().map(|(ix, _)| ix).collect();
    let mut series = Vec::new();
    crate::matching::series::keys(corpus, &corpus.app(me), |key| series.push(key));
    let background = view.background.with_newcomer(values.into_iter().collect(), series);
    let linker = Linker { comparer, applicants: &applicants, rulings: &rulings };
    // Read once, however much is said of it.
    let read: RefCell<FxHashMap<AppIx, Option<Application>>> = RefCell::default();
    let raw = |app: AppIx| {
        if app == me {
            return Some(application.clone());
        }
        let mut read = read.borrow_mut();
        read.entry(app).or_insert_with(|| engine.raw(view, app)).clone()
    };
    let mut matches: Vec<ScreenMatch> = Vec::new();
    for (stored, ix) in near {
        let best = applicants
            .get(ix)
            .applications
            .iter()
            .filter(|&&app| persons::reaches(&comparer, me, app))
            .map(|&app| persons::compare(&comparer, me, app))
            .max_by_key(|identity| identity.total);
        let same = best.is_some_and(|identity| identity.relation != NameRelation::Conflict);
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
        0 if linked > 0 => parts.push("may be a new ring with them".to_owned()),
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
