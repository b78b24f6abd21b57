//! What the personas of one ring share, and how much of it each of them shows. Not responsible for which rings
//! there are (`rings`).
//!
//! A persona is made by the same generator as everybody else and differs from an honest person only through the
//! things listed here.

use crate::model::Column;
use crate::synth::contact::{PROVIDERS, Phone, letters};
use crate::synth::dice::Dice;
use crate::synth::person::{Given, Person, Referee, Route};
use crate::synth::place::Address;
use crate::synth::resume::Resume;
use crate::synth::row::Row;
use crate::synth::scribe::Delivery;
use crate::synth::world::{DAY, SPAN, START, World};
use std::ops::Range;

/// Something that personas of one ring share.
#[derive(Debug, Clone)]
pub enum Shared {
    /// Equipment goes to this address, whatever home is claimed.
    Delivery(Address),
    /// This address is claimed as home.
    Home(Address),
    /// The network of the house.
    Network(String),
    /// An unpopular VPN exit.
    Exit(usize),
    /// One to three numbers in turn.
    Phones(Vec<Phone>),
    /// Numbers bought together, one for each persona and fresh ones later.
    Series(Vec<Phone>),
    /// Mailboxes of one stem with different digits, at one provider.
    Mailboxes(String, &'static str),
    /// One professional profile.
    Profile(String),
    /// Code-hosting handles made by one pattern.
    Handles(String),
    /// Resumes reworded from one, so many words each.
    Text(Box<Resume>, usize),
    /// One photo, edited a little or not at all.
    Photo(String, u64),
    /// Files exported from one original.
    File(String),
    /// One referee.
    Referee(Referee),
    /// One to three machines.
    Devices(Vec<String>),
    /// One payee account.
    Account(String),
}

impl Shared {
    /// What it is, in two or three words.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Delivery(_) => "delivery address",
            Self::Home(_) => "home address",
            Self::Network(_) => "home network",
            Self::Exit(_) => "rare VPN exit",
            Self::Phones(_) => "phone numbers",
            Self::Series(_) => "VoIP series",
            Self::Mailboxes(..) => "mailbox series",
            Self::Profile(_) => "profile",
            Self::Handles(_) => "handle pattern",
            Self::Text(..) => "resume text",
            Self::Photo(..) => "photo",
            Self::File(_) => "PDF id",
            Self::Referee(_) => "referee",
            Self::Devices(_) => "devices",
            Self::Account(_) => "payee account",
        }
    }

    /// The sort it was drawn as, for those that are drawn.
    #[must_use]
    pub fn sort(&self) -> Option<Sort> {
        Some(match self {
            Self::Delivery(_) => Sort::Delivery,
            Self::Network(_) => Sort::Network,
            Self::Exit(_) => Sort::Exit,
            Self::Phones(_) => Sort::Phones,
            Self::Series(_) => Sort::Series,
            Self::Mailboxes(..) => Sort::Mailboxes,
            Self::Profile(_) => Sort::Profile,
            Self::Handles(_) => Sort::Handles,
            Self::Text(..) => Sort::Text,
            Self::Photo(..) => Sort::Photo,
            Self::File(_) => Sort::File,
            Self::Referee(_) => Sort::Referee,
            Self::Devices(_) => Sort::Devices,
            Self::Home(_) | Self::Account(_) => return None,
        })
    }

    /// Puts it on a persona.
    pub fn put_on(&self, persona: &mut Person, number: usize, world: &mut World, dice: &mut Dice) {
        match self {
            Self::Delivery(address) => persona.ship = Some(address.clone()),
            Self::Home(address) => persona.home = address.clone(),
            Self::Network(ip) => {
                persona.ip.clone_from(ip);
                persona.route = Route::Home;
            }
            Self::Exit(exit) => persona.route = Route::Vpn(*exit),
            Self::Phones(phones) => persona.phone = *dice.pick(phones),
            Self::Series(phones) => persona.phone = phones[number % phones.len()],
            Self::Mailboxes(stem, domain) => {
                for _ in 0..50 {
                    let mailbox = format!("{stem}{}@{domain}", dice.between(10, 9_999));
                    if world.register.take(&mailbox) {
                        persona.email = mailbox;
                        break;
                    }
                }
            }
            Self::Profile(slug) => persona.linkedin = Some(slug.clone()),
            Self::Handles(stem) => {
                persona.github = Some(format!("{stem}--{}", dice.between(10, 999)));
            }
            Self::Text(base, words) => {
                let words = 1 + words / 2 + dice.below(words + 1);
                persona.resume = base.reworded(&world.pools, persona.facts(), words, dice);
            }
            Self::Photo(sha, hash) => {
                // Up to four of 64 bits change when a picture is cropped or recoloured.
                let flips = dice.below(5);
                let edited = (0..flips).fold(*hash, |h, _| h ^ (1 << dice.below(64)));
                let sha = if edited == *hash { sha.clone() } else { dice.hex(64) };
                persona.photo = Some((sha, edited));
            }
            Self::File(id) => persona.pdf_id.clone_from(id),
            Self::Referee(referee) => persona.referee = Some(referee.clone()),
            Self::Devices(devices) => persona.device.clone_from(dice.pick(devices)),
            Self::Account(account) => persona.bank.clone_from(account),
        }
    }
}

/// What a ring shares: each with the share of personas that show it.
#[derive(Debug, Clone, Default)]
pub struct Kit {
    /// Shared things and the probability that a persona shows each.
    pub things: Vec<(Shared, f64)>,
    /// Role family that most personas aim at.
    pub role: Option<usize>,
}

/// Kinds of shared things, for drawing some at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// See `Shared`.
    Delivery,
    /// See `Shared`.
    Network,
    /// See `Shared`.
    Exit,
    /// See `Shared`.
    Phones,
    /// See `Shared`.
    Series,
    /// See `Shared`.
    Mailboxes,
    /// See `Shared`.
    Profile,
    /// See `Shared`.
    Handles,
    /// See `Shared`.
    Text,
    /// See `Shared`.
    Photo,
    /// See `Shared`.
    File,
    /// See `Shared`.
    Referee,
    /// See `Shared`.
    Devices,
}

impl World {
    /// Something of this sort that nobody else has.
    pub fn shared(&mut self, sort: Sort, personas: usize, dice: &mut Dice) -> Shared {
        match sort {
            Sort::Delivery => Shared::Delivery(self.home(dice)),
            Sort::Network => Shared::Network(self.home_ip(dice)),
            // The second half of the exits is the unpopular one.
            Sort::Exit => Shared::Exit(self.exits.len() / 2 + dice.below(self.exits.len() / 2)),
            Sort::Phones => Shared::Phones(self.register.series(1 + dice.below(3), dice)),
            Sort::Series => Shared::Series(self.register.series(personas, dice)),
            Sort::Mailboxes => {
                let stem = if dice.chance(0.5) {
                    format!("{}{}", dice.word(STEMS), dice.word(STEMS))
                } else {
                    let custom = self.pools.custom(dice);
                    let given = self.given(custom, dice);
                    format!("{}.{}", letters(&given), dice.word(STEMS))
                };
                Shared::Mailboxes(stem, dice.word_early(PROVIDERS))
            }
            Sort::Profile => {
                Shared::Profile(format!("{}-example-{}", dice.word(STEMS), dice.hex(7)))
            }
            Sort::Handles => Shared::Handles(format!("{}{}", dice.word(STEMS), dice.word(STEMS))),
            Sort::Text => {
                let donor = self.person(Given::default(), dice);
                let resume = Resume::own(&self.pools, donor.facts(), self.resumes, dice);
                Shared::Text(Box::new(resume), 3 + dice.below(10))
            }
            Sort::Photo => Shared::Photo(dice.hex(64), dice.bits()),
            Sort::File => Shared::File(dice.hex(32)),
            Sort::Referee => Shared::Referee(self.referee(dice)),
            Sort::Devices => {
                Shared::Devices((0..1 + dice.below(3)).map(|_| dice.hex(16)).collect())
            }
        }
    }

    /// The applications of `count` personas with this kit, within `days` of `start`. At least half of the sorts
    /// that a persona shows are shown from the first application on; contacts of a series rotate.
    pub fn personas(
        &mut self,
        kit: &Kit,
        ring: u64,
        count: usize,
        season: (i64, i64),
        rows: &mut Vec<Row>,
        dice: &mut Dice,
    ) -> Vec<Person> {
        self.more_personas(kit, ring, 0..count, season, rows, dice)
    }

    /// The same for personas of these numbers, where a ring has others before them.
    pub fn more_personas(
        &mut self,
        kit: &Kit,
        ring: u64,
        numbers: Range<usize>,
        (start, days): (i64, i64),
        rows: &mut Vec<Row>,
        dice: &mut Dice,
    ) -> Vec<Person> {
        let count = numbers.len();
        let mut people = Vec::with_capacity(count);
        // Two rings in five submit for several personas in one sitting.
        let sittings: Option<Vec<i64>> = dice
            .chance(0.4)
            .then(|| (0..1 + dice.below(3)).map(|_| start + dice.between(0, days) * DAY).collect());
        for number in numbers {
            let role = kit.role.filter(|_| dice.chance(0.7));
            let known = Given {
                role,
                ring: Some(ring),
                age: Some(dice.between(22, 38)),
                ..Given::default()
            };
            let mut persona = self.person(known, dice);
            if dice.chance(0.04)
                && let Some(victim) = self.memory.person(dice.below(1_000))
            {
                // (18) a stolen identity; the person it belongs to applies as well
                persona.given.clone_from(&victim.given);
                persona.family.clone_from(&victim.family);
                persona.middle.clone_from(&victim.middle);
                persona.birth = victim.birth;
                persona.home = victim.home.clone();
            }
            let mut shown = 0;
            for (thing, share) in &kit.things {
                // Whatever else happens, a persona shows at least the first thing of its kit.
                if dice.chance(*share) || (shown == 0 && *share >= 0.85) {
                    thing.put_on(&mut persona, number, self, dice);
                    shown += 1;
                }
            }
            if shown == 0
                && let Some((thing, _)) = kit.things.first()
            {
                thing.put_on(&mut persona, number, self, dice);
            }
            let again = dice.repeat(0.5, 5);
            for n in 0..=again {
                let at = match &sittings {
                    Some(sittings) if dice.chance(0.7) => {
                        dice.pick(sittings) + 50_000 + dice.between(0, 5_400)
                    }
                    _ => crate::synth::world::daytime(start + dice.between(0, days) * DAY, dice),
                };
                let delivery = if persona.ship.is_some() && (n == 0 || dice.chance(0.4)) {
                    Delivery::Always
                } else {
                    Delivery::Usual
                };
                let at = at.clamp(START, START + SPAN - 1);
                let row = self.apply(&persona, at, delivery, dice);
                rows.push(row);
                self.rotate(kit, &mut persona, number + count * n, dice);
            }
            people.push(persona);
        }
        people
    }

    /// What a persona changes before its next application: contacts of a series rotate, files are exported anew.
    fn rotate(&mut self, kit: &Kit, persona: &mut Person, number: usize, dice: &mut Dice) {
        for (thing, share) in &kit.things {
            let rotates = matches!(
                thing,
                Shared::Phones(_) | Shared::Series(_) | Shared::Mailboxes(..) | Shared::Devices(_)
            );
            if rotates && dice.chance(0.3 * share) {
                thing.put_on(persona, number, self, dice);
            }
        }
        if dice.chance(0.3) {
            persona.file = dice.hex(64);
            if !kit.things.iter().any(|(t, _)| matches!(t, Shared::File(_))) {
                persona.pdf_id = dice.hex(32);
            }
        }
    }

    /// Marks the last application of a persona as rejected, so that its return has a reason.
    pub fn reject_last(rows: &mut [Row], person: u64) -> Option<i64> {
        let row = rows.iter_mut().filter(|r| r.person == person).max_by_key(|r| r.at)?;
        row.put(Column::Stage, "screen");
        row.put(Column::Outcome, "rejected");
        Some(row.at)
    }
}

const STEMS: &[&str] = &[
    "dev", "star", "code", "swift", "prime", "stack", "cloud", "byte", "luna", "orbit", "nimble",
    "forge", "pixel", "delta", "karma", "vivid", "rapid", "alpha", "sigma", "mellow", "crisp",
    "solid", "zen", "kite", "raven", "atlas", "comet", "ember", "frost", "glide",
];
