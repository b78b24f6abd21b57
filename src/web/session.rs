//! Sessions: who is signed in, kept in memory only. Not responsible for user accounts, which come later; today the
//! one way in is a link that works once.
//!
//! Invariant: no secret is kept, only its SHA-256; the link works at most once.

use crate::{
    model::Moment,
    web::{WebError, csrf::same_secret},
};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Seconds after which a session ends unless it is used: a working day.
const IDLE: i64 = 10 * 3600;
/// Sessions kept at a time; the one unused for longest goes first.
const LIMIT: usize = 64;
/// Name of the cookie.
pub(super) const COOKIE: &str = "ringer_session";

/// What the next page tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// In a sentence.
    pub text: String,
    /// What Undo sends.
    pub undo: Option<Undo>,
}

/// What takes back what was just done: a form that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// Where to.
    pub url: String,
    /// What it says beside the session's secret.
    pub fields: Vec<(&'static str, String)>,
}

impl Undo {
    /// An address that needs to be told nothing.
    #[must_use]
    pub fn at(url: String) -> Self {
        Self { url, fields: Vec::new() }
    }
}

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The name under which judgements are recorded.
    pub user: String,
    /// The secret every form carries.
    pub csrf: String,
    flash: Option<Flash>,
    used: Moment,
}

/// The key under which a session is kept: the hash of its cookie.
pub type SessionKey = [u8; 32];

/// Everybody signed in, and the link that lets the next one in.
#[derive(Debug, Default)]
pub struct Sessions {
    open: Mutex<BTreeMap<SessionKey, Session>>,
    link: Mutex<Option<(SessionKey, String)>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(secret: &str) -> SessionKey {
    Sha256::digest(secret.as_bytes()).into()
}

/// 32 bytes from the operating system, in hexadecimal.
///
/// # Errors
/// When the system has none to give.
pub fn secret() -> Result<String, WebError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|e| WebError::NoRandomness(e.to_string()))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

impl Sessions {
    /// A fresh token that signs `user` in, once; an earlier one no longer works.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn one_time_link(&self, user: &str) -> Result<String, WebError> {
        let token = secret()?;
        *lock(&self.link) = Some((key(&token), user.to_owned()));
        Ok(token)
    }

    /// Burns the token and returns the cookie of a new session; none when the token is not the one in force.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn sign_in(&self, token: &str, now: Moment) -> Result<Option<String>, WebError> {
        let (cookie, csrf) = (secret()?, secret()?);
        let user = {
            let mut link = lock(&self.link);
            match link.take() {
                Some((hash, user)) if hash == key(token) => user,
                other => {
                    *link = other;
                    return Ok(None);
                }
            }
        };
        let mut open = lock(&self.open);
        if open.len() >= LIMIT
            && let Some(oldest) = open.iter().min_by_key(|(_, s)| s.used).map(|(k, _)| *k)
        {
            open.remove(&oldest);
        }
        open.insert(key(&cookie), Session { user, csrf, flash: None, used: now });
        Ok(Some(cookie))
    }

    /// The session a cookie belongs to.
    #[must_use]
    pub fn find(&self, cookie: &str, now: Moment) -> Option<(SessionKey, Session)> {
        let key = key(cookie);
        let mut open = lock(&self.open);
        let session = open.get_mut(&key)?;
        if now.seconds_since(session.used) > IDLE {
            open.remove(&key);
            return None;
        }
        session.used = now;
        Some((key, session.clone()))
    }

    /// Leaves a message for the next page.
    pub fn put_flash(&self, key: &SessionKey, flash: Flash) {
        if let Some(session) = lock(&self.open).get_mut(key) {
            session.flash = Some(flash);
        }
    }

    /// Takes the message left for this page.
    #[must_use]
    pub fn take_flash(&self, key: &SessionKey) -> Option<Flash> {
        lock(&self.open).get_mut(key)?.flash.take()
    }

    /// Ends a session.
    pub fn sign_out(&self, key: &SessionKey) {
        lock(&self.open).remove(key);
    }
}

impl Session {
    /// Whether a form carries this session's secret.
    ///
    /// # Errors
    /// When it does not.
    pub fn check(&self, csrf: &str) -> Result<(), WebError> {
        if same_secret(&self.csrf, csrf) { Ok(()) } else { Err(WebError::WrongOrigin) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_works_once_and_only_the_newest_works() {
        let sessions = Sessions::default();
        let old = sessions.one_time_link("ann").unwrap();
        let new = sessions.one_time_link("ann").unwrap();
        assert_eq!(sessions.sign_in(&old, Moment(0)).unwrap(), None);
        let cookie = sessions.sign_in(&new, Moment(0)).unwrap().unwrap();
        assert_eq!(sessions.sign_in(&new, Moment(0)).unwrap(), None);
        assert_eq!(sessions.find(&cookie, Moment(1)).unwrap().1.user, "ann");
        assert!(sessions.find(&new, Moment(1)).is_none());
    }

    #[test]
    fn a_session_ends_when_it_is_not_used() {
        let sessions = Sessions::default();
        let token = sessions.one_time_link("ann").unwrap();
        let cookie = sessions.sign_in(&token, Moment(0)).unwrap().unwrap();
        assert!(sessions.find(&cookie, Moment(IDLE)).is_some());
        assert!(sessions.find(&cookie, Moment(2 * IDLE)).is_some());
        assert!(sessions.find(&cookie, Moment(3 * IDLE + 1)).is_none());
        assert!(sessions.find(&cookie, Moment(0)).is_none());
    }

    #[test]
    fn a_message_is_shown_once() {
        let sessions = Sessions::default();
        let token = sessions.one_time_link("ann").unwrap();
        let cookie = sessions.sign_in(&token, Moment(0)).unwrap().unwrap();
        let (key, _) = sessions.find(&cookie, Moment(0)).unwrap();
        sessions.put_flash(&key, Flash { text: "done".into(), undo: None });
        assert_eq!(sessions.take_flash(&key).unwrap().text, "done");
        assert_eq!(sessions.take_flash(&key), None);
    }

    #[test]
    fn the_number_of_sessions_is_bounded() {
        let sessions = Sessions::default();
        let mut first = None;
        for i in 0..=LIMIT {
            let token = sessions.one_time_link("ann").unwrap();
            let cookie = sessions.sign_in(&token, Moment(i as i64)).unwrap().unwrap();
            first.get_or_insert(cookie);
        }
        assert!(sessions.find(&first.unwrap(), Moment(100)).is_none());
        assert_eq!(lock(&sessions.open).len(), LIMIT);
    }
}
