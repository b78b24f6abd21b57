//! Reports made again: whatever happened before and comes afterwards, a report of what was present at one moment is, made again
//! from the journal, the same byte for byte.

use crate::{
    applications::SYNTH,
    histories::{changed, dense, some_judgement},
    lab::{Row, engine, import, judge, undo, withdraw},
    thresholds::some_changes,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ringer::{
    casework::keeping::RetentionPolicy,
    engine::{CaseChange, Engine},
    indicators::RingAssessment,
    matching::thresholds::Changes,
    model::{
        CaseEvent, CaseSubject, CheckItem, CheckResult, FileHash, Grade, JudgementId, Moment,
        Point, ReportRun, RingStatus, Tlp, Verdict, WatchEntry, WatchKind,
    },
    reports::{
        Order, Report,
        again::{self, Same},
        build, digest,
    },
};

/// Steps of a history.
const STEPS: usize = 14;

/// 2026-11-23.
const NOW: i64 = 1_795_392_000;

/// A ceiling that some have passed, so that reports name people.
fn retention() -> RetentionPolicy {
    RetentionPolicy { ceiling_days: 200.try_into().ok(), ..RetentionPolicy::default() }
}

/// A report of what is present, as an order says it, and the run that a runner would put on record.
fn made(engine: &Engine, since: Point, at: Moment) -> (ReportRun, Report) {
    let present = engine.present();
    let order = Order {
        schedule: "weekly".parse().unwrap(),
        filter: String::new(),
        zone: "America/New_York".to_owned(),
        since,
        at,
        is_first: engine.view().reports.last_made(&"weekly".parse().unwrap()).is_none(),
        due: Some(at),
        missed: 1,
    };
    let retention = retention();
    let report = build(engine, &present, &retention, &order).unwrap();
    let run = ReportRun {
        id: report.heading.id.clone(),
        schedule: order.schedule,
        filter: order.filter,
        zone: order.zone,
        due: order.due,
        missed: order.missed,
        since,
        until: report.heading.until,
        head: FileHash::of(&present.head.hash).unwrap(),
        settings: again::settings(engine, &retention),
        format: report.heading.format,
        to: Default::default(),
        formats: Default::default(),
        personal: false,
        by: "ringer".to_owned(),
        took: 1,
        outcome: ringer::model::RunOutcome::Made {
            digest: digest(&report.canonical().unwrap()).unwrap(),
            counts: Default::default(),
        },
    };
    (run, report)
}

/// What sections look at of the rings of an engine that stands still: the queue, and what is said of each ring.
fn looked_at(engine: &Engine, present: &ringer::engine::Present, at: Moment) -> Vec<String> {
    let still = engine.still(present, at);
    let view = still.view();
    let assessed = still.assess_rings(&view);
    let mut all: Vec<String> = Vec::new();
    for (ring, assessment) in view.queue(&assessed) {
        all.push(format!("{} {:?} {:?}", ring.id, ring.status, assessment.order()));
        // Places depend on numbers, and those on what was computed before; whoever lists people sorts them by their ids.
        let id = |place: usize| view.network.applicant(ring.members[place]).id.to_string();
        let mut members: Vec<String> = assessment
            .members
            .iter()
            .enumerate()
            .map(|(place, member)| format!("{} {member:?}", id(place)))
            .collect();
        members.sort();
        all.extend(members);
        for signal in &assessment.signals {
            let mut who: Vec<String> = signal.members.iter().map(|&place| id(place)).collect();
            who.sort();
            all.push(format!("{} {} {who:?}", signal.indicator.id, signal.bits));
        }
        let rest = RingAssessment {
            members: Vec::new(),
            signals: Vec::new(),
            ..RingAssessment::clone(&assessment)
        };
        all.extend(format!("{rest:#?}").lines().map(str::to_owned));
    }
    all.extend(still.rule_precision(&view).iter().map(|rule| format!("{rule:?}")));
    all
}

fn watch(engine: &Engine, dice: &mut ChaCha8Rng) {
    let value = format!("+1 212 555 {:04}", 100 + dice.random_range(0..12) * 7);
    let begins = Moment(NOW + dice.random_range(-400..40) * 86_400);
    let entry = WatchEntry {
        id: WatchEntry::id_of("own", WatchKind::Phone, &value),
        list: "own".to_owned(),
        kind: WatchKind::Phone,
        value,
        aliases: Vec::new(),
        weak_aliases: Vec::new(),
        reason: "seen before".to_owned(),
        source: "us".to_owned(),
        grade: Grade::High,
        tlp: Tlp::Amber,
        added: begins,
        expires: dice.random::<bool>().then(|| Moment(begins.0 + 30 * 86_400)),
    };
    engine.watch(vec![entry], "tester").unwrap();
}

/// Work on a ring: a verdict, a case, a check of a member.
fn work(engine: &Engine, dice: &mut ChaCha8Rng) {
    let view = engine.view();
    if view.rings.is_empty() {
        return;
    }
    let ring = &view.rings[dice.random_range(0..view.rings.len())];
    match dice.random_range(0..3) {
        0 => {
            let verdict = RingStatus::ALL[dice.random_range(0..RingStatus::ALL.len())];
            judge(engine, Verdict::Ring { ring: ring.id.clone(), verdict });
        }
        1 => match engine.open_case(CaseSubject::Ring(ring.id.clone()), "a look", "tester") {
            Ok(case) => {
                let expected = engine.cases().get(&case).unwrap().version;
                let events = vec![CaseEvent::Noted { text: "called".to_owned() }];
                engine.change_cases(&[CaseChange { case, expected, events }], "tester").unwrap();
            }
            Err(open) => assert!(open.to_string().contains("case"), "{open}"),
        },
        _ => {
            let network = &view.network;
            let app = network.applicant(ring.members[0]).applications[0];
            let (item, result) = (
                CheckItem::ALL[dice.random_range(0..CheckItem::ALL.len())],
                CheckResult::ALL[dice.random_range(0..CheckResult::ALL.len())],
            );
            engine.check(&network.corpus().id(app), item, result, "tester", "seen").unwrap();
        }
    }
}

fn step(
    engine: &Engine,
    all: &[Row],
    rest: &mut Vec<Row>,
    in_force: &mut Vec<JudgementId>,
    dice: &mut ChaCha8Rng,
) {
    match dice.random_range(0..12) {
        0..4 => {
            let some = dice.random_range(1..=6).min(rest.len());
            import(engine, &rest.drain(..some).collect::<Vec<Row>>());
        }
        4 => drop(import(engine, &[changed(all, dice)])),
        5 => in_force.extend(some_judgement(engine, dice)),
        6 if !in_force.is_empty() => {
            let id = in_force.remove(dice.random_range(0..in_force.len()));
            withdraw(engine, &id);
        }
        7 => {
            let imports = engine.imports();
            let some = &imports[dice.random_range(0..imports.len())];
            if some.withdrawn.is_none() && imports.len() > 2 {
                undo(engine, &some.id);
            }
        }
        8 => {
            let policy = engine.policy();
            let changes = match dice.random::<bool>() {
                true => Changes::between(&policy, engine.configured()),
                false => some_changes(&policy, dice),
            };
            // Nothing is set where all is as configured already.
            let _ = engine.set_policy(&changes, &engine.view().stand(), "tester", "to see");
        }
        9 => watch(engine, dice),
        _ => work(engine, dice),
    }
}

/// Lives through a history in which reports are made, and makes each again at the end.
fn history(all: &[Row], dice: &mut ChaCha8Rng) -> usize {
    let engine = engine();
    let mut rest = all.to_vec();
    let at_once = dice.random_range(1..rest.len());
    import(&engine, &rest.drain(..at_once).collect::<Vec<Row>>());
    let (mut in_force, mut runs, mut since) = (Vec::new(), Vec::new(), Point::default());
    for n in 0..STEPS {
        step(&engine, all, &mut rest, &mut in_force, dice);
        if dice.random_range(0..3) == 0 {
            // Somebody looked at the queue before, and some time ago.
            let _ = engine.assess_rings(&engine.view());
        }
        if n % 5 == 3 {
            let at = Moment(NOW + i64::try_from(n).unwrap() * 86_400 * 7);
            let seen = looked_at(&engine, &engine.present(), at);
            let (run, report) = made(&engine, since, at);
            since = run.until;
            engine.record_run(run.clone()).unwrap();
            runs.push((run, report, seen));
        }
    }
    let retention = retention();
    for (run, report, seen) in &runs {
        let then = engine.as_of(run.until.seq, run.until.at).unwrap();
        let anew = looked_at(&then, &then.present(), run.until.at);
        if let Some((was, is)) = seen.iter().zip(&anew).find(|(a, b)| a != b) {
            let at = seen.iter().zip(&anew).position(|(a, b)| a != b).unwrap();
            let around = seen[at.saturating_sub(30)..at].join("\n");
            panic!("as of {}: {around}\nthen: {was}\nanew: {is}", run.until.seq.0);
        }
        assert_eq!(seen.len(), anew.len());
        let anew = again::again(&engine, run, &retention).unwrap();
        let texts = [report, &anew].map(|r| serde_json::to_string_pretty(r).unwrap());
        if let Some((was, is)) = texts[0].lines().zip(texts[1].lines()).find(|(a, b)| a != b) {
            panic!("report {}: {was}\nmade again: {is}", run.until.seq.0);
        }
        let same = again::compare(&engine, &retention, run, &anew).unwrap();
        assert_eq!(same, Same::Same, "as of fact {}", run.until.seq.0);
    }
    runs.len()
}

#[test]
fn made_again_after_much_more_happened_they_are_the_same_byte_for_byte() {
    for seed in 0..2 {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let n = dice.random_range(20..100);
        let all = dense(n, &mut dice);
        println!("dense history {seed}");
        assert!(history(&all, &mut dice) > 0);
        let mut dice = ChaCha8Rng::seed_from_u64(1_000_000 + seed);
        let slice = &SYNTH[dice.random_range(0..SYNTH.len())];
        println!("synthetic history {seed}");
        assert!(history(slice, &mut dice) > 0);
    }
}

#[test]
fn under_other_settings_it_is_said_that_they_are_others() {
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    let all = dense(60, &mut dice);
    let engine = engine();
    import(&engine, &all);
    let (mut run, report) = made(&engine, Point::default(), Moment(NOW));
    let retention = retention();
    let differs =
        |run: &ReportRun, report: &Report| match again::compare(&engine, &retention, run, report)
            .unwrap()
        {
            Same::Same => String::new(),
            Same::Differs(why) => {
                why.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
            }
        };
    assert_eq!(differs(&run, &report), "");
    let other = Report { headline: "other".to_owned(), ..report.clone() };
    assert!(differs(&run, &other).contains("a defect"));
    let set = RetentionPolicy { floor_days: 400.try_into().unwrap(), ..retention.clone() };
    run.settings = again::settings(&engine, &set);
    assert!(differs(&run, &other).starts_with("the settings are others now"));
    run.format += 1;
    assert!(differs(&run, &other).starts_with("reports have version"));
    run.head = "00".repeat(32).parse().unwrap();
    assert!(differs(&run, &other).contains("not the one that it was made from"));
    assert_eq!(differs(&run, &report), "", "the bytes are the same");
}
