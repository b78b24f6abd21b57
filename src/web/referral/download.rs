//! Packages and their files, given out to be saved. Not responsible for keeping them (`kept`).
//!
//! Each is recorded with the purpose that the package was made for.
//!
//! Invariant: what is given out is what was made, to the byte; it is never shown in place.

use crate::{
    model::{FileHash, ReferralId, ReferralRecord},
    web::{
        WebError,
        intake::blocking,
        referral::{kept::Listed, making::kept},
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, http::header::CONTENT_DISPOSITION, web};

/// The package of that id.
///
/// # Errors
/// When there is none.
pub fn record(visit: &Visit, id: &str) -> Result<ReferralRecord, WebError> {
    let missing = || WebError::NotFound { what: "package", id: id.chars().take(80).collect() };
    let id: ReferralId = id.parse().map_err(|_| missing())?;
    visit.state.desk.cases().referral(&id).cloned().ok_or_else(missing)
}

/// `GET /referrals/{referral_id}/files/{sha256}`: one file, to be saved.
pub async fn file(
    visit: Visit,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let record = record(&visit, &path.0)?;
    let missing = || WebError::NotFound { what: "file", id: path.1.chars().take(80).collect() };
    let wanted: FileHash = path.1.parse().map_err(|_| missing())?;
    visit.note.why(&record.referral.purpose);
    let folder = kept(&visit)?;
    let found = blocking(move || {
        let referral = &record.referral;
        // Whoever knows a hash gets at no file of another package by it.
        let has = folder.files(referral)?.iter().any(|file| file.sha256 == wanted.as_str());
        Ok(if has { Some(folder.file(referral, &wanted)?) } else { None })
    })
    .await?;
    let (listed, bytes) = found.ok_or_else(missing)?;
    Ok(saved(&name_of(&listed), bytes))
}

/// `GET /referrals/{referral_id}/package.zip`: all of it, to be saved.
pub async fn zip(visit: Visit, path: web::Path<String>) -> Result<HttpResponse, WebError> {
    let record = record(&visit, &path)?;
    visit.note.why(&record.referral.purpose);
    let folder = kept(&visit)?;
    let id = record.referral.id.clone();
    let bytes = blocking(move || Ok(folder.zipped(&record.referral)?)).await?;
    Ok(saved(&format!("{id}.zip"), bytes))
}

/// What a file is called when it is saved: its name without the folders.
fn name_of(listed: &Listed) -> String {
    listed.path.rsplit('/').next().unwrap_or_default().to_owned()
}

fn saved(name: &str, bytes: Vec<u8>) -> HttpResponse {
    // Plain bytes whatever it is: a browser has nothing to open here.
    HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((CONTENT_DISPOSITION, urls::saved_as(name)))
        .body(bytes)
}
