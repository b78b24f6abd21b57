//! `GET /import`: the form that sends a file, and the files sent. Not responsible for receiving one (`intake`) or for
//! what is then done with it (`upload`).
//!
//! Invariant: what is accepted, refused and bounded is said before a file is chosen.

use crate::web::{
    WebError,
    imports::{Kind, Work},
    page::{self, Chrome, Section},
    state::Visit,
    text::{bytes, grouped},
    uploads::{Upload, lock},
    urls,
};
use actix_web::HttpResponse;
use askama::Template;

/// A file of this session.
struct Sent {
    url: String,
    name: String,
    size: String,
    what: String,
}

#[derive(Template)]
#[template(path = "pages/import.html")]
struct ImportPage {
    chrome: Chrome,
    limit: u64,
    limit_said: String,
    sent: Vec<Sent>,
}

/// `GET /import`.
pub async fn import(visit: Visit) -> Result<HttpResponse, WebError> {
    let uploads = &visit.state.uploads;
    page::render(&ImportPage {
        chrome: visit.chrome("Import", Section::Import),
        limit: uploads.limit(),
        limit_said: bytes(uploads.limit()),
        sent: uploads.of(&visit.key).iter().map(|upload| sent(upload)).collect(),
    })
}

fn sent(upload: &Upload) -> Sent {
    let what = match &*lock(&upload.work) {
        Work::None => "waits for you".to_owned(),
        Work::Running(running) => match running.kind {
            Kind::Import => "is being imported".to_owned(),
            Kind::Rehearsal => "dry run under way".to_owned(),
        },
        Work::Done(outcome) => match (outcome.kind, &outcome.failed, outcome.stopped) {
            (Kind::Import, Some(_), _) => "import failed".to_owned(),
            (Kind::Import, None, true) => {
                format!("stopped after {} new", grouped(outcome.counts.new))
            }
            (Kind::Import, None, false) => format!("imported, {} new", grouped(outcome.counts.new)),
            (Kind::Rehearsal, ..) => "dry run done, nothing stored".to_owned(),
        },
    };
    Sent {
        url: urls::upload(&upload.id),
        name: upload.name.clone(),
        size: bytes(upload.size),
        what,
    }
}
