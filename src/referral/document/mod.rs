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
mod dump {
    use super::*;
    use crate::referral::{Listed, Value, sample};
    use std::{fs, path::Path};

    fn contents(dossier: &Dossier) -> Contents {
        let hash = dossier.heading.head_hash.clone();
        let mut files: Vec<Listed> = [
            "identities.csv",
            "attributes.csv",
            "timeline.csv",
            "links.csv",
            "indicators.csv",
            "custody.jsonl",
            "bundle.stix.json",
            "graph.graphml",
        ]
        .iter()
        .map(|p| Listed {
            path: (*p).to_owned(),
            about: "one row each, for spreadsheets".to_owned(),
            bytes: 48_211,
            sha256: hash.clone(),
        })
        .collect();
        files.extend(dossier.originals.iter().map(|o| Listed {
            path: o.path.clone(),
            about: "as received".to_owned(),
            bytes: o.bytes.len() as u64,
            sha256: hash.clone(),
        }));
        Contents { evidence: hash, files }
    }

    #[test]
    fn dump() {
        let Ok(out) = std::env::var("DUMP") else { return };
        let mut all: Vec<(String, Dossier)> =
            [2, 8, 40, 60, 500].iter().map(|&n| (n.to_string(), sample::dossier(n))).collect();
        let mut d = sample::dossier(8);
        d.heading.review = None;
        d.heading.case = None;
        d.heading.organisation = Default::default();
        d.heading.recipient = String::new();
        d.heading.purpose = String::new();
        d.alternatives = String::new();
        d.against.clear();
        d.decisions.clear();
        d.things[1].value = Value::Withheld;
        d.things[2].value = Value::Keyed("a3f9".repeat(16));
        all.push(("draft".into(), d));
        let mut d = sample::dossier(8);
        d.heading.profile = crate::model::ReferralProfile::PeerEmployer;
        d.heading.tlp = crate::model::Tlp::Amber;
        d.identities.clear();
        d.originals.clear();
        d.attachments.clear();
        d.links.clear();
        d.timeline.clear();
        d.notes.clear();
        for t in &mut d.things {
            t.value = Value::Keyed("a3f9".repeat(16));
            t.spellings.clear();
        }
        for i in &mut d.indicators {
            i.values.clear();
        }
        all.push(("peer".into(), d));
        let mut d = sample::dossier(8);
        let long = "W".repeat(3000);
        let prose = "The building manager said that nobody of that name lives there. ".repeat(160);
        for i in &mut d.identities {
            i.label = format!("{} {}", i.label, "Anne-Marie von und zu ".repeat(6));
            for c in &mut i.claims {
                c.value = format!("{}{long}", c.value);
            }
            i.applications[0].role = long.clone();
            i.applications[0].stage = "x".repeat(90);
        }
        for t in &mut d.things {
            t.value = Value::Clear(format!("https://example.com/{long}"));
            t.spellings = (0..20).map(|n| format!("{n}{long}")).collect();
            t.class = "y".repeat(100);
            t.label = "Z".repeat(100);
        }
        for l in &mut d.links {
            for e in &mut l.evidence {
                e.left = long.clone();
                e.right = long.clone();
                e.text = long.clone();
            }
        }
        for e in &mut d.decisions {
            e.why = prose.clone();
            e.by = "N".repeat(120);
        }
        for e in &mut d.timeline {
            e.text = long.clone();
            e.source = "field ".to_owned() + &"s".repeat(60);
        }
        for i in &mut d.indicators {
            i.values = (0..30).map(|n| (format!("what {n}"), long.clone())).collect();
            i.title = "T".repeat(200);
        }
        for c in &mut d.custody {
            c.item = long.clone();
            c.by = "B".repeat(80);
            c.purpose = long.clone();
        }
        d.alternatives = prose.clone();
        d.against = vec![long.clone()];
        d.summary = vec![prose, long.clone()];
        if let Some(c) = &mut d.heading.case {
            c.1 = "Q".repeat(300);
        }
        d.heading.recipient = long.clone();
        d.heading.purpose = long.clone();
        d.heading.organisation.name = "O".repeat(200);
        d.withheld[0].why = long.clone();
        d.withheld[0].what = "H".repeat(90);
        d.gates[0].detail = long.clone();
        d.gates[0].name = "G".repeat(90);
        all.push(("long".into(), d));
        for (name, dossier) in all {
            let dir = Path::new(&out).join(&name);
            fs::create_dir_all(dir.join("images")).unwrap();
            let (data, images) = Data::of(&dossier, &contents(&dossier));
            fn fit(v: &mut serde_json::Value) {
                match v {
                    serde_json::Value::String(s) => {
                        let t = crate::typeset::shown(s).into_owned();
                        *s = t
                            .split_inclusive(char::is_whitespace)
                            .map(|w| {
                                if w.chars().count() > 28 {
                                    w.chars()
                                        .collect::<Vec<_>>()
                                        .chunks(12)
                                        .map(|c| c.iter().collect::<String>())
                                        .collect::<Vec<_>>()
                                        .join("\u{200b}")
                                } else {
                                    w.to_owned()
                                }
                            })
                            .collect();
                    }
                    serde_json::Value::Array(a) => a.iter_mut().for_each(fit),
                    serde_json::Value::Object(o) => o.values_mut().for_each(fit),
                    _ => {}
                }
            }
            let mut value = serde_json::to_value(data).unwrap();
            fit(&mut value);
            fs::write(dir.join("data.json"), serde_json::to_string_pretty(&value).unwrap())
                .unwrap();
            for (image, svg) in images {
                fs::write(dir.join(format!("images/{image}.svg")), crate::svg::printed(&svg))
                    .unwrap();
            }
        }
    }
}
