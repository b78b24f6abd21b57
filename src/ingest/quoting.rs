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
        let mut rest = line;
        while let Some((&b, after)) = rest.split_first() {
            let until = match self.state {
                State::FieldStart if b == b'"' => {
                    (self.state, rest) = (State::Quoted, after);
                    continue;
                }
                State::FieldStart | State::Plain => delimiter,
                State::Quoted => b'"',
                State::QuoteInQuoted => {
                    self.state = match b {
                        b'"' => {
                            self.text.push(b);
                            State::Quoted
                        }
                        _ if b == delimiter => self.end_field(),
                        b' ' => State::QuoteInQuoted,
                        _ => return Fed::Broken(self.ends.len() + 1),
                    };
                    rest = after;
                    continue;
                }
            };
            let quoted = self.state == State::Quoted;
            let run = find(rest, until);
            let (inside, after) =
                rest.split_at_checked(run.unwrap_or(rest.len())).unwrap_or_default();
            self.text.extend_from_slice(inside);
            self.state = match (quoted, run) {
                (true, None) => State::Quoted,
                (true, Some(_)) => State::QuoteInQuoted,
                (false, None) => State::Plain,
                (false, Some(_)) => self.end_field(),
            };
            rest = after.get(1..).unwrap_or_default();
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

/// Where a byte first is. Cells are short, so a few bytes are looked at one by one; texts are long, so the rest is
/// looked at many at once.
fn find(bytes: &[u8], wanted: u8) -> Option<usize> {
    const AT_ONCE: usize = 32;
    let short = bytes.len().min(AT_ONCE);
    let (first, rest) = bytes.split_at_checked(short)?;
    if let Some(at) = first.iter().position(|&b| b == wanted) {
        return Some(at);
    }
    let mut at = short;
    for chunk in rest.chunks(AT_ONCE) {
        if chunk.iter().fold(false, |found, &b| found | (b == wanted)) {
            return chunk.iter().position(|&b| b == wanted).map(|within| at + within);
        }
        at += chunk.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Field by field and byte by byte, as RFC 4180 says it.
    fn by_bytes(line: &str) -> (Option<bool>, Vec<String>) {
        let (mut fields, mut field) = (Vec::new(), String::new());
        let mut state = State::FieldStart;
        for c in line.chars() {
            state = match (state, c) {
                (State::FieldStart, '"') => State::Quoted,
                (State::FieldStart | State::Plain | State::QuoteInQuoted, ',') => {
                    fields.push(std::mem::take(&mut field));
                    State::FieldStart
                }
                (State::FieldStart | State::Plain, c) => {
                    field.push(c);
                    State::Plain
                }
                (State::Quoted, '"') => State::QuoteInQuoted,
                (State::Quoted, c) => {
                    field.push(c);
                    State::Quoted
                }
                (State::QuoteInQuoted, '"') => {
                    field.push('"');
                    State::Quoted
                }
                (State::QuoteInQuoted, ' ') => State::QuoteInQuoted,
                (State::QuoteInQuoted, _) => return (None, fields),
            };
        }
        if state != State::Quoted {
            fields.push(field);
        }
        (Some(state == State::Quoted), fields)
    }

    proptest! {
        #[test]
        fn a_line_is_cut_as_if_byte_by_byte(
            line in r#"([ab",é]|"x{25,40}é?"|,| |"",){0,20}"#
        ) {
            let mut fields = Fields::new();
            let fed = fields.feed(line.as_bytes(), b',');
            let (open, expected) = by_bytes(&line);
            prop_assert_eq!(matches!(fed, Fed::Broken(_)), open.is_none());
            prop_assert_eq!(matches!(fed, Fed::Open), open == Some(true));
            let text = String::from_utf8_lossy(fields.text()).into_owned();
            let found: Vec<&str> = (0..fields.len()).map(|i| &text[fields.range(i)]).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
