//! Appending to the journal, rewriting it without what is erased, and the journal as one thing. Not responsible for deciding who may write
//! (`store::lock`).
//!
//! Invariant: `append` answers after one `fdatasync` that covers the whole batch and its commit frame; when it
//! fails, what was written of the batch is taken back as far as the disk lets it.

use super::{
    SEGMENT_BYTES,
    block::Block,
    codec,
    frame::{self, HEADER, chain},
    opening::{self, Access, Witness},
    reader::{self, At, Reader, Tip},
    rewriting::{self, Rests},
    segment::{SEGMENT_HEADER, Segment},
};
use crate::{
    model::{Fact, Seq},
    store::{Head, StoreError, layout},
};
use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, RwLock},
};

/// The journal in one folder.
pub(in crate::store) struct Journal {
    dir: PathBuf,
    segment_bytes: u64,
    tip: RwLock<Tip>,
    /// The last segment; none for a reader.
    file: Mutex<Option<File>>,
}

/// What an append did.
#[derive(Debug)]
pub(in crate::store) struct Appended {
    /// The journal's end now.
    pub head: Head,
    /// The first fact of the batch.
    pub first: Seq,
}

impl Journal {
    /// Makes an empty journal in `dir`.
    pub fn create(dir: &Path) -> Result<(), StoreError> {
        layout::make_dir(dir)?;
        if opening::numbers(dir)?.is_empty() {
            Segment::create(dir, 1, Seq(1), frame::EMPTY)?;
        }
        Ok(())
    }

    /// Opens the journal in `dir`; what was done to its end is told in `notes`. Reads it through once.
    pub fn open(
        dir: &Path,
        access: Access,
        segment_bytes: u64,
        witness: Option<&Witness>,
        notes: &mut Vec<String>,
    ) -> Result<Self, StoreError> {
        if access == Access::Write {
            rewriting::clear(dir)?;
        }
        let tip = opening::open(dir, access, witness, notes)?;
        let Some(last) = tip.segments.last() else {
            let what = "the journal has no segment; this store lost it";
            return Err(StoreError::damaged(dir, 0, Seq(0), what));
        };
        let file = match access {
            Access::Read => None,
            Access::Write => {
                let path = last.path(dir);
                Some(File::options().write(true).open(&path).map_err(StoreError::io(&path))?)
            }
        };
        Ok(Self {
            dir: dir.to_owned(),
            segment_bytes: segment_bytes.clamp(SEGMENT_HEADER as u64 + 1, SEGMENT_BYTES),
            tip: RwLock::new(tip),
            file: Mutex::new(file),
        })
    }

    /// Where it ends.
    pub fn head(&self) -> Head {
        self.read(|tip| tip.head)
    }

    /// What to remember at an orderly close.
    pub fn witness(&self) -> Witness {
        self.read(|tip| Witness {
            seq: tip.head.seq,
            hash: super::hex(&tip.head.hash),
            segment: tip.segments.last().map_or(0, |s| s.number),
            len: tip.segments.last().map_or(0, |s| s.len),
        })
    }

    /// Facts from `from` on, as of now.
    pub fn reader(&self, from: Seq) -> Reader {
        self.read(|tip| Reader::new(&self.dir, tip, from))
    }

    /// A fact.
    pub fn fact_at(&self, seq: Seq) -> Result<Fact, StoreError> {
        self.read(|tip| reader::fact_at(&self.dir, tip, seq))
    }

    /// The chain's hash after fact `seq`; none when there is no such fact.
    pub fn hash_at(&self, seq: Seq) -> Result<Option<[u8; 32]>, StoreError> {
        match self.head() {
            head if head.seq == seq => Ok(Some(head.hash)),
            _ if seq == Seq(0) => Ok(Some(frame::EMPTY)),
            head if seq > head.seq => Ok(None),
            _ => self.read(|tip| reader::hash_at(&self.dir, tip, seq)).map(Some),
        }
    }

    /// Recomputes the whole chain; what `read` makes of kind, schema and payload of each fact, or says in words that
    /// is wrong with it, goes to `each`.
    pub fn verify<T: Send>(
        &self,
        read: impl Fn(u8, u16, &[u8]) -> Result<T, String> + Sync,
        each: &mut dyn FnMut(Seq, T),
    ) -> Result<Head, StoreError> {
        let tip = self.read(Tip::clone);
        reader::verify(&self.dir, &tip, read, each)?;
        Ok(tip.head)
    }

    /// Appends a batch, durably, all or nothing. At least one block.
    pub fn append(&self, blocks: &[Block]) -> Result<Appended, StoreError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.read(|tip| (tip.head, tip.segments.last().cloned()));
        let (Some(out), (mut head, Some(mut segment))) = (file.as_mut(), before) else {
            return Err(StoreError::ReadOnly { reason: "it was opened for reading".to_owned() });
        };
        let first = Seq(head.seq.0 + 1);
        let sizes = blocks.iter().map(|block| HEADER + block.bytes.len());
        let mut bytes = Vec::with_capacity(sizes.sum::<usize>() + HEADER + 4);
        let mut starts = Vec::with_capacity(blocks.len());
        for block in blocks {
            for fact in &block.hashes {
                let seq = Seq(head.seq.0 + 1);
                head = Head { seq, hash: chain(&head.hash, seq, fact) };
            }
            starts.push((head.seq, bytes.len() as u64));
            frame::put(
                &mut bytes,
                head.seq,
                block.packing,
                codec::SCHEMA,
                &head.hash,
                &block.bytes,
            );
        }
        let count = u32::try_from(head.seq.0 + 1 - first.0).unwrap_or(u32::MAX);
        frame::put_commit(&mut bytes, head.seq, &head.hash, count);
        if bytes.len() as u64 > SEGMENT_BYTES - (SEGMENT_HEADER + HEADER) as u64 {
            return Err(StoreError::Encode {
                what: format!(
                    "a batch of {} bytes; at most {SEGMENT_BYTES} fit a journal file: append fewer facts at once",
                    bytes.len()
                ),
            });
        }
        let mut new = None;
        if segment.len > SEGMENT_HEADER as u64
            && segment.len + bytes.len() as u64 > self.segment_bytes
        {
            let before = self.head().hash;
            segment = Segment::create(&self.dir, segment.number + 1, first, before)?;
            let path = segment.path(&self.dir);
            *out = File::options().write(true).open(&path).map_err(StoreError::io(&path))?;
            new = Some(segment.clone());
        }
        write(out, segment.len, &bytes).map_err(StoreError::io(&segment.path(&self.dir)))?;

        let mut tip = self.tip.write().unwrap_or_else(PoisonError::into_inner);
        tip.segments.extend(new);
        let place = |(last, start)| At::new(last, segment.number, segment.len + start);
        tip.blocks.extend(starts.into_iter().map(place));
        if let Some(last) = tip.segments.last_mut() {
            last.len += bytes.len() as u64;
        }
        tip.head = head;
        Ok(Appended { head, first })
    }

    /// Rewrites every segment that holds one of these facts, so that nothing but what stays of them is in it. The caller
    /// sees to it that nothing is appended meanwhile; readers go on, each with the files it began with.
    ///
    /// # Errors
    /// When a file cannot be read or written; each is then the old one or the new one, and doing it again goes on.
    pub fn rewrite(&self, rests: &Rests) -> Result<(), StoreError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.is_none() {
            return Err(StoreError::ReadOnly { reason: "it was opened for reading".to_owned() });
        }
        let (segments, end) = self.read(|tip| (tip.segments.clone(), tip.head.seq));
        for (at, segment) in segments.iter().enumerate() {
            let next = segments.get(at + 1).map_or(Seq(end.0 + 1), |next| next.first);
            if segment.first >= next || rests.range(segment.first..next).next().is_none() {
                continue;
            }
            let new = rewriting::write(&self.dir, segment, rests)?;
            let mut tip = self.tip.write().unwrap_or_else(PoisonError::into_inner);
            new.replace()?;
            tip.blocks.retain(|block| block.segment != segment.number);
            tip.blocks.extend(new.blocks);
            tip.blocks.sort_unstable_by_key(|block| block.last);
            if let Some(known) = tip.segments.get_mut(at) {
                known.len = new.len;
            }
            if at + 1 == segments.len() {
                let path = segment.path(&self.dir);
                let opened = File::options().write(true).open(&path);
                *file = Some(opened.map_err(StoreError::io(&path))?);
            }
        }
        Ok(())
    }

    fn read<T>(&self, look: impl FnOnce(&Tip) -> T) -> T {
        look(&self.tip.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes at `at` and syncs; on failure takes the bytes back.
fn write(file: &mut File, at: u64, bytes: &[u8]) -> io::Result<()> {
    let mut attempt = || {
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)?;
        file.sync_data()
    };
    let done = attempt();
    if done.is_err() {
        // Best effort: what stays has no commit frame, or is cut or completed at the next open.
        let _ = file.set_len(at);
        let _ = file.sync_all();
    }
    done
}
