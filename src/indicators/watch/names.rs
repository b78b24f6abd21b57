//! Finding names of organisations among watched ones, fast: by the whole name, by the school it is known to be, by the same
//! words in any order, and last by a rare word, mistyped too. Not responsible for judging a pair (`compare`).
//!
//! A rare word is found with slips by what remains of its beginning when letters are left out, which is the same for both
//! spellings. Looking a name up does not depend on how many entries there are, but on how many share its rare words.
//!
//! Invariant: the same names in any order give the same answers; a claim that is a known school's name is never a slip for
//! another school's.

use crate::{
    indicators::watch::{
        compare::{Fit, Target, fit, is_around},
        facts::{EntryName, Facts, Standing},
        remains::remains,
        spelling::{Sort, Spelled, initials, spell},
        word::{Known, Word, alike, bound},
    },
    reference::institutions,
};
use rustc_hash::FxHashMap;

/// Shortest abbreviation that is taken for a name by itself.
const SHORTEST: usize = 2;

/// Words cut off behind a known school's name at most.
const MOST_CUT: usize = 4;

/// One watched name.
#[derive(Debug, Clone)]
pub(super) struct Named {
    /// Its entry, by its place.
    pub entry: u32,
    /// As given.
    pub text: Box<str>,
    /// Which of the names of its entry.
    pub standing: Standing,
    plain: Box<str>,
    words: Box<[Word]>,
    /// The same as numbers.
    numbers: Box<[u32]>,
    /// Whether a general word of it is of another language than English.
    foreign: bool,
    /// The known school whose name it is.
    school: Option<&'static str>,
}

/// A watched name that a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// The name, by its place.
    pub name: u32,
    /// How well it fits.
    pub fit: Fit,
    /// Whether it was found by being a name of the same known school.
    pub known: bool,
    /// Whether the claim itself bears out a name that others bear too.
    pub borne_out: bool,
}

/// Watched names, ready to be looked up.
#[derive(Debug, Clone)]
pub(super) struct NameIndex {
    sort: Sort,
    names: Vec<Named>,
    /// What each entry tells beside its names.
    facts: Vec<Facts>,
    /// Names by their words as written.
    exact: FxHashMap<Box<str>, Vec<u32>>,
    /// Names by their words in alphabetical order.
    sorted: FxHashMap<Box<str>, Vec<u32>>,
    /// Names by the school they are known to be of.
    known: FxHashMap<&'static str, Vec<u32>>,
    /// The words of names, by number.
    words: FxHashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
    /// Names by the two words of them that are rarest.
    having: Vec<Vec<u32>>,
    /// Names by neighboring words written together.
    joints: FxHashMap<Box<str>, Vec<u32>>,
    /// What remains of words when letters are left out, as ranges of `remains`.
    ranges: FxHashMap<u64, (u32, u32)>,
    remains: Vec<u32>,
}

impl NameIndex {
    /// The index of these names, each entry's beside what else it tells. O(names × letters).
    pub fn new(sort: Sort, entries: Vec<(Vec<EntryName>, Facts)>) -> Self {
        let mut index = Self {
            sort,
            names: Vec::new(),
            facts: Vec::with_capacity(entries.len()),
            exact: FxHashMap::default(),
            sorted: FxHashMap::default(),
            known: FxHashMap::default(),
            words: FxHashMap::default(),
            texts: Vec::new(),
            having: Vec::new(),
            joints: FxHashMap::default(),
            ranges: FxHashMap::default(),
            remains: Vec::new(),
        };
        for (at, (names, facts)) in entries.into_iter().enumerate() {
            let entry = u32::try_from(at).unwrap_or(u32::MAX);
            index.facts.push(facts);
            for EntryName { text, standing } in names {
                index.add(entry, &text, standing);
            }
        }
        index.add_words();
        index.add_remains();
        index
    }

    fn add(&mut self, entry: u32, text: &str, standing: Standing) {
        let Some(Spelled { plain, words, foreign }) = spell(self.sort, text) else { return };
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.exact.entry(plain.as_str().into()).or_default().push(number);
        self.sorted.entry(sorted(&words).into()).or_default().push(number);
        // An abbreviation may be that of a known school elsewhere.
        let tells =
            standing == Standing::Value || (standing == Standing::Alias && plain.contains(' '));
        let school = match self.sort {
            Sort::School if tells => institutions::institution(&plain),
            _ => None,
        };
        if let Some(key) = school {
            self.known.entry(key).or_default().push(number);
        }
        let numbers = words.iter().map(|word| self.word(word)).collect();
        self.names.push(Named {
            entry,
            text: text.into(),
            standing,
            plain: plain.into(),
            words: words.iter().map(|word| Word::new(word)).collect(),
            numbers,
            foreign,
            school,
        });
    }

    /// The number of a word.
    fn word(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.words.get(word) {
            return number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.words.insert(word.into(), number);
        self.texts.push(word.into());
        self.having.push(Vec::new());
        number
    }

    /// Puts each name under its two rarest words, and under neighbors written together.
    fn add_words(&mut self) {
        let mut counts: FxHashMap<&str, u32> = FxHashMap::default();
        for word in self.names.iter().flat_map(|n| &n.words) {
            *counts.entry(&word.text).or_default() += 1;
        }
        let mut under: Vec<(u32, u32)> = Vec::new();
        for (number, name) in (0..).zip(&self.names) {
            let rarity = |word: &&str| {
                let here = counts.get(*word).copied().unwrap_or(0);
                (
                    here + institutions::frequency(word),
                    std::cmp::Reverse(word.len()),
                    (*word).to_owned(),
                )
            };
            let is_rare = |word: &&Word| word.rare;
            let words = || name.words.iter();
            let mut rare: Vec<&str> = words().filter(is_rare).map(|w| &*w.text).collect();
            if rare.is_empty() {
                rare.extend(words().map(|w| &*w.text));
            }
            rare.sort_by_cached_key(rarity);
            rare.dedup();
            let rarest = rare.into_iter().take(2).filter_map(|word| self.words.get(word));
            under.extend(rarest.map(|&word| (word, number)));
            for two in name.words.windows(2) {
                if let [a, b] = two
                    && (a.rare || b.rare)
                {
                    let joint = [&*a.text, &*b.text].concat();
                    self.joints.entry(joint.into()).or_default().push(number);
                }
            }
            for three in name.words.windows(3).filter(|w| w.iter().all(|w| w.rare)) {
                let joint: String = three.iter().map(|w| &*w.text).collect();
                self.joints.entry(joint.into()).or_default().push(number);
            }
        }
        for (word, name) in under {
            if let Some(names) = self.having.get_mut(word as usize) {
                names.push(name);
            }
        }
    }

    fn add_remains(&mut self) {
        let mut all: Vec<(u64, u32)> = Vec::new();
        for ((number, word), having) in (0..).zip(&self.texts).zip(&self.having) {
            if having.is_empty() {
                continue;
            }
            remains(word, bound(self.sort, word.len()), &mut |key| all.push((key, number)));
        }
        all.sort_unstable();
        all.dedup();
        let mut from = 0;
        for run in all.chunk_by(|a, b| a.0 == b.0) {
            let to = from + u32::try_from(run.len()).unwrap_or(0);
            if let Some((key, _)) = run.first() {
                self.ranges.insert(*key, (from, to));
            }
            from = to;
        }
        self.remains = all.into_iter().map(|(_, number)| number).collect();
    }

    /// One watched name.
    pub fn name(&self, number: u32) -> Option<&Named> {
        self.names.get(number as usize)
    }

    /// What an entry tells beside its names.
    pub fn facts(&self, entry: u32) -> Option<&Facts> {
        self.facts.get(entry as usize)
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The watched names that a claim is, for each entry the one that fits best, weak ones only where none else does;
    /// entries that fit less well than another are left out. O(words of the claim, and names that share its rare words).
    pub fn find(&self, text: &str) -> Vec<Found> {
        if self.is_empty() {
            return Vec::new();
        }
        let Some(claim) = spell(self.sort, text) else { return Vec::new() };
        let mut found: Vec<Found> = Vec::new();
        let as_is = |name: u32, known| Found { name, fit: Fit::default(), known, borne_out: false };
        for &name in self.exact.get(claim.plain.as_str()).into_iter().flatten() {
            found.push(as_is(name, false));
        }
        let school = match self.sort {
            Sort::School => institutions::institution(&claim.plain),
            Sort::Firm => None,
        };
        if let Some(names) = school.and_then(|key| self.known.get(key)) {
            found.extend(names.iter().map(|&name| as_is(name, true)));
        }
        let asked = self.ask(&claim);
        let only_weak = |found: &[Found]| found.iter().all(|f| self.is_weak(f.name));
        if only_weak(&found) {
            found.extend(self.in_other_words(&asked, school));
        }
        if only_weak(&found) && (school.is_none() || claim.foreign) {
            let others = self.alike(&asked);
            // A known school's name may be another of the same in another language, and never a slip.
            let fits = |f: &Found| {
                let other = self.name(f.name).is_some_and(|n| n.foreign != claim.foreign);
                school.is_none() || (other && f.fit.slips == 0 && f.fit.around == 0)
            };
            found.extend(others.into_iter().filter(fits));
        }
        if only_weak(&found) && school.is_none() {
            found.extend(self.around_a_known(&claim));
        }
        self.best(found)
    }

    fn is_weak(&self, name: u32) -> bool {
        self.name(name).is_none_or(|n| n.standing == Standing::Weak)
    }

    /// Names of the same words in another order or language. In one language the order may make another school, where one is
    /// known; in two the known ones are one school's.
    fn in_other_words(&self, asked: &Asked<'_>, school: Option<&str>) -> Vec<Found> {
        let claim = asked.claim;
        let names = self.sorted.get(sorted(&claim.words).as_str()).into_iter().flatten();
        let another = |name: &Named| {
            claim.foreign == name.foreign && school.is_some_and(|own| name.school != Some(own))
        };
        let one = |&number: &u32| {
            let other = self.sort == Sort::School && self.name(number).is_some_and(another);
            if other { None } else { self.compare(asked, number) }
        };
        names.filter_map(one).collect()
    }

    /// Names of a known school whose name a claim begins with, a place or a part of it behind.
    fn around_a_known(&self, claim: &Spelled) -> Vec<Found> {
        let mut rest = claim.plain.as_str();
        for around in 1..=MOST_CUT {
            let Some((before, _)) = rest.rsplit_once(' ') else { break };
            rest = before;
            if !rest.contains(' ') {
                break;
            }
            let key = institutions::institution(rest).filter(|key| *key == rest);
            let Some(names) = key.and_then(|key| self.known.get(key)) else { continue };
            let behind = claim.plain.get(rest.len()..).unwrap_or_default();
            if !is_around(behind.split_whitespace()) {
                break;
            }
            let fit = Fit { around, ..Fit::default() };
            let found = |&name: &u32| Found { name, fit, known: true, borne_out: false };
            return names.iter().map(found).collect();
        }
        Vec::new()
    }

    /// Names that share a rare word, mistyped too.
    fn alike(&self, asked: &Asked<'_>) -> Vec<Found> {
        let claim = asked.claim;
        let mut candidates: Vec<u32> = Vec::new();
        let mut tried: Vec<u32> = Vec::new();
        let mut try_word = |number: u32| {
            if !tried.contains(&number) {
                tried.push(number);
                candidates.extend(self.having.get(number as usize).into_iter().flatten());
            }
        };
        for (word, number) in asked.words.iter().zip(&asked.numbers) {
            if let Some(number) = *number {
                try_word(number);
            } else if word.known == Known::No {
                remains(&word.text, bound(self.sort, word.text.len()), &mut |key| {
                    let range = self.ranges.get(&key).copied().unwrap_or_default();
                    let numbers = self.remains.get(range.0 as usize..range.1 as usize);
                    numbers.into_iter().flatten().for_each(|&number| try_word(number));
                });
            }
        }
        let mut joined = String::new();
        for (from, _) in claim.words.iter().enumerate() {
            joined.clear();
            for (n, word) in claim.words[from..].iter().take(3).enumerate() {
                joined.push_str(word);
                if n > 0
                    && let Some(&number) = self.words.get(joined.as_str())
                {
                    try_word(number);
                }
            }
        }
        for word in &claim.words {
            candidates.extend(self.joints.get(word.as_str()).into_iter().flatten());
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates.into_iter().filter_map(|name| self.compare(asked, name)).collect()
    }

    /// A claim ready to be compared with many names.
    fn ask<'a>(&self, claim: &'a Spelled) -> Asked<'a> {
        let numbers: Vec<Option<u32>> =
            claim.words.iter().map(|word| self.words.get(word.as_str()).copied()).collect();
        Asked { claim, words: claim.words.iter().map(|word| Word::new(word)).collect(), numbers }
    }

    fn compare(&self, asked: &Asked<'_>, number: u32) -> Option<Found> {
        let (claim, name) = (asked.claim, self.name(number)?);
        if claim.foreign == name.foreign && asked.lacks_a_word_of(self.sort, name) {
            return None;
        }
        let facts = self.facts(name.entry)?;
        let weak = name.standing == Standing::Weak;
        let own = || initials(name.words.iter().map(|w| &*w.text));
        let target = Target {
            sort: self.sort,
            words: &name.words,
            weak,
            two_languages: claim.foreign != name.foreign,
            short: &|word| word.len() >= SHORTEST && (facts.is_short(word) || word == own()),
            says: &|word| facts.says(word),
        };
        let fit = fit(&asked.words, &target)?;
        if fit.around > 0 && !weak && self.is_another(claim, name) {
            return None;
        }
        // In one language the order may make another school.
        if self.sort == Sort::School
            && fit.reordered
            && claim.foreign == name.foreign
            && institutions::is_beginning(&claim.plain)
        {
            return None;
        }
        Some(Found { name: number, fit, known: false, borne_out: weak && fit.around > 0 })
    }

    /// Whether the beginning of a claim is the name of a known school that is not the entry's, so that what seems to stand
    /// around a name is part of another.
    fn is_another(&self, claim: &Spelled, name: &Named) -> bool {
        if self.sort == Sort::Firm {
            return false;
        }
        let mut rest = claim.plain.as_str();
        for _ in 0..MOST_CUT {
            let Some((before, _)) = rest.rsplit_once(' ') else { return false };
            rest = before;
            if rest.len() < name.plain.len() || !rest.contains(' ') {
                return false;
            }
            if let Some(key) = institutions::institution(rest) {
                let own = self.known.get(key).into_iter().flatten();
                return own.filter_map(|&n| self.name(n)).all(|n| n.entry != name.entry);
            }
        }
        false
    }

    /// For each entry the name that fits best, and of entries those that fit as well as any.
    fn best(&self, mut found: Vec<Found>) -> Vec<Found> {
        let rank = |f: &Found| {
            let standing = self.name(f.name).map_or(Standing::Weak, |n| n.standing);
            let as_written = f.fit == Fit::default() && !f.known;
            (standing == Standing::Weak, f.fit, !as_written, standing)
        };
        found.sort_by_key(|f| (rank(f), f.name));
        let Some(least) = found.first().map(|f| (rank(f).0, f.fit)) else { return found };
        let mut entries: Vec<u32> = Vec::new();
        found.retain(|f| {
            let (weak, fit, ..) = rank(f);
            let entry = self.name(f.name).map_or(u32::MAX, |n| n.entry);
            // A name that others bear too may be any of theirs.
            let fits = if weak { true } else { (weak, fit) == least };
            fits && !entries.contains(&entry) && {
                entries.push(entry);
                true
            }
        });
        found
    }
}

/// A claim ready to be compared with many names.
struct Asked<'a> {
    claim: &'a Spelled,
    /// Its words.
    words: Vec<Word>,
    /// The same as numbers; none for those that no name has.
    numbers: Vec<Option<u32>>,
}

impl Asked<'_> {
    /// Whether a name of the same language has a word that no word of the claim can stand for, as far as that shows at a
    /// glance.
    fn lacks_a_word_of(&self, sort: Sort, name: &Named) -> bool {
        let of_name = name.numbers.iter().zip(&name.words);
        let missing = of_name.filter(|(number, _)| !self.numbers.contains(&Some(**number)));
        let missing: Vec<&Word> = missing.map(|(_, word)| word).collect();
        if missing.is_empty() {
            return false;
        }
        let of_claim = self.numbers.iter().zip(&self.words);
        let is_spare = |number: &Option<u32>| number.is_none_or(|n| !name.numbers.contains(&n));
        let spare: Vec<&Word> =
            of_claim.filter(|(number, _)| is_spare(number)).map(|(_, word)| word).collect();
        let may_be_joined = spare.iter().any(|a| missing.iter().any(|b| begins_with(a, b)));
        if may_be_joined {
            return false;
        }
        let stands = |name: &&Word| spare.iter().any(|w| w.is_open() && may_be(sort, w, name));
        !missing.iter().all(stands)
    }
}

/// Whether one of two words begins with the other, as words written together begin with their parts.
fn begins_with(a: &Word, b: &Word) -> bool {
    a.text.starts_with(&*b.text) || b.text.starts_with(&*a.text)
}

/// Whether a word of a claim may stand for a word of a name of the same language.
fn may_be(sort: Sort, claim: &Word, name: &Word) -> bool {
    alike(sort, false, claim, name).is_some()
        || claim.text.strip_prefix(['d', 'l']).is_some_and(|w| *w == *name.text)
}

fn sorted(words: &[String]) -> String {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(names: &[(&str, Standing)]) -> NameIndex {
        let entries = names.iter().map(|(text, standing)| {
            (vec![EntryName { text: (*text).to_owned(), standing: *standing }], Facts::default())
        });
        NameIndex::new(Sort::School, entries.collect())
    }

    fn told(index: &NameIndex, claim: &str) -> Vec<String> {
        index.find(claim).iter().map(|f| index.name(f.name).unwrap().text.to_string()).collect()
    }

    #[test]
    fn the_name_that_fits_best_is_found_and_a_known_school_is_never_a_slip() {
        let index = index(&[
            ("University of Berkley", Standing::Value),
            ("Barkley University", Standing::Value),
            ("Hamhung University of Education", Standing::Value),
            ("Hamhung University of Chemical Industry", Standing::Value),
            ("Columbiana University", Standing::Value),
            ("BIT", Standing::Weak),
        ]);
        assert_eq!(told(&index, "Univ. of Berkley"), ["University of Berkley"]);
        assert_eq!(told(&index, "Barkely University"), ["Barkley University"]);
        assert_eq!(
            told(&index, "Hamhumg University of Educaton"),
            ["Hamhung University of Education"]
        );
        assert_eq!(told(&index, "Columbiana Univeristy"), ["Columbiana University"]);
        assert_eq!(told(&index, "BIT"), ["BIT"]);
        for claim in ["UC Berkeley", "Columbia University", "Hamhung University", "", "university"]
        {
            assert_eq!(told(&index, claim), [""; 0], "{claim}");
        }
    }

    #[test]
    fn a_school_is_found_by_any_name_it_is_known_by() {
        let index = index(&[("Massachusetts Institute of Technology", Standing::Value)]);
        for claim in ["MIT", "M.I.T.", "Massachusetts Inst. of Tech."] {
            assert_eq!(told(&index, claim), ["Massachusetts Institute of Technology"], "{claim}");
        }
        assert_eq!(told(&index, "Massachusetts College of Art and Design"), [""; 0]);
    }
}
