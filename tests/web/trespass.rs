//! What somebody may try who knows the program and has a browser, a session or a token of less than they want: guessed
//! ids, other sessions' secrets, old tokens, other methods, other sites, odd paths, odd bodies. Not responsible for what
//! pages lead to by themselves (`by_role`).
//!
//! Invariant: nothing is shown or changed that the role may not, and nothing of it is a failure of the server.

use crate::{
    accounts::{FINE, House, OTHER},
    fixture::NOW,
    importing::{OURS, parts, send_parts},
    verbs::{Answer, Site, encoded},
};
use actix_web::http::{Method, StatusCode, header};
use ringer::{
    casework::{Role, UserName},
    model::Moment,
    web::{Needs, RULES},
};
use std::collections::BTreeSet;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// What accounts and judgements are, to see that nothing changed.
fn state(house: &House) -> String {
    let accounts: Vec<String> = house
        .file()
        .read()
        .unwrap()
        .iter()
        .map(|a| {
            format!("{} {} {} {} {}", a.name, a.role, a.generation, a.is_open(), a.tokens.len())
        })
        .collect();
    let view = house.site.view();
    let packages = house.site.state.desk.cases().referrals().to_vec();
    format!("{accounts:?} {:?} {:?} {:?} {packages:?}", view.judgements, view.checks, view.watched)
}

/// A form that would change something if it were let through.
fn judgement(site: &Site, csrf: &str) -> String {
    let ring = site.view().rings[0].id.to_string();
    let (about, verdict) = (("about", "ring"), ("verdict", "confirmed"));
    encoded(&[("csrf", csrf), about, ("ring_id", &ring), verdict, ("why", "because")])
}

/// Sends a form with these headers beside host and cookie.
async fn send(site: &Site, url: &str, more: &[(&str, &str)], body: &str) -> Answer {
    let cookie = format!("ringer_session={}", site.cookie);
    let headers = [&[("host", "localhost:8080"), ("cookie", &cookie)], more].concat();
    site.send(Method::POST, url, &headers, body).await
}

/// The address of a route with this in place of every id.
fn filled(route: &str, id: &str) -> String {
    let mut url = String::new();
    let mut rest = route;
    while let Some((before, after)) = rest.split_once('{') {
        url.push_str(before);
        url.push_str(id);
        rest = after.split_once('}').unwrap().1;
    }
    url + rest
}

#[actix_web::test]
async fn guessed_ids_of_every_kind_show_and_change_nothing() {
    let house = House::new();
    let mut asked = 0;
    for &role in Role::ALL {
        let site = house.seen_by(role).await;
        let (csrf, before) = (site.csrf(), state(&house));
        for rule in
            RULES.iter().filter(|rule| rule.path.contains("_id}") || rule.path.contains("{name}"))
        {
            for id in [
                "ring_aaaaaaaaaaaa",
                "att_aaaaaaaaaaaa",
                "jdg_aaaaaaaaaaaa",
                "imp_aaaaaaaaaaaa",
                "wat_aaaaaaaaaaaa",
                "APP-9999",
                "0",
                "-1",
                "00000000000000000000000000000000",
                "..",
                "%2e%2e%2f",
                "%00",
                "%ff",
                "'",
                "%3Cscript%3E",
                "nobody",
                "%F0%9F%92%A3",
                "*",
                "null",
            ] {
                let url = filled(rule.path, id);
                let answer = match rule.method {
                    "GET" => site.get(&url).await,
                    _ => {
                        site.post(&url, &[("csrf", &csrf), ("why", "x"), ("role", "administrator")])
                            .await
                    }
                };
                asked += 1;
                assert!(
                    answer.status.is_client_error(),
                    "{role} {} {url}: {}",
                    rule.method,
                    answer.status
                );
                assert!(!answer.body.contains("<script>"), "{url}");
            }
        }
        assert_eq!(state(&house), before, "{role}");
    }
    assert!(asked > 800, "{asked}");
}

#[actix_web::test]
async fn what_is_one_sessions_is_no_others_even_under_the_same_name() {
    let house = House::new();
    let (own, other) =
        (house.seen_by(Role::Investigator).await, house.seen_by(Role::Investigator).await);
    let sent =
        send_parts(&own, &parts(&own.csrf(), "a.csv", b"id,name\nN-1,Ada Quill\n"), OURS).await;
    let page = sent.location().to_owned();
    assert!(own.get_ok(&page).await.body.contains("a.csv"));
    assert_eq!(other.get(&page).await.status, StatusCode::NOT_FOUND);
    for what in ["columns", "dry-run", "start", "stop", "discard"] {
        let answer = other.post(&format!("{page}/{what}"), &[("csrf", &other.csrf())]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
    }
    own.get_ok(&page).await;

    // Sessions of somebody else are not ended by naming them.
    let viewer = house.seen_by(Role::Viewer).await;
    house.seen_by(Role::Viewer).await;
    let id = viewer.get_ok("/account").await.attrs("input[name=session]", "value").swap_remove(0);
    let form = [("csrf", &*own.csrf()), ("session", &id)];
    assert_eq!(own.post("/account/sessions/end", &form).await.status, StatusCode::NOT_FOUND);
    assert_eq!(viewer.get_ok("/account").await.attrs("input[name=session]", "value"), [id]);
}

#[actix_web::test]
async fn the_secret_of_another_sessions_forms_changes_nothing() {
    let house = House::new();
    let (own, other) =
        (house.seen_by(Role::Administrator).await, house.seen_by(Role::Administrator).await);
    let before = state(&house);
    let stale = house.seen_by(Role::Administrator).await;
    let gone = stale.csrf();
    stale.post("/sign-out", &[("csrf", &gone)]).await;
    for csrf in [other.csrf(), gone, String::new(), own.csrf().to_uppercase(), own.cookie.clone()] {
        for rule in RULES.iter().filter(|r| r.method == "POST" && r.needs != Needs::Nothing) {
            if rule.path == "/import" {
                let sent =
                    send_parts(&own, &parts(&csrf, "a.csv", b"id,name\n1,A B\n"), OURS).await;
                assert_eq!(sent.status, StatusCode::FORBIDDEN);
                continue;
            }
            let url = filled(rule.path, "viewer");
            let answer =
                own.post(&url, &[("csrf", &csrf), ("role", "viewer"), ("name", "eve")]).await;
            // A form that lacks more than the secret may be told so first.
            assert!(answer.status.is_client_error(), "{url} {csrf}: {}", answer.status);
        }
        let answer =
            send(&own, "/judgements", &[OURS, &[FORM]].concat(), &judgement(&own, &csrf)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(state(&house), before);
    let right = judgement(&own, &own.csrf());
    let answer = send(&own, "/judgements", &[OURS, &[FORM]].concat(), &right).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "and the right one does");
    assert_ne!(state(&house), before);
}

#[actix_web::test]
async fn a_token_that_ran_out_was_taken_back_or_whose_owner_is_disabled_opens_nothing() {
    let house = House::new();
    let make = |owner: &str, label: &str, role, until| {
        let name: UserName = owner.parse().unwrap();
        let token = house.file().change(|a| a.add_token(&name, label, role, until, NOW)).unwrap();
        token.reveal().to_owned()
    };
    let later = Moment(NOW.0 + 86_400);
    let works = make("administrator", "works", Role::Administrator, later);
    let less = make("administrator", "less", Role::Viewer, later);
    let expired = make("administrator", "old", Role::Administrator, Moment(NOW.0 - 1));
    let taken = make("administrator", "taken", Role::Administrator, later);
    let orphan = make("supervisor", "orphan", Role::Supervisor, later);
    let demoted = make("investigator", "demoted", Role::Investigator, later);
    house.file().change(|a| a.drop_token(&"administrator".parse().unwrap(), "taken")).unwrap();
    house.file().change(|a| a.disable(&"supervisor".parse().unwrap(), NOW)).unwrap();
    house.file().change(|a| a.set_role(&"investigator".parse().unwrap(), Role::Viewer)).unwrap();
    let ask = |token: String, method: Method, url: &'static str| {
        let site = &house.site;
        async move {
            let bearer = format!("Bearer {token}");
            let headers = [("host", "localhost"), ("authorization", bearer.as_str()), FORM];
            site.send(method, url, &headers, "csrf=&name=eve&role=viewer").await.status
        }
    };
    let before = state(&house);
    for gone in [expired, taken, orphan, String::new(), "x".repeat(5_000), works.to_uppercase()] {
        assert_eq!(
            ask(gone.clone(), Method::GET, "/").await,
            StatusCode::UNAUTHORIZED,
            "{gone:.80}"
        );
        assert_eq!(ask(gone, Method::POST, "/users").await, StatusCode::UNAUTHORIZED);
    }
    for token in [less, demoted] {
        assert_eq!(ask(token.clone(), Method::GET, "/").await, StatusCode::OK);
        for (method, url) in [
            (Method::GET, "/users"),
            (Method::POST, "/users"),
            (Method::GET, "/import"),
            (Method::POST, "/judgements"),
            (Method::POST, "/watch-lists"),
        ] {
            assert_eq!(ask(token.clone(), method, url).await, StatusCode::FORBIDDEN, "{url}");
        }
    }
    assert_eq!(state(&house), before);
    assert_eq!(ask(works, Method::POST, "/users").await, StatusCode::OK, "and one in force does");
}

#[actix_web::test]
async fn a_token_makes_no_session_and_changes_no_account_of_its_owner() {
    let house = House::new();
    let name: UserName = "administrator".parse().unwrap();
    let until = Moment(NOW.0 + 86_400);
    let token = house.file().change(|a| a.add_token(&name, "t", Role::Administrator, until, NOW));
    let bearer = format!("Bearer {}", token.unwrap().reveal());
    let headers = [("host", "localhost"), ("authorization", bearer.as_str()), FORM];
    let before = state(&house);
    let fields = [
        ("present", FINE),
        ("password", OTHER),
        ("again", OTHER),
        ("label", "t"),
        ("role", "viewer"),
    ];
    let body = encoded(&[&[("csrf", "")], &fields[..]].concat());
    for rule in RULES.iter().filter(|r| r.path.starts_with("/account")) {
        let answer =
            house.site.send(rule.method.parse().unwrap(), rule.path, &headers, &body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{} {}", rule.method, rule.path);
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
    }
    assert_eq!(state(&house), before);
}

#[actix_web::test]
async fn methods_that_a_route_does_not_take_are_refused_and_change_nothing() {
    let house = House::new();
    let site = house.seen_by(Role::Administrator).await;
    let (cookie, before) = (format!("ringer_session={}", site.cookie), state(&house));
    let paths: BTreeSet<&str> = RULES.iter().map(|rule| rule.path).collect();
    for path in paths {
        if path.starts_with("/static/") {
            continue;
        }
        let taken: Vec<&str> = RULES.iter().filter(|r| r.path == path).map(|r| r.method).collect();
        let url = filled(path, "viewer");
        for method in
            ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "FOO"]
        {
            let as_read = if method == "HEAD" { "GET" } else { method };
            if taken.contains(&as_read) {
                continue;
            }
            let headers = [
                ("host", "localhost:8080"),
                ("cookie", cookie.as_str()),
                ("origin", "http://localhost:8080"),
                FORM,
            ];
            let body = encoded(&[("csrf", &*site.csrf()), ("role", "viewer"), ("name", "eve")]);
            let answer = site.send(method.parse().unwrap(), &url, &headers, &body).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {url}");
            let allow = answer.headers.get(header::ALLOW).unwrap().to_str().unwrap();
            assert!(taken.iter().all(|m| allow.contains(m)), "{method} {url}: {allow}");
            // Nor do headers that other frameworks take for a method.
            for name in ["x-http-method-override", "x-method-override", "x-http-method"] {
                let method: Method = method.parse().unwrap();
                let more = [&headers[..], &[(name, taken[0])]].concat();
                let answer = site.send(method, &url, &more, &body).await;
                assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{name} {url}");
            }
        }
        if taken == ["GET"] {
            let more = [("x-http-method-override", "DELETE"), FORM, OURS[0], OURS[1]];
            let answer = send(&site, &url, &more, "_method=GET").await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{url}");
        }
    }
    assert_eq!(state(&house), before);
}

#[actix_web::test]
async fn looking_only_at_the_head_says_what_the_page_says_and_uses_nothing_up() {
    let house = House::new();
    let site = house.seen_by(Role::Administrator).await;
    let cookie = format!("ringer_session={}", site.cookie);
    for rule in RULES.iter().filter(|r| r.method == "GET" && !r.path.contains('{')) {
        let page = site.get(rule.path).await;
        let headers = [("host", "localhost:8080"), ("cookie", cookie.as_str())];
        let head = site.send(Method::HEAD, rule.path, &headers, "").await;
        assert_eq!(head.status, page.status, "{}", rule.path);
    }
    let token = House::empty(house.site.state.desk.clone());
    let link = token.site.state.sessions.one_time_link("ann").unwrap();
    let url = format!("/sign-in/{link}");
    let head = token.site.send(Method::HEAD, &url, &[("host", "localhost")], "").await;
    assert!(!head.headers.contains_key(header::SET_COOKIE), "{}", head.status);
    let page = token.site.send(Method::GET, &url, &[("host", "localhost")], "").await;
    assert_eq!(page.status, StatusCode::OK);
}

#[actix_web::test]
async fn nothing_is_changed_from_another_site() {
    let house = House::new();
    let site = house.seen_by(Role::Administrator).await;
    let (before, body) = (state(&house), judgement(&site, &site.csrf()));
    let elsewhere: &[&[(&str, &str)]] = &[
        &[],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "null"), ("sec-fetch-site", "cross-site")],
        &[("origin", "null"), ("sec-fetch-site", "same-site")],
        &[("origin", "null"), ("sec-fetch-site", "none")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "http://localhost")],
        &[("origin", "http://localhost:80801")],
        &[("origin", "http://localhost:8080.evil.example")],
        &[("origin", "http://evil.example/http://localhost:8080")],
        &[("origin", "http://user@localhost:8080")],
        &[("origin", "file://")],
        &[("origin", "localhost:8080")],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
        &[("origin", "https://evil.example"), ("referer", "http://localhost:8080/")],
        &[("referer", "http://localhost:8080/")],
    ];
    for more in elsewhere {
        for rule in RULES.iter().filter(|r| r.method == "POST") {
            let url = filled(rule.path, "viewer");
            let answer = send(&site, &url, &[more, &[FORM][..]].concat(), &body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{url} {more:?}");
            assert!(!answer.headers.contains_key(header::SET_COOKIE), "{url} {more:?}");
        }
    }
    assert_eq!(state(&house), before);
    // A host that is not ours changes nothing either, whatever the rest says.
    let cookie = format!("ringer_session={}", site.cookie);
    let headers =
        [("host", "evil.example"), ("origin", "http://evil.example"), ("cookie", &cookie), FORM];
    let answer = site.send(Method::POST, "/judgements", &headers, &body).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(state(&house), before);
}

#[actix_web::test]
async fn no_way_of_writing_a_path_leads_around_its_rule() {
    let house = House::new();
    let viewer = house.seen_by(Role::Viewer).await;
    let headers = [("host", "localhost:8080")];
    for path in ["/users", "/import", "/first-account"] {
        let name = &path[1..];
        let (first, rest) = name.split_at(1);
        let code = format!("%{:02x}", first.as_bytes()[0]);
        for url in [
            format!("/{path}"),
            format!("//{path}"),
            format!("{path}/"),
            format!("{path}//"),
            format!("{path}/."),
            format!("{path}/.."),
            format!("/.{path}"),
            format!("/%2e{path}"),
            format!("/help/..{path}"),
            format!("/help/%2e%2e{path}"),
            format!("/static/x/..%2f..{path}"),
            format!("/static/..{path}"),
            format!("/{}", name.to_uppercase()),
            format!("/{code}{rest}"),
            format!("/%25{}{rest}", &code[1..]),
            format!("%2f{name}"),
            format!("/%2f{name}"),
            format!("{path};a=b"),
            format!("{path};/help"),
            format!("/help;{path}"),
            format!("{path}%00"),
            format!("{path}%20"),
            format!("{path}%3fx"),
            format!("{path}.json"),
            format!("{path}?x=/help"),
            format!("/help%2f..{path}"),
        ] {
            let Ok(uri) = url.parse::<actix_web::http::Uri>() else { continue };
            if uri.path().is_empty() {
                continue;
            }
            let answer = viewer.get(&url).await;
            let inside = answer.texts("h1");
            assert!(answer.status.is_client_error(), "{url}: {} {inside:?}", answer.status);
            let outside = house.site.send(Method::GET, &url, &headers, "").await;
            let refused =
                outside.status.is_client_error() || outside.location().starts_with("/sign-in");
            assert!(refused, "{url} without a session: {}", outside.status);
        }
    }
}

#[actix_web::test]
async fn a_parameter_that_comes_twice_is_not_taken_for_either() {
    let house = House::new();
    let site = house.seen_by(Role::Administrator).await;
    let before = state(&house);
    let csrf = site.csrf();
    for body in [
        format!("csrf={csrf}&csrf={csrf}&name=eve&role=viewer"),
        format!("csrf=wrong&csrf={csrf}&name=eve&role=viewer"),
        format!("csrf={csrf}&name=eve&name=mallory&role=viewer"),
        format!("csrf={csrf}&name=eve&role=viewer&role=administrator"),
        format!("csrf[]={csrf}&name=eve&role=viewer"),
    ] {
        let answer = send(&site, "/users", &[OURS, &[FORM]].concat(), &body).await;
        assert!(answer.status.is_client_error(), "{body}: {}", answer.status);
    }
    // What stands in the address counts for nothing in a form.
    let url = format!("/users?csrf={csrf}&name=eve&role=administrator");
    let answer = send(&site, &url, &[OURS, &[FORM]].concat(), "").await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    for url in ["/?status=all&status=open", "/?page=1&page=2", "/search?q=a&q=b"] {
        assert_eq!(site.get(url).await.status, StatusCode::BAD_REQUEST, "{url}");
    }
    assert_eq!(state(&house), before);
}

#[actix_web::test]
async fn bodies_that_are_huge_or_no_text_or_of_another_kind_are_refused() {
    let house = House::new();
    let site = house.seen_by(Role::Administrator).await;
    let (before, right) = (state(&house), judgement(&site, &site.csrf()));
    let cookie = format!("ringer_session={}", site.cookie);
    let kinds = [
        "application/x-www-form-urlencoded",
        "application/json",
        "text/plain",
        "text/html",
        "application/xml",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "x",
        "",
    ];
    let mut bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        vec![0; 300],
        vec![0xff; 300],
        b"csrf=%ff%fe&about=%00".to_vec(),
        b"{\"csrf\":1}".to_vec(),
        b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>".to_vec(),
        "=&".repeat(20_000).into_bytes(),
        [right.as_bytes(), "x".repeat(200_000).as_bytes()].concat(),
    ];
    for kind in kinds {
        // What is right in one kind is refused in another.
        bodies.retain(|body| body != right.as_bytes());
        if !kind.contains("urlencoded") {
            bodies.push(right.clone().into_bytes());
        }
        for body in &bodies {
            for url in [
                "/judgements",
                "/checks",
                "/users",
                "/watch-lists",
                "/display",
                "/import",
                "/account/tokens",
            ] {
                let mut headers = vec![("host", "localhost:8080"), ("cookie", cookie.as_str())];
                headers.extend(OURS);
                if !kind.is_empty() {
                    headers.push(("content-type", kind));
                }
                let answer = site.send_bytes(Method::POST, url, &headers, body.clone()).await;
                assert!(answer.status.is_client_error(), "{kind} {url}: {}", answer.status);
            }
        }
    }
    for url in ["/sign-in", "/second-step", "/welcome/x"] {
        for body in &bodies {
            let mut headers = vec![("host", "localhost:8080"), FORM];
            headers.extend(OURS);
            let answer = site.send_bytes(Method::POST, url, &headers, body.clone()).await;
            let refused = answer.status.is_client_error() || answer.location() == "/sign-in";
            assert!(refused && !answer.headers.contains_key(header::SET_COOKIE), "{url}");
        }
    }
    assert_eq!(state(&house), before);
}

#[actix_web::test]
async fn every_answer_with_a_body_says_what_it_is() {
    let house = House::new();
    let site = house.seen_by(Role::Administrator).await;
    for rule in RULES {
        let url = filled(rule.path, "viewer");
        let answer = match rule.method {
            "GET" => site.get(&url).await,
            _ => site.post(&url, &[("csrf", "wrong")]).await,
        };
        let kind = answer.headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap());
        let told =
            kind.is_some_and(|kind| kind.contains("charset=utf-8") || kind == "application/json");
        assert!(told || answer.body.is_empty(), "{} {url}: {kind:?}", rule.method);
    }
}

#[actix_web::test]
async fn no_answer_invites_other_sites() {
    let house = House::new();
    let site = house.seen_by(Role::Administrator).await;
    let cookie = format!("ringer_session={}", site.cookie);
    for rule in RULES {
        let url = filled(rule.path, "viewer");
        for origin in ["https://evil.example", "null", "http://localhost:8080"] {
            for method in [Method::GET, Method::POST, Method::OPTIONS] {
                let headers = [
                    ("host", "localhost:8080"),
                    ("cookie", cookie.as_str()),
                    ("origin", origin),
                    ("access-control-request-method", "POST"),
                ];
                let answer = site.send(method, &url, &headers, "").await;
                let invites =
                    |name: &header::HeaderName| name.as_str().starts_with("access-control-");
                assert!(!answer.headers.keys().any(invites), "{url} {origin}");
            }
        }
    }
}
