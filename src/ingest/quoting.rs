//! Splits lines into CSV fields after RFC 4180: a quote opens a field only at its beginning, a doubled quote
//! inside is one quote, and after the closing one only blanks may follow. Not responsible for what to do
//! with a record whose quotes are wrong (`csv`).
//!
//! Invariant: never looks at a byte twice within one record.

use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

/// Where a record stands after a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fed {
    /// It ended with this line.
    Complete,
    /// A quote is still open.
    Open,
    /// Text follows a closing quote in this field, counted from 1.
    Broken(usize),
}

/// The fields of one record, unquoted, one after another in one buffer.
#[derive(Debug)]
pub(super) struct Fields {
    text: Vec<u8>,
    ends: Vec<usize>,
    state: State,
}

impl Fields {
    pub(super) fn new() -> Self {
        Self { text: Vec::new(), ends: Vec::new(), state: State::FieldStart }
    }

    /// Forgets the record.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.state = State::FieldStart;
    }

    /// Number of fields.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The unquoted text of all fields.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Where in `text` field `i` is; empty when there is no such field.
    pub(super) fn range(&self, i: usize) -> Range<usize> {
        let end = self.ends.get(i).copied().unwrap_or(0);
        let start = if i == 0 { 0 } else { self.ends.get(i - 1).copied().unwrap_or(0) };
        start.min(end)..end
    }

    /// Adds one line without its line end.
    pub(super) fn feed(&mut self, line: &[u8], delimiter: u8) -> Fed {
        if self.state == State::FieldStart && self.ends.is_empty() && !line.contains(&b'"') {
            return self.feed_unquoted(line, delimiter);
        }
        for &b in line {
            self.state = match self.state {
                State::FieldStart if b == b'"' => State::Quoted,
                State::FieldStart | State::Plain if b == delimiter => self.end_field(),
                State::FieldStart | State::Plain => {
                    self.text.push(b);
                    State::Plain
                }
                State::Quoted if b == b'"' => State::QuoteInQuoted,
                State::Quoted => {
                    self.text.push(b);
                    State::Quoted
                }
                State::QuoteInQuoted if b == b'"' => {
                    self.text.push(b);
                    State::Quoted
                }
                State::QuoteInQuoted if b == delimiter => self.end_field(),
                State::QuoteInQuoted if b == b' ' => State::QuoteInQuoted,
                State::QuoteInQuoted => return Fed::Broken(self.ends.len() + 1),
            };
        }
        if self.state == State::Quoted {
            return Fed::Open;
        }
        self.end_field();
        Fed::Complete
    }

    /// Adds the line end inside quotes, as it was.
    pub(super) fn feed_line_end(&mut self, line_end: &[u8]) {
        self.text.extend_from_slice(line_end);
    }

    fn end_field(&mut self) -> State {
        self.ends.push(self.text.len());
        State::FieldStart
    }

    fn feed_unquoted(&mut self, line: &[u8], delimiter: u8) -> Fed {
        for field in line.split(|&b| b == delimiter) {
            self.text.extend_from_slice(field);
            self.ends.push(self.text.len());
        }
        Fed::Complete
    }
}
