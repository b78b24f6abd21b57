//! Fifty investigators who decide at random over HTTP, each under a name of their own, while files are imported: is any
//! decision lost, doubled or put under another name; do the chains of journal and audit trail hold; does the view equal what is computed
//! anew?
//!
//! Prints how many decisions of each kind were made and how long they took, and fails when one is lost. It runs for five
//! minutes; `RINGER_DECIDING_SECONDS` says otherwise, `RINGER_DECIDING_APPLICATIONS` sets the size.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench prints, and one that cannot go on should fail"
)]

mod opened;
mod served;
mod synthetic;

use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use ringer::{
    casework::{
        Role,
        audit::{self, Trail},
    },
    engine::{Engine, View},
    model::{AttributeId, CaseEvent, Fact, Ring, Seq},
    store::{SledOptions, SledStore},
};
use served::{Client, Door};
use std::{
    collections::BTreeMap,
    env, fs,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

/// People who decide at a time.
const PEOPLE: usize = 50;

/// How long, in seconds.
const SECONDS: u64 = 300;

/// Applications at the beginning.
const APPLICATIONS: u64 = 10_000;

/// Applications of each file imported meanwhile: every tenth has many.
const FEW: u64 = 60;
const MANY: u64 = 1_000;

/// One decision that was answered with a redirect, so that it must have happened.
struct Made {
    /// What was decided.
    kind: &'static str,
    /// The reason, like no other's.
    why: String,
    /// By whom.
    by: String,
    /// From sending the form to its answer.
    took: Duration,
}

fn number(name: &str, otherwise: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The value of a field of a form on a page.
fn field(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// A value that several use.
fn shared(view: &View, chance: &mut ChaCha8Rng) -> Option<AttributeId> {
    let corpus = view.network.corpus();
    let mut all = corpus.attribute_numbers();
    let from = chance.random_range(0..all.len());
    all.nth(from)?;
    all.find(|&ix| corpus.uses(ix) > 1).map(|ix| corpus.attribute(ix).id())
}

/// Decides at random until the time is over.
fn decide(engine: &Engine, door: Door, who: usize, name: &str, until: Instant) -> Vec<Made> {
    let mut chance = ChaCha8Rng::seed_from_u64(who as u64);
    let mut client = Client::new(door);
    let mut made: Vec<Made> = Vec::new();
    // What can be withdrawn: judgements of one's own, by the reason they were made with.
    let mut open: Vec<String> = Vec::new();
    for n in 0.. {
        if Instant::now() >= until {
            break;
        }
        thread::sleep(Duration::from_millis(chance.random_range(0..400)));
        let view = engine.view();
        let rings: Vec<&Ring> = view.rings.iter().collect();
        let Some(ring) = rings.choose(&mut chance) else { continue };
        let page = client.get(&format!("/rings/{}", ring.id));
        assert!(page.status < 500, "{}", ring.id);
        if page.status != 200 {
            continue;
        }
        let page = String::from_utf8(page.body).unwrap();
        let why = format!("decision {n} of {name}");
        let csrf = field(&page, "csrf").unwrap();
        let application = |at: usize| {
            let ix = ring.members[at % ring.members.len()];
            let app = view.network.applicant(ix).applications[0];
            view.network.corpus().id(app).to_string()
        };
        let (a, b) = (chance.random_range(0..9), chance.random_range(0..9));
        let (a, b) = (application(a), application(b));
        let ring_id = ring.id.to_string();
        let (kind, path, form): (_, String, Vec<(&str, String)>) = match chance.random_range(0..10)
        {
            0..=3 => {
                let verdict = ["confirmed", "dismissed", "open"].choose(&mut chance).unwrap();
                let form = vec![
                    ("about", "ring".to_owned()),
                    ("ring_id", ring_id),
                    ("verdict", (*verdict).to_owned()),
                ];
                ("ring", "/judgements".to_owned(), form)
            }
            4 | 5 if a != b => {
                let verdicts = ["linked", "not_linked", "different"];
                let verdict = verdicts.choose(&mut chance).unwrap();
                let form = vec![
                    ("about", "pair".to_owned()),
                    ("a", a),
                    ("b", b),
                    ("verdict", (*verdict).to_owned()),
                ];
                ("pair", "/judgements".to_owned(), form)
            }
            6 => {
                let Some(id) = shared(&view, &mut chance) else { continue };
                let verdict = ["common", "bad"].choose(&mut chance).unwrap();
                let form = vec![
                    ("about", "value".to_owned()),
                    ("attribute_id", id.to_string()),
                    ("verdict", (*verdict).to_owned()),
                ];
                ("value", "/judgements".to_owned(), form)
            }
            7 => {
                // Opening what is open leads to it.
                let title = [("csrf", &*csrf), ("ring_id", &*ring_id), ("title", &*why)];
                let opened = client.post("/cases", &title);
                let Some(case) = opened.location.filter(|to| to.starts_with("/cases/")) else {
                    continue;
                };
                let page = String::from_utf8(client.get(&case).body).unwrap();
                let Some(version) = field(&page, "version") else { continue };
                let form = vec![("what", "note".to_owned()), ("version", version)];
                ("note", format!("{case}/change"), form)
            }
            8 if chance.random_bool(0.5) => {
                let form = vec![
                    ("applicant_id", a),
                    ("item", "references".to_owned()),
                    ("result", "inconclusive".to_owned()),
                ];
                ("check", "/checks".to_owned(), form)
            }
            _ => {
                let Some(at) = (!open.is_empty()).then(|| chance.random_range(0..open.len()))
                else {
                    continue;
                };
                let reason = open.swap_remove(at);
                let Some(judgement) = view.judgements.iter().find(|j| j.why == reason) else {
                    continue;
                };
                ("withdrawal", format!("/judgements/{}/withdraw", judgement.id), Vec::new())
            }
        };
        let reason = match kind {
            "check" => "note",
            "note" => "text",
            _ => "why",
        };
        let mut fields: Vec<(&str, &str)> = vec![("csrf", &csrf), (reason, &why)];
        fields.extend(form.iter().map(|(name, value)| (*name, value.as_str())));
        let begun = Instant::now();
        let answer = client.post(&path, &fields);
        assert!(answer.status < 500, "{kind}: {}", String::from_utf8_lossy(&answer.body));
        if answer.status == 303 {
            if ["ring", "pair", "value"].contains(&kind) {
                open.push(why.clone());
            }
            made.push(Made { kind, why, by: name.to_owned(), took: begun.elapsed() });
        }
    }
    made
}

/// Imports file after file until the time is over; how many applications.
fn import(engine: &Engine, until: Instant) -> u64 {
    let mut rows = 0;
    for n in 1_u64.. {
        if Instant::now() >= until {
            break;
        }
        let size = if n.is_multiple_of(10) { MANY } else { FEW };
        let dir = synthetic::written(size, 1_000 + n);
        let file = dir.path().join("applications.csv");
        let text = fs::read_to_string(&file).unwrap().replace("\nA0", &format!("\nM{n}-"));
        fs::write(&file, text).unwrap();
        Engine::beside_pages(|| opened::import(engine, &dir));
        rows += size;
        thread::sleep(Duration::from_millis(500));
    }
    rows
}

/// Who decided what according to the journal: reason to name, and how often each reason is there.
fn journal(engine: &Engine) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    engine
        .store()
        .facts(Seq(0), &mut |_, fact| {
            let told = match fact {
                Fact::Judged(judgement) => Some((judgement.why, judgement.by)),
                Fact::Withdrawn { why, by, .. } => Some((why, by)),
                Fact::Checked(check) => Some((check.note, check.by)),
                Fact::Case { by, event: CaseEvent::Noted { text }, .. } => Some((text, by)),
                _ => None,
            };
            if let Some((why, by)) = told {
                found.entry(why).or_default().push(by);
            }
            Ok(())
        })
        .unwrap();
    found
}

fn main() {
    let seconds = number("RINGER_DECIDING_SECONDS", SECONDS);
    let dir = tempfile::tempdir().unwrap();
    let store = SledStore::open(dir.path(), SledOptions::default(), opened::clock()).unwrap();
    let trail = Arc::new(Trail::of(dir.path()));
    let engine = Arc::new(opened::engine(Box::new(store)).watched_by(trail.clone()));
    let size = number("RINGER_DECIDING_APPLICATIONS", APPLICATIONS);
    opened::import(&engine, &synthetic::written(size, 1));
    let people: Vec<String> = (0..PEOPLE).map(|n| format!("investigator-{n:02}")).collect();
    let doors = served::open(engine.clone(), &people, Role::Investigator, &trail);
    println!(
        "{PEOPLE} investigators, {size} applications, {} rings, {seconds} s",
        engine.view().rings.len()
    );

    let until = Instant::now() + Duration::from_secs(seconds);
    let (made, imported) = thread::scope(|scope| {
        let importing = scope.spawn(|| import(&engine, until));
        let engine = &engine;
        let deciding: Vec<_> = doors
            .into_iter()
            .zip(&people)
            .enumerate()
            .map(|(who, (door, name))| scope.spawn(move || decide(engine, door, who, name, until)))
            .collect();
        let made: Vec<Made> = deciding.into_iter().flat_map(|one| one.join().unwrap()).collect();
        (made, importing.join().unwrap())
    });

    println!("\n| decision | made | p50 ms | p95 ms | most ms |\n|---|---:|---:|---:|---:|");
    for kind in ["ring", "pair", "value", "check", "note", "withdrawal"] {
        let mut took: Vec<f64> = made
            .iter()
            .filter(|m| m.kind == kind)
            .map(|m| m.took.as_secs_f64() * 1_000.0)
            .collect();
        took.sort_by(f64::total_cmp);
        let at = |percent: usize| {
            let last = took.len().saturating_sub(1);
            took.get((took.len() * percent / 100).min(last)).copied().unwrap_or_default()
        };
        println!("| {kind} | {} | {:.1} | {:.1} | {:.1} |", took.len(), at(50), at(95), at(100));
    }
    println!("\n{imported} applications were imported meanwhile");

    let found = journal(&engine);
    let lost = made.iter().filter(|m| found.get(&m.why) != Some(&vec![m.by.clone()])).count();
    println!("{} decisions answered, {lost} lost, doubled or under another name", made.len());
    let checked = engine.verify().unwrap();
    println!(
        "the chain holds, and {} applicants, {} links and {} rings equal those computed anew",
        checked.applicants, checked.links, checked.rings
    );
    engine.anchor().unwrap();
    let held = audit::check(&trail, engine.store()).unwrap();
    println!(
        "the audit trail holds: {} entries, {} of them decisions, {} anchors",
        held.entries, held.decisions, held.anchors
    );
    assert!(made.len() >= PEOPLE, "too few decisions to say anything");
    assert_eq!(lost, 0);
}
