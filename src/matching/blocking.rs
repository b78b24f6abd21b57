//! Blocking: which applications are worth comparing. Not responsible for comparing them.
//!
//! Every application has keys; those with a key in common form a block. A block that is too large is not dropped
//! but refined by a second key; what is left uncompared is counted.
//!
//! Invariant: the pairs depend only on the set of applications. Source: the standard blocking of record linkage
//! (Christen, *Data Matching*, 2012, chapter 4), with several keys so that no single typo hides a pair.

use crate::{
    matching::Corpus,
    model::{AppIx, Normalized},
    reference::names::clusters,
};
use rayon::prelude::*;
use rphonetic::{DoubleMetaphone, Encoder};
use xxhash_rust::xxh3::Xxh3;

/// Pairs of applications worth comparing.
#[derive(Debug, Default)]
pub struct Candidates {
    /// The pairs, smaller index first, sorted, without repeats.
    pub pairs: Vec<(AppIx, AppIx)>,
    /// Pairs of blocks that stayed too large even when refined, and so were not proposed by them.
    pub uncompared: u64,
}

/// Hashes parts under a tag, with a separator that no part contains.
#[must_use]
pub fn key(tag: u8, parts: &[&str]) -> u64 {
    let mut hash = Xxh3::with_seed(u64::from(tag));
    for part in parts {
        hash.update(part.as_bytes());
        hash.update(&[0x1f]);
    }
    hash.digest()
}

/// How a token sounds, and the alias groups it belongs to: what a key holds in place of its spelling.
fn sounds(encoder: &DoubleMetaphone, token: &str) -> Vec<String> {
    let mut sounds: Vec<String> = clusters(token).iter().take(3).map(u32::to_string).collect();
    let sound = encoder.encode(token);
    sounds.push(if sound.is_empty() { token.to_owned() } else { sound });
    sounds
}

/// The blocking keys of an application for "one person?".
#[must_use]
pub fn identity_keys(n: &Normalized) -> Vec<u64> {
    let encoder = DoubleMetaphone::default();
    let mut keys: Vec<u64> = Vec::with_capacity(40);
    let tokens: Vec<Vec<String>> = n
        .name
        .iter()
        .flat_map(|name| name.tokens.iter())
        .filter(|t| t.len() > 1)
        .take(4)
        .map(|t| sounds(&encoder, t))
        .collect();
    let all: Vec<&str> = tokens.iter().flatten().map(String::as_str).collect();
    if let Some(email) = &n.email {
        keys.push(key(1, &[&email.canonical]));
        if email.stem.len() >= 5 {
            keys.push(key(2, &[&email.stem]));
        }
    }
    if let Some(phone) = &n.phone {
        keys.push(key(3, &[&phone.e164]));
        let tail = phone.e164.get(phone.e164.len().saturating_sub(4)..).unwrap_or("");
        keys.extend(all.iter().map(|t| key(4, &[t, tail])));
    }
    keys.extend(n.profiles.iter().map(|p| key(5, &[&p.platform, &p.handle])));
    if let Some(id) = &n.national_id {
        keys.push(key(6, &[id]));
    }
    if let Some(date) = n.birth_date {
        let text = date.to_string();
        keys.push(key(7, &[&text]));
        let month = date.month.map_or_else(String::new, |m| m.to_string());
        let day = date.day.map_or_else(String::new, |d| d.to_string());
        let year = date.year.to_string();
        for t in &all {
            keys.push(key(8, &[t, &year, &month]));
            keys.push(key(
                9,
                &[t, &month.clone().min(day.clone()), &month.clone().max(day.clone())],
            ));
            keys.push(key(10, &[t, &year]));
        }
    }
    for (i, first) in tokens.iter().enumerate() {
        for second in tokens.iter().skip(i + 1) {
            for x in first {
                keys.extend(second.iter().map(|y| key(11, &[x.min(y), x.max(y)])));
            }
        }
    }
    if let Some(home) = &n.home {
        if !home.building.is_empty() {
            keys.push(key(12, &[&home.building]));
        }
        if let Some(postal) = &home.postal_code {
            keys.extend(all.iter().map(|t| key(13, &[t, postal])));
            if let Some(number) = &home.number {
                keys.push(key(14, &[number, postal]));
            }
        }
        if let (Some(street), Some(number)) = (&home.street, &home.number) {
            keys.push(key(15, &[street, number]));
        }
        if let Some(city) = &home.city {
            keys.extend(all.iter().map(|t| key(16, &[t, city])));
        }
    }
    for school in n.education.iter().filter_map(|e| Some((e.institution.as_ref()?, e.end))) {
        let year = school.1.map_or_else(String::new, |d| d.year.to_string());
        keys.extend(all.iter().map(|t| key(17, &[t, &school.0.key, &year])));
    }
    for employer in n.employment.iter().filter_map(|e| e.employer.as_ref()) {
        keys.extend(all.iter().map(|t| key(18, &[t, &employer.key])));
    }
    if let Some(device) = &n.device {
        keys.push(key(19, &[device]));
    }
    keys.extend(n.documents.iter().map(|d| key(20, &[&d.value])));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The second keys a large block is refined by.
fn second_keys(n: &Normalized) -> Vec<u64> {
    let mut keys = Vec::with_capacity(10);
    let mut put = |tag: u8, value: Option<&str>| {
        if let Some(value) = value {
            keys.push(key(tag, &[value]));
        }
    };
    put(101, n.email.as_ref().map(|e| &*e.stem));
    put(102, n.phone.as_ref().map(|p| &*p.block));
    let home = n.home.as_ref();
    put(103, home.and_then(|h| h.postal_code.as_deref()));
    put(104, home.and_then(|h| h.city.as_deref()));
    put(105, n.education.first().and_then(|e| e.institution.as_ref()).map(|o| &*o.key));
    put(106, n.employment.first().and_then(|e| e.employer.as_ref()).map(|o| &*o.key));
    put(107, n.birth_date.map(|d| d.to_string()).as_deref());
    put(108, n.name.as_ref().map(|name| name.tokens.join(" ")).as_deref());
    put(109, n.device.as_deref());
    put(110, n.ip.as_ref().map(|ip| &*ip.canonical));
    keys
}

/// The pairs that share a key, from `(key, member)` entries in any order. Blocks of more than `limit` members are
/// refined by `refine`; a part that is still too large is left out and counted. O(n log n + pairs).
#[must_use]
pub fn pairs_within(
    mut entries: Vec<(u64, u32)>,
    limit: usize,
    refine: impl Fn(u32) -> Vec<u64>,
) -> (Vec<(u32, u32)>, u64) {
    entries.par_sort_unstable();
    entries.dedup();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let mut large: Vec<(u64, u32)> = Vec::new();
    let mut uncompared = 0_u64;
    for block in entries.chunk_by(|a, b| a.0 == b.0) {
        if block.len() <= limit {
            all_pairs(block, &mut pairs);
        } else {
            for &(k, member) in block {
                large.extend(refine(member).into_iter().map(|s| (k.rotate_left(17) ^ s, member)));
            }
        }
    }
    large.par_sort_unstable();
    for block in large.chunk_by(|a, b| a.0 == b.0) {
        if block.len() <= limit {
            all_pairs(block, &mut pairs);
        } else {
            let n = block.len() as u64;
            uncompared += n * (n - 1) / 2;
        }
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    (pairs, uncompared)
}

fn all_pairs(block: &[(u64, u32)], pairs: &mut Vec<(u32, u32)>) {
    for (i, (_, a)) in block.iter().enumerate() {
        for (_, b) in &block[i + 1..] {
            if a != b {
                pairs.push((*a.min(b), *a.max(b)));
            }
        }
    }
}

/// Pairs of applications that may be one person's.
#[must_use]
pub fn identity_candidates(corpus: &Corpus, limit: usize) -> Candidates {
    let entries: Vec<(u64, u32)> = corpus
        .applications()
        .par_iter()
        .enumerate()
        .flat_map_iter(|(i, n)| {
            let member = AppIx::new(i).0;
            identity_keys(n).into_iter().map(move |k| (k, member))
        })
        .collect();
    let (pairs, uncompared) =
        pairs_within(entries, limit, |member| second_keys(corpus.application(AppIx(member))));
    Candidates { pairs: pairs.into_iter().map(|(a, b)| (AppIx(a), AppIx(b))).collect(), uncompared }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_blocks_are_paired_and_large_ones_refined_or_counted() {
        let small = vec![(7, 1), (7, 2), (7, 3), (8, 9)];
        assert_eq!(pairs_within(small, 3, |_| vec![]).0, [(1, 2), (1, 3), (2, 3)]);
        let large: Vec<(u64, u32)> = (0..10).map(|m| (7, m)).collect();
        let (pairs, uncompared) = pairs_within(large.clone(), 3, |m| vec![u64::from(m / 2)]);
        assert_eq!(pairs, [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]);
        assert_eq!(uncompared, 0);
        assert_eq!(pairs_within(large, 3, |_| vec![1]), (vec![], 45));
    }

    #[test]
    fn keys_separate_their_parts() {
        assert_ne!(key(1, &["ab", "c"]), key(1, &["a", "bc"]));
        assert_ne!(key(1, &["a"]), key(2, &["a"]));
    }
}
