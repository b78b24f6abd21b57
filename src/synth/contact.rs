//! Phone numbers and mailboxes. Numbers are of the fictional exchange 555 in real area codes; mailboxes are at
//! reserved example domains. Not responsible for how a person types them.
//!
//! Invariant: the register hands out no mailbox twice, and no number twice until an area is used up (about
//! three million people), so that every shared contact was planted on purpose.

use crate::synth::dice::{Dice, Zipf};
use crate::synth::pools::Pools;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

/// What a look-up service says about a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A cell phone.
    Mobile,
    /// A wired line, often shared by a household.
    Landline,
    /// A number without a wire, bought one by one or in series.
    Voip,
}

impl Line {
    /// The word in the data.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Landline => "landline",
            Self::Voip => "voip",
        }
    }
}

/// A phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phone {
    /// Area code.
    pub area: &'static str,
    /// The last four digits, 200 to 9999.
    pub number: u16,
    /// Kind of line.
    pub line: Line,
}

impl Phone {
    /// The number in one of seven spellings people use.
    #[must_use]
    pub fn typed(&self, style: usize) -> String {
        let (a, n) = (self.area, self.number);
        match style % 7 {
            0 => format!("({a}) 555-{n:04}"),
            1 => format!("{a}-555-{n:04}"),
            2 => format!("{a}.555.{n:04}"),
            3 => format!("{a}555{n:04}"),
            4 => format!("+1 {a} 555 {n:04}"),
            5 => format!("+1{a}555{n:04}"),
            _ => format!("1-{a}-555-{n:04}"),
        }
    }
}

/// Numbers 0200 to 6999 are mobiles and landlines, 7000 to 9999 belong to VoIP carriers.
const ORDINARY: usize = 6_800;
/// VoIP numbers are sold from runs of twenty, 150 runs in an area.
const RUN: usize = 20;
const RUNS: usize = 150;
/// Honest buyers of one area draw from eight runs that are open at a time.
const OPEN: usize = 8;

#[derive(Debug, Clone, Default)]
struct Area {
    ordinary: usize,
    runs: usize,
    open: Vec<(usize, usize)>,
}

/// Hands out numbers and mailboxes.
#[derive(Debug)]
pub struct Register {
    areas: BTreeMap<&'static str, Area>,
    codes: Vec<&'static str>,
    names: FxHashSet<u64>,
    providers: Zipf,
}

/// Free mail providers, the biggest first.
pub const PROVIDERS: &[&str] = &[
    "mail.example",
    "inbox.example",
    "example.com",
    "webmail.example",
    "post.example",
    "example.net",
    "letters.example",
    "example.org",
    "quickmail.example",
    "privatepost.example",
    "oldnet.example",
    "cablemail.example",
];

impl Register {
    /// An empty register over the areas of the pools.
    #[must_use]
    pub fn new(pools: &Pools) -> Self {
        let codes: Vec<&'static str> = pools.area_codes.values().flatten().copied().collect();
        let areas = codes.iter().map(|&c| (c, Area::default())).collect();
        let names = FxHashSet::default();
        Self { areas, codes, names, providers: Zipf::new(PROVIDERS.len(), 0) }
    }

    /// An area code of this state; in one case in five of any state, because numbers move with people.
    fn area(&self, pools: &Pools, state: &str, dice: &mut Dice) -> &'static str {
        match pools.area_codes.get(state) {
            Some(codes) if !dice.chance(0.2) => dice.word(codes),
            _ => dice.word(&self.codes),
        }
    }

    /// A number that nobody has yet.
    pub fn phone(&mut self, pools: &Pools, state: &str, line: Line, dice: &mut Dice) -> Phone {
        if line == Line::Voip {
            return self.voip(pools, state, dice);
        }
        let mut area = self.area(pools, state, dice);
        for _ in 0..40 {
            if self.areas.get(area).is_some_and(|a| a.ordinary < ORDINARY) {
                break;
            }
            area = dice.word(&self.codes);
        }
        let used = self.areas.entry(area).or_default();
        // 4331 has no factor in common with 6800, so each count gives another number.
        let number = 200 + (used.ordinary * 4_331 + shift(area)) % ORDINARY;
        used.ordinary += 1;
        Phone { area, number: number as u16, line }
    }

    fn voip(&mut self, pools: &Pools, state: &str, dice: &mut Dice) -> Phone {
        let area = self.area(pools, state, dice);
        let at = dice.below(OPEN);
        let used = self.areas.entry(area).or_default();
        while used.open.len() <= at {
            let run = next_run(used, area);
            used.open.push((run, 0));
        }
        if used.open[at].1 >= RUN {
            used.open[at] = (next_run(used, area), 0);
        }
        let (run, taken) = used.open[at];
        used.open[at].1 += 1;
        // 7 and 20 have no common factor.
        Phone { area, number: number_in(run, taken * 7), line: Line::Voip }
    }

    /// `n` numbers bought together: from one run of twenty, or several runs when that is not enough.
    pub fn series(&mut self, n: usize, dice: &mut Dice) -> Vec<Phone> {
        let area = dice.word(&self.codes);
        let used = self.areas.entry(area).or_default();
        let mut phones = Vec::with_capacity(n);
        while phones.len() < n {
            let run = next_run(used, area);
            let mut offsets: Vec<usize> = (0..RUN).collect();
            dice.shuffle(&mut offsets);
            offsets.truncate((n - phones.len()).min(12));
            phones.extend(offsets.into_iter().map(|o| Phone {
                area,
                number: number_in(run, o),
                line: Line::Voip,
            }));
        }
        phones
    }

    /// A mailbox that nobody has yet, in the ways people name theirs. `year` is a year of birth, of which some
    /// people put the last two digits.
    pub fn mailbox(&mut self, given: &str, family: &str, year: i64, dice: &mut Dice) -> String {
        let domain = PROVIDERS[self.providers.draw(dice)];
        self.mailbox_at(given, family, year, domain, dice)
    }

    /// The same at a given domain.
    pub fn mailbox_at(
        &mut self,
        given: &str,
        family: &str,
        year: i64,
        domain: &str,
        dice: &mut Dice,
    ) -> String {
        let (g, f) = (letters(given), letters(family));
        let initial: String = g.chars().take(1).collect();
        let last: String = f.chars().take(1).collect();
        let style = dice.below(20);
        for attempt in 0..200 {
            let stem = match style {
                0..=6 => format!("{g}.{f}"),
                7..=9 => format!("{g}{f}"),
                10..=12 => format!("{initial}{f}"),
                13 => format!("{f}.{g}"),
                14 => format!("{g}{last}"),
                15 => format!("{g}_{f}"),
                16 => format!("{f}{initial}"),
                17 => format!("{g}-{f}"),
                18 => format!("{}{}", dice.pick(HOBBIES), dice.pick(HOBBIES)),
                _ => format!("{g}.{}{f}", dice.pick(&["a", "b", "c", "d", "j", "k", "l", "m"])),
            };
            let tail = match dice.below(10) {
                0..=4 if attempt == 0 => String::new(),
                0..=2 => format!("{:02}", year.rem_euclid(100)),
                3 => year.to_string(),
                5..=6 => dice.between(1, 99).to_string(),
                _ => dice.between(100, 9_999).to_string(),
            };
            let mailbox = format!("{stem}{tail}@{domain}");
            if self.take(&mailbox) {
                return mailbox;
            }
        }
        let mailbox = format!("{g}.{}@{domain}", dice.hex(10));
        self.take(&mailbox);
        mailbox
    }

    /// Reserves a mailbox, handle or domain; false when somebody has it.
    pub fn take(&mut self, name: &str) -> bool {
        self.names.insert(xxh3_64(name.as_bytes()))
    }
}

const HOBBIES: &[&str] = &[
    "sky", "river", "pixel", "tango", "coffee", "mango", "night", "panda", "cloud", "velvet",
    "rocket", "sunny", "echo", "lucky", "ninja", "happy", "green", "music", "ocean", "tiger",
];

fn shift(area: &str) -> usize {
    area.parse::<usize>().unwrap_or(0) * 37
}

fn next_run(used: &mut Area, area: &str) -> usize {
    // 77 has no factor in common with 150.
    let run = (used.runs * 77 + shift(area)) % RUNS;
    used.runs += 1;
    run
}

fn number_in(run: usize, offset: usize) -> u16 {
    (7_000 + run * RUN + offset % RUN) as u16
}

/// The letters of a name as they appear in addresses: ASCII, lower case.
#[must_use]
pub fn letters(name: &str) -> String {
    deunicode::deunicode(name)
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_number_and_no_mailbox_is_handed_out_twice() {
        let pools = Pools::load().unwrap();
        let mut register = Register::new(&pools);
        let mut dice = Dice::new(1, 0);
        let (mut phones, mut boxes) = (BTreeSet::new(), BTreeSet::new());
        for i in 0..60_000 {
            let line = if i % 8 == 0 { Line::Voip } else { Line::Mobile };
            let phone = register.phone(&pools, "TX", line, &mut dice);
            assert!(phones.insert(phone.typed(3)), "{phone:?} at {i}");
            let mailbox = register.mailbox("Maria", "Garcia", 1990, &mut dice);
            assert!(boxes.insert(mailbox.clone()), "{mailbox} at {i}");
        }
        for phone in register.series(22, &mut dice) {
            assert!(phones.insert(phone.typed(3)), "{phone:?}");
        }
    }
}
