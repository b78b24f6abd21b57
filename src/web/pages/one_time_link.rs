//! `GET /sign-in/{token}`: the way in by the link that the terminal printed, once. Not responsible for sessions.
//!
//! Invariant: the token is burned before the answer is made.

use crate::web::{
    State, WebError, cookies,
    page::{self, Chrome, Section},
    recording::Note,
    session::COOKIE,
    urls,
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// The page that says it worked and leads on. It leads on by itself instead of redirecting: after a redirect from
/// another program's window, browsers hold a `SameSite=Strict` cookie back.
#[derive(Template)]
#[template(path = "pages/one_time_link.html")]
struct OneTimeLinkPage {
    chrome: Chrome,
    /// Where it leads: to making the first account where there can be accounts.
    next: &'static str,
    makes_first: bool,
}

/// `GET /sign-in/{token}`.
pub async fn one_time_link(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let (note, now) = (Note::of(&request), state.desk.now());
    let Some(cookie) = state.sessions.sign_in(&path, now)? else {
        note.sign_in_failed("", "one-time link", "no such link, or used");
        return Err(WebError::LinkUsed);
    };
    let user = state.sessions.find(&cookie, now).map(|(_, session)| session.user);
    note.signed_in(&user.unwrap_or_default(), "one-time link");
    let makes_first = state.sessions.door.is_some();
    let page = OneTimeLinkPage {
        chrome: Chrome::outside("Signed in", Section::None),
        next: if makes_first { urls::FIRST_ACCOUNT } else { urls::QUEUE },
        makes_first,
    };
    Ok(cookies::with(page::render(&page)?, COOKIE, &cookie))
}
