//! Spellings of one name in Latin letters: Korean and Chinese families and given syllables, and the
//! letter choices of transliteration (`sergei`, `sergey`). Not responsible for nicknames (`names`).
//!
//! Invariant: the tables only say that two spellings may be one name; nothing here says whose name
//! it is.

use super::table::rows;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A Korean given-name syllable: the syllables it may spell, and the one group all its readings
/// fall into.
#[derive(Debug, Clone, Default)]
struct Syllable {
    readings: Vec<u16>,
    coarse: u32,
}

/// Tables over folded tokens.
struct Tables {
    /// Token to the families it may spell, Korean and Chinese, sorted.
    families: FxHashMap<&'static str, Vec<u32>>,
    syllables: FxHashMap<&'static str, Syllable>,
    n_families: u32,
    n_coarse: u32,
    hangul_families: FxHashMap<&'static str, &'static str>,
    hangul_syllables: FxHashMap<&'static str, &'static str>,
    han_families: FxHashMap<&'static str, &'static str>,
}

const KOREAN: &str = include_str!("../../seed_data/reference/korean_romanization.tsv");
const CHINESE: &str = include_str!("../../seed_data/reference/chinese_romanization.tsv");

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut family_ids: FxHashMap<(&str, &str), u32> = FxHashMap::default();
    let mut families: FxHashMap<&'static str, Vec<u32>> = FxHashMap::default();
    let mut syllable_ids: FxHashMap<&str, u16> = FxHashMap::default();
    let mut syllables: FxHashMap<&'static str, Syllable> = FxHashMap::default();
    let mut hangul_families = FxHashMap::default();
    let mut hangul_syllables = FxHashMap::default();
    let mut han_families = FxHashMap::default();
    let mut family = |language: &'static str, cluster: &'static str, variant: &'static str| {
        let next = u32::try_from(family_ids.len()).unwrap_or(u32::MAX);
        let id = *family_ids.entry((language, cluster)).or_insert(next);
        let ids = families.entry(variant).or_default();
        if !ids.contains(&id) {
            ids.push(id);
            ids.sort_unstable();
        }
    };
    for [kind, hangul, cluster, variant] in rows::<4>(KOREAN) {
        if kind == "f" {
            family("ko", cluster, variant);
            hangul_families.entry(hangul).or_insert(cluster);
        } else {
            hangul_syllables.entry(hangul).or_insert(cluster);
            let next = u16::try_from(syllable_ids.len()).unwrap_or(u16::MAX);
            let id = *syllable_ids.entry(cluster).or_insert(next);
            let readings = &mut syllables.entry(variant).or_default().readings;
            if !readings.contains(&id) {
                readings.push(id);
            }
        }
    }
    for [han, cluster, variant] in rows::<3>(CHINESE) {
        family("zh", cluster, variant);
        if !han.is_empty() {
            han_families.entry(han).or_insert(cluster);
        }
    }
    let n_families = u32::try_from(family_ids.len()).unwrap_or(u32::MAX);
    let n_coarse = coarsen(&mut syllables, syllable_ids.len());
    Tables {
        families,
        syllables,
        n_families,
        n_coarse,
        hangul_families,
        hangul_syllables,
        han_families,
    }
});

/// Gives every spelling one group, such that two spellings with a common reading are in one group.
fn coarsen(syllables: &mut FxHashMap<&'static str, Syllable>, n_readings: usize) -> u32 {
    let mut parent: Vec<usize> = (0..n_readings).collect();
    fn root(parent: &[usize], mut at: usize) -> usize {
        while let Some(&above) = parent.get(at)
            && above != at
        {
            at = above;
        }
        at
    }
    for syllable in syllables.values() {
        if let Some((&first, rest)) = syllable.readings.split_first() {
            for &other in rest {
                let (a, b) = (root(&parent, first.into()), root(&parent, other.into()));
                if let Some(slot) = parent.get_mut(a.max(b)) {
                    *slot = a.min(b);
                }
            }
        }
    }
    let mut roots: Vec<usize> = (0..n_readings).map(|i| root(&parent, i)).collect();
    roots.sort_unstable();
    roots.dedup();
    for syllable in syllables.values_mut() {
        let at = syllable.readings.first().map_or(0, |&r| root(&parent, r.into()));
        syllable.coarse =
            roots.binary_search(&at).ok().and_then(|i| u32::try_from(i).ok()).unwrap_or(0);
    }
    u32::try_from(roots.len()).unwrap_or(u32::MAX)
}

/// The families that a token may spell, as ids below [`family_count`].
pub(super) fn families(token: &str) -> &'static [u32] {
    TABLES.families.get(token).map_or(&[], Vec::as_slice)
}

/// Number of family ids.
pub(super) fn family_count() -> u32 {
    TABLES.n_families
}

/// Number of coarse groups of given syllables.
pub(super) fn coarse_count() -> u32 {
    TABLES.n_coarse
}

/// Every token of the family tables.
pub(super) fn family_tokens() -> impl Iterator<Item = &'static str> {
    let tables: &'static Tables = &TABLES;
    tables.families.keys().copied()
}

/// The coarse groups of a token written as one or two given syllables; the longest first syllable
/// wins.
pub(super) fn coarse(token: &str) -> Option<(u32, Option<u32>)> {
    if let Some(whole) = TABLES.syllables.get(token) {
        return Some((whole.coarse, None));
    }
    splits(token).last().map(|(a, b)| (a.coarse, Some(b.coarse)))
}

fn splits(token: &str) -> impl Iterator<Item = (&'static Syllable, &'static Syllable)> {
    let tables: &'static Tables = &TABLES;
    let end = if token.len() <= 14 && token.is_ascii() { token.len() } else { 0 };
    (1..end).filter_map(move |at| {
        let (left, right) = token.split_at_checked(at)?;
        Some((tables.syllables.get(left)?, tables.syllables.get(right)?))
    })
}

/// Whether two tokens spell the same Korean given name, of one or two syllables.
pub(super) fn same_given(a: &str, b: &str) -> bool {
    fn meet(a: &Syllable, b: &Syllable) -> bool {
        a.readings.iter().any(|r| b.readings.contains(r))
    }
    if let (Some(x), Some(y)) = (TABLES.syllables.get(a), TABLES.syllables.get(b)) {
        return meet(x, y);
    }
    // Two spellings differ by a few letters at most.
    a.len().abs_diff(b.len()) <= 5
        && splits(a).any(|(a1, a2)| splits(b).any(|(b1, b2)| meet(a1, b1) && meet(a2, b2)))
}

/// Whether a token is one syllable of a Korean or Chinese given name.
pub(super) fn is_given_syllable(token: &str) -> bool {
    TABLES.syllables.contains_key(token) || is_pinyin(token)
}

/// The family name that one or two Hangul syllables write, romanised.
pub(super) fn hangul_family(text: &str) -> Option<&'static str> {
    TABLES.hangul_families.get(text).copied()
}

/// The romanisation of one Hangul syllable of a given name.
pub(super) fn hangul_syllable(text: &str) -> Option<&'static str> {
    TABLES.hangul_syllables.get(text).copied()
}

/// The family name that one or two Han characters write, in Pinyin.
pub(super) fn han_family(text: &str) -> Option<&'static str> {
    TABLES.han_families.get(text).copied()
}

const INITIALS: &[&str] = &[
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r",
    "z", "c", "s", "y", "w",
];
const FINALS: &[&str] = &[
    "a", "ai", "an", "ang", "ao", "e", "ei", "en", "eng", "i", "ia", "ian", "iang", "iao", "ie",
    "in", "ing", "iong", "iu", "o", "ong", "ou", "u", "ua", "uai", "uan", "uang", "ue", "ui", "un",
    "uo",
];

fn is_pinyin(token: &str) -> bool {
    INITIALS.iter().any(|initial| {
        token.strip_prefix(initial).is_some_and(|rest| FINALS.binary_search(&rest).is_ok())
    }) || matches!(token, "a" | "ai" | "an" | "ang" | "ao" | "e" | "en" | "er" | "ou")
}

/// Whether two tokens differ only in how letters were transliterated: `sergei`/`sergey`,
/// `mueller`/`muller`, `aleksei`/`alexey`. Both need four letters, and begin alike.
pub(super) fn same_letters(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // Nearly all pairs of tokens end here, so that comparing millions stays cheap.
    let first = |token: &str| match token.bytes().next() {
        Some(b'y' | b'j' | b'i' | b'd' | b'z') => b'i',
        Some(b'w' | b'v') => b'v',
        Some(b'q' | b'k' | b'h') => b'k',
        Some(b'p' | b'f') => b'f',
        Some(b's' | b't' | b'c') => b't',
        Some(b'o' | b'u') => b'u',
        other => other.unwrap_or(0),
    };
    short.len() >= 4
        && long.len() - short.len() <= 3
        && first(a) == first(b)
        && skeleton(a) == skeleton(b)
}

/// A token with one letter for each group of letters that transliterations choose among.
pub(super) fn skeleton(token: &str) -> String {
    let mut out = String::with_capacity(token.len());
    let mut rest = token;
    while let Some(c) = rest.chars().next() {
        const PAIRS: &[(&str, &str)] = &[
            ("sch", "sh"),
            ("tch", "ch"),
            ("tz", "ts"),
            ("ks", "x"),
            ("kh", "h"),
            ("ph", "f"),
            ("dj", "j"),
            ("dzh", "j"),
            ("zh", "j"),
            ("ck", "k"),
            ("ae", "a"),
            ("oe", "o"),
            ("ue", "u"),
            ("ou", "u"),
            ("oo", "u"),
            ("ee", "i"),
            ("yo", "io"),
            ("ya", "ia"),
            ("yu", "iu"),
            ("w", "v"),
            ("y", "i"),
            ("j", "i"),
            ("q", "k"),
        ];
        let (from, to) = PAIRS
            .iter()
            .find(|(from, _)| rest.starts_with(from))
            .map_or((c.len_utf8(), None), |(from, to)| (from.len(), Some(*to)));
        match to {
            Some(text) => {
                for c in text.chars() {
                    if !out.ends_with(c) {
                        out.push(c);
                    }
                }
            }
            None if !out.ends_with(c) => out.push(c),
            None => {}
        }
        rest = rest.get(from..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_given_names_agree_however_their_syllables_are_spelt() {
        for (a, b, same) in [
            ("yujin", "yoojin", true),
            ("young", "yeong", true),
            ("minyoung", "minyeong", true),
            ("jihoon", "jihun", true),
            ("yujin", "minjun", false),
            ("robert", "yujin", false),
        ] {
            assert_eq!(same_given(a, b), same, "{a} {b}");
            assert_eq!(same_given(b, a), same, "{b} {a}");
        }
    }

    #[test]
    fn letter_choices_of_transliteration_agree() {
        for (a, b, same) in [
            ("sergei", "sergey", true),
            ("dmitrii", "dmitry", true),
            ("yuri", "iurii", true),
            ("mueller", "muller", true),
            ("aleksei", "alexey", true),
            ("mikhail", "mihail", true),
            ("anna", "hanna", false),
            ("lee", "li", false),
            ("maria", "mario", false),
        ] {
            assert_eq!(same_letters(a, b), same, "{a} {b}: {} {}", skeleton(a), skeleton(b));
        }
    }

    #[test]
    fn syllables_of_given_names_are_recognised() {
        for token in ["yu", "jin", "xiao", "ming", "hyun"] {
            assert!(is_given_syllable(token), "{token}");
        }
        for token in ["robert", "anna", "smith"] {
            assert!(!is_given_syllable(token), "{token}");
        }
    }

    #[test]
    fn the_finals_are_sorted_so_that_binary_search_finds_them() {
        assert!(FINALS.windows(2).all(|w| w[0] < w[1]));
    }
}
