//! Who shares what, as a table of marks: a row for each identity, or for each group that shares exactly the same things
//! where they are many. Not responsible for what the things are (`things`).
//!
//! Invariant: rows and columns that are left out are counted.

use crate::{
    explain::words::{count, grouped},
    referral::{
        Contents, Dossier,
        document::said::{self, Refs, cut},
    },
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Up to so many identities have a row each; so many rows there are at most.
const ROWS: usize = 40;
/// So many columns.
const COLUMNS: usize = 24;

/// The table.
#[derive(Debug, Serialize)]
pub(super) struct Pattern {
    /// The things.
    columns: Refs,
    rows: Vec<Row>,
    /// Whether a row is a group.
    is_grouped: bool,
    caption: String,
}

#[derive(Debug, Serialize)]
struct Row {
    who: Refs,
    label: String,
    marks: Vec<bool>,
}

impl Pattern {
    /// None where nobody shares anything.
    pub(super) fn of(
        dossier: &Dossier,
        contents: &Contents,
        places: (usize, usize),
    ) -> Option<Self> {
        let Dossier { identities, things, .. } = dossier;
        if identities.is_empty() || things.is_empty() {
            return None;
        }
        let columns: Vec<usize> = things.iter().take(COLUMNS).map(|thing| thing.no).collect();
        let marks =
            |has: &[usize]| columns.iter().map(|no| has.contains(no)).collect::<Vec<bool>>();
        let is_grouped = identities.len() > ROWS;
        let mut caption = Vec::new();
        let rows = if is_grouped {
            let mut groups: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
            for identity in identities {
                groups.entry(marks(&identity.things)).or_default().push(identity.no);
            }
            let mut groups: Vec<(Vec<bool>, Vec<usize>)> = groups.into_iter().collect();
            groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.1.cmp(&b.1)));
            caption.push(
                "Each row is a group of identities that share exactly the same of these things, the largest first."
                    .to_owned(),
            );
            let left: usize = groups.iter().skip(ROWS).map(|(_, who)| who.len()).sum();
            if left > 0 {
                caption.push(format!(
                    "{} in smaller groups are not drawn: {}.",
                    count(left, "identity", "identities"),
                    said::place_in(contents, "identities.csv")
                ));
            }
            let row = |(marks, who): (Vec<bool>, Vec<usize>)| Row {
                label: count(who.len(), "identity", "identities"),
                who: said::identities(&who, places.0),
                marks,
            };
            groups.into_iter().take(ROWS).map(row).collect()
        } else {
            let row = |identity: &crate::referral::Identity| Row {
                who: said::identities(&[identity.no], places.0),
                label: cut(&identity.label, 40),
                marks: marks(&identity.things),
            };
            identities.iter().map(row).collect()
        };
        if things.len() > COLUMNS {
            caption.push(format!(
                "The {COLUMNS} strongest of {} shared things have a column; all of them: {}.",
                grouped(things.len()),
                said::place_in(contents, "attributes.csv")
            ));
        }
        Some(Self {
            columns: Refs {
                parts: columns.iter().flat_map(|&no| said::things(&[no], places.1).parts).collect(),
                more: String::new(),
            },
            rows,
            is_grouped,
            caption: caption.join(" "),
        })
    }
}
