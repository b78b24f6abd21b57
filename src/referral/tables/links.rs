//! `links.csv`: why two identities hang together, one comparison a row, with the total of its link on each. Not responsible
//! for what they share (`attributes`).
//!
//! Invariant: comparisons that speak against a link are rows like those that speak for it; no link is left out.

use crate::referral::{
    Dossier, EvidenceLine, LinkLine, PackageFile, Part, ReferralError,
    tables::{Cell, Table, label},
};

/// Links as a table.
#[derive(Debug)]
pub struct Links;

impl Part for Links {
    fn name(&self) -> &'static str {
        "links"
    }

    fn about(&self) -> &'static str {
        "why two identities hang together and what speaks against it, one comparison a row, with link totals"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let mut table = Table::new(
            dossier,
            [
                "link_no",
                "identity_a_no",
                "identity_a",
                "identity_b_no",
                "identity_b",
                "link_class",
                "link_bits",
                "link_binds",
                "link_is_weak_bridge",
                "comparison",
                "comparison_label",
                "agreement",
                "comparison_bits",
                "value_a",
                "value_b",
                "thing_no",
                "finding",
                "application_ids",
            ],
        );
        for (i, link) in dossier.links.iter().enumerate() {
            let total = total(dossier, i + 1, link);
            for line in &link.evidence {
                table.row(total.iter().cloned().chain(comparison(line)).collect());
            }
            if link.evidence.is_empty() {
                table.row(total.into_iter().chain((0..9).map(|_| Cell::none())).collect());
            }
        }
        table.files("links.csv", self.about())
    }
}

fn total(dossier: &Dossier, no: usize, link: &LinkLine) -> Vec<Cell> {
    vec![
        Cell::bare(no),
        Cell::bare(link.a),
        Cell::text(label(dossier, link.a)),
        Cell::bare(link.b),
        Cell::text(label(dossier, link.b)),
        Cell::text(&link.class),
        Cell::bits(link.bits),
        Cell::flag(link.binds),
        Cell::flag(link.is_weak_bridge),
    ]
}

fn comparison(line: &EvidenceLine) -> [Cell; 9] {
    [
        Cell::text(&line.feature),
        Cell::text(&line.label),
        Cell::text(&line.agreement),
        Cell::bits(line.bits),
        Cell::text(&line.left),
        Cell::text(&line.right),
        line.thing.map_or_else(Cell::none, Cell::bare),
        Cell::text(&line.text),
        Cell::texts(line.applications.iter().map(|id| id.as_str())),
    ]
}
