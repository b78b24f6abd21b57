//! Comparing what two computations came to, whatever numbers they gave to applicants and links: those depend on the
//! order of arrival and on what was computed before. Not responsible for lineage, which has a history.
//!
//! Applicants are told by their applications, links by their ends, values by what they say.
//!
//! Invariant: no difference means that nobody who knows only ids and texts can tell the two apart.

use crate::{
    engine::{Derived, View},
    graph::Network,
    model::{
        AppIx, ApplicantIx, Artefact, Bits, Bridge, Evidence, Family, FeatureId, Link, LinkIx, Ring,
    },
};
use std::collections::BTreeMap;

/// What is compared.
#[derive(Debug, Clone)]
pub struct Computed<'a> {
    network: &'a Network,
    rings: Vec<&'a Ring>,
}

impl<'a> From<&'a View> for Computed<'a> {
    fn from(view: &'a View) -> Self {
        Self { network: &view.network, rings: view.rings.iter().collect() }
    }
}

impl<'a> From<&'a Derived> for Computed<'a> {
    fn from(derived: &'a Derived) -> Self {
        Self { network: &derived.network, rings: derived.rings.iter().collect() }
    }
}

/// The first respect in which two computations over the same applications differ, in words that fit "… differ".
/// Ids and statuses of rings are not compared. O(n log n).
#[must_use]
pub fn difference<'a>(
    a: impl Into<Computed<'a>>,
    b: impl Into<Computed<'a>>,
) -> Option<&'static str> {
    let (a, b) = (a.into(), b.into());
    let named = a.network.applicants().iter().all(|(_, applicant)| {
        let found = b.network.find(&applicant.id).map(|ix| b.network.applicant(ix));
        found.is_some_and(|found| found.applications.len() == applicant.applications.len())
    });
    if named { difference_but_ids(a, b) } else { Some("the applicants") }
}

/// The same, but for the ids of applicants: those come from the application that arrived first. O(n log n).
#[must_use]
pub fn difference_but_ids<'a>(
    a: impl Into<Computed<'a>>,
    b: impl Into<Computed<'a>>,
) -> Option<&'static str> {
    let (a, b) = (a.into(), b.into());
    let Some(same) = Same::of(a.network, b.network) else { return Some("the applicants") };
    if !same.links() {
        return Some("the links");
    }
    same.rings(&a.rings, &b.rings)
}

/// Two networks of the same applicants.
struct Same<'a> {
    a: &'a Network,
    b: &'a Network,
    /// The number in `b` of each applicant of `a`.
    other: Vec<ApplicantIx>,
}

/// A piece of evidence in ids and texts. The discount is left out: it is looked up anew where it is shown.
type Told<'a> = (FeatureId, Family, Bits, Option<(u8, &'a str)>, [&'a str; 2]);

impl<'a> Same<'a> {
    fn of(a: &'a Network, b: &'a Network) -> Option<Self> {
        if a.applicants().len() != b.applicants().len() || a.corpus().len() != b.corpus().len() {
            return None;
        }
        let mut other = vec![ApplicantIx(u32::MAX); a.applicants().slots()];
        for (ix, applicant) in a.applicants().iter() {
            let first = applicant.applications.first()?;
            let theirs = b.applicant_of(b.corpus().find(&a.corpus().id(*first))?);
            let found = b.applicant(theirs);
            if ids(a, &applicant.applications) != ids(b, &found.applications) {
                return None;
            }
            other[ix.at()] = theirs;
        }
        Some(Self { a, b, other })
    }

    fn links(&self) -> bool {
        self.a.n_links() == self.b.n_links()
            && self.a.links().all(|link| {
                let ends = self.other[link.a.at()]..self.other[link.b.at()];
                let found = self.b.link_between(ends.start, ends.end);
                found.is_some_and(|ix| self.link(link, self.b.link(ix)))
            })
    }

    fn link(&self, x: &Link, y: &Link) -> bool {
        (x.class, x.strength, x.bits) == (y.class, y.strength, y.bits)
            && evidence(self.a, x) == evidence(self.b, y)
    }

    fn rings(&self, a: &[&Ring], b: &[&Ring]) -> Option<&'static str> {
        let by_members: BTreeMap<&[ApplicantIx], &Ring> =
            b.iter().map(|ring| (&*ring.members, *ring)).collect();
        if a.len() != b.len() {
            return Some("the rings");
        }
        for ring in a {
            match by_members.get(&*self.members(&ring.members)) {
                None => return Some("the rings"),
                Some(found) if !self.ring(ring, found) => return Some("what is said of rings"),
                Some(_) => {}
            }
        }
        None
    }

    fn ring(&self, x: &Ring, y: &Ring) -> bool {
        let mut links: Vec<_> = x.links.iter().map(|&ix| self.ends(ix)).collect();
        let mut theirs: Vec<_> = y.links.iter().map(|&ix| ends(self.b, ix)).collect();
        links.sort_unstable();
        theirs.sort_unstable();
        links == theirs
            && (x.identities, x.score, &x.families, &x.gates, x.first_seen, x.last_seen)
                == (y.identities, y.score, &y.families, &y.gates, y.first_seen, y.last_seen)
            && x.drop_one == y.drop_one
            && self.members(&x.cut_members) == y.cut_members
            && x.artefacts.len() == y.artefacts.len()
            && x.artefacts.iter().zip(&y.artefacts).all(|(p, q)| self.artefact(p, q))
            && x.bridges.len() == y.bridges.len()
            && x.bridges.iter().zip(&y.bridges).all(|(p, q)| self.bridge(p, q))
    }

    fn artefact(&self, x: &Artefact, y: &Artefact) -> bool {
        (x.feature, x.family, x.bits, x.users) == (y.feature, y.family, y.bits, y.users)
            && x.attribute.map(|ix| self.a.corpus().attribute(ix))
                == y.attribute.map(|ix| self.b.corpus().attribute(ix))
            && self.members(&x.members) == y.members
    }

    fn bridge(&self, x: &Bridge, y: &Bridge) -> bool {
        (self.ends(x.link), x.weak, self.members(&x.side))
            == (ends(self.b, y.link), y.weak, y.side.clone())
    }

    /// Applicants of `a` as those of `b`, sorted.
    fn members(&self, of: &[ApplicantIx]) -> Vec<ApplicantIx> {
        let mut members: Vec<_> = of.iter().map(|&m| self.other[m.at()]).collect();
        members.sort_unstable();
        members
    }

    /// The ends of a link of `a` as those of one of `b`.
    fn ends(&self, ix: LinkIx) -> (ApplicantIx, ApplicantIx) {
        let (p, q) = ends(self.a, ix);
        let (p, q) = (self.other[p.at()], self.other[q.at()]);
        (p.min(q), p.max(q))
    }
}

fn ends(network: &Network, ix: LinkIx) -> (ApplicantIx, ApplicantIx) {
    (network.link(ix).a, network.link(ix).b)
}

fn ids<'a>(network: &'a Network, applications: &[AppIx]) -> Vec<&'a str> {
    let mut ids: Vec<&str> =
        applications.iter().map(|&app| network.corpus().id_text(app)).collect();
    ids.sort_unstable();
    ids
}

fn evidence<'a>(network: &'a Network, link: &Link) -> Vec<Told<'a>> {
    let corpus = network.corpus();
    let told = |e: &Evidence| -> Told<'a> {
        let mut ends = [corpus.id_text(e.left), corpus.id_text(e.right)];
        ends.sort_unstable();
        let value = e.attribute.map(|ix| (corpus.kind(ix) as u8, corpus.value(ix)));
        (e.feature, e.family, e.bits, value, ends)
    };
    let mut all: Vec<_> = link.evidence.iter().map(told).collect();
    all.sort_unstable();
    all
}
