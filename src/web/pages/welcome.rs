//! `GET /welcome/{secret}`, `POST /welcome/{secret}`: somebody invited chooses a password. Not responsible for what a
//! good one is (`casework`).
//!
//! Invariant: the invitation works until a password was accepted, and then no more.

use crate::{
    casework::{AccountsError, Role, Secret, UserName},
    web::{
        State, WebError, cookies, csrf,
        intake::blocking,
        judge::back_to,
        page::{self, Chrome, Section},
        pages::sign_in::{end_former, place},
        recording::Note,
        session::COOKIE,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/welcome.html")]
struct WelcomePage {
    chrome: Chrome,
    name: UserName,
    role: Role,
    wrong: String,
}

/// `GET /welcome/{secret}`.
pub async fn welcome(
    state: web::Data<State>,
    path: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    asked(&state, StatusCode::OK, &path, String::new())
}

fn asked(
    state: &State,
    status: StatusCode,
    secret: &str,
    wrong: String,
) -> Result<HttpResponse, WebError> {
    let accounts = state.door()?.accounts()?;
    let presented = Secret::presented(secret);
    let invited = accounts.invited(&presented, state.desk.now());
    let account = invited.ok_or(AccountsError::BadInvitation)?;
    let page = WelcomePage {
        chrome: Chrome::outside("Welcome", Section::None),
        name: account.name.clone(),
        role: account.role,
        wrong,
    };
    page::render_as(status, &page)
}

/// What is typed in.
#[derive(Deserialize)]
pub struct Form {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `POST /welcome/{secret}`.
pub async fn choose(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    csrf::check_origin(&request)?;
    let Form { password, again } = form.into_inner();
    if password != again {
        let wrong = "the two are not the same".to_owned();
        return asked(&state, StatusCode::UNPROCESSABLE_ENTITY, &path, wrong);
    }
    let (now, at, secret) = (state.desk.now(), state.clone(), Secret::presented(&path));
    let place = place(&request);
    let chosen = blocking(move || {
        let name = at.door()?.change(|accounts| accounts.accept(&secret, &password, now))?;
        let cookie = at.sessions.begin_for(&name, &place, now)?;
        Ok((name, cookie))
    });
    match chosen.await {
        Ok((name, cookie)) => {
            Note::of(&request).signed_in(name.as_str(), "invitation");
            end_former(&state, &request);
            Ok(cookies::with(back_to(&format!("{}#factor-h", urls::ACCOUNT)), COOKIE, &cookie))
        }
        Err(WebError::Accounts(AccountsError::Weak(weak))) => {
            asked(&state, StatusCode::UNPROCESSABLE_ENTITY, &path, weak.to_string())
        }
        Err(other) => {
            Note::of(&request).sign_in_failed("", "invitation", "no such invitation");
            Err(other)
        }
    }
}
