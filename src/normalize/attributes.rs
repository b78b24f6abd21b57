//! Which shared values an application touches. Not responsible for how much sharing one is worth
//! (`matching`).
//!
//! Invariant: sorted, without repeats, and a pure function of the other fields of the normalised
//! form.

use super::{address, document, email, fold, ip, organisation, phone, profile};
use crate::model::{
    Attribute, AttributeKind, Document, DocumentKind, Normalized, PersonName, PlaceKind, Role,
};

fn text(value: &str) -> String {
    value.to_owned()
}

/// Two texts with a colon between them.
fn named(name: &str, value: &str) -> String {
    [name, ":", value].concat()
}

/// Every attribute of a normalised application and how it is used. An address counts with its
/// dwelling key, an IP address only when it identifies somebody, the author of a PDF only when it
/// is not the applicant.
#[must_use]
pub fn of(n: &Normalized) -> Vec<(Attribute, Role)> {
    let mut all: Vec<(Attribute, Role)> = Vec::with_capacity(16);
    let mut add = |kind, value: String, role| all.push((Attribute { kind, value }, role));
    if let Some(phone) = &n.phone {
        add(AttributeKind::Phone, text(&phone.e164), Role::Own);
    }
    if let Some(email) = &n.email {
        add(AttributeKind::Email, text(&email.canonical), Role::Own);
    }
    for (address, role) in [(&n.home, Role::Own), (&n.shipping, Role::Shipping)] {
        if let Some(address) = address
            && address.place != PlaceKind::Area
            && !address.dwelling.is_empty()
        {
            add(AttributeKind::Address, text(&address.dwelling), role);
        }
    }
    for school in n.education.iter().filter_map(|e| e.institution.as_ref()) {
        add(AttributeKind::Institution, text(&school.key), Role::Own);
    }
    for employer in n.employment.iter().filter_map(|e| e.employer.as_ref()) {
        add(AttributeKind::Employer, text(&employer.key), Role::Own);
    }
    for profile in &n.profiles {
        add(AttributeKind::Profile, named(&profile.platform, &profile.handle), Role::Own);
    }
    if let Some(ip) = n.ip.as_ref().filter(|ip| !ip.private) {
        add(AttributeKind::Ip, text(&ip.canonical), Role::Own);
    }
    if let Some(device) = &n.device {
        add(AttributeKind::Device, text(device), Role::Own);
    }
    for document in &n.documents {
        if !is_own_name(document, n.name.as_ref()) {
            let kind = match document.kind {
                DocumentKind::ResumeFile => "resume-file",
                DocumentKind::PdfId => "pdf-id",
                DocumentKind::PdfAuthor => "pdf-author",
            };
            add(AttributeKind::Document, named(kind, &document.value), Role::Own);
        }
    }
    if let Some(hash) = n.photo.as_ref().and_then(|p| p.sha256.as_ref()) {
        add(AttributeKind::Photo, named("sha256", hash), Role::Own);
    }
    for referee in &n.referees {
        if let Some(email) = &referee.email {
            add(AttributeKind::Referee, named("email", &email.canonical), Role::Referee);
        }
        if let Some(phone) = &referee.phone {
            add(AttributeKind::Referee, named("phone", &phone.e164), Role::Referee);
        }
    }
    if let Some(account) = &n.payment_account {
        add(AttributeKind::PaymentAccount, text(account), Role::Own);
    }
    if let Some(id) = &n.national_id {
        add(AttributeKind::GovernmentId, text(id), Role::Own);
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The canonical value of an attribute that a person typed (in a search, a watch-list, a
/// judgement), in any spelling that a form could contain or as the canonical value itself; none
/// when the text is no such value.
#[must_use]
pub fn canonical(kind: AttributeKind, text: &str) -> Option<String> {
    let text = text.trim();
    let after = |prefix: &str| text.strip_prefix(prefix);
    Some(match kind {
        AttributeKind::Phone => phone::parse(text, None)?.e164.into(),
        AttributeKind::Email => email::parse(text)?.canonical.into(),
        AttributeKind::Address => {
            let typed = address::parse_line(text).map(|a| a.dwelling).filter(|key| !key.is_empty());
            match typed {
                Some(key) => key.into(),
                None => fold::fold(text).trim().to_owned(),
            }
        }
        AttributeKind::Institution => organisation::institution(text)?.key.into(),
        AttributeKind::Employer => organisation::employer(text)?.key.into(),
        AttributeKind::Profile => {
            let (platform, handle) = match text.split_once(':') {
                Some((platform, handle)) if !handle.starts_with("//") => (Some(platform), handle),
                _ => (None, text),
            };
            let profile = profile::parse(handle, platform)?;
            format!("{}:{}", profile.platform, profile.handle)
        }
        AttributeKind::Ip => ip::parse(text)?.canonical.into(),
        AttributeKind::Device => document::device(text)?.into(),
        AttributeKind::Document => {
            if let Some(hash) = after("pdf-id:") {
                format!("pdf-id:{}", document::pdf_id(hash)?)
            } else if let Some(author) = after("pdf-author:") {
                format!("pdf-author:{}", document::pdf_author(author)?)
            } else {
                format!("resume-file:{}", document::sha256(after("resume-file:").unwrap_or(text))?)
            }
        }
        AttributeKind::Photo => format!("sha256:{}", document::sha256(text)?),
        AttributeKind::Referee => {
            let bare = after("email:").or(after("phone:")).unwrap_or(text);
            match email::parse(bare) {
                Some(email) => format!("email:{}", email.canonical),
                None => format!("phone:{}", phone::parse(bare, None)?.e164),
            }
        }
        AttributeKind::PaymentAccount | AttributeKind::GovernmentId => {
            document::identifier(text)?.into()
        }
    })
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

#[cfg(test)]
mod tests {
    use crate::model::{Application, Column, Source};
    use std::collections::BTreeMap;

    fn attributes(fields: &[(Column, &str)]) -> Vec<String> {
        let application = Application {
            id: "A-1".parse().unwrap(),
            fields: fields.iter().map(|(c, v)| (*c, (*v).to_owned())).collect(),
            extra: BTreeMap::new(),
            nested: BTreeMap::new(),
            source: Source { file: "a.csv".into(), row: 1 },
        };
        crate::normalize::normalize(&application)
            .attributes
            .iter()
            .map(|(a, role)| format!("{}={} {role:?}", a.kind, a.value))
            .collect()
    }

    #[test]
    fn every_shared_value_is_an_attribute_in_canonical_form() {
        let hex = "0123456789abcdef".repeat(4);
        let found = attributes(&[
            (Column::FullName, "Jane Doe"),
            (Column::Email, "Jane.Doe+x@gmail.com"),
            (Column::Phone, "202-555-0123"),
            (Column::Street, "123 N. Main Street Apt 4B"),
            (Column::PostalCode, "62701"),
            (Column::ShipStreet, "123 north main st #4b"),
            (Column::ShipPostalCode, "62701-0001"),
            (Column::Institution, "MIT"),
            (Column::Employer, "Example Widgets, Inc."),
            (Column::Linkedin, "https://www.linkedin.com/in/jane-doe/"),
            (Column::Ip, "203.0.113.9"),
            (Column::DeviceId, " dev-1 "),
            (Column::PdfId, "<A1B2C3D4E5F60718>"),
            (Column::PdfAuthor, "Widget Writers"),
            (Column::ResumeSha256, &hex),
            (Column::PhotoSha256, &hex),
            (Column::ReferenceEmail, "Ref@example.org"),
            (Column::ReferencePhone, "202-555-0124"),
            (Column::BankAccountHash, "AB12CD"),
            (Column::NationalId, "12-34-567"),
        ]);
        let expected = [
            "phone=+12025550123 Own",
            "email=janedoe@gmail.com Own",
            "address=123 n main st #4b, springfield il Own",
            "address=123 n main st #4b, springfield il Shipping",
            "institution=massachusetts institute technology Own",
            "employer=example widgets Own",
            "profile=linkedin:jane-doe Own",
            "ip=203.0.113.9 Own",
            "device=dev-1 Own",
            "document=pdf-author:widget writers Own",
            "document=pdf-id:a1b2c3d4e5f60718 Own",
            &format!("document=resume-file:{hex} Own"),
            &format!("photo=sha256:{hex} Own"),
            "referee=email:ref@example.org Referee",
            "referee=phone:+12025550124 Referee",
            "payment_account=ab12cd Own",
            "government_id=1234567 Own",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn typed_values_find_the_attribute_and_canonical_values_find_themselves() {
        use super::canonical;
        use crate::model::AttributeKind::{
            Address, Document, Email, Employer, Institution, Ip, Phone, Profile, Referee,
        };
        let hex = "0123456789abcdef".repeat(4);
        for (kind, typed, expected) in [
            (Phone, "(202) 555-0123", "+12025550123"),
            (Email, "Jane.Doe@GMAIL.com", "janedoe@gmail.com"),
            (
                Address,
                "123 North Main Street Apt 4B, Springfield IL 62701",
                "123 n main st #4b, springfield il",
            ),
            (Address, "PO Box 12, Springfield IL 62701", "po box 12, springfield il"),
            (Address, "12 High St, London SW1A 2AA", "12 high st, sw1a2aa"),
            (Institution, "M.I.T.", "massachusetts institute technology"),
            (Employer, "Example Widgets, Inc.", "example widgets"),
            (Profile, "https://www.linkedin.com/in/Jane-Doe/", "linkedin:jane-doe"),
            (Profile, "https://example.com/jane", "web:example.com/jane"),
            (Ip, "203.0.113.9", "203.0.113.9"),
            (Ip, "2001:db8:1:2::9", "2001:db8:1:2::/64"),
            (Document, hex.as_str(), &format!("resume-file:{hex}")),
            (Document, "pdf-author:Widget Writers", "pdf-author:widget writers"),
            (Referee, "Ref@example.org", "email:ref@example.org"),
            (Referee, "202-555-0124", "phone:+12025550124"),
        ] {
            assert_eq!(canonical(kind, typed).as_deref(), Some(expected), "{typed}");
            assert_eq!(canonical(kind, expected).as_deref(), Some(expected), "{expected}");
        }
        assert_eq!(canonical(Phone, "no phone"), None);
    }

    #[test]
    fn what_identifies_nobody_is_no_attribute() {
        let found = attributes(&[
            (Column::FullName, "Jane Doe"),
            (Column::PdfAuthor, "DOE, Jane"),
            (Column::Ip, "10.0.0.1"),
            (Column::City, "Springfield"),
            (Column::State, "IL"),
            (Column::Email, "none@none.com"),
            (Column::Phone, "0000000000"),
            (Column::DeviceId, "n/a"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }
}
