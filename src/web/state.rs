//! What every request has at hand, and the visit: one request of somebody signed in. Not responsible for letting
//! anybody in (`session`, `routes`).
//!
//! Invariant: a visit exists only for a signed-in session, and sees one view from beginning to end.

use crate::{
    engine::View,
    web::{
        Desk, WebError,
        csrf::Hosts,
        imports::Imports,
        page::{Chrome, Section},
        session::{Session, SessionKey, Sessions},
        uploads::Uploads,
    },
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use std::{
    future::{Ready, ready},
    net::IpAddr,
    sync::Arc,
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
        }
    }
}

/// One request of somebody signed in.
pub(super) struct Visit {
    pub(super) state: web::Data<State>,
    pub(super) key: SessionKey,
    pub(super) session: Session,
    pub(super) view: Arc<View>,
}

impl Visit {
    /// What surrounds a page; takes the message left for it.
    pub(super) fn chrome(&self, title: impl Into<String>, section: Section) -> Chrome {
        Chrome {
            title: title.into(),
            section,
            user: Some(self.session.user.clone()),
            csrf: self.session.csrf.clone(),
            flash: self.state.sessions.take_flash(&self.key),
            seq: self.view.seq.0,
            policy: self.view.policy.clone(),
            search: String::new(),
        }
    }
}

impl FromRequest for Visit {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.app_data::<web::Data<State>>().and_then(|state| {
            let (key, session) = request.extensions().get::<(SessionKey, Session)>()?.clone();
            Some(Self { state: state.clone(), key, session, view: state.desk.view() })
        });
        ready(found.ok_or(WebError::SignedOut))
    }
}
