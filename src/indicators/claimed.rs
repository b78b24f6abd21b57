//! The names that a claimed identity goes by, and how a name found elsewhere (on a profile, in a file, on an account) relates
//! to them. Not responsible for comparing two names (`idc`).
//!
//! Reads `full_name` and what was declared beside it: `other_names`, `preferred_name`, `former_name`, `maiden_name`, `alias`
//! and the list `name_other[]`.
//!
//! Invariant: only what looks like a person's full name is compared; a brand, a handle or a single word conflicts with nobody.

use crate::{
    indicators::{Dossier, NameTie, idc, profile_facts},
    model::PersonName,
    normalize::{fold::words, name},
};

/// Columns in which further names are declared.
const DECLARED: &[&str] =
    &["other_names", "preferred_name", "former_name", "maiden_name", "alias", "known_as"];

/// Words that stand in the names of firms, templates, accounts and pages, not of people. Sorted.
const NOT_OF_PEOPLE: &[&str] = &[
    "account",
    "admin",
    "agency",
    "ai",
    "app",
    "bank",
    "bot",
    "career",
    "careers",
    "co",
    "code",
    "coder",
    "coding",
    "college",
    "community",
    "company",
    "consulting",
    "corp",
    "cv",
    "data",
    "design",
    "dev",
    "developer",
    "digital",
    "engineer",
    "engineering",
    "enterprise",
    "enterprises",
    "first",
    "foundation",
    "freelance",
    "github",
    "gmbh",
    "group",
    "guy",
    "holding",
    "holdings",
    "home",
    "hq",
    "hr",
    "inc",
    "institute",
    "job",
    "jobs",
    "lab",
    "labs",
    "last",
    "limited",
    "linkedin",
    "llc",
    "llp",
    "ltd",
    "media",
    "ml",
    "my",
    "name",
    "official",
    "online",
    "open",
    "page",
    "partners",
    "payroll",
    "pc",
    "portfolio",
    "pro",
    "profile",
    "programmer",
    "project",
    "real",
    "recruiting",
    "resume",
    "resumes",
    "school",
    "senior",
    "service",
    "services",
    "software",
    "solutions",
    "studio",
    "studios",
    "support",
    "systems",
    "team",
    "tech",
    "technologies",
    "technology",
    "template",
    "templates",
    "the",
    "university",
    "user",
    "username",
    "ventures",
    "web",
    "work",
    "works",
    "your",
];

/// The names that an identity goes by, as claimed and as declared. O(applications).
pub(crate) fn names(dossier: &Dossier<'_>) -> Vec<PersonName> {
    let mut all: Vec<PersonName> = Vec::new();
    for subject in &dossier.subjects {
        all.extend(subject.name().cloned());
        let columns = DECLARED.iter().filter_map(|column| subject.record.extra(column));
        let listed = subject.application.nested.get("name_other");
        let listed = listed.and_then(|text| serde_json::from_str::<Vec<String>>(text).ok());
        for text in columns.map(str::to_owned).chain(listed.unwrap_or_default()) {
            all.extend(text.split(';').filter_map(name::parse));
        }
    }
    all.dedup();
    all
}

/// The full name of a person that a text is; none for a single word, a brand, a handle.
pub(crate) fn full_name(text: &str) -> Option<PersonName> {
    if text.chars().any(|c| c.is_ascii_digit()) || is_not_of_people(text) {
        return None;
    }
    let name = name::parse(text)?;
    let whole = name.tokens.iter().filter(|t| t.len() > 1).count();
    (whole >= 2 && name.tokens.len() <= 6).then_some(name)
}

/// Whether a text has a word of firms, templates or accounts.
pub(crate) fn is_not_of_people(text: &str) -> bool {
    let words = words(text).unwrap_or_default();
    words.split(' ').any(|word| NOT_OF_PEOPLE.binary_search(&word).is_ok())
}

/// The same, and what a profile showed before it was renamed to one of these: where an old name turns up again, the renaming
/// is the one thing to look at, and is told by the profile.
pub(crate) fn names_and_former(dossier: &Dossier<'_>) -> Vec<PersonName> {
    let mut all = names(dossier);
    let profiles: Vec<_> = dossier.subjects.iter().flat_map(profile_facts::of).collect();
    let mut former = Vec::new();
    for profile in &profiles {
        for change in &profile.renamed {
            let to = change.to.as_deref().or(profile.display_name.as_deref());
            let own = to.and_then(|to| against(to, &all)).is_some_and(|t| t != NameTie::Conflict);
            if own {
                former.extend(change.from.as_deref().and_then(full_name));
            }
        }
    }
    all.extend(former);
    all
}

/// How a text relates to the nearest of these names; none when it is no full name, or there is none to compare it with.
pub(crate) fn against(text: &str, names: &[PersonName]) -> Option<NameTie> {
    let found = full_name(text)?;
    names.iter().filter_map(|name| idc::tie(&found, name)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_full_names_of_people_are_compared() {
        let own = [name::parse("Jane Doe").unwrap(), name::parse("Jane Smith").unwrap()];
        for (text, expected) in [
            ("Marcus Bell", Some(NameTie::Conflict)),
            ("Janie Smith-Jones", Some(NameTie::Compatible)),
            ("Kate Smith", Some(NameTie::Partly)),
            ("Smith, Jane", Some(NameTie::Same)),
            ("Kevin D.", None),
            ("codewizard", None),
            ("Maplelight Templates", None),
            ("Acme Studio LLC", None),
            ("user 4711", None),
        ] {
            assert_eq!(against(text, &own), expected, "{text}");
        }
        assert_eq!(against("Marcus Bell", &[]), None);
    }

    #[test]
    fn the_words_are_sorted_so_that_binary_search_finds_them() {
        assert!(NOT_OF_PEOPLE.is_sorted());
    }
}
