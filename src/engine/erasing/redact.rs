//! What becomes of each fact when somebody is erased: it stays, it goes, or it stays without what names them. Not
//! responsible for who that is (`gather`).
//!
//! Applications, checks and judgements about them go. Where ids of their applications stand among others, as in the history
//! of a ring, tokens take their places, so that others' history stays readable. A text that people wrote goes whole when it
//! names a value that nobody else has: the hash of the fact as it was stays, and a gap in a known text could be tried out.
//!
//! Invariant: a fact about others alone stays as it is; every text of a fact is looked at, under whatever name it stands.

use crate::{
    engine::{
        Watched,
        erasing::terms::{ERASED, Terms},
    },
    model::{
        ApplicationId, Attribute, AttributeId, CaseEvent, CaseId, Fact, FileHash, JudgementId,
        Moment, Verdict, WatchEntry, WatchId,
    },
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Names under which people's own words stand in facts.
const TEXTS: &[&str] = &[
    "alternatives",
    "file",
    "name",
    "note",
    "purpose",
    "recipient",
    "text",
    "title",
    "why",
    "withheld",
];

/// Names under which ids of applications stand in facts.
const IDS: &[&str] = &["a", "applicant", "application", "applications", "b", "members"];

/// Whom it is about, and what is only theirs.
pub struct Whom<'a> {
    /// Their applications, each with what stands for its id.
    pub tokens: &'a BTreeMap<ApplicationId, ApplicationId>,
    /// Values that nobody else has.
    pub terms: &'a Terms,
    /// Values that applications share, which nobody else has.
    pub attributes: &'a BTreeSet<AttributeId>,
    /// Cases about them alone.
    pub cases: &'a BTreeSet<CaseId>,
    /// Attached files that go.
    pub files: &'a BTreeSet<FileHash>,
    /// What is on the store's watch-lists.
    pub watched: &'a Watched,
    /// The present moment.
    pub now: Moment,
}

/// What becomes of a fact.
#[derive(Debug, PartialEq)]
pub enum Fate {
    /// It stays as it is.
    Stays,
    /// It goes.
    Goes,
    /// This stays of it.
    Rest(Box<Fact>),
}

/// What was found on the way.
#[derive(Debug, Default)]
pub struct Seen {
    /// Judgements that go.
    pub judgements: BTreeSet<JudgementId>,
    /// Entries of watch-lists in force that name them: they stay.
    pub watched: BTreeSet<WatchId>,
    /// Entries that name them and go, of which none by that id is in force.
    pub unwatched: BTreeSet<WatchId>,
}

/// What becomes of a fact, in the order of the journal.
///
/// # Errors
/// In words, when a fact without what names them would be none.
pub fn fate(fact: &Fact, whom: &Whom<'_>, seen: &mut Seen) -> Result<Fate, String> {
    let is_theirs = |id: &ApplicationId| whom.tokens.contains_key(id);
    let goes = match fact {
        Fact::Received { application, .. } if is_theirs(&application.id) => true,
        // What others wrote is theirs.
        Fact::Received { .. } => return Ok(Fate::Stays),
        Fact::Checked(check) => is_theirs(&check.application),
        Fact::Judged(judgement) => {
            let goes = match &judgement.verdict {
                Verdict::Pair { a, b, .. } => is_theirs(a) || is_theirs(b),
                Verdict::Value { attribute, .. } => {
                    whom.attributes.contains(&Attribute::id(attribute))
                        || whom.terms.are_in(&attribute.value)
                }
                Verdict::Ring { .. } => false,
            };
            if goes {
                seen.judgements.insert(judgement.id.clone());
            }
            goes
        }
        Fact::Withdrawn { judgement, .. } => seen.judgements.contains(judgement),
        Fact::Case {
            event: CaseEvent::Attached { sha256, .. } | CaseEvent::Detached { sha256, .. },
            ..
        } => whom.files.contains(sha256),
        Fact::Erased { rest, .. } => {
            // It is erased already; only what stays of it can become less.
            return match rest {
                Some(rest) => fate(rest, whom, seen),
                None => Ok(Fate::Stays),
            };
        }
        // A tombstone names nobody; nor do schedules and rules, whose names are short words of colleagues.
        Fact::Erasure(_) | Fact::ScheduleSet { .. } | Fact::AlertRuleSet { .. } => {
            return Ok(Fate::Stays);
        }
        _ => false,
    };
    if goes {
        return Ok(Fate::Goes);
    }
    if let Fact::Watched { entries, by, at } = fact {
        return Ok(watched(entries, by, *at, whom, seen));
    }
    // The id of an entry is made from its value.
    let fewer = match fact {
        Fact::Unwatched { entries, by, at, why } => {
            let mut entries = entries.clone();
            entries.retain(|id| !seen.unwatched.contains(id));
            if entries.is_empty() {
                return Ok(Fate::Goes);
            }
            Some(Fact::Unwatched { entries, by: by.clone(), at: *at, why: why.clone() })
        }
        _ => None,
    };
    let is_less = fewer.as_ref().is_some_and(|fewer| fewer != fact);
    let fact = fewer.as_ref().unwrap_or(fact);
    let all_of_it = matches!(fact, Fact::Case { case, .. } if whom.cases.contains(case));
    let mut json = serde_json::to_value(fact).map_err(|e| e.to_string())?;
    if !walk(&mut json, "", whom, all_of_it) && !is_less {
        return Ok(Fate::Stays);
    }
    let rest = serde_json::from_value(json).map_err(|e| e.to_string())?;
    Ok(Fate::Rest(Box::new(rest)))
}

/// Entries in force stay: a watch-list is kept for its own purpose and its own time. Others that name them go.
fn watched(entries: &[WatchEntry], by: &str, at: Moment, whom: &Whom<'_>, seen: &mut Seen) -> Fate {
    let mut stay = Vec::with_capacity(entries.len());
    for entry in entries {
        let texts = [&entry.value, &entry.reason, &entry.source];
        let mut texts = texts.into_iter().chain(&entry.aliases).chain(&entry.weak_aliases);
        let names_them = texts.any(|text| whom.terms.are_in(text))
            || [&entry.value]
                .into_iter()
                .chain(&entry.aliases)
                .any(|name| whom.terms.are_named(name));
        let is_in_force = whom.watched.get(&entry.id) == Some(entry)
            && entry.expires.is_none_or(|end| end > whom.now);
        if names_them && is_in_force {
            seen.watched.insert(entry.id.clone());
        }
        if !names_them || is_in_force {
            stay.push(entry.clone());
        } else if !whom.watched.contains_key(&entry.id) {
            seen.unwatched.insert(entry.id.clone());
        }
    }
    match stay.len() {
        n if n == entries.len() => Fate::Stays,
        0 => Fate::Goes,
        _ => Fate::Rest(Box::new(Fact::Watched { entries: stay, by: by.to_owned(), at })),
    }
}

/// Takes out of a value under this name what is theirs; whether there was anything.
fn walk(value: &mut Value, name: &str, whom: &Whom<'_>, all_of_it: bool) -> bool {
    match value {
        Value::String(text) if IDS.contains(&name) => {
            let token = ApplicationId::known(text);
            let token = whom.tokens.get(&token);
            token.is_some_and(|token| {
                token.as_str().clone_into(text);
                true
            })
        }
        Value::String(text) if name == "attribute" => {
            let id = text.parse().ok();
            let is_theirs = id.is_some_and(|id: AttributeId| whom.attributes.contains(&id));
            if is_theirs {
                *value = Value::Null;
            }
            is_theirs
        }
        Value::String(text) if TEXTS.contains(&name) => {
            let less = match all_of_it && !text.is_empty() && text != ERASED {
                true => Some(ERASED.to_owned()),
                false => whom.terms.are_in(text).then(|| ERASED.to_owned()),
            };
            less.is_some_and(|less| {
                *text = less;
                true
            })
        }
        Value::Array(items) => {
            let before = items.len();
            if name == "attributes" {
                let is_theirs = |item: &Value| {
                    let id = item.as_str().and_then(|text| text.parse().ok());
                    id.is_some_and(|id: AttributeId| whom.attributes.contains(&id))
                };
                items.retain(|item| !is_theirs(item));
            }
            let mut changed = items.len() != before;
            for item in items {
                changed |= walk(item, name, whom, all_of_it);
            }
            changed
        }
        Value::Object(map) => {
            let mut changed = false;
            for (name, value) in map {
                changed |= walk(value, name, whom, all_of_it);
            }
            changed
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::sample_facts;

    /// Names under which texts stand that are no words of people about applicants: ids, words of closed lists, names of
    /// colleagues, hashes, numbers, and what is looked at in another way.
    const OTHERS: &[&str] = &[
        "after",
        "agreed_by",
        "alert",
        "aliases",
        "answer",
        "at",
        "attribute",
        "basis",
        "before",
        "by",
        "case",
        "cron",
        "digest",
        "due",
        "entries",
        "event",
        "files",
        "filter",
        "formats",
        "grade",
        "hash",
        "head",
        "head_hash",
        "hold",
        "id",
        "identity",
        "import",
        "item",
        "judgement",
        "key",
        "kind",
        "list",
        "manifest",
        "media_type",
        "number",
        "on",
        "parcel",
        "policy",
        "profile",
        "proposed_by",
        "reason",
        "referral",
        "report",
        "result",
        "ring",
        "rule",
        "schedule",
        "set_aside",
        "settings",
        "sha256",
        "source",
        "status",
        "subject",
        "supersedes",
        "tlp",
        "to",
        "turn",
        "until",
        "value",
        "verdict",
        "weak_aliases",
        "zone",
    ];

    fn names(value: &Value, name: &str, all: &mut BTreeSet<String>) {
        match value {
            Value::String(_) => drop(all.insert(name.to_owned())),
            Value::Array(items) => items.iter().for_each(|item| names(item, name, all)),
            Value::Object(map) => map.iter().for_each(|(name, value)| names(value, name, all)),
            _ => {}
        }
    }

    #[test]
    fn every_text_of_every_kind_of_fact_is_decided_upon() {
        let mut all = BTreeSet::new();
        for fact in sample_facts() {
            if !matches!(fact, Fact::Received { .. }) {
                let json = serde_json::to_value(&fact).unwrap();
                names(&json, "", &mut all);
            }
        }
        let known = |name: &&String| {
            let name = name.as_str();
            TEXTS.contains(&name) || IDS.contains(&name) || OTHERS.contains(&name)
        };
        // The kinds of events and verdicts stand as names too.
        let stray: Vec<&String> = all.iter().filter(|name| !known(name)).collect();
        assert!(stray.iter().all(|name| name.as_str() == "attributes"), "{stray:?}");
    }
}
