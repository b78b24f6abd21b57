//! `GET /sign-in/{token}`: the way in, once; `POST /sign-out`: the way out. Not responsible for sessions.
//!
//! Invariant: the token is burned before the answer is made.

use crate::web::{
    State, WebError, cookies,
    page::{self, Chrome, Section},
    session::COOKIE,
    state::Visit,
    urls,
};
use actix_web::{HttpResponse, http::header::LOCATION, web};
use askama::Template;
use serde::Deserialize;

/// The page that says it worked and leads on. It leads on by itself instead of redirecting: after a redirect from
/// another program's window, browsers hold a `SameSite=Strict` cookie back.
#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct SignInPage {
    chrome: Chrome,
    queue: &'static str,
}

/// `GET /sign-in/{token}`.
pub async fn sign_in(
    state: web::Data<State>,
    path: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let cookie = state.sessions.sign_in(&path, state.desk.now())?.ok_or(WebError::LinkUsed)?;
    let page =
        SignInPage { chrome: Chrome::outside("Signed in", Section::None), queue: urls::QUEUE };
    let mut response = page::render(&page)?;
    cookies::set(&mut response, COOKIE, &cookie, None);
    Ok(response)
}

/// The form that signs out.
#[derive(Debug, Deserialize)]
pub struct Form {
    csrf: String,
}

/// `POST /sign-out`.
pub async fn sign_out(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    visit.state.sessions.sign_out(&visit.key);
    visit.state.uploads.forget(&visit.key);
    let mut response = HttpResponse::SeeOther().insert_header((LOCATION, urls::QUEUE)).finish();
    cookies::set(&mut response, COOKIE, "", Some(0));
    Ok(response)
}
