//! The routes and the guard before them. Not responsible for what a page shows.
//!
//! Invariant: everything but the health check, the embedded files and the sign-in link needs a session; every
//! answer carries the headers.

use crate::web::{
    State, WebError, assets, check, cookies, csrf, display, headers, intake, judge,
    page::Section,
    pages,
    session::{COOKIE, Session, SessionKey},
    state::Visit,
    urls, watch,
};
use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse, Resource, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    guard,
    middleware::{Next, from_fn},
    web,
};

/// The whole application over a state: what both the server and the tests run.
pub fn app(state: web::Data<State>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        config.app_data(state).service(
            web::scope("")
                .wrap(from_fn(guarded))
                .app_data(web::FormConfig::default().limit(64 << 10).error_handler(|e, _| {
                    WebError::BadRequest(format!("the form cannot be read: {e}")).into()
                }))
                .app_data(web::PathConfig::default().error_handler(|e, _| {
                    WebError::BadRequest(format!("the address cannot be read: {e}")).into()
                }))
                .service(page("/", pages::queue::queue))
                .service(page("/rings/{ring_id}", pages::ring::ring))
                .service(page("/applicants/{applicant_id}", pages::applicant::applicant))
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
                .service(page("/indicators", pages::indicators::indicators))
                .service(page("/policy", pages::policy::policy))
                .service(
                    page("/watch-lists", pages::watch_lists::watch_lists)
                        .route(web::post().to(watch::add)),
                )
                .service(page("/help", pages::help::help))
                // GET alone: a look at the headers of the link must not use it up.
                .route("/sign-in/{token}", web::get().to(pages::sign_in::sign_in))
                .service(page("/health", health))
                .service(page("/static/{hash}/{name:.*}", assets::file))
                .route("/watch-lists/{watch_id}/withdraw", web::post().to(watch::withdraw))
                .route(urls::DISPLAY, web::post().to(display::choose))
                .route("/sign-out", web::post().to(pages::sign_in::sign_out))
                .route("/checks", web::post().to(check::record))
                .route("/judgements", web::post().to(judge::record))
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

async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

async fn nowhere(request: HttpRequest) -> Result<HttpResponse, WebError> {
    Err(WebError::NotFound { what: "page", id: request.path().chars().take(80).collect() })
}

/// Checks host, session and origin, then lets the request through and puts the headers on the answer.
async fn guarded(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut response = match admit(request.request()) {
        // The routes below turn their own errors into answers, so nothing is lost here.
        Ok(()) => surrounded(next.call(request).await?.map_into_boxed_body()),
        Err(refused) => request.into_response(refused.error_response()),
    };
    headers::put(response.headers_mut());
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
    let path = request.path();
    if path == "/health" || path.starts_with("/static/") || path.starts_with("/sign-in/") {
        return Ok(());
    }
    let session: (SessionKey, Session) = cookies::read(request, COOKIE)
        .and_then(|cookie| state.sessions.find(cookie, state.desk.now()))
        .ok_or(WebError::SignedOut)?;
    if !request.method().is_safe() {
        csrf::check_origin(request)?;
    }
    request.extensions_mut().insert(session);
    Ok(())
}
