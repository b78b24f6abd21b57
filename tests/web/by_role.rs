//! For each role: every link and every form of every page it can come to, over a real engine. Not responsible for what is
//! asked without a link (`trespass`).
//!
//! Invariant: no page shows a link or a form above the role of whoever looks; whatever it shows works; and every rule that
//! a role meets is come to, so that what is added later is looked at too.

use crate::{
    accounts::House,
    importing::{OURS, parts, send_parts, send_parts_to},
    made_up::MadeUp,
    verbs::{Answer, Form, Site},
};
use actix_web::http::StatusCode;
use ringer::{
    casework::{Actor, Permission, Role},
    engine::{CaseChange, Engine},
    model::{CaseEvent, CaseStatus, CaseSubject, RingStatus, Verdict},
    web::{Desk, Needs, RULES, Rule},
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

/// Pages of one route that are looked at.
const MOST: usize = 18;

/// What no link or form of somebody signed in leads to.
const ELSEWHERE: &[&str] = &[
    "/health",
    "/static/{hash}/{name:.*}",
    "/sign-in",
    "/sign-in/{token}",
    "/second-step",
    "/welcome/{secret}",
    // Of somebody who came by the one-time link.
    "/first-account",
    // After the second factor was confirmed, and with a second session.
    "/account/second-factor/drop",
    "/account/recovery-codes",
    "/account/recovery-codes.txt",
    "/account/sessions/end",
    "/account/tokens/drop",
    // While a file is read.
    "/import/{upload_id}/stop",
];

/// What whoever sees contact data anyway need not ask for.
const OF_VIEWERS: &[&str] = &["/reveal", "/reveal/end"];

/// What ends what is being looked at, and so comes last.
const LAST: &[&str] = &[
    "/import/{upload_id}/discard",
    "/imports/{import_id}/withdraw",
    "/applicants/{applicant_id}/erase",
    "/account/sign-out-everywhere",
    "/sign-out",
];

/// The rule of an address.
fn rule(method: &str, url: &str) -> Option<&'static Rule> {
    let path = url.split(['?', '#']).next().unwrap();
    let fits = |rule: &&Rule| {
        let (mut asked, mut known) = (path.split('/'), rule.path.split('/'));
        rule.method == method
            && loop {
                match (asked.next(), known.next()) {
                    (None, None) => break true,
                    (Some(_), Some(part)) if part.ends_with(":.*}") => break true,
                    (Some(a), Some(part)) if a == part || part.starts_with('{') => {}
                    _ => break false,
                }
            }
    };
    // An address in so many words is meant before one with an id in its place.
    RULES.iter().filter(fits).min_by_key(|rule| rule.path.matches('{').count())
}

/// Somebody of one role, going wherever pages lead.
struct Walker {
    role: Role,
    house: House,
    site: Site,
    /// Pages looked at, by route.
    seen: BTreeMap<&'static str, BTreeSet<String>>,
    next: VecDeque<String>,
    /// A form for each route that forms are sent to.
    forms: BTreeMap<&'static str, Form>,
    sent: BTreeSet<&'static str>,
}

impl Walker {
    #[track_caller]
    fn allowed(&self, method: &str, url: &str, on: &str) -> &'static Rule {
        let rule = rule(method, url).unwrap_or_else(|| panic!("{on}: {method} {url} is no route"));
        let role = self.role;
        assert!(rule.needs.is_met_by(role), "{on} shows {role} the way to {method} {url}");
        rule
    }

    fn note(&mut self, url: &str, on: &str) {
        // A page that stands alone names the server.
        let url = url.strip_prefix("http://localhost:8080").unwrap_or(url);
        let page = url.split('#').next().unwrap().to_owned();
        if page.is_empty() || page.starts_with("/static/") || !crate::crawl::leads_on(&page) {
            return;
        }
        let route = self.allowed("GET", &page, on).path;
        let seen = self.seen.entry(route).or_default();
        if seen.len() < MOST && seen.insert(page.clone()) {
            self.next.push_back(page);
        }
    }

    /// Takes in what a page leads to.
    fn look(&mut self, url: &str, page: &Answer) {
        assert!(!page.status.is_server_error(), "{url}: {}", page.status);
        assert_ne!(page.status, StatusCode::FORBIDDEN, "{} at {url}: {}", self.role, page.body);
        if page.status.is_redirection() {
            let to = page.location().to_owned();
            self.note(&to, url);
            return;
        }
        for link in page.attrs("a[href]", "href") {
            self.note(&link, url);
        }
        for form in page.forms() {
            let method = if form.method == "post" { "POST" } else { "GET" };
            let route = self.allowed(method, &form.action, url).path;
            if method == "POST" && !self.sent.contains(route) {
                self.forms.insert(route, form);
            } else if method == "GET" {
                let query: Vec<String> = form
                    .fields
                    .iter()
                    .map(|(n, v)| format!("{n}={}", v.replace(' ', "+")))
                    .collect();
                self.note(&format!("{}?{}", form.action, query.join("&")), url);
            }
        }
    }

    async fn walk(&mut self) {
        while let Some(url) = self.next.pop_front() {
            let page = self.site.get(&url).await;
            self.look(&url, &page);
        }
    }

    /// Sends each form that is left, and goes on from where it leads.
    async fn fill_in(&mut self, also_last: bool) {
        let left = |all: &BTreeMap<&'static str, Form>| {
            // A file before the case is closed.
            let file = all.keys().copied().find(|route| route.ends_with("/files"));
            file.or_else(|| all.keys().copied().find(|r| also_last || !LAST.contains(r)))
        };
        while let Some(route) = left(&self.forms) {
            let form = self.forms.remove(route).unwrap();
            self.sent.insert(route);
            let answer = if route.ends_with("/files") {
                let body = parts(&self.site.csrf(), "note.txt", b"seen at the door\n");
                send_parts_to(&self.site, &form.action, &body, OURS).await
            } else {
                self.site.fill_in(&form).await
            };
            self.look(&form.action, &answer);
            // What was begun is done before it is looked at, and it is looked at though it was before.
            self.site.state.imports.wait();
            if answer.status.is_redirection() {
                let to = answer.location().split('#').next().unwrap().to_owned();
                let page = self.site.get(&to).await;
                self.look(&to, &page);
            }
            if self.site.get("/help").await.status != StatusCode::OK {
                self.site = self.house.seen_by(self.role).await;
                // Secrets of the old session are in the forms that are left.
                let csrf = self.site.csrf();
                let fields = self.forms.values_mut().flat_map(|form| &mut form.fields);
                fields.filter(|(name, _)| name == "csrf").for_each(|(_, v)| v.clone_from(&csrf));
            }
            if !also_last {
                self.walk().await;
            }
        }
    }
}

/// A case that waits for a second person.
fn propose_a_referral(engine: &Engine) {
    let ring = engine.view().rings[0].id.clone();
    let verdict = Verdict::Ring { ring: ring.clone(), verdict: RingStatus::Confirmed };
    engine.judge(verdict, "zoe", "looked at").unwrap();
    let zoe = Actor::new("zoe", Role::Investigator);
    let case = Desk::open_case(engine, &zoe, CaseSubject::Ring(ring), "The house").unwrap();
    for event in [
        CaseEvent::set(CaseStatus::SuspectedRing, "one house"),
        CaseEvent::propose("no agency, no family, no shared house"),
    ] {
        let expected = engine.cases().get(&case).unwrap().version;
        let change = CaseChange { case: case.clone(), expected, events: vec![event] };
        Desk::change_cases(engine, &zoe, vec![change], None).unwrap();
    }
}

/// A case about another ring that two persons agreed on; its page.
fn agree_on_a_referral(engine: &Engine) -> String {
    let view = engine.view();
    // Rings of one case are looked at elsewhere; this one passes its gates.
    let ring = view.rings.iter().skip(1).find(|ring| ring.gates.iter().all(|gate| gate.passed));
    let ring = ring.unwrap().id.clone();
    let verdict = Verdict::Ring { ring: ring.clone(), verdict: RingStatus::Confirmed };
    engine.judge(verdict, "zoe", "looked at").unwrap();
    let zoe = Actor::new("zoe", Role::Investigator);
    let case = Desk::open_case(engine, &zoe, CaseSubject::Ring(ring), "The other house").unwrap();
    for (who, event) in [
        (&zoe, CaseEvent::set(CaseStatus::SuspectedRing, "one house")),
        (&zoe, CaseEvent::propose("no agency, no family, no shared house")),
        (
            &Actor::new("yan", Role::Supervisor),
            CaseEvent::set(CaseStatus::ReferralReady, "looked at all of it"),
        ),
    ] {
        let expected = engine.cases().get(&case).unwrap().version;
        let change = CaseChange { case: case.clone(), expected, events: vec![event] };
        Desk::change_cases(engine, who, vec![change], None).unwrap();
    }
    format!("/cases/{case}")
}

async fn crawl(role: Role) {
    let engine = Arc::new(crate::whole::engine());
    propose_a_referral(&engine);
    let agreed = agree_on_a_referral(&engine);
    let reports = Arc::new(MadeUp::season(engine.clone()));
    let house = House::reporting(engine, reports);
    // A package is there to be looked at, and another can be made once its purpose is said.
    let scope = format!("{agreed}/refer?purpose=a+complaint");
    let sue = house.seen_by(Role::Supervisor).await;
    let page = sue.get_ok(&scope).await;
    let form = page
        .forms()
        .into_iter()
        .find(|form| form.method == "post" && form.action.ends_with("/refer"));
    let made = sue.fill_in(&form.unwrap()).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let site = house.seen_by(role).await;
    // A change of the policy is offered once a number is moved.
    let moved = "/policy/what-if?link.threshold=3";
    let mut next = VecDeque::from(["/".to_owned(), moved.to_owned()]);
    if role.may(Permission::Refer) {
        next.push_back(scope);
    }
    if role.may(Permission::Import) {
        let file = b"id,full_name,email\nN-1,Ada Quill,ada@example.com\nN-2,,\nN-3\n";
        let sent = send_parts(&site, &parts(&site.csrf(), "few.csv", file), OURS).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        next.push_back(sent.location().to_owned());
    }
    let (seen, forms, sent) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
    let mut walker = Walker { role, house, site, seen, next, forms, sent };
    walker.walk().await;
    walker.fill_in(false).await;
    walker.fill_in(true).await;

    let come_to = |rule: &&Rule| match rule.method {
        "GET" => walker.seen.contains_key(rule.path),
        _ => walker.sent.contains(rule.path),
    };
    let meant = |rule: &&Rule| {
        let sees_all = role.may(Permission::ReadContacts);
        rule.needs.is_met_by(role)
            && !ELSEWHERE.contains(&rule.path)
            && !(sees_all && OF_VIEWERS.contains(&rule.path))
    };
    let missed: Vec<String> = RULES
        .iter()
        .filter(meant)
        .filter(|rule| !come_to(rule))
        .map(|rule| format!("{} {}", rule.method, rule.path))
        .collect();
    assert!(missed.is_empty(), "no page leads a {role} to {missed:?}");
    let above = RULES.iter().filter(|rule| !rule.needs.is_met_by(role)).filter(come_to).count();
    assert_eq!(above, 0);
    assert!(walker.seen.values().map(BTreeSet::len).sum::<usize>() > 100);
}

#[actix_web::test]
async fn a_viewer_finds_no_dead_end_and_nothing_above_the_role() {
    crawl(Role::Viewer).await;
}

#[actix_web::test]
async fn an_investigator_finds_no_dead_end_and_nothing_above_the_role() {
    crawl(Role::Investigator).await;
}

#[actix_web::test]
async fn a_supervisor_finds_no_dead_end_and_nothing_above_the_role() {
    crawl(Role::Supervisor).await;
}

#[actix_web::test]
async fn an_administrator_finds_no_dead_end() {
    crawl(Role::Administrator).await;
}

#[test]
fn an_address_has_the_rule_of_its_route() {
    let path = |method, url| rule(method, url).map(|rule| rule.path);
    assert_eq!(path("GET", "/rings/ring_1?q=2#x"), Some("/rings/{ring_id}"));
    assert_eq!(path("POST", "/users/ann/role"), Some("/users/{name}/role"));
    assert_eq!(path("POST", "/account/tokens"), Some("/account/tokens"));
    assert_eq!(path("GET", "/static/0/js/x.js"), Some("/static/{hash}/{name:.*}"));
    assert_eq!(path("GET", "/users/ann/role"), None);
    assert!(RULES.iter().any(|r| r.needs == Needs::Session));
}
