//! The chain on disk: appends a line whole or not at all, several processes taking turns. Not responsible for what a line
//! says (`entry`) nor for reading the trail (`search`, `check`).
//!
//! Whoever appends holds a lock on a file of the folder, looks whether another process appended meanwhile, and writes one
//! line. What a process that died left of a line is cut off; any other damage is an alarm, and nothing is appended to it.
//!
//! A small file of no meaning keeps room back: what was already done is recorded at its expense when the disk is full, and
//! nothing more is done until there is room for it again.
//!
//! Invariant: after `append` returned an error the trail is as before.

use crate::casework::audit::{
    AuditError,
    segment::{self, End},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Bytes after which the next entry begins a new file.
const LIMIT: u64 = 16 << 20;

/// Bytes kept back for what was already done.
const RESERVE: usize = 64 << 10;

/// The chain of one trail, as this process knows it.
#[derive(Debug)]
pub(super) struct Chain {
    dir: PathBuf,
    limit: u64,
    /// The file that processes take turns by, once the folder was made.
    turn: Option<File>,
    last: Option<Last>,
    end: End,
    /// Whether it is not known that room is kept back.
    is_short: bool,
}

/// The file that is appended to.
#[derive(Debug)]
struct Last {
    file: Arc<File>,
    path: PathBuf,
    len: u64,
}

impl Chain {
    /// The chain in this folder, which is made with the first entry.
    pub fn at(dir: PathBuf) -> Self {
        Self::rolling(dir, LIMIT)
    }

    /// The same with files of about so many bytes.
    pub fn rolling(dir: PathBuf, limit: u64) -> Self {
        Self { dir, limit, turn: None, last: None, end: End::NONE, is_short: true }
    }

    /// Its folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Appends the line that `make` makes of the chain's end, and returns where the chain then ends. What is `owed` was
    /// done already, and is recorded at the expense of what is kept back. O(1), unless other processes appended.
    pub fn append(
        &mut self,
        owed: bool,
        make: &dyn Fn(End) -> Result<Vec<u8>, AuditError>,
    ) -> Result<End, AuditError> {
        self.in_turn(|chain| {
            if !owed {
                chain.keep_room()?;
            }
            let line = make(chain.end)?;
            let written = chain.write(&line);
            match written {
                Err(AuditError::Full { .. }) if owed => {
                    chain.is_short = true;
                    let _ = fs::remove_file(chain.reserve());
                    chain.write(&line)?;
                }
                Err(e) => {
                    chain.is_short = true;
                    return Err(e);
                }
                Ok(()) => {}
            }
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            chain.end = End { n: chain.end.n + 1, hash: segment::hash(text) };
            Ok(chain.end)
        })
    }

    /// Where the chain ends now, other processes' entries included.
    pub fn end(&mut self) -> Result<End, AuditError> {
        if self.turn.is_none() && !self.dir.is_dir() {
            return Ok(End::NONE);
        }
        self.in_turn(|chain| Ok(chain.end))
    }

    /// Whether what is going to be done can be recorded.
    pub fn ready(&mut self) -> Result<(), AuditError> {
        self.in_turn(Self::keep_room)
    }

    /// The file to be synced.
    pub fn file(&self) -> Option<(Arc<File>, PathBuf)> {
        self.last.as_ref().map(|last| (Arc::clone(&last.file), last.path.clone()))
    }

    fn reserve(&self) -> PathBuf {
        self.dir.join("reserve")
    }

    fn in_turn<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, AuditError>,
    ) -> Result<T, AuditError> {
        let turn = match self.turn.take() {
            Some(turn) => turn,
            None => self.begin()?,
        };
        turn.lock().map_err(AuditError::io(&self.dir))?;
        let done = self.catch_up().and_then(|()| work(self));
        let freed = turn.unlock().map_err(AuditError::io(&self.dir));
        self.turn = Some(turn);
        freed.and(done)
    }

    fn begin(&self) -> Result<File, AuditError> {
        if !self.dir.is_dir() {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(&self.dir).map_err(AuditError::io(&self.dir))?;
            if let Some(parent) = self.dir.parent() {
                sync_dir(parent)?;
            }
        }
        let path = self.dir.join("LOCK");
        private().create(true).truncate(false).open(&path).map_err(AuditError::io(&path))
    }

    /// Sees to it that something is kept back.
    fn keep_room(&mut self) -> Result<(), AuditError> {
        let path = self.reserve();
        if !self.is_short {
            return Ok(());
        }
        if !fs::metadata(&path).is_ok_and(|about| about.len() == RESERVE as u64) {
            // Not zeros: a file system that compresses would keep nothing back.
            let noise: Vec<u8> = (0..RESERVE as u32 / 4)
                .flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes())
                .collect();
            let kept = private().create(true).truncate(true).open(&path).and_then(|mut file| {
                file.write_all(&noise)?;
                file.sync_all()
            });
            if let Err(e) = kept {
                let _ = fs::remove_file(&path);
                self.is_short = true;
                return Err(AuditError::io(&path)(e));
            }
        }
        self.is_short = false;
        Ok(())
    }

    /// Takes in what other processes appended.
    fn catch_up(&mut self) -> Result<(), AuditError> {
        let Some(last) = &mut self.last else { return self.open_last() };
        let is = last.file.metadata().map_err(AuditError::io(&last.path))?.len();
        if is < last.len {
            let what = format!(
                "{} became shorter while it was open: {is} bytes, {} were written",
                last.path.display(),
                last.len
            );
            return Err(AuditError::damaged(&self.dir, what));
        }
        if is > last.len {
            let fresh = read(&last.path, last.len)?;
            let whole = segment::whole(&fresh);
            if whole.len() < fresh.len() {
                cut(&last.file, &last.path, last.len + whole.len() as u64)?;
            }
            if let Some(line) = segment::newest(whole).next() {
                self.end = segment::end(line).ok_or_else(|| no_entry(&self.dir, &last.path))?;
            }
            last.len += whole.len() as u64;
        }
        let is_over = last.len >= self.limit;
        if is_over && segment::path(&self.dir, self.end.n + 1).exists() {
            return self.open_last();
        }
        Ok(())
    }

    /// Opens the last file there is, and cuts off what a process that died left of a line.
    fn open_last(&mut self) -> Result<(), AuditError> {
        (self.last, self.end) = (None, End::NONE);
        for found in segment::all(&self.dir)?.into_iter().rev() {
            let bytes = read(&found.path, 0)?;
            let whole = segment::whole(&bytes);
            if self.last.is_none() {
                let file = private().append(true).open(&found.path);
                let file = Arc::new(file.map_err(AuditError::io(&found.path))?);
                let len = whole.len() as u64;
                if whole.len() < bytes.len() {
                    cut(&file, &found.path, len)?;
                }
                self.last = Some(Last { file, path: found.path.clone(), len });
            }
            // A file that was made and not written yet has no end; the one before it has.
            if let Some(line) = segment::newest(whole).next() {
                self.end = segment::end(line).ok_or_else(|| no_entry(&self.dir, &found.path))?;
                break;
            }
        }
        Ok(())
    }

    fn write(&mut self, line: &[u8]) -> Result<(), AuditError> {
        if self.last.as_ref().is_none_or(|last| last.len >= self.limit) {
            self.roll()?;
        }
        let Some(last) = &mut self.last else { return Ok(()) };
        if let Err(e) = (&*last.file).write_all(line) {
            cut(&last.file, &last.path, last.len)?;
            return Err(AuditError::io(&last.path)(e));
        }
        last.len += line.len() as u64;
        Ok(())
    }

    /// Begins a new file.
    fn roll(&mut self) -> Result<(), AuditError> {
        if let Some(full) = &self.last {
            full.file.sync_all().map_err(AuditError::io(&full.path))?;
        }
        let path = segment::path(&self.dir, self.end.n + 1);
        let file =
            private().append(true).create(true).open(&path).map_err(AuditError::io(&path))?;
        sync_dir(&self.dir)?;
        self.last = Some(Last { file: Arc::new(file), path, len: 0 });
        Ok(())
    }
}

fn no_entry(dir: &Path, path: &Path) -> AuditError {
    AuditError::damaged(dir, format!("the last line of {} is no entry", path.display()))
}

/// What is in a file from this byte on.
pub(super) fn read(path: &Path, from: u64) -> Result<Vec<u8>, AuditError> {
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(from))?;
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(AuditError::io(path))
}

fn cut(file: &File, path: &Path, len: u64) -> Result<(), AuditError> {
    file.set_len(len).map_err(AuditError::io(path))
}

fn sync_dir(dir: &Path) -> Result<(), AuditError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(AuditError::io(dir))
}

/// Opens files that only their owner can read.
pub(super) fn private() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
