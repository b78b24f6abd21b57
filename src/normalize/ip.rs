//! IP addresses: one text per address, its surrounding network, and whether it identifies anybody
//! at all. Not responsible for who owns an address.
//!
//! Invariant: an IPv4 address mapped into IPv6 is that IPv4 address; an IPv6 host is its /64.

use super::fold::clip;
use crate::model::Ip;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address that a text names; ports, brackets, zones and lists of proxies are taken off.
#[must_use]
pub fn parse(text: &str) -> Option<Ip> {
    let first = clip(text).split(',').next()?.trim().trim_matches('"');
    let (v4, v6) = match address(first)? {
        IpAddr::V4(v4) => (Some(v4), Ipv6Addr::UNSPECIFIED),
        IpAddr::V6(v6) => (v6.to_ipv4_mapped(), v6),
    };
    Some(match v4 {
        Some(v4) => {
            let [a, b, c, d] = v4.octets();
            Ip {
                canonical: dotted([a, b, c, d], ""),
                network: dotted([a, b, c, 0], "/24"),
                private: is_private_v4(v4),
            }
        }
        None => {
            let [a, b, c, d, ..] = v6.segments();
            Ip {
                canonical: format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)).into(),
                network: format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)).into(),
                private: is_private_v6(v6),
            }
        }
    })
}

/// Four octets as a dotted quad, with what follows it.
fn dotted(octets: [u8; 4], end: &str) -> Box<str> {
    let mut text = String::with_capacity(18);
    for (at, octet) in octets.into_iter().enumerate() {
        if at > 0 {
            text.push('.');
        }
        for (unit, over) in [(100, 99), (10, 9), (1, 0)] {
            if octet > over || unit == 1 {
                text.push(char::from(b'0' + octet / unit % 10));
            }
        }
    }
    text.push_str(end);
    text.into()
}

fn address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Some(rest) = text.strip_prefix('[') {
        return without_zone(rest.split(']').next()?).parse().ok();
    }
    match text.matches(':').count() {
        // A port, or a prefix length.
        0 | 1 => text.split([':', '/']).next()?.trim().parse().ok(),
        _ => without_zone(text.split('/').next()?).trim().parse().ok(),
    }
}

fn without_zone(text: &str) -> &str {
    text.split('%').next().unwrap_or(text)
}

/// Ranges that identify nobody; documentation (192.0.2/24, 198.51.100/24, 203.0.113/24) and
/// benchmarking (198.18/15) ranges stay public so that examples and tests work.
fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
}

fn is_private_v6(ip: Ipv6Addr) -> bool {
    let first = ip.segments()[0];
    ip.is_loopback()
        || ip.is_unspecified()
        || ip.is_multicast()
        || (first & 0xfe00) == 0xfc00
        || (first & 0xffc0) == 0xfe80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str, bool)>) {
        let ip = parse(text);
        let got = ip.as_ref().map(|ip| (&*ip.canonical, &*ip.network, ip.private));
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn addresses_are_read_from_what_logs_contain() {
        check("203.0.113.9", Some(("203.0.113.9", "203.0.113.0/24", false)));
        check(" 203.0.113.9:52100 ", Some(("203.0.113.9", "203.0.113.0/24", false)));
        check("203.0.113.9, 10.0.0.1", Some(("203.0.113.9", "203.0.113.0/24", false)));
        check("::ffff:203.0.113.9", Some(("203.0.113.9", "203.0.113.0/24", false)));
        check("2001:DB8:1:2::9", Some(("2001:db8:1:2::/64", "2001:db8:1::/48", false)));
        check("[2001:db8:1:2::9]:443", Some(("2001:db8:1:2::/64", "2001:db8:1::/48", false)));
        check("fe80::1%eth0", Some(("fe80::/64", "fe80::/48", true)));
        check("10.1.2.3", Some(("10.1.2.3", "10.1.2.0/24", true)));
        check("100.64.0.1", Some(("100.64.0.1", "100.64.0.0/24", true)));
        check("198.18.4.4", Some(("198.18.4.4", "198.18.4.0/24", false)));
        check("not an ip", None);
        check("999.1.1.1", None);
        check("", None);
    }
}
