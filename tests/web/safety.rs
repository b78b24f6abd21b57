//! The way in, and the headers.

use crate::verbs::Site;
use actix_web::http::{Method, StatusCode, header};
use ringer::web::{CSP, HEADERS};

/// One URL of every route, and some that are none.
fn urls(site: &Site) -> Vec<String> {
    let view = site.view();
    let ring = &view.rings[0];
    let attribute = view.network.corpus().attribute(ring.artefacts[0].attribute.unwrap()).id();
    let applicant = &view.network.applicant(ring.members[0]).id;
    let mut urls = vec![
        format!("/rings/{}", ring.id),
        format!("/rings/{}", crate::fixture::merged_id()),
        format!("/rings/{}", crate::fixture::dissolved_id()),
        format!("/applicants/{applicant}"),
        format!("/attributes/{attribute}"),
    ];
    urls.extend(
        [
            "/",
            "/?format=json",
            "/?status=x",
            "/compare",
            "/path",
            "/search?q=a",
            "/import",
            "/import/x",
            "/import/x/rejects",
            "/import/x/start",
            "/imports/x/withdraw",
            "/help",
            "/policy",
            "/watch-lists",
            "/display",
            "/health",
            "/sign-in/x",
            "/static/x/y",
            "/nowhere",
            "/judgements",
            "/sign-out",
            "/rings/x",
        ]
        .map(str::to_owned),
    );
    urls
}

#[actix_web::test]
async fn every_answer_carries_the_headers_signed_in_or_not_and_to_every_method() {
    let site = Site::new();
    let cookie = format!("ringer_session={}", site.cookie);
    for url in urls(&site) {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::OPTIONS] {
            for headers in [
                vec![("host", "localhost")],
                vec![("host", "evil.example")],
                vec![
                    ("host", "localhost"),
                    ("cookie", cookie.as_str()),
                    ("origin", "http://localhost"),
                ],
            ] {
                let answer = site.send(method.clone(), &url, &headers, "").await;
                for &(name, value) in HEADERS {
                    let got = answer.headers.get(name).map(|v| v.to_str().unwrap());
                    assert_eq!(got, Some(value), "{method} {url} {name}");
                }
                let kept = answer.headers.get(header::CACHE_CONTROL).unwrap();
                assert_eq!(kept, "no-store", "{method} {url}");
                assert!(!answer.status.is_server_error(), "{method} {url}");
            }
        }
    }
}

#[test]
fn the_policy_allows_nothing_from_elsewhere_and_nothing_inline() {
    for directive in
        ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]
    {
        assert!(CSP.contains(directive), "{directive}");
    }
    for word in ["unsafe", "data:", "http", "*"] {
        assert!(!CSP.contains(word), "{word}");
    }
}

#[actix_web::test]
async fn without_a_session_every_page_is_refused_and_says_how_to_get_in() {
    let site = Site::new();
    for url in urls(&site) {
        let answer = site.send(Method::GET, &url, &[("host", "localhost")], "").await;
        if url == "/health" {
            assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "ok\n"));
        } else if !url.starts_with("/static/") {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{url}");
            assert!(answer.text("main").contains("sign-in link"), "{url}");
        }
    }
}

#[actix_web::test]
async fn the_link_signs_in_once_with_a_cookie_no_script_can_read() {
    let site = Site::new();
    let token = site.state.sessions.one_time_link("bea").unwrap();
    let url = format!("/sign-in/{token}");
    let host = [("host", "127.0.0.1:8080")];
    let first = site.send(Method::GET, &url, &host, "").await;
    assert_eq!(first.status, StatusCode::OK);
    let cookie = first.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    let page = site.send(Method::GET, "/", &[host[0], ("cookie", cookie)], "").await;
    assert!(page.text(".who").contains("bea"));
    let again = site.send(Method::GET, &url, &host, "").await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    assert!(!again.headers.contains_key(header::SET_COOKIE));
}

#[actix_web::test]
async fn signing_out_ends_the_session() {
    let site = Site::new();
    let out = site.post("/sign-out", &[("csrf", &site.csrf())]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert_eq!(site.get("/").await.status, StatusCode::UNAUTHORIZED);
}

#[actix_web::test]
async fn embedded_files_may_be_kept_forever_because_their_names_change_with_them() {
    let site = Site::new();
    let page = site.get_ok("/").await;
    let mut files = page.attrs("link[rel=stylesheet]", "href");
    files.extend(page.attrs("script", "src"));
    assert!(files.len() >= 8, "{files:?}");
    assert!(files.len() >= 11, "{files:?}");
    for file in files {
        let answer = site.send(Method::GET, &file, &[("host", "localhost")], "").await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        let kept = answer.headers.get(header::CACHE_CONTROL).unwrap().to_str().unwrap();
        assert!(kept.contains("immutable"), "{file}");
        assert!(!answer.body.contains("http://") && !answer.body.contains("https://"), "{file}");
    }
}

#[actix_web::test]
async fn hostile_requests_get_an_answer_and_not_a_crash() {
    let site = Site::new();
    let long = "a".repeat(5_000);
    for url in [
        format!("/search?q={long}"),
        format!("/rings/{long}"),
        format!("/compare?a={long}&b={long}"),
        "/search?q=%00%FF%FE".to_owned(),
        "/search?q[]=1&q=2".to_owned(),
        "/?page=99999999999999999999".to_owned(),
        "/?page=-1&min=".to_owned(),
        "/static/../Cargo.toml".to_owned(),
        "/static/x/..%2f..%2fCargo.toml".to_owned(),
        "/applicants/..%2f..%2fetc".to_owned(),
        "//".to_owned(),
    ] {
        let answer = site.get(&url).await;
        assert!(!answer.status.is_server_error(), "{url}: {}", answer.status);
        assert!(answer.body.len() < 100_000, "{url}");
    }
    let huge = "why=".to_owned() + &"x".repeat(200_000);
    let cookie = format!("ringer_session={}", site.cookie);
    let headers = [
        ("host", "localhost"),
        ("cookie", cookie.as_str()),
        ("origin", "http://localhost"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let answer = site.send(Method::POST, "/judgements", &headers, &huge).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
}
