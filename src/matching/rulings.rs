//! Rulings: the judgements in force, in the form in which matching obeys them. Not responsible for recording or
//! withdrawing them (`engine`).
//!
//! Invariant: a ruling about an application or value that the corpus does not hold has no effect and is kept.

use crate::{
    matching::Corpus,
    model::{AppIx, AttributeIx, Judgement, JudgementId, PairVerdict, ValueVerdict, Verdict},
};
use std::collections::BTreeMap;

/// The judgements in force that concern pairs and values. Of several about one thing, the last counts.
#[derive(Debug, Default)]
pub struct Rulings {
    pairs: BTreeMap<(AppIx, AppIx), (PairVerdict, JudgementId)>,
    /// Pairs judged linked or not, with the order in which that was said.
    links: BTreeMap<(AppIx, AppIx), (usize, PairVerdict)>,
    values: BTreeMap<AttributeIx, (ValueVerdict, JudgementId)>,
}

impl Rulings {
    /// The rulings that these judgements make over this corpus.
    #[must_use]
    pub fn build(corpus: &Corpus, judgements: &[Judgement]) -> Self {
        let mut rulings = Self::default();
        for (order, judgement) in judgements.iter().enumerate() {
            match &judgement.verdict {
                Verdict::Pair { a, b, verdict } => {
                    if let (Some(a), Some(b)) = (corpus.find(a), corpus.find(b)) {
                        let key = (a.min(b), a.max(b));
                        if matches!(verdict, PairVerdict::Linked | PairVerdict::NotLinked) {
                            rulings.links.insert(key, (order, *verdict));
                        }
                        rulings.pairs.insert(key, (*verdict, judgement.id.clone()));
                    }
                }
                Verdict::Value { attribute, verdict } => {
                    if let Some(ix) = corpus.index_of(attribute) {
                        rulings.values.insert(ix, (*verdict, judgement.id.clone()));
                    }
                }
                Verdict::Ring { .. } => {}
            }
        }
        rulings
    }

    /// What was judged of two applications.
    #[must_use]
    pub fn pair(&self, a: AppIx, b: AppIx) -> Option<PairVerdict> {
        self.pairs.get(&(a.min(b), a.max(b))).map(|(verdict, _)| *verdict)
    }

    /// Whether two applications were judged linked or not linked, and in which order that was said; what was said
    /// of the same two about being one person leaves it in force.
    #[must_use]
    pub fn link(&self, a: AppIx, b: AppIx) -> Option<(usize, PairVerdict)> {
        self.links.get(&(a.min(b), a.max(b))).copied()
    }

    /// Every judged pair with its verdict, sorted.
    pub fn pairs(&self) -> impl Iterator<Item = (AppIx, AppIx, PairVerdict, &JudgementId)> {
        self.pairs.iter().map(|(&(a, b), (verdict, id))| (a, b, *verdict, id))
    }

    /// What was judged of a value.
    #[must_use]
    pub fn value(&self, attribute: AttributeIx) -> Option<ValueVerdict> {
        self.values.get(&attribute).map(|(verdict, _)| *verdict)
    }

    /// Every judged value with its verdict, sorted.
    pub fn values(&self) -> impl Iterator<Item = (AttributeIx, ValueVerdict)> {
        self.values.iter().map(|(&ix, (verdict, _))| (ix, *verdict))
    }

    /// Whether no pair and no value is judged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.values.is_empty()
    }
}
