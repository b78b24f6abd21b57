//! Pages over HTTP, as two people at a time ask for them: the queue, rings, applicants, comparisons and searches, each
//! by itself, and all of them at a fixed rate, first alone and then while a file is imported.
//!
//! Prints tables, in milliseconds, and fails on ratios only: a ring page of a store ten times as large must not take
//! more than twice as long. `RINGER_SERVING_APPLICATIONS` sets the size, `RINGER_SERVING_DATA` names a store that is
//! there (it is written to: take a copy), `RINGER_SERVING_RATE` the requests a second.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench prints, and one that cannot go on should fail"
)]

mod opened;
mod served;
mod synthetic;
mod took;

use ringer::{
    casework::{Role, audit::Trail},
    engine::{Engine, View},
    model::ApplicantIx,
    store::{SledOptions, SledStore, Store},
};
use served::{Client, Door, coded};
use std::{
    env, fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use took::{Took, head, number};

/// Applications of the larger store, unless the environment says otherwise.
const APPLICATIONS: u64 = 20_000;

/// The smaller store has so many times fewer.
const TIMES: u64 = 10;

/// Clients at a time.
const CLIENTS: usize = 2;

/// Requests a second in the mix, unless the environment says otherwise.
const RATE: u32 = 200;

/// Applications of the file that is imported meanwhile, for each thousand that are there.
const MEANWHILE: u64 = 20;

/// The pages of one sort.
struct Pages {
    name: &'static str,
    paths: Vec<String>,
}

fn store(dir: &Path) -> Box<dyn Store> {
    Box::new(SledStore::open(dir, SledOptions::default(), opened::clock()).unwrap())
}

/// What is spread evenly over a list, at most so many.
fn some<T: Copy>(of: &[T], most: usize) -> Vec<T> {
    let step = of.len().div_ceil(most).max(1);
    of.iter().copied().step_by(step).collect()
}

/// Two letters in the middle exchanged.
fn misspelt(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let middle = letters.len() / 2;
    if middle > 0 {
        letters.swap(middle - 1, middle);
    }
    letters.into_iter().collect()
}

/// The pages of every sort that a view has.
fn pages(view: &View) -> Vec<Pages> {
    let network = &view.network;
    let id = |ix: ApplicantIx| network.applicant(ix).id.to_string();
    let rings: Vec<_> = view.rings.iter().collect();
    let members: Vec<ApplicantIx> = rings.iter().flat_map(|r| r.members.clone()).collect();
    let everybody: Vec<ApplicantIx> = network.applicants().iter().map(|(ix, _)| ix).collect();
    let corpus = network.corpus();
    let queue = ["/", "/?page=2", "/?status=all", "/?kind=phone", "/?min=5"];
    let applicants = some(&members, 100).into_iter().chain(some(&everybody, 100));
    let pairs =
        rings.iter().take(60).filter_map(|r| Some((*r.members.first()?, *r.members.last()?)));
    let mut asked: Vec<String> = Vec::new();
    for ix in some(&everybody, 40) {
        let name = network.label(ix);
        asked.extend([name.to_owned(), misspelt(name)]);
        asked.extend(name.split(' ').next_back().map(misspelt));
    }
    for attribute in some(&corpus.attribute_numbers().collect::<Vec<_>>(), 120) {
        let value = corpus.value(attribute);
        let part: String = value.chars().skip(2).take(9).collect();
        asked.extend([value.to_owned(), misspelt(value), part]);
    }
    asked.extend(
        ["maria", "smith", "mar", "example.com", "zzzzqqq", "+1 202 555 0143"].map(str::to_owned),
    );
    vec![
        Pages { name: "queue", paths: queue.map(str::to_owned).into() },
        Pages {
            name: "ring",
            paths: some(&rings, 200).iter().map(|r| format!("/rings/{}", r.id)).collect(),
        },
        Pages {
            name: "applicant",
            paths: applicants.map(|ix| format!("/applicants/{}", id(ix))).collect(),
        },
        Pages {
            name: "compare",
            paths: pairs.map(|(a, b)| format!("/compare?a={}&b={}", id(a), id(b))).collect(),
        },
        Pages {
            name: "search",
            paths: asked.iter().map(|text| format!("/search?q={}", coded(text))).collect(),
        },
    ]
}

/// How long it takes two clients to get so many pages, one after the other.
fn measure(door: &Door, pages: &Pages, requests: usize) -> Took {
    let next = AtomicUsize::new(0);
    let ask = || {
        let mut client = Client::new(door.clone());
        let mut took = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= requests {
                return took;
            }
            let path = &pages.paths[n % pages.paths.len()];
            let begun = Instant::now();
            let answer = client.get(path);
            took.push(begun.elapsed());
            assert_eq!(answer.status, 200, "{path}");
            assert!(!answer.body.is_empty(), "{path}");
        }
    };
    let all = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
        clients.into_iter().flat_map(|c| c.join().unwrap()).collect()
    });
    Took::new(all)
}

/// Asks for pages of all sorts in turn, so many a second, for as long as `goes_on` says: how long each took from the
/// moment it was due, and how many a second were answered. Pages that waited for others count their waiting.
fn mix(
    door: &Door,
    pages: &[Pages],
    rate: u32,
    goes_on: &(dyn Fn(Instant) -> bool + Sync),
) -> (Vec<(&'static str, Took)>, f64) {
    let (next, begun) = (AtomicUsize::new(0), Instant::now());
    let ask = || {
        let mut client = Client::new(door.clone());
        let mut took = Vec::new();
        while goes_on(begun) {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let due = begun + Duration::from_secs(1) / rate * u32::try_from(n).unwrap();
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let sort = n % pages.len();
            let paths = &pages[sort].paths;
            let path = &paths[n / pages.len() % paths.len()];
            let answer = client.get(path);
            // A ring may be no more, or in another, once the file is in.
            assert!(answer.status < 500, "{path}");
            took.push((sort, due.elapsed()));
        }
        took
    };
    // More clients than the measured ones: whoever waits must not keep others from asking when they are due.
    let all: Vec<(usize, Duration)> = thread::scope(|scope| {
        let clients: Vec<_> = (0..4 * CLIENTS).map(|_| scope.spawn(ask)).collect();
        clients.into_iter().flat_map(|c| c.join().unwrap()).collect()
    });
    let answered = all.len() as f64 / begun.elapsed().as_secs_f64();
    let of = |(sort, p): (usize, &Pages)| {
        let took = all.iter().filter(|(s, _)| *s == sort).map(|(_, t)| *t).collect();
        (p.name, Took::new(took))
    };
    (pages.iter().enumerate().map(of).collect(), answered)
}

fn print_mix(title: &str, (rows, answered): (Vec<(&'static str, Took)>, f64), rate: u32) {
    println!(
        "\n{title}: {rate} requests a second asked for, {answered:.0} answered\n\n{}",
        head("pages")
    );
    rows.iter().for_each(|(name, took)| println!("{}", took.row(name)));
}

/// Serves an engine and measures its pages sort by sort; the time that half of the ring pages took at most, in
/// milliseconds.
fn by_sort(engine: &Arc<Engine>, requests: usize) -> (Door, Vec<Pages>, f64) {
    let view = engine.view();
    let n = view.network.corpus().len();
    // What `ringer serve` does beside the first pages.
    let begun = Instant::now();
    let _ = engine.assess_rings(&view);
    let assessed = begun.elapsed();
    view.network.corpus().warm();
    let warm = begun.elapsed() - assessed;
    let _ = view.index();
    println!(
        "\n{n} applications, {} rings; assessed in {:.2} s, ready to be searched in {:.2} s more\n\n{}",
        view.rings.len(),
        assessed.as_secs_f64(),
        warm.as_secs_f64(),
        head("pages")
    );
    let folder = tempfile::tempdir().unwrap();
    let trail = Arc::new(Trail::of(folder.path()));
    let doors = served::open(engine.clone(), &["ann".to_owned()], Role::Administrator, &trail);
    let (door, pages) = (doors[0].clone(), pages(&view));
    drop(view);
    let mut ring = 0.0;
    for sort in &pages {
        println!("{}", measure(&door, sort, 1).row(&format!("{}, the very first", sort.name)));
        measure(&door, sort, requests);
        let took = measure(&door, sort, requests);
        println!("{}", took.row(sort.name));
        if sort.name == "ring" {
            ring = took.within(50);
        }
    }
    (door, pages, ring)
}

/// A file of so many applications whose ids are of none that is there.
fn newcomers(applications: u64, seed: u64) -> TempDir {
    let dir = synthetic::written(applications, seed);
    let file = dir.path().join("applications.csv");
    let rows = fs::read_to_string(&file).unwrap().replace("\nA0", &format!("\nN{seed}-"));
    fs::write(&file, rows).unwrap();
    dir
}

fn main() {
    let applications = number("RINGER_SERVING_APPLICATIONS", APPLICATIONS);
    let requests = usize::try_from(number("RINGER_SERVING_REQUESTS", 400)).unwrap();
    let rate = u32::try_from(number("RINGER_SERVING_RATE", RATE.into())).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let kept = env::var_os("RINGER_SERVING_DATA");
    let mut small = None;
    let engine = match &kept {
        Some(data) => opened::engine(store(Path::new(data))),
        None => {
            let [less, all] = [applications / TIMES, applications].map(|n| {
                let engine = opened::engine(store(&dir.path().join(n.to_string())));
                opened::import(&engine, &synthetic::written(n, 1));
                engine
            });
            small = Some(by_sort(&Arc::new(less), requests).2);
            all
        }
    };
    let engine = Arc::new(engine);
    let (door, pages, ring) = by_sort(&engine, requests);
    let alone = |begun: Instant| begun.elapsed() < Duration::from_secs(5);
    print_mix("alone", mix(&door, &pages, rate, &alone), rate);

    let view = engine.view();
    let here = view.network.corpus().len() as u64;
    let file = newcomers((here * MEANWHILE / 1_000).max(50), view.seq.0);
    drop(view);
    let importing = {
        let engine = engine.clone();
        thread::spawn(move || {
            let begun = Instant::now();
            Engine::beside_pages(|| opened::import(&engine, &file));
            begun.elapsed()
        })
    };
    let meanwhile = mix(&door, &pages, rate, &|_| !importing.is_finished());
    print_mix("while a file is imported", meanwhile, rate);
    println!(
        "\nthe import of {} rows took {:.1} s",
        here * MEANWHILE / 1_000,
        importing.join().unwrap().as_secs_f64()
    );
    if let Some(small) = small {
        // A page of less than a millisecond is mostly the way there and back.
        let ratio = ring.max(1.0) / small.max(1.0);
        println!("a ring page of a store {TIMES} times as large takes {ratio:.2} times as long");
        assert!(ratio < 2.0, "{ring:.2} ms after {small:.2} ms");
    }
}
