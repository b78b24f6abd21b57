//! What else an entry tells about an organisation beside its names: where it is, its domains, what it is called for short.
//! With these a name that others bear too can be borne out. Not responsible for names (`names`).
//!
//! A place is what stands in brackets behind a name, the country of a domain, and any rare word of a full name
//! ("Pyongyang" of "Pyongyang University of Science and Technology").
//!
//! Invariant: a pure function of the entry.

use crate::{
    indicators::watch::{
        identifier::domain,
        spelling::{Sort, initials, is_rare, qualified, spell},
    },
    model::WatchEntry,
    normalize::fold,
    reference::{countries, organisation_words::is_generic},
};

/// What an entry tells about an organisation beside its names.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// Its domains.
    pub domains: Vec<String>,
    /// What it is called for short.
    short: Vec<String>,
    /// Words that say where or what it is.
    words: Vec<String>,
    /// Countries it is in.
    countries: Vec<&'static str>,
    /// Its full names in folded words, for finding them in a text.
    pub full: Vec<String>,
}

/// One name of an entry, to be matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EntryName {
    /// As given.
    pub text: String,
    /// Which of its names.
    pub standing: Standing,
}

/// Which of its names a name of an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// The value.
    Value,
    /// Another name, as good as the value.
    Alias,
    /// A name that others bear too.
    Weak,
}

/// The names of an entry and what else it tells. O(bytes).
pub(super) fn read(sort: Sort, entry: &WatchEntry) -> (Vec<EntryName>, Facts) {
    let mut names: Vec<EntryName> = Vec::new();
    let mut facts = Facts::default();
    let mut add = |text: &str, standing| names.push(EntryName { text: text.to_owned(), standing });
    let full = std::iter::once((&entry.value, Standing::Value))
        .chain(entry.aliases.iter().map(|alias| (alias, Standing::Alias)));
    for (text, standing) in full {
        if let Some(domain) = domain(text).filter(|_| !text.contains(' ')) {
            facts.countries.extend(country_of_domain(&domain));
            facts.domains.push(domain);
            continue;
        }
        match qualified(text) {
            Some((name, short)) if is_abbreviation(short) && !is_place(short) => {
                add(name, standing);
                facts.short.extend(spell(sort, short).map(|s| s.plain));
                facts.tell(sort, name);
            }
            Some((name, place)) => {
                // Whoever adds a place says that the name alone is not enough.
                add(&format!("{name}, {place}"), standing);
                add(name, Standing::Weak);
                facts.countries.extend(country(place));
                facts.words.extend(place_words(place));
                facts.tell(sort, &format!("{name}, {place}"));
            }
            None => {
                add(text, standing);
                facts.tell(sort, text);
            }
        }
    }
    for text in &entry.weak_aliases {
        if let Some(domain) = domain(text).filter(|_| !text.contains(' ')) {
            facts.countries.extend(country_of_domain(&domain));
            continue;
        }
        add(text, Standing::Weak);
        let spelled = spell(sort, text);
        facts.short.extend(spelled.map(|s| s.plain).filter(|plain| !plain.contains(' ')));
    }
    for list in [&mut facts.short, &mut facts.words, &mut facts.domains, &mut facts.full] {
        list.sort_unstable();
        list.dedup();
    }
    // Of what is weak and full, weak holds: somebody says that others bear it.
    let key = |name: &EntryName| spell(sort, &name.text).map(|s| s.words);
    let weak: Vec<_> =
        names.iter().filter(|n| n.standing == Standing::Weak).filter_map(&key).collect();
    names.retain(|n| n.standing == Standing::Weak || key(n).is_some_and(|k| !weak.contains(&k)));
    (names, facts)
}

impl Facts {
    /// Takes in a full name.
    fn tell(&mut self, sort: Sort, name: &str) {
        let Some(spelled) = spell(sort, name) else { return };
        if spelled.words.len() == 1 {
            self.short.push(spelled.plain);
            return;
        }
        let folded = fold::words(name);
        self.short.extend(folded.iter().map(|all| initials(all.split(' '))));
        self.short.push(initials(spelled.plain.split(' ')));
        self.words.extend(spelled.words.iter().filter(|w| is_rare(w)).cloned());
        self.full.extend(folded.map(String::from));
    }

    /// Whether a word is what it is called for short.
    pub fn is_short(&self, word: &str) -> bool {
        word.len() >= 2 && self.short.iter().any(|short| short == word)
    }

    /// Whether a word says where or what it is.
    pub fn says(&self, word: &str) -> bool {
        self.words.iter().any(|w| w == word)
            || country(word).is_some_and(|c| self.countries.contains(&c))
    }

    /// Whether a place that somebody gives with a name says the same, in all its words but general ones.
    pub fn is_in(&self, place: &str) -> bool {
        if country(place).is_some_and(|c| self.countries.contains(&c)) {
            return true;
        }
        let words = place_words(place);
        !words.is_empty() && words.iter().all(|w| self.says(w))
    }

    /// Whether a domain is one of its own, or under one.
    pub fn owns(&self, host: &str) -> bool {
        self.domains.iter().any(|domain| {
            host.strip_suffix(domain.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }
}

fn place_words(place: &str) -> Vec<String> {
    let spelled = spell(Sort::School, place);
    spelled.map_or_else(Vec::new, |s| s.words.into_iter().filter(|w| !is_generic(w)).collect())
}

/// Countries by names and abbreviations that lists use beside those of forms.
fn country(text: &str) -> Option<&'static str> {
    const OTHERS: &[(&str, &str)] = &[
        ("democratic peoples republic of korea", "KP"),
        ("dprk", "KP"),
        ("iran", "IR"),
        ("islamic republic of iran", "IR"),
        ("iraq", "IQ"),
        ("laos", "LA"),
        ("liberia", "LR"),
        ("north korea", "KP"),
        ("peoples republic of china", "CN"),
        ("prc", "CN"),
        ("russia", "RU"),
        ("russian federation", "RU"),
        ("syria", "SY"),
    ];
    let folded = fold::words(&text.replace('\'', ""))?;
    let other = OTHERS.iter().find(|(name, _)| *name == &*folded).map(|(_, code)| *code);
    other.or_else(|| countries::code(text))
}

fn country_of_domain(domain: &str) -> Option<&'static str> {
    let last = domain.rsplit('.').next().filter(|last| last.len() == 2)?;
    if last == "uk" { Some("GB") } else { countries::code(last) }
}

fn is_place(text: &str) -> bool {
    country(text).is_some()
}

/// Whether a text in brackets is an abbreviation: one word of capitals.
fn is_abbreviation(text: &str) -> bool {
    (2..=8).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_uppercase() || c == '.' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Grade, Moment, Tlp, WatchKind};

    fn entry(value: &str, aliases: &[&str], weak: &[&str]) -> WatchEntry {
        let owned = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect();
        WatchEntry {
            id: WatchEntry::id_of("x", WatchKind::Institution, value),
            list: "x".into(),
            kind: WatchKind::Institution,
            value: value.into(),
            aliases: owned(aliases),
            weak_aliases: owned(weak),
            reason: String::new(),
            source: String::new(),
            grade: Grade::High,
            tlp: Tlp::Clear,
            added: Moment(0),
            expires: None,
        }
    }

    #[test]
    fn places_come_from_brackets_domains_and_full_names() {
        let (names, facts) = read(
            Sort::School,
            &entry("Kim Chaek University of Technology", &["kut.edu.kp"], &["KUT"]),
        );
        assert_eq!(names.len(), 2);
        assert!(facts.is_in("North Korea") && facts.is_in("KP") && !facts.is_in("Seoul"));
        assert!(
            facts.owns("mail.kut.edu.kp") && !facts.owns("edu.kp") && !facts.owns("xkut.edu.kp")
        );
        let (_, facts) = read(
            Sort::School,
            &entry("Pyongyang University of Science and Technology", &[], &["PUST"]),
        );
        assert!(facts.is_in("Pyongyang City") && facts.is_short("pust") && !facts.is_in(""));
    }

    #[test]
    fn a_name_with_a_place_in_brackets_is_weak_without_it() {
        let (names, facts) =
            read(Sort::School, &entry("Hamilton University (Evanston, Wyoming)", &[], &[]));
        let told: Vec<_> = names.iter().map(|n| (n.text.as_str(), n.standing)).collect();
        assert_eq!(
            told,
            [
                ("Hamilton University, Evanston, Wyoming", Standing::Value),
                ("Hamilton University", Standing::Weak),
            ]
        );
        assert!(
            facts.is_in("Evanston, Wyoming") && facts.is_in("Wyoming") && !facts.is_in("Ontario")
        );
        let (names, _) =
            read(Sort::School, &entry("Massachusetts Institute of Technology (MIT)", &[], &[]));
        assert_eq!(names.len(), 1);
        let (names, _) = read(Sort::Firm, &entry("Independent Lab LLC", &[], &["Independent Lab"]));
        assert!(names.iter().all(|n| n.standing == Standing::Weak));
    }
}
