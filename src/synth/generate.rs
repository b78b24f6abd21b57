//! Writes a data set: `applications.csv`, `truth.csv` and `rings.csv`, block by block. Not responsible for what
//! people or rings do.
//!
//! A block holds about fifty thousand applications of whole groups and whole rings, sorted by time and numbered
//! in that order, so neither an id nor a position tells who belongs together. Memory is that of one block and of
//! one hash for each mailbox.

use crate::model::Column;
use crate::synth::dice::Dice;
use crate::synth::row::Row;
use crate::synth::world::World;
use crate::synth::{Options, Story, SynthError};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Applications in a block.
const BLOCK: u64 = 50_000;

/// A ring, for `rings.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantedRing {
    /// Number in the truth.
    pub id: u64,
    /// What mainly holds it: one word.
    pub kind: &'static str,
    /// Different claimed identities.
    pub persons: usize,
    /// Applications.
    pub applications: usize,
    /// What its members share, in words.
    pub held_by: String,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Applications.
    pub applications: u64,
    /// People and personas.
    pub persons: u64,
    /// Rings.
    pub rings: u64,
    /// Applications that belong to a ring.
    pub ring_applications: u64,
}

/// The name of a ring in the truth.
#[must_use]
pub fn ring_name(id: u64) -> String {
    format!("R{id:06}")
}

/// Writes a data set into `out`, which is made if it does not exist; files there are replaced.
///
/// # Errors
/// When a file cannot be written or an option is out of range.
///
/// # Complexity
/// Linear in the number of applications; about ten microseconds each.
pub fn generate(options: &Options, out: &Path) -> Result<Summary, SynthError> {
    if options.applications == 0 {
        return Err(SynthError::Option {
            option: "number of applications",
            value: "0".into(),
            expected: "at least 1",
        });
    }
    std::fs::create_dir_all(out)
        .map_err(|source| SynthError::Write { path: out.to_owned(), source })?;
    let mut files = Files::create(out)?;
    let mut world = World::new(options, &mut Dice::new(options.seed, 0))?;
    let mut dice = Dice::new(options.seed, 1);
    let mut summary = Summary::default();
    let mut next_ring = 0_u64;
    let mut persons = rustc_hash::FxHashSet::default();
    while summary.applications < options.applications {
        let target = (options.applications - summary.applications).min(BLOCK);
        let mut rows: Vec<Row> = Vec::with_capacity(usize::try_from(target).unwrap_or(0) + 64);
        let mut planted: Vec<PlantedRing> = Vec::new();
        if summary.applications == 0 && options.story == Story::With {
            planted.extend(world.story(&mut next_ring, &mut rows, &mut dice));
        }
        // Somebody must be there whose name can be stolen and whose number can be sold again.
        for _ in 0..50 {
            world.honest(&mut rows, &mut dice);
        }
        let wanted = (summary.applications + target) / options.spacing.applications();
        while next_ring < wanted && (rows.len() as u64) < target {
            planted.extend(world.ring(&mut next_ring, &mut rows, &mut dice));
        }
        while (rows.len() as u64) < target {
            world.honest(&mut rows, &mut dice);
        }
        rows.truncate(usize::try_from(target).unwrap_or(usize::MAX));
        rows.sort_by_key(|r| (r.at, r.person));
        for row in &rows {
            summary.applications += 1;
            persons.insert(row.person);
            summary.ring_applications += u64::from(row.ring.is_some());
            files.application(summary.applications, row)?;
        }
        for ring in &planted {
            summary.rings += 1;
            files.ring(ring)?;
        }
    }
    summary.persons = persons.len() as u64;
    files.finish()?;
    Ok(summary)
}

/// A CSV file that is written.
pub(super) struct Sink {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
}

impl Sink {
    /// Creates it with its header.
    pub(super) fn create(path: PathBuf, header: &[&str]) -> Result<Self, SynthError> {
        let file = File::create(&path)
            .map_err(|source| SynthError::Write { path: path.clone(), source })?;
        let buffered = BufWriter::with_capacity(1 << 18, file);
        let mut sink = Self { path, writer: csv::Writer::from_writer(buffered) };
        sink.line(header)?;
        Ok(sink)
    }

    /// Writes a line.
    pub(super) fn line<T: AsRef<[u8]>>(&mut self, cells: &[T]) -> Result<(), SynthError> {
        self.writer.write_record(cells).map_err(|e| SynthError::Write {
            path: self.path.clone(),
            source: std::io::Error::other(e),
        })
    }

    /// Ends it.
    pub(super) fn finish(mut self) -> Result<(), SynthError> {
        let flushed = self.writer.flush();
        let path = self.path;
        flushed.map_err(|source| SynthError::Write { path: path.clone(), source })?;
        match self.writer.into_inner() {
            Ok(mut inner) => inner.flush().map_err(|source| SynthError::Write { path, source }),
            Err(e) => Err(SynthError::Write { path, source: std::io::Error::other(e.to_string()) }),
        }
    }
}

struct Files {
    applications: Sink,
    truth: Sink,
    rings: Sink,
}

impl Files {
    fn create(out: &Path) -> Result<Self, SynthError> {
        let columns: Vec<&str> = Column::ALL.iter().map(|c| c.name()).collect();
        Ok(Self {
            applications: Sink::create(out.join("applications.csv"), &columns)?,
            truth: Sink::create(
                out.join("truth.csv"),
                &["application_id", "person_id", "ring_id"],
            )?,
            rings: Sink::create(
                out.join("rings.csv"),
                &["ring_id", "kind", "persons", "applications", "held_by"],
            )?,
        })
    }

    fn application(&mut self, number: u64, row: &Row) -> Result<(), SynthError> {
        let id = format!("A{number:07}");
        let line: Vec<&str> = Column::ALL
            .iter()
            .map(|&c| if c == Column::ApplicationId { id.as_str() } else { row.get(c) })
            .collect();
        self.applications.line(&line)?;
        let ring = row.ring.map(ring_name).unwrap_or_default();
        self.truth.line(&[id, format!("P{:07}", row.person), ring])
    }

    fn ring(&mut self, ring: &PlantedRing) -> Result<(), SynthError> {
        self.rings.line(&[
            ring_name(ring.id),
            ring.kind.to_owned(),
            ring.persons.to_string(),
            ring.applications.to_string(),
            ring.held_by.clone(),
        ])
    }

    fn finish(self) -> Result<(), SynthError> {
        self.applications.finish()?;
        self.truth.finish()?;
        self.rings.finish()
    }
}
