//! The values of an application's columns, in one text. Not responsible for what a value means, nor for columns
//! that Ringer does not know.
//!
//! Invariant: the columns ascend and none occurs twice; two are equal when they say the same, however they were
//! put together.

use crate::model::Column;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, MapAccess, Visitor},
    ser::SerializeMap,
};
use std::{collections::BTreeMap, fmt};

/// Values by column. A row of thirty cells is two pieces of memory, where a map of texts would be thirty.
///
/// More than 4 GiB in all are not kept; no format lets a row come near it.
#[derive(Clone, Default)]
pub struct Fields {
    text: String,
    /// By column.
    places: Vec<Place>,
}

/// Where in the text a value is.
#[derive(Clone, Copy)]
struct Place {
    column: Column,
    start: u32,
    len: u32,
}

impl Fields {
    /// None yet, with room for so many columns and bytes.
    #[must_use]
    pub fn with_capacity(columns: usize, bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), places: Vec::with_capacity(columns) }
    }

    /// How many columns have a value.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// All values in one, those that were set again too: for what can be asked of all of them at once.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether no column has one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The value of a column. O(log columns).
    #[must_use]
    pub fn get(&self, column: Column) -> Option<&str> {
        let at = self.at(column).ok()?;
        self.places.get(at).map(|place| self.value(place))
    }

    /// The value of every column, at the position it has in [`Column::ALL`]: for who asks for most of them.
    #[must_use]
    pub fn by_column(&self) -> [Option<&str>; Column::ALL.len()] {
        let mut all = [None; Column::ALL.len()];
        for place in &self.places {
            if let Some(slot) = all.get_mut(place.column as usize) {
                *slot = Some(self.value(place));
            }
        }
        all
    }

    /// Gives a column a value, instead of the one it has. O(1) in the order of columns.
    pub fn set(&mut self, column: Column, value: &str) {
        let (Ok(start), Ok(len)) = (u32::try_from(self.text.len()), u32::try_from(value.len()))
        else {
            return;
        };
        if start.checked_add(len).is_none() {
            return;
        }
        self.text.push_str(value);
        let place = Place { column, start, len };
        match self.at(column) {
            Ok(at) => {
                if let Some(old) = self.places.get_mut(at) {
                    *old = place;
                }
            }
            Err(at) => self.places.insert(at, place),
        }
    }

    /// Values by column, ascending.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Column, &str)> {
        self.places.iter().map(|place| (place.column, self.value(place)))
    }

    /// Where a column is, or would be. Most come in order, so the end is tried first.
    fn at(&self, column: Column) -> Result<usize, usize> {
        match self.places.last() {
            None => Err(0),
            Some(last) if last.column < column => Err(self.places.len()),
            _ => self.places.binary_search_by_key(&column, |place| place.column),
        }
    }

    fn value(&self, place: &Place) -> &str {
        let start = place.start as usize;
        self.text.get(start..start + place.len as usize).unwrap_or_default()
    }
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Fields {}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<S: AsRef<str>> FromIterator<(Column, S)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Column, S)>>(values: I) -> Self {
        let mut fields = Self::default();
        for (column, value) in values {
            fields.set(column, value.as_ref());
        }
        fields
    }
}

impl<S: AsRef<str>, const N: usize> From<[(Column, S); N]> for Fields {
    fn from(values: [(Column, S); N]) -> Self {
        values.into_iter().collect()
    }
}

impl<S: AsRef<str>> From<BTreeMap<Column, S>> for Fields {
    fn from(values: BTreeMap<Column, S>) -> Self {
        values.into_iter().collect()
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (column, value) in self.iter() {
            map.serialize_entry(&column, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values by column")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let columns = map.size_hint().unwrap_or(0).min(Column::ALL.len());
        let mut fields = Fields::with_capacity(columns, 1024);
        while let Some(column) = map.next_key::<Column>()? {
            map.next_value_seed(Set(&mut fields, column))?;
        }
        Ok(fields)
    }
}

/// Puts a value where it belongs without a text of its own.
struct Set<'a>(&'a mut Fields, Column);

impl<'de> DeserializeSeed<'de> for Set<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Set<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.0.set(self.1, value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_column_that_is_set_again_has_its_last_value() {
        let mut fields = Fields::from([(Column::Phone, "1"), (Column::Email, "a@example.com")]);
        fields.set(Column::Phone, "202-555-0100");
        assert_eq!(fields.get(Column::Phone), Some("202-555-0100"));
        assert_eq!(fields.get(Column::City), None);
        assert_eq!(
            fields,
            Fields::from([(Column::Email, "a@example.com"), (Column::Phone, "202-555-0100")])
        );
    }

    proptest! {
        #[test]
        fn values_are_those_of_a_map_in_memory_in_json_and_in_bytes(
            values in prop::collection::vec((0..Column::ALL.len(), ".{0,12}"), 0..40)
        ) {
            let values = values.into_iter().filter_map(|(i, v)| Some((*Column::ALL.get(i)?, v)));
            let values: Vec<(Column, String)> = values.collect();
            let map: BTreeMap<Column, String> = values.iter().cloned().collect();
            let fields: Fields = values.into_iter().collect();
            let pairs = map.iter().map(|(c, v)| (*c, v.as_str()));
            prop_assert!(fields.iter().eq(pairs));
            for (i, &column) in Column::ALL.iter().enumerate() {
                let expected = map.get(&column).map(String::as_str);
                prop_assert_eq!(fields.get(column), expected);
                prop_assert_eq!(fields.by_column()[i], expected);
            }
            let json = serde_json::to_string(&fields).unwrap();
            prop_assert_eq!(&json, &serde_json::to_string(&map).unwrap());
            prop_assert_eq!(&serde_json::from_str::<Fields>(&json).unwrap(), &fields);
            let bytes = postcard::to_stdvec(&fields).unwrap();
            prop_assert_eq!(&bytes, &postcard::to_stdvec(&map).unwrap());
            prop_assert_eq!(&postcard::from_bytes::<Fields>(&bytes).unwrap(), &fields);
        }
    }
}
