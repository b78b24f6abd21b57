//! The policy and precision on the command line.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

#[expect(dead_code, reason = "these tests write and read no files")]
mod ringer;

use ringer::{Dir, Run};
use serde_json::Value;

#[track_caller]
fn ends(dir: &Dir, args: &[&str], code: i32) -> Run {
    let run = dir.ringer(args);
    assert_eq!(run.code, code, "ringer {args:?}: {run:?}");
    run
}

#[track_caller]
fn json(dir: &Dir, args: &[&str]) -> Vec<Value> {
    let run = ends(dir, args, 0);
    serde_json::from_str(&run.stdout).unwrap()
}

fn store() -> Dir {
    let dir = Dir::new();
    ends(&dir, &["synth", "1000", "--seed", "8", "--out", "made"], 0);
    ends(&dir, &["import", "made/applications.csv"], 0);
    dir
}

fn threshold(dir: &Dir) -> Value {
    let all = json(dir, &["policy", "show", "--format", "json"]);
    all.into_iter().find(|line| line["number"] == "link.threshold").unwrap()
}

#[test]
fn thresholds_are_shown_foreseen_set_and_given_back() {
    let dir = store();
    let rings = dir.ringer(&["rings", "--format", "csv"]).stdout;
    let change = "link.threshold=6";
    let foreseen = json(&dir, &["policy", "what-if", "--set", change, "--format", "json"]);
    assert!(!foreseen.is_empty() && foreseen[0]["ring_id"].is_string(), "{foreseen:?}");
    assert_eq!(
        (threshold(&dir)["value"].as_f64(), &threshold(&dir)["source"]),
        (Some(1.5), &"built_in".into())
    );
    let set = ["policy", "set", change, "--why", "chance rings", "--by", "ann", "--format", "json"];
    assert_eq!(json(&dir, &set), foreseen, "what was foreseen is what happened");
    let now = threshold(&dir);
    assert_eq!(
        (now["value"].as_f64(), &now["source"], &now["by"]),
        (Some(6.0), &"set".into(), &"ann".into())
    );
    let again = ends(&dir, &set, 1);
    assert!(again.stderr.contains("nothing was changed"), "{again:?}");
    ends(&dir, &["verify"], 0);
    ends(&dir, &["policy", "reset", "--why", "after all not"], 0);
    assert_eq!(threshold(&dir)["source"], "built_in");
    assert_eq!(dir.ringer(&["rings", "--format", "csv"]).stdout, rings);
    ends(&dir, &["policy", "reset", "--why", "twice"], 1);
    ends(&dir, &["verify"], 0);
}

#[test]
fn what_cannot_be_set_is_refused_with_the_range() {
    let dir = store();
    for (set, said) in [
        ("link.threshold=NaN", "from -2 to 20 bits"),
        ("link.threshold=1e400", "from -2 to 20 bits"),
        ("ring.min_families=2.5", "a whole number from 1 to 6 families"),
        ("link.watch=19", "at most link.threshold"),
        ("link.phone=1", "possible are link.threshold"),
        ("link.threshold", "is no NAME=VALUE"),
        ("link.threshold=", "what is it to be?"),
    ] {
        for args in
            [vec!["policy", "what-if", "--set", set], vec!["policy", "set", set, "--why", "x"]]
        {
            let run = ends(&dir, &args, 2);
            assert!(run.stderr.contains(said), "{set}: {run:?}");
        }
    }
    ends(&dir, &["policy", "set", "link.threshold=3"], 2);
    let unknown = ends(&dir, &["policy", "reset", "link.pone", "--why", "x"], 2);
    assert!(unknown.stderr.contains("is no number"), "{unknown:?}");
    assert_eq!(threshold(&dir)["source"], "built_in");
}

#[test]
fn precision_is_told_by_division_and_not_of_too_few() {
    let dir = store();
    let nobody = ends(&dir, &["precision"], 1);
    assert!(nobody.stderr.contains("nobody has decided"), "{nobody:?}");
    let rings = json(&dir, &["rings", "--format", "json"]);
    let ring = rings[0]["ring_id"].as_str().unwrap();
    ends(&dir, &["judge", "ring", ring, "confirmed", "--why", "same hands"], 0);
    let all = json(&dir, &["precision", "--format", "json"]);
    assert_eq!((&all[0]["by"], &all[0]["confirmed"]), (&"all".into(), &1.into()));
    assert!(all.iter().all(|line| line["precision"].is_null()), "one ring says nothing");
    let sizes = json(&dir, &["precision", "--by", "size", "--format", "json"]);
    let n: u64 = sizes.iter().map(|line| line["confirmed"].as_u64().unwrap()).sum();
    assert_eq!(n, 1);
    let wrong = ends(&dir, &["precision", "--by", "shoe"], 2);
    assert!(wrong.stderr.contains("possible are month"), "{wrong:?}");
}
