//! `GET /second-step`, `POST /second-step`: the code of the authenticator, or a recovery code. Not responsible for
//! whether it is right (`door`).
//!
//! Invariant: only whoever has shown the password within the last minutes is asked.

use crate::{
    casework::{AccountsError, UserName},
    web::{
        State, WebError, cookies, csrf,
        intake::blocking,
        judge::back_to,
        page::{self, Chrome, Section},
        pages::sign_in::{Back, end_former, place},
        recording::Note,
        session::{COOKIE, HALF},
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/second_step.html")]
struct SecondStepPage {
    chrome: Chrome,
    name: UserName,
    back: String,
    wrong: String,
}

/// `GET /second-step`.
pub async fn second_step(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    match owing(&state, &request) {
        Some((name, _)) => asked(StatusCode::OK, name, Back::of(&request), String::new()),
        None => Ok(back_to(urls::SIGN_IN)),
    }
}

fn asked(
    status: StatusCode,
    name: UserName,
    back: String,
    wrong: String,
) -> Result<HttpResponse, WebError> {
    let chrome = Chrome::outside("The second step", Section::None);
    page::render_as(status, &SecondStepPage { chrome, name, back, wrong })
}

fn owing(state: &State, request: &HttpRequest) -> Option<(UserName, String)> {
    let cookie = cookies::read(request, HALF)?;
    Some((state.sessions.owes(cookie, state.desk.now())?, cookie.to_owned()))
}

/// What is typed in.
#[derive(Deserialize)]
pub struct Form {
    #[serde(default)]
    code: String,
    #[serde(default)]
    back: String,
}

/// `POST /second-step`.
pub async fn enter(
    state: web::Data<State>,
    request: HttpRequest,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    csrf::check_origin(&request)?;
    let Some((name, half)) = owing(&state, &request) else { return Ok(back_to(urls::SIGN_IN)) };
    let (now, place, Form { code, back }) = (state.desk.now(), place(&request), form.into_inner());
    let (at, who) = (state.clone(), name.clone());
    let accepted = blocking(move || {
        at.door()?.second_step(&who, &code, &place, now)?;
        at.sessions.forget_half(&half);
        at.sessions.begin_for(&who, &place, now)
    });
    match accepted.await {
        Ok(cookie) => {
            Note::of(&request).signed_in(name.as_str(), "password and code");
            end_former(&state, &request);
            let next = urls::returnable(&back).unwrap_or(urls::QUEUE);
            let response = cookies::with(back_to(next), COOKIE, &cookie);
            Ok(cookies::without(response, HALF))
        }
        Err(WebError::Accounts(e @ (AccountsError::Refused | AccountsError::Throttled { .. }))) => {
            Note::of(&request).sign_in_failed(name.as_str(), "code", e.outcome());
            let back = urls::returnable(&back).unwrap_or_default().to_owned();
            asked(StatusCode::UNAUTHORIZED, name, back, e.to_string())
        }
        Err(other) => Err(other),
    }
}
