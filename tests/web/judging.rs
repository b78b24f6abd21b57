//! Judgements through the forms.

use crate::verbs::{Answer, Site};
use actix_web::http::StatusCode;
use ringer::model::{RingStatus, Verdict};

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
