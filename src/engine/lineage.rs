//! Naming today's rings after those last recorded, and what each change came from. Not responsible for the rule of
//! succession (`rings::lineage`).
//!
//! Invariant: no change of a ring without an event, no event without a change; names depend on no order of arrival.

use crate::{
    engine::ledger::Ledger,
    graph::Network,
    model::{ApplicationId, AttributeId, Cause, LineageEvent, Ring, RingId},
    rings::lineage::{Members, name as succession},
};
use std::collections::BTreeMap;

/// Gives rings their ids and says what happened since the ledger's last record: `new` are today in the places of those
/// of yesterday that are `gone`, by id, and all others are what they were. `through` is what everything came from, where
/// it was neither evidence nor the policy.
pub fn name(
    ledger: &Ledger,
    network: &Network,
    gone: &[RingId],
    new: &mut Vec<Ring>,
    policy: &str,
    through: Option<&Cause>,
) -> Vec<LineageEvent> {
    let applications = |ring: &Ring| -> Members {
        let members = ring.members.iter();
        let applications = members.flat_map(|&m| &network.applicant(m).applications);
        applications.map(|&app| network.corpus().id(app)).collect()
    };
    let mut all: Vec<(Members, Ring)> =
        std::mem::take(new).into_iter().map(|ring| (applications(&ring), ring)).collect();
    all.sort_by(|(p, a), (q, b)| b.score.cmp(&a.score).then_with(|| p.first().cmp(&q.first())));
    let today: Vec<Members>;
    (today, *new) = all.into_iter().unzip();
    let shared = |ring: Option<&Ring>| -> Vec<AttributeId> {
        ring.map_or_else(Vec::new, |ring| {
            ring.artefacts
                .iter()
                .filter_map(|a| a.attribute)
                .take(5)
                .map(|ix| network.corpus().attribute(ix).id())
                .collect()
        })
    };
    let policy_changed = !ledger.rings_policy.is_empty() && ledger.rings_policy != policy;
    let cause = |position: Option<usize>, changed: &Members| match through {
        Some(cause) => cause.clone(),
        None if policy_changed => Cause::Policy,
        None => Cause::Evidence {
            applications: changed.iter().take(20).cloned().collect::<Vec<ApplicationId>>(),
            attributes: shared(position.and_then(|p| new.get(p))),
        },
    };
    let yesterday: BTreeMap<&RingId, &Members> =
        gone.iter().filter_map(|id| ledger.rings.get_key_value(id)).collect();
    let decided = ledger.decided();
    let is_used =
        |id: &RingId| ledger.rings.contains_key(id) || ledger.gone.rings().contains_key(id);
    let (ids, events) = succession(&yesterday, &today, &ledger.gone, &decided, is_used, cause);
    for (ring, id) in new.iter_mut().zip(ids) {
        ring.id = id;
    }
    events
}
