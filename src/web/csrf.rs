//! Where a request may come from: the host it names and, when it changes something, the page it was sent from.
//! Not responsible for who sent it (`session`).
//!
//! Invariant: nothing is changed by a request that another site could have made a browser send.

use crate::web::WebError;
use actix_web::{
    HttpRequest,
    http::header::{HOST, ORIGIN},
};
use std::net::IpAddr;

/// The host names Ringer answers to: a name that DNS can be made to point here is not among them.
#[derive(Debug, Clone)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// The names of this machine for itself, and the address listened on.
    #[must_use]
    pub fn new(bind: IpAddr) -> Self {
        let bound = match bind {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("[{v6}]"),
        };
        Self(vec!["localhost".into(), "127.0.0.1".into(), "[::1]".into(), bound])
    }

    /// Whether the request names one of them.
    ///
    /// # Errors
    /// When it names another host, or none.
    pub fn check(&self, request: &HttpRequest) -> Result<(), WebError> {
        let host = host(request);
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        if self.0.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            Ok(())
        } else {
            Err(WebError::WrongHost(host.chars().take(80).collect()))
        }
    }
}

fn host(request: &HttpRequest) -> &str {
    request.headers().get(HOST).and_then(|h| h.to_str().ok()).unwrap_or_default()
}

/// Scheme, host and port of this server as the request names it: what a link begins with that is given to somebody.
/// The host was checked before anything was answered.
#[must_use]
pub fn own_origin(request: &HttpRequest) -> String {
    let scheme = if request.app_config().secure() { "https" } else { "http" };
    format!("{scheme}://{}", host(request))
}

/// Whether a request that changes something was sent from one of our own pages.
///
/// Under `Referrer-Policy: no-referrer` browsers write `Origin: null` on a form of our own, and then say
/// `Sec-Fetch-Site: same-origin`, which no page can forge.
///
/// # Errors
/// When it came from elsewhere, or does not say.
pub fn check_origin(request: &HttpRequest) -> Result<(), WebError> {
    let text = |name: &str| request.headers().get(name).and_then(|h| h.to_str().ok());
    let ours = match text(ORIGIN.as_str()) {
        Some(origin) if origin != "null" => origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"))
            .is_some_and(|from| !from.is_empty() && from.eq_ignore_ascii_case(host(request))),
        _ => text("sec-fetch-site") == Some("same-origin"),
    };
    if ours { Ok(()) } else { Err(WebError::WrongOrigin) }
}

/// Whether two secrets are equal, in a time that depends on their length only.
#[must_use]
pub fn same_secret(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], ours: bool) {
        let mut request = TestRequest::post();
        for &(name, value) in headers {
            request = request.insert_header((name, value));
        }
        assert_eq!(check_origin(&request.to_http_request()).is_ok(), ours, "{headers:?}");
    }

    #[test]
    fn only_our_own_pages_may_change_something() {
        check(&[("host", "localhost:8080"), ("origin", "http://localhost:8080")], true);
        check(&[("host", "localhost:8080"), ("origin", "http://localhost:9090")], false);
        check(&[("host", "localhost"), ("origin", "https://evil.example")], false);
        check(&[("host", "localhost"), ("origin", "null")], false);
        check(&[("origin", "null"), ("sec-fetch-site", "same-origin")], true);
        check(&[("origin", "null"), ("sec-fetch-site", "cross-site")], false);
        check(&[("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")], false);
        check(&[("host", "localhost")], false);
    }

    #[test]
    fn a_host_that_dns_could_be_bent_to_is_refused() {
        let hosts = Hosts::new("127.0.0.5".parse().unwrap());
        for (host, known) in [
            ("localhost", true),
            ("LOCALHOST:8080", true),
            ("127.0.0.1:1", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("127.0.0.5", true),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("localhost:80@evil.example", false),
            ("", false),
        ] {
            let request = TestRequest::get().insert_header(("host", host)).to_http_request();
            assert_eq!(hosts.check(&request).is_ok(), known, "{host}");
        }
    }

    #[test]
    fn secrets_are_equal_only_when_every_byte_is() {
        assert!(same_secret("abc", "abc"));
        assert!(!same_secret("abc", "abd") && !same_secret("abc", "ab"));
    }
}
