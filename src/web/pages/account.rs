//! `GET /account`: one's own account: password, second factor, tokens, and out everywhere. Not responsible for other
//! people's (`users`).
//!
//! Invariant: every change asks for the present password; secrets are shown once, on the page that made them.

use crate::{
    casework::{
        AccountsError, RecoveryCodes, Role, SecondFactor, Secret, SignIn, UserName,
        audit::{Action, Subject},
    },
    model::Moment,
    web::{
        WebError, cookies,
        intake::blocking,
        judge::{back_to, parsed},
        page::{self, Chrome, Section},
        session::{COOKIE, Flash},
        state::Visit,
        svg::code,
        urls,
    },
};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use serde::Deserialize;

/// Days for which a token works at most, and unless said otherwise.
const DAYS: i64 = 90;

struct TokenRow {
    label: String,
    role: Role,
    until: String,
}

/// A second factor that is offered.
struct Offered {
    shared: String,
    figure: String,
}

#[derive(Template)]
#[template(path = "pages/account.html")]
struct AccountPage {
    chrome: Chrome,
    name: UserName,
    role: Role,
    roles: Vec<Role>,
    factor: bool,
    recovery_left: usize,
    offered: Option<Offered>,
    tokens: Vec<TokenRow>,
    codes: Vec<String>,
    token: String,
    wrong: String,
}

/// What the page has to tell beyond the account itself.
#[derive(Default)]
struct Told {
    codes: Vec<String>,
    token: String,
    wrong: String,
}

fn own(visit: &Visit) -> Result<UserName, WebError> {
    visit.session.account.as_ref().map(|(name, _)| name.clone()).ok_or(WebError::NoAccounts)
}

/// `GET /account`.
pub async fn account(visit: Visit) -> Result<HttpResponse, WebError> {
    shown(&visit, StatusCode::OK, Told::default())
}

fn shown(visit: &Visit, status: StatusCode, told: Told) -> Result<HttpResponse, WebError> {
    let name = own(visit)?;
    let accounts = visit.state.door()?.accounts()?;
    let account = accounts.get(&name).ok_or(WebError::SignedOut)?;
    let offered = match &account.second_factor {
        Some(_) => None,
        None => {
            let factor = visit.state.sessions.offered_factor(&visit.key)?;
            let figure = code::figure(&factor.uri(name.as_str()));
            Some(Offered { shared: spaced(factor.shared()), figure })
        }
    };
    let page = AccountPage {
        chrome: visit.chrome("Your account", Section::Account),
        role: account.role,
        roles: Role::ALL.iter().copied().filter(|r| *r <= account.role).collect(),
        factor: account.second_factor.is_some(),
        recovery_left: account.second_factor.as_ref().map_or(0, SecondFactor::n_recovery),
        offered,
        tokens: account
            .tokens
            .iter()
            .map(|t| TokenRow { label: t.label.clone(), role: t.role, until: t.until.day() })
            .collect(),
        codes: told.codes,
        token: told.token,
        wrong: told.wrong,
        name,
    };
    page::render_as(status, &page)
}

fn spaced(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// What the forms of the page send; each uses some of it.
#[derive(Deserialize)]
pub struct Form {
    csrf: String,
    #[serde(default)]
    present: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    days: String,
}

/// Whether the present password was typed.
async fn proven(visit: &Visit, form: &Form) -> Result<UserName, WebError> {
    visit.session.check(&form.csrf)?;
    let name = own(visit)?;
    let (state, who, present) = (visit.state.clone(), name.clone(), form.present.clone());
    let now = visit.state.desk.now();
    let (_, _): (UserName, SignIn) =
        blocking(move || Ok(state.door()?.sign_in(who.as_str(), &present, "account page", now)?))
            .await?;
    Ok(name)
}

/// The page again with what is wrong, where that is something its user can mend.
fn or_wrong(visit: &Visit, error: WebError) -> Result<HttpResponse, WebError> {
    match error {
        WebError::Accounts(
            e @ (AccountsError::Refused
            | AccountsError::Throttled { .. }
            | AccountsError::Weak(_)
            | AccountsError::BadCode
            | AccountsError::BadLabel),
        ) => {
            let told = Told { wrong: e.to_string(), ..Told::default() };
            shown(visit, StatusCode::UNPROCESSABLE_ENTITY, told)
        }
        other => Err(other),
    }
}

/// The session goes on under a new secret after its account changed.
fn renewed(visit: &Visit, name: &UserName, said: &str) -> Result<HttpResponse, WebError> {
    let now = visit.state.desk.now();
    let cookie = visit.state.sessions.begin_for(name, now)?;
    let how = Subject::new().with("how", "the session goes on under a new secret");
    visit.record(Action::SignedIn, how, "");
    visit.state.sessions.sign_out(&visit.key);
    if let Some((key, _)) = visit.state.sessions.find(&cookie, now) {
        visit.state.sessions.put_flash(&key, Flash { text: said.to_owned(), undo: None });
    }
    Ok(cookies::with(back_to(urls::ACCOUNT), COOKIE, &cookie))
}

/// `POST /account/password`.
pub async fn password(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    if form.password != form.again {
        let wrong = "the two new passwords are not the same".to_owned();
        return shown(&visit, StatusCode::UNPROCESSABLE_ENTITY, Told { wrong, ..Told::default() });
    }
    let done = async {
        let name = proven(&visit, &form).await?;
        let (state, who) = (visit.state.clone(), name.clone());
        let (present, new) = (form.present.clone(), form.password.clone());
        blocking(move || Ok(state.door()?.change(|a| a.change_password(&who, &present, &new))?))
            .await?;
        Ok(name)
    };
    match done.await {
        Ok(name) => renewed(&visit, &name, "Your password is changed, other sessions have ended"),
        Err(error) => or_wrong(&visit, error),
    }
}

/// `POST /account/second-factor`.
pub async fn confirm(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    let done = async {
        let name = proven(&visit, &form).await?;
        let factor = visit.state.sessions.offered_factor(&visit.key)?;
        let now = visit.state.desk.now();
        let RecoveryCodes(codes) = visit
            .state
            .door()?
            .change(|accounts| accounts.confirm_factor(&name, factor, &form.code, now))?;
        visit.state.sessions.follow(&visit.key);
        Ok(codes)
    };
    match done.await {
        Ok(codes) => shown(&visit, StatusCode::OK, Told { codes, ..Told::default() }),
        Err(error) => or_wrong(&visit, error),
    }
}

/// `POST /account/second-factor/drop`.
pub async fn drop_factor(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    let done = async {
        let name = proven(&visit, &form).await?;
        visit.state.door()?.change(|accounts| accounts.drop_factor(&name))?;
        Ok(name)
    };
    match done.await {
        Ok(name) => renewed(&visit, &name, "Your account has no second factor any more"),
        Err(error) => or_wrong(&visit, error),
    }
}

/// `POST /account/sign-out-everywhere`.
pub async fn everywhere(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let name = own(&visit)?;
    visit.state.door()?.change(|accounts| accounts.sign_out_everywhere(&name))?;
    Ok(cookies::without(back_to(urls::SIGN_IN), COOKIE))
}

/// `POST /account/tokens`.
pub async fn token(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    let done = async {
        let name = proven(&visit, &form).await?;
        let role: Role = parsed(&form.role)?;
        let days: i64 = form.days.trim().parse().unwrap_or(DAYS).clamp(1, 366);
        let now = visit.state.desk.now();
        let until = Moment(now.0.saturating_add(days * 86_400));
        let secret: Secret = visit
            .state
            .door()?
            .change(|accounts| accounts.add_token(&name, &form.label, role, until, now))?;
        Ok(secret.reveal().to_owned())
    };
    match done.await {
        Ok(token) => shown(&visit, StatusCode::OK, Told { token, ..Told::default() }),
        Err(error) => or_wrong(&visit, error),
    }
}

/// `POST /account/tokens/drop`.
pub async fn drop_token(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let name = own(&visit)?;
    visit.state.door()?.change(|accounts| accounts.drop_token(&name, &form.label))?;
    let text = format!("The token \"{}\" works no more", form.label);
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(urls::ACCOUNT))
}
