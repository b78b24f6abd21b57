//! Files sent to be imported, kept in a private temporary folder until they are. Not responsible for reading them off
//! a request (`intake`) or for importing them (`imports`).
//!
//! Invariant: the name that a browser gives a file is only ever shown; nobody but the session that sent a file gets at
//! it; at most `KEPT` files are kept, and none outlives the server.

use crate::web::{
    WebError,
    choices::Choices,
    imports::Work,
    session::{SessionKey, secret},
};
use std::{
    collections::BTreeMap,
    fs::File,
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};
use tempfile::{NamedTempFile, TempDir, TempPath};

/// Most bytes of one file: more than an export of a million applications has when it is compressed.
pub const LIMIT: u64 = 512 << 20;

/// Most bytes of text that a compressed file may unpack to.
pub const UNPACKED: u64 = 8 << 30;

/// Files kept at a time; the one not looked at for longest goes first.
const KEPT: usize = 8;

/// Files received at a time.
const RECEIVING: usize = 4;

/// Longest name shown, in characters.
const NAME: usize = 120;

/// Files sent to be imported.
#[derive(Debug)]
pub struct Uploads {
    limit: u64,
    folder: Mutex<Option<TempDir>>,
    kept: Mutex<BTreeMap<String, Arc<Upload>>>,
    receiving: Arc<AtomicUsize>,
    looks: AtomicU64,
}

/// A file on its way in; gone when it is dropped.
#[derive(Debug)]
pub struct Receiving {
    /// The file.
    pub file: NamedTempFile,
    _place: Place,
}

#[derive(Debug)]
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A file that was sent.
#[derive(Debug)]
pub struct Upload {
    /// What its page is found by; cannot be guessed.
    pub id: String,
    /// Who sent it, and imports it.
    pub user: String,
    /// What the browser calls it, made fit to be shown.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    owner: SessionKey,
    looked: AtomicU64,
    /// None once it is imported.
    file: Mutex<Option<TempPath>>,
    rejects: PathBuf,
    /// What its columns are to become.
    pub choices: Mutex<Choices>,
    /// What is being done with it, or was.
    pub work: Mutex<Work>,
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Uploads {
    fn default() -> Self {
        Self::new(LIMIT)
    }
}

impl Uploads {
    /// Keeps files of at most `limit` bytes. The folder is made with the first of them.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self {
            limit,
            folder: Mutex::default(),
            kept: Mutex::default(),
            receiving: Arc::default(),
            looks: AtomicU64::default(),
        }
    }

    /// Most bytes of one file.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Files kept now.
    #[must_use]
    pub fn len(&self) -> usize {
        lock(&self.kept).len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the files are, once there was one.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        lock(&self.folder).as_ref().map(|folder| folder.path().to_owned())
    }

    /// A new file to write to.
    ///
    /// # Errors
    /// When several are on their way in, or when the folder cannot be written.
    pub fn begin(&self) -> Result<Receiving, WebError> {
        let place = Place(Arc::clone(&self.receiving));
        if self.receiving.fetch_add(1, Ordering::Relaxed) >= RECEIVING {
            return Err(WebError::Busy(
                "several files are being sent just now; wait until they are there".to_owned(),
            ));
        }
        let mut folder = lock(&self.folder);
        let folder = match &mut *folder {
            Some(folder) => folder,
            none => none.insert(private_folder().map_err(WebError::NoRoom)?),
        };
        let file = NamedTempFile::new_in(folder.path()).map_err(WebError::NoRoom)?;
        Ok(Receiving { file, _place: place })
    }

    /// Keeps a file that is there; the one not looked at for longest makes room for it.
    ///
    /// # Errors
    /// When the system has no randomness to give, or when no file can make room.
    pub fn keep(
        &self,
        received: Receiving,
        owner: SessionKey,
        user: &str,
        name: &str,
        size: u64,
    ) -> Result<Arc<Upload>, WebError> {
        let id: String = secret()?.chars().take(32).collect();
        let file = received.file.into_temp_path();
        let rejects = file.with_extension("rejects.csv");
        let upload = Arc::new(Upload {
            id: id.clone(),
            user: user.to_owned(),
            name: shown_name(name),
            size,
            owner,
            looked: AtomicU64::new(self.look()),
            file: Mutex::new(Some(file)),
            rejects,
            choices: Mutex::default(),
            work: Mutex::default(),
        });
        let mut kept = lock(&self.kept);
        while kept.len() >= KEPT {
            let idle = kept.values().filter(|u| !lock(&u.work).is_running());
            let oldest = idle.min_by_key(|u| u.looked.load(Ordering::Relaxed));
            let Some(oldest) = oldest.map(|u| u.id.clone()) else {
                return Err(WebError::Busy("too many files are being imported".to_owned()));
            };
            kept.remove(&oldest);
        }
        kept.insert(id, Arc::clone(&upload));
        Ok(upload)
    }

    /// The file of that id, for the session that sent it.
    ///
    /// # Errors
    /// When there is none, or it is somebody else's: both look alike.
    pub fn find(&self, id: &str, owner: &SessionKey) -> Result<Arc<Upload>, WebError> {
        let kept = lock(&self.kept);
        let found = kept.get(id).filter(|upload| upload.owner == *owner);
        let Some(upload) = found else {
            return Err(WebError::NotFound {
                what: "uploaded file",
                id: id.chars().take(80).collect(),
            });
        };
        upload.looked.store(self.look(), Ordering::Relaxed);
        Ok(Arc::clone(upload))
    }

    /// The files of a session, the last looked at first.
    #[must_use]
    pub fn of(&self, owner: &SessionKey) -> Vec<Arc<Upload>> {
        let kept = lock(&self.kept);
        let mut own: Vec<Arc<Upload>> =
            kept.values().filter(|u| u.owner == *owner).cloned().collect();
        own.sort_by_key(|u| std::cmp::Reverse(u.looked.load(Ordering::Relaxed)));
        own
    }

    /// Forgets one file and what became of it.
    pub fn discard(&self, upload: &Upload) {
        lock(&self.kept).remove(&upload.id);
    }

    /// Forgets the files of a session, but for the one that is being imported.
    pub fn forget(&self, owner: &SessionKey) {
        lock(&self.kept).retain(|_, u| u.owner != *owner || lock(&u.work).is_running());
    }

    /// Forgets everything and removes the folder.
    pub fn clear(&self) {
        lock(&self.kept).clear();
        lock(&self.folder).take();
    }

    fn look(&self) -> u64 {
        self.looks.fetch_add(1, Ordering::Relaxed)
    }
}

impl Upload {
    /// The file, opened.
    ///
    /// # Errors
    /// When it is imported already, or cannot be read.
    pub fn open(&self) -> Result<File, WebError> {
        match &*lock(&self.file) {
            Some(path) => File::open(path).map_err(WebError::NoRoom),
            None => Err(WebError::Busy("this file is imported already; send it again".to_owned())),
        }
    }

    /// Whether the file is still there.
    #[must_use]
    pub fn is_there(&self) -> bool {
        lock(&self.file).is_some()
    }

    /// Removes the file; what became of it stays.
    pub fn consume(&self) {
        lock(&self.file).take();
    }

    /// Where its rejected rows are written.
    #[must_use]
    pub fn rejects_path(&self) -> &std::path::Path {
        &self.rejects
    }

    /// Its rejected rows, opened.
    ///
    /// # Errors
    /// When there are none.
    pub fn rejects(&self) -> io::Result<File> {
        File::open(&self.rejects)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Nothing is to be done about one that is not there, or that the folder takes with it.
        let _ = std::fs::remove_file(&self.rejects);
    }
}

/// A new folder that nobody else on this machine can look into.
fn private_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.prefix("ringer-uploads-").tempdir()
}

/// A browser's name for a file without folders, without what a terminal or a reader's eye could be fooled by, and not
/// too long.
fn shown_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // The characters that turn the direction of writing, and those of no width.
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let clean: String = last.chars().filter(|&c| !hidden(c)).take(NAME).collect();
    match clean.trim() {
        "" => "upload".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    const ANN: SessionKey = [1; 32];
    const BEA: SessionKey = [2; 32];

    fn kept(uploads: &Uploads, owner: SessionKey) -> Arc<Upload> {
        let mut received = uploads.begin().unwrap();
        received.file.write_all(b"x").unwrap();
        uploads.keep(received, owner, "ann", "rows.csv", 1).unwrap()
    }

    fn files(uploads: &Uploads) -> usize {
        std::fs::read_dir(uploads.folder().unwrap()).unwrap().count()
    }

    #[test]
    fn names_are_shown_without_what_could_fool_anybody() {
        for (name, shown) in [
            ("november.csv", "november.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ann\\rows.csv", "rows.csv"),
            ("a\u{202e}vsc.exe\n\u{0}", "avsc.exe"),
            ("", "upload"),
            ("..//", "upload"),
            ("<b>&", "<b>&"),
        ] {
            assert_eq!(shown_name(name), shown);
        }
        assert_eq!(shown_name(&"é".repeat(5_000)).chars().count(), NAME);
    }

    #[test]
    fn nobody_else_gets_at_a_file() {
        let uploads = Uploads::default();
        let upload = kept(&uploads, ANN);
        assert!(uploads.find(&upload.id, &ANN).is_ok());
        assert!(matches!(uploads.find(&upload.id, &BEA), Err(WebError::NotFound { .. })));
        assert!(uploads.of(&BEA).is_empty());
        assert_eq!(upload.id.len(), 32);
    }

    #[test]
    fn the_file_not_looked_at_for_longest_makes_room() {
        let uploads = Uploads::default();
        let first = kept(&uploads, ANN).id.clone();
        let second = kept(&uploads, ANN).id.clone();
        for _ in 2..KEPT {
            kept(&uploads, ANN);
        }
        assert!(uploads.find(&first, &ANN).is_ok());
        kept(&uploads, ANN);
        assert_eq!((uploads.len(), files(&uploads)), (KEPT, KEPT));
        assert!(uploads.find(&first, &ANN).is_ok());
        assert!(uploads.find(&second, &ANN).is_err());
    }

    #[test]
    fn a_file_that_is_not_kept_leaves_nothing_and_gives_its_place_back() {
        let uploads = Uploads::default();
        let all: Vec<Receiving> = (0..RECEIVING).map(|_| uploads.begin().unwrap()).collect();
        assert!(matches!(uploads.begin(), Err(WebError::Busy(_))));
        assert_eq!(files(&uploads), RECEIVING);
        drop(all);
        assert_eq!(files(&uploads), 0);
        assert!(uploads.begin().is_ok());
    }

    #[test]
    fn the_folder_is_private_and_goes_with_the_files() {
        let uploads = Uploads::default();
        let upload = kept(&uploads, ANN);
        let folder = uploads.folder().unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&folder).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
        std::fs::write(upload.rejects_path(), "x").unwrap();
        uploads.forget(&BEA);
        assert_eq!(files(&uploads), 2);
        drop(upload);
        uploads.forget(&ANN);
        assert_eq!(files(&uploads), 0);
        uploads.clear();
        assert!(!folder.exists());
    }
}
