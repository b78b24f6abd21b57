//! Every screen of Ringer, in one list. Not responsible for what is asked of them (`accessibility`, `pictures`).
//!
//! Invariant: a page that is in no line of the list fails a test. To add a screen, add a line; a page that is only come
//! to by doing something is named in `BY_DOING`, and the flow that does it checks it.

use crate::site::case;
use ringer::engine::View;
use std::{collections::BTreeSet, fs, path::Path};

/// A screen.
pub struct Screen {
    /// The file in `src/web/pages` it is made in; empty for pages of errors.
    pub page: &'static str,
    /// What it is called in messages and file names.
    pub name: &'static str,
    /// Where it is, in the story.
    pub path: fn(&View) -> String,
    /// What it answers.
    pub status: u16,
}

/// Every screen, each page in at least one state.
pub const SCREENS: &[Screen] = &[
    screen("queue", "queue", |_| "/".to_owned()),
    screen("queue", "queue-filtered", |_| "/?status=all&min=5&kind=phone".to_owned()),
    screen("queue", "queue-nothing", |_| "/?status=dismissed".to_owned()),
    screen("queue", "queue-preview", |view| format!("/?preview={}#preview", ring_id(view, EVAN))),
    screen("ring", "ring", |view| ring(view, EVAN)),
    screen("ring", "ring-focus-person", |view| {
        format!("{}?focus={}", ring(view, EVAN), applicant_id(view, PRIYA))
    }),
    screen("ring", "ring-focus-value", |view| {
        format!("{}?focus={}", ring(view, EVAN), shared_id(view, EVAN))
    }),
    screen("ring", "ring-table", |view| format!("{}?view=table", ring(view, EVAN))),
    screen("ring", "ring-timeline", |view| format!("{}?view=timeline", ring(view, EVAN))),
    screen("ring", "ring-map", |view| format!("{}?view=map", ring(view, EVAN))),
    screen("ring", "ring-window", |view| format!("{}?from=2026-04-01&q=open", ring(view, EVAN))),
    screen("ring", "ring-as-of", |view| format!("{}?as_of=2026-04-01", ring(view, EVAN))),
    screen("ring", "ring-largest", |view| {
        let largest = view.rings.iter().max_by_key(|ring| (ring.members.len(), &ring.id));
        format!("/rings/{}", largest.unwrap().id)
    }),
    screen("cases", "cases", |_| "/cases".to_owned()),
    screen("cases", "cases-nothing", |_| "/cases?tab=all&status=closed".to_owned()),
    screen("case", "case", |_| case()),
    screen("refer", "refer", |_| format!("{}/refer?purpose=a+complaint", case())),
    screen("refer", "refer-peer", |_| format!("{}/refer?profile=peer_employer", case())),
    Screen {
        status: 400,
        ..screen("refer", "refer-refused", |_| format!("{}/refer?annex=age1x", case()))
    },
    screen("referrals", "referrals-none", |_| "/referrals".to_owned()),
    screen("reports", "reports-none", |_| "/reports".to_owned()),
    screen("schedule", "schedule-new", |_| "/reports/new".to_owned()),
    screen("alerts", "alerts-none", |_| "/reports/alerts".to_owned()),
    screen("alert_rule", "alert-rule-new", |_| "/reports/alerts/new".to_owned()),
    screen("applicant", "applicant", |view| applicant(view, EVAN)),
    screen("attribute", "attribute", |view| shared(view, EVAN)),
    screen("attribute", "attribute-before", |view| {
        format!("{}?before=2026-04-01", shared(view, EVAN))
    }),
    screen("attribute", "attribute-before-all", |view| {
        format!("{}?before=2020-01-01", shared(view, EVAN))
    }),
    screen("explore", "explore", |view| {
        let (from, priya) = (ring_id(view, EVAN), applicant_id(view, PRIYA));
        format!("/explore?from={from}&open={priya}.phone")
    }),
    screen("explore", "explore-two-selected", |view| {
        let (from, priya) = (ring_id(view, EVAN), applicant_id(view, PRIYA));
        format!("/explore?from={from}&sel={priya},{}", applicant_id(view, DANA))
    }),
    screen("explore", "explore-nothing-chosen", |_| "/explore".to_owned()),
    screen("compare", "compare", |_| format!("/compare?a={PRIYA}&b={DANA}")),
    screen("compare", "compare-nothing-chosen", |_| "/compare".to_owned()),
    screen("judge", "judge", |_| {
        format!("/judge?about=pair&a={PRIYA}&b={DANA}&verdict=not_linked")
    }),
    screen("judge", "judge-ring", |view| {
        format!("/judge?about=ring&ring_id={}&verdict=confirmed", ring_id(view, EVAN))
    }),
    screen("judge", "judge-value", |view| {
        format!("/judge?about=value&attribute_id={}&verdict=common", shared_id(view, EVAN))
    }),
    screen("judge", "judge-nothing-chosen", |_| "/judge".to_owned()),
    screen("judgements", "judgements-none", |_| "/judgements".to_owned()),
    screen("path", "path", |_| format!("/path?from={PRIYA}&to={DANA}")),
    screen("path", "path-nothing-chosen", |_| "/path".to_owned()),
    screen("search", "search", |_| "/search?q=evan+witlock".to_owned()),
    screen("search", "search-nothing-found", |_| "/search?q=zzzzzzzzzz".to_owned()),
    screen("search", "search-nothing-asked", |_| "/search".to_owned()),
    screen("import", "import", |_| "/import".to_owned()),
    screen("watch_lists", "watch-lists", |_| "/watch-lists".to_owned()),
    screen("policy", "policy", |_| "/policy".to_owned()),
    screen("what_if", "what-if-nothing-moved", |_| "/policy/what-if".to_owned()),
    screen("what_if", "what-if", |_| {
        "/policy/what-if?link.threshold=4&ring.min_families=3".to_owned()
    }),
    Screen {
        status: 400,
        ..screen("what_if", "what-if-refused", |_| "/policy/what-if?link.threshold=99".to_owned())
    },
    screen("precision", "precision", |_| "/precision".to_owned()),
    screen("precision", "precision-rings", |_| "/precision?verdict=open".to_owned()),
    screen("indicators", "indicators", |_| "/indicators".to_owned()),
    screen("audit", "audit", |_| "/audit".to_owned()),
    screen("audit", "audit-nothing-found", |_| "/audit?who=nobody".to_owned()),
    screen("privacy", "privacy", |_| "/privacy".to_owned()),
    screen("erase", "erase", |view| format!("{}/erase", applicant(view, EVAN))),
    screen("subject_access", "subject-access", |view| {
        format!("{}/subject-access", applicant(view, EVAN))
    }),
    screen("help", "help", |_| "/help".to_owned()),
    Screen { status: 401, ..screen("sign_in", "sign-in-used", |_| "/sign-in/used".to_owned()) },
    Screen { status: 404, ..screen("", "not-found", |_| "/rings/ring_aaaaaaaaaaaa".to_owned()) },
    Screen { status: 400, ..screen("", "not-understood", |_| "/?min=many".to_owned()) },
];

/// Pages that have no address before somebody did something, each checked where that is done.
const BY_DOING: &[&str] = &[
    "upload",
    "account",
    "first_account",
    "one_time_link",
    "second_step",
    "users",
    "welcome",
    "referral",
    "report",
];

const fn screen(page: &'static str, name: &'static str, path: fn(&View) -> String) -> Screen {
    Screen { page, name, path, status: 200 }
}

/// Applications of the story's first ring.
pub const EVAN: &str = "A0003538";
pub const PRIYA: &str = "A0003561";
pub const DANA: &str = "A0003720";

/// The applicant that an application belongs to.
pub fn applicant_id(view: &View, application: &str) -> String {
    view.network.applicant(view.applicant(application).unwrap()).id.to_string()
}

/// The page of the applicant that an application belongs to.
pub fn applicant(view: &View, application: &str) -> String {
    format!("/applicants/{}", applicant_id(view, application))
}

/// The ring that an application belongs to.
pub fn ring_id(view: &View, application: &str) -> String {
    view.ring_of(view.applicant(application).unwrap()).unwrap().id.to_string()
}

/// The page of the ring that an application belongs to.
pub fn ring(view: &View, application: &str) -> String {
    format!("/rings/{}", ring_id(view, application))
}

/// The first value that this ring shares.
pub fn shared_id(view: &View, application: &str) -> String {
    let ring = view.ring_of(view.applicant(application).unwrap()).unwrap();
    let value = ring.artefacts.iter().find_map(|artefact| artefact.attribute).unwrap();
    view.network.corpus().attribute(value).id().to_string()
}

/// The page of the first value that this ring shares.
pub fn shared(view: &View, application: &str) -> String {
    format!("/attributes/{}", shared_id(view, application))
}

#[test]
fn every_page_is_among_the_screens() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/pages");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let pages: BTreeSet<String> =
        files.map(|path| name(&path)).filter(|name| name != "mod").collect();
    let listed = SCREENS.iter().map(|s| s.page).chain(BY_DOING.iter().copied());
    let screens: BTreeSet<String> =
        listed.filter(|page| !page.is_empty()).map(str::to_owned).collect();
    assert_eq!(screens, pages, "SCREENS on the left, src/web/pages on the right");
    let names: BTreeSet<_> = SCREENS.iter().map(|s| s.name).collect();
    assert_eq!(names.len(), SCREENS.len(), "two screens have one name");
}
