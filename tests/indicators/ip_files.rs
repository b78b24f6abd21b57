//! Files of IP addresses: small ones in MaxMind's format are written here, read, and broken in every way.

use ringer::indicators::{IpFacts, IpFiles, IpIntel, IpKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A value of the format.
enum Value {
    Text(&'static str),
    Short(u16),
    Number(u32),
    Long(u64),
    Flag(bool),
    Map(Vec<(&'static str, Value)>),
    List(Vec<Value>),
}

use Value::{Flag, List, Long, Map, Number, Short, Text};

/// Control byte, with the second one for types above 7 and a third for sizes above 28.
fn control(kind: u8, size: usize, out: &mut Vec<u8>) {
    let (short, more) = if size < 29 { (size, None) } else { (29, Some(size - 29)) };
    let short = u8::try_from(short).unwrap();
    if kind > 7 {
        out.extend([short, kind - 7]);
    } else {
        out.push(kind << 5 | short);
    }
    out.extend(more.map(|n| u8::try_from(n).unwrap()));
}

fn encode(value: &Value, out: &mut Vec<u8>) {
    let text = |text: &str, out: &mut Vec<u8>| {
        control(2, text.len(), out);
        out.extend(text.as_bytes());
    };
    match value {
        Text(value) => text(value, out),
        Number(number) => {
            control(6, 4, out);
            out.extend(number.to_be_bytes());
        }
        Short(number) => {
            control(5, 2, out);
            out.extend(number.to_be_bytes());
        }
        Long(number) => {
            control(9, 8, out);
            out.extend(number.to_be_bytes());
        }
        Flag(flag) => control(14, usize::from(*flag), out),
        Map(entries) => {
            control(7, entries.len(), out);
            for (key, value) in entries {
                text(key, out);
                encode(value, out);
            }
        }
        List(values) => {
            control(11, values.len(), out);
            values.iter().for_each(|value| encode(value, out));
        }
    }
}

/// Where a record of the tree leads.
#[derive(Clone, Copy)]
enum Slot {
    Nothing,
    Node(usize),
    Data(usize),
}

/// A file with records of 24 bits that says these things of these networks.
fn file(networks: Vec<(&str, Value)>) -> Vec<u8> {
    let mut nodes = vec![[Slot::Nothing; 2]];
    let mut data = Vec::new();
    for (network, value) in networks {
        let (address, length) = network.split_once('/').unwrap();
        let mut length: usize = length.parse().unwrap();
        let bits = match address.parse().unwrap() {
            IpAddr::V4(v4) => {
                length += 96;
                u128::from(v4.to_bits())
            }
            IpAddr::V6(v6) => v6.to_bits(),
        };
        let offset = data.len();
        encode(&value, &mut data);
        let mut node = 0;
        for depth in 0..length {
            let side = usize::from((bits >> (127 - depth)) & 1 == 1);
            if depth + 1 == length {
                nodes[node][side] = Slot::Data(offset);
            } else if let Slot::Node(next) = nodes[node][side] {
                node = next;
            } else {
                nodes.push([Slot::Nothing; 2]);
                let next = nodes.len() - 1;
                nodes[node][side] = Slot::Node(next);
                node = next;
            }
        }
    }
    let count = nodes.len();
    let record = |slot| match slot {
        Slot::Nothing => count,
        Slot::Node(node) => node,
        Slot::Data(offset) => count + 16 + offset,
    };
    let mut out = Vec::new();
    for slot in nodes.into_iter().flatten() {
        out.extend(&u32::try_from(record(slot)).unwrap().to_be_bytes()[1..]);
    }
    out.extend([0; 16]);
    out.extend(data);
    out.extend(b"\xab\xcd\xefMaxMind.com");
    let metadata = Map(vec![
        ("binary_format_major_version", Short(2)),
        ("binary_format_minor_version", Short(0)),
        ("build_epoch", Long(1_795_392_000)),
        ("database_type", Text("Example-Test")),
        ("description", Map(vec![])),
        ("ip_version", Short(6)),
        ("languages", List(vec![])),
        ("node_count", Number(u32::try_from(count).unwrap())),
        ("record_size", Short(24)),
    ]);
    encode(&metadata, &mut out);
    out
}

fn countries() -> Vec<u8> {
    let of = |code| Map(vec![("country", Map(vec![("iso_code", Text(code))]))]);
    let state = List(vec![Map(vec![("iso_code", Text("OH"))])]);
    let ohio = Map(vec![("country", Map(vec![("iso_code", Text("US"))])), ("subdivisions", state)]);
    file(vec![
        ("192.0.2.0/24", of("DE")),
        ("198.51.100.0/24", ohio),
        ("203.0.113.0/24", Map(vec![("country_code", Text("kr"))])),
        ("2001:db8:1::/48", of("FR")),
    ])
}

fn networks() -> Vec<u8> {
    let of = |number, name| {
        Map(vec![
            ("autonomous_system_number", Number(number)),
            ("autonomous_system_organization", Text(name)),
        ])
    };
    file(vec![
        ("192.0.2.0/25", of(64_500, "Example Net")),
        ("192.0.2.128/25", of(16_509, "Example Cloud")),
        ("203.0.113.0/24", Map(vec![("asn", Text("AS64501")), ("as_name", Text("Other Net"))])),
        ("198.51.100.0/25", Map(vec![("is_anonymous_vpn", Flag(true))])),
        ("198.51.100.128/25", Map(vec![("traits", Map(vec![("user_type", Text("cellular"))]))])),
    ])
}

fn both() -> IpFiles {
    let mut files = IpFiles::new();
    files.add("countries.mmdb", countries()).unwrap();
    files.add("networks.mmdb", networks()).unwrap();
    files
}

#[test]
fn several_files_together_tell_country_region_network_and_kind() {
    let files = both();
    let text = |text: &str| Some(text.to_owned());
    let known = IpFacts {
        country: text("DE"),
        asn: Some(64_500),
        organization: text("Example Net"),
        ..IpFacts::default()
    };
    assert_eq!(files.look_up("192.0.2.7"), known);
    assert_eq!(files.look_up("::ffff:192.0.2.7"), known);
    assert_eq!(files.look_up(" 192.0.2.7:4711"), known);
    // The class of the network is that of the embedded list.
    assert_eq!(files.look_up("192.0.2.200").kind, Some(IpKind::Hosting));
    let vpn = files.look_up("198.51.100.1");
    assert_eq!((vpn.country, vpn.region, vpn.kind), (text("US"), text("OH"), Some(IpKind::Vpn)));
    assert_eq!(files.look_up("198.51.100.200").kind, Some(IpKind::Mobile));
    let other = files.look_up("203.0.113.9");
    assert_eq!((other.country, other.asn), (text("KR"), Some(64_501)));
    for v6 in ["2001:db8:1:2::9", "2001:db8:1:2::/64"] {
        assert_eq!(files.look_up(v6).country, text("FR"), "{v6}");
    }
    let about: Vec<_> = files.about().collect();
    assert_eq!(about, [("Example-Test", 1_795_392_000); 2]);
}

#[test]
fn what_no_file_tells_is_unknown() {
    for ip in ["8.8.8.8", "2001:db8:2::1", "", "no address", "300.1.1.1", "192.0.2"] {
        assert_eq!(both().look_up(ip), IpFacts::default(), "{ip}");
    }
    assert_eq!(IpFiles::new().look_up("192.0.2.7"), IpFacts::default());
}

#[test]
fn bytes_that_are_no_such_file_are_an_error_that_names_it() {
    for bytes in [&b""[..], b"ip,country\n192.0.2.7,DE\n", b"\xab\xcd\xefMaxMind.com"] {
        let error = IpFiles::new().add("country.csv", bytes.to_vec()).unwrap_err();
        assert!(error.to_string().starts_with("country.csv is no file"), "{error}");
    }
}

/// Opens bytes and asks for addresses of all parts of the tree, as often as there is something to be found.
fn try_out(bytes: Vec<u8>) -> bool {
    let mut files = IpFiles::new();
    let opened = files.add("x.mmdb", bytes).is_ok();
    for last in [0, 7, 127, 128, 255] {
        for [a, b, c] in [[192, 0, 2], [198, 51, 100], [203, 0, 113], [0, 0, 0]] {
            let _ = files.look_up(&Ipv4Addr::new(a, b, c, last).to_string());
        }
        let _ =
            files.look_up(&Ipv6Addr::new(0x2001, 0xdb8, 1, last.into(), 0, 0, 0, 1).to_string());
    }
    let _ = files.about().count();
    opened
}

#[test]
fn no_broken_file_makes_it_panic() {
    for whole in [countries(), networks()] {
        assert!(try_out(whole.clone()));
        for length in 0..whole.len() {
            assert!(!try_out(whole[..length].to_vec()), "cut off after {length} bytes");
        }
        for at in 0..whole.len() {
            for value in [0, 1, 0x1f, 0x20, 0x3f, 0x7f, 0x80, 0xe0, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                try_out(bytes);
            }
        }
        // A xorshift generator: several bytes at once, the same ones every time.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..3_000 {
            let mut bytes = whole.clone();
            for _ in 0..6 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let at = usize::try_from(state % bytes.len() as u64).unwrap();
                bytes[at] = state.to_be_bytes()[0];
            }
            try_out(bytes);
        }
    }
}
