//! Ids of STIX objects: the same content gives the same id. Not responsible for what content that is.
//!
//! The specification's own observables have the UUIDv5 that it prescribes, so that every producer's id of a mailbox is one
//! id. For all other objects it recommends UUIDv4, whose bits are to be random or pseudo-random: they are taken from a SHA-256
//! of the content, so that a later package of the same ring updates objects and does not double them.
//!
//! Invariant: an id depends on its type and content alone, never on time, place in a list or machine.

use serde_json::{Map, Value};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The namespace of the specification (STIX 2.1, section 2.9), for nothing but its observables:
/// 00abedb4-aa42-466c-9c01-fed23315a9b7.
const OASIS: [u8; 16] = [
    0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7,
];

/// What every content of ours begins with. Another word gives other ids.
const OURS: &str = "ringer:stix:1";

/// Between the parts of a content; in no id and in no name of a type.
const SEPARATOR: char = '\u{1f}';

/// The id of one of the specification's observables, of the properties that contribute to it.
pub(super) fn observable(kind: &str, contributing: &Map<String, Value>) -> String {
    let mut name = String::new();
    canonical_object(contributing, &mut name);
    let digest = Sha1::new().chain_update(OASIS).chain_update(name.as_bytes()).finalize();
    written(kind, &digest, 5)
}

/// The id of any other object, of what it is about.
pub(super) fn derived(kind: &str, content: &[&str]) -> String {
    let mut hash = Sha256::new().chain_update(OURS).chain_update(kind);
    for part in content {
        let mut buffer = [0; 4];
        hash.update(SEPARATOR.encode_utf8(&mut buffer).as_bytes());
        hash.update(part.as_bytes());
    }
    written(kind, &hash.finalize(), 4)
}

/// The first 16 bytes as a UUID of this version, after the type.
fn written(kind: &str, digest: &[u8], version: u8) -> String {
    let mut id = format!("{kind}--");
    for (at, byte) in digest.iter().take(16).enumerate() {
        let byte = match at {
            6 => (byte & 0x0f) | (version << 4),
            8 => (byte & 0x3f) | 0x80,
            _ => *byte,
        };
        if matches!(at, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        id.push_str(&format!("{byte:02x}"));
    }
    id
}

/// The canonical JSON of RFC 8785, for what these objects have: no numbers but whole ones.
pub(super) fn canonical(value: &Value) -> String {
    let mut out = String::new();
    canonical_value(value, &mut out);
    out
}

fn canonical_value(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => canonical_object(map, out),
        Value::Array(list) => {
            out.push('[');
            for (at, item) in list.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                canonical_value(item, out);
            }
            out.push(']');
        }
        // serde_json escapes what RFC 8785 escapes, and in its way.
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string());
        }
    }
}

fn canonical_object(map: &Map<String, Value>, out: &mut String) {
    // By UTF-16 units, as the RFC says; a map of serde_json may be in any order.
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (at, (key, value)) in entries.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        canonical_value(&Value::String(key.clone()), out);
        out.push(':');
        canonical_value(value, out);
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(kind: &str, properties: Value) -> String {
        let Value::Object(map) = properties else { panic!("an object") };
        observable(kind, &map)
    }

    #[test]
    fn ids_of_observables_are_those_of_the_reference_implementation() {
        // As python-stix2 3.0.2 makes them.
        assert_eq!(
            of("email-addr", json!({"value": "john@example.com"})),
            "email-addr--7165e2a9-671f-585d-b1e1-ca59c671d934"
        );
        assert_eq!(
            of(
                "file",
                json!({"hashes": {"SHA-256": "0".repeat(64)}, "name": "a\"\\\n\u{1}é陈.pdf"})
            ),
            "file--c11cbd0e-803d-5271-a512-b8558cbb9ae4"
        );
    }

    #[test]
    fn other_ids_are_of_the_recommended_version_and_tell_parts_apart() {
        let id = derived("note", &["a", "bc"]);
        assert_eq!(id, derived("note", &["a", "bc"]));
        assert_ne!(id, derived("note", &["ab", "c"]));
        assert_ne!(
            id.strip_prefix("note--"),
            derived("report", &["a", "bc"]).strip_prefix("report--")
        );
        let uuid = id.strip_prefix("note--").unwrap();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
    }

    #[test]
    fn canonical_json_has_sorted_keys_and_no_blanks() {
        let value = json!({"b": [1, "x\u{7f}\t"], "a": {"Z": true, "\u{e9}": null}});
        assert_eq!(canonical(&value), "{\"a\":{\"Z\":true,\"é\":null},\"b\":[1,\"x\u{7f}\\t\"]}");
    }
}
