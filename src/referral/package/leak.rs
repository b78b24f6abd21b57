//! The last gate: nothing that is withheld may be in any file of a package. Not responsible for what is withheld
//! (`build`), nor for withholding it: a hit is a bug or a text that a person wrote, and no package is made.
//!
//! Values are looked for as words, whatever their case and the signs between their letters and digits, in texts whose
//! escapes were undone. What a part compresses or draws is searched in the dossier, from which alone it is written.
//!
//! Invariant: an error names the file and what sort of value it is, never the value.

use crate::referral::{
    Dossier, PackageFile, ReferralError,
    package::{ANNEX, DOCUMENT, said},
};
use aho_corasick::AhoCorasick;
use std::collections::BTreeMap;

/// A value that must not leave the house.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret {
    /// What it is, for an error: "the email of a bystander".
    pub what: String,
    /// The value.
    pub value: String,
}

/// Every value that must not leave the house: identifying ones of people who are not named, and withheld ones of those who
/// are. Values that the named identities claim too, and ones too short to mean anything, are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Secrets(pub Vec<Secret>);

/// Whether letters of this script stand without blanks between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Letters and digits in small letters, with one blank where anything else stood, at both ends too. Marks that belong to
/// a letter are letters. O(bytes).
fn folded(text: &str, into: &mut String) {
    into.clear();
    into.push(' ');
    for c in text.chars() {
        let is_mark =
            matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{64b}'..='\u{65f}');
        if c.is_alphanumeric() || is_mark {
            into.extend(c.to_lowercase());
        } else if !into.ends_with(' ') {
            into.push(' ');
        }
    }
    if !into.ends_with(' ') {
        into.push(' ');
    }
}

/// What the escapes of a form stand for, as far as it matters between words.
fn plain(file: &PackageFile) -> String {
    let text = String::from_utf8_lossy(&file.bytes);
    let kind = file.media_type;
    if kind.contains("json") {
        unescaped(&text)
    } else if kind.contains("xml")
        || file.path.ends_with(".graphml")
        || file.path.ends_with(".gexf")
    {
        unmarked(&text)
    } else {
        text.into_owned()
    }
}

/// The text with the escapes of JSON undone.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('u') => {
                let mut ahead = chars.clone();
                let digits: String = ahead.by_ref().take(4).collect();
                match u32::from_str_radix(&digits, 16) {
                    Ok(code) => {
                        chars = ahead;
                        out.push(char::from_u32(code).unwrap_or(' '));
                    }
                    Err(_) => out.push(' '),
                }
            }
            Some(c @ ('"' | '\\' | '/')) => out.push(c),
            _ => out.push(' '),
        }
    }
    out
}

/// The text with the references of XML undone.
fn unmarked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let name = from.get(1..).unwrap_or_default();
        let Some(end) = name.bytes().take(12).position(|b| b == b';') else {
            out.push(' ');
            rest = name;
            continue;
        };
        let (name, after) = name.split_at(end);
        let code = match name.strip_prefix('#') {
            Some(number) => match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => number.parse().ok(),
            },
            None => None,
        };
        out.push(code.and_then(char::from_u32).unwrap_or(match name {
            "apos" => '\'',
            "amp" => '&',
            _ => ' ',
        }));
        rest = after.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Looks for secrets.
struct Search<'s> {
    all: Vec<(String, &'s Secret)>,
    automaton: AhoCorasick,
}

impl<'s> Search<'s> {
    fn of(secrets: &'s Secrets) -> Result<Self, ReferralError> {
        let mut all: BTreeMap<String, &Secret> = BTreeMap::new();
        let mut text = String::new();
        for secret in &secrets.0 {
            folded(&secret.value, &mut text);
            let value = text.trim();
            if value.is_empty() {
                continue;
            }
            let edge = |c: Option<char>| if c.is_some_and(is_unspaced) { "" } else { " " };
            let (first, last) = (value.chars().next(), value.chars().next_back());
            all.entry(format!("{}{value}{}", edge(first), edge(last))).or_insert(secret);
        }
        let all: Vec<(String, &Secret)> = all.into_iter().collect();
        let automaton = AhoCorasick::new(all.iter().map(|(value, _)| value))
            .map_err(|e| ReferralError::Scope(format!("cannot look for what is withheld: {e}")))?;
        Ok(Self { all, automaton })
    }

    fn first(&self, text: &str, room: &mut String) -> Option<&'s Secret> {
        folded(text, room);
        let found = self.automaton.find(room.as_str())?;
        self.all.get(found.pattern().as_usize()).map(|(_, secret)| *secret)
    }
}

/// The gate, with every secret it looks for.
pub(super) struct Gate<'s>(Search<'s>);

impl<'s> Gate<'s> {
    /// A gate for these secrets. O(secrets).
    ///
    /// # Errors
    /// When there are too many of them to look for.
    pub(super) fn of(secrets: &'s Secrets) -> Result<Self, ReferralError> {
        Search::of(secrets).map(Self)
    }

    /// Looks into every text of the dossier, for what the document draws. O(texts).
    ///
    /// # Errors
    /// When it would give something away.
    pub(super) fn dossier(&self, dossier: &Dossier) -> Result<(), ReferralError> {
        let mut room = String::new();
        let found = said::texts(dossier).into_iter().find_map(|t| self.0.first(t, &mut room));
        found.map_or(Ok(()), |secret| Err(leak(DOCUMENT, secret)))
    }

    /// Looks into every file but the annex. O(bytes).
    ///
    /// # Errors
    /// The first file that would give something away.
    pub(super) fn files(&self, files: &[PackageFile]) -> Result<(), ReferralError> {
        if self.0.all.is_empty() {
            return Ok(());
        }
        let mut room = String::new();
        for file in files.iter().filter(|file| !file.path.starts_with(ANNEX)) {
            let name = self.0.first(&file.path, &mut room);
            if let Some(secret) = name.or_else(|| self.0.first(&plain(file), &mut room)) {
                return Err(leak(&file.path, secret));
            }
        }
        Ok(())
    }
}

fn leak(file: &str, secret: &Secret) -> ReferralError {
    ReferralError::Leak { file: file.to_owned(), what: secret.what.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    fn secrets(value: &str) -> Secrets {
        Secrets(vec![Secret {
            what: "the name of a bystander".to_owned(),
            value: value.to_owned(),
        }])
    }

    fn check(
        secrets: &Secrets,
        dossier: &Dossier,
        files: &[PackageFile],
    ) -> Result<(), ReferralError> {
        let gate = Gate::of(secrets)?;
        gate.dossier(dossier).and_then(|()| gate.files(files))
    }

    fn file(kind: &'static str, text: &str) -> PackageFile {
        PackageFile::new("x.csv", "x", kind, text.as_bytes().to_vec())
    }

    #[track_caller]
    fn check_found(value: &str, kind: &'static str, text: &str, expected: bool) {
        let dossier = sample::dossier(2);
        let found = check(&secrets(value), &dossier, &[file(kind, text)]);
        assert_eq!(found.is_err(), expected, "{value} in {text}");
        if let Err(error) = found {
            let told = error.to_string();
            assert!(told.contains("x.csv") && !told.contains(value), "{told}");
        }
    }

    #[test]
    fn a_withheld_value_is_found_however_it_is_written() {
        check_found("Mallory Grey", "text/csv", "a,\"MALLORY\n grey\",b", true);
        check_found("Mallory Grey", "text/csv", "a,Mallory Greyson,b", false);
        check_found("+1 202 555 0143", "text/csv", "call +1-202-555-0143.", true);
        check_found("202 555 0143", "text/csv", "92025550143", false);
        check_found("O\"Hara & Co", "application/json", "{\"x\":\"O\\\"Hara \\u0026 Co\"}", true);
        check_found("line\nbreak", "application/json", "{\"x\":\"line\\nbreak\"}", true);
        check_found("nbreak", "application/json", "{\"x\":\"line\\nbreak\"}", false);
        check_found("Zoë O'Hara", "application/graphml+xml", "<d>ZO&#xCB; O&apos;Hara</d>", true);
        check_found("Zoë O'Hara", "application/graphml+xml", "<d>a & b &amp; &;</d>", false);
        check_found("陈晓明", "text/plain", "他叫陈晓明吗", true);
        check_found("शर्मा", "text/plain", "अनिल शर्मा,", true);
        check_found("शर्म", "text/plain", "अनिल शर्मा,", false);
        check_found("", "text/plain", "anything", false);
        check_found("@@@", "text/plain", "any @@@ thing", false);
    }

    #[test]
    fn the_dossier_is_searched_for_what_the_document_draws_and_the_annex_is_not() {
        let mut dossier = sample::dossier(2);
        let annex = PackageFile::new(
            "annex-sealed/README.txt",
            "x",
            "text/plain",
            b"Mallory Grey".to_vec(),
        );
        assert!(check(&secrets("Mallory Grey"), &dossier, &[annex]).is_ok());
        assert!(check(&secrets("1990-01-02"), &dossier, &[]).is_ok(), "of the annex");
        dossier.decisions[0].why = "as mallory GREY said".to_owned();
        assert!(check(&secrets("Mallory Grey"), &dossier, &[]).is_err());
        dossier.decisions[0].why.clear();
        dossier.originals[1].bytes = b"{\"x\":\"Mallory Grey\"}".to_vec();
        assert!(check(&secrets("Mallory Grey"), &dossier, &[]).is_ok(), "a file, not a text");
    }
}
