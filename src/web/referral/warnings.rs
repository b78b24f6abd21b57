//! What somebody should think of before a package leaves: what speaks for a person who would be named, what nobody looked
//! through, what is missing. Not responsible for refusing (`casework`).
//!
//! Invariant: a warning names whom or what it is about, and what can be done.

use crate::{
    engine::View,
    explain::words::{count, list},
    model::{ApplicantIx, ApplicationId, CheckResult, LinkClass},
    referral::{Dossier, Scope},
    web::{text::Piece, urls, veil::Seen},
};

/// Names in one warning.
const NAMED: usize = 6;

/// The warnings for a package of this dossier, those about persons first.
pub fn of(view: &Seen, dossier: &Dossier, scope: &Scope) -> Vec<Vec<Piece>> {
    let mut warnings: Vec<Vec<Piece>> =
        dossier.identities.iter().flat_map(|one| person(view, one)).collect();
    if !dossier.attachments.is_empty() {
        let n = dossier.attachments.len();
        warnings.push(vec![
            Piece::link(count(n, "attachment goes", "attachments go"), "#package"),
            Piece::text(
                " along as attached. Nobody but you can tell whether others are named or pictured in them: open each, or \
                 leave attachments out.",
            ),
        ]);
    }
    if !dossier.originals.is_empty() {
        warnings.push(vec![
            Piece::link("Applications as received", "#originals"),
            Piece::text(
                " hold resumes and letters word for word. These may name former colleagues, referees and relatives.",
            ),
        ]);
    }
    let house = &dossier.heading.organisation;
    let missing: Vec<String> =
        [("name", &house.name), ("address", &house.address), ("person to ask", &house.contact)]
            .into_iter()
            .filter(|(_, value)| value.trim().is_empty())
            .map(|(what, _)| what.to_owned())
            .collect();
    if !missing.is_empty() {
        warnings.push(vec![Piece::text(format!(
            "Your organization has no {} in the configuration, so the package cannot say who complains. Whoever runs the \
             server sets them under [organisation] in ringer.toml.",
            list(&missing)
        ))]);
    }
    if scope.recipient.is_empty() {
        warnings.push(vec![Piece::text(
            "No recipient is named. The marking says how far it may be passed on, which is told from whom it goes to.",
        )]);
    }
    warnings
}

/// What speaks for one person, in the store as it is.
fn person(view: &Seen, one: &crate::referral::Identity) -> Vec<Vec<Piece>> {
    let Some(ix) = view.applicant(one.id.as_str()) else { return Vec::new() };
    let name = || Piece::link(view.text(&one.label), urls::applicant(&one.id));
    let applications: Vec<&ApplicationId> = one.applications.iter().map(|a| &a.id).collect();
    let mut warnings = Vec::new();
    let checked = view.checked(applications);
    let confirmed: Vec<String> = checked
        .iter()
        .filter(|(_, check)| check.result == CheckResult::Confirmed)
        .map(|(item, check)| format!("{} (by {})", item.about(), check.by))
        .collect();
    if !confirmed.is_empty() {
        warnings.push(vec![
            name(),
            Piece::text(format!(
                " has a check that speaks for them: {}. Leave them out, or say in the case why they are named.",
                confirmed.join("; ")
            )),
        ]);
    }
    let household = household(view, ix);
    if !household.is_empty() {
        let more = household.len().saturating_sub(NAMED);
        let mut names: Vec<Piece> = household
            .iter()
            .take(NAMED)
            .map(|&other| {
                let id = &view.network.applicant(other).id;
                Piece::link(view.network.label(other), urls::applicant(id))
            })
            .collect();
        if more > 0 {
            names.push(Piece::text(format!("{more} more")));
        }
        let mut said = vec![name(), Piece::text(" lives, as it seems, in one household with ")];
        said.extend(crate::web::text::listed(names));
        said.push(Piece::text(", which explains a shared address and phone."));
        warnings.push(said);
    }
    warnings
}

/// Whom a household is the only link to. O(links of the applicant).
fn household(view: &View, ix: ApplicantIx) -> Vec<ApplicantIx> {
    let links = view.network.links_of(ix).iter().map(|&at| view.network.link(at));
    let mut found: Vec<ApplicantIx> = links
        .filter(|link| link.class == LinkClass::Household)
        .map(|link| if link.a == ix { link.b } else { link.a })
        .collect();
    found.sort_unstable();
    found
}
