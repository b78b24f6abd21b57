//! The routes and the guard before them. Not responsible for what a page shows.
//!
//! Invariant: everything but the health check, the embedded files and the sign-in link needs a session; every
//! answer carries the headers.

use crate::{
    casework::AccountsError,
    web::{
        State, WebError, assets, body,
        case::{bulk, change, files, opening},
        check, cookies, csrf, display, headers, holding, intake, judge, onward,
        page::Section,
        pages,
        rate::Sender,
        recording::{Asked, Note},
        referral::download,
        reporting::doing,
        reveal,
        rules::{self, Needs},
        saved,
        session::{COOKIE, Session, SessionKey},
        state::Visit,
        urls, watch,
    },
};
use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse, Resource, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    guard,
    http::{Method, header::AUTHORIZATION},
    middleware::{Next, from_fn},
    web,
};

/// The whole application over a state: what both the server and the tests run.
pub fn app(state: web::Data<State>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        // What no scope takes, such as `OPTIONS *`.
        config.default_service(web::to(nowhere_at_all)).app_data(state).service(
            web::scope("")
                .wrap(from_fn(guarded))
                .app_data(web::FormConfig::default().limit(body::FORM).error_handler(|e, _| {
                    WebError::BadRequest(format!("the form cannot be read: {e}")).into()
                }))
                .app_data(web::PathConfig::default().error_handler(|e, _| {
                    WebError::BadRequest(format!("the address cannot be read: {e}")).into()
                }))
                .service(page("/", pages::queue::queue))
                .service(page("/rings/{ring_id}", pages::ring::ring))
                .service(page("/applicants/{applicant_id}", pages::applicant::applicant))
                .service(asked_and_sent(
                    "/applicants/{applicant_id}/erase",
                    pages::erase::erase,
                    pages::erase::carry_out,
                ))
                .service(page(
                    "/applicants/{applicant_id}/subject-access",
                    pages::subject_access::subject_access,
                ))
                .service(page("/privacy", pages::privacy::privacy))
                .route("/holds", web::post().to(holding::hold))
                .route("/holds/{hold_id}/release", web::post().to(holding::release))
                .service(page("/attributes/{attribute_id}", pages::attribute::attribute))
                .service(page("/compare", pages::compare::compare))
                .service(page("/explore", pages::explore::explore))
                .service(page("/path", pages::path::path))
                .service(page("/search", pages::search::search))
                .service(
                    page("/import", pages::import::import).route(web::post().to(intake::receive)),
                )
                .service(page("/import/{upload_id}", pages::upload::upload))
                .service(page("/import/{upload_id}/rejects", pages::upload::rejects))
                .route("/import/{upload_id}/columns", web::post().to(pages::upload::columns))
                .route("/import/{upload_id}/dry-run", web::post().to(pages::upload::rehearse))
                .route("/import/{upload_id}/start", web::post().to(pages::upload::start))
                .route("/import/{upload_id}/stop", web::post().to(pages::upload::stop))
                .route("/import/{upload_id}/discard", web::post().to(pages::upload::discard))
                .route("/imports/{import_id}/withdraw", web::post().to(pages::import::withdraw))
                .service(page("/cases", pages::cases::cases).route(web::post().to(opening::open)))
                .route("/cases/bulk", web::post().to(bulk::bulk))
                .service(page("/cases/{case_id}", pages::case::case))
                .route("/cases/{case_id}/change", web::post().to(change::change))
                .route("/cases/{case_id}/approve", web::post().to(change::approve))
                .route("/cases/{case_id}/files", web::post().to(files::attach))
                .service(page("/cases/{case_id}/files/{sha256}", files::file))
                .service(asked_and_sent(
                    "/cases/{case_id}/refer",
                    pages::refer::refer,
                    pages::refer::make,
                ))
                .service(page("/referrals", pages::referrals::referrals))
                .service(page("/referrals/{referral_id}", pages::referral::referral))
                .service(page("/referrals/{referral_id}/package.zip", download::zip))
                .service(page("/referrals/{referral_id}/files/{sha256}", download::file))
                .route(
                    "/referrals/{referral_id}/withdraw",
                    web::post().to(pages::referral::withdraw),
                )
                .service(page("/reports", pages::reports::reports))
                .service(asked_and_sent(
                    "/reports/new",
                    pages::schedule::fresh,
                    pages::schedule::make,
                ))
                .service(asked_and_sent(
                    "/reports/schedules/{name}",
                    pages::schedule::schedule,
                    pages::schedule::change,
                ))
                .route("/reports/schedules/{name}/turn", web::post().to(doing::turn_schedule))
                .route("/reports/schedules/{name}/run", web::post().to(doing::run))
                .service(page("/reports/alerts", pages::alerts::alerts))
                .service(asked_and_sent(
                    "/reports/alerts/new",
                    pages::alert_rule::fresh,
                    pages::alert_rule::make,
                ))
                .service(asked_and_sent(
                    "/reports/alerts/rules/{name}",
                    pages::alert_rule::alert_rule,
                    pages::alert_rule::change,
                ))
                .route("/reports/alerts/rules/{name}/turn", web::post().to(doing::turn_rule))
                .route("/reports/deliver", web::post().to(doing::deliver))
                // After what is no id of a report.
                .service(page("/reports/{report_id}", pages::report::report))
                .service(page("/reports/{report_id}/{format}", pages::report::download))
                .service(page("/indicators", pages::indicators::indicators))
                .service(page("/policy", pages::policy::policy))
                .service(asked_and_sent(
                    "/policy/what-if",
                    pages::what_if::what_if,
                    pages::what_if::apply,
                ))
                .service(page("/precision", pages::precision::precision))
                .service(
                    page("/watch-lists", pages::watch_lists::watch_lists)
                        .route(web::post().to(watch::add)),
                )
                .service(page("/help", pages::help::help))
                // GET alone: a look at the headers of the link must not use it up.
                .route("/sign-in/{token}", web::get().to(pages::one_time_link::one_time_link))
                .service(asked_and_sent("/sign-in", pages::sign_in::sign_in, pages::sign_in::enter))
                .service(asked_and_sent(
                    "/second-step",
                    pages::second_step::second_step,
                    pages::second_step::enter,
                ))
                .service(asked_and_sent(
                    "/welcome/{secret}",
                    pages::welcome::welcome,
                    pages::welcome::choose,
                ))
                .service(asked_and_sent(
                    "/first-account",
                    pages::first_account::first_account,
                    pages::first_account::make,
                ))
                .service(page("/audit", pages::audit::audit))
                .service(page("/account", pages::account::account))
                .route("/account/password", web::post().to(pages::account::password))
                .route("/account/second-factor", web::post().to(pages::account::confirm))
                .route("/account/second-factor/drop", web::post().to(pages::account::drop_factor))
                .route("/account/recovery-codes", web::post().to(pages::account::codes))
                .route("/account/recovery-codes.txt", web::post().to(pages::account::codes_as_text))
                .route("/account/sessions/end", web::post().to(pages::account::end_session))
                .route("/account/sign-out-everywhere", web::post().to(pages::account::everywhere))
                .route("/account/tokens", web::post().to(pages::account::token))
                .route("/account/tokens/drop", web::post().to(pages::account::drop_token))
                .service(asked_and_sent("/users", pages::users::users, pages::users::add))
                .route("/users/{name}/role", web::post().to(pages::users::role))
                .route("/users/{name}/invite", web::post().to(pages::users::invite))
                .route("/users/{name}/disable", web::post().to(pages::users::disable))
                .route("/users/{name}/sign-out", web::post().to(pages::users::sign_out))
                .service(page("/health", health))
                .service(page("/static/{hash}/{name:.*}", assets::file))
                .route("/watch-lists/{watch_id}/withdraw", web::post().to(watch::withdraw))
                .route("/filters", web::post().to(saved::save))
                .route("/filters/delete", web::post().to(saved::delete))
                .route("/display", web::post().to(display::choose))
                .route("/sign-out", web::post().to(pages::sign_in::sign_out))
                .route("/reveal", web::post().to(reveal::ask))
                .route("/reveal/end", web::post().to(reveal::end))
                .route("/checks", web::post().to(check::record))
                .service(asked_and_sent("/judge", pages::judge::judge, pages::judge::shown))
                .service(asked_and_sent(
                    "/judgements",
                    pages::judgements::judgements,
                    judge::record,
                ))
                .route("/put-aside", web::post().to(onward::put_aside))
                .route("/judgements/{judgement_id}/withdraw", web::post().to(judge::withdraw))
                .default_service(web::to(nowhere)),
        );
    }
}

/// A resource that is read: GET and HEAD.
fn page<F, Args>(path: &str, handler: F) -> Resource
where
    F: actix_web::Handler<Args>,
    Args: actix_web::FromRequest + 'static,
    F::Output: actix_web::Responder + 'static,
{
    let read = web::route().guard(guard::Any(guard::Get()).or(guard::Head()));
    web::resource(path.to_owned()).route(read.to(handler))
}

/// A resource that is read, and that a form is sent to.
fn asked_and_sent<F, A, G, B>(path: &str, read: F, sent: G) -> Resource
where
    F: actix_web::Handler<A>,
    A: actix_web::FromRequest + 'static,
    F::Output: actix_web::Responder + 'static,
    G: actix_web::Handler<B>,
    B: actix_web::FromRequest + 'static,
    G::Output: actix_web::Responder + 'static,
{
    page(path, read).route(web::post().to(sent))
}

async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

async fn nowhere(request: HttpRequest) -> Result<HttpResponse, WebError> {
    Err(nothing_at(&request))
}

async fn nowhere_at_all(request: HttpRequest) -> HttpResponse {
    let mut response = nothing_at(&request).error_response();
    headers::put(response.headers_mut(), false);
    response
}

fn nothing_at(request: &HttpRequest) -> WebError {
    WebError::NotFound { what: "page", id: request.path().chars().take(80).collect() }
}

/// Checks host, session, rate and origin, reads the form, then lets the request through and puts the headers on the answer.
async fn guarded(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let state = request.app_data::<web::Data<State>>().cloned();
    let secure = state.as_ref().is_some_and(|state| state.reach.is_secure());
    let note = Note::default();
    request.extensions_mut().insert(note.clone());
    let mut admitted = match (admit(request.request()), &state) {
        (Ok(()), Some(state)) => body::receive(&mut request, state.patience).await,
        (admitted, _) => admitted,
    };
    let asked = Asked::of(request.request(), &note, admitted.as_ref().err());
    // What cannot be recorded is not done.
    if let (Ok(()), Some(asked)) = (&admitted, &asked) {
        admitted = asked.ready().await;
    }
    let mut response = match admitted {
        // The routes below turn their own errors into answers, so nothing is lost here.
        Ok(()) => reveal::veiled(surrounded(next.call(request).await?.map_into_boxed_body())).await,
        Err(refused) => {
            let unread = request.take_payload();
            request.into_response(body::ending(refused.error_response(), unread))
        }
    };
    if let Some(asked) = asked
        && let Err(unrecorded) = asked.answered(response.status()).await
    {
        response = surrounded(ServiceResponse::from_err(unrecorded, response.request().clone()));
    }
    let headers = response.headers_mut();
    headers::put(headers, secure);
    if secure {
        cookies::secure(headers);
    }
    Ok(response)
}

/// An error told to somebody signed in has the menu around it, so that they can go on.
fn surrounded(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let error = response.response().error().and_then(|error| error.as_error::<WebError>());
    let Some((error, visit)) = error.zip(Visit::of(response.request())) else { return response };
    let page = error.page(visit.quiet_chrome("", Section::None));
    ServiceResponse::new(response.request().clone(), page)
}

fn admit(request: &HttpRequest) -> Result<(), WebError> {
    let state = request.app_data::<web::Data<State>>().ok_or(WebError::SignedOut)?;
    state.hosts.check(request)?;
    if urls::is_spelled_oddly(request.path()) {
        let why = "it writes letters or digits as %-codes, which no page of ours does";
        return Err(WebError::BadRequest(format!("the address cannot be read: {why}")));
    }
    body::check_size(request)?;
    let route = request.match_pattern();
    // Asked by machines on the way, and says nothing.
    if route.as_deref() == Some("/health") {
        return Ok(());
    }
    let caller = state.reach.caller(request)?;
    if state.reach.is_secure() && !caller.over_tls {
        return Err(WebError::NotSecure);
    }
    let limited = |sender| state.rate.take(sender).map_err(WebError::TooMany);
    let needs = route.as_deref().and_then(|path| rules::of(request.method().as_str(), path));
    if needs == Some(Needs::Nothing) {
        let is_file = route.as_deref().is_some_and(|path| path.contains("{hash}"));
        let sender = if is_file { Sender::Files } else { Sender::Outside };
        return limited(sender(caller.address));
    }
    let now = state.desk.now();
    let found: Option<(SessionKey, Session)> = match bearer(request) {
        Some(token) => state.sessions.by_token(token, now),
        None => cookies::read(request, COOKIE).and_then(|cookie| state.sessions.find(cookie, now)),
    };
    limited(
        found.as_ref().map_or(Sender::Outside(caller.address), |(key, _)| Sender::Session(*key)),
    )?;
    let session = found.ok_or_else(|| match bearer(request) {
        Some(_) => AccountsError::Refused.into(),
        None => state.sessions.way_in(asked(request)),
    })?;
    let role = session.1.role;
    let is_of_token = session.1.is_of_token();
    request.extensions_mut().insert(session);
    // A browser never adds a token by itself, so a request with one needs no proof of where it comes from.
    if !request.method().is_safe() && !is_of_token {
        csrf::check_origin(request)?;
    }
    match needs {
        Some(Needs::May(what)) if !role.may(what) => {
            return Err(WebError::Forbidden { role, what: what.label() });
        }
        Some(_) => {}
        // Without a rule a route answers nobody. What is no route goes no further either: the router reads an address in
        // its own way, and might find something where this found nothing.
        None => return Err(without_rule(request, route.as_deref().unwrap_or_default())),
    }
    Ok(())
}

/// The page of ours that was asked for; empty where there is none to come back to.
fn asked(request: &HttpRequest) -> &str {
    let read = request.method() == Method::GET;
    request.uri().path_and_query().filter(|_| read).map_or("", |asked| asked.as_str())
}

/// What is said where a route has no rule for a method, or none at all.
fn without_rule(request: &HttpRequest, route: &str) -> WebError {
    let takes = rules::methods(route);
    if takes.is_empty() {
        return nothing_at(request);
    }
    WebError::WrongMethod { method: request.method().as_str().chars().take(20).collect(), takes }
}

/// The token of a request that has one.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
