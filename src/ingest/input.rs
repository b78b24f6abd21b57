//! Where bytes come from: a path, standard input, an upload. Not responsible for decoding them.
//!
//! Invariant: an input has a name to speak of, and at most one pass is made over it.

use crate::ingest::IngestError;
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// A source of bytes to import.
pub enum Input {
    /// A file.
    Path(PathBuf),
    /// Anything else that can be read once.
    Stream {
        /// What messages and `Source::file` call it; `-` for standard input.
        name: String,
        /// The bytes.
        read: Box<dyn io::Read + Send>,
    },
}

impl Input {
    /// What a command-line argument means: `-` is standard input, all else a path.
    #[must_use]
    pub fn from_arg(arg: &Path) -> Self {
        if arg.as_os_str() == "-" {
            Self::stream("-", io::stdin())
        } else {
            Self::Path(arg.to_owned())
        }
    }

    /// An upload or another stream under a name.
    #[must_use]
    pub fn stream(name: &str, read: impl io::Read + Send + 'static) -> Self {
        Self::Stream { name: name.to_owned(), read: Box::new(read) }
    }

    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Stream { name, .. } => name.clone(),
        }
    }

    /// The bytes, counted while they are read.
    pub(super) fn open(self) -> Result<Opened, IngestError> {
        let name = self.name();
        let consumed = Arc::new(AtomicU64::new(0));
        let (read, total): (Box<dyn io::Read + Send>, _) = match self {
            Self::Stream { read, .. } => (read, None),
            Self::Path(path) => {
                let failed = |source| IngestError::Open { name: name.clone(), source };
                let file = fs::File::open(&path).map_err(failed)?;
                let facts = file.metadata().map_err(failed)?;
                if facts.is_dir() {
                    return Err(failed(io::ErrorKind::IsADirectory.into()));
                }
                (Box::new(file), facts.is_file().then_some(facts.len()))
            }
        };
        Ok(Opened {
            name,
            read: Counted { read, consumed: Arc::clone(&consumed) },
            consumed,
            total,
        })
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Input").field(&self.name()).finish()
    }
}

/// An input after opening.
pub(super) struct Opened {
    /// What messages call it.
    pub(super) name: String,
    /// The bytes.
    pub(super) read: Counted,
    /// Bytes read so far.
    pub(super) consumed: Arc<AtomicU64>,
    /// Size, when it is a regular file.
    pub(super) total: Option<u64>,
}

/// Counts what passes through.
pub(super) struct Counted {
    read: Box<dyn io::Read + Send>,
    consumed: Arc<AtomicU64>,
}

impl io::Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.read.read(buf)?;
        // Relaxed: a progress bar needs no order with anything else.
        self.consumed.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
