//! CSV: records put together from physical lines, so that a stray quote costs one line and not the rest of
//! the file. Not responsible for splitting a line (`quoting`), for what columns mean (`plan`) or for the
//! choice of the delimiter (`delimiter`).
//!
//! A quote that is still open at the end of a line makes the record go on in the next one, up to
//! `Limits::record_lines` and `record_bytes`. Where that does not end well - the limit or the end of the file
//! is reached, the quote closes in the middle of other text, or the record has the wrong number of fields
//! while its second line alone has the right one - the quote was a stray one: its line is rejected and
//! reading resumes with the next line. The bytes read twice this way are bounded by four times the file.
//!
//! A record whose quotes and number of fields are right is always taken as it stands, even when the lines
//! inside look like rows: otherwise an applicant's text could forge other people's rows.
//!
//! Invariant: every line that is not blank belongs to exactly one row.

use crate::ingest::{
    Columns, Confidence, Format, IngestError, Limits, Options, Report, Row, RowProblem, Rows,
    assemble::{Assembler, Draft},
    delimiter,
    lines::{Fetched, Lines},
    plan::{Plan, Slot, choose_mapping},
    quoting::{Fed, Fields},
    reader::Text,
};
use crate::model::{Column, Fields as FieldsOf};
use std::{borrow::Cow, collections::VecDeque, io, mem};

/// Comma-separated values, and those separated by semicolons, tabs or bars.
pub(super) struct Csv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "CSV with a header line; comma, semicolon, tab or bar is recognised"
    }

    fn sniff(&self, _: &[u8]) -> Confidence {
        // Every text can be read as CSV; its header tells whether it should.
        Confidence::Possible
    }

    fn rows(&self, text: Text, options: &Options) -> Result<Box<dyn Rows>, IngestError> {
        let name = text.name.clone();
        let (records, headers) = begin(text, options)?;
        let (mapping, detected) = choose_mapping(options.mapping.as_ref(), &headers);
        let plan = Plan::new(&name, &headers, &mapping, detected)?;
        let limit = options.limits.value_bytes;
        let assembler = Assembler::new(&name, &mapping, Some(plan.has_id()), limit)?;
        Ok(Box::new(CsvRows { records, plan, assembler, row: 0 }))
    }

    fn columns(&self, text: Text, options: &Options) -> Result<Columns, IngestError> {
        let (mut records, headers) = begin(text, options)?;
        let delimiter = Some(char::from(records.delimiter));
        let width = headers.len();
        let mut columns = Columns { headers, delimiter, ..Columns::default() };
        for _ in 0..SAMPLED {
            match records.next_record(Some(width)) {
                Found::Record => {
                    let text = String::from_utf8_lossy(records.fields.text());
                    for i in 0..width {
                        columns.sample(i, text.get(records.fields.range(i)).unwrap_or_default());
                    }
                }
                Found::Bad(..) => {}
                Found::Failed(_) | Found::End => break,
            }
        }
        Ok(columns)
    }
}

/// Rows looked at for what a column holds.
const SAMPLED: usize = 10;

/// The records below the header, and the header's names.
fn begin(text: Text, options: &Options) -> Result<(Records, Vec<String>), IngestError> {
    let Text { name, sample, lines } = text;
    let (delimiter, declared) = delimiter::find(&sample, options.mapping.as_ref());
    let mut records = Records::new(lines, delimiter, options.limits);
    if declared {
        // The line "sep=;" that spreadsheets write.
        records.fetch().map_err(|source| IngestError::Read { name: name.clone(), source })?;
    }
    let headers = header(&mut records, &name)?;
    Ok((records, headers))
}

fn header(records: &mut Records, name: &str) -> Result<Vec<String>, IngestError> {
    let bad =
        |problem: &str| IngestError::Header { name: name.to_owned(), problem: problem.to_owned() };
    let found = records.next_record(None);
    let headers: Vec<String> = match found {
        Found::End => return Err(IngestError::Empty { name: name.to_owned() }),
        Found::Failed(source) => return Err(IngestError::Read { name: name.to_owned(), source }),
        Found::Bad(_, reason) => return Err(bad(&format!("cannot be read: {reason}"))),
        Found::Record => {
            let text = String::from_utf8_lossy(records.fields.text());
            let cells = 0..records.fields.len();
            cells
                .map(|i| text.get(records.fields.range(i)).unwrap_or_default().to_owned())
                .collect()
        }
    };
    let limit = records.limits.columns;
    if headers.len() > limit {
        return Err(IngestError::TooManyColumns {
            name: name.to_owned(),
            columns: headers.len(),
            limit,
        });
    }
    Ok(headers)
}

/// What the next record turned out to be.
enum Found {
    /// A record, now in `Records::fields` and `Records::raw`.
    Record,
    /// None, and why; this many bytes long, the text in `Records::raw`.
    Bad(u64, String),
    /// Reading failed for good.
    Failed(io::Error),
    /// No more.
    End,
}

type Item = (io::Result<Fetched>, Vec<u8>);

struct Records {
    lines: Lines,
    delimiter: u8,
    limits: Limits,
    /// The line fetched last.
    line: Vec<u8>,
    /// Lines to read again after a stray quote.
    again: VecDeque<Item>,
    /// Bytes that may still be read twice.
    credit: usize,
    fields: Fields,
    raw: Vec<u8>,
    ended: bool,
}

impl Records {
    fn new(lines: Lines, delimiter: u8, limits: Limits) -> Self {
        Self {
            lines,
            delimiter,
            limits,
            line: Vec::new(),
            again: VecDeque::new(),
            credit: limits.record_bytes.saturating_mul(4),
            fields: Fields::new(),
            raw: Vec::new(),
            ended: false,
        }
    }

    fn fetch(&mut self) -> io::Result<Fetched> {
        if let Some((fetched, line)) = self.again.pop_front() {
            self.line = line;
            return fetched;
        }
        let fetched = self.lines.next(&mut self.line);
        self.credit = self.credit.saturating_add(self.line.len().saturating_mul(3) + 1);
        fetched
    }

    /// The next record that is not blank; of `width` fields, when that is known.
    fn next_record(&mut self, width: Option<usize>) -> Found {
        loop {
            if self.ended {
                return Found::End;
            }
            let fetched = self.fetch();
            mem::swap(&mut self.raw, &mut self.line);
            let mut bad_text = None;
            match fetched {
                Err(e) => {
                    self.ended = true;
                    return Found::Failed(e);
                }
                Ok(Fetched::End) => {
                    self.ended = true;
                    return Found::End;
                }
                Ok(Fetched::TooLong(n)) => return Found::Bad(n, self.too_long(n)),
                Ok(Fetched::BadText(at)) => bad_text = Some(at),
                Ok(Fetched::Line) => {}
            }
            if self.raw.trim_ascii().is_empty() {
                continue;
            }
            self.fields.clear();
            let result = match self.fields.feed(without_cr(&self.raw).0, self.delimiter) {
                Fed::Complete => self.check_width(width),
                Fed::Broken(field) => Err(format!(
                    "text follows the closing quote of field {field}; double the quotes inside a field"
                )),
                Fed::Open => self.continue_record(width, &mut bad_text),
            };
            let length = self.raw.len() as u64;
            return match (result, bad_text) {
                (Err(reason), _) => Found::Bad(length, reason),
                (Ok(()), Some(at)) => Found::Bad(
                    length,
                    format!(
                        "byte {} of the line is not valid UTF-8; export the file as UTF-8",
                        at + 1
                    ),
                ),
                (Ok(()), None) => Found::Record,
            };
        }
    }

    fn too_long(&self, n: u64) -> String {
        format!("the row is {n} bytes long, the limit is {}", self.limits.record_bytes)
    }

    fn check_width(&self, width: Option<usize>) -> Result<(), String> {
        match (self.fields.len(), width) {
            (n, Some(width)) if n != width => {
                let s = if n == 1 { "" } else { "s" };
                Err(format!("{n} field{s} where the header has {width}"))
            }
            _ => Ok(()),
        }
    }

    /// Goes on with a record whose first line, in `raw`, leaves a quote open in its last field.
    fn continue_record(
        &mut self,
        width: Option<usize>,
        bad_text: &mut Option<usize>,
    ) -> Result<(), String> {
        let opened_in = self.fields.len() + 1;
        let first = self.raw.len();
        let mut more: Vec<Item> = Vec::new();
        let mut bytes = 0;
        let mut bad_below = *bad_text;
        let why = loop {
            let (_, cr) = without_cr(self.raw.get(..first).unwrap_or_default());
            let cr = more.last().map_or(cr, |(_, line)| without_cr(line).1);
            if more.len() >= self.limits.record_lines {
                break format!("is still open {} lines below", more.len());
            }
            let fetched = self.fetch();
            let line = mem::take(&mut self.line);
            match &fetched {
                Ok(Fetched::Line) => {}
                Ok(Fetched::BadText(at)) => bad_below = bad_below.or(Some(*at)),
                Ok(Fetched::End) => {
                    // The end is fetched anew.
                    break "is never closed".to_owned();
                }
                Ok(Fetched::TooLong(_)) | Err(_) => {
                    more.push((fetched, line));
                    break "is never closed".to_owned();
                }
            }
            bytes += line.len() + 1;
            self.fields.feed_line_end(if cr { b"\r\n" } else { b"\n" });
            let fed = self.fields.feed(without_cr(&line).0, self.delimiter);
            more.push((fetched, line));
            match fed {
                Fed::Broken(_) => {
                    break format!("closes within other text {} lines below", more.len());
                }
                Fed::Complete => {
                    let checked = self.check_width(width);
                    if checked.is_err() && self.stands_alone(more.first(), width) {
                        break format!("closes {} lines below and swallows whole rows", more.len());
                    }
                    for (_, line) in &more {
                        self.raw.push(b'\n');
                        self.raw.extend_from_slice(line);
                    }
                    *bad_text = bad_below;
                    return checked;
                }
                Fed::Open if first + bytes > self.limits.record_bytes => {
                    break format!("is still open after {} bytes", first + bytes);
                }
                Fed::Open if bytes > self.credit => {
                    break format!("is still open {} lines below", more.len());
                }
                Fed::Open => {}
            }
        };
        self.credit = self.credit.saturating_sub(bytes);
        for item in more.into_iter().rev() {
            self.again.push_front(item);
        }
        Err(format!("the quote that opens in field {opened_in} {why}; double or remove it"))
    }

    /// Whether a line is a whole record on its own.
    fn stands_alone(&self, item: Option<&Item>, width: Option<usize>) -> bool {
        let (Some((_, line)), Some(width)) = (item, width) else { return false };
        let mut alone = Fields::new();
        alone.feed(without_cr(line).0, self.delimiter) == Fed::Complete
            && alone.len() == width
            && width > 1
    }
}

/// A line without the CR of its line end, and whether there was one.
fn without_cr(line: &[u8]) -> (&[u8], bool) {
    match line {
        [rest @ .., b'\r'] => (rest, true),
        _ => (line, false),
    }
}

struct CsvRows {
    records: Records,
    plan: Plan,
    assembler: Assembler,
    row: u64,
}

impl Rows for CsvRows {
    fn next_row(&mut self) -> Option<Row> {
        let width = self.plan.names.len();
        let found = self.records.next_record(Some(width));
        if matches!(found, Found::End) {
            return None;
        }
        self.row += 1;
        let limit = self.records.limits.raw_bytes;
        Some(match found {
            Found::End => return None,
            Found::Failed(e) => {
                self.plan.report.cut_short = true;
                let raw = &self.records.raw;
                let reason = format!("reading stopped here ({e}); the rows after it are missing");
                Err(RowProblem::new(self.row, raw, raw.len() as u64, limit, reason))
            }
            Found::Bad(n, reason) => {
                Err(RowProblem::new(self.row, &self.records.raw, n, limit, reason))
            }
            Found::Record => {
                let draft = draft(&self.plan, &self.records.fields);
                self.assembler.finish(draft, self.row).map_err(|reason| {
                    let raw = self.raw_without_dropped();
                    RowProblem::new(self.row, &raw, raw.len() as u64, limit, reason)
                })
            }
        })
    }

    fn report(&self) -> Report {
        Report {
            charset: self.records.lines.charset,
            delimiter: Some(char::from(self.records.delimiter)),
            derived_ids: self.assembler.derived(),
            ..self.plan.report.clone()
        }
    }

    fn is_cut_short(&self) -> bool {
        self.plan.report.cut_short
    }
}

impl CsvRows {
    /// The record's text, written anew with the dropped cells empty when there are any.
    fn raw_without_dropped(&self) -> Vec<u8> {
        if self.plan.dropped.is_empty() {
            return self.records.raw.clone();
        }
        let Records { fields, delimiter, .. } = &self.records;
        let mut raw = Vec::new();
        for i in 0..fields.len() {
            if i > 0 {
                raw.push(*delimiter);
            }
            if self.plan.dropped.contains(&i) {
                continue;
            }
            let cell = fields.text().get(fields.range(i)).unwrap_or_default();
            let special = |b: &u8| matches!(b, b'"' | b'\n' | b'\r') || b == delimiter;
            if cell.iter().any(special) {
                raw.push(b'"');
                for &b in cell {
                    raw.extend(std::iter::repeat_n(b, if b == b'"' { 2 } else { 1 }));
                }
                raw.push(b'"');
            } else {
                raw.extend_from_slice(cell);
            }
        }
        raw
    }
}

fn draft(plan: &Plan, fields: &Fields) -> Draft {
    // Lines are valid UTF-8 and are only cut at ASCII bytes, so the slow way is never taken.
    let text = match std::str::from_utf8(fields.text()) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(fields.text()),
    };
    let cell = |i: usize| {
        let cell = text.get(fields.range(i)).unwrap_or_default();
        (!is_blank(cell)).then_some(cell)
    };
    let mut draft =
        Draft { fields: FieldsOf::with_capacity(plan.slots.len(), text.len()), ..Draft::default() };
    for (i, name) in &plan.extra {
        if let Some(value) = cell(*i) {
            draft.extra.insert(name.clone(), value.to_owned());
        }
    }
    for slot in &plan.slots {
        let joined;
        let value = match (slot.direct.as_slice(), slot.parts.as_slice()) {
            (&[only], []) => cell(only),
            _ => {
                joined = slot_value(slot, &cell, plan, &mut draft);
                joined.as_deref()
            }
        };
        match value {
            None => {}
            Some(id) if slot.column == Column::ApplicationId => id.clone_into(&mut draft.id),
            Some(value) => draft.fields.set(slot.column, value),
        }
    }
    draft
}

/// A quick test for what most cells are not.
fn is_blank(cell: &str) -> bool {
    match cell.as_bytes().first() {
        None => true,
        Some(b) if b.is_ascii_graphic() => false,
        Some(_) => cell.trim().is_empty(),
    }
}

/// What the row says for a column; what it says twice, in different words, goes to the extra fields.
fn slot_value<'a>(
    slot: &Slot,
    cell: &impl Fn(usize) -> Option<&'a str>,
    plan: &Plan,
    draft: &mut Draft,
) -> Option<String> {
    let mut chosen: Option<String> = None;
    let mut keep = |i: usize, value: &str, chosen: &str| {
        if value != chosen
            && let Some(name) = plan.names.get(i)
        {
            draft.extra.insert(name.clone(), value.to_owned());
        }
    };
    for &i in &slot.direct {
        match (cell(i), &chosen) {
            (Some(value), None) => chosen = Some(value.to_owned()),
            (Some(value), Some(chosen)) => keep(i, value, chosen),
            (None, _) => {}
        }
    }
    if let Some(chosen) = &chosen {
        for &i in &slot.parts {
            if let Some(value) = cell(i) {
                keep(i, value, chosen);
            }
        }
    }
    let join = chosen.is_none();
    for &i in slot.parts.iter().filter(|_| join) {
        if let Some(value) = cell(i) {
            match &mut chosen {
                Some(joined) => {
                    joined.push_str(&slot.separator);
                    joined.push_str(value);
                }
                None => chosen = Some(value.to_owned()),
            }
        }
    }
    chosen
}
