//! What a request may weigh and how long it may take to arrive: address, headers and body. Not responsible for how many
//! requests there may be (`rate`), nor for the size of uploaded files (`uploads`).
//!
//! A form is read whole here, before its handler is asked: it is small, or it is refused. What is sent in parts, a file, is read
//! by its handler piece by piece; here each piece has its time.
//!
//! Invariant: no handler waits for the sender of a form, and none waits for longer than that for a piece of a file.

use crate::web::WebError;
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    http::{
        ConnectionType,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    rt::time::timeout,
    web::{Bytes, BytesMut},
};
use futures_util::{StreamExt as _, stream};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

/// Bytes of a form at most.
pub const FORM: usize = 64 << 10;
/// Bytes of an address at most; the longest of our own, a drawing being explored, has three thousand.
pub const ADDRESS: usize = 16 << 10;
/// Bytes of all headers at most.
const HEADERS: usize = 32 << 10;
/// How long a form, or a piece of a file, may take.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Whether address, headers and announced body are of a size that is read at all.
///
/// # Errors
/// When one of them is larger.
pub fn check_size(request: &HttpRequest) -> Result<(), WebError> {
    let address = request.uri().path_and_query().map_or(0, |asked| asked.as_str().len());
    if address > ADDRESS {
        return Err(WebError::LongAddress);
    }
    let headers = request.headers();
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > HEADERS {
        return Err(WebError::LargeHeaders);
    }
    let announced = headers.get(CONTENT_LENGTH).and_then(|n| n.to_str().ok()?.parse::<u64>().ok());
    if !is_in_parts(request) && announced.is_some_and(|n| n > FORM as u64) {
        return Err(WebError::LargeForm);
    }
    Ok(())
}

fn is_in_parts(request: &HttpRequest) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("multipart/"))
}

/// Reads the form of a request, and has it given to whoever handles it.
///
/// # Errors
/// When it is too large, breaks off, or does not arrive in time.
pub async fn receive(request: &mut ServiceRequest, patience: Duration) -> Result<(), WebError> {
    let mut payload = match request.take_payload() {
        Payload::None => return Ok(()),
        payload => payload,
    };
    if is_in_parts(request.request()) {
        request.set_payload(in_time(payload, patience));
        return Ok(());
    }
    let read = timeout(patience, whole(&mut payload)).await;
    let read = read.unwrap_or(Err(WebError::SlowForm));
    request.set_payload(match &read {
        Ok(read) => Payload::from(read.clone()),
        Err(_) => payload,
    });
    read.map(drop)
}

async fn whole(payload: &mut Payload) -> Result<Bytes, WebError> {
    let mut read = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|error| {
            WebError::BadRequest(format!("the form broke off ({error}); send it again"))
        })?;
        if read.len() + piece.len() > FORM {
            return Err(WebError::LargeForm);
        }
        read.extend_from_slice(&piece);
    }
    Ok(read.freeze())
}

/// The same bytes; a piece that does not arrive in time is the end of it, with an error.
fn in_time(payload: Payload, patience: Duration) -> Payload {
    let pieces = stream::unfold(Some(payload), move |payload| async move {
        let mut payload = payload?;
        match timeout(patience, payload.next()).await {
            Ok(Some(piece)) => Some((piece, Some(payload))),
            Ok(None) => None,
            Err(_) => Some((Err(PayloadError::Io(io::ErrorKind::TimedOut.into())), None)),
        }
    });
    // Who reads parts asks once more after the last.
    Payload::Stream { payload: pieces.fuse().boxed_local() }
}

/// An answer to a request whose body was not read, or not all of it: the connection ends with it, since the rest would be taken
/// for the next request.
///
/// It holds what was not read until it is sent. The server waits for ever for the rest of a body in chunks that nobody wants any
/// more, and for a second only while somebody may want it.
pub fn ending(mut response: HttpResponse, unread: Payload) -> HttpResponse {
    response.head_mut().set_connection_type(ConnectionType::Close);
    response.map_body(|_, body| BoxBody::new(Held { body, _unread: unread }))
}

struct Held {
    body: BoxBody,
    _unread: Payload,
}

impl MessageBody for Held {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
