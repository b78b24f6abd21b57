//! What a file is and what its columns would become, before a row of it is read. Not responsible for rows (`reader`).
//!
//! Invariant: a file of which one column or all of them are refused is surveyed all the same, so that somebody can
//! say what they mean.

use crate::ingest::{
    Charset, IngestError, Input, Mapping, Options,
    error::shorten,
    mapping::{Target, key},
    object::target_of,
    plan::choose_mapping,
    reader::{Begun, begin},
};
use crate::model::{Column, column::protected_trait};
use std::collections::BTreeMap;

/// The columns of a file by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// Names in file order; of JSON the keys of the first objects, and the paths inside them.
    pub headers: Vec<String>,
    /// The first values of each, not of protected ones.
    pub samples: Vec<Vec<String>>,
    /// Delimiter of a CSV file.
    pub delimiter: Option<char>,
    /// Whether a name is a path into nested values.
    pub nested: bool,
}

/// What a column becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// A column of Ringer.
    Column(Column),
    /// A piece of one, joined with others.
    Part(Column),
    /// An extra field, which is kept and not compared.
    Extra,
    /// Nothing: discarded unread.
    Dropped,
    /// The file is refused because of it; the trait it names.
    Protected(&'static str),
}

/// One column, or several that Ringer cannot tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surveyed {
    /// Name as the file spells it first.
    pub header: String,
    /// How many columns have it.
    pub times: usize,
    /// Up to three of its first values, shortened; none of a column that is refused or discarded unread.
    pub samples: Vec<String>,
    /// What it becomes.
    pub fate: Fate,
}

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Name of the format.
    pub format: &'static str,
    /// Encoding of the text.
    pub charset: Charset,
    /// Whether it is compressed with gzip.
    pub gzip: bool,
    /// Delimiter of a CSV file.
    pub delimiter: Option<char>,
    /// Preset used, given or recognised.
    pub preset: Option<String>,
    /// Whether the preset was recognised by its header and not asked for.
    pub preset_detected: bool,
    /// Its columns, in file order.
    pub columns: Vec<Surveyed>,
}

/// Values shown of a column.
const SAMPLES: usize = 3;

/// Longest value shown, in characters.
const SAMPLE: usize = 80;

impl Columns {
    /// Notes a value of the column in this place, unless it says nothing new or nobody should see it.
    pub(super) fn sample(&mut self, place: usize, value: &str) {
        self.samples.resize_with(self.headers.len(), Vec::new);
        let (Some(header), Some(samples)) = (self.headers.get(place), self.samples.get_mut(place))
        else {
            return;
        };
        let value = shorten(value.trim(), SAMPLE);
        let wanted = samples.len() < SAMPLES && !value.is_empty() && !samples.contains(&value);
        if wanted && protected_trait(header).is_none() {
            samples.push(value);
        }
    }
}

impl Survey {
    /// The columns that the file is refused for.
    pub fn protected(&self) -> impl Iterator<Item = &Surveyed> {
        self.columns.iter().filter(|c| matches!(c.fate, Fate::Protected(_)))
    }

    /// The names of all columns, in file order.
    #[must_use]
    pub fn headers(&self) -> Vec<String> {
        self.columns.iter().map(|c| c.header.clone()).collect()
    }
}

/// Looks at the beginning of `source`: its first 64 KiB, its header where that is longer, and a few rows.
///
/// # Errors
/// An input that cannot be read, is empty or is no text; a header that cannot be read. Columns that are refused are
/// no error here.
pub fn survey(source: Input, options: &Options) -> Result<Survey, IngestError> {
    let Begun { text, format, gzip, .. } = begin(source, options)?;
    let charset = text.lines.charset;
    let Columns { headers, samples, delimiter, nested } = format.columns(text, options)?;
    let (mapping, detected) = choose_mapping(options.mapping.as_ref(), &headers);
    // As `plan::refuse_protected`: what was only recognised does not drop protected columns.
    let own = Mapping::default();
    let target = |mapping: &Mapping, header: &str| {
        if nested { target_of(mapping, header) } else { mapping.target(header) }
    };
    let mut columns: Vec<Surveyed> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut samples = samples.into_iter();
    for header in headers {
        let samples = samples.next().unwrap_or_default();
        let place = *known.entry(key(&header)).or_insert(columns.len());
        if let Some(column) = columns.get_mut(place) {
            column.times += 1;
            continue;
        }
        let fate = match target(if detected { &own } else { &mapping }, &header) {
            Target::Protected(named) => Fate::Protected(named),
            _ => match target(&mapping, &header) {
                Target::Column(column) => Fate::Column(column),
                Target::Part(column, _) => Fate::Part(column),
                Target::Extra => Fate::Extra,
                Target::Drop => Fate::Dropped,
                Target::Protected(named) => Fate::Protected(named),
            },
        };
        let unread = matches!(fate, Fate::Dropped | Fate::Protected(_));
        let samples = if unread { Vec::new() } else { samples };
        columns.push(Surveyed { header, times: 1, samples, fate });
    }
    Ok(Survey {
        format: format.name(),
        charset,
        gzip,
        delimiter,
        preset: mapping.preset.clone(),
        preset_detected: detected,
        columns,
    })
}
