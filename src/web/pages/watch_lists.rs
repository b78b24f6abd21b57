//! `GET /watch-lists`: what is watched for, where it is in the store today, and the entries of a list. Not responsible for
//! changing lists (`web::watch`) nor for finding hits (`engine`, `indicators::watch`).
//!
//! Invariant: a hit says how it was found, and a likeness of names is never called more than that.

use crate::{
    engine::StoreHit,
    explain::words::{count, grouped},
    indicators::watch::{How, SHIPPED, is_shipped, shipped},
    model::{Attribute, AttributeId, Moment, Ring, WatchEntry, WatchId, WatchKind},
    web::{
        WebError,
        judge::aside,
        labels,
        page::{self, Chrome, Section},
        pager::Pager,
        state::Visit,
        text::{Piece, listed},
        urls,
        veil::Seen,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Entries and hits on a page.
const SIZE: usize = 25;
/// Names told of those who have a value.
const NAMED: usize = 4;

/// What to show.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    list: Option<String>,
    q: Option<String>,
    page: Option<String>,
    hits: Option<String>,
}

/// A list.
struct ListRow {
    name: String,
    about: String,
    url: String,
    n: usize,
    n_hits: usize,
    /// `on`, `off` or `yours`.
    state: &'static str,
    last: String,
    is_chosen: bool,
}

/// An entry.
struct EntryRow {
    kind: &'static str,
    value: String,
    names: String,
    weak: String,
    reason: String,
    source: String,
    grade: &'static str,
    tlp: &'static str,
    since: String,
    until: String,
    /// Whether it holds now; else why not.
    lapse: &'static str,
    n_hits: usize,
    /// Where it is withdrawn; empty for what comes with Ringer.
    withdraw: String,
}

/// A watched value that is in the store.
struct HitRow {
    value: String,
    kind: &'static str,
    list: String,
    list_url: String,
    /// How it was found.
    how: String,
    /// Whether the value itself was claimed, and not a name like it.
    is_exact: bool,
    claimed: Vec<Piece>,
    who: Vec<Piece>,
    rings: Vec<Piece>,
    reason: String,
}

#[derive(Template)]
#[template(path = "pages/watch_lists.html")]
struct WatchListsPage {
    chrome: Chrome,
    headline: String,
    hits: Vec<HitRow>,
    hits_pager: Pager,
    lists: Vec<ListRow>,
    chosen: String,
    chosen_about: String,
    is_shipped: bool,
    q: String,
    clear: String,
    entries: Vec<EntryRow>,
    pager: Pager,
    n_own: usize,
    kinds: &'static [WatchKind],
    own_lists: Vec<String>,
}

/// Everything found of one entry.
struct Found<'a> {
    entry: &'a WatchEntry,
    hits: Vec<&'a StoreHit>,
    applicants: BTreeSet<crate::model::ApplicantIx>,
}

impl Found<'_> {
    /// The strictest way in which it was found.
    fn how(&self) -> Option<&How> {
        self.hits.iter().map(|hit| &hit.hit.how).min()
    }
}

/// `GET /watch-lists`.
pub async fn watch_lists(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let view = visit.view.clone();
    let (desk, seen) = (visit.state.desk.clone(), view.clone());
    let hits = aside(move || desk.watch_hits(&seen)).await?;
    let found = found(&view, &hits);
    let now = visit.state.desk.now();
    let all = every(&visit);
    let chosen = ask.list.unwrap_or_default();
    if !chosen.is_empty() && !all.contains_key(&chosen) {
        let id = chosen.chars().take(80).collect();
        return Err(WebError::NotFound { what: "watch-list", id });
    }
    let n_hits: BTreeMap<&WatchId, usize> =
        found.iter().map(|f| (&f.entry.id, f.applicants.len())).collect();
    let q = ask.q.unwrap_or_default().trim().to_owned();
    let folded = q.to_lowercase();
    let mut entries: Vec<&WatchEntry> = all
        .iter()
        .filter(|(name, _)| if chosen.is_empty() { !is_shipped(name) } else { **name == chosen })
        .flat_map(|(_, entries)| entries)
        .filter(|entry| folded.is_empty() || says(&view, entry, &folded))
        .collect();
    entries.sort_by(|a, b| (&a.list, a.kind, &a.value).cmp(&(&b.list, b.kind, &b.value)));
    let kept = vec![("list", chosen.clone()), ("q", q.clone())];
    let pager = Pager::new(ask.page.as_deref(), entries.len(), SIZE, urls::WATCH_LISTS, "page")
        .keeping(kept.clone())
        .at("#entries");
    let hits_pager = Pager::new(ask.hits.as_deref(), found.len(), SIZE, urls::WATCH_LISTS, "hits")
        .keeping(kept)
        .at("#hits");
    let entries = pager
        .of(&entries)
        .iter()
        .map(|entry| row(&view, entry, now, n_hits.get(&entry.id)))
        .collect();
    let own_lists: Vec<String> = all.keys().filter(|name| !is_shipped(name)).cloned().collect();
    page::render(&WatchListsPage {
        headline: headline(&found),
        hits: hits_pager.of(&found).iter().map(|found| hit(&view, found)).collect(),
        hits_pager,
        lists: lists(&visit, &all, &n_hits, &chosen),
        chosen_about: SHIPPED
            .iter()
            .find(|list| list.name == chosen)
            .map_or_else(String::new, |list| list.about.to_owned()),
        is_shipped: is_shipped(&chosen),
        clear: urls::query(urls::WATCH_LISTS, &[("list", &chosen)]),
        chosen,
        q,
        entries,
        pager,
        n_own: view.watched.len(),
        kinds: WatchKind::ALL,
        own_lists,
        chrome: visit.chrome("Watch-lists", Section::WatchLists),
    })
}

/// Every list with its entries: those that come with Ringer, on or off, and those of the store.
fn every(visit: &Visit) -> BTreeMap<String, Vec<WatchEntry>> {
    let names = SHIPPED.iter().map(|list| list.name.to_owned()).collect();
    let mut all: BTreeMap<String, Vec<WatchEntry>> = BTreeMap::new();
    for entry in shipped(&names).into_iter().chain(visit.view.watched.values().cloned()) {
        all.entry(entry.list.clone()).or_default().push(entry);
    }
    all
}

/// What was found, entry by entry: the values themselves before likenesses, and then what most have.
fn found<'a>(view: &Seen, hits: &'a [StoreHit]) -> Vec<Found<'a>> {
    let mut by_entry: BTreeMap<&WatchId, Found<'a>> = BTreeMap::new();
    for hit in hits {
        let entry = &*hit.hit.entry;
        let found = by_entry.entry(&entry.id).or_insert_with(|| Found {
            entry,
            hits: Vec::new(),
            applicants: BTreeSet::new(),
        });
        found.hits.push(hit);
        let who = hit.applications.iter().filter_map(|id| view.applicant(id.as_str()));
        found.applicants.extend(who);
    }
    let mut all: Vec<Found<'a>> =
        by_entry.into_values().filter(|found| !found.applicants.is_empty()).collect();
    all.sort_by_key(|f| {
        let is_alike = f.how().is_none_or(|how| !is_exact(how));
        (is_alike, std::cmp::Reverse(f.applicants.len()), f.entry.id.clone())
    });
    all
}

fn headline(found: &[Found<'_>]) -> String {
    let who: BTreeSet<_> = found.iter().flat_map(|f| &f.applicants).collect();
    match found.len() {
        0 => "Nothing that is watched for is in the store.".to_owned(),
        n => format!(
            "{} in the store, with {}. A hit is a reason to verify what is claimed, and says nothing about anybody by itself.",
            count(n, "watched value is", "watched values are"),
            count(who.len(), "applicant", "applicants"),
        ),
    }
}

/// Whether it is the value itself that is claimed, and not a name like it.
fn is_exact(how: &How) -> bool {
    matches!(how, How::Exact | How::Alias | How::Under)
}

fn hit(view: &Seen, found: &Found<'_>) -> HitRow {
    let entry = found.entry;
    let claims: BTreeMap<&str, Option<&AttributeId>> =
        found.hits.iter().map(|hit| (hit.hit.claimed.as_str(), hit.attribute.as_ref())).collect();
    let more = claims.len().saturating_sub(NAMED);
    let mut claimed: Vec<Piece> =
        claims.into_iter().take(NAMED).map(|(text, id)| claim(view, entry, text, id)).collect();
    if more > 0 {
        claimed.push(Piece::text(format!("{} more", grouped(more))));
    }
    let mut who: Vec<Piece> = found
        .applicants
        .iter()
        .take(NAMED)
        .map(|&ix| {
            Piece::link(view.network.label(ix), urls::applicant(&view.network.applicant(ix).id))
        })
        .collect();
    if found.applicants.len() > NAMED {
        who.push(Piece::text(format!("{} more", grouped(found.applicants.len() - NAMED))));
    }
    let mut rings: Vec<&Ring> =
        found.applicants.iter().filter_map(|&ix| view.ring_of(ix)).collect();
    rings.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    rings.dedup_by(|a, b| a.id == b.id);
    let n_rings = rings.len();
    let mut rings: Vec<Piece> = rings
        .into_iter()
        .take(NAMED)
        .map(|ring| Piece::link(format!("ring of {}", ring.members.len()), urls::ring(&ring.id)))
        .collect();
    if n_rings > NAMED {
        rings.push(Piece::text(format!("{} more", grouped(n_rings - NAMED))));
    }
    HitRow {
        value: view.watched(entry.kind, &entry.value),
        kind: entry.kind.name(),
        list: entry.list.clone(),
        list_url: urls::watch_list(&entry.list),
        how: found.how().map_or_else(String::new, ToString::to_string),
        is_exact: found.how().is_some_and(is_exact),
        claimed: listed(claimed),
        who: listed(who),
        rings: listed(rings),
        reason: view.text(&entry.reason),
    }
}

/// What was claimed, masked where screens never show it.
fn claim(view: &Seen, entry: &WatchEntry, text: &str, id: Option<&AttributeId>) -> Piece {
    let corpus = view.network.corpus();
    let attribute = id.and_then(|id| corpus.find_attribute(id)).map(|ix| corpus.attribute(ix));
    let is_sealed =
        entry.kind == WatchKind::Wallet || attribute.as_ref().is_some_and(Attribute::is_sealed);
    let shown = if is_sealed { labels::SEALED.to_owned() } else { view.watched(entry.kind, text) };
    match id {
        Some(id) => Piece::link(shown, urls::attribute(id)),
        None => Piece::text(shown),
    }
}

fn lists(
    visit: &Visit,
    all: &BTreeMap<String, Vec<WatchEntry>>,
    n_hits: &BTreeMap<&WatchId, usize>,
    chosen: &str,
) -> Vec<ListRow> {
    let row = |name: &str, about: String, state| {
        let entries = all.get(name).map(Vec::as_slice).unwrap_or_default();
        let last = entries.iter().map(|entry| entry.added).max();
        ListRow {
            name: name.to_owned(),
            about,
            url: urls::watch_list(name),
            n: entries.len(),
            n_hits: entries.iter().filter(|entry| n_hits.contains_key(&entry.id)).count(),
            state,
            last: last.map_or_else(String::new, Moment::day),
            is_chosen: name == chosen,
        }
    };
    let on = &visit.state.desk.indicator_policy().shipped_lists;
    let own = all.iter().filter(|(name, _)| !is_shipped(name)).map(|(name, entries)| {
        let sources: BTreeSet<&str> = entries.iter().map(|e| e.source.as_str()).collect();
        let sources: Vec<&str> = sources.into_iter().take(3).collect();
        row(name, format!("from {}", sources.join(", ")), "yours")
    });
    let of_ringer = SHIPPED.iter().map(|list| {
        row(list.name, list.about.to_owned(), if on.contains(list.name) { "on" } else { "off" })
    });
    own.chain(of_ringer).collect()
}

/// Whether an entry says this, folded. Where its value is masked only the whole of it is found: one part after the other
/// would tell it.
fn says(view: &Seen, entry: &WatchEntry, folded: &str) -> bool {
    let has = |text: &String| text.to_lowercase().contains(folded);
    let is_whole = |text: &String| text.to_lowercase() == folded;
    let mut names = [&entry.value].into_iter().chain(&entry.aliases).chain(&entry.weak_aliases);
    if view.is_veiled() {
        let told = [&entry.reason, &entry.source].map(|text| view.text(text));
        let mut names = names;
        return told.iter().any(has)
            || names.any(|n| if entry.kind.is_contact() { is_whole(n) } else { has(n) });
    }
    names.any(has) || has(&entry.reason) || has(&entry.source)
}

fn row(view: &Seen, entry: &WatchEntry, now: Moment, n_hits: Option<&usize>) -> EntryRow {
    let all = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|n| view.watched(entry.kind, n)).collect();
        names.join("; ")
    };
    EntryRow {
        kind: entry.kind.name(),
        value: view.watched(entry.kind, &entry.value),
        names: all(&entry.aliases),
        weak: all(&entry.weak_aliases),
        reason: view.text(&entry.reason),
        source: view.text(&entry.source),
        grade: entry.grade.name(),
        tlp: entry.tlp.name(),
        since: entry.added.day(),
        until: entry.expires.map_or_else(String::new, Moment::day),
        lapse: match entry.expires {
            Some(end) if end <= now => "expired",
            _ if entry.added > now => "holds later",
            _ => "",
        },
        n_hits: n_hits.copied().unwrap_or_default(),
        withdraw: if is_shipped(&entry.list) { String::new() } else { urls::unwatch(&entry.id) },
    }
}
