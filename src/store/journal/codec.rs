//! Facts to payload bytes and back, with schema numbers. Not responsible for frames.
//!
//! Invariant: `decode(encode(f)) == f`, and whatever bytes come, `decode` answers without panicking. A change of
//! `model::Fact` is a new schema number and one more arm in `decode`.

use crate::{model::Fact, store::StoreError};
use postcard::take_from_bytes;

/// The schema this Ringer writes.
pub(in crate::store) const SCHEMA: u16 = 1;

/// The kind of `Fact::Received` in a frame.
pub(super) const RECEIVED: u16 = 2;

/// Longest payload, in bytes: what a hostile length can make us allocate.
pub(super) const MAX_PAYLOAD: usize = 16 << 20;

/// A fact as it goes into a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Encoded {
    pub kind: u16,
    pub schema: u16,
    pub payload: Vec<u8>,
}

/// The number a fact's kind has on disk. 0 is the commit frame's.
fn kind(fact: &Fact) -> u16 {
    match fact {
        Fact::ImportStarted { .. } => 1,
        Fact::Received { .. } => RECEIVED,
        Fact::ImportFinished { .. } => 3,
        Fact::Judged(_) => 4,
        Fact::Withdrawn { .. } => 5,
        Fact::Lineage { .. } => 6,
        Fact::Calibrated { .. } => 7,
    }
}

/// The bytes of a fact.
///
/// # Errors
/// When they are more than a frame may hold.
pub(in crate::store) fn encode(fact: &Fact) -> Result<Encoded, StoreError> {
    let payload = postcard::to_stdvec(fact)
        .map_err(|e| StoreError::Encode { what: format!("a fact that does not encode: {e}") })?;
    if payload.len() > MAX_PAYLOAD {
        let subject = match fact {
            Fact::Received { application, .. } => format!("application {}", application.id),
            _ => "a fact".to_owned(),
        };
        return Err(StoreError::Encode {
            what: format!("{subject} has {} bytes, at most {MAX_PAYLOAD} fit", payload.len()),
        });
    }
    Ok(Encoded { kind: kind(fact), schema: SCHEMA, payload })
}

/// The fact in a frame.
///
/// # Errors
/// In words, when the bytes are none.
pub(in crate::store) fn decode(
    kind_on_disk: u16,
    schema: u16,
    payload: &[u8],
) -> Result<Fact, String> {
    if schema != SCHEMA {
        return Err(format!(
            "written with schema {schema}, this Ringer knows up to {SCHEMA}: use a newer one"
        ));
    }
    let (fact, rest) =
        take_from_bytes::<Fact>(payload).map_err(|e| format!("the payload is no fact: {e}"))?;
    if !rest.is_empty() {
        return Err(format!("{} bytes follow the fact", rest.len()));
    }
    if kind(&fact) != kind_on_disk {
        return Err(format!("the frame says kind {kind_on_disk}, the payload {}", kind(&fact)));
    }
    Ok(fact)
}

/// The application id in a frame of kind `Received`, without decoding the rest; none for other kinds and for
/// bytes that are no fact.
pub(in crate::store) fn received_id(kind: u16, schema: u16, payload: &[u8]) -> Option<&str> {
    if kind != RECEIVED || schema != SCHEMA {
        return None;
    }
    // `Fact::Received { import, application: Application { id, .. } }`: variant number, then two texts.
    let (_variant, rest) = take_from_bytes::<u32>(payload).ok()?;
    let (_import, rest) = take_from_bytes::<&str>(rest).ok()?;
    let (id, _) = take_from_bytes::<&str>(rest).ok()?;
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::{received, sample_facts};
    use proptest::prelude::*;

    #[test]
    fn every_kind_of_fact_comes_back_as_it_went() {
        let mut kinds = Vec::new();
        for fact in sample_facts() {
            let e = encode(&fact).unwrap();
            assert_eq!(decode(e.kind, e.schema, &e.payload), Ok(fact));
            kinds.push(e.kind);
        }
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn the_id_is_read_from_the_front_of_a_received_application_only() {
        for fact in sample_facts() {
            let e = encode(&fact).unwrap();
            let expected = match &fact {
                Fact::Received { application, .. } => Some(application.id.as_str()),
                _ => None,
            };
            assert_eq!(received_id(e.kind, e.schema, &e.payload), expected);
        }
    }

    #[test]
    fn a_fact_of_a_newer_schema_or_another_kind_is_named() {
        let e = encode(&received("A-1", "x")).unwrap();
        assert!(decode(e.kind, 2, &e.payload).unwrap_err().contains("schema 2"));
        assert!(decode(5, 1, &e.payload).unwrap_err().contains("kind 5"));
    }

    #[test]
    fn an_application_beyond_the_limit_is_refused_by_name() {
        let error = encode(&received("A-1", &"x".repeat(MAX_PAYLOAD))).unwrap_err().to_string();
        assert!(error.contains("application A-1"), "{error}");
    }

    proptest! {
        #[test]
        fn hostile_bytes_are_no_panic(kind in 0_u16..8, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = received_id(kind, SCHEMA, &bytes);
            let _ = decode(kind, SCHEMA, &bytes);
        }
    }
}
