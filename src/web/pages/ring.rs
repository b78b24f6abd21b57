//! `GET /rings/{ring_id}`: one ring: the verdict, a workbench of roll, network and evidence, then everything it rests
//! on. Not responsible for what a part says (`ring`) nor for the drawing (`drawing`).
//!
//! Invariant: a ring id that ever existed gets an answer that says what became of it.

use crate::{
    engine::RingLookup,
    explain::{self, RingReport, day::Day},
    model::{ApplicantIx, Moment, Ring, RingId, Verdict},
    svg::chart::Chart,
    web::{
        WebError,
        case::mark::CaseBox,
        deciding::{self, DecideForm, Subject},
        drawing,
        judge::aside,
        labels::{self, JudgementRow, Nouns},
        members::{self, MemberGroup},
        page::{self, Chrome, Section},
        pager::Pager,
        ring::{
            charts::{self, TimeBar},
            cleared::{self, Cleared},
            extent::Extent,
            json,
            neighbors::{self, Neighbors},
            panel::{Ground, Panel},
            parts::{self, Without},
            place::{Ask, Place, Tab},
            roll::{self, RollGroup},
            rows::{self, GateRow, LineageRow, LinkRow, ThingRow},
        },
        standing::{self, Sentence},
        state::Visit,
        text::Piece,
        urls,
        veil::Seen,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION, web};
use askama::Template;
use std::collections::BTreeSet;

/// Members on a page, and shared things, and links.
const MEMBERS: usize = 50;
const THINGS: usize = 25;
const LINKS: usize = 4;

/// A tab as a link.
struct TabLink {
    label: &'static str,
    url: String,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "pages/ring.html")]
struct RingPage {
    chrome: Chrome,
    id: RingId,
    notes: Vec<String>,
    merged: Vec<Piece>,
    then: Option<Then>,
    neighbors: Option<Neighbors>,
    verdict: Sentence,
    status: &'static str,
    status_name: &'static str,
    score: String,
    n_identities: usize,
    n_members: usize,
    n_applications: usize,
    n_links: usize,
    tabs: Vec<TabLink>,
    tab: &'static str,
    window: String,
    time_bar: TimeBar,
    from: String,
    to: String,
    as_of: String,
    window_keeps: Vec<(&'static str, String)>,
    day_keeps: Vec<(&'static str, String)>,
    clear_window: String,
    roll: Vec<RollGroup>,
    panel: Panel,
    speaks_for: Vec<Sentence>,
    speaks_against: Vec<Sentence>,
    gates: Vec<GateRow>,
    holds: Vec<Sentence>,
    without: Vec<Without>,
    drawing: Option<drawing::Drawing>,
    things: Vec<ThingRow>,
    things_pager: Pager,
    groups: Vec<MemberGroup>,
    members_pager: Pager,
    links: Vec<LinkRow>,
    links_pager: Pager,
    charts: Vec<Chart>,
    indicators: RingReport,
    lineage: Vec<LineageRow>,
    innocent: Vec<&'static str>,
    judgements: Vec<JudgementRow>,
    cleared: Cleared,
    decide: Option<DecideForm>,
    panel_form: Option<DecideForm>,
    /// The order in which it goes on, that of the queue somebody comes from where they do.
    order: String,
    goes_on: bool,
    is_aside: bool,
    reasons: Vec<String>,
    json_url: String,
    case_box: CaseBox,
}

/// The ring as it was known on a day.
struct Then {
    day: String,
    said: String,
    now_url: String,
}

/// `GET /rings/{ring_id}`.
pub async fn ring(
    visit: Visit,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let missing = || WebError::NotFound { what: "ring", id: path.chars().take(80).collect() };
    let id: RingId = path.parse().map_err(|_| missing())?;
    let view = visit.view.clone();
    match view.ring(&id) {
        // Drawing, and reading what members wrote, take milliseconds that others need not wait.
        RingLookup::Found(ring) if ask.format.as_deref() == Some("json") => {
            let (view, id) = (view.clone(), ring.id.clone());
            let told =
                aside(move || Ok(view.rings.find(&id).map(|ring| json::of(&visit, &view, ring))));
            Ok(HttpResponse::Ok().json(told.await?))
        }
        RingLookup::Found(ring) => {
            let (place, notes) = Place::read(&id, &ask);
            let neighbors = neighbors::of(&visit, &id, place.order).await?;
            let merged = merged(&view, ring, ask.was.as_deref());
            let (view, id) = (view.clone(), ring.id.clone());
            let made = page::aside(move || {
                let ring = view.rings.find(&id)?;
                Some(built(&visit, &view, ring, &place, notes, merged, neighbors))
            });
            made.await?.ok_or_else(missing)
        }
        RingLookup::MovedTo(into) => Ok(HttpResponse::PermanentRedirect()
            .insert_header((LOCATION, format!("{}?was={id}", urls::ring(&into))))
            .finish()),
        RingLookup::Dissolved => {
            let story = dissolved(&view, &id);
            Err(WebError::Dissolved { ring: id, story })
        }
        RingLookup::Unknown => Err(missing()),
    }
}

fn built(
    visit: &Visit,
    view: &Seen,
    ring: &Ring,
    place: &Place,
    mut notes: Vec<String>,
    merged: Vec<Piece>,
    neighbors: Option<Neighbors>,
) -> RingPage {
    let extent = Extent::of(view, ring, place, &mut notes);
    let (whole, shown) = (&*extent.whole, &*extent.shown);
    let assessment = visit.state.desk.assess_ring(view, ring);
    let desk = &*visit.state.desk;
    let ground =
        Ground { view, desk, extent: &extent, today: ring, assessment: &assessment, place };
    let panel = ground.panel(&mut notes);
    let order = place.order.map(|order| order.short()).unwrap_or_default();
    let subject = Subject::Ring(ring.id.clone());
    let decide = DecideForm::of(visit, "ring", &subject).map(|f| f.then_next(&order, "ring"));
    let panel_form = panel.subject.as_ref().and_then(|s| DecideForm::of(visit, "panel", s));
    let panel_form = panel_form.map(|f| f.back_to(&visit.here));
    let pager = |asked: &str, total, size, name: &'static str| {
        Pager::new(Some(asked), total, size, place.path(), name)
            .keeping(place.keeping_all_but(&[name]))
    };
    let things_pager = pager(&place.shared, shown.artefacts.len(), THINGS, "shared").at("#shared");
    let members_pager =
        pager(&place.members, shown.members.len(), MEMBERS, "members").at("#workbench");
    let links_pager = pager(&place.links, shown.links.len(), LINKS, "links").at("#links");
    let mut by_bits = shown.links.clone();
    by_bits.sort_by_key(|&l| (std::cmp::Reverse(view.network.link(l).bits), l));
    // Rarest first: what few people use says most, however much it is worth by itself.
    let mut rarest: Vec<_> = shown.artefacts.iter().collect();
    rarest.sort_by_key(|a| (a.attribute.is_none(), a.users, std::cmp::Reverse(a.bits)));
    let discounts = crate::explain::discounts(&view.network, shown);
    let day = |day: Option<Day>| day.map_or_else(String::new, |d| d.to_string());
    let tab = |&tab: &Tab| TabLink {
        label: tab.label(),
        url: place.tabbed(tab),
        is_on: tab == place.tab,
    };
    let is_graph = place.tab == Tab::Graph;
    RingPage {
        chrome: visit.chrome(format!("Ring {}", ring.id), Section::Queue),
        merged,
        then: extent.as_of().map(|day| Then {
            day: day.to_string(),
            said: extent.verdict_then(view, ring),
            now_url: place.now(),
        }),
        neighbors,
        verdict: labels::ring_sentence(view, ring, &Nouns::here(&place.unfocused())),
        status: labels::status(ring.status),
        status_name: ring.status.name(),
        score: format!("{:.0}", ring.score.get()),
        n_identities: shown.identities as usize,
        n_members: shown.members.len(),
        n_applications: shown.members.iter().map(|&m| extent.applications(view, m).len()).sum(),
        n_links: shown.links.len(),
        tabs: Tab::ALL.iter().map(tab).collect(),
        tab: place.tab.name(),
        window: extent.said(view),
        time_bar: charts::time_bar(view, &extent, place),
        from: day(place.from),
        to: day(place.to),
        as_of: day(extent.as_of()),
        window_keeps: place.keeping_all_but(&["from", "to"]),
        day_keeps: place.keeping_all_but(&["as_of"]),
        clear_window: place.windowed(None, None),
        roll: roll::of(view, shown, whole, place),
        panel,
        speaks_for: standing::speaks_for(view, whole),
        speaks_against: standing::speaks_against(view, whole),
        gates: rows::gates(ring),
        holds: standing::holds(view, whole),
        without: parts::of(view, whole, place),
        drawing: is_graph.then(|| drawing::of_ring(view, whole, &sight(place))),
        things: things_pager.of(&rarest).iter().map(|a| rows::thing(view, a, &discounts)).collect(),
        things_pager,
        groups: match place.tab {
            Tab::Table => members::groups(view, shown, &members_pager),
            _ => Vec::new(),
        },
        members_pager,
        links: links_pager.of(&by_bits).iter().map(|&l| rows::link_row(view, l, place)).collect(),
        links_pager,
        charts: match place.tab {
            Tab::Timeline => {
                vec![charts::lanes(view, &extent, place), charts::heat(view, &extent)]
            }
            Tab::Map => vec![charts::states(view, &extent)],
            Tab::Table => vec![charts::degrees(view, &extent, place)],
            Tab::Graph => Vec::new(),
        },
        indicators: view.assessed_ring(&assessment),
        lineage: rows::lineage(view, &ring.id),
        innocent: explain::innocent(&view.network, &whole.artefacts),
        judgements: labels::judgements(
            view,
            |v| matches!(v, Verdict::Ring { ring: r, .. } if *r == ring.id),
        ),
        cleared: cleared::of(view, ring),
        reasons: deciding::reasons(visit, |v| matches!(v, Verdict::Ring { .. })),
        decide,
        panel_form,
        goes_on: place.order.is_some(),
        order: place.order.unwrap_or_default().short(),
        is_aside: visit.session.has_aside(&ring.id),
        json_url: format!("{}?format=json", place.path()),
        case_box: CaseBox::of_ring(visit, view, ring),
        id: ring.id.clone(),
        notes,
    }
}

/// What of the drawing is looked at. The whole ring is laid out, so that nothing moves while the window does.
fn sight(place: &Place) -> drawing::Sight {
    drawing::Sight {
        focus: place.focus.parse().ok(),
        from: place.from.map(Day::start),
        to: place.to.map(|day| Moment(Day(day.0 + 1).start().0 - 1)),
        keep: place.keeping_all_but(&["focus"]),
        anchor: "#evidence",
    }
}

/// Where somebody comes from who followed the link of a ring that was merged into this one.
fn merged(view: &Seen, ring: &Ring, was: Option<&str>) -> Vec<Piece> {
    let Some(was) = was.and_then(|w| w.parse::<RingId>().ok()) else { return Vec::new() };
    match view.ring(&was) {
        RingLookup::MovedTo(into) if into == ring.id => vec![Piece::text(format!(
            "Ring {was} was merged into this one. Its old address keeps leading here."
        ))],
        _ => Vec::new(),
    }
}

fn dissolved(view: &Seen, id: &RingId) -> Vec<Vec<Piece>> {
    let Some(last) = view.lineage.get(id).and_then(|e| e.last()) else { return Vec::new() };
    let mut story = vec![vec![Piece::text(format!(
        "It {} on {} (fact {}).",
        last.event.kind.label(),
        last.at.day(),
        last.seq.0
    ))]];
    let mut through = vec![Piece::text("Cause: ")];
    through.extend(labels::cause(view, &last.event.cause));
    story.push(through);
    // A ring that dissolved has no members left after the event: look at the one before it.
    let before = view.lineage.get(id).and_then(|events| {
        events.iter().rev().map(|e| &e.event.members).find(|members| !members.is_empty())
    });
    if let Some(members) = before {
        let applicants: BTreeSet<ApplicantIx> = members
            .iter()
            .filter_map(|app| view.network.corpus().find(app))
            .map(|app| view.network.applicant_of(app))
            .collect();
        let applicants: Vec<ApplicantIx> = applicants.into_iter().collect();
        story.push(if applicants.is_empty() {
            let gone = "None of its last applications is in the store any more.";
            vec![Piece::text(gone)]
        } else {
            let mut were = vec![Piece::text("Its last members were ")];
            were.extend(standing::named(view, &applicants));
            were
        });
    }
    story
}
