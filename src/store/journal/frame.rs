//! Frames: how blocks of facts lie in a segment file, and the hash chain through the facts. Not responsible for
//! files, nor for what is in a block (`block`).
//!
//! A frame is `[len u32][crc32c u32][seq u64][kind u16][schema u16][chain hash 32][payload len]`, numbers little
//! endian; the CRC covers all but itself. Sequence and chain hash are those of the last fact of the block. The chain
//! goes from fact to fact, SHA-256 over the hash before, the sequence number and the hash of the fact, so a changed
//! old byte shows even if its CRC was fixed up, and the same facts have the same hash however they were put into
//! blocks and batches. Kind 0 is the commit frame that ends a batch: sequence and hash of the last fact, payload the
//! number of facts (u32).
//!
//! Invariant: no length read from a file is believed before it is compared with what can be there.

use super::codec::MAX_PAYLOAD;
use crate::model::Seq;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Longest payload of a frame: a block with the longest fact, which did not compress.
pub(super) const MAX_FRAME: usize = MAX_PAYLOAD + (1 << 20);

/// Bytes of a frame before its payload.
pub(super) const HEADER: usize = 52;

/// Kind of the frame that ends a batch.
pub(super) const COMMIT: u16 = 0;

/// The chain before the first fact.
pub(in crate::store) const EMPTY: [u8; 32] = [0; 32];

/// What stands before a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub len: u32,
    pub crc: u32,
    pub seq: Seq,
    pub kind: u16,
    pub schema: u16,
    pub hash: [u8; 32],
}

impl Header {
    /// Reads the fields; says nothing about their truth.
    pub fn read(b: &[u8; HEADER]) -> Self {
        Self {
            len: u32::from_le_bytes(part(b, 0)),
            crc: u32::from_le_bytes(part(b, 4)),
            seq: Seq(u64::from_le_bytes(part(b, 8))),
            kind: u16::from_le_bytes(part(b, 16)),
            schema: u16::from_le_bytes(part(b, 18)),
            hash: part(b, 20),
        }
    }

    fn write(&self) -> [u8; HEADER] {
        let mut b = [0; HEADER];
        let fields: [&[u8]; 6] = [
            &self.len.to_le_bytes(),
            &self.crc.to_le_bytes(),
            &self.seq.0.to_le_bytes(),
            &self.kind.to_le_bytes(),
            &self.schema.to_le_bytes(),
            &self.hash,
        ];
        for (to, from) in b.iter_mut().zip(fields.into_iter().flatten()) {
            *to = *from;
        }
        b
    }
}

/// `N` bytes of `bytes` from `at` on; zeros where there are none.
pub(super) fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..).and_then(|b| b.first_chunk()).copied().unwrap_or([0; N])
}

/// CRC of a frame: its header without the CRC field, then its payload.
pub(super) fn crc(header: &[u8; HEADER], payload: &[u8]) -> u32 {
    let (len, rest) = header.split_at(4);
    let rest = rest.get(4..).unwrap_or_default();
    crc32c::crc32c_append(crc32c::crc32c_append(crc32c::crc32c(len), rest), payload)
}

/// The chain's hash after a fact, from the hash before it and the fact's own. SHA-256, format version 2.
pub(in crate::store) fn chain(before: &[u8; 32], seq: Seq, fact: &[u8; 32]) -> [u8; 32] {
    let mut sha = Sha256::new();
    sha.update(before);
    sha.update(seq.0.to_le_bytes());
    sha.update(fact);
    sha.finalize().into()
}

/// Appends a frame to `out`. `payload` is at most `MAX_FRAME` long.
pub(super) fn put(
    out: &mut Vec<u8>,
    seq: Seq,
    kind: u16,
    schema: u16,
    hash: &[u8; 32],
    payload: &[u8],
) {
    let len = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let mut header = Header { len, crc: 0, seq, kind, schema, hash: *hash };
    header.crc = crc(&header.write(), payload);
    out.extend_from_slice(&header.write());
    out.extend_from_slice(payload);
}

/// Appends the frame that ends a batch of `count` facts, the last of them `seq` with `hash`.
pub(super) fn put_commit(out: &mut Vec<u8>, seq: Seq, hash: &[u8; 32], count: u32) {
    put(out, seq, COMMIT, 1, hash, &count.to_le_bytes());
}

/// Whether a whole frame later than `last` begins anywhere in `bytes` after its first byte. Used where a frame
/// cannot be read, to tell a torn end from damage. Linear: a position is given a CRC only when its sequence
/// number is one that could stand there.
pub(super) fn another_frame_in(bytes: &[u8], last: Seq) -> bool {
    // LZ4 packs 255 bytes into one at most, and a fact takes two.
    let possible = (bytes.len() as u64).saturating_mul(128);
    (1..bytes.len()).any(|at| {
        let Some((head, rest)) = bytes.get(at..).and_then(|b| b.split_first_chunk::<HEADER>())
        else {
            return false;
        };
        let header = Header::read(head);
        if header.seq < last || header.seq.0 - last.0 > possible {
            return false;
        }
        let len = header.len as usize;
        len <= MAX_FRAME && rest.get(..len).is_some_and(|payload| crc(head, payload) == header.crc)
    })
}

/// Bytes as hexadecimal digits.
pub(in crate::store) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_as_it_was_put() {
        let mut out = Vec::new();
        put(&mut out, Seq(7), 2, 1, &[9; 32], b"payload");
        let header = Header::read(&part(&out, 0));
        assert_eq!((header.len, header.seq, header.kind, header.schema), (7, Seq(7), 2, 1));
        assert_eq!(header.hash, [9; 32]);
        assert_eq!(header.crc, crc(&part(&out, 0), b"payload"));
    }

    #[test]
    fn the_crc_sees_every_bit_but_its_own() {
        let mut out = Vec::new();
        put(&mut out, Seq(7), 2, 1, &[9; 32], b"payload");
        let whole = crc(&part(&out, 0), &out[HEADER..]);
        for at in (0..4).chain(8..out.len()) {
            for bit in 0..8 {
                let mut bad = out.clone();
                bad[at] ^= 1 << bit;
                assert_ne!(crc(&part(&bad, 0), &bad[HEADER..]), whole, "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn a_later_frame_is_found_behind_garbage_and_an_incomplete_one_is_not() {
        let mut out = vec![0xff; 100];
        put(&mut out, Seq(8), 2, 1, &[9; 32], b"payload");
        assert!(another_frame_in(&out, Seq(7)));
        assert!(!another_frame_in(&out, Seq(1_000)), "a frame from before is no later frame");
        for cut in 1..HEADER + 7 {
            assert!(!another_frame_in(&out[..out.len() - cut], Seq(7)), "{cut}");
        }
    }

    #[test]
    fn the_chain_depends_on_all_it_is_made_of() {
        let of = |kind, schema, payload: &[u8]| super::super::block::hash(kind, schema, payload);
        let base = chain(&EMPTY, Seq(1), &of(2, 1, b"x"));
        for other in [
            chain(&[1; 32], Seq(1), &of(2, 1, b"x")),
            chain(&EMPTY, Seq(2), &of(2, 1, b"x")),
            chain(&EMPTY, Seq(1), &of(3, 1, b"x")),
            chain(&EMPTY, Seq(1), &of(2, 2, b"x")),
            chain(&EMPTY, Seq(1), &of(2, 1, b"y")),
        ] {
            assert_ne!(base, other);
        }
    }
}
