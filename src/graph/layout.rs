//! Layout: where to draw the nodes of a small graph. Not responsible for what is drawn (`web::drawing`) nor for
//! how (`web::svg`).
//!
//! Invariant: the same boxes, springs and seed give the same places; every place is finite and no two boxes
//! overlap.

use crate::graph::clear::Lines;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The room a node needs, label included, in drawing units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NodeBox {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// What pulls two nodes together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spring {
    /// Position of one node.
    pub a: usize,
    /// Position of the other.
    pub b: usize,
    /// How strongly, 1 being usual.
    pub weight: f64,
}

/// A place, the centre of a box.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// How to lay out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayoutOptions {
    /// Seed of the starting places.
    pub seed: u64,
    /// Rounds of the force simulation.
    pub rounds: u32,
    /// Free room between two boxes.
    pub gap: f64,
    /// Width at which components wrap onto the next row.
    pub wrap: f64,
    /// How far above the middle of a box its lines end.
    pub lift: f64,
}

impl Default for LayoutOptions {
    fn default() -> Self {
        // 250 rounds: below about 150, chains of hubs are still folded over each other at 300 nodes.
        Self { seed: 1, rounds: 250, gap: 10.0, wrap: 1_000.0, lift: 0.0 }
    }
}

/// Where everything goes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// Centres of the boxes, in their order.
    pub places: Vec<Point>,
    /// Width of everything together.
    pub width: f64,
    /// Height of everything together.
    pub height: f64,
}

/// Places for boxes joined by springs: a force layout for each component, and the components beside each other,
/// the largest first.
///
/// Complexity: time O(rounds · (n + e) ) while nodes spread evenly over the grid, O(rounds · n²) at worst.
/// Springs to positions that do not exist, and from a node to itself, are ignored.
///
/// Reference: Fruchterman and Reingold, "Graph drawing by force-directed placement", 1991 (the grid variant).
#[must_use]
pub fn layout(boxes: &[NodeBox], springs: &[Spring], options: &LayoutOptions) -> Layout {
    let boxes: Vec<NodeBox> = boxes.iter().copied().map(sane).collect();
    let springs: Vec<Spring> = springs
        .iter()
        .copied()
        .filter(|s| s.a != s.b && s.a < boxes.len() && s.b < boxes.len() && s.weight.is_finite())
        .collect();
    let mut places = vec![Point::default(); boxes.len()];
    let mut parts: Vec<Part> = components(boxes.len(), &springs)
        .into_iter()
        .map(|members| Part::new(members, &boxes, &springs, options))
        .collect();
    parts.sort_by(|a, b| {
        b.members.len().cmp(&a.members.len()).then_with(|| a.members.cmp(&b.members))
    });
    let (mut x, mut y, mut row, mut width) = (0.0, 0.0, 0.0_f64, 0.0_f64);
    for part in &parts {
        if x > 0.0 && x + part.width > options.wrap {
            (x, y, row) = (0.0, y + row + options.gap, 0.0);
        }
        for (&node, place) in part.members.iter().zip(&part.places) {
            places[node] = Point { x: x + place.x, y: y + place.y };
        }
        width = width.max(x + part.width);
        row = row.max(part.height);
        x += part.width + options.gap;
    }
    Layout { places, width, height: y + row }
}

/// A box with sides that are numbers.
pub(super) fn sane(node: NodeBox) -> NodeBox {
    let side = |v: f64| if v.is_finite() { v.clamp(1.0, 10_000.0) } else { 1.0 };
    NodeBox { width: side(node.width), height: side(node.height) }
}

/// Connected components, each sorted, in order of their first node.
fn components(n: usize, springs: &[Spring]) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); n];
    for s in springs {
        near[s.a].push(s.b);
        near[s.b].push(s.a);
    }
    let mut seen = vec![false; n];
    let mut found = Vec::new();
    for start in 0..n {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let (mut members, mut at) = (vec![start], 0);
        while let Some(&node) = members.get(at) {
            at += 1;
            for &next in &near[node] {
                if !seen[next] {
                    seen[next] = true;
                    members.push(next);
                }
            }
        }
        members.sort_unstable();
        found.push(members);
    }
    found
}

/// One component, its places counted from its own upper left corner.
struct Part {
    members: Vec<usize>,
    places: Vec<Point>,
    width: f64,
    height: f64,
}

impl Part {
    fn new(
        members: Vec<usize>,
        boxes: &[NodeBox],
        springs: &[Spring],
        options: &LayoutOptions,
    ) -> Self {
        let own: Vec<NodeBox> = members.iter().map(|&m| boxes[m]).collect();
        let local: Vec<Spring> = springs
            .iter()
            .filter_map(|s| {
                let a = members.binary_search(&s.a).ok()?;
                let b = members.binary_search(&s.b).ok()?;
                Some(Spring { a, b, weight: s.weight })
            })
            .collect();
        let mut places = simulate(&own, &local, options);
        separate(&mut places, &own, options.gap);
        // Boxes a hundredth nearer than the gap are not apart to the last digit, and stay where they are.
        let lines = Lines { boxes: &own, springs: &local, lift: options.lift };
        lines.clear(&mut places, options.gap * 0.9);
        let (mut left, mut top) = (f64::INFINITY, f64::INFINITY);
        let (mut right, mut bottom) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (p, b) in places.iter().zip(&own) {
            left = left.min(p.x - b.width / 2.0);
            right = right.max(p.x + b.width / 2.0);
            top = top.min(p.y - b.height / 2.0);
            bottom = bottom.max(p.y + b.height / 2.0);
        }
        for p in &mut places {
            p.x -= left;
            p.y -= top;
        }
        Self { members, places, width: right - left, height: bottom - top }
    }
}

#[expect(clippy::cast_precision_loss, reason = "node counts are small")]
fn simulate(boxes: &[NodeBox], springs: &[Spring], options: &LayoutOptions) -> Vec<Point> {
    let n = boxes.len();
    let mut rng = ChaCha8Rng::seed_from_u64(options.seed ^ n as u64);
    let ideal = boxes.iter().map(|b| b.width.hypot(b.height)).sum::<f64>() / n.max(1) as f64 * 0.8
        + options.gap;
    let reach = ideal * (n as f64).sqrt() / 2.0;
    let mut places: Vec<Point> = (0..n)
        .map(|_| Point {
            x: rng.random_range(-1.0..1.0) * reach,
            y: rng.random_range(-1.0..1.0) * reach * 0.6,
        })
        .collect();
    let mut moves = vec![Point::default(); n];
    for round in 0..options.rounds {
        moves.fill(Point::default());
        repel(&places, &mut moves, ideal);
        for s in springs {
            let (dx, dy) = (places[s.a].x - places[s.b].x, places[s.a].y - places[s.b].y);
            let pull = dx.hypot(dy) / ideal * s.weight.clamp(0.2, 3.0);
            moves[s.a].x -= dx * pull;
            moves[s.a].y -= dy * pull;
            moves[s.b].x += dx * pull;
            moves[s.b].y += dy * pull;
        }
        let heat = reach * 0.2 * (1.0 - f64::from(round) / f64::from(options.rounds)) + 0.1;
        for (p, m) in places.iter_mut().zip(&moves) {
            // Pulled harder towards the middle line than towards the middle, as a page is wider than high.
            let (dx, dy) = (m.x - p.x * 0.02 * ideal / 10.0, m.y - p.y * 0.06 * ideal / 10.0);
            let far = dx.hypot(dy);
            if far > 1e-9 {
                p.x += dx / far * far.min(heat);
                p.y += dy / far * far.min(heat);
            }
        }
    }
    places
}

/// Adds the repulsion of all pairs nearer than three ideal distances, found through a grid of that size.
#[expect(clippy::cast_possible_truncation, reason = "places are finite and small")]
fn repel(places: &[Point], moves: &mut [Point], ideal: f64) {
    let cell = ideal * 3.0;
    let key = |p: &Point| ((p.x / cell).floor() as i64, (p.y / cell).floor() as i64);
    let mut sorted: Vec<((i64, i64), usize)> =
        places.iter().enumerate().map(|(i, p)| (key(p), i)).collect();
    sorted.sort_unstable();
    for &((cx, cy), i) in &sorted {
        for near_x in cx - 1..=cx + 1 {
            let from = sorted.partition_point(|&(k, _)| k < (near_x, cy - 1));
            for &(k, j) in &sorted[from..] {
                if k > (near_x, cy + 1) {
                    break;
                }
                if j <= i {
                    continue;
                }
                let (mut dx, dy) = (places[i].x - places[j].x, places[i].y - places[j].y);
                if dx == 0.0 && dy == 0.0 {
                    dx = 1e-3;
                }
                // Force k²/d along the unit vector: (dx, dy) · k²/d², so no root is needed.
                let push = ideal * ideal / (dx * dx + dy * dy).max(1e-4);
                moves[i].x += dx * push;
                moves[i].y += dy * push;
                moves[j].x -= dx * push;
                moves[j].y -= dy * push;
            }
        }
    }
}

/// Pushes boxes apart until none overlap: pairs first, everything a little when pushing is not enough, and a
/// plain grid when nothing helps.
fn separate(places: &mut [Point], boxes: &[NodeBox], gap: f64) {
    for _ in 0..40 {
        for _ in 0..25 {
            if !push_apart(places, boxes, gap) {
                return;
            }
        }
        for p in places.iter_mut() {
            p.x *= 1.1;
            p.y *= 1.1;
        }
    }
    let wide = boxes.iter().fold(1.0_f64, |w, b| w.max(b.width)) + gap;
    let high = boxes.iter().fold(1.0_f64, |h, b| h.max(b.height)) + gap;
    let columns = places.len().isqrt().max(1);
    for (i, p) in places.iter_mut().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "node counts are small")]
        let (column, row) = ((i % columns) as f64, (i / columns) as f64);
        *p = Point { x: column * wide, y: row * high };
    }
}

/// One round of pushing; whether anything overlapped.
fn push_apart(places: &mut [Point], boxes: &[NodeBox], gap: f64) -> bool {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|&i, &j| {
        let left = |k: usize| places[k].x - boxes[k].width / 2.0;
        left(i).total_cmp(&left(j)).then(i.cmp(&j))
    });
    let widest = boxes.iter().fold(0.0_f64, |w, b| w.max(b.width));
    let mut any = false;
    for (at, &i) in order.iter().enumerate() {
        for &j in &order[at + 1..] {
            let dx = places[j].x - places[i].x;
            let need_x = (boxes[i].width + boxes[j].width) / 2.0 + gap;
            if dx - widest > need_x {
                break;
            }
            let dy = places[j].y - places[i].y;
            let need_y = (boxes[i].height + boxes[j].height) / 2.0 + gap;
            let (over_x, over_y) = (need_x - dx.abs(), need_y - dy.abs());
            // Less than a hundredth of a unit is rounding.
            if over_x <= 0.01 || over_y <= 0.01 {
                continue;
            }
            any = true;
            if over_x < over_y {
                let step = (over_x / 2.0 + 0.01) * if dx < 0.0 { -1.0 } else { 1.0 };
                places[i].x -= step;
                places[j].x += step;
            } else {
                let step = (over_y / 2.0 + 0.01) * if dy < 0.0 { -1.0 } else { 1.0 };
                places[i].y -= step;
                places[j].y += step;
            }
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn overlap(layout: &Layout, boxes: &[NodeBox]) -> Option<(usize, usize)> {
        for i in 0..boxes.len() {
            for j in i + 1..boxes.len() {
                let (p, q) = (layout.places[i], layout.places[j]);
                let x = (boxes[i].width + boxes[j].width) / 2.0 - (p.x - q.x).abs();
                let y = (boxes[i].height + boxes[j].height) / 2.0 - (p.y - q.y).abs();
                if x > 0.0 && y > 0.0 {
                    return Some((i, j));
                }
            }
        }
        None
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn places_are_finite_apart_inside_the_frame_and_the_same_each_time(
            sizes in prop::collection::vec((1.0f64..140.0, 1.0f64..60.0), 0..60),
            ends in prop::collection::vec((0usize..70, 0usize..70, 0.0f64..40.0), 0..120),
            seed: u64,
        ) {
            let boxes: Vec<NodeBox> =
                sizes.iter().map(|&(width, height)| NodeBox { width, height }).collect();
            let springs: Vec<Spring> =
                ends.iter().map(|&(a, b, weight)| Spring { a, b, weight }).collect();
            let options = LayoutOptions { seed, rounds: 60, ..LayoutOptions::default() };
            let done = layout(&boxes, &springs, &options);
            prop_assert_eq!(&done, &layout(&boxes, &springs, &options));
            prop_assert_eq!(overlap(&done, &boxes), None);
            for (p, b) in done.places.iter().zip(&boxes) {
                prop_assert!(p.x.is_finite() && p.y.is_finite());
                prop_assert!(p.x - b.width / 2.0 > -0.1 && p.x + b.width / 2.0 < done.width + 0.1);
                prop_assert!(p.y - b.height / 2.0 > -0.1 && p.y + b.height / 2.0 < done.height + 0.1);
            }
        }
    }

    #[test]
    fn numbers_that_are_no_sizes_do_no_harm() {
        let odd = [f64::NAN, f64::INFINITY, -3.0, 0.0];
        let boxes = odd.map(|v| NodeBox { width: v, height: v });
        let springs = [Spring { a: 0, b: 1, weight: f64::NAN }, Spring { a: 0, b: 9, weight: 1.0 }];
        let done = layout(&boxes, &springs, &LayoutOptions::default());
        assert!(done.places.iter().all(|p| p.x.is_finite() && p.y.is_finite()));
    }

    #[test]
    fn neighbours_end_up_nearer_than_strangers() {
        // Two stars joined by one edge.
        let boxes = vec![NodeBox { width: 20.0, height: 20.0 }; 20];
        let mut springs: Vec<Spring> = (1..10).map(|b| Spring { a: 0, b, weight: 1.0 }).collect();
        springs.extend((11..20).map(|b| Spring { a: 10, b, weight: 1.0 }));
        springs.push(Spring { a: 0, b: 10, weight: 1.0 });
        let done = layout(&boxes, &springs, &LayoutOptions::default());
        let far = |i: usize, j: usize| {
            (done.places[i].x - done.places[j].x).hypot(done.places[i].y - done.places[j].y)
        };
        let own: f64 = (1..10).map(|b| far(0, b)).sum();
        let other: f64 = (11..20).map(|b| far(0, b)).sum();
        assert!(own < other, "{own} {other}");
    }
}
