//! Data quality: what came in the period, what could not be taken, what is missing from it, and what has become old. Not
//! responsible for reading files (`ingest`) nor for what is watched (`indicators::watch`).
//!
//! Invariant: shares are told with the numbers that they are of; no file is named, for people put names into names of files.

use crate::{
    explain::words::{count, grouped},
    matching::Corpus,
    model::{AppIx, AttributeKind, ImportRecord, Moment},
    reports::{
        ReportError,
        ground::Ground,
        section::{Line, Section, Table},
        sections::SectionKind,
        text::{Target, Text},
    },
};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "quality",
    title: "Data quality",
    about: "Imports of the period with rows read, new, changed, repeated and rejected; which values applications came without, \
            against before; watch-lists and files of addresses that are old; imports that stopped coming or were withdrawn.",
    build,
};

/// Imports that are told one by one.
const MOST: usize = 20;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Days after which an entry of a watch-list is old.
const OLD_ENTRY: i64 = 365;

/// Days after which a file of addresses is old: networks change hands.
const OLD_FILE: i64 = 90;

/// Periods before that are looked at for imports.
const BEFORE: i64 = 4;

/// Values that nearly every application should have.
const IMPORTANT: &[AttributeKind] = &[
    AttributeKind::Phone,
    AttributeKind::Email,
    AttributeKind::Address,
    AttributeKind::Ip,
    AttributeKind::Device,
    AttributeKind::Document,
    AttributeKind::Institution,
    AttributeKind::Employer,
];

/// Points of percentage by which a share has to grow to be told in a line.
const GROWN: f64 = 10.0;

/// Fewest applications of which a share is told in a line.
const FEWEST: usize = 20;

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let imports = Imports::of(ground);
    let mut lines = imports.lines();
    let missing = Missing::of(ground);
    lines.extend(missing.lines());
    lines.extend(stopped(ground));
    lines.extend(old_lists(ground));
    lines.extend(old_files(ground));
    let arrived = ground.period.arrived.len();
    let fresh = ground.period.arrived.values().filter(|arrived| arrived.is_new).count();
    let mut summary = match arrived {
        0 => "No application came in this period.".to_owned(),
        n => format!(
            "{} came in this period, {} of them new, in {}; {} could not be taken.",
            count(n, "application", "applications"),
            grouped(fresh),
            count(imports.counted.len(), "import", "imports"),
            count(imports.rejected(), "row", "rows"),
        ),
    };
    if lines.is_empty() {
        summary.push_str(" Nothing about the data calls for anybody.");
    }
    let tables = [imports.table(), missing.table()].into_iter().flatten().collect();
    let all = lines.len();
    let section = Section { summary, tables, ..Section::default() };
    Ok(section.listing(lines, all))
}

fn size(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn page(path: &str) -> Target {
    Target::Page(path.to_owned())
}

/// Imports of the period.
struct Imports<'g> {
    /// Those that count, oldest first.
    counted: Vec<&'g ImportRecord>,
    /// Those withdrawn in the period, whenever they came.
    withdrawn: Vec<&'g ImportRecord>,
}

impl<'g> Imports<'g> {
    fn of(ground: &Ground<'g>) -> Self {
        let records: BTreeMap<_, _> = ground.view.imports.iter().map(|r| (&r.id, r)).collect();
        let known = |ids: &[_]| -> Vec<&'g ImportRecord> {
            ids.iter().filter_map(|id| records.get(id).copied()).collect()
        };
        let counted = known(&ground.period.imports);
        let counted = counted.into_iter().filter(|record| record.withdrawn.is_none()).collect();
        Self { counted, withdrawn: known(&ground.period.withdrawn) }
    }

    fn rejected(&self) -> usize {
        size(self.counted.iter().map(|record| record.counts.rejected).sum())
    }

    fn table(&self) -> Option<Table> {
        if self.counted.is_empty() {
            return None;
        }
        let row = |name: Text, numbers: [u64; 5]| {
            std::iter::once(name).chain(numbers.map(|n| Text::plain(grouped(n)))).collect()
        };
        let numbers = |record: &ImportRecord| {
            let counts = &record.counts;
            [counts.read, counts.new, counts.changed, counts.repeated, counts.rejected]
        };
        let of = |record: &&ImportRecord| {
            let name = format!("{}, {}", record.id, record.started.day());
            row(Text::default().link(name, page("/import")), numbers(record))
        };
        let left = self.counted.len().saturating_sub(MOST);
        let mut rows: Vec<Vec<Text>> = self.counted.iter().skip(left).map(of).collect();
        let all = self.counted.iter().map(|record| numbers(record));
        let sum = all.fold([0; 5], |mut sum: [u64; 5], numbers| {
            sum.iter_mut().zip(numbers).for_each(|(sum, n)| *sum = sum.saturating_add(n));
            sum
        });
        rows.push(row(Text::plain("All imports of the period"), sum));
        let head = ["Import", "Rows read", "New", "Changed", "Repeated", "Rejected"];
        Some(Table {
            caption: "Imports of the period".to_owned(),
            head: head.map(str::to_owned).to_vec(),
            rows,
            note: match left {
                0 => "Changed are among the new: versions of an application that was known."
                    .to_owned(),
                n => format!(
                    "Changed are among the new: versions of an application that was known. {} before these are in the sum alone.",
                    count(n, "import", "imports")
                ),
            },
        })
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for record in &self.counted {
            let counts = &record.counts;
            if counts.rejected == 0 && record.finished.is_some() {
                continue;
            }
            let text = match record.finished {
                None => format!(
                    "The import {} broke off after {}",
                    record.id,
                    count(size(counts.read), "row", "rows")
                ),
                Some(_) => format!(
                    "{} of {} in the import {} could not be taken",
                    grouped(counts.rejected),
                    count(size(counts.read), "row", "rows"),
                    record.id
                ),
            };
            let act = match record.finished {
                None => {
                    "Whoever imports: import the same file again; what came is not taken twice."
                }
                Some(_) => "Whoever imports: mend the rejected rows and import them again.",
            };
            lines.push(Line {
                at: Some(record.started),
                about: Some(page("/import")),
                text: Text::plain(text),
                act: Some(act.to_owned()),
                ..Line::default()
            });
        }
        for record in &self.withdrawn {
            let Some(withdrawn) = &record.withdrawn else { continue };
            lines.push(Line {
                at: Some(withdrawn.at),
                about: Some(page("/import")),
                text: Text::plain(format!(
                    "The import {} of {} was withdrawn: {} it brought count no more",
                    record.id,
                    record.started.day(),
                    count(size(record.counts.new), "version", "versions"),
                )),
                ..Line::default()
            });
        }
        lines
    }
}

/// Applications without a value of a sort, among those that are new in the period and among those before.
struct Missing {
    /// How many came, and how many were there.
    of: [usize; 2],
    /// What is missing, and how often.
    rows: Vec<(&'static str, [usize; 2])>,
}

impl Missing {
    /// O(values of all applications), on all cores.
    fn of(ground: &Ground<'_>) -> Self {
        let corpus = ground.view.network.corpus();
        let is_new = |app: AppIx| ground.period.is_new(&corpus.id(app));
        let mut is_fresh = vec![ground.period.since.seq.0 == 0; corpus.len()];
        if ground.period.since.seq.0 > 0 {
            for app in ground.period.arrived.keys().filter_map(|id| corpus.find(id)) {
                if let Some(fresh) = is_fresh.get_mut(app.at()) {
                    *fresh = is_new(app);
                }
            }
        }
        let n = IMPORTANT.len() + 1;
        let none = || vec![[0_usize; 2]; n + 1];
        let apps: Vec<AppIx> = corpus.apps().collect();
        let counted = apps.par_chunks(10_000).map(|some| {
            let mut counts = none();
            for &app in some {
                let side = usize::from(!is_fresh.get(app.at()).copied().unwrap_or_default());
                for (count, is_missing) in counts.iter_mut().zip(gaps(corpus, app)) {
                    if let Some(count) = count.get_mut(side) {
                        *count += usize::from(is_missing);
                    }
                }
            }
            counts
        });
        let counts = counted.reduce(none, |mut sum, more| {
            for (sum, more) in sum.iter_mut().flatten().zip(more.iter().flatten()) {
                *sum += more;
            }
            sum
        });
        let mut counts = counts.into_iter();
        let of = counts.next().unwrap_or_default();
        let names = IMPORTANT.iter().map(|kind| kind.label()).chain(["day of application"]);
        Self { of, rows: names.zip(counts).collect() }
    }

    /// Percent missing among those that came, and among those before; none where there are too few to tell.
    fn shares(&self, missing: [usize; 2]) -> [Option<f64>; 2] {
        let [now, before] = self.of;
        let share = |missing: usize, of: usize| (of > 0).then(|| percent(missing, of));
        let [came, there] = missing;
        [share(came, now), share(there, before)]
    }

    fn table(&self) -> Option<Table> {
        let [now, before] = self.of;
        if now == 0 {
            return None;
        }
        let told = |share: Option<f64>| share.map_or("none".to_owned(), |p| format!("{p:.1} %"));
        let rows = self.rows.iter().map(|&(name, missing)| {
            let [came, there] = self.shares(missing).map(told);
            vec![
                Text::plain(crate::explain::words::capital(name)),
                Text::plain(format!("{} ({came})", grouped(missing.first().copied().unwrap_or(0)))),
                Text::plain(there),
            ]
        });
        Some(Table {
            caption: "New applications without a usable value".to_owned(),
            head: ["Without", "Of those that came", "Share before"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
            note: format!(
                "{} came, {} were there before. A value that cannot be read, or stands for none, counts as missing.",
                count(now, "new application", "new applications"),
                grouped(before)
            ),
        })
    }

    fn lines(&self) -> Vec<Line> {
        let [now, before] = self.of;
        if now < FEWEST || before < FEWEST {
            return Vec::new();
        }
        let grown = self.rows.iter().filter_map(|&(name, missing)| {
            let [Some(came), Some(there)] = self.shares(missing) else { return None };
            let text = format!(
                "{came:.0} % of new applications came without a usable {name}; before, {there:.0} %"
            );
            (came - there > GROWN).then(|| Line {
                about: Some(page("/import")),
                text: Text::plain(text),
                innocent: vec![
                    "a source that does not ask for it".to_owned(),
                    "a column that is called otherwise than before".to_owned(),
                ],
                act: Some(
                    "Whoever imports: look whether the export or its mapping changed.".to_owned(),
                ),
                ..Line::default()
            })
        });
        grown.collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share to one digit of a number of applications")]
fn percent(part: usize, of: usize) -> f64 {
    part as f64 * 100.0 / of as f64
}

/// True for the application itself, and for each important value and the day whether they are missing.
fn gaps(corpus: &Corpus, app: AppIx) -> impl Iterator<Item = bool> {
    let mut has = 0_u32;
    for (attribute, _) in corpus.app(app).used() {
        has |= 1 << (corpus.kind(attribute) as u32);
    }
    let missing = IMPORTANT.iter().map(move |&kind| has & (1 << (kind as u32)) == 0);
    let day = corpus.submitted(app).is_none();
    std::iter::once(true).chain(missing).chain(std::iter::once(day))
}

/// That nothing was imported, where that was usual.
fn stopped(ground: &Ground<'_>) -> Option<Line> {
    let (since, now) = (ground.since().at, ground.now());
    let long = now.seconds_since(since);
    let is_first = ground.since().seq.0 == 0;
    if is_first || long <= 0 || !ground.period.imports.is_empty() {
        return None;
    }
    let window = |n: i64| Moment(since.0.saturating_sub(n.saturating_mul(long)));
    let had = |n: &i64| {
        let (from, to) = (window(*n), window(*n - 1));
        ground.view.imports.iter().any(|r| r.started > from && r.started <= to)
    };
    let last = ground.view.imports.iter().map(|record| record.started).max()?;
    (1..=BEFORE).all(|n| had(&n)).then(|| Line {
        at: Some(last),
        about: Some(page("/import")),
        text: Text::plain(format!(
            "Nothing was imported in this period, and something in each of the four before; the last import was on {}",
            last.day()
        )),
        innocent: vec!["no applications came, or holidays".to_owned()],
        act: Some("Whoever imports: look whether the export still runs.".to_owned()),
        ..Line::default()
    })
}

/// Entries of a list: all, ended, old.
#[derive(Default)]
struct OfList {
    all: usize,
    ended: usize,
    old: usize,
}

/// Watch-lists with entries that hold no longer, or have not been looked at for a year.
fn old_lists(ground: &Ground<'_>) -> Vec<Line> {
    let now = ground.now();
    let mut lists: BTreeMap<&str, OfList> = BTreeMap::new();
    for entry in ground.view.watched.values() {
        let list = lists.entry(&entry.list).or_default();
        list.all += 1;
        if entry.expires.is_some_and(|end| end <= now) {
            list.ended += 1;
        } else if now.seconds_since(entry.added) > OLD_ENTRY * DAY {
            list.old += 1;
        }
    }
    let stale = lists.into_iter().filter(|(_, list)| list.ended + list.old > 0);
    let line = |(name, list): (&str, OfList)| Line {
        about: Some(page("/watch-lists")),
        text: Text::plain(format!(
            "Of {} on the watch-list \"{name}\" {} ended and match no more, and {} older than a year",
            count(list.all, "entry", "entries"),
            count(list.ended, "has", "have"),
            count(list.old, "is", "are"),
        )),
        act: Some("An analyst: take off what has ended, and look again at what is old.".to_owned()),
        ..Line::default()
    };
    stale.map(line).collect()
}

/// Files of addresses that were built long ago.
fn old_files(ground: &Ground<'_>) -> Vec<Line> {
    let built = ground.engine.surroundings().ips.built().into_iter();
    let old = built.filter_map(|(name, at)| {
        let days = ground.now().seconds_since(at).div_euclid(DAY);
        (days > OLD_FILE).then(|| Line {
            at: Some(at),
            text: Text::plain(format!(
                "The file of addresses {name} is of {}, {} old: networks have changed hands since",
                at.day(),
                count(usize::try_from(days).unwrap_or(usize::MAX), "day", "days"),
            )),
            act: Some("An administrator: fetch a newer one (setting ip_files).".to_owned()),
            ..Line::default()
        })
    });
    old.collect()
}
