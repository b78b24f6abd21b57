//! Rings as they were assessed last, and which of them still hold in a later view: a queue must not assess every ring anew
//! because one application came. Not responsible for assessing (`assessing`).
//!
//! What an assessment looks at is of two sorts. What is usual, what is watched and the numbers in force are the same for all
//! rings: the ground. What the ring is, who its members are, whom they are linked to and what was checked about them is its
//! own: the print. On the same ground a ring of the same print is assessed as before, for the applications themselves cannot
//! have changed: each one that is received moves the ground.
//!
//! Invariant: what is said to be exact is what assessing anew would give, at the hour it was assessed.

use crate::{
    engine::{Engine, View},
    indicators::{IndicatorPolicy, RingAssessment, Tallies, WatchLists},
    model::{Ring, RingId, Seq},
};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};
use xxhash_rust::xxh3::Xxh3Default;

/// Rings with what indicators make of them, by id.
pub type Assessed = Arc<BTreeMap<RingId, Arc<RingAssessment>>>;

/// Rings that changed are assessed while a page waits, if they are at most so many.
const WHILE_WAITING: usize = 24;

/// What all assessments look at.
#[derive(Clone)]
struct Ground {
    tallies: Arc<Tallies>,
    watched: Arc<WatchLists>,
    policy: Arc<IndicatorPolicy>,
}

impl Ground {
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tallies, &other.tallies)
            && Arc::ptr_eq(&self.watched, &other.watched)
            && self.policy == other.policy
    }
}

/// The rings of a view, assessed.
struct Last {
    seq: Seq,
    ground: Ground,
    rings: Assessed,
    prints: FxHashMap<RingId, u128>,
    /// Those that may be assessed otherwise at another hour, on the same lists.
    by_hour: BTreeSet<RingId>,
}

/// The rings that were assessed last.
#[derive(Default)]
pub(super) struct Assessments {
    last: Mutex<Option<Arc<Last>>>,
    /// The ones before: the next view is assessed before it is shown, and until then pages ask for this one.
    before: Mutex<Option<Arc<Last>>>,
    /// Held by whoever assesses, so that nobody does it twice.
    working: Mutex<()>,
}

impl Assessments {
    /// What of those kept last holds at any hour, for an engine at another one.
    pub fn at_any_hour(&self) -> Self {
        let lasting = self.last().map(|last| {
            let rings = last.rings.iter().filter(|(id, _)| !last.by_hour.contains(*id));
            let rings = rings.map(|(id, assessment)| (id.clone(), Arc::clone(assessment)));
            Arc::new(Last {
                // Of no view of its own, so that each is looked at again.
                seq: Seq(0),
                ground: last.ground.clone(),
                rings: Arc::new(rings.collect()),
                prints: last.prints.clone(),
                by_hour: BTreeSet::new(),
            })
        });
        Self { last: Mutex::new(lasting), ..Self::default() }
    }

    /// Keeps none of them.
    pub fn forget(&self) {
        for kept in [&self.last, &self.before] {
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    fn last(&self) -> Option<Arc<Last>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Those of the view of this number, if they are kept.
    fn of(&self, seq: Seq) -> Option<Arc<Last>> {
        let before = || self.before.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.last().filter(|last| last.seq == seq).or_else(|| before().filter(|b| b.seq == seq))
    }

    fn put(&self, new: Last) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_none_or(|last| last.seq <= new.seq) {
            let seq = new.seq;
            let replaced = last.replace(Arc::new(new)).filter(|old| old.seq < seq);
            if replaced.is_some() {
                *self.before.lock().unwrap_or_else(PoisonError::into_inner) = replaced;
            }
        }
    }
}

impl Engine {
    /// Every ring of a view with its assessment, by id. Kept until the view or what is watched changes; then O(applications
    /// in rings) where an application came, and O(applications in rings that changed) otherwise.
    #[must_use]
    pub fn assess_rings(&self, view: &View) -> Assessed {
        let known = || {
            let watched = self.watched(self.indicator_policy());
            let kept = self.assessments.of(view.seq)?;
            Arc::ptr_eq(&kept.ground.watched, &watched).then(|| Arc::clone(&kept.rings))
        };
        if let Some(rings) = known() {
            return rings;
        }
        let _working = self.assessments.working.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rings) = known() {
            return rings;
        }
        let last = self.assessments.last();
        let policy = Arc::new(self.in_force(view));
        let ground = Ground {
            tallies: Arc::clone(&view.tallies),
            watched: self.watched(self.indicator_policy()),
            policy,
        };
        let last = last.filter(|last| last.ground.is(&ground));
        let (mut rings, prints, changed) = taken_over(view, last.as_deref());
        let kept = last.iter().flat_map(|last| &last.by_hour).filter(|id| rings.contains_key(*id));
        let mut by_hour: BTreeSet<RingId> = kept.cloned().collect();
        self.with_numbers(view, &ground.policy, |assessor| {
            for (id, (assessment, depends)) in
                on_all_cores(&changed, |ring| (&ring.id, assessor.ring_by_hour(ring)))
            {
                if depends {
                    by_hour.insert(id.clone());
                }
                rings.insert(id.clone(), Arc::new(assessment));
            }
        });
        let rings = Arc::new(rings);
        let kept = Arc::clone(&rings);
        self.assessments.put(Last { seq: view.seq, ground, rings: kept, prints, by_hour });
        rings
    }

    /// The rings of a view with an assessment that is at hand, and whether it is exact. Where it is not, rings that changed
    /// since are assessed under the numbers in force then, and the others are as they were: an application that came
    /// elsewhere may have moved what is usual. Waits for all only where nothing, or too little, is at hand.
    #[must_use]
    pub fn rings_at_hand(&self, view: &View) -> (Assessed, bool) {
        if let Some(kept) = self.assessments.of(view.seq) {
            return (Arc::clone(&kept.rings), true);
        }
        let Some(last) = self.assessments.last() else { return (self.assess_rings(view), true) };
        let (mut rings, _, changed) = taken_over(view, Some(&last));
        if changed.len() > WHILE_WAITING {
            return (self.assess_rings(view), true);
        }
        self.with_numbers(view, &last.ground.policy, |assessor| {
            rings.extend(
                changed.iter().map(|ring| (ring.id.clone(), Arc::new(assessor.ring(ring)))),
            );
        });
        (Arc::new(rings), false)
    }

    /// Makes what pages would wait for, of a view that was computed anew and is not yet shown, if anybody looks at pages.
    /// O(applications in rings + bytes of new values).
    pub(super) fn make_ready(&self, view: &View) {
        if self.assessments.last().is_some() {
            let _ = self.assess_rings(view);
            view.network.corpus().warm();
        }
    }

    /// The assessment that a ring of a view had before and still has under these numbers, where it is at hand. O(links of its
    /// members).
    pub(super) fn before(
        &self,
        view: &View,
        policy: &IndicatorPolicy,
        ring: &Ring,
    ) -> Option<Arc<RingAssessment>> {
        let last = self.assessments.last()?;
        let ground = Ground {
            tallies: Arc::clone(&view.tallies),
            watched: self.watched(policy),
            policy: Arc::new(policy.clone()),
        };
        let is = last.ground.is(&ground) && last.prints.get(&ring.id) == Some(&print(view, ring));
        is.then(|| last.rings.get(&ring.id).cloned())?
    }

    /// The exact assessment of a ring of a view, where it is at hand. O(log rings).
    pub(super) fn at_hand(&self, view: &View, ring: &RingId) -> Option<Arc<RingAssessment>> {
        self.assessments.of(view.seq)?.rings.get(ring).cloned()
    }
}

/// What a view takes over of the last one: assessments, the prints of all its rings, and the rings that need a new one.
type TakenOver<'a> =
    (BTreeMap<RingId, Arc<RingAssessment>>, FxHashMap<RingId, u128>, Vec<&'a Ring>);

fn taken_over<'a>(view: &'a View, last: Option<&Last>) -> TakenOver<'a> {
    let (mut kept, mut prints, mut changed) = (BTreeMap::new(), FxHashMap::default(), Vec::new());
    for ring in view.rings.iter() {
        let print = print(view, ring);
        let same = last.filter(|last| last.prints.get(&ring.id) == Some(&print));
        match same.and_then(|last| last.rings.get(&ring.id)) {
            Some(assessment) => drop(kept.insert(ring.id.clone(), Arc::clone(assessment))),
            None => changed.push(ring),
        }
        prints.insert(ring.id.clone(), print);
    }
    (kept, prints, changed)
}

/// A hash of all that the assessment of a ring looks at beside the ground and the applications themselves. O(links of its
/// members).
fn print(view: &View, ring: &Ring) -> u128 {
    let network = &view.network;
    let corpus = network.corpus();
    let mut hash = Xxh3Default::new();
    put(&mut hash, ring);
    for &member in &ring.members {
        let applicant = network.applicant(member);
        put(&mut hash, applicant);
        for &app in &applicant.applications {
            let id = corpus.id(app);
            if let Some(checks) = view.checks.get(&id) {
                put(&mut hash, checks);
            }
        }
        for &link in network.links_of(member) {
            let link = network.link(link);
            put(&mut hash, link);
            put(&mut hash, &network.label(link.a));
            put(&mut hash, &network.label(link.b));
        }
    }
    hash.digest128()
}

/// Hashes anything that serde writes. What cannot be written, of which there is nothing here, is passed over.
fn put(hash: &mut Xxh3Default, what: &impl Serialize) {
    if let Ok(bytes) = postcard::to_allocvec(what) {
        hash.update(&bytes);
    }
}

/// The same of each, on all cores but not among the tasks of an import, which may take long.
fn on_all_cores<'a, T: Send>(rings: &[&'a Ring], of: impl Fn(&'a Ring) -> T + Sync) -> Vec<T> {
    let cores =
        thread::available_parallelism().map_or(1, NonZero::get).min(rings.len().div_ceil(8));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(ring) = rings.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push(of(ring));
        }
        done
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(words) => std::panic::resume_unwind(words),
            }
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::fixtures::{import, open, store},
        model::{CheckItem, CheckResult, PairVerdict, RingStatus, Verdict},
    };
    use proptest::{prelude::*, sample::Index};
    use std::fmt::Write;

    const HEAD: &str =
        "application_id,full_name,email,phone,device_id,bank_account_hash,submitted_at,channel\n";

    /// Someone of a group of five: all of a group have a device and an account, and every other one a phone.
    fn someone(n: usize, version: usize) -> String {
        const GIVEN: [&str; 6] = ["Ada", "Bruno", "Cleo", "Edgar", "Fenna", "Gustav"];
        const FAMILY: [&str; 5] = ["Quill", "Tarn", "Lindqvist", "Okafor", "Nakamura"];
        let (group, name) = (n / 5, (n % 5 + n / 5) % 5);
        let phone = if n.is_multiple_of(2) { 100 + group } else { 200 + n };
        let (given, family) = (GIVEN[(n * 7 + group) % 6], FAMILY[name]);
        let mut row = String::new();
        writeln!(
            row,
            "A{n},{given} {family},{given}.{family}{n}@example.com,202-555-0{phone},device-{group},\
             account-{group},2026-01-{:02},site{version}",
            n + 1
        )
        .unwrap();
        row
    }

    fn some(n: usize) -> String {
        HEAD.to_owned() + &(0..n).map(|n| someone(n, 0)).collect::<String>()
    }

    #[test]
    fn a_decision_has_no_other_ring_assessed_again() {
        let store = store();
        let engine = open(&store);
        import(&engine, &some(20));
        let before = engine.assess_rings(&engine.view());
        assert!(before.len() >= 3, "too few rings prove little");
        let ring = engine.view().rings[0].id.clone();
        let verdict = Verdict::Ring { ring: ring.clone(), verdict: RingStatus::Confirmed };
        engine.judge(verdict, "ann", "seen").unwrap();
        let after = engine.assess_rings(&engine.view());
        for (id, assessment) in after.iter() {
            assert_eq!(Arc::ptr_eq(assessment, &before[id]), *id != ring, "{id}");
        }
    }

    #[test]
    fn after_an_import_what_is_at_hand_has_every_ring_and_is_not_called_exact() {
        let engine = open(&store());
        import(&engine, &some(10));
        let first = engine.view();
        assert!(engine.rings_at_hand(&first).1, "nothing was at hand");
        let last = engine.assessments.last();
        import(&engine, &some(15));
        let shown = engine.assessments.of(first.seq);
        assert!(shown.is_some(), "who still sees the view before waits for nothing");
        // As after an import of a few into a store of many, which is not computed anew.
        *engine.assessments.last.lock().unwrap() = last;
        let view = engine.view();
        let (at_hand, exact) = engine.rings_at_hand(&view);
        assert!(
            !exact && at_hand.len() == view.rings.len() && view.rings.len() > first.rings.len()
        );
        let anew = engine.assess_rings(&view);
        assert!(engine.rings_at_hand(&view).1 && anew.keys().eq(at_hand.keys()));
        let older = engine.assess_rings(&first);
        assert!(
            older.len() == first.rings.len() && engine.rings_at_hand(&view).1,
            "the newer stays"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn whatever_happens_assessments_are_those_made_anew(
            steps in prop::collection::vec((0_usize..5, any::<Index>(), any::<Index>()), 1..8),
        ) {
            let store = store();
            let engine = open(&store);
            import(&engine, &some(15));
            for (step, (what, a, b)) in steps.into_iter().enumerate() {
                let view = engine.view();
                let (a, b) = (a.index(15), b.index(15));
                let id = |n: usize| format!("A{n}").parse().unwrap();
                match what {
                    0 => import(&engine, &(HEAD.to_owned() + &someone(a, step + 1))),
                    1 => import(&engine, &(HEAD.to_owned() + &someone(15 + b, 0))),
                    2 => engine
                        .check(&id(a), CheckItem::ALL[b % CheckItem::ALL.len()], CheckResult::ALL[a % CheckResult::ALL.len()], "ann", "seen")
                        .unwrap(),
                    3 => {
                        let verdict = if a % 2 == 0 { PairVerdict::NotLinked } else { PairVerdict::Linked };
                        if let Some(verdict) = Verdict::pair(id(a), id(b), verdict) {
                            engine.judge(verdict, "ann", "seen").unwrap();
                        }
                    }
                    _ => {
                        if let Some(ring) = view.rings.get(a % view.rings.len().max(1)) {
                            let verdict = RingStatus::ALL[b % RingStatus::ALL.len()];
                            let ring = ring.id.clone();
                            engine.judge(Verdict::Ring { ring, verdict }, "ann", "seen").unwrap();
                        }
                    }
                }
                let view = engine.view();
                if b % 3 == 0 {
                    // Somebody looked at the queue in between.
                    let (at_hand, _) = engine.rings_at_hand(&view);
                    prop_assert_eq!(at_hand.len(), view.rings.len());
                }
                let known = engine.assess_rings(&view);
                let rules = engine.in_force(&view);
                for ring in view.rings.iter() {
                    let anew = engine.with_numbers(&view, &rules, |assessor| assessor.ring(ring));
                    prop_assert!(*known[&ring.id] == anew, "step {}", step);
                    prop_assert!(engine.assess_ring(&view, ring) == anew, "step {}", step);
                }
                prop_assert_eq!(known.len(), view.rings.len());
                let fresh = open(&store);
                prop_assert_eq!(engine.rule_precision(&view), fresh.rule_precision(&fresh.view()));
            }
        }
    }
}
