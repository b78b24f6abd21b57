//! The sealed annex: what only tells persons apart (birth dates, government numbers, accounts), encrypted for those who
//! were named. Not responsible for encryption (`age`) nor for what is sealed (`build`).
//!
//! Invariant: there is one only if somebody was named and something is sealed; its values are nowhere else.

use crate::{
    model::{ApplicationId, ReferralId, RingId, Tlp},
    referral::{
        Dossier, PackageFile, ReferralError,
        package::age::{Recipient, encrypted},
    },
};
use serde::Serialize;

/// Where it lies.
pub(super) const PATH: &str = "annex-sealed/annex.json.age";

const README: &str = "annex-sealed/README.txt";

#[derive(Serialize)]
struct Annex<'a> {
    format: &'static str,
    version: u32,
    referral_id: &'a ReferralId,
    ring_id: &'a RingId,
    tlp: &'static str,
    made_at: String,
    values: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    identity: usize,
    label: &'a str,
    application_id: &'a ApplicationId,
    column: &'a str,
    value: &'a str,
}

/// The files of the annex; none where nobody was named or nothing is sealed.
///
/// # Errors
/// When it cannot be encrypted.
pub(super) fn files(
    dossier: &Dossier,
    to: &[Recipient],
) -> Result<Vec<PackageFile>, ReferralError> {
    if to.is_empty() || dossier.annex.is_empty() {
        return Ok(Vec::new());
    }
    let heading = &dossier.heading;
    let label =
        |no: usize| dossier.identities.iter().find(|i| i.no == no).map_or("", |i| i.label.as_str());
    let annex = Annex {
        format: "ringer-referral-annex",
        version: 1,
        referral_id: &heading.referral,
        ring_id: &heading.ring,
        tlp: Tlp::Red.label(),
        made_at: heading.at.to_string(),
        values: dossier
            .annex
            .iter()
            .map(|sealed| Line {
                identity: sealed.identity,
                label: label(sealed.identity),
                application_id: &sealed.application,
                column: &sealed.column,
                value: &sealed.value,
            })
            .collect(),
    };
    let failed =
        |e: serde_json::Error| ReferralError::Part { file: PATH.to_owned(), what: e.to_string() };
    let mut json = serde_json::to_vec_pretty(&annex).map_err(failed)?;
    json.push(b'\n');
    let names: String = to.iter().map(|recipient| format!("  {recipient}\n")).collect();
    let readme = format!(
        "{} - named recipients only\n\n\
         annex.json.age holds the {} sealed values of referral {}: what applicants\n\
         gave that only tells persons apart. It is encrypted in the age format\n\
         (https://age-encryption.org/v1) for:\n\n{names}\n\
         To open it with the key that belongs to one of them:\n\n  \
         age -d -i key.txt -o annex.json annex.json.age\n\n\
         Nobody else can, not even who made it. It is encrypted afresh each time a\n\
         package is made, so its bytes are never the same twice.\n",
        Tlp::Red.label(),
        dossier.annex.len(),
        heading.referral,
    );
    Ok(vec![
        PackageFile::new(README, "How to open the sealed annex", "text/plain", readme.into_bytes()),
        PackageFile::new(
            PATH,
            "Sealed values, encrypted for named recipients (TLP:RED)",
            "application/octet-stream",
            encrypted(to, &json)?,
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    #[test]
    fn there_is_an_annex_only_for_somebody_and_of_something() {
        let to = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";
        let to: Recipient = to.parse().unwrap();
        let mut dossier = sample::dossier(3);
        assert!(files(&dossier, &[]).unwrap().is_empty());
        let made = files(&dossier, &[to]).unwrap();
        assert_eq!(made.len(), 2);
        let shown = String::from_utf8_lossy(&made[1].bytes);
        assert!(!shown.contains("1990-01-02") && !shown.contains("birth_date"));
        dossier.annex.clear();
        assert!(files(&dossier, &[to]).unwrap().is_empty());
    }
}
