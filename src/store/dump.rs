//! Dump and load: every fact as one line of JSON, so that the data outlives the engine. Not responsible for
//! snapshots and sled, which are recomputed.
//!
//! First line `{"format":"ringer-facts","version":1}`, then `{"seq":1,"fact":{..}}` each, last line
//! `{"facts":N,"hash":".."}` with the chain's hash. Invariant: dump, load, dump gives the same bytes; a dump that
//! is cut or changed loads nothing.

use crate::{
    model::{Fact, Seq},
    store::{Head, Store, StoreError, journal},
};
use serde::{Deserialize, Serialize};
use std::{
    io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write},
    path::Path,
};

const FORMAT: &str = "ringer-facts";
const VERSION: u32 = 1;

/// Longest line that is read, in bytes; JSON of the longest fact, with room for escapes.
const MAX_LINE: u64 = 128 << 20;

/// Facts, and bytes of lines, appended at once while loading.
const BATCH: (usize, usize) = (1_000, 32 << 20);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    format: String,
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<F> {
    seq: Seq,
    fact: F,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Last {
    facts: u64,
    hash: String,
}

/// Writes every fact of `store` as of now, and returns where the dump ends.
///
/// # Errors
/// When the store cannot be read or `out` not written.
pub fn dump(store: &dyn Store, out: &mut dyn Write) -> Result<Head, StoreError> {
    let mut out = BufWriter::new(out);
    put(&mut out, &First { format: FORMAT.to_owned(), version: VERSION })?;
    let mut head = Head { seq: Seq(0), hash: journal::EMPTY };
    store.facts(Seq(1), &mut |seq, fact| {
        head = advance(head, &fact)?;
        put(&mut out, &Line { seq, fact })
    })?;
    put(&mut out, &Last { facts: head.seq.0, hash: journal::hex(&head.hash) })?;
    out.flush().map_err(StoreError::io(Path::new("the dump")))?;
    Ok(head)
}

/// Reads a dump into an empty store, and returns where it then ends. The dump is checked to its last line
/// before the first fact is appended (a temporary file holds it meanwhile).
///
/// # Errors
/// `Load` with the line that is wrong, also when the end is missing; `NotEmpty`; what appending returns.
pub fn load(from: &mut dyn BufRead, store: &dyn Store) -> Result<Head, StoreError> {
    let holds = store.head().seq.0;
    if holds > 0 {
        return Err(StoreError::NotEmpty { facts: holds });
    }
    let here = Path::new("the temporary copy of the dump");
    let mut spool = BufWriter::new(tempfile::tempfile().map_err(StoreError::io(here))?);
    let head = check(from, &mut spool)?;
    let mut spool = spool.into_inner().map_err(|e| StoreError::io(here)(e.into_error()))?;
    spool.rewind().map_err(StoreError::io(here))?;

    let mut lines = Lines::new(BufReader::new(spool));
    let (mut batch, mut bytes) = (Vec::new(), 0);
    let mut number = 1;
    while let Some(text) = lines.next()? {
        number += 1;
        bytes += text.len();
        let line: Line<Fact> = parse(number, text)?;
        batch.push(line.fact);
        if batch.len() == BATCH.0 || bytes > BATCH.1 {
            store.append(&batch)?;
            batch.clear();
            bytes = 0;
        }
    }
    store.append(&batch)?;
    Ok(head)
}

/// Reads a dump through and copies its facts' lines to `spool`.
fn check(from: &mut dyn BufRead, spool: &mut dyn Write) -> Result<Head, StoreError> {
    let mut lines = Lines::new(from);
    let wrong = |line, what: &str| Err(StoreError::Load { line, what: what.to_owned() });
    let Some(text) = lines.next()? else { return wrong(1, "the dump is empty") };
    let first: First = parse(1, text)?;
    if first.format != FORMAT || first.version != VERSION {
        let what = format!(
            "format {} version {}; this Ringer loads {FORMAT} version {VERSION}",
            first.format.chars().take(40).collect::<String>(),
            first.version
        );
        return wrong(1, &what);
    }
    let mut head = Head { seq: Seq(0), hash: journal::EMPTY };
    loop {
        let next = lines.number + 1;
        let Some(text) = lines.next()? else {
            return wrong(next, "the dump ends without its last line; it was cut");
        };
        if text.starts_with(b"{\"facts\"") {
            let last: Last = parse(next, text)?;
            if last.facts != head.seq.0 {
                let what = format!("it should have {} facts, it has {}", last.facts, head.seq.0);
                return wrong(next, &what);
            }
            if last.hash != journal::hex(&head.hash) {
                return wrong(next, "the facts do not give this hash; a line was changed");
            }
            return match lines.next()? {
                None => Ok(head),
                Some(_) => wrong(next + 1, "the dump goes on after its last line"),
            };
        }
        let line: Line<Fact> = parse(next, text)?;
        if line.seq.0 != head.seq.0 + 1 {
            let what = format!("fact {} where {} should be", line.seq.0, head.seq.0 + 1);
            return wrong(next, &what);
        }
        head = advance(head, &line.fact)?;
        let here = Path::new("the temporary copy of the dump");
        spool
            .write_all(text)
            .and_then(|()| spool.write_all(b"\n"))
            .map_err(StoreError::io(here))?;
    }
}

/// The chain after one more fact.
fn advance(head: Head, fact: &Fact) -> Result<Head, StoreError> {
    let e = journal::encode(fact)?;
    let seq = Seq(head.seq.0 + 1);
    Ok(Head { seq, hash: journal::chain(&head.hash, seq, e.kind, e.schema, &e.payload) })
}

fn put(out: &mut dyn Write, value: &impl Serialize) -> Result<(), StoreError> {
    let here = Path::new("the dump");
    serde_json::to_writer(&mut *out, value)
        .map_err(io::Error::from)
        .and_then(|()| out.write_all(b"\n"))
        .map_err(StoreError::io(here))
}

fn parse<'a, T: Deserialize<'a>>(line: u64, text: &'a [u8]) -> Result<T, StoreError> {
    serde_json::from_slice(text).map_err(|e| StoreError::Load { line, what: e.to_string() })
}

/// Lines, counted, and bounded in length.
struct Lines<R> {
    from: R,
    number: u64,
    text: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    fn new(from: R) -> Self {
        Self { from, number: 0, text: Vec::new() }
    }

    fn next(&mut self) -> Result<Option<&[u8]>, StoreError> {
        self.text.clear();
        let mut bounded = Read::take(&mut self.from, MAX_LINE);
        let read = bounded
            .read_until(b'\n', &mut self.text)
            .map_err(StoreError::io(Path::new("the dump")))?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        match self.text.pop() {
            Some(b'\n') => Ok(Some(&self.text)),
            Some(last) if (read as u64) < MAX_LINE => {
                // The last line, without its line feed.
                self.text.push(last);
                Ok(Some(&self.text))
            }
            _ => Err(StoreError::Load {
                line: self.number,
                what: format!("it is longer than {MAX_LINE} bytes"),
            }),
        }
    }
}
