//! Evidence as tables show it: one row a comparison, from links and from explanations alike. Not responsible for
//! weighing.
//!
//! Invariant: sealed values are masked; the rows keep the order they came in.

use crate::{
    model::{Agreement, Attribute, Bits, EvidenceLine, Link, column},
    svg::waterfall::{self, Step},
    web::{labels, urls, veil::Seen},
};

/// One comparison.
#[derive(Debug, Clone, Default)]
pub struct EvidenceRow {
    /// What was compared.
    pub label: String,
    /// `for`, `against` or `neutral`: a class of the style sheet.
    pub stance: &'static str,
    /// `+`, `-` or `~`.
    pub sign: &'static str,
    /// What it is worth.
    pub bits: Bits,
    /// The left value.
    pub left: String,
    /// The right value, empty when it is the same.
    pub right: String,
    /// The page of the shared attribute, or empty.
    pub href: String,
    /// Why it counts for less, or empty.
    pub discount: String,
    /// One sentence, or empty.
    pub sentence: String,
    /// Source rows, or empty.
    pub sources: [String; 2],
    /// Its segment of the waterfall.
    pub bar: String,
}

/// `for`, `against` or `neutral`.
pub fn stance(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Supports => "for",
        Agreement::Contradicts => "against",
        Agreement::Neutral => "neutral",
    }
}

/// The rows of a link.
pub fn of_link(view: &Seen, link: &Link) -> Vec<EvidenceRow> {
    let corpus = view.network.corpus();
    let rows = link.evidence.iter().map(|e| {
        let shared = e.attribute.map(|ix| corpus.attribute(ix));
        EvidenceRow {
            label: labels::feature(e.feature).to_owned(),
            stance: stance(e.agreement),
            sign: e.agreement.sign(),
            bits: e.bits,
            left: shared.as_ref().map_or_else(String::new, |a| view.value(a)),
            right: String::new(),
            href: shared.as_ref().map_or_else(String::new, |a| urls::attribute(&a.id())),
            discount: e.discount.as_ref().map_or_else(String::new, labels::discount),
            sentence: String::new(),
            sources: Default::default(),
            bar: String::new(),
        }
    });
    with_bars(rows.collect(), Bits::ZERO)
}

/// The rows of an explanation.
pub fn of_lines(view: &Seen, lines: &[EvidenceLine], prior: Bits) -> Vec<EvidenceRow> {
    let rows = lines.iter().map(|line| {
        let sealed = line.attribute.as_ref().is_some_and(Attribute::is_sealed)
            || column::sounds_sealed(line.feature);
        // Whether they are the same is told of what was given: masked, different values may look alike.
        let [left, right] = view.sides(line);
        EvidenceRow {
            label: line.label.to_owned(),
            stance: stance(line.agreement),
            sign: line.agreement.sign(),
            bits: line.bits,
            left,
            right: if line.left == line.right { String::new() } else { right },
            href: line.attribute.as_ref().map_or_else(String::new, |a| urls::attribute(&a.id())),
            discount: line.discount.as_ref().map_or_else(String::new, labels::discount),
            sentence: if sealed { String::new() } else { view.text(&line.sentence) },
            sources: line.sources.each_ref().map(|source| view.text(source)),
            bar: String::new(),
        }
    });
    with_bars(rows.collect(), prior)
}

fn with_bars(mut rows: Vec<EvidenceRow>, prior: Bits) -> Vec<EvidenceRow> {
    let steps: Vec<Step> = rows.iter().map(|r| Step { bits: r.bits }).collect();
    for (row, bar) in rows.iter_mut().zip(waterfall::segments(prior, &steps)) {
        row.bar = bar;
    }
    rows
}

impl EvidenceRow {
    /// Whether both sides have the same value.
    pub fn is_same(&self) -> bool {
        self.right.is_empty() && !self.left.is_empty()
    }

    /// Which way it points, in words.
    pub fn stance_in_words(&self) -> &'static str {
        match self.stance {
            "for" => "speaks for",
            "against" => "speaks against",
            _ => "says nothing",
        }
    }
}
