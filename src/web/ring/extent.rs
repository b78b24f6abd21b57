//! How far of a ring is looked at: as it was known on a day, and within a window of days. Not responsible for what a
//! ring is (`rings`): nothing is judged anew here.
//!
//! Invariant: without a day and a window everything is the ring itself; with one, everything that is counted is
//! counted from the applications within it, and links keep the weight they have today.

use crate::{
    engine::View,
    explain::{day::Day, words::count},
    graph::Structure,
    matching::Corpus,
    model::{
        AppIx, ApplicantIx, Artefact, AttributeIx, Bits, Bridge, Family, FeatureId, LineageKind,
        LinkIx, LinkStrength, Moment, Ring,
    },
    web::ring::place::Place,
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

/// How far of a ring is looked at.
pub struct Extent<'a> {
    /// The ring as of the day.
    pub whole: Cow<'a, Ring>,
    /// The same within the window.
    pub shown: Cow<'a, Ring>,
    from: Option<Day>,
    to: Option<Day>,
    as_of: Option<Day>,
}

impl<'a> Extent<'a> {
    /// The extent that a place names, and what of it was ignored. O(members × applications + links).
    pub fn of(view: &View, ring: &'a Ring, place: &Place, notes: &mut Vec<String>) -> Self {
        let mut extent = Self {
            whole: Cow::Borrowed(ring),
            shown: Cow::Borrowed(ring),
            from: place.from,
            to: place.to,
            as_of: None,
        };
        if let Some(day) = place.as_of {
            match known_on(view, ring, day) {
                Some(then) => {
                    extent.as_of = Some(day);
                    extent.whole = Cow::Owned(then);
                    extent.shown = extent.whole.clone();
                }
                None => notes.push(format!(
                    "this ring was not known on {day}, so it is shown as it is known today"
                )),
            }
        }
        if extent.is_window() {
            extent.shown = Cow::Owned(extent.cut(view));
        }
        extent
    }

    /// Whether only a window is looked at.
    #[must_use]
    pub fn is_window(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// The day as of which it is shown.
    #[must_use]
    pub fn as_of(&self) -> Option<Day> {
        self.as_of
    }

    /// Whether an application is within it. Without a window and a day every one is.
    #[must_use]
    pub fn holds(&self, corpus: &Corpus, app: AppIx) -> bool {
        if self.as_of.is_none() && !self.is_window() {
            return true;
        }
        corpus.submitted(app).map(Day::of).is_some_and(|day| {
            self.as_of.is_none_or(|last| day <= last)
                && self.from.is_none_or(|first| first <= day)
                && self.to.is_none_or(|last| day <= last)
        })
    }

    /// The applications of a member within it.
    pub fn applications(&self, view: &View, member: ApplicantIx) -> Vec<AppIx> {
        let corpus = view.network.corpus();
        let all = &view.network.applicant(member).applications;
        all.iter().copied().filter(|&app| self.holds(corpus, app)).collect()
    }

    /// When a member applied within it.
    pub fn moments_of(&self, view: &View, member: ApplicantIx) -> Vec<Moment> {
        let corpus = view.network.corpus();
        self.applications(view, member)
            .into_iter()
            .filter_map(|app| corpus.submitted(app))
            .collect()
    }

    /// When all members shown applied within it.
    pub fn moments(&self, view: &View) -> Vec<Moment> {
        self.shown.members.iter().flat_map(|&m| self.moments_of(view, m)).collect()
    }

    /// Every application of the ring as of the day, with or without a window.
    pub fn all_moments(&self, view: &View) -> Vec<Moment> {
        let corpus = view.network.corpus();
        let apps = self.whole.members.iter().flat_map(|&m| &view.network.applicant(m).applications);
        let known = |m: &Moment| self.as_of.is_none_or(|last| Day::of(*m) <= last);
        apps.filter_map(|&app| corpus.submitted(app)).filter(known).collect()
    }

    /// What the window leaves, in a sentence; empty without one.
    #[must_use]
    pub fn said(&self, view: &View) -> String {
        let when = match (self.from, self.to) {
            (None, None) => return String::new(),
            (Some(from), None) => format!("from {from} on"),
            (None, Some(to)) => format!("up to {to}"),
            (Some(from), Some(to)) if from == to => format!("on {from}"),
            (Some(from), Some(to)) => format!("between {from} and {to}"),
        };
        let corpus = view.network.corpus();
        let apps =
            || self.whole.members.iter().flat_map(|&m| &view.network.applicant(m).applications);
        let inside = apps().filter(|&&app| self.holds(corpus, app)).count();
        let undated = apps().filter(|&&app| corpus.submitted(app).is_none()).count();
        let mut said = format!(
            "{} of {} applied {when}, with {inside} of {}. Members, things, evidence and charts are counted within \
             these days; links keep the weight they have today.",
            self.shown.members.len(),
            count(self.whole.members.len(), "member", "members"),
            count(apps().count(), "application", "applications"),
        );
        if undated > 0 {
            let n = count(undated, "application has", "applications have");
            said.push_str(&format!(" {n} no date and cannot be counted."));
        }
        said
    }

    /// The ring as of the day, in a sentence.
    #[must_use]
    pub fn verdict_then(&self, view: &View, today: &Ring) -> String {
        let n = |ring: &Ring| count(ring.members.len(), "claimed identity", "claimed identities");
        let apps: usize = self.whole.members.iter().map(|&m| self.applications_then(view, m)).sum();
        format!(
            "{} shared {} with {} by then; today it is {}.",
            n(&self.whole),
            count(self.whole.artefacts.len(), "thing", "things"),
            count(apps, "application", "applications"),
            n(today),
        )
    }

    fn applications_then(&self, view: &View, member: ApplicantIx) -> usize {
        let corpus = view.network.corpus();
        let until = |app: &&AppIx| {
            let day = corpus.submitted(**app).map(Day::of);
            self.as_of.is_none_or(|last| day.is_some_and(|day| day <= last))
        };
        view.network.applicant(member).applications.iter().filter(until).count()
    }

    /// What of the ring lies within the window.
    fn cut(&self, view: &View) -> Ring {
        let (network, ring) = (&view.network, &*self.whole);
        let corpus = network.corpus();
        let mut cut = ring.clone();
        cut.members.retain(|&m| !self.applications(view, m).is_empty());
        let inside = |m: &ApplicantIx| cut.members.binary_search(m).is_ok();
        let joins = |l: &LinkIx| inside(&network.link(*l).a) && inside(&network.link(*l).b);
        cut.links.retain(joins);
        for artefact in &mut cut.artefacts {
            match artefact.attribute {
                Some(ix) => {
                    let mut users: Vec<ApplicantIx> = corpus
                        .uses_of(ix)
                        .filter(|(app, _)| self.holds(corpus, *app))
                        .map(|(app, _)| network.applicant_of(app))
                        .collect();
                    users.sort_unstable();
                    users.dedup();
                    artefact.users = u32::try_from(users.len()).unwrap_or(u32::MAX);
                    artefact.members.retain(|m| users.binary_search(m).is_ok());
                }
                None => artefact.members.retain(inside),
            }
        }
        cut.artefacts.retain(|a| a.members.len() > 1);
        cut.identities = cut.identities.min(u32::try_from(cut.members.len()).unwrap_or(u32::MAX));
        cut.bridges.retain(|b| joins(&b.link));
        cut.cut_members.retain(inside);
        // Its artefact may have another place now; what holds the ring together is told of the whole.
        cut.drop_one = None;
        cut
    }
}

/// The ring as it was known at the end of a day; none when it was not known then. What tied its members is taken from
/// the links of today.
fn known_on(view: &View, ring: &Ring, day: Day) -> Option<Ring> {
    let network = &view.network;
    let corpus = network.corpus();
    let events = view.lineage.get(&ring.id)?;
    let last = events.iter().rev().find(|e| Day::of(e.at) <= day)?;
    if matches!(last.event.kind, LineageKind::Dissolved) {
        return None;
    }
    let until = |app: &AppIx| corpus.submitted(*app).is_none_or(|at| Day::of(at) <= day);
    let apps: Vec<AppIx> =
        last.event.members.iter().filter_map(|id| corpus.find(id)).filter(until).collect();
    let members: BTreeSet<ApplicantIx> =
        apps.iter().map(|&app| network.applicant_of(app)).collect();
    let members: Vec<ApplicantIx> = members.into_iter().collect();
    if members.len() < 2 {
        return None;
    }
    let inside = |m: &ApplicantIx| members.binary_search(m).is_ok();
    let links: BTreeSet<LinkIx> = members
        .iter()
        .flat_map(|&m| network.links_of(m))
        .copied()
        .filter(|&l| {
            let link = network.link(l);
            let binds = link.strength == LinkStrength::Ring || ring.links.binary_search(&l).is_ok();
            binds && inside(&link.a) && inside(&link.b)
        })
        .collect();
    let links: Vec<LinkIx> = links.into_iter().collect();
    let artefacts = shared(view, &links);
    let families: BTreeSet<Family> =
        artefacts.iter().map(|a| a.family).filter(|f| f.counts()).collect();
    let moments = || apps.iter().filter_map(|&app| corpus.submitted(app));
    Some(Ring {
        identities: u32::try_from(members.len()).unwrap_or(u32::MAX),
        families: families.into_iter().collect(),
        bridges: bridges(view, &members, &links),
        drop_one: None,
        cut_members: Vec::new(),
        first_seen: moments().min(),
        last_seen: moments().max(),
        artefacts,
        members,
        links,
        ..ring.clone()
    })
}

/// What links rest on, the most important first.
fn shared(view: &View, links: &[LinkIx]) -> Vec<Artefact> {
    let network = &view.network;
    type Said = (Family, Bits, BTreeSet<ApplicantIx>);
    let mut all: BTreeMap<(FeatureId, Option<AttributeIx>), Said> = BTreeMap::new();
    for &l in links {
        let link = network.link(l);
        for e in link.evidence.iter().filter(|e| e.bits > Bits::ZERO) {
            let said = all
                .entry((e.feature, e.attribute))
                .or_insert_with(|| (e.family, e.bits, BTreeSet::new()));
            said.1 = said.1.max(e.bits);
            said.2.extend([link.a, link.b]);
        }
    }
    let mut artefacts: Vec<Artefact> = all
        .into_iter()
        .map(|((feature, attribute), (family, bits, members))| Artefact {
            users: attribute
                .map_or(members.len(), |ix| network.users(ix).len())
                .try_into()
                .unwrap_or(u32::MAX),
            attribute,
            feature,
            family,
            members: members.into_iter().collect(),
            bits,
        })
        .collect();
    let weight = |a: &Artefact| i64::from(a.bits.hundredths()) * a.members.len() as i64;
    artefacts.sort_by_key(|a| (std::cmp::Reverse(weight(a)), a.feature, a.attribute));
    artefacts
}

/// The links without which some members would stand apart, weakest first.
fn bridges(view: &View, members: &[ApplicantIx], links: &[LinkIx]) -> Vec<Bridge> {
    let edges = |without: Option<LinkIx>| {
        let kept = links.iter().copied().filter(move |&l| Some(l) != without);
        kept.map(|l| (view.network.link(l).a, view.network.link(l).b, l))
    };
    let mut found = Structure::new(members, edges(None)).bridges();
    found.sort_by_key(|&l| (view.network.link(l).bits, l));
    // Sides are looked for anew for each, so only a few are told.
    found.truncate(20);
    let bridge = |link: LinkIx| {
        let parts = Structure::new(members, edges(Some(link))).components();
        let a = view.network.link(link).a;
        let (of_a, of_b): (Vec<_>, Vec<_>) =
            parts.into_iter().partition(|part| part.binary_search(&a).is_ok());
        let b = view.network.link(link).b;
        let side_a = of_a.into_iter().next().unwrap_or_default();
        let side_b = of_b.into_iter().find(|p| p.binary_search(&b).is_ok()).unwrap_or_default();
        let side = if side_a.len() < side_b.len() { side_a } else { side_b };
        Bridge { link, weak: false, side }
    };
    found.into_iter().map(bridge).collect()
}
