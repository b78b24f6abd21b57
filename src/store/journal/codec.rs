//! Facts to payload bytes and back, with schema numbers. Not responsible for blocks and frames.
//!
//! An application is written column by column, since that is nearly all there is and ten times the work otherwise;
//! every other fact is written by postcard. Of an erased fact its kind, its hash and what stays of it are written, so that
//! the hash can be read without the rest. A value that is hexadecimal digits is written as the bytes they stand for.
//!
//! Invariant: `decode(encode(f)) == f`, and whatever bytes come, `decode` answers without panicking. A change of
//! `model::Fact` is a new schema number and one more arm in `decode`.

use crate::{
    model::{Application, Column, Digest, Fact, Fields, ImportId, Source},
    store::{Glance, StoreError},
};
use postcard::take_from_bytes;
use std::collections::BTreeMap;

/// The schema this Ringer writes.
pub(in crate::store) const SCHEMA: u16 = 2;

/// The kind of `Fact::Received`.
pub(in crate::store) const RECEIVED: u8 = 2;

/// The kind of `Fact::ImportWithdrawn`.
const IMPORT_WITHDRAWN: u8 = 11;

/// The kind of `Fact::Erasure`.
const ERASURE: u8 = 19;

/// The kind of `Fact::Erased`.
pub(in crate::store) const ERASED: u8 = 20;

/// Longest payload, in bytes: what a hostile length can make us allocate.
pub(super) const MAX_PAYLOAD: usize = 16 << 20;

/// Shortest value that is looked at for hexadecimal digits, in bytes.
const HEX_FROM: usize = 16;

/// The number a fact's kind has on disk.
pub(in crate::store) fn kind(fact: &Fact) -> u8 {
    match fact {
        Fact::ImportStarted { .. } => 1,
        Fact::Received { .. } => RECEIVED,
        Fact::ImportFinished { .. } => 3,
        Fact::Judged(_) => 4,
        Fact::Withdrawn { .. } => 5,
        Fact::Lineage { .. } => 6,
        Fact::Calibrated { .. } => 7,
        Fact::Checked(_) => 8,
        Fact::Watched { .. } => 9,
        Fact::Unwatched { .. } => 10,
        Fact::ImportWithdrawn { .. } => IMPORT_WITHDRAWN,
        Fact::Case { .. } => 12,
        Fact::PolicySet { .. } => 13,
        Fact::AuditAnchored { .. } => 14,
        Fact::Referred(_) => 15,
        Fact::ReferralWithdrawn { .. } => 16,
        Fact::Held(_) => 17,
        Fact::HoldReleased { .. } => 18,
        Fact::Erasure(_) => ERASURE,
        Fact::Erased { .. } => ERASED,
        Fact::ScheduleSet { .. } => 21,
        Fact::ScheduleTurned { .. } => 22,
        Fact::Reported(_) => 23,
        Fact::Delivered(_) => 24,
        Fact::AlertRuleSet { .. } => 25,
        Fact::AlertRuleTurned { .. } => 26,
        Fact::Alerted(_) => 27,
    }
}

/// Puts the bytes of a fact at the end of `out`, and returns its kind.
///
/// # Errors
/// When they are more than a fact may have.
pub(in crate::store) fn encode(fact: &Fact, out: &mut Vec<u8>) -> Result<u8, StoreError> {
    let before = out.len();
    match fact {
        Fact::Received { import, application } => {
            put_text(out, import.as_str());
            put_application(out, application);
        }
        Fact::Erased { kind, hash, rest } => put_erased(out, *kind, hash, rest.as_deref())?,
        other => {
            let bytes = postcard::to_stdvec(other).map_err(|e| StoreError::Encode {
                what: format!("a fact that does not encode: {e}"),
            })?;
            out.extend_from_slice(&bytes);
        }
    }
    let len = out.len() - before;
    if len > MAX_PAYLOAD {
        let subject = match fact {
            Fact::Received { application, .. } => format!("application {}", application.id),
            _ => "a fact".to_owned(),
        };
        return Err(StoreError::Encode {
            what: format!("{subject} has {len} bytes, at most {MAX_PAYLOAD} fit"),
        });
    }
    Ok(kind(fact))
}

/// The fact that a payload of this kind and schema is.
///
/// # Errors
/// In words, when the bytes are none.
pub(in crate::store) fn decode(
    kind_on_disk: u8,
    schema: u16,
    payload: &[u8],
) -> Result<Fact, String> {
    if schema != SCHEMA {
        return Err(format!(
            "written with schema {schema}, this Ringer knows {SCHEMA}: use the one that wrote it, or its dump"
        ));
    }
    let (fact, rest) = if kind_on_disk == RECEIVED {
        let mut bytes = payload;
        let fact = received(&mut bytes).ok_or("the payload is no application")?;
        (fact, bytes)
    } else if kind_on_disk == ERASED {
        (erased(payload)?, [].as_slice())
    } else {
        take_from_bytes::<Fact>(payload).map_err(|e| format!("the payload is no fact: {e}"))?
    };
    if !rest.is_empty() {
        return Err(format!("{} bytes follow the fact", rest.len()));
    }
    if kind(&fact) != kind_on_disk {
        return Err(format!("kind {kind_on_disk} was announced, the payload is {}", kind(&fact)));
    }
    Ok(fact)
}

/// The same at a glance: of an application no more than which one came, with what, and by which way.
///
/// # Errors
/// In words, when the bytes are no fact, as far as they are looked at.
pub(in crate::store) fn glance(
    kind_on_disk: u8,
    schema: u16,
    payload: &[u8],
) -> Result<Glance, String> {
    if kind_on_disk != RECEIVED || schema != SCHEMA {
        return decode(kind_on_disk, schema, payload).map(Glance::from);
    }
    let mut bytes = payload;
    came(&mut bytes).ok_or_else(|| "the payload is no application".to_owned())
}

/// That an application came: its ids, and of its columns, which stand in their order, no more than those up to the channel.
fn came(bytes: &mut &[u8]) -> Option<Glance> {
    let import = text(bytes)?.parse::<ImportId>().ok()?;
    let application = text(bytes)?.parse().ok()?;
    let _source = (text(bytes)?, number(bytes)?);
    let (mut opening, mut channel, mut hex) = (None, None, String::new());
    for _ in 0..number(bytes)? {
        let (&column, rest) = bytes.split_first()?;
        let column = *Column::ALL.get(usize::from(column))?;
        if column > Column::Channel {
            break;
        }
        *bytes = rest;
        let value = value(bytes, &mut hex)?;
        match column {
            Column::RequisitionId => opening = Some(Box::from(value)),
            Column::Channel => channel = Some(Box::from(value)),
            _ => {}
        }
    }
    Some(Glance::Came { import, application, opening, channel })
}

/// The application id in a payload of kind `RECEIVED`, without decoding the rest; none for other kinds and for
/// bytes that are no fact.
pub(in crate::store) fn received_id(kind: u8, payload: &[u8]) -> Option<&str> {
    if kind != RECEIVED {
        return None;
    }
    let mut bytes = payload;
    text(&mut bytes)?;
    text(&mut bytes)
}

/// What of an erased fact of this kind may stay: not an application, since nothing of one stays, and nothing of what erases.
fn may_stay(kind: u8) -> bool {
    !matches!(kind, 0 | RECEIVED | ERASURE | ERASED)
}

/// `[kind][hash 32][kind of the rest, or 0][payload of the rest]`.
fn put_erased(
    out: &mut Vec<u8>,
    of: u8,
    hash: &Digest,
    rest: Option<&Fact>,
) -> Result<(), StoreError> {
    out.push(of);
    out.extend_from_slice(&hash.0);
    let Some(rest) = rest else {
        out.push(0);
        return Ok(());
    };
    if kind(rest) != of || !may_stay(of) {
        let what = format!("what stays of a fact of kind {of} is of kind {}", kind(rest));
        return Err(StoreError::Encode { what });
    }
    out.push(of);
    encode(rest, out).map(drop)
}

fn erased(payload: &[u8]) -> Result<Fact, String> {
    let cut = || "the payload is no erased fact".to_owned();
    let (&kind, bytes) = payload.split_first().ok_or_else(cut)?;
    let (hash, bytes) = bytes.split_first_chunk::<32>().ok_or_else(cut)?;
    let (&of, bytes) = bytes.split_first().ok_or_else(cut)?;
    let rest = match of {
        0 if bytes.is_empty() => None,
        of if of == kind && may_stay(of) => Some(Box::new(decode(of, SCHEMA, bytes)?)),
        _ => return Err(cut()),
    };
    Ok(Fact::Erased { kind, hash: Digest(*hash), rest })
}

/// The hash of the fact that an erased one stands for, from its payload; none for bytes that are no such fact.
pub(super) fn erased_hash(kind: u8, payload: &[u8]) -> Option<[u8; 32]> {
    let bytes = payload.get(1..).filter(|_| kind == ERASED)?;
    bytes.first_chunk::<32>().copied()
}

/// The import that a payload withdraws; none for other kinds.
///
/// # Errors
/// In words, when the bytes are none.
pub(in crate::store) fn withdrawn_import(
    kind: u8,
    schema: u16,
    payload: &[u8],
) -> Result<Option<ImportId>, String> {
    // What stays of an erased one withdraws as before.
    let withdraws =
        kind == IMPORT_WITHDRAWN || (kind == ERASED && payload.first() == Some(&IMPORT_WITHDRAWN));
    if !withdraws {
        return Ok(None);
    }
    match decode(kind, schema, payload)?.remaining() {
        Some(Fact::ImportWithdrawn { import, .. }) => Ok(Some(import)),
        _ => Ok(None),
    }
}

fn put_application(out: &mut Vec<u8>, application: &Application) {
    let Application { id, fields, extra, nested, source } = application;
    put_text(out, id.as_str());
    put_text(out, &source.file);
    put_number(out, source.row);
    put_number(out, fields.len() as u64);
    for (column, value) in fields.iter() {
        out.push(column as u8);
        put_value(out, value);
    }
    for map in [extra, nested] {
        put_number(out, map.len() as u64);
        for (name, value) in map {
            put_text(out, name);
            put_value(out, value);
        }
    }
}

fn received(bytes: &mut &[u8]) -> Option<Fact> {
    let import = text(bytes)?.parse().ok()?;
    let id = text(bytes)?.parse().ok()?;
    let source = Source { file: text(bytes)?.to_owned(), row: number(bytes)? };
    let columns = usize::try_from(number(bytes)?).ok()?;
    let mut fields = Fields::with_capacity(columns.min(Column::ALL.len()), bytes.len());
    let mut hex = String::new();
    for _ in 0..columns {
        let (&column, rest) = bytes.split_first()?;
        *bytes = rest;
        fields.set(*Column::ALL.get(usize::from(column))?, value(bytes, &mut hex)?);
    }
    let mut map = || {
        let mut map = BTreeMap::new();
        for _ in 0..number(bytes)? {
            let name = text(bytes)?.to_owned();
            map.insert(name, value(bytes, &mut hex)?.to_owned());
        }
        Some(map)
    };
    let (extra, nested) = (map()?, map()?);
    let application = Box::new(Application { id, fields, extra, nested, source });
    Some(Fact::Received { import, application })
}

/// LEB128.
pub(super) fn put_number(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push((n & 0x7f) as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

pub(super) fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut n = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        n |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(n);
        }
    }
    None
}

fn take<'a>(bytes: &mut &'a [u8], len: u64) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(usize::try_from(len).ok()?)?;
    *bytes = rest;
    Some(taken)
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let len = number(bytes)?;
    std::str::from_utf8(take(bytes, len)?).ok()
}

/// A value: twice its length and its bytes; or, where it is an even number of lower-case hexadecimal digits, twice
/// the number of bytes they stand for and one, and those. Hashes are half of what does not compress.
fn put_value(out: &mut Vec<u8>, value: &str) {
    let digits = value.as_bytes();
    let packed = digits.len() >= HEX_FROM
        && digits.len().is_multiple_of(2)
        && digits.iter().take(HEX_FROM).all(|b| nibble(*b).is_some())
        && digits.iter().all(|b| nibble(*b).is_some());
    if !packed {
        put_number(out, 2 * digits.len() as u64);
        out.extend_from_slice(digits);
        return;
    }
    put_number(out, digits.len() as u64 | 1);
    let (pairs, _) = digits.as_chunks::<2>();
    out.extend(pairs.iter().map(|[high, low]| {
        nibble(*high).unwrap_or_default() << 4 | nibble(*low).unwrap_or_default()
    }));
}

/// What `put_value` put; digits are written out in `hex`.
fn value<'b, 'a: 'b>(bytes: &mut &'a [u8], hex: &'b mut String) -> Option<&'b str> {
    let n = number(bytes)?;
    let taken = take(bytes, n / 2)?;
    if n.is_multiple_of(2) {
        return std::str::from_utf8(taken).ok();
    }
    hex.clear();
    for byte in taken {
        for digit in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(u32::from(digit), 16)?);
        }
    }
    Some(hex)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::contract::{received, sample_facts};
    use proptest::prelude::*;

    fn encoded(fact: &Fact) -> (u8, Vec<u8>) {
        let mut bytes = Vec::new();
        (encode(fact, &mut bytes).unwrap(), bytes)
    }

    /// Erased facts, with and without something left.
    fn erased_facts() -> Vec<Fact> {
        let erased = |fact: Fact, stays: bool| Fact::Erased {
            kind: kind(&fact),
            hash: Digest([9; 32]),
            rest: stays.then(|| Box::new(fact)),
        };
        let facts = sample_facts().into_iter();
        facts
            .flat_map(|fact| {
                let stays = may_stay(kind(&fact));
                [Some(erased(fact.clone(), false)), stays.then(|| erased(fact, true))]
            })
            .flatten()
            .collect()
    }

    #[test]
    fn an_erased_fact_has_the_hash_it_says_and_holds_no_application_and_no_other_kind() {
        for fact in erased_facts() {
            let (kind, bytes) = encoded(&fact);
            assert_eq!(erased_hash(kind, &bytes), Some([9; 32]));
        }
        let (received, other) = (sample_facts().remove(1), sample_facts().remove(0));
        for (of, rest) in [(RECEIVED, received), (6, other)] {
            let hash = Digest([9; 32]);
            let fact = Fact::Erased { kind: of, hash, rest: Some(Box::new(rest)) };
            assert!(encode(&fact, &mut Vec::new()).is_err(), "{of}");
        }
        assert!(decode(ERASED, SCHEMA, &[2; 33]).is_err());
    }

    #[test]
    fn every_kind_of_fact_comes_back_as_it_went() {
        let mut kinds = Vec::new();
        for fact in sample_facts().into_iter().chain(erased_facts()) {
            let (kind, bytes) = encoded(&fact);
            assert_eq!(decode(kind, SCHEMA, &bytes), Ok(fact));
            kinds.push(kind);
        }
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds, (1..=27).collect::<Vec<u8>>());
    }

    #[test]
    fn the_id_is_read_from_the_front_of_a_received_application_only() {
        for fact in sample_facts() {
            let (kind, bytes) = encoded(&fact);
            let expected = match &fact {
                Fact::Received { application, .. } => Some(application.id.as_str()),
                _ => None,
            };
            assert_eq!(received_id(kind, &bytes), expected);
        }
    }

    #[test]
    fn a_fact_of_another_schema_or_another_kind_is_named() {
        let (kind, bytes) = encoded(&received("A-1", "x"));
        assert!(decode(kind, 3, &bytes).unwrap_err().contains("schema 3"));
        assert!(decode(5, SCHEMA, &bytes).is_err());
        let (_, judged) = encoded(&sample_facts()[6]);
        assert!(decode(5, SCHEMA, &judged).unwrap_err().contains("kind 5"));
    }

    #[test]
    fn an_application_beyond_the_limit_is_refused_by_name() {
        let fact = received("A-1", &"x".repeat(MAX_PAYLOAD));
        let error = encode(&fact, &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("application A-1"), "{error}");
    }

    #[test]
    fn hashes_take_half_of_their_digits() {
        let sum = |text: &str| encoded(&received("A-1", text)).1.len();
        assert_eq!(sum(&"0123456789abcdef".repeat(4)) - sum(""), 32);
        assert_eq!(sum(&"0123456789ABCDEF".repeat(4)) - sum(""), 64 + 1);
    }

    proptest! {
        #[test]
        fn any_application_comes_back_as_it_went(
            fields in prop::collection::vec((0..Column::ALL.len(), ".{0,30}|[0-9a-f]{14,40}"), 0..30),
            extra in prop::collection::btree_map(".{1,8}", ".{0,8}|[0-9a-f]{16}", 0..4),
            nested in prop::collection::btree_map(".{1,8}", ".{0,8}", 0..4),
            row in any::<u64>(),
        ) {
            let mut fact = received("A-1", "x");
            if let Fact::Received { application, .. } = &mut fact {
                let fields = fields.into_iter().filter_map(|(i, v)| Some((*Column::ALL.get(i)?, v)));
                application.fields = fields.collect();
                application.extra = extra;
                application.nested = nested;
                application.source.row = row;
            }
            let (kind, bytes) = encoded(&fact);
            prop_assert_eq!(decode(kind, SCHEMA, &bytes), Ok(fact));
            for cut in 0..bytes.len() {
                prop_assert!(decode(kind, SCHEMA, &bytes[..cut]).is_err());
            }
        }

        #[test]
        fn hostile_bytes_are_no_panic(kind in 0_u8..16, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = received_id(kind, &bytes);
            let _ = decode(kind, SCHEMA, &bytes);
        }
    }
}
