//! How each kind of node looks: outline, letter, colour class. Not responsible for where it stands.
//!
//! Invariant: a kind is told by outline or letter, never by colour alone.

use crate::{model::AttributeKind, svg::network::R};
use std::fmt::Write;

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A claimed identity.
    Person,
    /// Several, drawn as one.
    People,
    /// A value of this kind.
    Thing(AttributeKind),
    /// Several values of this kind, drawn as one.
    Things(AttributeKind),
    /// A near-equality without a single value.
    Near,
}

impl Shape {
    /// The classes of the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::People => "person many",
            Self::Thing(kind) | Self::Things(kind) => kind_class(kind),
            Self::Near => "thing near",
        }
    }

    /// The letter inside; none for people.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Person | Self::People => "",
            Self::Thing(kind) | Self::Things(kind) => letter(kind),
            Self::Near => "≈",
        }
    }

    /// Whether it stands for several.
    pub fn is_several(self) -> bool {
        matches!(self, Self::People | Self::Things(_))
    }

    /// The name of the outline, for a script that draws the same.
    pub fn outline(self) -> &'static str {
        match self {
            Self::Person | Self::People | Self::Near => "circle",
            Self::Thing(kind) | Self::Things(kind) => outline(kind).0,
        }
    }

    /// The word for a legend.
    pub fn word(self) -> &'static str {
        match self {
            Self::Person | Self::People => "claimed identity",
            Self::Thing(kind) | Self::Things(kind) => kind.label(),
            Self::Near => "nearly equal",
        }
    }

    /// The outline and what is in it, around a middle.
    pub fn draw(self, out: &mut String, (x, y): (f64, f64)) {
        match self {
            Self::Person => person(out, x, y),
            Self::People => {
                let _ = write!(out, "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"{R}\"/>", x + 5.0);
                person(out, x - 2.0, y);
            }
            Self::Near => {
                let _ = write!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{R}\"/>");
            }
            Self::Thing(kind) => polygon(out, kind, x, y),
            Self::Things(kind) => {
                polygon(out, kind, x + 5.0, y - 3.0);
                polygon(out, kind, x - 2.0, y);
            }
        }
        let letter = self.letter();
        if !letter.is_empty() {
            let x = if self.is_several() { x - 2.0 } else { x };
            let _ = write!(
                out,
                "<text class=\"letter\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{letter}</text>",
                y + 4.0
            );
        }
    }
}

fn person(out: &mut String, x: f64, y: f64) {
    let _ = write!(
        out,
        "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{R}\"/>\
         <path class=\"bust\" d=\"M{:.1} {:.1}a5 5 0 0 1 10 0zm2-8a3 3 0 1 0 6 0 3 3 0 1 0-6 0\"/>",
        x - 5.0,
        y + 6.0
    );
}

fn polygon(out: &mut String, kind: AttributeKind, x: f64, y: f64) {
    let points: Vec<String> = outline(kind)
        .1
        .iter()
        .map(|(dx, dy)| format!("{:.1},{:.1}", x + dx * R, y + dy * R))
        .collect();
    let _ = write!(out, "<polygon points=\"{}\"/>", points.join(" "));
}

/// The name and the corners of a kind's outline, in radii around the middle.
fn outline(kind: AttributeKind) -> (&'static str, &'static [(f64, f64)]) {
    const SQUARE: &[(f64, f64)] = &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)];
    const WIDE: &[(f64, f64)] = &[(-1.1, -0.75), (1.1, -0.75), (1.1, 0.75), (-1.1, 0.75)];
    const HOUSE: &[(f64, f64)] = &[(0.0, -1.1), (1.0, -0.2), (0.8, 1.0), (-0.8, 1.0), (-1.0, -0.2)];
    const TRIANGLE: &[(f64, f64)] = &[(0.0, -1.1), (1.15, 0.9), (-1.15, 0.9)];
    const HEXAGON: &[(f64, f64)] =
        &[(-0.55, -1.0), (0.55, -1.0), (1.1, 0.0), (0.55, 1.0), (-0.55, 1.0), (-1.1, 0.0)];
    const DIAMOND: &[(f64, f64)] = &[(0.0, -1.15), (1.15, 0.0), (0.0, 1.15), (-1.15, 0.0)];
    const PAGE: &[(f64, f64)] =
        &[(-0.8, -1.05), (0.35, -1.05), (0.8, -0.6), (0.8, 1.05), (-0.8, 1.05)];
    const OCTAGON: &[(f64, f64)] = &[
        (-0.45, -1.05),
        (0.45, -1.05),
        (1.05, -0.45),
        (1.05, 0.45),
        (0.45, 1.05),
        (-0.45, 1.05),
        (-1.05, 0.45),
        (-1.05, -0.45),
    ];
    const TRAPEZOID: &[(f64, f64)] = &[(-0.7, -0.85), (0.7, -0.85), (1.1, 0.85), (-1.1, 0.85)];
    match kind {
        AttributeKind::Phone => ("triangle", TRIANGLE),
        AttributeKind::Email => ("wide", WIDE),
        AttributeKind::Address => ("house", HOUSE),
        AttributeKind::Institution | AttributeKind::Employer => ("trapezoid", TRAPEZOID),
        AttributeKind::Profile | AttributeKind::Photo | AttributeKind::Referee => {
            ("square", SQUARE)
        }
        AttributeKind::Ip => ("octagon", OCTAGON),
        AttributeKind::Device => ("hexagon", HEXAGON),
        AttributeKind::Document => ("page", PAGE),
        AttributeKind::PaymentAccount | AttributeKind::GovernmentId => ("diamond", DIAMOND),
    }
}

/// The letter inside a shape.
fn letter(kind: AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Phone => "P",
        AttributeKind::Email => "@",
        AttributeKind::Address => "A",
        AttributeKind::Institution => "S",
        AttributeKind::Employer => "E",
        AttributeKind::Profile => "W",
        AttributeKind::Ip => "IP",
        AttributeKind::Device => "D",
        AttributeKind::Document => "F",
        AttributeKind::Photo => "Ph",
        AttributeKind::Referee => "R",
        AttributeKind::PaymentAccount => "$",
        AttributeKind::GovernmentId => "ID",
    }
}

/// The classes of a kind: five colours, since more cannot be told apart.
fn kind_class(kind: AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Phone | AttributeKind::Email | AttributeKind::Referee => "thing contact",
        AttributeKind::Address => "thing address",
        AttributeKind::Ip | AttributeKind::Device => "thing device",
        AttributeKind::Document | AttributeKind::Photo => "thing document",
        AttributeKind::PaymentAccount | AttributeKind::GovernmentId => "thing payment",
        AttributeKind::Institution | AttributeKind::Employer | AttributeKind::Profile => {
            "thing history"
        }
    }
}

/// One shape with its letter, for a legend or a table cell.
#[must_use]
pub fn icon(shape: Shape) -> String {
    let mut inner = String::new();
    shape.draw(&mut inner, (14.0, 14.0));
    format!(
        "<svg class=\"icon\" viewBox=\"0 0 28 28\" aria-hidden=\"true\" focusable=\"false\">\
         <g class=\"{}\">{inner}</g></svg>",
        shape.class()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn kinds_are_told_apart_by_outline_or_letter() {
        let mut seen = BTreeSet::new();
        for &kind in AttributeKind::ALL {
            assert!(seen.insert(letter(kind)), "{kind}");
            assert!(icon(Shape::Thing(kind)).contains("polygon"));
            assert_eq!(icon(Shape::Things(kind)).matches("<polygon").count(), 2);
        }
    }
}
