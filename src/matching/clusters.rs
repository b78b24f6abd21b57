//! Disjoint sets of applications with their members at hand. Not responsible for what belongs together.
//!
//! Invariant: every application is in exactly one set. Joining is O(α(n)); the members of a set are linked in a
//! ring, so that two sets are joined without moving any.

use crate::{
    matching::Corpus,
    model::{AppIx, Applicant, ApplicantId},
};

/// Disjoint sets.
#[derive(Debug)]
pub struct Clusters<'a> {
    /// The applications that are in any, sorted; none for all.
    among: Option<&'a [AppIx]>,
    parent: Vec<u32>,
    size: Vec<u32>,
    /// The next member of the same set, around.
    next: Vec<u32>,
}

impl<'a> Clusters<'a> {
    /// Every application by itself: each of `n`, or each of these, sorted.
    #[must_use]
    pub fn new(n: usize, among: Option<&'a [AppIx]>) -> Self {
        let n = among.map_or(n, <[AppIx]>::len);
        let all: Vec<u32> = (0..n).map(|i| AppIx::new(i).0).collect();
        Self { among, parent: all.clone(), size: vec![1; n], next: all }
    }

    /// Where an application stands; one that is not among them stands nowhere.
    fn place(&self, app: AppIx) -> usize {
        match self.among {
            Some(apps) => apps.binary_search(&app).unwrap_or(usize::MAX),
            None => app.at(),
        }
    }

    /// The application that stands there.
    fn app(&self, place: u32) -> AppIx {
        self.among.map_or(AppIx(place), |apps| apps[place as usize])
    }

    fn root_of(&mut self, mut at: usize) -> usize {
        while self.parent[at] as usize != at {
            let above = self.parent[at] as usize;
            self.parent[at] = self.parent[above];
            at = above;
        }
        at
    }

    /// The set of an application, as one of its members.
    pub fn root(&mut self, app: AppIx) -> AppIx {
        let at = self.root_of(self.place(app));
        self.app(AppIx::new(at).0)
    }

    /// Whether a set has no other member than this one.
    #[must_use]
    pub fn is_alone(&self, of: AppIx) -> bool {
        let at = self.place(of);
        self.next[at] as usize == at
    }

    /// The members of a set.
    #[must_use]
    pub fn members(&self, of: AppIx) -> Vec<AppIx> {
        let first = self.place(of);
        let mut members = Vec::with_capacity(self.size[first].max(1) as usize);
        members.push(of);
        let mut at = self.next[first] as usize;
        while at != first {
            members.push(self.app(AppIx::new(at).0));
            at = self.next[at] as usize;
        }
        members
    }

    /// Joins two sets.
    pub fn join(&mut self, a: AppIx, b: AppIx) {
        let (p, q) = (self.root_of(self.place(a)), self.root_of(self.place(b)));
        if p == q {
            return;
        }
        let (keep, gone) = if self.size[p] >= self.size[q] { (p, q) } else { (q, p) };
        self.parent[gone] = AppIx::new(keep).0;
        self.size[keep] += self.size[gone];
        self.next.swap(keep, gone);
    }

    /// The sets as applicants, by their first arrivals; in each the applications by submission.
    #[must_use]
    pub fn applicants(mut self, corpus: &Corpus) -> Vec<Applicant> {
        let mut applicants = Vec::new();
        for at in 0..self.parent.len() {
            let root = self.root_of(at);
            if self.size[root] == 0 {
                continue;
            }
            self.size[root] = 0;
            let app = self.app(AppIx::new(at).0);
            let mut applications = self.members(app);
            applications.sort_unstable_by_key(|&app| {
                let x = corpus.app(app);
                (x.submitted(), x.key())
            });
            // The id is derived from the application that arrived first, so that it stays as more arrive.
            let id = ApplicantId::derive(corpus.id_text(app));
            applicants.push(Applicant { id, applications });
        }
        applicants
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_sets_have_the_members_of_both() {
        let mut clusters = Clusters::new(6, None);
        clusters.join(AppIx(0), AppIx(4));
        clusters.join(AppIx(2), AppIx(5));
        clusters.join(AppIx(4), AppIx(5));
        clusters.join(AppIx(0), AppIx(2));
        let mut members = clusters.members(AppIx(2));
        members.sort_unstable();
        assert_eq!(members, [AppIx(0), AppIx(2), AppIx(4), AppIx(5)]);
        assert_eq!(clusters.root(AppIx(5)), clusters.root(AppIx(0)));
        assert_eq!(clusters.members(AppIx(1)), [AppIx(1)]);
    }
}
