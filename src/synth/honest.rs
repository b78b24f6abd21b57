//! Honest people and all the innocent reasons why strangers look joined: households, flats, buildings, dorms,
//! mail drops, agencies, courses, recycled numbers, wrong attachments, merged records. Not responsible for rings.
//!
//! Each innocent pattern that must not become a ring occurs, here or in the scribe: (1) six tries with new
//! mailboxes, (2) a married name, (3) flatmates, (4) father and son, (5) a dorm, (6) an agency, (7) a resume
//! template, (8) copied postings, (9) a coworking address, (10) a popular VPN exit, (11) a recycled number, (12) a
//! career centre's machine, (13) a course, (14) newcomers with +1 and a foreign degree, (15) spouses with one account,
//! (16) a wrong file, (17) merged records, (18) the victim of a stolen identity. Shares are of groups; they are set so that in 100,000 applications there are thousands of
//! families and flats, hundreds of buildings and mail-drop users, and tens of dorms and courses, against about
//! 140 rings.

use crate::model::Column;
use crate::synth::contact::Line;
use crate::synth::dice::Dice;
use crate::synth::person::{Given, Person, Route};
use crate::synth::place::{Address, BOX, SUITE};
use crate::synth::row::Row;
use crate::synth::scribe::Delivery;
use crate::synth::world::{DAY, SPAN, START, World};

/// Cumulative shares in a thousand of the kinds of groups.
const GROUPS: &[(usize, Group)] = &[
    (690, Group::Alone),
    (840, Group::Family),
    (910, Group::Flat),
    (945, Group::Building),
    (970, Group::Successors),
    (991, Group::MailDrop),
    (994, Group::Dorm),
    (996, Group::Course),
    (1_000, Group::Friends),
];

#[derive(Debug, Clone, Copy)]
enum Group {
    Alone,
    Family,
    Flat,
    Building,
    Successors,
    MailDrop,
    Dorm,
    Course,
    Friends,
}

impl World {
    /// The applications of one group of honest people who may share something.
    pub fn honest(&mut self, rows: &mut Vec<Row>, dice: &mut Dice) {
        let draw = dice.below(1_000);
        let group = GROUPS.iter().find(|(below, _)| draw < *below).map_or(Group::Alone, |g| g.1);
        match group {
            Group::Alone => {
                let person = self.person(Given::default(), dice);
                let first = self.moment(dice);
                self.career(person, first, rows, dice);
            }
            Group::Family => self.family(rows, dice),
            Group::Flat => self.flat(rows, dice),
            Group::Building => self.building(rows, dice),
            Group::Successors => self.successors(rows, dice),
            Group::MailDrop => self.mail_drop_user(rows, dice),
            Group::Dorm => self.dorm(rows, dice),
            Group::Course => self.cohort(rows, dice),
            Group::Friends => self.friends(rows, dice),
        }
    }

    /// Somebody's applications from `first` on: 30 % apply again, and of those about half once more, and so on;
    /// one in a hundred tries six times or more, always with a new mailbox (1).
    pub fn career(&mut self, mut person: Person, first: i64, rows: &mut Vec<Row>, dice: &mut Dice) {
        if dice.chance(0.004)
            && let Some(phone) = self.memory.recycled(first)
        {
            person.phone = phone; // (11) a number that somebody gave up three years before
        }
        let persistent = dice.chance(0.01);
        let again = match () {
            () if persistent => 5 + dice.below(5),
            () if dice.chance(0.3) => 1 + dice.repeat(0.45, 8),
            () => 0,
        };
        let mut at = first;
        for n in 0..=again {
            if n > 0 {
                // Some try several openings in one week, others come back after a year.
                let gap = match dice.below(10) {
                    0..=2 => dice.between(0, 5),
                    3..=7 => dice.between(6, 150),
                    _ => dice.between(150, 600),
                };
                at = crate::synth::world::daytime(at + gap * DAY, dice);
                if at >= START + SPAN {
                    break;
                }
                self.live(&mut person, gap, dice);
                if persistent {
                    person.email =
                        self.register.mailbox(&person.given, &person.family, person.birth.0, dice);
                }
            }
            let mut row = self.apply(&person, at, Delivery::Usual, dice);
            self.accident(&mut row, dice);
            rows.push(row);
        }
        if dice.chance(0.2) {
            self.memory.remember(&person, at);
        }
    }

    /// What recruiters and their systems do to one application in five hundred.
    fn accident(&mut self, row: &mut Row, dice: &mut Dice) {
        if !dice.chance(self.noise.rate(0.002)) {
            return;
        }
        let Some(other) = self.memory.person(dice.below(1_000)) else { return };
        if dice.chance(0.5) {
            // (16) somebody else's file is attached
            row.put(Column::ResumeText, other.resume.lines.join(" "));
            row.put(Column::ResumeSha256, other.file.as_str());
            row.put(Column::PdfId, other.pdf_id.as_str());
        } else {
            // (17) two records were merged: the contact is somebody else's
            row.put(Column::Email, other.email.as_str());
            if dice.chance(0.5) {
                row.put(Column::Phone, other.phone.typed(other.habits.phone));
            }
        }
    }

    /// Spouses, parents, children, siblings behind one door and one router (4, 15).
    fn family(&mut self, rows: &mut Vec<Row>, dice: &mut Dice) {
        let custom = self.pools.custom(dice);
        let names = &self.pools.customs[custom];
        let family = names.family[names.family_ranks.draw(dice)].clone();
        let home = self.home(dice);
        let ip = self.home_ip(dice);
        let size = 2 + dice.repeat(0.35, 3);
        let first = self.moment(dice);
        let landline = dice
            .chance(0.1)
            .then(|| self.register.phone(&self.pools, home.place.state, Line::Landline, dice));
        let (mailbox, machine, account) = (dice.chance(0.03), dice.chance(0.15), dice.chance(0.4));
        let mut elder: Option<Person> = None;
        for i in 0..size {
            let mut known =
                Given { home: Some(home.clone()), ip: Some(ip.clone()), ..Given::default() };
            if dice.chance(0.8) {
                known.family = Some((custom, family.clone()));
            }
            known.age = Some(if i < 2 { dice.between(35, 60) } else { dice.between(18, 28) });
            let mut person = self.person(known, dice);
            if let Some(phone) = landline {
                person.phone = phone;
            }
            if let Some(other) = &elder {
                if mailbox {
                    person.email.clone_from(&other.email);
                }
                if machine {
                    person.device.clone_from(&other.device);
                    person.agent = other.agent;
                }
                if account && i == 1 {
                    person.bank.clone_from(&other.bank);
                }
                if i >= 1 && person.family == other.family && dice.chance(0.06) {
                    // father and son
                    person.given.clone_from(&other.given);
                    person.suffix = "Jr.";
                    person.birth.0 = other.birth.0 + dice.between(22, 35);
                    person.email =
                        self.register.mailbox(&person.given, &person.family, person.birth.0, dice);
                }
            } else {
                elder = Some(person.clone());
            }
            let at = if dice.chance(0.4) { self.near(first, 120, dice) } else { self.moment(dice) };
            self.career(person, at, rows, dice);
        }
    }

    /// Unrelated people behind one door, most of whom apply within a year (3).
    fn flat(&mut self, rows: &mut Vec<Row>, dice: &mut Dice) {
        let home = self.home(dice);
        let ip = self.home_ip(dice);
        let size = 2 + dice.repeat(0.5, 4);
        let first = self.moment(dice);
        let span = *dice.pick(&[30, 90, 365, 365]);
        let landline = dice
            .chance(0.05)
            .then(|| self.register.phone(&self.pools, home.place.state, Line::Landline, dice));
        // Flatmates often met at work or at school.
        let (together, role) = (dice.chance(0.25), dice.below(self.pools.families.len()));
        let (machine, device) = (dice.chance(0.04), dice.hex(16));
        for _ in 0..size {
            let known = Given {
                home: Some(home.clone()),
                ip: Some(ip.clone()),
                age: Some(dice.between(20, 34)),
                role: together.then_some(role),
                ..Given::default()
            };
            let mut person = self.person(known, dice);
            if let Some(phone) = landline {
                person.phone = phone;
            }
            if machine && dice.chance(0.7) {
                person.device.clone_from(&device);
            }
            let at = self.near(first, span, dice);
            self.career(person, at, rows, dice);
        }
    }

    /// Neighbours in a big building who leave out their unit.
    fn building(&mut self, rows: &mut Vec<Row>, dice: &mut Dice) {
        let place = self.pools.place(dice);
        let building = Address::house(&self.pools, place, dice);
        for _ in 0..2 + dice.below(11) {
            let unit = dice.chance(0.5).then(|| crate::synth::place::unit(dice));
            let home = Address { unit, ..building.clone() };
            let person = self.person(Given { home: Some(home), ..Given::default() }, dice);
            let at = self.moment(dice);
            self.career(person, at, rows, dice);
        }
    }

    /// Tenants who follow one another in the same unit.
    fn successors(&mut self, rows: &mut Vec<Row>, dice: &mut Dice) {
        let home = self.home(dice);
        let mut at = START + dice.between(0, SPAN / 2);
        for _ in 0..2 + dice.below(3) {
            if at >= START + SPAN {
                break;
            }
            let known = Given { home: Some(home.clone()), ..Given::default() };
            let person = self.person(known, dice);
            self.career(person, at, rows, dice);
            at = crate::synth::world::daytime(at + dice.between(200, 700) * DAY, dice);
        }
    }

    /// Somebody whose only address is a coworking desk or a rented box (9).
    fn mail_drop_user(&mut self, rows: &mut Vec<Row>, dice: &mut Dice) {
        let mut home = dice.pick(&self.drops).clone();
        if dice.chance(0.8) {
            let number = dice.between(1, 900).to_string();
            home = home.with_unit(number);
            home.designator = if dice.chance(0.5) { BOX } else { SUITE };
        }
        let person = self.person(Given { home: Some(home), ..Given::default() }, dice);
        let at = self.moment(dice);
        self.career(person, at, rows, dice);
    }

    /// A dorm in one recruiting season: one street, one network, the machines of one career centre (5, 12).
    fn dorm(&mut self, rows: &mut Vec<Row>, dice: &mut Dice) {
        let index = dice.below(self.campuses.len());
        let dorm = self.campuses[index].dorm.clone();
        let season = self.moment(dice);
        let ip = self.home_ip(dice);
        for _ in 0..8 + dice.below(33) {
            let mut home = dorm.clone();
            if dice.chance(0.5) {
                home = home.with_unit(dice.between(100, 999).to_string());
                home.designator = ("Room", "Rm");
            }
            let known = Given {
                home: Some(home),
                ip: Some(ip.clone()),
                age: Some(dice.between(17, 21)),
                campus: Some(index),
                ..Given::default()
            };
            let mut person = self.person(known, dice);
            person.route = if dice.chance(0.2) { Route::Mobile } else { Route::Home };
            let at = self.near(season, 60, dice);
            self.career(person, at, rows, dice);
        }
    }

    /// The students of one course: same referee, same project (13).
    fn cohort(&mut self, rows: &mut Vec<Row>, dice: &mut Dice) {
        let course = dice.pick(&self.courses).clone();
        let end = self.moment(dice);
        let role = dice.below(4);
        let projects: Vec<String> =
            course.projects.iter().take(1 + dice.below(2)).cloned().collect();
        for _ in 0..6 + dice.below(15) {
            let known =
                Given { role: Some(role), age: Some(dice.between(20, 40)), ..Given::default() };
            let mut person = self.person(known, dice);
            if dice.chance(0.7) {
                person.referee = Some(course.referee.clone());
            }
            if dice.chance(0.5) {
                person.school.clone_from(&course.name);
            }
            person.resume.lines.extend(projects.iter().cloned());
            if dice.chance(0.3) {
                person.github = Some(course.handle.clone());
            }
            let at = self.near(end, 90, dice);
            self.career(person, at, rows, dice);
        }
    }

    /// Two or three colleagues who name the same manager as referee, and sometimes copied each other's resume.
    fn friends(&mut self, rows: &mut Vec<Row>, dice: &mut Dice) {
        let referee = self.referee(dice);
        let employer = self.employer(dice);
        let role = dice.below(self.pools.families.len());
        let first = self.moment(dice);
        let copied = dice.chance(0.25);
        let mut before: Option<Person> = None;
        for _ in 0..2 + dice.below(2) {
            let mut person = self.person(Given { role: Some(role), ..Given::default() }, dice);
            person.referee = Some(referee.clone());
            person.employer.clone_from(&employer);
            if let Some(before) = before.as_ref().filter(|_| copied) {
                person.resume = before.resume.reworded(&self.pools, person.facts(), 12, dice);
            }
            before = Some(person.clone());
            let at = self.near(first, 200, dice);
            self.career(person, at, rows, dice);
        }
    }

    /// A moment within `days` after `first`, inside the data.
    fn near(&self, first: i64, days: i64, dice: &mut Dice) -> i64 {
        let at = crate::synth::world::daytime(first + dice.between(0, days) * DAY, dice);
        at.min(START + SPAN - 1)
    }
}
