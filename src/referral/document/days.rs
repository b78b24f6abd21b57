//! What happened, by day, and when applications arrived. Not responsible for how that is drawn (`svg`).
//!
//! Invariant: events that are told together or left out are counted.

use crate::{
    explain::words::{count, grouped},
    model::Moment,
    referral::{
        Contents, Dossier, Event,
        document::said::{self, Refs, moment, sentence},
    },
    svg::{
        lanes::{self, Lane},
        timeline,
    },
};
use serde::Serialize;

/// Up to so many events have a row each.
const SINGLE: usize = 160;
/// So many rows at most.
const ROWS: usize = 240;
/// Up to so many identities have a lane each.
const LANES: usize = 40;

/// The section.
#[derive(Debug, Serialize)]
pub(super) struct Days {
    rows: Vec<Row>,
    note: String,
    /// The sentence below the bars; empty where there are none.
    bars: String,
    /// The sentence below the lanes; empty where there are none.
    lanes: String,
}

#[derive(Debug, Serialize)]
struct Row {
    /// The day; empty where it is that of the row before.
    day: String,
    time: String,
    text: String,
    identities: Refs,
    source: String,
}

/// The section and its drawings, by their names.
pub(super) fn days(
    dossier: &Dossier,
    contents: &Contents,
    identities: usize,
) -> (Days, Vec<(&'static str, String)>) {
    let (mut rows, is_together) = match dossier.timeline.len() <= SINGLE {
        true => (dossier.timeline.iter().map(|e| single(e, identities)).collect(), false),
        false => (together(&dossier.timeline, identities), true),
    };
    let left = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let mut note = String::new();
    if is_together {
        note = format!(
            "{}. Those of one day that say the same are told together; each with its time and source: {}.",
            count(dossier.timeline.len(), "event", "events"),
            said::place_in(contents, "timeline.csv")
        );
        if left > 0 {
            note.push_str(&format!(" The last {} rows are only there.", grouped(left)));
        }
    }
    let mut last = String::new();
    for row in &mut rows {
        if row.day == last {
            row.day.clear();
        } else {
            last.clone_from(&row.day);
        }
    }
    let (bars, lanes, drawings) = drawn(dossier);
    (Days { rows, note, bars, lanes }, drawings)
}

fn single(event: &Event, identities: usize) -> Row {
    let about: Vec<usize> = event.identity.into_iter().collect();
    let said = moment(event.at);
    let time = said.get(11..16).unwrap_or_default();
    let text = match &event.application {
        Some(id) => format!("{} ({id})", event.text.trim_end_matches('.')),
        None => event.text.clone(),
    };
    Row {
        day: event.at.day(),
        time: time.to_owned(),
        text: sentence(&text),
        identities: said::identities(&about, identities),
        source: event.source.clone(),
    }
}

/// Events of one day, sort and text as one row.
fn together(events: &[Event], identities: usize) -> Vec<Row> {
    let mut rows: Vec<(String, &Event, Vec<usize>, usize)> = Vec::new();
    for event in events {
        let day = event.at.day();
        // Only within a day, of which there are few sorts: the rows since its first.
        let same = rows
            .iter_mut()
            .rev()
            .take_while(|row| row.0 == day)
            .find(|row| row.1.kind == event.kind && row.1.text == event.text);
        match same {
            Some((_, _, who, n)) => {
                who.extend(event.identity);
                *n += 1;
            }
            None => rows.push((day, event, event.identity.into_iter().collect(), 1)),
        }
    }
    let row = |(day, event, mut who, n): (String, &Event, Vec<usize>, usize)| {
        if n == 1 {
            return single(event, identities);
        }
        who.sort_unstable();
        who.dedup();
        Row {
            day,
            time: format!("{n} times"),
            text: sentence(&event.text),
            identities: said::identities(&who, identities),
            source: event.source.clone(),
        }
    };
    rows.into_iter().map(row).collect()
}

fn drawn(dossier: &Dossier) -> (String, String, Vec<(&'static str, String)>) {
    let identities = &dossier.identities;
    let moments = |identity: &crate::referral::Identity| {
        identity.applications.iter().filter_map(|a| a.submitted).collect::<Vec<Moment>>()
    };
    let all: Vec<Moment> = identities.iter().flat_map(moments).collect();
    let mut drawings = Vec::new();
    let bars = timeline::chart(&all, "Applications by day of submission");
    let is_told_by_lanes = (2..=LANES).contains(&identities.len())
        && timeline::bars(&all).iter().all(|bar| bar.n == 1);
    if all.len() > 1 && !is_told_by_lanes {
        drawings.push(("bars", bars.svg));
    }
    let mut caption = String::new();
    if (2..=LANES).contains(&identities.len()) {
        let lane = |identity: &crate::referral::Identity| Lane {
            name: format!("{} {}", identity.no, identity.label),
            href: "#".to_owned(),
            moments: moments(identity),
        };
        let chart = lanes::chart(identities.iter().map(lane).collect());
        if !chart.svg.is_empty() {
            drawings.push(("lanes", chart.svg));
            caption = "Applications of each claimed identity, in the order in which they first applied (UTC)."
                .to_owned();
        }
    }
    let bars =
        if drawings.iter().any(|(name, _)| *name == "bars") { bars.caption } else { String::new() };
    (bars, caption, drawings)
}
