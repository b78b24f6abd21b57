//! From what a person types to what the view holds: applicants by either id, rings through their redirects,
//! values by kind. Not responsible for searching by text (`View::search`).
//!
//! Invariant: what is not found is named as it was typed.

use crate::{
    cli::{CliError, context::Context},
    engine::{Engine, RingLookup, View},
    model::{
        AppIx, ApplicantIx, ApplicationId, Attribute, AttributeId, AttributeKind, Ring, RingId,
    },
    normalize::attributes::canonical,
};
use std::collections::BTreeSet;

/// The applicant with this application id or applicant id.
///
/// # Errors
/// When there is none.
pub fn applicant(view: &View, text: &str) -> Result<ApplicantIx, CliError> {
    view.applicant(text).ok_or_else(|| {
        CliError::NotFound(format!(
            "no application and no applicant has the id \"{text}\"; `ringer search` looks for names and values"
        ))
    })
}

/// The application that only an import brought which was taken back: no view has it, and the journal keeps it.
///
/// # Errors
/// When there is none either, or the journal cannot be read.
pub fn taken_back(
    engine: &Engine,
    view: &View,
    text: &str,
) -> Result<BTreeSet<ApplicationId>, CliError> {
    let ids: BTreeSet<ApplicationId> = text.parse().into_iter().collect();
    if engine.taken_back(&ids)?.is_empty() {
        applicant(view, text)?;
    }
    Ok(ids)
}

/// The application that stands for what was typed: itself, or the first one of an applicant.
///
/// # Errors
/// When there is none.
pub fn application_id(view: &View, text: &str) -> Result<ApplicationId, CliError> {
    let corpus = view.network.corpus();
    let app = match application(view, text) {
        Some(app) => Some(app),
        None => view.network.applicant(applicant(view, text)?).applications.first().copied(),
    };
    app.map(|app| corpus.id(app))
        .ok_or_else(|| CliError::NotFound(format!("\"{text}\" has no application")))
}

/// The application with this id.
#[must_use]
pub fn application(view: &View, text: &str) -> Option<AppIx> {
    text.parse().ok().and_then(|id| view.network.corpus().find(&id))
}

/// The ring with this id; one that was merged leads to the ring it is in now, and the user is told.
///
/// # Errors
/// When no ring has or had the id, or the ring dissolved.
pub fn ring<'a>(ctx: &Context, view: &'a View, id: &RingId) -> Result<&'a Ring, CliError> {
    let mut id = id.clone();
    // Redirects cannot form a circle, but a damaged lineage must not hang the command either.
    for _ in 0..=view.lineage.len() {
        match view.ring(&id) {
            RingLookup::Found(ring) => return Ok(ring),
            RingLookup::MovedTo(into) => {
                ctx.note(&format!("note: {id} was merged into {into}"));
                id = into;
            }
            RingLookup::Dissolved => {
                return Err(CliError::NotFound(format!(
                    "{id} has dissolved: its members no longer pass the gates"
                )));
            }
            RingLookup::Unknown => break,
        }
    }
    Err(CliError::NotFound(format!("no ring has the id {id}; `ringer rings` lists them")))
}

/// The stored attribute with this kind and value: an attribute id, a canonical value, or a value as people
/// write it.
///
/// # Errors
/// When no application uses it.
pub fn attribute(view: &View, kind: AttributeKind, value: &str) -> Result<Attribute, CliError> {
    let corpus = view.network.corpus();
    let as_stored = Attribute { kind, value: value.trim().to_owned() };
    let by_id = value.parse::<AttributeId>().ok().and_then(|id| corpus.find_attribute(&id));
    let found = by_id
        .or_else(|| corpus.find_attribute(&as_stored.id()))
        .or_else(|| {
            let value = canonical(kind, value)?;
            corpus.find_attribute(&Attribute { kind, value }.id())
        })
        .map(|ix| corpus.attribute(ix).clone());
    found.filter(|a| a.kind == kind).ok_or_else(|| {
        CliError::NotFound(format!(
            "no application uses the {} \"{value}\"; `ringer search` shows values as Ringer stores them",
            kind.label()
        ))
    })
}

/// An attribute's value as it may be shown.
#[must_use]
pub fn shown(attribute: &Attribute) -> String {
    if attribute.is_sealed() { "(sealed)".to_owned() } else { attribute.value.clone() }
}

/// The ids of an applicant's applications, in order of arrival.
#[must_use]
pub fn application_ids(view: &View, applicant: ApplicantIx) -> Vec<ApplicationId> {
    let corpus = view.network.corpus();
    let applications = &view.network.applicant(applicant).applications;
    applications.iter().map(|&app| corpus.id(app)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_values_are_never_shown() {
        let attribute = |kind| Attribute { kind, value: "4711".to_owned() };
        assert_eq!(shown(&attribute(AttributeKind::GovernmentId)), "(sealed)");
        assert_eq!(shown(&attribute(AttributeKind::Device)), "4711");
    }
}
