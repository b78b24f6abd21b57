//! A person (or a persona: the same generator makes both): name, contacts, history, habits. Not responsible for
//! what an application shows of it (`scribe`) nor for what rings share (`rings`).

use crate::synth::contact::{Line, Phone, letters};
use crate::synth::dice::Dice;
use crate::synth::place::Address;
use crate::synth::pools::Words;
use crate::synth::resume::{Facts, Resume};
use crate::synth::world::World;

/// Somebody who can vouch: name, mailbox, number.
pub type Referee = (String, String, Phone);

/// Somebody who applies.
#[derive(Debug, Clone)]
pub struct Person {
    /// Number in the truth.
    pub id: u64,
    /// Ring in the truth.
    pub ring: Option<u64>,
    /// Given name.
    pub given: String,
    /// A second name.
    pub middle: Option<String>,
    /// An English given name that some people of any custom use beside theirs.
    pub adopted: Option<String>,
    /// Family name.
    pub family: String,
    /// `Jr.` and the like.
    pub suffix: &'static str,
    /// Year, month, day of birth.
    pub birth: (i64, i64, i64),
    /// Keyed hash of a government number.
    pub national_id: String,
    /// Where they live.
    pub home: Address,
    /// Where equipment goes, when that is not their home.
    pub ship: Option<Address>,
    /// Mailbox.
    pub email: String,
    /// Number.
    pub phone: Phone,
    /// Role family.
    pub role: usize,
    /// Current or latest title.
    pub title: &'static str,
    /// Current or latest employer.
    pub employer: String,
    /// School.
    pub school: String,
    /// Degree.
    pub degree: &'static str,
    /// Field of study.
    pub major: &'static str,
    /// First and last year of studies.
    pub studied: (i64, i64),
    /// Campus, when they live on one: index into `World::campuses`.
    pub campus: Option<usize>,
    /// LinkedIn URL path.
    pub linkedin: Option<String>,
    /// When the profile was made.
    pub profile_created: i64,
    /// GitHub handle.
    pub github: Option<String>,
    /// Personal site.
    pub website: Option<String>,
    /// The IP at home.
    pub ip: String,
    /// How they reach the form.
    pub route: Route,
    /// Device or cookie id.
    pub device: String,
    /// User agent.
    pub agent: &'static str,
    /// Resume body.
    pub resume: Resume,
    /// PDF id of the current file.
    pub pdf_id: String,
    /// Author in the file, when it has one.
    pub pdf_author: Option<String>,
    /// SHA-256 of the current file.
    pub file: String,
    /// SHA-256 and perceptual hash of the photo.
    pub photo: Option<(String, u64)>,
    /// Referee.
    pub referee: Option<Referee>,
    /// Payee account.
    pub bank: String,
    /// Agency that submits for them: index into `World::agencies`.
    pub agency: Option<usize>,
    /// Spelling habits.
    pub habits: Habits,
}

/// How an application reaches the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// From home.
    Home,
    /// From home or through a mobile carrier.
    Mobile,
    /// Through this VPN exit: index into `World::exits`.
    Vpn(usize),
}

/// How somebody writes things, the same way each time.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    /// One of the phone spellings.
    pub phone: usize,
    /// Whether street suffixes are abbreviated.
    pub short: bool,
    /// Whether the middle name is given.
    pub middle: bool,
    /// Whether the resume begins with name and mailbox.
    pub headed: bool,
    /// Whether the birth date is given where a form asks.
    pub birth: bool,
    /// Whether the form knows a government number.
    pub national: bool,
}

impl Person {
    /// The facts that the resume repeats.
    #[must_use]
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            family: self.role,
            title: self.title,
            employer: &self.employer,
            school: &self.school,
            degree: self.degree,
            major: self.major,
        }
    }

    /// A new file of the same resume.
    pub fn new_file(&mut self, dice: &mut Dice) {
        self.file = dice.hex(64);
        self.pdf_id = dice.hex(32);
    }
}

/// What is already decided about somebody before the rest is drawn.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Naming custom and family name.
    pub family: Option<(usize, String)>,
    /// Home.
    pub home: Option<Address>,
    /// IP at home.
    pub ip: Option<String>,
    /// Age at the start of the data.
    pub age: Option<i64>,
    /// Campus.
    pub campus: Option<usize>,
    /// Role family.
    pub role: Option<usize>,
    /// Ring.
    pub ring: Option<u64>,
}

impl World {
    /// Somebody new.
    pub fn person(&mut self, known: Given, dice: &mut Dice) -> Person {
        let id = self.next_person();
        let (custom, family) = match known.family {
            Some(known) => known,
            None => {
                let c = self.pools.custom(dice);
                let names = &self.pools.customs[c];
                let mut family = names.family[names.family_ranks.draw(dice)].clone();
                // Two family names are usual for some, and happen to everybody.
                if dice.chance(0.03) {
                    let second = &names.family[names.family_ranks.draw(dice)];
                    family = format!("{family}-{second}");
                }
                (c, family)
            }
        };
        let given = self.given(custom, dice);
        let middle = dice.chance(0.6).then(|| self.given(custom, dice));
        // Adopting an English given name is ordinary; it is drawn for everybody alike.
        let adopted = (custom != 0 && dice.chance(0.15)).then(|| self.given(0, dice));
        let age = known.age.unwrap_or_else(|| {
            21 + dice.between(0, 18).max(dice.between(0, 18)) + dice.between(0, 14)
        });
        let birth = (2022 - age, dice.between(1, 12), dice.between(1, 28));
        let home = known.home.unwrap_or_else(|| self.home(dice));
        let state = home.place.state;
        let line = match dice.below(100) {
            0..=84 => Line::Mobile,
            85..=90 => Line::Landline,
            // About one honest person in eleven gives a VoIP number.
            _ => Line::Voip,
        };
        let phone = self.register.phone(&self.pools, state, line, dice);
        let called = adopted.as_deref().filter(|_| dice.chance(0.5)).unwrap_or(&given);
        let email = self.register.mailbox(called, &family, birth.0, dice);
        let role = known.role.unwrap_or_else(|| dice.below(self.pools.families.len()));
        let (_, titles) = &self.pools.families[role];
        let title = dice.word(titles);
        let employer = self.employer(dice);
        let (school, studied) = self.studies(&known.campus, birth.0, dice);
        let degree = dice.word(self.pools.words(Words::Degrees));
        let major = dice.word_early(self.pools.words(Words::Majors));
        let slug = format!("{}-{}", letters(&given), letters(&family));
        let linkedin = dice.chance(0.6).then(|| format!("{slug}-example-{}", dice.hex(6)));
        let github = dice.chance(0.35).then(|| self.handle(&given, &family, dice));
        let website = dice.chance(0.1).then(|| self.site(&given, &family, dice));
        let ip = known.ip.unwrap_or_else(|| self.home_ip(dice));
        let route = match dice.below(100) {
            0..=69 => Route::Home,
            70..=91 => Route::Mobile,
            _ => Route::Vpn(self.exit_ranks.draw(dice)),
        };
        let mut person = Person {
            id,
            ring: known.ring,
            given,
            middle,
            adopted,
            family,
            suffix: "",
            birth,
            national_id: dice.hex(24),
            home,
            ship: None,
            email,
            phone,
            role,
            title,
            employer,
            school,
            degree,
            major,
            studied,
            campus: known.campus,
            linkedin,
            profile_created: crate::synth::world::START
                - dice.between(30, 3_600) * crate::synth::world::DAY,
            github,
            website,
            ip,
            route,
            device: dice.hex(16),
            agent: dice.word_early(self.pools.words(Words::Agents)),
            resume: Resume { lines: Vec::new() },
            pdf_id: dice.hex(32),
            pdf_author: None,
            file: dice.hex(64),
            photo: dice.chance(0.2).then(|| {
                // One photo in twenty-five is a silhouette or a stock picture.
                if dice.chance(0.04) {
                    dice.pick(&self.silhouettes).clone()
                } else {
                    (dice.hex(64), dice.bits())
                }
            }),
            referee: None,
            bank: dice.hex(32),
            agency: None,
            habits: Habits {
                // About one person in six writes the country code, wherever they come from.
                phone: [0, 0, 0, 1, 1, 1, 1, 2, 3, 3, 4, 5, 6][dice.below(13)],
                short: dice.chance(0.55),
                middle: dice.chance(0.15),
                headed: dice.chance(0.5),
                birth: dice.chance(0.33),
                national: dice.chance(0.06),
            },
        };
        // One in sixty has no machine at home and goes to a library nearby, if there is one.
        if dice.chance(0.017) {
            let state = person.home.place.state;
            let near: Vec<&String> =
                self.libraries.iter().filter(|(s, _)| *s == state).map(|(_, d)| d).collect();
            if !near.is_empty() {
                person.device.clone_from(near[dice.below(near.len())]);
            }
        }
        self.write_resume(&mut person, dice);
        if dice.chance(0.18) {
            person.referee = Some(self.referee(dice));
        }
        // Agencies submit for about 3 % of applicants.
        if known.ring.is_none() && dice.chance(0.03) {
            person.agency = Some(dice.below(self.agencies.len()));
        }
        person
    }

    /// A given name of this custom.
    pub fn given(&self, custom: usize, dice: &mut Dice) -> String {
        let names = &self.pools.customs[custom];
        let first = names.given[names.given_ranks.draw(dice)];
        // One in twenty goes by two given names.
        if dice.chance(0.05) {
            return format!("{first} {}", names.given[names.given_ranks.draw(dice)]);
        }
        first.to_owned()
    }

    /// A referee whom nobody else names.
    pub fn referee(&mut self, dice: &mut Dice) -> Referee {
        let custom = self.pools.custom(dice);
        let names = &self.pools.customs[custom];
        let family = names.family[names.family_ranks.draw(dice)].clone();
        let given = self.given(custom, dice);
        let email = self.register.mailbox(&given, &family, dice.between(1955, 1995), dice);
        let state = self.pools.place(dice).state;
        let phone = self.register.phone(&self.pools, state, Line::Mobile, dice);
        (format!("{given} {family}"), email, phone)
    }

    fn studies(&self, campus: &Option<usize>, birth: i64, dice: &mut Dice) -> (String, (i64, i64)) {
        let begin = birth + dice.between(18, 20);
        let end = begin + dice.between(3, 5);
        let name = match campus {
            Some(i) => self.campuses[*i].school.name,
            None if dice.chance(0.2) => dice.pick(&self.pools.foreign_schools).name,
            None => self.pools.schools[self.school_ranks.draw(dice)].name,
        };
        (name.to_owned(), (begin, end))
    }

    /// Writes the resume anew: most alone, about one in eight from a short template, some on a shared layout.
    pub fn write_resume(&mut self, person: &mut Person, dice: &mut Dice) {
        let facts = person.facts();
        match dice.below(100) {
            0..=12 => {
                let template = &self.templates[self.template_ranks.draw(dice)];
                person.resume = Resume::from_template(&self.pools, facts, template.text, dice);
                person.pdf_author = dice.chance(0.5).then(|| template.author.clone());
                if let Some(id) = template.pdf_id.as_ref().filter(|_| dice.chance(0.5)) {
                    person.pdf_id.clone_from(id);
                }
            }
            13..=20 => {
                let template = &self.templates[self.template_ranks.draw(dice)];
                person.resume = Resume::own(&self.pools, facts, self.resumes, dice);
                person.pdf_author = Some(template.author.clone());
                if let Some(id) = template.pdf_id.as_ref().filter(|_| dice.chance(0.5)) {
                    person.pdf_id.clone_from(id);
                }
            }
            _ => {
                person.resume = Resume::own(&self.pools, facts, self.resumes, dice);
                person.pdf_author = match dice.below(10) {
                    0..=3 => Some(format!("{} {}", person.given, person.family)),
                    4 => Some(
                        (*dice.pick(&["user", "Admin", "Owner", "HP", "Microsoft Office User"]))
                            .to_owned(),
                    ),
                    _ => None,
                };
            }
        }
    }

    /// A code-hosting handle that nobody has. The double hyphen keeps it from being anybody's in the world: hosts
    /// do not allow it.
    fn handle(&mut self, given: &str, family: &str, dice: &mut Dice) -> String {
        let (g, f) = (letters(given), letters(family));
        let initial: String = g.chars().take(1).collect();
        let style = dice.below(4);
        let mut most = 9_999;
        loop {
            let number = dice.between(1, most);
            most += 1_000;
            let handle = match style {
                0 => format!("{g}--{f}{number}"),
                1 => format!("{initial}{f}--dev{number}"),
                2 => format!("code--{g}{number}"),
                _ => format!("{f}--{number}"),
            };
            if self.register.take(&handle) {
                return handle;
            }
        }
    }

    /// A personal site under a domain that nobody has.
    fn site(&mut self, given: &str, family: &str, dice: &mut Dice) -> String {
        let stem = letters(given) + &letters(family);
        let mut domain = format!("{stem}.example");
        let mut most = 99;
        while !self.register.take(&domain) {
            domain = format!("{stem}{}.example", dice.between(1, most));
            most += 100;
        }
        format!("https://{domain}")
    }
}
