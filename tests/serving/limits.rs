//! What is too large, too slow, too much or no HTTP at all gets a clean answer, and everybody else goes on.

use crate::served::{Answer, Served, peopled, read, request, served};
use ::ringer::web::Options;
use std::{
    io::Write,
    net::Shutdown,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A server that waits for nobody longer than this; long enough for a machine that does much else.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// By then an answer must have come to whoever is slow.
const SOON: Duration = Duration::from_secs(9);

fn site() -> (TempDir, Served) {
    let folder = peopled();
    let site = served(Options {
        folder: Some(folder.path().to_owned()),
        requests_per_second: 0,
        patience: PATIENCE,
        ..Options::default()
    });
    (folder, site)
}

#[track_caller]
fn still_answers(site: &Served) {
    let answer = site.get("/health", &[]);
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
}

fn form(length: &str, body: &str) -> String {
    format!(
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n{length}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
    )
}

#[test]
fn what_is_too_large_is_told_so_with_a_page() {
    let (_folder, site) = site();
    let long = "a".repeat(20_000);
    let longer = "a".repeat(40_000);
    let large = format!("name={}", "a".repeat(70_000));
    let chunk = format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    for (what, answer, status) in [
        ("address", site.get(&format!("/search?q={long}"), &[]), 414),
        ("headers", site.get("/", &[("X-A", &long), ("X-B", &longer)]), 431),
        (
            "form",
            site.send(form(&format!("Content-Length: {}", large.len()), &large).as_bytes()),
            413,
        ),
        ("announced", site.send(form("Content-Length: 99999999999", "name=a").as_bytes()), 413),
        ("in chunks", site.send(form("Transfer-Encoding: chunked", &chunk).as_bytes()), 413),
    ] {
        assert_eq!(answer.status, status, "{what}: {}", answer.head);
        assert!(answer.body.contains("<h1"), "{what}: {}", answer.body);
        assert!(answer.header("content-security-policy").is_some(), "{what}");
    }
    still_answers(&site);
}

/// Whether an answer is one that a hostile request may get: a refusal, or nothing but the end.
fn is_clean(answer: &Answer) -> bool {
    (400..500).contains(&answer.status) || (answer.status == 0 && answer.head.is_empty())
}

#[test]
fn what_is_no_http_is_refused_and_nobody_else_notices() {
    let (_folder, site) = site();
    let many: String = (0..500).map(|n| format!("X-{n}: a\r\n")).collect();
    let huge = format!("X-A: {}\r\n", "a".repeat(300_000));
    let smuggled = "Content-Length: 4\r\nTransfer-Encoding: chunked";
    let requests: Vec<Vec<u8>> = vec![
        b"\r\n\r\n\r\n\r\nrubbish\r\n\r\n".to_vec(),
        b"\0\0\0\0\0\0\0\0\r\n\r\n".to_vec(),
        vec![0xff; 10_000],
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n".to_vec(),
        b"GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n".to_vec(),
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_vec(),
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\n{huge}\r\n").into_bytes(),
        form(smuggled, "0\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes(),
        form("Content-Length: -1", "a").into_bytes(),
        form("Content-Length: 1\r\nContent-Length: 2", "ab").into_bytes(),
        form("Transfer-Encoding: chunked", "zz\r\n").into_bytes(),
        form("Transfer-Encoding: gzip", "a").into_bytes(),
    ];
    for bytes in requests {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let mut stream = site.connect();
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let answer = Answer::read(&read(&mut stream));
        assert!(is_clean(&answer), "{shown:?}: {}", answer.head);
        assert!(
            !answer.body.contains("HTTP/1.1 200"),
            "{shown:?}: a second request was smuggled in"
        );
    }
    still_answers(&site);
}

#[test]
fn who_sends_slowly_is_not_waited_for() {
    let (_folder, site) = site();
    for (what, beginning) in [
        ("nothing", String::new()),
        ("half a line", "GET / HT".to_owned()),
        ("half a head", "GET / HTTP/1.1\r\nHost: localhost\r\n".to_owned()),
        ("half a form", form("Content-Length: 100", "name=a")),
        ("half a chunk", form("Transfer-Encoding: chunked", "ff\r\nname")),
    ] {
        let begun = Instant::now();
        let mut stream = site.connect();
        stream.write_all(beginning.as_bytes()).unwrap();
        let answer = Answer::read(&read(&mut stream));
        assert!(begun.elapsed() < SOON, "{what}: {:?}", begun.elapsed());
        assert!(matches!(answer.status, 0 | 408), "{what}: {}", answer.head);
    }
    let begun = Instant::now();
    let mut dripping = site.connect();
    let head = form("Content-Length: 60000", "");
    for byte in head.bytes().chain(std::iter::repeat(b'a')) {
        if dripping.write_all(&[byte]).is_err() || begun.elapsed() > SOON {
            break;
        }
        thread::sleep(Duration::from_millis(2));
    }
    assert!(begun.elapsed() < SOON, "a drop at a time is slow too: {:?}", begun.elapsed());
    still_answers(&site);
}

#[test]
fn connections_that_say_nothing_do_not_keep_others_out() {
    let folder = peopled();
    let site = served(Options {
        folder: Some(folder.path().to_owned()),
        patience: PATIENCE,
        connections: 4,
        ..Options::default()
    });
    let idle: Vec<_> = (0..8).map(|_| site.connect()).collect();
    still_answers(&site);
    drop(idle);
}

#[test]
fn who_asks_too_often_waits_and_others_do_not() {
    let site = served(Options { requests_per_second: 2, ..Options::default() });
    let path = site.link.split_once("//").unwrap().1.split_once('/').unwrap().1;
    let signed_in = site.get(&format!("/{path}"), &[]);
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let asked: Vec<Answer> = (0..30).map(|_| site.get("/help", &[("Cookie", &cookie)])).collect();
    let refused: Vec<&Answer> = asked.iter().filter(|a| a.status == 429).collect();
    assert!(asked.iter().take(20).all(|a| a.status == 200), "a burst is fine");
    assert!(!refused.is_empty() && refused.len() <= 10);
    for answer in refused {
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..60).contains(&wait), "{wait}");
        assert!(answer.body.contains("<h1") && answer.body.contains("Slower"), "{}", answer.body);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let outside: Vec<u16> = (0..10).map(|_| site.get("/", &[]).status).collect();
    assert!(outside.contains(&401) && outside.contains(&429), "{outside:?}");
    still_answers(&site);
}

#[test]
fn a_connection_may_be_used_again_after_a_page_that_was_read_whole() {
    let (_folder, site) = site();
    let mut stream = site.connect();
    let first = request("GET", "/health", &[], "").replace("Connection: close\r\n", "");
    stream.write_all(first.as_bytes()).unwrap();
    stream.write_all(request("GET", "/health", &[], "").as_bytes()).unwrap();
    let said = read(&mut stream);
    assert_eq!(said.matches("HTTP/1.1 200").count(), 2, "{said}");
}
