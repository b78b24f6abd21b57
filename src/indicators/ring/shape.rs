//! Indicators of what holds a ring together.

use crate::indicators::{
    Assessed, Compute, Finding, Indicator, Need, PROPOSAL, RingCase, Strength, Topic,
};

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
