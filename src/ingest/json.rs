//! A JSON list of objects, or objects written over several lines one after another. Not responsible for what
//! an object's members mean (`object`).
//!
//! Elements are found by counting braces outside of strings, so the list is never in memory as a whole. A
//! line break inside a string is not JSON: from there on nobody can tell where an element ends, so reading
//! stops, and says so, rather than take a part of an object for an application.
//!
//! Invariant: every element is one row; the row number is its place in the list.

use crate::ingest::{
    Columns, Confidence, Format, IngestError, Limits, Options, Report, Row, RowProblem, Rows,
    lines::Lines,
    object::{Object, Objects, columns},
    reader::Text,
};
use std::io;

/// A list of objects.
pub(super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "JSON: a list of objects, or objects over several lines"
    }

    fn sniff(&self, sample: &[u8]) -> Confidence {
        match sample.trim_ascii_start() {
            [b'[', ..] | [b'{', b'\n' | b'\r', ..] => Confidence::Certain,
            _ => Confidence::No,
        }
    }

    fn rows(&self, text: Text, options: &Options) -> Result<Box<dyn Rows>, IngestError> {
        let Text { name, sample, lines } = text;
        let objects = Objects::new(&name, &first(&sample, options), options)?;
        let limits = options.limits;
        let splitter = Splitter::new(limits.record_bytes);
        Ok(Box::new(JsonRows { lines, objects, splitter, row: 0, limits, ended: false }))
    }

    fn columns(&self, text: Text, options: &Options) -> Result<Columns, IngestError> {
        Ok(columns(&first(&text.sample, options)))
    }
}

/// The objects that the sample holds whole.
fn first(sample: &[u8], options: &Options) -> Vec<Object> {
    let mut objects = Vec::new();
    let mut splitter = Splitter::new(options.limits.record_bytes);
    let mut rest = sample;
    while let (used, Some(Element::Whole)) = splitter.feed(rest) {
        rest = rest.get(used..).unwrap_or_default();
        objects.extend(serde_json::from_slice(&splitter.element).ok());
    }
    objects
}

/// What was found between two commas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    /// An element, well formed or not.
    Whole,
    /// One of this many bytes, too many; its beginning is kept.
    TooLong(u64),
    /// A string that the end of its line cuts off.
    Broken,
}

/// Cuts a text into elements.
struct Splitter {
    limit: usize,
    element: Vec<u8>,
    length: u64,
    depth: u32,
    in_string: bool,
    escaped: bool,
    in_element: bool,
    /// Whether the list's own bracket was seen.
    in_list: bool,
    done: bool,
}

impl Splitter {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            element: Vec::new(),
            length: 0,
            depth: 0,
            in_string: false,
            escaped: false,
            in_element: false,
            in_list: false,
            done: false,
        }
    }

    /// Reads on in `bytes`: how many were used, and the element that ended there.
    fn feed(&mut self, bytes: &[u8]) -> (usize, Option<Element>) {
        for (i, &b) in bytes.iter().enumerate() {
            if !self.in_element {
                match b {
                    b' ' | b'\t' | b'\r' | b'\n' | b',' => continue,
                    b'[' if !self.in_list => {
                        self.in_list = true;
                        continue;
                    }
                    b']' if self.in_list => {
                        self.done = true;
                        return (i + 1, None);
                    }
                    _ => {
                        self.in_element = true;
                        self.element.clear();
                        self.length = 0;
                        self.depth = 0;
                        self.in_string = false;
                        self.escaped = false;
                    }
                }
            }
            let at_top = self.depth == 0 && !self.in_string;
            // A scalar ends before what follows it.
            if at_top && self.length > 0 && matches!(b, b',' | b']' | b'\n') {
                return (i, Some(self.end()));
            }
            self.length += 1;
            if self.element.len() < self.limit {
                self.element.push(b);
            }
            if self.in_string {
                match b {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_string = false,
                    b'\n' => {
                        self.done = true;
                        self.in_element = false;
                        return (i + 1, Some(Element::Broken));
                    }
                    _ => {}
                }
                continue;
            }
            match b {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return (i + 1, Some(self.end()));
                    }
                }
                _ => {}
            }
        }
        (bytes.len(), None)
    }

    fn end(&mut self) -> Element {
        self.in_element = false;
        if self.length > self.limit as u64 { Element::TooLong(self.length) } else { Element::Whole }
    }
}

struct JsonRows {
    lines: Lines,
    objects: Objects,
    splitter: Splitter,
    row: u64,
    limits: Limits,
    ended: bool,
}

/// How reading came to an end.
enum Next {
    Element(Element),
    CutOff,
    Failed(io::Error),
    End,
}

impl JsonRows {
    fn next_element(&mut self) -> Next {
        loop {
            if self.splitter.done {
                return Next::End;
            }
            let bytes = match self.lines.fill() {
                Ok(bytes) => bytes,
                Err(e) => return Next::Failed(e),
            };
            if bytes.is_empty() {
                return if self.splitter.in_element || self.splitter.in_list {
                    Next::CutOff
                } else {
                    Next::End
                };
            }
            let (used, found) = self.splitter.feed(bytes);
            self.lines.consume(used);
            if let Some(element) = found {
                return Next::Element(element);
            }
        }
    }
}

impl Rows for JsonRows {
    fn next_row(&mut self) -> Option<Row> {
        if self.ended {
            return None;
        }
        let next = self.next_element();
        if matches!(next, Next::End) {
            self.ended = true;
            return None;
        }
        self.row += 1;
        let text = &mut self.splitter.element;
        let decoded = self.lines.charset.decode_line(text);
        let mut total = self.splitter.length;
        let mut stop = |why: String| {
            self.ended = true;
            self.objects.report.cut_short = true;
            format!("reading stopped here ({why}); the rows after it are missing")
        };
        let reason = match (next, decoded) {
            (Next::End, _) => return None,
            (Next::Failed(e), _) => stop(e.to_string()),
            (Next::CutOff, _) => stop("the file ends within the list".to_owned()),
            (Next::Element(Element::Broken), _) => stop("a line ends within a string".to_owned()),
            (Next::Element(Element::TooLong(n)), _) => {
                format!("the row is {n} bytes long, the limit is {}", self.limits.record_bytes)
            }
            (Next::Element(Element::Whole), Err(at)) => {
                format!("byte {} of the object is not valid UTF-8", at + 1)
            }
            (Next::Element(Element::Whole), Ok(())) => match self.objects.read(text, self.row) {
                Ok(application) => return Some(Ok(application)),
                Err(refused) => {
                    if let Some(raw) = refused.raw {
                        total = raw.len() as u64;
                        *text = raw;
                    }
                    refused.reason
                }
            },
        };
        Some(Err(RowProblem::new(self.row, text, total, self.limits.raw_bytes, reason)))
    }

    fn report(&self) -> Report {
        Report { charset: self.lines.charset, ..self.objects.report() }
    }

    fn is_cut_short(&self) -> bool {
        self.objects.report.cut_short
    }
}
