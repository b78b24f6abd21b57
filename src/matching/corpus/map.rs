//! A persistent map from hashes: cheap to clone, so that a view can be kept while the next one is made. Not
//! responsible for hashing: keys are numbers as good as random.
//!
//! Invariant: a clone never changes through its origin, nor the origin through a clone.

use hashbrown::HashTable;
use std::sync::Arc;

/// Tables under a node, and nodes under a map: a change copies one node and one table.
const FAN: usize = 128;

type Table<V> = HashTable<(u64, V)>;

/// Values by hash.
#[derive(Debug, Clone)]
pub(in crate::matching) struct Map<V> {
    /// Empty as long as the map is.
    nodes: Vec<Arc<Vec<Arc<Table<V>>>>>,
    len: usize,
}

impl<V> Default for Map<V> {
    fn default() -> Self {
        Self { nodes: Vec::new(), len: 0 }
    }
}

/// The node and the table of a key.
fn place(key: u64) -> (usize, usize) {
    let bits = (key >> 32) as usize;
    (bits & (FAN - 1), (bits / FAN) & (FAN - 1))
}

/// A table wants the lower and the upper bits of a hash to vary, whatever the keys are.
fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl<V: Clone> FromIterator<(u64, V)> for Map<V> {
    fn from_iter<I: IntoIterator<Item = (u64, V)>>(values: I) -> Self {
        let mut map = Self::default();
        values.into_iter().for_each(|(key, value)| map.insert(key, value));
        map
    }
}

impl<V: Clone + PartialEq> PartialEq for Map<V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<V: Clone> Map<V> {
    /// The value under a key. O(1).
    #[inline]
    #[must_use]
    pub fn get(&self, key: u64) -> Option<&V> {
        let (node, table) = place(key);
        let table = &self.nodes.get(node)?[table];
        table.find(spread(key), |(k, _)| *k == key).map(|(_, v)| v)
    }

    /// The value under a key, to change; put there first where there is none. O(1), and the size of a table where
    /// another clone has it too.
    pub fn entry(&mut self, key: u64, new: impl FnOnce() -> V) -> &mut V {
        if self.nodes.is_empty() {
            // All nodes are one, and all tables, until something is put there.
            let table = Arc::new(HashTable::new());
            let node = Arc::new((0..FAN).map(|_| Arc::clone(&table)).collect());
            self.nodes = (0..FAN).map(|_| Arc::clone(&node)).collect();
        }
        let (node, table) = place(key);
        let table = Arc::make_mut(&mut Arc::make_mut(&mut self.nodes[node])[table]);
        let hash = |(k, _): &(u64, V)| spread(*k);
        let len = &mut self.len;
        let entry = table.entry(spread(key), |(k, _)| *k == key, hash).or_insert_with(|| {
            *len += 1;
            (key, new())
        });
        &mut entry.into_mut().1
    }

    /// Puts a value under a key, in the place of what is there.
    pub fn insert(&mut self, key: u64, value: V) {
        let first = value.clone();
        *self.entry(key, || first) = value;
    }

    /// Takes out what is under a key.
    pub fn remove(&mut self, key: u64) -> Option<V> {
        self.get(key)?;
        let (node, table) = place(key);
        let table = Arc::make_mut(&mut Arc::make_mut(self.nodes.get_mut(node)?)[table]);
        let found = table.find_entry(spread(key), |(k, _)| *k == key).ok()?;
        self.len -= 1;
        Some(found.remove().0.1)
    }

    /// Every key and value, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &V)> {
        let tables = self.nodes.iter().flat_map(|node| node.iter());
        tables.flat_map(|table| table.iter().map(|(k, v)| (*k, v)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_holds_what_a_plain_map_holds_and_a_clone_what_it_held_then(
            before in prop::collection::vec((0_u64..50, any::<u32>()), 0..60),
            after in prop::collection::vec((0_u64..50, prop::option::of(any::<u32>())), 0..60),
        ) {
            let (mut map, mut plain) = (Map::default(), BTreeMap::new());
            for (k, v) in before {
                map.insert(k << 30, v);
                plain.insert(k << 30, v);
            }
            let (kept, was) = (map.clone(), plain.clone());
            for (k, v) in after {
                match v {
                    Some(v) => {
                        map.insert(k << 30, v);
                        plain.insert(k << 30, v);
                    }
                    None => prop_assert_eq!(map.remove(k << 30), plain.remove(&(k << 30))),
                }
            }
            let all = |map: &Map<u32>| map.iter().map(|(k, v)| (k, *v)).collect::<BTreeMap<_, _>>();
            prop_assert_eq!((all(&map), map.len), (plain.clone(), plain.len()));
            prop_assert_eq!(all(&kept), was);
        }
    }
}
