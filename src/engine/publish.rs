//! Publishing: what was computed becomes the view that readers get. Not responsible for computing it (`derive`) nor
//! for keeping it (`keeping`).
//!
//! Invariant: a view is swapped in only after the facts it contains are durable.

use crate::{
    engine::{
        Derived, Effort, Engine, EngineError, Made, View,
        advance::{self, FEW, advance},
        derive::derive,
        ledger::{Ledger, Received},
        lineage,
    },
    graph::Network,
    matching::{Background, Edges, Index, Policy},
    model::{Cause, Fact, Judgement, Ring, RingId, Seq},
    rings::Rings,
};
use std::sync::{Arc, OnceLock, PoisonError};

/// What the next view is made of: rings that stay as they are, and those that come in the places of others.
pub struct Next {
    /// Applicants, attributes and links.
    pub network: Network,
    /// Who uses which value.
    pub background: Background,
    /// Along what applicants were grown.
    pub edges: Edges,
    /// Whom each application meets, once it is asked for.
    pub index: Arc<OnceLock<Index>>,
    /// Rings; those that go are still among them.
    pub rings: Rings,
    /// The rings of yesterday that others come in the places of.
    pub gone: Vec<RingId>,
    /// Those that come, not named yet.
    pub new: Vec<Ring>,
    /// How much was compared.
    pub effort: Effort,
    /// How it was made.
    pub made: Made,
    /// Under which judgements.
    pub judgements: Arc<Vec<Judgement>>,
}

impl Next {
    /// Everything computed anew: no ring stays unasked.
    pub fn anew(ledger: &Ledger, derived: Derived) -> Self {
        let Derived { network, background, edges, rings, effort } = derived;
        let gone = ledger.rings.keys().cloned().collect();
        Self {
            network,
            background,
            edges,
            index: Arc::default(),
            rings: Rings::default(),
            gone,
            new: rings,
            effort,
            made: Made::Anew,
            judgements: Arc::clone(&ledger.judgements),
        }
    }
}

/// The applications that facts brought since the last view.
#[derive(Debug, Clone, Copy)]
pub(super) enum Brought {
    /// Few or none: they wait in the ledger and are worth advancing by.
    Few,
    /// So many.
    Many(u64),
}

impl Brought {
    /// So many.
    pub fn so_many(n: u64) -> Self {
        if n > FEW as u64 { Self::Many(n) } else { Self::Few }
    }
}

impl Engine {
    /// Makes a new view after facts were recorded, since that of number `before`, that brought these applications. Rings
    /// change through what is given, else through evidence or the policy.
    pub(super) fn refresh(
        &self,
        ledger: &mut Ledger,
        before: Seq,
        through: Option<&Cause>,
        brought: Brought,
    ) -> Result<(), EngineError> {
        let view = self.renew(ledger, before, through, brought)?;
        let applications = match brought {
            Brought::Few => 0,
            Brought::Many(n) => n,
        };
        self.keep_if_due(ledger, &view, applications);
        Ok(())
    }

    /// The same, and no snapshot is kept.
    pub(super) fn renew(
        &self,
        ledger: &mut Ledger,
        before: Seq,
        through: Option<&Cause>,
        brought: Brought,
    ) -> Result<Arc<View>, EngineError> {
        let next = self.next(ledger, before, brought);
        self.publish(ledger, next, through)
    }

    /// What the next view is made of: advanced from the present one where that is less work.
    pub(super) fn next(&self, ledger: &mut Ledger, before: Seq, brought: Brought) -> Next {
        let (view, policy) = (self.view(), ledger.policy(&self.policy));
        let made = match brought {
            // A view may have been missed: the store failed when it was to be published.
            Brought::Few if view.seq == before && *view.in_force == policy => {
                match advance(&view, &ledger.waiting, &ledger.judgements, &policy) {
                    Ok(next) => {
                        // One corpus serves both.
                        ledger.take(next.network.corpus());
                        return next;
                    }
                    Err(reason) => Made::Instead(reason),
                }
            }
            _ => Made::Anew,
        };
        let derived = compute(ledger, &self.policy);
        Next { made, ..Next::anew(ledger, derived) }
    }

    /// Puts a view in place after facts were recorded, since that of number `before`, which change nothing but what
    /// people decided about a ring, or nothing at all.
    pub(super) fn restate(
        &self,
        ledger: &mut Ledger,
        before: Seq,
        ring: Option<&RingId>,
    ) -> Result<(), EngineError> {
        let mut view = View::clone(&self.view());
        if view.seq != before {
            // A view was missed: the store failed when it was to be published.
            return self.refresh(ledger, before, None, Brought::Many(0));
        }
        if let Some(ring) = ring {
            let status = ledger.statuses().get(ring).copied().unwrap_or_default();
            view.rings.set_status(ring, status);
        }
        view.judgements = Arc::clone(&ledger.judgements);
        view.decisions = ledger.decisions.clone();
        view.judged = Arc::clone(&ledger.judged);
        view.policy_changes = Arc::clone(&ledger.policy_changes);
        view.weighed = ledger.weighed;
        view.tallies = Arc::clone(&ledger.tallies);
        view.checks = Arc::clone(&ledger.checks);
        view.watched = Arc::clone(&ledger.watched);
        view.imports = Arc::clone(&ledger.imports);
        view.passed_over = Arc::clone(&ledger.passed_over);
        view.holds = Arc::clone(&ledger.holds);
        view.erasures = Arc::clone(&ledger.erasures);
        view.reports = Arc::clone(&ledger.reports);
        view.seq = ledger.seq;
        self.swap(view);
        Ok(())
    }

    /// Names the rings, records what happened to them, and swaps the new view in.
    pub(super) fn publish(
        &self,
        ledger: &mut Ledger,
        next: Next,
        through: Option<&Cause>,
    ) -> Result<Arc<View>, EngineError> {
        let Next { network, background, edges, index, mut rings, gone, mut new, .. } = next;
        let (effort, made, judgements) = (next.effort, next.made, next.judgements);
        let in_force = ledger.policy(&self.policy);
        let policy = in_force.hash();
        let events = lineage::name(ledger, &network, &gone, &mut new, &policy, through);
        // Also when no ring changed: what comes next must not be put down to a policy that has been there before.
        let is_new = !ledger.rings_policy.is_empty() && ledger.rings_policy != policy;
        if (!events.is_empty() || is_new) && self.store.read_only().is_none() {
            let fact = Fact::Lineage {
                as_of: ledger.seq,
                policy: policy.clone(),
                at: self.clock.now(),
                events,
            };
            self.record(ledger, vec![fact])?;
        }
        let statuses = ledger.statuses();
        for ring in &mut new {
            ring.status = statuses.get(&ring.id).copied().unwrap_or_default();
        }
        rings.replace(&gone, new);
        let view = View {
            seq: ledger.seq,
            policy,
            in_force: Arc::new(in_force),
            network: Arc::new(network),
            background: Arc::new(background),
            edges,
            index,
            rings,
            lineage: ledger.lineage.clone(),
            judgements,
            decisions: ledger.decisions.clone(),
            judged: Arc::clone(&ledger.judged),
            policy_changes: Arc::clone(&ledger.policy_changes),
            weighed: ledger.weighed,
            tallies: Arc::clone(&ledger.tallies),
            checks: Arc::clone(&ledger.checks),
            watched: Arc::clone(&ledger.watched),
            imports: Arc::clone(&ledger.imports),
            passed_over: Arc::clone(&ledger.passed_over),
            holds: Arc::clone(&ledger.holds),
            erasures: Arc::clone(&ledger.erasures),
            reports: Arc::clone(&ledger.reports),
            effort,
            made,
        };
        if made != Made::Advanced {
            self.make_ready(&view);
        }
        Ok(self.swap(view))
    }

    fn swap(&self, view: View) -> Arc<View> {
        let view = Arc::new(view);
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = view.clone();
        view
    }
}

/// Computes everything under the policy in force, given the configured one.
pub(super) fn compute(ledger: &mut Ledger, configured: &Policy) -> Derived {
    // Before it is cloned, so that ledger and view have one corpus.
    ledger.settle();
    derive(ledger.corpus.clone(), &ledger.judgements, &ledger.policy(configured))
}

/// What a snapshot held, under these judgements, brought up to a ledger that has folded in the facts since: the
/// applications among them, unless they were too many to be kept.
pub(super) fn catch_up(
    kept: Derived,
    judgements: &[Judgement],
    received: Option<&[Received]>,
    same_policy: bool,
    ledger: &mut Ledger,
    configured: &Policy,
) -> Next {
    let policy = ledger.policy(configured);
    let advanced = received
        .filter(|_| same_policy)
        .and_then(|r| advance::catch_up(kept, judgements, r, &ledger.judgements, &policy).ok());
    match advanced {
        Some((derived, index)) => {
            ledger.take(derived.network.corpus());
            let index = Arc::new(OnceLock::from(index));
            Next { index, made: Made::Advanced, ..Next::anew(ledger, derived) }
        }
        None => {
            let derived = compute(ledger, configured);
            Next::anew(ledger, derived)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::fixtures::{import, open, store},
        model::LinkIx,
        rings::{build, rebuild},
    };
    use proptest::{prelude::*, sample::Index};
    use std::{collections::BTreeSet, fmt::Write};

    /// Six groups of five people: each shares a device and a payment account, and every other one a phone.
    fn groups() -> String {
        const GIVEN: [&str; 6] = ["Ada", "Bruno", "Cleo", "Edgar", "Fenna", "Gustav"];
        const FAMILY: [&str; 5] = ["Quill", "Tarn", "Lindqvist", "Okafor", "Nakamura"];
        let mut text = String::from(
            "application_id,full_name,email,phone,device_id,bank_account_hash,submitted_at\n",
        );
        for n in 0..30_usize {
            let (group, name) = (n / 5, (n % 5 + n / 5) % 5);
            let phone = if n % 2 == 0 { 100 + group } else { 200 + n };
            let (given, family) = (GIVEN[(n * 7 + group) % 6], FAMILY[name]);
            writeln!(
                text,
                "A{n},{given} {family},{given}.{family}{n}@example.com,202-555-0{phone},\
                 device-{group},account-{group},2026-01-{:02}",
                n + 1
            )
            .unwrap();
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn publishing_the_rings_that_changed_is_publishing_all(
            steps in prop::collection::vec(prop::collection::vec(any::<Index>(), 1..5), 1..5),
        ) {
            let (local, whole) = (open(&store()), open(&store()));
            import(&local, &groups());
            import(&whole, &groups());
            let first = local.view();
            prop_assert!(first.rings.len() >= 3, "too few rings prove little");
            for (n, picks) in steps.iter().enumerate() {
                let view = local.view();
                // Links go, and at every other step all come back.
                let mut network = Network::clone(&view.network);
                let mut touched = BTreeSet::new();
                if n % 2 == 0 {
                    let links: Vec<LinkIx> = network.link_ixs().collect();
                    for pick in picks.iter().filter(|_| !links.is_empty()) {
                        let link = view.network.link(links[pick.index(links.len())]);
                        touched.extend([link.a, link.b]);
                        network.remove_link(link.a, link.b);
                    }
                } else {
                    for link in first.network.links() {
                        touched.extend([link.a, link.b]);
                        network.put_link(link.clone());
                    }
                }
                let policy = Policy::default();
                let rebuilt = rebuild(&network, &view.background, &policy, &view.rings, &touched);
                let derived = Derived {
                    rings: build(&network, &view.background, &policy),
                    background: Background::clone(&view.background),
                    network: network.clone(),
                    effort: view.effort,
                    edges: Edges::default(),
                };
                let next = Next {
                    network,
                    background: Background::clone(&view.background),
                    rings: view.rings.clone(),
                    gone: rebuilt.gone,
                    new: rebuilt.new,
                    effort: view.effort,
                    edges: Edges::default(),
                    index: Arc::default(),
                    made: Made::Advanced,
                    judgements: Arc::default(),
                };
                local.publish(&mut local.writer(), next, None).unwrap();
                let mut ledger = whole.writer();
                let next = Next::anew(&ledger, derived);
                whole.publish(&mut ledger, next, None).unwrap();
                let (local, whole) = (local.view(), whole.view());
                prop_assert!(local.rings == whole.rings, "step {n}: {:?} {:?}", local.rings, whole.rings);
                prop_assert!(local.lineage == whole.lineage);
                prop_assert_eq!(local.seq, whole.seq);
            }
        }
    }
}
