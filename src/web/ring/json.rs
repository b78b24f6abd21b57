//! The ring as JSON tells it. Not responsible for the page.
//!
//! Invariant: ids, and sealed values masked, as on the page.

use crate::{
    explain,
    model::{ApplicantIx, Ring},
    web::{state::Visit, veil::Seen},
};

/// The ring with everything it rests on.
pub(in crate::web) fn of(visit: &Visit, view: &Seen, ring: &Ring) -> serde_json::Value {
    let corpus = view.network.corpus();
    let id = |m: &ApplicantIx| view.network.applicant(*m).id.as_str();
    serde_json::json!({
        "ring_id": ring.id,
        "status": ring.status,
        "verdict": explain::ring_sentence(&view.network, ring),
        "score_bits": ring.score.get(),
        "applicants": ring.members.iter().map(|m| serde_json::json!({
            "applicant_id": id(m),
            "label": view.network.label(*m),
            "application_ids": view.network.applicant(*m).applications.iter()
                .map(|&app| corpus.id_text(app)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "shared": ring.artefacts.iter().map(|a| {
            let attribute = a.attribute.map(|ix| corpus.attribute(ix));
            serde_json::json!({
                "attribute_id": attribute.as_ref().map(|x| x.id()),
                "kind": attribute.as_ref().map(|x| x.kind),
                "value": attribute.as_ref().map(|x| view.value(x)),
                "family": a.family,
                "bits": a.bits.get(),
                "applicant_ids": a.members.iter().map(id).collect::<Vec<_>>(),
                "users": a.users,
            })
        }).collect::<Vec<_>>(),
        "links": ring.links.iter().map(|&l| {
            let link = view.network.link(l);
            serde_json::json!({
                "a": id(&link.a), "b": id(&link.b), "class": link.class, "bits": link.bits.get(),
            })
        }).collect::<Vec<_>>(),
        "gates": ring.gates,
        "families": ring.families,
        "indicators": view.assessed_ring(&visit.state.desk.assess_ring(view, ring)),
        "as_of": { "seq": view.seq, "policy": view.policy },
    })
}
