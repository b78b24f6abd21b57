//! Entries of watch-lists sent by a form: added or withdrawn, then back to their list, with Undo. Not responsible for what is
//! watched (`indicators::watch`) nor for showing it (`pages::watch_lists`).
//!
//! Invariant: nothing comes or goes without a session, its secret, a name and a reason; what Undo sends is what was there.

use crate::{
    engine::EngineError,
    explain::words::count,
    indicators::watch::import::{Typed, typed},
    model::{WatchEntry, WatchId},
    web::{
        WebError,
        flash::{Flash, Undo},
        judge::{Withdrawal, aside, back_to, parsed},
        state::Visit,
        urls,
    },
};
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use std::collections::BTreeSet;

/// An entry as the form sends it.
#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Form {
    csrf: String,
    list: String,
    kind: String,
    value: String,
    aliases: String,
    weak_aliases: String,
    reason: String,
    source: String,
    grade: String,
    tlp: String,
    added: String,
    expires: String,
}

/// `POST /watch-lists`: adds an entry, or says something else of one that is there.
pub async fn add(visit: Visit, form: web::Form<Form>) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    if form.reason.trim().is_empty() {
        return Err(EngineError::Incomplete("a reason").into());
    }
    let given = Typed {
        list: &form.list,
        kind: &form.kind,
        value: &form.value,
        aliases: &form.aliases,
        weak_aliases: &form.weak_aliases,
        reason: &form.reason,
        source: &form.source,
        grade: &form.grade,
        tlp: &form.tlp,
        added: &form.added,
        expires: &form.expires,
    };
    let entry = typed(&given, &visit.session.user, visit.state.desk.now())
        .map_err(|why| WebError::BadRequest(format!("that cannot be watched: {why}")))?;
    let (before, back) =
        (visit.view.watched.get(&entry.id).cloned(), urls::watch_list(&entry.list));
    let (desk, user) = (visit.state.desk.clone(), visit.session.user.clone());
    let (id, said) = (entry.id.clone(), named(&entry));
    let watching = aside(move || desk.watch(vec![entry], &user)).await?;
    let view = visit.state.desk.view();
    let have: BTreeSet<_> = watching
        .hits
        .iter()
        .flat_map(|hit| &hit.applications)
        .filter_map(|application| view.applicant(application.as_str()))
        .collect();
    let found = match have.len() {
        0 => "nobody in the store has it".to_owned(),
        n => format!("{} in the store", count(n, "applicant has it", "applicants have it")),
    };
    let (what, undo) = match before {
        None => ("Watched", Some(Undo::at(urls::unwatch(&id)))),
        Some(_) if watching.changed == 0 => ("Watched already", None),
        Some(before) => ("Changed", Some(restore(&before))),
    };
    let text = format!("{what}: {said}; {found}");
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo });
    Ok(back_to(&back))
}

/// `POST /watch-lists/{watch_id}/withdraw`.
pub async fn withdraw(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Withdrawal>,
) -> Result<HttpResponse, WebError> {
    visit.session.check(&form.csrf)?;
    let id: WatchId = parsed(&path)?;
    let Some(entry) = visit.view.watched.get(&id).cloned() else {
        return Err(WebError::NotFound {
            what: "entry of the store's watch-lists",
            id: id.to_string(),
        });
    };
    let (desk, user, why) = (visit.state.desk.clone(), visit.session.user.clone(), form.reason());
    aside(move || desk.unwatch(&[id], &user, &why)).await?;
    let text = format!("No longer watched: {}", named(&entry));
    let flash = Flash { text, undo: Some(restore(&entry)) };
    visit.state.sessions.put_flash(&visit.key, flash);
    // The list may be gone with its last entry.
    let is_left = visit.state.desk.view().watched.values().any(|e| e.list == entry.list);
    Ok(back_to(&if is_left { urls::watch_list(&entry.list) } else { urls::WATCH_LISTS.to_owned() }))
}

/// By its id: a message holds no value.
fn named(entry: &WatchEntry) -> String {
    format!("{} {} on the list {}", entry.kind, entry.id, entry.list)
}

/// What brings an entry back as it was.
fn restore(entry: &WatchEntry) -> Undo {
    let fields = vec![
        ("list", entry.list.clone()),
        ("kind", entry.kind.name().to_owned()),
        ("value", entry.value.clone()),
        ("aliases", entry.aliases.join("|")),
        ("weak_aliases", entry.weak_aliases.join("|")),
        (
            "reason",
            if entry.reason.is_empty() {
                "undone on the page".to_owned()
            } else {
                entry.reason.clone()
            },
        ),
        ("source", entry.source.clone()),
        ("grade", entry.grade.name().to_owned()),
        ("tlp", entry.tlp.name().to_owned()),
        ("added", entry.added.to_string()),
        ("expires", entry.expires.map_or_else(String::new, |end| end.to_string())),
    ];
    Undo { url: urls::WATCH_LISTS.to_owned(), fields }
}
