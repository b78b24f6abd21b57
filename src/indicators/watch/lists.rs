//! The entries that hold at one moment, ready to be looked up: by name for schools and employers, exactly for the rest. Not
//! responsible for keeping entries (`engine`) nor for comparing names (`names`, `compare`).
//!
//! A name that others bear too counts only with something else in the application that says the same: its place given with
//! it, a domain of the organisation, or one of its full names elsewhere in the application.
//!
//! Invariant: entries that do not hold are as if they were not there; hits are sorted, one for each entry and claim.

use crate::{
    indicators::watch::{
        claims::{Claim, Claims, Identifier},
        facts::{self, EntryName, Facts, Standing},
        hit::{How, WatchHit},
        identifier::{canonical, with_above},
        names::{Found, NameIndex},
        spelling::{Sort, Spelled, spell},
    },
    model::{AttributeKind, Moment, WatchEntry, WatchId, WatchKind},
    normalize::fold,
};
use rustc_hash::FxHashMap;
use std::{collections::BTreeMap, sync::Arc};

/// Words that a school's name has, in whatever place.
const SCHOOL_WORDS: &[&str] =
    &["university", "college", "institute", "academy", "school", "polytechnic"];

/// The entries that hold at one moment, ready to be looked up.
#[derive(Debug, Clone)]
pub struct WatchLists {
    /// In the order of their ids.
    entries: Vec<Arc<WatchEntry>>,
    schools: NameIndex,
    firms: NameIndex,
    /// Entries by kind and canonical value.
    exact: FxHashMap<(WatchKind, Box<str>), Vec<u32>>,
    /// Domains of schools and of employers.
    domains: FxHashMap<(WatchKind, Box<str>), Vec<u32>>,
    /// When the first of them ends, or another begins.
    until: Option<Moment>,
}

impl Default for WatchLists {
    fn default() -> Self {
        Self::new([], Moment(0))
    }
}

impl WatchLists {
    /// The lists of those entries that hold at this moment; of several under one id the last. O(bytes of all names).
    #[must_use]
    pub fn new(entries: impl IntoIterator<Item = WatchEntry>, now: Moment) -> Self {
        let by_id: BTreeMap<WatchId, WatchEntry> =
            entries.into_iter().map(|entry| (entry.id.clone(), entry)).collect();
        let turns = by_id.values().flat_map(|e| [Some(e.added), e.expires]).flatten();
        let until = turns.filter(|at| *at > now).min();
        let entries: Vec<Arc<WatchEntry>> =
            by_id.into_values().filter(|e| e.holds_at(now)).map(Arc::new).collect();
        let mut exact: FxHashMap<(WatchKind, Box<str>), Vec<u32>> = FxHashMap::default();
        let mut domains: FxHashMap<(WatchKind, Box<str>), Vec<u32>> = FxHashMap::default();
        let mut names = |kind: WatchKind, sort| -> Vec<(Vec<EntryName>, Facts)> {
            let read = |(at, entry): (u32, &Arc<WatchEntry>)| {
                if entry.kind != kind {
                    return (Vec::new(), Facts::default());
                }
                let (names, facts) = facts::read(sort, entry);
                for domain in &facts.domains {
                    domains.entry((kind, domain.as_str().into())).or_default().push(at);
                }
                (names, facts)
            };
            (0..).zip(&entries).map(read).collect()
        };
        let schools = NameIndex::new(Sort::School, names(WatchKind::Institution, Sort::School));
        let firms = NameIndex::new(Sort::Firm, names(WatchKind::Employer, Sort::Firm));
        for (at, entry) in (0..).zip(&entries) {
            for text in std::iter::once(&entry.value).chain(&entry.aliases) {
                if let Some(value) = canonical(entry.kind, text) {
                    let found = exact.entry((entry.kind, value.into())).or_default();
                    if !found.contains(&at) {
                        found.push(at);
                    }
                }
            }
        }
        Self { entries, schools, firms, exact, domains, until }
    }

    /// Number of entries that hold.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no entry holds.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries that hold, in the order of their ids.
    pub fn entries(&self) -> impl Iterator<Item = &Arc<WatchEntry>> {
        self.entries.iter()
    }

    /// When other entries hold; never, where none ends or begins.
    #[must_use]
    pub fn until(&self) -> Option<Moment> {
        self.until
    }

    /// Whether any entry could be found only outside of what applications share as attributes.
    #[must_use]
    pub fn looks_beyond_attributes(&self) -> bool {
        !self.domains.is_empty()
            || self.entries.iter().any(|e| {
                matches!(e.kind, WatchKind::Wallet | WatchKind::Domain | WatchKind::Handle)
            })
    }

    /// Watched schools among those that an application names. O(claims).
    #[must_use]
    pub fn schools(&self, claims: &Claims) -> Vec<WatchHit> {
        let mut hits = Vec::new();
        for claim in &claims.schools {
            hits.extend(self.names(Sort::School, claim, claims));
            hits.extend(
                self.by_domain(WatchKind::Institution, claim.domains.iter().map(String::as_str)),
            );
        }
        hits.extend(self.by_domain(WatchKind::Institution, claims.hosts()));
        unique(hits)
    }

    /// Watched employers among those that an application names, and schools that employed. Whether it was the name or the
    /// domain shows in what matched. O(claims).
    #[must_use]
    pub fn employers(&self, claims: &Claims) -> Vec<WatchHit> {
        let mut hits = Vec::new();
        for claim in &claims.employers {
            hits.extend(self.names(Sort::Firm, claim, claims));
            if is_school(&claim.name) {
                hits.extend(self.names(Sort::School, claim, claims));
            }
            for host in &claim.domains {
                hits.extend(self.by_domain(WatchKind::Employer, std::iter::once(host.as_str())));
                hits.extend(self.identifier(WatchKind::Domain, host, host));
            }
        }
        unique(hits)
    }

    /// Watched values among everything else, each with what it is in the application. O(identifiers).
    #[must_use]
    pub fn identifiers<'a>(&self, claims: &'a Claims) -> Vec<(WatchHit, &'a Identifier)> {
        let found = claims.identifiers.iter().flat_map(|id| {
            self.identifier(id.kind, &id.value, &id.shown).into_iter().map(move |hit| (hit, id))
        });
        let mut found: Vec<_> = found.collect();
        found.sort_by(|a, b| a.0.order(&b.0).then_with(|| a.1.cmp(b.1)));
        found
    }

    /// The entries of an exact kind that a canonical value is. O(1), for a domain O(labels).
    #[must_use]
    pub fn identifier(&self, kind: WatchKind, value: &str, claimed: &str) -> Vec<WatchHit> {
        let look = |value: &str| self.exact.get(&(kind, value.into())).into_iter().flatten();
        let hit = |at: &u32, matched: &str, how: Option<How>| {
            let entry = self.entries.get(*at as usize)?;
            let own = canonical(kind, &entry.value).as_deref() == Some(matched);
            let how = how.unwrap_or(if own { How::Exact } else { How::Alias });
            let (matched, claimed) = (matched.to_owned(), claimed.to_owned());
            Some(WatchHit { entry: Arc::clone(entry), matched, how, claimed })
        };
        match kind {
            WatchKind::Domain => {
                let under = |domain: &str| (domain != value).then_some(How::Under);
                let all = with_above(value).flat_map(|domain| {
                    look(domain).filter_map(move |at| hit(at, domain, under(domain)))
                });
                unique(all.collect())
            }
            WatchKind::Handle => {
                let bare = value.split_once(':').map(|(_, handle)| handle);
                let both = std::iter::once(value).chain(bare);
                unique(both.flat_map(|v| look(v).filter_map(move |at| hit(at, v, None))).collect())
            }
            _ => look(value).filter_map(|at| hit(at, value, None)).collect(),
        }
    }

    /// The hits of an attribute of the store by its canonical value, each with whether it stands by itself: a name that
    /// others bear too has to be looked at in the application. O(words of the value).
    #[must_use]
    pub fn attribute(&self, kind: AttributeKind, value: &str) -> Vec<(WatchHit, bool)> {
        let sure = |hits: Vec<WatchHit>| hits.into_iter().map(|hit| (hit, true)).collect();
        match kind {
            AttributeKind::Institution => self.by_key(Sort::School, value),
            AttributeKind::Employer => {
                let mut all = self.by_key(Sort::Firm, value);
                if is_school(value) {
                    all.extend(self.by_key(Sort::School, value));
                }
                all
            }
            AttributeKind::Phone => sure(self.identifier(WatchKind::Phone, value, value)),
            AttributeKind::Address => sure(self.identifier(WatchKind::Address, value, value)),
            AttributeKind::Email => sure(self.mailbox(value)),
            AttributeKind::Referee => match value.split_once(':') {
                Some(("email", mailbox)) => sure(self.mailbox(mailbox)),
                Some((_, phone)) => sure(self.identifier(WatchKind::Phone, phone, phone)),
                None => Vec::new(),
            },
            AttributeKind::Profile => {
                let mut hits = self.identifier(WatchKind::Handle, value, value);
                if let Some(host) = value.strip_prefix("web:").and_then(super::identifier::host) {
                    hits.extend(self.hosts(&host));
                }
                sure(unique(hits))
            }
            _ => Vec::new(),
        }
    }

    fn mailbox(&self, mailbox: &str) -> Vec<WatchHit> {
        let mut hits = self.identifier(WatchKind::Email, mailbox, mailbox);
        if let Some((_, host)) = mailbox.rsplit_once('@') {
            hits.extend(self.hosts(host));
        }
        unique(hits)
    }

    /// What a host is that mailboxes or sites are at: a watched domain, or that of a watched school.
    fn hosts(&self, host: &str) -> Vec<WatchHit> {
        let mut hits = self.identifier(WatchKind::Domain, host, host);
        hits.extend(self.by_domain(WatchKind::Institution, std::iter::once(host)));
        hits
    }

    fn by_key(&self, sort: Sort, value: &str) -> Vec<(WatchHit, bool)> {
        let index = self.index(sort);
        let found = index.find(value);
        let hits = found.iter().filter_map(|f| {
            let hit = self.hit(sort, f, value)?;
            let weak = index.name(f.name).is_some_and(|n| n.standing == Standing::Weak);
            Some((hit, !weak || f.borne_out))
        });
        hits.collect()
    }

    fn index(&self, sort: Sort) -> &NameIndex {
        match sort {
            Sort::School => &self.schools,
            Sort::Firm => &self.firms,
        }
    }

    fn names(&self, sort: Sort, claim: &Claim, claims: &Claims) -> Vec<WatchHit> {
        if claim.name.is_empty() {
            return Vec::new();
        }
        let index = self.index(sort);
        let found = index.find(&claim.name);
        let hits = found.iter().filter_map(|f| {
            let mut hit = self.hit(sort, f, &claim.name)?;
            let name = index.name(f.name)?;
            if name.standing == Standing::Weak && !f.borne_out {
                let with = self.borne_out(sort, name.entry, claim, claims)?;
                hit.how = How::WeakAlias(with);
            }
            Some(hit)
        });
        hits.collect()
    }

    /// What else in the application says that a name that others bear too means this entry; none when nothing does.
    fn borne_out(&self, sort: Sort, entry: u32, claim: &Claim, claims: &Claims) -> Option<String> {
        let index = self.index(sort);
        let facts = index.facts(entry)?;
        if let Some(place) = claim.places.iter().find(|place| facts.is_in(place)) {
            return Some(format!("the place \"{place}\""));
        }
        let hosts = claim.domains.iter().map(String::as_str).chain(claims.hosts());
        if let Some(host) = hosts.into_iter().find(|host| facts.owns(host)) {
            return Some(format!("the domain \"{host}\""));
        }
        let others = claims.schools.iter().chain(&claims.employers).filter(|c| *c != claim);
        for other in others {
            let full = index.find(&other.name).into_iter().any(|f| {
                index.name(f.name).is_some_and(|n| n.entry == entry && n.standing != Standing::Weak)
            });
            if full {
                return Some(format!("\"{}\" elsewhere in it", other.name));
            }
        }
        let told = facts.full.iter().find(|name| claims.text.contains(&format!(" {name} ")))?;
        Some(format!("\"{told}\" in the resume"))
    }

    fn hit(&self, sort: Sort, found: &Found, claimed: &str) -> Option<WatchHit> {
        let name = self.index(sort).name(found.name)?;
        let entry = Arc::clone(self.entries.get(name.entry as usize)?);
        let how = how(sort, found, name.standing, &name.text, claimed);
        Some(WatchHit { entry, matched: name.text.to_string(), how, claimed: claimed.to_owned() })
    }

    fn by_domain<'a>(
        &self,
        kind: WatchKind,
        hosts: impl Iterator<Item = &'a str>,
    ) -> Vec<WatchHit> {
        let mut hits = Vec::new();
        for host in hosts {
            for domain in with_above(host) {
                let found = self.domains.get(&(kind, domain.into())).into_iter().flatten();
                hits.extend(found.filter_map(|at| {
                    Some(WatchHit {
                        entry: Arc::clone(self.entries.get(*at as usize)?),
                        matched: domain.to_owned(),
                        how: if domain == host { How::Alias } else { How::Under },
                        claimed: host.to_owned(),
                    })
                }));
            }
        }
        hits
    }
}

/// How a name was found, in one word.
fn how(sort: Sort, found: &Found, standing: Standing, name: &str, claimed: &str) -> How {
    let fit = found.fit;
    if standing == Standing::Weak {
        return How::WeakAlias("words beside it that say the same".to_owned());
    }
    if fit.slips > 0 {
        return How::Misspelled;
    }
    if fit.around > 0 {
        return How::Within;
    }
    if fit.abbreviated {
        return How::Abbreviated;
    }
    let own = if standing == Standing::Value { How::Exact } else { How::Alias };
    let plain = |text: &str| spell(sort, text).map(|s| s.plain);
    if found.known && plain(name) != plain(claimed) {
        return How::Alias;
    }
    if fit.respelt {
        return How::OtherLanguage;
    }
    // What is left are abbreviations and forms of other languages that are written out before anything is compared.
    let letters =
        |text: &str| fold::words(text).map_or(0, |t| t.bytes().filter(|&b| b != b' ').count());
    let raw = |text: &str| fold::words(text).map(|t| said(&t));
    let (a, b) = (raw(name), raw(claimed));
    if a == b {
        return own;
    }
    let sorted = |words: &Option<Vec<String>>| {
        let mut words = words.clone().unwrap_or_default();
        words.sort_unstable();
        words
    };
    if sorted(&a) == sorted(&b) {
        How::Reordered
    } else if letters(claimed) * 10 < letters(name) * 9 {
        How::Abbreviated
    } else if plain(name) == plain(claimed)
        && fold::fold(name) == name.to_lowercase()
        && claimed.is_ascii()
    {
        own
    } else {
        How::OtherLanguage
    }
}

/// Folded words but those that say nothing.
fn said(folded: &str) -> Vec<String> {
    let nothing = ["of", "the", "and", "at", "in", "for"];
    folded.split(' ').filter(|w| !nothing.contains(w)).map(str::to_owned).collect()
}

/// Whether a name has a word that schools have.
fn is_school(name: &str) -> bool {
    let spelled = spell(Sort::School, name);
    spelled.is_some_and(|Spelled { words, .. }| {
        words.iter().any(|w| SCHOOL_WORDS.contains(&w.as_str()))
    })
}

/// Sorted, and of several of one entry about one claim the strictest.
fn unique(mut hits: Vec<WatchHit>) -> Vec<WatchHit> {
    hits.sort_by(WatchHit::order);
    hits.dedup_by(|a, b| a.entry.id == b.entry.id && a.claimed == b.claimed);
    hits
}
