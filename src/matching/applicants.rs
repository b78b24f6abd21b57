//! The applicants: who the applications resolve to, in a collection that is cheap to clone and to change. Not
//! responsible for resolving (`persons`).
//!
//! An applicant has a number as long as it is one; one that changes is retired and added again under a new number.
//!
//! Invariant: an application belongs to at most one applicant, and `of` says to which; a number is never given again;
//! a retired one has no applications.

use crate::{
    matching::{
        Corpus,
        corpus::{Dictionary, Shelf},
        findings::newest,
    },
    model::{AppIx, Applicant, ApplicantId, ApplicantIx},
};
use xxhash_rust::xxh3::xxh3_64;

/// The applicant of an application that belongs to none.
const NONE: ApplicantIx = ApplicantIx(u32::MAX);

/// Every applicant, by number, by id and by application. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Applicants {
    slots: Shelf<Applicant>,
    of: Shelf<ApplicantIx>,
    by_id: Dictionary,
    live: usize,
}

impl Applicants {
    /// These applicants, numbered in this order, of so many applications. One without applications counts as
    /// retired. O(n).
    #[must_use]
    pub fn new(applicants: Vec<Applicant>, n_apps: usize) -> Self {
        let mut of = vec![NONE; n_apps];
        let mut all = Self::default();
        for applicant in applicants {
            let ix = ApplicantIx::new(all.slots.len());
            for app in &applicant.applications {
                if of.len() <= app.at() {
                    of.resize(app.at() + 1, NONE);
                }
                of[app.at()] = ix;
            }
            all.push(applicant);
        }
        all.of = of.into_iter().collect();
        all
    }

    fn push(&mut self, applicant: Applicant) -> ApplicantIx {
        let ix = ApplicantIx::new(self.slots.len());
        if !applicant.applications.is_empty() {
            self.by_id.insert(hash(&applicant.id), ix.0);
            self.live += 1;
        }
        self.slots.push(applicant);
        ix
    }

    /// Numbers given, those of retired applicants included: every number is less.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// Number of applicants.
    #[must_use]
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// An applicant; a retired one has no applications. O(1).
    ///
    /// # Panics
    /// When the number was never given.
    #[inline]
    #[must_use]
    pub fn get(&self, ix: ApplicantIx) -> &Applicant {
        self.slots.get(ix.at())
    }

    /// Reads a little of the newest applications of some, so that they are at hand: in a large store each is a wait for
    /// memory, and so they wait together.
    pub(super) fn read_ahead(&self, corpus: &Corpus, some: impl Iterator<Item = ApplicantIx>) {
        let newest = some.flat_map(|ix| newest(&self.get(ix).applications));
        std::hint::black_box(newest.fold(0, |all, &app| all ^ corpus.app(app).touch()));
    }

    /// Whether a number was given and is not retired.
    #[must_use]
    pub fn is_live(&self, ix: ApplicantIx) -> bool {
        ix.at() < self.slots.len() && !self.get(ix).applications.is_empty()
    }

    /// The applicant that an application belongs to. O(1).
    ///
    /// # Panics
    /// When the application is unknown.
    #[inline]
    #[must_use]
    pub fn of(&self, app: AppIx) -> ApplicantIx {
        *self.of.get(app.at())
    }

    /// The different applicants that these applications belong to, by number. O(n log n).
    ///
    /// # Panics
    /// When an application is unknown.
    #[must_use]
    pub fn different(&self, apps: impl Iterator<Item = AppIx>) -> Vec<ApplicantIx> {
        let mut all: Vec<ApplicantIx> = apps.map(|app| self.of(app)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The applicants of all numbers, retired ones included.
    pub fn all(&self) -> impl ExactSizeIterator<Item = &Applicant> {
        (0..self.slots.len()).map(|i| self.slots.get(i))
    }

    /// Every applicant with its number, by number.
    pub fn iter(&self) -> impl Iterator<Item = (ApplicantIx, &Applicant)> {
        self.all()
            .enumerate()
            .map(|(i, applicant)| (ApplicantIx::new(i), applicant))
            .filter(|(_, applicant)| !applicant.applications.is_empty())
    }

    /// The applicant with this id. O(1).
    #[must_use]
    pub fn find(&self, id: &ApplicantId) -> Option<ApplicantIx> {
        let is = |n| self.get(ApplicantIx(n)).id == *id;
        self.by_id.find(hash(id), is).map(ApplicantIx)
    }

    /// Adds an applicant; its applications are now its, whoever had them. O(applications).
    pub fn add(&mut self, applicant: Applicant) -> ApplicantIx {
        let ix = ApplicantIx::new(self.slots.len());
        for app in &applicant.applications {
            while self.of.len() <= app.at() {
                self.of.push(NONE);
            }
            *self.of.get_mut(app.at()) = ix;
        }
        self.push(applicant)
    }

    /// Takes an applicant out; its applications are free to be added with another. O(1).
    ///
    /// # Panics
    /// When the number was never given.
    pub fn retire(&mut self, ix: ApplicantIx) {
        let applicant = self.slots.get_mut(ix.at());
        if !applicant.applications.is_empty() {
            applicant.applications = Vec::new();
            self.live -= 1;
            self.by_id.remove(hash(&applicant.id), ix.0);
        }
    }
}

fn hash(id: &ApplicantId) -> u64 {
    xxh3_64(id.as_str().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applicant(name: &str, applications: &[u32]) -> Applicant {
        let applications = applications.iter().copied().map(AppIx).collect();
        Applicant { id: ApplicantId::derive(name), applications }
    }

    fn live(applicants: &Applicants) -> Vec<(u32, Vec<u32>)> {
        let numbers = |a: &Applicant| a.applications.iter().map(|app| app.0).collect();
        applicants.iter().map(|(ix, a)| (ix.0, numbers(a))).collect()
    }

    #[test]
    fn an_applicant_that_changes_is_found_under_its_new_number_and_a_clone_keeps_the_old_one() {
        let mut all = Applicants::new(vec![applicant("a", &[0, 2]), applicant("b", &[1])], 3);
        let before = all.clone();
        all.retire(ApplicantIx(0));
        let a = all.add(applicant("a", &[0, 2, 5]));
        let c = all.add(applicant("c", &[4]));
        assert_eq!((a, c), (ApplicantIx(2), ApplicantIx(3)));
        assert_eq!(live(&all), [(1, vec![1]), (2, vec![0, 2, 5]), (3, vec![4])]);
        assert_eq!((all.len(), all.slots(), all.is_live(ApplicantIx(0))), (3, 4, false));
        assert_eq!(all.find(&ApplicantId::derive("a")), Some(a));
        assert_eq!([0, 1, 2, 4, 5].map(|app| all.of(AppIx(app)).0), [2, 1, 2, 3, 2]);
        assert_eq!(live(&before), [(0, vec![0, 2]), (1, vec![1])]);
        assert_eq!(before.find(&ApplicantId::derive("a")), Some(ApplicantIx(0)));
        assert_eq!(before.find(&ApplicantId::derive("c")), None);
    }

    #[test]
    fn an_applicant_retired_twice_is_gone_once() {
        let mut all = Applicants::new(vec![applicant("a", &[0]), applicant("b", &[1])], 2);
        all.retire(ApplicantIx(1));
        all.retire(ApplicantIx(1));
        assert_eq!((all.len(), live(&all)), (1, vec![(0, vec![0])]));
        assert_eq!(all.find(&ApplicantId::derive("b")), None);
    }
}
