//! `GET /sign-in`, `POST /sign-in`: name and password; `POST /sign-out`: the way out. Not responsible for whether
//! they are right (`door`).
//!
//! Invariant: whatever is wrong, the page says the same and takes the same time; it leads back to pages of ours only.

use crate::{
    casework::{AccountsError, SignIn},
    web::{
        State, WebError, cookies, csrf,
        intake::blocking,
        judge::back_to,
        page::{self, Chrome, Section},
        rate,
        reach::Reach,
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
    back: String,
    wrong: String,
}

/// Where to go on to, as the address and the form say it.
#[derive(Default, Deserialize)]
pub struct Back {
    /// The address of a page of ours, or anything else, which counts as none.
    #[serde(default)]
    pub back: String,
}

impl Back {
    /// As the address of a page says it; none when it cannot be read.
    pub fn of(request: &HttpRequest) -> String {
        let asked: Back = page::ask(request).unwrap_or_default();
        urls::returnable(&asked.back).unwrap_or_default().to_owned()
    }
}

/// `GET /sign-in`.
pub async fn sign_in(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    state.door()?;
    asked(StatusCode::OK, String::new(), Back::of(&request), String::new())
}

fn asked(
    status: StatusCode,
    name: String,
    back: String,
    wrong: String,
) -> Result<HttpResponse, WebError> {
    let chrome = Chrome::outside("Sign in", Section::None);
    page::render_as(status, &SignInPage { chrome, name, back, wrong })
}

/// What is typed in.
#[derive(Deserialize)]
pub struct Form {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    back: String,
}

/// `POST /sign-in`.
pub async fn enter(
    state: web::Data<State>,
    request: HttpRequest,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    csrf::check_origin(&request)?;
    state.door()?;
    let (now, place, Form { name, password, back }) =
        (state.desk.now(), place(&request), form.into_inner());
    let typed: String = name.chars().take(80).collect();
    let at = state.clone();
    let looked_at = blocking(move || {
        let (name, next) = at.door()?.sign_in(&name, &password, &place, now)?;
        Ok(match next {
            SignIn::Open => (Some(name.clone()), at.sessions.begin_for(&name, &place, now)?),
            SignIn::NeedsCode => (None, at.sessions.half_way(name, now)?),
        })
    });
    match looked_at.await {
        Ok((Some(name), cookie)) => {
            Note::of(&request).signed_in(name.as_str(), "password");
            end_former(&state, &request);
            let response = back_to(urls::returnable(&back).unwrap_or(urls::QUEUE));
            Ok(cookies::with(response, COOKIE, &cookie))
        }
        Ok((None, cookie)) => {
            let next = urls::back_from(urls::SECOND_STEP, &back);
            Ok(cookies::with(back_to(&next), HALF, &cookie))
        }
        Err(WebError::Accounts(e @ (AccountsError::Refused | AccountsError::Throttled { .. }))) => {
            Note::of(&request).sign_in_failed(&typed, "password", e.outcome());
            let back = urls::returnable(&back).unwrap_or_default().to_owned();
            asked(StatusCode::UNAUTHORIZED, typed, back, e.to_string())
        }
        Err(other) => Err(other),
    }
}

/// Ends the session that the browser had before: whoever signs in has one session in it.
pub fn end_former(state: &State, request: &HttpRequest) {
    if let Some(cookie) = cookies::read(request, COOKIE) {
        state.sessions.end_cookie(cookie);
    }
}

/// Where a request comes from, for counting failed tries.
pub fn place(request: &HttpRequest) -> String {
    rate::place(Reach::address_of(request)).to_string()
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
