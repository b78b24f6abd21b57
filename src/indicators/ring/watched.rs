//! Indicators of what members of a ring have on watch-lists.

use crate::indicators::{
    Assessed, Compute, Finding, Indicator, Need, RingCase, Strength, Topic, WatchHit,
    application::watched::{SHOWN, exact_reason, strength, told},
    primary,
    watch::{Claims, Identifier},
};
use std::cmp::Reverse;

/// `watchlist-contact`.
pub static CONTACT: Indicator = Indicator {
    id: "watchlist-contact",
    title: "A member has something on a watch-list",
    topic: Topic::WatchList,
    needs: &["email", "phone", "profiles", "website", "wallet", "street"],
    how: "At least one member has a mailbox, phone, handle, account number, wallet, address or domain that is exactly one on a \
          watch-list: as strong as the best grade among the entries, of a referee's at most medium.",
    strength: Strength::Strong,
    innocent: &[
        "a list that is out of date, or a handle that somebody else had before",
        "the member is somebody whose identity was stolen",
    ],
    sources: &[primary("public collections of reported accounts")],
    compares_names: false,
    compute: Compute::Ring(contact),
};

fn contact(case: &RingCase<'_>) -> Assessed {
    let claims: Vec<Vec<Claims>> =
        case.members.iter().map(|m| m.subjects.iter().map(Claims::of).collect()).collect();
    let any = claims.iter().flatten().any(|c| !c.identifiers.is_empty());
    any.then_some(()).need("mailbox, phone, profile, wallet, web site or address of any member")?;
    let mut hits = Vec::new();
    let mut touched = 0;
    for member in &claims {
        let before = hits.len();
        hits.extend(member.iter().flat_map(|c| case.context.watched.identifiers(c)));
        touched += usize::from(hits.len() > before);
    }
    let rank = |hit: &(WatchHit, &Identifier)| Reverse(strength(hit.0.entry.grade, hit.1.others));
    hits.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.0.order(&b.0)));
    hits.dedup_by(|a, b| a.0.entry.id == b.0.entry.id && a.1.value == b.1.value);
    let Some((first, id)) = hits.first() else { return Ok(None) };
    let reason = format!(
        "{touched} of {} members: {}",
        case.members.len(),
        exact_reason(first, id, hits.len())
    );
    let mut found = Finding::new(strength(first.entry.grade, id.others), reason);
    for (hit, id) in hits.iter().take(SHOWN) {
        found = told(found, id.what, hit);
    }
    Ok(Some(found))
}
