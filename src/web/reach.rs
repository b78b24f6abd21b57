//! How requests come here: by the loopback address, over TLS, or through a proxy that speaks TLS; and so who sent one, and
//! whether the way was safe. Not responsible for the names answered to (`csrf`).
//!
//! What a proxy says of a request is taken from the proxy alone: from an address that is trusted, and from the last entry of
//! its headers, which the proxy itself wrote. Whatever stands before it came from outside.
//!
//! Invariant: nobody but a trusted proxy can make a request look as if it came from elsewhere, or over TLS.

use crate::web::{State, WebError};
use actix_web::{
    HttpRequest,
    http::header::{HeaderMap, HeaderName},
    web,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// How requests come here.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Whether this server speaks TLS itself.
    pub tls: bool,
    /// Whether a proxy stands before it, and which addresses beside loopback it may have.
    pub proxies: Option<Vec<IpAddr>>,
}

/// Who sent a request, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The address it came from.
    pub address: IpAddr,
    /// Whether it came to us, or to the proxy, over TLS.
    pub over_tls: bool,
}

impl Reach {
    /// Whether browsers come over TLS: then cookies and addresses are for that alone.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.tls || self.proxies.is_some()
    }

    /// What an address begins with that browsers write.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.is_secure() { "https" } else { "http" }
    }

    /// Who sent a request, and how.
    ///
    /// # Errors
    /// When two headers of the proxy name different senders: then one of them is not the proxy's.
    pub fn caller(&self, request: &HttpRequest) -> Result<Caller, WebError> {
        let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
        let direct =
            Caller { address: peer.unwrap_or(Ipv4Addr::UNSPECIFIED.into()), over_tls: self.tls };
        match (&self.proxies, peer) {
            (Some(proxies), Some(peer)) if peer.is_loopback() || proxies.contains(&peer) => {
                told(request.headers(), direct)
            }
            _ => Ok(direct),
        }
    }

    /// Who sent a request to the server whose state it carries; whoever is connected where that cannot be told.
    #[must_use]
    pub fn address_of(request: &HttpRequest) -> IpAddr {
        let state = request.app_data::<web::Data<State>>();
        let caller = state.and_then(|state| state.reach.caller(request).ok());
        caller.map_or(Ipv4Addr::UNSPECIFIED.into(), |caller| caller.address)
    }
}

/// What a trusted proxy says of a request that it passes on. One that says nothing of TLS is taken at its word to stand
/// behind TLS: that is what `--behind-proxy` says of it.
fn told(headers: &HeaderMap, proxy: Caller) -> Result<Caller, WebError> {
    let forwarded = last(headers, "forwarded");
    let (mut by_standard, mut proto) = (None, None);
    for pair in forwarded.unwrap_or_default().split(';') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        match name.trim().to_ascii_lowercase().as_str() {
            "for" => by_standard = address(value),
            "proto" => proto = Some(value.trim().trim_matches('"')),
            _ => {}
        }
    }
    let by_custom = last(headers, "x-forwarded-for").and_then(address);
    let custom_proto = last(headers, "x-forwarded-proto");
    let differ = |a: bool, b: bool, same: bool| a && b && !same;
    // A proxy that knows one of the two passes the other on as it came, and anybody can send it.
    if differ(by_custom.is_some(), by_standard.is_some(), by_custom == by_standard)
        || differ(custom_proto.is_some(), proto.is_some(), custom_proto == proto)
    {
        return Err(WebError::BadRequest(
            "Forwarded and X-Forwarded-For or -Proto contradict each other; the proxy has to remove the ones that it does \
             not write itself"
                .to_owned(),
        ));
    }
    let proto = custom_proto.or(proto);
    Ok(Caller {
        address: by_custom.or(by_standard).unwrap_or(proxy.address),
        over_tls: proto.is_none_or(|proto| proto.eq_ignore_ascii_case("https")),
    })
}

/// The last entry of a header that is a list, in however many lines.
fn last<'a>(headers: &'a HeaderMap, name: &'static str) -> Option<&'a str> {
    let line = headers.get_all(HeaderName::from_static(name)).last()?.to_str().ok()?;
    line.rsplit(',').next().map(str::trim).filter(|entry| !entry.is_empty())
}

/// An address as proxies write it: alone, with a port, in brackets, quoted; none for `unknown` and made-up names.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let read = bare.parse().ok().or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    read.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn behind(proxies: &[&str]) -> Reach {
        let proxies = proxies.iter().map(|p| p.parse().unwrap()).collect();
        Reach { tls: false, proxies: Some(proxies) }
    }

    #[track_caller]
    fn seen(reach: &Reach, peer: &str, headers: &[(&'static str, &str)]) -> Option<(String, bool)> {
        let mut request = TestRequest::get().peer_addr(peer.parse().unwrap());
        for &(name, value) in headers {
            request = request.append_header((name, value));
        }
        let caller = reach.caller(&request.to_http_request()).ok()?;
        Some((caller.address.to_string(), caller.over_tls))
    }

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], address: &str, over_tls: bool) {
        let told = seen(&behind(&["192.0.2.9"]), "192.0.2.9:4711", headers);
        assert_eq!(told, Some((address.to_owned(), over_tls)), "{headers:?}");
    }

    #[test]
    fn the_last_entry_is_the_proxys_and_what_stands_before_it_is_not_believed() {
        check(&[("x-forwarded-for", "203.0.113.7")], "203.0.113.7", true);
        check(&[("x-forwarded-for", "127.0.0.1, 203.0.113.7")], "203.0.113.7", true);
        check(
            &[("x-forwarded-for", "127.0.0.1"), ("x-forwarded-for", "203.0.113.7:99")],
            "203.0.113.7",
            true,
        );
        check(
            &[("forwarded", "for=127.0.0.1;proto=https, for=\"[2001:db8::1]:4711\";proto=http")],
            "2001:db8::1",
            false,
        );
        check(&[("x-forwarded-for", "::ffff:203.0.113.7")], "203.0.113.7", true);
        check(
            &[("x-forwarded-for", "203.0.113.7"), ("x-forwarded-proto", "https, http")],
            "203.0.113.7",
            false,
        );
        check(&[("x-forwarded-proto", "HTTPS")], "192.0.2.9", true);
        for junk in ["unknown", "_hidden", "", ",", "\"", "[", "203.0.113.7, evil", "999.1.1.1"] {
            check(&[("x-forwarded-for", junk)], "192.0.2.9", true);
        }
        check(&[("forwarded", ";;=;for;for=;proto")], "192.0.2.9", true);
    }

    #[test]
    fn a_header_that_the_proxy_passed_on_unread_is_no_way_to_look_like_somebody_else() {
        let reach = behind(&[]);
        let both = [("x-forwarded-for", "203.0.113.7"), ("forwarded", "for=127.0.0.1")];
        assert_eq!(seen(&reach, "127.0.0.1:1", &both), None);
        let both = [("x-forwarded-proto", "http"), ("forwarded", "proto=https")];
        assert_eq!(seen(&reach, "127.0.0.1:1", &both), None);
        let agreed = [("x-forwarded-for", "203.0.113.7"), ("forwarded", "for=203.0.113.7")];
        assert_eq!(seen(&reach, "[::1]:1", &agreed), Some(("203.0.113.7".into(), true)));
    }

    #[test]
    fn nobody_but_a_trusted_proxy_is_listened_to() {
        let headers = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https")];
        let direct = |over_tls| Some(("198.51.100.4".to_owned(), over_tls));
        assert_eq!(seen(&behind(&["192.0.2.9"]), "198.51.100.4:1", &headers), direct(false));
        assert_eq!(seen(&Reach::default(), "198.51.100.4:1", &headers), direct(false));
        let tls = Reach { tls: true, proxies: None };
        assert_eq!(seen(&tls, "198.51.100.4:1", &headers), direct(true));
        let loopback = seen(&Reach::default(), "127.0.0.1:1", &[("x-forwarded-for", "192.0.2.1")]);
        assert_eq!(loopback, Some(("127.0.0.1".to_owned(), false)));
    }
}
