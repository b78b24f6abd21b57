//! Files attached to a case: taken off the request piece by piece, and given out to be saved. Not responsible for what a
//! case takes nor for keeping it (`casework::Attachments`).
//!
//! Invariant: no more than a piece of a file is in memory; nothing is written before the form's secret was checked; no
//! file is ever shown in place, only saved.

use crate::{
    casework::{AttachmentError, Attachments, Incoming, MediaType, Stored},
    engine::CaseChange,
    model::FileHash,
    web::{
        WebError,
        flash::Flash,
        intake::{PATIENCE, blocking, broken, none_chosen, one_file},
        judge::back_to,
        state::Visit,
        urls,
    },
};
use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH},
    web,
};
use futures_util::{StreamExt as _, stream};
use std::io::Read as _;

/// Bytes written, and sent, at once.
const PIECE: usize = 256 << 10;

/// `POST /cases/{case_id}/files`: the form's secret comes first, then the file.
pub async fn attach(
    visit: Visit,
    path: web::Path<String>,
    form: Multipart,
) -> Result<HttpResponse, WebError> {
    let case = visit.case(&path)?;
    let files = kept(&visit)?;
    let into = files.clone();
    let stored = one_file(&visit, form, async |name: String, field: &mut Field| {
        if name.is_empty() {
            return Err(none_chosen());
        }
        take(&into, name, field).await
    })
    .await?;
    let (state, actor, id) = (visit.state.clone(), visit.actor(), case.id.clone());
    let (name, sha256, event) = (stored.name.clone(), stored.sha256.clone(), stored.attached());
    let done = blocking(move || {
        let change = CaseChange { case: id, expected: case.version, events: vec![event] };
        Ok(state.desk.change_cases(&actor, vec![change], Some(&files)))
    });
    done.await?.map_err(WebError::from)?;
    let short: String = sha256.as_str().chars().take(12).collect();
    let text = format!("Attached \u{201c}{name}\u{201d}, SHA-256 {short}…");
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(&format!("{}#files", path_of(&visit, &path)?)))
}

fn path_of(visit: &Visit, id: &str) -> Result<String, WebError> {
    Ok(urls::case(&visit.case(id)?.id))
}

/// Where the files of this store are kept.
fn kept(visit: &Visit) -> Result<Attachments, WebError> {
    visit.state.attachments.clone().ok_or_else(|| {
        let why = "this store is thrown away when the server stops, so it keeps no files";
        WebError::NotYet(why.to_owned())
    })
}

/// Takes a field in.
async fn take(files: &Attachments, name: String, field: &mut Field) -> Result<Stored, WebError> {
    let (to, called) = (files.clone(), name.clone());
    let mut incoming = Some(blocking(move || Ok(to.begin(&called)?)).await?);
    let mut refused: Option<AttachmentError> = None;
    let (mut piece, mut size) = (Vec::new(), 0_u64);
    while let Some(bytes) = field.next().await {
        let bytes = bytes.map_err(broken)?;
        size += bytes.len() as u64;
        if size > files.largest().saturating_mul(PATIENCE) {
            let largest = files.largest();
            refused.get_or_insert(AttachmentError::TooLarge { name: name.clone(), largest });
            break;
        }
        if refused.is_some() {
            continue;
        }
        piece.extend_from_slice(&bytes);
        if piece.len() >= PIECE {
            match written(incoming.take(), std::mem::take(&mut piece)).await? {
                Ok(going) => incoming = Some(going),
                Err(why) => refused = Some(why),
            }
        }
    }
    if let Some(why) = refused {
        return Err(why.into());
    }
    let going = written(incoming, piece).await??;
    blocking(move || Ok(going.finish()?)).await
}

/// Writes a piece and gives the file back, or says why it is not taken.
async fn written(
    incoming: Option<Incoming>,
    piece: Vec<u8>,
) -> Result<Result<Incoming, AttachmentError>, WebError> {
    let Some(mut incoming) = incoming else {
        return Err(WebError::BadRequest("the form broke off; send it again".to_owned()));
    };
    blocking(move || Ok(incoming.write(&piece).map(|()| incoming))).await
}

/// `GET /cases/{case_id}/files/{sha256}`: the file, to be saved. It was read once before, and its bytes are what was
/// attached.
pub async fn file(
    visit: Visit,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let case = visit.case(&path.0)?;
    let missing = || WebError::NotFound { what: "file", id: path.1.chars().take(80).collect() };
    let sha256: FileHash = path.1.parse().map_err(|_| missing())?;
    // Whoever knows a hash gets at no file of another case by it, nor at one that was taken off.
    let attached = case.file(&sha256).ok_or_else(missing)?.clone();
    let files = kept(&visit)?;
    let file = blocking(move || Ok(files.read(&sha256)?)).await?;
    let pieces = stream::unfold(Some(file), |file| async move {
        let file = file?;
        let piece = web::block(move || {
            let mut piece = Vec::with_capacity(PIECE);
            let n = (&file).take(PIECE as u64).read_to_end(&mut piece)?;
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
        .content_type(served_as(&attached.media_type))
        .insert_header((CONTENT_DISPOSITION, urls::saved_as(&attached.name)))
        .insert_header((CONTENT_LENGTH, attached.bytes.to_string()))
        .streaming(Box::pin(pieces)))
}

/// The type that a file is sent as: one of those a case takes, and plain bytes for whatever else a journal may say.
fn served_as(media_type: &str) -> &'static str {
    match media_type.parse::<MediaType>() {
        // A browser that opens a saved text should not have to guess its letters.
        Ok(known) if known.is_text() => "text/plain; charset=utf-8",
        Ok(known) => known.name(),
        Err(_) => "application/octet-stream",
    }
}
