//! Facts, inference, assessment, alternatives and limits, kept apart. Not responsible for the lists they count.
//!
//! Invariant: what persons wrote stands as they wrote it, under their names; what was computed is never called a fact.

use crate::{
    explain::words::{count, grouped, list},
    referral::{
        Contents, Dossier,
        document::{
            links::both_sides,
            said::{self, moment, paragraphs, sentence},
        },
    },
};
use serde::Serialize;

/// So many decisions and notes each.
const LINES: usize = 120;
/// Characters of a reason.
const LETTERS: usize = 12_000;

/// The section.
#[derive(Debug, Serialize)]
pub(super) struct Reasoning {
    /// What was received: what, how many, where it is.
    facts: Vec<(String, String, String)>,
    inference: Vec<String>,
    /// Name, what was seen, whether passed.
    gates: Vec<(String, String, bool)>,
    decisions: Vec<Decision>,
    notes: Vec<Decision>,
    /// What was left out of them; empty where nothing was.
    note: String,
    wording: String,
    alternatives: Vec<String>,
    explanations: Vec<String>,
    against: Vec<String>,
    limits: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Decision {
    at: String,
    by: String,
    text: String,
    /// In paragraphs.
    why: Vec<String>,
    source: String,
    is_withdrawn: bool,
}

impl Reasoning {
    pub(super) fn of(dossier: &Dossier, contents: &Contents) -> Self {
        let decisions = dossier.decisions.iter().take(LINES).map(|line| Decision {
            at: moment(line.at),
            by: line.by.clone(),
            text: sentence(&line.text),
            why: paragraphs(&line.why, LETTERS),
            source: format!("fact {}", line.seq.0),
            is_withdrawn: line.is_withdrawn,
        });
        let notes = dossier.notes.iter().take(LINES).map(|line| Decision {
            at: moment(line.at),
            by: line.by.clone(),
            text: String::new(),
            why: paragraphs(&line.text, LETTERS),
            source: String::new(),
            is_withdrawn: false,
        });
        let left: Vec<String> = [
            (dossier.decisions.len(), "decision", "decisions"),
            (dossier.notes.len(), "note", "notes"),
        ]
        .into_iter()
        .filter(|(n, ..)| *n > LINES)
        .map(|(n, one, several)| count(n - LINES, one, several))
        .collect();
        Self {
            facts: facts(dossier, contents),
            inference: inference(dossier),
            gates: dossier
                .gates
                .iter()
                .map(|gate| (gate.name.clone(), sentence(&gate.detail), gate.passed))
                .collect(),
            decisions: decisions.collect(),
            notes: notes.collect(),
            note: match left.is_empty() {
                true => String::new(),
                false => format!("The last {} are not shown here.", list(&left)),
            },
            wording: dossier.heading.wording.clone(),
            alternatives: paragraphs(&dossier.alternatives, LETTERS),
            explanations: dossier.explanations.iter().map(|text| sentence(text)).collect(),
            against: against(dossier),
            limits: dossier.method.limits.iter().map(|text| sentence(text)).collect(),
        }
    }
}

/// What speaks against the ring.
pub(super) fn against(dossier: &Dossier) -> Vec<String> {
    dossier.against.iter().map(|text| sentence(text)).collect()
}

fn facts(dossier: &Dossier, contents: &Contents) -> Vec<(String, String, String)> {
    let applications: usize = dossier.identities.iter().map(|i| i.applications.len()).sum();
    let claims: usize = dossier.identities.iter().map(|i| i.claims.len()).sum();
    let place = |section: &str, file: &str| match file {
        "" => section.to_owned(),
        _ => format!("{section}; {}", said::place_in(contents, file)),
    };
    let lines = [
        ("Claimed identities", dossier.identities.len(), place("section 2", "identities.csv")),
        ("Values they claimed", claims, place("section 2", "identities.csv")),
        ("Applications", applications, place("section 4", "timeline.csv")),
        ("Applications as received", dossier.originals.len(), "below originals/".to_owned()),
        ("Things that are shared", dossier.things.len(), place("section 3", "attributes.csv")),
        ("Events", dossier.timeline.len(), place("section 4", "timeline.csv")),
        ("Files of the case", dossier.attachments.len(), "below originals/attachments/".to_owned()),
        (
            "Others who use a shared thing",
            dossier.bystanders as usize,
            "counted only; section 8".to_owned(),
        ),
    ];
    let shown = lines.into_iter().filter(|(_, n, _)| *n > 0);
    shown.map(|(what, n, place)| (what.to_owned(), grouped(n), place)).collect()
}

fn inference(dossier: &Dossier) -> Vec<String> {
    let links = &dossier.links;
    let mut said = Vec::new();
    if !links.is_empty() {
        let binding = links.iter().filter(|link| link.binds).count();
        said.push(format!(
            "{}, of which {} by {} the ring together (section 5). {}",
            count(links.len(), "link", "links"),
            grouped(binding),
            if binding == 1 { "itself holds" } else { "themselves hold" },
            both_sides(links)
        ));
        let range = (links.iter().map(|l| l.bits).min(), links.iter().map(|l| l.bits).max());
        if let (Some(least), Some(most)) = range {
            said.push(format!(
                "The strongest link is worth {}, the weakest {}.",
                said::bits(most),
                said::bits(least)
            ));
        }
        let bridges: Vec<String> = links
            .iter()
            .filter(|link| link.is_weak_bridge)
            .take(12)
            .map(|link| format!("identities {} and {}", link.a, link.b))
            .collect();
        said.push(match bridges.is_empty() {
            true => "No weak bridge was found among the links.".to_owned(),
            false => format!(
                "Weak bridges, where the ring hangs together by little: {}. The parts on both sides may belong to different \
                 hands.",
                list(&bridges)
            ),
        });
    }
    let cut: Vec<String> =
        dossier.identities.iter().filter(|i| i.is_cut).map(|i| i.no.to_string()).collect();
    if !cut.is_empty() {
        let word = if cut.len() == 1 { "identity" } else { "any one of the identities" };
        let named: Vec<String> = cut.iter().take(20).cloned().collect();
        let more = match cut.len().saturating_sub(20) {
            0 => String::new(),
            n => format!(" or {n} more"),
        };
        said.push(format!("Without {word} {}{more} the ring falls into parts.", list(&named)));
    }
    said
}
