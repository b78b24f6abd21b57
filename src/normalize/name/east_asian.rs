//! Names written in Hangul or Han, or romanized from them: the family name last, the syllables of the given name
//! joined. Spelling alone: nothing is concluded from a name that takes one of these forms.
//!
//! Invariant: no syllable is added or lost, they only change places and are joined.

use crate::normalize::name::Word;
use crate::reference::names::{
    family_of_han, family_of_hangul, given_of_hangul, is_family, is_given_syllable,
};
use unicode_normalization::UnicodeNormalization;

/// A name in Hangul or Han characters, romanised with the family name last; none for other scripts.
pub(super) fn romanized(text: &str) -> Option<String> {
    let unified: String = text.nfkc().collect();
    let romanise = |text: &str| -> String {
        let mut buffer = [0; 4];
        let mut out = String::new();
        for c in text.chars() {
            match given_of_hangul(c.encode_utf8(&mut buffer)) {
                Some(known) => out.push_str(known),
                None => out.extend(
                    deunicode::deunicode_char(c)
                        .unwrap_or_default()
                        .chars()
                        .filter(char::is_ascii_alphabetic),
                ),
            }
        }
        out
    };
    let parts: Vec<&str> =
        unified.split(|c: char| !c.is_alphabetic()).filter(|p| !p.is_empty()).collect();
    let letters: Vec<char> = unified.chars().filter(|c| c.is_alphabetic()).collect();
    let hangul = letters.iter().all(|c| ('\u{ac00}'..='\u{d7a3}').contains(c));
    let han = letters.iter().all(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
    if !(hangul || han) || letters.len() < 2 {
        return None;
    }
    // Foreign names in these scripts are long, their parts divided by a dot.
    if letters.len() > 5 || (parts.len() > 1 && unified.contains(['·', '・'])) {
        return Some(parts.iter().map(|p| romanise(p)).collect::<Vec<_>>().join(" "));
    }
    let family_of = if hangul { family_of_hangul } else { family_of_han };
    let whole: String = letters.iter().collect();
    let at = |n: usize| whole.char_indices().nth(n).map_or(whole.len(), |(at, _)| at);
    let two = whole.get(..at(2)).filter(|t| letters.len() > 2 && family_of(t).is_some());
    // "유진 김": a single family character after a blank.
    let last = parts.last().filter(|p| {
        parts.len() == 2
            && p.chars().count() == 1
            && family_of(p).is_some()
            && parts.first().is_some_and(|f| f.chars().count() > 1)
    });
    let (family, given) = match last {
        Some(family) => (*family, *parts.first()?),
        None => {
            let family = two.or(whole.get(..at(1)))?;
            (family, whole.get(family.len()..)?)
        }
    };
    let romanised = romanise(given);
    let family = family_of(family).map_or_else(|| romanise(family), str::to_owned);
    Some(format!("{romanised} {family}"))
}

/// Families in the order of how common they are: where either end of a name could be the family,
/// the more common one is.
const COMMON_FAMILIES: &[&str] = &[
    "kim", "lee", "wang", "li", "zhang", "park", "liu", "chen", "choi", "yang", "huang", "zhao",
    "wu", "zhou", "xu", "sun", "ma", "zhu", "hu", "guo", "lin", "he", "gao", "luo", "zheng",
    "liang", "xie", "tang", "jung", "jeong", "kang", "cho", "yoon", "jang", "lim", "han", "shin",
    "kwon", "hwang", "ahn", "chan", "wong", "leung", "cheung", "lam", "chow", "lau", "tan",
    "chang", "tsai", "hsu", "song", "cao", "deng", "feng", "peng", "zeng", "xiao", "pan", "dong",
    "yuan", "cai", "jiang", "yu", "du", "ye",
];

/// Moves a family name written first ("Kim Yu-jin", "Wang Xiao Ming") last, where the writing shows
/// it.
pub(super) fn order(words: &mut [Word]) {
    if words.len() != 3 || words.iter().any(|w| w.text.len() < 2 && w.initial) {
        return;
    }
    let [first, second, third] = [0, 1, 2].map(|i| words.get(i).cloned());
    let (Some(first), Some(second), Some(third)) = (first, second, third) else { return };
    let syllable = |w: &Word| is_given_syllable(&w.text);
    let given_last = is_family(&first.text) && syllable(&second) && syllable(&third);
    if !given_last || second.hyphen {
        return;
    }
    let given_first = is_family(&third.text) && syllable(&first) && syllable(&second);
    let rank = |w: &Word| {
        COMMON_FAMILIES.iter().position(|f| *f == w.text).unwrap_or(COMMON_FAMILIES.len())
    };
    if third.hyphen || !given_first || rank(&first) < rank(&third) {
        words.rotate_left(1);
    }
}

/// Joins the two syllables of a given name before its family: "Yu Jin Kim" and "Yu-jin Kim" are
/// "yujin kim".
pub(super) fn join_syllables(words: &mut Vec<Word>) {
    let [Some(first), Some(second), Some(third), None] = [0, 1, 2, 3].map(|i| words.get(i)) else {
        return;
    };
    let joins = !first.initial
        && !second.initial
        && first.text.len() + second.text.len() > 2
        && is_family(&third.text)
        && is_given_syllable(&first.text)
        && is_given_syllable(&second.text)
        && !third.hyphen;
    if joins {
        let second = second.text.clone();
        if let Some(first) = words.first_mut() {
            first.text.push_str(&second);
        }
        words.remove(1);
    }
}
