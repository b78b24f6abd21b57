//! Reading acknowledged facts: from a sequence number on, or a single one. Not responsible for what is not
//! acknowledged yet.
//!
//! Invariant: a reader sees the journal as it was when it began, however it grows or is rewritten meanwhile: it opens its
//! files when it begins.

use super::{
    block::{self, Unpacked},
    codec,
    frame::{COMMIT, HEADER, Header, chain},
    opening::wrong_block,
    segment::{Frames, SEGMENT_HEADER, Segment, Step, path_of},
};
use crate::{
    model::{Fact, Seq},
    store::{Head, StoreError},
};
use rayon::prelude::*;
use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

/// Where a block lies: 16 bytes for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    /// Its last fact.
    pub last: Seq,
    /// Number of the segment.
    pub segment: u32,
    /// Byte in its file.
    pub offset: u32,
}

impl At {
    pub fn new(last: Seq, segment: u32, offset: u64) -> Self {
        Self { last, segment, offset: u32::try_from(offset).unwrap_or(u32::MAX) }
    }
}

/// How far the journal is acknowledged.
#[derive(Debug, Clone)]
pub(super) struct Tip {
    pub segments: Vec<Segment>,
    pub head: Head,
    /// Every block, in order.
    pub blocks: Vec<At>,
}

impl Tip {
    /// The block that holds a fact, and the last fact before the block.
    fn block_of(&self, seq: Seq) -> Option<(At, Seq)> {
        let at = self.blocks.partition_point(|b| b.last < seq);
        let before = at.checked_sub(1).and_then(|i| self.blocks.get(i)).map_or(Seq(0), |b| b.last);
        self.blocks.get(at).filter(|_| seq > before).map(|&block| (block, before))
    }
}

/// A block as it lies in a frame.
struct Packed {
    header: Header,
    bytes: Vec<u8>,
    /// The last fact before it.
    before: Seq,
    path: PathBuf,
    offset: u64,
}

impl Packed {
    fn damaged(&self, what: impl Into<String>) -> StoreError {
        StoreError::damaged(&self.path, self.offset, Seq(self.before.0 + 1), what)
    }

    fn unpack(&self) -> Result<Unpacked, StoreError> {
        let unpacked = block::unpack(self.header.kind, &self.bytes).map_err(|e| self.damaged(e))?;
        if self.header.seq.0 != self.before.0 + u64::from(unpacked.count) {
            return Err(self.damaged(wrong_block(self.header.seq, self.before, unpacked.count)));
        }
        Ok(unpacked)
    }

    /// What `read` makes of each fact, in order.
    fn read<T>(
        &self,
        read: impl Fn(Seq, u8, &[u8]) -> Result<T, String>,
    ) -> Result<Vec<T>, StoreError> {
        let unpacked = self.unpack()?;
        let mut all = Vec::with_capacity(unpacked.count as usize);
        let mut put = |nth: u32, kind: u8, payload: &[u8]| {
            let seq = Seq(self.before.0 + 1 + u64::from(nth));
            all.push(read(seq, kind, payload)?);
            Ok(())
        };
        unpacked.each(&mut put).map_err(|what| self.damaged(what))?;
        Ok(all)
    }
}

/// Acknowledged facts, in order.
pub(in crate::store) struct Reader {
    dir: PathBuf,
    segments: std::vec::IntoIter<(Segment, io::Result<File>)>,
    now: Option<(Segment, Frames)>,
    start: u64,
    from: Seq,
    seq: Seq,
}

/// Bytes read ahead when many facts are wanted.
const AHEAD: usize = 1 << 18;

/// Blocks read at once, so that all cores unpack them.
const AT_ONCE: usize = 32;

impl Reader {
    /// From fact `from` on.
    pub(super) fn new(dir: &Path, tip: &Tip, from: Seq) -> Self {
        let found = tip.block_of(from.max(Seq(1)));
        let (at, seq) = found.unwrap_or((At::new(Seq(0), u32::MAX, 0), tip.head.seq));
        let segments = tip.segments.iter().filter(|s| s.number >= at.segment);
        let segments: Vec<(Segment, io::Result<File>)> =
            segments.map(|s| (s.clone(), File::open(s.path(dir)))).collect();
        Self {
            dir: dir.to_owned(),
            segments: segments.into_iter(),
            now: None,
            start: u64::from(at.offset),
            from,
            seq,
        }
    }

    /// The next block; none at the end.
    fn packed(&mut self) -> Result<Option<Packed>, StoreError> {
        loop {
            let Some((segment, frames)) = &mut self.now else {
                let Some((segment, file)) = self.segments.next() else { return Ok(None) };
                let start = std::mem::replace(&mut self.start, SEGMENT_HEADER as u64);
                let path = segment.path(&self.dir);
                let file = file.map_err(StoreError::io(&path))?;
                let frames = Frames::of(file, path, start, segment.len, AHEAD)?;
                self.now = Some((segment, frames));
                continue;
            };
            let offset = frames.offset;
            let path = || path_of(&self.dir, segment.number);
            match frames.step()? {
                Step::End => self.now = None,
                Step::Bad(what) => {
                    return Err(StoreError::damaged(&path(), offset, self.seq, what));
                }
                Step::Frame(header) if header.kind == COMMIT => {}
                Step::Frame(header) => {
                    let before = std::mem::replace(&mut self.seq, header.seq);
                    let bytes = frames.payload().to_vec();
                    return Ok(Some(Packed { header, bytes, before, path: path(), offset }));
                }
            }
        }
    }

    /// What `read` makes of each fact from `from` on, in order, to `each`; the blocks are unpacked and read by all
    /// cores.
    ///
    /// # Errors
    /// `Damaged` when what was whole at open no longer is or `read` says so; what `each` returned.
    pub fn each<T: Send>(
        mut self,
        read: impl Fn(Seq, u8, u16, &[u8]) -> Result<T, String> + Sync,
        each: &mut dyn FnMut(Seq, T) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        loop {
            let mut blocks = Vec::new();
            let mut end = None;
            while blocks.len() < AT_ONCE && end.is_none() {
                match self.packed() {
                    Ok(Some(block)) => blocks.push(block),
                    Ok(None) => end = Some(Ok(())),
                    Err(e) => end = Some(Err(e)),
                }
            }
            let from = self.from;
            let facts = blocks.into_par_iter().map(|block| {
                let schema = block.header.schema;
                block.read(|seq, kind, payload| {
                    if seq < from {
                        return Ok(None);
                    }
                    Ok(Some((seq, read(seq, kind, schema, payload)?)))
                })
            });
            // In order, and what came before a damaged block comes out before the error.
            for block in facts.collect::<Vec<_>>() {
                for (seq, fact) in block?.into_iter().flatten() {
                    each(seq, fact)?;
                }
            }
            if let Some(end) = end {
                return end;
            }
        }
    }
}

/// The block of a fact, read.
fn block_at(dir: &Path, tip: &Tip, seq: Seq) -> Result<Packed, StoreError> {
    let Some((at, before)) = tip.block_of(seq) else {
        return Err(StoreError::damaged(dir, 0, seq, "there is no such fact"));
    };
    let path = path_of(dir, at.segment);
    let offset = u64::from(at.offset);
    let end = tip.segments.iter().find(|s| s.number == at.segment).map_or(0, |s| s.len);
    let bad = |what: &str| Err(StoreError::damaged(&path, offset, seq, what));
    if offset < SEGMENT_HEADER as u64 || offset + HEADER as u64 > end {
        return bad("no frame begins there");
    }
    let mut frames = Frames::open(path.clone(), offset, end, HEADER)?;
    match frames.step()? {
        Step::Frame(header) if header.seq == at.last && header.kind != COMMIT => {
            let bytes = frames.payload().to_vec();
            Ok(Packed { header, bytes, before, path, offset })
        }
        Step::Frame(_) => bad("another block is there"),
        Step::Bad(what) => bad(&what),
        Step::End => bad("nothing is there"),
    }
}

/// A fact. O(block).
pub(super) fn fact_at(dir: &Path, tip: &Tip, seq: Seq) -> Result<Fact, StoreError> {
    let block = block_at(dir, tip, seq)?;
    let schema = block.header.schema;
    let facts = block.read(|at, kind, payload| {
        if at == seq { codec::decode(kind, schema, payload).map(Some) } else { Ok(None) }
    })?;
    facts.into_iter().flatten().next().ok_or_else(|| block.damaged("the fact is missing"))
}

/// The chain's hash after a fact that exists: recomputed within its block. O(block).
pub(super) fn hash_at(dir: &Path, tip: &Tip, seq: Seq) -> Result<[u8; 32], StoreError> {
    let block = block_at(dir, tip, seq)?;
    if block.header.seq == seq {
        return Ok(block.header.hash);
    }
    let mut hash = match block.before {
        Seq(0) => super::EMPTY,
        before => block_at(dir, tip, before)?.header.hash,
    };
    let schema = block.header.schema;
    let facts = block.read(|at, kind, payload| Ok((at, block::hash(kind, schema, payload))))?;
    for (at, fact) in facts.into_iter().filter(|(at, _)| *at <= seq) {
        hash = chain(&hash, at, &fact);
    }
    Ok(hash)
}

/// Reads every segment through and recomputes the chain; what `read` makes of each fact goes to `each`. Blocks are
/// unpacked, hashed and read by all cores.
///
/// # Errors
/// The first block that is not whole, in order and in the chain, or in which `read` finds something wrong.
pub(super) fn verify<T: Send>(
    dir: &Path,
    tip: &Tip,
    read: impl Fn(u8, u16, &[u8]) -> Result<T, String> + Sync,
    each: &mut dyn FnMut(Seq, T),
) -> Result<(), StoreError> {
    let mut head = Head { seq: Seq(0), hash: super::EMPTY };
    let mut chained = head;
    for segment in &tip.segments {
        let path = segment.path(dir);
        let on_disk = Segment::open(dir, segment.number)?;
        if on_disk.first.0 != head.seq.0 + 1 || on_disk.before != head.hash {
            let what = "the segment does not continue the one before it";
            return Err(StoreError::damaged(&path, 0, head.seq, what));
        }
        let mut frames = Frames::open(path.clone(), SEGMENT_HEADER as u64, segment.len, AHEAD)?;
        let mut pending = 0_u32;
        let mut blocks = Vec::new();
        loop {
            let offset = frames.offset;
            let bad = |what: String| Err(StoreError::damaged(&path, offset, head.seq, what));
            let step = frames.step()?;
            if blocks.len() == AT_ONCE || !matches!(step, Step::Frame(_)) {
                check(std::mem::take(&mut blocks), &mut chained, &read, each)?;
            }
            let h = match step {
                Step::End if pending == 0 => break,
                Step::End => return bad("a batch without its commit frame".to_owned()),
                Step::Bad(what) => return bad(what),
                Step::Frame(h) => h,
            };
            if h.kind == COMMIT {
                if !is_commit(&h, frames.payload(), head, pending) {
                    return bad("the commit frame does not fit the batch before it".to_owned());
                }
                pending = 0;
                continue;
            }
            let before = head.seq;
            pending = pending.saturating_add(block::count(frames.payload()));
            head = Head { seq: h.seq, hash: h.hash };
            let bytes = frames.payload().to_vec();
            blocks.push(Packed { header: h, bytes, before, path: path.clone(), offset });
        }
    }
    if head != tip.head {
        let path = path_of(dir, tip.segments.last().map_or(1, |s| s.number));
        return Err(StoreError::damaged(&path, 0, head.seq, "the journal ends with another hash"));
    }
    Ok(())
}

/// Checks that blocks continue the chain at `head`.
fn check<T: Send>(
    blocks: Vec<Packed>,
    head: &mut Head,
    read: &(impl Fn(u8, u16, &[u8]) -> Result<T, String> + Sync),
    each: &mut dyn FnMut(Seq, T),
) -> Result<(), StoreError> {
    let facts = blocks.par_iter().map(|block| {
        let schema = block.header.schema;
        block.read(|seq, kind, payload| {
            Ok((seq, block::hash(kind, schema, payload), read(kind, schema, payload)?))
        })
    });
    for (block, facts) in blocks.iter().zip(facts.collect::<Vec<_>>()) {
        for (seq, hash, fact) in facts? {
            *head = Head { seq, hash: chain(&head.hash, seq, &hash) };
            each(seq, fact);
        }
        if *head != (Head { seq: block.header.seq, hash: block.header.hash }) {
            return Err(block.damaged("the hash chain breaks: the bytes were changed"));
        }
    }
    Ok(())
}

/// Whether a commit frame ends a batch of `pending` facts at `head`.
pub(super) fn is_commit(h: &Header, payload: &[u8], head: Head, pending: u32) -> bool {
    h.seq == head.seq
        && h.hash == head.hash
        && h.schema == 1
        && pending > 0
        && payload == pending.to_le_bytes()
}
