//! Several processes on one store: whoever has it runs, whoever does not asks, and nothing is run twice.

use crate::{
    house::schedule,
    ringer::{Dir, Run},
};
use ringer::{
    engine::Engine,
    matching::Policy,
    model::{Clock, FixedClock, Moment, SystemClock},
    store::{SledOptions, SledStore},
};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
    sync::Arc,
};

/// A folder with a store in which a schedule has been due for ten days.
fn overdue(cron: &str) -> Dir {
    let dir = Dir::new();
    let ago = Moment(SystemClock.now().0 - 10 * 86_400);
    let clock = Arc::new(FixedClock(ago));
    let store = open(&dir, clock.clone());
    let engine = Engine::open(Box::new(store), Policy::default(), clock).unwrap();
    engine.set_schedule(schedule("often", cron, "America/New_York"), "ann").unwrap();
    dir
}

fn open(dir: &Dir, clock: Arc<FixedClock>) -> SledStore {
    SledStore::open(&dir.path().join("ringer-data"), SledOptions::default(), clock).unwrap()
}

fn json(run: &Run) -> Vec<Value> {
    assert_eq!(run.code, 0, "{run:?}");
    serde_json::from_str(&run.stdout).unwrap_or_else(|e| panic!("{e}: {run:?}"))
}

fn listed(dir: &Dir) -> Vec<Value> {
    json(&dir.ringer(&["report", "list", "--format", "json"]))
}

/// `ringer serve`, killed when it is dropped.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn serve(dir: &Dir) -> Served {
    let mut command = dir.command(&["serve", "--bind", "127.0.0.1:0"]);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut link = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut link).unwrap();
    assert!(link.starts_with("http://127.0.0.1:"), "{link}");
    Served(child)
}

/// What waits to be run.
fn waiting(dir: &Dir) -> usize {
    fs::read_dir(dir.path().join("ringer-data/reports/asked")).map_or(0, Iterator::count)
}

#[test]
fn a_server_runs_what_another_process_asks_for() {
    let dir = overdue("0 7 1 1 *");
    let served = serve(&dir);
    let asked = dir.ringer(&["report", "run", "often", "--by", "ben", "--format", "json"]);
    let [run] = <[Value; 1]>::try_from(json(&asked)).unwrap();
    assert_eq!((&run["outcome"], &run["by"]), (&"made".into(), &"ben".into()), "{run}");
    assert!(asked.stderr.contains("it was asked to run this"), "{asked:?}");
    let [on_record] = <[Value; 1]>::try_from(listed(&dir)).unwrap();
    assert_eq!(on_record["report_id"], run["report_id"]);
    let id = run["report_id"].as_str().unwrap();
    let shown = dir.ringer(&["report", "show", id]);
    assert!(shown.stdout.contains("Data quality") && shown.code == 0, "{shown:?}");
    let none = dir.ringer(&["report", "run", "rarely"]);
    assert!(none.code == 1 && none.stderr.contains("rarely"), "{none:?}");
    let nothing_due = dir.ringer(&["report", "run", "--due", "--format", "json"]);
    assert!(json(&nothing_due).is_empty() && nothing_due.stderr.contains("nothing is due"));
    assert_eq!(waiting(&dir), 0, "no request and no answer is left");
    drop(served);
    assert_eq!(listed(&dir).len(), 1);
}

#[test]
fn processes_that_run_what_is_due_at_once_run_it_once() {
    // Due once in those ten days, and not again while the test runs.
    let yesterday = jiff::Timestamp::from_second(SystemClock.now().0 - 86_400).unwrap();
    let day = yesterday.to_zoned_datetime(jiff::tz::TimeZone::UTC).day();
    let dir = overdue(&format!("0 12 {day} * *"));
    let served = serve(&dir);
    let start = |_| {
        let mut command = dir.command(&["report", "run", "--due", "--format", "json"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let beside: Vec<Child> = (0..2).map(start).collect();
    let mut ends: Vec<_> =
        beside.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    drop(served);
    let alone: Vec<Child> = (0..3).map(start).collect();
    ends.extend(alone.into_iter().map(|child| child.wait_with_output().unwrap()));
    for end in &ends {
        assert_eq!(end.status.code(), Some(0), "{}", String::from_utf8_lossy(&end.stderr));
    }
    let [run] = <[Value; 1]>::try_from(listed(&dir)).unwrap();
    assert!(run["due"].is_string() && run["outcome"] == "made", "{run}");
}

#[test]
fn processes_without_a_server_run_what_is_due_once_and_say_how_much_it_stands_for() {
    let dir = overdue("0 7 * * *");
    let start = |_| {
        let mut command = dir.command(&["report", "run", "--due"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let all: Vec<Child> = (0..3).map(start).collect();
    for child in all {
        let end = child.wait_with_output().unwrap();
        assert_eq!(end.status.code(), Some(0), "{}", String::from_utf8_lossy(&end.stderr));
    }
    let runs = listed(&dir);
    // Seven o'clock may strike while the test runs.
    assert!((1..=2).contains(&runs.len()), "{runs:?}");
    let missed = runs.last().unwrap()["missed"].as_u64().unwrap();
    assert!((8..=10).contains(&missed), "{missed}");
}

#[test]
fn where_nobody_answers_the_holder_is_named_and_the_request_is_withdrawn() {
    let dir = overdue("0 7 1 1 *");
    let store = open(&dir, Arc::new(FixedClock(SystemClock.now())));
    assert!(dir.read("ringer-data/LOCK").starts_with(&std::process::id().to_string()));
    let run = dir.ringer(&["report", "run", "often", "--wait", "1"]);
    assert_eq!(run.code, 2, "{run:?}");
    let holder = format!("process {}", std::process::id());
    assert!(run.stderr.contains(&holder) && run.stderr.contains("ringer serve"), "{run:?}");
    assert_eq!(waiting(&dir), 0);
    let mut command = dir.command(&["report", "run", "often", "--wait", "600", "--format", "json"]);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("it was asked to run this") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "it ended without asking");
    }
    drop(store);
    let end = child.wait_with_output().unwrap();
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(end.status.code(), Some(0), "{rest}");
    let runs: Vec<Value> = serde_json::from_slice(&end.stdout).unwrap();
    assert_eq!(runs.len(), 1, "whoever had the store is gone, so it runs it itself");
    assert_eq!((waiting(&dir), listed(&dir).len()), (0, 1));
}

#[test]
fn schedules_are_made_shown_paused_and_removed() {
    let dir = Dir::new();
    dir.write("a.csv", "application_id,full_name,email\nA-1,Ada Quill,ada@example.com\n");
    assert_eq!(dir.ringer(&["import", "a.csv"]).code, 0);
    let empty = dir.ringer(&["report", "schedule", "list"]);
    assert!(empty.code == 1 && empty.stderr.contains("schedule add"), "{empty:?}");
    let add = |more: &[&str]| {
        let mut args = vec!["report", "schedule", "add", "--name", "weekly"];
        args.extend_from_slice(more);
        dir.ringer(&args)
    };
    for (more, said) in [
        (vec!["--cron", "0 0 7 * * MON"], "6 fields"),
        (vec!["--cron", "0 7 * * MON", "--zone", "Mars/Olympus"], "America/New_York"),
        (vec!["--cron", "0 7 * * MON", "--filter", "size=3"], "min=N"),
        (vec!["--cron", "0 7 * * MON", "--to", "nobody"], "a mailbox"),
        (vec!["--cron", "0 7 * * MON", "--format", "docx"], "pdf"),
    ] {
        let run = add(&more);
        assert!(run.code == 2 && run.stderr.contains(said), "{more:?}: {run:?}");
    }
    let right = ["--cron", "0 7 * * mon", "--zone", "America/New_York", "--to", "ann@example.com"];
    let made = add(&[&right[..], &["--to", "folder:/srv/r", "--format", "html,csv"]].concat());
    assert!(made.code == 0 && made.stdout.contains("every Monday at 07:00"), "{made:?}");
    let twice = add(&right);
    assert!(twice.code == 2 && twice.stderr.contains("--replace"), "{twice:?}");
    let shown = dir.ringer(&["report", "schedule", "show", "weekly", "--format", "json"]);
    let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(shown["when"], "every Monday at 07:00, New York time");
    assert!(shown["next"].as_str().unwrap().contains(" 07:00 E"), "{shown}");
    assert!(shown["next_utc"].as_str().unwrap().ends_with(":00:00Z"), "{shown}");
    assert_eq!(shown["formats"], serde_json::json!(["html", "csv"]));
    let no_why = dir.ringer(&["report", "schedule", "pause", "weekly"]);
    assert!(no_why.code == 2 && no_why.stderr.contains("--why"), "{no_why:?}");
    let turn = |what: &str| dir.ringer(&["report", "schedule", what, "weekly", "--why", "a test"]);
    assert!(turn("pause").stdout.contains("paused"));
    assert_eq!(turn("resume").code, 0);
    assert_eq!(turn("remove").code, 0);
    assert_eq!(dir.names(), ["a.csv", "ringer-data"]);
    let gone = turn("pause");
    assert!(gone.code == 1 && gone.stderr.contains("weekly"), "{gone:?}");
}
