//! The last gate: nothing that is withheld may be in any file of a package. Not responsible for what is withheld
//! (`build`), nor for the search (`secrets`): a hit is a bug, or a text that a person wrote, and no package is made.
//!
//! Each file is searched as it is, with the escapes of its form undone, and with its lines joined. What a form compresses
//! or draws is searched in the dossier, from which alone it is written.
//!
//! Invariant: an error names the file and what sort of value it is, never the value.

use crate::referral::{
    Dossier, PackageFile, ReferralError, Secrets,
    package::{ANNEX, DOCUMENT, said},
};

/// The gate.
pub(super) struct Gate<'s>(pub(super) &'s Secrets);

impl Gate<'_> {
    /// Looks into every text of the dossier, for what the document draws. O(texts).
    ///
    /// # Errors
    /// When it would give something away.
    pub(super) fn dossier(&self, dossier: &Dossier) -> Result<(), ReferralError> {
        let found = said::texts(dossier).into_iter().find_map(|text| self.in_text(text));
        found.map_or(Ok(()), |what| Err(leak(DOCUMENT, what)))
    }

    /// Looks into every file but the annex. O(bytes).
    ///
    /// # Errors
    /// The first file that would give something away.
    pub(super) fn files<'f>(
        &self,
        files: impl IntoIterator<Item = &'f PackageFile>,
    ) -> Result<(), ReferralError> {
        if self.0.is_empty() {
            return Ok(());
        }
        for file in files.into_iter().filter(|file| !file.path.starts_with(ANNEX)) {
            let found = self
                .in_text(&file.path)
                .or_else(|| self.0.found_in(&file.bytes))
                .or_else(|| self.in_text(&plain(file)));
            if let Some(what) = found {
                return Err(leak(&file.path, what));
            }
        }
        Ok(())
    }

    fn in_text(&self, text: &str) -> Option<&str> {
        self.0.found_in(text.as_bytes()).or_else(|| self.0.found_in(joined(text).as_bytes()))
    }
}

fn leak(file: &str, what: &str) -> ReferralError {
    ReferralError::Leak { file: file.to_owned(), what: what.to_owned() }
}

/// The text in one line, with one blank between words: a value may be broken over lines.
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The text with the escapes of its form undone.
fn plain(file: &PackageFile) -> String {
    let text = String::from_utf8_lossy(&file.bytes);
    let (kind, ending) = (file.media_type, file.path.rsplit('.').next().unwrap_or_default());
    match ending {
        "graphml" | "gexf" => unmarked(&text),
        _ if kind.contains("json") => unescaped(&text),
        _ if kind.contains("xml") => unmarked(&text),
        _ if kind.contains("csv") => text.replace("\"\"", "\""),
        _ => text.into_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    fn secrets(value: &str) -> Secrets {
        Secrets::new([(value.to_owned(), "name of a bystander".to_owned())].into())
    }

    fn check(value: &str, dossier: &Dossier, files: &[PackageFile]) -> Result<(), ReferralError> {
        let secrets = secrets(value);
        let gate = Gate(&secrets);
        gate.dossier(dossier).and_then(|()| gate.files(files))
    }

    #[track_caller]
    fn check_found(value: &str, kind: &'static str, text: &str, expected: bool) {
        let file = PackageFile::new("x.txt", "x", kind, text.as_bytes().to_vec());
        let found = check(value, &sample::dossier(2), &[file]);
        assert_eq!(found.is_err(), expected, "{value} in {text}");
        if let Err(error) = found {
            let told = error.to_string();
            assert!(told.contains("x.txt") && !told.contains(value), "{told}");
        }
    }

    #[test]
    fn a_withheld_value_is_found_however_a_form_writes_it() {
        check_found("Mallory Grey", "text/plain", "said MALLORY\n    Grey.", true);
        check_found("Mallory Grey", "text/plain", "a,Mallory Greyson,b", false);
        check_found("The \"Grey\" one", "text/csv", "a,\"The \"\"Grey\"\" one\",b", true);
        check_found("O\"Hara & Co", "application/json", "{\"x\":\"O\\\"Hara \\u0026 Co\"}", true);
        check_found("line break", "application/json", "{\"x\":\"line\\nbreak\"}", true);
        check_found("O'Hara & Co", "application/graphml+xml", "<d>O&apos;Hara &amp; Co</d>", true);
        check_found("Zoë O'Hara", "application/graphml+xml", "<d>Zo&#xEB; O&#39;Hara</d>", true);
        check_found("Zoë O'Hara", "application/graphml+xml", "<d>a & b &amp; &;&", false);
        check_found("陈晓明的母亲和父亲", "text/plain", "他叫陈晓明的母亲和父亲吗", true);
    }

    #[test]
    fn the_dossier_is_searched_for_what_the_document_draws_and_the_annex_is_not() {
        let mut dossier = sample::dossier(2);
        let name = "annex-sealed/README.txt";
        let annex = PackageFile::new(name, "x", "text/plain", b"Mallory Grey".to_vec());
        assert!(check("Mallory Grey", &dossier, &[annex]).is_ok());
        assert!(check("1990-01-02", &dossier, &[]).is_ok(), "of the annex");
        dossier.decisions[0].why = "as mallory\nGREY said".to_owned();
        assert!(check("Mallory Grey", &dossier, &[]).is_err());
        dossier.decisions[0].why.clear();
        dossier.originals[1].bytes = b"{\"x\":\"Mallory Grey\"}".to_vec();
        assert!(check("Mallory Grey", &dossier, &[]).is_ok(), "a file, not a text");
    }
}
