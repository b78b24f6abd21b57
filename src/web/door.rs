//! The door: who may come in, and what they may. Not responsible for pages that ask for names and passwords.
//!
//! It reads the accounts anew whenever their file changed, so that what the command line does to an account counts
//! from the next request on.
//!
//! Invariant: a name or a place with many failed tries waits before its next one is looked at at all.

use crate::{
    casework::{
        Accounts, AccountsError, AccountsFile, FileStamp, Role, Secret, SignIn, Throttle, Tried,
        UserName,
    },
    model::Moment,
};
use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Who may come in.
#[derive(Debug)]
pub struct Door {
    file: AccountsFile,
    known: Mutex<Option<(FileStamp, Arc<Accounts>)>>,
    throttle: Mutex<Throttle>,
}

/// What an account is at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What it may.
    pub role: Role,
    /// Sessions of another generation have ended.
    pub generation: u32,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Door {
    /// The door of the store in this folder.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self { file: AccountsFile::of(folder), known: Mutex::default(), throttle: Mutex::default() }
    }

    /// The accounts as they are now. Reads the file only when it changed.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn accounts(&self) -> Result<Arc<Accounts>, AccountsError> {
        let stamp = self.file.stamp();
        let mut known = lock(&self.known);
        if let Some((at, accounts)) = &*known
            && *at == stamp
        {
            return Ok(accounts.clone());
        }
        let accounts = Arc::new(self.file.read()?);
        *known = Some((stamp, accounts.clone()));
        Ok(accounts)
    }

    /// Changes the accounts.
    ///
    /// # Errors
    /// Those of `change`, and when the file cannot be read or written.
    pub fn change<T>(
        &self,
        change: impl FnOnce(&mut Accounts) -> Result<T, AccountsError>,
    ) -> Result<T, AccountsError> {
        let done = self.file.change(change);
        // Two changes within one tick of the file system's clock would look alike.
        *lock(&self.known) = None;
        done
    }

    /// What an account is now; none when it cannot sign in (any more).
    #[must_use]
    pub fn standing(&self, name: &UserName) -> Option<Standing> {
        let accounts = self.accounts().ok()?;
        let account = accounts.get(name).filter(|a| a.is_open())?;
        Some(Standing { role: account.role, generation: account.generation })
    }

    /// Looks at a name and a password from a place. Takes some tens of milliseconds.
    ///
    /// # Errors
    /// `Throttled` before it is looked at, or `Refused`.
    pub fn sign_in(
        &self,
        name: &str,
        password: &str,
        place: &str,
        now: Moment,
    ) -> Result<(UserName, SignIn), AccountsError> {
        let under = self.begin(name, place, now)?;
        let accounts = self.accounts()?;
        let (account, next) = accounts.sign_in(name, password)?;
        if next == SignIn::Open {
            lock(&self.throttle).succeeded(&under);
        }
        Ok((account.name.clone(), next))
    }

    /// Whether somebody who is signed in knows the password too. Takes some tens of milliseconds.
    ///
    /// # Errors
    /// `Throttled` before it is looked at, or `Refused`.
    pub fn knows_password(
        &self,
        name: &UserName,
        password: &str,
        now: Moment,
    ) -> Result<(), AccountsError> {
        let under = self.begin(name.as_str(), "account page", now)?;
        self.accounts()?.sign_in(name.as_str(), password)?;
        // The second factor was shown when the session began.
        lock(&self.throttle).succeeded(&under);
        Ok(())
    }

    /// Accepts the code of the second factor.
    ///
    /// # Errors
    /// `Throttled` before it is looked at, or `Refused`.
    pub fn second_step(
        &self,
        name: &UserName,
        code: &str,
        place: &str,
        now: Moment,
    ) -> Result<(), AccountsError> {
        let under = self.begin(name.as_str(), place, now)?;
        self.change(|accounts| accounts.second_step(name, code, now))?;
        lock(&self.throttle).succeeded(&under);
        Ok(())
    }

    /// The account a token belongs to, and what it may.
    #[must_use]
    pub fn token(&self, token: &str, now: Moment) -> Option<(UserName, Role)> {
        let accounts = self.accounts().ok()?;
        let (account, role) = accounts.token(&Secret::presented(token), now)?;
        Some((account.name.clone(), role))
    }

    /// Counts a try before it is looked at.
    fn begin(&self, name: &str, place: &str, now: Moment) -> Result<[Tried; 2], AccountsError> {
        let name: String = name.trim().to_lowercase().chars().take(80).collect();
        let under = [Tried::Name(name), Tried::Place(place.to_owned())];
        match lock(&self.throttle).begin(&under, now) {
            Ok(()) => Ok(under),
            Err(seconds) => Err(AccountsError::Throttled { seconds }),
        }
    }
}
