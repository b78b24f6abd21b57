//! What a decision about a case rests on, as it is recorded with the decision and compared when a second person agrees.
//! Not responsible for what has to hold (`case_rules`).
//!
//! Invariant: the same rings with the same members, the same things shared, the same judgements and the same files give
//! the same basis, whatever else came into the store.

use crate::{
    casework::Reach,
    engine::View,
    matching::FEATURES,
    model::{Basis, Case, FileHash, JudgementId, Ring, RingBasis, RingId, RingStatus, Verdict},
};
use sha2::{Digest, Sha256};

/// The judgement in force that confirms a ring: the last about it, where that says confirmed or referred. O(judgements).
#[must_use]
pub fn confirmed<'v>(view: &'v View, ring: &RingId) -> Option<&'v JudgementId> {
    let last = view.judgements.iter().rev().find_map(|judgement| match &judgement.verdict {
        Verdict::Ring { ring: about, verdict } if about == ring => Some((verdict, &judgement.id)),
        _ => None,
    });
    let (verdict, id) = last?;
    matches!(verdict, RingStatus::Confirmed | RingStatus::Referred).then_some(id)
}

/// What a case rests on in a view.
#[must_use]
pub fn basis(case: &Case, reach: &Reach<'_>, view: &View) -> Basis {
    let mut files: Vec<FileHash> = case.files().map(|file| file.sha256.clone()).collect();
    files.sort_unstable();
    let rings = reach.covered.iter().map(|covered| of_ring(view, covered.ring)).collect();
    Basis { view: view.seq, rings, files }
}

fn of_ring(view: &View, ring: &Ring) -> RingBasis {
    let corpus = view.network.corpus();
    let applications = |members: &[crate::model::ApplicantIx]| {
        let all = members.iter().flat_map(|&m| &view.network.applicant(m).applications);
        let mut ids: Vec<&str> = all.map(|&app| corpus.id_text(app)).collect();
        ids.sort_unstable();
        ids
    };
    let members = applications(&ring.members);
    let mut shared: Vec<String> = ring
        .artefacts
        .iter()
        .map(|artefact| {
            let feature = FEATURES.get(usize::from(artefact.feature.0)).map_or("", |f| f.name());
            let value = artefact.attribute.map(|ix| corpus.attribute(ix).id().to_string());
            let among = applications(&artefact.members).join("\u{1f}");
            format!("{feature}\u{1e}{}\u{1e}{among}", value.unwrap_or_default())
        })
        .collect();
    shared.sort_unstable();
    let mut hash = Sha256::new();
    for text in members.iter().copied().chain(["\u{1d}"]).chain(shared.iter().map(String::as_str)) {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    RingBasis {
        ring: ring.id.clone(),
        judgement: confirmed(view, &ring.id).cloned(),
        applications: u32::try_from(members.len()).unwrap_or(u32::MAX),
        digest: hash.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect(),
    }
}

/// What differs between the basis of a proposal and that of now, in phrases; none when nothing does.
#[must_use]
pub fn changes(then: &Basis, now: &Basis) -> Vec<String> {
    let mut changes = Vec::new();
    for ring in &then.rings {
        let id = &ring.ring;
        match now.rings.iter().find(|r| r.ring == *id) {
            None => changes.push(format!("{id} is no longer part of the case")),
            Some(found) if found.applications != ring.applications => changes.push(format!(
                "{id} has {} applications instead of {}",
                found.applications, ring.applications
            )),
            Some(found) if found.digest != ring.digest => {
                changes.push(format!("who is in {id}, or what they share, has changed"));
            }
            Some(found) if found.judgement != ring.judgement => {
                changes.push(format!("{id} was judged again"));
            }
            Some(_) => {}
        }
    }
    for ring in &now.rings {
        if !then.rings.iter().any(|r| r.ring == ring.ring) {
            changes.push(format!("{} has become part of the case", ring.ring));
        }
    }
    if then.files != now.files {
        changes.push("files were attached or taken off".to_owned());
    }
    changes
}
