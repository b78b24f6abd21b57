//! Opens an input and hands out its rows: decompresses, finds the encoding and the format, counts. Not
//! responsible for any one format.
//!
//! Invariant: `report().rows == report().applications + report().problems`, and the iterator is fused.

use crate::ingest::{
    Charset, Confidence, FORMATS, Format, IdKey, IngestError, Input, Options, Report, Row, Rows,
    charset::Decoding, id_key::without_lookalikes, input::Opened, lines::Lines, rubbish,
};
use flate2::bufread::MultiGzDecoder;
use std::{
    io::{self, BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

/// How much is looked at before encoding, format and delimiter are settled.
const HEAD: usize = 64 << 10;

/// A text ready to be cut into rows by a format.
pub struct Text {
    /// What messages call the file.
    pub(super) name: String,
    /// Its first 64 KiB as UTF-8, without byte-order mark.
    pub(super) sample: Vec<u8>,
    /// All of it, line by line.
    pub(super) lines: Lines,
}

/// The rows of an input, one after another.
pub struct Reader {
    rows: Box<dyn Rows>,
    format: &'static str,
    gzip: bool,
    consumed: Arc<AtomicU64>,
    total: Option<u64>,
    replaced: Arc<AtomicBool>,
    applications: u64,
    problems: u64,
    ended: bool,
    ids: Option<Arc<IdKey>>,
}

/// Opens `source` and reads as far as its header.
///
/// # Errors
/// What makes the input unusable as a whole: see [`IngestError`]. A bad row is never an error here.
pub fn open(source: Input, options: &Options) -> Result<Reader, IngestError> {
    let Begun { text, format, gzip, consumed, total, replaced } = begin(source, options)?;
    let rows = format.rows(text, options)?;
    Ok(Reader {
        rows,
        format: format.name(),
        gzip,
        consumed,
        total,
        replaced,
        applications: 0,
        problems: 0,
        ended: false,
        ids: None,
    })
}

/// An input of which the encoding and the format are known.
pub(super) struct Begun {
    pub(super) text: Text,
    pub(super) format: &'static dyn Format,
    pub(super) gzip: bool,
    consumed: Arc<AtomicU64>,
    total: Option<u64>,
    replaced: Arc<AtomicBool>,
}

/// Looks at the beginning of `source`.
///
/// # Errors
/// An input that cannot be read, is empty or is no text.
pub(super) fn begin(source: Input, options: &Options) -> Result<Begun, IngestError> {
    let Opened { name, read, consumed, total } = source.open()?;
    let failed = |source| IngestError::Read { name: name.clone(), source };
    // A Result means that a device may fail after its first bytes; those bytes are still good.
    let mut read: Box<dyn Read + Send> = Box::new(read);
    let (mut head, mut broken) = fill(&mut read, HEAD);
    let gzip = head.starts_with(&[0x1F, 0x8B]);
    if gzip {
        let packed = io::Cursor::new(head).chain(Failing(broken.take())).chain(read);
        read = Box::new(MultiGzDecoder::new(BufReader::with_capacity(HEAD, packed)));
        (head, broken) = fill(&mut read, HEAD);
    }
    let most = options.limits.text_bytes;
    let read = Bounded { read, most, left: most.saturating_sub(head.len() as u64) };
    if head.is_empty() {
        return Err(match broken {
            Some(source) => failed(source),
            None => IngestError::Empty { name },
        });
    }
    let refuse =
        |(looks_like, way_out)| IngestError::NotText { name: name.clone(), looks_like, way_out };
    if let Some(found) = rubbish::not_text(&head) {
        return Err(refuse(found));
    }
    let (charset, mark) = Charset::detect(&head);
    let head = head.split_off(mark);
    let sample = charset.preview(&head);
    if let Some(found) = rubbish::not_text_decoded(&sample) {
        return Err(refuse(found));
    }
    if sample.trim_ascii().is_empty() && sample.len() < HEAD / 2 {
        return Err(IngestError::Empty { name });
    }
    let replaced = Arc::new(AtomicBool::new(false));
    let rest = io::Cursor::new(head).chain(Failing(broken)).chain(read);
    let decoded = Decoding::new(rest, charset, Arc::clone(&replaced));
    let input = Box::new(BufReader::with_capacity(256 << 10, decoded));
    // Only a file without any LF is taken apart at its CRs.
    let mac = sample.contains(&b'\r') && !sample.contains(&b'\n');
    let terminator = if mac { b'\r' } else { b'\n' };
    let lines = Lines::new(input, terminator, options.limits.record_bytes, charset);
    let mut best = (Confidence::No, None);
    for format in FORMATS {
        let confidence = format.sniff(&sample);
        if confidence > best.0 {
            best = (confidence, Some(*format));
        }
    }
    let Some(format) = best.1 else {
        return Err(refuse(("something else", "export the applications as CSV or JSON Lines")));
    };
    let text = Text { name, sample, lines };
    Ok(Begun { text, format, gzip, consumed, total, replaced })
}

impl Reader {
    /// Bytes taken from the source so far, compressed if it is; grows in steps of a buffer.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.consumed.load(Ordering::Relaxed)
    }

    /// Size of the source in bytes, when it is a regular file.
    #[must_use]
    pub fn total_bytes(&self) -> Option<u64> {
        self.total
    }

    /// From now on birth dates and government numbers come out as keyed hashes, and rejected rows without their text.
    pub fn hash_ids(&mut self, key: Arc<IdKey>) {
        self.ids = Some(key);
    }

    /// What is known so far; complete after the last row.
    #[must_use]
    pub fn report(&self) -> Report {
        Report {
            format: self.format,
            gzip: self.gzip,
            rows: self.applications + self.problems,
            applications: self.applications,
            problems: self.problems,
            cut_short: self.rows.is_cut_short(),
            replaced_characters: self.replaced.load(Ordering::Relaxed),
            ..self.rows.report()
        }
    }
}

impl Iterator for Reader {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.ended {
            return None;
        }
        let row = self.rows.next_row();
        match &row {
            Some(Ok(_)) => self.applications += 1,
            Some(Err(_)) => self.problems += 1,
            None => self.ended = true,
        }
        row.map(|row| match (row, &self.ids) {
            (Ok(application), Some(key)) => Ok(key.sealed(application)),
            (Ok(application), None) => Ok(without_lookalikes(application)),
            (Err(problem), Some(_)) => Err(IdKey::withheld(problem)),
            (Err(problem), None) => Err(problem),
        })
    }
}

/// Up to `most` bytes, and the error that kept it from more.
fn fill(read: &mut impl Read, most: usize) -> (Vec<u8>, Option<io::Error>) {
    let mut head = Vec::with_capacity(most);
    let result = read.by_ref().take(most as u64).read_to_end(&mut head);
    (head, result.err())
}

/// Passes on so many bytes and no more: a small compressed file may unpack to a large one.
struct Bounded {
    read: Box<dyn Read + Send>,
    most: u64,
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.read.read(buf)?;
        match self.left.checked_sub(n as u64) {
            Some(left) => self.left = left,
            None => {
                let most = self.most;
                return Err(io::Error::other(format!(
                    "the text is longer than {most} bytes; split the file"
                )));
            }
        }
        Ok(n)
    }
}

/// Hands on an error that came up while looking ahead, at the place where it belongs.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
