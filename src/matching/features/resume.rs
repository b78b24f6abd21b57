//! Resume texts: near-duplicates, with what everybody's text contains taken out.

use crate::{
    matching::{Comparer, Feature, Shared, feature::Own, texts},
    model::{AppIx, BackgroundClass, Bits, Column, Family, Normalized, Share},
};

/// The text of the resume.
pub struct Resume;

/// Fewest own shingles a text must have left before it is compared: less is no text.
pub const LEAST: usize = 6;

/// How many passages two sorted sets have in common, and the least four of them. O(n).
#[must_use]
pub fn common(a: &[u32], b: &[u32]) -> (usize, [Option<u32>; 4]) {
    let (mut i, mut j, mut common, mut least) = (0, 0, 0, [None; 4]);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        if x == y {
            if let Some(slot) = least.get_mut(common) {
                *slot = Some(*x);
            }
            common += 1;
        }
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    (common, least)
}

/// What so many passages in common say, none of which many applications contain. Passages of three words overlap,
/// so three of them count as one; each is as rare as the rarest that is still taken for a template. What that says
/// is set against the number of texts that could agree so by chance, and divided by what measurements on made-up
/// texts show: sentences are put together from common phrases, so chance agreement falls off more slowly.
fn passages(common: usize, applications: usize) -> Bits {
    let n = doublings(applications);
    let rarity = if n >= 15.0 { 11.0 } else { n - 4.6 };
    Bits::new((number(common) * rarity / 3.0 - n - 2.5) / 2.8)
}

/// Exact Jaccard similarity of two sorted sets.
#[must_use]
pub fn jaccard(a: &[u32], b: &[u32]) -> Share {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    Share::of(common, a.len() + b.len() - common)
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

impl Resume {
    fn similarity(cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Share> {
        let (x, y) = (cx.corpus.own_text(a), cx.corpus.own_text(b));
        (x.len() >= LEAST && y.len() >= LEAST).then(|| jaccard(x, y))
    }
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
    fn identity(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Bits> {
        let s = Self::similarity(cx, a, b)?.get();
        Some(Bits::new(match s {
            s if s >= 0.8 => 8.0,
            s if s >= 0.6 => 6.5,
            s if s >= 0.4 => 5.0,
            s if s >= 0.25 => 3.5,
            s if s >= 0.1 => 1.0,
            // Most people send the same resume again.
            _ => -1.5,
        }))
    }
    fn sharing(&self, cx: &Comparer<'_>, a: AppIx, b: AppIx) -> Option<Shared> {
        let (x, y) = (cx.corpus.own_text(a), cx.corpus.own_text(b));
        if x.len().min(y.len()) < LEAST {
            return None;
        }
        let policy = &cx.policy.link;
        let (common, least) = common(x, y);
        let bits = passages(common, cx.corpus.applications().len());
        // One project that both list is no resume that was copied.
        let few = common * 5 < x.len().min(y.len());
        (bits > Bits::ZERO).then(|| Shared {
            attribute: None,
            series: least.map(|passage| passage.map_or(0, texts::series)),
            class: BackgroundClass::Template,
            bits: bits.min(if few { policy.resume_few.bits() } else { policy.resume.bits() }),
            hub: template(common, cx.corpus.applications().len()),
            own: Own::Anywhere,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.resume.as_ref().map(|r| format!("{} words", r.n_words))
    }
}
