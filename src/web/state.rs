//! What every request has at hand, and the visit: one request of somebody signed in. Not responsible for letting
//! anybody in (`session`, `routes`).
//!
//! Invariant: a visit exists only for a signed-in session, and sees one view from beginning to end.

use crate::{
    casework::{
        Attachments, Permission, SavedFilters,
        audit::{Action, Followed, Subject as Recorded, Trail},
        keeping::RetentionPolicy,
    },
    referral::Organisation,
    reports,
    web::{
        Desk, Door, Kept, WebError, body, cookies,
        csrf::Hosts,
        display::{self, Display},
        imports::Imports,
        page::{Chrome, Section},
        rate::Rate,
        reach::Reach,
        recording::{Note, Strangers},
        reporting::{Reporting, Waits},
        session::{Session, SessionKey, Sessions},
        uploads::Uploads,
        urls,
        veil::{Bar, Seen, Subject, Veil},
    },
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use std::{
    future::{Ready, ready},
    net::IpAddr,
    sync::{Arc, Mutex, atomic::AtomicUsize},
    time::Duration,
};

/// What every request has at hand.
pub struct State {
    /// The engine, or what stands in for it.
    pub desk: Arc<dyn Desk>,
    /// Who is signed in.
    pub sessions: Sessions,
    /// The host names answered to.
    pub hosts: Hosts,
    /// How requests come here.
    pub reach: Reach,
    /// How often they may.
    pub rate: Rate,
    /// How long a form, or a piece of a file, may take to arrive.
    pub patience: Duration,
    /// Files sent to be imported.
    pub uploads: Uploads,
    /// The import that runs.
    pub imports: Imports,
    /// What people filter by every day.
    pub filters: SavedFilters,
    /// The files attached to cases; none where the store has no folder.
    pub attachments: Option<Attachments>,
    /// The packages made here; none where the store has no folder.
    pub kept: Option<Kept>,
    /// The reports that are kept; none where the store has no folder.
    pub kept_reports: Option<reports::Kept>,
    /// The house that refers.
    pub organisation: Organisation,
    /// The key under which packages hash values; none where there is none.
    pub key: Option<Vec<u8>>,
    /// Held by whoever makes a package.
    pub(super) referring: Mutex<()>,
    /// How long data is kept.
    pub retention: Arc<RetentionPolicy>,
    /// What makes, shows and delivers reports; none where nothing does.
    pub reports: Option<Arc<dyn Reporting>>,
    /// How many answers to what would be are waited for.
    pub what_ifs: Arc<AtomicUsize>,
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
            reach: Reach::default(),
            rate: Rate::unlimited(),
            patience: body::PATIENCE,
            uploads: Uploads::default(),
            imports: Imports::default(),
            filters: SavedFilters::default(),
            attachments: None,
            kept: None,
            kept_reports: None,
            organisation: Organisation::default(),
            key: None,
            referring: Mutex::default(),
            retention: Arc::default(),
            reports: None,
            what_ifs: Arc::default(),
            trail: Arc::new(Trail::in_memory()),
            followed: Mutex::default(),
            strangers: Mutex::default(),
        }
    }

    /// The same with files attached to cases.
    #[must_use]
    pub fn keeping(mut self, attachments: Attachments) -> Self {
        self.attachments = Some(attachments);
        self
    }

    /// The same with packages made for this house, and kept.
    #[must_use]
    pub fn referring(mut self, kept: Kept, organisation: Organisation) -> Self {
        (self.kept, self.organisation) = (Some(kept), organisation);
        self
    }

    /// The same with reports, made and delivered by this.
    #[must_use]
    pub fn reporting(mut self, reports: Arc<dyn Reporting>) -> Self {
        self.reports = Some(reports);
        self
    }

    /// The same with reports that are kept.
    #[must_use]
    pub fn keeping_reports(mut self, kept: reports::Kept) -> Self {
        self.kept_reports = Some(kept);
        self
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

    /// The same with the filters that people saved; without, they last as long as the server.
    #[must_use]
    pub fn filtering(mut self, filters: SavedFilters) -> Self {
        self.filters = filters;
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
    /// The store as whoever asks may see it.
    pub(super) view: Seen,
    /// What the page is about, where contact data can be asked for.
    pub(super) subject: Option<Subject>,
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
        let view = state.desk.view();
        let sees_all = session.role.may(Permission::ReadContacts);
        let subject = Some(request.uri())
            .filter(|_| !sees_all && request.method().is_safe())
            .and_then(|uri| Subject::of(&view, uri.path(), uri.query().unwrap_or_default()));
        let sees_this = subject
            .as_ref()
            .is_some_and(|subject| session.sees_until(subject, state.desk.now()).is_some());
        let veil = if sees_all || sees_this { Veil::Lifted } else { Veil::Drawn };
        Some(Self {
            state: state.clone(),
            key,
            session,
            view: Seen::new(view, veil),
            subject,
            display: cookies::read(request, display::COOKIE).map(Display::read).unwrap_or_default(),
            here: here.unwrap_or(urls::QUEUE).to_owned(),
            note: Note::of(request),
        })
    }

    /// The visit as it is after something changed.
    pub(super) fn anew(self) -> Self {
        Self { view: self.view.anew(self.state.desk.view()), ..self }
    }

    /// Whether it is that of somebody who came by the one-time link to a store where nobody can sign in yet.
    pub(super) fn makes_first(&self) -> bool {
        let is_link = self.session.account.is_none() && !self.session.is_of_token();
        is_link && self.state.sessions.door.is_some()
    }

    /// What the page says of masking; none for whoever sees contact data anyway, and where there is none.
    fn bar(&self, section: Section) -> Option<Bar> {
        if self.session.role.may(Permission::ReadContacts) || !section.has_contacts() {
            return None;
        }
        // A program gives no reasons.
        let Some(subject) = self.subject.as_ref().filter(|_| !self.session.is_of_token()) else {
            return Some(Bar::default());
        };
        Some(Bar {
            subject: subject.to_string(),
            noun: subject.noun(),
            until: self.session.sees_until(subject, self.state.desk.now()),
        })
    }

    /// Has an entry of its own put into the audit trail beside that of the request, before the answer is sent.
    pub(super) fn record(&self, action: Action, subject: Recorded, why: &str) {
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
            makes_first: self.makes_first(),
            csrf: self.session.csrf.clone(),
            flash: None,
            seq: self.view.seq.0,
            policy: self.view.policy.clone(),
            search: String::new(),
            display: self.display.clone(),
            here: self.here.clone(),
            veil: self.bar(section),
            waits: Waits::of(&self.view.reports, self.state.desk.now()),
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
