//! The heat map of the week: on which day and at which hour applications arrived. Not responsible for what an hour
//! means (`indicators`).
//!
//! Invariant: the cells add up to the number of moments; the caption says in which zone hours are.

use super::{
    chart::{Chart, at},
    escape,
};
use crate::{
    explain::{
        day::{DAY, WEEK, week_hour},
        words::count,
    },
    model::Moment,
};
use std::fmt::Write;

/// Shades, so that the drawing needs no color of its own.
const SHADES: usize = 4;

/// When applications arrived, by day of the week and hour.
#[must_use]
pub fn chart(moments: &[Moment]) -> Chart {
    if moments.is_empty() {
        return Chart::nothing("No application says when it was submitted.");
    }
    if moments.iter().all(|m| m.0.rem_euclid(DAY) == 0) {
        return Chart::nothing(
            "The hours are not known: every application gives the day alone, without a time.",
        );
    }
    let hours: Vec<(usize, usize)> = moments.iter().map(|&m| week_hour(m)).collect();
    in_zone(&hours, "UTC")
}

/// The same of hours that were read off a clock: day of the week, Monday 0, and hour, 0 to 23. Every other pair is left out.
/// `zone` says which clock.
#[must_use]
pub fn in_zone(hours: &[(usize, usize)], zone: &str) -> Chart {
    if hours.is_empty() {
        return Chart::nothing("The hours are not known.");
    }
    let mut cells = [[0_usize; 24]; 7];
    for &(weekday, hour) in hours {
        if let Some(cell) = cells.get_mut(weekday).and_then(|row| row.get_mut(hour)) {
            *cell += 1;
        }
    }
    let most = cells.iter().flatten().copied().max().unwrap_or(1).max(1);
    let mut busiest = (0, 0);
    for (d, row) in cells.iter().enumerate() {
        for (h, &n) in row.iter().enumerate() {
            if n == most && cells[busiest.0][busiest.1] != most {
                busiest = (d, h);
            }
        }
    }
    let weekend: usize = cells[5..].iter().flatten().sum();
    let night: usize = cells.iter().flat_map(|row| &row[..6]).sum();
    let rows = cells.iter().enumerate().flat_map(|(d, row)| {
        row.iter().enumerate().filter(|(_, n)| **n > 0).map(move |(h, n)| {
            (format!("{}, {h:02}:00 to {h:02}:59", WEEK[d]), vec![n.to_string()])
        })
    });
    Chart {
        svg: drawing(&cells, most, zone),
        caption: format!(
            "Most arrived on a {} in the hour from {:02}:00: {most} of {}. {weekend} arrived on a weekend, {night} \
             between midnight and six. All hours are {}.",
            WEEK[busiest.0],
            busiest.1,
            count(hours.len(), "application", "applications"),
            of(zone),
        ),
        about: format!(
            "Applications by day of the week and hour, {zone}; hours without any are left out"
        ),
        head: vec!["Day and hour", "Applications"],
        rows: rows.collect(),
    }
}

/// A zone as a sentence ends with it.
fn of(zone: &str) -> String {
    if zone == "UTC" { zone.to_owned() } else { format!("those of {zone}") }
}

fn drawing(cells: &[[usize; 24]; 7], most: usize, zone: &str) -> String {
    let zone = escape(zone);
    const CELL: f64 = 22.0;
    const LEFT: f64 = 34.0;
    let mut out = format!(
        "<svg class=\"heat\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"Applications by day of the week and hour, {zone}\">",
        LEFT + 24.0 * CELL,
        7.0 * CELL + 20.0
    );
    for (d, row) in cells.iter().enumerate() {
        let y = at(d, CELL);
        let _ = write!(
            out,
            "<text class=\"axis\" x=\"0\" y=\"{:.0}\">{}</text>",
            y + 15.0,
            WEEK[d].get(..3).unwrap_or_default()
        );
        // Empty hours are one shape a day.
        let _ = write!(
            out,
            "<rect class=\"none\" x=\"{LEFT}\" y=\"{y}\" width=\"{}\" height=\"{}\"/>",
            24.0 * CELL - 2.0,
            CELL - 2.0
        );
        for (h, &n) in row.iter().enumerate().filter(|(_, n)| **n > 0) {
            let shade = (n * SHADES).div_ceil(most).clamp(1, SHADES);
            let x = LEFT + at(h, CELL);
            let _ = write!(
                out,
                "<g class=\"shade{shade}\"><rect x=\"{x}\" y=\"{y}\" width=\"{side}\" height=\"{side}\"><title>{} {h:02}:00 {zone}: {n}</title></rect>\
                 <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{n}</text></g>",
                WEEK[d],
                x + 10.0,
                y + 14.0,
                side = CELL - 2.0
            );
        }
    }
    for h in (0..24).step_by(3) {
        let _ = write!(
            out,
            "<text class=\"axis\" x=\"{:.0}\" y=\"{:.0}\">{h:02}</text>",
            LEFT + at(h, CELL),
            7.0 * CELL + 14.0
        );
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_table_adds_up_to_the_moments(seconds in prop::collection::vec(1i64..2_000_000_000, 1..80)) {
            prop_assume!(seconds.iter().any(|s| s % DAY != 0));
            let moments: Vec<Moment> = seconds.into_iter().map(Moment).collect();
            let drawn = chart(&moments);
            let sum: usize = drawn.rows.iter().map(|(_, n)| n[0].parse::<usize>().unwrap()).sum();
            prop_assert_eq!(sum, moments.len());
            prop_assert_eq!(drawn.svg.matches("<g class").count(), drawn.rows.len());
        }
    }

    #[test]
    fn a_clock_of_another_zone_is_named() {
        let drawn = in_zone(&[(0, 9), (0, 9), (6, 23)], "America/New_York");
        assert!(drawn.caption.ends_with("All hours are those of America/New_York."));
        assert!(drawn.svg.contains("Monday 09:00 America/New_York: 2"));
        assert!(in_zone(&[], "UTC").svg.is_empty());
    }

    #[test]
    fn days_without_a_time_draw_no_hours_and_say_so() {
        let drawn = chart(&[Moment(0), Moment(DAY * 9)]);
        assert!(drawn.svg.is_empty() && drawn.caption.contains("hours are not known"));
        assert!(chart(&[]).svg.is_empty());
    }

    #[test]
    fn the_caption_names_the_busiest_hour_and_the_zone() {
        // Thursday 1970-01-01, three at five, one on the Saturday.
        let said = chart(&[5, 5, 5, 48 + 13].map(|h| Moment(h * 3_600 + 60))).caption;
        assert!(
            said.starts_with("Most arrived on a Thursday in the hour from 05:00: 3 of 4"),
            "{said}"
        );
        assert!(said.contains("1 arrived on a weekend, 3 between midnight and six"), "{said}");
        assert!(said.ends_with("All hours are UTC."), "{said}");
    }
}
