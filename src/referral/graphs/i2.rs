//! `entities.csv`, `links-i2.csv` and `i2-import.txt`: the network for i2 Analyst's Notebook, whose import wizard takes a
//! table of entities and a table of links. Not responsible for the note's words (`i2_note`).
//!
//! Strength tells what was received from what was computed: a use is `Confirmed`, a link that binds by itself is
//! `Unconfirmed`, any other is `Tentative`.
//!
//! Invariant: both ends of a link are entities by id; the id of an entity is the same in later packages where it may be, so
//! that they go onto the same chart.

use crate::{
    model::{AttributeKind, Moment},
    referral::{
        Dossier, PackageFile, Part, ReferralError,
        graphs::{
            i2_note,
            network::{Edge, EdgeKind, Network, Node, NodeKind},
        },
        tables::{Cell, Table},
    },
};

/// The network for i2 Analyst's Notebook.
#[derive(Debug)]
pub struct I2;

/// The columns of `entities.csv`.
pub(super) const ENTITIES: &[&str] = &[
    "entity_id",
    "entity_type",
    "label",
    "description",
    "value",
    "value_form",
    "number",
    "bits",
    "others_not_named",
    "first_date_utc",
    "first_time_utc",
    "last_date_utc",
    "last_time_utc",
    "source_reference",
];

/// The columns of `links-i2.csv`.
pub(super) const LINKS: &[&str] = &[
    "link_id",
    "end1_id",
    "end1_type",
    "end1_label",
    "end2_id",
    "end2_type",
    "end2_label",
    "link_type",
    "label",
    "strength",
    "direction",
    "date_utc",
    "time_utc",
    "bits",
    "description",
    "source_reference",
];

impl Part for I2 {
    fn name(&self) -> &'static str {
        "i2"
    }

    fn about(&self) -> &'static str {
        "the same network for i2 Analyst's Notebook: entities, links, and a note on the import"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let Some(network) = Network::of(dossier) else { return Ok(Vec::new()) };
        let source = format!("referral {}", dossier.heading.referral);
        let mut entities = Table::new(dossier, ENTITIES.iter().copied());
        for node in &network.nodes {
            entities.row(entity(node, &source));
        }
        let mut links = Table::new(dossier, LINKS.iter().copied());
        for edge in &network.edges {
            let ends = network.nodes.get(edge.from).zip(network.nodes.get(edge.to));
            if let Some((from, to)) = ends {
                links.row(link(edge, from, to, &source));
            }
        }
        let mut files = entities
            .files("entities.csv", "entities for i2 Analyst's Notebook: identities and things")?;
        files.extend(links.files("links-i2.csv", "links between these entities, for i2")?);
        files.push(PackageFile::new(
            "i2-import.txt",
            "how to import entities.csv and links-i2.csv, step by step",
            "text/plain",
            i2_note::written(&network, dossier.heading.tlp),
        ));
        Ok(files)
    }
}

fn entity(node: &Node, source: &str) -> Vec<Cell> {
    let value = |name: &str| {
        let found = node.values.iter().find(|(of, _)| *of == name);
        found.map_or("", |(_, value)| value)
    };
    vec![
        Cell::bare(&node.lasting_id),
        Cell::bare(entity_type(node.kind)),
        Cell::text(&node.label),
        Cell::text(value("about")),
        Cell::text(value("value")),
        Cell::text(value("value_form")),
        Cell::bare(value("number")),
        Cell::bare(value("bits")),
        Cell::bare(value("others_not_named")),
        Cell::bare(date(node.first)),
        Cell::bare(time(node.first)),
        Cell::bare(date(node.last)),
        Cell::bare(time(node.last)),
        Cell::text(format!("{source}, {}", node.id)),
    ]
}

fn link(edge: &Edge, from: &Node, to: &Node, source: &str) -> Vec<Cell> {
    let (link_type, strength, direction) = match edge.kind {
        EdgeKind::Uses => ("Uses", "Confirmed", "end1_to_end2"),
        EdgeKind::Linked { binds: true } => ("Linked", "Unconfirmed", "none"),
        EdgeKind::Linked { binds: false } => ("Linked", "Tentative", "none"),
    };
    let said: Vec<String> = edge
        .values
        .iter()
        .filter(|(name, _)| ["basis", "supports", "contradicts"].contains(name))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    vec![
        Cell::text(format!("{}-{}", from.lasting_id, to.lasting_id)),
        Cell::bare(&from.lasting_id),
        Cell::bare(entity_type(from.kind)),
        Cell::text(&from.label),
        Cell::bare(&to.lasting_id),
        Cell::bare(entity_type(to.kind)),
        Cell::text(&to.label),
        Cell::bare(link_type),
        Cell::text(&edge.label),
        Cell::bare(strength),
        Cell::bare(direction),
        Cell::bare(date(edge.first)),
        Cell::bare(time(edge.first)),
        Cell::bits(edge.bits),
        Cell::text(said.join("; ")),
        Cell::text(format!("{source}, {}", edge.id)),
    ]
}

/// The type of an entity, in words that an analyst finds an icon for.
pub(super) fn entity_type(kind: NodeKind) -> &'static str {
    let NodeKind::Thing(kind) = kind else { return "Claimed identity" };
    match kind {
        Some(AttributeKind::Phone) => "Phone",
        Some(AttributeKind::Email) => "E-mail address",
        Some(AttributeKind::Address) => "Address",
        Some(AttributeKind::Institution) => "School",
        Some(AttributeKind::Employer) => "Organization",
        Some(AttributeKind::Profile) => "Online account",
        Some(AttributeKind::Ip) => "IP address",
        Some(AttributeKind::Device) => "Device",
        Some(AttributeKind::Document) => "Document",
        Some(AttributeKind::Photo) => "Photograph",
        Some(AttributeKind::Referee) => "Referee",
        Some(AttributeKind::PaymentAccount) => "Account",
        Some(AttributeKind::GovernmentId) => "Identity document",
        None => "Similarity",
    }
}

/// `2026-03-02`.
fn date(at: Option<Moment>) -> String {
    at.map(Moment::day).unwrap_or_default()
}

/// `09:00:00`.
fn time(at: Option<Moment>) -> String {
    let text = at.map(|at| at.to_string()).unwrap_or_default();
    text.split_once('T').map_or("", |(_, time)| time.trim_end_matches('Z')).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;
    use std::collections::BTreeSet;

    #[test]
    fn both_ends_of_every_link_are_entities_and_ids_are_unique() {
        let files = I2.files(&sample::dossier(8)).unwrap();
        let rows = |at: usize| -> Vec<csv::StringRecord> {
            csv::Reader::from_reader(files[at].bytes.as_slice())
                .records()
                .map(Result::unwrap)
                .collect()
        };
        let (entities, links) = (rows(0), rows(1));
        let ids: BTreeSet<&str> = entities.iter().map(|row| &row[0]).collect();
        assert_eq!(ids.len(), entities.len());
        assert_eq!(entities.len(), 8 + 5);
        assert_eq!(links.len(), 8 + 8 + 2 + 7);
        assert!(links.iter().all(|row| ids.contains(&row[1]) && ids.contains(&row[4])));
        assert_eq!(&entities[0][9], "2026-03-02");
        assert_eq!(&entities[0][10], "09:00:00");
        let unique: BTreeSet<&str> = links.iter().map(|row| &row[0]).collect();
        assert_eq!(unique.len(), links.len());
    }
}
