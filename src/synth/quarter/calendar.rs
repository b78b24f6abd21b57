//! What happens to planted rings in which week, and when they go quiet, which follows from it. Not responsible for planting
//! anything (`plot`).
//!
//! Invariant: one event of a group of rings in a week, but that it may go quiet as well.

use crate::synth::{
    quarter::plot::{Placed, Step},
    world::DAY,
};
use std::collections::{BTreeMap, BTreeSet};

/// Weeks of a quarter.
pub const WEEKS: u32 = 13;

/// Days without an application after which a group of rings is planted as quiet.
const QUIET: i64 = 28;

/// What happens to planted rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlantedEvent {
    /// Its first personas come.
    Born,
    /// Further personas come.
    Grew,
    /// Newcomers have something in common with several.
    Merged,
    /// What held several of them is taken away.
    Split,
    /// What held it is taken away.
    Dissolved,
    /// Nobody of it has applied for four weeks.
    Quiet,
}

impl PlantedEvent {
    /// The word in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Born => "born",
            Self::Grew => "grew",
            Self::Merged => "merged",
            Self::Split => "split",
            Self::Dissolved => "dissolved",
            Self::Quiet => "quiet",
        }
    }
}

/// Something that is planted: it has to be seen once, in this week.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planted {
    /// The week, from 1.
    pub week: u32,
    /// What happens.
    pub event: PlantedEvent,
    /// To which planted rings: those that are one ring then, or, of a split, were one.
    pub rings: Vec<u64>,
}

/// What is planted, by week.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    weeks: BTreeMap<u32, Vec<(PlantedEvent, Vec<u64>)>>,
}

/// Planted rings that are one.
type Group = BTreeSet<u64>;

impl Calendar {
    /// Plants something.
    pub fn plant(&mut self, week: u32, event: PlantedEvent, rings: &[u64]) {
        self.weeks.entry(week).or_default().push((event, rings.to_vec()));
    }

    /// Everything that is to be seen, by week. O(weeks × rings × applications of rings).
    #[must_use]
    pub fn told(&self, rows: &[Placed], steps: &[(i64, Step)], begin: i64) -> Vec<Planted> {
        let rows: Vec<&Placed> = rows.iter().filter(|placed| placed.row.ring.is_some()).collect();
        let (mut told, mut groups): (Vec<Planted>, Vec<Group>) = (Vec::new(), Vec::new());
        for week in 1..=WEEKS {
            let (from, end) =
                (begin + i64::from(week - 1) * 7 * DAY, begin + i64::from(week) * 7 * DAY);
            let before = groups.clone();
            let events = self.weeks.get(&week).map(Vec::as_slice).unwrap_or_default();
            for (event, rings) in events {
                let these: Group = rings.iter().copied().collect();
                let held = |group: &Group| !group.is_disjoint(&these);
                match event {
                    PlantedEvent::Born => groups.push(these.clone()),
                    PlantedEvent::Merged => {
                        let one = groups.iter().filter(|g| held(g)).flatten().copied().collect();
                        groups.retain(|group| !held(group));
                        groups.push(one);
                    }
                    PlantedEvent::Split => {
                        groups.retain(|group| !held(group));
                        groups.extend(these.iter().map(|&ring| Group::from([ring])));
                    }
                    PlantedEvent::Dissolved => groups.retain(|group| !held(group)),
                    PlantedEvent::Grew | PlantedEvent::Quiet => {}
                }
                let one = groups.iter().find(|group| held(group) && *event == PlantedEvent::Grew);
                let rings = one.unwrap_or(&these).iter().copied().collect();
                told.push(Planted { week, event: *event, rings });
            }
            for group in groups.iter().filter(|g| before.iter().any(|b| !b.is_disjoint(g))) {
                let gone = |file: &str| {
                    steps.iter().any(|(at, step)| {
                        matches!(step, Step::Withdraw(other) if *other == file) && *at < end
                    })
                };
                let counts = |placed: &&&Placed| {
                    placed.row.at < end
                        && placed.row.ring.is_some_and(|ring| group.contains(&ring))
                        && !placed.file.is_some_and(gone)
                };
                let last = rows.iter().filter(counts).map(|placed| placed.row.at).max();
                let at = last.map(|last| last + QUIET * DAY);
                if at.is_some_and(|at| at > from && at <= end) {
                    let rings = group.iter().copied().collect();
                    told.push(Planted { week, event: PlantedEvent::Quiet, rings });
                }
            }
        }
        told.sort();
        told.dedup();
        told
    }
}
