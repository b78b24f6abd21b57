//! The files a page loads, kept inside the program and named by their content. Not responsible for pages.
//!
//! Invariant: a URL that works always gives the same bytes, so it may be kept forever.

use crate::web::WebError;
use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    web,
};
use rust_embed::{Embed, EmbeddedFile};

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
    "css/print.css",
];

/// The scripts of every page for somebody signed in: modules that do not depend on each other.
pub(super) const SCRIPTS: &[&str] = &["js/keys.js", "js/times.js"];

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

/// `GET /static/{hash}/{name}`.
pub(super) async fn file(path: web::Path<(String, String)>) -> Result<HttpResponse, WebError> {
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
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(file.data.into_owned()))
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
