//! The pages over a real engine, and the server itself.

use crate::verbs::Site;
use actix_web::{http::StatusCode, web::Data};
use ringer::{
    engine::Engine,
    ingest,
    matching::Policy,
    model::FixedClock,
    store::MemoryStore,
    synth,
    web::{Options, State, WebError, serve},
};
use std::{
    collections::{BTreeSet, VecDeque},
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, mpsc},
};

/// An engine over 600 made-up applications with rings among them.
pub fn engine() -> Engine {
    let folder = tempfile::tempdir().unwrap();
    let options = synth::Options { applications: 600, ..synth::Options::seed_data() };
    synth::generate(&options, folder.path()).unwrap();
    let clock = Arc::new(FixedClock(crate::fixture::NOW));
    let engine =
        Engine::open(Box::new(MemoryStore::new(clock.clone())), Policy::default(), clock).unwrap();
    let input = ingest::Input::from_arg(&folder.path().join("applications.csv"));
    let mut reader = ingest::open(input, &ingest::Options::default()).unwrap();
    let counts = engine
        .import("applications.csv", &mut reader, &mut |_| Ok(()), "test", &mut |_| ())
        .unwrap();
    assert_eq!(counts.new, 600);
    engine
}

#[actix_web::test]
async fn a_crawl_over_a_real_engine_finds_no_broken_link_and_a_decision_can_be_undone() {
    let state = Data::new(State::new(Arc::new(engine()), "127.0.0.1".parse().unwrap()));
    let token = state.sessions.one_time_link("ann").unwrap();
    let cookie = state.sessions.sign_in(&token, crate::fixture::NOW).unwrap().unwrap();
    let site = Site { state, cookie };
    let mut seen: BTreeSet<String> = BTreeSet::from(["/".to_owned()]);
    let mut next = VecDeque::from(["/".to_owned()]);
    while let Some(url) = next.pop_front() {
        let page = site.get(&url).await;
        let fine = page.status == StatusCode::OK || page.status.is_redirection();
        assert!(fine, "{url} answers {}", page.status);
        for link in page.attrs("a[href]", "href") {
            let link = link.split('#').next().unwrap().to_owned();
            let leads_on = !link.is_empty() && crate::crawl::leads_on(&link);
            if leads_on && seen.len() < 250 && seen.insert(link.clone()) {
                next.push_back(link);
            }
        }
    }
    assert_eq!(seen.len(), 250);

    let ring = site.view().rings[0].id.clone();
    let form = [
        ("csrf", site.csrf()),
        ("about", "ring".to_owned()),
        ("ring_id", ring.to_string()),
        ("verdict", "dismissed".to_owned()),
        ("why", "housemates".to_owned()),
    ];
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(site.post("/judgements", &form).await.status, StatusCode::SEE_OTHER);
    let url = format!("/rings/{ring}");
    let page = site.get_ok(&url).await;
    assert_eq!(page.text(".headline .status"), "Dismissed");
    let undo = page.attrs(".flash form", "action");
    assert_eq!(site.post(&undo[0], &[("csrf", &site.csrf())]).await.location(), url);
    assert_eq!(site.get_ok(&url).await.text(".headline .status"), "Open");
}

/// An engine over nothing.
pub fn empty() -> Arc<Engine> {
    let clock = Arc::new(FixedClock(crate::fixture::NOW));
    let store = Box::new(MemoryStore::new(clock.clone()));
    Arc::new(Engine::open(store, Policy::default(), clock).unwrap())
}

#[test]
fn the_server_refuses_to_listen_where_other_machines_could_reach_it() {
    for bind in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let options = Options { bind: bind.parse().unwrap(), ..Options::default() };
        let refused = serve(empty(), options, |_| panic!("it listens on {bind}"));
        assert!(matches!(refused, Err(WebError::NotLoopback(_))), "{bind}");
    }
}

#[test]
fn the_server_tells_the_url_to_open_and_answers_there() {
    let (tell, told) = mpsc::channel();
    // The server runs until it is interrupted, that is, until this process ends.
    std::thread::spawn(move || {
        let options = Options { bind: SocketAddr::from(([127, 0, 0, 1], 0)), ..Options::default() };
        serve(empty(), options, |url| tell.send(url.to_owned()).unwrap())
    });
    let url = told.recv().unwrap();
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("ringer_session=") && answer.contains("You are signed in"), "{answer}");
}
