//! Who came back under another identity after a rejection, among the members of a ring. Not responsible for when an application
//! counts as that (`matching`, the feature `return_after_rejection`).
//!
//! Somebody who applies again under their own name, and people who live together, are no returns: their links are of another
//! class.
//!
//! Invariant: each pair of members is told once, in an order that does not depend on their arrival.

use crate::{
    engine::{Engine, EngineError, View},
    matching::feature,
    model::{
        Agreement, AppIx, ApplicantIx, ApplicationId, Column, LinkClass, LinkIx, Ring, RingId, Seq,
    },
    normalize::fold::words,
    reports::past::members_at,
};

/// The feature that sees it.
const FEATURE: &str = "return_after_rejection";

/// Somebody rejected, and somebody else who came after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    /// The application that was rejected.
    pub rejected: AppIx,
    /// Whose it is.
    pub who: ApplicantIx,
    /// The application that came after.
    pub after: AppIx,
    /// Whose that is.
    pub other: ApplicantIx,
    /// The link between the two.
    pub link: LinkIx,
    /// Whole days from the one submission to the other.
    pub days: i64,
}

/// The returns among the members of a ring, by the ids of the two applications. O(links of its members).
#[must_use]
pub fn returns(view: &View, ring: &Ring) -> Vec<Return> {
    let network = &view.network;
    let corpus = network.corpus();
    let mut found = Vec::new();
    for &member in &ring.members {
        for &ix in network.links_of(member) {
            let link = network.link(ix);
            let is_inside = link.a == member && ring.members.binary_search(&link.b).is_ok();
            if !is_inside || link.class != LinkClass::SharedInfrastructure {
                continue;
            }
            let evidence = link.evidence.iter().find(|e| {
                e.agreement == Agreement::Supports && feature(e.feature).name() == FEATURE
            });
            let Some(evidence) = evidence else { continue };
            let (left, right) = (evidence.left, evidence.right);
            let Some((x, y)) = corpus.submitted(left).zip(corpus.submitted(right)) else {
                continue;
            };
            let (rejected, after) = if x <= y { (left, right) } else { (right, left) };
            found.push(Return {
                rejected,
                who: network.applicant_of(rejected),
                after,
                other: network.applicant_of(after),
                link: ix,
                days: x.0.abs_diff(y.0).try_into().unwrap_or(i64::MAX) / 86_400,
            });
        }
    }
    found.sort_by_key(|r| (corpus.id(r.rejected), corpus.id(r.after)));
    found
}

/// Whether a return arose after a fact: the two were in no one ring then, or the rejection was not known. `rings` are the ring
/// they are in, and those that merged into it since.
///
/// # Errors
/// When the store cannot be read.
pub fn is_new(
    engine: &Engine,
    view: &View,
    rings: &[&RingId],
    back: &Return,
    after: Seq,
) -> Result<bool, EngineError> {
    let corpus = view.network.corpus();
    let [rejected, other] = [back.rejected, back.after].map(|app| corpus.id(app));
    let together = rings.iter().filter_map(|ring| members_at(view, ring, after));
    if !together.into_iter().any(|all| all.contains(&rejected) && all.contains(&other)) {
        return Ok(true);
    }
    let versions = engine.store().versions(&rejected)?;
    let then = versions.into_iter().rfind(|version| version.seq <= after);
    let outcome = then.and_then(|v| v.application.get(Column::Outcome).and_then(words));
    Ok(!outcome.is_some_and(|outcome| outcome.contains("reject")))
}

/// The application of somebody that was submitted first: what stays the same while they apply again.
#[must_use]
pub fn first_of(view: &View, who: ApplicantIx) -> Option<ApplicationId> {
    let corpus = view.network.corpus();
    let all = view.network.applicant(who).applications.iter();
    let key =
        |&app: &AppIx| (corpus.submitted(app).is_none(), corpus.submitted(app), corpus.id(app));
    all.copied().map(|app| key(&app)).min().map(|(_, _, id)| id)
}
