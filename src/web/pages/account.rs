//! `GET /account`: one's own account: password, second factor, sessions, tokens, and out everywhere. Not responsible for
//! other people's (`users`).
//!
//! Invariant: whatever gives a new way in asks for the present password; secrets are shown once, on the page that made
//! them.

use crate::{
    casework::{
        AccountsError, RecoveryCodes, Role, SecondFactor, Secret, SignedIn, UserName,
        audit::{Action, Subject},
    },
    model::Moment,
    svg::code,
    web::{
        WebError, cookies,
        flash::Flash,
        intake::blocking,
        judge::{back_to, parsed},
        page::{self, Chrome, Section},
        session::{COOKIE, OpenSession},
        state::Visit,
        urls,
    },
};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CONTENT_DISPOSITION, ContentType},
    },
    web,
};
use askama::Template;
use serde::Deserialize;

/// Days for which a token works at most, and unless said otherwise.
const DAYS: i64 = 90;

struct TokenRow {
    label: String,
    role: Role,
    made: String,
    until: String,
    /// Whether it has run out.
    is_over: bool,
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
    begun: Moment,
    before: Option<SignedIn>,
    sessions: Vec<OpenSession>,
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
    let (name, now) = (own(visit)?, visit.state.desk.now());
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
        begun: visit.session.begun(),
        before: visit.session.before.clone(),
        sessions: visit.state.sessions.of(&name, &visit.key, now),
        tokens: account
            .tokens
            .iter()
            .map(|t| TokenRow {
                label: t.label.clone(),
                role: t.role.min(account.role),
                made: t.made.day(),
                until: t.until.day(),
                is_over: t.until < now,
            })
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
    codes: String,
    #[serde(default)]
    session: String,
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
    blocking(move || Ok(state.door()?.knows_password(&who, &present, now)?)).await?;
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
            | AccountsError::NoFactor
            | AccountsError::BadLabel),
        ) => {
            let told = Told { wrong: e.to_string(), ..Told::default() };
            shown(visit, StatusCode::UNPROCESSABLE_ENTITY, told)
        }
        other => Err(other),
    }
}

/// The session goes on under a new secret after its account changed; returns its cookie.
fn renew(visit: &mut Visit) -> Result<String, WebError> {
    let now = visit.state.desk.now();
    let cookie = visit.state.sessions.rotate(&visit.key, now)?;
    let how = Subject::new().with("how", "the session goes on under a new secret");
    visit.record(Action::SignedIn, how, "");
    visit.state.uploads.forget(&visit.key);
    (visit.key, visit.session) =
        visit.state.sessions.find(&cookie, now).ok_or(WebError::SignedOut)?;
    Ok(cookie)
}

/// Leaves a message on the account page.
fn said(visit: &Visit, text: impl Into<String>) -> HttpResponse {
    visit.state.sessions.put_flash(&visit.key, Flash { text: text.into(), undo: None });
    back_to(urls::ACCOUNT)
}

/// `POST /account/password`.
pub async fn password(mut visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    if form.password != form.again {
        let wrong = "the two new passwords are not the same".to_owned();
        return shown(&visit, StatusCode::UNPROCESSABLE_ENTITY, Told { wrong, ..Told::default() });
    }
    let done = async {
        let name = proven(&visit, &form).await?;
        let state = visit.state.clone();
        let (present, new) = (form.present.clone(), form.password.clone());
        blocking(move || Ok(state.door()?.change(|a| a.change_password(&name, &present, &new))?))
            .await
    };
    match done.await {
        Ok(()) => {
            let cookie = renew(&mut visit)?;
            let response = said(&visit, "Your password is changed, other sessions have ended");
            Ok(cookies::with(response, COOKIE, &cookie))
        }
        Err(error) => or_wrong(&visit, error),
    }
}

/// `POST /account/second-factor`.
pub async fn confirm(mut visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    let done = async {
        let name = proven(&visit, &form).await?;
        let factor = visit.state.sessions.offered_factor(&visit.key)?;
        let (state, now, code) = (visit.state.clone(), visit.state.desk.now(), form.code.clone());
        let RecoveryCodes(codes) = blocking(move || {
            Ok(state
                .door()?
                .change(|accounts| accounts.confirm_factor(&name, factor, &code, now))?)
        })
        .await?;
        Ok(codes)
    };
    match done.await {
        Ok(codes) => {
            let cookie = renew(&mut visit)?;
            let page = shown(&visit, StatusCode::OK, Told { codes, ..Told::default() })?;
            Ok(cookies::with(page, COOKIE, &cookie))
        }
        Err(error) => or_wrong(&visit, error),
    }
}

/// `POST /account/second-factor/drop`.
pub async fn drop_factor(
    mut visit: Visit,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    let done = async {
        let (name, state) = (proven(&visit, &form).await?, visit.state.clone());
        blocking(move || Ok(state.door()?.change(|accounts| accounts.drop_factor(&name))?)).await
    };
    match done.await {
        Ok(()) => {
            let cookie = renew(&mut visit)?;
            let response = said(&visit, "Your account has no second factor any more");
            Ok(cookies::with(response, COOKIE, &cookie))
        }
        Err(error) => or_wrong(&visit, error),
    }
}

/// `POST /account/recovery-codes`: new ones.
pub async fn codes(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    let done = async {
        let (name, state) = (proven(&visit, &form).await?, visit.state.clone());
        blocking(move || Ok(state.door()?.change(|accounts| accounts.renew_recovery(&name))?)).await
    };
    match done.await {
        Ok(RecoveryCodes(codes)) => {
            shown(&visit, StatusCode::OK, Told { codes, ..Told::default() })
        }
        Err(error) => or_wrong(&visit, error),
    }
}

/// `POST /account/recovery-codes.txt`: the codes that the page shows, as a file to keep. They are not kept here, so the
/// page sends them; what is no code of this account is left out.
pub async fn codes_as_text(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let name = own(&visit)?;
    let accounts = visit.state.door()?.accounts()?;
    let factor = accounts.get(&name).and_then(|account| account.second_factor.as_ref());
    let factor = factor.ok_or(AccountsError::NoFactor)?;
    let codes = form.codes.split_whitespace().take(20).filter(|code| factor.has_recovery(code));
    let day = visit.state.desk.now().day();
    let mut text = format!(
        "Recovery codes of {name} for Ringer, {day}\n\
         Each opens the account once, with the password, when the authenticator is lost.\n\n"
    );
    for code in codes {
        text.push_str(code);
        text.push('\n');
    }
    let name = "attachment; filename=\"ringer-recovery-codes.txt\"";
    Ok(HttpResponse::Ok()
        .content_type(ContentType::plaintext())
        .insert_header((CONTENT_DISPOSITION, name))
        .body(text))
}

/// `POST /account/sessions/end`: ends one of one's own sessions.
pub async fn end_session(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let name = own(&visit)?;
    if !visit.state.sessions.end(&name, &form.session) {
        let id = form.session.chars().take(40).collect();
        return Err(WebError::NotFound { what: "open session of yours", id });
    }
    Ok(said(&visit, "That session has ended"))
}

/// `POST /account/sign-out-everywhere`.
pub async fn everywhere(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let (name, state) = (own(&visit)?, visit.state.clone());
    blocking(move || Ok(state.door()?.change(|accounts| accounts.sign_out_everywhere(&name))?))
        .await?;
    Ok(cookies::without(back_to(urls::SIGN_IN), COOKIE))
}

/// `POST /account/tokens`.
pub async fn token(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    let done = async {
        let name = proven(&visit, &form).await?;
        let role: Role = parsed(&form.role)?;
        let days: i64 = form.days.trim().parse().unwrap_or(DAYS).clamp(1, 366);
        let (state, now, label) = (visit.state.clone(), visit.state.desk.now(), form.label.clone());
        let until = Moment(now.0.saturating_add(days * 86_400));
        let secret: Secret = blocking(move || {
            let door = state.door()?;
            Ok(door.change(|accounts| accounts.add_token(&name, &label, role, until, now))?)
        })
        .await?;
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
    let (name, state, label) = (own(&visit)?, visit.state.clone(), form.label.clone());
    blocking(move || Ok(state.door()?.change(|accounts| accounts.drop_token(&name, &label))?))
        .await?;
    Ok(said(&visit, format!("The token \"{}\" works no more", form.label)))
}
