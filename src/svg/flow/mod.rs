//! Lineage as a flow: rings before on the left, rings after on the right, bands between them as high as the applications that
//! went from one to the other. Not responsible for which ring is which (`rings::lineage`).
//!
//! Rings that belong together (a merger, a split) are drawn together, those that changed most at the top; what came in begins
//! in between, and what is in no ring any more ends there.
//!
//! Invariant: the bands of a ring add up to its applications, but for those to rings that are not drawn, which the table has;
//! rings that are not drawn are counted and said.

mod drawing;
mod families;

use super::chart::Chart;
use crate::explain::words::{count, grouped};
use std::collections::BTreeSet;

/// So many rings are drawn at most.
pub const RINGS: usize = 24;
/// So many rows the table has at most.
const ROWS: usize = 120;

/// Applications that went one way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stream {
    /// The ring they were in before; none when they were in none.
    pub from: Option<String>,
    /// The ring they are in after; none when they are in none.
    pub to: Option<String>,
    /// How many.
    pub n: usize,
}

impl Stream {
    fn rings(&self) -> impl Iterator<Item = &String> {
        self.from.iter().chain(&self.to)
    }
}

/// Which rings there are on either side.
struct Sides<'a> {
    before: BTreeSet<&'a String>,
    after: BTreeSet<&'a String>,
}

impl<'a> Sides<'a> {
    fn of(streams: &'a [Stream]) -> Self {
        Self {
            before: streams.iter().filter_map(|s| s.from.as_ref()).collect(),
            after: streams.iter().filter_map(|s| s.to.as_ref()).collect(),
        }
    }

    /// What happened to applications that went this way, in a word.
    fn what(&self, stream: &Stream) -> &'static str {
        match (&stream.from, &stream.to) {
            (Some(from), Some(to)) if from == to => "stayed",
            (Some(from), Some(to)) => match (self.after.contains(from), self.before.contains(to)) {
                (true, false) => "split off",
                (false, true) => "merged",
                _ => "moved",
            },
            (None, Some(to)) if self.before.contains(to) => "joined",
            (None, Some(_)) => "new ring",
            (Some(from), None) if self.after.contains(from) => "left",
            (Some(_), None) => "dissolved",
            (None, None) => "",
        }
    }
}

/// What became of the rings of one moment at another. `before` and `after` say when, in a word or a date.
#[must_use]
pub fn chart(streams: &[Stream], before: &str, after: &str) -> Chart {
    let streams: Vec<Stream> =
        streams.iter().filter(|s| s.n > 0 && s.rings().next().is_some()).cloned().collect();
    let (families, sides) = (families::of(&streams), Sides::of(&streams));
    let all: BTreeSet<&String> = streams.iter().flat_map(Stream::rings).collect();
    if all.is_empty() {
        return Chart::nothing("There is no ring, and there was none before.");
    }
    let changed: usize = families.iter().filter(|f| f.is_changed()).map(|f| f.rings().len()).sum();
    let drawn = families::drawn(&families, RINGS);
    let shown: BTreeSet<&String> = drawn.iter().flat_map(families::Family::rings).collect();
    let left_out = all.len() - shown.len();
    let caption = caption(&streams, &sides, all.len(), changed, left_out);
    let name =
        |ring: Option<&String>, none: &str| ring.map_or_else(|| none.to_owned(), Clone::clone);
    let row = |s: &Stream| {
        let to = name(s.to.as_ref(), "no ring");
        let cells = vec![to, grouped(s.n), sides.what(s).to_owned()];
        (name(s.from.as_ref(), "no ring"), cells)
    };
    let mut rows: Vec<_> = drawn.iter().flat_map(|f| &f.streams).map(row).collect();
    rows.truncate(ROWS);
    Chart {
        svg: drawing::of(&drawn, &streams, before, after),
        caption,
        about: format!("What became of the applications of rings, from {before} to {after}"),
        head: vec!["Ring before", "Ring now", "Applications", "What happened"],
        rows,
    }
}

fn caption(
    streams: &[Stream],
    sides: &Sides<'_>,
    all: usize,
    changed: usize,
    left_out: usize,
) -> String {
    let n = |what: &str| -> usize {
        streams.iter().filter(|s| sides.what(s) == what).map(|s| s.n).sum()
    };
    let mut said = match changed {
        0 => format!("None of {} changed.", count(all, "ring", "rings")),
        n => format!("{} of {} changed.", grouped(n), count(all, "ring", "rings")),
    };
    let all = [
        (n("joined"), "joined a ring that was there"),
        (n("new ring"), "came to a ring that is new"),
        (n("merged"), "came with a ring that merged into another"),
        (n("split off"), "went with a part that split off"),
        (n("moved"), "went from one ring to another"),
        (n("left"), "left a ring"),
        (n("dissolved"), "were in a ring that is no more"),
    ];
    let words: Vec<String> = all
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .enumerate()
        .map(|(i, (n, what))| match i {
            0 => format!("{} {what}", count(n, "application", "applications")),
            _ => format!("{} {what}", grouped(n)),
        })
        .collect();
    if !words.is_empty() {
        said.push_str(&format!(" {}.", crate::explain::words::list(&words)));
    }
    match left_out {
        0 => {}
        1 => said.push_str(" 1 ring is not drawn."),
        n => said.push_str(&format!(" {} rings are not drawn.", grouped(n))),
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stream(from: &str, to: &str, n: usize) -> Stream {
        let side = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        Stream { from: side(from), to: side(to), n }
    }

    #[test]
    fn everything_that_can_happen_to_a_ring_is_named() {
        let drawn = chart(
            &[
                stream("a", "a", 5),
                stream("", "a", 2),
                stream("b", "a", 3),
                stream("c", "c", 4),
                stream("c", "d", 3),
                stream("", "e", 6),
                stream("f", "", 3),
                stream("g", "g", 9),
            ],
            "May 1",
            "May 8",
        );
        let what = |from: &str, to: &str| {
            let row = drawn.rows.iter().find(|(f, cells)| f == from && cells[0] == to);
            row.unwrap().1[2].clone()
        };
        assert_eq!(what("a", "a"), "stayed");
        assert_eq!(what("no ring", "a"), "joined");
        assert_eq!(what("b", "a"), "merged");
        assert_eq!(what("c", "d"), "split off");
        assert_eq!(what("no ring", "e"), "new ring");
        assert_eq!(what("f", "no ring"), "dissolved");
        assert!(drawn.caption.starts_with("6 of 7 rings changed. 2 applications joined"));
        assert!(drawn.caption.contains("6 came to a ring that is new"), "{}", drawn.caption);
        assert!(!drawn.caption.contains("not drawn"));
        for class in ["stays", "goes", "joins", "leaves"] {
            assert!(drawn.svg.contains(&format!("class=\"{class}\"")), "{class}");
        }
    }

    #[test]
    fn of_many_rings_those_that_changed_are_drawn_and_the_others_are_counted() {
        let mut streams: Vec<Stream> =
            (0..100).map(|n| stream(&format!("r{n}"), &format!("r{n}"), 50 + n)).collect();
        streams.push(stream("", "small", 3));
        let drawn = chart(&streams, "then", "now");
        assert!(drawn.caption.ends_with("77 rings are not drawn."), "{}", drawn.caption);
        assert!(drawn.svg.contains(">small<") && drawn.svg.contains(">r99<"));
        assert!(!drawn.svg.contains(">r0<"));
    }

    #[test]
    fn a_merger_of_very_many_is_drawn_in_part_and_says_so() {
        let streams: Vec<Stream> =
            (0..300).map(|n| stream(&format!("r{n:03}"), "r000", 3 + n % 7)).collect();
        let drawn = chart(&streams, "then", "now");
        assert!(drawn.caption.ends_with("276 rings are not drawn."), "{}", drawn.caption);
        assert!(drawn.rows.len() <= ROWS && drawn.svg.len() < 40_000);
    }

    #[test]
    fn names_are_text() {
        let svg = chart(&[stream("<b>", "<b>", 3)], "<i>", "\"").svg;
        assert!(!svg.contains("<b>") && !svg.contains("<i>"));
        assert!(chart(&[], "a", "b").svg.is_empty());
    }

    proptest! {
        #[test]
        fn whatever_happened_nothing_lies_outside(
            all in prop::collection::vec((0_usize..12, 0_usize..12, 0_usize..400), 1..60),
        ) {
            let name = |n: usize| if n == 0 { String::new() } else { format!("r{n}") };
            let streams: Vec<Stream> =
                all.into_iter().map(|(from, to, n)| stream(&name(from), &name(to), n)).collect();
            let drawn = chart(&streams, "then", "now");
            prop_assert!(!drawn.svg.contains("NaN") && !drawn.svg.contains("inf"));
            prop_assert!(!drawn.svg.contains("height=\"-") && !drawn.svg.contains("y=\"-"));
        }
    }
}
