//! What all applicants of a data set have in common: openings, agencies, mail drops, dorms, anonymizers, resume
//! templates. Not responsible for any person.
//!
//! These are the innocent hubs. Their number grows with the data set so that each is used by tens to hundreds of
//! people, as in the exports of one large employer.

use crate::synth::contact::{Line, Phone, Register};
use crate::synth::dice::{Dice, Zipf};
use crate::synth::place::{Address, SUITE};
use crate::synth::pools::{Pools, School, Words};
use crate::synth::{Noise, Options, Resumes, SynthError};

/// 2022-09-01T00:00:00Z: the first application.
pub const START: i64 = 1_661_990_400;
/// Four years, so that numbers can be recycled after three.
pub const SPAN: i64 = 4 * 365 * DAY;
/// Seconds in a day.
pub const DAY: i64 = 86_400;

/// An opening.
#[derive(Debug, Clone)]
pub struct Requisition {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: &'static str,
    /// Open from this moment for about four months.
    pub opened: i64,
    /// Sentences of its posting that applicants copy.
    pub posting: Vec<&'static str>,
    /// Whether the form asks for a delivery address.
    pub asks_delivery: Ask,
}

/// Whether a form asks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// A staffing agency that submits under its own contact.
#[derive(Debug, Clone)]
pub struct Agency {
    /// Its name.
    pub name: String,
    /// Its mailbox.
    pub email: String,
    /// Its number.
    pub phone: Phone,
}

/// A campus with a dorm and a career centre.
#[derive(Debug, Clone)]
pub struct Campus {
    /// The school.
    pub school: School,
    /// Its dorm, without room.
    pub dorm: Address,
    /// The IPs it shows to the world.
    pub ips: Vec<String>,
    /// The devices of its career centre.
    pub desks: Vec<String>,
}

/// Referees and passages of one course.
#[derive(Debug, Clone)]
pub struct Course {
    /// Its name, as people write it under education.
    pub name: String,
    /// Its referee: name, mailbox, number.
    pub referee: (String, String, Phone),
    /// Code-hosting account of the course, which some students give as theirs.
    pub handle: String,
    /// Projects that its students list.
    pub projects: Vec<String>,
}

/// A public resume template.
#[derive(Debug, Clone)]
pub struct Template {
    /// Author that its files carry.
    pub author: String,
    /// PDF id that files made from it keep, for templates that are distributed as PDF.
    pub pdf_id: Option<String>,
    /// Which of the short texts it has, or none when only its layout is shared.
    pub text: usize,
}

/// Everything that is shared.
#[derive(Debug)]
pub struct World {
    /// Word pools.
    pub pools: Pools,
    /// Contacts.
    pub register: Register,
    /// Noise.
    pub noise: Noise,
    /// Length of resumes.
    pub resumes: Resumes,
    /// Openings by role family, each list in order of opening.
    pub requisitions: Vec<Vec<Requisition>>,
    /// Agencies.
    pub agencies: Vec<Agency>,
    /// Mail drops and coworking spaces.
    pub drops: Vec<Address>,
    /// Campuses, big ones first.
    pub campuses: Vec<Campus>,
    /// Courses.
    pub courses: Vec<Course>,
    /// Templates, popular ones first.
    pub templates: Vec<Template>,
    /// Machines of public libraries, by state.
    pub libraries: Vec<(&'static str, String)>,
    /// Pictures that are nobody's: grey silhouettes and the like.
    pub silhouettes: Vec<(String, u64)>,
    /// VPN exits, popular ones first.
    pub exits: Vec<String>,
    /// Addresses of mobile carriers' gateways.
    pub gateways: Vec<String>,
    /// How schools are drawn.
    pub school_ranks: Zipf,
    /// How exits are drawn.
    pub exit_ranks: Zipf,
    /// How templates are drawn.
    pub template_ranks: Zipf,
    /// What people before left behind.
    pub memory: crate::synth::memory::Memory,
    persons: u64,
}

impl World {
    /// The world of a data set of this size.
    ///
    /// # Errors
    /// When a word pool is broken.
    pub fn new(options: &Options, dice: &mut Dice) -> Result<Self, SynthError> {
        let pools = Pools::load()?;
        let mut register = Register::new(&pools);
        let n = usize::try_from(options.applications).unwrap_or(usize::MAX / 2);
        let requisitions = requisitions(&pools, n, dice);
        let agencies = (0..5 + n / 2_000).map(|_| agency(&pools, &mut register, dice)).collect();
        let drops = (0..6 + n / 2_500)
            .map(|_| {
                let place = pools.place(dice);
                let mut drop = Address::house(&pools, place, dice);
                drop.designator = SUITE;
                drop
            })
            .collect();
        let campuses = pools
            .schools
            .iter()
            .take(10 + n / 2_500)
            .enumerate()
            .map(|(i, s)| campus(&pools, i, *s, dice))
            .collect();
        let courses = (0..3 + n / 8_000).map(|_| course(&pools, &mut register, dice)).collect();
        let templates: Vec<Template> = (0..24 + n / 4_000)
            .map(|_| Template {
                author: format!(
                    "{}{} Templates",
                    dice.word(pools.words(Words::EmployerA)),
                    dice.word(pools.words(Words::EmployerB))
                ),
                pdf_id: dice.chance(0.3).then(|| dice.hex(32)),
                text: dice.below(6),
            })
            .collect();
        let exits: Vec<String> =
            (0..40 + n / 2_000)
                .map(|i| format!("203.0.113.{}", (i * 7 + 1) % 254 + 1))
                .chain((0..40 + n / 500).map(|_| {
                    format!("2001:db8:f0{:02x}:{:x}::2", dice.below(256), dice.below(65_536))
                }))
                .collect();
        let libraries =
            (0..30 + n / 1_000).map(|_| (pools.place(dice).state, dice.hex(16))).collect();
        let silhouettes = (0..6).map(|_| (dice.hex(64), dice.bits())).collect();
        let gateways = (1..=250).map(|i| format!("198.51.100.{i}")).collect();
        let school_ranks = Zipf::new(pools.schools.len(), 25);
        let exit_ranks = Zipf::new(exits.len(), 3);
        let template_ranks = Zipf::new(templates.len(), 3);
        Ok(Self {
            pools,
            register,
            noise: options.noise,
            resumes: options.resumes,
            requisitions,
            agencies,
            drops,
            campuses,
            courses,
            templates,
            libraries,
            silhouettes,
            exits,
            gateways,
            school_ranks,
            exit_ranks,
            template_ranks,
            memory: crate::synth::memory::Memory::default(),
            persons: 0,
        })
    }

    /// A number for the next person.
    pub fn next_person(&mut self) -> u64 {
        self.persons += 1;
        self.persons
    }

    /// An opening of this family at this time.
    pub fn opening(&self, family: usize, at: i64, dice: &mut Dice) -> &Requisition {
        let list = &self.requisitions[family % self.requisitions.len()];
        let end = list.partition_point(|r| r.opened <= at);
        let begin = list.partition_point(|r| r.opened < at - 120 * DAY).min(end);
        match &list[begin..end] {
            [] => &list[end.min(list.len() - 1)],
            open => dice.pick(open),
        }
    }

    /// A moment for a first application: more of them as the years go by, at daytime hours.
    pub fn moment(&self, dice: &mut Dice) -> i64 {
        let a = dice.between(0, SPAN - 1);
        let b = dice.between(0, SPAN - 1);
        daytime(START + if dice.chance(0.6) { a.max(b) } else { a }, dice)
    }

    /// A home that nobody shares yet.
    pub fn home(&self, dice: &mut Dice) -> Address {
        let place = self.pools.place(dice);
        self.home_in(place.state, dice)
    }

    /// A home in this state.
    pub fn home_in(&self, state: &str, dice: &mut Dice) -> Address {
        let place = self.pools.place_in(state, dice);
        if dice.chance(0.45) {
            Address::flat(&self.pools, place, dice)
        } else {
            Address::house(&self.pools, place, dice)
        }
    }

    /// The IP of a home: mostly an IPv6 prefix of its own, else a dynamic IPv4 address that strangers get too.
    pub fn home_ip(&self, dice: &mut Dice) -> String {
        if dice.chance(0.75) {
            format!(
                "2001:db8:{:x}:{:x}::{:x}",
                dice.below(0xf000),
                dice.below(65_536),
                1 + dice.below(65_535)
            )
        } else {
            format!("198.{}.{}.{}", 18 + dice.below(2), dice.below(256), 1 + dice.below(254))
        }
    }

    /// An invented company.
    pub fn employer(&self, dice: &mut Dice) -> String {
        format!(
            "{}{} {}",
            dice.word(self.pools.words(Words::EmployerA)),
            dice.word(self.pools.words(Words::EmployerB)),
            dice.word(self.pools.words(Words::EmployerC))
        )
    }
}

/// The same day at an hour when people in America are awake.
pub fn daytime(at: i64, dice: &mut Dice) -> i64 {
    let hour = if dice.chance(0.9) { dice.between(13, 27) } else { dice.between(4, 12) };
    at - at.rem_euclid(DAY) + hour * 3_600 + dice.between(0, 3_599)
}

fn requisitions(pools: &Pools, n: usize, dice: &mut Dice) -> Vec<Vec<Requisition>> {
    let each = 40 + n / 1_000;
    let mut number = 0;
    pools
        .families
        .iter()
        .map(|(_, titles)| {
            let mut list: Vec<Requisition> = (0..each)
                .map(|_| {
                    number += 1;
                    let mut posting = pools.words(Words::Posting).to_vec();
                    dice.shuffle(&mut posting);
                    posting.truncate(4);
                    Requisition {
                        id: format!("R-{:05}", 10_000 + number * 7),
                        title: dice.word(titles),
                        opened: START - 60 * DAY + dice.between(0, SPAN),
                        posting,
                        asks_delivery: if dice.chance(0.2) { Ask::Yes } else { Ask::No },
                    }
                })
                .collect();
            list.sort_by(|a, b| (a.opened, &a.id).cmp(&(b.opened, &b.id)));
            list
        })
        .collect()
}

fn agency(pools: &Pools, register: &mut Register, dice: &mut Dice) -> Agency {
    let stem = format!(
        "{}{}",
        dice.word(pools.words(Words::EmployerA)),
        dice.word(pools.words(Words::EmployerB))
    );
    let state = pools.place(dice).state;
    let phone = register.phone(pools, state, Line::Landline, dice);
    let email =
        format!("candidates{}@{}-staffing.example", dice.between(1, 999), stem.to_lowercase());
    register.take(&email);
    Agency { name: format!("{stem} Staffing"), email, phone }
}

fn campus(pools: &Pools, index: usize, school: School, dice: &mut Dice) -> Campus {
    let (city, state, zip) = school.campus.unwrap_or(("", "", ""));
    let mut dorm = Address::house(pools, pools.place_in(state, dice), dice);
    if pools.by_state.contains_key(state) {
        dorm.place.city = city;
        dorm.place.zip = zip;
    }
    Campus {
        school,
        dorm,
        ips: (0..1 + dice.below(3))
            .map(|i| format!("192.0.2.{}", 1 + (index * 3 + i) % 254))
            .collect(),
        desks: (0..1 + dice.below(4)).map(|_| dice.hex(16)).collect(),
    }
}

fn course(pools: &Pools, register: &mut Register, dice: &mut Dice) -> Course {
    let stem = format!(
        "{}{}",
        dice.word(pools.words(Words::EmployerA)),
        dice.word(pools.words(Words::EmployerB))
    );
    let custom = &pools.customs[pools.custom(dice)];
    let given = custom.given[custom.given_ranks.draw(dice)];
    let family = &custom.family[custom.family_ranks.draw(dice)];
    let domain = format!("{}-academy.example", stem.to_lowercase());
    let email = register.mailbox_at(given, family, 1980, &domain, dice);
    let state = pools.place(dice).state;
    let phone = register.phone(pools, state, Line::Mobile, dice);
    let projects = (0..4)
        .map(|_| {
            format!(
                "Course project: {} {} with {} as a team of {}, presented to industry mentors at demo day.",
                dice.word(pools.words(Words::Objects)),
                dice.word(pools.words(Words::Contexts)),
                dice.word(pools.tools(1)),
                dice.between(3, 6)
            )
        })
        .collect();
    Course {
        name: format!("{stem} Coding Academy"),
        handle: format!("{}--academy", stem.to_lowercase()),
        referee: (format!("{given} {family}"), email, phone),
        projects,
    }
}
