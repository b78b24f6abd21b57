//! How commands print: aligned table, JSON, CSV. Not responsible for what is printed.
//!
//! Invariants: JSON is an array, or one object for one thing. CSV never changes an id or a number; text that a
//! spreadsheet would run as a formula gets an apostrophe in front. A table never passes on a control
//! character, so a hostile name cannot drive the terminal.

use crate::model::spreadsheet::guarded;
use clap::{Args, ValueEnum};
use serde::{Serialize, Serializer};
use std::{
    borrow::Cow,
    io::{self, Write},
};

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns, for people.
    Table,
    /// An array, or one object for one thing.
    Json,
    /// Comma-separated values with a header.
    Csv,
}

/// The choice of format, for commands that print.
#[derive(Debug, Clone, Args)]
pub struct FormatArg {
    /// How to print [default: table, unless the command says otherwise]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
}

impl FormatArg {
    /// The format asked for, or the command's own.
    #[must_use]
    pub fn or(&self, default: Format) -> Format {
        self.format.unwrap_or(default)
    }
}

/// What a column holds, which decides alignment and whether the formula guard applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An id or one of a closed list of words: printed exactly.
    Id,
    /// A number: printed exactly, aligned right.
    Number,
    /// Text that comes from outside, or a sentence that quotes such text.
    Text,
}

/// A column of a printed list.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name in CSV, the same as the JSON key.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// A column of ids.
#[must_use]
pub const fn id(name: &'static str) -> Column {
    Column { name, kind: Kind::Id }
}

/// A column of numbers.
#[must_use]
pub const fn number(name: &'static str) -> Column {
    Column { name, kind: Kind::Number }
}

/// A column of text.
#[must_use]
pub const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

/// One line of a printed list.
pub trait Row: Serialize {
    /// Its columns.
    const COLUMNS: &'static [Column];

    /// Its cells, as many as there are columns.
    fn cells(&self) -> Vec<String>;
}

/// Where output goes, and whether it may be styled.
pub struct Output {
    out: Box<dyn Write>,
    styled: bool,
}

/// Widest a text cell of a table may be, unless it is in the last column.
const CLIP: usize = 48;

impl Output {
    /// Output to `out`; `styled` allows bold headings.
    #[must_use]
    pub fn new(out: Box<dyn Write>, styled: bool) -> Self {
        Self { out, styled }
    }

    /// Prints a list. CSV and JSON are written as the rows come; a table needs them all for its widths.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn list<R: Row>(
        &mut self,
        format: Format,
        rows: impl IntoIterator<Item = R>,
    ) -> io::Result<()> {
        match format {
            Format::Table => self.table(R::COLUMNS, rows.into_iter().map(|r| r.cells()).collect()),
            Format::Csv => csv_list(&mut self.out, R::COLUMNS, rows.into_iter().map(|r| r.cells())),
            Format::Json => {
                let mut json = serde_json::Serializer::pretty(&mut self.out);
                json.collect_seq(rows)?;
                writeln!(self.out)
            }
        }
    }

    /// Prints one thing as a JSON object.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn object<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.out, value)?;
        writeln!(self.out)
    }

    /// Prints a line of prose, made safe for a terminal.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", plain(text))
    }

    /// Prints a heading over a part of a report.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn heading(&mut self, text: &str) -> io::Result<()> {
        let text = self.bold(&plain(text));
        writeln!(self.out, "\n{text}")
    }

    /// The raw stream, for commands that write a format of their own.
    pub fn stream(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Passes on what is buffered.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn bold(&self, text: &str) -> String {
        if self.styled { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn table(&mut self, columns: &[Column], rows: Vec<Vec<String>>) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let last = columns.len().saturating_sub(1);
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|cells| {
                let cell = |(i, cell): (usize, String)| {
                    let clipped = i != last && columns.get(i).is_some_and(|c| c.kind == Kind::Text);
                    if clipped { clip(&plain(&cell)) } else { plain(&cell) }
                };
                cells.into_iter().enumerate().map(cell).collect()
            })
            .collect();
        let header: Vec<String> = columns.iter().map(|c| c.name.replace('_', " ")).collect();
        let widths: Vec<usize> = (0..columns.len())
            .map(|i| {
                let cells = rows.iter().chain([&header]).filter_map(|r| r.get(i));
                cells.map(|c| width(c)).max().unwrap_or(0)
            })
            .collect();
        let heading = self.bold(&aligned(columns, &widths, &header));
        writeln!(self.out, "{heading}")?;
        for row in &rows {
            writeln!(self.out, "{}", aligned(columns, &widths, row))?;
        }
        Ok(())
    }
}

fn aligned(columns: &[Column], widths: &[usize], cells: &[String]) -> String {
    let mut line = String::new();
    for ((column, &wide), cell) in columns.iter().zip(widths).zip(cells) {
        if !line.is_empty() {
            line.push_str("  ");
        }
        let gap = " ".repeat(wide.saturating_sub(width(cell)));
        match column.kind {
            Kind::Number => line.extend([gap.as_str(), cell]),
            Kind::Id | Kind::Text => line.extend([cell, gap.as_str()]),
        }
    }
    line.truncate(line.trim_end().len());
    line
}

fn csv_list(
    out: &mut dyn Write,
    columns: &[Column],
    rows: impl Iterator<Item = Vec<String>>,
) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(columns.iter().map(|c| c.name)).map_err(unwrapped)?;
    for cells in rows {
        let record = cells.iter().zip(columns).map(|(cell, column)| match column.kind {
            Kind::Text => guarded(cell),
            Kind::Id | Kind::Number => Cow::from(cell),
        });
        csv.write_record(record.map(Cow::into_owned)).map_err(unwrapped)?;
    }
    csv.flush()
}

/// The I/O error inside, so that a closed pipe is still recognised as one.
fn unwrapped(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The text with every control character, and every character that reorders text, shown as U+FFFD.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

fn clip(text: &str) -> String {
    if width(text) <= CLIP {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += char_width(c);
        if used >= CLIP {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// Columns a text takes on a terminal: East Asian wide characters take two, combining marks none.
fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::RefCell, rc::Rc};

    #[derive(Serialize)]
    struct Line {
        ring_id: &'static str,
        members: u32,
        label: &'static str,
        sentence: &'static str,
    }

    impl Row for Line {
        const COLUMNS: &'static [Column] =
            &[id("ring_id"), number("members"), text("label"), text("sentence")];
        fn cells(&self) -> Vec<String> {
            vec![
                self.ring_id.into(),
                self.members.to_string(),
                self.label.into(),
                self.sentence.into(),
            ]
        }
    }

    const ROWS: [Line; 2] = [
        Line { ring_id: "=r1", members: 3, label: "=cmd()", sentence: "ok" },
        Line { ring_id: "-r22", members: 12, label: "李小龍", sentence: "a\u{1b}[31m" },
    ];

    #[derive(Clone, Default)]
    struct Shared(Rc<RefCell<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn printed(styled: bool, format: Format, rows: impl IntoIterator<Item = Line>) -> String {
        let shared = Shared::default();
        Output::new(Box::new(shared.clone()), styled).list(format, rows).unwrap();
        String::from_utf8(shared.0.take()).unwrap()
    }

    #[test]
    fn a_table_aligns_numbers_right_and_passes_no_control_character_on() {
        let expected = "\
ring id  members  label   sentence
=r1            3  =cmd()  ok
-r22          12  李小龍  a\u{fffd}[31m
";
        assert_eq!(printed(false, Format::Table, ROWS), expected);
        assert!(printed(true, Format::Table, ROWS).starts_with("\u{1b}[1mring id"));
        assert_eq!(printed(false, Format::Table, []), "");
    }

    #[test]
    fn csv_guards_text_against_spreadsheets_and_leaves_ids_and_numbers_alone() {
        let csv = printed(false, Format::Csv, ROWS);
        assert!(csv.starts_with("ring_id,members,label,sentence\n=r1,3,'=cmd(),ok\n-r22,12,"));
        assert_eq!(printed(false, Format::Csv, []), "ring_id,members,label,sentence\n");
    }

    #[test]
    fn json_is_an_array_even_of_nothing_and_keeps_values_exactly() {
        let json: serde_json::Value =
            serde_json::from_str(&printed(false, Format::Json, ROWS)).unwrap();
        assert_eq!(json[0]["label"], "=cmd()");
        assert_eq!(json[1]["members"], 12);
        assert_eq!(printed(false, Format::Json, []), "[]\n");
    }

    #[test]
    fn long_text_is_clipped_by_width_on_the_terminal() {
        assert_eq!(clip("short"), "short");
        let clipped = clip(&"語".repeat(40));
        assert!(width(&clipped) <= CLIP && clipped.ends_with('…'), "{clipped}");
    }
}
