//! One entry as a file gives it, in texts, and what becomes of it. Not responsible for reading files.
//!
//! Invariant: an entry that comes out has a value of its kind, a list of its own and a source; whatever was left out of it is
//! a problem.

use super::Options;
use crate::{
    indicators::watch::{
        identifier::{self, canonical, refusal},
        person::seems_a_person,
        shipped::is_shipped,
        spelling::{Sort, spell},
    },
    model::{Grade, Moment, Tlp, WatchEntry, WatchKind},
    normalize::date,
    reference::organisation_words::is_generic,
};

/// Longest value or alias, in characters.
const LONGEST: usize = 300;

/// Longest reason or source, in characters.
const LONGEST_TEXT: usize = 2_000;

/// Most aliases of each sort.
const MOST_ALIASES: usize = 64;

/// One entry as a file gives it.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub kind: String,
    pub value: String,
    pub aliases: Vec<String>,
    pub weak_aliases: Vec<String>,
    pub reason: String,
    pub source: String,
    pub grade: String,
    pub tlp: String,
    pub added: String,
    pub expires: String,
    pub list: String,
}

/// Whether a list may be called so.
pub(super) fn is_list(name: &str) -> bool {
    let length = name.chars().count();
    (1..=80).contains(&length)
        && name.trim() == name
        && !name.chars().any(char::is_control)
        && !is_shipped(&name.to_lowercase())
}

impl Draft {
    /// The entry, and what was left out of it.
    ///
    /// # Errors
    /// What makes it none.
    pub fn finish(self, options: &Options<'_>) -> Result<(WatchEntry, Vec<String>), String> {
        let folded = self.kind.trim().to_lowercase();
        if ["person", "people", "name", "individual", "full_name", "applicant"]
            .contains(&folded.as_str())
        {
            return Err("names a person; watch-lists hold no names of persons".to_owned());
        }
        let kind: WatchKind =
            self.kind.parse().map_err(|e: crate::model::UnknownWatchKind| e.to_string())?;
        let value = value(kind, &self.value)?;
        let list = match options.list {
            Some(list) => list.to_owned(),
            None if self.list.trim().is_empty() => options.name.to_owned(),
            None => self.list.trim().to_owned(),
        };
        if !is_list(&list) {
            return Err(format!("\"{}\" cannot be the name of a list", clipped(&list, 80)));
        }
        let grade = filled(&self.grade).map_or(Ok(Grade::Low), |t| {
            t.parse().map_err(|e: crate::model::UnknownGrade| e.to_string())
        })?;
        // Whoever does not say may not have meant everybody.
        let tlp = filled(self.tlp.trim().trim_start_matches("TLP:")).map_or(
            Ok(Tlp::AmberStrict),
            |t| {
                let t = if t.eq_ignore_ascii_case("white") { "clear" } else { t };
                t.parse().map_err(|e: crate::model::UnknownTlp| e.to_string())
            },
        )?;
        let added = moment("added", &self.added)?.unwrap_or(options.now);
        let expires = moment("expires", &self.expires)?;
        if expires.is_some_and(|end| end <= added) {
            return Err("expires before it is added".to_owned());
        }
        let mut left_out = Vec::new();
        let aliases = aliases(kind, "alias", self.aliases, &value, &mut left_out);
        let mut weak_aliases = self.weak_aliases;
        weak_aliases.retain(|alias| !alias.trim().is_empty());
        if canonical_kind(kind) && !weak_aliases.is_empty() {
            left_out.push(format!("a {kind} matches exactly and has no weak aliases"));
            weak_aliases.clear();
        }
        let weak_aliases = aliases_of(weak_aliases, &value);
        let entry = WatchEntry {
            id: WatchEntry::id_of(&list, kind, &value),
            list,
            kind,
            value,
            aliases,
            weak_aliases,
            reason: clipped(&self.reason, LONGEST_TEXT),
            source: filled(&self.source)
                .map_or_else(|| options.name.to_owned(), |source| clipped(source, LONGEST_TEXT)),
            grade,
            tlp,
            added,
            expires,
        };
        Ok((entry, left_out))
    }
}

/// Whether values of a kind match by their canonical form only.
fn canonical_kind(kind: WatchKind) -> bool {
    !matches!(kind, WatchKind::Institution | WatchKind::Employer)
}

fn value(kind: WatchKind, text: &str) -> Result<String, String> {
    let value = clipped(text, LONGEST + 1);
    if value.is_empty() {
        return Err("has no value".to_owned());
    }
    if value.chars().count() > LONGEST {
        return Err(format!("has a value of more than {LONGEST} characters"));
    }
    check(kind, &value)?;
    Ok(value)
}

/// Whether a value or an alias can be of a kind.
fn check(kind: WatchKind, value: &str) -> Result<(), String> {
    let sort = match kind {
        WatchKind::Institution => Sort::School,
        WatchKind::Employer => Sort::Firm,
        _ if canonical(kind, value).is_some() => return Ok(()),
        _ => return Err(refusal(kind, value)),
    };
    if seems_a_person(value) {
        return Err(format!(
            "\"{value}\" looks like a person's name; watch-lists hold none. Of a firm called so, give the legal form too"
        ));
    }
    match spell(sort, value) {
        None if identifier::domain(value).is_some() => Ok(()),
        None => Err(refusal(kind, value)),
        Some(spelled) if spelled.words.iter().all(|w| is_generic(w)) && spelled.words.len() < 2 => {
            Err(format!("\"{value}\" names no one organization"))
        }
        Some(_) => Ok(()),
    }
}

fn aliases(
    kind: WatchKind,
    what: &str,
    texts: Vec<String>,
    value: &str,
    left_out: &mut Vec<String>,
) -> Vec<String> {
    let mut kept = Vec::new();
    for text in aliases_of(texts, value) {
        match check(kind, &text) {
            Ok(()) => kept.push(text),
            Err(why) => left_out.push(format!("{what} left out: {why}")),
        }
    }
    kept
}

/// Aliases clipped, without blank ones, repeats and the value.
fn aliases_of(texts: Vec<String>, value: &str) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts.into_iter().map(|t| clipped(&t, LONGEST)) {
        if !text.is_empty() && text != value && !kept.contains(&text) && kept.len() < MOST_ALIASES {
            kept.push(text);
        }
    }
    kept
}

fn moment(what: &str, text: &str) -> Result<Option<Moment>, String> {
    let Some(text) = filled(text) else { return Ok(None) };
    match date::moment(text) {
        Some(at) => Ok(Some(at)),
        None => Err(format!("column \"{what}\": \"{}\" is not a date", clipped(text, 40))),
    }
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|t| !t.is_empty())
}

/// The text without control characters and blanks at its ends, cut to so many characters.
fn clipped(text: &str, most: usize) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let cut: String = text.trim().chars().map(plain).take(most).collect();
    cut.trim().to_owned()
}
