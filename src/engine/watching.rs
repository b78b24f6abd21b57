//! Watch-lists over the store: entries come and go as facts, and the whole store is looked through for them. Not responsible
//! for telling whether a value is watched (`indicators::watch`).
//!
//! Most of what can be watched is a value that applications share, so the distinct values of the store are looked up, each
//! once. Wallets, numbers of accounts and domains of employers are none of those; they are looked for in the journal, and only
//! when something watched could be there.
//!
//! Invariant: adding entries that are there changes nothing; hits are sorted and do not depend on the order of arrival.

use crate::{
    engine::{Engine, EngineError, View, service::spoken},
    indicators::{
        IndicatorPolicy, Subject, WatchHit, WatchLists,
        watch::{Claims, shipped},
    },
    model::{
        AppIx, Application, ApplicationId, AttributeId, AttributeIx, Fact, ImportId, Moment, Seq,
        WatchEntry, WatchId, WatchKind,
    },
};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

/// Entries in one fact: some megabytes at most.
const LOT: usize = 2_000;

/// Applications looked at together.
const SOME: usize = 4_096;

/// The entries of the store, by id.
pub type Watched = BTreeMap<WatchId, WatchEntry>;

/// The lists as they were made last, and what of.
#[derive(Debug, Clone)]
pub struct Kept {
    own: Arc<Watched>,
    on: BTreeSet<String>,
    made: Moment,
    lists: Arc<WatchLists>,
}

/// The lists as they were made last.
pub(super) type KeptLists = Mutex<Option<Kept>>;

/// A watched value in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreHit {
    /// What matched, and how.
    pub hit: WatchHit,
    /// The value it is of; none for what is no value that applications share.
    pub attribute: Option<AttributeId>,
    /// The applications that claim it, sorted.
    pub applications: Vec<ApplicationId>,
}

/// What became of entries that were to be watched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watching {
    /// Entries that were not there.
    pub new: usize,
    /// Entries that say something else than before.
    pub changed: usize,
    /// Entries that were there.
    pub same: usize,
    /// Where the new and the changed ones are in the store.
    pub hits: Vec<StoreHit>,
}

/// What of the watched was found last, and in what.
pub(super) type KeptHits = Mutex<Option<(Seq, Arc<WatchLists>, Arc<Vec<StoreHit>>)>>;

impl Engine {
    /// Everything in a view that is on the lists as they hold now. Kept until the view or the lists change;
    /// as long as [`Engine::watch_hits`] then.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn watched_hits(&self, view: &View) -> Result<Arc<Vec<StoreHit>>, EngineError> {
        let lists = self.watched(&self.surroundings.policy);
        let mut kept = self.hits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((seq, of, hits)) = &*kept
            && *seq == view.seq
            && Arc::ptr_eq(of, &lists)
        {
            return Ok(Arc::clone(hits));
        }
        let hits = Arc::new(self.watch_hits(view, &lists)?);
        *kept = Some((view.seq, lists, Arc::clone(&hits)));
        Ok(hits)
    }

    /// The entries of the store and of the shipped lists that are on, as they hold now. Kept until an entry comes, goes, begins
    /// or ends; O(entries) then.
    #[must_use]
    pub fn watched(&self, policy: &IndicatorPolicy) -> Arc<WatchLists> {
        let (own, now) = (Arc::clone(&self.view().watched), self.clock.now());
        let on = &policy.shipped_lists;
        let mut kept = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = &*kept
            && Arc::ptr_eq(&kept.own, &own)
            && kept.on == *on
            && kept.made <= now
            && kept.lists.until().is_none_or(|until| now < until)
        {
            return Arc::clone(&kept.lists);
        }
        let all = own.values().cloned().chain(shipped(on));
        let lists = Arc::new(WatchLists::new(all, now));
        *kept = Some(Kept { own, on: on.clone(), made: now, lists: Arc::clone(&lists) });
        lists
    }

    /// Adds entries, and looks for the new and the changed ones in the whole store. An entry that is there, and at most says
    /// that it was added later, changes nothing.
    ///
    /// # Errors
    /// When `by` is blank, or when the store fails.
    pub fn watch(&self, entries: Vec<WatchEntry>, by: &str) -> Result<Watching, EngineError> {
        let by = spoken(by, "the name of who watches")?;
        let mut ledger = self.writer();
        // Of several under one id the last counts.
        let entries: Watched = entries.into_iter().map(|e| (e.id.clone(), e)).collect();
        let mut watching = Watching::default();
        let mut fresh: Vec<WatchEntry> = Vec::new();
        for (id, entry) in entries {
            match ledger.watched.get(&id) {
                None => watching.new += 1,
                Some(old) if says_the_same(old, &entry) => {
                    watching.same += 1;
                    continue;
                }
                Some(_) => watching.changed += 1,
            }
            fresh.push(entry);
        }
        if fresh.is_empty() {
            return Ok(watching);
        }
        let (before, at) = (ledger.seq, self.clock.now());
        let fact = |entries: &[WatchEntry]| Fact::Watched {
            entries: entries.to_vec(),
            by: by.clone(),
            at,
        };
        self.record(&mut ledger, fresh.chunks(LOT).map(fact).collect())?;
        self.restate(&mut ledger, before, None)?;
        drop(ledger);
        let view = self.view();
        watching.hits = self.watch_hits(&view, &WatchLists::new(fresh, at))?;
        Ok(watching)
    }

    /// Takes entries off their lists.
    ///
    /// # Errors
    /// When one of them is on no list of the store, when `by` or `why` is blank, or when the store fails.
    pub fn unwatch(&self, ids: &[WatchId], by: &str, why: &str) -> Result<(), EngineError> {
        let (by, why) = (spoken(by, "the name of who removes it")?, spoken(why, "a reason")?);
        let mut ledger = self.writer();
        if let Some(id) = ids.iter().find(|id| !ledger.watched.contains_key(id)) {
            return Err(EngineError::NotFound {
                what: "entry of the store's watch-lists",
                id: id.to_string(),
            });
        }
        if ids.is_empty() {
            return Ok(());
        }
        let (before, at) = (ledger.seq, self.clock.now());
        self.record(&mut ledger, vec![Fact::Unwatched { entries: ids.to_vec(), by, at, why }])?;
        self.restate(&mut ledger, before, None)
    }

    /// Everything of these lists in the store, by list, entry and claim. O(distinct values); where something watched could be
    /// what applications do not share, also O(bytes of the journal).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn watch_hits(
        &self,
        view: &View,
        lists: &WatchLists,
    ) -> Result<Vec<StoreHit>, EngineError> {
        self.watch_hits_after(view, lists, Seq(0))
    }

    /// The same, but for what is no value that applications share: of that only what came after this fact. O(distinct values);
    /// where something watched could be such, also O(bytes of the journal from there on).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn watch_hits_after(
        &self,
        view: &View,
        lists: &WatchLists,
        after: Seq,
    ) -> Result<Vec<StoreHit>, EngineError> {
        if lists.is_empty() {
            return Ok(Vec::new());
        }
        let mut hits = self.among_values(view, lists);
        if lists.looks_beyond_attributes() {
            hits.extend(self.beyond_values(view, lists, after)?);
        }
        hits.sort_by(|a, b| a.hit.order(&b.hit).then_with(|| a.attribute.cmp(&b.attribute)));
        Ok(hits)
    }

    fn among_values(&self, view: &View, lists: &WatchLists) -> Vec<StoreHit> {
        let corpus = view.network.corpus();
        let found: Vec<(AttributeIx, WatchHit, bool)> = (0..corpus.attribute_numbers().len())
            .into_par_iter()
            .flat_map_iter(|number| {
                let ix = AttributeIx::new(number);
                let hits = if corpus.uses(ix) == 0 {
                    Vec::new()
                } else {
                    lists.attribute(corpus.kind(ix), corpus.value(ix))
                };
                hits.into_iter().map(move |(hit, sure)| (ix, hit, sure))
            })
            .collect();
        let mut hits = Vec::new();
        for (ix, hit, sure) in found {
            let users: BTreeSet<AppIx> = corpus.uses_of(ix).map(|(app, _)| app).collect();
            let attribute = Some(corpus.attribute(ix).id());
            if sure {
                let mut applications: Vec<_> = users.iter().map(|&app| corpus.id(app)).collect();
                applications.sort_unstable();
                hits.push(StoreHit { hit, attribute, applications });
            } else {
                hits.extend(self.borne_out(view, lists, &hit, attribute, users));
            }
        }
        hits
    }

    /// The applications among these in which something else bears out a name that others bear too.
    fn borne_out(
        &self,
        view: &View,
        lists: &WatchLists,
        hit: &WatchHit,
        attribute: Option<AttributeId>,
        users: BTreeSet<AppIx>,
    ) -> Option<StoreHit> {
        let mut told: Vec<(ApplicationId, WatchHit)> = Vec::new();
        for app in users {
            let Some(application) = self.raw(view, app) else { continue };
            let claims = Claims::of(&Subject::new(&application));
            let hits = lists.schools(&claims).into_iter().chain(lists.employers(&claims));
            let own = hits.into_iter().find(|h| h.entry.id == hit.entry.id);
            told.extend(own.map(|own| (application.id.clone(), own)));
        }
        told.sort_by(|a, b| a.0.cmp(&b.0));
        let hit = told.first()?.1.clone();
        let applications = told.into_iter().map(|(id, _)| id).collect();
        Some(StoreHit { hit, attribute, applications })
    }

    fn beyond_values(
        &self,
        view: &View,
        lists: &WatchLists,
        after: Seq,
    ) -> Result<Vec<StoreHit>, EngineError> {
        let mut newest: BTreeMap<ApplicationId, Vec<WatchHit>> = BTreeMap::new();
        let mut some: Vec<Application> = Vec::new();
        let mut look = |some: &mut Vec<Application>| {
            let found: Vec<Vec<WatchHit>> = some.par_iter().map(|a| beyond(lists, a)).collect();
            for (application, hits) in some.drain(..).zip(found) {
                // A version replaces the one before, also where that said more.
                newest.remove(&application.id);
                if !hits.is_empty() {
                    newest.insert(application.id, hits);
                }
            }
        };
        let withdrawn: BTreeSet<&ImportId> = view
            .imports
            .iter()
            .filter(|record| record.withdrawn.is_some())
            .map(|r| &r.id)
            .collect();
        self.store.facts(Seq(after.0 + 1), &mut |seq, fact| {
            if let Fact::Received { import, application } = fact
                && seq <= view.seq
                && !withdrawn.contains(&import)
            {
                some.push(*application);
                if some.len() >= SOME {
                    look(&mut some);
                }
            }
            Ok(())
        })?;
        look(&mut some);
        let mut hits: Vec<StoreHit> = Vec::new();
        for (id, found) in newest {
            for hit in found {
                match hits.iter_mut().find(|h| h.hit == hit) {
                    Some(known) => known.applications.push(id.clone()),
                    None => {
                        hits.push(StoreHit {
                            hit,
                            attribute: None,
                            applications: vec![id.clone()],
                        });
                    }
                }
            }
        }
        Ok(hits)
    }
}

impl View {
    /// How many of the applications from this place on have a value that is watched, as far as values by themselves tell.
    /// O(values of those applications).
    #[must_use]
    pub fn touched(&self, from: usize, lists: &WatchLists) -> usize {
        let corpus = self.network.corpus();
        if lists.is_empty() || from >= corpus.len() {
            return 0;
        }
        let apps = || (from..corpus.len()).map(AppIx::new);
        let mut values: Vec<AttributeIx> =
            apps().flat_map(|app| corpus.app(app).used().map(|(ix, _)| ix)).collect();
        values.sort_unstable();
        values.dedup();
        let is_watched = |ix: &AttributeIx| {
            lists.attribute(corpus.kind(*ix), corpus.value(*ix)).iter().any(|(_, sure)| *sure)
        };
        let watched: Vec<AttributeIx> = values.into_par_iter().filter(is_watched).collect();
        if watched.is_empty() {
            return 0;
        }
        let has =
            |app: &AppIx| corpus.app(*app).used().any(|(ix, _)| watched.binary_search(&ix).is_ok());
        apps().filter(has).count()
    }
}

/// Whether an entry says what another does; one that has been there longer says so too.
fn says_the_same(old: &WatchEntry, new: &WatchEntry) -> bool {
    old.added <= new.added && *old == WatchEntry { added: old.added, ..new.clone() }
}

/// What of an application is watched and is no value that applications share: wallets, numbers of accounts, domains given with
/// schools and employers.
fn beyond(lists: &WatchLists, application: &Application) -> Vec<WatchHit> {
    const LISTS: [&str; 6] = ["education", "employment", "profiles", "code", "payment", "payments"];
    let has_list =
        application.nested.keys().any(|name| LISTS.contains(&crate::model::fold(name).as_str()));
    let has_column = application.extra.keys().any(|name| {
        let name = crate::model::fold(name);
        name.contains("wallet") || name.contains("domain")
    });
    if !has_list && !has_column {
        return Vec::new();
    }
    let claims = Claims::of(&Subject::new(application));
    let shared = |kind: WatchKind, what: &str| kind != WatchKind::Wallet && what != "account";
    let mut hits: Vec<WatchHit> = lists
        .identifiers(&claims)
        .into_iter()
        .filter(|(_, id)| !shared(id.kind, id.what))
        .map(|(hit, _)| hit)
        .collect();
    let given: BTreeSet<&String> =
        claims.schools.iter().chain(&claims.employers).flat_map(|c| &c.domains).collect();
    let named = lists.employers(&claims).into_iter().chain(lists.schools(&claims));
    hits.extend(named.filter(|hit| given.contains(&hit.claimed)));
    hits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::fixtures::{import, open, store},
        ingest::{self, Input, Options},
        model::{Grade, Tlp},
        store::Store,
    };
    use std::io::Cursor;

    fn entry(kind: WatchKind, value: &str) -> WatchEntry {
        WatchEntry {
            id: WatchEntry::id_of("ours", kind, value),
            list: "ours".into(),
            kind,
            value: value.into(),
            aliases: Vec::new(),
            weak_aliases: Vec::new(),
            reason: "a test".into(),
            source: "a test".into(),
            grade: Grade::High,
            tlp: Tlp::Green,
            added: Moment(0),
            expires: None,
        }
    }

    const ROWS: &str = "\
application_id,full_name,email,phone,institution,employer
A1,Ada Quill,ada@front.example,202-555-0141,Wuzhenbury Univ. of Technology,Silver Star Trading Ltd
A2,Bo Tarn,bo@example.org,202-555-0142,WUT,Works
A3,Cleo Okafor,cleo@example.org,202-555-0143,Wuzhenbury University of Technology,
";

    fn told(hits: &[StoreHit]) -> Vec<String> {
        let one = |h: &StoreHit| {
            let ids: Vec<&str> = h.applications.iter().map(ApplicationId::as_str).collect();
            format!("{} {} {}", h.hit.entry.value, h.hit.how.name(), ids.join("+"))
        };
        hits.iter().map(one).collect()
    }

    #[test]
    fn entries_are_looked_for_in_what_is_stored_and_twice_changes_nothing() {
        let store = store();
        let engine = open(&store);
        import(&engine, ROWS);
        let school = WatchEntry {
            weak_aliases: vec!["WUT".into()],
            ..entry(WatchKind::Institution, "Wuzhenbury University of Technology")
        };
        let all = vec![
            school,
            entry(WatchKind::Domain, "front.example"),
            entry(WatchKind::Employer, "Silverstar Trading Corporation"),
            entry(WatchKind::Phone, "+1 202 555 0143"),
            entry(WatchKind::Email, "nobody@example.org"),
        ];
        let watching = engine.watch(all.clone(), "tester").unwrap();
        assert_eq!((watching.new, watching.changed, watching.same), (5, 0, 0));
        let mut hits = told(&watching.hits);
        hits.sort();
        assert_eq!(
            hits,
            [
                "+1 202 555 0143 exact A3",
                "Silverstar Trading Corporation other_language A1",
                "Wuzhenbury University of Technology exact A1+A3",
                "front.example exact A1",
            ]
        );
        let seq = store.head().seq;
        let later: Vec<WatchEntry> =
            all.into_iter().map(|e| WatchEntry { added: Moment(9), ..e }).collect();
        let again = engine.watch(later, "tester").unwrap();
        assert_eq!((again.new, again.same, again.hits.len()), (0, 5, 0));
        assert_eq!(store.head().seq, seq, "nothing was recorded");
        let lists = engine.watched(&IndicatorPolicy::default());
        assert!(Arc::ptr_eq(&lists, &engine.watched(&IndicatorPolicy::default())));
        assert_eq!(engine.watch_hits(&engine.view(), &lists).unwrap().len(), 4);
        assert_eq!(engine.view().touched(0, &lists), 2);
        assert_eq!(engine.view().touched(1, &lists), 1);
    }

    #[test]
    fn entries_go_with_a_reason_and_are_kept_through_a_restart() {
        let store = store();
        let engine = open(&store);
        import(&engine, ROWS);
        let domain = entry(WatchKind::Domain, "front.example");
        engine
            .watch(vec![domain.clone(), entry(WatchKind::Phone, "202-555-0142")], "tester")
            .unwrap();
        assert!(matches!(
            engine.unwatch(&[WatchId::derive("x")], "tester", "x"),
            Err(EngineError::NotFound { .. })
        ));
        assert!(engine.unwatch(std::slice::from_ref(&domain.id), "tester", " ").is_err());
        drop(engine);
        for _ in 0..2 {
            // Once from the journal's end, once from the snapshot of the first.
            let engine = open(&store);
            let lists = engine.watched(&IndicatorPolicy::default());
            assert_eq!(told(&engine.watch_hits(&engine.view(), &lists).unwrap()).len(), 2);
        }
        let engine = open(&store);
        engine.unwatch(&[domain.id], "tester", "it was ours").unwrap();
        let lists = engine.watched(&IndicatorPolicy::default());
        let hits = engine.watch_hits(&engine.view(), &lists).unwrap();
        assert_eq!(told(&hits), ["202-555-0142 exact A2"]);
    }

    #[test]
    fn what_is_no_shared_value_is_found_too_in_the_newest_version() {
        let engine = open(&store());
        let rows = r#"{"application_id":"A1","full_name":"Ada Quill","employment":[{"employer":"Works","domain":"jobs.front.example"}]}
{"application_id":"A2","full_name":"Bo Tarn","payments":[{"wallet":"bc1qexampleexampleexample0000"}]}
{"application_id":"A2","full_name":"Bo Tarn","payments":[]}
{"application_id":"A3","full_name":"Cleo Okafor","education":[{"school":"WUT","city":"Wuzhenbury"}]}
"#;
        let input = Input::stream("rows.jsonl", Cursor::new(rows.as_bytes().to_vec()));
        let mut rows = ingest::open(input, &Options::default()).unwrap();
        engine.import("rows.jsonl", &mut rows, &mut |_| Ok(()), "tester", &mut |_| {}).unwrap();
        let school = WatchEntry {
            weak_aliases: vec!["WUT".into()],
            ..entry(WatchKind::Institution, "Wuzhenbury University of Technology")
        };
        let all = vec![
            school,
            entry(WatchKind::Domain, "front.example"),
            entry(WatchKind::Wallet, "BC1QEXAMPLEEXAMPLEEXAMPLE0000"),
        ];
        let mut hits = told(&engine.watch(all, "tester").unwrap().hits);
        hits.sort();
        assert_eq!(
            hits,
            ["Wuzhenbury University of Technology weak_alias A3", "front.example under A1",]
        );
        let import = engine.imports()[0].id.clone();
        engine.withdraw_import(&import, "tester", "the wrong file").unwrap();
        let lists = engine.watched(&IndicatorPolicy::default());
        assert_eq!(engine.watch_hits(&engine.view(), &lists).unwrap(), []);
    }

    #[test]
    fn what_expired_is_not_found() {
        let engine = open(&store());
        import(&engine, ROWS);
        let late = WatchEntry { added: Moment(5), ..entry(WatchKind::Domain, "front.example") };
        assert_eq!(engine.watch(vec![late], "tester").unwrap().hits, []);
        assert!(engine.watched(&IndicatorPolicy::default()).is_empty());
    }
}
