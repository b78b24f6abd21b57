//! A quarter of thirteen weeks in which applications arrive day by day, with planted lineage: rings are born, grow, merge,
//! split, dissolve and go quiet in known weeks, among honest people. Not responsible for what is planted (`plot`) nor for
//! files (`write`).
//!
//! The honest are those of the last quarter of four ordinary years and of the time before, so that households, flats, dorms,
//! agencies, mail drops and VPN exits are as frequent in it as anywhere in synthetic data.
//!
//! Invariant: the same options give the same quarter; a ring shows what synthetic rings usually show, and only in the weeks
//! in which something is planted about it.

mod calendar;
mod plot;
mod write;

pub use calendar::{Planted, PlantedEvent, WEEKS};
pub use write::{QuarterSummary, quarter_files};

use crate::{
    model::{ApplicationId, Attribute, Column, Day, Moment},
    synth::{
        Options, PlantedRing, SynthError,
        dice::Dice,
        row::Row,
        world::{DAY, SPAN, START, World},
    },
};
use plot::{Placed, Plot, Step};
use std::collections::BTreeMap;

/// 2026-06-01T00:00:00Z, a Monday: the last quarter of the four years of synthetic data begins.
const BEGIN: i64 = START + SPAN - WEEKS as i64 * 7 * DAY;

/// Applications for which the planted events are planted once.
const EACH: u64 = 8_000;

/// A quarter.
#[derive(Debug, Clone)]
pub struct Quarter {
    /// What came in the years before it, of honest people only: without it nobody could tell what is usual.
    pub before: PlantedFile,
    /// Its days, in order.
    pub days: Vec<PlantedDay>,
    /// What is planted, by week. Weeks are counted from 1, each from Monday to Sunday in UTC.
    pub planted: Vec<Planted>,
    /// The rings that are planted.
    pub rings: Vec<PlantedRing>,
    /// Of each application the person and the ring, in order.
    pub truth: Vec<(ApplicationId, u64, Option<u64>)>,
}

/// A day of it.
#[derive(Debug, Clone)]
pub struct PlantedDay {
    /// The day, in UTC.
    pub date: Day,
    /// Its week, from 1.
    pub week: u32,
    /// What people decide in the morning, before anything arrives.
    pub decisions: Vec<PlantedDecision>,
    /// What arrives in the evening: the applications of the day, and on some days a second file of an agency.
    pub files: Vec<PlantedFile>,
}

/// A file that arrives.
#[derive(Debug, Clone)]
pub struct PlantedFile {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub csv: String,
    /// Applications in it.
    pub applications: usize,
}

/// What somebody decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlantedDecision {
    /// Two applications that do not belong together.
    NotLinked(ApplicationId, ApplicationId),
    /// A value that is shared innocently.
    Common(Attribute),
    /// A file that should not have been imported.
    Withdraw(String),
}

impl Quarter {
    /// The moment at which it begins, midnight of a Monday.
    #[must_use]
    pub fn begin() -> Moment {
        Moment(BEGIN)
    }

    /// The moment at which a week ends and the next begins.
    #[must_use]
    pub fn end_of(week: u32) -> Moment {
        Moment(BEGIN + i64::from(week) * 7 * DAY)
    }
}

/// A quarter with what came before it, so many applications in all: a quarter of them arrive in it. What is planted is planted
/// once for each eight thousand.
///
/// # Errors
/// When there are fewer than four thousand applications, or a word pool is broken.
///
/// # Complexity
/// Linear in the applications, of which two or three times as many are made up as are used.
pub fn quarter(options: &Options) -> Result<Quarter, SynthError> {
    if options.applications < 4_000 {
        return Err(SynthError::Option {
            option: "number of applications of a quarter and before it",
            value: options.applications.to_string(),
            expected: "at least 4000",
        });
    }
    let mut world = World::new(options, &mut Dice::new(options.seed, 0))?;
    let mut dice = Dice::new(options.seed, 1);
    let all = usize::try_from(options.applications).unwrap_or(usize::MAX);
    let mut honest = Honest { before: Vec::new(), most: all - all / 4, within: Vec::new() };
    // Somebody must be there whose name can be stolen.
    honest.arrive(&mut world, 20, &mut dice);
    let mut plot = Plot::new(BEGIN);
    for _ in 0..(options.applications / EACH).max(1) {
        plot.stage(&mut world, &mut dice);
    }
    honest.arrive(&mut world, (all / 4).saturating_sub(plot.rows.len()), &mut dice);
    let mut rows: Vec<Placed> = std::mem::take(&mut plot.rows);
    let unplaced = |row| Placed { row, file: None };
    rows.extend(honest.before.into_iter().chain(honest.within).map(unplaced));
    rows.sort_by_key(|placed| (placed.row.at, placed.row.person));
    Ok(told(rows, plot))
}

/// Honest applications before the quarter, so many at most, and within it.
struct Honest {
    before: Vec<Row>,
    most: usize,
    within: Vec<Row>,
}

impl Honest {
    /// Adds whole groups until so many applications are within the quarter.
    fn arrive(&mut self, world: &mut World, wanted: usize, dice: &mut Dice) {
        let mut group = Vec::new();
        while self.within.len() < wanted {
            world.honest(&mut group, dice);
            for row in group.drain(..).filter(|row| row.at < START + SPAN) {
                match row.at < BEGIN {
                    true if self.before.len() < self.most => self.before.push(row),
                    true => {}
                    false => self.within.push(row),
                }
            }
        }
        self.within.truncate(wanted);
    }
}

/// The applications of a day with their ids, by the agency whose file brings them.
type Arrivals<'a> = BTreeMap<Option<&'a str>, Vec<(String, &'a Row)>>;

fn told(rows: Vec<Placed>, plot: Plot) -> Quarter {
    let mut firsts: BTreeMap<u64, ApplicationId> = BTreeMap::new();
    let mut truth = Vec::with_capacity(rows.len());
    let mut days: Vec<PlantedDay> = (0..WEEKS * 7).filter_map(day).collect();
    let (mut number, mut earlier) = (0_u64, Vec::new());
    let mut files: Vec<Arrivals<'_>> = vec![Arrivals::new(); days.len()];
    for placed in &rows {
        number += 1;
        let text = format!("A{number:07}");
        let Ok(id) = text.parse::<ApplicationId>() else { continue };
        firsts.entry(placed.row.person).or_insert_with(|| id.clone());
        truth.push((id, placed.row.person, placed.row.ring));
        if placed.row.at < BEGIN {
            earlier.push((text, &placed.row));
            continue;
        }
        let day = usize::try_from((placed.row.at - BEGIN) / DAY).unwrap_or(0);
        if let Some(files) = files.get_mut(day) {
            files.entry(placed.file).or_default().push((text, &placed.row));
        }
    }
    for (day, files) in days.iter_mut().zip(files) {
        let file = |(file, rows): (Option<&str>, Vec<(String, &Row)>)| PlantedFile {
            name: match file {
                Some(agency) => format!("{}-{agency}.csv", day.date),
                None => format!("{}.csv", day.date),
            },
            csv: csv(&rows),
            applications: rows.len(),
        };
        day.files = files.into_iter().map(file).collect();
    }
    for (at, step) in &plot.steps {
        let place = usize::try_from((at - BEGIN) / DAY).unwrap_or(0);
        let decision = match step {
            Step::NotLinked(a, b) => match (firsts.get(a), firsts.get(b)) {
                (Some(a), Some(b)) => PlantedDecision::NotLinked(a.clone(), b.clone()),
                _ => continue,
            },
            Step::Common(attribute) => PlantedDecision::Common(attribute.clone()),
            Step::Withdraw(file) => {
                let mut all = days.iter().flat_map(|day| &day.files);
                let ending = format!("-{file}.csv");
                match all.find(|planted| planted.name.ends_with(&ending)) {
                    Some(planted) => PlantedDecision::Withdraw(planted.name.clone()),
                    None => continue,
                }
            }
        };
        if let Some(day) = days.get_mut(place) {
            day.decisions.push(decision);
        }
    }
    let planted = plot.calendar.told(&rows, &plot.steps, BEGIN);
    let rings = plot.rings(&rows);
    let before = PlantedFile {
        name: "before.csv".to_owned(),
        csv: csv(&earlier),
        applications: earlier.len(),
    };
    Quarter { before, days, planted, rings, truth }
}

fn day(number: u32) -> Option<PlantedDay> {
    let date = Day::of(Moment(BEGIN + i64::from(number) * DAY))?;
    Some(PlantedDay { date, week: number / 7 + 1, decisions: Vec::new(), files: Vec::new() })
}

fn csv(rows: &[(String, &Row)]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
    let mut write = |cells: &[&str]| writer.write_record(cells).is_ok();
    // Memory takes whatever is written.
    write(&head);
    for (id, row) in rows {
        let cell = |&column: &Column| match column {
            Column::ApplicationId => id.as_str(),
            column => row.get(column),
        };
        write(&Column::ALL.iter().map(cell).collect::<Vec<&str>>());
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
