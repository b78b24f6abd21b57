//! Schools and employers: one key for the names an organisation goes by. Not responsible for
//! whether it exists.
//!
//! Invariant: normalising a key gives the same key.

use super::fold::{clip, fold, is_nothing};
use crate::model::Organisation;
use crate::reference::institutions;

/// The school that a text names: the known one where the text is one of its names, else the words
/// in full.
#[must_use]
pub fn institution(text: &str) -> Option<Organisation> {
    let text = clip(text).trim();
    if is_nothing(text) {
        return None;
    }
    let whole = institutions::words(text);
    if let Some(key) = known_school(text, &whole) {
        return Some(Organisation { key: key.into() });
    }
    (whole.len() >= 2).then(|| Organisation { key: whole.into() })
}

/// The whole text, then what stands before the first separator, then what stands in brackets.
fn known_school(text: &str, whole: &str) -> Option<&'static str> {
    if let Some(key) = institutions::institution(whole) {
        return Some(key);
    }
    if let Some((before, inside)) = text.split_once('(') {
        let inside = inside.split(')').next().unwrap_or_default();
        for part in [before, inside] {
            if let Some(key) = institutions::institution(&institutions::words(part)) {
                return Some(key);
            }
        }
    }
    // "Stanford University, CA", but not "University of California, Berkeley", which is known as a
    // whole.
    for (at, _) in text
        .rmatch_indices([',', '|', ';', '/'])
        .chain(text.rmatch_indices(" - ").map(|(at, _)| (at, "")))
    {
        let raw = text.get(..at).unwrap_or_default();
        let before = institutions::words(raw);
        let acronym = raw.len() >= 3 && raw.chars().all(|c| c.is_ascii_uppercase());
        if (acronym || before.contains(' '))
            && let Some(key) = institutions::institution(&before)
        {
            return Some(key);
        }
    }
    None
}

/// Legal forms and similar words at the end of a firm's name.
const LEGAL_FORMS: &[&str] = &[
    "ab",
    "ag",
    "aps",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "dba",
    "doo",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "kk",
    "limitada",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "ooo",
    "oy",
    "oyj",
    "plc",
    "pllc",
    "private",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "se",
    "sl",
    "spa",
    "srl",
    "ug",
];

/// Names of one firm that words do not show to be one.
const FIRMS: &[(&str, &str)] = &[
    ("amazon com", "amazon"),
    ("amazon web services", "amazon"),
    ("aws", "amazon"),
    ("bofa", "bank of america"),
    ("ernst and young", "ey"),
    ("facebook", "meta"),
    ("general electric", "ge"),
    ("google com", "google"),
    ("hewlett packard", "hp"),
    ("international business machines", "ibm"),
    ("j p morgan", "jpmorgan chase"),
    ("jp morgan", "jpmorgan chase"),
    ("jp morgan chase", "jpmorgan chase"),
    ("jpmorgan", "jpmorgan chase"),
    ("meta platforms", "meta"),
    ("pricewaterhousecoopers", "pwc"),
    ("tata consultancy services", "tcs"),
];

/// Answers that name no organisation.
const NOT_FIRMS: &[&str] = &[
    "confidential",
    "freelance",
    "freelancer",
    "independent",
    "independent contractor",
    "n a",
    "none",
    "not employed",
    "private",
    "retired",
    "self",
    "self employed",
    "selfemployed",
    "student",
    "unemployed",
    "various",
];

/// The employer that a text names, without legal form; none for answers such as "self-employed". A
/// school that employs has the key it has as a school.
#[must_use]
pub fn employer(text: &str) -> Option<Organisation> {
    let text = clip(text).trim();
    if is_nothing(text) {
        return None;
    }
    let folded = fold(text);
    if ["university", "college", "institute of"].iter().any(|w| folded.contains(w))
        && let Some(key) = known_school(text, &institutions::words(text))
    {
        return Some(Organisation { key: key.into() });
    }
    let folded = folded.replace(['\'', '.'], "").replace('&', " and ");
    let folded = if text.contains(".com") { folded.replace("com", " com") } else { folded };
    let before = folded.split(['(', '|']).find(|part| !part.trim().is_empty())?;
    let mut words: Vec<&str> =
        before.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if words.len() > 1 && words.first() == Some(&"the") {
        words.remove(0);
    }
    while words.len() > 1
        && words.last().is_some_and(|w| *w == "and" || LEGAL_FORMS.binary_search(w).is_ok())
    {
        words.pop();
    }
    let key = words.join(" ");
    if key.len() < 2 || NOT_FIRMS.binary_search(&key.as_str()).is_ok() {
        return None;
    }
    let key = match FIRMS.binary_search_by(|(name, _)| (*name).cmp(key.as_str())) {
        Ok(at) => FIRMS.get(at).map_or(key.as_str(), |(_, firm)| firm).into(),
        Err(_) => key.into(),
    };
    Some(Organisation { key })
}

/// A degree as its usual abbreviation (`bs`, `ms`, `phd`, ...), or as folded words.
#[must_use]
pub fn degree(text: &str) -> Option<Box<str>> {
    if is_nothing(text) {
        return None;
    }
    let words = super::fold::words(text)?;
    let has = |stem: &str| words.split(' ').any(|w| w.starts_with(stem));
    let squeezed: String =
        words.split(' ').take_while(|w| w.len() <= 3 || matches!(*w, "tech")).collect();
    let level = match squeezed.as_str() {
        "bs" | "bsc" | "bsee" | "bscs" => "bs",
        "ms" | "msc" | "mscs" => "ms",
        "ba" => "ba",
        "ma" => "ma",
        "be" | "beng" | "btech" => "be",
        "me" | "meng" | "mtech" => "me",
        "phd" | "dphil" => "phd",
        "mba" => "mba",
        "aa" | "as" => "as",
        "ged" => "highschool",
        _ if has("phd") || has("doctor") => "phd",
        _ if has("mba") || (has("master") && has("business")) => "mba",
        _ if has("master") && has("art") => "ma",
        _ if has("master") && (has("engineer") || has("technolog")) => "me",
        _ if has("master") || has("msc") => "ms",
        _ if has("bachelor") && has("art") => "ba",
        _ if has("bachelor") && (has("engineer") || has("technolog")) => "be",
        _ if has("bachelor") || has("bsc") => "bs",
        _ if has("beng") || has("btech") => "be",
        _ if has("meng") || has("mtech") => "me",
        _ if has("associate") => "as",
        _ if words.contains("high school") || has("highschool") => "highschool",
        _ => return Some(words),
    };
    Some(level.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn same(parse: fn(&str) -> Option<Organisation>, texts: &[&str], key: &str) {
        for text in texts {
            let got = parse(text).map(|o| o.key);
            assert_eq!(got.as_deref(), Some(key), "{text}");
        }
        assert_eq!(parse(key).map(|o| o.key).as_deref(), Some(key), "the key itself");
    }

    #[test]
    fn the_names_of_one_school_agree() {
        same(
            institution,
            &[
                "MIT",
                "M.I.T.",
                "Massachusetts Inst. of Technology",
                "massachusetts institute of technology",
                "Massachusetts Institute of Technology (MIT)",
                "MIT, Cambridge, MA",
            ],
            "massachusetts institute technology",
        );
        same(
            institution,
            &[
                "UC Berkeley",
                "Univ. of California - Berkeley",
                "University of California, Berkeley",
                "University of California at Berkeley",
                "U.C. Berkeley",
            ],
            "university california berkeley",
        );
        same(
            institution,
            &["Stanford", "Stanford Univ.", "STANFORD UNIVERSITY, CA"],
            "stanford university",
        );
        same(institution, &["The Nowhere Acad. of Example"], "nowhere acad example");
        assert_eq!(institution("n/a"), None);
        assert_ne!(institution("University of Washington"), institution("Washington University"));
    }

    #[test]
    fn the_names_of_one_employer_agree() {
        same(
            employer,
            &[
                "Example Widgets, Inc.",
                "EXAMPLE WIDGETS LLC",
                "The Example Widgets Company",
                "Example Widgets GmbH & Co. KG",
            ],
            "example widgets",
        );
        same(employer, &["Amazon.com, Inc.", "AWS", "amazon"], "amazon");
        same(employer, &["IBM", "International Business Machines Corp."], "ibm");
        same(employer, &["O'Reilly & Sons"], "oreilly and sons");
        assert_eq!(employer("Self-Employed"), None);
        assert_eq!(employer("Freelance"), None);
        assert_eq!(employer("MIT University College"), employer("mit university college"));
    }

    #[test]
    fn degrees_have_one_abbreviation() {
        for (text, expected) in [
            ("B.S.", "bs"),
            ("BSc in Computer Science", "bs"),
            ("Bachelor of Science", "bs"),
            ("Master's degree", "ms"),
            ("M.S. Computer Science", "ms"),
            ("Ph.D.", "phd"),
            ("MBA", "mba"),
            ("Bachelor of Arts", "ba"),
            ("B.Tech", "be"),
            ("Bootcamp", "bootcamp"),
        ] {
            assert_eq!(degree(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_word_lists_are_sorted_so_that_binary_search_finds_them() {
        assert!(LEGAL_FORMS.windows(2).all(|w| w[0] < w[1]));
        assert!(NOT_FIRMS.windows(2).all(|w| w[0] < w[1]));
        assert!(FIRMS.windows(2).all(|w| w[0].0 < w[1].0));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let _ = (institution(&text), employer(&text), degree(&text));
        }
    }
}
