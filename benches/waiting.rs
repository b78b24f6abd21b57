//! How long somebody waits for a store on the disk: to open it and see its rings, to have one applicant screened, and to
//! have one application stored durably with persons, links and rings brought up to date.
//!
//! The applicants are rows of the file itself that were held back, spread evenly, each under a new id. Prints a table in
//! milliseconds, and fails when a row is not taken. `RINGER_WAITING_APPLICATIONS` sets the size, `RINGER_WAITING_ROWS` how
//! many are held back, about: for the figures of a million, a million and 2,000. The files of the store are in the system's memory when it
//! is opened.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench prints, and one that cannot go on should fail"
)]

mod opened;
mod synthetic;
mod took;

use ringer::{
    engine::Engine,
    ingest::{self, Input, Options, Reader},
    store::{SledOptions, SledStore},
};
use std::{io::Cursor, path::Path, time::Instant};
use took::{Took, head, number};

/// Applications of the store, unless the environment says otherwise.
const APPLICATIONS: u64 = 20_000;

/// Fewest that have rings among them.
const LEAST: u64 = 2_000;

/// How many are held back, unless the environment says otherwise.
const ROWS: u64 = 400;

/// Times that the store is opened.
const OPENED: usize = 3;

fn open(dir: &Path) -> Engine {
    opened::engine(Box::new(SledStore::open(dir, SledOptions::default(), opened::clock()).unwrap()))
}

fn reader(csv: Vec<u8>) -> Reader {
    ingest::open(Input::stream("row.csv", Cursor::new(csv)), &Options::default()).unwrap()
}

/// How long each took.
fn each<T>(of: impl Iterator<Item = T>, mut done: impl FnMut(T)) -> Took {
    let timed = of.map(|one| {
        let begun = Instant::now();
        done(one);
        begun.elapsed()
    });
    Took::new(timed.collect())
}

fn main() {
    let applications = number("RINGER_WAITING_APPLICATIONS", APPLICATIONS).max(LEAST);
    let rows = number("RINGER_WAITING_ROWS", ROWS).clamp(1, applications / 2);
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("store");
    let held_back = usize::try_from(applications / rows).unwrap();
    let (stored, later) = synthetic::split(applications, 1, held_back);
    let engine = open(&data);
    let begun = Instant::now();
    opened::import(&engine, &stored);
    let imported = engine.view().network.corpus().len();
    println!("{imported} applications imported in {:.1} s\n", begun.elapsed().as_secs_f64());
    drop((engine, stored));

    println!("{}", head("what"));
    let seen = |_| assert!(!open(&data).view().rings.is_empty());
    println!("{}", each(0..OPENED, seen).row("open, to the list of rings"));
    let engine = open(&data);
    let index = |()| drop(engine.view().index().clone());
    println!("{}", each([()].into_iter(), index).row("the index, once"));

    let files = || (0..later.rows.len()).map(|n| later.file(n));
    let applicants = files().map(|csv| reader(csv).next().unwrap().unwrap());
    let applicants: Vec<_> = applicants.collect();
    let screen = |one| drop(engine.screen(one));
    println!("{}", each(applicants.iter(), screen).row("screen one"));

    let mut reject = |problem: &ingest::RowProblem| panic!("{problem:?}");
    let store = |csv| {
        let mut row = reader(csv);
        let done = engine.import("row.csv", &mut row, &mut reject, "bench", &mut |_| {});
        assert_eq!(done.unwrap().new, 1);
    };
    println!("{}", each(files(), store).row("store one more"));
}
