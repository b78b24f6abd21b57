//! Rewriting a segment file without what was erased. Not responsible for which facts those are, nor for the tombstone that
//! names them (`store::erasing`).
//!
//! The new file is written beside the old one and synced before it takes its place. Every fact keeps its block, its batch,
//! its number and its hash, so that everything before and behind stays as it is. Blocks without an erased fact are copied.
//!
//! Invariant: the file is the old one or the new one, whole; doing it again gives the same bytes.

use super::{
    block::{self, Block},
    codec,
    frame::{self, COMMIT},
    reader::At,
    segment::{Frames, SEGMENT_HEADER, Segment, Step},
};
use crate::{
    model::{Digest, Fact, Seq},
    store::{StoreError, layout},
};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufWriter, Read, Write},
    path::{Path, PathBuf},
};

/// What stays of each fact that is erased.
pub(in crate::store) type Rests = BTreeMap<Seq, Option<Fact>>;

/// How the names of files end that are being written.
const UNFINISHED: &str = "rewritten";

/// A segment written anew, not yet in its place.
pub(super) struct Rewritten {
    from: PathBuf,
    to: PathBuf,
    /// Bytes, header included.
    pub len: u64,
    /// Its blocks.
    pub blocks: Vec<At>,
}

impl Rewritten {
    /// Puts it in the old one's place, durably.
    pub fn replace(&self) -> Result<(), StoreError> {
        fs::rename(&self.from, &self.to).map_err(StoreError::io(&self.to))?;
        self.to.parent().map_or(Ok(()), layout::sync_dir)
    }
}

/// Removes what was being written when a process ended.
pub(super) fn clear(dir: &Path) -> Result<(), StoreError> {
    for entry in fs::read_dir(dir).map_err(StoreError::io(dir))? {
        let path = entry.map_err(StoreError::io(dir))?.path();
        if path.extension().is_some_and(|end| end == UNFINISHED) {
            fs::remove_file(&path).map_err(StoreError::io(&path))?;
        }
    }
    Ok(())
}

/// A fact as it stands once it is erased.
pub(in crate::store) fn erased(
    kind: u8,
    schema: u16,
    payload: &[u8],
    rest: Option<&Fact>,
) -> Result<Fact, String> {
    let hash = Digest(block::hash(kind, schema, payload));
    // One that was erased before stands for the same fact as then.
    let kind = match codec::decode(kind, schema, payload)? {
        Fact::Erased { kind, .. } => kind,
        _ => kind,
    };
    Ok(Fact::Erased { kind, hash, rest: rest.map(|rest| Box::new(rest.clone())) })
}

/// Writes the segment whose facts follow on `before` without what is erased. O(bytes).
pub(super) fn write(dir: &Path, segment: &Segment, rests: &Rests) -> Result<Rewritten, StoreError> {
    let to = segment.path(dir);
    let from = to.with_added_extension(UNFINISHED);
    let done = copy(&to, &from, segment, rests);
    if done.is_err() {
        // On a full disk the remains would take the space that is missing.
        let _ = fs::remove_file(&from);
    }
    let (len, blocks) = done?;
    Ok(Rewritten { from, to, len, blocks })
}

fn copy(
    old: &Path,
    new: &Path,
    segment: &Segment,
    rests: &Rests,
) -> Result<(u64, Vec<At>), StoreError> {
    let mut head = vec![0; SEGMENT_HEADER];
    File::open(old).and_then(|mut file| file.read_exact(&mut head)).map_err(StoreError::io(old))?;
    let file = File::create(new).map_err(StoreError::io(new))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let mut put = |bytes: &[u8]| out.write_all(bytes).map_err(StoreError::io(new));
    put(&head)?;
    let start = SEGMENT_HEADER as u64;
    let mut frames = Frames::open(old.to_owned(), start, segment.len, 1 << 20)?;
    let (mut len, mut blocks) = (start, Vec::new());
    let (mut before, mut bytes) = (Seq(segment.first.0.saturating_sub(1)), Vec::new());
    loop {
        let offset = frames.offset;
        let damaged = |what: String| StoreError::damaged(old, offset, before, what);
        let h = match frames.step()? {
            Step::End => break,
            Step::Bad(what) => return Err(damaged(what)),
            Step::Frame(h) => h,
        };
        bytes.clear();
        if h.kind == COMMIT {
            frame::put(&mut bytes, h.seq, h.kind, h.schema, &h.hash, frames.payload());
        } else {
            let first = Seq(before.0 + 1);
            let packed = match rests.range(first..=h.seq).next() {
                None => None,
                Some(_) => {
                    Some(without(h.kind, h.schema, frames.payload(), first, rests).map_err(
                        |e| match e {
                            Failed::Bytes(what) => damaged(what),
                            Failed::Store(e) => e,
                        },
                    )?)
                }
            };
            let (kind, payload) = match &packed {
                Some(block) => (block.packing, block.bytes.as_slice()),
                None => (h.kind, frames.payload()),
            };
            frame::put(&mut bytes, h.seq, kind, h.schema, &h.hash, payload);
            blocks.push(At::new(h.seq, segment.number, len));
            before = h.seq;
        }
        len += bytes.len() as u64;
        put(&bytes)?;
    }
    let file = out.into_inner().map_err(|e| StoreError::io(new)(e.into_error()))?;
    file.sync_all().map_err(StoreError::io(new))?;
    Ok((len, blocks))
}

/// Why a block cannot be packed anew.
enum Failed {
    /// Its bytes are none.
    Bytes(String),
    /// What stays does not fit.
    Store(StoreError),
}

impl From<String> for Failed {
    fn from(what: String) -> Self {
        Self::Bytes(what)
    }
}

/// A block that begins with fact `first`, packed anew without what is erased.
fn without(
    packing: u16,
    schema: u16,
    payload: &[u8],
    first: Seq,
    rests: &Rests,
) -> Result<Block, Failed> {
    let mut facts = Vec::new();
    block::unpack(packing, payload)?.each(|nth, kind, payload| {
        facts.push(match rests.get(&Seq(first.0 + u64::from(nth))) {
            Some(rest) => erased(kind, schema, payload, rest.as_ref())?,
            None => codec::decode(kind, schema, payload)?,
        });
        Ok(())
    })?;
    Block::again(&facts).map_err(Failed::Store)
}

/// A block in memory without what is erased; it ends with fact `last`.
///
/// # Errors
/// In words.
pub(in crate::store) fn block_without(
    last: Seq,
    block: &Block,
    rests: &Rests,
) -> Result<Block, StoreError> {
    let first = Seq(last.0 + 1 - block.count());
    without(block.packing, codec::SCHEMA, &block.bytes, first, rests).map_err(|e| match e {
        Failed::Bytes(what) => StoreError::damaged(Path::new("memory"), 0, last, what),
        Failed::Store(e) => e,
    })
}
