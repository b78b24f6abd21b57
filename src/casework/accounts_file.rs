//! The accounts on disk: one small JSON file beside the journal, readable by its owner only. Not responsible for what
//! an account may.
//!
//! It is not in the journal, since a journal forgets nothing: a password hash that was replaced has to be gone.
//!
//! The command line changes it while a server runs: whoever writes takes a lock on a file beside it, reads, changes
//! and puts the new file in the old one's place; whoever reads sees the old file or the new one, never half of one.
//!
//! Invariant: after `change` returns the new accounts survive a power cut.

use crate::casework::{Accounts, AccountsError};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Version of the layout.
const VERSION: u32 = 1;
/// A larger file is none of ours.
const LARGEST: u64 = 16 << 20;

/// What tells one state of the file from another: length and time of the last change; none when there is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp(Option<(u64, std::time::SystemTime)>);

/// Where accounts are kept.
#[derive(Debug, Clone)]
pub struct AccountsFile {
    path: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    #[serde(flatten)]
    accounts: Accounts,
}

impl AccountsFile {
    /// The accounts of the store in this folder.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self { path: folder.join("accounts.json") }
    }

    /// What tells the present state of the file from others.
    #[must_use]
    pub fn stamp(&self) -> FileStamp {
        let about = fs::metadata(&self.path).ok();
        FileStamp(about.and_then(|about| Some((about.len(), about.modified().ok()?))))
    }

    fn io(&self) -> impl Fn(io::Error) -> AccountsError + '_ {
        |source| AccountsError::File { path: self.path.clone(), source }
    }

    /// The accounts as they are now; none when there is no file.
    ///
    /// # Errors
    /// When the file cannot be read or is no file of accounts.
    pub fn read(&self) -> Result<Accounts, AccountsError> {
        let damaged = |why: String| AccountsError::Damaged { path: self.path.clone(), why };
        match fs::metadata(&self.path) {
            Ok(about) if about.len() > LARGEST => {
                return Err(damaged(format!("it has {} bytes", about.len())));
            }
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Accounts::default()),
            Err(e) => return Err(self.io()(e)),
        }
        let text = fs::read(&self.path).map_err(self.io())?;
        let written: Written = serde_json::from_slice(&text).map_err(|e| damaged(e.to_string()))?;
        if written.version != VERSION {
            return Err(damaged(format!("it has version {}", written.version)));
        }
        Ok(written.accounts)
    }

    /// Changes the accounts, nobody else doing so meanwhile; nothing is written when `change` fails.
    ///
    /// # Errors
    /// Those of `change`, and when the file cannot be read or written.
    pub fn change<T>(
        &self,
        change: impl FnOnce(&mut Accounts) -> Result<T, AccountsError>,
    ) -> Result<T, AccountsError> {
        let lock = private()
            .create(true)
            .truncate(false)
            .open(self.path.with_extension("lock"))
            .map_err(self.io())?;
        // Released with the file, however this ends.
        lock.lock().map_err(self.io())?;
        let mut accounts = self.read()?;
        let before = accounts.clone();
        let done = change(&mut accounts)?;
        if accounts != before {
            self.write(accounts)?;
        }
        Ok(done)
    }

    fn write(&self, accounts: Accounts) -> Result<(), AccountsError> {
        let written = Written { version: VERSION, accounts };
        let text =
            serde_json::to_vec_pretty(&written).map_err(io::Error::other).map_err(self.io())?;
        let fresh = self.path.with_extension("new");
        let put = || -> io::Result<()> {
            let mut file = private().create(true).truncate(true).open(&fresh)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&fresh, &self.path)?;
            match self.path.parent() {
                Some(folder) => File::open(folder)?.sync_all(),
                None => Ok(()),
            }
        };
        put().map_err(self.io())
    }
}

/// Opens files that only their owner can read.
fn private() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{casework::Role, model::Moment};

    fn add(file: &AccountsFile, who: &str) -> Result<(), AccountsError> {
        file.change(|a| a.add(who.parse().unwrap(), Role::Viewer, Moment(0))).map(drop)
    }

    #[test]
    fn what_was_changed_is_there_for_the_next_reader_and_what_failed_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = AccountsFile::of(folder.path());
        assert!(file.read().unwrap().is_empty());
        add(&file, "ann").unwrap();
        assert!(add(&file, "Ann").is_err());
        add(&file, "bob").unwrap();
        let names: Vec<String> = file.read().unwrap().iter().map(|a| a.name.to_string()).collect();
        assert_eq!(names, ["ann", "bob"]);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = AccountsFile::of(folder.path());
        add(&file, "ann").unwrap();
        assert_eq!(fs::metadata(&file.path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn changes_of_several_at_once_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = AccountsFile::of(folder.path());
        std::thread::scope(|scope| {
            for i in 0..8 {
                let file = &file;
                scope.spawn(move || add(file, &format!("user {i}")).unwrap());
            }
        });
        assert_eq!(file.read().unwrap().iter().count(), 8);
    }

    #[test]
    fn a_damaged_file_says_where_it_is_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = AccountsFile::of(folder.path());
        for text in [
            "",
            "{",
            "{\"version\":9,\"accounts\":[]}",
            "{\"version\":1,\"accounts\":[{\"name\":\"\\u202e\"}]}",
        ] {
            fs::write(&file.path, text).unwrap();
            let error = file.read().unwrap_err().to_string();
            assert!(error.contains("accounts.json") && error.contains("backup"), "{error}");
            assert!(add(&file, "ann").is_err());
        }
    }
}
