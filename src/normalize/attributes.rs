//! Which shared values an application touches. Not responsible for how much sharing one is worth (`matching`).
//!
//! Invariant: sorted, without repeats, and a pure function of the other fields of the normalised form.

use crate::model::{
    Attribute, AttributeKind, Document, DocumentKind, Normalized, PersonName, PlaceKind, Role,
};

/// Every attribute of a normalised application and how it is used. An address counts with its dwelling key, an
/// IP address only when it identifies somebody, the author of a PDF only when it is not the applicant.
#[must_use]
pub fn of(n: &Normalized) -> Vec<(Attribute, Role)> {
    let mut all: Vec<(Attribute, Role)> = Vec::with_capacity(16);
    let mut add = |kind, value: String, role| all.push((Attribute { kind, value }, role));
    if let Some(phone) = &n.phone {
        add(AttributeKind::Phone, phone.e164.to_string(), Role::Own);
    }
    if let Some(email) = &n.email {
        add(AttributeKind::Email, email.canonical.to_string(), Role::Own);
    }
    for (address, role) in [(&n.home, Role::Own), (&n.shipping, Role::Shipping)] {
        if let Some(address) = address
            && address.place != PlaceKind::Area
            && !address.dwelling.is_empty()
        {
            add(AttributeKind::Address, address.dwelling.to_string(), role);
        }
    }
    for school in n.education.iter().filter_map(|e| e.institution.as_ref()) {
        add(AttributeKind::Institution, school.key.to_string(), Role::Own);
    }
    for employer in n.employment.iter().filter_map(|e| e.employer.as_ref()) {
        add(AttributeKind::Employer, employer.key.to_string(), Role::Own);
    }
    for profile in &n.profiles {
        add(AttributeKind::Profile, format!("{}:{}", profile.platform, profile.handle), Role::Own);
    }
    if let Some(ip) = n.ip.as_ref().filter(|ip| !ip.private) {
        add(AttributeKind::Ip, ip.canonical.to_string(), Role::Own);
    }
    if let Some(device) = &n.device {
        add(AttributeKind::Device, device.to_string(), Role::Own);
    }
    for document in &n.documents {
        if !is_own_name(document, n.name.as_ref()) {
            let kind = match document.kind {
                DocumentKind::ResumeFile => "resume-file",
                DocumentKind::PdfId => "pdf-id",
                DocumentKind::PdfAuthor => "pdf-author",
            };
            add(AttributeKind::Document, format!("{kind}:{}", document.value), Role::Own);
        }
    }
    if let Some(hash) = n.photo.as_ref().and_then(|p| p.sha256.as_ref()) {
        add(AttributeKind::Photo, format!("sha256:{hash}"), Role::Own);
    }
    for referee in &n.referees {
        if let Some(email) = &referee.email {
            add(AttributeKind::Referee, format!("email:{}", email.canonical), Role::Referee);
        }
        if let Some(phone) = &referee.phone {
            add(AttributeKind::Referee, format!("phone:{}", phone.e164), Role::Referee);
        }
    }
    if let Some(account) = &n.payment_account {
        add(AttributeKind::PaymentAccount, account.to_string(), Role::Own);
    }
    if let Some(id) = &n.national_id {
        add(AttributeKind::GovernmentId, id.to_string(), Role::Own);
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether a PDF author is the applicant: a shared name alone must never join two applications.
fn is_own_name(document: &Document, name: Option<&PersonName>) -> bool {
    document.kind == DocumentKind::PdfAuthor
        && super::name::parse(&document.value).is_none_or(|author| {
            name.is_some_and(|name| {
                author.tokens.iter().filter(|t| name.tokens.contains(t)).count()
                    >= author.tokens.len().min(2)
            })
        })
}
