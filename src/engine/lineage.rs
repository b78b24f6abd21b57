//! Naming today's rings after those last recorded, and what each change came from. Not responsible for the rule of
//! succession (`rings::lineage`).
//!
//! Invariant: no change of a ring without an event, no event without a change.

use crate::{
    engine::{derive::Derived, ledger::Ledger},
    model::{AttributeId, Cause, JudgementId, LineageEvent, Ring},
    rings::lineage::{Members, name as succession},
};

/// Gives the rings their ids and says what happened since the ledger's last record.
pub fn name(
    ledger: &Ledger,
    derived: &mut Derived,
    policy: &str,
    judgement: Option<&JudgementId>,
) -> Vec<LineageEvent> {
    let network = &derived.network;
    let today: Vec<Members> = derived
        .rings
        .iter()
        .map(|ring| {
            ring.members
                .iter()
                .flat_map(|&m| &network.applicant(m).applications)
                .map(|&app| network.corpus().id(app))
                .collect()
        })
        .collect();
    let through = |ring: Option<&Ring>| -> Vec<AttributeId> {
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
    let rings = &derived.rings;
    let cause = |position: Option<usize>, changed: &Members| match judgement {
        Some(id) => Cause::Judgement { id: id.clone() },
        None if policy_changed => Cause::Policy,
        None => Cause::Evidence {
            applications: changed.iter().take(20).cloned().collect(),
            attributes: through(position.and_then(|p| rings.get(p))),
        },
    };
    let (ids, events) = succession(&ledger.rings, &today, &ledger.gone, cause);
    for (ring, id) in derived.rings.iter_mut().zip(ids) {
        ring.id = id;
    }
    events
}
