//! Snapshot files of the live view: header, then bytes that are the engine's business. Not responsible for what
//! they mean, and never the truth: a broken one is none.
//!
//! `[magic 8][version u32][seq u64][chain hash at seq 32][length u64][crc32c of the body u32][crc32c of this header u32]`
//! Invariant: a file that reads back whole is exactly what was written, for exactly this journal.

use crate::{
    model::Seq,
    store::{StoreError, layout},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

const MAGIC: [u8; 8] = *b"RNGRSNAP";
const VERSION: u32 = 1;
const HEADER: usize = 68;

/// The path of snapshot `name`.
///
/// # Errors
/// When the name is not 1 to 64 of `a-z 0-9 _ -`: it becomes a file name.
pub(super) fn path(dir: &Path, name: &str) -> Result<PathBuf, StoreError> {
    check_name(name)?;
    Ok(dir.join(format!("{name}.snap")))
}

/// Whether a snapshot can have this name.
pub(super) fn check_name(name: &str) -> Result<(), StoreError> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    if name.is_empty() || name.len() > 64 || !name.bytes().all(fits) {
        return Err(StoreError::Encode {
            what: format!(
                "a snapshot called \"{}\"; a name is 1 to 64 of a-z, 0-9, _ and -",
                name.chars().take(80).collect::<String>()
            ),
        });
    }
    Ok(())
}

/// A snapshot of facts that do not exist is refused.
pub(super) fn ahead(seq: Seq, head: Seq) -> StoreError {
    StoreError::Encode {
        what: format!("a snapshot up to fact {}; the journal ends at {}", seq.0, head.0),
    }
}

/// Writes a snapshot in place of the former.
pub(super) fn write(path: &Path, seq: Seq, hash: &[u8; 32], body: &[u8]) -> Result<(), StoreError> {
    let mut header = Vec::with_capacity(HEADER);
    header.extend_from_slice(&MAGIC);
    header.extend_from_slice(&VERSION.to_le_bytes());
    header.extend_from_slice(&seq.0.to_le_bytes());
    header.extend_from_slice(hash);
    header.extend_from_slice(&(body.len() as u64).to_le_bytes());
    header.extend_from_slice(&crc32c::crc32c(body).to_le_bytes());
    header.extend_from_slice(&crc32c::crc32c(&header).to_le_bytes());
    layout::replace(path, &[&header, body])
}

/// What a snapshot file is good for.
pub(super) enum Found {
    /// There is none.
    Nothing,
    /// It cannot be used, in words.
    Broken(String),
    /// It is whole: the last fact it contains, the chain's hash there, the body.
    Whole(Seq, [u8; 32], Vec<u8>),
}

/// Reads a snapshot.
pub(super) fn read(path: &Path) -> Result<Found, StoreError> {
    let mut bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(e) => return Err(StoreError::io(path)(e)),
    };
    let broken = |what: &str| Ok(Found::Broken(what.to_owned()));
    let Some((header, body)) = bytes.split_first_chunk::<HEADER>() else {
        return broken("it is too short");
    };
    let field = |at: usize, len: usize| header.get(at..at + len).unwrap_or_default();
    let number =
        |at, len| field(at, len).iter().rev().fold(0_u64, |n, &byte| n << 8 | u64::from(byte));
    let (covered, _) = header.split_at(HEADER - 4);
    if field(0, 8) != MAGIC || number(HEADER - 4, 4) != u64::from(crc32c::crc32c(covered)) {
        return broken("its header fails its checksum");
    }
    if number(8, 4) != u64::from(VERSION) {
        return broken("it is of another version");
    }
    if number(52, 8) != body.len() as u64 {
        return broken("it has another length than it says");
    }
    if number(60, 4) != u64::from(crc32c::crc32c(body)) {
        return broken("its body fails its checksum");
    }
    let seq = Seq(number(12, 8));
    let mut hash = [0; 32];
    hash.copy_from_slice(field(20, 32));
    bytes.drain(..HEADER);
    Ok(Found::Whole(seq, hash, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_with_any_byte_changed_or_cut_is_broken() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path(), "view").unwrap();
        write(&path, Seq(7), &[3; 32], b"the view").unwrap();
        let whole = fs::read(&path).unwrap();
        assert!(matches!(read(&path).unwrap(),
            Found::Whole(Seq(7), hash, body) if hash == [3; 32] && body == b"the view"));
        for at in 0..whole.len() {
            let mut bad = whole.clone();
            bad[at] ^= 0x40;
            fs::write(&path, &bad).unwrap();
            assert!(matches!(read(&path).unwrap(), Found::Broken(_)), "byte {at} changed");
            fs::write(&path, &whole[..at]).unwrap();
            assert!(matches!(read(&path).unwrap(), Found::Broken(_)), "cut at {at}");
        }
    }

    #[test]
    fn a_name_cannot_lead_out_of_the_folder() {
        for bad in ["", "../x", "a/b", "A", "a.b", &"x".repeat(65)] {
            assert!(path(Path::new("d"), bad).is_err(), "{bad}");
        }
        assert_eq!(path(Path::new("d"), "view-2").unwrap(), Path::new("d/view-2.snap"));
    }
}
