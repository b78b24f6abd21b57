//! What leaves the house, as a page lists it: everything a dossier says, in the order in which whoever answers for it asks.
//! Not responsible for choosing (`asked`) nor for warning (`warnings`).
//!
//! A preview shows clear values: only who may refer sees one. What is sealed is in it as a number.
//!
//! Invariant: every value and every text of a dossier that a package holds is on the page, or is counted on it with a way
//! to read it.

use crate::{
    explain::words::{bytes, count},
    model::Moment,
    referral::{Claim, Dossier, Identity, PARTS, PackageFile, Thing, Value, package},
    web::{text::Piece, urls, veil::Seen},
};
use std::collections::BTreeMap;

/// Originals whose content is on the page; of more it is told which there are.
const READ: usize = 40;
/// Characters of a value from which on it is folded away.
const LONG: usize = 160;

/// Something claimed.
pub struct ClaimRow {
    pub about: String,
    pub value: String,
    /// In how many applications, where that is not all of them.
    pub within: String,
    pub is_long: bool,
}

/// Somebody who is named.
pub struct Person {
    pub no: usize,
    pub label: String,
    pub url: String,
    pub applications: String,
    pub claims: Vec<ClaimRow>,
    /// What they share: number and words.
    pub things: Vec<(usize, String)>,
    pub is_cut: bool,
}

/// Something shared.
pub struct ThingRow {
    pub no: usize,
    pub label: String,
    pub value: String,
    /// How the value is given where that is not in the clear.
    pub given: &'static str,
    pub spellings: Vec<String>,
    pub class: String,
    pub judged: String,
    pub identities: String,
    pub others: u32,
    pub bits: String,
}

/// A file.
pub struct FileRow {
    pub path: String,
    pub about: String,
    /// Empty where it is not written yet.
    pub size: String,
}

/// An application as received.
pub struct OriginalRow {
    pub path: String,
    pub who: String,
    pub source: String,
    pub size: String,
    pub redacted: String,
    /// What is in it; none where there are very many.
    pub content: Option<String>,
}

/// A text that somebody wrote, which leaves word for word.
pub struct TextRow {
    pub what: String,
    pub by: String,
    pub at: Option<Moment>,
    pub text: String,
    pub is_withdrawn: bool,
}

/// What is withheld.
pub struct StaysRow {
    pub what: String,
    pub n: u32,
    pub why: String,
}

/// What leaves the house.
pub struct Preview {
    pub leaves: Vec<Piece>,
    pub stays: String,
    pub people: Vec<Person>,
    pub things: Vec<ThingRow>,
    pub files: Vec<FileRow>,
    /// Whether the files were written, so that their sizes are known.
    pub is_weighed: bool,
    pub total: String,
    pub originals: Vec<OriginalRow>,
    pub texts: Vec<TextRow>,
    pub withheld: Vec<StaysRow>,
    pub summary: Vec<String>,
    pub against: Vec<String>,
    pub n_links: usize,
    pub n_events: usize,
    pub n_indicators: usize,
    pub house: Vec<(&'static str, String)>,
}

impl Preview {
    /// Of a dossier, and of its files where they were written. `is_annexed` where sealed values are encrypted for somebody.
    pub fn of(view: &Seen, dossier: &Dossier, files: &[PackageFile], is_annexed: bool) -> Self {
        let total: usize = files.iter().map(|file| file.bytes.len()).sum();
        let house = &dossier.heading.organisation;
        Self {
            leaves: leaves(dossier),
            stays: stays(dossier, is_annexed),
            people: dossier
                .identities
                .iter()
                .map(|one| person(view, one, &dossier.things))
                .collect(),
            things: dossier.things.iter().map(|thing| thing_row(view, thing)).collect(),
            files: if files.is_empty() {
                listed(dossier, is_annexed)
            } else {
                weighed(view, files)
            },
            is_weighed: !files.is_empty(),
            total: bytes(total as u64),
            originals: originals(view, dossier),
            texts: texts(view, dossier),
            withheld: dossier
                .withheld
                .iter()
                .map(|w| StaysRow { what: w.what.clone(), n: w.count, why: w.why.clone() })
                .collect(),
            summary: dossier.summary.iter().map(|line| view.text(line)).collect(),
            against: dossier.against.iter().map(|line| view.text(line)).collect(),
            n_links: dossier.links.len(),
            n_events: dossier.timeline.len(),
            n_indicators: dossier.indicators.len(),
            house: [
                ("Name", &house.name),
                ("Address", &house.address),
                ("Phone", &house.phone),
                ("Mailbox", &house.email),
                ("Contact", &house.contact),
                ("Counsel", &house.counsel),
            ]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(what, value)| (what, value.clone()))
            .collect(),
        }
    }
}

/// What leaves, as the end of a sentence that begins with it.
fn leaves(dossier: &Dossier) -> Vec<Piece> {
    let mut said = vec![
        Piece::link(
            count(dossier.identities.len(), "claimed identity", "claimed identities"),
            "#people",
        ),
        Piece::link(count(dossier.things.len(), "shared value", "shared values"), "#values"),
    ];
    let originals = dossier.originals.len();
    if originals > 0 {
        let n = count(originals, "application as received", "applications as received");
        said.push(Piece::link(n, "#originals"));
    }
    if !dossier.attachments.is_empty() {
        let n = count(dossier.attachments.len(), "attachment", "attachments");
        said.push(Piece::link(n, "#package"));
    }
    if !dossier.notes.is_empty() {
        said.push(Piece::link(count(dossier.notes.len(), "note", "notes"), "#texts"));
    }
    let mut said = crate::web::text::listed(said);
    let one = dossier.identities.len() == 1 && said.len() == 1;
    said.push(Piece::text(if one { " leaves." } else { " leave." }));
    said
}

/// What stays, in a sentence.
fn stays(dossier: &Dossier, is_annexed: bool) -> String {
    let others = match dossier.bystanders {
        0 => "No bystander is in it".to_owned(),
        1 => "1 bystander is counted, not named".to_owned(),
        n => format!("{n} bystanders are counted, not named"),
    };
    let n = count(dossier.annex.len(), "sealed value", "sealed values");
    let sealed = match (dossier.annex.len(), is_annexed) {
        (0, _) => "no sealed value is held of them".to_owned(),
        (1, true) => format!("{n} leaves in the encrypted annex alone"),
        (_, true) => format!("{n} leave in the encrypted annex alone"),
        (1, false) => format!("{n} stays"),
        (_, false) => format!("{n} stay"),
    };
    format!("{others}; {sealed}.")
}

fn person(view: &Seen, one: &Identity, things: &[Thing]) -> Person {
    let all = one.applications.len();
    Person {
        no: one.no,
        label: view.text(&one.label),
        url: urls::applicant(&one.id),
        applications: one
            .applications
            .iter()
            .map(|a| a.id.to_string())
            .collect::<Vec<_>>()
            .join(", "),
        claims: one.claims.iter().map(|claim| claim_row(view, claim, all)).collect(),
        things: one
            .things
            .iter()
            .filter_map(|no| things.iter().find(|thing| thing.no == *no))
            .map(|thing| (thing.no, thing.label.clone()))
            .collect(),
        is_cut: one.is_cut,
    }
}

fn claim_row(view: &Seen, claim: &Claim, all: usize) -> ClaimRow {
    let n = claim.applications.len();
    let value = view.text(claim.value.as_str());
    ClaimRow {
        about: claim.about.clone(),
        is_long: value.chars().count() > LONG || value.contains('\n'),
        value,
        within: if n < all { format!("in {n} of {all}") } else { String::new() },
    }
}

fn thing_row(view: &Seen, thing: &Thing) -> ThingRow {
    let numbers: Vec<String> = thing.identities.iter().map(ToString::to_string).collect();
    ThingRow {
        no: thing.no,
        label: thing.label.clone(),
        value: view.text(thing.value.text()),
        given: match thing.value {
            Value::Clear(_) => "",
            Value::Keyed(_) => "as a keyed hash",
            Value::Withheld => "withheld",
            Value::None => "nearly equal texts, which are not in it",
        },
        spellings: thing.spellings.iter().map(|text| view.text(text)).collect(),
        class: thing.class.clone(),
        judged: thing.judged.clone(),
        identities: match numbers.is_empty() {
            true => format!("{} who are not named", thing.sharers),
            false => numbers.join(", "),
        },
        others: thing.others,
        bits: format!("{:.1}", thing.bits.get()),
    }
}

/// The forms of a package that is not written yet.
fn listed(dossier: &Dossier, is_annexed: bool) -> Vec<FileRow> {
    let row =
        |path: &str, about: String| FileRow { path: path.to_owned(), about, size: String::new() };
    let mut rows: Vec<FileRow> =
        PARTS.iter().map(|part| row(part.name(), part.about().to_owned())).collect();
    if !dossier.originals.is_empty() {
        let n = count(dossier.originals.len(), "application", "applications");
        rows.push(row(
            "originals/",
            format!("{n} as received, what is sealed or withheld taken out"),
        ));
    }
    for file in &dossier.attachments {
        rows.push(FileRow {
            path: file.path.clone(),
            about: format!("attached by {}", file.by),
            size: bytes(file.bytes.len() as u64),
        });
    }
    if is_annexed && !dossier.annex.is_empty() {
        rows.push(row("annex", "sealed values, encrypted for those named".to_owned()));
    }
    rows.push(row("manifest.json", "every file with its size and SHA-256".to_owned()));
    rows
}

fn weighed(view: &Seen, files: &[PackageFile]) -> Vec<FileRow> {
    let row = |file: &PackageFile| FileRow {
        path: view.text(&file.path),
        about: file.about.clone(),
        size: bytes(file.bytes.len() as u64),
    };
    files.iter().map(row).collect()
}

fn originals(view: &Seen, dossier: &Dossier) -> Vec<OriginalRow> {
    let labels: BTreeMap<usize, &str> =
        dossier.identities.iter().map(|one| (one.no, one.label.as_str())).collect();
    let row = |(i, original): (usize, &crate::referral::Original)| OriginalRow {
        path: original.path.clone(),
        who: view.text(labels.get(&original.identity).copied().unwrap_or_default()),
        source: format!("{}, row {}", original.source.0, original.source.1),
        size: bytes(original.bytes.len() as u64),
        redacted: original.redacted.join(", "),
        content: (i < READ).then(|| view.text(&String::from_utf8_lossy(&original.bytes))),
    };
    dossier.originals.iter().enumerate().map(row).collect()
}

/// What persons wrote, which leaves as they wrote it: it may name others.
fn texts(view: &Seen, dossier: &Dossier) -> Vec<TextRow> {
    let mut rows = Vec::new();
    let mut row = |what: String, by: &str, at: Option<Moment>, text: &str, is_withdrawn: bool| {
        if !text.trim().is_empty() {
            let (by, text) = (by.to_owned(), view.text(text));
            rows.push(TextRow { what, by, at, text, is_withdrawn });
        }
    };
    let heading = &dossier.heading;
    row("What it is for".to_owned(), &heading.by, None, &heading.purpose, false);
    row("To whom it goes".to_owned(), &heading.by, None, &heading.recipient, false);
    if let Some((_, title)) = &heading.case {
        row("Title of the case".to_owned(), "", None, title, false);
    }
    let proposed = heading.review.as_ref().map_or("", |review| review.proposed_by.as_str());
    row(
        "Innocent explanations considered".to_owned(),
        proposed,
        None,
        &dossier.alternatives,
        false,
    );
    for said in &dossier.decisions {
        let what = format!("Why: {}", said.text.trim_end_matches('.'));
        row(what, &said.by, Some(said.at), &said.why, said.is_withdrawn);
    }
    for note in &dossier.notes {
        row("Note of the case".to_owned(), &note.by, Some(note.at), &note.text, false);
    }
    for file in &dossier.attachments {
        row("Name of an attachment".to_owned(), &file.by, Some(file.at), &file.name, false);
    }
    rows
}

/// The SHA-256 of bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    package::sha256(bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{referral::sample, web::veil::Veil};
    use std::sync::Arc;

    fn said(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn what_leaves_and_what_stays_is_said_first_and_in_numbers() {
        let dossier = sample::dossier(7);
        let preview = Preview::of(&Seen::new(Arc::default(), Veil::Lifted), &dossier, &[], true);
        assert_eq!(
            said(&preview.leaves),
            "7 claimed identities, 5 shared values, 7 applications as received, 1 attachment and 1 note leave."
        );
        assert_eq!(
            preview.stays,
            "3 bystanders are counted, not named; 1 sealed value leaves in the encrypted annex alone."
        );
    }

    #[test]
    fn every_text_that_somebody_wrote_is_shown_whole_and_no_sealed_value_is() {
        let dossier = sample::dossier(7);
        let preview = Preview::of(&Seen::new(Arc::default(), Veil::Lifted), &dossier, &[], true);
        let texts: Vec<&str> = preview.texts.iter().map(|row| row.text.as_str()).collect();
        for text in [
            dossier.alternatives.as_str(),
            dossier.decisions[0].why.as_str(),
            dossier.notes[0].text.as_str(),
            dossier.attachments[0].name.as_str(),
        ] {
            assert!(texts.contains(&text), "{text}");
        }
        let shown = preview
            .people
            .iter()
            .flat_map(|p| p.claims.iter().map(|c| c.value.clone()))
            .chain(preview.things.iter().map(|t| t.value.clone()))
            .chain(preview.originals.iter().filter_map(|o| o.content.clone()))
            .collect::<Vec<_>>()
            .concat();
        assert!(!shown.contains(&dossier.annex[0].value));
    }
}
