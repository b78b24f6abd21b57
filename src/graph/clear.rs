//! Lines that run over what they do not belong to: how many, and moving boxes a little until there are fewer. Not
//! responsible for the rough layout (`layout`).
//!
//! Invariant: boxes that do not overlap before do not overlap after; the same input gives the same places.

use crate::graph::layout::{NodeBox, Point, Spring};
use std::f64::consts::TAU;

/// Above so many boxes or lines nothing is moved: it would take longer than the page has time.
const MOST: (usize, usize) = (80, 260);
/// A box with more lines than this is the middle of a star and stays.
const STAR: usize = 14;
/// Rounds over all boxes.
const ROUNDS: usize = 4;

/// Boxes, lines between them and where they are.
pub struct Lines<'a> {
    /// The boxes.
    pub boxes: &'a [NodeBox],
    /// The lines.
    pub springs: &'a [Spring],
    /// How far lines end above the middle of a box.
    pub lift: f64,
}

impl Lines<'_> {
    fn end(&self, p: Point) -> Point {
        Point { x: p.x, y: p.y - self.lift }
    }

    /// What is wrong with box `i` at `here`: lines of others across it, its lines across other boxes, and, each for
    /// less, lines that cross. O(lines · lines of the box).
    pub fn trouble(&self, i: usize, here: Point, places: &[Point]) -> f64 {
        let mut trouble = 0.0;
        let own: Vec<usize> = self.springs.iter().filter_map(|s| other_end(s, i)).collect();
        for s in self.springs {
            if s.a == i || s.b == i || s.a >= places.len() || s.b >= places.len() {
                continue;
            }
            let (p, q) = (self.end(places[s.a]), self.end(places[s.b]));
            if crosses_box(p, q, here, self.boxes[i]) {
                trouble += 1.0;
            }
            for &j in own.iter().filter(|&&j| j < places.len() && j != s.a && j != s.b) {
                if cross(self.end(here), self.end(places[j]), p, q) {
                    trouble += 0.2;
                }
            }
        }
        for &j in own.iter().filter(|&&j| j < places.len()) {
            let (p, q) = (self.end(here), self.end(places[j]));
            for (k, &place) in places.iter().enumerate() {
                if k != i && k != j && crosses_box(p, q, place, self.boxes[k]) {
                    trouble += 1.0;
                }
            }
        }
        trouble
    }

    /// Moves boxes to better places nearby. O(rounds · boxes · lines · lines of a box), nothing for large drawings.
    pub fn clear(&self, places: &mut [Point], gap: f64) {
        if places.len() > MOST.0 || self.springs.len() > MOST.1 {
            return;
        }
        let lines: Vec<usize> = (0..places.len())
            .map(|i| self.springs.iter().filter(|s| other_end(s, i).is_some()).count())
            .collect();
        for round in 0..ROUNDS {
            let mut moved = false;
            for i in 0..places.len() {
                let now = self.trouble(i, places[i], places);
                if lines[i] > STAR || now < 0.5 {
                    continue;
                }
                let mut best = (now - 0.15, places[i]);
                for step in 0..24_u32 {
                    let radius = 22.0 * f64::from(1 + step / 8);
                    // Each round looks in other directions.
                    #[expect(clippy::cast_precision_loss, reason = "a handful of rounds")]
                    let angle = TAU * (f64::from(step) / 8.0 + round as f64 / 32.0);
                    let there = Point {
                        x: places[i].x + angle.cos() * radius,
                        y: places[i].y + angle.sin() * radius,
                    };
                    if !self.is_free(i, there, places, gap) {
                        continue;
                    }
                    let trouble = self.trouble(i, there, places) + radius / 150.0;
                    if trouble < best.0 {
                        best = (trouble, there);
                    }
                }
                if best.1 != places[i] {
                    places[i] = best.1;
                    moved = true;
                }
            }
            if !moved {
                return;
            }
        }
    }

    fn is_free(&self, i: usize, here: Point, places: &[Point], gap: f64) -> bool {
        let own = self.boxes[i];
        places.iter().zip(self.boxes).enumerate().all(|(k, (p, b))| {
            k == i
                || (p.x - here.x).abs() >= (own.width + b.width) / 2.0 + gap
                || (p.y - here.y).abs() >= (own.height + b.height) / 2.0 + gap
        })
    }
}

fn other_end(s: &Spring, i: usize) -> Option<usize> {
    match (s.a == i, s.b == i) {
        (true, false) => Some(s.b),
        (false, true) => Some(s.a),
        _ => None,
    }
}

/// Whether the line from `p` to `q` runs over a box.
fn crosses_box(p: Point, q: Point, middle: Point, node: NodeBox) -> bool {
    let (w, h) = (node.width / 2.0, node.height / 2.0);
    // Clip the line to the box, side by side.
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for (start, delta, low, high) in
        [(p.x, q.x - p.x, middle.x - w, middle.x + w), (p.y, q.y - p.y, middle.y - h, middle.y + h)]
    {
        if delta.abs() < 1e-9 {
            if start < low || start > high {
                return false;
            }
            continue;
        }
        let (s, t) = ((low - start) / delta, (high - start) / delta);
        from = from.max(s.min(t));
        to = to.min(s.max(t));
    }
    from < to
}

/// Whether two lines cross between their ends.
fn cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: NodeBox = NodeBox { width: 40.0, height: 20.0 };

    fn at(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    #[test]
    fn a_line_over_a_box_is_seen_and_one_beside_it_is_not() {
        assert!(crosses_box(at(-50.0, 0.0), at(50.0, 5.0), at(0.0, 0.0), BOX));
        assert!(!crosses_box(at(-50.0, 30.0), at(50.0, 30.0), at(0.0, 0.0), BOX));
        assert!(!crosses_box(at(30.0, 0.0), at(90.0, 0.0), at(0.0, 0.0), BOX), "it ends before");
        assert!(crosses_box(at(0.0, -50.0), at(0.0, 50.0), at(10.0, 0.0), BOX), "straight down");
        assert!(cross(at(0.0, 0.0), at(2.0, 2.0), at(0.0, 2.0), at(2.0, 0.0)));
        assert!(!cross(at(0.0, 0.0), at(2.0, 2.0), at(0.0, 0.0), at(2.0, 0.0)), "a common end");
    }

    #[test]
    fn a_box_under_a_line_moves_aside_and_runs_into_nobody() {
        let boxes = [BOX; 4];
        let springs = [
            Spring { a: 0, b: 1, weight: 1.0 },
            Spring { a: 0, b: 3, weight: 1.0 },
            Spring { a: 0, b: 2, weight: 1.0 },
        ];
        let mut places = [at(-200.0, 0.0), at(200.0, 0.0), at(0.0, 2.0), at(0.0, 60.0)];
        let lines = Lines { boxes: &boxes, springs: &springs, lift: 0.0 };
        assert!(lines.trouble(2, places[2], &places) >= 1.0);
        lines.clear(&mut places, 5.0);
        assert!(lines.trouble(2, places[2], &places) < 0.5, "{places:?}");
        for i in 0..4 {
            assert!(lines.is_free(i, places[i], &places, 4.9), "{places:?}");
        }
    }
}
