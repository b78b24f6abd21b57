//! `GET /import`: the form that sends a file, the files sent, and all imports with their undo. Not responsible for
//! receiving a file (`intake`) or for what is then done with it (`upload`).
//!
//! Invariant: what is accepted, refused and bounded is said before a file is chosen; an import is undone only with a
//! reason.

use crate::{
    engine::{Undone, View},
    explain::words::{bytes, grouped, shortened},
    model::{ImportId, ImportRecord, Moment},
    web::{
        WebError,
        flash::Flash,
        imports::{Kind, Work},
        judge::{Withdrawal, aside, back_to, parsed},
        page::{self, Chrome, Section},
        pager::Pager,
        state::Visit,
        uploads::{Upload, lock},
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Imports on a page.
const SIZE: usize = 20;

/// Longest name of a file shown, in characters.
const NAME: usize = 120;

/// Later files named after an import is undone.
const LATER: usize = 5;

/// Which page of the imports.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    page: Option<String>,
}

/// An import as the table shows it.
struct Row {
    file: String,
    by: String,
    at: Moment,
    new: String,
    changed: String,
    repeated: String,
    rejected: String,
    state: String,
    /// Where it is undone; none when it was.
    undo: Option<String>,
    /// Later files that repeated rows, some of them maybe of this one.
    again: String,
}

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
    is_running: bool,
    imports: Vec<Row>,
    pager: Pager,
}

/// `GET /import`.
pub async fn import(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let uploads = &visit.state.uploads;
    let records = visit.state.desk.imports();
    let pager =
        Pager::new(ask.page.as_deref(), records.len(), SIZE, urls::IMPORT, "page").at("#imports");
    page::render(&ImportPage {
        chrome: visit.chrome("Import", Section::Import),
        limit: uploads.limit(),
        limit_said: bytes(uploads.limit()),
        is_running: visit.state.imports.is_running(),
        imports: pager.of(&records).iter().map(|record| row(&visit.view, record)).collect(),
        pager,
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

fn row(view: &View, record: &ImportRecord) -> Row {
    let counts = record.counts;
    let state = match (&record.withdrawn, record.finished) {
        (Some(by), _) => format!("undone by {} on {}: {}", by.by, by.at.day(), by.why),
        (None, Some(_)) => "complete".to_owned(),
        (None, None) => "broke off; importing the file again completes it".to_owned(),
    };
    Row {
        file: shortened(&record.file, NAME),
        by: record.by.clone(),
        at: record.started,
        new: grouped(counts.new),
        changed: grouped(counts.changed),
        repeated: grouped(counts.repeated),
        rejected: grouped(counts.rejected),
        state,
        undo: record.withdrawn.is_none().then(|| urls::withdraw_import(&record.id)),
        again: repeated(view, &record.id),
    }
}

/// The later files that repeated rows, some of them maybe of this import: those rows go with it.
fn repeated(view: &View, id: &ImportId) -> String {
    let later = view.repeated_after(id);
    let mut names: Vec<String> = later.iter().map(|record| shortened(&record.file, NAME)).collect();
    names.dedup();
    let more = names.len().saturating_sub(LATER);
    names.truncate(LATER);
    let listed = names.join(", ");
    if more > 0 { format!("{listed} and {more} more") } else { listed }
}

/// `POST /imports/{import_id}/withdraw`.
pub async fn withdraw(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Withdrawal>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let id: ImportId = parsed(&path)?;
    if visit.state.imports.is_running() {
        return Err(WebError::Busy(
            "a file is being read just now; undo the import when that is done".to_owned(),
        ));
    }
    let (desk, user, why) =
        (visit.state.desk.clone(), visit.session.user.clone(), form.why.clone());
    visit.note.why(&why);
    let withdrawn = id.clone();
    let undone = aside(move || desk.withdraw_import(&withdrawn, &user, &why)).await?;
    let records = visit.state.desk.imports();
    let file = records.iter().find(|r| r.id == id).map_or("The import", |r| r.file.as_str());
    let mut text = said(&shortened(file, NAME), undone);
    let again = repeated(&visit.state.desk.view(), &id);
    if !again.is_empty() {
        text.push_str(&format!(
            ". What it shared with later files went too; import those again: {again}"
        ));
    }
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(&format!("{}#imports", urls::IMPORT)))
}

/// What undoing did.
fn said(file: &str, undone: Undone) -> String {
    let some = |n: u64, one: &str, several: &str| {
        (n > 0)
            .then(|| if n == 1 { format!("1 {one}") } else { format!("{} {several}", grouped(n)) })
    };
    let parts: Vec<String> = [
        some(undone.gone, "application is gone", "applications are gone"),
        some(undone.back, "is back at the version before", "are back at the version before"),
        some(
            undone.kept,
            "stays, because a later import brought a newer version",
            "stay, because later imports brought newer versions",
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    match parts.is_empty() {
        true => format!("{file} is undone; it had brought nothing"),
        false => format!("{file} is undone: {}", parts.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_undoing_did_is_told_in_a_sentence() {
        let told = |gone, back, kept| said("a.csv", Undone { gone, back, kept });
        assert_eq!(told(0, 0, 0), "a.csv is undone; it had brought nothing");
        assert_eq!(told(1, 0, 0), "a.csv is undone: 1 application is gone");
        assert_eq!(
            told(4_600, 1, 2),
            "a.csv is undone: 4,600 applications are gone; 1 is back at the version before; 2 stay, because later \
             imports brought newer versions"
        );
    }
}
