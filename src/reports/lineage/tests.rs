//! Tests of the net change: what is told once, and that the changes of periods in a row add up.

use super::*;
use crate::{
    model::{Cause, Moment},
    rings::lineage::{Bygone, name},
};
use proptest::prelude::*;

fn members(ids: &[u32]) -> Members {
    ids.iter().map(|n| format!("A{n}").parse().unwrap()).collect()
}

type State = BTreeMap<RingId, Members>;

/// What the engine remembers from one day to the next.
#[derive(Default)]
struct Days {
    seq: u64,
    rings: State,
    gone: Bygone,
    history: History,
}

impl Days {
    /// One more day with these rings.
    fn day(&mut self, today: &[Members]) -> Seq {
        let yesterday = self.rings.iter().collect();
        let is_used =
            |id: &RingId| self.rings.contains_key(id) || self.gone.rings().contains_key(id);
        let (ids, events) =
            name(&yesterday, today, &self.gone, &BTreeMap::new(), is_used, |_, _| Cause::Policy);
        self.seq += 1;
        for event in events {
            if there(&event).is_none() {
                let last = self.rings.get(&event.ring).cloned().unwrap_or_default();
                self.gone.insert(event.ring.clone(), vec![last]);
            }
            self.history.add(Recorded { seq: Seq(self.seq), at: Moment(0), event });
        }
        ids.iter().for_each(|id| self.gone.remove(id));
        self.rings = ids.into_iter().zip(today.iter().cloned()).collect();
        Seq(self.seq)
    }

    fn net(&self, since: u64) -> Net<'_> {
        Net::of(&self.history, Seq(since), Seq(self.seq))
    }

    /// What is told since a day: kind, size before and after, rings that merged into it, rings that came out of it.
    fn told(&self, since: u64) -> Vec<(LineageKind, usize, usize, usize, usize)> {
        let size = |members: Option<&Members>| members.map_or(0, BTreeSet::len);
        let told = |c: &Change<'_>| {
            (c.kind, size(c.ring.before), size(c.ring.after), c.absorbed.len(), c.parts.len())
        };
        self.net(since).changes.iter().map(told).collect()
    }
}

fn after(days: &[&[&[u32]]]) -> Days {
    let mut all = Days::default();
    for day in days {
        all.day(&day.iter().map(|ids| members(ids)).collect::<Vec<_>>());
    }
    all
}

#[test]
fn a_ring_that_is_born_and_grows_in_one_period_is_one_birth_and_in_the_next_a_growth() {
    let days = after(&[&[&[1, 2]], &[&[1, 2, 3]], &[&[1, 2, 3, 4]]]);
    assert_eq!(days.told(0), [(LineageKind::Born, 0, 4, 0, 0)]);
    assert_eq!(days.told(1), [(LineageKind::Grew, 2, 4, 0, 0)]);
    assert_eq!(days.told(3), []);
}

#[test]
fn a_merger_is_one_line_and_tells_who_joined_besides() {
    let days = after(&[&[&[1, 2], &[5, 6, 7]], &[&[1, 2, 5, 6, 7, 8]], &[&[1, 2, 5, 6, 7, 8, 9]]]);
    assert_eq!(days.told(1), [(LineageKind::Merged, 3, 7, 1, 0)]);
    let joined: Vec<String> =
        days.net(1).changes[0].joined.iter().map(|id| id.to_string()).collect();
    assert_eq!(joined, ["A8", "A9"]);
    assert_eq!(days.told(0), [(LineageKind::Born, 0, 7, 0, 0)]);
    assert_eq!(days.net(0).passing, 1);
}

#[test]
fn a_ring_that_merged_by_way_of_another_is_told_where_it_is_now() {
    let days = after(&[
        &[&[1, 2], &[3, 4, 5], &[6, 7, 8, 9, 10, 11]],
        &[&[1, 2, 3, 4, 5], &[6, 7, 8, 9, 10, 11]],
        &[&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    ]);
    assert_eq!(days.told(1), [(LineageKind::Merged, 6, 11, 2, 0)]);
}

#[test]
fn a_split_is_one_line_also_where_the_part_is_a_ring_that_came_back() {
    let days = after(&[
        &[&[1, 2], &[5, 6, 7]],
        &[&[1, 2, 5, 6, 7]],
        &[&[1, 2], &[5, 6, 7]],
        &[&[1, 2], &[5, 6, 7, 8]],
    ]);
    assert_eq!(days.told(2), [(LineageKind::Split, 5, 4, 0, 1)]);
    let net = days.net(2);
    assert!(net.changes[0].parts[0].is_known, "the ring that merged is there again");
    assert_eq!(days.told(1), [(LineageKind::Grew, 3, 4, 0, 0)], "it merged and left between");
}

#[test]
fn what_comes_and_goes_between_is_counted_and_what_is_again_as_it_was_is_nothing() {
    let days = after(&[&[&[1, 2, 3]], &[], &[&[7, 8]], &[&[1, 2, 3]]]);
    assert_eq!((days.told(1), days.net(1).passing), (vec![], 1));
    assert_eq!(days.told(2), [(LineageKind::Revived, 0, 3, 0, 0)]);
    let days = after(&[&[&[1, 2, 3]], &[]]);
    assert_eq!(days.told(1), [(LineageKind::Dissolved, 3, 0, 0, 0)]);
}

fn partition() -> impl Strategy<Value = Vec<Members>> {
    proptest::collection::vec(0_u32..5, 14).prop_map(|labels| {
        let mut rings: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (app, label) in (0_u32..).zip(labels) {
            rings.entry(label).or_default().push(app);
        }
        rings.remove(&0);
        rings.values().map(|ids| members(ids)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_ring_that_differs_is_told_once_and_the_changes_of_periods_in_a_row_add_up(
        days in proptest::collection::vec(partition(), 1..9),
        cuts in proptest::collection::vec(any::<bool>(), 9),
    ) {
        let mut all = Days::default();
        let mut states: Vec<State> = vec![State::new()];
        for today in &days {
            all.day(today);
            states.push(all.rings.clone());
        }
        let mut ends: Vec<usize> =
            (1..days.len()).filter(|&day| cuts.get(day) == Some(&true)).collect();
        ends.push(days.len());
        let (mut begin, mut state) = (0_usize, State::new());
        for end in ends {
            let net = Net::of(&all.history, Seq(begin as u64), Seq(end as u64));
            let mut told: BTreeSet<RingId> = BTreeSet::new();
            for change in &net.changes {
                for side in change.sides() {
                    prop_assert!(told.insert(side.ring.clone()), "{} twice", side.ring);
                    prop_assert_eq!(state.get(side.ring), side.before);
                    prop_assert_ne!(side.before, side.after);
                }
                prop_assert!(change.sides().all(|s| change.events.iter().any(|e| e.event.ring == *s.ring)));
            }
            for side in net.changes.iter().flat_map(Change::sides) {
                match side.after {
                    Some(after) => state.insert(side.ring.clone(), after.clone()),
                    None => state.remove(side.ring),
                };
            }
            prop_assert_eq!(&state, &states[end]);
            let differ: BTreeSet<RingId> = states[begin]
                .keys()
                .chain(states[end].keys())
                .filter(|ring| states[begin].get(*ring) != states[end].get(*ring))
                .cloned()
                .collect();
            prop_assert_eq!(told, differ);
            begin = end;
        }
    }
}
