//! The three rings that the guide walks through, and the flat that is none. Names, homes and dates are fixed;
//! everything else comes from the same generator as for everybody. Not responsible for the guide's words.
//!
//! Invariant: each ring shows what the guide says about it under every seed: the telling columns are written after
//! the noise.

use crate::model::Column;
use crate::synth::dice::Dice;
use crate::synth::generate::PlantedRing;
use crate::synth::person::{Given, Person};
use crate::synth::place::{APARTMENT, Address};
use crate::synth::pools::Place;
use crate::synth::resume::Resume;
use crate::synth::row::Row;
use crate::synth::scribe::Delivery;
use crate::synth::world::{DAY, World};

/// 2026-03-02T00:00:00Z: the story begins in the last half year of the data.
const BEGIN: i64 = 1_772_409_600;

/// Somebody in the story: given name, family name, ZIP of the claimed home, days on which they apply.
type Cast = (&'static str, &'static str, &'static str, &'static [i64]);

/// Six identities who claim homes in five states.
const MAPLE_COURT: &[Cast] = &[
    ("Evan", "Whitlock", "74103", &[3, 41]),
    ("Priya", "Raman", "33602", &[9, 10]),
    ("Marcus", "Bell", "27601", &[10, 60, 61]),
    ("Dana", "Kowalski", "97205", &[38]),
    ("Julian", "Reyes", "68102", &[39, 75]),
    ("Hannah", "Okafor", "27601", &[74]),
];

/// Five identities with one stem.
const BRIGHT_MAILBOXES: &[Cast] = &[
    ("Owen", "Farrell", "85003", &[20, 21]),
    ("Lucia", "Marchetti", "64106", &[20]),
    ("Samir", "Haddad", "53202", &[21, 33]),
    ("Grace", "Lindholm", "98101", &[33]),
    ("Tyler", "Nguyen", "37203", &[34, 50]),
];

/// Three names on one profile, and one who came back.
const BORROWED_PROFILE: &[Cast] = &[
    ("Rowan", "Calloway", "30303", &[55]),
    ("Peter", "Vance", "87102", &[63, 64]),
    ("Anita", "Desai", "15222", &[70]),
    ("Colin", "Mercer", "55401", &[82, 90]),
];

/// Four flatmates who share a door, a router and nothing else.
const WILLOW_WAY: &[Cast] = &[
    ("Nora", "Petrov", "80203", &[12]),
    ("Jamal", "Greene", "80203", &[15, 66]),
    ("Mei", "Tanaka", "80203", &[30]),
    ("Carlos", "Ibarra", "80203", &[44]),
];

impl World {
    /// Plants the three rings and the flat; the rings take the next three numbers.
    pub fn story(
        &mut self,
        next_ring: &mut u64,
        rows: &mut Vec<Row>,
        dice: &mut Dice,
    ) -> Vec<PlantedRing> {
        self.flat_on_willow_way(rows, dice);
        let mut planted = Vec::new();
        let scenes: [(&'static str, &'static str, Scene); 3] = [
            ("farm", "delivery address + home network + devices", World::maple_court),
            (
                "mailbox-series",
                "mailbox series + VoIP series + resume text",
                World::bright_mailboxes,
            ),
            ("profile", "profile + PDF id of a rejected persona", World::borrowed_profile),
        ];
        for (kind, held_by, scene) in scenes {
            *next_ring += 1;
            let mut own = Vec::new();
            let persons = scene(self, *next_ring, &mut own, dice);
            planted.push(PlantedRing {
                id: *next_ring,
                kind,
                persons,
                applications: own.len(),
                held_by: held_by.to_owned(),
            });
            rows.append(&mut own);
        }
        planted
    }

    fn maple_court(&mut self, ring: u64, rows: &mut Vec<Row>, dice: &mut Dice) -> usize {
        let house = self.fixed("1418 Maple", "Court", None, "45402");
        let ip = self.home_ip(dice);
        let device = dice.hex(16);
        for (i, cast) in MAPLE_COURT.iter().enumerate() {
            let mut persona = self.actor(cast, Some(ring), dice);
            persona.ship = Some(house.clone());
            let mut telling = Vec::new();
            if i < 4 {
                telling.push((Column::Ip, ip.clone()));
            }
            if i == 1 || i == 2 {
                telling.push((Column::DeviceId, device.clone()));
            }
            let first = rows.len();
            self.act(&persona, cast.3, &telling, rows, dice);
            for row in &mut rows[first..] {
                row.put(
                    Column::ShipStreet,
                    if i % 2 == 0 { "1418 Maple Court" } else { "1418 Maple Ct" },
                );
                row.put(Column::State, persona.home.place.state);
                row.put(Column::City, persona.home.place.city);
            }
        }
        // The second application of the first persona was hired; the first of the second has an offer.
        for (person, stage, outcome) in [(0, "hired", "hired"), (1, "offer", "pending")] {
            let name = MAPLE_COURT[person].1;
            if let Some(row) =
                rows.iter_mut().rev().find(|r| r.get(Column::FullName).contains(name))
            {
                row.put(Column::Stage, stage);
                row.put(Column::Outcome, outcome);
            }
        }
        MAPLE_COURT.len()
    }

    fn bright_mailboxes(&mut self, ring: u64, rows: &mut Vec<Row>, dice: &mut Dice) -> usize {
        let phones = self.register.series(BRIGHT_MAILBOXES.len(), dice);
        let mut base: Option<Resume> = None;
        for (i, cast) in BRIGHT_MAILBOXES.iter().enumerate() {
            let mut persona = self.actor(cast, Some(ring), dice);
            persona.phone = phones[i % phones.len()];
            let digits = [214, 377, 58, 4_096, 731][i % 5];
            persona.email = format!("brightdev{digits}@mail.example");
            self.register.take(&persona.email);
            let facts = persona.facts();
            let own = match &base {
                Some(base) => base.reworded(&self.pools, facts, 5, dice),
                None => Resume::own(&self.pools, facts, crate::synth::Resumes::Full, dice),
            };
            base.get_or_insert_with(|| own.clone());
            let telling = [
                (Column::Email, persona.email.clone()),
                (Column::Phone, persona.phone.typed(persona.habits.phone)),
                (Column::PhoneLineType, persona.phone.line.word().to_owned()),
                (Column::ResumeText, own.lines.join(" ")),
            ];
            self.act(&persona, cast.3, &telling, rows, dice);
        }
        BRIGHT_MAILBOXES.len()
    }

    fn borrowed_profile(&mut self, ring: u64, rows: &mut Vec<Row>, dice: &mut Dice) -> usize {
        let profile = "https://www.linkedin.com/in/r-calloway-example-7f3a91";
        let file = dice.hex(32);
        for (i, cast) in BORROWED_PROFILE.iter().enumerate() {
            let persona = self.actor(cast, Some(ring), dice);
            let mut telling = Vec::new();
            if i < 3 {
                telling.push((Column::Linkedin, profile.to_owned()));
            }
            // The third name and the one who came back twelve days after its rejection.
            if i >= 2 {
                telling.push((Column::PdfId, file.clone()));
            }
            if i == 2 {
                telling.push((Column::Stage, "screen".to_owned()));
                telling.push((Column::Outcome, "rejected".to_owned()));
            }
            self.act(&persona, cast.3, &telling, rows, dice);
        }
        BORROWED_PROFILE.len()
    }

    fn flat_on_willow_way(&mut self, rows: &mut Vec<Row>, dice: &mut Dice) {
        let home = self.fixed("77 Willow", "Way", Some("3B"), "80203");
        let ip = self.home_ip(dice);
        for (role, cast) in [3, 1, 9, 8].into_iter().zip(WILLOW_WAY) {
            let mut person = self.actor(cast, None, dice);
            person.home = home.clone();
            person.role = role % self.pools.families.len();
            person.title = dice.word(&self.pools.families[person.role].1);
            self.write_resume(&mut person, dice);
            let telling = [
                (Column::Ip, ip.clone()),
                (Column::Street, "77 Willow Way".to_owned()),
                (Column::Unit, "Apt 3B".to_owned()),
            ];
            self.act(&person, cast.3, &telling, rows, dice);
        }
    }

    fn actor(&mut self, cast: &Cast, ring: Option<u64>, dice: &mut Dice) -> Person {
        let (given, family, zip, _) = *cast;
        let place = self.zip(zip);
        let home = self.home_in(place.state, dice);
        let known = Given {
            family: Some((0, family.to_owned())),
            home: Some(Address { place, ..home }),
            role: Some(0),
            age: Some(dice.between(26, 36)),
            ring,
            ..Given::default()
        };
        let mut person = self.person(known, dice);
        person.given = given.to_owned();
        person.middle = None;
        person.adopted = None;
        person.agency = None;
        person.linkedin = None;
        person.github = None;
        person.referee = None;
        person.email = self.register.mailbox(given, family, person.birth.0, dice);
        self.write_resume(&mut person, dice);
        person
    }

    fn act(
        &mut self,
        person: &Person,
        days: &[i64],
        telling: &[(Column, String)],
        rows: &mut Vec<Row>,
        dice: &mut Dice,
    ) {
        for day in days {
            let at = BEGIN + day * DAY + dice.between(50_000, 80_000);
            let delivery = if person.ship.is_some() { Delivery::Always } else { Delivery::Usual };
            let mut row = self.apply(person, at, delivery, dice);
            row.put(Column::FullName, format!("{} {}", person.given, person.family));
            row.put(Column::Stage, "applied");
            row.put(Column::Outcome, "pending");
            row.put(Column::BankAccountHash, "");
            for (column, value) in telling {
                row.put(*column, value.as_str());
            }
            rows.push(row);
        }
    }

    fn fixed(&self, line: &str, suffix: &'static str, unit: Option<&str>, zip: &str) -> Address {
        let suffix =
            self.pools.suffixes.iter().find(|s| s.0 == suffix).copied().unwrap_or((suffix, suffix));
        Address {
            line: line.to_owned(),
            suffix,
            unit: unit.map(str::to_owned),
            designator: APARTMENT,
            place: self.zip(zip),
        }
    }

    fn zip(&self, zip: &str) -> Place {
        self.pools.places.iter().find(|p| p.zip == zip).copied().unwrap_or(self.pools.places[0])
    }
}

type Scene = fn(&mut World, u64, &mut Vec<Row>, &mut Dice) -> usize;
