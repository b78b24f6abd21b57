//! `GET /first-account`, `POST /first-account`: whoever came by the one-time link makes the first account, an
//! administrator's. Not responsible for its password (`welcome`).
//!
//! Invariant: answers nobody once somebody can sign in by name.

use crate::{
    casework::{Account, AccountsError, Role, UserName},
    web::{
        WebError,
        intake::blocking,
        judge::back_to,
        page::{self, Chrome, Section},
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/first_account.html")]
struct FirstAccountPage {
    chrome: Chrome,
    /// Under what name the session that asks is recorded.
    recorded: String,
    role: Role,
    name: String,
    wrong: String,
}

/// `GET /first-account`.
pub async fn first_account(visit: Visit) -> Result<HttpResponse, WebError> {
    asked(&visit, StatusCode::OK, String::new(), String::new())
}

fn asked(
    visit: &Visit,
    status: StatusCode,
    name: String,
    wrong: String,
) -> Result<HttpResponse, WebError> {
    if visit.state.door()?.accounts()?.iter().any(Account::is_open) || !visit.makes_first() {
        return Err(AccountsError::NotFirst.into());
    }
    let page = FirstAccountPage {
        chrome: visit.chrome("The first account", Section::Users),
        recorded: visit.session.user.clone(),
        role: Role::Administrator,
        name,
        wrong,
    };
    page::render_as(status, &page)
}

/// What is typed in.
#[derive(Deserialize)]
pub struct Form {
    csrf: String,
    #[serde(default)]
    name: String,
}

/// `POST /first-account`: makes it and leads to where its password is chosen.
pub async fn make(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    if !visit.makes_first() {
        return Err(AccountsError::NotFirst.into());
    }
    let typed: String = form.name.trim().chars().take(80).collect();
    let name: UserName = match form.name.parse() {
        Ok(name) => name,
        Err(wrong) => {
            let wrong = format!("{wrong}");
            return asked(&visit, StatusCode::UNPROCESSABLE_ENTITY, typed, wrong);
        }
    };
    let (state, now) = (visit.state.clone(), visit.state.desk.now());
    let secret =
        blocking(move || Ok(state.door()?.change(|accounts| accounts.first(name, now))?)).await?;
    Ok(back_to(&urls::welcome(secret.reveal())))
}
