//! The accounts on disk: one small JSON file beside the journal, readable by its owner only. Not responsible for what
//! an account may.
//!
//! It is not in the journal, since a journal forgets nothing: a password hash that was replaced has to be gone.
//!
//! The command line changes it while a server runs; `PrivateFile` keeps them apart.
//!
//! Invariant: after `change` returns the new accounts survive a power cut.

use crate::casework::{Accounts, AccountsError, private_file::PrivateFile};
use serde::{Deserialize, Serialize};
use std::{fs, io, path::Path};

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
    file: PrivateFile,
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
        Self { file: PrivateFile::new(folder, "accounts.json", LARGEST) }
    }

    /// What tells the present state of the file from others.
    #[must_use]
    pub fn stamp(&self) -> FileStamp {
        let about = fs::metadata(self.file.path()).ok();
        FileStamp(about.and_then(|about| Some((about.len(), about.modified().ok()?))))
    }

    fn io(&self) -> impl Fn(io::Error) -> AccountsError + '_ {
        |source| AccountsError::File { path: self.file.path().to_owned(), source }
    }

    /// The accounts as they are now; none when there is no file.
    ///
    /// # Errors
    /// When the file cannot be read or is no file of accounts.
    pub fn read(&self) -> Result<Accounts, AccountsError> {
        let damaged =
            |why: String| AccountsError::Damaged { path: self.file.path().to_owned(), why };
        let text = match self.file.read() {
            Ok(Some(text)) => text,
            Ok(None) => return Ok(Accounts::default()),
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => {
                return Err(damaged(e.to_string()));
            }
            Err(e) => return Err(self.io()(e)),
        };
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
        // Released with the file, however this ends.
        let _lock = self.file.lock().map_err(self.io())?;
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
        self.file.replace(&text).map_err(self.io())
    }
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
        assert_eq!(fs::metadata(file.file.path()).unwrap().permissions().mode() & 0o777, 0o600);
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
            fs::write(file.file.path(), text).unwrap();
            let error = file.read().unwrap_err().to_string();
            assert!(error.contains("accounts.json") && error.contains("backup"), "{error}");
            assert!(add(&file, "ann").is_err());
        }
    }
}
