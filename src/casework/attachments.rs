//! Files attached to cases: each under the SHA-256 of its bytes, beside the journal, which holds that hash. Not
//! responsible for which case has which file (`model::case`).
//!
//! A file comes in as it arrives, is never whole in memory, and is put in its place only when all of it is there and
//! durable. Bytes that nobody recorded (whoever sent them broke off) lie there unused.
//!
//! Invariant: what lies under a hash has that hash, or is told to be damaged; no name that people give becomes a path.

use crate::{
    casework::MediaType,
    model::{CaseEvent, CaseFile, FileHash},
};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// Most bytes of one file, unless told otherwise.
pub const LARGEST: u64 = 25 << 20;

/// Bytes from the front by which a sort of file is told.
const HEAD: usize = 8_192;

/// How the names of files begin that are arriving.
const UNFINISHED: &str = ".incoming-";

/// The part of an office document that holds macros.
const MACROS: &[u8] = b"vbaProject.bin";

/// Characters of a name.
const LONGEST_NAME: usize = 120;

/// Where files are kept.
#[derive(Debug, Clone)]
pub struct Attachments {
    folder: PathBuf,
    largest: u64,
}

/// A file that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The SHA-256 of its bytes.
    pub sha256: FileHash,
    /// What it is called, made fit for a page and for a download.
    pub name: String,
    /// What it is.
    pub media_type: MediaType,
    /// How long, in bytes.
    pub bytes: u64,
}

impl Stored {
    /// The event that attaches it.
    #[must_use]
    pub fn attached(&self) -> CaseEvent {
        CaseEvent::Attached {
            sha256: self.sha256.clone(),
            name: self.name.clone(),
            media_type: self.media_type.name().to_owned(),
            bytes: self.bytes,
        }
    }
}

/// Why a file cannot be taken, or not be given out.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    /// It is too large.
    #[error("\"{name}\" is larger than {} MiB, the most that can be attached; attach an excerpt, or a note where it lies", largest >> 20)]
    TooLarge {
        /// Its name.
        name: String,
        /// The most, in bytes.
        largest: u64,
    },
    /// It has no bytes.
    #[error("\"{0}\" is empty")]
    Empty(String),
    /// Its name promises no sort that a case takes.
    #[error(
        "\"{0}\" is of no sort that a case takes: PDF, PNG, JPEG, GIF, WebP, text (.txt .log .md), .csv, .json, .eml, \
         .docx .xlsx .pptx, .odt .ods .odp"
    )]
    Sort(String),
    /// It is not what its name promises.
    #[error("\"{name}\" is no {}: it looks like {found}. Save it under its true sort, or as a PDF", promised.label())]
    Mismatch {
        /// Its name.
        name: String,
        /// What the name promises.
        promised: MediaType,
        /// What the content is.
        found: &'static str,
    },
    /// It holds macros.
    #[error("\"{0}\" holds macros; save it without them, or as a PDF")]
    Macros(String),
    /// The file under a hash is not there.
    #[error("the file {0} is not in the store's folder of attachments; restore it from a backup")]
    Missing(FileHash),
    /// The file under a hash has another one.
    #[error(
        "the file {0} is not what was attached: its bytes changed on disk. Restore it from a backup; the case shows \
         who has attached it"
    )]
    Damaged(FileHash),
    /// The folder cannot be read or written.
    #[error("the attachments in {}: {source}", path.display())]
    File {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Attachments {
    /// The attachments of the store in this folder.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self { folder: data.join("attachments"), largest: LARGEST }
    }

    /// The same with another limit, in bytes.
    #[must_use]
    pub fn up_to(self, largest: u64) -> Self {
        Self { largest, ..self }
    }

    /// Most bytes of one file.
    #[must_use]
    pub fn largest(&self) -> u64 {
        self.largest
    }

    fn io(path: &Path) -> impl Fn(io::Error) -> AttachmentError + '_ {
        |source| AttachmentError::File { path: path.to_owned(), source }
    }

    /// Where a file lies.
    fn path(&self, sha256: &FileHash) -> PathBuf {
        let text = sha256.as_str();
        self.folder.join(text.get(..2).unwrap_or("00")).join(text)
    }

    /// Begins to take in a file of that name, which arrives piece by piece.
    ///
    /// # Errors
    /// When its name promises no sort that a case takes, or the folder cannot be written.
    pub fn begin(&self, name: &str) -> Result<Incoming, AttachmentError> {
        let name = plain_name(name);
        let Some(promised) = MediaType::of_name(&name) else {
            return Err(AttachmentError::Sort(name));
        };
        let io = Self::io(&self.folder);
        fs::create_dir_all(&self.folder).map_err(&io)?;
        let file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.folder);
        Ok(Incoming {
            to: self.clone(),
            file: file.map_err(&io)?,
            name,
            promised,
            head: Vec::new(),
            hash: Sha256::new(),
            bytes: 0,
            last: Vec::new(),
        })
    }

    /// Takes in a file of that name.
    ///
    /// # Errors
    /// When it is too large, of a sort that is not taken or not of the one its name promises, or when it cannot be
    /// read or written.
    pub fn put(&self, name: &str, from: &mut dyn Read) -> Result<Stored, AttachmentError> {
        let mut incoming = self.begin(name)?;
        let mut piece = vec![0; 64 << 10];
        loop {
            match from.read(&mut piece) {
                Ok(0) => return incoming.finish(),
                Ok(n) => incoming.write(piece.get(..n).unwrap_or_default())?,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => {
                    return Err(AttachmentError::File { path: PathBuf::from(name), source });
                }
            }
        }
    }

    /// A file to read from its beginning, after its bytes were checked against the hash. Reads it once; O(bytes).
    ///
    /// # Errors
    /// `Missing`, `Damaged`, or when it cannot be read.
    pub fn read(&self, sha256: &FileHash) -> Result<File, AttachmentError> {
        let path = self.path(sha256);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Err(AttachmentError::Missing(sha256.clone()));
            }
            Err(e) => return Err(Self::io(&path)(e)),
        };
        // Whoever wrote more into it than was attached does not make us read for ever.
        let mut hash = Sha256::new();
        let mut piece = vec![0; 64 << 10];
        let mut left = self.largest.max(LARGEST).saturating_mul(4);
        loop {
            let n = file.read(&mut piece).map_err(Self::io(&path))?;
            if n == 0 {
                break;
            }
            left = left.saturating_sub(n as u64);
            if left == 0 {
                return Err(AttachmentError::Damaged(sha256.clone()));
            }
            hash.update(piece.get(..n).unwrap_or_default());
        }
        if FileHash::of(&hash.finalize()).as_ref() != Some(sha256) {
            return Err(AttachmentError::Damaged(sha256.clone()));
        }
        io::Seek::rewind(&mut file).map_err(Self::io(&path))?;
        Ok(file)
    }

    /// The bytes of a file, checked. For files that are small enough to hold: at most the limit.
    ///
    /// # Errors
    /// As `read` has.
    pub fn bytes(&self, sha256: &FileHash) -> Result<Vec<u8>, AttachmentError> {
        let path = self.path(sha256);
        let mut bytes = Vec::new();
        let file = self.read(sha256)?;
        file.take(self.largest.max(LARGEST).saturating_mul(4))
            .read_to_end(&mut bytes)
            .map_err(Self::io(&path))?;
        // It may have changed between the two times.
        match FileHash::of(&Sha256::digest(&bytes)).as_ref() == Some(sha256) {
            true => Ok(bytes),
            false => Err(AttachmentError::Damaged(sha256.clone())),
        }
    }

    /// Whether a file is there.
    #[must_use]
    pub fn has(&self, sha256: &FileHash) -> bool {
        self.path(sha256).symlink_metadata().is_ok_and(|found| found.is_file())
    }

    /// Removes a file, durably; whether it was there.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self, sha256: &FileHash) -> Result<bool, AttachmentError> {
        let path = self.path(sha256);
        match fs::remove_file(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
            done => done.map_err(Self::io(&path))?,
        }
        let folder = path.parent().unwrap_or(&self.folder);
        File::open(folder).and_then(|dir| dir.sync_all()).map_err(Self::io(folder))?;
        Ok(true)
    }

    /// Removes what processes that were killed had not finished. Only for whoever is alone with the store.
    pub fn clear_unfinished(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().as_encoded_bytes().starts_with(UNFINISHED.as_bytes()) {
                // One that stays takes room and nothing else.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Checks that files are there and what they were; the first that is not is told. O(their bytes).
    ///
    /// # Errors
    /// `Missing`, `Damaged`, or when one cannot be read.
    pub fn check<'a>(
        &self,
        files: impl IntoIterator<Item = &'a CaseFile>,
    ) -> Result<(), AttachmentError> {
        files.into_iter().try_for_each(|file| self.read(&file.sha256).map(drop))
    }
}

/// A file that is arriving. Dropped before `finish`, it leaves nothing.
#[derive(Debug)]
pub struct Incoming {
    to: Attachments,
    file: NamedTempFile,
    name: String,
    promised: MediaType,
    head: Vec<u8>,
    hash: Sha256,
    bytes: u64,
    /// The end of what came, as long as the name of a part with macros.
    last: Vec<u8>,
}

impl Incoming {
    /// Takes the next piece.
    ///
    /// # Errors
    /// When it is too much, shows that the file is of another sort, or cannot be written.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), AttachmentError> {
        self.bytes = self.bytes.saturating_add(piece.len() as u64);
        if self.bytes > self.to.largest {
            let (name, largest) = (self.name.clone(), self.to.largest);
            return Err(AttachmentError::TooLarge { name, largest });
        }
        let room = HEAD.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(piece.get(..room).unwrap_or_default());
        if self.promised.is_text() && !crate::casework::media_type::is_text(piece) {
            return Err(self.mismatch());
        }
        if self.promised.is_archive() && self.meets(piece, MACROS) {
            return Err(AttachmentError::Macros(self.name.clone()));
        }
        self.hash.update(piece);
        self.file.write_all(piece).map_err(Attachments::io(&self.to.folder))
    }

    /// Whether these bytes occur, also where a piece ends in the middle of them. Names of parts are not compressed.
    fn meets(&mut self, piece: &[u8], wanted: &[u8]) -> bool {
        let seam = [self.last.as_slice(), piece.get(..wanted.len()).unwrap_or(piece)].concat();
        let met = memchr::memmem::find(piece, wanted).is_some()
            || memchr::memmem::find(&seam, wanted).is_some();
        let all = [self.last.as_slice(), piece].concat();
        let from = all.len().saturating_sub(wanted.len());
        self.last = all.get(from..).unwrap_or_default().to_vec();
        met
    }

    fn mismatch(&self) -> AttachmentError {
        let found = MediaType::looks_like(&self.head);
        AttachmentError::Mismatch { name: self.name.clone(), promised: self.promised, found }
    }

    /// Puts it in its place; it survives a power cut when this returns.
    ///
    /// # Errors
    /// When it is empty or not of the sort its name promises, or cannot be written.
    pub fn finish(self) -> Result<Stored, AttachmentError> {
        if self.bytes == 0 {
            return Err(AttachmentError::Empty(self.name));
        }
        if !self.promised.begins(&self.head) {
            return Err(self.mismatch());
        }
        let Self { to, file, name, promised, hash, bytes, .. } = self;
        let Some(sha256) = FileHash::of(&hash.finalize()) else {
            return Err(AttachmentError::Empty(name));
        };
        let path = to.path(&sha256);
        let folder = path.parent().unwrap_or(&to.folder).to_owned();
        let put = || -> io::Result<()> {
            file.as_file().sync_all()?;
            fs::create_dir_all(&folder)?;
            // One that is there has the same bytes, or is damaged and is mended by this.
            file.persist(&path).map_err(|e| e.error)?;
            File::open(&folder)?.sync_all()?;
            File::open(&to.folder)?.sync_all()
        };
        put().map_err(Attachments::io(&path))?;
        Ok(Stored { sha256, name, media_type: promised, bytes })
    }
}

/// What a file is called: the last part of what was given, without what hides, reorders or breaks lines.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|&c| {
            !c.is_control()
                && !matches!(c, '"' | '<' | '>' | '|' | '*' | '?' | '%' | ';' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        })
        .collect();
    let plain = plain.trim().trim_start_matches('.').trim();
    let length = plain.chars().count();
    // The end says what it is.
    let kept: String = match plain.rsplit_once('.') {
        Some((stem, ending)) if length > LONGEST_NAME && ending.chars().count() <= 8 => {
            let room = LONGEST_NAME - ending.chars().count() - 1;
            format!("{}.{ending}", stem.chars().take(room).collect::<String>())
        }
        _ => plain.chars().take(LONGEST_NAME).collect(),
    };
    if kept.is_empty() { "unnamed".to_owned() } else { kept }
}
