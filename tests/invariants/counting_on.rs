//! Runs of numbers under one stem that come to be runs while applications arrive one by one.

use crate::lab::{Row, engine_with, import, rings};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ringer::engine::{Engine, Made};

/// An application of the persona of this number, with this number in the mailbox.
fn persona(id: &str, n: usize, number: u32) -> Row {
    const NAMES: [&str; 9] = [
        "Ines Calloway",
        "Rafael Brandt",
        "Petra Oyelaran",
        "Dmitri Haldane",
        "Lucia Ferrante",
        "Owen Sakamoto",
        "Hope Brentlow",
        "Karin Dahl",
        "Jun Morita",
    ];
    let day = format!("2026-03-{:02}", 2 + n);
    [
        ("application_id", id.to_owned()),
        ("full_name", NAMES[n].to_owned()),
        ("email", format!("javaking{number}@mail.example")),
        ("birth_date", format!("198{n}-04-12")),
        ("submitted_at", day),
    ]
    .map(|(column, text)| (column.to_owned(), text))
    .into()
}

/// A store in which five count on from 208, and two do from 1,858.
fn two_and_five() -> Engine {
    let strangers = (0..400).map(|n| {
        let name = format!("Given{n} Family{n}");
        [("application_id", format!("H{n}")), ("full_name", name)]
            .map(|(column, text)| (column.to_owned(), text))
            .into()
    });
    let mut rows: Vec<Row> = strangers.collect();
    for (n, number) in [208, 209, 211, 213, 214, 1_858, 1_859].into_iter().enumerate() {
        rows.push(persona(&format!("P{n}"), n, number));
    }
    engine_with(&rows)
}

fn are_linked(engine: &Engine, a: &str, b: &str) -> bool {
    let view = engine.view();
    let (a, b) = (view.applicant(a).unwrap(), view.applicant(b).unwrap());
    view.network.link_between(a, b).is_some()
}

#[test]
fn a_run_that_a_third_mailbox_makes_parts_its_stem_as_computing_everything_does() {
    let engine = two_and_five();
    assert!(are_linked(&engine, "P0", "P5"), "two are no run");
    import(&engine, &[persona("P7", 7, 1_861)]);
    assert_eq!(engine.view().made, Made::Advanced);
    engine.verify().unwrap();
    assert!(!are_linked(&engine, "P0", "P5"));
    assert!(are_linked(&engine, "P6", "P7"));
}

#[test]
fn a_run_that_somebody_joins_who_had_the_stem_before_parts_it_as_well() {
    let engine = two_and_five();
    import(&engine, &[persona("P7", 7, 5_000)]);
    engine.verify().unwrap();
    assert!(are_linked(&engine, "P0", "P5"));
    // Of the stem's users there is none more.
    import(&engine, &[persona("P7b", 7, 1_861)]);
    assert_eq!(engine.view().made, Made::Advanced);
    engine.verify().unwrap();
    assert!(!are_linked(&engine, "P0", "P5"));
}

/// So many strangers who hit upon one stem over three years.
fn strangers_of_one_stem(users: u64) -> Vec<Row> {
    let mut dice = ChaCha8Rng::seed_from_u64(users);
    (0..users)
        .map(|n| {
            let day = dice.random_range(0..900);
            let at = format!("{}-{:02}-{:02}", 2023 + day / 360, day / 30 % 12 + 1, day % 28 + 1);
            [
                ("application_id", format!("S{n}")),
                ("full_name", format!("Given{n} Family{n}")),
                ("email", format!("javaking{}@mail.example", dice.random_range(1_000..10_000))),
                ("submitted_at", at),
            ]
            .map(|(column, text)| (column.to_owned(), text))
            .into()
        })
        .collect()
}

#[test]
fn strangers_who_hit_upon_one_stem_over_the_years_make_no_ring_by_numbers_that_lie_near_by_chance()
{
    for users in [20, 100, 300, 3_000] {
        let engine = engine_with(&strangers_of_one_stem(users));
        assert!(rings(&engine.view()).is_empty(), "{users}");
    }
}

#[test]
fn a_stem_that_comes_to_have_thousands_of_users_one_by_one_is_judged_as_computing_everything_does()
{
    let mut rows = strangers_of_one_stem(4_002);
    let mut late = rows.split_off(3_998);
    // Two of those who were there share more than the stem.
    for row in &mut rows[7..9] {
        row.insert("phone".to_owned(), "+1 303 555 0142".to_owned());
    }
    // And one who comes.
    late[2].insert("phone".to_owned(), "+1 303 555 0142".to_owned());
    // And one who applies again, so that there are more applications than applicants.
    let mut again = rows[20].clone();
    again.insert("application_id".to_owned(), "S20b".to_owned());
    late.insert(2, again);
    let engine = engine_with(&rows);
    for row in late {
        import(&engine, &[row]);
        engine.verify().unwrap();
    }
}
