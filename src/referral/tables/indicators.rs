//! `indicators.csv`: what indicators say of the ring, each with its innocent explanations. Not responsible for raising them
//! (`indicators`).
//!
//! Invariant: no indicator is a row without what it rests on and what else may explain it.

use crate::referral::{
    Dossier, PackageFile, Part, ReferralError,
    tables::{Cell, Table},
};

/// Indicators as a table.
#[derive(Debug)]
pub struct Indicators;

impl Part for Indicators {
    fn name(&self) -> &'static str {
        "indicators"
    }

    fn about(&self) -> &'static str {
        "what indicators say, one a row, with the values they rest on and innocent explanations"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let mut table = Table::new(
            dossier,
            [
                "indicator_no",
                "indicator_id",
                "title",
                "topic",
                "strength",
                "indicator_bits",
                "reason",
                "values",
                "innocent_explanations",
                "about",
                "identities",
                "identity_nos",
            ],
        );
        for (i, line) in dossier.indicators.iter().enumerate() {
            table.row(vec![
                Cell::bare(i + 1),
                Cell::text(&line.id),
                Cell::text(&line.title),
                Cell::text(&line.topic),
                Cell::text(&line.strength),
                Cell::bits(line.bits),
                Cell::text(&line.reason),
                Cell::texts(line.values.iter().map(|(what, value)| format!("{what}: {value}"))),
                Cell::texts(&line.innocent),
                Cell::bare(if line.identities.is_empty() { "ring" } else { "identities" }),
                Cell::bare(line.identities.len()),
                Cell::numbers(&line.identities),
            ]);
        }
        table.files("indicators.csv", self.about())
    }
}
