//! `GET /sign-in/{token}`: the way in, once; `POST /sign-out`: the way out. Not responsible for sessions.
//!
//! Invariant: the token is burned before the answer is made.

use crate::web::{
    State, WebError,
    page::{self, Chrome, Section},
    session::COOKIE,
    state::Visit,
    urls,
};
use actix_web::{
    HttpResponse,
    http::header::{HeaderValue, LOCATION, SET_COOKIE},
    web,
};
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
    set_cookie(&mut response, &format!("{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Strict"));
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
    set_cookie(&mut response, &format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"));
    Ok(response)
}

fn set_cookie(response: &mut HttpResponse, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(SET_COOKIE, value);
    }
}
