//! `GET /sign-in/{token}`: the way in by the link that the terminal printed, once. Not responsible for sessions.
//!
//! Invariant: the token is burned before the answer is made.

use crate::web::{
    State, WebError, cookies,
    page::{self, Chrome, Section},
    session::COOKIE,
    urls,
};
use actix_web::{HttpResponse, web};
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
    path: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let cookie = state.sessions.sign_in(&path, state.desk.now())?.ok_or(WebError::LinkUsed)?;
    let makes_first = state.sessions.door.is_some();
    let page = OneTimeLinkPage {
        chrome: Chrome::outside("Signed in", Section::None),
        next: if makes_first { urls::FIRST_ACCOUNT } else { urls::QUEUE },
        makes_first,
    };
    Ok(cookies::with(page::render(&page)?, COOKIE, &cookie))
}
