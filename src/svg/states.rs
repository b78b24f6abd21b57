//! The map: how many members say they live in each of the United States, and where things are sent. Not responsible
//! for reading addresses.
//!
//! Invariant: every place that was given is on the map, in its table, or counted in the sentence beside it.

use super::{
    chart::{Chart, at},
    escape,
};
use crate::{
    explain::words::count,
    reference::{
        states::{State, state},
        states_map::{SHEET, outline, outlines},
    },
};
use std::{collections::BTreeMap, fmt::Write};

/// What a place is to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// A claimed home.
    Home,
    /// Where something is sent.
    Delivery,
}

/// A place that one member gives: its state as far as it is known, and what it is.
#[derive(Debug, Clone)]
pub struct Place {
    /// The state as the address has it, empty when it has none.
    pub state: String,
    /// What it is to the member.
    pub use_: Use,
}

/// Members by state. Each place is to be given once a member, state and use.
#[must_use]
pub fn chart(places: &[Place]) -> Chart {
    let mut states: BTreeMap<&'static str, (State, usize, usize)> = BTreeMap::new();
    let mut abroad: BTreeMap<String, usize> = BTreeMap::new();
    let mut unknown = 0;
    for place in places {
        match state(&place.state, None) {
            Some(found) if outline(found.code).is_some() && found.country == "US" => {
                let row = states.entry(found.code).or_insert((found, 0, 0));
                match place.use_ {
                    Use::Home => row.1 += 1,
                    Use::Delivery => row.2 += 1,
                }
            }
            Some(found) => *abroad.entry(found.name.to_owned()).or_default() += 1,
            None if place.state.trim().is_empty() => unknown += 1,
            None => *abroad.entry(place.state.clone()).or_default() += 1,
        }
    }
    if places.is_empty() {
        return Chart::nothing("No member gives an address.");
    }
    let mut rows: Vec<(State, usize, usize)> = states.values().copied().collect();
    rows.sort_by(|a, b| (b.1 + b.2).cmp(&(a.1 + a.2)).then_with(|| a.0.name.cmp(b.0.name)));
    Chart {
        svg: drawing(&states),
        caption: caption(&rows, &abroad, unknown),
        about: "Members by the state of their claimed home and of the address things are sent to"
            .to_owned(),
        head: vec!["State", "Homes", "Deliveries"],
        rows: rows
            .into_iter()
            .map(|(s, home, sent)| (s.name.to_owned(), vec![home.to_string(), sent.to_string()]))
            .collect(),
    }
}

fn caption(
    rows: &[(State, usize, usize)],
    abroad: &BTreeMap<String, usize>,
    unknown: usize,
) -> String {
    let homes = rows.iter().filter(|r| r.1 > 0).count();
    let sent = rows.iter().filter(|r| r.2 > 0).count();
    let mut said = format!(
        "Claimed homes (circles) in {}, deliveries (squares) to {}.",
        count(homes, "state", "states"),
        count(sent, "state", "states")
    );
    if let Some((s, _, n)) = rows.iter().max_by_key(|r| r.2).filter(|r| r.2 > 1) {
        said.push_str(&format!(" {n} members have things sent to {}.", s.name));
    }
    if !abroad.is_empty() {
        let named: Vec<String> =
            abroad.iter().take(5).map(|(name, n)| format!("{name} ({n})")).collect();
        let more = abroad.len().saturating_sub(5);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        said.push_str(&format!(" Outside the map: {}{more}.", named.join(", ")));
    }
    if unknown > 0 {
        let n = count(unknown, "address names", "addresses name");
        said.push_str(&format!(" {n} no state."));
    }
    said
}

fn drawing(states: &BTreeMap<&'static str, (State, usize, usize)>) -> String {
    let mut out = format!(
        "<svg class=\"states\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"Map of the United States with the members by state\">",
        SHEET.0, SHEET.1
    );
    // States without anybody are one shape.
    let empty: String = outlines()
        .iter()
        .filter(|one| !states.contains_key(one.code))
        .map(|one| one.path)
        .collect();
    let _ = write!(out, "<path class=\"empty\" d=\"{empty}\"/>");
    for (code, (found, home, sent)) in states {
        let Some(one) = outline(code) else { continue };
        let class = if *sent > 0 { "sent" } else { "home" };
        let _ = write!(
            out,
            "<path class=\"{class}\" d=\"{}\"><title>{}: {}, {}</title></path>",
            one.path,
            escape(found.name),
            count(*home, "home", "homes"),
            count(*sent, "delivery", "deliveries"),
        );
    }
    // Numbers last, so that no border covers them: homes in a circle, deliveries in a square.
    for (code, (_, home, sent)) in states {
        let Some(one) = outline(code) else { continue };
        let marks = [(*home, Use::Home), (*sent, Use::Delivery)];
        let marks: Vec<_> = marks.into_iter().filter(|(n, _)| *n > 0).collect();
        for (i, (n, use_)) in marks.iter().enumerate() {
            let spread = if marks.len() > 1 { at(i, 30.0) - 15.0 } else { 0.0 };
            let (x, y) = (f64::from(one.label.0) + spread, f64::from(one.label.1));
            let shape = match use_ {
                Use::Home => format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"13\"/>"),
                Use::Delivery => format!(
                    "<rect x=\"{}\" y=\"{}\" width=\"26\" height=\"26\"/>",
                    x - 13.0,
                    y - 13.0
                ),
            };
            let class = match use_ {
                Use::Home => "at-home",
                Use::Delivery => "at-door",
            };
            let _ = write!(
                out,
                "<g class=\"{class}\">{shape}<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{n}</text></g>",
                y + 6.0
            );
        }
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(state: &str, use_: Use) -> Place {
        Place { state: state.into(), use_ }
    }

    #[test]
    fn every_place_is_on_the_map_or_in_words() {
        let places = [
            place("oh", Use::Delivery),
            place("OH", Use::Delivery),
            place("Ohio", Use::Home),
            place("tx", Use::Home),
            place("pr", Use::Home),
            place("on", Use::Home),
            place("<i>bavaria", Use::Home),
            place("", Use::Delivery),
        ];
        let drawn = chart(&places);
        let sum: usize =
            drawn.rows.iter().flat_map(|(_, n)| n).map(|n| n.parse::<usize>().unwrap()).sum();
        assert_eq!(sum, 4);
        assert_eq!(drawn.rows[0], ("Ohio".to_owned(), vec!["1".to_owned(), "2".to_owned()]));
        assert!(
            drawn
                .caption
                .contains("Claimed homes (circles) in 2 states, deliveries (squares) to 1 state.")
        );
        assert!(drawn.caption.contains("2 members have things sent to Ohio."), "{}", drawn.caption);
        assert!(drawn.caption.contains("<i>bavaria (1), Ontario (1), Puerto Rico (1)."));
        assert!(drawn.caption.ends_with("1 address names no state."));
        assert!(!drawn.svg.contains("<i>"));
        assert_eq!(drawn.svg.matches("at-home").count(), 2);
        assert_eq!(drawn.svg.matches("at-door").count(), 1);
    }

    #[test]
    fn a_map_is_small_enough_for_a_page() {
        let all: Vec<Place> = outlines().iter().map(|one| place(one.code, Use::Home)).collect();
        let drawn = chart(&all);
        assert_eq!(drawn.rows.len(), 51);
        assert!(drawn.svg.len() < 30_000, "{}", drawn.svg.len());
        assert!(chart(&[]).svg.is_empty());
    }
}
