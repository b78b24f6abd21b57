//! `attributes.csv`: what identities share, one thing a row. Not responsible for who shares it by name with whom (`links`).
//!
//! Invariant: the id of a thing is given only where its value is: it is made from the value without a key, so that whoever
//! has the one can guess the other.

use crate::referral::{
    Dossier, PackageFile, Part, ReferralError, Thing, Value,
    tables::{Cell, Table, label},
};

/// Shared things as a table.
#[derive(Debug)]
pub struct Attributes;

impl Part for Attributes {
    fn name(&self) -> &'static str {
        "attributes"
    }

    fn about(&self) -> &'static str {
        "what identities share, one thing a row: value, spellings, by whom, since when, how telling, how many others"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let mut table = Table::new(
            dossier,
            [
                "thing_no",
                "attribute_id",
                "kind",
                "label",
                "value",
                "value_form",
                "spellings",
                "family",
                "class",
                "most_bits",
                "identities",
                "identity_nos",
                "identity_labels",
                "others_not_named",
                "first_seen_utc",
                "last_seen_utc",
                "is_delivery",
                "judged",
            ],
        );
        for thing in &dossier.things {
            table.row(vec![
                Cell::bare(thing.no),
                Cell::bare(public_id(thing).unwrap_or_default()),
                Cell::bare(thing.kind.map_or("", |kind| kind.name())),
                Cell::text(&thing.label),
                Cell::text(thing.value.text()),
                Cell::bare(form(&thing.value)),
                Cell::texts(&thing.spellings),
                Cell::text(&thing.family),
                Cell::text(&thing.class),
                Cell::bits(thing.bits),
                Cell::bare(thing.identities.len()),
                Cell::numbers(&thing.identities),
                Cell::texts(thing.identities.iter().map(|&no| label(dossier, no))),
                Cell::bare(thing.others),
                Cell::at(thing.first_seen),
                Cell::at(thing.last_seen),
                Cell::flag(thing.is_delivery),
                Cell::text(&thing.judged),
            ]);
        }
        table.files("attributes.csv", self.about())
    }
}

/// The id of a thing in Ringer, where it gives nothing away.
pub(in crate::referral) fn public_id(thing: &Thing) -> Option<&str> {
    match (&thing.value, &thing.id) {
        (Value::Clear(_), Some(id)) => Some(id.as_str()),
        _ => None,
    }
}

/// How the value is given, in a word.
pub(in crate::referral) fn form(value: &Value) -> &'static str {
    match value {
        Value::Clear(_) => "clear",
        Value::Keyed(_) => "keyed_hash",
        Value::Withheld => "withheld",
        Value::None => "no_single_value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    #[test]
    fn the_id_of_a_thing_is_given_only_where_its_value_is() {
        let mut dossier = sample::dossier(2);
        let id = dossier.things[1].id.clone().unwrap();
        let has = |dossier: &Dossier| {
            let files = Attributes.files(dossier).unwrap();
            String::from_utf8(files[0].bytes.clone()).unwrap().contains(id.as_str())
        };
        assert!(has(&dossier));
        for value in [Value::Keyed("00ff".to_owned()), Value::Withheld, Value::None] {
            dossier.things[1].value = value;
            assert!(!has(&dossier));
        }
    }
}
