//! Indicators of what holds a ring together. Not responsible for the gates that made it one (`rings`).

use crate::{
    indicators::{
        Assessed, Compute, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Topic, primary,
    },
    model::{Family, Share},
};
use std::collections::BTreeSet;

/// Independent families of evidence from which on they are hard to explain by one innocent cause.
const FAMILIES: usize = 4;

/// What must remain without the most important shared thing, or that is named as a bridge.
const REMAINS: f64 = 0.6;

/// `ring-claimed-identities`.
pub static CLAIMED_IDENTITIES: Indicator = Indicator {
    id: "ring-claimed-identities",
    title: "How many different people it claims to be",
    topic: Topic::Shape,
    needs: &["full_name"],
    how: "Claimed identities that cannot be one person, by name, birth date and government number.",
    strength: Strength::Context,
    innocent: &["two spellings of one name that were not recognized count as two people"],
    sources: &[PROPOSAL],
    compares_names: true,
    compute: Compute::Ring(claimed_identities),
};

fn claimed_identities(case: &RingCase<'_>) -> Assessed {
    let named = case.members.iter().flat_map(|m| &m.subjects).any(|s| s.name().is_some());
    named.then_some(()).need("name of any member")?;
    let n = case.shape.identities;
    Ok((n >= 2)
        .then(|| Finding::new(Strength::Context, format!("{n} different claimed identities"))))
}

/// `ring-evidence-families`.
pub static EVIDENCE_FAMILIES: Indicator = Indicator {
    id: "ring-evidence-families",
    title: "Independent kinds of evidence",
    topic: Topic::Shape,
    needs: &[],
    how: "Families of evidence that no one home, upload, school or employer explains together. Four or more are strong, two or \
          three are said and count for nothing.",
    strength: Strength::Strong,
    innocent: &[
        "families go together: one upload brings a text, a file and its marks",
        "friends who live, study and apply together share several things",
    ],
    sources: &[PROPOSAL, primary("OWASP SCS, hiring handbook, part 1")],
    compares_names: false,
    compute: Compute::Ring(evidence_families),
};

fn evidence_families(case: &RingCase<'_>) -> Assessed {
    let families = case.shape.families.iter().filter(|family| family.counts());
    let families: BTreeSet<Family> = families.map(|family| family.independent()).collect();
    let n = families.len();
    if n < 2 {
        return Ok(None);
    }
    let named: Vec<&str> = families.iter().map(|family| family.label()).collect();
    let strength = if n >= FAMILIES { Strength::Strong } else { Strength::Context };
    let reason = format!("{n} independent kinds of evidence: {}", named.join(", "));
    Ok(Some(Finding::new(strength, reason)))
}

/// `ring-survives-drop-one`.
pub static SURVIVES_DROP_ONE: Indicator = Indicator {
    id: "ring-survives-drop-one",
    title: "Held together by one thing",
    topic: Topic::Shape,
    needs: &[],
    how: "Without the most important thing that its members share, the largest part that still hangs together has less than \
          60 % of them. A caution, and worth nothing: that thing may be one that strangers use.",
    strength: Strength::Context,
    innocent: &["what holds it together is a hub that strangers use"],
    sources: &[PROPOSAL],
    compares_names: false,
    compute: Compute::Ring(survives_drop_one),
};

fn survives_drop_one(case: &RingCase<'_>) -> Assessed {
    let Some(remains) = case.shape.without_first else { return Ok(None) };
    if remains >= Share::new(REMAINS) {
        return Ok(None);
    }
    let first = case.shape.shared.first();
    let sealed = first.and_then(|thing| thing.kind).filter(|kind| kind.is_sealed());
    let what = match (first, sealed) {
        (_, Some(kind)) => kind.label(),
        (Some(thing), None) => thing.label.as_str(),
        (None, None) => "the most important shared thing",
    };
    let reason = format!("without {what} at most {remains} of it hangs together: see whose it is");
    let finding = Finding::new(Strength::Context, reason);
    Ok(Some(match first.filter(|thing| sealed.is_none() && !thing.value.is_empty()) {
        Some(thing) => finding.with("what holds it together", thing.value.clone()),
        None => finding,
    }))
}
