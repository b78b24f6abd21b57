//! Histories: what comes bit by bit (applications in any order and portions, new versions of them, judgements, and
//! judgements and imports withdrawn, thresholds moved) is at every step what computing everything anew from the journal gives.
//!
//! `RINGER_HISTORIES=1000 cargo test --release --test invariants histories` runs more of them.

use crate::{
    applications::SYNTH,
    lab::{Row, engine, id, import, judge, pair, undo, value, withdraw},
    thresholds::some_changes,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ringer::{
    engine::{Engine, Made},
    matching::thresholds::Changes,
    model::{AttributeIx, JudgementId, PairVerdict, ValueVerdict},
};
use std::env;

/// Histories of each sort, unless more are asked for.
const HISTORIES: u64 = 4;
/// Steps of one.
const STEPS: usize = 25;

/// One of a few words.
fn word(n: usize) -> &'static str {
    ["falcon", "river", "cloud", "amber", "stone", "harbor", "pixel", "north"][n % 8]
}

/// A number below `n`, mostly one of the first two.
fn pick(dice: &mut ChaCha8Rng, n: usize) -> usize {
    let most = if dice.random_range(0..3) == 0 { 2 } else { n };
    dice.random_range(0..most.max(1))
}

/// A name of a few made-up parts.
fn name(given: usize, family: usize) -> String {
    let part =
        |k: usize| [["Mar", "Jo", "Lu", "Te"][k % 4], ["an", "ri", "os"][k / 4 % 3]].concat();
    let end = ["", "son", "man", "ton"][family / 12 % 4];
    format!("{}a{} {}ez{end}", part(given), "x".repeat(given / 12), part(family))
}

/// A text of a few sentences out of `n`.
fn text(dice: &mut ChaCha8Rng, n: usize) -> String {
    let sentences: Vec<String> = (0..dice.random_range(0..8))
        .map(|_| {
            let k = pick(dice, n);
            let [a, b, c, d] = [word(k), word(k / 2), word(k / 3), word(k / 5)];
            format!("Built the {k}th {a} service of {b} for a {c} {d} in the year {}.", 1990 + k)
        })
        .collect();
    sentences.join(" ")
}

/// Applications of so few values that everything collides: blocks overflow, and values are busy.
pub fn dense(n: usize, dice: &mut ChaCha8Rng) -> Vec<Row> {
    let pool = dice.random_range(1..=4) * 12;
    (0..n).map(|i| row(i, pool, dice)).collect()
}

fn row(i: usize, pool: usize, dice: &mut ChaCha8Rng) -> Row {
    let [p, e, h, d, l, b, m] = [(); 7].map(|()| pick(dice, pool));
    let full = name(pick(dice, pool / 3), pick(dice, pool / 2));
    let (state, day) = (["PA", "OH"][dice.random_range(0..2)], dice.random_range(1..29));
    let street = ["Street", "St", ""][d % 3];
    let resume = text(dice, pool * 2);
    // The column, in how many of ten applications it is given, and what it says.
    let given: [(&str, u32, String); 17] = [
        ("phone", 6, format!("+1 212 555 {:04}", 100 + p * 7)),
        ("email", 6, format!("{}{}{}@example.com", word(e), word(e / 8), e % 5)),
        ("street", 7, format!("{} Linden Street", 10 + h)),
        ("city", 7, "Erie".to_owned()),
        ("state", 7, state.to_owned()),
        ("postal_code", 7, format!("165{:02}", h % 20)),
        ("unit", 2, (h % 3).to_string()),
        ("ship_street", 2, format!("{} Linden {street}", 10 + h % 4)),
        ("device_id", 3, format!("c02606452ead{d:04}")),
        ("ip", 3, format!("192.0.2.{}", d + 1)),
        ("linkedin", 3, format!("https://www.linkedin.com/in/{}{l}-example", word(l))),
        ("photo_phash", 3, format!("f0e1d2c3b4a596{:02x}", d * 3 % 256)),
        ("birth_date", 5, format!("19{:02}-{:02}-12", 80 + b % 12, 1 + b % 9)),
        ("institution", 4, format!("College of {}", word(b))),
        ("employer", 4, format!("{} Software", word(l))),
        ("submitted_at", 9, format!("2026-{:02}-{day:02}T10:00:00Z", 1 + m % 12)),
        ("resume_text", 7, resume),
    ];
    let mut row: Row = given
        .into_iter()
        .filter(|(_, of_ten, text)| dice.random_range(0..10) < *of_ten && !text.is_empty())
        .map(|(column, _, text)| (column.to_owned(), text))
        .collect();
    row.insert("application_id".to_owned(), format!("A-{i}"));
    row.insert("full_name".to_owned(), full);
    row
}

/// A new version of an application: the contents of another one, or one field of it.
pub fn changed(all: &[Row], dice: &mut ChaCha8Rng) -> Row {
    let old = &all[dice.random_range(0..all.len())];
    let other = &all[dice.random_range(0..all.len())];
    let mut new = if dice.random() { old.clone() } else { other.clone() };
    let column = ["phone", "email", "resume_text", "street"][dice.random_range(0..4)];
    match other.get(column).filter(|_| dice.random()) {
        Some(text) => drop(new.insert(column.to_owned(), text.clone())),
        None => drop(new.remove(column)),
    }
    new.insert("application_id".to_owned(), id(old).to_owned());
    new
}

/// Judges a pair of stored applications, or a value; nothing where there is none.
pub fn some_judgement(engine: &Engine, dice: &mut ChaCha8Rng) -> Option<JudgementId> {
    let view = engine.view();
    let corpus = view.network.corpus();
    if dice.random_range(0..3) == 0 {
        let n = corpus.attribute_numbers().len();
        let ix = (n > 0).then(|| AttributeIx::new(dice.random_range(0..n)))?;
        let verdict = [ValueVerdict::Common, ValueVerdict::KnownBad][dice.random_range(0..2)];
        return Some(judge(engine, value(corpus.attribute(ix), verdict)));
    }
    let verdict =
        [PairVerdict::Same, PairVerdict::Different, PairVerdict::Linked, PairVerdict::NotLinked]
            [dice.random_range(0..4)];
    let ids: Vec<_> = corpus.apps().map(|app| corpus.id(app)).collect();
    let (a, b) = (dice.random_range(0..ids.len().max(1)), dice.random_range(0..ids.len().max(1)));
    (a != b).then(|| judge(engine, pair(ids[a].as_str(), ids[b].as_str(), verdict)))
}

/// Lives through a history and says how many of its steps were made bit by bit.
fn history(all: &[Row], dice: &mut ChaCha8Rng) -> usize {
    let engine = engine();
    let mut rest = all.to_vec();
    for i in (1..rest.len()).rev() {
        rest.swap(i, dice.random_range(0..=i));
    }
    let mut in_force: Vec<JudgementId> = Vec::new();
    let at_once = dice.random_range(1..rest.len());
    import(&engine, &rest.drain(..at_once).collect::<Vec<Row>>());
    let mut advanced = 0;
    for step in 0..STEPS {
        let before = engine.view().seq;
        match dice.random_range(0..12) {
            11 => {
                let policy = engine.policy();
                let changes = match dice.random_range(0..3) {
                    0 => Changes::between(&policy, engine.configured()),
                    _ => some_changes(&policy, dice),
                };
                // Nothing is set where all is as configured already.
                let _ = engine.set_policy(&changes, &engine.view().stand(), "tester", "to see");
            }
            10 => {
                let all = engine.imports();
                let some = &all[dice.random_range(0..all.len())];
                if some.withdrawn.is_none() && step % 3 == 0 {
                    undo(&engine, &some.id);
                }
            }
            0..6 => {
                let some = dice.random_range(1..=3).min(rest.len());
                import(&engine, &rest.drain(..some).collect::<Vec<Row>>());
            }
            6 | 7 => {
                import(&engine, &[changed(all, dice)]);
            }
            8 => in_force.extend(some_judgement(&engine, dice)),
            _ if !in_force.is_empty() => {
                let id = in_force.remove(dice.random_range(0..in_force.len()));
                withdraw(&engine, &id);
            }
            _ => {}
        }
        let view = engine.view();
        advanced += usize::from(view.seq != before && view.made == Made::Advanced);
        let checked = engine.verify();
        assert!(checked.is_ok(), "step {step}: {checked:?}");
    }
    advanced
}

fn histories() -> u64 {
    env::var("RINGER_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(HISTORIES)
}

/// A block of names grows too large at its sixth step, and two of its members share two blocks once it is refined.
const REFINED: u64 = 66;

#[test]
fn of_applications_that_all_collide_bit_by_bit_is_from_scratch() {
    for seed in (0..histories()).chain([REFINED]) {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let n = dice.random_range(20..200);
        let all = dense(n, &mut dice);
        println!("dense history {seed}");
        assert!(history(&all, &mut dice) > 0, "every step was computed anew");
    }
}

#[test]
fn of_synthetic_applications_bit_by_bit_is_from_scratch() {
    for seed in 0..histories() {
        let mut dice = ChaCha8Rng::seed_from_u64(1_000_000 + seed);
        let slice = &SYNTH[dice.random_range(0..SYNTH.len())];
        println!("synthetic history {seed}");
        assert!(history(slice, &mut dice) > 0, "every step was computed anew");
    }
}
