//! `GET /import/{upload_id}`: one uploaded file: what it is, what its columns become, how its first rows are read, how
//! far its import is, how it ended. Its forms: `columns`, `dry-run`, `start`, `stop`, `discard`. Not responsible for
//! running anything (`imports`).
//!
//! Invariant: what is imported is what the form showed; sealed values are shown masked, and rejected rows only by
//! their reason.

mod columns;
mod progress;

use crate::{
    explain::words::bytes,
    web::{
        WebError,
        choices::{Choices, Understood},
        flash::Flash,
        imports::{self, Kind, Work},
        intake::blocking,
        judge::back_to,
        page::{self, Chrome, Section},
        state::Visit,
        uploads::{Upload, lock},
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::header::CONTENT_DISPOSITION, web};
use askama::Template;
use columns::Table;
use futures_util::stream;
use progress::{Ended, Going};
use serde::Deserialize;
use std::{io::Read as _, sync::Arc};

/// Bytes of the rejects sent at once.
const PIECE: usize = 64 << 10;

/// What is to be shown.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    format: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/upload.html")]
struct UploadPage {
    chrome: Chrome,
    name: String,
    size: String,
    going: Option<Going>,
    ended: Option<Ended>,
    table: Option<Table>,
    urls: Urls,
}

/// Where the forms of the page lead.
struct Urls {
    page: String,
    columns: String,
    rehearse: String,
    start: String,
    stop: String,
    discard: String,
    rejects: String,
    import: &'static str,
}

impl Urls {
    fn of(id: &str) -> Self {
        Self {
            page: urls::upload(id),
            columns: urls::of_upload(id, "columns"),
            rehearse: urls::of_upload(id, "dry-run"),
            start: urls::of_upload(id, "start"),
            stop: urls::of_upload(id, "stop"),
            discard: urls::of_upload(id, "discard"),
            rejects: urls::of_upload(id, "rejects"),
            import: urls::IMPORT,
        }
    }
}

/// `GET /import/{upload_id}`.
pub async fn upload(
    visit: Visit,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let upload = visit.state.uploads.find(&path, &visit.key)?;
    if ask.format.as_deref() == Some("json") {
        return Ok(HttpResponse::Ok().json(progress::json(&upload)));
    }
    let (going, ended) = match &*lock(&upload.work) {
        Work::None => (None, None),
        Work::Running(running) => (Some(Going::of(&upload, running)), None),
        Work::Done(outcome) => (None, Some(Ended::of(&upload, outcome))),
    };
    let table = if going.is_none() && upload.is_there() {
        let seen = Arc::clone(&upload);
        Some(blocking(move || Table::of(&seen)).await?)
    } else {
        None
    };
    page::render(&UploadPage {
        chrome: visit.chrome(format!("Import of {}", upload.name), Section::Import),
        name: upload.name.clone(),
        size: bytes(upload.size),
        going,
        ended,
        table,
        urls: Urls::of(&upload.id),
    })
}

/// The form of columns, as pairs: its names depend on the file.
type Sent = web::Form<Vec<(String, String)>>;

/// The file a form is about, once its secret is checked.
fn sent(visit: &Visit, id: &str, form: &Sent) -> Result<Arc<Upload>, WebError> {
    let csrf = form.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value);
    visit.session.check(csrf)?;
    visit.state.uploads.find(id, &visit.key)
}

/// Keeps what a form chooses, where it does not contradict itself; what the file then is.
async fn chosen(upload: &Arc<Upload>, form: Sent) -> Result<Understood, WebError> {
    let upload = Arc::clone(upload);
    blocking(move || {
        let before = Understood::of(&upload)?;
        let choices = Choices::read(&form, &before.guessed.headers())?;
        let understood = Understood::under(&upload, &choices)?;
        *lock(&upload.choices) = choices;
        Ok(understood)
    })
    .await
}

/// `POST /import/{upload_id}/columns`: what the columns are to become, shown again.
pub async fn columns(
    visit: Visit,
    path: web::Path<String>,
    form: Sent,
) -> Result<HttpResponse, WebError> {
    let upload = sent(&visit, &path, &form)?;
    chosen(&upload, form).await?;
    Ok(back_to(&format!("{}#preview", urls::upload(&upload.id))))
}

/// `POST /import/{upload_id}/dry-run`.
pub async fn rehearse(
    visit: Visit,
    path: web::Path<String>,
    form: Sent,
) -> Result<HttpResponse, WebError> {
    begin(visit, path, form, Kind::Rehearsal).await
}

/// `POST /import/{upload_id}/start`.
pub async fn start(
    visit: Visit,
    path: web::Path<String>,
    form: Sent,
) -> Result<HttpResponse, WebError> {
    begin(visit, path, form, Kind::Import).await
}

async fn begin(
    visit: Visit,
    path: web::Path<String>,
    form: Sent,
    kind: Kind,
) -> Result<HttpResponse, WebError> {
    let upload = sent(&visit, &path, &form)?;
    let understood = chosen(&upload, form).await?;
    let (state, begun) = (visit.state.clone(), Arc::clone(&upload));
    blocking(move || {
        // A file that is refused as a whole is not begun: its page says why, and what to do.
        match understood.preview(&begun) {
            Ok(_) => state.imports.begin(Arc::clone(&state.desk), &begun, kind, understood.whole()),
            Err(_) => Ok(()),
        }
    })
    .await?;
    Ok(back_to(&urls::upload(&upload.id)))
}

/// `POST /import/{upload_id}/stop`.
pub async fn stop(
    visit: Visit,
    path: web::Path<String>,
    form: Sent,
) -> Result<HttpResponse, WebError> {
    let upload = sent(&visit, &path, &form)?;
    imports::stop(&upload);
    Ok(back_to(&urls::upload(&upload.id)))
}

/// `POST /import/{upload_id}/discard`.
pub async fn discard(
    visit: Visit,
    path: web::Path<String>,
    form: Sent,
) -> Result<HttpResponse, WebError> {
    let upload = sent(&visit, &path, &form)?;
    if lock(&upload.work).is_running() {
        return Err(WebError::Busy("this file is being read just now; stop that first".to_owned()));
    }
    visit.state.uploads.discard(&upload);
    let text = format!("\"{}\" is discarded", upload.name);
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(urls::IMPORT))
}

/// `GET /import/{upload_id}/rejects`: the rejected rows as CSV, in the form of the command line's FILE.rejects.csv.
pub async fn rejects(visit: Visit, path: web::Path<String>) -> Result<HttpResponse, WebError> {
    let upload = visit.state.uploads.find(&path, &visit.key)?;
    let none = || WebError::NotFound { what: "rejected row of", id: upload.name.clone() };
    if lock(&upload.work).is_running() {
        return Err(WebError::Busy(
            "this file is being read just now; its rejected rows come at the end".to_owned(),
        ));
    }
    let file = upload.rejects().map_err(|_| none())?;
    let pieces = stream::unfold(Some(file), |file| async move {
        let mut file = file?;
        let piece = web::block(move || {
            let mut piece = Vec::with_capacity(PIECE);
            let n = file.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
            Ok::<_, std::io::Error>((n > 0).then_some((web::Bytes::from(piece), file)))
        });
        match piece.await {
            Ok(Ok(Some((piece, file)))) => Some((Ok(piece), Some(file))),
            Ok(Ok(None)) => None,
            Ok(Err(error)) => Some((Err(error), None)),
            Err(cancelled) => Some((Err(std::io::Error::other(cancelled)), None)),
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, attachment(&upload.name)))
        .streaming(Box::pin(pieces)))
}

/// The header that makes a browser save the rejects of a file under a name of its own.
fn attachment(name: &str) -> String {
    urls::saved_as(&format!("{name}.rejects.csv"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_cannot_leave_the_header_it_stands_in() {
        assert_eq!(
            attachment("a\"; x=\"é.csv"),
            "attachment; filename=\"a__ x___.csv.rejects.csv\"; \
             filename*=UTF-8''a%22%3B%20x%3D%22%C3%A9.csv.rejects.csv"
        );
    }
}
