//! `POST /import`: a file read off the request into a private file, piece by piece. Not responsible for what is in it
//! beyond its beginning.
//!
//! Invariant: no more than a mebibyte of a file is in memory; nothing is written before the form's secret was checked;
//! a file that is broken off, too large or no table leaves nothing behind; no thread that answers waits for a disk.

use crate::{
    ingest::{self, Input, Limits, Options},
    web::{
        WebError, body,
        judge::back_to,
        state::{State, Visit},
        uploads::Receiving,
        urls,
    },
};
use actix_multipart::{Field, Multipart};
use actix_web::{HttpResponse, web};
use futures_util::StreamExt as _;
use std::io::Write as _;

/// Bytes written at once.
const PIECE: usize = 1 << 20;

/// So many times the limit are read of a file that is too large: a browser shows the answer only once it could send all.
pub(super) const PATIENCE: u64 = 4;

/// Longest secret looked at.
const SECRET: usize = 256;

/// The one file of a form, as `take` takes it in under the name that the browser gives it; the form's secret comes first.
///
/// # Errors
/// When the secret does not come first, when there is no file or more than one, when the form breaks off, and those of
/// `take`.
pub(super) async fn one_file<T>(
    visit: &Visit,
    mut form: Multipart,
    mut take: impl AsyncFnMut(String, &mut Field) -> Result<T, WebError>,
) -> Result<T, WebError> {
    let (mut checked, mut taken) = (false, None);
    while let Some(field) = form.next().await {
        let mut field = field.map_err(broken)?;
        match field.name() {
            Some("csrf") => {
                let secret = field.bytes(SECRET).await.map_err(|_| WebError::WrongOrigin)?;
                let secret = secret.map_err(broken)?;
                visit.session.check(std::str::from_utf8(&secret).unwrap_or_default())?;
                checked = true;
            }
            // The secret comes before the file on our page; on another's it is not there.
            Some("file") if !checked => return Err(WebError::WrongOrigin),
            Some("file") if taken.is_some() => {
                return Err(WebError::BadRequest("one file at a time, please".to_owned()));
            }
            Some("file") => {
                let disposition = field.content_disposition();
                let name = disposition.and_then(|d| d.get_filename()).unwrap_or_default();
                let name = name.to_owned();
                taken = Some(take(name, &mut field).await?);
            }
            _ => drop(field.bytes(body::FORM).await.map_err(|_| WebError::LargeForm)?),
        }
    }
    if !checked {
        return Err(WebError::WrongOrigin);
    }
    taken.ok_or_else(|| WebError::BadRequest("the form holds no file".to_owned()))
}

/// What somebody is told who sent the form without choosing a file.
pub(super) fn none_chosen() -> WebError {
    WebError::BadRequest("no file was chosen; go back and choose one".to_owned())
}

/// `POST /import`: the form's secret comes first, then the file.
pub async fn receive(visit: Visit, form: Multipart) -> Result<HttpResponse, WebError> {
    let into = visit.state.clone();
    let take = async |name: String, field: &mut Field| {
        let (received, size) = store(&into, field).await?;
        Ok((received, name, size))
    };
    let (received, name, size) = one_file(&visit, form, take).await?;
    if size == 0 && name.is_empty() {
        return Err(none_chosen());
    }
    let (state, key, user) = (visit.state.clone(), visit.key, visit.session.user.clone());
    let upload = blocking(move || {
        let upload = state.uploads.keep(received, key, &user, &name, size)?;
        // What is no table at all is not kept.
        if let Err(refused) =
            ingest::survey(Input::stream(&upload.name, upload.open()?), &reading())
        {
            state.uploads.discard(&upload);
            return Err(WebError::Refused(refused.to_string()));
        }
        Ok(upload)
    })
    .await?;
    Ok(back_to(&urls::upload(&upload.id)))
}

/// Bytes of text unpacked to look at a file's beginning: ten rows of the longest kind, and room.
const LOOKED_AT: u64 = 64 << 20;

/// How the beginning of an uploaded file is read, whatever its columns mean.
pub fn reading() -> Options {
    Options { limits: Limits { text_bytes: LOOKED_AT, ..Limits::default() }, ..Options::default() }
}

/// Writes a field to a new file: the file, and its size in bytes.
async fn store(state: &web::Data<State>, field: &mut Field) -> Result<(Receiving, u64), WebError> {
    let uploads = state.clone();
    let limit = state.uploads.limit();
    let mut received = blocking(move || uploads.uploads.begin()).await?;
    let mut piece: Vec<u8> = Vec::new();
    let mut size: u64 = 0;
    while let Some(bytes) = field.next().await {
        let bytes = bytes.map_err(broken)?;
        size += bytes.len() as u64;
        if size > limit.saturating_mul(PATIENCE) {
            return Err(WebError::TooLarge(limit));
        }
        if size > limit {
            piece = Vec::new();
            continue;
        }
        piece.extend_from_slice(&bytes);
        if piece.len() >= PIECE {
            (received, piece) = written(received, piece).await?;
        }
    }
    if size > limit {
        return Err(WebError::TooLarge(limit));
    }
    (received, _) = written(received, piece).await?;
    Ok((received, size))
}

/// Writes a piece; gives the file back, and the emptied piece.
async fn written(
    mut received: Receiving,
    mut piece: Vec<u8>,
) -> Result<(Receiving, Vec<u8>), WebError> {
    blocking(move || {
        received.file.write_all(&piece).map_err(WebError::NoRoom)?;
        piece.clear();
        Ok((received, piece))
    })
    .await
}

/// Runs what may wait for a disk where it does not hold up other answers.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, WebError> + Send + 'static,
) -> Result<T, WebError> {
    match web::block(work).await {
        Ok(done) => done,
        Err(cancelled) => Err(WebError::Server(std::io::Error::other(cancelled))),
    }
}

/// What breaks a form off.
pub fn broken(error: actix_multipart::MultipartError) -> WebError {
    WebError::BadRequest(format!("the form broke off or cannot be read ({error}); send it again"))
}
