//! Blocks: facts laid one after the other and compressed together, since applications resemble each other. Not
//! responsible for what lies around a block (`frame`), nor for what a fact's bytes mean (`codec`).
//!
//! A block is `[number of facts u32][length of what follows when unpacked u32][..]`, numbers little endian; unpacked
//! it is, for each fact, its kind (one byte), the length of its payload (LEB128) and the payload.
//!
//! Invariant: unpacking allocates no more than a block can have, whatever the bytes say.

use super::codec::{self, MAX_PAYLOAD, number, put_number};
use crate::{model::Fact, store::StoreError};
use sha2::{Digest, Sha256};

/// A block is ended by the fact that makes it as long as this, in bytes. LZ4 looks back 64 KiB, so longer ones gain
/// little, and one application costs the reading of one block.
const ENOUGH: usize = 64 << 10;

/// Longest block, unpacked. What stays of erased facts may be longer than they were: tokens stand for ids.
const MAX_BLOCK: usize = ENOUGH + MAX_PAYLOAD + (512 << 10);

/// How a block is packed: the kind of its frame.
pub(super) const PLAIN: u16 = 1;
/// See [`PLAIN`].
pub(super) const LZ4: u16 = 2;

/// Bytes before a block's facts.
const HEAD: usize = 8;

/// Facts packed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Block {
    /// `PLAIN` or `LZ4`.
    pub packing: u16,
    /// As it lies in a frame.
    pub bytes: Vec<u8>,
    /// The hash of each fact; what the chain is made of.
    pub hashes: Vec<[u8; 32]>,
}

/// SHA-256 of one fact; of an erased one the hash of the fact it stands for. Format version 2.
pub(in crate::store) fn hash(kind: u8, schema: u16, payload: &[u8]) -> [u8; 32] {
    if let Some(hash) = codec::erased_hash(kind, payload) {
        return hash;
    }
    let mut sha = Sha256::new();
    let [a, b] = schema.to_le_bytes();
    sha.update([kind, a, b]);
    sha.update(payload);
    sha.finalize().into()
}

/// The hash of a fact.
///
/// # Errors
/// When it is longer than a fact may be.
pub(in crate::store) fn fact_hash(fact: &Fact) -> Result<[u8; 32], StoreError> {
    let mut payload = Vec::with_capacity(2048);
    let kind = codec::encode(fact, &mut payload)?;
    Ok(hash(kind, codec::SCHEMA, &payload))
}

/// Packs facts into blocks, in order.
///
/// # Errors
/// When one of them is longer than a fact may be.
pub(in crate::store) fn pack<'a>(
    facts: impl Iterator<Item = &'a Fact>,
) -> Result<Vec<Block>, StoreError> {
    let mut blocks = Vec::new();
    let mut raw = Vec::with_capacity(ENOUGH + 4096);
    let (mut payload, mut hashes) = (Vec::new(), Vec::new());
    for fact in facts {
        hashes.push(put(&mut raw, &mut payload, fact)?);
        if raw.len() >= ENOUGH {
            blocks.push(Block::new(&raw, std::mem::take(&mut hashes)));
            raw.clear();
        }
    }
    if !hashes.is_empty() {
        blocks.push(Block::new(&raw, hashes));
    }
    Ok(blocks)
}

/// Adds a fact to what a block has unpacked, and returns its hash; `payload` is room to work in.
fn put(raw: &mut Vec<u8>, payload: &mut Vec<u8>, fact: &Fact) -> Result<[u8; 32], StoreError> {
    payload.clear();
    let kind = codec::encode(fact, payload)?;
    raw.push(kind);
    put_number(raw, payload.len() as u64);
    raw.extend_from_slice(payload);
    Ok(hash(kind, codec::SCHEMA, payload))
}

impl Block {
    fn new(raw: &[u8], hashes: Vec<[u8; 32]>) -> Self {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
        let mut bytes = vec![0; HEAD + lz4_flex::block::get_maximum_output_size(raw.len())];
        let packed = bytes
            .get_mut(HEAD..)
            .and_then(|room| lz4_flex::block::compress_into(raw, room).ok())
            .filter(|&len| len < raw.len());
        let packing = match packed {
            Some(len) => {
                bytes.truncate(HEAD + len);
                LZ4
            }
            None => {
                bytes.truncate(HEAD);
                bytes.extend_from_slice(raw);
                PLAIN
            }
        };
        bytes.shrink_to_fit();
        let head = number(hashes.len()).into_iter().chain(number(raw.len()));
        for (to, from) in bytes.iter_mut().zip(head) {
            *to = from;
        }
        Self { packing, bytes, hashes }
    }

    /// The block of these facts and no others, which were in one before: so that a batch keeps its blocks.
    ///
    /// # Errors
    /// When they are longer than a block may be.
    pub(super) fn again(facts: &[Fact]) -> Result<Self, StoreError> {
        let (mut raw, mut payload, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
        for fact in facts {
            hashes.push(put(&mut raw, &mut payload, fact)?);
        }
        if raw.len() > MAX_BLOCK {
            let what = format!("a block of {} bytes; at most {MAX_BLOCK} fit", raw.len());
            return Err(StoreError::Encode { what });
        }
        Ok(Self::new(&raw, hashes))
    }

    /// How many facts are in it.
    pub fn count(&self) -> u64 {
        self.hashes.len() as u64
    }
}

/// The number of facts that a block says it has.
pub(super) fn count(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |b| u32::from_le_bytes(*b))
}

/// The facts of a block, unpacked.
pub(in crate::store) struct Unpacked {
    raw: Vec<u8>,
    /// How many facts there are.
    pub count: u32,
}

/// Unpacks a block.
///
/// # Errors
/// In words, when the bytes are none.
pub(in crate::store) fn unpack(packing: u16, bytes: &[u8]) -> Result<Unpacked, String> {
    let Some((head, packed)) = bytes.split_first_chunk::<HEAD>() else {
        return Err("a block without its beginning".to_owned());
    };
    let [a, b, c, d, e, f, g, h] = *head;
    let count = u32::from_le_bytes([a, b, c, d]);
    let len = u32::from_le_bytes([e, f, g, h]) as usize;
    if len > MAX_BLOCK || len / 256 > packed.len() {
        return Err(format!("a block of {len} bytes cannot be here"));
    }
    let raw = match packing {
        PLAIN => packed.to_vec(),
        LZ4 => lz4_flex::block::decompress(packed, len)
            .map_err(|e| format!("a block does not unpack: {e}"))?,
        other => return Err(format!("a block packed in an unknown way ({other})")),
    };
    if raw.len() != len {
        return Err(format!("a block of {} bytes where it says {len}", raw.len()));
    }
    Ok(Unpacked { raw, count })
}

impl Unpacked {
    /// Kind and payload of each fact to `each`, with its position.
    ///
    /// # Errors
    /// In words, when the block holds other facts than it says, or what `each` returned.
    pub fn each<'a>(
        &'a self,
        mut each: impl FnMut(u32, u8, &'a [u8]) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut rest = self.raw.as_slice();
        for nth in 0..self.count {
            let cut = || format!("a block of {} facts ends in fact {nth}", self.count);
            let (&kind, after) = rest.split_first().ok_or_else(cut)?;
            rest = after;
            let len = number(&mut rest).and_then(|n| usize::try_from(n).ok()).ok_or_else(cut)?;
            let (payload, after) = rest.split_at_checked(len).ok_or_else(cut)?;
            rest = after;
            each(nth, kind, payload)?;
        }
        if rest.is_empty() {
            Ok(())
        } else {
            Err(format!("{} bytes follow the facts of a block", rest.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::{received, sample_facts};
    use proptest::prelude::*;

    fn facts_of(blocks: &[Block]) -> Vec<Fact> {
        let mut facts = Vec::new();
        for block in blocks {
            let unpacked = unpack(block.packing, &block.bytes).unwrap();
            assert_eq!(u64::from(unpacked.count), block.count());
            unpacked
                .each(|nth, kind, payload| {
                    assert_eq!(block.hashes[nth as usize], hash(kind, codec::SCHEMA, payload));
                    facts.push(codec::decode(kind, codec::SCHEMA, payload)?);
                    Ok(())
                })
                .unwrap();
        }
        facts
    }

    #[test]
    fn facts_come_back_from_their_blocks_in_order() {
        let mut facts = sample_facts();
        facts.extend((0..3_000).map(|n| received(&format!("B-{n}"), "a resume, much like others")));
        let blocks = pack(facts.iter()).unwrap();
        assert!(blocks.len() > 2 && blocks[0].packing == LZ4);
        assert_eq!(facts_of(&blocks), facts);
    }

    #[test]
    fn what_does_not_compress_is_kept_plain() {
        let noise: String =
            (0..60_u32).map(|n| char::from_u32(n * 2_654_435 % 50_000 + 200).unwrap()).collect();
        let fact = received("A-1", &noise);
        let blocks = pack([&fact].into_iter()).unwrap();
        assert_eq!(blocks[0].packing, PLAIN);
        assert_eq!(facts_of(&blocks), [fact]);
    }

    #[test]
    fn a_block_that_claims_gigabytes_allocates_none() {
        let mut bytes = vec![1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff];
        bytes.extend_from_slice(&[0; 100]);
        assert!(unpack(LZ4, &bytes).is_err());
        assert!(unpack(PLAIN, &bytes).is_err());
        assert!(unpack(7, &[0; 8]).is_err());
    }

    proptest! {
        #[test]
        fn hostile_bytes_are_no_panic(packing in 0_u16..4, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(unpacked) = unpack(packing, &bytes) {
                let _ = unpacked.each(|_, _, _| Ok(()));
            }
        }
    }
}
