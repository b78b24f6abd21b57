//! `GET /audit`: who did or saw what, newest first, filtered by the address; `&format=csv` and `&format=ndjson` take it
//! out. Not responsible for recording (`recording`) nor for proving the whole (`ringer verify`).
//!
//! Invariant: looking at the trail is itself in the trail.

use crate::{
    casework::audit::{self, Action, AuditError, Entry, Event, Followed, Query},
    explain::{
        day::{DAY, Day},
        words::grouped,
    },
    model::Moment,
    web::{
        State, WebError,
        intake::blocking,
        judge::parsed,
        page::{self, Chrome, Section},
        state::Visit,
        text::Piece,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::header::CONTENT_DISPOSITION, web};
use askama::Template;
use serde::Deserialize;
use std::sync::PoisonError;

/// Entries on a page.
const SIZE: usize = 50;
/// Lines of the trail looked at for one page.
const LOOKED: usize = 300_000;
/// Entries taken out at once: what a spreadsheet still opens.
const MOST: usize = 100_000;

/// What to look for.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    who: Option<String>,
    action: Option<String>,
    subject: Option<String>,
    searched: Option<String>,
    why: Option<String>,
    since: Option<String>,
    until: Option<String>,
    before: Option<String>,
    format: Option<String>,
    check: Option<String>,
}

/// An entry as the table shows it.
struct Row {
    n: String,
    at: Moment,
    who: String,
    who_url: String,
    action: &'static str,
    about: &'static str,
    subject: Vec<Piece>,
    route: String,
    place: String,
    why: String,
    outcome: String,
    is_refusal: bool,
}

/// Whether the trail holds.
struct Proof {
    holds: bool,
    said: String,
    anchor: String,
    again: String,
}

#[derive(Template)]
#[template(path = "pages/audit.html")]
struct AuditPage {
    chrome: Chrome,
    proof: Proof,
    who: String,
    actions: Vec<(Action, bool)>,
    subject: String,
    searched: String,
    why: String,
    since: String,
    until: String,
    is_filtered: bool,
    rows: Vec<Row>,
    newest: String,
    older: String,
    /// What was looked through, where that is not the whole.
    looked: String,
    csv: String,
    ndjson: String,
}

/// The filters as they are asked for.
struct Filters {
    pairs: Vec<(&'static str, String)>,
    query: Query,
}

fn filters(state: &State, ask: &Ask) -> Result<Filters, WebError> {
    let text = |text: &Option<String>| -> String {
        text.as_deref().unwrap_or_default().trim().chars().take(200).collect()
    };
    let day = |name: &str, said: &str| match said {
        "" => Ok(None),
        said => Day::read(said).map(Some).ok_or_else(|| {
            let said: String = said.chars().take(40).collect();
            WebError::BadRequest(format!("\"{said}\" is no day for {name}; write 2026-03-01"))
        }),
    };
    let (who, subject, why, searched) =
        (text(&ask.who), text(&ask.subject), text(&ask.why), text(&ask.searched));
    let (since, until, action) = (text(&ask.since), text(&ask.until), text(&ask.action));
    let mut query = Query {
        who: who.clone(),
        action: match action.as_str() {
            "" => None,
            word => Some(parsed(word)?),
        },
        subject: subject.clone(),
        why: why.clone(),
        since: day("since", &since)?.map(Day::start),
        // To the end of that day.
        until: day("until", &until)?.map(|day| Moment(day.start().0 + DAY)),
        before: match text(&ask.before).as_str() {
            "" => None,
            n => Some(n.parse().map_err(|_| {
                WebError::BadRequest("before= takes the number of an entry".to_owned())
            })?),
        },
    };
    if !searched.is_empty() {
        if !subject.is_empty() {
            let what = "ask for a subject or for what was searched for, not for both";
            return Err(WebError::BadRequest(what.to_owned()));
        }
        query.subject = state.trail.typed(&searched)?;
    }
    let pairs = vec![
        ("who", who),
        ("action", action),
        ("subject", subject),
        ("searched", searched),
        ("why", why),
        ("since", since),
        ("until", until),
    ];
    Ok(Filters { pairs, query })
}

/// `GET /audit`.
pub async fn audit(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let state = visit.state.clone();
    match ask.format.as_deref() {
        None | Some("") => {}
        Some(format @ ("csv" | "ndjson")) => {
            let is_csv = format == "csv";
            let out = blocking(move || {
                let filters = filters(&state, &ask)?;
                taken_out(&state, &filters.query, is_csv)
            });
            return Ok(attached(out.await?, is_csv));
        }
        Some(other) => {
            let other: String = other.chars().take(40).collect();
            let what = format!("\"{other}\" is no format of the trail; there are csv and ndjson");
            return Err(WebError::BadRequest(what));
        }
    }
    let view = visit.view.clone();
    let (filters, found, proof) = blocking(move || {
        let filters = filters(&state, &ask)?;
        let found = state.trail.find(&filters.query, SIZE, LOOKED)?;
        let proof = proof(&state, ask.check.is_some())?;
        Ok((filters, found, proof))
    })
    .await?;
    let Filters { pairs, query } = filters;
    let url = |more: (&'static str, &str)| {
        let pairs = pairs.iter().map(|(name, value)| (*name, value.as_str()));
        urls::query(urls::AUDIT, &pairs.chain([more]).collect::<Vec<_>>())
    };
    let of = |name: &str| {
        let found = pairs.iter().find(|(other, _)| *other == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    };
    let next = found.next.map(|n| n.to_string()).unwrap_or_default();
    let looked = match (found.next, found.entries.len()) {
        (Some(n), shown) if shown < SIZE => {
            format!("Looked back as far as entry {}; older ones may fit too.", grouped(n))
        }
        _ => String::new(),
    };
    page::render(&AuditPage {
        proof,
        who: of("who"),
        actions: Action::ALL.iter().map(|&a| (a, query.action == Some(a))).collect(),
        subject: of("subject"),
        searched: of("searched"),
        why: of("why"),
        since: of("since"),
        until: of("until"),
        is_filtered: pairs.iter().any(|(_, value)| !value.is_empty()),
        rows: found.entries.iter().map(|entry| row(&view, entry)).collect(),
        newest: if query.before.is_some() { url(("before", "")) } else { String::new() },
        older: if next.is_empty() { String::new() } else { url(("before", &next)) },
        looked,
        csv: url(("format", "csv")),
        ndjson: url(("format", "ndjson")),
        chrome: visit.chrome("Audit trail", Section::Audit),
    })
}

/// The entries that fit, oldest first, as a file.
fn taken_out(state: &State, query: &Query, is_csv: bool) -> Result<Vec<u8>, WebError> {
    let mut out = Vec::new();
    let mut n = 0;
    let mut csv = csv::Writer::from_writer(Vec::new());
    let failed = |e: csv::Error| WebError::Server(std::io::Error::other(e));
    if is_csv {
        csv.write_record(audit::COLUMNS).map_err(failed)?;
    }
    state.trail.each::<WebError>(query, &mut |entry, line| {
        n += 1;
        if n > MOST {
            return Err(WebError::BadRequest(format!(
                "more than {} entries; narrow the days, or run ringer audit --export FILE in a terminal",
                grouped(MOST)
            )));
        }
        if is_csv {
            let cells = audit::cells(entry);
            csv.write_record(cells.iter().map(|cell| audit::guarded(cell))).map_err(failed)?;
        } else {
            out.extend_from_slice(line);
            out.push(b'\n');
        }
        Ok(())
    })?;
    if is_csv {
        out = csv.into_inner().map_err(|e| WebError::Server(e.into_error()))?;
    }
    Ok(out)
}

fn attached(out: Vec<u8>, is_csv: bool) -> HttpResponse {
    let (kind, name) = match is_csv {
        true => ("text/csv; charset=utf-8", "audit.csv"),
        false => ("application/x-ndjson", "audit.ndjson"),
    };
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(web::Bytes::from(out))
}

/// Whether each entry follows the one before, as far as that was not looked at before.
fn proof(state: &State, anew: bool) -> Result<Proof, AuditError> {
    let mut followed = state.followed.lock().unwrap_or_else(PoisonError::into_inner);
    if anew {
        *followed = Followed::default();
    }
    state.trail.follow(&mut followed)?;
    let holds = followed.wrong.is_empty();
    let said = match holds {
        true => format!(
            "The trail held when its {} entries were read: each follows the one before it unchanged.",
            grouped(followed.entries())
        ),
        false => format!("The trail was tampered with or is damaged: {}.", followed.wrong),
    };
    let anchor = match state.trail.last_anchor() {
        Some(anchor) if holds => format!(
            "Fact {} of the journal anchors it up to entry {}; what is before cannot be changed or cut without being found.",
            grouped(anchor.fact),
            grouped(anchor.entry)
        ),
        _ if holds => "It was not anchored in the journal since the server started.".to_owned(),
        _ => "Stop deciding by it, keep the folder as it is, and compare it with a backup."
            .to_owned(),
    };
    let again = urls::query(urls::AUDIT, &[("check", "anew")]);
    Ok(Proof { holds, said, anchor, again })
}

fn row(view: &crate::engine::View, entry: &Entry) -> Row {
    let event = &entry.event;
    let outcome = match (event.fact, event.status) {
        (Some(fact), _) => format!("fact {}", grouped(fact)),
        (None, Some(status)) if !(200..400).contains(&status) => format!("answered {status}"),
        _ => String::new(),
    };
    Row {
        n: grouped(entry.n),
        at: event.at,
        who: event.who.clone(),
        who_url: urls::query(urls::AUDIT, &[("who", &event.who)]),
        action: event.action.name(),
        about: event.action.about(),
        subject: subject(view, event),
        route: event.subject.get("route").unwrap_or_default().to_owned(),
        place: event.place.clone(),
        why: event.why.clone(),
        outcome,
        is_refusal: matches!(event.action, Action::Refused | Action::SignInFailed)
            || event.status.is_some_and(|status| status >= 400),
    }
}

/// The subject as words that lead to what they name.
fn subject(view: &crate::engine::View, event: &Event) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (name, value) in event.subject.iter().filter(|(name, _)| *name != "route") {
        if !pieces.is_empty() {
            pieces.push(Piece::text("; "));
        }
        // Whoever typed the same is found by the same hash.
        if let Some((_, length)) = value.split_once(" length:") {
            let said = format!("a typed text of {length} characters");
            pieces.push(Piece::link(said, urls::looked_at(value)));
            continue;
        }
        if name == "journal" {
            let short: String = value.chars().take(12).collect();
            pieces.push(Piece::text(format!("journal {short}…")));
            continue;
        }
        pieces.push(Piece::text(format!("{} ", name.trim_end_matches("_id").replace('_', " "))));
        for (i, part) in value.split(", ").enumerate() {
            if i > 0 {
                pieces.push(Piece::text(", "));
            }
            let href = match name {
                "ring_id" => part.parse().ok().map(|id| urls::ring(&id)),
                "applicant_id" | "application_id" => {
                    view.applicant(part).map(|ix| urls::applicant(&view.network.applicant(ix).id))
                }
                "attribute_id" => part
                    .parse()
                    .ok()
                    .filter(|id| view.network.corpus().find_attribute(id).is_some())
                    .map(|id| urls::attribute(&id)),
                _ => None,
            };
            pieces.push(Piece { text: part.to_owned(), href: href.unwrap_or_default() });
        }
    }
    pieces
}
