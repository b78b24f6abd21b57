//! `GET /policy/what-if`: thresholds moved in the address, and what that would do to the rings; `POST` applies it. Not
//! responsible for computing it (`engine::what_if`).
//!
//! Nothing is recorded before somebody who may applies what is shown. An answer that takes long is computed aside: the page
//! says so and asks again by itself.
//!
//! Invariant: what is applied is what was shown, on the store it was shown for, or nothing.

use crate::{
    casework::Counts,
    engine::{Decided, EngineError, Fate, RingChange, Stand, View, WhatIf},
    explain::words::{capital, count, grouped},
    matching::thresholds::{Changes, Threshold, ThresholdError},
    model::{RingStatus, Seq},
    web::{
        WebError,
        flash::{Flash, Undo},
        judge::back_to,
        labels,
        page::{self, Chrome, Section},
        pager::Pager,
        pages::precision::interval_in_words,
        state::Visit,
        text::{Piece, listed},
        thresholds::{self, InForce},
        urls,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header::REFRESH},
    rt::time::timeout,
    web,
};
use askama::Template;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// Rings on a page.
const SIZE: usize = 50;

/// So long a page waits for an answer before it says that it is being computed.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// So many answers are waited for at once; they are computed one by one.
const MOST: usize = 4;

/// A threshold as a row of the form.
struct Row {
    now: InForce,
    value: String,
    moved: bool,
    wrong: bool,
}

/// A number of the effect.
struct Figure {
    label: &'static str,
    value: String,
    url: String,
}

/// A filter as a link.
struct Facet {
    label: String,
    n: usize,
    url: String,
    on: bool,
}

/// A ring that would change.
struct RingRow {
    id: String,
    url: String,
    fate: &'static str,
    other: Option<(String, String)>,
    status: &'static str,
    status_class: &'static str,
    before: usize,
    after: usize,
    who: Vec<Piece>,
    is_lost: bool,
}

/// What would be, as shown.
struct Effect {
    figures: Vec<Figure>,
    precision: String,
    facets: Vec<Facet>,
    rows: Vec<RingRow>,
    pager: Pager,
    hash: String,
}

/// What is to be applied.
struct Apply {
    weighed: u64,
    policy: String,
    numbers: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "pages/what_if.html")]
struct WhatIfPage {
    chrome: Chrome,
    verdict: Vec<Piece>,
    notice: String,
    rows: Vec<Row>,
    back_url: Option<String>,
    effect: Option<Effect>,
    apply: Option<Apply>,
    is_running: bool,
}

/// What an address asks for.
#[derive(Default)]
struct Ask {
    /// Names of numbers with what is written for them.
    numbers: Vec<(String, String)>,
    show: String,
    page: String,
}

impl Ask {
    /// A name with a point is a number's; of any others this page knows two.
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut ask = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "show" => ask.show = value,
                "page" => ask.page = value,
                name if name.contains('.') => ask.numbers.push((name.to_owned(), value)),
                _ => {}
            }
        }
        ask
    }

    fn changes(&self) -> Result<Changes, ThresholdError> {
        Changes::read(self.numbers.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }
}

/// `GET /policy/what-if`.
pub async fn what_if(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    let ask = Ask::of(page::ask(&request)?);
    let changes = match ask.changes() {
        Ok(changes) => changes.from(&visit.view.in_force),
        Err(refused) => return refusal(&visit, &ask, &refused),
    };
    if let Err(refused) = changes.applied_to(&visit.view.in_force) {
        return refusal(&visit, &ask, &refused);
    }
    // The address holds what is moved and nothing else: another day other numbers may be in force.
    let blank = ask.numbers.iter().any(|(name, text)| !is_among(&changes, name, text));
    if blank {
        return Ok(back_to(&thresholds::url(&changes)));
    }
    shown(&visit, &ask, &changes, String::new(), StatusCode::OK).await
}

/// Whether a number of the address is one that is moved, and written as it is told.
fn is_among(changes: &Changes, name: &str, text: &str) -> bool {
    changes.iter().any(|(threshold, to)| threshold.name == name && to.to_string() == text)
}

/// `POST /policy/what-if`.
pub async fn apply(
    visit: Visit,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, WebError> {
    let said = |wanted: &str| {
        form.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str())
    };
    visit.session.check(said("csrf"))?;
    let weighed = said("weighed").parse().map_err(|_| {
        WebError::BadRequest("the form does not say what it was looked at on".to_owned())
    })?;
    let seen = Stand { weighed: Seq(weighed), policy: said("policy").to_owned() };
    let ask = Ask::of(form.iter().filter(|(name, _)| name.contains('.')).cloned().collect());
    let changes = match ask.changes() {
        Ok(changes) => changes,
        Err(refused) => return refusal(&visit, &ask, &refused),
    };
    let why = said("why").trim().to_owned();
    if why.is_empty() {
        return Err(EngineError::Incomplete("a reason").into());
    }
    let (desk, user, set) = (visit.state.desk.clone(), visit.session.user.clone(), changes.clone());
    let done = web::block(move || desk.set_policy(&set, &seen, &user, &why)).await;
    match done.map_err(|e| WebError::Server(std::io::Error::other(e)))? {
        Ok(()) => {}
        Err(EngineError::Outdated) => {
            let visit = visit.anew();
            let notice = "Nothing was applied: the store or the policy has changed since you looked at the effect. Below is \
                          the effect as things stand now; apply it if it is still what you want.";
            let changes = changes.from(&visit.view.in_force);
            return shown(&visit, &ask, &changes, notice.to_owned(), StatusCode::CONFLICT).await;
        }
        Err(other) => return Err(other.into()),
    }
    let text =
        "Applied, and every ring computed anew. What changed is in the list below".to_owned();
    let now = visit.state.desk.view();
    let stood = Changes::between(&now.in_force, &visit.view.in_force);
    let undo = (!stood.is_empty()).then(|| undo(&now.stand(), &stood));
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo });
    Ok(back_to(&format!("{}#changes", urls::POLICY)))
}

/// What takes thresholds back to these.
fn undo(seen: &Stand, stood: &Changes) -> Undo {
    let numbers = stood.iter().map(|(threshold, to)| (threshold.name, to.to_string()));
    let fields = numbers.chain([
        ("weighed", seen.weighed.0.to_string()),
        ("policy", seen.policy.clone()),
        ("why", "undone on the page".to_owned()),
    ]);
    Undo { url: urls::WHAT_IF.to_owned(), fields: fields.collect() }
}

/// The page with what is wrong with a number.
fn refusal(visit: &Visit, ask: &Ask, refused: &ThresholdError) -> Result<HttpResponse, WebError> {
    let page = WhatIfPage {
        chrome: visit.chrome("What if", Section::WhatIf),
        verdict: vec![Piece::text("That number cannot be set. Nothing was changed.")],
        notice: refused.to_string(),
        rows: rows(visit, ask),
        back_url: thresholds::back_url(&visit.view, &visit.state.desk.configured()),
        effect: None,
        apply: None,
        is_running: false,
    };
    page::render_as(StatusCode::BAD_REQUEST, &page)
}

/// The form's rows, with what was written into them.
fn rows(visit: &Visit, ask: &Ask) -> Vec<Row> {
    let configured = visit.state.desk.configured();
    let row = |now: InForce| {
        let written = ask
            .numbers
            .iter()
            .rev()
            .find(|(name, text)| name == now.threshold.name && !text.trim().is_empty());
        let read = written.map(|(_, text)| now.threshold.read(text));
        let wrong = matches!(read, Some(Err(_)));
        let value = match (&read, written) {
            (Some(Ok(amount)), _) => amount.to_string(),
            (Some(Err(_)), Some((_, text))) => text.chars().take(20).collect(),
            _ => now.value.clone(),
        };
        Row { moved: !wrong && value != now.value, wrong, value, now }
    };
    let all = thresholds::in_force(&visit.view, &configured, &visit.display);
    all.into_iter().map(row).collect()
}

async fn shown(
    visit: &Visit,
    ask: &Ask,
    changes: &Changes,
    notice: String,
    status: StatusCode,
) -> Result<HttpResponse, WebError> {
    let answer = match changes.is_empty() {
        true => None,
        false => answer(visit, changes).await?,
    };
    let is_running = answer.is_none() && !changes.is_empty();
    let verdict = match &answer {
        Some(what_if) => verdict(what_if),
        None if is_running => {
            vec![Piece::text("The effect is being computed. Nothing is recorded.")]
        }
        None => vec![Piece::text(
            "Move a number and see which rings would come and go. Nothing is recorded before somebody applies it.",
        )],
    };
    let stand = visit.view.stand();
    let page = WhatIfPage {
        chrome: visit.chrome("What if", Section::WhatIf),
        verdict,
        notice,
        rows: rows(visit, ask),
        back_url: thresholds::back_url(&visit.view, &visit.state.desk.configured()),
        apply: answer.is_some().then(|| Apply {
            weighed: stand.weighed.0,
            policy: stand.policy,
            numbers: changes.iter().map(|(t, to)| (t.name, to.to_string())).collect(),
        }),
        effect: answer.map(|answer| effect(&visit.view, ask, changes, &answer)),
        is_running,
    };
    let mut response = page::render_as(status, &page)?;
    if is_running {
        // To the same numbers, whether they came by the address or by a form.
        let again = format!("2; url={}", thresholds::url(changes));
        if let Ok(value) = again.parse() {
            response.headers_mut().insert(REFRESH, value);
        }
    }
    Ok(response)
}

/// One who waits for an answer, as long as it is alive.
struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The answer, if it is there soon; otherwise it is being computed, or will be when others are.
async fn answer(visit: &Visit, changes: &Changes) -> Result<Option<Arc<WhatIf>>, WebError> {
    if let Some(known) = visit.state.desk.what_if_at_hand(&visit.view, changes) {
        return Ok(Some(known));
    }
    let count = Arc::clone(&visit.state.what_ifs);
    let before = count.fetch_add(1, Ordering::Relaxed);
    let waiting = Waiting(count);
    if before >= MOST {
        return Ok(None);
    }
    let (desk, view, changes) = (visit.state.desk.clone(), visit.view.clone(), changes.clone());
    let computing = web::block(move || {
        let _waiting = waiting;
        desk.what_if(&view, &changes)
    });
    match timeout(PATIENCE, computing).await {
        Ok(Ok(answer)) => Ok(Some(answer?)),
        Ok(Err(cancelled)) => Err(WebError::Server(std::io::Error::other(cancelled))),
        Err(_) => Ok(None),
    }
}

/// A ring's fate after its number.
fn fate(fate: Fate, n: usize) -> &'static str {
    match (fate, n) {
        (Fate::Appears, 1) => "appears",
        (Fate::Appears, _) => "appear",
        (Fate::Returns, 1) => "comes back",
        (Fate::Returns, _) => "come back",
        (Fate::SplitsOff, 1) => "splits off",
        (Fate::SplitsOff, _) => "split off",
        (Fate::Shrinks, 1) => "loses members",
        (Fate::Shrinks, _) => "lose members",
        (Fate::Grows, 1) => "grows",
        (Fate::Grows, _) => "grow",
        (Fate::Merges, 1) => "merges into another",
        (Fate::Merges, _) => "merge into others",
        (Fate::Vanishes, 1) => "vanishes",
        (Fate::Vanishes, _) => "vanish",
    }
}

fn verdict(what_if: &WhatIf) -> Vec<Piece> {
    let fates = what_if.fates();
    if fates.is_empty() {
        return vec![Piece::text("With these numbers every ring stays as it is.")];
    }
    let said = fates.iter().map(|(&f, &n)| {
        Piece::link(format!("{} {}", count(n, "ring", "rings"), fate(f, n)), "#rings")
    });
    let mut pieces = vec![Piece::text("With these numbers ")];
    pieces.extend(listed(said.collect()));
    let lost = what_if.decided_before.confirmed - what_if.decided_after.confirmed;
    let gone = what_if.decided_before.dismissed - what_if.decided_after.dismissed;
    pieces.push(Piece::text(match (lost, gone) {
        (0, 0) => ".".to_owned(),
        (0, gone) => format!(
            "; {} would be gone, and no confirmed one lost.",
            count(gone, "dismissed ring", "dismissed rings")
        ),
        (lost, gone) => format!(
            "; {} would be lost, and {} gone.",
            count(lost, "confirmed ring", "confirmed rings"),
            count(gone, "dismissed one", "dismissed ones")
        ),
    }));
    pieces
}

/// Which rings are listed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    All,
    Fate(Fate),
    Lost,
    Gone,
}

impl Show {
    fn read(text: &str) -> Self {
        match text {
            "lost" => Self::Lost,
            "gone" => Self::Gone,
            text => {
                let fate = Fate::ALL.iter().find(|fate| fate.name() == text);
                fate.map_or(Self::All, |&fate| Self::Fate(fate))
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Fate(fate) => fate.name(),
            Self::Lost => "lost",
            Self::Gone => "gone",
        }
    }

    fn holds(self, ring: &RingChange) -> bool {
        let vanishes = ring.fate == Fate::Vanishes;
        match self {
            Self::All => true,
            Self::Fate(fate) => ring.fate == fate,
            Self::Lost => vanishes && is_confirmed(ring.status),
            Self::Gone => vanishes && ring.status == RingStatus::Dismissed,
        }
    }
}

fn is_confirmed(status: RingStatus) -> bool {
    matches!(status, RingStatus::Confirmed | RingStatus::Referred)
}

fn effect(view: &View, ask: &Ask, changes: &Changes, what_if: &WhatIf) -> Effect {
    let base = thresholds::url(changes);
    let show = Show::read(&ask.show);
    let to = |show: Show| match show.name() {
        "" => format!("{base}#rings"),
        name => format!("{}#rings", urls::with(&base, "show", name)),
    };
    let n = |show: Show| what_if.rings.iter().filter(|ring| show.holds(ring)).count();
    let facet = |label: String, show_: Show| Facet {
        label,
        n: n(show_),
        url: to(show_),
        on: show == show_,
    };
    let mut facets = vec![facet("All".to_owned(), Show::All)];
    facets.extend(Fate::ALL.iter().map(|&f| facet(capital(fate(f, 2)), Show::Fate(f))));
    facets.push(facet("Confirmed and lost".to_owned(), Show::Lost));
    facets.push(facet("Dismissed and gone".to_owned(), Show::Gone));
    facets.retain(|f| f.n > 0 || f.on);
    let rings: Vec<&RingChange> = what_if.rings.iter().filter(|ring| show.holds(ring)).collect();
    let mut kept: Vec<(&'static str, String)> =
        changes.iter().map(|(threshold, to)| (threshold.name, to.to_string())).collect();
    kept.push(("show", show.name().to_owned()));
    let pager = Pager::new(Some(&ask.page), rings.len(), SIZE, urls::WHAT_IF, "page")
        .keeping(kept)
        .at("rings");
    let change = |before: usize, after: usize| format!("{} → {}", grouped(before), grouped(after));
    let (before, after) = (what_if.decided_before, what_if.decided_after);
    let figure = |label, value, url| Figure { label, value, url };
    Effect {
        figures: vec![
            figure("rings", change(what_if.rings_before, what_if.rings_after), String::new()),
            figure("rings that change", grouped(what_if.rings.len()), to(Show::All)),
            figure(
                "confirmed rings lost",
                grouped(before.confirmed - after.confirmed),
                to(Show::Lost),
            ),
            figure(
                "dismissed rings gone",
                grouped(before.dismissed - after.dismissed),
                to(Show::Gone),
            ),
            figure("applications that come into a ring", grouped(what_if.entering), String::new()),
            figure(
                "applications that are in none any more",
                grouped(what_if.leaving),
                String::new(),
            ),
        ],
        precision: precision(before, after),
        facets,
        rows: pager.of(&rings).iter().map(|ring| ring_row(view, ring)).collect(),
        pager,
        hash: what_if.after.clone(),
    }
}

/// What the change makes of precision among the rings that stand and were decided.
fn precision(before: Decided, after: Decided) -> String {
    let told = |decided: Decided| {
        let (confirmed, dismissed) = (decided.confirmed, decided.dismissed);
        let counts = Counts { confirmed, dismissed, open: 0 };
        counts.precision().as_ref().map(interval_in_words)
    };
    match (told(before), told(after)) {
        (None, _) => {
            "Too few of today's rings were decided to say what that does to precision.".to_owned()
        }
        (Some(before), None) => format!(
            "Of today's decided rings people confirmed {before}; too few of them would be left to say what they are then."
        ),
        (Some(one), Some(other)) if one == other => {
            format!(
                "Of today's decided rings people confirmed {one}, and as much of those that would be left."
            )
        }
        (Some(one), Some(other)) => format!(
            "Of today's decided rings people confirmed {one}; of those that would be left, {other}. Rings that would appear \
             nobody has looked at."
        ),
    }
}

fn ring_row(view: &View, ring: &RingChange) -> RingRow {
    let name = |&ix: &crate::model::ApplicantIx| {
        let applicant = view.network.applicant(ix);
        Piece::link(view.network.label(ix), urls::applicant(&applicant.id))
    };
    let mut who: Vec<Piece> = Vec::new();
    for piece in ring.some.iter().take(3).map(name) {
        if !who.is_empty() {
            who.push(Piece::text(", "));
        }
        who.push(piece);
    }
    let size = ring.after.max(ring.before);
    if size > 3 && ring.some.len() > 3 {
        let ids: Vec<&str> =
            ring.some.iter().map(|&ix| view.network.applicant(ix).id.as_str()).collect();
        who.push(Piece::text(" and "));
        who.push(Piece::link("others", urls::explore(&ids)));
    }
    // One that is not there yet has no page.
    let known = view.lineage.contains(&ring.ring);
    RingRow {
        id: ring.ring.to_string(),
        url: if known { urls::ring(&ring.ring) } else { String::new() },
        fate: fate(ring.fate, 1),
        other: ring.other.as_ref().map(|other| {
            let url = match view.lineage.contains(other) {
                true => urls::ring(other),
                false => String::new(),
            };
            (other.to_string(), url)
        }),
        status: labels::status(ring.status),
        status_class: ring.status.name(),
        before: ring.before,
        after: ring.after,
        who,
        is_lost: ring.fate == Fate::Vanishes && is_confirmed(ring.status),
    }
}

impl Row {
    fn threshold(&self) -> &'static Threshold {
        self.now.threshold
    }
}
