//! Whether two names of organisations in words are one: in any order, with words cut short, respelt, written together or
//! apart, or mistyped. Not responsible for finding pairs worth comparing (`names`) nor for spelling (`spelling`).
//!
//! Invariant: every word of the watched name is accounted for, and every word of the claim but for what is around a name and
//! names no other; a word that names have is no slip for another; a name without a rare word is never mistyped.

use crate::{
    indicators::watch::{
        spelling::{MOST_WORDS, Sort},
        word::{Match, Word, alike},
    },
    reference::{countries, organisation_words::is_generic},
};

/// Slips in all words of a name together.
const MOST_SLIPS: usize = 3;

/// Words around a name at most.
const MOST_AROUND: usize = 6;

/// Words that begin the name of a part of a school.
const PARTS: &[&str] =
    &["faculty", "school", "department", "division", "campus", "branch", "college", "online"];

/// How a claim fits a watched name. The less the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Fit {
    /// Letters that differ.
    pub slips: usize,
    /// Words of the claim that are around the name.
    pub around: usize,
    /// Whether words are respelt, joined or parted.
    pub respelt: bool,
    /// Whether words are cut short.
    pub abbreviated: bool,
    /// Whether the words are in another order.
    pub reordered: bool,
}

/// What a watched name is compared by.
pub(super) struct Target<'a> {
    /// Whose name it is.
    pub sort: Sort,
    /// Its words.
    pub words: &'a [Word],
    /// Whether it is a name that others bear too.
    pub weak: bool,
    /// Whether claim and name are of two languages, so that words may end otherwise.
    pub two_languages: bool,
    /// Words that may stand around it since they say the same: abbreviations of it.
    pub short: &'a dyn Fn(&str) -> bool,
    /// Words that say the same as a name that others bear too: its place, or words of its full names.
    pub says: &'a dyn Fn(&str) -> bool,
}

/// How a claim in words fits a name; none when it is another. O(words²).
pub(super) fn fit(claim: &[Word], target: &Target<'_>) -> Option<Fit> {
    let name = target.words;
    if claim.is_empty() || name.is_empty() || claim.len().max(name.len()) > MOST_WORDS {
        return None;
    }
    let mut pairing = Pairing::new(claim, name);
    pairing.same();
    pairing.joined();
    let rare = name.iter().filter(|w| w.rare).count();
    if name.len() > 1 && (rare > 0 || name.len() > 2) && !target.weak {
        pairing.alike(target);
    }
    if pairing.name_left().next().is_some() {
        return None;
    }
    let fit = pairing.fit();
    let rare_slips = pairing.slipped().filter(|word| word.rare).count();
    if fit.slips > MOST_SLIPS || rare_slips > (rare / 2).max(1) {
        return None;
    }
    // Without a rare word it is the order that makes the name.
    if rare == 0 && fit.reordered {
        return None;
    }
    let around: Vec<usize> = pairing.claim_left().collect();
    if around.len() > MOST_AROUND {
        return None;
    }
    let fine = if target.weak {
        around.iter().all(|&at| (target.says)(&claim[at].text))
    } else {
        names_no_other(claim, &around, &fit, rare, target)
    };
    fine.then_some(Fit { around: around.len(), ..fit })
}

/// Whether the words around a name leave it the same: abbreviations of it, a part of the school, and where the name stands
/// first and as it is written, a place behind it.
fn names_no_other(
    claim: &[Word],
    around: &[usize],
    fit: &Fit,
    rare: usize,
    target: &Target<'_>,
) -> bool {
    let others: Vec<usize> =
        around.iter().copied().filter(|&at| !(target.short)(&claim[at].text)).collect();
    let (Some(&first), Some(&last)) = (others.first(), others.last()) else { return true };
    if rare == 0 || target.words.len() < 2 {
        return false;
    }
    let is_run = last - first + 1 == others.len();
    let leads = first == 0;
    let trails = claim.len() == last + 1
        || (last + 1..claim.len()).all(|at| (target.short)(&claim[at].text));
    let is_part = |at: usize| claim.get(at).is_some_and(|w| PARTS.contains(&&*w.text));
    let generic = |at: &usize| claim[*at].generic;
    match target.sort {
        Sort::Firm => trails && is_run && others.iter().all(|&at| is_country(&claim[at].text)),
        Sort::School if leads => is_run && is_part(0) && others.iter().all(generic),
        Sort::School => {
            let part = is_part(first);
            let place = fit.slips == 0
                && !fit.reordered
                && others.len() <= 4
                && !others.iter().any(generic);
            trails && is_run && (part || place)
        }
    }
}

/// Whether words behind a whole name leave it the same: a part of the school, or nothing general.
pub(super) fn is_around<'a>(mut words: impl Iterator<Item = &'a str>) -> bool {
    let Some(first) = words.next() else { return true };
    PARTS.contains(&first) || (!is_generic(first) && !words.any(is_generic))
}

fn is_country(word: &str) -> bool {
    word.len() > 3 && countries::code(word).is_some()
}

/// Which words of a claim stand for which of a name.
struct Pairing<'a> {
    claim: &'a [Word],
    name: &'a [Word],
    /// For each word of the claim, whether it is accounted for.
    claimed: Vec<bool>,
    /// For each word of the name, by which word of the claim and how.
    named: Vec<Option<(usize, Match)>>,
}

impl<'a> Pairing<'a> {
    fn new(claim: &'a [Word], name: &'a [Word]) -> Self {
        Self { claim, name, claimed: vec![false; claim.len()], named: vec![None; name.len()] }
    }

    fn claim_left(&self) -> impl Iterator<Item = usize> {
        (0..self.claim.len()).filter(|&at| !self.claimed[at])
    }

    fn name_left(&self) -> impl Iterator<Item = usize> {
        (0..self.name.len()).filter(|&at| self.named[at].is_none())
    }

    fn take(&mut self, claim: usize, name: usize, how: Match) {
        self.claimed[claim] = true;
        self.named[name] = Some((claim, how));
    }

    fn same(&mut self) {
        for at in 0..self.name.len() {
            let found = self.claim_left().find(|&c| self.claim[c].text == self.name[at].text);
            if let Some(found) = found {
                self.take(found, at, Match::Same);
            }
        }
    }

    /// Words in a row on one side that are one word on the other, and articles grown together with a word.
    fn joined(&mut self) {
        for at in 0..self.name.len() {
            if self.named[at].is_some() {
                continue;
            }
            if let Some(run) = run_that_makes(&self.name[at].text, self.claim, |c| !self.claimed[c])
            {
                for c in run.clone() {
                    self.claimed[c] = true;
                }
                self.named[at] = Some((run.start, Match::Joined));
            }
        }
        for at in 0..self.claim.len() {
            if self.claimed[at] {
                continue;
            }
            if let Some(run) =
                run_that_makes(&self.claim[at].text, self.name, |n| self.named[n].is_none())
            {
                self.claimed[at] = true;
                for n in run {
                    self.named[n] = Some((at, Match::Joined));
                }
                continue;
            }
            let grown = self.claim[at].text.strip_prefix(['d', 'l']).filter(|w| w.len() >= 5);
            let found = grown.and_then(|w| self.name_left().find(|&n| *self.name[n].text == *w));
            if let Some(found) = found {
                self.take(at, found, Match::Respelt);
            }
        }
    }

    /// What is left, from the most alike on.
    fn alike(&mut self, target: &Target<'_>) {
        let mut pairs: Vec<(usize, usize, usize, Match)> = Vec::new();
        for n in self.name_left() {
            for c in self.claim_left() {
                let (claim, name) = (&self.claim[c], &self.name[n]);
                let how = alike(target.sort, target.two_languages, claim, name);
                pairs.extend(how.map(|how| (how.cost(), n, c, how)));
            }
        }
        pairs.sort_unstable_by_key(|&(cost, n, c, _)| (cost, n, c));
        for (_, n, c, how) in pairs {
            if self.named[n].is_none() && !self.claimed[c] {
                self.take(c, n, how);
            }
        }
    }

    fn slipped(&self) -> impl Iterator<Item = &'a Word> {
        let name = self.name;
        self.named.iter().zip(name).filter_map(|(how, word)| match how {
            Some((_, Match::Slips(_))) => Some(word),
            _ => None,
        })
    }

    fn fit(&self) -> Fit {
        let mut fit = Fit::default();
        let mut before = 0;
        for (claim, how) in self.named.iter().flatten() {
            match how {
                Match::Same => {}
                Match::Joined | Match::Respelt => fit.respelt = true,
                Match::Abbreviated => fit.abbreviated = true,
                Match::Slips(n) => fit.slips += n,
            }
            fit.reordered |= *claim < before;
            before = *claim;
        }
        fit
    }
}

/// The two or three words in a row, all free, that make this word when they are written together.
fn run_that_makes(
    word: &str,
    words: &[Word],
    free: impl Fn(usize) -> bool,
) -> Option<std::ops::Range<usize>> {
    for from in 0..words.len() {
        let mut rest = word;
        for (n, part) in words[from..].iter().take(3).enumerate() {
            if !free(from + n) {
                break;
            }
            let Some(after) = rest.strip_prefix(&*part.text) else { break };
            if after.is_empty() && n > 0 {
                return Some(from..from + n + 1);
            }
            rest = after;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::watch::spelling::spell;

    fn told(sort: Sort, claim: &str, name: &str) -> Option<Fit> {
        let words = |text| -> Option<Vec<Word>> {
            Some(spell(sort, text)?.words.iter().map(|word| Word::new(word)).collect())
        };
        let (claim, words) = (words(claim)?, words(name)?);
        let never = |_: &str| false;
        fit(
            &claim,
            &Target {
                sort,
                words: &words,
                weak: false,
                two_languages: false,
                short: &never,
                says: &never,
            },
        )
    }

    #[track_caller]
    fn same(claim: &str, name: &str) -> Fit {
        told(Sort::School, claim, name).unwrap_or_else(|| panic!("{claim} / {name}"))
    }

    #[track_caller]
    fn another(claim: &str, name: &str) {
        assert_eq!(told(Sort::School, claim, name), None, "{claim} / {name}");
    }

    #[test]
    fn slips_cuts_joints_and_order_leave_a_name_the_same() {
        assert_eq!(
            same(
                "Hamhung Univeristy of Chemical Indsutry",
                "Hamhung University of Chemical Industry"
            )
            .slips,
            1
        );
        assert!(
            same("Kimchaek University of Technology", "Kim Chaek University of Technology").respelt
        );
        assert!(
            same("Chongjin Technical University", "Chongjin University of Technology").reordered
        );
        assert!(same("Hamhung Univ. of Agri.", "Hamhung University of Agriculture").abbreviated);
        assert_eq!(
            same("Pyeongyang University of Printing", "Pyongyang University of Printing").slips,
            0
        );
        assert_eq!(same("Rochvlle University", "Rochville University").slips, 1);
        assert_eq!(same("Ocrhville University", "Orchville University").slips, 1);
    }

    #[test]
    fn a_word_that_names_have_is_no_slip_for_another() {
        another("University of York", "New York University");
        another(
            "Hong Kong University of Science and Technology",
            "Pyongyang University of Science and Technology",
        );
        another("Columbia University", "Columbiana University");
        another("Northern Washington University", "Southern Washington University");
        another("Hull University", "Hill University");
        another("Chongjin Medical University", "Chongjin University of Technology");
        another("Kim Chaek University", "Kim Chaek University of Technology");
        another("Brandon University", "Branton University");
        another("Defense National University", "National Defense University");
    }

    #[test]
    fn faculties_and_places_stand_around_a_name_and_fields_of_study_do_not() {
        assert_eq!(same("Rochville University, Mumbai", "Rochville University").around, 1);
        assert_eq!(
            same("Faculty of Medicine, Rochville University", "Rochville University").around,
            2
        );
        assert_eq!(
            same("Rochville University School of Business", "Rochville University").around,
            2
        );
        another("Rochville State University", "Rochville University");
        another("Rochville University Hospital", "Rochville University");
        another("New Rochville University", "Rochville University");
    }

    #[test]
    fn firms_are_told_apart_by_less() {
        let firm = |a, b| told(Sort::Firm, a, b).is_some();
        assert!(firm(
            "Yanbian Silver Star Network Technology",
            "Yanbian Silverstar Network Technology Co., Ltd."
        ));
        assert!(firm("Chilsung Trading Co", "Chilsong Trading Corporation"));
        assert!(!firm("Daewoo Industries", "Daewon Industries"));
        assert!(!firm("Apollo", "Apollon LLC"));
        assert!(!firm("Cloud Fox Consulting", "Cloud Fox"));
        assert!(firm("Cloud Fox, Russia", "Cloud Fox"));
    }
}
