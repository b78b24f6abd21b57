//! Postal addresses. Not responsible for who lives there.

use crate::synth::dice::Dice;
use crate::synth::pools::{Place, Pools};

/// A dwelling or a counter.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// House number and street name.
    pub line: String,
    /// Street suffix and its abbreviation, both empty when `line` is complete.
    pub suffix: (&'static str, &'static str),
    /// Apartment or box, without its designator.
    pub unit: Option<String>,
    /// How the unit is called in full and in short.
    pub designator: (&'static str, &'static str),
    /// The ZIP area.
    pub place: Place,
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        (self.zip, self.city) == (other.zip, other.city)
    }
}

/// Designators and how often people write them.
pub const APARTMENT: (&str, &str) = ("Apt", "#");
/// A desk or an office.
pub const SUITE: (&str, &str) = ("Suite", "Ste");
/// A box at a mail drop.
pub const BOX: (&str, &str) = ("PMB", "#");

impl Address {
    /// A house in this ZIP area.
    pub fn house(pools: &Pools, place: Place, dice: &mut Dice) -> Self {
        let number = dice.between(1, 9_899);
        let direction = if dice.chance(0.1) { dice.word(&["N ", "S ", "E ", "W "]) } else { "" };
        Self {
            line: format!("{number} {direction}{}", dice.pick(&pools.streets)),
            suffix: *dice.pick_early(&pools.suffixes),
            unit: None,
            designator: APARTMENT,
            place,
        }
    }

    /// A flat in an apartment building.
    pub fn flat(pools: &Pools, place: Place, dice: &mut Dice) -> Self {
        let mut address = Self::house(pools, place, dice);
        address.unit = Some(unit(dice));
        address
    }

    /// The same building, another unit.
    #[must_use]
    pub fn with_unit(&self, unit: String) -> Self {
        Self { unit: Some(unit), ..self.clone() }
    }

    /// The street line as written out.
    #[must_use]
    pub fn street(&self, short: bool) -> String {
        let suffix = if short { self.suffix.1 } else { self.suffix.0 };
        if suffix.is_empty() { self.line.clone() } else { format!("{} {suffix}", self.line) }
    }

    /// The unit as written, empty when there is none.
    #[must_use]
    pub fn unit_text(&self, short: bool) -> String {
        let Some(unit) = &self.unit else { return String::new() };
        if short && self.designator.1 == "#" {
            format!("#{unit}")
        } else if short {
            format!("{} {unit}", self.designator.1)
        } else {
            format!("{} {unit}", self.designator.0)
        }
    }
}

/// A unit number as buildings have them.
pub fn unit(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => dice.between(1, 40).to_string(),
        1 => format!("{}{}", dice.between(1, 12), dice.pick(&["A", "B", "C", "D", "E"])),
        _ => format!("{}{:02}", dice.between(1, 14), dice.between(1, 24)),
    }
}
