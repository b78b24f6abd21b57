//! Watched values from a bundle of STIX 2.1: indicators with simple patterns, and organisations.
//!
//! | in the bundle | becomes |
//! |---|---|
//! | `email-addr:value` | mailbox |
//! | `domain-name:value` | domain |
//! | `url:value` | profile or page; a domain where it has no path |
//! | `user-account:account_login`, `user_id`, also with `account_type` | handle |
//! | an own object type with "phone", or with "wallet" or "cryptocurrency" in its name | phone, wallet |
//! | `identity` of class `organization` that reports nothing itself | school or employer, by its sector or its words |
//!
//! Markings of TLP 2.0 and 1.0 are known by their ids, and the strictest holds; `confidence` is the grade (70 and more high, 30
//! and more medium); `valid_from` and `valid_until` are since when and until when it holds. Not responsible for what a value may
//! be (`draft`) nor for patterns (`pattern`).
//!
//! Invariant: an individual, a display name, or a pattern that is more than equality is a problem, never an entry.

use super::{
    ImportError, Imported, MOST, Options,
    draft::Draft,
    pattern::{self, Comparison},
};
use crate::{
    indicators::watch::identifier::host,
    model::{Tlp, WatchKind},
    normalize::fold,
    reference::organisation_words::concept,
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Ids of the markings of TLP, without what they all begin with.
const MARKINGS: &[(&str, Tlp)] = &[
    ("94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::Clear),
    ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::Green),
    ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::Amber),
    ("939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::AmberStrict),
    ("e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::Red),
    // Of TLP 1.0.
    ("613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::Clear),
    ("34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::Green),
    ("f88d31f6-486f-44da-b317-01333bde0b82", Tlp::Amber),
    ("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::Red),
];

type Object = Map<String, Value>;

/// What objects of a bundle refer to.
struct Bundle<'a> {
    names: BTreeMap<&'a str, &'a str>,
    reporters: BTreeSet<&'a str>,
    options: &'a Options<'a>,
}

/// Reads a bundle, or a bare list of objects. O(bytes).
///
/// # Errors
/// When it is no JSON, or has no objects.
pub(super) fn read(text: &str, options: &Options<'_>) -> Result<Imported, ImportError> {
    let root: Value = serde_json::from_str(text).map_err(|e| ImportError::Json(e.to_string()))?;
    let objects = match &root {
        Value::Array(objects) => objects,
        Value::Object(bundle) => {
            bundle.get("objects").and_then(Value::as_array).ok_or(ImportError::NoBundle)?
        }
        _ => return Err(ImportError::NoBundle),
    };
    let each = || objects.iter().filter_map(Value::as_object);
    let bundle = Bundle {
        names: each().filter_map(|o| Some((get(o, "id")?, get(o, "name")?))).collect(),
        reporters: each().filter_map(|o| get(o, "created_by_ref")).collect(),
        options,
    };
    let mut found = Imported::default();
    for (number, object) in (1_u64..).zip(objects) {
        let id: String = object
            .as_object()
            .and_then(|o| get(o, "id"))
            .unwrap_or("no id")
            .chars()
            .take(80)
            .collect();
        let place = format!("object {number} ({id})");
        if found.read >= MOST {
            found.problem(&place, format!("is beyond the {MOST} objects that are read"));
            break;
        }
        let Some(object) = object.as_object() else {
            found.read += 1;
            found.problem(&place, "is no object");
            continue;
        };
        let drafts = match get(object, "type") {
            Some("indicator") => bundle.indicator(object),
            Some("identity") if bundle.reporters.contains(id.as_str()) => continue,
            Some("identity") => bundle.identity(object),
            // Whatever else is in a bundle tells of these and is none itself.
            _ => continue,
        };
        found.read += 1;
        match drafts {
            Err(what) => found.problem(&place, what),
            Ok(drafts) => {
                for draft in drafts {
                    match draft.finish(options) {
                        Ok((entry, left_out)) => {
                            left_out.into_iter().for_each(|what| found.problem(&place, what));
                            found.entries.push(entry);
                        }
                        Err(what) => found.problem(&place, what),
                    }
                }
            }
        }
    }
    Ok(found)
}

fn get<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

fn texts<'a>(object: &'a Object, name: &str) -> impl Iterator<Item = &'a str> {
    object.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

impl Bundle<'_> {
    fn indicator(&self, object: &Object) -> Result<Vec<Draft>, String> {
        // What is revoked ends when that was said, so that an entry that is there ends too.
        let revoked = object.get("revoked").and_then(Value::as_bool) == Some(true);
        let ended = if revoked {
            Some(get(object, "modified").ok_or("is revoked and does not say when")?)
        } else {
            None
        };
        if let Some(kind) = get(object, "pattern_type").filter(|k| !k.eq_ignore_ascii_case("stix"))
        {
            let kind: String = kind.chars().take(40).collect();
            return Err(format!("its pattern is of the type \"{kind}\", not stix"));
        }
        let text = get(object, "pattern").ok_or("has no pattern")?;
        let alternatives = pattern::read(text)?;
        let mut common = self.common(object)?;
        if let Some(ended) = ended {
            ended.clone_into(&mut common.expires);
        }
        let draft = |held: &Vec<Comparison>| {
            let (kind, value) = watched(held)?;
            Ok(Draft { kind: kind.name().to_owned(), value, ..common.clone() })
        };
        alternatives.iter().map(draft).collect()
    }

    fn identity(&self, object: &Object) -> Result<Vec<Draft>, String> {
        match get(object, "identity_class") {
            Some("individual") => {
                return Err("is an individual; watch-lists hold no names of persons".to_owned());
            }
            Some("organization") => {}
            other => {
                let other: String = other.unwrap_or("none").chars().take(40).collect();
                return Err(format!("is an identity of class \"{other}\", not an organization"));
            }
        }
        let name = get(object, "name").ok_or("has no name")?;
        let teaches = texts(object, "sectors").any(|s| s == "education");
        let kind =
            if teaches || is_school(name) { WatchKind::Institution } else { WatchKind::Employer };
        let aliases = texts(object, "x_aliases").chain(texts(object, "aliases"));
        Ok(vec![Draft {
            kind: kind.name().to_owned(),
            value: name.to_owned(),
            aliases: aliases.map(str::to_owned).collect(),
            ..self.common(object)?
        }])
    }

    /// What every object says about itself.
    fn common(&self, object: &Object) -> Result<Draft, String> {
        let reporter = get(object, "created_by_ref").and_then(|id| self.names.get(id).copied());
        let reference =
            object.get("external_references").and_then(Value::as_array).and_then(|all| {
                all.iter().filter_map(Value::as_object).find_map(|r| get(r, "source_name"))
            });
        let own = |name| get(object, name).unwrap_or_default().to_owned();
        Ok(Draft {
            reason: get(object, "description")
                .or(get(object, "name"))
                .unwrap_or_default()
                .to_owned(),
            source: reporter.or(reference).unwrap_or(self.options.name).to_owned(),
            grade: grade(object.get("confidence"))?.to_owned(),
            tlp: tlp(object).name().to_owned(),
            added: own("valid_from"),
            expires: own("valid_until"),
            ..Draft::default()
        })
    }
}

fn grade(confidence: Option<&Value>) -> Result<&'static str, String> {
    match confidence {
        None | Some(Value::Null) => Ok("low"),
        Some(value) => match value.as_u64() {
            Some(70..=100) => Ok("high"),
            Some(30..=69) => Ok("medium"),
            Some(0..=29) => Ok("low"),
            _ => Err("has a confidence that is not a number from 0 to 100".to_owned()),
        },
    }
}

/// The strictest of its markings. One that is not known may mean anything, and none at all is no leave to pass it on.
fn tlp(object: &Object) -> Tlp {
    let known = |id: &str| {
        let id = id.strip_prefix("marking-definition--").unwrap_or(id);
        MARKINGS.iter().find(|(known, _)| *known == id).map_or(Tlp::AmberStrict, |(_, tlp)| *tlp)
    };
    texts(object, "object_marking_refs").map(known).max().unwrap_or(Tlp::AmberStrict)
}

fn is_school(name: &str) -> bool {
    let words = fold::words(name);
    let is = |word: &str| {
        concept(word).is_some_and(|c| {
            c.words
                .iter()
                .any(|w| ["university", "college", "institute", "academy", "school"].contains(w))
        })
    };
    words.is_some_and(|words| words.split(' ').any(is))
}

/// What a list of comparisons that hold together watches.
fn watched(held: &[Comparison]) -> Result<(WatchKind, String), String> {
    match held {
        [one] => single(one),
        [a, b] => {
            let is_type =
                |c: &Comparison| c.object == "user-account" && c.property == "account_type";
            let (platform, account) = if is_type(a) { (a, b) } else { (b, a) };
            if !is_type(platform) || account.object != "user-account" {
                return Err("its pattern joins conditions with AND".to_owned());
            }
            let (kind, handle) = single(account)?;
            Ok((kind, format!("{}:{handle}", platform.value.trim())))
        }
        _ => Err("its pattern joins conditions with AND".to_owned()),
    }
}

fn single(one: &Comparison) -> Result<(WatchKind, String), String> {
    let value = one.value.trim().to_owned();
    let has = |words: &[&str]| words.iter().any(|word| one.object.contains(word));
    let kind = match (one.object.as_str(), one.property.as_str()) {
        ("email-addr", "value") => WatchKind::Email,
        ("domain-name", "value") => WatchKind::Domain,
        ("url", "value") => {
            let path = value.split_once("://").map_or(value.as_str(), |(_, rest)| rest);
            let bare = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
            if !bare.contains('/') && host(&value).is_some() {
                WatchKind::Domain
            } else {
                WatchKind::Handle
            }
        }
        ("user-account", "account_login" | "user_id") => WatchKind::Handle,
        ("user-account", "display_name") => {
            return Err(
                "its pattern is a display name; watch-lists hold no names of persons".to_owned()
            );
        }
        (_, "value" | "number" | "phone_number" | "phone-number") if has(&["phone"]) => {
            WatchKind::Phone
        }
        (_, "value" | "address" | "wallet_address") if has(&["wallet", "cryptocurrency"]) => {
            WatchKind::Wallet
        }
        (object, property) => {
            let shown: String = format!("{object}:{property}").chars().take(60).collect();
            return Err(format!("its pattern is about {shown}, which is not watched"));
        }
    };
    Ok((kind, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Grade, Moment};
    use serde_json::json;

    const OPTIONS: Options<'_> =
        Options { list: Some("feed"), name: "feed.json", now: Moment(1_795_392_000) };

    fn indicator(pattern: &str) -> Value {
        json!({"type": "indicator", "id": "indicator--1", "pattern_type": "stix", "pattern": pattern})
    }

    #[test]
    fn indicators_and_organizations_become_entries() {
        let bundle = json!({"type": "bundle", "objects": [
            {"type": "identity", "id": "identity--r", "identity_class": "organization", "name": "A Bureau"},
            {"type": "indicator", "id": "indicator--1", "created_by_ref": "identity--r", "name": "front",
             "pattern_type": "stix", "pattern": "[domain-name:value = 'front.example']",
             "valid_from": "2026-05-01T00:00:00Z", "valid_until": "2028-05-01T00:00:00Z", "confidence": 85,
             "object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
                                     "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"]},
            indicator("[email-addr:value = 'a@example.org' OR email-addr:value = 'b@example.org']"),
            indicator("[user-account:account_type = 'github' AND user-account:account_login = 'nightowl']"),
            indicator("[url:value = 'https://front2.example/']"),
            indicator("[url:value = 'https://www.linkedin.com/in/some-one']"),
            indicator("[x-phone-number:value = '+1 202-555-0143']"),
            indicator("[x-cryptocurrency-wallet:address = 'bc1qexampleexampleexample0000']"),
            {"type": "identity", "id": "identity--2", "identity_class": "organization", "name": "Rochville University"},
            {"type": "identity", "id": "identity--3", "identity_class": "organization", "name": "Front Works LLC"},
            {"type": "email-addr", "id": "email-addr--1", "value": "x@example.org"},
        ]});
        let found = read(&bundle.to_string(), &OPTIONS).unwrap();
        assert_eq!(found.problems, []);
        let told: Vec<String> =
            found.entries.iter().map(|e| format!("{} {}", e.kind, e.value)).collect();
        assert_eq!(
            told,
            [
                "domain front.example",
                "email a@example.org",
                "email b@example.org",
                "handle github:nightowl",
                "domain https://front2.example/",
                "handle https://www.linkedin.com/in/some-one",
                "phone +1 202-555-0143",
                "wallet bc1qexampleexampleexample0000",
                "institution Rochville University",
                "employer Front Works LLC",
            ]
        );
        let first = &found.entries[0];
        assert_eq!(
            (first.grade, first.tlp, first.source.as_str()),
            (Grade::High, Tlp::AmberStrict, "A Bureau")
        );
        assert_eq!(first.added.day(), "2026-05-01");
        assert_eq!(first.expires.map(Moment::day).as_deref(), Some("2028-05-01"));
        assert!(found.entries.iter().all(|e| e.list == "feed"));
    }

    #[test]
    fn what_is_revoked_ends_when_that_was_said() {
        let bundle = json!({"type": "bundle", "id": "bundle--1", "objects": [{
            "type": "indicator", "pattern_type": "stix", "revoked": true,
            "pattern": "[domain-name:value = 'a.example']",
            "valid_from": "2026-01-01T00:00:00Z", "modified": "2026-03-01T00:00:00Z",
        }]});
        let found = read(&bundle.to_string(), &OPTIONS).unwrap();
        assert_eq!(found.problems.len(), 0, "{:#?}", found.problems);
        let ends: Vec<String> =
            found.entries.iter().filter_map(|e| e.expires).map(crate::model::Moment::day).collect();
        assert_eq!(ends, ["2026-03-01"]);
    }

    #[test]
    fn persons_and_what_is_more_than_equality_are_problems() {
        let bundle = json!({"objects": [
            {"type": "identity", "identity_class": "individual", "name": "Jane Example"},
            indicator("[user-account:display_name = 'Jane Example']"),
            indicator("[ipv4-addr:value = '192.0.2.1']"),
            indicator("[domain-name:value LIKE '%.example']"),
            indicator("[domain-name:value = 'a.example' AND url:value = 'x']"),
            indicator("[domain-name:value = 'gmail.com']"),
            {"type": "indicator", "revoked": true, "pattern": "[domain-name:value = 'a.example']"},
            {"type": "indicator", "pattern_type": "snort", "pattern": "alert"},
            {"type": "indicator", "confidence": 900, "pattern": "[domain-name:value = 'a.example']"},
            {"type": "indicator"},
            7,
        ]});
        let found = read(&bundle.to_string(), &OPTIONS).unwrap();
        assert_eq!(found.entries, []);
        assert_eq!((found.read, found.problems.len()), (11, 11), "{:#?}", found.problems);
    }
}
