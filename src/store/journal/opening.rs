//! Opening a journal: every frame's checksum and order, and what to do about a bad end. Not responsible for what is
//! in the blocks nor for the chain's hashes, which `verify` recomputes.
//!
//! Invariant: only bytes that no commit frame acknowledged are ever cut, and only where nothing whole follows.

use super::{
    block,
    frame::{COMMIT, EMPTY, another_frame_in},
    reader::{At, Tip, is_commit},
    segment::{Frames, Segment, Step, path_of},
};
use crate::{
    model::Seq,
    store::{Head, StoreError},
};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    path::Path,
};

/// Whether a bad end may be cut off, or is only passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Access {
    /// The one writer.
    Write,
    /// A reader beside it, which may see a batch being written.
    Read,
}

/// Where the journal ended when it was last closed in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct Witness {
    /// The last fact.
    pub seq: Seq,
    /// The chain's hash, in hexadecimal digits.
    pub hash: String,
    /// The last segment.
    pub segment: u32,
    /// Its length in bytes.
    pub len: u64,
}

/// Numbers of the segment files in `dir`, ascending.
pub(super) fn numbers(dir: &Path) -> Result<Vec<u32>, StoreError> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(dir).map_err(StoreError::io(dir))? {
        let name = entry.map_err(StoreError::io(dir))?.file_name();
        let text = name.to_str().and_then(|n| n.strip_suffix(".seg"));
        let number: Option<u32> = text.and_then(|n| n.parse().ok());
        // Only a name as `path_of` writes it: a copy like `1.seg` beside it is no segment.
        numbers.extend(number.filter(|&n| path_of(dir, n).file_name() == Some(&name)));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Reads the journal in `dir` through, and cuts a torn end. What was done is told in `notes`.
pub(super) fn open(
    dir: &Path,
    access: Access,
    witness: Option<&Witness>,
    notes: &mut Vec<String>,
) -> Result<Tip, StoreError> {
    let numbers = numbers(dir)?;
    let mut tip =
        Tip { segments: Vec::new(), head: Head { seq: Seq(0), hash: EMPTY }, blocks: Vec::new() };
    let newest = numbers.last().copied().unwrap_or(0);
    for (number, expected) in numbers.into_iter().zip(1..) {
        if number != expected {
            let path = path_of(dir, expected);
            return Err(StoreError::damaged(&path, 0, tip.head.seq, "the segment is missing"));
        }
        let segment = Segment::open(dir, number)?;
        let path = segment.path(dir);
        if segment.first.0 != tip.head.seq.0 + 1 || segment.before != tip.head.hash {
            let what = "the segment does not continue the one before it";
            return Err(StoreError::damaged(&path, 0, tip.head.seq, what));
        }
        tip.segments.push(segment);
        let file_len = tip.segments.last().map_or(0, |s| s.len);
        let Some(torn) = scan(dir, &mut tip)? else { continue };
        if number != newest {
            return Err(StoreError::damaged(&path, torn.offset, tip.head.seq, torn.what));
        }
        let committed = tip.segments.last().map_or(0, |s| s.len);
        let was_whole = witness
            .is_some_and(|w| w.segment == number && w.len > torn.offset && file_len >= w.len);
        if was_whole || (torn.bad && follows(&path, torn.offset, tip.head.seq)?) {
            return Err(StoreError::damaged(&path, torn.offset, torn.last, torn.what));
        }
        not_shorter(dir, &tip, witness)?;
        if access == Access::Write {
            let file = File::options().write(true).open(&path).map_err(StoreError::io(&path))?;
            file.set_len(committed)
                .and_then(|()| file.sync_all())
                .map_err(StoreError::io(&path))?;
            notes.push(format!(
                "the end of the journal was torn ({} of {}): the last {} bytes, which no finished batch covers, were cut; the journal ends at fact {}",
                torn.what, path.display(), file_len - committed, tip.head.seq.0
            ));
        }
    }
    if let Some(w) = witness {
        compare(dir, &tip, w)?;
    }
    Ok(tip)
}

/// An end that is not the end of a batch.
struct Torn {
    offset: u64,
    what: String,
    /// The last whole fact before it.
    last: Seq,
    /// Whether a frame was bad, rather than the commit frame absent.
    bad: bool,
}

/// Reads the newest segment of `tip` through, and sets its length and the head to its last commit.
fn scan(dir: &Path, tip: &mut Tip) -> Result<Option<Torn>, StoreError> {
    let Some(segment) = tip.segments.last_mut() else { return Ok(None) };
    let path = segment.path(dir);
    let start = super::segment::SEGMENT_HEADER as u64;
    let mut frames = Frames::open(path.clone(), start, segment.len, 1 << 20)?;
    segment.len = start;
    let (mut last, mut pending) = (tip.head, 0_u32);
    loop {
        let offset = frames.offset;
        let torn = |what: String, bad| Some(Torn { offset, what, last: last.seq, bad });
        match frames.step()? {
            Step::Frame(h) if h.kind == COMMIT => {
                if !is_commit(&h, frames.payload(), last, pending) {
                    let what = "the commit frame does not fit the batch before it";
                    return Err(StoreError::damaged(&path, offset, last.seq, what));
                }
                (tip.head, segment.len, pending) = (last, frames.offset, 0);
            }
            Step::Frame(h) => {
                let count = block::count(frames.payload());
                if count == 0 || h.seq.0 != last.seq.0 + u64::from(count) {
                    let what = wrong_block(h.seq, last.seq, count);
                    return Err(StoreError::damaged(&path, offset, last.seq, what));
                }
                last = Head { seq: h.seq, hash: h.hash };
                pending = pending.saturating_add(count);
                tip.blocks.push(At::new(h.seq, segment.number, offset));
            }
            step => {
                while tip.blocks.last().is_some_and(|b| b.last > tip.head.seq) {
                    tip.blocks.pop();
                }
                return Ok(match step {
                    Step::Bad(what) => torn(what, true),
                    _ if pending > 0 => torn("a batch without its commit frame".to_owned(), false),
                    _ => None,
                });
            }
        }
    }
}

/// A block of `count` facts, ending in `found`, that does not follow on `last`.
pub(super) fn wrong_block(found: Seq, last: Seq, count: u32) -> String {
    format!("a block of {count} facts up to fact {} behind fact {}", found.0, last.0)
}

/// Whether a whole frame begins anywhere behind the bad one at `offset`.
fn follows(path: &Path, offset: u64, last: Seq) -> Result<bool, StoreError> {
    let mut file = File::open(path).map_err(StoreError::io(path))?;
    file.seek(SeekFrom::Start(offset)).map_err(StoreError::io(path))?;
    let mut rest = Vec::new();
    // A segment is bounded; a file that was blown up is not read beyond that.
    file.take(2 * super::SEGMENT_BYTES).read_to_end(&mut rest).map_err(StoreError::io(path))?;
    Ok(another_frame_in(&rest, last))
}

/// An alarm when acknowledged facts are gone: a crash tears what was not acknowledged, and never what was there
/// when the journal was closed in order.
fn not_shorter(dir: &Path, tip: &Tip, witness: Option<&Witness>) -> Result<(), StoreError> {
    match witness {
        Some(w) if tip.head.seq < w.seq => {
            let what = format!(
                "the journal ended at fact {} when it was last closed and now ends at fact {} (to go on without what is missing, delete the file \"clean\" of the store)",
                w.seq.0, tip.head.seq.0
            );
            let len = tip.segments.last().map_or(0, |s| s.len);
            Err(StoreError::damaged(&path_of(dir, w.segment), len, tip.head.seq, what))
        }
        _ => Ok(()),
    }
}

/// Holds what was found against what was there when the journal was last closed.
fn compare(dir: &Path, tip: &Tip, witness: &Witness) -> Result<(), StoreError> {
    let path = path_of(dir, witness.segment);
    if witness.segment > 0 && tip.segments.len() < witness.segment as usize {
        let what = format!("the segment is missing; the journal had {} facts", witness.seq.0);
        return Err(StoreError::damaged(&path, 0, tip.head.seq, what));
    }
    not_shorter(dir, tip, Some(witness))?;
    if tip.head.seq == witness.seq && super::hex(&tip.head.hash) != witness.hash {
        let what = "the journal does not end with the hash it was closed with";
        return Err(StoreError::damaged(&path, 0, tip.head.seq, what));
    }
    Ok(())
}
