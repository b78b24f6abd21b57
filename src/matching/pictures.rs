//! Which applications show nearly the same picture, and how many do: a picture that is saved again looks the same and
//! is another file, so that a default portrait has hundreds of users and no two with the same file. Not responsible
//! for what a picture in common is worth (`features::photo`, `background`).
//!
//! The users of a picture are those of whose pictures it differs by no more than two looks at one picture do; each
//! picture is the middle of its own neighbourhood, so that no chain of small steps joins different ones.
//!
//! Invariant: depends on the pictures alone, not on their order.

use crate::{
    matching::{
        Corpus, Index,
        blocking::key,
        corpus::App,
        features::photo::{self, NEAR},
        gathering::Gathered,
        link_candidates::{BANDS, bands},
    },
    model::AppIx,
};
use rayon::prelude::*;

/// Pictures that agree in two bytes up to which all are compared with one another; of more each with as many of the
/// next, which is enough to see that they are many.
const ALL: usize = 2_000;

/// The series of a picture: everything that looks like it.
#[must_use]
pub fn series(app: &App<'_>) -> Option<u64> {
    Some(of(photo::usable(app)?))
}

/// The series of a picture of this hash.
#[must_use]
pub fn of(hash: u64) -> u64 {
    let half = |h: u64| u32::try_from(h & u64::from(u32::MAX)).unwrap_or(0);
    key(76, &[half(hash >> 32), half(hash)])
}

/// The users of every picture that another one looks like, by its series key, sorted.
/// O(pictures log pictures + near pairs).
#[must_use]
pub fn pictures(corpus: &Corpus) -> Vec<(u64, Vec<AppIx>)> {
    let mut shown: Vec<(u64, AppIx)> = (0..corpus.len())
        .map(AppIx::new)
        .filter_map(|ix| Some((photo::usable(&corpus.app(ix))?, ix)))
        .collect();
    shown.par_sort_unstable();
    let groups: Vec<&[(u64, AppIx)]> = shown.chunk_by(|a, b| a.0 == b.0).collect();
    let near = neighbours(&groups.iter().map(|group| group[0].0).collect::<Vec<u64>>());
    let mut users: Vec<(u64, Vec<AppIx>)> = near
        .par_chunk_by(|a, b| a.0 == b.0)
        .map(|run| {
            let middle = groups[run[0].0 as usize];
            let others = run.iter().flat_map(|(_, other)| groups[*other as usize]);
            (of(middle[0].0), middle.iter().chain(others).map(|(_, app)| *app).collect())
        })
        .collect();
    // A picture that nothing else looks like still has everybody who shows that very one.
    let alone = groups.iter().enumerate().filter(|(i, group)| {
        let at = u32::try_from(*i).unwrap_or(u32::MAX);
        group.len() > 1 && near.binary_search_by_key(&at, |(of, _)| *of).is_err()
    });
    users.extend(alone.map(|(_, group)| {
        (of(group[0].0), group.iter().map(|(_, app)| *app).collect::<Vec<AppIx>>())
    }));
    users.sort_unstable();
    users
}

/// The applications that show a picture of this hash or one near it, with the hash of each, through an index; none
/// where so many pictures agree in two bytes that `pictures` does not compare all of them. O(those that do).
#[must_use]
pub fn around(corpus: &Corpus, index: &Index, hash: u64) -> Option<Vec<(u64, AppIx)>> {
    let (mut run, mut all) = (Vec::new(), Vec::new());
    for key in bands(hash) {
        index.near(BANDS, key, &mut run);
        let shown = |&app: &AppIx| Some((photo::usable(&corpus.app(app))?, app));
        let mut shown: Vec<(u64, AppIx)> = run.iter().filter_map(shown).collect();
        shown.sort_unstable();
        if shown.chunk_by(|a, b| a.0 == b.0).count() > ALL {
            return None;
        }
        all.extend(shown.into_iter().filter(|(other, _)| (hash ^ other).count_ones() <= NEAR));
    }
    all.sort_unstable();
    all.dedup();
    Some(all)
}

/// Of distinct hashes, by position: each with each that is near it, both ways, sorted, without repeats.
fn neighbours(hashes: &[u64]) -> Vec<(u32, u32)> {
    let keyed = Gathered::from_each(hashes.len(), |at, sink| {
        let hash = hashes[at];
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        bands(hash).for_each(|key| sink.put(key, at));
    });
    let of_part = keyed.each_part(|part| {
        let mut near = Vec::new();
        for run in part.chunk_by(|a, b| a.0 == b.0) {
            for (i, &(_, a)) in run.iter().enumerate() {
                for &(_, b) in run.iter().skip(i + 1).take(ALL) {
                    if (hashes[a as usize] ^ hashes[b as usize]).count_ones() <= NEAR {
                        near.extend([(a, b), (b, a)]);
                    }
                }
            }
        }
        near
    });
    let mut near = of_part.concat();
    near.par_sort_unstable();
    near.dedup();
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_near_what_is_six_bits_off_and_not_what_is_seven() {
        let hash = 0x0123_4567_89ab_cdef_u64;
        let six = hash ^ 0x8040_2010_0804_0000;
        let seven = hash ^ 0x8040_2010_0804_0200;
        assert_eq!(neighbours(&[hash, six]), [(0, 1), (1, 0)]);
        assert_eq!(neighbours(&[hash, seven]), []);
    }

    #[test]
    fn a_chain_of_small_steps_does_not_join_its_ends() {
        let chain = [0x0123_4567_89ab_cdef_u64, 0x0123_4567_89ab_cd10, 0x0123_4567_89ab_3210];
        let near = neighbours(&chain);
        assert!(!near.contains(&(0, 2)));
    }
}
