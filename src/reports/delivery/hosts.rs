//! Where webhooks may lead. Who adds one is a supervisor or an administrator, or whoever runs the command line; none of them
//! need be trusted with the network that the server stands in. So a webhook leads to public addresses only, unless `[webhook]
//! allow`, a setting of the machine's owner, names its host. Where that list has anything, it is all there is.
//!
//! Names are looked at when they are resolved, and the connection goes to the very addresses that were looked at: a name that
//! leads elsewhere the second time gains nothing. Nobody ever gets to link-local addresses, where clouds give out keys.
//!
//! Invariant: one address that is not allowed refuses them all.

use crate::reports::delivery::trouble::Trouble;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// How far an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Public,
    /// This machine.
    Here,
    /// The network around it.
    Near,
    /// Link-local, multicast, or no address at all.
    Never,
}

/// Whether a webhook may lead there, as far as its URL tells; `allow` are the hosts that were allowed.
///
/// # Errors
/// Why not.
pub(super) fn check(uri: &Uri, allow: &[String]) -> Result<(), Trouble> {
    let host = uri.host().unwrap_or_default();
    match uri.scheme_str() {
        Some("https") => {}
        Some("http") if is_here(host) => {}
        _ => {
            return Err(Trouble::lasting(
                "a webhook has to be https, unless it is on this machine",
            ));
        }
    }
    if allow.is_empty() || is_listed(uri, allow) {
        return Ok(());
    }
    Err(Trouble::passing("its host is not among those that [webhook] allow lists"))
}

fn is_here(host: &str) -> bool {
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || literal.is_ok_and(|ip| ip.is_loopback())
}

/// Whether a host is listed, with or without its port.
fn is_listed(uri: &Uri, allow: &[String]) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
    let ways = [
        host.to_owned(),
        format!("{host}:{port}"),
        format!("[{host}]"),
        format!("[{host}]:{port}"),
    ];
    allow.iter().any(|listed| ways.iter().any(|way| listed.eq_ignore_ascii_case(way)))
}

fn place(ip: IpAddr) -> Place {
    match ip {
        IpAddr::V4(ip) => place_v4(ip),
        IpAddr::V6(ip) => place_v6(ip),
    }
}

fn place_v4(ip: Ipv4Addr) -> Place {
    let [a, b, c, _] = ip.octets();
    match (a, b, c) {
        (127, ..) => Place::Here,
        (0 | 224..=255, ..) | (169, 254, _) => Place::Never,
        (10, ..)
        | (172, 16..=31, _)
        | (192, 168, _)
        | (192, 0, 0)
        | (100, 64..=127, _)
        | (198, 18 | 19, _) => Place::Near,
        _ => Place::Public,
    }
}

fn place_v6(ip: Ipv6Addr) -> Place {
    if ip == Ipv6Addr::LOCALHOST {
        return Place::Here;
    }
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let within = |high: u16, low: u16| {
        let ([w, x], [y, z]) = (high.to_be_bytes(), low.to_be_bytes());
        place_v4(Ipv4Addr::new(w, x, y, z))
    };
    match (a, b, c, d, e, f) {
        // Addresses that are others in disguise: mapped, compatible, by NAT64, by 6to4.
        (0, 0, 0, 0, 0, 0xffff | 0) | (0x64, 0xff9b, 0, 0, 0, 0) => within(g, h),
        (0x2002, ..) => within(b, c),
        (0xfe80..=0xfebf | 0xff00.., ..) => Place::Never,
        (0xfc00..=0xfdff | 0xfec0..=0xfeff, ..) | (0x64, 0xff9b, ..) => Place::Near,
        _ => Place::Public,
    }
}

/// Resolves names, and refuses addresses that are not allowed.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) allow: Vec<String>,
    pub(super) names: DefaultResolver,
}

/// Why a name is not followed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(pub(super) &'static str);

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        let is_listed = is_listed(uri, &self.allow);
        for address in found.iter() {
            if let Some(why) =
                refusal(place(address.ip()), is_listed, uri.scheme_str() == Some("http"))
            {
                return Err(Error::Other(Box::new(Refused(why))));
            }
        }
        Ok(found)
    }
}

fn refusal(place: Place, is_listed: bool, in_clear: bool) -> Option<&'static str> {
    match place {
        Place::Never => Some("its host has an address that no webhook may lead to"),
        _ if in_clear && place != Place::Here => {
            Some("a webhook has to be https, unless it is on this machine")
        }
        Place::Here | Place::Near if !is_listed => {
            Some("its host has a private address; list it in [webhook] allow if it is meant to")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart_in_every_disguise() {
        for (text, expected) in [
            ("192.0.2.7", Place::Public),
            ("172.32.0.1", Place::Public),
            ("2001:db8::7", Place::Public),
            ("127.0.0.1", Place::Here),
            ("127.9.9.9", Place::Here),
            ("::1", Place::Here),
            ("::ffff:127.0.0.1", Place::Here),
            ("10.0.0.1", Place::Near),
            ("172.16.0.1", Place::Near),
            ("192.168.1.1", Place::Near),
            ("100.100.100.200", Place::Near),
            ("fd00:ec2::254", Place::Near),
            ("::ffff:10.0.0.1", Place::Near),
            ("64:ff9b::10.0.0.1", Place::Near),
            ("2002:0a00:0001::1", Place::Near),
            ("169.254.169.254", Place::Never),
            ("::ffff:169.254.169.254", Place::Never),
            ("64:ff9b::169.254.169.254", Place::Never),
            ("fe80::1", Place::Never),
            ("0.0.0.0", Place::Never),
            ("::", Place::Never),
            ("224.0.0.1", Place::Never),
            ("255.255.255.255", Place::Never),
            ("ff02::1", Place::Never),
        ] {
            assert_eq!(place(text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn private_addresses_are_for_hosts_that_were_allowed_and_some_for_nobody() {
        for place in [Place::Here, Place::Near] {
            assert!(
                refusal(place, false, false).is_some() && refusal(place, true, false).is_none()
            );
        }
        assert!(refusal(Place::Public, false, false).is_none());
        assert!(refusal(Place::Public, true, true).is_some(), "in clear to this machine only");
        assert!(refusal(Place::Near, true, true).is_some());
        assert!(refusal(Place::Here, true, true).is_none());
        assert!(refusal(Place::Never, true, false).is_some());
    }

    #[test]
    fn a_url_is_https_and_its_host_is_listed_where_there_is_a_list() {
        let check = |url: &str, allow: &[&str]| {
            let allow: Vec<String> = allow.iter().map(|host| (*host).to_owned()).collect();
            check(&url.parse().unwrap(), &allow).map_err(|trouble| trouble.is_final)
        };
        assert_eq!(check("https://hooks.example.com/x", &[]), Ok(()));
        assert_eq!(check("http://hooks.example.com/x", &[]), Err(true));
        assert_eq!(check("http://localhost.example.com/x", &[]), Err(true));
        for here in ["http://localhost:9/x", "http://127.0.0.1/x", "http://[::1]:9/x"] {
            assert_eq!(check(here, &[]), Ok(()), "{here}");
        }
        let list = ["hooks.example.com", "192.0.2.1:8443", "::1"];
        assert_eq!(check("https://HOOKS.example.com:1/x", &list), Ok(()));
        assert_eq!(check("https://192.0.2.1:8443/", &list), Ok(()));
        assert_eq!(check("http://[::1]:9/x", &list), Ok(()));
        for other in ["https://192.0.2.1/", "https://example.com/", "https://xhooks.example.com/"] {
            assert_eq!(check(other, &list), Err(false), "{other}");
        }
    }
}
