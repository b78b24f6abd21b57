//! What indicators say, each with its values and its innocent explanations. Not responsible for raising them (`indicators`).
//!
//! Invariant: none is shown without what else could explain it.

use crate::{
    explain::words::{count, grouped},
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
        let all = &dossier.indicators;
        let note = match all.len() {
            n if n > INDICATORS => format!(
                "The {INDICATORS} most telling of {}. All of them: {}.",
                count(n, "indicator", "indicators"),
                said::place_in(contents, "indicators.csv")
            ),
            _ => String::new(),
        };
        let block = |line: &IndicatorLine| Block {
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
        Self { blocks: all.iter().take(INDICATORS).map(block).collect(), note }
    }
}
