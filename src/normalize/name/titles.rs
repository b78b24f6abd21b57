//! What surrounds a name on forms: titles, credentials, generations. Not responsible for the name itself.
//!
//! Invariant: a name that is nothing but one such word stays a name.

use crate::normalize::name::Word;

/// Words before a name.
pub(super) fn is_title(word: &str) -> bool {
    matches!(
        word,
        "mr" | "mrs"
            | "ms"
            | "miss"
            | "mx"
            | "dr"
            | "prof"
            | "professor"
            | "sir"
            | "madam"
            | "rev"
            | "hon"
            | "herr"
            | "frau"
            | "dipl"
            | "ing"
            | "engr"
            | "sr"
            | "sra"
            | "srta"
            | "monsieur"
            | "mme"
            | "shri"
            | "smt"
    )
}

/// Degrees and certificates after a name.
pub(super) fn is_credential(word: &str) -> bool {
    matches!(
        word,
        "phd"
            | "mba"
            | "md"
            | "pmp"
            | "cpa"
            | "esq"
            | "esquire"
            | "jd"
            | "dds"
            | "cissp"
            | "msc"
            | "bsc"
            | "mph"
            | "cfa"
            | "csm"
            | "llm"
            | "llb"
            | "dphil"
            | "meng"
            | "beng"
            | "btech"
            | "mtech"
            | "pe"
            | "rn"
            | "csp"
            | "cism"
            | "shrm"
            | "ccna"
            | "ccie"
            | "dvm"
            | "dmd"
            | "edd"
            | "acca"
            | "bsn"
            | "msn"
    )
}

/// Credentials too short to be told from names, except after a comma.
fn is_short_credential(word: &str) -> bool {
    matches!(word, "ma" | "ba" | "bs" | "ms" | "be" | "me" | "ca" | "do" | "ed" | "bba" | "mfa")
}

/// Takes titles off the front and credentials off the end, but never the whole of a name.
pub(super) fn strip_titles(words: &mut Vec<Word>, after_comma: bool) {
    while words.len() > 1
        && words.first().is_some_and(|w| is_title(&w.text) || is_credential(&w.text))
    {
        words.remove(0);
    }
    if after_comma
        && words.iter().all(|w| {
            is_credential(&w.text)
                || is_short_credential(&w.text)
                || (is_title(&w.text) && w.text != "sr")
        })
    {
        words.clear();
    }
    let keep = if after_comma { 1 } else { 2 };
    while words.len() > keep && words.last().is_some_and(|w| is_credential(&w.text)) {
        words.pop();
    }
}

/// The canonical form of junior, senior and their like.
pub(super) fn generation(word: &str) -> Option<&'static str> {
    Some(match word {
        "jr" | "junior" | "jnr" => "jr",
        "sr" | "senior" | "snr" => "sr",
        "ii" | "nd" => "ii",
        "iii" | "rd" => "iii",
        "iv" => "iv",
        "v" => "v",
        _ => return None,
    })
}
