//! The document of a package, `referral.pdf`: what somebody reads who has never heard of the ring. Not responsible for
//! setting type (`typeset`) nor for what is in the dossier (`build`).
//!
//! [`data::Data`] says everything in words, the layout only places it. Long lists are given in part, and wherever that is so
//! the document says how much is left out and in which file of the package all of it is.
//!
//! Invariant: it is made from the dossier and the list of the other files alone; the same of both gives the same bytes.

mod cover;
mod data;
mod days;
mod identities;
mod indicators;
mod links;
mod pattern;
mod picture;
mod proof;
mod reasoning;
mod said;
mod things;

use crate::{
    referral::{Contents, Dossier, PackageFile, ReferralError},
    typeset::{self, Document, Template},
};
use data::Data;

/// What the file is called.
const PATH: &str = "referral.pdf";

const TEMPLATE: Template = Template {
    name: "referral",
    source: include_str!("../../../templates/typst/referral.typ"),
    parts: &[],
};

/// The document. A few seconds for hundreds of identities: callers that must not wait run it aside.
///
/// # Errors
/// [`ReferralError::Part`] when it cannot be typeset, which is a defect of the program.
pub fn document(dossier: &Dossier, contents: &Contents) -> Result<PackageFile, ReferralError> {
    let wrong = |what: String| ReferralError::Part { file: PATH.to_owned(), what };
    let heading = &dossier.heading;
    let (data, images) = Data::of(dossier, contents);
    let document = Document {
        template: TEMPLATE,
        title: data.cover.title.clone(),
        author: heading.organisation.name.clone(),
        id: heading.referral.to_string(),
        made: heading.at,
        data: serde_json::to_value(data).map_err(|e| wrong(e.to_string()))?,
        images,
    };
    let printed = typeset::pdf(&document).map_err(|e| wrong(e.to_string()))?;
    let about =
        "the document to read first: what was found, how firmly, and what speaks against it";
    Ok(PackageFile::new(PATH, about, "application/pdf", printed.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::ReferralProfile,
        referral::{Value, sample},
    };
    use serde_json::Value as Json;
    use std::collections::BTreeSet;

    fn said(dossier: &Dossier) -> Json {
        let (data, _) = Data::of(dossier, &sample::contents(dossier));
        serde_json::to_value(data).unwrap()
    }

    /// As the document of another employer: nobody is named in it.
    fn of_a_peer(n: usize) -> Dossier {
        let mut dossier = sample::dossier(n);
        dossier.heading.profile = ReferralProfile::PeerEmployer;
        dossier.identities.clear();
        dossier.links.clear();
        dossier.timeline.clear();
        dossier.originals.clear();
        dossier
    }

    /// Every string under these keys.
    fn strings<'a>(json: &'a Json, keys: &[&str], found: &mut BTreeSet<&'a str>) {
        match json {
            Json::Object(entries) => {
                for (key, value) in entries {
                    match value {
                        Json::String(text) if keys.contains(&key.as_str()) => {
                            found.insert(text);
                        }
                        other => strings(other, keys, found),
                    }
                }
            }
            Json::Array(values) => values.iter().for_each(|value| strings(value, keys, found)),
            _ => {}
        }
    }

    #[test]
    fn every_number_that_leads_somewhere_has_a_place_to_lead_to() {
        let sizes = [2, 8, 40, 41, 120, 500, 700];
        for dossier in sizes.map(sample::dossier).into_iter().chain([of_a_peer(8)]) {
            let data = said(&dossier);
            let (mut places, mut led) = (BTreeSet::new(), BTreeSet::new());
            strings(&data, &["place"], &mut places);
            strings(&data, &["to"], &mut led);
            led.remove("");
            let astray: Vec<_> = led.difference(&places).collect();
            assert!(astray.is_empty(), "{}: {astray:?}", dossier.identities.len());
            assert_eq!(led.is_empty(), dossier.identities.is_empty());
        }
    }

    #[test]
    fn what_is_sealed_or_goes_along_as_a_file_is_not_said() {
        let mut dossier = sample::dossier(8);
        for sealed in &mut dossier.annex {
            sealed.value = "MARKER".to_owned();
        }
        for original in &mut dossier.originals {
            original.bytes = b"MARKER".to_vec();
        }
        for attached in &mut dossier.attachments {
            attached.bytes = b"MARKER".to_vec();
        }
        dossier.things[0].value = Value::Withheld;
        dossier.things[0].spellings.clear();
        let (data, drawings) = Data::of(&dossier, &sample::contents(&dossier));
        let text = serde_json::to_string(&data).unwrap();
        assert!(!text.contains("MARKER"));
        assert!(!text.contains("12 dock st unit 4, springfield"));
        assert!(text.contains("The value is withheld; section 8 says why."));
        for (name, svg) in drawings {
            assert!(!svg.contains("MARKER") && !svg.contains("12 dock st"), "{name}");
        }
    }

    #[test]
    fn lists_that_are_given_in_part_say_so_and_name_the_file_with_all() {
        let data = said(&sample::dossier(700));
        assert_eq!(data["identities"]["rows"].as_array().unwrap().len(), identities::ROWS);
        let note = data["identities"]["note"].as_str().unwrap();
        assert!(note.contains("in identities.csv") && note.contains("100 more"), "{note}");
        let note = data["links"]["note"].as_str().unwrap();
        assert_eq!(
            note,
            "The 15 strongest of 699 links. All of them with all evidence: in links.csv."
        );
        let note = data["days"]["note"].as_str().unwrap();
        assert!(note.contains("701 events") && note.contains("in timeline.csv"), "{note}");
        let shown = data["proof"]["custody"].as_array().unwrap().len();
        let note = data["proof"]["custody_note"].as_str().unwrap();
        assert_eq!(
            note,
            format!(
                "702 steps in all; {} of the same sort are not shown here. All of them: in custody.jsonl.",
                702 - shown
            )
        );
        let note = data["proof"]["files_note"].as_str().unwrap();
        assert!(note.starts_with("And 701 files below originals/"), "{note}");
        let small = said(&sample::dossier(8));
        for (section, note) in [
            ("identities", "note"),
            ("things", "note"),
            ("links", "note"),
            ("days", "note"),
            ("proof", "files_note"),
            ("proof", "custody_note"),
        ] {
            assert_eq!(small[section][note], "", "{section}");
        }
    }

    #[test]
    fn a_draft_says_so_in_its_head_and_a_reviewed_one_names_who_reviewed_it() {
        let mut dossier = sample::dossier(2);
        let reviewed = said(&dossier)["cover"].to_string();
        assert!(!reviewed.contains("DRAFT"), "{reviewed}");
        assert!(reviewed.contains("proposed by Ada Example and agreed to by Ben Example"));
        dossier.heading.review = None;
        dossier.heading.organisation = crate::referral::Organisation::default();
        let draft = &said(&dossier)["cover"];
        assert_eq!(draft["draft"], cover::DRAFT);
        assert!(draft["running"].as_str().unwrap().starts_with(cover::DRAFT));
        assert!(draft["groups"].to_string().contains("not configured"));
    }

    #[test]
    fn evidence_against_is_kept_where_evidence_for_is_left_out() {
        let mut dossier = sample::dossier(2);
        let link = &mut dossier.links[0];
        let (yes, no) = (link.evidence[0].clone(), link.evidence[1].clone());
        link.evidence = vec![yes; 30].into_iter().chain(vec![no; 15]).collect();
        let data = said(&dossier);
        let block = &data["links"]["blocks"][0];
        let tones: Vec<&str> = block["evidence"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|e| e["tone"].as_str())
            .collect();
        assert_eq!(tones.iter().filter(|t| **t == "against").count(), 15);
        assert_eq!(tones.len(), 25);
        assert!(block["more"].as_str().unwrap().starts_with("20 comparisons"), "{block}");
    }

    #[test]
    fn a_document_that_names_nobody_has_no_empty_tables() {
        let data = said(&of_a_peer(8));
        assert!(data["pattern"].is_null() && data["picture"].is_null());
        let names: Vec<&str> =
            data["glance"].as_array().unwrap().iter().filter_map(|pair| pair[0].as_str()).collect();
        assert_eq!(names.len(), 3, "{names:?}");
        assert_eq!(names[0], "Shared things");
    }
}
