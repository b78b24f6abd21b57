//! The ledger: what the engine remembers of the facts, as far as the next computation needs it. Replaying the
//! journal from the start gives the same ledger.
//!
//! Not responsible for computing or storing.
//!
//! Invariant: a pure fold over the facts, in their order, given which imports are withdrawn in the end: what those
//! brought is passed over wherever it stands.

use crate::{
    engine::{
        Decision, Decisions, History, Recorded, Reports, TakenBack, Watched, advance::FEW, reports,
    },
    indicators::{Tallies, Tally},
    matching::{Corpus, Policy, thresholds},
    model::{
        Application, ApplicationId, Check, CheckItem, Column, Digest, ErasureId, ErasureRecord,
        Fact, HoldEnd, HoldRecord, ImportCounts, ImportId, ImportRecord, ImportWithdrawal,
        Judgement, JudgementId, LineageEvent, Moment, Normalized, PolicyPart, PolicyRecord, RingId,
        RingStatus, Seq, Verdict, numbers_set,
    },
    normalize::normalize,
    rings::lineage::{Bygone, Members, Past},
    store::tombstone_of,
};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What the engine remembers of the facts.
#[derive(Debug, Default, Clone)]
pub struct Ledger {
    /// The last fact folded in.
    pub seq: Seq,
    /// The newest version of every application, but for those that wait.
    pub corpus: Corpus,
    /// Applications received that are not in the corpus yet, in their order: advancing a view by a few brings the next
    /// corpus about by itself.
    pub waiting: Vec<Received>,
    /// Hashes of every content received.
    pub seen: FxHashSet<u128>,
    /// Judgements in force, oldest first.
    pub judgements: Arc<Vec<Judgement>>,
    /// Every judgement ever made, withdrawn ones too.
    pub decisions: Decisions,
    /// What happened to each ring.
    pub lineage: History,
    /// Rings as last recorded.
    pub rings: BTreeMap<RingId, Members>,
    /// Rings that are no more, with their last members.
    pub gone: Bygone,
    /// The fact the rings were last computed from.
    pub rings_as_of: Seq,
    /// Hash of the policy they were computed under.
    pub rings_policy: String,
    /// The identity numbers last applied, as JSON; none where the configuration holds.
    pub calibrated: Option<String>,
    /// What is usual among all applications received.
    pub tallies: Arc<Tallies>,
    /// What people checked.
    pub checks: Arc<Checks>,
    /// The members that a ring had when a judgement was made about it, by the judgement in force.
    pub judged: Arc<JudgedMembers>,
    /// Every change of the policy, oldest first.
    pub policy_changes: Arc<Vec<PolicyRecord>>,
    /// The last fact that changes who belongs together, or what people decided.
    pub weighed: Seq,
    /// What is on the store's watch-lists.
    pub watched: Arc<Watched>,
    /// Every import, oldest first.
    pub imports: Arc<Imports>,
    /// The imports whose applications are passed over.
    pub passed_over: Arc<BTreeSet<ImportId>>,
    /// Every hold, oldest first, released ones too.
    pub holds: Arc<Vec<HoldRecord>>,
    /// Every erasure, oldest first.
    pub erasures: Arc<Vec<ErasureRecord>>,
    /// Applications that were erased and did not come again.
    pub erased: Arc<Erased>,
    /// Schedules, reports, alerts and deliveries.
    pub reports: Arc<Reports>,
}

/// Applications that were erased, by what tombstones say of their ids: by which erasure, and when.
pub type Erased = BTreeMap<Digest, (ErasureId, Moment)>;

/// Every import, oldest first.
pub type Imports = Vec<ImportRecord>;

/// The members that a ring had when a judgement was made about it.
pub type JudgedMembers = BTreeMap<JudgementId, Arc<Members>>;

/// What people checked: by application, and of each item the last, with the fact it is.
pub type Checks = BTreeMap<ApplicationId, BTreeMap<CheckItem, (Seq, Check)>>;

/// What the ledger keeps of one application received.
#[derive(Debug, Clone)]
pub struct Received {
    normalized: Box<Normalized>,
    label: Box<str>,
    tally: Tally,
}

impl Received {
    /// Normalises it.
    #[must_use]
    pub fn new(application: &Application) -> Self {
        let normalized = Box::new(normalize(application));
        let tally = Tally::of(application, &normalized);
        Self { normalized, label: label(application), tally }
    }

    /// Its normalised form, and what it is shown as.
    #[must_use]
    pub fn parts(&self) -> (&Normalized, &str) {
        (&self.normalized, &self.label)
    }
}

/// One ring's past as a snapshot keeps it.
type RingPast = (RingId, Vec<(Seq, Moment, LineageEvent)>);

/// The ledger as a snapshot keeps it.
#[derive(Serialize, Deserialize)]
pub struct LedgerImage {
    seq: Seq,
    seen: Vec<u128>,
    decisions: Vec<Decision>,
    lineage: Vec<RingPast>,
    rings: BTreeMap<RingId, Members>,
    gone: BTreeMap<RingId, Past>,
    rings_as_of: Seq,
    rings_policy: String,
    calibrated: Option<String>,
    tallies: Tallies,
    checks: Vec<(Seq, Check)>,
    judged: BTreeMap<JudgementId, Members>,
    policy_changes: Vec<PolicyRecord>,
    weighed: Seq,
    watched: Watched,
    imports: Imports,
    passed_over: BTreeSet<ImportId>,
    holds: Vec<HoldRecord>,
    erasures: Vec<ErasureRecord>,
    erased: Erased,
    reports: Reports,
}

/// Whether a fact changes who belongs together, or what people decided; `is_received` of an application that counts.
fn weighs(fact: &Fact, is_received: bool) -> bool {
    match fact {
        Fact::Received { .. } => is_received,
        Fact::Judged(_)
        | Fact::Withdrawn { .. }
        | Fact::ImportWithdrawn { .. }
        | Fact::Calibrated { .. }
        | Fact::Erasure(_)
        | Fact::PolicySet { .. } => true,
        _ => false,
    }
}

fn put(checks: &mut Checks, (seq, check): (Seq, Check)) {
    checks.entry(check.application.clone()).or_default().insert(check.item, (seq, check));
}

/// What an application is shown as: its name, or what it has instead.
#[must_use]
pub fn label(application: &Application) -> Box<str> {
    [Column::FullName, Column::Email, Column::Phone]
        .into_iter()
        .find_map(|column| application.get(column))
        .unwrap_or_else(|| application.id.as_str())
        .chars()
        .filter(|&c| !c.is_control() && !reorders(c))
        .take(120)
        .collect::<String>()
        .into()
}

/// Characters that show nothing and turn round what stands beside them: an applicant must not write the sentence around
/// the name. Joiners stay, since names are written with them.
fn reorders(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl Ledger {
    /// An empty one that passes over what these imports brought.
    #[must_use]
    pub fn without(passed_over: Arc<BTreeSet<ImportId>>) -> Self {
        Self { passed_over, ..Self::default() }
    }

    /// Whether nothing in it came from these imports.
    #[must_use]
    pub fn is_without(&self, imports: &BTreeSet<ImportId>) -> bool {
        let mut brought = self.imports.iter().map(|record| &record.id);
        brought.all(|id| self.passed_over.contains(id) || !imports.contains(id))
    }

    /// Folds a run of facts in. Normalising is spread over all cores; O(facts).
    pub fn fold(&mut self, facts: Vec<(Seq, Fact)>) {
        let received: Vec<Option<(Received, u128)>> = facts
            .par_iter()
            .map(|(_, fact)| match fact {
                Fact::Received { import, application } if !self.passed_over.contains(import) => {
                    Some((Received::new(application), application.content_hash()))
                }
                _ => None,
            })
            .collect();
        for ((seq, fact), received) in facts.into_iter().zip(received) {
            self.seq = seq;
            if weighs(&fact, received.is_some()) {
                // What is folded in late is not the last.
                self.weighed = self.weighed.max(seq);
            }
            match (fact, received) {
                (Fact::Received { import, .. }, received) => {
                    self.brought(&import, 1);
                    if let Some((received, hash)) = received {
                        self.seen.insert(hash);
                        self.receive(seq, received);
                    }
                }
                (Fact::ImportStarted { import, file, by, at }, _) => {
                    self.begin(ImportRecord::begun(import, file, by, at));
                }
                (Fact::ImportFinished { import, counts, at }, _) => {
                    self.finish(&import, counts, at);
                }
                (Fact::ImportWithdrawn { import, by, at, why }, _) => {
                    if let Some(record) = self.import(&import) {
                        record.withdrawn.get_or_insert(ImportWithdrawal { by, at, why });
                    }
                    Arc::make_mut(&mut self.passed_over).insert(import);
                }
                (Fact::Judged(judgement), _) => {
                    if let Some(members) = judgement.verdict.ring().and_then(|r| self.rings.get(r))
                    {
                        let members = Arc::new(members.clone());
                        Arc::make_mut(&mut self.judged).insert(judgement.id.clone(), members);
                    }
                    self.decisions.judge(seq, judgement.clone());
                    Arc::make_mut(&mut self.judgements).push(judgement);
                }
                (Fact::Withdrawn { judgement, by, at, why }, _) => {
                    Arc::make_mut(&mut self.judged).remove(&judgement);
                    self.decisions.take_back(&judgement, &TakenBack { seq, by, at, why });
                    Arc::make_mut(&mut self.judgements).retain(|j| j.id != judgement);
                }
                (Fact::Calibrated { identity, by, at, .. }, _) => {
                    let part = PolicyPart::Identity(identity.is_some());
                    self.calibrated = identity;
                    self.policy_changed(seq, part, by, at, String::new());
                }
                (Fact::PolicySet { changes, by, at, why, .. }, _) => {
                    self.policy_changed(seq, PolicyPart::Thresholds(changes), by, at, why);
                }
                (Fact::Checked(check), _) => put(Arc::make_mut(&mut self.checks), (seq, check)),
                (Fact::Watched { entries, .. }, _) => {
                    let entries = entries.into_iter().map(|entry| (entry.id.clone(), entry));
                    Arc::make_mut(&mut self.watched).extend(entries);
                }
                (Fact::Unwatched { entries, .. }, _) => {
                    let watched = Arc::make_mut(&mut self.watched);
                    for id in &entries {
                        watched.remove(id);
                    }
                }
                // Kept beside the ledger (`cases`).
                (Fact::Case { .. } | Fact::Referred(_) | Fact::ReferralWithdrawn { .. }, _) => {}
                // Of consequence to the trail alone.
                (Fact::AuditAnchored { .. }, _) => {}
                (Fact::Held(hold), _) => {
                    let record = HoldRecord { seq, hold: *hold, released: None };
                    Arc::make_mut(&mut self.holds).push(record);
                }
                (Fact::HoldReleased { hold, by, at, why }, _) => {
                    let mut holds = Arc::make_mut(&mut self.holds).iter_mut();
                    if let Some(record) = holds.find(|record| record.hold.id == hold) {
                        record.released.get_or_insert(HoldEnd { seq, by, at, why });
                    }
                }
                (Fact::Erasure(erasure), _) => {
                    let erased = Arc::make_mut(&mut self.erased);
                    let of = |&id: &Digest| (id, (erasure.id.clone(), erasure.at));
                    erased.extend(erasure.applications.iter().map(of));
                    let record = ErasureRecord::new(seq, *erasure);
                    Arc::make_mut(&mut self.erasures).push(record);
                }
                (
                    fact @ (Fact::ScheduleSet { .. }
                    | Fact::ScheduleTurned { .. }
                    | Fact::Reported(_)
                    | Fact::Delivered(_)
                    | Fact::AlertRuleSet { .. }
                    | Fact::AlertRuleTurned { .. }
                    | Fact::Alerted(_)),
                    _,
                ) => reports::fold(&mut self.reports, seq, fact),
                // What stays of one was given instead (`replay`).
                (Fact::Erased { .. }, _) => {}
                (Fact::Lineage { as_of, policy, at, events }, _) => {
                    self.rings_as_of = as_of;
                    self.rings_policy = policy;
                    if self.policy_changes.last().is_some_and(|last| last.seq == as_of)
                        && let Some(last) = Arc::make_mut(&mut self.policy_changes).last_mut()
                    {
                        last.note(&events);
                    }
                    for event in events {
                        if event.members.is_empty() {
                            if let Some(last) = self.rings.remove(&event.ring) {
                                let past = self.past(&event.ring, last);
                                self.gone.insert(event.ring.clone(), past);
                            }
                        } else {
                            self.gone.remove(&event.ring);
                            self.rings.insert(event.ring.clone(), event.members.clone());
                        }
                        self.lineage.add(Recorded { seq, at, event });
                    }
                }
            }
        }
    }

    /// Folds facts in that were recorded while others were, and that these do not depend on: the last fact stays the last.
    pub fn fold_late(&mut self, facts: Vec<(Seq, Fact)>) {
        let last = self.seq;
        self.fold(facts);
        self.seq = self.seq.max(last);
    }

    fn policy_changed(&mut self, seq: Seq, part: PolicyPart, by: String, at: Moment, why: String) {
        let record = PolicyRecord { seq, part, by, at, why, effect: BTreeMap::new() };
        Arc::make_mut(&mut self.policy_changes).push(record);
    }

    /// The record of an import; most often the newest is asked for.
    fn import(&mut self, id: &ImportId) -> Option<&mut ImportRecord> {
        Arc::make_mut(&mut self.imports).iter_mut().rev().find(|record| record.id == *id)
    }

    /// Notes that an import began.
    pub fn begin(&mut self, record: ImportRecord) {
        Arc::make_mut(&mut self.imports).push(record);
    }

    /// Notes that an import brought so many applications.
    pub fn brought(&mut self, id: &ImportId, new: u64) {
        if let Some(record) = self.import(id) {
            record.counts.read += new;
            record.counts.new += new;
        }
    }

    /// Notes how an import ended.
    pub fn finish(&mut self, id: &ImportId, counts: ImportCounts, at: Moment) {
        if let Some(record) = self.import(id) {
            (record.counts, record.finished) = (counts, Some(at));
        }
    }

    /// What a ring was that dissolves with these members: at last, and when it was largest, where that was more. A
    /// judgement may take a ring apart piece by piece, and its withdrawal brings back the whole.
    fn past(&self, ring: &RingId, last: Members) -> Past {
        let events = self.lineage.get(ring).unwrap_or_default();
        let largest = events.iter().map(|r| &r.event.members).max_by_key(|members| members.len());
        match largest {
            Some(largest) if largest.len() > last.len() => vec![last, largest.clone()],
            _ => vec![last],
        }
    }

    /// The policy in force: as configured, with the identity numbers that were last applied and the thresholds that were
    /// set. Numbers that another version of Ringer put in force and this one cannot read are passed over.
    #[must_use]
    pub fn policy(&self, configured: &Policy) -> Policy {
        let applied = self.calibrated.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let mut policy = match applied {
            Some(identity) => Policy { identity, ..configured.clone() },
            None => configured.clone(),
        };
        for (name, set) in numbers_set(&self.policy_changes) {
            thresholds::put(&mut policy, name, set.value);
        }
        policy
    }

    /// Takes in the application that fact `seq` brought. That its content was seen is for the caller to note.
    pub fn receive(&mut self, seq: Seq, received: Received) {
        (self.seq, self.weighed) = (seq, seq);
        if !self.erased.is_empty() {
            Arc::make_mut(&mut self.erased).remove(&tombstone_of(&received.normalized.id));
        }
        Arc::make_mut(&mut self.tallies).add(&received.tally);
        if self.waiting.len() >= FEW {
            self.put_waiting();
        }
        self.waiting.push(received);
    }

    /// Puts what waits into the corpus.
    fn put_waiting(&mut self) {
        for Received { normalized, label, .. } in self.waiting.drain(..) {
            self.corpus.put(&normalized, &label);
        }
    }

    /// Makes the corpus whole, passages counted. O(length of all texts), and O(1) when nothing came.
    pub fn settle(&mut self) {
        self.put_waiting();
        self.corpus.settle();
    }

    /// Takes the corpus of a view that contains everything received.
    pub fn take(&mut self, corpus: &Corpus) {
        self.corpus = corpus.clone();
        self.waiting.clear();
    }

    /// Whether an application was received.
    #[must_use]
    pub fn knows(&self, id: &ApplicationId) -> bool {
        self.corpus.find(id).is_some() || self.waiting.iter().any(|r| r.normalized.id == *id)
    }

    /// How many of these, in this order, would be new versions of a known application.
    #[must_use]
    pub fn changed_by(&self, received: &[Received]) -> u64 {
        let mut among = BTreeSet::new();
        let ids = received.iter().map(|r| &r.normalized.id);
        ids.filter(|id| !among.insert(*id) || self.knows(id)).count() as u64
    }

    /// What people last decided about each ring they judged. O(judgements).
    #[must_use]
    pub fn statuses(&self) -> FxHashMap<&RingId, RingStatus> {
        let judged = self.judgements.iter().filter_map(|j| match &j.verdict {
            Verdict::Ring { ring, verdict } => Some((ring, *verdict)),
            _ => None,
        });
        judged.collect()
    }

    /// The members that each ring had when people last decided about it, of rings whose decision stands. O(judgements).
    #[must_use]
    pub fn decided(&self) -> BTreeMap<&RingId, &Members> {
        decided(&self.judgements, &self.judged)
    }

    /// The ledger as a snapshot keeps it, in one order.
    #[must_use]
    pub fn image(&self) -> LedgerImage {
        let mut seen: Vec<u128> = self.seen.iter().copied().collect();
        seen.sort_unstable();
        let lineage = self
            .lineage
            .iter()
            .map(|(id, events)| {
                let events = events.iter().map(|r| (r.seq, r.at, r.event.clone())).collect();
                (id.clone(), events)
            })
            .collect();
        LedgerImage {
            seq: self.seq,
            seen,
            decisions: self.decisions.iter().cloned().collect(),
            lineage,
            rings: self.rings.clone(),
            gone: self.gone.rings().clone(),
            rings_as_of: self.rings_as_of,
            rings_policy: self.rings_policy.clone(),
            calibrated: self.calibrated.clone(),
            tallies: Tallies::clone(&self.tallies),
            checks: self.checks.values().flat_map(BTreeMap::values).cloned().collect(),
            judged: self
                .judged
                .iter()
                .map(|(id, members)| (id.clone(), Members::clone(members)))
                .collect(),
            policy_changes: self.policy_changes.to_vec(),
            weighed: self.weighed,
            watched: Watched::clone(&self.watched),
            imports: Imports::clone(&self.imports),
            passed_over: BTreeSet::clone(&self.passed_over),
            holds: self.holds.to_vec(),
            erasures: self.erasures.to_vec(),
            erased: Erased::clone(&self.erased),
            reports: Reports::clone(&self.reports),
        }
    }
}

/// The members that each ring had when people last decided about it, of rings whose decision stands. O(judgements).
pub fn decided<'a>(
    judgements: &'a [Judgement],
    judged: &'a JudgedMembers,
) -> BTreeMap<&'a RingId, &'a Members> {
    let mut decided = BTreeMap::new();
    for judgement in judgements {
        if let Verdict::Ring { ring, verdict } = &judgement.verdict {
            match judged.get(&judgement.id) {
                Some(members) if *verdict != RingStatus::Open => decided.insert(ring, &**members),
                _ => decided.remove(ring),
            };
        }
    }
    decided
}

impl LedgerImage {
    /// The last fact it contains.
    #[must_use]
    pub fn seq(&self) -> Seq {
        self.seq
    }
}

impl From<LedgerImage> for Ledger {
    fn from(image: LedgerImage) -> Self {
        let lineage = image
            .lineage
            .into_iter()
            .flat_map(|(_, events)| events)
            .map(|(seq, at, event)| Recorded { seq, at, event })
            .collect();
        let decisions: Decisions = image.decisions.into_iter().collect();
        let mut checks = Checks::new();
        image.checks.into_iter().for_each(|check| put(&mut checks, check));
        Self {
            seq: image.seq,
            corpus: Corpus::default(),
            waiting: Vec::new(),
            seen: image.seen.into_iter().collect(),
            judgements: Arc::new(decisions.in_force()),
            decisions,
            lineage,
            rings: image.rings,
            gone: image.gone.into_iter().collect(),
            rings_as_of: image.rings_as_of,
            rings_policy: image.rings_policy,
            calibrated: image.calibrated,
            tallies: Arc::new(image.tallies),
            checks: Arc::new(checks),
            judged: Arc::new(
                image.judged.into_iter().map(|(id, members)| (id, Arc::new(members))).collect(),
            ),
            policy_changes: Arc::new(image.policy_changes),
            weighed: image.weighed,
            watched: Arc::new(image.watched),
            imports: Arc::new(image.imports),
            passed_over: Arc::new(image.passed_over),
            holds: Arc::new(image.holds),
            erasures: Arc::new(image.erasures),
            erased: Arc::new(image.erased),
            reports: Arc::new(image.reports),
        }
    }
}
