//! `GET /users`: everybody who may sign in, for administrators: invite, change role, disable. Not responsible for one's
//! own account (`account`).
//!
//! Invariant: a link that lets somebody in is shown once, on the page that made it.

use crate::{
    casework::{Role, Secret, UserName},
    model::Moment,
    web::{
        WebError,
        judge::{back_to, parsed},
        page::{self, Chrome, Section},
        session::Flash,
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

struct UserRow {
    name: UserName,
    url: String,
    role: Role,
    state: &'static str,
    factor: bool,
    tokens: usize,
    made: String,
}

#[derive(Template)]
#[template(path = "pages/users.html")]
struct UsersPage {
    chrome: Chrome,
    rows: Vec<UserRow>,
    roles: &'static [Role],
    invited: Option<(UserName, String)>,
}

/// `GET /users`.
pub async fn users(visit: Visit) -> Result<HttpResponse, WebError> {
    shown(&visit, None)
}

fn shown(visit: &Visit, invited: Option<(UserName, Secret)>) -> Result<HttpResponse, WebError> {
    let now: Moment = visit.state.desk.now();
    let accounts = visit.state.door()?.accounts()?;
    let rows = accounts.iter().map(|a| UserRow {
        url: urls::user(&a.name),
        name: a.name.clone(),
        role: a.role,
        state: a.state(now),
        factor: a.second_factor.is_some(),
        tokens: a.tokens.len(),
        made: a.made.day(),
    });
    page::render(&UsersPage {
        chrome: visit.chrome("Users", Section::Users),
        rows: rows.collect(),
        roles: Role::ALL,
        invited: invited.map(|(name, secret)| (name, urls::welcome(secret.reveal()))),
    })
}

/// What the forms of the page send.
#[derive(Deserialize)]
pub struct Form {
    csrf: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
}

/// `POST /users`.
pub async fn add(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let (name, role): (UserName, Role) = (parsed(&form.name)?, parsed(&form.role)?);
    let now = visit.state.desk.now();
    let secret = visit.state.door()?.change(|accounts| accounts.add(name.clone(), role, now))?;
    visit.note.about("account", &name);
    visit.note.about("role", role);
    shown(&visit, Some((name, secret)))
}

/// `POST /users/{name}/invite`.
pub async fn invite(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let name: UserName = parsed(&path)?;
    let now = visit.state.desk.now();
    let secret = visit.state.door()?.change(|accounts| accounts.invite_again(&name, now))?;
    shown(&visit, Some((name, secret)))
}

/// `POST /users/{name}/role`.
pub async fn role(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let (name, role): (UserName, Role) = (parsed(&path)?, parsed(&form.role)?);
    visit.state.door()?.change(|accounts| accounts.set_role(&name, role))?;
    visit.note.about("role", role);
    Ok(said(&visit, format!("{name} is {role} now; sessions of before have ended")))
}

/// `POST /users/{name}/disable`.
pub async fn disable(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let name: UserName = parsed(&path)?;
    let now = visit.state.desk.now();
    visit.state.door()?.change(|accounts| accounts.disable(&name, now))?;
    Ok(said(&visit, format!("{name} can sign in no more; a new invitation lets them in again")))
}

/// `POST /users/{name}/sign-out`.
pub async fn sign_out(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let name: UserName = parsed(&path)?;
    visit.state.door()?.change(|accounts| accounts.sign_out_everywhere(&name))?;
    Ok(said(&visit, format!("Every session of {name} has ended")))
}

fn said(visit: &Visit, text: String) -> HttpResponse {
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    back_to(urls::USERS)
}
