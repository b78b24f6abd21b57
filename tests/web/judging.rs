//! Judgements through the forms: what is shown before, what is refused, what goes on, and what is remembered.

use crate::{
    accounts::House,
    fixture::NOW,
    verbs::{Answer, Site},
};
use actix_web::http::StatusCode;
use ringer::{
    casework::Role,
    engine::{Changes, Engine},
    ingest::{self, Input, Options, RowProblem},
    matching::Policy,
    model::{AttributeIx, AttributeKind, FixedClock, RingStatus, Verdict},
    store::MemoryStore,
    web::State,
};
use std::{
    io::Cursor,
    sync::{Arc, mpsc},
    thread,
};

fn hidden(page: &Answer, form: &str) -> Vec<(String, String)> {
    let selector = format!("{form} input[type=hidden]");
    page.attrs(&selector, "name").into_iter().zip(page.attrs(&selector, "value")).collect()
}

/// Fills in the decision form of a page and sends it.
async fn decide(site: &Site, url: &str, verdict: &str, why: &str) -> Answer {
    let page = site.get_ok(url).await;
    let mut form = hidden(&page, ".decide > form");
    form.push(("verdict".into(), verdict.into()));
    form.push(("why".into(), why.into()));
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    site.post("/judgements", &form).await
}

#[actix_web::test]
async fn a_ring_is_confirmed_and_undo_takes_it_back() {
    let site = Site::new();
    let url = format!("/rings/{}", site.view().rings[0].id);
    let sent = decide(&site, &url, "confirmed", "same hands").await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, url.as_str()));
    assert_eq!(site.view().rings[0].status, RingStatus::Confirmed);

    let page = site.get_ok(&url).await;
    assert!(page.text(".flash").contains("is confirmed"));
    assert!(page.text(".decide table").contains("same hands"));
    let undo = page.attrs(".flash form", "action");
    let undone = site.post(&undo[0], &[("csrf", &site.csrf())]).await;
    assert_eq!((undone.status, undone.location()), (StatusCode::SEE_OTHER, url.as_str()));
    assert_eq!(site.view().rings[0].status, RingStatus::Open);
    let page = site.get_ok(&url).await;
    assert!(page.text(".flash").contains("Withdrawn"));
    assert!(site.get_ok(&url).await.texts(".flash").is_empty(), "a message is shown once");
}

#[actix_web::test]
async fn a_pair_is_judged_on_the_compare_page_and_comes_back_to_it() {
    let site = Site::new();
    let sent = decide(&site, "/compare?a=APP-1003&b=APP-1000", "not_linked", "brothers").await;
    assert_eq!(sent.location(), "/compare?a=APP-1000&b=APP-1003");
    assert!(matches!(&site.view().judgements[0].verdict, Verdict::Pair { .. }));
    assert_eq!(site.view().judgements[0].by, "ann");
    let page = site.get_ok(sent.location()).await;
    assert!(page.text(".decide table").contains("are not linked"));
    let ring = site.get_ok(&format!("/rings/{}", site.view().rings[0].id)).await;
    assert!(
        ring.text(".scales .against").contains("ann judged: APP-1000 and APP-1003 are not linked")
    );
}

#[actix_web::test]
async fn a_value_is_judged_on_its_page() {
    let site = Site::new();
    let view = site.view();
    let ix = view.rings[0].artefacts[0].attribute.unwrap();
    let url = format!("/attributes/{}", view.network.corpus().attribute(ix).id());
    let sent = decide(&site, &url, "common", "the library's machine").await;
    assert_eq!(sent.location(), url);
    assert!(site.get_ok(&url).await.text(".decide table").contains("links nobody"));
}

#[actix_web::test]
async fn a_judgement_needs_a_reason_a_verdict_and_something_to_judge() {
    let site = Site::new();
    let ring = site.view().rings[0].id.to_string();
    let csrf = site.csrf();
    let base = [("csrf", csrf.as_str()), ("about", "ring"), ("ring_id", ring.as_str())];
    for (more, status) in [
        (vec![("verdict", "confirmed"), ("why", "  ")], StatusCode::UNPROCESSABLE_ENTITY),
        (vec![("verdict", "guilty"), ("why", "x")], StatusCode::BAD_REQUEST),
        (vec![("why", "x")], StatusCode::BAD_REQUEST),
    ] {
        let form = [base.as_slice(), more.as_slice()].concat();
        assert_eq!(site.post("/judgements", &form).await.status, status, "{more:?}");
    }
    for about in ["person", "value", "pair"] {
        let form = [("csrf", csrf.as_str()), ("about", about), ("verdict", "common"), ("why", "x")];
        assert_eq!(
            site.post("/judgements", &form).await.status,
            StatusCode::BAD_REQUEST,
            "{about}"
        );
    }
    let same = [
        ("csrf", csrf.as_str()),
        ("about", "pair"),
        ("a", "APP-1000"),
        ("b", "APP-1000"),
        ("verdict", "same"),
        ("why", "x"),
    ];
    assert_eq!(site.post("/judgements", &same).await.status, StatusCode::BAD_REQUEST);
    let gone = site.post("/judgements/jdg_000000000000/withdraw", &[("csrf", &csrf)]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(site.view().judgements.is_empty());
}

#[actix_web::test]
async fn nothing_is_recorded_for_a_form_from_elsewhere() {
    let site = Site::new();
    let ring = site.view().rings[0].id.to_string();
    let cookie = format!("ringer_session={}", site.cookie);
    let csrf = site.csrf();
    let body = |csrf: &str| {
        crate::verbs::encoded(&[
            ("csrf", csrf),
            ("about", "ring"),
            ("ring_id", &ring),
            ("verdict", "confirmed"),
            ("why", "x"),
        ])
    };
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let (host, cookie) = (("host", "localhost:8080"), ("cookie", cookie.as_str()));
    let ours = ("origin", "http://localhost:8080");
    for (headers, csrf, status) in [
        (vec![host, kind, ours], csrf.as_str(), StatusCode::UNAUTHORIZED),
        (vec![host, kind, cookie], csrf.as_str(), StatusCode::FORBIDDEN),
        (vec![host, kind, cookie, ("origin", "null")], csrf.as_str(), StatusCode::FORBIDDEN),
        (
            vec![host, kind, cookie, ("origin", "http://evil.example")],
            csrf.as_str(),
            StatusCode::FORBIDDEN,
        ),
        (vec![host, kind, cookie, ours], "0000", StatusCode::FORBIDDEN),
        (
            vec![("host", "evil.example"), kind, cookie, ("origin", "http://evil.example")],
            csrf.as_str(),
            StatusCode::MISDIRECTED_REQUEST,
        ),
    ] {
        let method = actix_web::http::Method::POST;
        let sent = site.send(method, "/judgements", &headers, &body(csrf)).await;
        assert_eq!(sent.status, status, "{headers:?}");
        assert!(site.view().judgements.is_empty());
    }
    let method = actix_web::http::Method::POST;
    let sent = site.send(method, "/judgements", &[host, kind, cookie, ours], &body(&csrf)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
}

/// Three groups of five people, each of which shares a device and a payment account.
fn engine() -> Engine {
    const GIVEN: [&str; 5] = ["Ada", "Bruno", "Cleo", "Edgar", "Fenna"];
    const FAMILY: [&str; 5] = ["Quill", "Tarn", "Lindqvist", "Okafor", "Nakamura"];
    let mut text = String::from(
        "application_id,full_name,email,phone,device_id,bank_account_hash,submitted_at\n",
    );
    for n in 0..15_usize {
        let group = n / 5;
        let (given, family) = (GIVEN[n % 5], FAMILY[(n + group) % 5]);
        text.push_str(&format!(
            "A{n},{given} {family},{given}.{family}{n}@example.com,202-555-01{n:02},device-{group},\
             account-{group},2026-01-{:02}\n",
            n + 1
        ));
    }
    let clock = Arc::new(FixedClock(NOW));
    let store = Box::new(MemoryStore::new(clock.clone()));
    let engine = Engine::open(store, Policy::default(), clock).unwrap();
    let input = ingest::Input::stream("rows.csv", std::io::Cursor::new(text.into_bytes()));
    let mut reader = ingest::open(input, &ingest::Options::default()).unwrap();
    engine.import("rows.csv", &mut reader, &mut |_| Ok(()), "test", &mut |_| ()).unwrap();
    assert_eq!(engine.view().rings.len(), 3);
    engine
}

fn real() -> Site {
    Site::over(State::new(Arc::new(engine()), "127.0.0.1".parse().unwrap()))
}

/// Somebody of that name at the same pages.
fn another(site: &Site, name: &str) -> Site {
    let token = site.state.sessions.one_time_link(name).unwrap();
    let cookie = site.state.sessions.sign_in(&token, NOW).unwrap().unwrap();
    Site { state: site.state.clone(), cookie }
}

fn fields(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()
}

/// The decision form of a page, filled in.
async fn filled(site: &Site, url: &str, verdict: &str, why: &str) -> Vec<(String, String)> {
    let page = site.get_ok(url).await;
    let mut form = hidden(&page, ".decide > form");
    form.push(("verdict".into(), verdict.into()));
    form.push(("why".into(), why.into()));
    form
}

#[actix_web::test]
async fn what_would_change_is_shown_before_anything_is_saved() {
    let site = real();
    let before = site.view();
    let device = (0..before.network.corpus().attribute_numbers().len())
        .map(|n| before.network.corpus().attribute(AttributeIx::new(n)))
        .find(|a| a.kind == AttributeKind::Device)
        .unwrap();
    let url = format!("/attributes/{}", device.id());
    let form = filled(&site, &url, "common", "the library's machine").await;
    let page = site.post("/judge", &fields(&form)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let effect = page.text(".effect > .lead");
    assert!(effect.contains("ring of 5"), "{effect}");
    assert!(page.text(".now-then").contains("5 members"));
    assert!(Arc::ptr_eq(&before, &site.view()), "nothing is recorded");

    // The same as a part, for the page that is open.
    let mut part = form.clone();
    part.push(("part".into(), "effect".into()));
    let part = site.post("/judge", &fields(&part)).await;
    assert_eq!(part.text(".effect > .lead"), effect);
    assert!(part.texts("main").is_empty());

    // What was typed goes on, and saving does what was told.
    assert_eq!(page.attrs(".decide input[name=why]", "value"), ["the library's machine"]);
    assert_eq!(page.attrs(".decide input[checked]", "value"), ["common"]);
    let mut save = hidden(&page, ".decide > form");
    save.push(("verdict".into(), "common".into()));
    save.push(("why".into(), "the library's machine".into()));
    let saved = site.post("/judgements", &fields(&save)).await;
    assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, url.as_str()));
    let changes = Changes::between(&before, &site.view());
    assert_eq!(changes.rings.len(), 1);

    // Its withdrawal is looked at in the same way.
    let id = site.view().judgements[0].id.to_string();
    let csrf = site.csrf();
    let ask = [("csrf", csrf.as_str()), ("about", "withdrawal"), ("judgement_id", id.as_str())];
    let page = site.post("/judge", &ask).await;
    assert!(page.text(".effect > .lead").contains("of 5"), "{}", page.text(".effect > .lead"));
    assert!(page.text("h1").contains("Not any more"));
    let reasons = site.get_ok(&url).await.attrs("datalist option", "value");
    assert_eq!(reasons, ["the library's machine"], "own reasons are offered again");
    let page = another(&site, "bob").get_ok(&url).await;
    assert!(page.texts("datalist option").is_empty(), "those of others are not");
}

#[actix_web::test]
async fn a_decision_about_what_somebody_else_changed_is_refused_told_and_can_be_saved_anyway() {
    let (ann, ring) = (real(), 0);
    let bob = another(&ann, "bob");
    let url = format!("/rings/{}", ann.view().rings[ring].id);
    let slow = filled(&ann, &url, "dismissed", "a family, all seen in person").await;
    let quick = filled(&bob, &url, "confirmed", "same hands on camera").await;
    assert_eq!(bob.post("/judgements", &fields(&quick)).await.status, StatusCode::SEE_OTHER);

    let refused = ann.post("/judgements", &fields(&slow)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let news = refused.text(".news tbody");
    assert!(
        news.contains("is confirmed")
            && news.contains("bob")
            && news.contains("same hands on camera"),
        "{news}"
    );
    assert!(refused.text("h1").contains("Somebody decided before you"));
    assert_eq!(ann.view().rings[ring].status, RingStatus::Confirmed, "nothing was overwritten");
    assert_eq!(
        refused.attrs(".decide input[name=why]", "value"),
        ["a family, all seen in person"],
        "what was typed is kept"
    );
    let mut anyway = hidden(&refused, ".decide > form");
    anyway.push(("verdict".into(), "dismissed".into()));
    anyway.push(("why".into(), "a family, all seen in person".into()));
    assert_eq!(ann.post("/judgements", &fields(&anyway)).await.location(), url);
    assert_eq!(ann.view().rings[ring].status, RingStatus::Dismissed);
    assert_eq!(ann.view().decisions.len(), 2, "both are kept");

    // Looking at the effect tells of it as well.
    let told = bob.post("/judge", &fields(&quick)).await;
    assert!(told.text(".news").contains("a family, all seen in person"), "{}", told.body);
}

#[actix_web::test]
async fn a_ring_that_dissolved_meanwhile_is_said_to_be_no_more() {
    let ann = real();
    let bob = another(&ann, "bob");
    let view = ann.view();
    let ring = view.rings[0].id.clone();
    let url = format!("/rings/{ring}");
    let form = filled(&ann, &url, "confirmed", "same hands").await;
    let attributes: Vec<String> = view.rings[0]
        .artefacts
        .iter()
        .filter_map(|a| a.attribute)
        .map(|ix| format!("/attributes/{}", view.network.corpus().attribute(ix).id()))
        .collect();
    for value in attributes {
        let form = filled(&bob, &value, "common", "all of one office").await;
        bob.post("/judgements", &fields(&form)).await;
    }
    assert!(ann.view().rings.find(&ring).is_none());
    let refused = ann.post("/judgements", &fields(&form)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text(".news").contains("dissolved"), "{}", refused.text(".news"));
    assert!(refused.texts(".decide").is_empty(), "nothing is left to decide about");
    assert!(ann.view().decisions.iter().all(|d| d.judgement.by == "bob"));
}

#[actix_web::test]
async fn the_queue_is_worked_through_by_plain_forms() {
    let site = real();
    let ids: Vec<String> = {
        let page = site.get_ok("/").await;
        page.attrs("table.queue tr[data-ring]", "data-ring")
    };
    assert_eq!(ids.len(), 3);
    // Beside the queue: confirmed, and the next one is shown there.
    let queue = site.get_ok(&format!("/?preview={}", ids[0])).await;
    let mut form = hidden(&queue, ".preview .decide > form");
    form.push(("verdict".into(), "confirmed".into()));
    form.push(("why".into(), "same hands".into()));
    let next = site.post("/judgements", &fields(&form)).await;
    assert_eq!(next.location(), format!("/?preview={}#preview", ids[1]));
    let page = site.get_ok(next.location()).await;
    assert_eq!(page.texts("table.queue tr[data-ring]").len(), 2, "it is open no longer");

    // On its page: put aside, and on to the next.
    let page = site.get_ok(&format!("/rings/{}?q=open", ids[1])).await;
    let form = hidden(&page, ".put-aside form");
    let next = site.post("/put-aside", &fields(&form)).await;
    assert_eq!(next.location(), format!("/rings/{}?q=open", ids[2]));
    let page = site.get_ok(next.location()).await;
    assert!(page.text(".flash").contains("put aside"));
    assert!(site.view().decisions.len() == 1, "putting aside is no decision");

    // Dismissed: it was the last one, since the one put aside is passed over.
    let mut form = hidden(&page, "section.decide > form");
    form.push(("verdict".into(), "dismissed".into()));
    form.push(("why".into(), "housemates".into()));
    let done = site.post("/judgements", &fields(&form)).await;
    assert_eq!(done.location(), "/#rings");
    let page = site.get_ok("/").await;
    assert!(page.text(".flash").contains("the last of this queue"), "{}", page.text(".flash"));
    assert!(page.text(".aside-note").contains("1 ring is put aside"));
    assert!(page.text("table.queue tr[data-ring]").contains("put aside"));
    let undo = hidden(&page, ".flash form");
    let action = &page.attrs(".flash form", "action")[0];
    let undone = site.post(action, &fields(&undo)).await;
    assert_eq!(undone.location(), format!("/rings/{}?q=open", ids[2]), "back to what was decided");

    let all = [("csrf", site.csrf()), ("take", "all".to_owned())];
    let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (*n, v.as_str())).collect();
    site.post("/put-aside", &all).await;
    assert!(site.get_ok("/").await.texts(".aside-note").is_empty());
    let nobody = site.csrf();
    for (ring, status) in
        [("ring_aaaaaaaaaaaa", StatusCode::NOT_FOUND), ("x", StatusCode::BAD_REQUEST)]
    {
        let form = [("csrf", nobody.as_str()), ("ring_id", ring)];
        assert_eq!(site.post("/put-aside", &form).await.status, status);
    }
}

#[actix_web::test]
async fn every_judgement_ever_made_is_listed_found_withdrawn_and_made_again() {
    let site = real();
    let bob = another(&site, "bob");
    assert!(site.get_ok("/judgements").await.text("main .verdict").contains("Nobody has judged"));
    let url = format!("/rings/{}", site.view().rings[0].id);
    let form = filled(&site, &url, "confirmed", "same hands").await;
    site.post("/judgements", &fields(&form)).await;
    let form = filled(&bob, "/compare?a=A5&b=A6", "not_linked", "cousins").await;
    bob.post("/judgements", &fields(&form)).await;

    let page = site.get_ok("/judgements?kind=pair").await;
    assert_eq!(page.texts("table.judgements tbody tr").len(), 1);
    let action = &page.attrs(".take-back form", "action")[0];
    let mut form = hidden(&page, ".take-back form");
    form.push(("why".into(), "asked again: no cousins".into()));
    let back = site.post(action, &fields(&form)).await;
    assert_eq!(back.location(), "/judgements?kind=pair");
    assert_eq!(site.view().judgements.len(), 1);
    let again = site.post(action, &fields(&form)).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "somebody withdrew it before");

    for (query, n) in [
        ("", 2),
        ("?by=bob", 1),
        ("?by=nobody", 0),
        ("?verdict=confirmed", 1),
        ("?state=withdrawn", 1),
        ("?state=in_force&kind=pair", 0),
        ("?page=99", 2),
    ] {
        let page = site.get_ok(&format!("/judgements{query}")).await;
        assert_eq!(page.texts("table.judgements tbody tr").len(), n, "{query}");
    }
    for query in ["kind=shoe", "verdict=guilty", "state=gone", "kind=pair&kind=ring"] {
        let page = site.get(&format!("/judgements?{query}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let gone = site.get_ok("/judgements?state=withdrawn").await;
    let told = gone.text("table.judgements tbody tr");
    let whole = ["cousins", "bob", "Withdrawn by ann", "asked again: no cousins"];
    assert!(whole.iter().all(|said| told.contains(said)), "{told}");

    // Its own page tells it too, and leads to making it again.
    let pair = site.get_ok("/compare?a=A5&b=A6").await;
    assert!(pair.text(".decide table").contains("asked again: no cousins"));
    let again = &pair.attrs(".judgements tr.withdrawn a", "href")[0];
    let page = site.get_ok(again).await;
    assert_eq!(page.attrs(".decide input[checked]", "value"), ["not_linked"]);
    assert!(!page.texts(".effect").is_empty());
}

#[actix_web::test]
async fn a_ring_tells_which_links_of_it_were_cleared_by_whom_and_why() {
    let site = real();
    let view = site.view();
    let ring = &view.rings[0];
    let first = |at: usize| {
        let applicant = view.network.applicant(ring.members[at]);
        view.network.corpus().id(applicant.applications[0]).to_string()
    };
    let url = format!("/rings/{}", ring.id);
    assert!(site.get_ok(&url).await.texts("#cleared").is_empty());
    let pair = format!("/compare?a={}&b={}", first(0), first(1));
    let form = filled(&site, &pair, "not_linked", "cousins, both met in person").await;
    site.post("/judgements", &fields(&form)).await;
    let page = site.get_ok(&url).await;
    assert_eq!(page.text("#cleared"), "1 link cleared by judgement");
    let told = page.text("section:has(> #cleared) tbody tr");
    assert!(told.contains("ann") && told.contains("cousins, both met in person"), "{told}");

    let linked = filled(&site, &pair, "linked", "no cousins after all").await;
    site.post("/judgements", &fields(&linked)).await;
    assert!(site.get_ok(&url).await.texts("#cleared").is_empty(), "the last judgement counts");
}

#[actix_web::test]
async fn a_link_a_value_and_a_selection_are_judged_where_they_are_shown() {
    let site = real();
    let view = site.view();
    let ring = &view.rings[0];
    let id = |at: usize| view.network.applicant(ring.members[at]).id.to_string();
    let value = ring.artefacts.iter().find_map(|a| a.attribute).unwrap();
    let value = view.network.corpus().attribute(value).id().to_string();
    for (url, verdict) in [
        (format!("/rings/{}?focus={}~{}", ring.id, id(0), id(1)), "not_linked"),
        (format!("/explore?from={}&sel={},{}", ring.id, id(0), id(2)), "linked"),
        (format!("/rings/{}?focus={value}", ring.id), "common"),
        (format!("/explore?from={}&sel={value}", ring.id), "common"),
    ] {
        let page = site.get(&url).await;
        if page.status == StatusCode::GONE {
            continue;
        }
        let mut form = hidden(&page, ".judge-here form");
        assert!(!form.is_empty(), "{url} has no form");
        form.push(("verdict".into(), verdict.into()));
        form.push(("why".into(), "seen".into()));
        let sent = site.post("/judgements", &fields(&form)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{url}: {}", sent.body);
        let there = site.get(sent.location()).await;
        assert_eq!(there.status, StatusCode::OK, "{url} leads to {}", sent.location());
    }
    assert!(site.view().decisions.len() >= 3);
}

#[actix_web::test]
async fn hostile_questions_about_what_would_change_are_refused_and_change_nothing() {
    let site = real();
    let before = site.view();
    let csrf = site.csrf();
    for (form, status) in [
        (vec![("about", "pair"), ("a", "A0"), ("b", "nobody"), ("verdict", "same")], 404),
        (vec![("about", "pair"), ("a", "A0"), ("b", "A0"), ("verdict", "same")], 400),
        (vec![("about", "pair"), ("a", "A0"), ("b", "A1"), ("verdict", "<b>")], 400),
        (vec![("about", "ring"), ("ring_id", "ring_aaaaaaaaaaaa"), ("verdict", "open")], 404),
        (vec![("about", "value"), ("attribute_id", "att_x"), ("verdict", "common")], 400),
        (vec![("about", "withdrawal"), ("judgement_id", "jdg_000000000000")], 404),
        (vec![("about", "x")], 400),
        (
            vec![("about", "pair"), ("a", "A0"), ("b", "A1"), ("verdict", "same"), ("seen", "-1")],
            400,
        ),
        (vec![("about", "pair"), ("a", "A0"), ("b", "A1")], 200),
        (vec![], 200),
    ] {
        let sent: Vec<(&str, &str)> =
            [("csrf", csrf.as_str())].into_iter().chain(form.clone()).collect();
        assert_eq!(site.post("/judge", &sent).await.status, status, "{form:?}");
        let query: Vec<String> =
            form.iter().map(|(n, v)| format!("{n}={}", v.replace(['<', '>'], "x"))).collect();
        assert_eq!(
            site.get(&format!("/judge?{}", query.join("&"))).await.status,
            status,
            "{form:?}"
        );
    }
    let wrong = site.post("/judge", &[("csrf", "x"), ("about", "ring")]).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(Arc::ptr_eq(&before, &site.view()));
}

#[actix_web::test]
async fn what_a_supervisor_referred_while_an_import_runs_is_no_investigators_to_undo() {
    let engine = Arc::new(crate::whole::engine());
    let ring = engine.view().rings[0].id.clone();
    let house = House::over(engine.clone());
    let sue = house.seen_by(Role::Supervisor).await;
    let ivan = house.seen_by(Role::Investigator).await;
    let (begins, has_begun) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel();
    let importer = engine.clone();
    let importing = thread::spawn(move || {
        let rows = "application_id,full_name,email\nN-1,Ada Quill,ada@example.com\n";
        let input = Input::stream("few.csv", Cursor::new(rows));
        let mut reader = ingest::open(input, &Options::default()).unwrap();
        let mut is_first = true;
        let mut wait = move |_| {
            if std::mem::take(&mut is_first) {
                begins.send(()).unwrap();
                may_go_on.recv().unwrap();
            }
        };
        let mut refuse = |problem: &RowProblem| panic!("{problem:?}");
        importer.import("few.csv", &mut reader, &mut refuse, "tester", &mut wait).unwrap();
    });
    has_begun.recv().unwrap();
    let said = |site: &Site, verdict: &'static str| {
        let fields = ["csrf", "about", "ring_id", "verdict", "why"].map(str::to_owned);
        let values = [site.csrf(), "ring".into(), ring.to_string(), verdict.into(), "x".into()];
        fields.into_iter().zip(values).collect::<Vec<_>>()
    };
    let mut answers = Vec::new();
    for (site, verdict) in [(&ivan, "referred"), (&sue, "referred"), (&ivan, "dismissed")] {
        let form = said(site, verdict);
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (&**n, &**v)).collect();
        answers.push(site.post("/judgements", &form).await.status.as_u16());
    }
    let waiting = engine.as_decided().judgements.last().unwrap().id.clone();
    let withdraw = format!("/judgements/{waiting}/withdraw");
    for site in [&ivan, &sue] {
        let form = [("csrf", &*site.csrf()), ("why", "a slip")];
        answers.push(site.post(&withdraw, &form).await.status.as_u16());
    }
    assert!(engine.is_importing() && engine.view().decisions.find(&waiting).is_none());
    go_on.send(()).unwrap();
    importing.join().unwrap();
    assert_eq!(answers, [403, 303, 403, 403, 303]);
    assert!(!engine.view().decisions.find(&waiting).unwrap().is_in_force());
}
