//! A persistent map from hashes: cheap to clone, so that a view can be kept while the next one is made. Not
//! responsible for hashing: keys are numbers as good as random.
//!
//! Invariant: a clone never changes through its origin, nor the origin through a clone.

use hashbrown::HashTable;
use rayon::prelude::*;
use std::sync::Arc;

/// Tables under a node, and nodes under a map: a change copies one node and one table.
const FAN: usize = 128;

type Table<V> = HashTable<(u64, V)>;

/// Tables, none where nothing is: a clone then has no reference to count.
type Node<V> = Vec<Option<Arc<Table<V>>>>;

/// Values by hash.
#[derive(Debug, Clone)]
pub(in crate::matching) struct Map<V> {
    /// Empty as long as the map is.
    nodes: Vec<Option<Arc<Node<V>>>>,
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

impl<V: Clone + Send + Sync> FromIterator<(u64, V)> for Map<V> {
    /// Of several values under one key, the last. O(n), node by node on all cores.
    fn from_iter<I: IntoIterator<Item = (u64, V)>>(values: I) -> Self {
        let mut parts: Vec<Vec<(u64, V)>> = (0..FAN).map(|_| Vec::new()).collect();
        values.into_iter().for_each(|(key, value)| parts[place(key).0].push((key, value)));
        if parts.iter().all(Vec::is_empty) {
            return Self::default();
        }
        let built: Vec<(Option<Arc<Node<V>>>, usize)> = parts.into_par_iter().map(node).collect();
        let len = built.iter().map(|(_, len)| len).sum();
        Self { nodes: built.into_iter().map(|(node, _)| node).collect(), len }
    }
}

/// A node of these values, and how many keys it has.
fn node<V: Clone>(values: Vec<(u64, V)>) -> (Option<Arc<Node<V>>>, usize) {
    if values.is_empty() {
        return (None, 0);
    }
    let mut sizes = [0_usize; FAN];
    values.iter().for_each(|(key, _)| sizes[place(*key).1] += 1);
    let mut tables: Vec<Table<V>> = sizes.into_iter().map(HashTable::with_capacity).collect();
    let hash = |(k, _): &(u64, V)| spread(*k);
    for (key, value) in values {
        let table = &mut tables[place(key).1];
        match table.find_mut(spread(key), |(k, _)| *k == key) {
            Some((_, known)) => *known = value,
            None => drop(table.insert_unique(spread(key), (key, value), hash)),
        }
    }
    let len = tables.iter().map(HashTable::len).sum();
    let node = tables.into_iter().map(|table| (!table.is_empty()).then(|| Arc::new(table)));
    (Some(Arc::new(node.collect())), len)
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
        let table = self.nodes.get(node)?.as_ref()?[table].as_ref()?;
        table.find(spread(key), |(k, _)| *k == key).map(|(_, v)| v)
    }

    /// The value under a key, to change; put there first where there is none. O(1), and the size of a table where
    /// another clone has it too.
    pub fn entry(&mut self, key: u64, new: impl FnOnce() -> V) -> &mut V {
        if self.nodes.is_empty() {
            self.nodes = (0..FAN).map(|_| None).collect();
        }
        let (node, table) = place(key);
        let node =
            self.nodes[node].get_or_insert_with(|| Arc::new((0..FAN).map(|_| None).collect()));
        let table = Arc::make_mut(node)[table].get_or_insert_default();
        let table = Arc::make_mut(table);
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
        let node = Arc::make_mut(self.nodes.get_mut(node)?.as_mut()?);
        let table = Arc::make_mut(node[table].as_mut()?);
        let found = table.find_entry(spread(key), |(k, _)| *k == key).ok()?;
        self.len -= 1;
        Some(found.remove().0.1)
    }

    /// Every key and value, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &V)> {
        let tables = self.nodes.iter().flatten().flat_map(|node| node.iter().flatten());
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
            let mut plain = BTreeMap::new();
            let mut map: Map<u32> = before.iter().map(|(k, v)| (k << 30, *v)).collect();
            let mut put = Map::default();
            for (k, v) in before {
                put.insert(k << 30, v);
                plain.insert(k << 30, v);
            }
            prop_assert!(map == put && map.len == put.len);
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
