//! Busy values: who uses a value that very many use, in the order in which they are paired, so that they need not be
//! lined up for every application more. Not responsible for whom that pairs (`link_candidates`).
//!
//! Invariant: a list that is kept holds the applications whose newest version has the value.

use crate::{
    matching::{
        Corpus,
        corpus::{App, Map},
        link_candidates::proposes,
    },
    model::{AppIx, AttributeIx, Moment},
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Uses beyond which a list is kept.
const BUSY: u32 = 64;

/// One that uses a value: when it was submitted, its key, and which it is.
pub type Place = (Option<Moment>, u64, AppIx);

/// Users of busy values. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Busy {
    of: Map<Arc<Vec<Place>>>,
}

fn key(ix: AttributeIx) -> u64 {
    crate::matching::blocking::key(93, &[ix.0])
}

fn place(x: &App<'_>) -> Place {
    (x.submitted(), x.key(), x.ix)
}

impl Busy {
    /// The lists of a corpus. O(values, and uses of busy ones).
    pub fn build(corpus: &Corpus) -> Self {
        let mut lists: FxHashMap<AttributeIx, Vec<Place>> = FxHashMap::default();
        let busy = corpus.attribute_numbers().filter(|&ix| is_busy(corpus, ix));
        busy.for_each(|ix| drop(lists.insert(ix, list(corpus, ix))));
        Self { of: lists.into_iter().map(|(ix, list)| (key(ix), Arc::new(list))).collect() }
    }

    /// Takes in an application that is new, or `again` one that was known.
    pub fn put(&mut self, corpus: &Corpus, x: &App<'_>, again: bool) {
        if again {
            let has = |list: &Arc<Vec<Place>>| list.iter().any(|(_, _, app)| *app == x.ix);
            let lists: Vec<u64> =
                self.of.iter().filter(|(_, list)| has(list)).map(|(key, _)| key).collect();
            for key in lists {
                Arc::make_mut(self.of.entry(key, Arc::default)).retain(|(_, _, app)| *app != x.ix);
            }
        }
        for (ix, _) in x.used() {
            let place = place(x);
            let known = self.of.get(key(ix)).map(|list| list.binary_search(&place));
            match known {
                Some(Ok(_)) => {}
                Some(Err(at)) => {
                    Arc::make_mut(self.of.entry(key(ix), Arc::default)).insert(at, place);
                }
                None if is_busy(corpus, ix) => {
                    self.of.insert(key(ix), Arc::new(list(corpus, ix)));
                }
                None => {}
            }
        }
    }

    /// Those who use a value, first use first, if it is so busy that they are listed.
    pub fn users(&self, ix: AttributeIx) -> Option<&[Place]> {
        self.of.get(key(ix)).map(|list| &***list)
    }
}

fn is_busy(corpus: &Corpus, ix: AttributeIx) -> bool {
    corpus.uses(ix) > BUSY && proposes(corpus.kind(ix))
}

fn list(corpus: &Corpus, ix: AttributeIx) -> Vec<Place> {
    let apps: Vec<AppIx> = corpus.uses_of(ix).map(|(app, _)| app).collect();
    let mut list = Vec::with_capacity(apps.len());
    corpus.each(&apps, |x| list.push(place(&x)));
    list.sort_unstable();
    list.dedup();
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{Application, AttributeKind, Column, Source},
        normalize::normalize,
    };
    use std::collections::BTreeMap;

    fn put(corpus: &mut Corpus, n: usize, device: &str) -> AppIx {
        let fields = [
            (Column::DeviceId, device.to_owned()),
            (Column::SubmittedAt, format!("2026-01-{:02}", n * 7 % 28 + 1)),
        ];
        let application = Application {
            id: format!("A{n}").parse().unwrap(),
            fields: fields.into_iter().collect(),
            extra: BTreeMap::new(),
            nested: BTreeMap::new(),
            source: Source { file: "a.csv".into(), row: 1 },
        };
        corpus.put(&normalize(&application), "x")
    }

    #[test]
    fn the_users_of_a_busy_value_are_listed_however_they_came_and_went() {
        let mut corpus = Corpus::default();
        let mut busy = Busy::build(&corpus);
        // One more each time, and from time to time one that leaves or comes back.
        let steps = (0..150).map(|n| (n, "device-one"));
        let steps = steps.chain([(3, "device-two"), (140, "device-two"), (3, "device-one")]);
        for (n, device) in steps {
            let known = n < corpus.len();
            let app = put(&mut corpus, n, device);
            busy.put(&corpus, &corpus.app(app), known);
        }
        let used =
            |ix: &AttributeIx| corpus.kind(*ix) == AttributeKind::Device && corpus.uses(*ix) > BUSY;
        let ix = corpus.attribute_numbers().find(used).unwrap();
        assert_eq!(busy.users(ix).unwrap(), list(&corpus, ix));
        assert_eq!(busy.users(ix).unwrap().len(), 149);
        assert_eq!(Busy::build(&corpus).users(ix), busy.users(ix));
    }
}
