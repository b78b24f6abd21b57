//! What recent honest people left behind, for the accidents that join strangers: numbers given up and sold again,
//! a colleague's file uploaded by mistake, names stolen by a ring. Bounded, so a data set of any size streams.

use crate::synth::contact::Phone;
use crate::synth::person::Person;
use std::collections::VecDeque;

/// How many of each are remembered.
const KEPT: usize = 400;

/// Recent honest leftovers.
#[derive(Debug, Default)]
pub struct Memory {
    people: VecDeque<Person>,
    retired: VecDeque<(Phone, i64)>,
}

impl Memory {
    /// Remembers somebody, and their number as given up at `last`.
    pub fn remember(&mut self, person: &Person, last: i64) {
        if self.people.len() == KEPT {
            self.people.pop_front();
        }
        self.people.push_back(person.clone());
        if self.retired.len() == KEPT {
            self.retired.pop_front();
        }
        self.retired.push_back((person.phone, last));
    }

    /// Somebody who applied before, by position.
    #[must_use]
    pub fn person(&self, at: usize) -> Option<&Person> {
        self.people.get(at % self.people.len().max(1))
    }

    /// A number that was given up at least three years before `at`; it is handed out once.
    pub fn recycled(&mut self, at: i64) -> Option<Phone> {
        const THREE_YEARS: i64 = 3 * 365 * 86_400;
        let index = self.retired.iter().position(|(_, last)| at - last >= THREE_YEARS)?;
        self.retired.remove(index).map(|(phone, _)| phone)
    }
}
