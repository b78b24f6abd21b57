//! Where the bands of a flow lie. Not responsible for which are drawn (`families`).
//!
//! Invariant: bands of one side never overlap, and each has room for its name.

use super::{Stream, families::Family};
use crate::{
    explain::words::grouped,
    svg::{chart::at, escape},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

const WIDE: f64 = 740.0;
/// Where bands of the left and of the right begin, and how wide they are.
const LEFT: f64 = 212.0;
const RIGHT: f64 = 520.0;
const BAND: f64 = 11.0;
const TOP: f64 = 30.0;
/// Room that a name needs, and room between families.
const LINE: f64 = 17.0;
const GAP: f64 = 12.0;
/// How far what comes or goes is seen.
const STUB: f64 = 92.0;

/// A ring on one side.
struct Band<'a> {
    ring: &'a String,
    n: usize,
    y: f64,
    high: f64,
    /// Where the next stream begins.
    next: f64,
}

/// The drawing of these families; `all` are the streams of all rings.
pub(super) fn of(families: &[Family], all: &[Stream], before: &str, after: &str) -> String {
    let mut sizes: (BTreeMap<&String, usize>, BTreeMap<&String, usize>) = Default::default();
    for stream in all {
        if let Some(from) = &stream.from {
            *sizes.0.entry(from).or_default() += stream.n;
        }
        if let Some(to) = &stream.to {
            *sizes.1.entry(to).or_default() += stream.n;
        }
    }
    let total: usize = families
        .iter()
        .flat_map(Family::rings)
        .map(|ring| sizes.0.get(ring).max(sizes.1.get(ring)).copied().unwrap_or(0))
        .sum();
    let rings: usize = families.iter().map(|family| family.rings().len()).sum();
    // As high as a page bears; one application at least a hair, at most half a line.
    let scale = ((120.0 + at(rings, 12.0)) / at(total.max(1), 1.0)).clamp(0.05, LINE / 2.0);
    let mut shapes = String::new();
    let mut y = TOP;
    for family in families {
        y += draw(&mut shapes, family, &sizes, scale, y) + GAP;
    }
    let mut out = format!(
        "<svg class=\"flow\" viewBox=\"0 0 {WIDE} {:.0}\" role=\"img\" aria-label=\"What became of the applications of rings, from {} to {}\">",
        y + 28.0,
        escape(before),
        escape(after)
    );
    let _ = write!(
        out,
        "<text class=\"axis\" x=\"{:.0}\" y=\"14\" text-anchor=\"end\">{}</text><text class=\"axis\" x=\"{RIGHT}\" y=\"14\">{}</text>",
        LEFT + BAND,
        escape(before),
        escape(after)
    );
    out.push_str(&shapes);
    legend(&mut out, families, y + 6.0);
    out.push_str("</svg>");
    out
}

/// What the bands mean, as far as there are such.
fn legend(out: &mut String, families: &[Family], y: f64) {
    let has = |fits: fn(&Stream) -> bool| families.iter().flat_map(|f| &f.streams).any(fits);
    let all = [
        (has(|s| s.from.is_some() && s.from == s.to), "stays", "in the same ring"),
        (has(|s| s.from.is_some() && s.to.is_some() && s.from != s.to), "goes", "in another ring"),
        (has(|s| s.from.is_none()), "joins", "in no ring before"),
        (has(|s| s.to.is_none()), "leaves", "in no ring now"),
    ];
    let mut x = 4.0;
    for (_, class, words) in all.into_iter().filter(|(is_there, ..)| *is_there) {
        let _ = write!(
            out,
            "<path class=\"{class}\" d=\"M{x} {y:.1}h22v11h-22Z\"/><text x=\"{:.0}\" y=\"{:.1}\">{words}</text>",
            x + 28.0,
            y + 10.0
        );
        x += 58.0 + at(words.len(), 6.4);
    }
}

fn stack<'a>(
    names: BTreeSet<&'a String>,
    sizes: &BTreeMap<&String, usize>,
    scale: f64,
) -> Vec<Band<'a>> {
    let mut bands: Vec<Band<'a>> = names
        .into_iter()
        .map(|ring| {
            let n = sizes.get(ring).copied().unwrap_or(0);
            Band { ring, n, y: 0.0, high: at(n, scale).max(1.5), next: 0.0 }
        })
        .collect();
    bands.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.ring.cmp(b.ring)));
    bands
}

/// Puts bands below each other within so much height, from `y`.
fn place(bands: &mut [Band<'_>], y: f64, high: f64) {
    let needed: f64 = bands.iter().map(|band| band.high.max(LINE)).sum();
    let mut at = y + (high - needed) / 2.0;
    for band in bands {
        let room = band.high.max(LINE);
        band.y = at + (room - band.high) / 2.0;
        band.next = band.y;
        at += room;
    }
}

/// Draws a family and returns how high it is.
fn draw(
    out: &mut String,
    family: &Family,
    sizes: &(BTreeMap<&String, usize>, BTreeMap<&String, usize>),
    scale: f64,
    y: f64,
) -> f64 {
    let before = family.streams.iter().filter_map(|s| s.from.as_ref()).collect();
    let after = family.streams.iter().filter_map(|s| s.to.as_ref()).collect();
    let (mut lefts, mut rights) = (stack(before, &sizes.0, scale), stack(after, &sizes.1, scale));
    let room = |bands: &[Band<'_>]| bands.iter().map(|b| b.high.max(LINE)).sum::<f64>();
    let high = room(&lefts).max(room(&rights));
    place(&mut lefts, y, high);
    place(&mut rights, y, high);
    let rank = |bands: &[Band<'_>], ring: Option<&String>| {
        ring.map_or(usize::MAX, |ring| {
            bands.iter().position(|b| b.ring == ring).unwrap_or(usize::MAX)
        })
    };
    // From top to bottom on both sides, so that streams of one ring do not cross each other.
    let mut streams: Vec<&Stream> = family.streams.iter().collect();
    streams.sort_by_key(|s| (rank(&lefts, s.from.as_ref()), rank(&rights, s.to.as_ref())));
    for stream in streams {
        let thick = at(stream.n, scale).max(0.75);
        let take = |bands: &mut [Band<'_>], ring: Option<&String>| {
            let band = bands.iter_mut().find(|band| Some(band.ring) == ring)?;
            let from = band.next;
            band.next += thick;
            Some(from)
        };
        let (a, b) =
            (take(&mut lefts, stream.from.as_ref()), take(&mut rights, stream.to.as_ref()));
        ribbon(out, stream, a, b, thick);
    }
    for band in &lefts {
        let ends = !family.streams.iter().any(|s| s.to.as_ref() == Some(band.ring));
        let goes =
            family.streams.iter().find(|s| s.from.as_ref() == Some(band.ring) && s.to.is_some());
        let note = match (ends, goes.is_some()) {
            (true, true) => "merged ",
            (true, false) => "dissolved ",
            _ => "",
        };
        let _ = write!(
            out,
            "<rect class=\"band\" x=\"{LEFT}\" y=\"{:.1}\" width=\"{BAND}\" height=\"{:.1}\"/>\
             <text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\"><tspan class=\"note\">{note}</tspan><tspan class=\"who\">{}</tspan> <tspan class=\"n\">{}</tspan></text>",
            band.y,
            band.high,
            LEFT - 7.0,
            band.y + band.high / 2.0 + 4.0,
            escape(band.ring),
            grouped(band.n)
        );
    }
    for band in &rights {
        let was = sizes.0.get(band.ring).copied();
        let joined: usize = family
            .streams
            .iter()
            .filter(|s| s.from.is_none() && s.to.as_ref() == Some(band.ring))
            .map(|s| s.n)
            .sum();
        let split =
            family.streams.iter().any(|s| s.to.as_ref() == Some(band.ring) && s.from.is_some());
        let note = match (was, joined) {
            (None, _) if split => " split off".to_owned(),
            (None, _) => " new".to_owned(),
            (Some(was), _) if was < band.n => format!(" +{}", grouped(band.n - was)),
            (Some(was), _) if was > band.n => format!(" -{}", grouped(was - band.n)),
            (Some(_), 0) => String::new(),
            (Some(_), joined) => format!(" {} new", grouped(joined)),
        };
        let _ = write!(
            out,
            "<rect class=\"band\" x=\"{RIGHT}\" y=\"{:.1}\" width=\"{BAND}\" height=\"{:.1}\"/>\
             <text x=\"{:.0}\" y=\"{:.1}\"><tspan class=\"n\">{}</tspan> <tspan class=\"who\">{}</tspan><tspan class=\"note\">{note}</tspan></text>",
            band.y,
            band.high,
            RIGHT + BAND + 7.0,
            band.y + band.high / 2.0 + 4.0,
            grouped(band.n),
            escape(band.ring)
        );
    }
    high
}

/// One stream, from where it leaves a ring on the left to where it reaches one on the right.
fn ribbon(out: &mut String, stream: &Stream, a: Option<f64>, b: Option<f64>, thick: f64) {
    let (x0, x1) = (LEFT + BAND, RIGHT);
    let (class, path) = match (a, b) {
        (Some(a), Some(b)) => {
            let x = (x0 + x1) / 2.0;
            let class = if stream.from == stream.to { "stays" } else { "goes" };
            let path = format!(
                "M{x0} {a:.1}C{x} {a:.1} {x} {b:.1} {x1} {b:.1}V{:.1}C{x} {:.1} {x} {:.1} {x0} {:.1}Z",
                b + thick,
                b + thick,
                a + thick,
                a + thick
            );
            (class, path)
        }
        // What comes widens towards its ring, what goes narrows away from it.
        (None, Some(b)) => {
            let (x, tip) = (x1 - STUB, b + thick / 2.0);
            let path = format!(
                "M{x} {tip:.1}C{} {tip:.1} {} {b:.1} {x1} {b:.1}V{:.1}C{} {:.1} {} {tip:.1} {x} {tip:.1}Z",
                x + STUB * 0.5,
                x + STUB * 0.5,
                b + thick,
                x + STUB * 0.5,
                b + thick,
                x + STUB * 0.5,
            );
            ("joins", path)
        }
        (Some(a), None) => {
            let (x, tip) = (x0 + STUB, a + thick / 2.0);
            let path = format!(
                "M{x0} {a:.1}C{} {a:.1} {} {tip:.1} {x} {tip:.1}C{} {tip:.1} {} {:.1} {x0} {:.1}Z",
                x0 + STUB * 0.5,
                x0 + STUB * 0.5,
                x0 + STUB * 0.5,
                x0 + STUB * 0.5,
                a + thick,
                a + thick,
            );
            ("leaves", path)
        }
        (None, None) => return,
    };
    let name = |ring: Option<&String>| ring.map_or_else(|| "no ring".to_owned(), |r| escape(r));
    let _ = write!(
        out,
        "<path class=\"{class}\" d=\"{path}\"><title>{} to {}: {}</title></path>",
        name(stream.from.as_ref()),
        name(stream.to.as_ref()),
        grouped(stream.n)
    );
}
