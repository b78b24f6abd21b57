//! One application normalised: every column and nested list brought to its canonical form. Not
//! responsible for any single kind of value: each has its own file.
//!
//! Invariant: total and deterministic. Any text in any column gives a result, the same one every
//! time.

use super::fold::{is_nothing, trimmed, words};
use super::{
    address, attributes, date, document, email, ip, name, organisation, phone, profile, resume,
};
use crate::model::{
    Application, Column, Document, DocumentKind, Education, Employment, Normalized, Phone, Photo,
    Profile, Referee, sealed,
};
use crate::reference::{countries, states};
use serde_json::{Map, Value};

/// Entries read at most from one nested list.
const MAX_ENTRIES: usize = 64;

/// The normalised form of an application. Never fails: what cannot be read is absent, and the raw
/// text stays in the application.
#[must_use]
pub fn normalize(application: &Application) -> Normalized {
    let row = application.fields.by_column();
    let get = |column| value(&row, column);
    let text = |column| get(column).filter(|t| !is_nothing(t));
    let country = get(Column::Country).and_then(countries::code);
    let person = get(Column::FullName).and_then(name::parse);
    let home = address::parse(&address::Fields {
        street: get(Column::Street),
        unit: get(Column::Unit),
        city: get(Column::City),
        state: get(Column::State),
        postal_code: get(Column::PostalCode),
        country: get(Column::Country),
    });
    // No column says it: the country of the home, unless the state of delivery is American.
    let american = |state| states::state(state, Some("US")).is_some();
    let ship_country =
        country.filter(|c| *c != "US" && !get(Column::ShipState).is_some_and(american));
    let shipping = address::parse(&address::Fields {
        street: get(Column::ShipStreet),
        unit: get(Column::ShipUnit),
        city: get(Column::ShipCity),
        state: get(Column::ShipState),
        postal_code: get(Column::ShipPostalCode),
        country: ship_country,
    });
    let own_phone = get(Column::Phone)
        .and_then(|t| phone::parse(t, country))
        .map(|p| Phone { line_type: get(Column::PhoneLineType).and_then(phone::line_type), ..p });
    let mut normalized = Normalized {
        id: application.id.clone(),
        submitted_at: get(Column::SubmittedAt).and_then(date::moment),
        requisition: get(Column::RequisitionId).and_then(trimmed),
        role: text(Column::Role).and_then(words),
        channel: text(Column::Channel).and_then(words),
        agency: text(Column::Agency).and_then(words),
        email: get(Column::Email).and_then(email::parse),
        phone: own_phone,
        home,
        shipping,
        education: education(application, &row),
        employment: employment(application, &row),
        profiles: profiles(application, &row),
        ip: get(Column::Ip).and_then(ip::parse),
        device: text(Column::DeviceId).and_then(document::device),
        user_agent: text(Column::UserAgent).and_then(trimmed),
        timezone: text(Column::Timezone).and_then(trimmed),
        resume: text(Column::ResumeText).map(|t| resume::shingle(t, person.as_ref())),
        documents: documents(&row),
        photo: photo(&row),
        referees: referees(application, &row, country),
        payment_account: get(Column::BankAccountHash).and_then(document::identifier),
        birth_date: get(Column::BirthDate).and_then(date::birth),
        birth_hash: get(Column::BirthDate).filter(|t| sealed::key_of(t).is_some()).map(Into::into),
        national_id: get(Column::NationalId).and_then(document::identifier),
        outcome: text(Column::Outcome).and_then(words),
        stage: text(Column::Stage).and_then(words),
        name: person,
        attributes: Vec::new(),
    };
    normalized.attributes = attributes::of(&normalized);
    normalized
}

/// What a birth date or a government number means, for a keyed hash of it; none when it cannot be read, when a date lacks its
/// day, and for every other column.
#[must_use]
pub fn identifying(column: Column, text: &str) -> Option<String> {
    match column {
        Column::BirthDate => {
            date::birth(text).filter(|date| date.day.is_some()).map(|date| date.to_string())
        }
        Column::NationalId => document::identifier(text).map(String::from),
        _ => None,
    }
}

/// The columns of which an application has something that cannot be read as what the column is: kept as it came, and
/// compared with nothing.
#[must_use]
pub fn unread(application: &Application) -> Vec<Column> {
    let country = application.get(Column::Country).and_then(countries::code);
    let is_read = |column, text: &str| match column {
        Column::SubmittedAt => date::moment(text).is_some(),
        Column::Email => email::parse(text).is_some(),
        Column::Phone => phone::parse(text, country).is_some(),
        Column::Ip => ip::parse(text).is_some(),
        Column::BirthDate => date::birth(text).is_some() || sealed::key_of(text).is_some(),
        _ => true,
    };
    let is_unread = |&column: &Column| {
        application.get(column).is_some_and(|t| !is_nothing(t) && !is_read(column, t))
    };
    let columns =
        [Column::SubmittedAt, Column::Email, Column::Phone, Column::Ip, Column::BirthDate];
    columns.into_iter().filter(is_unread).collect()
}

/// The values of a row by column.
type Row<'a> = [Option<&'a str>; Column::ALL.len()];

fn value<'a>(row: &Row<'a>, column: Column) -> Option<&'a str> {
    row.get(column as usize).copied().flatten()
}

/// The objects of a nested list; a lone object counts as a list of one, and a text as `{"": text}`.
fn entries(application: &Application, list: &str) -> Vec<Map<String, Value>> {
    let Some(text) = application.nested.get(list) else { return Vec::new() };
    let values = match serde_json::from_str(text) {
        Ok(Value::Array(values)) => values,
        Ok(value) => vec![value],
        Err(_) => return Vec::new(),
    };
    let object = |value| match value {
        Value::Object(map) => Some(map),
        Value::String(text) => Some([(String::new(), Value::String(text))].into_iter().collect()),
        _ => None,
    };
    values.into_iter().take(MAX_ENTRIES).filter_map(object).collect()
}

/// The first of several fields that an entry has, as text.
fn field(entry: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match entry.get(*name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

fn education(application: &Application, row: &Row<'_>) -> Vec<Education> {
    let get = |column| value(row, column);
    let mut all = vec![Education {
        institution: get(Column::Institution).and_then(organisation::institution),
        degree: get(Column::Degree).and_then(organisation::degree),
        major: get(Column::Major).filter(|t| !is_nothing(t)).and_then(words),
        start: get(Column::EducationStart).and_then(date::parse),
        end: get(Column::EducationEnd)
            .and_then(date::parse)
            .or_else(|| get(Column::GradYear).and_then(date::parse)),
    }];
    for entry in entries(application, "education") {
        let read = |names: &[&str]| field(&entry, names);
        all.push(Education {
            institution: read(&["school", "institution", "university", "name", ""])
                .and_then(|t| organisation::institution(&t)),
            degree: read(&["degree"]).and_then(|t| organisation::degree(&t)),
            major: read(&["major", "field", "field_of_study"]).and_then(|t| words(&t)),
            start: read(&["start", "start_date"]).and_then(|t| date::parse(&t)),
            end: read(&["end", "end_date", "grad_year", "year"]).and_then(|t| date::parse(&t)),
        });
    }
    all.retain(|e| *e != Education::default());
    all.sort_by_key(|e| std::cmp::Reverse(e.end));
    all.dedup();
    all
}

fn employment(application: &Application, row: &Row<'_>) -> Vec<Employment> {
    let get = |column| value(row, column);
    let mut all = vec![Employment {
        employer: get(Column::Employer).and_then(organisation::employer),
        title: get(Column::JobTitle).filter(|t| !is_nothing(t)).and_then(words),
        start: None,
        end: None,
    }];
    for entry in entries(application, "employment") {
        let read = |names: &[&str]| field(&entry, names);
        all.push(Employment {
            employer: read(&["employer", "company", "organization", "organisation", "name", ""])
                .and_then(|t| organisation::employer(&t)),
            title: read(&["title", "job_title", "position"]).and_then(|t| words(&t)),
            start: read(&["start", "start_date"]).and_then(|t| date::parse(&t)),
            end: read(&["end", "end_date"]).and_then(|t| date::parse(&t)),
        });
    }
    all.retain(|e| *e != Employment::default());
    // Without an end it is the present job, which is the latest.
    all.sort_by_key(|e| (e.end.is_some(), std::cmp::Reverse(e.end), std::cmp::Reverse(e.start)));
    all.dedup();
    all
}

fn profiles(application: &Application, row: &Row<'_>) -> Vec<Profile> {
    let columns =
        [(Column::Linkedin, "linkedin"), (Column::Github, "github"), (Column::Website, "web")];
    let mut all: Vec<Profile> = columns
        .into_iter()
        .filter_map(|(column, platform)| profile::parse(value(row, column)?, Some(platform)))
        .collect();
    for entry in entries(application, "profiles") {
        let platform = field(&entry, &["platform", "network", "site"]).and_then(|p| words(&p));
        let link = field(&entry, &["url_canonical", "url", "link", "handle", "username", ""]);
        all.extend(link.and_then(|link| profile::parse(&link, platform.as_deref())));
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn documents(row: &Row<'_>) -> Vec<Document> {
    type Read = fn(&str) -> Option<Box<str>>;
    let columns: [(Column, DocumentKind, Read); 3] = [
        (Column::ResumeSha256, DocumentKind::ResumeFile, document::sha256),
        (Column::PdfId, DocumentKind::PdfId, document::pdf_id),
        (Column::PdfAuthor, DocumentKind::PdfAuthor, document::pdf_author),
    ];
    let mut all: Vec<Document> = columns
        .into_iter()
        .filter_map(|(column, kind, read)| {
            Some(Document { kind, value: read(value(row, column)?)? })
        })
        .collect();
    all.sort_unstable();
    all
}

fn photo(row: &Row<'_>) -> Option<Photo> {
    let photo = Photo {
        sha256: value(row, Column::PhotoSha256).and_then(document::sha256),
        phash: value(row, Column::PhotoPhash).and_then(document::phash),
    };
    (photo != Photo::default()).then_some(photo)
}

fn referees(application: &Application, row: &Row<'_>, country: Option<&str>) -> Vec<Referee> {
    let make = |name: Option<&str>, email: Option<&str>, phone: Option<&str>| Referee {
        name: name.and_then(name::parse),
        email: email.and_then(email::parse),
        phone: phone.and_then(|t| phone::parse(t, country)),
    };
    let get = |column| value(row, column);
    let mut all = vec![make(
        get(Column::ReferenceName),
        get(Column::ReferenceEmail),
        get(Column::ReferencePhone),
    )];
    for entry in entries(application, "references") {
        let [name, email, phone] = [&["name", "full_name", ""][..], &["email"], &["phone"]]
            .map(|names| field(&entry, names));
        all.push(make(name.as_deref(), email.as_deref(), phone.as_deref()));
    }
    all.retain(|r| *r != Referee::default());
    let mut unique: Vec<Referee> = Vec::with_capacity(all.len());
    for referee in all {
        if !unique.contains(&referee) {
            unique.push(referee);
        }
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AttributeKind, Source};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn application(fields: BTreeMap<Column, String>, nested: &[(&str, &str)]) -> Application {
        Application {
            id: "A-1".parse().unwrap(),
            fields: fields.into(),
            extra: BTreeMap::new(),
            nested: nested.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            source: Source { file: "a.jsonl".into(), row: 1 },
        }
    }

    #[test]
    fn nested_lists_feed_the_same_vectors_as_the_columns() {
        let fields = [
            (Column::Institution, "MIT"),
            (Column::GradYear, "2012"),
            (Column::Employer, "Example Widgets Inc"),
            (Column::Linkedin, "jane-doe"),
            (Column::ReferenceName, "Ann Example"),
        ];
        let fields = fields.map(|(c, v)| (c, v.to_owned())).into();
        let n = normalize(&application(
            fields,
            &[
                (
                    "education",
                    r#"[{"school":"UC Berkeley","degree":"M.S.","end":"May 2015"},{"school":"MIT","end":2012}]"#,
                ),
                (
                    "employment",
                    r#"[{"employer":"Sample Gears GmbH","title":"Engineer","start":"2015","end":"2018-03"}]"#,
                ),
                (
                    "profiles",
                    r#"["https://github.com/jdoe",{"platform":"telegram","handle":"@jdoe"}]"#,
                ),
                (
                    "references",
                    r#"[{"name":"Bob Example","email":"bob@example.org","phone":"202-555-0188"}]"#,
                ),
            ],
        ));
        let schools: Vec<_> =
            n.education.iter().filter_map(|e| e.institution.as_ref()).map(|o| &*o.key).collect();
        assert_eq!(
            schools,
            ["university california berkeley", "massachusetts institute technology"]
        );
        let firms: Vec<_> =
            n.employment.iter().filter_map(|e| e.employer.as_ref()).map(|o| &*o.key).collect();
        assert_eq!(firms, ["example widgets", "sample gears"]);
        let profiles: Vec<_> =
            n.profiles.iter().map(|p| format!("{}:{}", p.platform, p.handle)).collect();
        assert_eq!(profiles, ["github:jdoe", "linkedin:jane-doe", "telegram:jdoe"]);
        assert_eq!(n.referees.len(), 2);
        assert_eq!(
            n.attributes.iter().filter(|(a, _)| a.kind == AttributeKind::Referee).count(),
            2
        );
    }

    #[test]
    fn the_country_of_the_home_address_is_the_region_of_the_phone() {
        let fields = [(Column::Phone, "020 7946 0958"), (Column::Country, "United Kingdom")];
        let n = normalize(&application(fields.map(|(c, v)| (c, v.to_owned())).into(), &[]));
        assert_eq!(n.phone.map(|p| p.e164).as_deref(), Some("+442079460958"));
    }

    #[test]
    fn a_delivery_address_is_read_in_the_country_of_the_home_unless_its_state_is_american() {
        let read = |state: &str| {
            let fields = [
                (Column::Country, "DE"),
                (Column::ShipStreet, "Hauptstr. 5"),
                (Column::ShipPostalCode, "10115"),
                (Column::ShipState, state),
            ];
            let fields = fields.into_iter().filter(|(_, v)| !v.is_empty());
            let n = normalize(&application(fields.map(|(c, v)| (c, v.to_owned())).collect(), &[]));
            n.shipping.and_then(|a| a.country)
        };
        assert_eq!(read("").as_deref(), Some("DE"));
        assert_eq!(read("NY").as_deref(), Some("US"));
    }

    #[test]
    fn broken_nested_json_is_ignored() {
        for text in ["{", "[1,2,[[]]]", "null", "\"x\"", "[{\"school\":[]}]"] {
            let n = normalize(&application(
                BTreeMap::new(),
                &[("education", text), ("profiles", text)],
            ));
            assert!(n.education.len() <= 1, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_in_any_column_gives_the_same_result_twice(
            texts in prop::collection::vec(".{0,40}|[-0-9A-Za-z @#./,:+()]{0,40}", Column::ALL.len()),
            nested in ".{0,40}",
        ) {
            let fields: BTreeMap<Column, String> = Column::ALL.iter().copied().zip(texts).collect();
            let lists = ["education", "employment", "profiles", "references"].map(|l| (l, nested.as_str()));
            let application = application(fields, &lists);
            let first = normalize(&application);
            prop_assert!(first.attributes.is_sorted());
            prop_assert_eq!(first, normalize(&application));
        }
    }
}
