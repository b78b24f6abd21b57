//! `ringer refer --dry-run`: exactly what would leave the house. Not responsible for choosing it (`referral`).
//!
//! Invariant: it is read off the package that would be written, so that nothing can leave that is not shown here.

use crate::{
    cli::{CliError, context::Context, output::Format},
    model::{ApplicantId, CaseId, RingId},
    referral::{Dossier, package::Package},
};
use serde::Serialize;

#[derive(Serialize)]
struct Report<'a> {
    ring_id: &'a RingId,
    case_id: Option<&'a CaseId>,
    draft: bool,
    profile: &'static str,
    tlp: &'static str,
    recipient: &'a str,
    purpose: &'a str,
    people: Vec<Person<'a>>,
    values: Vec<Shared<'a>>,
    files: Vec<FileLine<'a>>,
    bytes: u64,
    withheld: Vec<Withheld<'a>>,
    bystanders: u32,
}

#[derive(Serialize)]
struct Person<'a> {
    identity: usize,
    applicant_id: &'a ApplicantId,
    label: &'a str,
    application_ids: Vec<&'a str>,
    claims: Vec<ClaimLine<'a>>,
}

#[derive(Serialize)]
struct ClaimLine<'a> {
    column: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Shared<'a> {
    thing: usize,
    label: &'a str,
    value: &'a str,
    spellings: &'a [String],
    identities: &'a [usize],
    others: u32,
}

#[derive(Serialize)]
struct FileLine<'a> {
    path: &'a str,
    about: &'a str,
    media_type: &'a str,
    bytes: usize,
}

#[derive(Serialize)]
struct Withheld<'a> {
    what: &'a str,
    count: u32,
    why: &'a str,
}

impl<'a> Report<'a> {
    fn of(dossier: &'a Dossier, package: &'a Package) -> Self {
        let heading = &dossier.heading;
        let people = dossier.identities.iter().map(|identity| Person {
            identity: identity.no,
            applicant_id: &identity.id,
            label: &identity.label,
            application_ids: identity.applications.iter().map(|a| a.id.as_str()).collect(),
            claims: identity
                .claims
                .iter()
                .map(|claim| ClaimLine { column: &claim.column, value: &claim.value })
                .collect(),
        });
        let values = dossier.things.iter().map(|thing| Shared {
            thing: thing.no,
            label: &thing.label,
            value: thing.value.text(),
            spellings: &thing.spellings,
            identities: &thing.identities,
            others: thing.others,
        });
        let files = package.files.iter().map(|file| FileLine {
            path: &file.path,
            about: &file.about,
            media_type: file.media_type,
            bytes: file.bytes.len(),
        });
        let withheld = dossier.withheld.iter().map(|w| Withheld {
            what: &w.what,
            count: w.count,
            why: &w.why,
        });
        Self {
            ring_id: &heading.ring,
            case_id: heading.case.as_ref().map(|(id, _)| id),
            draft: package.manifest.draft,
            profile: heading.profile.name(),
            tlp: heading.tlp.label(),
            recipient: &heading.recipient,
            purpose: &heading.purpose,
            people: people.collect(),
            values: values.collect(),
            files: files.collect(),
            bytes: package.bytes(),
            withheld: withheld.collect(),
            bystanders: dossier.bystanders,
        }
    }
}

/// Prints it.
pub(super) fn print(
    ctx: &mut Context,
    dossier: &Dossier,
    package: &Package,
    format: Format,
) -> Result<(), CliError> {
    let report = Report::of(dossier, package);
    if format == Format::Json {
        return Ok(ctx.out.object(&report)?);
    }
    let out = &mut ctx.out;
    let draft = if report.draft { "a DRAFT of " } else { "" };
    let to = if report.recipient.is_empty() { "nobody named" } else { report.recipient };
    out.line(&format!(
        "This would leave the house: {draft}a referral of {}, {} for {to}: {}",
        report.ring_id, report.tlp, report.purpose
    ))?;
    out.heading(&format!("People, {} named as claimed", report.people.len()))?;
    for person in &report.people {
        let applications = person.application_ids.join(" ");
        out.line(&format!("{}  {}  {applications}", person.identity, person.label))?;
        for claim in &person.claims {
            out.line(&format!("     {}: {}", claim.column, claim.value))?;
        }
    }
    out.heading(&format!("Shared values, {}", report.values.len()))?;
    for value in &report.values {
        out.line(&format!(
            "{}  {}: {}  ({} identities, {} others not named)",
            value.thing,
            value.label,
            value.value,
            value.identities.len(),
            value.others
        ))?;
        for spelling in value.spellings {
            out.line(&format!("     also: {spelling}"))?;
        }
    }
    out.heading(&format!("Files, {} of {} bytes together", report.files.len(), report.bytes))?;
    for file in &report.files {
        out.line(&format!("{:>10}  {}  ({})", file.bytes, file.path, file.about))?;
    }
    out.heading("Withheld")?;
    for withheld in &report.withheld {
        out.line(&format!("{} ({}): {}", withheld.what, withheld.count, withheld.why))?;
    }
    if report.withheld.is_empty() {
        out.line("nothing")?;
    }
    out.line(&format!("{} others use a shared value and are not named", report.bystanders))?;
    ctx.note("nothing was written or recorded");
    Ok(())
}
