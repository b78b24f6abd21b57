//! Dump and load: every fact as one line of JSON, so that the data outlives the engine. Not responsible for
//! snapshots and sled, which are recomputed.
//!
//! First line `{"format":"ringer-facts","version":2}`, then `{"seq":1,"fact":{..}}` each, last line
//! `{"facts":N,"hash":".."}` with the chain's hash. Between them stand, where there is one, the lines of the audit trail,
//! `{"beside":{..}}` each. A dump of version 1 differs in how its chain is made and loads too.
//! Invariant: dump, load, dump gives the same bytes; a dump that is cut or changed loads nothing.

use crate::{
    model::{Fact, Seq},
    store::{Head, Store, StoreError, journal},
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write},
    path::Path,
};

const FORMAT: &str = "ringer-facts";
const VERSION: u32 = 2;

/// Longest line that is read, in bytes; JSON of the longest fact, with room for escapes.
const MAX_LINE: u64 = 128 << 20;

/// Facts, and bytes of lines, read and appended at once while loading.
const LOT: (usize, usize) = (2_000, 32 << 20);

/// How a line begins that holds a line of another log, kept beside the facts, and how it ends.
const BESIDE: (&[u8], &[u8]) = (b"{\"beside\":", b"}");

/// How the last line begins.
const LAST: &[u8] = b"{\"facts\"";

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
    /// Lines of another log.
    #[serde(default, skip_serializing_if = "is_none")]
    beside: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it may skip like this")]
fn is_none(n: &u64) -> bool {
    *n == 0
}

/// Gives one line after another of the log that is kept beside the facts; none at its end.
pub type Beside<'a> = &'a mut dyn FnMut(&mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()>;

/// Writes every fact of `store` as of now, and returns where the dump ends.
///
/// # Errors
/// When the store cannot be read or `out` not written.
pub fn dump(store: &dyn Store, out: &mut dyn Write) -> Result<Head, StoreError> {
    dump_with(store, &mut |_| Ok(()), out)
}

/// The same with the lines, each one JSON object, of another log that is kept beside the facts.
///
/// # Errors
/// When the store or the other log cannot be read, or `out` not written.
pub fn dump_with(
    store: &dyn Store,
    beside: Beside<'_>,
    out: &mut dyn Write,
) -> Result<Head, StoreError> {
    let mut out = BufWriter::new(out);
    put(&mut out, &First { format: FORMAT.to_owned(), version: VERSION })?;
    let mut head = Head { seq: Seq(0), hash: journal::EMPTY };
    store.facts(Seq(1), &mut |seq, fact| {
        head = Head { seq, hash: journal::chain(&head.hash, seq, &journal::fact_hash(&fact)?) };
        put(&mut out, &Line { seq, fact })
    })?;
    let mut n = 0;
    beside(&mut |line| {
        n += 1;
        out.write_all(BESIDE.0)?;
        out.write_all(line)?;
        out.write_all(BESIDE.1)?;
        out.write_all(b"\n")
    })
    .map_err(StoreError::io(Path::new("the dump")))?;
    put(&mut out, &Last { facts: head.seq.0, hash: journal::hex(&head.hash), beside: n })?;
    out.flush().map_err(StoreError::io(Path::new("the dump")))?;
    Ok(head)
}

/// The chain's hash after a fact; none when the journal ends before it. O(facts up to it).
///
/// # Errors
/// When the store cannot be read.
pub fn hash_at(store: &dyn Store, wanted: Seq) -> Result<Option<[u8; 32]>, StoreError> {
    if wanted > store.head().seq {
        return Ok(None);
    }
    let mut chain = journal::EMPTY;
    store.facts(Seq(1), &mut |seq, fact| {
        if seq <= wanted {
            chain = journal::chain(&chain, seq, &journal::fact_hash(&fact)?);
        }
        Ok(())
    })?;
    Ok(Some(chain))
}

/// Reads a dump into an empty store, and returns where the store then ends. The dump is checked to its last line
/// before the first fact is appended (a temporary file holds it meanwhile).
///
/// # Errors
/// `Load` with the line that is wrong, also when the end is missing; `NotEmpty`; what appending returns.
pub fn load(from: &mut dyn BufRead, store: &dyn Store) -> Result<Head, StoreError> {
    load_with(from, store, &mut |_| Ok(()))
}

/// The same; the lines of another log that the dump holds go to `beside` before the first fact is appended.
///
/// # Errors
/// As `load` has, and when `beside` fails.
pub fn load_with(
    from: &mut dyn BufRead,
    store: &dyn Store,
    beside: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> Result<Head, StoreError> {
    let holds = store.head().seq.0;
    if holds > 0 {
        return Err(StoreError::NotEmpty { facts: holds });
    }
    let here = Path::new("the temporary copy of the dump");
    let mut spool = BufWriter::new(tempfile::tempfile().map_err(StoreError::io(here))?);
    check(from, &mut spool, beside)?;
    let mut spool = spool.into_inner().map_err(|e| StoreError::io(here)(e.into_error()))?;
    spool.rewind().map_err(StoreError::io(here))?;

    let mut lines = Lines::new(BufReader::new(spool));
    loop {
        let lot = lines.lot()?;
        if lot.is_empty() {
            return Ok(store.head());
        }
        // The header is no line of the copy, so its lines are one off.
        let facts =
            lot.par_iter().map(|(number, text)| Ok(parse::<Line<Fact>>(number + 1, text)?.fact));
        store.append(&facts.collect::<Result<Vec<_>, StoreError>>()?)?;
    }
}

/// How a chain is made.
#[derive(Clone, Copy)]
enum Chain {
    /// Of dumps of version 1: over the payload that postcard makes of a fact.
    Payloads,
    /// As the journal does.
    Hashes,
}

impl Chain {
    /// What a fact puts into the chain.
    fn link(self, fact: &Fact) -> Result<Vec<u8>, StoreError> {
        match self {
            Self::Hashes => Ok(journal::fact_hash(fact)?.to_vec()),
            Self::Payloads => postcard::to_stdvec(fact).map_err(|e| StoreError::Encode {
                what: format!("a fact that does not encode: {e}"),
            }),
        }
    }

    /// The chain after one more fact.
    fn advance(self, head: Head, kind: u8, link: &[u8]) -> Head {
        let seq = Seq(head.seq.0 + 1);
        let hash = match (self, link.first_chunk()) {
            (Self::Hashes, Some(link)) => journal::chain(&head.hash, seq, link),
            _ => {
                let mut sha = Sha256::new();
                sha.update(head.hash);
                sha.update((link.len() as u64).to_le_bytes());
                sha.update(seq.0.to_le_bytes());
                sha.update(u16::from(kind).to_le_bytes());
                sha.update(1_u16.to_le_bytes());
                sha.update(link);
                sha.finalize().into()
            }
        };
        Head { seq, hash }
    }
}

/// Reads a dump through and copies its facts' lines to `spool`.
fn check(
    from: &mut dyn BufRead,
    spool: &mut dyn Write,
    beside: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> Result<(), StoreError> {
    let here = Path::new("the temporary copy of the dump");
    let mut lines = Lines::new(from);
    let wrong = |line, what: &str| Err(StoreError::Load { line, what: what.to_owned() });
    let Some(text) = lines.next()? else { return wrong(1, "the dump is empty") };
    let first: First = parse(1, text)?;
    let chain = match (first.format.as_str(), first.version) {
        (FORMAT, 1) => Chain::Payloads,
        (FORMAT, VERSION) => Chain::Hashes,
        (format, version) => {
            let what = format!(
                "format {} version {version}; this Ringer loads {FORMAT} up to version {VERSION}",
                format.chars().take(40).collect::<String>(),
            );
            return wrong(1, &what);
        }
    };
    let mut head = Head { seq: Seq(0), hash: journal::EMPTY };
    let mut n_beside = 0;
    loop {
        let lot = lines.lot()?;
        if lot.is_empty() {
            return wrong(lines.number + 1, "the dump ends without its last line; it was cut");
        }
        let parsed = lot.par_iter().map(|(number, text)| {
            if text.starts_with(LAST) || text.starts_with(BESIDE.0) {
                return Ok(None);
            }
            let line: Line<Fact> = parse(*number, text)?;
            Ok::<_, StoreError>(Some((
                line.seq,
                journal::kind(&line.fact),
                chain.link(&line.fact)?,
            )))
        });
        for ((number, text), parsed) in lot.iter().zip(parsed.collect::<Vec<_>>()) {
            let Some((seq, kind, link)) = parsed? else {
                if let Some(line) = text.strip_prefix(BESIDE.0) {
                    let line = line.strip_suffix(BESIDE.1).unwrap_or(line);
                    n_beside += 1;
                    beside(line).map_err(StoreError::io(here))?;
                    continue;
                }
                let last: Last = parse(*number, text)?;
                if last.facts != head.seq.0 {
                    let what =
                        format!("it should have {} facts, it has {}", last.facts, head.seq.0);
                    return wrong(*number, &what);
                }
                if last.beside != n_beside {
                    let what = format!(
                        "it should have {} lines of the audit trail, it has {n_beside}",
                        last.beside
                    );
                    return wrong(*number, &what);
                }
                if last.hash != journal::hex(&head.hash) {
                    return wrong(*number, "the facts do not give this hash; a line was changed");
                }
                return match lines.number > *number || lines.next()?.is_some() {
                    false => Ok(()),
                    true => wrong(number + 1, "the dump goes on after its last line"),
                };
            };
            if seq.0 != head.seq.0 + 1 {
                let what = format!("fact {} where {} should be", seq.0, head.seq.0 + 1);
                return wrong(*number, &what);
            }
            head = chain.advance(head, kind, &link);
            spool
                .write_all(text)
                .and_then(|()| spool.write_all(b"\n"))
                .map_err(StoreError::io(here))?;
        }
    }
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

    /// Some lines with their numbers; none at the end.
    fn lot(&mut self) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let (mut lot, mut bytes) = (Vec::new(), 0);
        while lot.len() < LOT.0 && bytes < LOT.1 {
            let Some(text) = self.next()? else { break };
            bytes += text.len();
            let text = text.to_vec();
            lot.push((self.number, text));
        }
        Ok(lot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{FixedClock, Moment},
        store::{MemoryStore, contract::sample_facts},
    };
    use std::sync::Arc;

    /// A dump that a Ringer of format 1 wrote.
    const OLD: &str = r#"{"format":"ringer-facts","version":1}
{"seq":1,"fact":{"import_started":{"import":"imp_0enwsv76xjnv","file":"one.csv","by":"Ada Example","at":1795732814}}}
{"seq":2,"fact":{"received":{"import":"imp_0enwsv76xjnv","application":{"id":"A-1","fields":{"full_name":"Ada Example","email":"ada@example.com","phone":"202-555-0100","resume_sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},"extra":{},"nested":{},"source":{"file":"one.csv","row":1}}}}}
{"seq":3,"fact":{"import_finished":{"import":"imp_0enwsv76xjnv","counts":{"read":1,"new":1,"changed":0,"repeated":0,"rejected":0},"at":1795732814}}}
{"facts":3,"hash":"207fbe5c74031677fbf4c6775b40711f24ebdbbebd70a9658e455d686816fc2e"}
"#;

    fn memory() -> MemoryStore {
        MemoryStore::new(Arc::new(FixedClock(Moment(0))))
    }

    #[test]
    fn a_dump_of_version_1_loads_and_a_changed_one_does_not() {
        let store = memory();
        assert_eq!(load(&mut OLD.as_bytes(), &store).unwrap(), store.head());
        assert_eq!(store.head().seq, Seq(3));
        let changed = OLD.replace("Ada Example", "Eda Example");
        let error = load(&mut changed.as_bytes(), &memory()).unwrap_err();
        assert!(matches!(error, StoreError::Load { line: 5, .. }), "{error}");
    }

    #[test]
    fn an_erased_fact_goes_through_a_dump_with_its_hash() {
        let (store, again) = (memory(), memory());
        store.append(&sample_facts()).unwrap();
        let erasure = sample_facts().into_iter().find_map(|fact| match fact {
            Fact::Erasure(erasure) => Some(*erasure),
            _ => None,
        });
        let erased = [crate::store::Erasing { seq: Seq(2), rest: None }];
        store.erase(erasure.unwrap(), &erased).unwrap();
        let mut bytes = Vec::new();
        let head = dump(&store, &mut bytes).unwrap();
        assert_eq!(head, store.head(), "the hash of the fact that was there");
        assert!(String::from_utf8(bytes.clone()).unwrap().contains("\"erased\""));
        assert_eq!(load(&mut bytes.as_slice(), &again).unwrap(), head);
        assert_eq!(again.verify().unwrap(), store.verify().unwrap());
    }

    #[test]
    fn a_dump_of_many_lots_loads_as_it_was() {
        let (store, again) = (memory(), memory());
        for _ in 0..LOT.0 / 4 {
            store.append(&sample_facts()).unwrap();
        }
        let mut bytes = Vec::new();
        let head = dump(&store, &mut bytes).unwrap();
        assert_eq!(load(&mut bytes.as_slice(), &again).unwrap(), head);
        assert_eq!(again.verify().unwrap(), store.verify().unwrap());
    }
}
