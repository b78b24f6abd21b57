//! One segment file: its header, and its frames one after the other. Not responsible for what follows from a
//! bad frame (`opening` decides that) nor for writing frames (`writer`).
//!
//! Invariant: reads at most one frame into memory, and never past the given end.

use super::frame::{self, Header, MAX_FRAME, part};
use crate::{
    model::Seq,
    store::{StoreError, layout},
};
use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// Bytes of a segment's header: `[magic 8][version u32][number u32][first seq u64][hash before 32][crc32c u32]`.
pub(super) const SEGMENT_HEADER: usize = 60;

const MAGIC: [u8; 8] = *b"RNGRJRNL";
const VERSION: u32 = 2;

/// A segment as the journal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// 1 for the first.
    pub number: u32,
    /// The fact its first frame has, or will have.
    pub first: Seq,
    /// The chain before that.
    pub before: [u8; 32],
    /// Bytes that are acknowledged, header included.
    pub len: u64,
}

impl Segment {
    pub fn path(&self, dir: &Path) -> PathBuf {
        path_of(dir, self.number)
    }

    /// Makes the file, durably and with its header whole.
    pub fn create(
        dir: &Path,
        number: u32,
        first: Seq,
        before: [u8; 32],
    ) -> Result<Self, StoreError> {
        let mut b = Vec::with_capacity(SEGMENT_HEADER);
        b.extend_from_slice(&MAGIC);
        b.extend_from_slice(&VERSION.to_le_bytes());
        b.extend_from_slice(&number.to_le_bytes());
        b.extend_from_slice(&first.0.to_le_bytes());
        b.extend_from_slice(&before);
        b.extend_from_slice(&crc32c::crc32c(&b).to_le_bytes());
        layout::replace(&path_of(dir, number), &[&b])?;
        Ok(Self { number, first, before, len: SEGMENT_HEADER as u64 })
    }

    /// Reads the header of segment `number`; `len` is the file's.
    pub fn open(dir: &Path, number: u32) -> Result<Self, StoreError> {
        let path = path_of(dir, number);
        let mut file = File::open(&path).map_err(StoreError::io(&path))?;
        let len = file.metadata().map_err(StoreError::io(&path))?.len();
        let bad = |what: &str| Err(StoreError::damaged(&path, 0, Seq(0), what));
        if len < SEGMENT_HEADER as u64 {
            return bad("the file is shorter than a segment's header");
        }
        let mut b = [0; SEGMENT_HEADER];
        file.read_exact(&mut b).map_err(StoreError::io(&path))?;
        let (body, _) = b.split_at(SEGMENT_HEADER - 4);
        if u32::from_le_bytes(part(&b, SEGMENT_HEADER - 4)) != crc32c::crc32c(body) {
            return bad("the segment's header fails its checksum");
        }
        if part(&b, 0) != MAGIC {
            return bad("the file is no journal segment");
        }
        let version = u32::from_le_bytes(part(&b, 8));
        if version != VERSION {
            return Err(StoreError::Format {
                file: path,
                what: format!(
                    "journal version {version}, this Ringer knows {VERSION}; use the Ringer that wrote it, or its dump"
                ),
            });
        }
        if u32::from_le_bytes(part(&b, 12)) != number {
            return bad("the header names another segment: the file was renamed");
        }
        let first = Seq(u64::from_le_bytes(part(&b, 16)));
        Ok(Self { number, first, before: part(&b, 24), len })
    }
}

/// The file of segment `number`.
pub(super) fn path_of(dir: &Path, number: u32) -> PathBuf {
    dir.join(format!("{number:08}.seg"))
}

/// What comes next in a segment.
pub(super) enum Step {
    /// A whole frame, its payload in the reader.
    Frame(Header),
    /// The end, right after a frame.
    End,
    /// What is there is no whole frame.
    Bad(String),
}

/// Frames of one segment, in order.
pub(super) struct Frames {
    pub path: PathBuf,
    file: BufReader<File>,
    /// Where the next frame begins.
    pub offset: u64,
    end: u64,
    payload: Vec<u8>,
}

impl Frames {
    /// From byte `offset` to byte `end`.
    pub fn open(path: PathBuf, offset: u64, end: u64, buffer: usize) -> Result<Self, StoreError> {
        let file = File::open(&path).map_err(StoreError::io(&path))?;
        Self::of(file, path, offset, end, buffer)
    }

    /// The same of a file that is open.
    pub fn of(
        file: File,
        path: PathBuf,
        offset: u64,
        end: u64,
        buffer: usize,
    ) -> Result<Self, StoreError> {
        let mut file = BufReader::with_capacity(buffer, file);
        file.seek(SeekFrom::Start(offset)).map_err(StoreError::io(&path))?;
        Ok(Self { path, file, offset, end, payload: Vec::new() })
    }

    /// The payload of the frame last read.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Reads on. After `Bad`, `offset` is where the bad frame begins and reading on makes no sense.
    pub fn step(&mut self) -> Result<Step, StoreError> {
        let left = self.end.saturating_sub(self.offset);
        if left == 0 {
            return Ok(Step::End);
        }
        if left < frame::HEADER as u64 {
            return Ok(Step::Bad(format!("{left} bytes are no whole frame")));
        }
        let mut head = [0; frame::HEADER];
        self.file.read_exact(&mut head).map_err(StoreError::io(&self.path))?;
        let header = Header::read(&head);
        let len = header.len as usize;
        if len > MAX_FRAME || left - (frame::HEADER as u64) < u64::from(header.len) {
            return Ok(Step::Bad(format!("a frame of {len} bytes does not fit here")));
        }
        self.payload.resize(len, 0);
        self.file.read_exact(&mut self.payload).map_err(StoreError::io(&self.path))?;
        if frame::crc(&head, &self.payload) != header.crc {
            return Ok(Step::Bad("the frame fails its checksum".to_owned()));
        }
        self.offset += frame::HEADER as u64 + u64::from(header.len);
        Ok(Step::Frame(header))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_with_any_byte_changed_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let made = Segment::create(dir.path(), 3, Seq(9), [7; 32]).unwrap();
        assert_eq!(Segment::open(dir.path(), 3).unwrap(), made);
        let whole = std::fs::read(made.path(dir.path())).unwrap();
        for at in 0..whole.len() {
            let mut bad = whole.clone();
            bad[at] ^= 1;
            std::fs::write(made.path(dir.path()), bad).unwrap();
            assert!(Segment::open(dir.path(), 3).unwrap_err().is_damage(), "byte {at}");
        }
    }

    #[test]
    fn a_frame_that_claims_gigabytes_is_refused_without_reading_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        let mut bytes = vec![0xff; 4];
        bytes.resize(frame::HEADER, 0);
        std::fs::write(&path, &bytes).unwrap();
        let mut frames = Frames::open(path, 0, bytes.len() as u64, 4096).unwrap();
        assert!(matches!(frames.step().unwrap(), Step::Bad(_)));
        assert!(frames.payload.capacity() < 4096);
    }
}
