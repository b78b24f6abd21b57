//! Reading acknowledged facts: from a sequence number on, or one at a known place. Not responsible for what is
//! not acknowledged yet.
//!
//! Invariant: a reader sees the journal as it was when it began, however it grows meanwhile.

use super::{
    frame::{COMMIT, HEADER, Header, chain},
    segment::{Frames, SEGMENT_HEADER, Segment, Step, path_of},
};
use crate::{
    model::Seq,
    store::{Head, StoreError},
};
use std::path::{Path, PathBuf};

/// Where a fact's frame lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) struct Place {
    /// Number of the segment.
    pub segment: u32,
    /// Byte in its file.
    pub offset: u32,
}

/// A fact of which the place is remembered, so that reading from the middle need not begin at the front.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub seq: Seq,
    /// Index into `Tip::segments`.
    pub segment: usize,
    pub offset: u64,
}

impl Mark {
    /// One fact in so many has a mark.
    pub const EVERY: u64 = 1024;
}

/// How far the journal is acknowledged.
#[derive(Debug, Clone)]
pub(super) struct Tip {
    pub segments: Vec<Segment>,
    pub head: Head,
    pub marks: Vec<Mark>,
}

/// A fact's frame.
pub(in crate::store) struct Framed<'a> {
    pub seq: Seq,
    pub kind: u16,
    pub schema: u16,
    pub hash: [u8; 32],
    pub payload: &'a [u8],
    pub place: Place,
}

/// Acknowledged facts, in order.
pub(in crate::store) struct Reader {
    dir: PathBuf,
    segments: std::vec::IntoIter<Segment>,
    now: Option<(Segment, Frames)>,
    start: u64,
    from: Seq,
    seq: Seq,
}

/// Bytes read ahead when many facts are wanted.
const AHEAD: usize = 1 << 18;

impl Reader {
    /// From fact `from` on.
    pub(super) fn new(dir: &Path, tip: &Tip, from: Seq) -> Self {
        let marks = tip.marks.partition_point(|m| m.seq <= from);
        let at = tip.segments.partition_point(|s| s.first <= from).saturating_sub(1);
        let mark = marks.checked_sub(1).and_then(|i| tip.marks.get(i)).filter(|m| m.segment == at);
        let segments: Vec<Segment> = tip.segments.get(at..).unwrap_or_default().to_vec();
        let first = segments.first().map_or(Seq(1), |s| s.first);
        Self {
            dir: dir.to_owned(),
            start: mark.map_or(SEGMENT_HEADER as u64, |m| m.offset),
            seq: Seq(mark.map_or(first, |m| m.seq).0.saturating_sub(1)),
            segments: segments.into_iter(),
            now: None,
            from,
        }
    }

    /// The next fact; none at the end.
    ///
    /// # Errors
    /// `Damaged` when what was whole at open no longer is.
    pub fn next(&mut self) -> Result<Option<Framed<'_>>, StoreError> {
        let (header, offset) = loop {
            let Some((_, frames)) = &mut self.now else {
                let Some(segment) = self.segments.next() else { return Ok(None) };
                let start = std::mem::replace(&mut self.start, SEGMENT_HEADER as u64);
                let frames = Frames::open(segment.path(&self.dir), start, segment.len, AHEAD)?;
                self.now = Some((segment, frames));
                continue;
            };
            let offset = frames.offset;
            match frames.step()? {
                Step::End => self.now = None,
                Step::Bad(what) => {
                    return Err(StoreError::damaged(&frames.path, offset, self.seq, what));
                }
                Step::Frame(h) if h.kind == COMMIT => {}
                Step::Frame(h) => {
                    if h.seq.0 != self.seq.0 + 1 {
                        let what = format!("fact {} where {} should be", h.seq.0, self.seq.0 + 1);
                        return Err(StoreError::damaged(&frames.path, offset, self.seq, what));
                    }
                    self.seq = h.seq;
                    if h.seq >= self.from {
                        break (h, offset);
                    }
                }
            }
        };
        Ok(self.now.as_ref().map(|(segment, frames)| Framed {
            seq: header.seq,
            kind: header.kind,
            schema: header.schema,
            hash: header.hash,
            payload: frames.payload(),
            place: Place {
                segment: segment.number,
                offset: u32::try_from(offset).unwrap_or(u32::MAX),
            },
        }))
    }

    /// The damage a caller found in the payload of the fact last returned.
    pub fn damaged(&self, place: Place, what: impl Into<String>) -> StoreError {
        let path = path_of(&self.dir, place.segment);
        StoreError::damaged(&path, u64::from(place.offset), self.seq, what)
    }
}

/// The frame at a place, if it is whole and holds fact `seq`: kind, schema, payload.
pub(super) fn at(
    dir: &Path,
    tip: &Tip,
    place: Place,
    seq: Seq,
) -> Result<(u16, u16, Vec<u8>), StoreError> {
    let path = path_of(dir, place.segment);
    let index = (place.segment as usize).wrapping_sub(1);
    let end = tip.segments.get(index).map_or(0, |s| s.len);
    let offset = u64::from(place.offset);
    let bad = |what: &str| Err(StoreError::damaged(&path, offset, seq, what));
    if offset < SEGMENT_HEADER as u64 || offset + HEADER as u64 > end {
        return bad("no frame begins there");
    }
    // Most frames are below 1 kB; a longer one costs one more read.
    let mut frames = Frames::open(path.clone(), offset, end, 2048)?;
    match frames.step()? {
        Step::Frame(h) if h.seq == seq && h.kind != COMMIT => {
            Ok((h.kind, h.schema, frames.payload().to_vec()))
        }
        Step::Frame(_) => bad("another fact is there"),
        Step::Bad(what) => bad(&what),
        Step::End => bad("nothing is there"),
    }
}

/// Reads every segment through and recomputes the chain; each fact goes to `each`.
///
/// # Errors
/// The first frame that is not whole, in order and in the chain.
pub(super) fn verify(
    dir: &Path,
    tip: &Tip,
    each: &mut dyn FnMut(&Framed<'_>) -> Result<(), String>,
) -> Result<(), StoreError> {
    let mut head = Head { seq: Seq(0), hash: super::EMPTY };
    for segment in &tip.segments {
        let path = segment.path(dir);
        let on_disk = Segment::open(dir, segment.number)?;
        if on_disk.first.0 != head.seq.0 + 1 || on_disk.before != head.hash {
            let what = "the segment does not continue the one before it";
            return Err(StoreError::damaged(&path, 0, head.seq, what));
        }
        let mut frames = Frames::open(path.clone(), SEGMENT_HEADER as u64, segment.len, AHEAD)?;
        let mut pending = 0_u32;
        loop {
            let offset = frames.offset;
            let bad = |what: String| Err(StoreError::damaged(&path, offset, head.seq, what));
            let h = match frames.step()? {
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
            let hash = chain(&head.hash, h.seq, h.kind, h.schema, frames.payload());
            if h.seq.0 != head.seq.0 + 1 {
                return bad(format!("fact {} where {} should be", h.seq.0, head.seq.0 + 1));
            }
            if hash != h.hash {
                return bad("the hash chain breaks: the bytes were changed".to_owned());
            }
            head = Head { seq: h.seq, hash };
            pending += 1;
            let place = Place {
                segment: segment.number,
                offset: u32::try_from(offset).unwrap_or(u32::MAX),
            };
            let fact = Framed {
                seq: h.seq,
                kind: h.kind,
                schema: h.schema,
                hash,
                payload: frames.payload(),
                place,
            };
            if let Err(what) = each(&fact) {
                return Err(StoreError::damaged(&path, offset, h.seq, what));
            }
        }
    }
    if head != tip.head {
        let path = path_of(dir, tip.segments.last().map_or(1, |s| s.number));
        return Err(StoreError::damaged(&path, 0, head.seq, "the journal ends with another hash"));
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
