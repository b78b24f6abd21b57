//! The guide's three rings.

use crate::synth::dice::Dice;
use crate::synth::generate::PlantedRing;
use crate::synth::row::Row;
use crate::synth::world::World;

impl World {
    /// Plants them.
    pub fn story(
        &mut self,
        _next_ring: &mut u64,
        _rows: &mut Vec<Row>,
        _dice: &mut Dice,
    ) -> Vec<PlantedRing> {
        Vec::new()
    }
}
