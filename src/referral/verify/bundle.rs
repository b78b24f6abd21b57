//! Whether the STIX bundle is sound: JSON, a bundle, every id once, every reference to something in it. Not responsible for
//! the standard beyond that.
//!
//! Invariant: memory is that of the ids and references, whatever else the bundle holds.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::{collections::BTreeSet, fmt};

/// What was seen of a bundle.
#[derive(Default)]
struct Seen {
    is_bundle: bool,
    ids: BTreeSet<String>,
    refs: BTreeSet<String>,
}

/// Under which key a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Under {
    Other,
    Type,
    Id,
    Ref,
}

/// A value somewhere in the bundle, in so many objects.
struct Node<'s> {
    seen: &'s mut Seen,
    under: Under,
    depth: usize,
}

/// What is wrong with a bundle; none when it is sound. O(bytes).
pub(super) fn problem(bytes: &[u8]) -> Option<String> {
    let mut seen = Seen::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = Node { seen: &mut seen, under: Under::Other, depth: 0 }
        .deserialize(&mut json)
        .and_then(|()| json.end());
    if let Err(error) = read {
        return Some(format!("is no sound bundle: {error}"));
    }
    if !seen.is_bundle {
        return Some("is no STIX bundle".to_owned());
    }
    let lost = seen.refs.difference(&seen.ids).next()?;
    let lost: String = lost.chars().take(120).collect();
    Some(format!("refers to {lost}, which is not in it"))
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match self.under {
            Under::Type => self.seen.is_bundle = text == "bundle",
            Under::Ref => drop(self.seen.refs.insert(text.to_owned())),
            Under::Id => {
                if !self.seen.ids.insert(text.to_owned()) {
                    return Err(E::custom("an object is there twice"));
                }
            }
            Under::Other => {}
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Node { seen, under, depth } = self;
        while items.next_element_seed(Node { seen: &mut *seen, under, depth })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let Node { seen, depth, .. } = self;
        while let Some(key) = entries.next_key::<String>()? {
            let under = match key.as_str() {
                "type" if depth == 0 => Under::Type,
                "id" if depth == 1 => Under::Id,
                key if key.ends_with("_ref") || key.ends_with("_refs") => Under::Ref,
                _ => Under::Other,
            };
            entries.next_value_seed(Node { seen: &mut *seen, under, depth: depth + 1 })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_is_sound_when_everything_it_refers_to_is_in_it() {
        let bundle = |objects: &str| {
            problem(
                format!("{{\"type\":\"bundle\",\"id\":\"b\",\"objects\":[{objects}]}}").as_bytes(),
            )
        };
        let sound = "{\"type\":\"x\",\"id\":\"x--1\"},\
            {\"type\":\"y\",\"id\":\"y--1\",\"object_refs\":[\"x--1\"],\"e\":{\"id\":\"x--1\"},\"n\":[1.5,null]}";
        assert_eq!(bundle(sound), None);
        let lost = bundle("{\"id\":\"y\",\"e\":[{\"src_ref\":\"x--2\"}]}").unwrap();
        assert!(lost.contains("refers to x--2"), "{lost}");
        assert!(bundle("{\"id\":\"y\"},{\"id\":\"y\"}").unwrap().contains("twice"));
        assert!(problem(b"{}").unwrap().contains("no STIX bundle"));
        assert!(problem(b"{\"type\":\"bundle\"} x").unwrap().contains("no sound"));
        assert!(problem("[".repeat(100_000).as_bytes()).is_some());
    }
}
