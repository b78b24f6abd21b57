//! Who claims to be whom: a block for each identity, or a row where they are many. Not responsible for what they share
//! (`things`).
//!
//! Invariant: everything is as claimed; an identity that is not shown is counted.

use crate::{
    explain::words::{count, grouped},
    referral::{
        ApplicationLine, Claim, Contents, Dossier, Identity,
        document::said::{self, Refs, cut, moment_or},
    },
};
use serde::Serialize;

/// Up to so many have a block each.
const BLOCKS: usize = 40;
/// Up to so many have a row each.
pub(super) const ROWS: usize = 600;
/// Claims of one identity.
const CLAIMS: usize = 40;
/// Applications of one identity.
const APPLICATIONS: usize = 20;
/// Ids of applications beside a claim.
const IDS: usize = 3;
/// Characters of a claim.
const LETTERS: usize = 400;

/// Columns that are said in one line, and what the line is called.
const TOGETHER: &[(&str, &[&str])] = &[
    ("Home address", &["street", "unit", "city", "state", "postal_code", "country"]),
    (
        "Delivery address",
        &["ship_street", "ship_unit", "ship_city", "ship_state", "ship_postal_code"],
    ),
    (
        "Education",
        &["degree", "major", "institution", "grad_year", "education_start", "education_end"],
    ),
    ("Employment", &["job_title", "employer"]),
    ("Referee", &["reference_name", "reference_email", "reference_phone"]),
];

/// The section.
#[derive(Debug, Serialize)]
pub(super) struct Identities {
    blocks: Vec<Block>,
    rows: Vec<Row>,
    /// What is shown in part, and where the rest is; empty where everything is here.
    note: String,
}

#[derive(Debug, Serialize)]
struct Block {
    no: usize,
    place: String,
    label: String,
    id: String,
    claims: Vec<(String, String, String)>,
    applications: Vec<Application>,
    things: Refs,
    note: String,
    more: String,
    /// Whether it fits on a page for sure.
    is_short: bool,
}

#[derive(Debug, Serialize)]
struct Application {
    id: String,
    submitted: String,
    role: String,
    way: String,
    stage: String,
}

#[derive(Debug, Serialize)]
struct Row {
    no: usize,
    place: String,
    label: String,
    /// How it is reached, as claimed.
    contact: Vec<String>,
    applications: String,
    things: Refs,
    is_cut: bool,
}

impl Identities {
    pub(super) fn of(dossier: &Dossier, contents: &Contents, things: usize) -> Self {
        let all = &dossier.identities;
        if all.len() <= BLOCKS {
            let blocks: Vec<Block> =
                all.iter().map(|identity| Block::of(identity, contents, things)).collect();
            return Self { blocks, rows: Vec::new(), note: String::new() };
        }
        let mut note = format!(
            "Each has one row here, since there are {}. All that each claimed is {}.",
            grouped(all.len()),
            said::place_in(contents, "identities.csv")
        );
        if all.len() > ROWS {
            note.push_str(&format!(
                " The first {ROWS} are shown; {} more are only there.",
                grouped(all.len() - ROWS)
            ));
        }
        let rows = all.iter().take(ROWS).map(|identity| Row::of(identity, things)).collect();
        Self { blocks: Vec::new(), rows, note }
    }
}

impl Block {
    fn of(identity: &Identity, contents: &Contents, things: usize) -> Self {
        let Identity { no, id, label, applications, things: shared, is_cut, .. } = identity;
        let claims = &together(identity);
        let left = [
            (claims.len().saturating_sub(CLAIMS), "claim", "claims", "identities.csv"),
            (
                applications.len().saturating_sub(APPLICATIONS),
                "application",
                "applications",
                "timeline.csv",
            ),
        ];
        let more: Vec<String> = left
            .into_iter()
            .filter(|&(n, ..)| n > 0)
            .map(|(n, one, several, file)| {
                format!(
                    "{} not shown here: {}.",
                    count(n, one, several),
                    said::place_in(contents, file)
                )
            })
            .collect();
        Self {
            no: *no,
            place: place(*no),
            label: label.clone(),
            id: id.to_string(),
            claims: claims.iter().take(CLAIMS).map(|c| claim(c, applications.len())).collect(),
            applications: applications.iter().take(APPLICATIONS).map(application).collect(),
            things: said::things(shared, things),
            note: if *is_cut { CUT.to_owned() } else { String::new() },
            more: more.join(" "),
            is_short: claims.len() + applications.len() <= 14
                && claims.iter().map(|c| c.value.len()).sum::<usize>() <= 1_200
                && label.len() <= 200,
        }
    }
}

/// What an identity claims, the columns of an address and the like in one line for each way in which they were filled in.
fn together(identity: &Identity) -> Vec<Claim> {
    let mut told: Vec<Claim> = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for claim in &identity.claims {
        let group = TOGETHER.iter().find(|(_, columns)| columns.contains(&claim.column.as_str()));
        let Some((name, columns)) = group else {
            told.push(claim.clone());
            continue;
        };
        if done.contains(name) {
            continue;
        }
        done.push(name);
        let from = told.len();
        for line in &identity.applications {
            let given = columns.iter().filter_map(|column| {
                let mut claims = identity.claims.iter().filter(|c| c.column == *column);
                claims.find(|c| c.applications.contains(&line.id)).map(|c| c.value.as_str())
            });
            let value = given.collect::<Vec<_>>().join(", ");
            if value.is_empty() {
                continue;
            }
            let mut same = told.iter_mut().skip(from);
            match same.find(|known| known.value == value) {
                Some(known) => known.applications.push(line.id.clone()),
                None => told.push(Claim {
                    column: claim.column.clone(),
                    about: (*name).to_owned(),
                    value,
                    applications: vec![line.id.clone()],
                }),
            }
        }
    }
    told
}

/// What is said of an identity that holds the ring together.
const CUT: &str = "Without this identity the ring falls into parts.";

fn place(no: usize) -> String {
    format!("identity-{no}")
}

fn claim(claim: &Claim, all: usize) -> (String, String, String) {
    let Claim { column, about, value, applications } = claim;
    let about = if about.is_empty() { column } else { about };
    let mut ids: Vec<&str> = applications.iter().take(IDS).map(|id| id.as_str()).collect();
    let more = match applications.len().saturating_sub(IDS) {
        0 => String::new(),
        n => format!("and {n} more"),
    };
    if !more.is_empty() {
        ids.push(&more);
    }
    let places = match applications.len() {
        n if n > 1 && n == all => format!("all {n}"),
        _ => ids.join("\n"),
    };
    (said::capital(about), cut(value, LETTERS), places)
}

fn application(line: &ApplicationLine) -> Application {
    let ApplicationLine { id, submitted, requisition, role, channel, agency, stage, outcome } =
        line;
    let joined = |parts: &[&String]| {
        let parts: Vec<&str> = parts.iter().map(|p| p.trim()).filter(|p| !p.is_empty()).collect();
        parts.join(", ")
    };
    Application {
        id: id.to_string(),
        submitted: moment_or(*submitted, "not stated"),
        role: cut(&joined(&[role, requisition]), 160),
        way: cut(&joined(&[channel, agency]), 120),
        stage: cut(&joined(&[stage, outcome]), 120),
    }
}

impl Row {
    fn of(identity: &Identity, things: usize) -> Self {
        let mut contact: Vec<String> = Vec::new();
        for column in ["email", "phone"] {
            let mut values = identity.claims.iter().filter(|c| c.column == column);
            if let Some(first) = values.next() {
                let more = values.count();
                let value = cut(&first.value, 60);
                contact.push(if more == 0 { value } else { format!("{value} (+{more})") });
            }
        }
        let moments = || identity.applications.iter().filter_map(|a| a.submitted);
        let span = said::span(moments().min(), moments().max());
        Self {
            no: identity.no,
            place: place(identity.no),
            label: cut(&identity.label, 80),
            contact,
            applications: format!("{} {span}", identity.applications.len()),
            things: said::first_things(&identity.things, things),
            is_cut: identity.is_cut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::sample;

    #[test]
    fn an_address_is_one_line_for_each_way_in_which_it_was_filled_in() {
        let mut identity = sample::dossier(2).identities.remove(0);
        let first = identity.applications[0].clone();
        let second = ApplicationLine { id: "B-2".parse().unwrap(), ..first.clone() };
        let claim = |column: &str, value: &str, of: &[&ApplicationLine]| Claim {
            column: column.to_owned(),
            about: String::new(),
            value: value.to_owned(),
            applications: of.iter().map(|line| line.id.clone()).collect(),
        };
        identity.claims = vec![
            claim("email", "a@example.com", &[&first]),
            claim("street", "1 Elm St", &[&first]),
            claim("street", "2 Oak Ave", &[&second]),
            claim("city", "Dayton", &[&first, &second]),
        ];
        identity.applications.push(second);
        let told = together(&identity);
        let lines: Vec<&str> = told.iter().map(|claim| claim.value.as_str()).collect();
        assert_eq!(lines, ["a@example.com", "1 Elm St, Dayton", "2 Oak Ave, Dayton"]);
        assert_eq!(told[2].applications.len(), 1);
    }
}
