//! Webhooks: what arrives at a real receiver, which checks signatures as the documentation says, and what is on record where
//! nothing does.

use crate::lab::{
    Desk, NOW, Server, alert, alerted, failure, load, next, open, python, report, reported, store,
    tick, tries,
};
use ringer::{
    model::{Attempt, Moment},
    reports::delivery::{Carrier, Post, PostSettings, Shipment, Tally, WebhookSettings, key_of},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet, ffi::OsString, io::Write, net::TcpListener, path::Path, thread,
    time::Duration,
};

const SECRET: &str = "5a1f0c3e9b7d24680f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778";

fn settings(desk: &Desk) -> PostSettings {
    let webhook = WebhookSettings {
        secret_file: Some(desk.secret("hook.key", &format!("{SECRET}\n"))),
        allow: vec!["127.0.0.1".to_owned(), "localhost".to_owned()],
        ca: None,
    };
    PostSettings { webhook, ..PostSettings::default() }
}

fn receiver(python: &OsString, desk: &Desk, port: u16, plan: &Value, more: &[&str]) -> Server {
    let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/WEBHOOKS.md");
    let secret = desk.secret("known.key", SECRET);
    let (port, plan) = (port.to_string(), plan.to_string());
    let fixed = ["--port", &port, "--plan", &plan, "--recipe", recipe.to_str().unwrap()];
    let secret = ["--secret", secret.to_str().unwrap()];
    Server::begin(python, "hook_server.py", &[&fixed[..], &secret, more].concat())
}

fn closed() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn after_three_tries_that_failed_the_webhook_arrives_signed_under_one_key() {
    let Some(python) = python() else { return };
    let desk = Desk::new();
    let port = closed();
    let url = format!("http://127.0.0.1:{port}/hooks/ringer?team=blue");
    let post = Post::new(settings(&desk));
    let store = store();
    let engine = open(&store);
    reported(&engine, &[&url]);
    let mut now = NOW;
    assert_eq!(tick(&engine, &post, now).failed, 1);
    let (why, is_final) = failure(&engine, &report(), &url);
    assert!(why.contains("connection refused") && !is_final, "{why}");
    let plan = json!([{"status": 503}, {"status": 429, "headers": {"Retry-After": "7200"}}]);
    let server = receiver(&python, &desk, port, &plan, &[]);
    // The program stops and starts in between: when the next try is due is known from the record.
    drop(engine);
    let engine = open(&store);
    let mut waits = Vec::new();
    loop {
        let due = next(&engine, &report(), &url).unwrap();
        assert_eq!(
            tick(&engine, &post, Moment(due.0 - 1)),
            Tally { waiting: 1, ..Tally::default() }
        );
        waits.push(due.0 - now.0);
        now = due;
        let tally = tick(&engine, &post, now);
        if tally.delivered == 1 {
            break;
        }
        assert_eq!(tally.failed, 1);
    }
    assert_eq!(waits.len(), 3, "{waits:?}");
    assert!(waits[0] <= 60 && waits[1] <= 120 && waits[2] == 7_200, "{waits:?}");
    let got = [server.received(), server.received(), server.received()];
    let key = key_of(&report(), &url.parse().unwrap());
    let ids: BTreeSet<&str> =
        got.iter().map(|got| got["headers"]["x-ringer-delivery"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3, "each try has an id of its own");
    for got in &got {
        let head = &got["headers"];
        assert_eq!(head["idempotency-key"], key.as_str());
        assert_eq!(
            (&head["content-type"], &head["x-ringer-event"]),
            (&json!("application/json"), &json!("report"))
        );
        assert_eq!(
            (&got["genuine"], &got["genuine_if_changed"], &got["genuine_if_late"]),
            (&json!(true), &json!(false), &json!(false))
        );
        assert_eq!(got["path"], "/hooks/ringer?team=blue");
        let body: Value = serde_json::from_str(got["body"].as_str().unwrap()).unwrap();
        assert_eq!(body, json!({"id": report().to_string(), "city": "Łódź"}));
    }
    assert_eq!(got[2]["headers"]["x-ringer-timestamp"], now.0.to_string());
    let outcomes: Vec<Attempt> =
        tries(&engine, &report(), &url).into_iter().map(|t| t.outcome).collect();
    assert_eq!(
        outcomes[1],
        Attempt::Failed {
            why: "the webhook answered 503 Service Unavailable".to_owned(),
            is_final: false
        }
    );
    assert_eq!(outcomes[3], Attempt::Delivered { answer: "204 No Content".to_owned() });
    server.received_nothing_else();
    engine.verify().unwrap();
}

#[test]
fn an_alert_goes_out_the_same_way_over_tls_to_a_house_of_its_own_certificate() {
    let Some(python) = python() else { return };
    let desk = Desk::new();
    let (cert, key) = desk.certificate("house");
    let (cert_text, key_text) = (cert.to_str().unwrap(), key.to_str().unwrap());
    let server = receiver(&python, &desk, 0, &json!([]), &["--cert", cert_text, "--key", key_text]);
    let url = format!("https://localhost:{}/alerts", server.port);
    let engine = open(&store());
    alerted(&engine, &[&url]);
    let mut settings = settings(&desk);
    assert_eq!(tick(&engine, &Post::new(settings.clone()), NOW).failed, 1);
    let (why, is_final) = failure(&engine, &alert(), &url);
    assert!(
        why.contains("is not trusted: nobody known made it; name the house's own in [webhook] ca"),
        "{why}"
    );
    assert!(!is_final);
    settings.webhook.ca = Some(cert);
    let due = next(&engine, &alert(), &url).unwrap();
    assert_eq!(tick(&engine, &Post::new(settings), due).delivered, 1);
    let got = server.received();
    assert_eq!((&got["encrypted"], &got["genuine"]), (&json!(true), &json!(true)));
    assert_eq!(got["headers"]["x-ringer-event"], "alert");
    server.received_nothing_else();
}

#[test]
fn an_answer_is_taken_for_what_it_is_and_nothing_of_it_is_kept_but_the_status() {
    let Some(python) = python() else { return };
    let desk = Desk::new();
    let elsewhere = receiver(&python, &desk, 0, &json!([]), &[]);
    let away = format!("http://127.0.0.1:{}/secret-place", elsewhere.port);
    let redirect = |status: u16| json!({"status": status, "headers": {"Location": away}});
    let plan = json!([
        redirect(302), redirect(307), redirect(308),
        {"status": 404, "reason": "Ada Quill", "body": 4096},
        {"status": 500, "reason": "Ada Quill", "body": 20_000_000},
        {"raw": "HTTP/1.1 banana\r\n\r\n"},
        {"raw": ""},
        {"raw": format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(100_000))},
        {"status": 200, "body": 20_000_000},
    ]);
    let server = receiver(&python, &desk, 0, &plan, &[]);
    let url = format!("http://127.0.0.1:{}/h?token=sesame", server.port);
    let post = Post::new(settings(&desk));
    for (said, expected) in [
        ("answered 302 Found; Ringer does not follow it", Some(true)),
        ("answered 307 Temporary Redirect", Some(true)),
        ("answered 308", Some(true)),
        ("answered 404 Not Found", Some(true)),
        ("answered 500 Internal Server Error", Some(false)),
        ("", Some(false)),
        ("", Some(false)),
        ("", Some(false)),
        ("200 OK", None),
    ] {
        let engine = open(&store());
        reported(&engine, &[&url]);
        tick(&engine, &post, NOW);
        let (text, is_final) = match tries(&engine, &report(), &url).pop().unwrap().outcome {
            Attempt::Delivered { answer } => (answer, None),
            Attempt::Failed { why, is_final } => (why, Some(is_final)),
        };
        assert_eq!(is_final, expected, "{text}");
        assert!(text.contains(said), "{said}: {text}");
        for secret in ["Ada", "sesame", "secret-place", "xxx", SECRET] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    elsewhere.received_nothing_else();
}

#[test]
fn a_webhook_without_a_secret_or_to_a_place_that_was_not_allowed_is_not_sent() {
    let Some(python) = python() else { return };
    let desk = Desk::new();
    let server = receiver(&python, &desk, 0, &json!([]), &[]);
    let here = format!("http://127.0.0.1:{}/h", server.port);
    let by_name = format!("https://localhost:{}/h", server.port);
    let fine = settings(&desk);
    let with = |change: &dyn Fn(&mut WebhookSettings)| {
        let mut settings = fine.clone();
        change(&mut settings.webhook);
        settings
    };
    let short = desk.secret("short", "too short");
    let port = server.port;
    for (settings, url, said, expected) in [
        (with(&|w| w.secret_file = None), &here, "set [webhook] secret_file", false),
        (with(&|w| w.secret_file = Some(short.clone())), &here, "at least 32 bytes", false),
        (with(&|w| w.allow.clear()), &here, "private address; list it in [webhook] allow", false),
        (with(&|w| w.allow.clear()), &by_name, "private address", false),
        (
            with(&|w| w.allow = vec!["hooks.example.com".to_owned()]),
            &here,
            "not among those",
            false,
        ),
        (
            with(&|w| w.allow = vec![format!("127.0.0.1:{}", port ^ 1)]),
            &here,
            "not among those",
            false,
        ),
        (fine.clone(), &"http://192.0.2.1/h".to_owned(), "has to be https", true),
        (fine.clone(), &"https://[::ffff:169.254.169.254]/".to_owned(), "not among those", false),
        (
            with(&|w| w.allow.clear()),
            &"https://169.254.169.254/latest".to_owned(),
            "no webhook may lead to",
            false,
        ),
        (
            with(&|w| w.allow = vec!["169.254.169.254".to_owned()]),
            &"https://169.254.169.254/latest".to_owned(),
            "no webhook may lead to",
            false,
        ),
        (with(&|w| w.allow.clear()), &"https://10.0.0.1/".to_owned(), "private address", false),
    ] {
        let engine = open(&store());
        reported(&engine, &[url]);
        tick(&engine, &Post::new(settings), NOW);
        let (why, is_final) = failure(&engine, &report(), url);
        assert!(why.contains(said) && is_final == expected, "{url}: {why}");
    }
    server.received_nothing_else();
}

#[test]
fn a_receiver_that_drips_or_says_nothing_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/h", listener.local_addr().unwrap());
    // Answers for ever, a line at a time, and never comes to an end.
    thread::spawn(move || {
        let (mut first, _) = listener.accept().unwrap();
        drop(first.write_all(b"HTTP/1.1 200 OK\r\n"));
        let _second = listener.accept().unwrap();
        while first.write_all(b"").is_ok() {
            thread::park();
        }
    });
    let desk = Desk::new();
    let mut settings = settings(&desk);
    settings.patience = Duration::from_millis(50);
    for _ in 0..2 {
        let engine = open(&store());
        reported(&engine, &[&url]);
        assert_eq!(tick(&engine, &Post::new(settings.clone()), NOW).failed, 1);
        let (why, is_final) = failure(&engine, &report(), &url);
        assert!(why.contains("no answer within 0.05 s") && !is_final, "{why}");
    }
}

#[test]
fn what_was_posted_before_a_kill_comes_once_more_under_the_same_key() {
    let Some(python) = python() else { return };
    let desk = Desk::new();
    let server = receiver(&python, &desk, 0, &json!([]), &[]);
    let url = format!("http://127.0.0.1:{}/h", server.port);
    let post = Post::new(settings(&desk));
    let store = store();
    let engine = open(&store);
    reported(&engine, &[&url]);
    let to = url.parse().unwrap();
    let shipment = Shipment { parcel: report(), load: load(&report(), &to).unwrap(), to };
    assert!(matches!(post.carry(&shipment, NOW), Attempt::Delivered { .. }));
    drop(engine);
    let engine = open(&store);
    assert_eq!(tick(&engine, &post, Moment(NOW.0 + 40)).delivered, 1);
    let (first, second) = (server.received(), server.received());
    let head = |got: &Value, name: &str| got["headers"][name].clone();
    assert_eq!(head(&first, "idempotency-key"), head(&second, "idempotency-key"));
    assert_ne!(head(&first, "x-ringer-delivery"), head(&second, "x-ringer-delivery"));
    assert_eq!(first["body"], second["body"]);
    assert_eq!(tick(&engine, &post, Moment(NOW.0 + 90_000)), Tally::default());
    server.received_nothing_else();
}
