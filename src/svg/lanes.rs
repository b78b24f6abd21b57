//! Lanes: one a member, with a mark for each application, on one axis of days. Not responsible for how many arrived
//! together (`timeline`).
//!
//! Invariant: a mark for each application that says when it was submitted; members that are not drawn are said.

use super::{
    chart::{Chart, at},
    escape,
};
use crate::{
    explain::{
        day::Day,
        words::{count, shortened},
    },
    model::Moment,
};
use std::fmt::Write;

/// So many lanes are drawn at most.
const LANES: usize = 40;

/// One member.
#[derive(Debug, Clone)]
pub struct Lane {
    /// The name.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// When it applied.
    pub moments: Vec<Moment>,
}

/// The members in the order in which they first applied.
#[must_use]
pub fn chart(mut lanes: Vec<Lane>) -> Chart {
    for lane in &mut lanes {
        lane.moments.sort_unstable();
    }
    lanes.retain(|lane| !lane.moments.is_empty());
    lanes.sort_by(|a, b| a.moments.cmp(&b.moments).then_with(|| a.name.cmp(&b.name)));
    let all = || lanes.iter().flat_map(|lane| &lane.moments).copied().map(Day::of);
    let (Some(first), Some(last)) = (all().min(), all().max()) else {
        return Chart::nothing("No application says when it was submitted.");
    };
    let again = lanes.iter().filter(|lane| lane.moments.len() > 1).count();
    let came = lanes.first().map_or("", |lane| lane.name.as_str());
    let caption = format!(
        "{} first applied on {first}; of {} {} more than once, the last application came on {last}.",
        came,
        count(lanes.len(), "member", "members"),
        match again {
            0 => "none applied".to_owned(),
            n => format!("{n} applied"),
        },
    );
    Chart {
        svg: drawing(&lanes, first, last),
        caption,
        about: "Applications of each member, in the order in which they first applied (UTC)"
            .to_owned(),
        head: vec!["Member", "Applied on"],
        rows: lanes
            .into_iter()
            .map(|lane| {
                let days: Vec<String> =
                    lane.moments.iter().map(|&m| Day::of(m).to_string()).collect();
                (lane.name, vec![days.join(", ")])
            })
            .collect(),
    }
}

fn drawing(lanes: &[Lane], first: Day, last: Day) -> String {
    const ROW: f64 = 24.0;
    const LEFT: f64 = 150.0;
    const WIDE: f64 = 550.0;
    let drawn = lanes.len().min(LANES);
    let floor = at(drawn, ROW) + 4.0;
    #[expect(clippy::cast_precision_loss, reason = "days of a calendar")]
    let x = |moment: Moment| {
        let span = (last.0 - first.0).max(1) as f64;
        LEFT + 8.0 + (Day::of(moment).0 - first.0) as f64 / span * (WIDE - 16.0)
    };
    let mut out = format!(
        "<svg class=\"lanes\" viewBox=\"0 0 720 {:.0}\" role=\"group\" aria-label=\"When each member applied\">",
        floor + 20.0
    );
    for (i, lane) in lanes.iter().take(drawn).enumerate() {
        let y = at(i, ROW);
        let middle = y + 12.0;
        let _ = write!(
            out,
            "<a href=\"{}\"><title>{}: {}</title><rect class=\"hit\" x=\"0\" y=\"{y:.0}\" width=\"720\" height=\"{ROW}\"/>\
             <text x=\"{}\" y=\"{:.0}\" text-anchor=\"end\">{}</text><path class=\"zero\" d=\"M{LEFT} {middle}h{WIDE}\"/>",
            escape(&lane.href),
            escape(&lane.name),
            count(lane.moments.len(), "application", "applications"),
            LEFT - 8.0,
            y + 16.0,
            escape(&shortened(&lane.name, 20)),
        );
        if let (Some(&from), Some(&to)) = (lane.moments.first(), lane.moments.last()) {
            let _ =
                write!(out, "<path class=\"span\" d=\"M{:.1} {middle}H{:.1}\"/>", x(from), x(to));
        }
        for &moment in &lane.moments {
            let _ = write!(out, "<circle cx=\"{:.1}\" cy=\"{middle}\" r=\"4.5\"/>", x(moment));
        }
        out.push_str("</a>");
    }
    let _ = write!(
        out,
        "<text class=\"axis\" x=\"{LEFT}\" y=\"{:.0}\">{first}</text>\
         <text class=\"axis\" x=\"{}\" y=\"{:.0}\" text-anchor=\"end\">{last}{}</text></svg>",
        floor + 14.0,
        LEFT + WIDE,
        floor + 14.0,
        match lanes.len() - drawn {
            0 => String::new(),
            n => format!("; {n} more members in the table"),
        }
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(name: &str, days: &[i64]) -> Lane {
        let moments = days.iter().map(|d| Moment(d * 86_400)).collect();
        Lane { name: name.into(), href: "/a".into(), moments }
    }

    #[test]
    fn each_application_is_a_mark_and_the_first_to_come_is_on_top() {
        let drawn = chart(vec![lane("late", &[9]), lane("<b>early", &[3, 1]), lane("never", &[])]);
        assert_eq!(drawn.svg.matches("<circle").count(), 3);
        assert_eq!(drawn.rows[0], ("<b>early".into(), vec!["1970-01-02, 1970-01-04".into()]));
        assert!(
            drawn.caption.contains("of 2 members 1 applied more than once"),
            "{}",
            drawn.caption
        );
        assert!(!drawn.svg.contains("<b>"));
    }

    #[test]
    fn lanes_that_are_too_many_are_said() {
        let drawn = chart((0..50).map(|i| lane(&format!("M{i}"), &[i])).collect());
        assert!(drawn.svg.contains("10 more members in the table"));
        assert_eq!(drawn.rows.len(), 50);
        assert!(chart(vec![]).svg.is_empty());
    }
}
