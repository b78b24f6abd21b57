//! Gathering what is held of those who are to be erased, and what becomes of each fact. Not responsible for erasing
//! (`super`).
//!
//! The journal is read twice: once for what they and others have, once for every fact that is no application.
//!
//! Invariant: changes nothing; the same store and the same people give the same plan.

use crate::{
    engine::{
        Cases, EngineError, View,
        erasing::{
            redact::{Fate, Seen, Whom, fate},
            terms::{Candidates, Terms},
        },
    },
    model::{
        ApplicationId, Attribute, AttributeId, CaseId, CaseSubject, ErasureId, Fact, FileHash,
        Moment, Seq, WatchId,
    },
    normalize::normalize,
    store::{Erasing, Store, StoreError, tombstone_of},
};
use rustc_hash::FxHashMap;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// What goes when somebody is erased, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Goes {
    /// Versions of applications, as received.
    pub versions: u64,
    /// Judgements about them, and withdrawals of those.
    pub judgements: u64,
    /// Checks of them.
    pub checks: u64,
    /// Facts about files attached to cases.
    pub attached: u64,
    /// Facts that stay, without texts that name them and with tokens for their ids.
    pub in_part: u64,
    /// Anything else, such as entries that were on a watch-list.
    pub others: u64,
}

/// What erasing somebody would do.
#[derive(Debug, Default)]
pub struct ErasurePlan {
    /// The facts, ascending.
    pub facts: Vec<Erasing>,
    /// How many of what.
    pub goes: Goes,
    /// Values that only they have.
    pub terms: Terms,
    /// Attached files that go.
    pub files: BTreeSet<FileHash>,
    /// Entries of watch-lists in force that name them, and stay.
    pub watched: BTreeSet<WatchId>,
    /// The fact that the plan is as of.
    pub as_of: Seq,
}

/// Of whom, and with what.
pub(super) struct Order<'a> {
    pub applications: &'a BTreeSet<ApplicationId>,
    pub files: &'a BTreeSet<FileHash>,
    pub id: &'a ErasureId,
    pub now: Moment,
}

/// Values of people, and who has them: those who are erased, or others.
#[derive(Default)]
struct Values {
    candidates: Candidates,
    theirs: BTreeSet<AttributeId>,
}

/// Makes the plan.
pub(super) fn gather(
    store: &dyn Store,
    view: &View,
    cases: &Cases,
    order: &Order<'_>,
) -> Result<ErasurePlan, EngineError> {
    let as_of = store.head().seq;
    let applications = order.applications;
    let mut values = Values::default();
    let mut held = 0_u64;
    // Theirs first, so that what others have is only compared.
    store.facts(Seq(1), &mut |_, fact| {
        if let Fact::Received { application, .. } = fact
            && applications.contains(&application.id)
        {
            held += 1;
            values.candidates.put(&application);
            let used = normalize(&application).attributes;
            values.theirs.extend(used.iter().map(|(a, _)| Attribute::id(a)));
        }
        Ok(())
    })?;
    if held == 0 {
        let id = applications.first().map_or("", |id| id.as_str()).to_owned();
        return Err(EngineError::NotFound { what: "application", id });
    }
    applications.iter().for_each(|id| values.candidates.put_id(id));
    store.facts(Seq(1), &mut |_, fact| {
        if let Fact::Received { application, .. } = fact
            && !applications.contains(&application.id)
        {
            values.candidates.pass(&application);
        }
        Ok(())
    })?;
    let mut attributes = values.theirs;
    attributes.retain(|id| {
        let is_shared = others_use(view, id, applications);
        if is_shared {
            values.candidates.pass_attribute(id);
        }
        !is_shared
    });
    let terms = values.candidates.terms();
    let (alone, mut files) = of_cases(cases, applications);
    files.extend(order.files.iter().cloned());
    let tokens = tokens(applications, order.id);
    let whom = Whom {
        tokens: &tokens,
        terms: &terms,
        attributes: &attributes,
        cases: &alone,
        files: &files,
        watched: &view.watched,
        now: order.now,
    };
    let (facts, goes, seen) = fates(store, &whom)?;
    Ok(ErasurePlan { facts, goes, watched: seen.watched, terms, files, as_of })
}

/// Whether somebody else gives a value.
fn others_use(view: &View, id: &AttributeId, applications: &BTreeSet<ApplicationId>) -> bool {
    let corpus = view.network.corpus();
    let users = corpus.find_attribute(id).map(|ix| corpus.users(ix));
    users.into_iter().flatten().any(|(app, _)| !applications.contains(&corpus.id(app)))
}

/// What becomes of every fact.
fn fates(store: &dyn Store, whom: &Whom<'_>) -> Result<(Vec<Erasing>, Goes, Seen), EngineError> {
    let (mut facts, mut goes, mut seen) = (Vec::new(), Goes::default(), Seen::default());
    let wrong = RefCell::new(None);
    let read = store.facts(Seq(1), &mut |seq, fact| {
        let found = fate(&fact, whom, &mut seen).map_err(|what| {
            let what = format!("fact {} without what is erased is none: {what}", seq.0);
            *wrong.borrow_mut() = Some(what.clone());
            StoreError::Encode { what }
        })?;
        let rest = match found {
            Fate::Stays => return Ok(()),
            Fate::Goes => None,
            Fate::Rest(rest) => Some(*rest),
        };
        *match (&rest, fact.as_remaining()) {
            (Some(_), _) => &mut goes.in_part,
            (None, Some(Fact::Received { .. })) => &mut goes.versions,
            (None, Some(Fact::Judged(_) | Fact::Withdrawn { .. })) => &mut goes.judgements,
            (None, Some(Fact::Checked(_))) => &mut goes.checks,
            (None, Some(Fact::Case { .. })) => &mut goes.attached,
            (None, _) => &mut goes.others,
        } += 1;
        facts.push(Erasing { seq, rest });
        Ok(())
    });
    match (read, wrong.into_inner()) {
        (_, Some(what)) => Err(EngineError::Refused(what)),
        (read, None) => {
            read?;
            Ok((facts, goes, seen))
        }
    }
}

/// What stands for the id of each application where others' history names it.
fn tokens(
    applications: &BTreeSet<ApplicationId>,
    id: &ErasureId,
) -> BTreeMap<ApplicationId, ApplicationId> {
    // In the order of their hashes, which says nothing of them.
    let mut sorted: Vec<_> = applications.iter().map(|id| (tombstone_of(id), id)).collect();
    sorted.sort_unstable();
    let number = id.as_str().trim_start_matches("era_");
    let token = |n: usize| ApplicationId::known(&format!("erased-{number}-{n}"));
    sorted.into_iter().zip(1..).map(|((_, id), n)| (id.clone(), token(n))).collect()
}

/// The cases that are about these people alone; and the files of cases about one of them, whatever rings are linked to
/// those, which no other case has.
fn of_cases(
    cases: &Cases,
    applications: &BTreeSet<ApplicationId>,
) -> (BTreeSet<CaseId>, BTreeSet<FileHash>) {
    let is_theirs = |subject: &CaseSubject| match subject {
        CaseSubject::Applicant(id) => applications.contains(id),
        CaseSubject::Ring(_) => false,
    };
    let mut alone = BTreeSet::new();
    let mut used: FxHashMap<&FileHash, bool> = FxHashMap::default();
    for case in cases.iter() {
        let is_theirs = is_theirs(&case.subject);
        if is_theirs && case.rings.is_empty() {
            alone.insert(case.id.clone());
        }
        for file in &case.attachments {
            *used.entry(&file.sha256).or_insert(true) &= is_theirs;
        }
    }
    let files = used.into_iter().filter(|(_, goes)| *goes).map(|(file, _)| file.clone()).collect();
    (alone, files)
}
