//! The headers of every answer, in one list. Not responsible for caching of embedded files (`assets`).
//!
//! Invariant: no answer leaves without them; a test asks every route.

use actix_web::http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue};

/// What a page may load and do: its own files, and nothing else.
pub const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The headers of every answer.
pub const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    // The same as `frame-ancestors`, for what does not read that.
    ("x-frame-options", "DENY"),
];

/// For a year browsers come over TLS only; on every answer where they do.
pub const HSTS: (&str, &str) = ("strict-transport-security", "max-age=31536000");

/// Puts the headers on; an answer that does not say how long it may be kept may not be kept at all.
pub(super) fn put(headers: &mut HeaderMap, secure: bool) {
    for &(name, value) in HEADERS.iter().chain(secure.then_some(&HSTS)) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
