//! The journal: append-only segment files of framed, hash-chained facts. The truth of a store. Not responsible
//! for serving single applications (`store::sled`).
//!
//! A batch is its frames followed by a commit frame, written at once and synced before it is acknowledged.
//! Invariant: acknowledged bytes are never changed or cut; what has no commit frame was never acknowledged.

mod codec;
mod frame;
mod opening;
mod reader;
mod segment;
mod writer;

pub(super) use codec::{decode, encode, received_id};
pub(super) use frame::{EMPTY, chain, hex};
pub(super) use opening::{Access, Witness};
pub(super) use reader::Place;
pub(super) use writer::Journal;

/// Bytes a segment file may have.
pub(super) const SEGMENT_BYTES: u64 = 256 << 20;
