//! Named members, and what each claims. Not responsible for what they share (`things`).
//!
//! Invariant: numbered by their first application, then by id, so that the number does not depend on arrival.

use super::{Ground, Sight, withholding::Withholding};
use crate::{
    model::{ApplicantIx, ApplicationId, Column, Ring},
    referral::{ApplicationLine, Claim, Identity, Members, ReferralError, Scope, Thing},
};
use std::collections::BTreeMap;

/// Columns that are no claim: what the tracking system says, and long texts that the originals have.
fn is_claim(column: Column) -> bool {
    !matches!(
        column,
        Column::ApplicationId
            | Column::SubmittedAt
            | Column::RequisitionId
            | Column::Role
            | Column::Channel
            | Column::Agency
            | Column::Outcome
            | Column::Stage
            | Column::ResumeText
            | Column::UserAgent
            | Column::PhoneLineType
    )
}

/// The members that a scope names, in the order of their numbers.
///
/// # Errors
/// When nobody is named, or somebody who is no member.
pub(super) fn named(
    ground: &Ground<'_>,
    ring: &Ring,
    scope: &Scope,
) -> Result<Vec<ApplicantIx>, ReferralError> {
    let network = &ground.view.network;
    if let Members::Only(chosen) = &scope.members {
        for id in chosen {
            let is_member = network.find(id).is_some_and(|ix| ring.members.contains(&ix));
            if !is_member {
                return Err(ReferralError::Scope(format!("{id} is no member of {}", ring.id)));
            }
        }
    }
    let mut named: Vec<ApplicantIx> = ring
        .members
        .iter()
        .copied()
        .filter(|&member| scope.members.has(&network.applicant(member).id))
        .collect();
    if named.is_empty() {
        return Err(ReferralError::Scope("nobody is named; choose at least one member".to_owned()));
    }
    let corpus = network.corpus();
    named.sort_by_key(|&member| {
        let applicant = network.applicant(member);
        let first = applicant.applications.iter().filter_map(|&app| corpus.submitted(app)).min();
        (first.is_none(), first, applicant.id.clone())
    });
    Ok(named)
}

/// What each named member claims.
pub(super) fn identities(
    sight: &Sight<'_>,
    withheld: &Withholding,
    things: &[Thing],
) -> Vec<Identity> {
    let network = &sight.ground.view.network;
    let one = |(at, &member): (usize, &ApplicantIx)| {
        let no = at + 1;
        Identity {
            no,
            id: network.applicant(member).id.clone(),
            label: withheld.struck(network.label(member)),
            claims: claims(sight, withheld, member),
            applications: applications(sight, withheld, member),
            things: things.iter().filter(|t| t.identities.contains(&no)).map(|t| t.no).collect(),
            is_cut: sight.ring.cut_members.binary_search(&member).is_ok(),
        }
    };
    sight.named.iter().enumerate().map(one).collect()
}

/// Applications of a member with their ids, oldest first.
fn ordered(sight: &Sight<'_>, member: ApplicantIx) -> Vec<(crate::model::AppIx, ApplicationId)> {
    let network = &sight.ground.view.network;
    let corpus = network.corpus();
    let applications = &network.applicant(member).applications;
    let mut all: Vec<_> = applications.iter().map(|&app| (app, corpus.id(app))).collect();
    all.sort_by_key(|(app, id)| {
        let at = corpus.submitted(*app);
        (at.is_none(), at, id.clone())
    });
    all
}

fn claims(sight: &Sight<'_>, withheld: &Withholding, member: ApplicantIx) -> Vec<Claim> {
    // By column, then by value as folded, in the order in which they came.
    let mut found: BTreeMap<Column, Vec<(String, Claim)>> = BTreeMap::new();
    for (app, id) in ordered(sight, member) {
        let Some(raw) = sight.raws.get(app) else { continue };
        for (column, value) in raw.fields.iter() {
            let value = value.trim();
            if value.is_empty() || !is_claim(column) || withheld.hides(column) {
                continue;
            }
            let folded = value.to_lowercase();
            let known = found.entry(column).or_default();
            match known.iter_mut().find(|(text, _)| *text == folded) {
                Some((_, claim)) => claim.applications.push(id.clone()),
                None => known.push((
                    folded,
                    Claim {
                        column: column.name().to_owned(),
                        about: column.about().to_owned(),
                        value: withheld.struck(value),
                        applications: vec![id.clone()],
                    },
                )),
            }
        }
    }
    found.into_values().flatten().map(|(_, claim)| claim).collect()
}

fn applications(
    sight: &Sight<'_>,
    withheld: &Withholding,
    member: ApplicantIx,
) -> Vec<ApplicationLine> {
    let corpus = sight.ground.view.network.corpus();
    let line = |(app, id)| {
        let raw = sight.raws.get(app);
        let said = |column| {
            raw.as_ref()
                .and_then(|raw| raw.get(column))
                .map_or_else(String::new, |text| withheld.struck(text.trim()))
        };
        ApplicationLine {
            id,
            submitted: corpus.submitted(app),
            requisition: said(Column::RequisitionId),
            role: said(Column::Role),
            channel: said(Column::Channel),
            agency: said(Column::Agency),
            stage: said(Column::Stage),
            outcome: said(Column::Outcome),
        }
    };
    ordered(sight, member).into_iter().map(line).collect()
}
