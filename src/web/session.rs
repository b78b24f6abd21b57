//! Sessions: who is signed in, kept in memory only: a restart signs everybody out. Not responsible for looking at
//! passwords (`door`).
//!
//! A session has a new secret whenever what it opens changes: when it begins, when the second factor was shown or
//! changed, and when the password was. It ends when it is not used, when it is old, and when its account says so.
//!
//! Whoever came by the one-time link is nobody by name, so such a session ends once somebody can sign in by name.
//!
//! Invariant: no secret is kept, only its SHA-256; the one-time link works at most once.

use crate::{
    casework::{Account, AccountsError, Role, SecondFactor, SignedIn, UserName},
    model::{Moment, RingId},
    web::{Door, WebError, csrf::same_secret, flash::Flash, reveal::Revealed, urls, veil::Subject},
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
/// Rings that a session puts aside at most.
const ASIDE: usize = 5_000;
/// Things of which a session sees contact data at a time, by reasons given; the one asked for longest ago goes first.
const REVEALED: usize = 32;
/// Name of the cookie of a session.
pub(super) const COOKIE: &str = "ringer_session";
/// Name of the cookie of somebody who owes the second factor.
pub(super) const HALF: &str = "ringer_half";

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
    /// Rings that were put aside undecided.
    aside: Arc<BTreeSet<RingId>>,
    /// When and from where its account was signed in to before.
    pub before: Option<SignedIn>,
    /// Where it began.
    place: String,
    /// What contact data is shown of, by the reasons that were given: with the session it ends.
    revealed: Vec<Revealed>,
    begun: Moment,
    used: Moment,
}

/// An open session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// By what it is named in a form: a piece of its key, which opens nothing.
    pub id: String,
    /// Since when.
    pub begun: Moment,
    /// When it was used last.
    pub used: Moment,
    /// From where it began: an address of the network.
    pub place: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
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
        if self.is_peopled() {
            return Ok(None);
        }
        self.begin(Session { role: Role::Administrator, ..Session::fresh(user, now)? }).map(Some)
    }

    /// Begins the session of an account that signed in from `place`, and returns its cookie. Waits for a disk.
    ///
    /// # Errors
    /// When the account cannot sign in (any more), or the system has no randomness to give.
    pub fn begin_for(&self, name: &UserName, place: &str, now: Moment) -> Result<String, WebError> {
        let door = self.door.as_ref().ok_or(WebError::NoAccounts)?;
        let before = door.change(|accounts| accounts.signed_in(name, place, now))?;
        let standing = door.standing(name).ok_or(WebError::SignedOut)?;
        self.begin(Session {
            role: standing.role,
            account: Some((name.clone(), standing.generation)),
            before,
            place: place.to_owned(),
            ..Session::fresh(name.to_string(), now)?
        })
    }

    /// Gives the session of an account that changed a new secret and returns its cookie; all its other sessions have
    /// ended.
    ///
    /// # Errors
    /// When the session has ended, or the system has no randomness to give.
    pub fn rotate(&self, key: &SessionKey, now: Moment) -> Result<String, WebError> {
        let old = lock(&self.open).remove(key).ok_or(WebError::SignedOut)?;
        let (name, _) = old.account.as_ref().ok_or(WebError::NoAccounts)?;
        let standing = self.door.as_ref().and_then(|door| door.standing(name));
        let standing = standing.ok_or(WebError::SignedOut)?;
        let fresh = Session::fresh(old.user.clone(), now)?;
        self.begin(Session {
            account: Some((name.clone(), standing.generation)),
            csrf: fresh.csrf,
            offered: None,
            revealed: Vec::new(),
            ..old
        })
    }

    fn begin(&self, session: Session) -> Result<String, WebError> {
        let cookie = secret()?;
        let mut open = lock(&self.open);
        if open.len() >= LIMIT
            && let Some(oldest) = open.iter().min_by_key(|(_, s)| s.used).map(|(k, _)| *k)
        {
            open.remove(&oldest);
        }
        open.insert(key(&cookie), session);
        Ok(cookie)
    }

    /// What somebody is told who is not signed in: to sign in where there are accounts, and then to go on to the page
    /// of ours they asked for; else about the link.
    #[must_use]
    pub fn way_in(&self, asked: &str) -> WebError {
        if self.is_peopled() {
            WebError::SignInFirst(urls::back_from(urls::SIGN_IN, asked))
        } else {
            WebError::SignedOut
        }
    }

    /// Whether somebody can sign in by name. Where it cannot be read, the answer is the one that lets nobody in.
    fn is_peopled(&self) -> bool {
        let open =
            |door: &Door| door.accounts().map_or(true, |all| all.iter().any(Account::is_open));
        self.door.as_ref().is_some_and(open)
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
        let role = match self.role_of(session, now) {
            Ok(role) => role,
            Err(outcome) => {
                let ended = open.remove(&key)?;
                lock(&self.ended).push((ended.user, outcome));
                return None;
            }
        };
        (session.role, session.used) = (role, now);
        Some((key, session.clone()))
    }

    /// What a session may now; why it has ended where it has.
    fn role_of(&self, session: &Session, now: Moment) -> Result<Role, &'static str> {
        let (idle, old) =
            if session.account.is_some() { (IDLE, OLD) } else { (LINK_IDLE, i64::MAX) };
        let fresh =
            now.seconds_since(session.used) <= idle && now.seconds_since(session.begun) <= old;
        let standing = match &session.account {
            None => (!self.is_peopled()).then_some(session.role),
            Some((name, generation)) => self
                .door
                .as_ref()
                .and_then(|door| door.standing(name))
                .filter(|standing| standing.generation == *generation)
                .map(|standing| standing.role),
        };
        match standing {
            Some(role) if fresh => Ok(role),
            Some(_) => Err("not used, or old"),
            None => Err("its account ended it"),
        }
    }

    /// The open sessions of an account, the last used first. O(sessions).
    #[must_use]
    pub fn of(&self, name: &UserName, this: &SessionKey, now: Moment) -> Vec<OpenSession> {
        let open = lock(&self.open);
        let own = open.iter().filter(|(_, s)| s.is_of(name) && self.role_of(s, now).is_ok());
        let mut own: Vec<OpenSession> = own
            .map(|(key, s)| OpenSession {
                id: id(key),
                begun: s.begun,
                used: s.used,
                place: s.place.clone(),
                is_this: key == this,
            })
            .collect();
        own.sort_by(|a, b| (b.is_this, b.used, &a.id).cmp(&(a.is_this, a.used, &b.id)));
        own
    }

    /// Ends one session of an account, and says whether there was one.
    pub fn end(&self, name: &UserName, which: &str) -> bool {
        let mut open = lock(&self.open);
        let before = open.len();
        open.retain(|key, session| !session.is_of(name) || id(key) != which);
        open.len() < before
    }

    /// Ends the session of a cookie, if there is one.
    pub fn end_cookie(&self, cookie: &str) {
        self.sign_out(&key(cookie));
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

    /// Shows a session contact data of something from now on, in place of what was asked for of it before.
    pub fn reveal(&self, key: &SessionKey, revealed: Revealed) {
        if let Some(session) = lock(&self.open).get_mut(key) {
            session
                .revealed
                .retain(|known| known.subject != revealed.subject && known.until > revealed.at);
            if session.revealed.len() >= REVEALED {
                session.revealed.remove(0);
            }
            session.revealed.push(revealed);
        }
    }

    /// Masks it again.
    pub fn mask_again(&self, key: &SessionKey, subject: &Subject) {
        if let Some(session) = lock(&self.open).get_mut(key) {
            session.revealed.retain(|known| known.subject != *subject);
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

    /// Puts a ring aside, undecided; nothing once very many are.
    pub fn put_aside(&self, key: &SessionKey, ring: RingId) {
        if let Some(session) = lock(&self.open).get_mut(key)
            && session.aside.len() < ASIDE
        {
            Arc::make_mut(&mut session.aside).insert(ring);
        }
    }

    /// Takes a ring up again that was put aside.
    pub fn take_up(&self, key: &SessionKey, ring: &RingId) {
        if let Some(session) = lock(&self.open).get_mut(key) {
            Arc::make_mut(&mut session.aside).remove(ring);
        }
    }

    /// Takes up again whatever was put aside; how many.
    pub fn take_all_up(&self, key: &SessionKey) -> usize {
        let mut open = lock(&self.open);
        open.get_mut(key).map_or(0, |session| std::mem::take(&mut session.aside).len())
    }

    /// Ends a session.
    pub fn sign_out(&self, key: &SessionKey) {
        lock(&self.open).remove(key);
    }
}

/// By what a session is named in a form.
fn id(key: &SessionKey) -> String {
    key.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

impl Session {
    /// One that may as little as possible.
    fn fresh(user: String, now: Moment) -> Result<Self, WebError> {
        Ok(Self { csrf: secret()?, ..Self::of_nobody(user, now) })
    }

    fn of_nobody(user: String, now: Moment) -> Self {
        Self {
            user,
            role: Role::Viewer,
            account: None,
            csrf: String::new(),
            flash: None,
            offered: None,
            aside: Arc::default(),
            before: None,
            place: String::new(),
            revealed: Vec::new(),
            begun: now,
            used: now,
        }
    }

    /// Whether a ring was put aside.
    #[must_use]
    pub fn has_aside(&self, ring: &RingId) -> bool {
        self.aside.contains(ring)
    }

    /// How many rings were put aside.
    #[must_use]
    pub fn n_aside(&self) -> usize {
        self.aside.len()
    }

    /// What a program is that sent a token: a session that is kept nowhere.
    #[must_use]
    pub fn of_token(name: UserName, role: Role, now: Moment) -> Self {
        Self { role, ..Self::of_nobody(name.to_string(), now) }
    }

    /// Whether it is a session of this account.
    fn is_of(&self, name: &UserName) -> bool {
        self.account.as_ref().is_some_and(|(own, _)| own == name)
    }

    /// Since when it is open.
    #[must_use]
    pub fn begun(&self) -> Moment {
        self.begun
    }

    /// Until when contact data of this is shown; none while it is masked.
    #[must_use]
    pub fn sees_until(&self, subject: &Subject, now: Moment) -> Option<Moment> {
        let known = self.revealed.iter().find(|known| known.subject == *subject)?;
        (now < known.until).then_some(known.until)
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
    fn a_session_of_an_account_ends_after_half_an_hour_unused_and_after_twelve_hours_anyway() {
        let folder = tempfile::tempdir().unwrap();
        let sessions = Sessions { door: Some(Door::of(folder.path())), ..Sessions::default() };
        let (door, name) = (sessions.door.as_ref().unwrap(), "ann".parse::<UserName>().unwrap());
        let make = |accounts: &mut crate::casework::Accounts| {
            let secret = accounts.add(name.clone(), Role::Viewer, Moment(0))?;
            accounts.accept(&secret, "plum otter granite lantern", Moment(0))
        };
        door.change(make).unwrap();
        let begin = || sessions.begin_for(&name, "192.0.2.1", Moment(0)).unwrap();
        let (idle, busy) = (begin(), begin());
        assert!(sessions.find(&idle, Moment(30 * 60)).is_some());
        assert!(sessions.find(&idle, Moment(60 * 60 + 1)).is_none());
        for minutes in (0..=12 * 60).step_by(20) {
            assert!(sessions.find(&busy, Moment(minutes * 60)).is_some(), "{minutes}");
        }
        assert!(sessions.find(&busy, Moment(12 * 3600 + 1)).is_none());
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
    fn contact_data_is_shown_for_its_time_and_of_so_much_at_once() {
        use crate::model::RingId;
        let sessions = Sessions::default();
        let token = sessions.one_time_link("ann").unwrap();
        let cookie = sessions.sign_in(&token, Moment(0)).unwrap().unwrap();
        let (key, _) = sessions.find(&cookie, Moment(0)).unwrap();
        let subject = |i: usize| Subject::Ring(RingId::derive(&i.to_string()));
        let ask = |i: usize, at: i64| {
            let revealed =
                Revealed { subject: subject(i), at: Moment(at), until: Moment(at + 900) };
            sessions.reveal(&key, revealed);
            sessions.find(&cookie, Moment(at)).unwrap().1
        };
        let session = ask(0, 0);
        assert_eq!(session.sees_until(&subject(0), Moment(899)), Some(Moment(900)));
        assert_eq!(session.sees_until(&subject(0), Moment(900)), None);
        assert_eq!(session.sees_until(&subject(1), Moment(0)), None);
        // Asked again it is shown for longer, and does not take the place of another.
        assert_eq!(ask(0, 100).sees_until(&subject(0), Moment(900)), Some(Moment(1_000)));
        let mut session = ask(1, 200);
        for i in 2..=REVEALED {
            session = ask(i, 200);
        }
        assert_eq!(session.revealed.len(), REVEALED);
        assert_eq!(session.sees_until(&subject(0), Moment(200)), None);
        sessions.mask_again(&key, &subject(1));
        let (_, session) = sessions.find(&cookie, Moment(200)).unwrap();
        assert_eq!(session.sees_until(&subject(1), Moment(200)), None);
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
