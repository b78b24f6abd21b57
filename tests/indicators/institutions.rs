//! Names of schools against watched ones: a table of pairs, each labelled, made of the universities of the reference table, the
//! lists that come with Ringer, and names in other languages. How well they are told, and that a third of the table which was
//! not looked at while the words were chosen is told as well.

use ringer::{
    indicators::{
        WatchHit, WatchLists,
        watch::{Claim, Claims, How, SHIPPED, shipped},
    },
    model::{Grade, Moment, Tlp, WatchEntry, WatchKind},
};
use std::{collections::BTreeMap, fs, path::Path};

/// One row of the table.
struct Pair {
    claimed: String,
    watched: String,
    same: bool,
    kind: String,
}

impl Pair {
    /// Whether it is in the third that was kept aside.
    fn is_aside(&self) -> bool {
        let text = format!("{}\t{}", self.claimed, self.watched);
        xxhash_rust::xxh3::xxh3_64(text.as_bytes()).is_multiple_of(3)
    }
}

fn pairs() -> Vec<Pair> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/indicators/institutions.tsv");
    let text = fs::read_to_string(path).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [claimed, watched, same, kind] = cells[..] else { panic!("{line}") };
        Pair {
            claimed: claimed.into(),
            watched: watched.into(),
            same: same == "yes",
            kind: kind.into(),
        }
    };
    text.lines().filter(|l| !l.starts_with('#')).map(row).collect()
}

/// Everything that comes with Ringer, and the other watched names of the table.
fn lists(pairs: &[Pair]) -> WatchLists {
    let mut entries = shipped(&SHIPPED.iter().map(|l| l.name.to_owned()).collect());
    for pair in pairs {
        if !entries.iter().any(|e| e.value == pair.watched) {
            entries.push(WatchEntry {
                id: WatchEntry::id_of("table", WatchKind::Institution, &pair.watched),
                list: "table".into(),
                kind: WatchKind::Institution,
                value: pair.watched.clone(),
                aliases: Vec::new(),
                weak_aliases: Vec::new(),
                reason: String::new(),
                source: String::new(),
                grade: Grade::Low,
                tlp: Tlp::Clear,
                added: Moment(0),
                expires: None,
            });
        }
    }
    for entry in &mut entries {
        (entry.added, entry.expires) = (Moment(0), None);
    }
    WatchLists::new(entries, Moment(0))
}

fn hits(lists: &WatchLists, name: &str) -> Vec<WatchHit> {
    let claim = Claim { name: name.to_owned(), ..Claim::default() };
    let claims = Claims { schools: vec![claim], ..Claims::default() };
    lists.schools(&claims)
}

/// Pairs told to be the same rightly, wrongly, and those not told.
#[derive(Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Score {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    fn of(part: usize, whole: usize) -> f64 {
        if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
    }

    fn precision(&self) -> f64 {
        Self::of(self.right, self.right + self.wrong)
    }

    fn recall(&self) -> f64 {
        Self::of(self.right, self.right + self.missed)
    }

    fn told(&self, what: &str) -> String {
        format!("{what}: precision {:.3}, recall {:.3}", self.precision(), self.recall())
    }
}

#[test]
fn schools_are_told_in_other_spellings_and_from_others_of_nearly_the_same_name() {
    let pairs = pairs();
    let (yes, no) =
        (pairs.iter().filter(|p| p.same).count(), pairs.iter().filter(|p| !p.same).count());
    assert!(
        pairs.len() >= 300 && yes * 3 >= pairs.len() && no * 3 >= pairs.len(),
        "{yes} and {no}"
    );
    let lists = lists(&pairs);
    let (mut all, mut seen, mut aside) = (Score::default(), Score::default(), Score::default());
    let mut kinds: BTreeMap<&str, Score> = BTreeMap::new();
    let mut problems = Vec::new();
    for pair in &pairs {
        let found = hits(&lists, &pair.claimed).iter().any(|h| h.entry.value == pair.watched);
        let part = if pair.is_aside() { &mut aside } else { &mut seen };
        for score in [&mut all, part, kinds.entry(&pair.kind).or_default()] {
            match (found, pair.same) {
                (true, true) => score.right += 1,
                (true, false) => score.wrong += 1,
                (false, true) => score.missed += 1,
                (false, false) => {}
            }
        }
        if found != pair.same && !pair.is_aside() {
            problems.push(format!("{}: {} / {}", pair.kind, pair.claimed, pair.watched));
        }
    }
    let kinds = kinds.iter().map(|(kind, score)| score.told(kind)).collect::<Vec<_>>().join("\n");
    println!("{}\n{}\n{}", all.told("all"), seen.told("two thirds"), aside.told("kept aside"));
    println!("{kinds}\n{}", problems.join("\n"));
    assert!(all.precision() >= 0.98 && all.recall() >= 0.95, "{}", all.told("all"));
    assert!(aside.precision() >= 0.98 && aside.recall() >= 0.9, "{}", aside.told("kept aside"));
}

#[test]
fn of_all_known_schools_hardly_any_is_taken_for_one_on_a_shipped_list() {
    let lists = lists(&[]);
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("seed_data/reference/universities.tsv.gz");
    let mut text = String::new();
    std::io::Read::read_to_string(
        &mut flate2::read::GzDecoder::new(fs::File::open(file).unwrap()),
        &mut text,
    )
    .unwrap();
    let mut told = Vec::new();
    let mut n = 0;
    for name in text.lines().skip(1).filter_map(|line| line.split('\t').next()) {
        n += 1;
        for hit in hits(&lists, name) {
            told.push(format!("{name} / {} ({})", hit.entry.value, hit.how.name()));
            // A school that is known is never a slip for another.
            assert!(!matches!(hit.how, How::Misspelled | How::Within), "{told:?}");
        }
    }
    println!("{n} schools\n{}", told.join("\n"));
    assert!((10..=30).contains(&told.len()), "{told:?}");
}
