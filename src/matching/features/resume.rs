//! Resume texts: near-duplicates, with what everybody's text contains taken out.

use crate::{
    matching::{
        Comparer, Corpus, Feature, Findings, Pair, Seen, Shared,
        corpus::App,
        feature::Own,
        similarity::each_common,
        texts::{self, Tell},
    },
    model::{BackgroundClass, Bits, Column, Family, Normalized, Share},
};

/// The text of the resume.
pub struct Resume;

/// Fewest own shingles a text must have left before it is compared: less is no text.
pub const LEAST: usize = 6;

/// Fewest passages in common that can say anything about two persons, whatever the size of the store.
pub const TELLING: usize = 4;

/// Fewest own shingles of a text that tells one person from two.
const PERSONS: usize = 12;

/// What so many passages in common say, none of which many applications contain. Passages of three words overlap,
/// so three of them count as one; each is as rare as the rarest that is still taken for a template. What that says
/// is set against the number of texts that could agree so by chance, and divided by what measurements on made-up
/// texts show: sentences are put together from common phrases, so chance agreement falls off more slowly.
fn passages(common: usize, applications: usize) -> Bits {
    let n = doublings(applications);
    let rarity = if n >= 15.0 { 11.0 } else { n - 4.6 };
    Bits::new((number(common) * rarity / 3.0 - n - 2.5) / 2.8)
}

/// Whether so many passages in common may say anything about two persons.
#[must_use]
pub fn says(common: usize, applications: usize) -> bool {
    common >= texts::FEW || passages(common, applications) > Bits::ZERO
}

/// How likely what two texts have in common is a template or a copied posting. Those are known by their many users,
/// of whom a small store holds few; but a template is short.
fn template(common: usize, applications: usize) -> f64 {
    let beyond = number(common.saturating_sub(45));
    let log_odds = 13.2 - doublings(applications) - 0.5 * beyond;
    1.0 / (1.0 + (-log_odds).exp2())
}

/// How often a store has doubled: a doubling changes what is judged, a single application does not.
fn doublings(applications: usize) -> f64 {
    number(applications.max(1_000)).log2().floor()
}

fn number(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// What two texts have in common when passages that many have are taken out.
#[derive(Debug, Clone, Copy)]
pub struct Overlap {
    /// Own passages in common.
    pub common: usize,
    /// The least four of them that are in the sample of both.
    pub least: [Option<u32>; 4],
}

/// How many passages that are their own two texts have in common. O(length).
#[must_use]
pub fn in_common(corpus: &Corpus, x: &App<'_>, y: &App<'_>) -> usize {
    let mut common = 0;
    each_common(x.front(), y.front(), |passage| {
        common += usize::from(!corpus.passages().is_common(passage));
    });
    common
}

/// How many passages two texts have in common, whoever else has them. O(length).
fn all_in_common(x: &App<'_>, y: &App<'_>) -> usize {
    let mut common = 0;
    for (a, b) in [x.front(), x.back()].into_iter().flat_map(|a| [(a, y.front()), (a, y.back())]) {
        each_common(a, b, |_| common += 1);
    }
    common
}

/// What two texts have in common; none where one of them is hardly a text. O(length).
#[must_use]
pub fn overlap(corpus: &Corpus, x: &App<'_>, y: &App<'_>) -> Option<Overlap> {
    let passages = corpus.passages();
    let (m, n) = (passages.own_length(x), passages.own_length(y));
    if m.min(n) < LEAST {
        return None;
    }
    let sampled = texts::cut(m).min(texts::cut(n));
    let (mut common, mut least) = (0, [None; 4]);
    each_common(x.front(), y.front(), |passage| {
        if !passages.is_common(passage) {
            if let Some(slot) = least.get_mut(common).filter(|_| passage <= sampled) {
                *slot = Some(passage);
            }
            common += 1;
        }
    });
    Some(Overlap { common, least })
}

/// Whether what two texts have in common is under a fifth of the shorter one: a project of a team, a paragraph of a
/// course. The whole texts are asked, which do not get shorter where a passage becomes common. O(length).
#[must_use]
pub fn is_few(corpus: &Corpus, x: &App<'_>, y: &App<'_>) -> bool {
    let shorter = x.shingles().len().min(y.shingles().len());
    in_common(corpus, x, y) * 5 < shorter && all_in_common(x, y) * 5 < shorter
}

/// Whether two texts are the same but for a slip. O(length).
#[must_use]
pub fn is_unedited(x: &App<'_>, y: &App<'_>) -> bool {
    let (m, n) = (x.shingles().len(), y.shingles().len());
    m.min(n) >= LEAST && {
        let common = all_in_common(x, y);
        common * 10 >= either(common, m, n) * 9
    }
}

/// Whether both are for one opening.
#[must_use]
pub fn are_of_one_opening(x: &App<'_>, y: &App<'_>) -> bool {
    x.opening().is_some() && x.opening() == y.opening()
}

/// Whether there is enough of a text to be compared.
#[must_use]
pub fn is_text(x: &App<'_>) -> bool {
    x.shingles().len() >= LEAST
}

/// Whether two thirds of either text are in the other. O(length).
#[must_use]
pub fn is_mostly_one(x: &App<'_>, y: &App<'_>) -> bool {
    all_in_common(x, y) * 3 >= x.shingles().len().max(y.shingles().len()) * 2
}

/// Whether what two texts have in common may be the words of the opening that both are for: it is under half of the longer
/// one, and who copies a resume keeps more of it, also with one word of ten changed. O(length).
#[must_use]
pub fn is_an_openings(x: &App<'_>, y: &App<'_>) -> bool {
    let (m, n) = (x.shingles().len(), y.shingles().len());
    are_of_one_opening(x, y) && all_in_common(x, y) * 2 < m.max(n)
}

/// Own passages of either of two texts; of lengths that are judged roughly there may seem to be less.
fn either(common: usize, m: usize, n: usize) -> usize {
    (m + n).saturating_sub(common).max(common)
}

/// How far two texts agree as two of one person; none where one of them is too short to tell.
#[must_use]
pub fn level(corpus: &Corpus, x: &App<'_>, y: &App<'_>) -> Option<Seen> {
    let passages = corpus.passages();
    let common = overlap(corpus, x, y)?.common;
    agreement(common, passages.own_length(x), passages.own_length(y))
}

/// The same of two texts of these lengths with so many passages in common.
#[must_use]
pub fn agreement(common: usize, m: usize, n: usize) -> Option<Seen> {
    if m.min(n) < PERSONS {
        return None;
    }
    Some(match Share::of(common, either(common, m, n)).get() {
        s if s >= 0.8 => Seen::Resume80,
        s if s >= 0.6 => Seen::Resume60,
        s if s >= 0.4 => Seen::Resume40,
        s if s >= 0.25 => Seen::Resume25,
        s if s >= 0.1 => Seen::Resume10,
        _ => Seen::ResumeDifferent,
    })
}

impl Feature for Resume {
    fn name(&self) -> &'static str {
        "resume_text"
    }
    fn label(&self) -> &'static str {
        "Resume text"
    }
    fn describe(&self) -> &'static str {
        "How many three-word passages both contain, after passages that many unrelated applications contain \
         (templates, copied postings) are taken out. Words may be changed in between."
    }
    fn family(&self) -> Family {
        Family::Text
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::ResumeText]
    }
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        level(cx.corpus, &pair.x, &pair.y).into_iter().for_each(|seen| found.see(seen));
    }
    fn identity_at_most(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Bits {
        let both = pair.x.shingles().len().min(pair.y.shingles().len()) >= LEAST;
        let all = [
            Seen::Resume80,
            Seen::Resume60,
            Seen::Resume40,
            Seen::Resume25,
            Seen::Resume10,
            Seen::ResumeDifferent,
        ];
        if both { cx.most(&all) } else { Bits::ZERO }
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        // Most pairs end here, before more is asked of their texts.
        if in_common(cx.corpus, &pair.x, &pair.y) < TELLING {
            return None;
        }
        let Overlap { common, least, .. } = overlap(cx.corpus, &pair.x, &pair.y)?;
        let bits = passages(common, cx.corpus.len());
        let most = match is_an_openings(&pair.x, &pair.y) {
            true => cx.policy.link.resume_opening,
            false => cx.policy.link.resume,
        };
        (bits > Bits::ZERO).then(|| Shared {
            attribute: None,
            series: Tell::all(least).map(|tell| tell.map_or(0, Tell::series)),
            class: BackgroundClass::Template,
            bits: bits.min(most.bits()),
            hub: template(common, cx.corpus.len()),
            own: Own::Anywhere,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.resume.as_ref().map(|r| format!("{} words", r.n_words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_passages_than_tell_anything_say_nothing_in_a_store_of_any_size() {
        for size in 0..31 {
            assert!(passages(TELLING - 1, 1 << size) <= Bits::ZERO, "{size}");
        }
    }
}
