//! The journal: append-only segment files of framed, hash-chained facts, in compressed blocks. The truth of a store.
//! Not responsible for knowing which facts are the versions of an application (`store::index`).
//!
//! A batch is the frames of its blocks followed by a commit frame, written at once and synced before it is
//! acknowledged.
//! Invariant: acknowledged facts keep their places and hashes, and their bytes unless they are erased, which rewrites the
//! file they are in (`rewriting`); none is ever cut; what has no commit frame was never acknowledged.

mod block;
mod codec;
mod frame;
mod opening;
mod reader;
mod rewriting;
mod segment;
mod writer;

pub(super) use block::{Block, fact_hash, hash, pack, unpack};
pub(super) use codec::{SCHEMA, decode, encode, glance, kind, received_id, withdrawn_import};
pub(super) use frame::{EMPTY, chain, hex};
pub(super) use opening::{Access, Witness};
pub(super) use rewriting::{Rests, block_without};
pub(super) use writer::Journal;

/// Bytes a segment file may have.
pub(super) const SEGMENT_BYTES: u64 = 256 << 20;
