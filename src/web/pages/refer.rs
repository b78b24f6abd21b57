//! `GET /cases/{case_id}/refer`: the scope of a package, and exactly what would leave the house; `POST`: making it. Not
//! responsible for reading the scope (`referral::asked`) nor for the making itself (`referral::making`).
//!
//! Invariant: the form that makes a package stands under the preview it carries the fingerprints of.

use crate::{
    casework::Follower,
    engine::RingLookup,
    model::{CaseEntry, Review},
    referral::ReferralError,
    web::{
        WebError,
        case::past::PastRow,
        flash::Flash,
        intake::blocking,
        judge::back_to,
        page::{self, Chrome, Section},
        referral::{
            draft::{Files, WEIGHED},
            form::{Fields, TlpChoice},
            making::{self, Outcome, Ready, covered, drafted, id_of, ready},
            preview::Preview,
            prints::Prints,
            warnings,
        },
        session::secret,
        state::Visit,
        text::Piece,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

/// What names and values a form or an address sends: names come several times.
type Pairs = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "pages/refer.html")]
struct ReferPage {
    chrome: Chrome,
    case_id: String,
    case_title: String,
    case_url: String,
    ring: String,
    ring_url: String,
    /// Where the scope is asked for, and where the package is made.
    action: String,
    fields: Fields,
    problems: Vec<String>,
    /// Why no package can be made; empty when it can.
    cannot: String,
    review: Option<Review>,
    preview: Option<Preview>,
    warnings: Vec<Vec<Piece>>,
    /// What changed since the preview that a form was on.
    changes: Vec<String>,
    since: Vec<PastRow>,
    is_stale: bool,
    /// What the form that makes the package sends beside the session's secret.
    sent: Vec<(&'static str, String)>,
    most_weighed: usize,
}

impl ReferPage {
    /// The marking it would have.
    fn tlp(&self) -> &TlpChoice {
        static NONE: TlpChoice = TlpChoice::none();
        self.fields.tlps.iter().find(|tlp| tlp.is_on).unwrap_or(&NONE)
    }

    /// Whether the form that makes the package is there.
    fn is_ready(&self) -> bool {
        self.cannot.is_empty()
            && self.problems.is_empty()
            && self.preview.is_some()
            && !self.fields.purpose.is_empty()
    }
}

/// What the page tells beside the scope and its preview.
#[derive(Default)]
struct Told {
    changes: Vec<String>,
    since: Vec<CaseEntry>,
    is_stale: bool,
}

/// The page, and its status: 400 where the scope cannot be read.
fn built(visit: &Visit, mut ready: Ready, told: Told) -> Result<(StatusCode, ReferPage), WebError> {
    let once = secret()?;
    let id = id_of(&ready.case, &once);
    let mut preview = None;
    let mut warnings = Vec::new();
    let mut sent = Vec::new();
    if ready.asked.problems.is_empty() {
        match drafted(visit, &ready, &id, Files::IfSmall) {
            Ok(drafted) => {
                warnings = warnings::of(&visit.view, &drafted.dossier, &ready.asked.scope);
                preview = Some(Preview::of(
                    &visit.view,
                    &drafted.dossier,
                    drafted.files(),
                    !ready.asked.scope.annex_for.is_empty(),
                ));
                sent = ready.asked.pairs();
                sent.retain(|(name, _)| *name != "ring_id");
                sent.push(("ring_id", ready.ring.to_string()));
                sent.push(("version", ready.case.version.0.to_string()));
                sent.push(("seen", Prints::of(&drafted.dossier).to_string()));
                sent.push(("once", once));
            }
            Err(
                why @ (ReferralError::Scope(_)
                | ReferralError::Leak { .. }
                | ReferralError::Part { .. }
                | ReferralError::Attachment(_)
                | ReferralError::NotFound { .. }),
            ) => ready.asked.problems.push(format!("{why}.")),
            Err(error) => return Err(error.into()),
        }
    }
    let follower = Follower::new(&visit.view);
    let rings = covered(&follower, &ready.case);
    let RingLookup::Found(ring) = visit.view.ring(&ready.ring) else {
        return Err(WebError::NotFound { what: "ring", id: ready.ring.to_string() });
    };
    let status = match (told.is_stale, ready.asked.problems.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::BAD_REQUEST,
    };
    let page = ReferPage {
        case_id: ready.case.id.to_string(),
        case_title: visit.view.text(&ready.case.title),
        case_url: urls::case(&ready.case.id),
        ring: ready.ring.to_string(),
        ring_url: urls::ring(&ready.ring),
        action: urls::refer(&ready.case.id),
        fields: Fields::of(&visit.view, &ready.asked, ring, &rings),
        problems: ready.asked.problems,
        cannot: ready.cannot,
        review: ready.review,
        preview,
        warnings,
        changes: told.changes,
        since: told.since.iter().map(|entry| PastRow::of(&visit.view, entry, 0)).collect(),
        is_stale: told.is_stale,
        sent,
        most_weighed: WEIGHED,
        chrome: visit.quiet_chrome(format!("Refer case {}", ready.case.id), Section::Cases),
    };
    Ok((status, page))
}

/// `GET /cases/{case_id}/refer`.
pub async fn refer(
    visit: Visit,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let pairs: Pairs = page::ask(&request)?;
    let (status, page) = blocking(move || {
        let ready = ready(&visit, &path, &pairs)?;
        built(&visit, ready, Told::default())
    })
    .await?;
    page::render_as(status, &page)
}

/// `POST /cases/{case_id}/refer`.
pub async fn make(
    visit: Visit,
    path: web::Path<String>,
    form: web::Form<Pairs>,
) -> Result<HttpResponse, WebError> {
    let one = |name: &str| form.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
    visit.session.check(one("csrf"))?;
    visit.note.why(one("purpose"));
    let pairs = form.into_inner();
    let (visit, outcome) = blocking(move || {
        let outcome = making::made(&visit, &path, &pairs)?;
        Ok((visit, outcome))
    })
    .await?;
    let (text, id) = match outcome {
        Outcome::Made(id) => (format!("Package {id} is made, recorded and kept"), id),
        Outcome::Known(id) => (format!("Package {id} was made by this form before"), id),
        Outcome::Refused(ready) => return again(visit, *ready, Told::default()).await,
        Outcome::Stale { ready, changes, since } => {
            return again(visit, *ready, Told { changes, since, is_stale: true }).await;
        }
    };
    visit.state.sessions.put_flash(&visit.key, Flash { text, undo: None });
    Ok(back_to(&urls::referral(&id)))
}

/// The page once more, with what stands against the form.
async fn again(visit: Visit, ready: Ready, told: Told) -> Result<HttpResponse, WebError> {
    let (status, page) = blocking(move || built(&visit, ready, told)).await?;
    let status = if status == StatusCode::OK { StatusCode::UNPROCESSABLE_ENTITY } else { status };
    page::render_as(status, &page)
}
