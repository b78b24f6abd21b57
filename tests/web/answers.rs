//! What every answer of every route has in common, whoever asks and however: headers, a type, nothing that is kept.

use crate::{
    fixture::{FixtureDesk, NOW, view},
    verbs::{Answer, Site},
};
use actix_web::{
    http::{Method, header},
    web::Data,
};
use ringer::web::{HEADERS, HSTS, RULES, Rate, Reach, State};
use std::sync::Arc;

/// One address of every route.
fn urls(site: &Site) -> Vec<(Method, String)> {
    let view = site.view();
    let ring = &view.rings[0];
    let applicant = view.network.applicant(ring.members[0]).id.to_string();
    let attribute = view.network.corpus().attribute(ring.artefacts[0].attribute.unwrap()).id();
    RULES
        .iter()
        .map(|rule| {
            let url = rule
                .path
                .replace("{ring_id}", ring.id.as_str())
                .replace("{applicant_id}", &applicant)
                .replace("{attribute_id}", &attribute.to_string())
                .replace("{hash}/{name:.*}", "x/y");
            // Every other name stands for something that is not there.
            let url = url.split('{').enumerate().fold(String::new(), |url, (i, part)| match i {
                0 => part.to_owned(),
                _ => url + "nobody" + part.split_once('}').map_or("", |(_, rest)| rest),
            });
            (rule.method.parse().unwrap(), url)
        })
        .collect()
}

#[track_caller]
fn check(answer: &Answer, what: &str) {
    for &(name, value) in HEADERS {
        let all: Vec<_> = answer.headers.get_all(name).collect();
        assert_eq!(all, [value], "{what} {name}");
    }
    assert_eq!(answer.headers.get(header::CACHE_CONTROL).unwrap(), "no-store", "{what}");
    assert!(!answer.status.is_server_error(), "{what}: {}", answer.status);
    assert!(
        answer.headers.get(header::SERVER).is_none()
            && answer.headers.get("x-powered-by").is_none()
    );
    let kind = answer.headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap());
    match kind {
        Some("text/html; charset=utf-8" | "text/plain; charset=utf-8" | "application/json") => {}
        Some("text/csv; charset=utf-8") => {
            let saved = answer.headers.get(header::CONTENT_DISPOSITION).unwrap().to_str().unwrap();
            assert!(saved.starts_with("attachment"), "{what}: {saved}");
        }
        None => assert!(answer.body.is_empty(), "{what} has a body of no type"),
        Some(other) => panic!("{what} is {other}"),
    }
}

#[actix_web::test]
async fn every_answer_of_every_route_has_the_headers_and_a_type_and_is_not_kept() {
    let site = Site::new();
    let cookie = format!("ringer_session={}", site.cookie);
    let csrf = format!("csrf={}", site.csrf());
    let form = ("content-type", "application/x-www-form-urlencoded");
    let asks: Vec<(Vec<(&str, &str)>, &str)> = vec![
        (vec![("host", "localhost")], ""),
        (vec![], ""),
        (vec![("host", "localhost"), ("host", "evil.example")], ""),
        (vec![("host", "localhost"), ("authorization", "Bearer x")], ""),
        (vec![("host", "localhost"), ("cookie", &cookie)], ""),
        (
            vec![("host", "localhost"), ("cookie", &cookie), ("origin", "http://localhost"), form],
            "a",
        ),
        (
            vec![("host", "localhost"), ("cookie", &cookie), ("origin", "http://localhost"), form],
            &csrf,
        ),
        (
            vec![
                ("host", "localhost"),
                ("cookie", &cookie),
                ("origin", "http://localhost"),
                ("content-type", "multipart/form-data; boundary=a"),
            ],
            "--a\r\nrubbish",
        ),
    ];
    for (method, url) in urls(&site).into_iter().filter(|(_, url)| url != "/sign-out") {
        for method in [method, Method::HEAD, Method::DELETE, Method::TRACE] {
            for (headers, body) in &asks {
                let answer = site.send(method.clone(), &url, headers, body).await;
                check(&answer, &format!("{method} {url} {headers:?}"));
            }
        }
    }
    for format in ["/?format=json", "/rings/x?format=json", "*"] {
        check(&site.get(format).await, format);
    }
}

fn over_tls(rate: Rate) -> Site {
    let desk = Arc::new(FixtureDesk::new(view));
    let mut state = State::new(desk, "127.0.0.1".parse().unwrap());
    state.reach = Reach { tls: true, proxies: None };
    state.rate = rate;
    Site::signed_in(Data::new(state))
}

#[actix_web::test]
async fn over_tls_every_answer_asks_for_it_and_every_cookie_is_bound_to_the_host() {
    let site = over_tls(Rate::unlimited());
    let cookie = format!("__Host-ringer_session={}", site.cookie);
    let headers = [
        ("host", "localhost"),
        ("cookie", cookie.as_str()),
        ("origin", "https://localhost"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let mut set = 0;
    let mut all = urls(&site);
    all.retain(|(_, url)| url != "/sign-out");
    all.push((Method::POST, "/sign-out".to_owned()));
    let body = format!("csrf={}&theme=dark&density=compact&keys=on&zone=", site.csrf());
    for (method, url) in all {
        let answer = site.send(method.clone(), &url, &headers, &body).await;
        assert_eq!(answer.headers.get(HSTS.0).unwrap(), HSTS.1, "{method} {url}");
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let fine = cookie.starts_with("__Host-")
                && ["; Secure", "; HttpOnly", "; Path=/", "; SameSite=Strict"]
                    .iter()
                    .all(|p| cookie.contains(p));
            assert!(fine, "{method} {url}: {cookie}");
            set += 1;
        }
    }
    assert!(set > 1, "some did set one");
    let plain = Site::new().get_ok("/").await;
    assert!(plain.headers.get(HSTS.0).is_none(), "without TLS a browser would only be locked out");
    let token = site.state.sessions.one_time_link("bea").unwrap();
    let link = site.send(Method::GET, &format!("/sign-in/{token}"), &headers[..1], "").await;
    let cookie = link.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    let secret = cookie.strip_prefix("__Host-ringer_session=").unwrap().split(';').next().unwrap();
    assert!(site.state.sessions.find(secret, NOW).is_some());
}

#[actix_web::test]
async fn a_session_that_asks_too_often_waits_while_another_does_not() {
    let site = over_tls(Rate::per_second(1));
    let other = Site::signed_in(site.state.clone());
    let asked = |site: &Site| {
        let cookie = format!("__Host-ringer_session={}", site.cookie);
        let site = Site { state: site.state.clone(), cookie: String::new() };
        async move {
            let headers = [("host", "localhost"), ("cookie", cookie.as_str())];
            site.send(Method::GET, "/help", &headers, "").await
        }
    };
    let mut last = asked(&site).await;
    for _ in 0..20 {
        last = asked(&site).await;
    }
    assert_eq!(last.status, 429);
    assert!(last.headers.get(header::RETRY_AFTER).is_some());
    check(&last, "429");
    assert_eq!(last.text("h1"), "Slower, please");
    assert_eq!(asked(&other).await.status, 200);
}
