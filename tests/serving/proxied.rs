//! Behind a proxy: what it says is believed, what others say is not.

use crate::served::{PASSWORD, Served, peopled, served};
use ::ringer::web::Options;
use tempfile::TempDir;

const HOST: (&str, &str) = ("Host", "ringer.example");

fn behind_proxy(requests_per_second: u32) -> (TempDir, Served) {
    let folder = peopled();
    let site = served(Options {
        proxies: Some(Vec::new()),
        folder: Some(folder.path().to_owned()),
        hosts: vec!["ringer.example".parse().unwrap()],
        requests_per_second,
        ..Options::default()
    });
    (folder, site)
}

#[test]
fn one_signs_in_through_a_proxy_and_the_cookie_goes_over_tls_only() {
    let (_folder, site) = behind_proxy(0);
    let headers = [
        HOST,
        ("X-Forwarded-For", "203.0.113.7"),
        ("X-Forwarded-Proto", "https"),
        ("Origin", "https://ringer.example"),
    ];
    let form = format!("name=ann&password={}", PASSWORD.replace(' ', "+"));
    let answer = site.post("/sign-in", &headers, &form);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{}", answer.head);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-ringer_session=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    assert!(answer.header("strict-transport-security").is_some());
    let cookie = cookie.split(';').next().unwrap();
    let page = site.get("/", &[HOST, ("Cookie", cookie)]);
    assert_eq!(page.status, 200, "{}", page.head);
    for origin in
        ["http://ringer.example", "https://ringer.example:8443", "https://evil.example", "null"]
    {
        let headers = [HOST, ("Origin", origin)];
        assert_eq!(site.post("/sign-in", &headers, &form).status, 403, "{origin}");
    }
}

#[test]
fn what_came_to_the_proxy_in_the_clear_is_not_answered() {
    let (_folder, site) = behind_proxy(0);
    for headers in [
        [HOST, ("X-Forwarded-Proto", "http")],
        [HOST, ("X-Forwarded-Proto", "https, http")],
        [HOST, ("Forwarded", "for=203.0.113.7;proto=http")],
    ] {
        let answer = site.get("/sign-in", &headers);
        assert_eq!(answer.status, 403, "{headers:?}");
        assert!(answer.body.contains("https://") && answer.header("set-cookie").is_none());
        assert_eq!(site.get("/health", &headers).status, 200, "{headers:?}");
    }
    let both = [HOST, ("X-Forwarded-For", "203.0.113.7"), ("Forwarded", "for=127.0.0.1")];
    assert_eq!(site.get("/sign-in", &both).status, 400);
}

#[test]
fn writing_ever_other_addresses_into_the_headers_gets_nobody_around_a_limit() {
    let (_folder, site) = behind_proxy(10);
    // A burst of twenty for each address that is not signed in.
    let asked = |before: &str, address: &str| {
        let list = format!("{before}, {address}");
        site.get("/sign-in", &[HOST, ("X-Forwarded-For", &list)]).status
    };
    let refused =
        (0..60).filter(|n| asked(&format!("198.51.100.{n}"), "203.0.113.7") == 429).count();
    assert!(refused >= 20, "{refused}");
    assert_eq!(asked("203.0.113.7", "203.0.113.8"), 200, "whoever else comes is let in");

    let folder = peopled();
    let direct = served(Options {
        folder: Some(folder.path().to_owned()),
        requests_per_second: 10,
        ..Options::default()
    });
    let asked = |n: usize| {
        let address = format!("198.51.100.{n}");
        let headers = [("X-Forwarded-For", address.as_str()), ("X-Forwarded-Proto", "http")];
        direct.get("/sign-in", &headers).status
    };
    let refused = (0..60).filter(|&n| asked(n) == 429).count();
    assert!(refused >= 20, "without a proxy nobody is believed: {refused}");
}

#[test]
fn signing_in_is_slowed_down_by_the_address_of_who_tries_and_not_by_the_proxys() {
    let (_folder, site) = behind_proxy(0);
    let tried = |address: &str, n: usize| {
        let headers = [HOST, ("X-Forwarded-For", address), ("Origin", "https://ringer.example")];
        site.post("/sign-in", &headers, &format!("name=nobody{n}&password=x")).body
    };
    let waits = (0..52).filter(|&n| tried("203.0.113.7", n).contains("wait")).count();
    assert!(waits >= 1, "many names from one address have to wait");
    assert!(!tried("203.0.113.8", 99).contains("wait"));
}
