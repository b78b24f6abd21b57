//! What indicators say, each with its values and its innocent explanations. Not responsible for raising them (`indicators`).
//!
//! Invariant: none is shown without what else could explain it.

use crate::{
    explain::words::{count, grouped},
    model::Bits,
    referral::{
        Contents, Dossier, IndicatorLine,
        document::said::{self, Refs, capital, cut, sentence},
    },
};
use serde::Serialize;

/// So many are told.
const INDICATORS: usize = 60;
/// So many values of each.
const VALUES: usize = 12;
/// Characters of a value.
const LETTERS: usize = 300;

/// The section.
#[derive(Debug, Serialize)]
pub(super) struct Indicators {
    blocks: Vec<Block>,
    /// What was raised and is worth nothing, in one sentence; empty where nothing was.
    context: String,
    note: String,
}

#[derive(Debug, Serialize)]
struct Block {
    id: String,
    title: String,
    topic: String,
    strength: String,
    bits: String,
    reason: String,
    values: Vec<(String, String)>,
    more: String,
    innocent: Vec<String>,
    identities: Refs,
}

impl Indicators {
    pub(super) fn of(dossier: &Dossier, contents: &Contents, identities: usize) -> Self {
        let (all, context): (Vec<&IndicatorLine>, Vec<&IndicatorLine>) =
            dossier.indicators.iter().partition(|line| line.bits != Bits::ZERO);
        let context = match context.len() {
            0 => String::new(),
            _ => format!(
                "Raised as context, and worth nothing: {}. Their values and innocent explanations are {}.",
                context.iter().map(|line| line.title.clone()).collect::<Vec<_>>().join("; "),
                said::place_in(contents, "indicators.csv")
            ),
        };
        let note = match all.len() {
            n if n > INDICATORS => format!(
                "The {INDICATORS} most telling of {}. All of them: {}.",
                count(n, "indicator", "indicators"),
                said::place_in(contents, "indicators.csv")
            ),
            _ => String::new(),
        };
        let block = |line: &&IndicatorLine| Block {
            id: line.id.clone(),
            title: capital(&line.title),
            topic: line.topic.clone(),
            strength: line.strength.clone(),
            bits: said::bits(line.bits),
            reason: sentence(&line.reason),
            values: line
                .values
                .iter()
                .take(VALUES)
                .map(|(what, value)| (capital(what), cut(value, LETTERS)))
                .collect(),
            more: match line.values.len().saturating_sub(VALUES) {
                0 => String::new(),
                n => format!(
                    "{} more values: {}.",
                    grouped(n),
                    said::place_in(contents, "indicators.csv")
                ),
            },
            innocent: match line.innocent.is_empty() {
                true => vec!["None is recorded with this indicator; look for one.".to_owned()],
                false => line.innocent.iter().map(|text| sentence(text)).collect(),
            },
            identities: said::identities(&line.identities, identities),
        };
        Self { blocks: all.iter().take(INDICATORS).map(block).collect(), context, note }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    #[test]
    fn what_is_worth_nothing_is_named_in_a_sentence_and_has_no_block() {
        let mut dossier = sample::dossier(3);
        let mut context = dossier.indicators[0].clone();
        (context.bits, context.title) = (Bits::ZERO, "Growing".to_owned());
        dossier.indicators.push(context);
        let said = Indicators::of(&dossier, &sample::contents(&dossier), 3);
        assert_eq!(said.blocks.len(), 1);
        assert!(said.context.contains("worth nothing: Growing"), "{}", said.context);
    }
}
