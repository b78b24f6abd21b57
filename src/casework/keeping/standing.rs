//! How somebody's data stands today: since when it is kept, until when it must and may be, and what holds it. Not
//! responsible for the rules (`policy`) nor for erasing.
//!
//! The clock starts on the day of the last application or of the last action on record: a new version (a stage reached, an
//! outcome), a judgement about them or their ring, a check, work on a case about them. An application that does not say when
//! it was made was made when it came.
//!
//! Somebody is held by a hold on them, on a ring they are in or ever were in, on a case that covers such a ring or is about
//! them, or on everything; and by a referral of such a ring that stands, for evidence that was handed over must be there. A
//! hold is released, and a referral withdrawn, by name and with a reason; neither is passed over here.
//!
//! Invariant: depends on view, cases, policy and day alone; a ring that was merged or split holds whoever ever was in it.

use crate::{
    casework::{
        Follower,
        keeping::{Interval, RetentionPolicy},
    },
    engine::{Cases, HeldSince, RingLookup, View},
    model::{
        ApplicantIx, ApplicationId, CaseId, CaseSubject, Day, FileHash, HoldId, HoldOn, Moment,
        ReferralId, RingId, Verdict,
    },
};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::{collections::BTreeSet, fmt, sync::Arc};

/// What keeps somebody's data from being erased.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldBy {
    /// A hold.
    Hold(HoldId),
    /// A referral that stands.
    Referral(ReferralId),
}

impl fmt::Display for HeldBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hold(id) => write!(f, "the hold {id}"),
            Self::Referral(id) => write!(f, "the referral {id}, which stands"),
        }
    }
}

/// How the data of one applicant stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub applicant: ApplicantIx,
    /// The day of the last application or action.
    pub since: Day,
    /// For how long it is kept.
    pub interval: Interval,
    /// The first day on which it may be erased.
    pub from: Day,
    /// The last day on which it may be kept; none without an end.
    pub until: Option<Day>,
    /// What holds it.
    pub held_by: BTreeSet<HeldBy>,
}

impl Standing {
    /// Whether it is kept longer than it may be, and nothing holds it.
    #[must_use]
    pub fn is_due(&self, today: Day) -> bool {
        self.held_by.is_empty() && self.until.is_some_and(|until| until < today)
    }
}

/// How everybody's data stands.
pub struct Keeping<'k> {
    view: &'k View,
    policy: &'k RetentionPolicy,
    today: Day,
    since: Arc<Vec<HeldSince>>,
    acted: FxHashMap<ApplicationId, Moment>,
    held: FxHashMap<ApplicationId, BTreeSet<HeldBy>>,
    everybody: BTreeSet<HeldBy>,
    files: FxHashMap<FileHash, BTreeSet<CaseId>>,
    held_cases: FxHashMap<CaseId, HeldBy>,
}

impl<'k> Keeping<'k> {
    /// Of a view, its cases, and since when its applications are held. O(judgements + members of rings held or acted on).
    #[must_use]
    pub fn new(
        view: &'k View,
        cases: &Cases,
        policy: &'k RetentionPolicy,
        since: Arc<Vec<HeldSince>>,
        now: Moment,
    ) -> Self {
        let today = Day::of(now).unwrap_or_else(epoch);
        let mut keeping = Self {
            view,
            policy,
            today,
            since,
            acted: FxHashMap::default(),
            held: FxHashMap::default(),
            everybody: BTreeSet::new(),
            files: FxHashMap::default(),
            held_cases: FxHashMap::default(),
        };
        for case in cases.iter() {
            for file in &case.attachments {
                keeping.files.entry(file.sha256.clone()).or_default().insert(case.id.clone());
            }
        }
        keeping.look_at_actions(cases);
        keeping.look_at_holds(cases);
        keeping
    }

    /// The day it is.
    #[must_use]
    pub fn today(&self) -> Day {
        self.today
    }

    fn act(&mut self, applications: impl IntoIterator<Item = ApplicationId>, at: Moment) {
        for id in applications {
            let last = self.acted.entry(id).or_insert(at);
            *last = (*last).max(at);
        }
    }

    fn look_at_actions(&mut self, cases: &Cases) {
        let view = self.view;
        for decision in view.decisions.iter() {
            let at = decision.taken_back.as_ref().map_or(decision.judgement.at, |back| back.at);
            match &decision.judgement.verdict {
                Verdict::Pair { a, b, .. } => self.act([a.clone(), b.clone()], at),
                Verdict::Ring { ring, .. } => {
                    let then = view.judged.get(&decision.judgement.id);
                    let members = then.map_or_else(|| self.members(ring), |m| BTreeSet::clone(m));
                    self.act(members, at);
                }
                Verdict::Value { .. } => {}
            }
        }
        for (id, checks) in view.checks.iter() {
            let last = checks.values().map(|(_, check)| check.at).max();
            last.into_iter().for_each(|at| self.act([id.clone()], at));
        }
        let follower = Follower::new(view);
        for case in cases.iter() {
            let Some(last) = case.last().map(|entry| entry.at) else { continue };
            let covered = follower.reach(case).covered;
            let rings: Vec<_> = covered.iter().map(|c| self.members(&c.ring.id)).collect();
            rings.into_iter().for_each(|members| self.act(members, last));
            if let CaseSubject::Applicant(id) = &case.subject {
                self.act([id.clone()], last);
            }
        }
    }

    fn look_at_holds(&mut self, cases: &Cases) {
        let view = self.view;
        let (follower, today) = (Follower::new(view), self.today);
        for record in view.holds.iter().filter(|record| record.holds(today)) {
            let by = HeldBy::Hold(record.hold.id.clone());
            let ids = match &record.hold.on {
                HoldOn::All => {
                    self.everybody.insert(by);
                    continue;
                }
                HoldOn::Ring(ring) => self.ever(ring),
                HoldOn::Applicant(applications) => applications.clone(),
                HoldOn::Case(case) => {
                    self.held_cases.insert(case.clone(), by.clone());
                    let Some(case) = cases.get(case) else { continue };
                    let covered = follower.reach(case).covered;
                    let rings = covered.iter().map(|c| &c.ring.id).chain(case.rings.keys());
                    let mut ids: BTreeSet<_> = rings.flat_map(|ring| self.ever(ring)).collect();
                    if let CaseSubject::Applicant(id) = &case.subject {
                        ids.insert(id.clone());
                    }
                    ids
                }
            };
            self.hold(ids, &by);
        }
        for record in cases.referrals().iter().filter(|record| record.stands()) {
            let by = HeldBy::Referral(record.referral.id.clone());
            let ids = self.ever(&record.referral.ring);
            self.hold(ids, &by);
            self.held_cases
                .extend(record.referral.case.iter().map(|case| (case.clone(), by.clone())));
        }
    }

    /// What holds an application.
    #[must_use]
    pub fn held_by(&self, id: &ApplicationId) -> BTreeSet<HeldBy> {
        let held = self.held.get(id).into_iter().flatten();
        self.everybody.iter().chain(held).cloned().collect()
    }

    /// The cases that have a file or had it, each with what holds it.
    pub(super) fn cases_with(
        &self,
        file: &FileHash,
    ) -> impl Iterator<Item = (&CaseId, Option<&HeldBy>)> {
        let cases = self.files.get(file).into_iter().flatten();
        cases.map(|case| (case, self.held_cases.get(case)))
    }

    fn hold(&mut self, ids: BTreeSet<ApplicationId>, by: &HeldBy) {
        for id in ids {
            self.held.entry(id).or_default().insert(by.clone());
        }
    }

    /// The applications of a ring that is.
    fn members(&self, ring: &RingId) -> BTreeSet<ApplicationId> {
        let (RingLookup::Found(ring), network) = (self.view.ring(ring), &self.view.network) else {
            return BTreeSet::new();
        };
        let applications = ring.members.iter().flat_map(|&m| &network.applicant(m).applications);
        applications.map(|&app| network.corpus().id(app)).collect()
    }

    /// The applications that are in a ring or ever were, also in the one it was merged into.
    fn ever(&self, ring: &RingId) -> BTreeSet<ApplicationId> {
        let mut all = BTreeSet::new();
        let mut ring = ring.clone();
        // Redirects cannot form a circle, but a damaged history must not hang a page either.
        for _ in 0..=self.view.lineage.len() {
            let events = self.view.lineage.get(&ring).unwrap_or_default();
            all.extend(events.iter().flat_map(|r| r.event.members.iter().cloned()));
            match self.view.ring(&ring) {
                RingLookup::MovedTo(into) => ring = into,
                _ => break,
            }
        }
        all
    }

    /// How the data of an applicant stands. O(applications of theirs).
    #[must_use]
    pub fn standing(&self, applicant: ApplicantIx) -> Standing {
        let corpus = self.view.network.corpus();
        let applications = &self.view.network.applicant(applicant).applications;
        let (mut last, mut held_by) = (None, self.everybody.clone());
        let mut places = BTreeSet::new();
        for &app in applications {
            let id = corpus.id(app);
            held_by.extend(self.held.get(&id).into_iter().flatten().cloned());
            // One of which nothing is known came just now.
            let Some(held) = self.since.get(app.at()) else {
                last = last.max(Some(self.today));
                continue;
            };
            places.extend(held.places.iter().copied());
            let made = corpus.submitted(app).filter(|at| *at <= held.received);
            let days = [made.or(Some(held.received)), held.changed, self.acted.get(&id).copied()];
            last = last.max(days.into_iter().flatten().filter_map(Day::of).max());
        }
        let since = last.unwrap_or(self.today);
        let interval = self.policy.interval(places.iter());
        let after = |days: u32| since.plus(days);
        Standing {
            applicant,
            since,
            from: after(interval.floor_days).unwrap_or(since),
            until: interval.ceiling_days.and_then(after),
            interval,
            held_by,
        }
    }

    /// How everybody's data stands, in the order of applicants. O(applications).
    pub fn all(&self) -> impl Iterator<Item = Standing> {
        let network = &self.view.network;
        let ids = network.applicants().all().filter(|a| !a.applications.is_empty());
        ids.filter_map(|a| network.find(&a.id)).map(|ix| self.standing(ix))
    }
}

/// The first day there is, for a clock that is out of range.
fn epoch() -> Day {
    Day::of(Moment(0)).unwrap_or_else(|| unreachable!("1970 is a year"))
}
