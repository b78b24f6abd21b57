//! `GET /sign-in`, `POST /sign-in`: name and password; `POST /sign-out`: the way out. Not responsible for whether
//! they are right (`door`).
//!
//! Invariant: whatever is wrong, the page says the same and takes the same time.

use crate::{
    casework::{AccountsError, SignIn},
    web::{
        State, WebError, cookies, csrf,
        intake::blocking,
        judge::back_to,
        page::{self, Chrome, Section},
        recording::Note,
        session::{COOKIE, HALF},
        state::Visit,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use serde::Deserialize;

/// The page that asks.
#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct SignInPage {
    chrome: Chrome,
    name: String,
    wrong: String,
}

/// `GET /sign-in`.
pub async fn sign_in(state: web::Data<State>) -> Result<HttpResponse, WebError> {
    state.door()?;
    asked(StatusCode::OK, String::new(), String::new())
}

fn asked(status: StatusCode, name: String, wrong: String) -> Result<HttpResponse, WebError> {
    let chrome = Chrome::outside("Sign in", Section::None);
    page::render_as(status, &SignInPage { chrome, name, wrong })
}

/// What is typed in.
#[derive(Deserialize)]
pub struct Form {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
}

/// `POST /sign-in`.
pub async fn enter(
    state: web::Data<State>,
    request: HttpRequest,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    csrf::check_origin(&request)?;
    state.door()?;
    let (now, place, Form { name, password }) =
        (state.desk.now(), place(&request), form.into_inner());
    let typed: String = name.chars().take(80).collect();
    let at = state.clone();
    let looked_at =
        blocking(move || at.door()?.sign_in(&name, &password, &place, now).map_err(WebError::from))
            .await;
    match looked_at {
        Ok((name, SignIn::Open)) => {
            Note::of(&request).signed_in(name.as_str(), "password");
            let cookie = state.sessions.begin_for(&name, now)?;
            Ok(cookies::with(back_to(urls::QUEUE), COOKIE, &cookie))
        }
        Ok((name, SignIn::NeedsCode)) => {
            let cookie = state.sessions.half_way(name, now)?;
            Ok(cookies::with(back_to(urls::SECOND_STEP), HALF, &cookie))
        }
        Err(WebError::Accounts(e @ (AccountsError::Refused | AccountsError::Throttled { .. }))) => {
            Note::of(&request).sign_in_failed(&typed, "password", e.outcome());
            asked(StatusCode::UNAUTHORIZED, typed, e.to_string())
        }
        Err(other) => Err(other),
    }
}

/// Where a request comes from, for counting failed tries.
pub fn place(request: &HttpRequest) -> String {
    request.peer_addr().map_or_else(String::new, |addr| addr.ip().to_string())
}

/// The form that signs out.
#[derive(Debug, Deserialize)]
pub struct Out {
    csrf: String,
}

/// `POST /sign-out`.
pub async fn sign_out(visit: Visit, form: web::Form<Out>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    visit.state.sessions.sign_out(&visit.key);
    visit.state.uploads.forget(&visit.key);
    Ok(cookies::without(back_to(urls::QUEUE), COOKIE))
}
