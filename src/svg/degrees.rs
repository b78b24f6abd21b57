//! Bars of degree: to how many other members each member is linked. Not responsible for which links count.
//!
//! Invariant: a bar is as long as its number; members that are not drawn are counted and said.

use super::{
    chart::{Chart, at, length},
    escape,
};
use crate::explain::words::{count, shortened};
use std::fmt::Write;

/// So many bars are drawn at most.
const BARS: usize = 16;

/// One member: name, where it leads, number of other members it is linked to.
#[derive(Debug, Clone)]
pub struct Degree {
    /// The name.
    pub name: String,
    /// Where the bar leads.
    pub href: String,
    /// Other members it is linked to.
    pub n: usize,
}

/// The members by degree, most linked first.
#[must_use]
pub fn chart(mut members: Vec<Degree>) -> Chart {
    members.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.name.cmp(&b.name)));
    let (Some(most), Some(least)) = (members.first(), members.last()) else {
        return Chart::nothing("There is no member.");
    };
    let others = members.len() - 1;
    let full = members.iter().filter(|m| m.n == others).count();
    let caption = format!(
        "{} is linked to {} of {others} other members, {} to {}; {} to all others.",
        most.name,
        most.n,
        least.name,
        least.n,
        match full {
            0 => "nobody is linked".to_owned(),
            1 => "one is linked".to_owned(),
            n => format!("{n} are linked"),
        }
    );
    let svg = drawing(&members, most.n);
    Chart {
        svg,
        caption,
        about: "Members by the number of other members they are linked to".to_owned(),
        head: vec!["Member", "Linked to"],
        rows: members.into_iter().map(|m| (m.name, vec![m.n.to_string()])).collect(),
    }
}

fn drawing(members: &[Degree], most: usize) -> String {
    const ROW: f64 = 24.0;
    const LEFT: f64 = 150.0;
    let drawn = members.len().min(BARS);
    let rest = members.len() - drawn;
    let high = at(drawn + usize::from(rest > 0), ROW) + 4.0;
    let mut out = format!(
        "<svg class=\"degrees\" viewBox=\"0 0 430 {high:.0}\" role=\"group\" aria-label=\"Members by the number of other members they are linked to\">"
    );
    for (i, member) in members.iter().take(drawn).enumerate() {
        let y = at(i, ROW);
        let long = length(member.n, most, 240.0);
        let _ = write!(
            out,
            "<a href=\"{}\"><title>{}: {}</title><rect class=\"hit\" x=\"0\" y=\"{y:.0}\" width=\"430\" height=\"{ROW}\"/>\
             <text x=\"{}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>\
             <rect x=\"{LEFT}\" y=\"{:.0}\" width=\"{:.1}\" height=\"12\"/><text x=\"{:.1}\" y=\"{:.0}\">{}</text></a>",
            escape(&member.href),
            escape(&member.name),
            count(member.n, "other", "others"),
            LEFT - 8.0,
            y + 16.0,
            escape(&shortened(&member.name, 20)),
            y + 6.0,
            long.max(1.0),
            LEFT + long + 6.0,
            y + 16.0,
            member.n,
        );
    }
    if rest > 0 {
        let _ = write!(
            out,
            "<text class=\"axis\" x=\"{LEFT}\" y=\"{:.0}\">and {rest} more in the table</text>",
            at(drawn, ROW) + 16.0
        );
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn degree(name: &str, n: usize) -> Degree {
        Degree { name: name.into(), href: "/x?a=1&b=2".into(), n }
    }

    #[test]
    fn the_most_linked_come_first_and_the_rest_is_counted() {
        let members = (0..20).map(|i| degree(&format!("M{i:02}"), i)).collect();
        let drawn = chart(members);
        assert!(
            drawn.caption.starts_with("M19 is linked to 19 of 19 other members, M00 to 0; one is")
        );
        assert_eq!(drawn.svg.matches("<a ").count(), BARS);
        assert!(drawn.svg.contains("and 4 more in the table"));
        assert_eq!(drawn.rows.len(), 20);
    }

    #[test]
    fn hostile_names_stay_text_and_nobody_is_no_drawing() {
        let drawn = chart(vec![degree("<script>\"", 1), degree("b", 1)]);
        assert!(!drawn.svg.contains("<script") && drawn.svg.contains("a=1&amp;b=2"));
        assert!(chart(vec![]).svg.is_empty());
    }
}
