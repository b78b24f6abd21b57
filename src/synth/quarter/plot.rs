//! What is planted in a quarter: which rings are born in which week, which of them grow, merge, split and dissolve, and what
//! people decide for that. Not responsible for when rings go quiet, which follows from it (`calendar`).
//!
//! Rings are held by the kits that synthetic rings usually have. Newcomers who join two rings show what mainly holds each of
//! them. Files of agencies bring some of them, and are withdrawn later.
//!
//! Invariant: between planted weeks nobody of a ring applies.

use crate::{
    model::{Attribute, AttributeKind},
    synth::{
        PlantedRing,
        contact::{Line, Phone},
        dice::Dice,
        kit::{Kit, Shared, Sort},
        person::Person,
        quarter::calendar::{Calendar, PlantedEvent},
        rings::{held_by, kit},
        row::Row,
        world::{DAY, World},
    },
};
use std::collections::BTreeMap;

/// An application, and the agency's file that brings it, if one does.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The application.
    pub row: Row,
    /// The agency's file.
    pub file: Option<&'static str>,
}

/// What somebody decides, told in persons.
#[derive(Debug, Clone)]
pub enum Step {
    /// Two persons who do not belong together.
    NotLinked(u64, u64),
    /// A value that is shared innocently.
    Common(Attribute),
    /// An agency's file that should not have been imported.
    Withdraw(&'static str),
}

/// A ring that was planted.
struct Ring {
    kind: &'static str,
    kit: Kit,
    /// Personas so far.
    personas: usize,
    people: Vec<Person>,
}

/// What is planted.
pub struct Plot {
    begin: i64,
    /// Applications of rings.
    pub rows: Vec<Placed>,
    /// Decisions, each with the moment.
    pub steps: Vec<(i64, Step)>,
    /// What happens when.
    pub calendar: Calendar,
    rings: BTreeMap<u64, Ring>,
}

/// Personas that a ring may get later: numbers of a series are bought together.
const LATER: usize = 8;

impl Plot {
    /// Nothing is planted yet.
    #[must_use]
    pub fn new(begin: i64) -> Self {
        let (rows, steps, rings) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { begin, rows, steps, calendar: Calendar::default(), rings }
    }

    /// The rings, with how many there are of everything. O(rings × applications).
    #[must_use]
    pub fn rings(&self, rows: &[Placed]) -> Vec<PlantedRing> {
        let told = |(&id, ring): (&u64, &Ring)| PlantedRing {
            id,
            kind: ring.kind,
            persons: ring.people.len(),
            applications: rows.iter().filter(|placed| placed.row.ring == Some(id)).count(),
            held_by: held_by(&ring.kit),
        };
        self.rings.iter().map(told).collect()
    }

    /// Plants everything once.
    pub fn stage(&mut self, world: &mut World, dice: &mut Dice) {
        let mut stage = Stage { plot: self, world, dice };
        let farm = stage.born("farm", &[(Sort::Delivery, 1.0)], 1, None);
        let phones = stage.born("phone", &[(Sort::Phones, 0.9)], 1, None);
        let devices = stage.born("device", &[(Sort::Devices, 0.95), (Sort::Network, 0.6)], 2, None);
        let text = stage.born("resume", &[(Sort::Text, 1.0)], 2, None);
        let file = stage.born("file", &[(Sort::File, 0.95)], 3, None);
        let profile = stage.born("profile", &[(Sort::Profile, 0.95)], 3, None);
        let photo = stage.born("photo", &[(Sort::Photo, 0.95)], 4, None);
        stage.born("voip-series", &[(Sort::Series, 0.95), (Sort::Text, 0.8)], 4, None);
        let mailboxes =
            stage.born("mailbox-series", &[(Sort::Mailboxes, 0.95), (Sort::Devices, 0.7)], 5, None);
        stage.born("referee", &[(Sort::Referee, 0.95), (Sort::Delivery, 0.6)], 5, None);
        stage.grow(farm, 3);
        stage.grow(phones, 4);
        stage.grow(text, 4);
        stage.grow(farm, 5);
        stage.grow(devices, 6);
        stage.grow(photo, 7);
        stage.grow(mailboxes, 8);
        // Newcomers use what holds two rings.
        stage.merge(farm, phones, 7, None);
        stage.grow(farm, 10);
        stage.merge(file, profile, 8, None);
        // A file of an agency joins two rings, and is taken back.
        let house = stage.born("farm", &[(Sort::Delivery, 1.0)], 6, None);
        let slugs = stage.born("profile", &[(Sort::Profile, 0.95)], 6, None);
        stage.merge(house, slugs, 9, Some("northgate"));
        stage.withdraw("northgate", 12);
        stage.parted(house, slugs, 12);
        // One newcomer has the things of somebody of another ring, which turns out to be a mix-up.
        let (left, right) = (
            stage.born("farm", &[(Sort::Delivery, 1.0)], 7, None),
            stage.born("phone", &[(Sort::Phones, 0.9)], 7, None),
        );
        stage.bridge(left, right, 9);
        stage.parted(left, right, 11);
        // Two houses and one number that is judged common.
        stage.two_houses(3, 9);
        // A ring of which everything came in a file that is taken back, and one that shares a number that is common.
        let agency = stage.born("farm", &[(Sort::Delivery, 1.0)], 5, Some("harborview"));
        stage.withdraw("harborview", 7);
        stage.gone(agency, 7);
        stage.one_number(8, 10);
    }
}

/// What planting needs.
struct Stage<'a> {
    plot: &'a mut Plot,
    world: &'a mut World,
    dice: &'a mut Dice,
}

impl Stage<'_> {
    fn week(&self, week: u32) -> i64 {
        self.plot.begin + i64::from(week - 1) * 7 * DAY
    }

    fn born(
        &mut self,
        kind: &'static str,
        sorts: &[(Sort, f64)],
        week: u32,
        file: Option<&'static str>,
    ) -> u64 {
        let n = 3 + self.dice.below(3) + self.dice.below(2);
        let mut kit = kit(self.world, sorts, n + LATER, self.dice);
        // Of one to three numbers or machines one: whoever comes later through another one has nothing in common with those
        // who are there, so that nobody could tell.
        if let Some((Shared::Phones(phones), _)) = kit.things.first_mut() {
            phones.truncate(1);
        }
        if let Some((Shared::Devices(devices), _)) = kit.things.first_mut() {
            devices.truncate(1);
        }
        let id = self.ring(kind, kit);
        self.plot.calendar.plant(week, PlantedEvent::Born, &[id]);
        self.arrive(id, n, week, file);
        id
    }

    fn ring(&mut self, kind: &'static str, kit: Kit) -> u64 {
        let id = self.plot.rings.len() as u64 + 1;
        let ring = Ring { kind, kit, personas: 0, people: Vec::new() };
        self.plot.rings.insert(id, ring);
        id
    }

    /// So many personas of a ring come in the first days of a week; with an agency's file, on one day.
    fn arrive(&mut self, id: u64, n: usize, week: u32, file: Option<&'static str>) {
        let Some(kit) = self.plot.rings.get(&id).map(|ring| ring.kit.clone()) else { return };
        self.arrive_with(id, &kit, n, week, file);
    }

    fn arrive_with(&mut self, id: u64, kit: &Kit, n: usize, week: u32, file: Option<&'static str>) {
        let start = self.week(week);
        let Some(ring) = self.plot.rings.get_mut(&id) else { return };
        let numbers = ring.personas..ring.personas + n;
        let mut rows = Vec::new();
        let people = self.world.more_personas(kit, id, numbers, (start, 4), &mut rows, self.dice);
        ring.personas += n;
        ring.people.extend(people);
        for mut row in rows {
            if file.is_some() {
                // One file of one day.
                let at = start + 2 * DAY + row.at.rem_euclid(DAY);
                row.at = at;
                row.put(crate::model::Column::SubmittedAt, crate::model::Moment(at).to_string());
            }
            self.plot.rows.push(Placed { row, file });
        }
    }

    fn grow(&mut self, id: u64, week: u32) {
        let n = 2 + self.dice.below(2);
        let Some(mut kit) = self.plot.rings.get(&id).map(|ring| ring.kit.clone()) else { return };
        if let Some((_, share)) = kit.things.first_mut() {
            *share = 1.0;
        }
        self.plot.calendar.plant(week, PlantedEvent::Grew, &[id]);
        self.arrive_with(id, &kit, n, week, None);
    }

    /// Two or three newcomers show what mainly holds either ring.
    fn merge(&mut self, a: u64, b: u64, week: u32, file: Option<&'static str>) {
        let n = 2 + self.dice.below(2);
        let main = |ring: Option<&Ring>| {
            ring.and_then(|ring| ring.kit.things.first()).map(|(thing, _)| (thing.clone(), 1.0))
        };
        let things = [a, b].iter().filter_map(|id| main(self.plot.rings.get(id))).collect();
        self.plot.calendar.plant(week, PlantedEvent::Merged, &[a, b]);
        self.arrive_with(a, &Kit { things, role: None }, n, week, file);
    }

    fn parted(&mut self, a: u64, b: u64, week: u32) {
        self.plot.calendar.plant(week, PlantedEvent::Split, &[a, b]);
    }

    fn gone(&mut self, id: u64, week: u32) {
        self.plot.calendar.plant(week, PlantedEvent::Dissolved, &[id]);
    }

    fn decide(&mut self, week: u32, step: Step) {
        let at = self.week(week) + 2 * DAY;
        self.plot.steps.push((at, step));
    }

    fn withdraw(&mut self, file: &'static str, week: u32) {
        self.decide(week, Step::Withdraw(file));
    }

    /// A newcomer of one ring has the profile, the referee and the machine of somebody of the other, until two weeks later
    /// somebody finds that those two do not belong together.
    fn bridge(&mut self, a: u64, b: u64, week: u32) {
        let Some(mut other) = self.plot.rings.get(&b).and_then(|ring| ring.people.first()).cloned()
        else {
            return;
        };
        let Some((main, _)) = self.plot.rings.get(&a).and_then(|r| r.kit.things.first()).cloned()
        else {
            return;
        };
        let things = [Sort::Profile, Sort::Referee].map(|s| self.world.shared(s, 1, self.dice));
        let account = Shared::Account(self.dice.hex(32));
        let start = self.week(week);
        let known = crate::synth::person::Given { ring: Some(a), ..Default::default() };
        let mut newcomer = self.world.person(known, self.dice);
        main.put_on(&mut newcomer, 0, self.world, self.dice);
        for thing in things.iter().chain([&account]) {
            thing.put_on(&mut other, 0, self.world, self.dice);
            thing.put_on(&mut newcomer, 0, self.world, self.dice);
        }
        for (person, day) in [(&other, 0), (&newcomer, 1)] {
            let at = crate::synth::world::daytime(start + day * DAY, self.dice);
            let delivery = crate::synth::scribe::Delivery::Always;
            let mut row = self.world.apply(person, at, delivery, self.dice);
            row.put(crate::model::Column::BankAccountHash, person.bank.as_str());
            self.plot.rows.push(Placed { row, file: None });
        }
        if let Some(ring) = self.plot.rings.get_mut(&a) {
            ring.people.push(newcomer.clone());
        }
        self.plot.calendar.plant(week, PlantedEvent::Merged, &[a, b]);
        self.decide(week + 2, Step::NotLinked(other.id, newcomer.id));
    }

    /// Two houses whose personas are one ring by a number that two of either give, until that is judged common.
    fn two_houses(&mut self, week: u32, judged: u32) {
        let number = self.number();
        let mut ids = Vec::new();
        for sort in [Sort::Delivery, Sort::Profile] {
            let (kit, n) = (kit(self.world, &[(sort, 1.0)], 4 + LATER, self.dice), 4);
            let id = self.ring("two-houses", kit);
            let from = self.plot.rows.len();
            self.arrive(id, n, week, None);
            let of: Vec<u64> = self
                .plot
                .rings
                .get(&id)
                .map(|ring| ring.people.iter().take(2).map(|person| person.id).collect())
                .unwrap_or_default();
            for placed in self.plot.rows.iter_mut().skip(from) {
                if of.contains(&placed.row.person) {
                    placed.row.put(crate::model::Column::Phone, number.typed(0));
                }
            }
            ids.push(id);
        }
        self.plot.calendar.plant(week, PlantedEvent::Born, &ids);
        self.plot.calendar.plant(judged, PlantedEvent::Split, &ids);
        self.decide(judged, Step::Common(phone(number)));
    }

    /// A ring that one number holds and nothing else, until that is judged common.
    fn one_number(&mut self, week: u32, judged: u32) {
        let number = self.number();
        let kit = Kit { things: vec![(Shared::Phones(vec![number]), 1.0)], role: None };
        let id = self.ring("phone", kit);
        self.plot.calendar.plant(week, PlantedEvent::Born, &[id]);
        self.arrive(id, 4, week, None);
        self.gone(id, judged);
        self.decide(judged, Step::Common(phone(number)));
    }

    fn number(&mut self) -> Phone {
        let state = self.world.pools.place(self.dice).state;
        self.world.register.phone(&self.world.pools, state, Line::Mobile, self.dice)
    }
}

fn phone(number: Phone) -> Attribute {
    let value = format!("+1{}555{:04}", number.area, number.number);
    Attribute { kind: AttributeKind::Phone, value }
}
