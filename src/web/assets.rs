//! The files a page loads, kept inside the program and named by their content. Not responsible for pages.
//!
//! Invariant: a URL that works always gives the same bytes, so it may be kept forever.

use crate::web::WebError;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY},
    web::{self, Bytes},
};
use flate2::{Compression, write::GzEncoder};
use rust_embed::{Embed, EmbeddedFile};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::Write,
    sync::{LazyLock, Mutex, PoisonError},
};

#[derive(Embed)]
#[folder = "static/"]
struct Static;

/// The style sheets, in the order of their layers.
pub(super) const STYLES: &[&str] = &[
    "css/tokens.css",
    "css/base.css",
    "css/layout.css",
    "css/components.css",
    "css/graph.css",
    "css/charts.css",
    "css/ring.css",
    "css/import.css",
    "css/explore.css",
    "css/display.css",
    "css/compare.css",
    "css/policy.css",
    "css/judge.css",
    "css/cases.css",
    "css/referral.css",
    "css/precision.css",
    "css/account.css",
    "css/veil.css",
    "css/audit.css",
    "css/privacy.css",
    "css/reports.css",
    "css/print.css",
];

/// The scripts of every page for somebody signed in: modules that do not depend on each other.
pub(super) const SCRIPTS: &[&str] = &["js/keys.js", "js/times.js", "js/judge.js"];

/// The URL of an embedded file; its bare name where there is no such file, which a test would notice.
pub(super) fn url(name: &str) -> String {
    Static::get(name).map_or_else(
        || format!("/static/missing/{name}"),
        |file| format!("/static/{}/{name}", hash(&file)),
    )
}

fn hash(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash().iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// Files packed by gzip, by hash, each when it was first asked for; empty where packing saves little.
static PACKED: LazyLock<Mutex<BTreeMap<String, Bytes>>> = LazyLock::new(Mutex::default);

/// A file packed by gzip; none where that saves less than a tenth. O(bytes) the first time.
fn packed(hash: &str, data: &[u8]) -> Option<Bytes> {
    let mut all = PACKED.lock().unwrap_or_else(PoisonError::into_inner);
    let packed = all.entry(hash.to_owned()).or_insert_with(|| {
        let mut to = GzEncoder::new(Vec::new(), Compression::best());
        let done = to.write_all(data).and_then(|()| to.finish());
        done.ok()
            .filter(|done| done.len() < data.len() / 10 * 9)
            .map_or_else(Bytes::new, Bytes::from)
    });
    (!packed.is_empty()).then(|| packed.clone())
}

/// Whether whoever asks unpacks gzip.
fn takes_gzip(request: &HttpRequest) -> bool {
    let values = request.headers().get_all(ACCEPT_ENCODING).filter_map(|v| v.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// `GET /static/{hash}/{name}`.
pub(super) async fn file(
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let (asked, name) = path.into_inner();
    let Some(file) = Static::get(&name).filter(|f| hash(f) == asked) else {
        return Err(WebError::NotFound { what: "file", id: name.chars().take(80).collect() });
    };
    let kind = match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((VARY, "accept-encoding"));
    if takes_gzip(&request)
        && let Some(packed) = packed(&asked, &file.data)
    {
        return Ok(answer.insert_header((CONTENT_ENCODING, "gzip")).body(packed));
    }
    Ok(answer.body(match file.data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_scripts_together_are_small_when_packed() {
        let mut packed = 0;
        for name in Static::iter().filter(|name| name.ends_with(".js")) {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            std::io::Write::write_all(&mut encoder, &Static::get(&name).unwrap().data).unwrap();
            packed += encoder.finish().unwrap().len();
        }
        assert!(packed > 0 && packed < 150_000, "{packed} bytes");
    }

    #[test]
    fn a_file_is_packed_for_whoever_takes_that() {
        let asks = |value: &str| {
            let request = actix_web::test::TestRequest::default();
            takes_gzip(&request.insert_header((ACCEPT_ENCODING, value)).to_http_request())
        };
        assert!(asks("gzip, deflate, br") && asks("br;q=1.0, GZIP;q=0.5"));
        assert!(!asks("br") && !asks("gzip;q=0, br") && !asks(""));
        let css = Static::get("css/components.css").unwrap();
        let small = packed(&hash(&css), &css.data).unwrap();
        let mut back = Vec::new();
        std::io::copy(&mut flate2::read::GzDecoder::new(&*small), &mut back).unwrap();
        assert!(back == *css.data && small.len() * 2 < css.data.len());
    }

    #[test]
    fn every_file_a_page_names_is_embedded() {
        for name in STYLES.iter().chain(SCRIPTS).chain(&[
            "icon.svg",
            "css/canvas.css",
            "js/graph.js",
            "vendor/cytoscape-3.34.4.min.js",
        ]) {
            assert!(!url(name).contains("missing"), "{name}");
        }
    }
}
