//! What identities share, by strength: a block for each of the strongest, a row for each of the others. Not responsible for
//! who shares the same things (`pattern`).
//!
//! Invariant: an innocent explanation stands beside each; a thing that is not shown is counted.

use crate::{
    explain::words::{count, grouped},
    model::Bits,
    referral::{
        Contents, Dossier, Thing, Value,
        document::said::{self, Refs, capital, cut, sentence, share},
    },
};
use serde::Serialize;

/// So many have a block each.
const BLOCKS: usize = 40;
/// So many more have a row each.
const ROWS: usize = 200;
/// So many have a place in the document.
pub(super) const PLACED: usize = BLOCKS + ROWS;
/// Spellings of one.
const SPELLINGS: usize = 8;
/// Characters of a value in a block and in a row.
const LETTERS: (usize, usize) = (600, 90);

/// The section.
#[derive(Debug, Serialize)]
pub(super) struct Things {
    blocks: Vec<Block>,
    rows: Vec<Row>,
    /// What is shown in part, and where the rest is; empty where everything is here.
    note: String,
}

#[derive(Debug, Serialize)]
struct Block {
    no: String,
    place: String,
    label: String,
    value: String,
    /// What there is in place of a value; empty where there is one.
    lacking: &'static str,
    bits: String,
    share: f64,
    identities: Refs,
    how_many: String,
    facts: Vec<(&'static str, String)>,
    innocent: String,
    badges: Vec<(String, &'static str)>,
}

#[derive(Debug, Serialize)]
struct Row {
    no: String,
    place: String,
    label: String,
    value: String,
    bits: String,
    identities: Refs,
    others: String,
}

impl Things {
    pub(super) fn of(dossier: &Dossier, contents: &Contents, identities: usize) -> Self {
        let all = &dossier.things;
        let most = all.iter().map(|thing| thing.bits).max().unwrap_or(Bits::ZERO);
        let note = if all.len() > BLOCKS {
            let more = match all.len().saturating_sub(PLACED) {
                0 => String::new(),
                n => format!(" and {} more are not shown", grouped(n)),
            };
            format!(
                "Of {}, the {BLOCKS} strongest are told at length, up to {ROWS} others have a row each{more}. All of them \
                 with every spelling: {}.",
                count(all.len(), "shared thing", "shared things"),
                said::place_in(contents, "attributes.csv")
            )
        } else {
            String::new()
        };
        Self {
            blocks: all.iter().take(BLOCKS).map(|t| Block::of(t, most, identities)).collect(),
            rows: all.iter().skip(BLOCKS).take(ROWS).map(|t| Row::of(t, identities)).collect(),
            note,
        }
    }
}

/// What is said of the others who use it.
fn others(thing: &Thing) -> String {
    match thing.others {
        0 => "Nobody else in the whole store uses it.".to_owned(),
        1 => "1 other person in the store uses it too; that person is not named.".to_owned(),
        n => format!("{} other persons in the store use it too; they are not named.", grouped(n)),
    }
}

impl Block {
    fn of(thing: &Thing, most: Bits, identities: usize) -> Self {
        let mut facts = Vec::new();
        if !thing.spellings.is_empty() {
            let shown = thing.spellings.iter().take(SPELLINGS).map(|s| cut(s, 200));
            let mut shown: Vec<String> = shown.collect();
            if thing.spellings.len() > SPELLINGS {
                let more = thing.spellings.len() - SPELLINGS;
                shown.push(format!("and {} more spellings", grouped(more)));
            }
            facts.push(("Also spelled", shown.join("\n")));
        }
        let span = said::span(thing.first_seen, thing.last_seen);
        if !span.is_empty() {
            facts.push(("Used", span));
        }
        if !thing.class.is_empty() {
            facts.push(("Weighed as", thing.class.clone()));
        }
        facts.push(("Others", others(thing)));
        let mut badges = Vec::new();
        if thing.is_delivery {
            badges.push(("parcels go there".to_owned(), "plain"));
        }
        if !thing.judged.is_empty() {
            let tone = if thing.judged == "common" { "note" } else { "against" };
            badges.push((format!("judged {} by a person", cut(&thing.judged, 40)), tone));
        }
        if matches!(thing.value, Value::Keyed(_)) {
            badges.push(("keyed hash".to_owned(), "plain"));
        }
        Self {
            no: format!("T{}", thing.no),
            place: format!("thing-{}", thing.no),
            label: capital(&thing.label),
            value: cut(value(thing), LETTERS.0),
            lacking: match thing.value {
                Value::Withheld => "The value is withheld; section 8 says why.",
                Value::None => "There is no single value: what they have is nearly the same.",
                Value::Clear(_) | Value::Keyed(_) => "",
            },
            bits: said::bits(thing.bits),
            share: share(thing.bits, most),
            identities: said::identities(&thing.identities, identities),
            how_many: count(thing.identities.len(), "identity", "identities"),
            facts,
            innocent: thing.innocent.clone(),
            badges,
        }
    }
}

/// The value, empty where there is none to show.
fn value(thing: &Thing) -> &str {
    match &thing.value {
        Value::Clear(text) | Value::Keyed(text) => text,
        Value::Withheld | Value::None => "",
    }
}

impl Row {
    fn of(thing: &Thing, identities: usize) -> Self {
        Self {
            no: format!("T{}", thing.no),
            place: format!("thing-{}", thing.no),
            label: capital(&thing.label),
            value: match thing.value {
                Value::None => sentence("no single value"),
                _ => cut(thing.value.text(), LETTERS.1),
            },
            bits: thing.bits.to_string().replace('-', "−"),
            identities: said::first_identities(&thing.identities, identities),
            others: grouped(thing.others),
        }
    }
}
