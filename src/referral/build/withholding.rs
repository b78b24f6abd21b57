//! What is withheld: sealed values, kinds that were not chosen, and everything of people who are not named. Not responsible
//! for telling it from what may go (`Scope`).
//!
//! People who are not named and are near enough to be mistaken for part of the ring are bystanders: members that were left
//! out, and others who use a shared thing or have a link to a named member. They are counted. Their values are looked for
//! in every text and file, unless a named member claims the same.
//!
//! Invariant: what a named member claims, and is not withheld, is no secret.

use super::Sight;
use crate::{
    explain::words::count,
    model::{ApplicantIx, Application, AttributeKind, Column, column},
    normalize::date,
    referral::{ReferralError, Secrets, Withheld, secrets::WITHHELD},
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization as _;

/// Bystanders whose values are looked for, at most; the others are counted.
const MOST: usize = 5_000;

/// The months as they are written out.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// What is withheld.
pub(super) struct Withholding {
    /// The values, to strike them and to look for them.
    pub secrets: Secrets,
    /// Kinds that are withheld.
    kinds: BTreeSet<AttributeKind>,
    /// How many sealed values there are of each column.
    sealed: BTreeMap<String, u32>,
    /// How many values of each kind were not chosen.
    chosen_out: BTreeMap<AttributeKind, u32>,
    /// Members that were left out.
    left_out: u32,
    /// People who are near and not named, members that were left out among them.
    pub bystanders: u32,
    /// Whether there is an annex for sealed values.
    has_annex: bool,
}

/// The kind of value that a column holds; none for what is no attribute.
pub(super) fn kind_of(column: Column) -> Option<AttributeKind> {
    use Column as C;
    Some(match column {
        C::Email => AttributeKind::Email,
        C::Phone | C::PhoneLineType => AttributeKind::Phone,
        C::Street
        | C::Unit
        | C::City
        | C::State
        | C::PostalCode
        | C::Country
        | C::ShipStreet
        | C::ShipUnit
        | C::ShipCity
        | C::ShipState
        | C::ShipPostalCode => AttributeKind::Address,
        C::Institution
        | C::Degree
        | C::Major
        | C::GradYear
        | C::EducationStart
        | C::EducationEnd => AttributeKind::Institution,
        C::Employer | C::JobTitle => AttributeKind::Employer,
        C::Linkedin | C::Github | C::Website | C::ProfileCreatedAt | C::ProfileLastActiveAt => {
            AttributeKind::Profile
        }
        C::Ip => AttributeKind::Ip,
        C::DeviceId | C::UserAgent => AttributeKind::Device,
        C::ResumeSha256 | C::PdfId | C::PdfAuthor => AttributeKind::Document,
        C::PhotoSha256 | C::PhotoPhash | C::PhotoFile => AttributeKind::Photo,
        C::ReferenceName | C::ReferenceEmail | C::ReferencePhone => AttributeKind::Referee,
        C::BankAccountHash => AttributeKind::PaymentAccount,
        C::NationalId => AttributeKind::GovernmentId,
        _ => return None,
    })
}

/// The kinds that the entries of a nested list hold.
fn kinds_of_list(name: &str) -> &'static [AttributeKind] {
    match name {
        "education" => &[AttributeKind::Institution],
        "employment" => &[AttributeKind::Employer],
        "profiles" => &[AttributeKind::Profile],
        "references" => &[AttributeKind::Referee],
        "events" | "ip_intel" => &[AttributeKind::Ip],
        "devices" => &[AttributeKind::Device],
        "documents" => &[AttributeKind::Document],
        "photos" => &[AttributeKind::Photo],
        _ => &[],
    }
}

/// Settles what is withheld. O(values of named members and bystanders).
pub(super) fn settle(sight: &Sight<'_>) -> Result<Withholding, ReferralError> {
    let mut kinds: BTreeSet<AttributeKind> =
        AttributeKind::ALL.iter().copied().filter(|&kind| sight.scope.withholds(kind)).collect();
    kinds.extend(AttributeKind::ALL.iter().copied().filter(|kind| kind.is_sealed()));
    let mut found = Withholding {
        secrets: Secrets::default(),
        kinds,
        sealed: BTreeMap::new(),
        chosen_out: BTreeMap::new(),
        left_out: 0,
        bystanders: 0,
        has_annex: !sight.scope.annex_for.is_empty(),
    };
    let mut secret: BTreeMap<String, String> = BTreeMap::new();
    // What is told of named members in any case, a line each.
    let mut told = String::new();
    for version in versions(sight)? {
        found.own(&version, &mut secret, &mut told);
    }
    let corpus = sight.ground.view.network.corpus();
    for (ix, _) in sight.apps().flat_map(|(_, app)| corpus.app(app).used()) {
        let (kind, value) = (corpus.kind(ix), corpus.value(ix));
        if found.withholds(kind) {
            hide(&mut secret, value, &format!("a withheld {}", kind.label()));
        } else {
            told.push_str(value);
            told.push('\n');
        }
    }
    let near = bystanders(sight);
    found.bystanders = u32::try_from(near.len()).unwrap_or(u32::MAX);
    let members = &sight.ring.members;
    let out = near.iter().filter(|member| members.binary_search(member).is_ok()).count();
    found.left_out = u32::try_from(out).unwrap_or(u32::MAX);
    for app in near
        .iter()
        .take(MOST)
        .flat_map(|&near| sight.ground.view.network.applicant(near).applications.iter().copied())
    {
        if let Some(application) = sight.raws.get(app) {
            others(&application, &mut secret);
        }
    }
    for known in Secrets::known_in(&secret, &told) {
        secret.remove(&known);
    }
    found.secrets = Secrets::new(secret);
    Ok(found)
}

/// Every version of every application of the named members.
fn versions(sight: &Sight<'_>) -> Result<Vec<Application>, ReferralError> {
    let corpus = sight.ground.view.network.corpus();
    let mut all = Vec::new();
    for (_, app) in sight.apps() {
        let versions = sight.ground.engine.versions(&corpus.id(app))?;
        all.extend(versions.into_iter().map(|version| version.application));
    }
    Ok(all)
}

/// People who are near the ring and not named: sorted.
fn bystanders(sight: &Sight<'_>) -> BTreeSet<ApplicantIx> {
    let network = &sight.ground.view.network;
    let named: BTreeSet<ApplicantIx> = sight.named.iter().copied().collect();
    let mut near: BTreeSet<ApplicantIx> = sight.ring.members.iter().copied().collect();
    for attribute in sight.ring.artefacts.iter().filter_map(|artefact| artefact.attribute) {
        near.extend(network.users(attribute));
    }
    for &member in &sight.named {
        for &link in network.links_of(member) {
            let link = network.link(link);
            near.extend([link.a, link.b]);
        }
    }
    near.difference(&named).copied().collect()
}

/// The writings in which a value is looked for: composed and decomposed, a date in the ways people write it.
fn forms(value: &str) -> Vec<String> {
    let trimmed = value.trim();
    let mut forms: Vec<String> = vec![trimmed.nfc().collect(), trimmed.nfd().collect()];
    forms.dedup();
    if let Some(date) = date::birth(trimmed)
        && let (Some(month), Some(day)) = (date.month, date.day)
        && let Some(name) = usize::from(month).checked_sub(1).and_then(|at| MONTHS.get(at))
    {
        let year = date.year;
        forms.extend([
            format!("{year:04}-{month:02}-{day:02}"),
            format!("{year:04}/{month:02}/{day:02}"),
            format!("{year:04}{month:02}{day:02}"),
            format!("{day:02}.{month:02}.{year:04}"),
            format!("{day}.{month}.{year:04}"),
            format!("{month:02}/{day:02}/{year:04}"),
            format!("{day:02}/{month:02}/{year:04}"),
            format!("{month}/{day}/{year:04}"),
            format!("{name} {day}, {year:04}"),
            format!("{day} {name} {year:04}"),
        ]);
    }
    forms
}

fn hide(secret: &mut BTreeMap<String, String>, value: &str, what: &str) {
    for form in forms(value) {
        secret.entry(form).or_insert_with(|| what.to_owned());
    }
}

/// Columns of somebody who is not named by which they can be told from others.
fn tells(column: Column) -> bool {
    column.is_contact()
        && !matches!(
            column,
            Column::Unit | Column::PostalCode | Column::ShipUnit | Column::ShipPostalCode
        )
        || column.is_sealed()
        || matches!(
            column,
            Column::FullName
                | Column::ReferenceName
                | Column::PhotoFile
                | Column::PhotoSha256
                | Column::ResumeSha256
                | Column::PdfId
        )
}

/// What tells somebody who is not named, as secrets.
fn others(application: &Application, secret: &mut BTreeMap<String, String>) {
    hide(secret, application.id.as_str(), "the application id of somebody who is not named");
    for (column, value) in application.fields.iter().filter(|(column, _)| tells(*column)) {
        hide(secret, value, &format!("{column} of somebody who is not named"));
    }
    for (name, value) in &application.extra {
        if column::sounds_sealed(name) {
            hide(secret, value, "a sealed value of somebody who is not named");
        }
    }
}

/// Columns whose values are words that many texts have: a city, a degree.
fn is_common(column: Column) -> bool {
    matches!(
        column,
        Column::City
            | Column::State
            | Column::Country
            | Column::ShipCity
            | Column::ShipState
            | Column::Degree
            | Column::Major
            | Column::GradYear
            | Column::EducationStart
            | Column::EducationEnd
            | Column::JobTitle
            | Column::UserAgent
            | Column::PhoneLineType
            | Column::ProfileCreatedAt
            | Column::ProfileLastActiveAt
    )
}

/// Whether an entry of a nested list says of itself that its value is one that is sealed: `"kind": "passport"`.
fn says_sealed(fields: &Map<String, Value>) -> bool {
    let mut named =
        ["kind", "type", "name", "label", "document"].iter().filter_map(|key| fields.get(*key));
    named.any(|said| said.as_str().is_some_and(column::sounds_sealed))
}

/// Whether a key of such an entry holds the value.
fn holds(name: &str) -> bool {
    !matches!(name, "kind" | "type" | "name" | "label" | "document")
}

impl Withholding {
    /// Whether values of this kind are withheld.
    pub fn withholds(&self, kind: AttributeKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether a column's value is withheld.
    pub fn hides(&self, column: Column) -> bool {
        column.is_sealed() || kind_of(column).is_some_and(|kind| self.withholds(kind))
    }

    /// Whether a column that Ringer does not know is withheld.
    pub fn hides_extra(&self, name: &str) -> bool {
        column::sounds_sealed(name)
            || Column::from_name(name).is_some_and(|known| self.hides(known))
    }

    /// A text with what is withheld struck out.
    pub fn struck(&self, text: &str) -> String {
        self.secrets.struck(text)
    }

    /// What a named member claims: to be told, or a secret of their own.
    fn own(
        &mut self,
        application: &Application,
        secret: &mut BTreeMap<String, String>,
        told: &mut String,
    ) {
        for (column, value) in application.fields.iter() {
            if column.is_sealed() {
                *self.sealed.entry(column.name().replace('_', " ")).or_default() += 1;
                hide(secret, value, &format!("a sealed value ({column})"));
            } else if let Some(kind) = kind_of(column).filter(|kind| self.withholds(*kind)) {
                *self.chosen_out.entry(kind).or_default() += 1;
                if !is_common(column) {
                    hide(secret, value, &format!("a withheld value ({column})"));
                }
            } else if column != Column::ResumeText {
                told.push_str(value.trim());
                told.push('\n');
            }
        }
        told.push_str(application.id.as_str());
        told.push('\n');
        for (name, value) in &application.extra {
            if self.hides_extra(name) {
                *self.sealed.entry(name.to_lowercase()).or_default() += 1;
                hide(secret, value, "a sealed value in a column of its own");
            }
        }
        for text in application.nested.values() {
            if let Ok(list) = serde_json::from_str::<Value>(text) {
                self.nested_secrets(&list, secret);
            }
        }
    }

    fn nested_secrets(&mut self, value: &Value, secret: &mut BTreeMap<String, String>) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.nested_secrets(one, secret)),
            Value::Object(fields) => {
                let is_sealed = says_sealed(fields);
                for (name, one) in fields {
                    match one {
                        Value::String(text)
                            if self.hides_extra(name) || is_sealed && holds(name) =>
                        {
                            *self.sealed.entry(name.to_lowercase()).or_default() += 1;
                            hide(secret, text, "a sealed value in a nested list");
                        }
                        other => self.nested_secrets(other, secret),
                    }
                }
            }
            _ => {}
        }
    }

    /// The sealed texts in a nested list, each with its path.
    pub fn sealed_inside(&self, name: &str, text: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if let Ok(value) = serde_json::from_str(text) {
            self.dig(name, &value, &mut found);
        }
        found
    }

    fn dig(&self, path: &str, value: &Value, found: &mut Vec<(String, String)>) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.dig(path, one, found)),
            Value::Object(fields) => {
                let is_sealed = says_sealed(fields);
                for (name, one) in fields {
                    let path = format!("{path}.{name}");
                    match one {
                        Value::String(text)
                            if column::sounds_sealed(name) || is_sealed && holds(name) =>
                        {
                            found.push((path, text.clone()));
                        }
                        other => self.dig(&path, other, found),
                    }
                }
            }
            _ => {}
        }
    }

    /// A nested list without what is withheld; none when all of it is. What was taken out is added to `redacted`.
    pub fn nested(&self, name: &str, text: &str, redacted: &mut BTreeSet<String>) -> Option<Value> {
        if kinds_of_list(name).iter().any(|kind| self.withholds(*kind)) {
            redacted.insert(name.to_owned());
            return None;
        }
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
        Some(self.inner(name, value, redacted))
    }

    fn inner(&self, path: &str, value: Value, redacted: &mut BTreeSet<String>) -> Value {
        match value {
            Value::Array(all) => {
                Value::Array(all.into_iter().map(|one| self.inner(path, one, redacted)).collect())
            }
            Value::Object(fields) => {
                let is_sealed = says_sealed(&fields);
                let kept = fields.into_iter().map(|(name, one)| {
                    let path = format!("{path}.{name}");
                    if self.hides_extra(&name) || is_sealed && holds(&name) {
                        redacted.insert(path);
                        (name, Value::String(WITHHELD.to_owned()))
                    } else {
                        let one = self.inner(&path, one, redacted);
                        (name, one)
                    }
                });
                Value::Object(kept.collect())
            }
            Value::String(text) => {
                let struck = self.struck(&text);
                if struck != text {
                    redacted.insert(path.to_owned());
                }
                Value::String(struck)
            }
            other => other,
        }
    }

    /// What was withheld and why, for people.
    pub fn said(&self, sight: &Sight<'_>) -> Vec<Withheld> {
        let mut all = Vec::new();
        let mut say = |what: String, count: u32, why: &str| {
            if count > 0 {
                all.push(Withheld { what, count, why: why.to_owned() });
            }
        };
        let annex = match self.has_annex {
            true => "sealed: for identification alone, in the encrypted annex",
            false => {
                "sealed: for identification alone; no recipient of an encrypted annex was named"
            }
        };
        for (name, n) in &self.sealed {
            say(crate::explain::words::capital(name), *n, annex);
        }
        for (kind, n) in &self.chosen_out {
            say(crate::explain::words::capital(kind.plural()), *n, "not chosen for this package");
        }
        let others = self.bystanders.saturating_sub(self.left_out);
        say(
            count(self.left_out as usize, "member of the ring", "members of the ring"),
            self.left_out,
            "left out by whoever made the package: they are counted as bystanders and not named",
        );
        say(
            count(others as usize, "other applicant", "other applicants"),
            others,
            "bystanders: they use a shared value or have something in common with a named member; they are counted and not \
             named",
        );
        if !sight.scope.originals {
            let n = sight.apps().count();
            say(
                "Applications as received".to_owned(),
                u32::try_from(n).unwrap_or(u32::MAX),
                "not chosen",
            );
        }
        if let Some(case) = sight.case {
            let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            if !sight.scope.attachments {
                say("Files of the case".to_owned(), size(case.files().count()), "not chosen");
            }
            if !sight.scope.notes {
                let notes = case.notes.iter().filter(|note| note.struck.is_none()).count();
                say("Notes of the case".to_owned(), size(notes), "they may be about other people");
            }
        }
        all
    }
}
