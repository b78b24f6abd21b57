//! The rings that are planted, one function a kind, one list. Not responsible for what an application looks like.
//!
//! A ring has 3 to 25 personas, mostly 3 to 8, with one to six applications each. Its main artefact is shown by
//! nearly every persona; further ones are drawn by chance and shown by some, so many rings can be found by
//! corroboration only, and a few hardly at all. Nothing about names, schools or places distinguishes a persona.
//!
//! Truth: one pair of hands is one ring. Two rings that touch through an innocent coincidence (kind `bridged`) or
//! a public mail drop (kind `mail-drop`) are two rings, because what joins them also joins strangers.

use crate::model::Column;
use crate::synth::contact::Line;
use crate::synth::dice::Dice;
use crate::synth::generate::PlantedRing;
use crate::synth::kit::{Kit, Shared, Sort};
use crate::synth::place::{Address, BOX};
use crate::synth::row::Row;
use crate::synth::world::{DAY, SPAN, START, World};

type Planter = fn(&mut World, &mut Plan<'_>, &mut Dice);

/// Every kind: its share in a hundred, its name, how it is planted.
const KINDS: &[(usize, &str, Planter)] = &[
    (18, "farm", farm),
    (9, "phone", |w, p, d| main(w, p, "phone", &[(Sort::Phones, 0.9)], d)),
    (7, "voip-series", voip_series),
    (10, "mailbox-series", mailbox_series),
    (8, "profile", |w, p, d| main(w, p, "profile", &[(Sort::Profile, 0.95)], d)),
    (10, "resume", |w, p, d| main(w, p, "resume", &[(Sort::Text, 1.0)], d)),
    (5, "photo", |w, p, d| main(w, p, "photo", &[(Sort::Photo, 0.95)], d)),
    (4, "file", |w, p, d| main(w, p, "file", &[(Sort::File, 0.95)], d)),
    (4, "referee", referee),
    (4, "device", |w, p, d| {
        main(w, p, "device", &[(Sort::Devices, 0.95), (Sort::Network, 0.6)], d)
    }),
    (7, "mixed", mixed),
    (5, "returner", returner),
    (2, "swarm", swarm),
    (3, "bridged", bridged),
    (2, "mail-drop", mail_drop),
    (2, "hired", hired),
];

/// Where a planter puts what it made.
pub struct Plan<'a> {
    next_ring: &'a mut u64,
    rows: &'a mut Vec<Row>,
    planted: Vec<PlantedRing>,
}

impl Plan<'_> {
    fn ring(&mut self) -> u64 {
        *self.next_ring += 1;
        *self.next_ring
    }

    fn record(&mut self, id: u64, kind: &'static str, held_by: String) {
        let mut persons: Vec<u64> =
            self.rows.iter().filter(|r| r.ring == Some(id)).map(|r| r.person).collect();
        let applications = persons.len();
        persons.sort_unstable();
        persons.dedup();
        self.planted.push(PlantedRing { id, kind, persons: persons.len(), applications, held_by });
    }
}

impl World {
    /// Plants one ring (two for the kinds that come in pairs) and returns what is known about it.
    pub fn ring(
        &mut self,
        next_ring: &mut u64,
        rows: &mut Vec<Row>,
        dice: &mut Dice,
    ) -> Vec<PlantedRing> {
        let total: usize = KINDS.iter().map(|k| k.0).sum();
        let mut at = dice.below(total);
        let mut own = Vec::new();
        let mut plan = Plan { next_ring, rows: &mut own, planted: Vec::new() };
        for (share, _, planter) in KINDS {
            if at < *share {
                planter(self, &mut plan, dice);
                break;
            }
            at -= share;
        }
        let planted = plan.planted;
        rows.append(&mut own);
        planted
    }

    /// Start and length in days of a ring's activity.
    fn season(&self, dice: &mut Dice) -> (i64, i64) {
        let days = 15 + dice.below(180) as i64;
        let start = self.moment(dice).min(START + SPAN - (days + 2) * DAY);
        (start - start.rem_euclid(DAY), days)
    }
}

/// Three to eight personas in nine rings of ten, up to 25 in the tenth.
fn size(dice: &mut Dice) -> usize {
    if dice.chance(0.9) { 3 + dice.below(3) + dice.below(4) } else { 9 + dice.below(17) }
}

/// Sorts that may accompany the main one, with the chance that a ring has each.
const EXTRAS: &[(Sort, f64)] = &[
    (Sort::Text, 0.22),
    (Sort::Series, 0.2),
    (Sort::Mailboxes, 0.15),
    (Sort::Handles, 0.15),
    (Sort::Devices, 0.2),
    (Sort::Exit, 0.18),
    (Sort::Network, 0.1),
    (Sort::Referee, 0.12),
    (Sort::File, 0.1),
    (Sort::Photo, 0.08),
    (Sort::Delivery, 0.1),
];

/// A kit of these things, each with the share of personas that show it, and of others that are drawn.
pub fn kit(world: &mut World, sorts: &[(Sort, f64)], personas: usize, dice: &mut Dice) -> Kit {
    let mut things: Vec<(Shared, f64)> =
        sorts.iter().map(|(sort, share)| (world.shared(*sort, personas, dice), *share)).collect();
    for (sort, chance) in EXTRAS {
        let taken = sorts.iter().any(|(s, _)| s == sort);
        if !taken && dice.chance(*chance) {
            things.push((world.shared(*sort, personas, dice), 0.65));
        }
    }
    // Half of the rings aim at one field; machine learning, the first, twice as often as another.
    let families = world.pools.families.len();
    let role = dice.chance(0.5).then(|| dice.below(families + 1) % families);
    Kit { things, role }
}

/// What a kit consists of, in words.
pub fn held_by(kit: &Kit) -> String {
    kit.things.iter().map(|(t, _)| t.label()).collect::<Vec<_>>().join(" + ")
}

fn plant(
    world: &mut World,
    plan: &mut Plan<'_>,
    kind: &'static str,
    kit: &Kit,
    n: usize,
    dice: &mut Dice,
) -> u64 {
    let id = plan.ring();
    let season = world.season(dice);
    world.personas(kit, id, n, season, plan.rows, dice);
    plan.record(id, kind, held_by(kit));
    id
}

fn main(
    world: &mut World,
    plan: &mut Plan<'_>,
    kind: &'static str,
    sorts: &[(Sort, f64)],
    dice: &mut Dice,
) {
    let n = size(dice);
    let kit = kit(world, sorts, n, dice);
    plant(world, plan, kind, &kit, n, dice);
}

/// One house that equipment goes to, many claimed homes. In three farms of ten the house is also the claimed home;
/// those always have two more things in common, or nobody could tell them from a flat.
fn farm(world: &mut World, plan: &mut Plan<'_>, dice: &mut Dice) {
    let n = size(dice);
    let house = world.home(dice);
    let mut kit = kit(world, &[(Sort::Network, 0.4)], n, dice);
    kit.things.retain(|(t, _)| !matches!(t, Shared::Delivery(_)));
    if dice.chance(0.3) {
        kit.things.insert(0, (Shared::Home(house), 1.0));
        let mut order = [Sort::Text, Sort::Devices, Sort::Series, Sort::Handles, Sort::Mailboxes];
        dice.shuffle(&mut order);
        let new = |sort: &Sort| kit.things.iter().all(|(t, _)| t.sort() != Some(*sort));
        let more: Vec<Sort> = order.into_iter().filter(new).take(2).collect();
        for sort in more {
            kit.things.push((world.shared(sort, n, dice), 0.7));
        }
    } else {
        kit.things.insert(0, (Shared::Delivery(house), 1.0));
    }
    plant(world, plan, "farm", &kit, n, dice);
}

/// Adjacent numbers prove little alone, so such a ring has a second thing for certain.
fn voip_series(world: &mut World, plan: &mut Plan<'_>, dice: &mut Dice) {
    let second = *dice.pick(&[Sort::Text, Sort::Mailboxes, Sort::Handles, Sort::Devices]);
    main(world, plan, "voip-series", &[(Sort::Series, 0.95), (second, 0.8)], dice);
}

/// One stem with digits, beside honest people whose common names look the same.
fn mailbox_series(world: &mut World, plan: &mut Plan<'_>, dice: &mut Dice) {
    let second = *dice.pick(&[Sort::Text, Sort::Series, Sort::Devices, Sort::Exit]);
    main(world, plan, "mailbox-series", &[(Sort::Mailboxes, 0.95), (second, 0.7)], dice);
}

fn referee(world: &mut World, plan: &mut Plan<'_>, dice: &mut Dice) {
    let second = *dice.pick(&[Sort::Text, Sort::Series, Sort::Devices, Sort::Delivery]);
    main(world, plan, "referee", &[(Sort::Referee, 0.95), (second, 0.6)], dice);
}

/// No artefact is shown by all: three to five, each by some.
fn mixed(world: &mut World, plan: &mut Plan<'_>, dice: &mut Dice) {
    let mut sorts = [
        Sort::Phones,
        Sort::Text,
        Sort::Profile,
        Sort::Photo,
        Sort::File,
        Sort::Devices,
        Sort::Delivery,
        Sort::Referee,
    ];
    dice.shuffle(&mut sorts);
    let chosen: Vec<(Sort, f64)> =
        sorts.into_iter().take(3 + dice.below(3)).map(|s| (s, 0.6)).collect();
    main(world, plan, "mixed", &chosen, dice);
}

/// Each persona appears days after the one before was rejected, with a file from the same original.
fn returner(world: &mut World, plan: &mut Plan<'_>, dice: &mut Dice) {
    let n = 3 + dice.below(4);
    let second = *dice.pick(&[Sort::Devices, Sort::Text, Sort::Network]);
    let kit = kit(world, &[(Sort::File, 1.0), (second, 0.6)], n, dice);
    let id = plan.ring();
    let (mut at, _) = world.season(dice);
    for _ in 0..n {
        let people = world.personas(&kit, id, 1, (at, 4), plan.rows, dice);
        let rejected = people.first().and_then(|p| World::reject_last(plan.rows, p.id));
        at = rejected.unwrap_or(at) + dice.between(5, 30) * DAY;
        at -= at.rem_euclid(DAY);
    }
    plan.record(id, "returner", held_by(&kit));
}

/// Twenty-two personas and up to sixty submissions a day.
fn swarm(world: &mut World, plan: &mut Plan<'_>, dice: &mut Dice) {
    let n = 16 + dice.below(10);
    let kit = kit(world, &[(Sort::Text, 0.95), (Sort::Series, 0.9), (Sort::Devices, 0.4)], n, dice);
    let id = plan.ring();
    let (start, _) = world.season(dice);
    world.personas(&kit, id, n, (start, 2 + dice.below(5) as i64), plan.rows, dice);
    plan.record(id, "swarm", held_by(&kit));
}

/// Two rings that touch through one recycled number, or through one referee whom a persona of each invented.
fn bridged(world: &mut World, plan: &mut Plan<'_>, dice: &mut Dice) {
    let mut ids = Vec::new();
    let number = {
        let state = world.pools.place(dice).state;
        world.register.phone(&world.pools, state, Line::Mobile, dice)
    };
    for sort in [Sort::Text, Sort::Devices] {
        let n = 3 + dice.below(4);
        let kit = kit(world, &[(sort, 1.0), (Sort::Series, 0.5)], n, dice);
        let id = plant(world, plan, "bridged", &kit, n, dice);
        // One application of one persona carries the number.
        if let Some(row) = plan.rows.iter_mut().filter(|r| r.ring == Some(id)).max_by_key(|r| r.at)
        {
            row.put(Column::Phone, number.typed(0));
        }
        ids.push(id);
    }
    for ring in plan.planted.iter_mut().filter(|r| ids.contains(&r.id)) {
        ring.held_by.push_str("; one number bridges it to another ring");
    }
}

/// Two rings that rent boxes at one mail drop, which innocent people use as well.
fn mail_drop(world: &mut World, plan: &mut Plan<'_>, dice: &mut Dice) {
    let drop = dice.pick(&world.drops).clone();
    for sort in [Sort::Mailboxes, Sort::Text] {
        let n = 3 + dice.below(4);
        let mut kit = kit(world, &[(sort, 1.0), (Sort::Devices, 0.5)], n, dice);
        kit.things.retain(|(t, _)| !matches!(t, Shared::Delivery(_)));
        let boxed = Address { designator: BOX, ..drop.with_unit(dice.between(1, 900).to_string()) };
        kit.things.push((Shared::Delivery(boxed), 0.9));
        let id = plant(world, plan, "mail-drop", &kit, n, dice);
        for ring in plan.planted.iter_mut().filter(|r| r.id == id) {
            ring.held_by.push_str("; a mail drop shared with another ring and with strangers");
        }
    }
}

/// A farm of which one persona was hired: its machine went to the unit that others name.
fn hired(world: &mut World, plan: &mut Plan<'_>, dice: &mut Dice) {
    let n = 3 + dice.below(4);
    let account = Shared::Account(dice.hex(32));
    let mut kit = kit(world, &[(Sort::Delivery, 1.0), (Sort::Network, 0.5)], n, dice);
    kit.things.push((account, 1.0));
    let id = plant(world, plan, "hired", &kit, n, dice);
    let account = kit.things.iter().find_map(|(t, _)| match t {
        Shared::Account(a) => Some(a.clone()),
        _ => None,
    });
    if let Some(row) = plan.rows.iter_mut().filter(|r| r.ring == Some(id)).min_by_key(|r| r.at) {
        row.put(Column::Stage, "hired");
        row.put(Column::Outcome, "hired");
        row.put(Column::BankAccountHash, account.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_the_kinds_add_up_to_a_hundred_and_names_are_unique() {
        assert_eq!(KINDS.iter().map(|k| k.0).sum::<usize>(), 100);
        let names: std::collections::BTreeSet<&str> = KINDS.iter().map(|k| k.1).collect();
        assert_eq!(names.len(), KINDS.len());
    }
}
