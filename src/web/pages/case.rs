//! `GET /cases/{case_id}`: one case: what it comes to, how far it is, what it covers, what people wrote and did. Not
//! responsible for its forms (`case::change`, `case::files`) nor for its rules (`casework`).
//!
//! Invariant: every form on the page carries the version that the page shows; what the reader may not do is left out.

use crate::{
    casework::{Actor, CaseError, Checklist, Follower, Ground, Permission, Reach, review},
    engine::Cases,
    explain::words::bytes,
    model::{Case, CaseFile, CaseStatus, CheckItem, CheckResult, Moment, Proposal, Review},
    web::{
        WebError,
        case::{
            covered::{self, CoveredPerson, CoveredRing},
            list::Looker,
            notes::{self, NoteRow},
            past::PastRow,
            people,
            row::CaseLine,
            verdict::{Summary, begun},
        },
        page::{self, Chrome, Section},
        pager::Pager,
        referral::row::ReferralRow,
        state::Visit,
        urls,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::{Deserialize, Serialize};

/// Members, notes and events on a page.
const MEMBERS: usize = 25;
const NOTES: usize = 20;
const EVENTS: usize = 50;

/// Which pages of the long lists.
#[derive(Debug, Default, Deserialize)]
pub struct Ask {
    members: Option<String>,
    notes: Option<String>,
    history: Option<String>,
    format: Option<String>,
}

/// A status of the ladder.
struct Rung {
    status: CaseStatus,
    is_on: bool,
    /// What stands against it; empty where it can be set.
    against: String,
}

impl Rung {
    /// A sign, beside the words.
    fn sign(&self) -> &'static str {
        match (self.is_on, self.against.is_empty()) {
            (true, _) => "●",
            (false, true) => "✓",
            (false, false) => "✗",
        }
    }

    /// The words for the sign.
    fn said(&self) -> &'static str {
        match (self.is_on, self.against.is_empty()) {
            (true, _) => "now",
            (false, true) => "can be set",
            (false, false) => "not yet",
        }
    }
}

/// A file.
struct FileRow {
    name: String,
    url: String,
    sha256: String,
    kind: String,
    size: String,
    by: String,
    at: Moment,
    gone: Option<(String, String)>,
}

impl FileRow {
    fn of(case: &Case, file: &CaseFile) -> Self {
        let known = file.media_type.parse::<crate::casework::MediaType>();
        Self {
            name: file.name.clone(),
            url: urls::case_file(&case.id, &file.sha256),
            sha256: file.sha256.to_string(),
            kind: known.map_or_else(|_| "file".to_owned(), |known| known.label().to_owned()),
            size: bytes(file.bytes),
            by: file.by.clone(),
            at: file.at,
            gone: file.detached.as_ref().map(|gone| (gone.by.clone(), gone.why.clone())),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/case.html")]
struct CasePage {
    chrome: Chrome,
    id: String,
    title: String,
    status: CaseStatus,
    version: u64,
    summary: Summary,
    overtaken: String,
    rungs: Vec<Rung>,
    why: String,
    assignee: String,
    is_mine: bool,
    due: String,
    people: Vec<String>,
    rings: Vec<CoveredRing>,
    members: Vec<CoveredPerson>,
    members_pager: Pager,
    progress: String,
    notes: Vec<NoteRow>,
    notes_pager: Pager,
    files: Vec<FileRow>,
    may_keep_files: bool,
    largest: String,
    proposal: Option<Proposal>,
    is_own_proposal: bool,
    /// Why the reader cannot agree; empty when they can.
    cannot_agree: String,
    /// Why no referral can be proposed; empty when it can.
    cannot_propose: String,
    /// The two persons behind it; none where it is not ready.
    review: Option<Review>,
    /// Why no package can be made; empty when it can.
    cannot_refer: String,
    refer_url: String,
    /// The packages that were made of it, newest first.
    referrals: Vec<ReferralRow>,
    history: Vec<PastRow>,
    history_pager: Pager,
    is_open: bool,
    change_url: String,
    approve_url: String,
    files_url: String,
    json_url: String,
    here: String,
}

impl CasePage {
    /// Whether the reader works on cases.
    fn works(&self) -> bool {
        self.chrome.may(Permission::Judge)
    }

    /// Whether what the case rests on can be changed.
    fn works_here(&self) -> bool {
        self.works() && self.is_open
    }

    /// Whether the reader may open files: nobody can mask what is in them.
    fn opens_files(&self) -> bool {
        self.chrome.may(Permission::ReadContacts)
    }

    /// The statuses that can be set now, but that which takes two.
    fn settable(&self) -> Vec<CaseStatus> {
        self.rungs
            .iter()
            .filter(|r| !r.is_on && r.against.is_empty() && r.status != CaseStatus::ReferralReady)
            .map(|r| r.status)
            .collect()
    }

    fn items(&self) -> &'static [CheckItem] {
        CheckItem::ALL
    }

    fn results(&self) -> &'static [CheckResult] {
        CheckResult::ALL
    }
}

/// A case as JSON tells it.
#[derive(Serialize)]
struct CaseJson<'a> {
    #[serde(flatten)]
    line: CaseLine,
    why: &'a str,
    proposal: &'a Option<Proposal>,
    notes_written: &'a [crate::model::CaseNote],
    attachments: &'a [CaseFile],
    history: &'a [crate::model::CaseEntry],
}

/// `GET /cases/{case_id}`.
pub async fn case(
    visit: Visit,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, WebError> {
    let ask: Ask = page::ask(&request)?;
    let case = visit.case(&path)?;
    let cases = visit.state.desk.cases();
    if ask.format.as_deref() == Some("json") {
        let told = visit.view.told(&CaseJson {
            line: CaseLine::of(&visit.view, &case, &Looker::of(&visit, &cases)),
            why: &case.why,
            proposal: &case.proposal,
            notes_written: &case.notes,
            attachments: &case.attachments,
            history: &case.history,
        });
        return Ok(HttpResponse::Ok().json(told.map_err(std::io::Error::from)?));
    }
    // Following rings and reading notes takes milliseconds that others need not wait.
    let made = page::aside(move || Some(built(&visit, &cases, &case, &ask))).await?;
    made.ok_or_else(|| WebError::NotFound { what: "case", id: path.into_inner() })
}

/// Why no package can be made of any ring of the case; none where it can.
fn cannot_refer(
    ground: &Ground<'_>,
    case: &Case,
    reach: &Reach<'_>,
    actor: &Actor,
) -> Option<CaseError> {
    let mut first = None;
    for covered in &reach.covered {
        match ground.may_refer(case, &covered.ring.id, actor) {
            Ok(_) => return None,
            Err(why) => first = first.or(Some(why)),
        }
    }
    first.or_else(|| Some(CaseError::NotYet("this case covers no ring".to_owned())))
}

fn built(visit: &Visit, cases: &Cases, case: &Case, ask: &Ask) -> CasePage {
    let view = &visit.view;
    let looker = Looker::of(visit, cases);
    let actor = visit.actor();
    let follower = Follower::new(view);
    let attachments = visit.state.attachments.as_ref();
    let ground = Ground { view, cases, follower: &follower, attachments };
    let reach = follower.reach(case);
    let choices = ground.choices(case, &actor);
    let checklist = Checklist::of(case, &reach, view);
    let here = urls::case(&case.id);
    let pager = |asked: &Option<String>, total, size, name: &'static str| {
        let mut others = vec![
            ("members", ask.members.clone().unwrap_or_default()),
            ("notes", ask.notes.clone().unwrap_or_default()),
            ("history", ask.history.clone().unwrap_or_default()),
        ];
        others.retain(|(other, _)| *other != name);
        Pager::new(asked.as_deref(), total, size, here.as_str(), name).keeping(others)
    };
    let members_pager =
        pager(&ask.members, checklist.members.len(), MEMBERS, "members").at("#checklist");
    let notes_pager = pager(&ask.notes, case.notes.len(), NOTES, "notes").at("#notes");
    let history_pager = pager(&ask.history, case.history.len(), EVENTS, "history").at("#history");
    let against = |status| {
        let choice = choices.iter().find(|choice| choice.status == status);
        choice.and_then(|choice| choice.against.clone()).unwrap_or_default()
    };
    let propose = crate::model::CaseEvent::propose("-");
    let cannot_propose = ground.allowed(case, &propose, &actor).err();
    CasePage {
        summary: Summary::of(&*visit.state.desk, view, case, &reach, &looker, &choices),
        overtaken: ground.overtaken(case).map(|why| begun(&why, &looker.names)).unwrap_or_default(),
        rungs: CaseStatus::ALL
            .iter()
            .map(|&status| Rung {
                status,
                is_on: status == case.status,
                against: begun(&against(status), &looker.names),
            })
            .collect(),
        cannot_agree: begun(&against(CaseStatus::ReferralReady), &looker.names),
        cannot_propose: cannot_propose
            .map_or_else(String::new, |e| begun(&e.to_string(), &looker.names)),
        is_own_proposal: case.proposal.as_ref().is_some_and(|p| actor.is(&p.by)),
        proposal: case.proposal.clone().map(|mut proposal| {
            proposal.alternatives = view.text(&proposal.alternatives);
            proposal
        }),
        review: review(case),
        cannot_refer: cannot_refer(&ground, case, &reach, &actor)
            .map_or_else(String::new, |e| begun(&e.to_string(), &looker.names)),
        refer_url: urls::refer(&case.id),
        referrals: cases
            .referrals()
            .iter()
            .rev()
            .filter(|record| record.referral.case.as_ref() == Some(&case.id))
            .map(|record| ReferralRow::of(view, record))
            .collect(),
        rings: covered::rings(view, case, &reach),
        progress: covered::progress(&checklist),
        members: members_pager
            .of(&checklist.members)
            .iter()
            .map(|member| covered::person(view, member))
            .collect(),
        members_pager,
        notes: notes_pager
            .of(&notes::newest(case))
            .iter()
            .map(|note| notes::row(view, cases, case, note, &looker, &actor))
            .collect(),
        notes_pager,
        files: case.attachments.iter().map(|file| FileRow::of(case, file)).collect(),
        may_keep_files: attachments.is_some(),
        largest: attachments.map(|files| bytes(files.largest())).unwrap_or_default(),
        history: {
            let mut all = PastRow::all(view, &case.history);
            let from = history_pager.first().min(all.len());
            all.drain(..from);
            all.truncate(EVENTS);
            all
        },
        history_pager,
        people: people::suggested(visit, cases),
        id: case.id.to_string(),
        title: view.text(&case.title),
        status: case.status,
        version: case.version.0,
        why: view.text(&case.why),
        assignee: case.assignee.clone().unwrap_or_default(),
        is_mine: looker.has(case),
        due: case.due.map_or_else(String::new, |day| day.to_string()),
        is_open: case.is_open(),
        change_url: urls::change_case(&case.id),
        approve_url: urls::approve_case(&case.id),
        files_url: urls::case_files(&case.id),
        json_url: format!("{here}?format=json"),
        here,
        chrome: visit.chrome(format!("Case {}", case.id), Section::Cases),
    }
}
