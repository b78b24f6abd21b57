//! What every request has at hand, and the visit: one request of somebody signed in. Not responsible for letting
//! anybody in (`session`, `routes`).
//!
//! Invariant: a visit exists only for a signed-in session, and sees one view from beginning to end.

use crate::{
    casework::audit::{Action, Followed, Subject, Trail},
    engine::View,
    web::{
        Desk, Door, WebError, cookies,
        csrf::Hosts,
        display::{self, Display},
        imports::Imports,
        page::{Chrome, Section},
        recording::{Note, Strangers},
        session::{Session, SessionKey, Sessions},
        uploads::Uploads,
        urls,
    },
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use std::{
    future::{Ready, ready},
    net::IpAddr,
    sync::{Arc, Mutex},
};

/// What every request has at hand.
pub struct State {
    /// The engine, or what stands in for it.
    pub desk: Arc<dyn Desk>,
    /// Who is signed in.
    pub sessions: Sessions,
    /// The host names answered to.
    pub hosts: Hosts,
    /// Files sent to be imported.
    pub uploads: Uploads,
    /// The import that runs.
    pub imports: Imports,
    /// What is recorded of requests.
    pub trail: Arc<Trail>,
    /// How far the trail was looked through.
    pub(super) followed: Mutex<Followed>,
    /// Failures of people who are not signed in.
    pub(super) strangers: Mutex<Strangers>,
}

impl State {
    /// The state of a server that listens on `bind`.
    #[must_use]
    pub fn new(desk: Arc<dyn Desk>, bind: IpAddr) -> Self {
        Self {
            desk,
            sessions: Sessions::default(),
            hosts: Hosts::new(bind),
            uploads: Uploads::default(),
            imports: Imports::default(),
            trail: Arc::new(Trail::in_memory()),
            followed: Mutex::default(),
            strangers: Mutex::default(),
        }
    }

    /// The same, recorded in this trail instead of one that ends with the process.
    #[must_use]
    pub fn recorded_in(mut self, trail: Arc<Trail>) -> Self {
        self.trail = trail;
        self
    }

    /// The same with accounts.
    #[must_use]
    pub fn behind(mut self, door: Door) -> Self {
        self.sessions.door = Some(door);
        self
    }

    /// The door.
    ///
    /// # Errors
    /// When there are no accounts here.
    pub(super) fn door(&self) -> Result<&Door, WebError> {
        self.sessions.door.as_ref().ok_or(WebError::NoAccounts)
    }
}

/// One request of somebody signed in.
pub(super) struct Visit {
    pub(super) state: web::Data<State>,
    pub(super) key: SessionKey,
    pub(super) session: Session,
    pub(super) view: Arc<View>,
    pub(super) display: Display,
    /// The address asked for, where it is one that can be come back to.
    pub(super) here: String,
    /// What the audit trail is told beside what the address says.
    pub(super) note: Note,
}

impl Visit {
    /// The visit that a request is; none when nobody is signed in.
    pub(super) fn of(request: &HttpRequest) -> Option<Self> {
        let state = request.app_data::<web::Data<State>>()?;
        let (key, session) = request.extensions().get::<(SessionKey, Session)>()?.clone();
        let asked = request.uri().path_and_query().map_or("", |asked| asked.as_str());
        let here = urls::here(asked).filter(|_| request.method().is_safe());
        Some(Self {
            state: state.clone(),
            key,
            session,
            view: state.desk.view(),
            display: cookies::read(request, display::COOKIE).map(Display::read).unwrap_or_default(),
            here: here.unwrap_or(urls::QUEUE).to_owned(),
            note: Note::of(request),
        })
    }

    /// Has an entry of its own put into the audit trail beside that of the request, before the answer is sent.
    pub(super) fn record(&self, action: Action, subject: Subject, why: &str) {
        self.note.also(action, subject, why);
    }

    /// What surrounds a page; takes the message left for it.
    pub(super) fn chrome(&self, title: impl Into<String>, section: Section) -> Chrome {
        Chrome {
            flash: self.state.sessions.take_flash(&self.key),
            ..self.quiet_chrome(title, section)
        }
    }

    /// The same without the message, which stays for the next page.
    pub(super) fn quiet_chrome(&self, title: impl Into<String>, section: Section) -> Chrome {
        Chrome {
            title: title.into(),
            section,
            user: Some(self.session.user.clone()),
            role: Some(self.session.role),
            has_account: self.session.account.is_some(),
            csrf: self.session.csrf.clone(),
            flash: None,
            seq: self.view.seq.0,
            policy: self.view.policy.clone(),
            search: String::new(),
            display: self.display.clone(),
            here: self.here.clone(),
        }
    }
}

impl FromRequest for Visit {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).ok_or(WebError::SignedOut))
    }
}
