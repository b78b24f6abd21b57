//! What named members share. Not responsible for which two hang together by it (`evidence`).
//!
//! Invariant: a thing has at least one named member; others who use it are counted and nothing else.

use super::{Sight, withholding::Withholding};
use crate::{
    explain, matching,
    model::{
        AppIx, ApplicantIx, Artefact, Attribute, AttributeIx, AttributeKind, Column, Discount,
        Role, ValueVerdict, Verdict,
    },
    referral::{Thing, Value},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};

/// The things that named members share, the most telling first, and the number of each value among them.
pub(super) fn things(
    sight: &Sight<'_>,
    withheld: &Withholding,
) -> (Vec<Thing>, BTreeMap<AttributeIx, usize>) {
    let discounts = explain::discounts(&sight.ground.view.network, sight.ring);
    let (mut things, mut numbers) = (Vec::new(), BTreeMap::new());
    for artefact in &sight.ring.artefacts {
        if let Some(thing) = thing(sight, withheld, artefact, &discounts) {
            let no = things.len() + 1;
            numbers.extend(artefact.attribute.map(|ix| (ix, no)));
            things.push(Thing { no, ..thing });
        }
    }
    (things, numbers)
}

fn thing(
    sight: &Sight<'_>,
    withheld: &Withholding,
    artefact: &Artefact,
    discounts: &BTreeMap<AttributeIx, Discount>,
) -> Option<Thing> {
    let view = sight.ground.view;
    let corpus = view.network.corpus();
    let mut identities: Vec<usize> =
        artefact.members.iter().filter_map(|&member| sight.no(member)).collect();
    identities.sort_unstable();
    if identities.is_empty() {
        return None;
    }
    let feature = matching::feature(artefact.feature);
    let attribute = artefact.attribute.map(|ix| corpus.attribute(ix));
    let kind = attribute.as_ref().map(|attribute| attribute.kind);
    let value =
        attribute.as_ref().map_or(Value::None, |attribute| value(sight, withheld, attribute));
    let uses = uses(sight, artefact);
    let moments = || uses.iter().filter_map(|(app, _)| corpus.submitted(*app));
    let is_clear = matches!(value, Value::Clear(_));
    // What only one named member uses is no longer shared by those who are named.
    let others = match artefact.attribute {
        Some(_) => (artefact.users as usize).saturating_sub(identities.len()),
        None => artefact.members.len() - identities.len(),
    };
    Some(Thing {
        no: 0,
        // An id is a hash of the value without a key: by it the value could be guessed.
        id: attribute.as_ref().filter(|_| is_clear).map(Attribute::id),
        kind,
        label: feature.label().to_owned(),
        spellings: match (&value, is_clear) {
            (Value::Clear(canonical), true) => {
                spellings(sight, withheld, feature.columns(), kind, canonical, &uses)
            }
            _ => Vec::new(),
        },
        value,
        family: artefact.family.label().to_owned(),
        class: artefact
            .attribute
            .and_then(|ix| discounts.get(&ix))
            .map_or_else(String::new, |discount| discount.class.label().to_owned()),
        bits: artefact.bits,
        sharers: u32::try_from(identities.len()).unwrap_or(u32::MAX),
        others: u32::try_from(others).unwrap_or(u32::MAX),
        first_seen: moments().min(),
        last_seen: moments().max(),
        is_delivery: uses.iter().any(|(_, role)| *role == Role::Shipping),
        innocent: innocent(sight, artefact, kind),
        judged: attribute.as_ref().map_or_else(String::new, |attribute| judged(sight, attribute)),
        identities,
    })
}

/// What sharing it may be as well.
fn innocent(sight: &Sight<'_>, artefact: &Artefact, kind: Option<AttributeKind>) -> String {
    let found = explain::innocent(&sight.ground.view.network, [artefact]);
    let said = found.first().copied().or_else(|| kind.map(explain::innocent_of));
    said.unwrap_or("A coincidence: it was compared with everybody's, and some are alike by chance.")
        .to_owned()
}

fn value(sight: &Sight<'_>, withheld: &Withholding, attribute: &Attribute) -> Value {
    if withheld.withholds(attribute.kind) {
        return Value::Withheld;
    }
    match (sight.scope.is_keyed, sight.ground.key) {
        (true, Some(key)) => Value::Keyed(keyed(key, attribute)),
        (true, None) => Value::Withheld,
        (false, _) => Value::Clear(withheld.struck(&attribute.value)),
    }
}

/// HMAC-SHA-256 of kind and canonical value under a key, in hexadecimal: equal for who has the same key. Format version 1.
#[must_use]
pub fn keyed(key: &[u8], attribute: &Attribute) -> String {
    // A key of any length is one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(b"ringer:shared:1:");
    mac.update(attribute.kind.name().as_bytes());
    mac.update(&[0x1f]);
    mac.update(attribute.value.as_bytes());
    mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect()
}

/// How named members use a thing: with the value itself, or in whatever is nearly equal.
fn uses(sight: &Sight<'_>, artefact: &Artefact) -> Vec<(AppIx, Role)> {
    let network = &sight.ground.view.network;
    let is_named = |member: ApplicantIx| sight.named.contains(&member);
    let mut uses: Vec<(AppIx, Role)> = match artefact.attribute {
        Some(ix) => network
            .corpus()
            .uses_of(ix)
            .filter(|(app, _)| is_named(network.applicant_of(*app)))
            .collect(),
        None => artefact
            .members
            .iter()
            .filter(|&&member| is_named(member))
            .flat_map(|&member| network.applicant(member).applications.iter())
            .map(|&app| (app, Role::Own))
            .collect(),
    };
    uses.sort_unstable();
    uses
}

/// The writings in which named members gave a value, sorted, but for the canonical one.
fn spellings(
    sight: &Sight<'_>,
    withheld: &Withholding,
    columns: &[Column],
    kind: Option<AttributeKind>,
    canonical: &str,
    uses: &[(AppIx, Role)],
) -> Vec<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    // A profile's columns are several, of which one has this value: its last part is in it.
    let tail = canonical.rsplit([':', '/', '\u{1f}']).next().unwrap_or(canonical).to_lowercase();
    for (app, _) in uses {
        let Some(raw) = sight.raws.get(*app) else { continue };
        let given = columns.iter().filter_map(|&column| raw.get(column)).map(str::trim);
        let given = given.filter(|text| !text.is_empty());
        if kind == Some(AttributeKind::Profile) {
            found.extend(
                given.filter(|text| text.to_lowercase().contains(&tail)).map(str::to_owned),
            );
        } else {
            found.insert(given.collect::<Vec<_>>().join(", "));
        }
    }
    found.retain(|text| !text.is_empty() && text != canonical);
    found.into_iter().map(|text| withheld.struck(&text)).collect()
}

/// What the judgement in force says of a value.
fn judged(sight: &Sight<'_>, attribute: &Attribute) -> String {
    let last =
        sight.ground.view.judgements.iter().rev().find_map(|judgement| match &judgement.verdict {
            Verdict::Value { attribute: about, verdict } if about == attribute => Some(*verdict),
            _ => None,
        });
    match last {
        Some(ValueVerdict::Common) => "common".to_owned(),
        Some(ValueVerdict::KnownBad) => "known bad".to_owned(),
        None => String::new(),
    }
}
