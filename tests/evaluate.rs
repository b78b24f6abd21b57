//! Quality figures against values worked out by hand and against a naive count over all pairs.

use proptest::prelude::*;
use ringer::evaluate::{EvaluateError, Prf, Quality, Truth, evaluate, read_truth};
use std::collections::{BTreeMap, BTreeSet};

type Rows<'a> = &'a [(&'a str, &'a str, &'a str)];

fn truth(rows: Rows<'_>) -> Truth {
    let mut truth = Truth::default();
    for (application, person, ring) in rows {
        assert!(truth.add(application, person, ring), "{application} twice");
    }
    truth
}

fn quality(members: Rows<'_>, rows: Rows<'_>) -> Quality {
    evaluate(members.iter().copied(), &truth(rows))
}

/// Three persons of two applications each in one ring, and one outsider.
const TRUE: Rows<'static> = &[
    ("a1", "A", "R"),
    ("a2", "A", "R"),
    ("b1", "B", "R"),
    ("b2", "B", "R"),
    ("c1", "C", "R"),
    ("d1", "D", ""),
];

#[test]
fn a_perfect_answer_scores_one_everywhere() {
    let q = quality(TRUE, TRUE);
    assert_eq!(q.person.pair, Prf(1.0, 1.0, 1.0));
    assert_eq!(q.person.b3, Prf(1.0, 1.0, 1.0));
    assert_eq!(q.ring.pair, Prf(1.0, 1.0, 1.0));
    assert_eq!((q.ring.found, q.ring.right, q.ring.reported, q.ring.true_count), (1.0, 1.0, 1, 1));
    assert_eq!((q.ring.largest, q.lost, q.applications), (5, 0, 6));
}

#[test]
fn the_figures_of_a_mixed_answer_are_those_worked_out_by_hand() {
    // A is whole; b1 is alone; b2 was put to c1. The ring has a1, a2, b1 and the outsider; another has c1 alone.
    let q = quality(
        &[
            ("a1", "1", "X"),
            ("a2", "1", "X"),
            ("b1", "2", "X"),
            ("b2", "3", ""),
            ("c1", "3", "Y"),
            ("d1", "4", "X"),
        ],
        TRUE,
    );
    // Pairs: reported {a1a2, b2c1}, true {a1a2, b1b2}, both 1.
    assert_eq!(q.person.pair, Prf(0.5, 0.5, 0.5));
    // B-cubed precision (1+1+1+1/2+1/2+1)/6, recall (1+1+1/2+1/2+1+1)/6.
    assert_eq!(q.person.b3, Prf(0.83333, 0.83333, 0.83333));
    // Ring pairs: reported 6, true 10, both 3.
    assert_eq!(q.ring.pair, Prf(0.5, 0.3, 0.375));
    // X has 3 of 4 in R (75 %): neither right nor found. Y has 1 of 1: right, but 20 % of R.
    assert_eq!((q.ring.found, q.ring.right, q.ring.reported, q.ring.largest), (0.0, 0.5, 2, 4));
    assert_eq!((q.person.predicted, q.person.true_count), (4, 4));
}

#[test]
fn the_bars_of_sixty_and_eighty_percent_are_reached_at_exactly_that_share() {
    // 3 of 5 applications of the ring, nothing else: found.
    let q = quality(&[("a1", "1", "X"), ("b1", "2", "X"), ("c1", "3", "X")], TRUE);
    assert_eq!((q.ring.found, q.ring.right, q.lost), (1.0, 1.0, 3));
    // 2 of 5: right, not found.
    let q = quality(&[("a1", "1", "X"), ("b1", "2", "X")], TRUE);
    assert_eq!((q.ring.found, q.ring.right), (0.0, 1.0));
    // 4 of the ring and 1 outsider is exactly 80 %.
    let q = quality(
        &[("a1", "1", "X"), ("a2", "1", "X"), ("b1", "2", "X"), ("b2", "2", "X"), ("d1", "4", "X")],
        TRUE,
    );
    assert_eq!((q.ring.found, q.ring.right), (1.0, 1.0));
}

#[test]
fn a_ring_of_two_persons_can_be_right_but_is_not_among_those_to_find() {
    let rows: Rows<'_> = &[("a1", "A", "R"), ("b1", "B", "R")];
    let q = quality(rows, rows);
    assert_eq!((q.ring.true_count, q.ring.found, q.ring.right), (0, 0.0, 1.0));
}

#[test]
fn nothing_reported_is_precise_and_finds_nothing() {
    let q = quality(&[], TRUE);
    assert_eq!(q.person.pair, Prf(1.0, 0.0, 0.0));
    assert_eq!((q.lost, q.person.predicted, q.ring.reported), (6, 6, 0));
    assert_eq!(q.ring.pair, Prf(1.0, 0.0, 0.0));
}

#[test]
fn the_json_has_the_keys_that_scripts_read_and_kinds_only_when_known() {
    let mut truth = truth(TRUE);
    let json = |t: &Truth| serde_json::to_value(evaluate(TRUE.iter().copied(), t)).unwrap();
    let plain = json(&truth);
    assert_eq!(plain["person"]["pair"], serde_json::json!([1.0, 1.0, 1.0]));
    assert_eq!(plain["ring"]["true"], 1);
    assert_eq!(plain["person"]["true"], 4);
    assert!(plain.get("kinds").is_none());
    truth.set_kind("R", "farm");
    truth.set_kind("unknown", "farm");
    assert_eq!(json(&truth)["kinds"], serde_json::json!([{"kind": "farm", "found": 1, "true": 1}]));
}

#[test]
fn truth_files_are_read_by_column_name_and_refused_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let good = write("good.csv", "\u{feff}person_id,application_id,more\nP1,A1,x\nP1,A2,y\n");
    let truth = read_truth(&good).unwrap();
    assert_eq!((truth.applications(), truth.persons()), (2, 1));
    let lacking = write("lacking.csv", "application_id,who\nA1,P1\n");
    let error = read_truth(&lacking).unwrap_err();
    assert!(matches!(error, EvaluateError::Column { column: "person_id", .. }), "{error}");
    let twice = write("twice.csv", "application_id,person_id\nA1,P1\nA1,P2\n");
    let error = read_truth(&twice).unwrap_err();
    assert!(matches!(&error, EvaluateError::Repeated { row: 2, .. }), "{error}");
    assert!(read_truth(&dir.path().join("absent.csv")).is_err());
}

/// Every figure counted over all pairs and all rings, without any cleverness.
fn naive(members: &BTreeMap<usize, (u8, u8)>, truth: &[(u8, u8)]) -> [f64; 8] {
    let n = truth.len();
    let predicted = |i: usize| members.get(&i).copied();
    let same_person = |i, j| match (predicted(i), predicted(j)) {
        (Some(a), Some(b)) => a.0 == b.0,
        _ => i == j,
    };
    let same_ring = |i, j| match (predicted(i), predicted(j)) {
        (Some(a), Some(b)) => a.1 != 0 && a.1 == b.1,
        _ => false,
    };
    let (mut person, mut ring) = ([0.0; 3], [0.0; 3]);
    for i in 0..n {
        for j in 0..i {
            let (p, t) = (same_person(i, j), truth[i].0 == truth[j].0);
            for (k, yes) in [p, t, p && t].into_iter().enumerate() {
                person[k] += f64::from(u8::from(yes));
            }
            let (p, t) = (same_ring(i, j), truth[i].1 != 0 && truth[i].1 == truth[j].1);
            for (k, yes) in [p, t, p && t].into_iter().enumerate() {
                ring[k] += f64::from(u8::from(yes));
            }
        }
    }
    let share = |a: f64, b: f64| if b == 0.0 { 1.0 } else { a / b };
    let (mut bp, mut br) = (0.0, 0.0);
    for i in 0..n {
        let p: Vec<usize> = (0..n).filter(|&j| same_person(i, j)).collect();
        let t: Vec<usize> = (0..n).filter(|&j| truth[i].0 == truth[j].0).collect();
        let both = p.iter().filter(|j| t.contains(j)).count() as f64;
        bp += both / p.len() as f64 / n as f64;
        br += both / t.len() as f64 / n as f64;
    }
    let reported: BTreeSet<u8> = members.values().map(|m| m.1).filter(|r| *r != 0).collect();
    let actual: BTreeSet<u8> = truth.iter().map(|t| t.1).filter(|r| *r != 0).collect();
    let inside =
        |r: u8| (0..n).filter(|&i| predicted(i).is_some_and(|m| m.1 == r)).collect::<Vec<_>>();
    let (mut found, mut large, mut right) = (0.0, 0.0, BTreeSet::new());
    for &t in &actual {
        let all: Vec<usize> = (0..n).filter(|&i| truth[i].1 == t).collect();
        let persons: BTreeSet<u8> = all.iter().map(|&i| truth[i].0).collect();
        let mut hit = false;
        for &r in &reported {
            let mine = inside(r);
            let k = mine.iter().filter(|i| all.contains(i)).count() as f64;
            let belongs = k > 0.0 && k / mine.len() as f64 >= 0.8 - 1e-12;
            if belongs {
                right.insert(r);
            }
            hit |= belongs && k / all.len() as f64 >= 0.6 - 1e-12;
        }
        if persons.len() >= 3 {
            large += 1.0;
            found += f64::from(u8::from(hit));
        }
    }
    [
        share(person[2], person[0]),
        share(person[2], person[1]),
        bp,
        br,
        share(ring[2], ring[0]),
        share(ring[2], ring[1]),
        found / f64::max(1.0, large),
        right.len() as f64 / f64::max(1.0, reported.len() as f64),
    ]
}

proptest! {
    #[test]
    fn the_figures_equal_a_naive_count_on_random_groupings(
        truth in prop::collection::vec((0_u8..12, 0_u8..4), 1..40),
        answer in prop::collection::btree_map(0_usize..40, (0_u8..12, 0_u8..5), 0..40),
        salt in 0_u8..3,
    ) {
        // A person is in one ring only when the truth is drawn; that is not needed for the figures.
        let answer: BTreeMap<usize, (u8, u8)> =
            answer.into_iter().filter(|(i, _)| *i < truth.len()).collect();
        let mut labels = Truth::default();
        for (i, (p, r)) in truth.iter().enumerate() {
            let ring = if *r == 0 { String::new() } else { format!("r{r}") };
            labels.add(&i.to_string(), &format!("p{p}"), &ring);
        }
        let members: Vec<(String, String, String)> = answer
            .iter()
            .map(|(i, (p, r))| {
                let ring = if *r == 0 { String::new() } else { format!("{salt}-{r}") };
                (i.to_string(), format!("{salt}-{p}"), ring)
            })
            .collect();
        let forward = evaluate(members.iter().map(|(a, p, r)| (a, p, r)), &labels);
        let backward = evaluate(members.iter().rev().map(|(a, p, r)| (a, p, r)), &labels);
        prop_assert_eq!(&forward, &backward);
        let q = forward;
        let got = [
            q.person.pair.0, q.person.pair.1, q.person.b3.0, q.person.b3.1,
            q.ring.pair.0, q.ring.pair.1, q.ring.found, q.ring.right,
        ];
        for (got, want) in got.into_iter().zip(naive(&answer, &truth)) {
            prop_assert!((got - want).abs() < 1e-5, "{} is not {}", got, want);
        }
    }
}
