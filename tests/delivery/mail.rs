//! Mail: what arrives at a real server, and what is on record where nothing does.

use crate::lab::{
    Desk, NOW, Server, alert, alerted, failure, load, next, open, python, report, reported, store,
    tick, tries,
};
use ringer::{
    engine::Engine,
    model::{Attempt, FixedClock, Moment},
    reports::delivery::{
        Carrier, Post, PostSettings, Shipment, SmtpSettings, SmtpTls, Tally, deliver_parcel, key_of,
    },
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{ffi::OsString, net::TcpListener, path::PathBuf, time::Duration};

const ANN: &str = "ann@example.com";
const PASSWORD: &str = "plum otter granite lantern";

/// A desk with a password, and settings for a server at this port.
fn settings(desk: &Desk, port: u16, tls: SmtpTls) -> PostSettings {
    let smtp = SmtpSettings {
        host: if tls == SmtpTls::None { "127.0.0.1" } else { "localhost" }.to_owned(),
        port,
        tls,
        login: Some(("ringer".to_owned(), desk.secret("password", &format!("{PASSWORD}\n")))),
        from: "Ringer für Example <ringer@example.com>".to_owned(),
        ca: Some(desk.path("mail.pem")),
    };
    PostSettings { smtp: Some(smtp), ..PostSettings::default() }
}

fn post(settings: &PostSettings, change: impl FnOnce(&mut SmtpSettings)) -> Post {
    let mut settings = settings.clone();
    change(settings.smtp.as_mut().unwrap());
    Post::new(settings)
}

/// A server that encrypts so, at this port, with this plan.
fn server(python: &OsString, desk: &Desk, tls: &str, port: u16, plan: &Value) -> Server {
    let text = |path: PathBuf| path.to_str().unwrap().to_owned();
    let (cert, key) = match desk.path("mail.pem") {
        cert if cert.exists() => (cert, desk.path("mail.key")),
        _ => desk.certificate("mail"),
    };
    let password = desk.secret("known", PASSWORD);
    let (port, plan) = (port.to_string(), plan.to_string());
    let (cert, key, password) = (text(cert), text(key), text(password));
    let mut arguments = vec!["--tls", tls, "--port", &port, "--plan", &plan];
    arguments.extend(["--cert", &cert, "--key", &key]);
    if tls != "none" {
        arguments.extend(["--user", "ringer", "--password", &password]);
    }
    Server::begin(python, "smtp_server.py", &arguments)
}

fn engine(to: &[&str]) -> Engine {
    let engine = open(&store());
    reported(&engine, to);
    engine
}

/// A port at which nobody listens.
fn closed() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[track_caller]
fn failed_once(tally: Tally) {
    assert_eq!((tally.delivered, tally.failed, tally.given_up), (0, 1, 0), "{tally:?}");
}

#[test]
fn a_letter_arrives_whole_encrypted_and_signed_in() {
    let Some(python) = python() else { return };
    for (word, tls) in [("starttls", SmtpTls::StartTls), ("implicit", SmtpTls::Implicit)] {
        let desk = Desk::new();
        let server = server(&python, &desk, word, 0, &serde_json::json!({}));
        let engine = engine(&[ANN]);
        let tally = tick(&engine, &Post::new(settings(&desk, server.port, tls)), NOW);
        assert_eq!((tally.delivered, tally.failed), (1, 0), "{:?}", tries(&engine, &report(), ANN));
        let got = server.received();
        assert_eq!((&got["encrypted"], &got["signed_in"]), (&true.into(), &true.into()), "{word}");
        assert_eq!(got["to"], serde_json::json!([ANN]));
        assert_eq!(got["from"], "ringer@example.com");
        let head = &got["headers"];
        assert_eq!(head["Subject"], "Weekly report: 3 new rings — Übersicht für Zürich");
        assert_eq!(head["From"], "Ringer für Example <ringer@example.com>");
        assert_eq!((head["To"].as_str(), got["seconds"].as_i64()), (Some(ANN), Some(NOW.0)));
        assert_eq!(head["Auto-Submitted"], "auto-generated");
        assert_eq!(head["X-Ringer-Report"].as_str(), Some(report().to_string().as_str()));
        let key = key_of(&report(), &ANN.parse().unwrap());
        assert_eq!(head["Message-ID"].as_str(), Some(format!("<{key}@example.com>").as_str()));
        assert_eq!(
            got["parts"],
            serde_json::json!([
                "multipart/mixed",
                "multipart/alternative",
                "text/plain",
                "multipart/related",
                "text/html",
                "image/png",
                "application/json",
                "text/csv"
            ])
        );
        let sent = crate::lab::letter();
        let same =
            |got: &Value, sent: &str| assert_eq!(got.as_str().unwrap().replace("\r\n", "\n"), sent);
        same(&got["text"], &sent.text);
        same(&got["html"], &sent.html);
        assert_eq!(got["images"], serde_json::json!([{"cid": "<rings.png>", "size": [2, 1]}]));
        for (got, sent) in got["files"].as_array().unwrap().iter().zip(&sent.files) {
            let sha256: String =
                Sha256::digest(&sent.bytes).iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(
                (got["name"].as_str(), got["sha256"].as_str()),
                (Some(&*sent.name), Some(&*sha256))
            );
        }
        assert!(got["longest"].as_u64().unwrap() <= 78, "{}", got["longest"]);
        assert_eq!((&got["ascii"], &got["defects"]), (&true.into(), &serde_json::json!([])));
        let last = tries(&engine, &report(), ANN).pop().unwrap();
        assert_eq!(
            last.outcome,
            Attempt::Delivered { answer: "250 2.0.0 OK: queued as 4F2A".to_owned() }
        );
        assert_eq!(
            tick(&engine, &Post::new(settings(&desk, server.port, tls)), Moment(NOW.0 + 9_999)),
            Tally::default()
        );
        server.received_nothing_else();
    }
}

#[test]
fn after_three_tries_that_failed_in_three_ways_the_letter_arrives_once() {
    let Some(python) = python() else { return };
    let desk = Desk::new();
    desk.certificate("mail");
    let port = closed();
    let post = Post::new(settings(&desk, port, SmtpTls::StartTls));
    let engine = engine(&[ANN]);
    alerted(&engine, &[ANN]);
    let both = [report(), alert()];
    let mut now = NOW;
    // Nobody there; then nobody there again; then somebody who is busy, with the recipient and with the letter.
    let mut said = Vec::new();
    for _ in 0..2 {
        let tally = tick(&engine, &post, now);
        assert_eq!((tally.failed, tally.delivered), (2, 0));
        assert_eq!(tick(&engine, &post, now).waiting, 2, "not due yet");
        now = both.iter().filter_map(|parcel| next(&engine, parcel, ANN)).max().unwrap();
        said.push(failure(&engine, &report(), ANN));
    }
    let plan = serde_json::json!({"rcpt": ["450 4.2.1 mailbox busy"], "data": ["451 4.3.0 disk full, try later"]});
    let server = server(&python, &desk, "starttls", port, &plan);
    // One alone first, so that each of the two answers is for it.
    let mut report_tries = vec![];
    for _ in 0..2 {
        let tally = deliver_parcel(&engine, &post, &report(), &mut load, &FixedClock(now)).unwrap();
        failed_once(tally);
        report_tries.push(failure(&engine, &report(), ANN).0);
        now = Moment(now.0 + 3_600);
    }
    assert!(
        said.iter().all(|(why, is_final)| why.contains("connection refused") && !is_final),
        "{said:?}"
    );
    assert!(report_tries[0].contains("450 4.2.1 mailbox busy"), "{report_tries:?}");
    assert!(
        report_tries[1].contains("451 4.3.0") && !report_tries[1].contains("disk"),
        "{report_tries:?}"
    );
    let tally = tick(&engine, &post, Moment(now.0 + 86_400));
    assert_eq!((tally.delivered, tally.failed), (2, 0));
    let got: Vec<Value> = vec![server.received(), server.received()];
    for parcel in &both {
        let key = key_of(parcel, &ANN.parse().unwrap());
        let id = format!("<{key}@example.com>");
        assert_eq!(
            got.iter().filter(|letter| letter["headers"]["Message-ID"] == id.as_str()).count(),
            1
        );
    }
    assert!(
        got.iter()
            .any(|letter| letter["headers"]["X-Ringer-Alert"] == alert().to_string().as_str())
    );
    server.received_nothing_else();
    let attempts: Vec<u32> = tries(&engine, &report(), ANN).iter().map(|t| t.attempt).collect();
    assert_eq!(attempts, [1, 2, 3, 4, 5]);
    engine.verify().unwrap();
}

#[test]
fn what_is_wrong_is_on_record_as_it_is_and_holds_no_secret() {
    let Some(python) = python() else { return };
    let desk = Desk::new();
    let plan = serde_json::json!({"rcpt": ["550 5.1.1 <ann@example.com>: no such mailbox\u{7}"]});
    let server = server(&python, &desk, "starttls", 0, &plan);
    desk.certificate("other");
    let settings = settings(&desk, server.port, SmtpTls::StartTls);
    let wrong = desk.secret("wrong", "hunter2 hunter2");
    let open_to_all = desk.secret("open", PASSWORD);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&open_to_all, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    let login = |file: &PathBuf| Some(("ringer".to_owned(), file.clone()));
    let posts: Vec<(Post, &str, bool)> = vec![
        (
            post(&settings, |s| s.login = login(&wrong)),
            "refuses name or password: see [smtp] user and password_file: 535 5.7.8",
            false,
        ),
        (
            post(&settings, |s| s.login = login(&open_to_all)),
            "can be read by others: chmod 600",
            false,
        ),
        (
            post(&settings, |s| s.login = login(&desk.path("none"))),
            "password_file names is not there",
            false,
        ),
        (post(&settings, |s| s.login = None), "530", false),
        (post(&settings, |s| s.ca = Some(desk.path("other.pem"))), "is not trusted", false),
        (
            post(&settings, |s| s.ca = None),
            "is not trusted: nobody known made it; name the house's own in [smtp] ca",
            false,
        ),
        (
            post(&settings, |s| s.ca = Some(desk.path("password"))),
            "[smtp] ca names holds no certificate",
            false,
        ),
        (post(&settings, |s| s.host = "127.0.0.2".to_owned()), "refused", false),
        (post(&settings, |s| s.tls = SmtpTls::Implicit), "no TLS there", false),
        (
            post(&settings, |_| ()),
            "refuses this recipient: 550 5.1.1 <ann@example.com>: no such mailbox",
            true,
        ),
    ];
    for (post, said, expected) in posts {
        let engine = engine(&[ANN]);
        tick(&engine, &post, NOW);
        let (why, is_final) = failure(&engine, &report(), ANN);
        assert!(why.contains(said), "{said}: {why}");
        assert_eq!(is_final, expected, "{why}");
        for secret in ["hunter2", "aHVudGVy", "plum", "Weekly", "東京", "\u{7}"] {
            assert!(!why.contains(secret), "{why}");
        }
        assert_eq!(engine.view().reports.undelivered().is_empty(), expected);
    }
    server.received_nothing_else();
}

#[test]
fn a_refused_recipient_is_not_tried_again_by_itself_but_can_be_by_hand() {
    let Some(python) = python() else { return };
    let desk = Desk::new();
    let plan = serde_json::json!({"rcpt": ["550 5.1.1 no such mailbox"]});
    let server = server(&python, &desk, "starttls", 0, &plan);
    let post = Post::new(settings(&desk, server.port, SmtpTls::StartTls));
    let engine = engine(&[ANN, "ben@example.com"]);
    let tally = tick(&engine, &post, NOW);
    assert_eq!((tally.delivered, tally.given_up), (1, 1), "one refusal keeps nobody else from it");
    assert_eq!(tick(&engine, &post, Moment(NOW.0 + 900_000)), Tally::default());
    let later = Moment(NOW.0 + 900_001);
    let tally = deliver_parcel(&engine, &post, &report(), &mut load, &FixedClock(later)).unwrap();
    assert_eq!((tally.delivered, tally.given_up), (1, 0), "whoever has it gets it no second time");
    let to = [server.received()["to"][0].clone(), server.received()["to"][0].clone()];
    assert_ne!(to[0], to[1]);
    server.received_nothing_else();
}

#[test]
fn a_server_that_offers_no_encryption_gets_neither_password_nor_letter() {
    let Some(python) = python() else { return };
    let desk = Desk::new();
    let server = server(&python, &desk, "none", 0, &serde_json::json!({}));
    let engine = engine(&[ANN]);
    let settings = settings(&desk, server.port, SmtpTls::StartTls);
    failed_once(tick(&engine, &Post::new(settings.clone()), NOW));
    assert!(failure(&engine, &report(), ANN).0.contains("offers no STARTTLS"));
    // In clear, and only because it is on this machine.
    let none = post(&settings, |s| (s.tls, s.login) = (SmtpTls::None, None));
    let due = next(&engine, &report(), ANN).unwrap();
    assert_eq!(tick(&engine, &none, due).delivered, 1);
    assert_eq!(server.received()["encrypted"], false);
    let away = post(&settings, |s| (s.tls, s.host) = (SmtpTls::None, "192.0.2.1".to_owned()));
    let shipment = |to: &str| {
        let to = to.parse().unwrap();
        Shipment { parcel: report(), load: load(&report(), &to).unwrap(), to }
    };
    let Attempt::Failed { why, .. } = away.carry(&shipment(ANN), NOW) else { panic!() };
    assert!(why.contains("on this machine only"), "{why}");
}

#[test]
fn a_server_that_says_nothing_is_waited_for_as_long_as_was_set_and_no_longer() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let desk = Desk::new();
    desk.certificate("mail");
    for tls in [SmtpTls::StartTls, SmtpTls::Implicit, SmtpTls::None] {
        let mut settings = settings(&desk, silent.local_addr().unwrap().port(), tls);
        settings.patience = Duration::from_millis(50);
        let engine = engine(&[ANN]);
        failed_once(tick(&engine, &Post::new(settings), NOW));
        assert!(failure(&engine, &report(), ANN).0.contains("no answer in time"), "{tls:?}");
    }
}

#[test]
fn a_letter_that_was_sent_before_a_kill_comes_once_more_under_the_same_id() {
    let Some(python) = python() else { return };
    let desk = Desk::new();
    let server = server(&python, &desk, "starttls", 0, &serde_json::json!({}));
    let post = Post::new(settings(&desk, server.port, SmtpTls::StartTls));
    let store = store();
    let engine = open(&store);
    reported(&engine, &[ANN]);
    // Sent, and killed before it is written down.
    let to = ANN.parse().unwrap();
    let shipment = Shipment { parcel: report(), load: load(&report(), &to).unwrap(), to };
    assert!(matches!(post.carry(&shipment, NOW), Attempt::Delivered { .. }));
    drop(engine);
    let engine = open(&store);
    let later = Moment(NOW.0 + 40);
    assert_eq!(tick(&engine, &post, later).delivered, 1);
    let (first, second) = (server.received(), server.received());
    assert_eq!(first["headers"]["Message-ID"], second["headers"]["Message-ID"]);
    assert_eq!(tick(&engine, &post, Moment(NOW.0 + 90_000)), Tally::default());
    server.received_nothing_else();
}
