//! `GET /users`: everybody who may sign in, for administrators: invite, change role, disable. Not responsible for one's
//! own account (`account`).
//!
//! Invariant: a link that lets somebody in is shown once, on the page that made it; no form here changes the account of
//! whoever looks.

use crate::{
    casework::{Accounts, AccountsError, Role, Secret, SignedIn, UserName},
    model::Moment,
    web::{
        WebError, csrf,
        flash::Flash,
        intake::blocking,
        judge::{back_to, parsed},
        page::{self, Chrome, Section},
        state::Visit,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
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
    last: Option<SignedIn>,
    /// Whether it is that of whoever looks.
    is_own: bool,
}

/// A link to be given to somebody.
struct Invited {
    name: UserName,
    link: String,
    until: String,
}

#[derive(Template)]
#[template(path = "pages/users.html")]
struct UsersPage {
    chrome: Chrome,
    rows: Vec<UserRow>,
    roles: &'static [Role],
    invited: Option<Invited>,
}

/// `GET /users`.
pub async fn users(visit: Visit) -> Result<HttpResponse, WebError> {
    shown(&visit, None)
}

fn shown(visit: &Visit, invited: Option<Invited>) -> Result<HttpResponse, WebError> {
    let now: Moment = visit.state.desk.now();
    let accounts = visit.state.door()?.accounts()?;
    let own = visit.session.account.as_ref().map(|(name, _)| name);
    let rows = accounts.iter().map(|a| UserRow {
        url: urls::user(&a.name),
        name: a.name.clone(),
        role: a.role,
        state: a.state(now),
        factor: a.second_factor.is_some(),
        tokens: a.tokens.iter().filter(|t| t.until >= now).count(),
        made: a.made.day(),
        last: a.last_sign_in.clone(),
        is_own: own == Some(&a.name),
    });
    page::render(&UsersPage {
        chrome: visit.chrome("Users", Section::Users),
        rows: rows.collect(),
        roles: Role::ALL,
        invited,
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

/// Changes the accounts where it does not hold up other answers.
async fn changed<T: Send + 'static>(
    visit: &Visit,
    change: impl FnOnce(&mut Accounts) -> Result<T, AccountsError> + Send + 'static,
) -> Result<T, WebError> {
    let state = visit.state.clone();
    blocking(move || Ok(state.door()?.change(change)?)).await
}

/// The page with the whole link, to be given to somebody.
fn with_link(
    visit: &Visit,
    request: &HttpRequest,
    name: UserName,
    secret: &Secret,
) -> Result<HttpResponse, WebError> {
    let link = format!("{}{}", csrf::own_origin(request), urls::welcome(secret.reveal()));
    let accounts = visit.state.door()?.accounts()?;
    let invitation = accounts.get(&name).and_then(|account| account.invitation.as_ref());
    let until = invitation.map_or_else(String::new, |invitation| invitation.until.day());
    shown(visit, Some(Invited { name, link, until }))
}

/// `POST /users`.
pub async fn add(
    visit: Visit,
    request: HttpRequest,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let (name, role): (UserName, Role) = (parsed(&form.name)?, parsed(&form.role)?);
    visit.note.about("account", &name);
    visit.note.about("role", role);
    let (now, whom) = (visit.state.desk.now(), name.clone());
    let secret = changed(&visit, move |accounts| accounts.add(whom, role, now)).await?;
    with_link(&visit, &request, name, &secret)
}

/// `POST /users/{name}/invite`.
pub async fn invite(
    visit: Visit,
    request: HttpRequest,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let name: UserName = parsed(&path)?;
    let (now, whom) = (visit.state.desk.now(), name.clone());
    let secret = changed(&visit, move |accounts| accounts.invite_again(&whom, now)).await?;
    with_link(&visit, &request, name, &secret)
}

/// `POST /users/{name}/role`.
pub async fn role(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Form>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let (name, role): (UserName, Role) = (parsed(&path)?, parsed(&form.role)?);
    visit.note.about("role", role);
    let whom = name.clone();
    changed(&visit, move |accounts| accounts.set_role(&whom, role)).await?;
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
    let (now, whom) = (visit.state.desk.now(), name.clone());
    changed(&visit, move |accounts| accounts.disable(&whom, now)).await?;
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
    let whom = name.clone();
    changed(&visit, move |accounts| accounts.sign_out_everywhere(&whom)).await?;
    Ok(said(&visit, format!("Every session of {name} has ended")))
}

fn said(visit: &Visit, text: String) -> HttpResponse {
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    back_to(urls::USERS)
}
