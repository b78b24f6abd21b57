//! What of a request goes into the audit trail: by the rule of its route, the ids in its address, and what its handler
//! notes. Not responsible for the trail itself (`casework::audit`) nor for what a decision's own entry says: that is written
//! when it becomes a fact.
//!
//! Of what somebody typed only ids that exist are recorded as they are, and all else as a keyed hash.
//!
//! Invariant: whatever shows or changes something is answered only after it is recorded; where it cannot be, it is refused.

use crate::{
    casework::{
        UserName,
        audit::{self, Action, AuditError, Event, Subject, Trail},
    },
    engine::View,
    model::{FileHash, Moment, ReportFormat, Slug},
    web::{
        State, WebError,
        intake::blocking,
        pages::sign_in::place,
        rules::{self, Records, Rule},
        session::{Session, SessionKey},
    },
};
use actix_web::{HttpMessage, HttpRequest, http::StatusCode, web};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Parameters that hold ids, as most pages use them.
const IDS: &[&str] = &["a", "b", "from", "to", "focus", "sel", "open", "preview", "subject"];

/// Parameters that hold what somebody typed, by route.
const TYPED: &[(&str, &[&str])] = &[
    ("/search", &["q"]),
    ("/watch-lists", &["q"]),
    ("/compare", &["a", "b"]),
    ("/path", &["from", "to"]),
    ("/explore", &["from"]),
    ("/audit", &["searched", "subject", "why"]),
];

/// Ids of one parameter that are looked up.
const MOST: usize = 20;

/// Failures of people who are not signed in that are recorded one by one within a minute; of more, their number.
const STRANGERS: u32 = 60;

/// Failures of strangers within the present minute: they must not fill the disk.
#[derive(Debug, Default)]
pub struct Strangers {
    minute: i64,
    n: u32,
    passed_over: u64,
}

impl Strangers {
    /// Whether one more is recorded, and how many were not since the last one that was.
    fn one_more(&mut self, now: Moment) -> Option<u64> {
        let minute = now.0.div_euclid(60);
        if minute != self.minute {
            (self.minute, self.n) = (minute, 0);
        }
        self.n = self.n.saturating_add(1);
        if self.n > STRANGERS {
            self.passed_over += 1;
            return None;
        }
        Some(std::mem::take(&mut self.passed_over))
    }
}

/// What a handler knows of its request that its address does not say.
#[derive(Debug, Clone, Default)]
pub struct Note(Arc<Mutex<Noted>>);

#[derive(Debug, Default)]
struct Noted {
    who: Option<String>,
    /// A name as it was typed.
    tried: Option<String>,
    action: Option<Action>,
    subject: Subject,
    why: String,
    also: Vec<(Action, Subject, String)>,
}

impl Note {
    /// The note of a request.
    pub fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_default()
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The reason, as it was given.
    pub fn why(&self, why: &str) {
        why.trim().clone_into(&mut self.noted().why);
    }

    /// An id, or a word of a closed list, that the address does not say.
    pub fn about(&self, name: &str, value: impl std::fmt::Display) {
        self.noted().subject.put(name, &value.to_string());
    }

    /// Somebody signed in, in this way.
    pub fn signed_in(&self, who: &str, how: &str) {
        let mut noted = self.noted();
        (noted.who, noted.action) = (Some(who.to_owned()), Some(Action::SignedIn));
        noted.subject.put("how", how);
    }

    /// Somebody failed to sign in under a name as it was typed, in this way, and for this reason.
    pub fn sign_in_failed(&self, name: &str, how: &str, why: &str) {
        let mut noted = self.noted();
        (noted.tried, noted.action) = (Some(name.to_owned()), Some(Action::SignInFailed));
        noted.subject.put("how", how);
        noted.subject.put("outcome", why);
    }

    /// An entry of its own beside that of the request.
    pub fn also(&self, action: Action, subject: Subject, why: &str) {
        self.noted().also.push((action, subject, why.to_owned()));
    }
}

/// A request that is going to be recorded.
pub struct Asked {
    state: web::Data<State>,
    rule: &'static Rule,
    session: Option<Session>,
    place: String,
    subject: Vec<(String, Given)>,
    note: Note,
    /// Decisions of theirs that were recorded before.
    before: u64,
}

/// Something in an address.
enum Given {
    /// Recorded as it is.
    Plain(String),
    /// Looked up among the ids that exist; else recorded as typed, where that is wanted.
    Id(String, bool),
    /// The name of an account, else as typed.
    Account(String),
    /// The name of a schedule or of a rule, where there is one.
    Named(String),
    /// A form of reports.
    Format(String),
    /// As typed.
    Typed(String),
}

impl Asked {
    /// What there is to record of a request; none where its rule says that there is nothing and it was not refused.
    pub fn of(request: &HttpRequest, note: &Note, refused: Option<&WebError>) -> Option<Self> {
        let state = request.app_data::<web::Data<State>>()?.clone();
        let pattern = request.match_pattern()?;
        let rule = rules::rule_of(request.method().as_str(), &pattern)?;
        let session = request.extensions().get::<(SessionKey, Session)>().map(|(_, s)| s.clone());
        // A refusal tells of somebody signed in, or of a token that nobody has.
        let is_of_interest = match refused {
            Some(WebError::Accounts(_)) => {
                note.sign_in_failed("", "token", "no such token");
                true
            }
            Some(_) => session.is_some(),
            None => rule.records != Records::Nothing,
        };
        if !is_of_interest {
            return None;
        }
        let subject = given(request, rule);
        let place = place(request);
        let who = session.as_ref().map(|s| s.user.as_str());
        let before = who.map_or(0, |who| match rule.records.is_of_facts() {
            true => state.trail.seen(who, &place),
            false => 0,
        });
        Some(Self { state, rule, session, place, subject, note: note.clone(), before })
    }

    /// Whether what is going to be done can be recorded then. What is only looked at is refused afterwards, before it is shown.
    pub async fn ready(&self) -> Result<(), WebError> {
        if self.rule.records.is_look() {
            return Ok(());
        }
        let state = self.state.clone();
        blocking(move || Ok(state.trail.ready()?)).await
    }

    /// Records it, now that it has an answer.
    pub async fn answered(self, status: StatusCode) -> Result<(), WebError> {
        blocking(move || Ok(self.record(status)?)).await
    }

    fn record(self, status: StatusCode) -> Result<(), AuditError> {
        let Self { state, rule, session, place, subject: parts, note, before } = self;
        let (trail, view, now) = (&*state.trail, state.desk.view(), state.desk.now());
        let noted = std::mem::take(&mut *note.noted());
        for (user, outcome) in state.sessions.take_ended() {
            let subject = Subject::new().with("outcome", outcome);
            trail.record_done(Event::new(now, &user, Action::SessionEnded, subject, ""))?;
        }
        let is_refused = status == StatusCode::FORBIDDEN;
        let is_data = parts.iter().any(|(name, _)| name == "format");
        let action = noted.action.or_else(|| match rule.records {
            _ if is_refused => Some(Action::Refused),
            // The page that it leads to is what shows something.
            _ if rule.records.is_look() && status.is_redirection() => None,
            Records::Read | Records::Search if is_data => Some(Action::Exported),
            other => other.action(),
        });
        let who = noted.who.or_else(|| session.as_ref().map(|s| s.user.clone()));
        let who = who.unwrap_or_default();
        // A decision's own entry, written when it became a fact, tells of it.
        let is_told = rule.records.is_of_facts()
            && !status.is_client_error()
            && !status.is_server_error()
            && trail.decisions_of(&who) > before;
        if let Some(action) = action.filter(|_| !is_told) {
            let mut subject = noted.subject;
            subject.put("route", &format!("{} {}", rule.method, rule.path));
            for (name, given) in parts {
                put(&mut subject, &name, given, &state, &view)?;
            }
            let mut who = who.clone();
            if let Some(tried) = &noted.tried {
                let Some(more) = state.strangers().one_more(now) else { return Ok(()) };
                if more > 0 {
                    subject.put("passed_over", &more.to_string());
                }
                match account(&state, tried) {
                    Some(name) => who = name,
                    None if tried.is_empty() => {}
                    None => subject.put("tried", &trail.typed(tried)?),
                }
            }
            if session.as_ref().is_some_and(Session::is_of_token) {
                subject.put("how", "token");
            }
            let mut event = Event::new(now, &who, action, subject, &place).why(&noted.why);
            event.status = Some(status.as_u16());
            match rule.records.is_look() {
                true => trail.record(event)?,
                // It was done.
                false => trail.record_done(event)?,
            };
        }
        for (action, subject, why) in noted.also {
            let subject = subject.with("route", format!("{} {}", rule.method, rule.path));
            trail.record_done(Event::new(now, &who, action, subject, &place).why(&why))?;
        }
        if rule.records.is_look() && action != Some(Action::Exported) {
            Ok(())
        } else {
            trail.sync()
        }
    }
}

impl State {
    fn strangers(&self) -> MutexGuard<'_, Strangers> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an address names, by the route and by what follows the `?`.
fn given(request: &HttpRequest, rule: &Rule) -> Vec<(String, Given)> {
    let mut found = Vec::new();
    for (part, text) in rule.path.split('/').zip(request.path().split('/')) {
        let Some(name) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) else { continue };
        let text = decoded(text);
        match name {
            "token" | "secret" => {}
            "name" if rule.path.starts_with("/reports/schedules/") => {
                found.push(("schedule".to_owned(), Given::Named(text)));
            }
            "name" if rule.path.starts_with("/reports/alerts/") => {
                found.push(("rule".to_owned(), Given::Named(text)));
            }
            "format" => found.push(("format".to_owned(), Given::Format(text))),
            "name" => found.push(("account".to_owned(), Given::Account(text))),
            name => found.push((name.to_owned(), Given::Id(text, true))),
        }
    }
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    let typed = TYPED.iter().find(|(path, _)| *path == rule.path).map_or(&[][..], |(_, t)| t);
    for (name, value) in query.map(web::Query::into_inner).unwrap_or_default() {
        let is_typed = typed.contains(&name.as_str());
        match name.as_str() {
            _ if value.is_empty() => {}
            "format" if matches!(value.as_str(), "json" | "csv" | "ndjson") => {
                found.push((name, Given::Plain(value)));
            }
            "who" if rule.path == "/audit" => found.push(("account".into(), Given::Account(value))),
            id if IDS.contains(&id) => {
                let words = value.split([',', '.']).filter(|word| !word.is_empty());
                let words: Vec<&str> = words.take(MOST).collect();
                // What is typed may hold a comma; what holds only ids may not.
                match words.as_slice() {
                    [] => {}
                    [_] => found.push((name.clone(), Given::Id(value.clone(), is_typed))),
                    words => {
                        let ids = words.iter().map(|word| Given::Id((*word).to_owned(), is_typed));
                        found.extend(ids.map(|id| (name.clone(), id)));
                    }
                }
            }
            _ if is_typed => found.push(("typed".to_owned(), Given::Typed(value))),
            _ => {}
        }
    }
    found
}

fn put(
    subject: &mut Subject,
    name: &str,
    given: Given,
    state: &State,
    view: &View,
) -> Result<(), AuditError> {
    let trail: &Trail = &state.trail;
    match given {
        Given::Plain(text) => subject.put(name, &text),
        Given::Format(text) => {
            if let Ok(format) = text.parse::<ReportFormat>() {
                subject.put(name, format.name());
            }
        }
        Given::Named(text) => {
            let there = text.parse::<Slug>().is_ok_and(|slug| {
                view.reports.schedules().contains_key(&slug)
                    || view.reports.rules().contains_key(&slug)
            });
            match there {
                true => subject.put(name, &text),
                false => subject.put("typed", &trail.typed(&text)?),
            }
        }
        Given::Typed(text) => subject.put("typed", &trail.typed(&text)?),
        Given::Account(text) => match account(state, &text) {
            Some(account) => subject.put(name, &account),
            None => subject.put(name, &trail.typed(&text)?),
        },
        Given::Id(text, is_typed) => match id(view, name, &text) {
            Some((name, id)) => subject.put(name, &id),
            None if is_typed => subject.put("typed", &trail.typed(&text)?),
            None => {}
        },
    }
    Ok(())
}

/// The id that a text is, and what it is of.
fn id<'a>(view: &View, name: &'a str, text: &str) -> Option<(&'a str, String)> {
    if name == "upload_id" {
        let is_ours = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        return is_ours.then(|| (name, text.to_owned()));
    }
    if name == "sha256" {
        return text.parse::<FileHash>().ok().map(|hash| (name, hash.to_string()));
    }
    audit::known(view, text)
}

/// The account of that name, as it is written.
fn account(state: &State, typed: &str) -> Option<String> {
    let name: UserName = typed.parse().ok()?;
    let accounts = state.sessions.door.as_ref()?.accounts().ok()?;
    accounts.get(&name).map(|account| account.name.to_string())
}

/// A part of a path without its escapes.
fn decoded(text: &str) -> String {
    let pair = web::Query::<Vec<(String, String)>>::from_query(&format!(
        "x={}",
        text.replace('+', "%2B").replace('&', "%26")
    ));
    let found = pair.map(web::Query::into_inner).unwrap_or_default();
    found.into_iter().next().map_or_else(|| text.to_owned(), |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_cannot_fill_the_trail_and_their_number_is_told() {
        let mut strangers = Strangers::default();
        let at = |second: i64| Moment(600 + second);
        for _ in 0..STRANGERS {
            assert_eq!(strangers.one_more(at(0)), Some(0));
        }
        assert_eq!((strangers.one_more(at(1)), strangers.one_more(at(59))), (None, None));
        assert_eq!(strangers.one_more(at(60)), Some(2));
        assert_eq!(strangers.one_more(at(61)), Some(0));
    }

    #[test]
    fn a_part_of_a_path_is_read_as_the_route_reads_it() {
        assert_eq!(decoded("a%20b%26c+d&e"), "a b&c+d&e");
        assert_eq!(decoded("%zz"), "%zz");
    }
}
