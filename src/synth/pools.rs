//! The word pools: names, places, streets, schools and the words of work, read once from the text files in
//! `pools/`. Not responsible for how often anything is drawn together.
//!
//! Invariant: every list that is handed out has at least one entry.

use crate::synth::SynthError;
use crate::synth::dice::{Dice, Zipf};
use std::collections::{BTreeMap, BTreeSet};

/// A ZIP code area.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Five digits.
    pub zip: &'static str,
    /// City.
    pub city: &'static str,
    /// State code.
    pub state: &'static str,
    /// Time zone below `America/` (or `Pacific/Honolulu` whole).
    pub zone: &'static str,
}

/// A school or university.
#[derive(Debug, Clone, Copy)]
pub struct School {
    /// Its name.
    pub name: &'static str,
    /// Campus city, state and ZIP, for schools in the United States.
    pub campus: Option<(&'static str, &'static str, &'static str)>,
}

/// Names of one custom of naming.
#[derive(Debug)]
pub struct Custom {
    /// Given names, common ones first.
    pub given: Vec<&'static str>,
    /// Family names, common ones first.
    pub family: Vec<String>,
    /// How often each rank is drawn.
    pub given_ranks: Zipf,
    /// How often each rank is drawn.
    pub family_ranks: Zipf,
    share: u64,
}

/// Kinds of words that do not depend on the role family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Systems that people build.
    Objects,
    /// What they did to them.
    Verbs,
    /// What came of it; `#` stands for a number.
    Outcomes,
    /// For whom.
    Contexts,
    /// What people say about themselves.
    Traits,
    /// Sentences of postings.
    Posting,
    /// First part of a company name.
    EmployerA,
    /// Second part.
    EmployerB,
    /// What kind of company.
    EmployerC,
    /// Fields of study.
    Majors,
    /// Degrees.
    Degrees,
    /// Where applications come from.
    Channels,
    /// User agents.
    Agents,
}

impl Words {
    /// Every kind in order of declaration, with its name in the pool file.
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Objects, "objects"),
        (Self::Verbs, "verbs"),
        (Self::Outcomes, "outcomes"),
        (Self::Contexts, "contexts"),
        (Self::Traits, "traits"),
        (Self::Posting, "posting"),
        (Self::EmployerA, "employer_a"),
        (Self::EmployerB, "employer_b"),
        (Self::EmployerC, "employer_c"),
        (Self::Majors, "majors"),
        (Self::Degrees, "degrees"),
        (Self::Channels, "channels"),
        (Self::Agents, "agents"),
    ];
}

/// All pools.
#[derive(Debug)]
pub struct Pools {
    /// Naming customs; the first is also the pool of adopted names.
    pub customs: Vec<Custom>,
    /// Given name to the short forms people use.
    pub nicknames: BTreeMap<&'static str, Vec<&'static str>>,
    /// ZIP areas.
    pub places: Vec<Place>,
    /// Indices of `places` by state.
    pub by_state: BTreeMap<&'static str, Vec<usize>>,
    /// State to its area codes.
    pub area_codes: BTreeMap<&'static str, Vec<&'static str>>,
    /// Street names.
    pub streets: Vec<&'static str>,
    /// Street suffix and its abbreviation.
    pub suffixes: Vec<(&'static str, &'static str)>,
    /// Schools in the United States.
    pub schools: Vec<School>,
    /// Schools elsewhere.
    pub foreign_schools: Vec<School>,
    /// Role families in order, with their titles.
    pub families: Vec<(&'static str, Vec<&'static str>)>,
    tools: Vec<Vec<&'static str>>,
    words: Vec<Vec<&'static str>>,
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
}

fn cells(line: &'static str) -> [&'static str; 5] {
    let mut parts = line.split('|');
    std::array::from_fn(|_| parts.next().unwrap_or(""))
}

impl Pools {
    /// Reads the built-in pools.
    ///
    /// # Errors
    /// Only when a pool file was edited into an unusable state.
    pub fn load() -> Result<Self, SynthError> {
        let mut lists: BTreeMap<(&'static str, &'static str), Vec<&'static str>> = BTreeMap::new();
        let mut order: Vec<&'static str> = Vec::new();
        for line in lines(include_str!("pools/names.txt")) {
            let [custom, list, words, ..] = cells(line);
            if !order.contains(&custom) {
                order.push(custom);
            }
            lists.insert((custom, list), words.split_whitespace().collect());
        }
        let customs = order.iter().map(|c| custom(c, &lists)).collect::<Result<Vec<_>, _>>()?;

        let places: Vec<Place> = lines(include_str!("pools/places.txt"))
            .map(cells)
            .map(|[zip, city, state, zone, _]| Place { zip, city, state, zone })
            .collect();
        let mut by_state: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        for (i, place) in places.iter().enumerate() {
            by_state.entry(place.state).or_default().push(i);
        }
        let area_codes = lines(include_str!("pools/area_codes.txt"))
            .map(cells)
            .map(|[state, codes, ..]| (state, codes.split_whitespace().collect()))
            .collect();
        let nicknames = lines(include_str!("pools/nicknames.txt"))
            .map(cells)
            .map(|[name, forms, ..]| (name, forms.split_whitespace().collect()))
            .collect();

        let mut streets = Vec::new();
        let mut suffixes = Vec::new();
        for [kind, words, ..] in lines(include_str!("pools/streets.txt")).map(cells) {
            match kind {
                "names" => streets.extend(words.split_whitespace()),
                _ => suffixes.extend(words.split_whitespace().filter_map(|w| w.split_once(':'))),
            }
        }
        let distinct: BTreeSet<&'static str> = streets.iter().copied().collect();
        streets = distinct.into_iter().collect();

        let (mut schools, mut foreign_schools) = (Vec::new(), Vec::new());
        for [name, country, state, city, zip] in lines(include_str!("pools/schools.txt")).map(cells)
        {
            let campus = (country == "US").then_some((city, state, zip));
            let list = if campus.is_some() { &mut schools } else { &mut foreign_schools };
            list.push(School { name, campus });
        }

        let mut families = Vec::new();
        let mut work = BTreeMap::new();
        for [kind, key, list, ..] in lines(include_str!("pools/work.txt")).map(cells) {
            // User agents contain semicolons themselves.
            let separator = if kind == "agents" { '^' } else { ';' };
            let list: Vec<&'static str> = list.split(separator).collect();
            match kind {
                "family" => families.push((key, list)),
                _ => {
                    work.insert((kind, key), list);
                }
            }
        }
        let tools =
            families.iter().map(|(f, _)| work.remove(&("tools", *f)).unwrap_or_default()).collect();
        let words =
            Words::ALL.iter().map(|(_, k)| work.remove(&(*k, "any")).unwrap_or_default()).collect();
        let pools = Self {
            customs,
            nicknames,
            places,
            by_state,
            area_codes,
            streets,
            suffixes,
            schools,
            foreign_schools,
            families,
            tools,
            words,
        };
        pools.check()?;
        Ok(pools)
    }

    fn check(&self) -> Result<(), SynthError> {
        let missing = |wanted: &str| Err(SynthError::Pool { pool: "work", wanted: wanted.into() });
        let empty = |lists: &[Vec<&'static str>]| lists.iter().any(Vec::is_empty);
        if empty(&self.words) || empty(&self.tools) || self.families.iter().any(|f| f.1.is_empty())
        {
            return missing("a list of words");
        }
        let sizes = [
            self.places.len(),
            self.streets.len(),
            self.suffixes.len(),
            self.schools.len(),
            self.foreign_schools.len(),
            self.families.len(),
            self.area_codes.len(),
        ];
        if sizes.contains(&0) { missing("an entry in every list") } else { Ok(()) }
    }

    /// The words of this kind.
    #[must_use]
    pub fn words(&self, kind: Words) -> &[&'static str] {
        &self.words[kind as usize]
    }

    /// The tools of a role family.
    #[must_use]
    pub fn tools(&self, family: usize) -> &[&'static str] {
        &self.tools[family % self.tools.len()]
    }

    /// A naming custom, by its share of the population.
    pub fn custom(&self, dice: &mut Dice) -> usize {
        let total: u64 = self.customs.iter().map(|c| c.share).sum();
        let mut at = dice.below(usize::try_from(total).unwrap_or(1)) as u64;
        for (i, c) in self.customs.iter().enumerate() {
            if at < c.share {
                return i;
            }
            at -= c.share;
        }
        0
    }

    /// A place anywhere in the country.
    pub fn place(&self, dice: &mut Dice) -> Place {
        *dice.pick(&self.places)
    }

    /// A place in this state, or anywhere when the state has none.
    pub fn place_in(&self, state: &str, dice: &mut Dice) -> Place {
        match self.by_state.get(state) {
            Some(indices) if !indices.is_empty() => self.places[*dice.pick(indices)],
            _ => self.place(dice),
        }
    }
}

fn custom(
    name: &'static str,
    lists: &BTreeMap<(&'static str, &'static str), Vec<&'static str>>,
) -> Result<Custom, SynthError> {
    let list = |kind| lists.get(&(name, kind)).cloned().unwrap_or_default();
    let given = list("given");
    let mut family: Vec<String> = list("family").into_iter().map(str::to_owned).collect();
    let mut seen: BTreeSet<String> = family.iter().cloned().collect();
    for stem in list("stem") {
        for ending in list("ending") {
            let composed = format!("{stem}{ending}");
            if seen.insert(composed.clone()) {
                family.push(composed);
            }
        }
    }
    let share = list("share").first().and_then(|s| s.parse().ok()).unwrap_or(0);
    if given.is_empty() || family.is_empty() || share == 0 {
        return Err(SynthError::Pool { pool: "names", wanted: name.into() });
    }
    let given_ranks = Zipf::new(given.len(), 30);
    let family_ranks = Zipf::new(family.len(), 30);
    Ok(Custom { given, family, given_ranks, family_ranks, share })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_pools_load_and_are_large_enough_for_rare_and_common_names() {
        let pools = Pools::load().unwrap();
        let families: BTreeSet<&String> = pools.customs.iter().flat_map(|c| &c.family).collect();
        assert!(families.len() > 2_500, "{}", families.len());
        for (i, (kind, name)) in Words::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, i, "{name}");
        }
        assert!(pools.places.len() > 5_000 && pools.schools.len() > 400);
        for place in &pools.places {
            assert!(pools.area_codes.contains_key(place.state), "{place:?}");
            assert_eq!(place.zip.len(), 5);
        }
    }
}
