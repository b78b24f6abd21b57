//! When two name tokens may be one name: nicknames and romanisations. Not responsible for splitting
//! a name into tokens (`normalize::name`), nor for anything but equality: no table says anything
//! about a person.
//!
//! Invariant: `alias` is symmetric, and never holds between a token and itself.

use super::romanisation;
use super::table::rows;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// How two different tokens can be one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameAlias {
    /// One is a short form of the other, or both are short forms of one name: `bill`, `billy`,
    /// `william`.
    Nickname,
    /// Two spellings of one name: `lee`, `yi`; `sergei`, `sergey`.
    Romanisation,
}

/// Spellings of one name that letter rules do not reach.
const SPELLINGS: &[&[&str]] = &[
    &[
        "muhammad", "mohammed", "mohammad", "mohamed", "muhammed", "mohamad", "muhamad", "mohamud",
        "mohammod", "muhamed", "mehmet", "md",
    ],
    &["ahmed", "ahmad", "ahmet", "achmad"],
    &["hussein", "husain", "hussain", "hossein", "husein", "hosein", "hossain"],
    &["yusuf", "yousef", "youssef", "yousuf", "yosef", "yusef", "yousif"],
    &["omar", "umar", "omer"],
    &["osama", "usama"],
    &["othman", "uthman", "osman", "usman"],
    &["abdullah", "abdallah", "abdulla"],
    &["ibrahim", "ebrahim", "brahim"],
    &["khalid", "khaled"],
    &["said", "saeed", "sayed", "saied"],
    &["alexander", "aleksandr", "alexandr", "oleksandr", "aliaksandr", "aleksander", "alexandre"],
    &["alexei", "alexey", "aleksey", "aleksei", "oleksii", "oleksiy", "alexi"],
    &["andrei", "andrey", "andrii", "andriy"],
    &["nikolai", "nikolay", "mykola", "nikolaj"],
    &["nicholas", "nicolas", "nikolas"],
    &["sergei", "sergey", "serhii", "serhiy"],
    &["dmitry", "dmitri", "dmitriy", "dmytro", "dimitri", "dzmitry"],
    &["vladimir", "volodymyr", "uladzimir"],
    &["evgeny", "evgeni", "evgenii", "yevgeny", "yevgeniy", "yevhen"],
    &["yuri", "yury", "yuriy", "iurii", "yurii", "juri"],
    &["mikhail", "mykhailo", "michail", "mihail"],
    &["pavel", "pavlo"],
    &["petr", "pyotr", "petro", "piotr"],
    &["oleg", "oleh"],
    &["igor", "ihor"],
    &["ekaterina", "yekaterina", "kateryna", "katerina"],
    &["catherine", "katherine", "katharine", "kathryn", "catharine"],
    &["elena", "yelena", "olena"],
    &["helen", "helena"],
    &["natalia", "natalya", "nataliya", "nataliia"],
    &["yulia", "julia", "iuliia", "yuliya", "yuliia", "julija"],
    &["tatiana", "tatyana", "tetiana", "tetyana"],
    &["xenia", "ksenia", "kseniya", "kseniia"],
    &["stephen", "steven"],
    &["stefan", "stephan", "steffen"],
    &["john", "jon"],
    &["johann", "johan"],
    &["joseph", "josef"],
    &["jeffrey", "geoffrey", "jeffery", "geoffery"],
    &["philip", "phillip", "philippe"],
    &["sean", "shaun", "shawn"],
    &["christian", "kristian", "cristian"],
    &["kristen", "kristin", "kirsten", "kirstin", "christin", "christen"],
    &["eric", "erik", "erich", "erick"],
    &["carl", "karl"],
    &["mark", "marc"],
    &["marcus", "markus"],
    &["marco", "marko"],
    &["ann", "anne"],
    &["anna", "ana"],
    &["hanna", "hannah"],
    &["sara", "sarah", "sarra"],
    &["teresa", "theresa", "therese"],
    &["deborah", "debra", "debora"],
    &["alan", "allan", "allen"],
    &["brian", "bryan", "bryon"],
    &["louis", "lewis"],
    &["katelyn", "caitlin", "kaitlyn", "caitlyn", "katelin", "kaitlin"],
    &["gonzalez", "gonzales"],
    &["rodriguez", "rodrigues"],
    &["meyer", "meier", "maier", "mayer", "mayr"],
    &["schmidt", "schmitt", "schmid"],
    &["macdonald", "mcdonald"],
    &["choudhury", "chowdhury", "chaudhary", "chaudhry", "choudhary", "chaudhuri"],
    &["mukherjee", "mukherji", "mookerjee"],
    &["chatterjee", "chatterji"],
    &["lakshmi", "laxmi"],
    &["sharma", "sarma"],
];

struct Tables {
    /// Token to its range in `ids`.
    ranges: FxHashMap<&'static str, (u32, u32)>,
    ids: Vec<u32>,
    /// The tokens of each group below `pair_base`, sorted.
    members: Vec<Vec<&'static str>>,
    /// Ids below this are nickname groups.
    n_nicknames: u32,
    /// Ids from here on are pairs of given syllables, `base + a * n + b`; before them, single
    /// syllables.
    pair_base: u32,
    /// The numbers `0..`, so that a single id can be borrowed as a slice.
    numbers: Vec<u32>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut groups: FxHashMap<&'static str, Vec<u32>> = FxHashMap::default();
    let mut heads: FxHashMap<&'static str, u32> = FxHashMap::default();
    for [head, nickname] in rows::<2>(include_str!("../../seed_data/reference/nicknames.tsv")) {
        let next = u32::try_from(heads.len()).unwrap_or(u32::MAX);
        let id = *heads.entry(head).or_insert_with(|| {
            groups.entry(head).or_default().push(next);
            next
        });
        groups.entry(nickname).or_default().push(id);
    }
    let n_nicknames = u32::try_from(heads.len()).unwrap_or(u32::MAX);
    let mut base = n_nicknames;
    for &spellings in SPELLINGS {
        for &token in spellings {
            groups.entry(token).or_default().push(base);
        }
        base += 1;
    }
    for token in romanisation::family_tokens() {
        let ids = romanisation::families(token).iter().map(|id| base + id);
        groups.entry(token).or_default().extend(ids);
    }
    base += romanisation::family_count();
    let n = romanisation::coarse_count();
    let numbers = (0..base + n + n * n).collect();
    let mut sorted: Vec<(&'static str, Vec<u32>)> = groups.into_iter().collect();
    sorted.sort_unstable();
    let mut ranges = FxHashMap::default();
    let mut ids: Vec<u32> = Vec::new();
    let mut members: Vec<Vec<&'static str>> = vec![Vec::new(); base as usize];
    for (token, mut own) in sorted {
        if let Some((first, None)) = romanisation::coarse(token) {
            own.push(base + first);
        }
        own.sort_unstable();
        own.dedup();
        for id in &own {
            if let Some(group) = members.get_mut(*id as usize) {
                group.push(token);
            }
        }
        let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        ranges.insert(token, (at(ids.len()), at(ids.len() + own.len())));
        ids.extend(own);
    }
    Tables { ranges, ids, members, n_nicknames, pair_base: base, numbers }
});

/// The alias groups that a folded token belongs to, as small numbers that two aliases mostly share:
/// keys for blocking. A given name of two syllables has the one group of its syllables. The numbers
/// hold for this build only and must not be stored. O(token length).
#[must_use]
pub fn clusters(token: &str) -> &'static [u32] {
    let tables: &'static Tables = &TABLES;
    if let Some(&(from, to)) = tables.ranges.get(token) {
        return tables.ids.get(from as usize..to as usize).unwrap_or_default();
    }
    let n = romanisation::coarse_count();
    let at = match romanisation::coarse(token) {
        Some((first, None)) => tables.pair_base + first,
        Some((first, Some(second))) => tables.pair_base + n + first * n + second,
        None => return &[],
    };
    tables.numbers.get(at as usize..=at as usize).unwrap_or_default()
}

fn listed(token: &str) -> &'static [u32] {
    let tables: &'static Tables = &TABLES;
    let (from, to) = tables.ranges.get(token).copied().unwrap_or_default();
    tables.ids.get(from as usize..to as usize).unwrap_or_default()
}

/// Whether two different folded tokens may be one name, and how. O(token length).
#[must_use]
pub fn alias(a: &str, b: &str) -> Option<NameAlias> {
    if a == b || a.len() < 2 || b.len() < 2 {
        return None;
    }
    let (of_a, of_b) = (listed(a), listed(b));
    let mut romanised = false;
    for id in of_a.iter().filter(|id| of_b.contains(id)) {
        if *id < TABLES.n_nicknames {
            return Some(NameAlias::Nickname);
        }
        romanised |= *id < TABLES.pair_base;
    }
    (romanised || romanisation::same_given(a, b) || romanisation::same_letters(a, b))
        .then_some(NameAlias::Romanisation)
}

/// The listed tokens that may be one name with a folded token: its nicknames and other spellings, itself included. Of
/// groups of two syllables there is no list.
pub fn siblings(token: &str) -> impl Iterator<Item = &'static str> {
    let groups = listed(token).iter().filter_map(|&id| TABLES.members.get(id as usize));
    groups.flatten().copied()
}

/// A number that two tokens share when they differ only in letter choices of transliteration
/// (`mueller`, `muller`), which no cluster covers: a further key for blocking. XXH3 of the token's
/// skeleton, format version 1.
#[must_use]
pub fn spelling_key(token: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(romanisation::skeleton(token).as_bytes(), 1)
}

/// Whether a token spells a family name of the Korean or Chinese tables; used only to tell which
/// part of a name is the family's, since these are written in either order.
#[must_use]
pub fn is_family(token: &str) -> bool {
    !romanisation::families(token).is_empty()
}

/// Whether a token is one syllable of a Korean or Chinese given name, as these are written joined
/// or apart.
#[must_use]
pub fn is_given_syllable(token: &str) -> bool {
    romanisation::is_given_syllable(token)
}

/// The romanisation of one Hangul syllable of a given name, where the tables have it.
#[must_use]
pub fn given_of_hangul(syllable: &str) -> Option<&'static str> {
    romanisation::hangul_syllable(syllable)
}

/// The family name that one or two Hangul syllables write, romanised.
#[must_use]
pub fn family_of_hangul(text: &str) -> Option<&'static str> {
    romanisation::hangul_family(text)
}

/// The family name that one or two Han characters write, in Pinyin.
#[must_use]
pub fn family_of_han(text: &str) -> Option<&'static str> {
    romanisation::han_family(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, expected: Option<NameAlias>) {
        assert_eq!(alias(a, b), expected, "{a} {b}");
        assert_eq!(alias(b, a), expected, "{b} {a}");
    }

    #[test]
    fn nicknames_hold_in_both_directions_and_between_siblings_but_not_between_formal_names() {
        use NameAlias::Nickname;
        check("william", "bill", Some(Nickname));
        check("bill", "billy", Some(Nickname));
        check("robert", "bob", Some(Nickname));
        check("elizabeth", "liz", Some(Nickname));
        check("liz", "betty", Some(Nickname));
        check("william", "robert", None);
        check("bill", "bob", None);
        check("bill", "bill", None);
    }

    #[test]
    fn siblings_are_the_names_that_a_token_may_stand_for() {
        assert!(siblings("kenny").any(|s| s == "kenneth"));
        assert_eq!(siblings("zzzz").count(), 0);
    }

    #[test]
    fn romanisations_of_one_name_agree() {
        use NameAlias::Romanisation;
        check("lee", "yi", Some(Romanisation));
        check("kim", "gim", Some(Romanisation));
        check("park", "bak", Some(Romanisation));
        check("zhang", "cheung", Some(Romanisation));
        check("yujin", "yoojin", Some(Romanisation));
        check("mohammed", "muhammad", Some(Romanisation));
        check("sergei", "sergey", Some(Romanisation));
        check("kim", "park", None);
        check("smith", "jones", None);
    }

    #[test]
    fn aliases_share_a_cluster_so_that_blocking_finds_them() {
        for (a, b) in
            [("bill", "william"), ("lee", "yi"), ("yujin", "yoojin"), ("muhammad", "mohamed")]
        {
            assert!(clusters(a).iter().any(|id| clusters(b).contains(id)), "{a} {b}");
        }
        assert_eq!(spelling_key("mueller"), spelling_key("muller"));
        assert_ne!(spelling_key("mueller"), spelling_key("miller"));
        assert!(clusters("zzyzx").is_empty());
    }
}
