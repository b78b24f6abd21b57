//! Where a request may come from: the host it names and, when it changes something, the page it was sent from.
//! Not responsible for who sent it (`session`).
//!
//! Invariant: nothing is changed by a request that another site could have made a browser send.

use crate::web::{State, WebError};
use actix_web::{
    HttpRequest,
    http::header::{HOST, ORIGIN},
    web,
};
use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

/// A name a server is asked by: as DNS has it or an address, in lower case, without a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName(String);

impl FromStr for HostName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.trim().to_ascii_lowercase();
        if let Ok(v6) = name.trim_matches(['[', ']']).parse::<Ipv6Addr>() {
            return Ok(Self(format!("[{v6}]")));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let labels = name.split('.').all(|label| (1..=63).contains(&label.len()));
        if labels && name.len() <= 253 && name.chars().all(fits) {
            Ok(Self(name))
        } else {
            Err("give a host name alone, such as ringer.example.com: no https://, no port, no *"
                .to_owned())
        }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

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

    /// The names it was given; those of this machine for itself only where nobody else can ask.
    #[must_use]
    pub fn named(bind: IpAddr, names: &[HostName]) -> Self {
        let Self(mut all) = Self::new(bind);
        if !bind.is_loopback() {
            all.clear();
        }
        all.extend(names.iter().map(|name| name.0.clone()));
        Self(all)
    }

    /// Whether the request names one of them.
    ///
    /// # Errors
    /// When it names another host, or none.
    pub fn check(&self, request: &HttpRequest) -> Result<(), WebError> {
        let host = host(request);
        // What reads the first of two, and what reads the last, would disagree on who is asked.
        if request.headers().get_all(HOST).count() > 1 {
            return Err(WebError::BadRequest("the request names two hosts".to_owned()));
        }
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
    let state = request.app_data::<web::Data<State>>();
    let scheme = state.map_or("http", |state| state.reach.scheme());
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
    let state = request.app_data::<web::Data<State>>();
    let scheme = state.map_or("http", |state| state.reach.scheme());
    let ours = match text(ORIGIN.as_str()) {
        Some(origin) if origin != "null" => {
            let from = origin.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("://"));
            let (from, host) = (from.map(|f| portless(scheme, f)), portless(scheme, host(request)));
            from.is_some_and(|from| !from.is_empty() && from.eq_ignore_ascii_case(host))
        }
        _ => text("sec-fetch-site") == Some("same-origin"),
    };
    if ours { Ok(()) } else { Err(WebError::WrongOrigin) }
}

/// A host without the port that its scheme has anyway.
fn portless<'a>(scheme: &str, host: &'a str) -> &'a str {
    host.strip_suffix(if scheme == "https" { ":443" } else { ":80" }).unwrap_or(host)
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
    fn a_name_answered_to_is_a_name_and_nothing_more() {
        let read = |text: &str| text.parse::<HostName>().map(|name| name.to_string());
        assert_eq!(read(" Ringer.Example "), Ok("ringer.example".to_owned()));
        assert_eq!(read("2001:DB8::1"), Ok("[2001:db8::1]".to_owned()));
        assert_eq!(read("[2001:db8::1]"), Ok("[2001:db8::1]".to_owned()));
        for bad in [
            "",
            "https://ringer.example",
            "ringer.example:8443",
            "*",
            "*.example",
            "a b",
            "a..b",
            "a/b",
            "a@b",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn off_loopback_only_the_names_given_are_answered_to() {
        let named =
            Hosts::named("192.0.2.1".parse().unwrap(), &["ringer.example".parse().unwrap()]);
        let knows = |host: &str| {
            named.check(&TestRequest::get().insert_header(("host", host)).to_http_request()).is_ok()
        };
        assert!(knows("ringer.example:8443") && knows("RINGER.example"));
        for host in [
            "localhost",
            "127.0.0.1",
            "192.0.2.1",
            "evil.example",
            "a.ringer.example",
            "ringer.example.",
        ] {
            assert!(!knows(host), "{host}");
        }
        let two = TestRequest::get()
            .append_header(("host", "ringer.example"))
            .append_header(("host", "evil.example"));
        assert!(named.check(&two.to_http_request()).is_err());
    }

    #[test]
    fn secrets_are_equal_only_when_every_byte_is() {
        assert!(same_secret("abc", "abc"));
        assert!(!same_secret("abc", "abd") && !same_secret("abc", "ab"));
    }
}
