//! All that the layout is told: text, everything already said in words. Not responsible for the layout
//! (`templates/typst/referral.typ`).
//!
//! Invariant: it is made from the dossier and the list of files alone, in the order of the dossier.

use crate::{
    explain::words::{count, grouped, shortened},
    model::Moment,
    referral::{
        Contents, Dossier,
        document::{
            cover::Cover,
            days::{Days, days},
            identities::{self, Identities},
            indicators::Indicators,
            links::Links,
            pattern::Pattern,
            picture::Picture,
            proof::Proof,
            reasoning::{Reasoning, against},
            said::sentence,
            things::{self, Things},
        },
    },
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Names of the drawings of a legend, of which there are at most as many as kinds of value and people.
const ICONS: [&str; 16] = [
    "icon-1", "icon-2", "icon-3", "icon-4", "icon-5", "icon-6", "icon-7", "icon-8", "icon-9",
    "icon-10", "icon-11", "icon-12", "icon-13", "icon-14", "icon-15", "icon-16",
];

/// Stages by how far they are, for the words that systems use for them.
const STAGES: &[&str] = &[
    "appl",
    "new",
    "review",
    "screen",
    "phone",
    "assess",
    "test",
    "interview",
    "onsite",
    "reference",
    "background",
    "offer",
    "accept",
    "hire",
    "onboard",
    "start",
];

/// What the layout reads.
#[derive(Debug, Serialize)]
pub(super) struct Data {
    pub cover: Cover,
    /// The ring in sentences, the verdict first.
    summary: Vec<String>,
    /// What and how many.
    glance: Vec<(String, String)>,
    against: Vec<String>,
    identities: Identities,
    things: Things,
    pattern: Option<Pattern>,
    picture: Option<Drawn>,
    days: Days,
    links: Links,
    indicators: Indicators,
    reasoning: Reasoning,
    proof: Proof,
}

/// What is said of the drawing.
#[derive(Debug, Serialize)]
struct Drawn {
    caption: String,
    is_large: bool,
    /// Name of the drawing and its word.
    legend: Vec<(&'static str, String)>,
}

impl Data {
    /// The data and its drawings, by their names.
    pub(super) fn of(
        dossier: &Dossier,
        contents: &Contents,
    ) -> (Self, Vec<(&'static str, String)>) {
        let places = (
            dossier.identities.len().min(identities::ROWS),
            dossier.things.len().min(things::PLACED),
        );
        let (days, mut drawings) = days(dossier, contents, places.0);
        let picture = Picture::of(dossier).map(|picture| {
            drawings.push(("ring", picture.svg));
            let mut legend = Vec::new();
            for (name, (icon, word)) in ICONS.into_iter().zip(picture.legend) {
                drawings.push((name, icon));
                legend.push((name, word));
            }
            Drawn { caption: picture.caption, is_large: picture.is_large, legend }
        });
        let data = Self {
            cover: Cover::of(dossier),
            summary: dossier.summary.iter().map(|text| sentence(text)).collect(),
            glance: glance(dossier),
            against: against(dossier),
            identities: Identities::of(dossier, contents, places.1),
            things: Things::of(dossier, contents, places.0),
            pattern: Pattern::of(dossier, contents, places),
            picture,
            days,
            links: Links::of(dossier, contents, places),
            indicators: Indicators::of(dossier, contents, places.0),
            reasoning: Reasoning::of(dossier, contents),
            proof: Proof::of(dossier, contents),
        };
        (data, drawings)
    }
}

/// The ring in numbers.
fn glance(dossier: &Dossier) -> Vec<(String, String)> {
    let applications = || dossier.identities.iter().flat_map(|i| &i.applications);
    let (first, last) = (dossier.heading.first_seen, dossier.heading.last_seen);
    let named = |name: &str, n: String| (name.to_owned(), n);
    let things = named("Shared things", grouped(dossier.things.len()));
    let days = named(
        "Days from the first application to the last, both counted",
        days_between(first, last),
    );
    let others = named("Others who use a shared thing, not named", grouped(dossier.bystanders));
    if dossier.identities.is_empty() {
        return vec![things, days, others];
    }
    vec![
        named("Claimed identities", grouped(dossier.identities.len())),
        things,
        named("Applications", grouped(applications().count())),
        days,
        farthest(applications().map(|a| a.stage.as_str())),
        others,
    ]
}

fn days_between(first: Option<Moment>, last: Option<Moment>) -> String {
    match (first, last) {
        (Some(first), Some(last)) => {
            grouped(last.0.div_euclid(86_400) - first.0.div_euclid(86_400) + 1)
        }
        _ => "not known".to_owned(),
    }
}

/// The stage farthest along, by the words for it, and what to call it.
fn farthest<'a>(stages: impl Iterator<Item = &'a str>) -> (String, String) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for stage in stages.map(str::trim).filter(|stage| !stage.is_empty()) {
        *counts.entry(stage).or_default() += 1;
    }
    let rank = |stage: &str| {
        let folded = stage.to_lowercase();
        STAGES.iter().rposition(|word| folded.contains(word)).map_or(0, |at| at + 1)
    };
    let best = counts.into_iter().max_by_key(|&(stage, n)| (rank(stage), n));
    let name = "Farthest stage";
    match best {
        None => (name.to_owned(), "not stated".to_owned()),
        Some((stage, n)) => {
            (format!("{name}, {}", count(n, "application", "applications")), shortened(stage, 32))
        }
    }
}
