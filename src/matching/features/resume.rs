//! Resume texts: near-duplicates, with what everybody's text contains taken out.

use crate::{
    matching::{Comparer, Feature, Findings, Pair, Seen, Shared},
    model::{BackgroundClass, Bits, Column, Family, Normalized, Share},
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

/// How much two texts have in common when passages that many have are taken out.
struct Overlap {
    /// Exact Jaccard similarity of the own shingles.
    similarity: Share,
    /// Own shingles of the shorter text.
    shorter: usize,
}

impl Resume {
    fn overlap(cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Overlap> {
        let (a, b) = (pair.x.shingles(), pair.y.shingles());
        if a.len() < LEAST || b.len() < LEAST {
            return None;
        }
        let passages = cx.corpus.passages();
        let (mut left, mut right) = (passages.own(a), passages.own(b));
        let (mut p, mut q) = (left.next(), right.next());
        let (mut n_left, mut n_right, mut common) = (0, 0, 0);
        loop {
            match (p, q) {
                (Some(x), Some(y)) => {
                    common += usize::from(x == y);
                    if x <= y {
                        n_left += 1;
                        p = left.next();
                    }
                    if y <= x {
                        n_right += 1;
                        q = right.next();
                    }
                }
                (Some(_), None) => {
                    n_left += 1;
                    p = left.next();
                }
                (None, Some(_)) => {
                    n_right += 1;
                    q = right.next();
                }
                (None, None) => break,
            }
        }
        let shorter = n_left.min(n_right);
        (shorter >= LEAST)
            .then(|| Overlap { similarity: Share::of(common, n_left + n_right - common), shorter })
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
    fn identity(&self, cx: &Comparer<'_>, pair: &Pair<'_>, found: &mut Findings) {
        let Some(overlap) = Self::overlap(cx, pair) else { return };
        found.see(match overlap.similarity.get() {
            s if s >= 0.8 => Seen::Resume80,
            s if s >= 0.6 => Seen::Resume60,
            s if s >= 0.4 => Seen::Resume40,
            s if s >= 0.25 => Seen::Resume25,
            s if s >= 0.1 => Seen::Resume10,
            _ => Seen::ResumeDifferent,
        });
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
        let Overlap { similarity, shorter } = Self::overlap(cx, pair)?;
        let level = LEVELS.iter().position(|&least| similarity.get() >= least)?;
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
