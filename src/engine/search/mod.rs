//! Search: one box for names, phones, mailboxes, addresses, handles and ids, misspelt too. Not responsible for
//! showing results.
//!
//! What was typed is compared with the different words of names and with the values that have a part of it, never with
//! every application; how many of either are looked at is bounded, and where the bound was met the count says so.
//!
//! Invariant: every hit says why it is one; what is found and in which order depends on what was received alone, not on
//! how the view was made.

mod ids;
mod names;
mod near;
mod reading;
mod values;

pub use reading::Reading;

use crate::{
    engine::View,
    model::{AppIx, ApplicantId, ApplicantIx, AttributeIx, Ring, RingId},
    normalize::name,
};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::cmp::Reverse;

/// Characters of what was typed that are looked at.
const LONGEST: usize = 200;
/// A value that is exactly what was typed leads to those who use it, if they are at most so many.
const FEW: u32 = 200;
/// Of values that more applications use it is said how many these are, not how many applicants.
const COUNTED: u32 = 500;

/// What a hit leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    /// A ring.
    Ring,
    /// An applicant.
    Applicant,
    /// An attribute.
    Attribute,
}

impl HitKind {
    /// Every kind, in the order of groups.
    pub const ALL: [Self; 3] = [Self::Applicant, Self::Ring, Self::Attribute];

    /// The name used in JSON and in URLs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ring => "ring",
            Self::Applicant => "applicant",
            Self::Attribute => "attribute",
        }
    }
}

/// One result of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// What it leads to.
    pub kind: HitKind,
    /// Its id.
    pub id: String,
    /// What it is shown as.
    pub label: String,
    /// Why it is a hit.
    pub reason: String,
    /// How well it fits, 0 to 100.
    pub fit: u8,
    /// Of an applicant, the ring it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ring: Option<RingId>,
    /// Of an attribute, how many use it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<String>,
}

/// Hits of one kind, some of them shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// What they lead to.
    pub kind: HitKind,
    /// How many there are.
    pub total: usize,
    /// Whether there may be more: so many were found that no more were looked at.
    pub more: bool,
    /// Those that were asked for, best first.
    pub hits: Vec<Hit>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// As what the text was read.
    pub read_as: Vec<Reading>,
    /// The hits, kind by kind; kinds without any are left out.
    pub groups: Vec<Group>,
}

/// Which hits of each kind are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Hits of this kind alone; of the others only the number.
    pub kind: Option<HitKind>,
    /// So many of the best are passed over.
    pub first: usize,
    /// At most so many.
    pub most: usize,
    /// Contact data is found by the whole of it alone, never by a part or a likeness: for whoever may not read it, to whom
    /// one digit after the other would tell a number.
    pub whole_contacts: bool,
}

impl Wanted {
    /// The best of each kind.
    #[must_use]
    pub fn best(most: usize) -> Self {
        Self { kind: None, first: 0, most, whole_contacts: false }
    }

    /// Those that were asked for of all of one kind. O(all), and O(m log m) for the m that come before or are among them.
    fn of<T>(
        self,
        kind: HitKind,
        mut all: Vec<T>,
        order: impl Fn(&T, &T) -> std::cmp::Ordering,
    ) -> Vec<T> {
        let until = self.first.saturating_add(self.most);
        if self.kind.is_some_and(|wanted| wanted != kind) {
            return Vec::new();
        }
        if until < all.len() {
            all.select_nth_unstable_by(until, &order);
            all.truncate(until);
        }
        all.sort_unstable_by(order);
        all.drain(..self.first.min(all.len()));
        all
    }
}

/// Why an applicant is a hit.
#[derive(Debug, Clone, Copy)]
enum Why {
    /// Its id was typed.
    Id,
    /// The id of this application was typed.
    Application,
    /// Its id is one slip away.
    NearId,
    /// The id of this application is one slip away.
    NearApplication,
    /// The name of the application fits.
    Name,
    /// It uses this value.
    Uses(AttributeIx),
}

/// An applicant that fits: how well, by which of its applications, and why.
#[derive(Debug, Clone, Copy)]
struct Fitting {
    fit: u8,
    app: AppIx,
    why: Why,
}

impl View {
    /// What fits `text`, best first, at most `limit`.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<Hit> {
        let groups = self.find(text, Wanted::best(limit)).groups;
        let mut hits: Vec<Hit> = groups.into_iter().flat_map(|group| group.hits).collect();
        // Within a kind the order is that of the group.
        hits.sort_by_key(|hit| (Reverse(hit.fit), hit.kind));
        hits.truncate(limit);
        hits
    }

    /// What fits `text`, kind by kind. O(different words of names + chunks of values + hits), both bounded.
    #[must_use]
    pub fn find(&self, text: &str, wanted: Wanted) -> Found {
        let text: String = text.trim().chars().take(LONGEST).collect();
        if text.is_empty() {
            return Found { read_as: Vec::new(), groups: Vec::new() };
        }
        let typed = name::parse(&text);
        let names = typed.as_ref().map(|typed| names::Query::new(self.network.corpus(), typed));
        let (bearers, all_names) = names.as_ref().map_or((Vec::new(), true), names::Query::found);
        let is_name = bearers.iter().any(|(_, fit)| *fit == names::BEST);
        let values = values::find(self.network.corpus(), &text, is_name, wanted.whole_contacts);

        let mut people: FxHashMap<ApplicantIx, Fitting> = FxHashMap::default();
        let mut put = |app: AppIx, fit: u8, why: Why| {
            let new = Fitting { fit, app, why };
            let known = people.entry(self.network.applicant_of(app)).or_insert(new);
            if (known.fit, known.app) < (fit, app) {
                *known = new;
            }
        };
        bearers.into_iter().for_each(|(app, fit)| put(app, fit, Why::Name));
        self.users_of(&values.found, &mut put);
        if let Some(ix) = text.parse::<ApplicantId>().ok().and_then(|id| self.network.find(&id)) {
            put(self.network.newest(ix).unwrap_or_default(), 100, Why::Id);
        }
        if let Some(app) = text.parse().ok().and_then(|id| self.network.corpus().find(&id)) {
            put(app, 100, Why::Application);
        }
        let mut rings = self.rings_of(&text, &people);
        if people.is_empty() && rings.is_empty() && values.found.is_empty() {
            let slips = ids::near(self, &text);
            let mut put = |app: AppIx, why: Why| {
                people.entry(self.network.applicant_of(app)).or_insert(Fitting {
                    fit: 85,
                    app,
                    why,
                });
            };
            slips.applications.into_iter().for_each(|app| put(app, Why::NearApplication));
            let newest = slips.applicants.into_iter().filter_map(|ix| self.network.newest(ix));
            newest.for_each(|app| put(app, Why::NearId));
            rings.extend(slips.rings.into_iter().map(|ring| FittingRing {
                ring,
                fit: 85,
                app: AppIx::default(),
                members: 0,
            }));
        }

        let mut groups = Vec::new();
        let mut group = |kind, total, more, hits: Vec<Hit>| {
            if total > 0 {
                groups.push(Group { kind, total, more, hits });
            }
        };
        let total = people.len();
        let reason = |one: &Fitting| match (one.why, &names) {
            (Why::Name, Some(names)) => names.reason(one.app),
            (Why::Uses(ix), _) => format!("uses this {}", self.network.corpus().kind(ix).label()),
            (Why::Application, _) => format!("application {text}"),
            (Why::NearApplication, _) => {
                format!("an id much like it: {text} → {}", self.network.corpus().id_text(one.app))
            }
            (Why::NearId, _) => {
                let ix = self.network.applicant_of(one.app);
                format!("an id much like it: {text} → {}", self.network.applicant(ix).id)
            }
            _ => "applicant id".to_owned(),
        };
        let people = people.into_iter().map(|(ix, one)| (ix, one, self.ring_of(ix))).collect();
        let ahead = |(_, one, ring): &(ApplicantIx, Fitting, Option<&Ring>)| {
            (Reverse(one.fit), ring.is_none(), Reverse(one.app))
        };
        let people = wanted.of(HitKind::Applicant, people, |a, b| ahead(a).cmp(&ahead(b)));
        let people = people.iter().map(|(ix, one, ring)| Hit {
            kind: HitKind::Applicant,
            id: self.network.applicant(*ix).id.to_string(),
            label: self.network.label(*ix).to_owned(),
            reason: reason(one),
            fit: one.fit,
            ring: ring.map(|ring| ring.id.clone()),
            uses: None,
        });
        group(HitKind::Applicant, total, !all_names, people.collect());

        let total = rings.len();
        let rings = wanted.of(HitKind::Ring, rings, |a, b| {
            (Reverse(a.fit), Reverse(a.members), &a.ring).cmp(&(
                Reverse(b.fit),
                Reverse(b.members),
                &b.ring,
            ))
        });
        let rings = rings.into_iter().map(|found| self.ring_hit(found)).collect();
        group(HitKind::Ring, total, !all_names, rings);

        let total = values.found.len();
        let corpus = self.network.corpus();
        let ahead =
            |v: &values::Value| (Reverse(v.fit), Reverse(corpus.uses(v.ix)), corpus.kind(v.ix));
        let shown = wanted.of(HitKind::Attribute, values.found, |a, b| {
            ahead(a).cmp(&ahead(b)).then_with(|| corpus.value(a.ix).cmp(corpus.value(b.ix)))
        });
        let shown = shown.into_iter().map(|v| self.attribute_hit(&v)).collect();
        group(HitKind::Attribute, total, values.more, shown);
        Found { read_as: reading::of(self, &text), groups }
    }

    /// Those who use a value that is exactly what was typed.
    fn users_of(&self, values: &[values::Value], put: &mut impl FnMut(AppIx, u8, Why)) {
        let corpus = self.network.corpus();
        let is_few = |v: &&values::Value| v.is_exact() && corpus.uses(v.ix) <= FEW;
        let mut exact: Vec<AttributeIx> = values.iter().filter(is_few).map(|v| v.ix).collect();
        exact.sort_unstable_by_key(|&ix| (corpus.kind(ix), ix));
        for ix in exact {
            corpus.uses_of(ix).for_each(|(app, _)| put(app, 94, Why::Uses(ix)));
        }
    }

    /// The rings that fit: by their id, and by applicants who are in them.
    fn rings_of(&self, text: &str, people: &FxHashMap<ApplicantIx, Fitting>) -> Vec<FittingRing> {
        let mut found: FxHashMap<&RingId, FittingRing> = FxHashMap::default();
        for (&ix, one) in people {
            let Some(ring) = self.ring_of(ix) else { continue };
            let new = FittingRing { ring: ring.id.clone(), fit: one.fit, app: one.app, members: 0 };
            let known = found.entry(&ring.id).or_insert(new);
            known.members += 1;
            if (known.fit, known.app) < (one.fit, one.app) {
                (known.fit, known.app) = (one.fit, one.app);
            }
        }
        let mut found: Vec<FittingRing> = found.into_values().collect();
        if let Some(ring) = text.parse::<RingId>().ok().filter(|id| self.lineage.contains(id)) {
            found.push(FittingRing { ring, fit: 100, app: AppIx::default(), members: 0 });
        }
        found
    }

    fn ring_hit(&self, found: FittingRing) -> Hit {
        let FittingRing { ring, fit, app, members } = found;
        let who = || self.network.label(self.network.applicant_of(app));
        let reason = match members {
            0 if fit == 100 => "ring id".to_owned(),
            0 => "a ring id much like it".to_owned(),
            1 => format!("{} is in it", who()),
            n => format!("{} and {} more who fit are in it", who(), n - 1),
        };
        let label = ring.to_string();
        Hit { kind: HitKind::Ring, id: label.clone(), label, reason, fit, ring: None, uses: None }
    }

    fn attribute_hit(&self, found: &values::Value) -> Hit {
        let corpus = self.network.corpus();
        let attribute = corpus.attribute(found.ix);
        // A sealed value is found by nobody who does not know its id, and shown to nobody.
        let label = if attribute.is_sealed() {
            format!("{} (sealed)", attribute.kind.label())
        } else {
            attribute.value.clone()
        };
        let uses = match corpus.uses(found.ix) {
            n if n <= COUNTED => match self.network.users(found.ix).len() {
                1 => "1 applicant".to_owned(),
                n => format!("{n} applicants"),
            },
            n => format!("{n} applications"),
        };
        Hit {
            kind: HitKind::Attribute,
            id: attribute.id().to_string(),
            label,
            reason: format!("{}: {}", attribute.kind.label(), found.reason(&attribute)),
            fit: found.fit,
            ring: None,
            uses: Some(uses),
        }
    }
}

/// A ring that fits: by its id, or by so many members, of whom the application is one that fits best.
struct FittingRing {
    ring: RingId,
    fit: u8,
    app: AppIx,
    members: usize,
}

#[cfg(test)]
mod tests;
