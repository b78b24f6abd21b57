//! Resume texts: near-duplicates, with what everybody's text contains taken out.

use crate::{
    matching::{Comparer, Feature, Shared},
    model::{AppIx, BackgroundClass, Bits, Column, Family, Normalized, Share},
};

/// The text of the resume.
pub struct Resume;

/// Jaccard levels at which texts count as near-duplicates.
pub const LEVELS: [f64; 4] = [0.8, 0.6, 0.4, 0.25];

/// Fewest own shingles a text must have left before it is compared: less is no text.
pub const LEAST: usize = 12;

/// From this many own shingles on a text says something: what is left of a shorter one when common passages are
/// taken out is mostly the rarer passages of templates.
pub const LONG: usize = 40;

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
        "Exact Jaccard similarity of the sets of five-word passages, after passages that many unrelated \
         applications contain (templates, copied postings) are taken out."
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
        let s = Self::similarity(cx, a, b)?.get();
        let level = LEVELS.iter().position(|&least| s >= least)?;
        let shorter = cx.corpus.own_text(a).len().min(cx.corpus.own_text(b).len());
        let policy = &cx.policy.link;
        let sharing = if shorter >= LONG {
            policy.resume[level]
        } else {
            policy.resume_short[usize::from(level > 1)]
        };
        Some(Shared {
            attribute: None,
            class: BackgroundClass::Template,
            bits: sharing.bits(),
            hub: sharing.hub,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.resume.as_ref().map(|r| format!("{} words", r.n_words))
    }
}
