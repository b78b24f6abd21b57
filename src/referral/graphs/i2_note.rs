//! `i2-import.txt`: how the two tables are imported into i2 Analyst's Notebook. Not responsible for the tables (`i2`).
//!
//! The import wizard's pages are named as its help names them; types are set by entity of an import design there, so that
//! the note says which there are.
//!
//! Invariant: it names every column that the wizard asks for, and only columns that are there.

use crate::{
    model::Tlp,
    referral::{
        graphs::{
            i2::entity_type,
            network::{EdgeKind, Network},
        },
        prose::Prose,
    },
};
use std::collections::BTreeMap;

/// The note.
pub(super) fn written(network: &Network, tlp: Tlp) -> Vec<u8> {
    let mut page = Prose::new();
    page.paragraph(tlp.label());
    page.blank();
    page.title("Import into i2 Analyst's Notebook");
    page.blank();
    page.paragraph(
        "entities.csv has one entity a row, links-i2.csv one link a row with both of its ends. Import the entities first, \
         then the links onto the same chart: they meet by their ids. Every person is named as claimed and may be the \
         victim of an identity theft; no type says more than \"Claimed identity\".",
    );
    files(&mut page);
    types(&mut page, network);
    entities(&mut page);
    links(&mut page);
    check(&mut page, network);
    page.blank();
    page.paragraph(tlp.label());
    page.into_bytes()
}

fn files(page: &mut Prose) {
    page.section("The files");
    page.item("Text, UTF-8 with a byte order mark; columns are separated by commas, texts are in double quotes where needed.");
    page.item("The first row is the names of the columns. Import starts at row 2.");
    page.item(
        "An apostrophe stands in front of a text that a spreadsheet would run as a formula, such as a phone number with its \
         plus. On the page of column actions, trim the character ' from label and value, and from end1_label and end2_label.",
    );
    page.item("Dates are yyyy-MM-dd, times are HH:mm:ss, both in UTC: choose the time zone UTC on the page of dates and times.");
}

fn types(page: &mut Prose, network: &Network) {
    page.section("Types to choose");
    page.paragraph(
        "Types of entities, with the number of each. If your template has no such type, take the nearest (Person for a claimed \
         identity). Where a design takes one type only, import once for each type, and include the rows where entity_type is \
         that type.",
    );
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for node in &network.nodes {
        *counts.entry(entity_type(node.kind)).or_default() += 1;
    }
    for (name, count) in counts {
        page.item(&format!("{name}: {count}"));
    }
    let uses = network.edges.iter().filter(|edge| edge.kind == EdgeKind::Uses).count();
    page.paragraph("Types of links:");
    page.item(&format!(
        "Uses: {uses}. As received: an application of the identity names the thing."
    ));
    page.item(&format!(
        "Linked: {}. Computed: two identities have so much in common that one hand is likelier than chance.",
        network.edges.len() - uses
    ));
}

fn entities(page: &mut Prose) {
    page.section("1. entities.csv");
    page.step(1, "Import a text file, choose entities.csv, make a new specification; comma, quotes, header in row 1.");
    page.step(2, "Select the design with one entity. Assign the columns:");
    for (property, column) in [
        ("Identity (what makes two the same)", "entity_id"),
        ("Type", "entity_type"),
        ("Label", "label"),
        ("Description", "description"),
        ("Date", "first_date_utc"),
        ("Time", "first_time_utc"),
        ("Source reference", "source_reference"),
        ("Attribute \"Value\", text", "value"),
        ("Attribute \"Value given as\", text", "value_form"),
        ("Attribute \"Number in the report\", number", "number"),
        ("Attribute \"Bits\", number", "bits"),
        ("Attribute \"Others who use it\", number", "others_not_named"),
        ("Attribute \"Last seen\", date and time", "last_date_utc and last_time_utc"),
        ("Attribute \"TLP\", text", "tlp"),
    ] {
        page.item(&format!("{property} = {column}"));
    }
    page.step(3, "Dates and times: yyyy-MM-dd and HH:mm:ss, UTC. An empty one is not known.");
    page.step(4, "Import to a new chart.");
}

fn links(page: &mut Prose) {
    page.section("2. links-i2.csv");
    page.step(1, "Import links-i2.csv in the same way, onto the same chart.");
    page.step(
        2,
        "Select the design with two entities and one link between them. Assign the columns:",
    );
    for (property, column) in [
        ("First entity, identity, type, label", "end1_id, end1_type, end1_label"),
        ("Second entity, identity, type, label", "end2_id, end2_type, end2_label"),
        ("Link, identity", "link_id"),
        ("Link, type", "link_type"),
        ("Link, label", "label"),
        ("Link, strength", "strength (Confirmed, Unconfirmed, Tentative)"),
        (
            "Link, direction",
            "direction (end1_to_end2 is an arrow from the first to the second, none is no arrow)",
        ),
        ("Link, date and time", "date_utc and time_utc"),
        ("Link, description", "description"),
        ("Link, source reference", "source_reference"),
        ("Attribute \"Bits\", number", "bits"),
        ("Attribute \"TLP\", text", "tlp"),
    ] {
        page.item(&format!("{property} = {column}"));
    }
    page.step(
        3,
        "If asked how links between the same two are drawn, choose several (multiple) links.",
    );
    page.paragraph(
        "Confirmed says that a value was received, not that it is true. Unconfirmed and Tentative are computed: the first binds a \
         ring by itself, the second only together with others. Bits are log2 of how much likelier one hand is than chance: \
         10 bits are about 1,000 to 1.",
    );
}

fn check(page: &mut Prose, network: &Network) {
    page.section("Check");
    page.paragraph(&format!(
        "The chart has {} entities and {} links. If it has more entities, some were not matched by their ids: see the first \
         line of both lists above.",
        network.nodes.len(),
        network.edges.len()
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::{
        graphs::i2::{ENTITIES, LINKS},
        sample,
    };

    #[test]
    fn the_note_names_the_columns_that_are_there() {
        let network = Network::of(&sample::dossier(2)).unwrap();
        let note = String::from_utf8(written(&network, Tlp::Red)).unwrap();
        assert!(note.starts_with("TLP:RED\n") && note.ends_with("TLP:RED\n"));
        for column in ENTITIES.iter().chain(LINKS) {
            assert!(note.contains(column), "{column}");
        }
        assert!(note.contains("The chart has 7 entities and 7 links."), "{note}");
        let words = note.replace("end1_to_end2", "");
        for word in
            words.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| w.contains('_'))
        {
            assert!(ENTITIES.contains(&word) || LINKS.contains(&word), "{word} is no column");
        }
    }
}
