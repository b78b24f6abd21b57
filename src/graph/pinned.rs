//! Layout of newcomers around what is already drawn, so that a drawing that grows stays the picture the reader has
//! in mind. Not responsible for the first layout (`layout`).
//!
//! Invariant: a place that is given is kept to the last digit; newcomers overlap neither each other nor what was
//! there; the same input gives the same places.

use crate::graph::{
    clear::Lines,
    layout::{LayoutOptions, NodeBox, Point, Spring, layout, sane},
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::f64::consts::TAU;

/// Rounds in which newcomers find their direction. They start beside what they belong to, so few are enough.
const ROUNDS: u32 = 80;
/// Rings of candidate places looked at around the wished place before a newcomer goes to the outside.
const RINGS: u32 = 90;
/// Free places that are compared.
const CHOICE: usize = 14;

/// Places for all boxes, where some are given: those stay, the others are put beside what springs join them to.
/// Without any given place it is `layout`.
///
/// Complexity: time O(rounds · newcomers · n), and O(newcomers · n) for each ring of places that is taken.
/// Places given that are not finite count as not given.
#[must_use]
pub fn layout_pinned(
    boxes: &[NodeBox],
    springs: &[Spring],
    given: &[Option<Point>],
    options: &LayoutOptions,
) -> Vec<Point> {
    let boxes: Vec<NodeBox> = boxes.iter().copied().map(sane).collect();
    let given: Vec<Option<Point>> = (0..boxes.len())
        .map(|i| {
            let place = given.get(i).copied().flatten();
            place.filter(|p| within(p.x) && within(p.y))
        })
        .collect();
    if given.iter().all(Option::is_none) {
        return layout(&boxes, springs, options).places;
    }
    let mut near: Vec<Vec<(usize, f64)>> = vec![Vec::new(); boxes.len()];
    for s in springs {
        if known(s, boxes.len()) {
            near[s.a].push((s.b, s.weight));
            near[s.b].push((s.a, s.weight));
        }
    }
    let newcomers: Vec<usize> = (0..boxes.len()).filter(|&i| given[i].is_none()).collect();
    let mut places = started(&boxes, &near, &given, options);
    settle(&boxes, &near, &newcomers, &mut places, options);
    let springs: Vec<Spring> = springs.iter().copied().filter(|s| known(s, boxes.len())).collect();
    let lines = Lines { boxes: &boxes, springs: &springs, lift: options.lift };
    seat(&lines, &given, places, options.gap)
}

fn known(s: &Spring, n: usize) -> bool {
    s.a != s.b && s.a < n && s.b < n && s.weight.is_finite()
}

/// Coordinates beyond this are no place on a page.
fn within(value: f64) -> bool {
    value.is_finite() && value.abs() < 1e7
}

/// How far two nodes that belong together should be apart.
#[expect(clippy::cast_precision_loss, reason = "node counts are small")]
fn ideal(boxes: &[NodeBox], options: &LayoutOptions) -> f64 {
    let sum: f64 = boxes.iter().map(|b| b.width.hypot(b.height)).sum();
    sum / boxes.len().max(1) as f64 * 0.8 + options.gap
}

/// Where newcomers begin: fanned out around what they are joined to, away from the middle of everything.
fn started(
    boxes: &[NodeBox],
    near: &[Vec<(usize, f64)>],
    given: &[Option<Point>],
    options: &LayoutOptions,
) -> Vec<Point> {
    let mut rng = ChaCha8Rng::seed_from_u64(options.seed ^ boxes.len() as u64);
    let far = ideal(boxes, options);
    let known: Vec<Point> = given.iter().copied().flatten().collect();
    let middle = mean(&known);
    let right = known.iter().fold(f64::NEG_INFINITY, |x, p| x.max(p.x));
    let mut places: Vec<Option<Point>> = given.to_vec();
    // Twice over: a newcomer may be joined only to another that comes after it.
    for last in [false, true] {
        for i in 0..boxes.len() {
            if places[i].is_some() {
                continue;
            }
            let around: Vec<Point> = near[i].iter().filter_map(|&(j, _)| places[j]).collect();
            if around.is_empty() && !last {
                continue;
            }
            let spread = rng.random_range(-1.0..1.0) * TAU / 4.0;
            places[i] = Some(if around.is_empty() {
                Point { x: right + 2.0 * far, y: middle.y + spread * far }
            } else {
                let at = mean(&around);
                let away =
                    if at == middle { 0.0 } else { (at.y - middle.y).atan2(at.x - middle.x) };
                // One neighbour leaves all directions open, several say where it belongs.
                let radius = if around.len() == 1 { far } else { far * 0.3 };
                Point {
                    x: at.x + (away + spread).cos() * radius,
                    y: at.y + (away + spread).sin() * radius,
                }
            });
        }
    }
    places.into_iter().map(Option::unwrap_or_default).collect()
}

#[expect(clippy::cast_precision_loss, reason = "node counts are small")]
fn mean(points: &[Point]) -> Point {
    let n = points.len().max(1) as f64;
    let sum =
        points.iter().fold(Point::default(), |sum, p| Point { x: sum.x + p.x, y: sum.y + p.y });
    Point { x: sum.x / n, y: sum.y / n }
}

/// Lets the newcomers find their direction; nothing else moves.
fn settle(
    boxes: &[NodeBox],
    near: &[Vec<(usize, f64)>],
    newcomers: &[usize],
    places: &mut [Point],
    options: &LayoutOptions,
) {
    let ideal = ideal(boxes, options);
    for round in 0..ROUNDS {
        let heat = ideal * 0.25 * (1.0 - f64::from(round) / f64::from(ROUNDS)) + 0.1;
        for &i in newcomers {
            let here = places[i];
            let (mut fx, mut fy) = (0.0, 0.0);
            for (j, p) in places.iter().enumerate() {
                let (mut dx, dy) = (here.x - p.x, here.y - p.y);
                if j == i || dx.abs() > 4.0 * ideal || dy.abs() > 4.0 * ideal {
                    continue;
                }
                if dx == 0.0 && dy == 0.0 {
                    dx = 1e-3;
                }
                let push = ideal * ideal / (dx * dx + dy * dy).max(1e-4);
                fx += dx * push;
                fy += dy * push;
            }
            for &(j, weight) in &near[i] {
                let (dx, dy) = (here.x - places[j].x, here.y - places[j].y);
                let pull = dx.hypot(dy) / ideal * weight.clamp(0.2, 3.0);
                fx -= dx * pull;
                fy -= dy * pull;
            }
            let force = fx.hypot(fy);
            if force > 1e-9 {
                places[i].x += fx / force * force.min(heat);
                places[i].y += fy / force * force.min(heat);
            }
        }
    }
}

/// Puts each newcomer onto a free place near where it wants to be, one where few lines are in its way.
fn seat(
    lines: &Lines<'_>,
    given: &[Option<Point>],
    mut wished: Vec<Point>,
    gap: f64,
) -> Vec<Point> {
    let mut taken: Vec<(Point, NodeBox)> = given
        .iter()
        .zip(lines.boxes)
        .filter_map(|(place, node)| place.map(|place| (place, *node)))
        .collect();
    for (i, node) in lines.boxes.iter().enumerate() {
        if let Some(place) = given[i] {
            wished[i] = place;
            continue;
        }
        let free = |p: &Point| {
            taken.iter().all(|(q, other)| {
                (p.x - q.x).abs() >= (node.width + other.width) / 2.0 + gap
                    || (p.y - q.y).abs() >= (node.height + other.height) / 2.0 + gap
            })
        };
        let mut best: Option<(f64, Point)> = None;
        for there in around(wished[i]).filter(free).take(CHOICE) {
            let far = (there.x - wished[i].x).hypot(there.y - wished[i].y);
            let bad = lines.trouble(i, there, &wished) * 40.0 + far;
            if best.is_none_or(|(least, _)| bad < least) {
                best = Some((bad, there));
            }
        }
        let place = best.map(|(_, place)| place).unwrap_or_else(|| {
            let right = taken.iter().fold(0.0_f64, |x, (q, other)| x.max(q.x + other.width / 2.0));
            Point { x: right + node.width / 2.0 + gap + 1.0, y: wished[i].y }
        });
        taken.push((place, *node));
        wished[i] = place;
    }
    wished
}

/// Candidate places from the middle outwards.
fn around(middle: Point) -> impl Iterator<Item = Point> {
    let rings = (1..=RINGS).flat_map(move |ring| {
        let steps = 8 + 2 * ring;
        (0..steps).map(move |step| {
            // Each ring is turned a little, so that the candidates do not line up.
            let angle = TAU * (f64::from(step) / f64::from(steps)) + f64::from(ring);
            let radius = f64::from(ring) * 9.0;
            Point { x: middle.x + angle.cos() * radius, y: middle.y + angle.sin() * radius }
        })
    });
    std::iter::once(middle).chain(rings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_was_there_stays_and_newcomers_stand_free_and_the_same_each_time(
            sizes in prop::collection::vec((1.0f64..140.0, 1.0f64..60.0), 1..50),
            ends in prop::collection::vec((0usize..55, 0usize..55, 0.0f64..40.0), 0..90),
            split in 0usize..50,
            seed: u64,
        ) {
            let boxes: Vec<NodeBox> =
                sizes.iter().map(|&(width, height)| NodeBox { width, height }).collect();
            let springs: Vec<Spring> =
                ends.iter().map(|&(a, b, weight)| Spring { a, b, weight }).collect();
            let options = LayoutOptions { seed, rounds: 40, ..LayoutOptions::default() };
            let split = split.min(boxes.len());
            let first = layout_pinned(&boxes[..split], &springs, &vec![None; split], &options);
            let mut given: Vec<Option<Point>> = first.iter().copied().map(Some).collect();
            given.resize(boxes.len(), None);
            let then = layout_pinned(&boxes, &springs, &given, &options);
            prop_assert_eq!(&then, &layout_pinned(&boxes, &springs, &given, &options));
            prop_assert_eq!(&then[..split], &first[..]);
            for i in split..boxes.len() {
                prop_assert!(then[i].x.is_finite() && then[i].y.is_finite());
                for j in 0..i {
                    let (p, q) = (then[i], then[j]);
                    let x = (boxes[i].width + boxes[j].width) / 2.0 - (p.x - q.x).abs();
                    let y = (boxes[i].height + boxes[j].height) / 2.0 - (p.y - q.y).abs();
                    prop_assert!(x <= 0.01 || y <= 0.01, "{i} and {j} overlap by {x} and {y}");
                }
            }
        }
    }

    #[test]
    fn newcomers_stand_beside_what_they_are_joined_to() {
        let boxes = vec![NodeBox { width: 60.0, height: 40.0 }; 12];
        let given: Vec<Option<Point>> =
            (0..12).map(|i| (i < 2).then_some(Point { x: f64::from(i) * 600.0, y: 0.0 })).collect();
        let springs: Vec<Spring> = (2..12).map(|b| Spring { a: 1, b, weight: 1.0 }).collect();
        let places = layout_pinned(&boxes, &springs, &given, &LayoutOptions::default());
        for p in &places[2..] {
            assert!((p.x - 600.0).hypot(p.y) < p.x.hypot(p.y), "{p:?}");
        }
    }

    #[test]
    fn places_that_are_none_are_made_new() {
        let boxes = vec![NodeBox { width: 10.0, height: 10.0 }; 3];
        let given = [Some(Point { x: f64::NAN, y: 0.0 }), Some(Point { x: 5.0, y: 5.0 })];
        let places = layout_pinned(&boxes, &[], &given, &LayoutOptions::default());
        assert_eq!(places.len(), 3);
        assert_eq!(places[1], Point { x: 5.0, y: 5.0 });
        assert!(places.iter().all(|p| p.x.is_finite() && p.y.is_finite()));
    }
}
