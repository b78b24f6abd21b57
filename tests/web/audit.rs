//! What the audit trail is told: every route as its rule says, nothing that anybody typed, and no page without it.

use crate::{
    accounts::{FINE, House},
    fixture::{FixtureDesk, NOW, view},
    made_up::{rule as gains, schedule},
    verbs::{Answer, Site},
};
use actix_web::{
    http::{Method, StatusCode},
    web::Data,
};
use ringer::{
    casework::{
        Role,
        audit::{Action, Entry, Event, Query, Subject, Trail},
    },
    web::{Needs, RULES, Records, Rule, State},
};
use std::{collections::BTreeSet, fs, sync::Arc};

/// Everything in a trail, newest first.
fn all(state: &State) -> Vec<Entry> {
    state.trail.find(&Query::default(), 10_000, 10_000).unwrap().entries
}

#[track_caller]
fn newest(state: &State) -> Entry {
    all(state).remove(0)
}

/// An address of a rule that leads somewhere in the fixture.
fn url(site: &Site, rule: &Rule) -> String {
    let view = site.view();
    let ring = view.rings[0].id.to_string();
    let applicant = view.network.applicant(ringer::model::ApplicantIx::new(0)).id.to_string();
    let other = view.network.applicant(ringer::model::ApplicantIx::new(3)).id.to_string();
    let attribute = view.network.corpus().attribute(ringer::model::AttributeIx::new(0)).id();
    let path = rule
        .path
        .replace("{ring_id}", &ring)
        .replace("{applicant_id}", &applicant)
        .replace("{attribute_id}", attribute.as_str())
        .replace("{judgement_id}", "jdg_000000000000")
        .replace("{case_id}", ringer::model::CaseId::derive("none").as_str())
        .replace("{referral_id}", "ref_000000000000")
        .replace("{sha256}", &"0".repeat(64))
        .replace("{import_id}", "imp_000000000000")
        .replace("{upload_id}", "00000000000000000000000000000000")
        .replace("{watch_id}", "wat_000000000000")
        .replace("{hold_id}", "hld_000000000000")
        .replace("{report_id}", "rep_000000000000")
        .replace("{format}", "html")
        .replace("{name}", "viewer");
    match rule.path {
        "/compare" => format!("{path}?a={applicant}&b={other}"),
        "/path" => format!("{path}?from={applicant}&to={other}"),
        "/explore" => format!("{path}?from={ring}"),
        "/search" => format!("{path}?q=whitfield"),
        _ => path,
    }
}

async fn asked(site: &Site, rule: &Rule) -> Answer {
    let url = url(site, rule);
    match rule.method {
        "GET" => site.get(&url).await,
        _ => site.post(&url, &[("csrf", &site.csrf()), ("present", FINE)]).await,
    }
}

#[actix_web::test]
async fn each_route_records_what_its_rule_says() {
    for rule in RULES.iter().filter(|rule| rule.needs != Needs::Nothing) {
        // Anew each time: some routes end the session that asks.
        let house = House::new();
        let site = house.seen_by(Role::Administrator).await;
        // What schedules and rules are called is recorded where there are such.
        site.state.desk.set_schedule(schedule("viewer"), "sue").unwrap();
        site.state.desk.set_alert_rule(gains("viewer"), "sue").unwrap();
        let before = all(&site.state).len();
        let answer = asked(&site, rule).await;
        let entries = all(&site.state);
        let said = format!("{} {}: {} {entries:?}", rule.method, rule.path, answer.status);
        let Some(action) = rule.records.action() else {
            assert_eq!(entries.len(), before, "{said}");
            continue;
        };
        // Newest first; what goes with it comes after it.
        let event = &entries[entries.len() - before - 1].event;
        // A form that was sent with the session's secret and is wrong otherwise is no refusal.
        assert_eq!(event.action, action, "{said}");
        assert_eq!((event.who.as_str(), event.at), ("administrator", NOW), "{said}");
        assert_eq!(event.status, Some(answer.status.as_u16()), "{said}");
        let route = format!("{} {}", rule.method, rule.path);
        assert_eq!(event.subject.get("route"), Some(route.as_str()), "{said}");
        for part in rule.path.split('/').filter_map(|p| p.strip_prefix('{')) {
            let name = part.trim_end_matches('}');
            let name = match (name, rule.path) {
                ("name", path) if path.starts_with("/reports/schedules") => "schedule",
                ("name", path) if path.starts_with("/reports/alerts") => "rule",
                ("name", _) => "account",
                (name, _) => name,
            };
            let value = event.subject.get(name).unwrap_or_else(|| panic!("{name}: {said}"));
            assert!(url(&site, rule).contains(value), "{said}");
        }
    }
}

#[actix_web::test]
async fn whatever_shows_somebody_is_recorded() {
    let house = House::new();
    let site = house.seen_by(Role::Administrator).await;
    let labels: BTreeSet<String> = {
        let view = site.view();
        let ixs = (0..view.network.applicants().len()).map(ringer::model::ApplicantIx::new);
        ixs.map(|ix| view.network.label(ix).to_owned())
            .filter(|label| !label.contains('<'))
            .collect()
    };
    let mut showing = 0;
    for rule in RULES.iter().filter(|rule| rule.method == "GET") {
        if rule.needs == Needs::Nothing {
            continue;
        }
        let answer = asked(&site, rule).await;
        let shows = labels.iter().any(|label| answer.body.contains(label.as_str()));
        showing += u32::from(shows);
        assert!(
            !shows || rule.records != Records::Nothing,
            "GET {} shows somebody and records nothing",
            rule.path
        );
    }
    assert!(showing >= 7, "{showing}");
}

#[actix_web::test]
async fn a_role_that_may_not_is_recorded_as_refused_and_so_is_a_form_from_elsewhere() {
    let house = House::new();
    let site = house.seen_by(Role::Viewer).await;
    for path in ["/audit", "/users", "/import"] {
        assert_eq!(site.get(path).await.status, StatusCode::FORBIDDEN);
        let event = newest(&site.state).event;
        assert_eq!((event.action, event.status), (Action::Refused, Some(403)));
        assert_eq!(event.subject.get("route"), Some(format!("GET {path}").as_str()));
        assert_eq!(event.who, "viewer");
    }
    let cookie = format!("ringer_session={}", site.cookie);
    let headers =
        [("host", "localhost"), ("cookie", cookie.as_str()), ("origin", "https://evil.example")];
    let answer = site.send(Method::POST, "/sign-out", &headers, "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(newest(&site.state).event.action, Action::Refused);
}

#[actix_web::test]
async fn signing_in_and_out_are_recorded_with_the_name_only_where_there_is_such_an_account() {
    let house = House::new();
    let site = house.seen_by(Role::Viewer).await;
    let state = &site.state;
    let event = newest(state).event;
    assert_eq!((event.action, event.who.as_str()), (Action::SignedIn, "viewer"));
    assert_eq!(event.subject.get("how"), Some("password"));

    house.sign_in("VIEWER", "wrong").await;
    let event = newest(state).event;
    assert_eq!((event.action, event.who.as_str()), (Action::SignInFailed, "viewer"));
    house.sign_in("daniel whitfield", "wrong").await;
    let event = newest(state).event;
    assert_eq!((event.action, event.who.as_str()), (Action::SignInFailed, ""));
    let expected = state.trail.typed("Daniel Whitfield").unwrap();
    assert_eq!(event.subject.get("tried"), Some(expected.as_str()));
    for _ in 0..6 {
        house.sign_in("viewer", "wrong").await;
    }
    assert_eq!(newest(state).event.subject.get("outcome"), Some("throttled"));

    let headers = [("host", "localhost"), ("authorization", "Bearer 0000")];
    site.send(Method::GET, "/", &headers, "").await;
    assert_eq!(newest(state).event.subject.get("how"), Some("token"));
    site.send(Method::GET, "/sign-in/guessed", &[("host", "localhost")], "").await;
    assert_eq!(newest(state).event.subject.get("how"), Some("one-time link"));

    site.post("/sign-out", &[("csrf", &site.csrf())]).await;
    assert_eq!(newest(state).event.action, Action::SignedOut);
}

#[actix_web::test]
async fn a_session_that_its_account_ended_is_recorded() {
    let house = House::new();
    let site = house.seen_by(Role::Viewer).await;
    house.file().change(|a| a.disable(&"viewer".parse().unwrap(), NOW)).unwrap();
    site.get("/").await;
    // Told with the next thing that is recorded.
    house.seen_by(Role::Supervisor).await;
    let ended = Query { action: Some(Action::SessionEnded), ..Query::default() };
    let found = site.state.trail.find(&ended, 10, 1_000).unwrap().entries;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].event.who, "viewer");
}

#[actix_web::test]
async fn a_judgement_is_recorded_without_its_reason_and_a_program_by_what_it_takes_out() {
    let site = Site::new();
    let ring = site.view().rings[0].id.to_string();
    let form = [
        ("csrf", &*site.csrf()),
        ("about", "ring"),
        ("ring_id", &ring),
        ("verdict", "confirmed"),
        ("why", "same hands on camera"),
    ];
    assert_eq!(site.post("/judgements", &form).await.status, StatusCode::SEE_OTHER);
    let event = newest(&site.state).event;
    // The fact has the reason: what is said of somebody can be erased there.
    assert_eq!((event.action, event.why.as_str()), (Action::Decided, ""));
    let view = site.view();
    assert!(view.judgements.iter().any(|judgement| judgement.why == "same hands on camera"));
    site.get_ok("/?format=json").await;
    let event = newest(&site.state).event;
    assert_eq!((event.action, event.subject.get("format")), (Action::Exported, Some("json")));
}

/// What nobody may find in a trail.
const MARKERS: [&str; 4] = ["Zyxomma Quillfeather", "zyxomma", "+1 202 555 0177", "2025550177"];

#[actix_web::test]
async fn what_people_type_is_nowhere_in_the_trail() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Arc::new(FixtureDesk::new(view));
    let trail = Arc::new(Trail::of(folder.path()));
    let state = State::new(desk, "127.0.0.1".parse().unwrap()).recorded_in(trail);
    let site = Site::signed_in(Data::new(state));
    let csrf = site.csrf();
    for marker in MARKERS {
        let text = marker.replace(' ', "%20").replace('+', "%2B");
        for url in [
            format!("/search?q={text}"),
            format!("/search?q={text}&format=json&kind={text}&page={text}"),
            format!("/applicants/{text}"),
            format!("/rings/{text}?q={text}&from={text}&focus={text}&as_of={text}"),
            format!("/attributes/{text}"),
            format!("/compare?a={text}&b={text},{text}"),
            format!("/path?from={text}&to={text}&{text}=1"),
            format!("/explore?from={text}.{text}&sel={text}&open={text}"),
            format!("/watch-lists?q={text}&list={text}"),
            format!("/?status={text}&preview={text}&min={text}"),
            format!("/import/{text}"),
            format!("/audit?who={text}"),
            format!("/audit?searched={text}"),
            format!("/audit?subject={text}&why={text}"),
            format!("/audit?action={text}"),
            format!("/{text}"),
            format!("/sign-in/{text}"),
            format!("/welcome/{text}"),
        ] {
            site.get(&url).await;
        }
        for (url, names) in [
            ("/judgements", &["about", "a", "b", "verdict"][..]),
            ("/checks", &["applicant_id", "item", "result", "note"]),
            ("/watch-lists", &["list", "kind", "value", "aliases", "reason", "source"]),
            ("/display", &["zone", "back"]),
            ("/users", &["name", "role"]),
            (&format!("/users/{text}/role"), &["role"]),
            (&format!("/judgements/{text}/withdraw"), &["x"]),
            (&format!("/watch-lists/{text}/withdraw"), &["x"]),
            (&format!("/imports/{text}/withdraw"), &["x"]),
            ("/sign-in", &["name", "password"]),
        ] {
            let mut form = vec![("csrf", csrf.as_str())];
            form.extend(names.iter().map(|name| (*name, marker)));
            site.post(url, &form).await;
        }
    }
    assert!(all(&site.state).len() > 60);
    let mut written = String::new();
    for entry in fs::read_dir(folder.path().join("audit")).unwrap() {
        written.push_str(&String::from_utf8_lossy(&fs::read(entry.unwrap().path()).unwrap()));
    }
    let lower = written.to_lowercase();
    for marker in MARKERS {
        for form in [marker.to_lowercase(), marker.to_lowercase().replace(' ', "%20")] {
            assert!(!lower.contains(&form), "{form}");
        }
    }
}

#[actix_web::test]
async fn an_auditor_finds_who_searched_for_a_text_and_who_looked_at_somebody() {
    let house = House::new();
    let viewer = house.seen_by(Role::Viewer).await;
    let site = house.seen_by(Role::Supervisor).await;
    viewer.get_ok("/search?q=Victor%20Renshaw").await;
    let leads = viewer.get("/applicants/APP-1000").await;
    viewer.get_ok(leads.location()).await;
    let page = site.get_ok("/audit?searched=victor+renshaw").await;
    let rows = page.texts("table.audited tbody tr");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].contains("viewer") && rows[0].contains("searched"), "{}", rows[0]);
    assert!(site.get_ok("/audit?searched=victor").await.texts("table.audited").is_empty());

    let applicant = site.get_ok(leads.location()).await;
    let link = applicant.attrs("a[href^='/audit?subject=']", "href").remove(0);
    let page = site.get_ok(&link).await;
    let who = page.texts("table.audited tbody th");
    assert_eq!(who, ["supervisor", "viewer"]);
    assert!(page.attrs("td.what a", "href").iter().any(|href| href.starts_with("/applicants/")));
    let other = viewer.get_ok(leads.location()).await;
    assert!(other.attrs("a[href^='/audit']", "href").is_empty());
}

#[actix_web::test]
async fn the_page_says_that_the_chain_holds_pages_back_and_is_itself_recorded() {
    let site = Site::new();
    for _ in 0..60 {
        site.get_ok("/").await;
    }
    let page = site.get_ok("/audit?action=read").await;
    assert!(page.text(".proof h2").contains("The trail held"), "{}", page.text(".proof"));
    assert_eq!(page.texts("table.audited tbody tr").len(), 50);
    let older = page.attrs("a[rel=next]", "href").remove(0);
    let page = site.get_ok(&older).await;
    assert_eq!(page.texts("table.audited tbody tr").len(), 10);
    let event = newest(&site.state).event;
    assert_eq!(event.subject.get("route"), Some("GET /audit"));
    let wrong = site.get("/audit?since=yesterday").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    for bad in ["/audit?before=x", "/audit?action=gone", "/audit?format=xml"] {
        assert_eq!(site.get(bad).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[actix_web::test]
async fn the_trail_is_taken_out_as_it_is_or_as_a_table_without_formulas() {
    let house = House::new();
    let site = house.seen_by(Role::Administrator).await;
    let form = [("csrf", &*site.csrf()), ("name", "=ann"), ("role", "viewer")];
    site.post("/users", &form).await;
    let why = "=HYPERLINK(\"x\")";
    let subject = Subject::new().with("fact", "policy_set");
    let event = Event::new(NOW, "ann", Action::Policy, subject, "192.0.2.7").why(why);
    site.state.trail.record(event).unwrap();
    let csv = site.get_ok("/audit?format=csv").await;
    assert!(csv.headers.get("content-disposition").is_some());
    assert!(csv.body.starts_with("n,at,who,action,subject,place,why,fact,status,prev\n"));
    assert!(csv.body.contains("\"'=HYPERLINK"), "{}", csv.body);
    assert_eq!(newest(&site.state).event.action, Action::Exported);
    let lines = site.get_ok("/audit?format=ndjson&action=policy").await.body;
    assert_eq!(lines.lines().count(), 1);
    let entry: Entry = serde_json::from_str(lines.trim()).unwrap();
    assert_eq!(entry.event.why, why);
}

#[actix_web::test]
async fn a_page_that_cannot_be_recorded_is_not_shown_and_nothing_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Arc::new(FixtureDesk::new(view));
    let trail = Arc::new(Trail::of(folder.path()));
    let state = State::new(desk, "127.0.0.1".parse().unwrap()).recorded_in(trail);
    let site = Site::signed_in(Data::new(state));
    site.get_ok("/").await;
    let segment = folder.path().join("audit/000000000001.ndjson");
    // Somebody shortens the trail under the server.
    fs::write(&segment, "").unwrap();
    let page = site.get("/search?q=whitfield").await;
    assert_eq!(page.status, StatusCode::INSUFFICIENT_STORAGE);
    assert!(!page.body.contains("Daniel"), "{}", page.body);
    assert!(page.body.contains("ringer verify"));
    let ring = site.view().rings[0].id.to_string();
    let form = [
        ("csrf", &*site.csrf()),
        ("about", "ring"),
        ("ring_id", &ring),
        ("verdict", "confirmed"),
        ("why", "x"),
    ];
    let refused = site.post("/judgements", &form).await;
    assert_eq!(refused.status, StatusCode::INSUFFICIENT_STORAGE);
    assert!(site.view().judgements.is_empty(), "nothing is judged that cannot be recorded");
    assert_eq!(site.get("/help").await.status, StatusCode::OK);
}
