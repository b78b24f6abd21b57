//! Sessions: who is signed in, kept in memory only: a restart signs everybody out. Not responsible for looking at
//! passwords (`door`).
//!
//! A session has a new secret whenever what it opens changes: when it begins and when the second factor was shown. It
//! ends when it is not used, when it is old, and when its account says so.
//!
//! Invariant: no secret is kept, only its SHA-256; the one-time link works at most once.

use crate::{
    casework::{AccountsError, Role, SecondFactor, UserName},
    model::Moment,
    web::{Door, WebError, csrf::same_secret},
};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Seconds after which the session of an account ends unless it is used, and after which it ends anyway: OWASP ASVS 4.0.3
/// V3.3.2, level 2.
const IDLE: i64 = 30 * 60;
const OLD: i64 = 12 * 3600;
/// The same for a session of the one-time link, which nobody can begin again without a restart: a working day.
const LINK_IDLE: i64 = 10 * 3600;
/// Seconds for the second step of signing in.
const SECOND_STEP: i64 = 5 * 60;
/// Sessions kept at a time; the one unused for longest goes first.
const LIMIT: usize = 512;
/// Name of the cookie of a session.
pub(super) const COOKIE: &str = "ringer_session";
/// Name of the cookie of somebody who owes the second factor.
pub(super) const HALF: &str = "ringer_half";

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
    /// What it may, as of this request.
    pub role: Role,
    /// The account, and the generation it had; none for whoever opened the one-time link.
    pub account: Option<(UserName, u32)>,
    /// The secret every form carries; empty for a program that sent a token, which no other site can make a browser
    /// send.
    pub csrf: String,
    flash: Option<Flash>,
    /// The second factor that the account page offers until it is confirmed.
    offered: Option<SecondFactor>,
    begun: Moment,
    used: Moment,
}

/// The key under which a session is kept: the hash of its cookie.
pub type SessionKey = [u8; 32];

/// Everybody signed in, and the link that lets the next one in.
#[derive(Debug, Default)]
pub struct Sessions {
    /// Who may come in by name; none where the one-time link is the only way.
    pub door: Option<Door>,
    open: Mutex<BTreeMap<SessionKey, Session>>,
    link: Mutex<Option<(SessionKey, String)>>,
    /// Sessions that ended by themselves or from outside, and why, for the audit trail.
    ended: Mutex<Vec<(String, &'static str)>>,
    /// Who has shown a password and owes the second factor, and since when.
    half: Mutex<BTreeMap<SessionKey, (UserName, Moment)>>,
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
        self.begin(user, Role::Administrator, None, now).map(Some)
    }

    /// Begins the session of an account and returns its cookie.
    ///
    /// # Errors
    /// When the account cannot sign in (any more), or the system has no randomness to give.
    pub fn begin_for(&self, name: &UserName, now: Moment) -> Result<String, WebError> {
        let standing = self.door.as_ref().and_then(|door| door.standing(name));
        let standing = standing.ok_or(WebError::SignedOut)?;
        let account = Some((name.clone(), standing.generation));
        self.begin(name.to_string(), standing.role, account, now)
    }

    fn begin(
        &self,
        user: String,
        role: Role,
        account: Option<(UserName, u32)>,
        now: Moment,
    ) -> Result<String, WebError> {
        let (cookie, csrf) = (secret()?, secret()?);
        let session = Session {
            user,
            role,
            account,
            csrf,
            flash: None,
            offered: None,
            begun: now,
            used: now,
        };
        let mut open = lock(&self.open);
        if open.len() >= LIMIT
            && let Some(oldest) = open.iter().min_by_key(|(_, s)| s.used).map(|(k, _)| *k)
        {
            open.remove(&oldest);
        }
        open.insert(key(&cookie), session);
        Ok(cookie)
    }

    /// What somebody is told who is not signed in: to sign in where there are accounts, else about the link.
    #[must_use]
    pub fn way_in(&self) -> WebError {
        let accounts = self.door.as_ref().and_then(|door| door.accounts().ok());
        match accounts {
            Some(accounts) if !accounts.is_empty() => WebError::SignInFirst,
            _ => WebError::SignedOut,
        }
    }

    /// What a program is that sent this token.
    #[must_use]
    pub fn by_token(&self, token: &str, now: Moment) -> Option<(SessionKey, Session)> {
        let (name, role) = self.door.as_ref()?.token(token, now)?;
        Some((key(token), Session::of_token(name, role, now)))
    }

    /// Remembers that somebody owes the second factor; returns the cookie that says so.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn half_way(&self, name: UserName, now: Moment) -> Result<String, WebError> {
        let cookie = secret()?;
        let mut half = lock(&self.half);
        half.retain(|_, (_, since)| now.seconds_since(*since) <= SECOND_STEP);
        if half.len() >= LIMIT
            && let Some(oldest) = half.iter().min_by_key(|(_, (_, since))| *since).map(|(k, _)| *k)
        {
            half.remove(&oldest);
        }
        half.insert(key(&cookie), (name, now));
        Ok(cookie)
    }

    /// Who owes the second factor by this cookie.
    #[must_use]
    pub fn owes(&self, cookie: &str, now: Moment) -> Option<UserName> {
        let half = lock(&self.half);
        let (name, since) = half.get(&key(cookie))?;
        (now.seconds_since(*since) <= SECOND_STEP).then(|| name.clone())
    }

    /// The second factor was shown, or signing in was given up.
    pub fn forget_half(&self, cookie: &str) {
        lock(&self.half).remove(&key(cookie));
    }

    /// The session a cookie belongs to, with what its account may now.
    #[must_use]
    pub fn find(&self, cookie: &str, now: Moment) -> Option<(SessionKey, Session)> {
        let key = key(cookie);
        let mut open = lock(&self.open);
        let session = open.get_mut(&key)?;
        let (idle, old) =
            if session.account.is_some() { (IDLE, OLD) } else { (LINK_IDLE, i64::MAX) };
        let standing = match &session.account {
            None => Some(session.role),
            Some((name, generation)) => self
                .door
                .as_ref()
                .and_then(|door| door.standing(name))
                .filter(|standing| standing.generation == *generation)
                .map(|standing| standing.role),
        };
        let fresh =
            now.seconds_since(session.used) <= idle && now.seconds_since(session.begun) <= old;
        let Some(role) = standing.filter(|_| fresh) else {
            if let Some(session) = open.remove(&key) {
                let outcome = if fresh { "its account ended it" } else { "not used, or old" };
                lock(&self.ended).push((session.user, outcome));
            }
            return None;
        };
        (session.role, session.used) = (role, now);
        Some((key, session.clone()))
    }

    /// Who lost a session since this was last asked, and why.
    #[must_use]
    pub fn take_ended(&self) -> Vec<(String, &'static str)> {
        std::mem::take(&mut lock(&self.ended))
    }

    /// The second factor that a session is offered: the same one until it is confirmed or the session ends.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn offered_factor(&self, key: &SessionKey) -> Result<SecondFactor, AccountsError> {
        let fresh = SecondFactor::fresh()?;
        let mut open = lock(&self.open);
        Ok(match open.get_mut(key) {
            Some(session) => session.offered.get_or_insert(fresh).clone(),
            None => fresh,
        })
    }

    /// Lets the session that changed its own account live on, where all others end.
    pub fn follow(&self, key: &SessionKey) {
        if let Some(Session { account: Some((name, generation)), offered, .. }) =
            lock(&self.open).get_mut(key)
            && let Some(standing) = self.door.as_ref().and_then(|door| door.standing(name))
        {
            (*generation, *offered) = (standing.generation, None);
        }
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
    /// What a program is that sent a token: a session that is kept nowhere.
    #[must_use]
    pub fn of_token(name: UserName, role: Role, now: Moment) -> Self {
        Self {
            user: name.to_string(),
            role,
            account: None,
            csrf: String::new(),
            flash: None,
            offered: None,
            begun: now,
            used: now,
        }
    }

    /// Whether it is a program's.
    #[must_use]
    pub fn is_of_token(&self) -> bool {
        self.csrf.is_empty()
    }

    /// Whether a form carries this session's secret.
    ///
    /// # Errors
    /// When it does not.
    pub fn check(&self, csrf: &str) -> Result<(), WebError> {
        if self.is_of_token() || same_secret(&self.csrf, csrf) {
            Ok(())
        } else {
            Err(WebError::WrongOrigin)
        }
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
        assert!(sessions.find(&cookie, Moment(LINK_IDLE)).is_some());
        assert!(sessions.find(&cookie, Moment(2 * LINK_IDLE)).is_some());
        assert!(sessions.find(&cookie, Moment(3 * LINK_IDLE + 1)).is_none());
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
