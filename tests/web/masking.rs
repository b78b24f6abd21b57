//! Masking: no contact data of the store in anything a viewer is sent, by any address, until a reason is given.

use crate::{
    accounts::{FINE, House},
    fixture::NOW,
    planted::{Planted, crawled},
    verbs::{Answer, encoded},
};
use actix_web::http::{Method, StatusCode};
use ringer::{
    casework::Role,
    engine::Engine,
    ingest,
    matching::Policy,
    model::{
        Attribute, AttributeKind, CheckItem, CheckResult, FixedClock, Grade, Tlp, ValueVerdict,
        Verdict, WatchEntry, WatchKind,
    },
    store::MemoryStore,
    synth,
    web::Desk,
};
use std::{collections::BTreeMap, sync::Arc};

const WHY: &str = "called back by the recruiter";

/// A viewer finds nothing of it anywhere, and an investigator finds it on every sort of page, with each of the markers.
async fn is_hidden_from_viewers_alone(
    house: &House,
    planted: &Planted,
    more: &[&str],
    markers: &[&str],
) {
    let viewer = house.seen_by(Role::Viewer).await;
    let mut leaks = BTreeMap::new();
    let n = crawled(&viewer, more, |url, answer| {
        for leak in planted.found_in(answer) {
            leaks.entry(leak).or_insert_with(|| url.to_owned());
        }
    })
    .await;
    let first: Vec<_> = leaks.iter().take(12).collect();
    assert!(leaks.is_empty(), "{} leaks on {n} pages: {first:#?}", leaks.len());
    assert!(n > 100, "only {n} pages were seen");

    let investigator = house.seen_by(Role::Investigator).await;
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = String::new();
    crawled(&investigator, more, |url, answer| {
        let place = url.split(['?', '/']).take(2).collect::<Vec<_>>().join("/");
        let here = planted.found_in(answer);
        *found.entry(place).or_default() += here.len();
        all.extend(here);
    })
    .await;
    for marker in markers {
        assert!(all.contains(marker), "{marker} is nowhere");
    }
    for place in
        ["/rings", "/applicants", "/attributes", "/compare", "/explore", "/path", "/search"]
    {
        assert!(
            found.get(place).is_some_and(|&n| n > 0),
            "nothing at {place}: the test finds too little: {found:?}"
        );
    }
}

#[actix_web::test]
async fn nothing_of_the_fixture_reaches_a_viewer() {
    let house = House::new();
    let planted = Planted::of(&house.site);
    is_hidden_from_viewers_alone(&house, &planted, &[], &[]).await;
}

#[actix_web::test]
async fn nothing_of_a_store_reaches_a_viewer_in_any_spelling() {
    let house = House::over(Arc::new(store()));
    let mut planted = Planted::of(&house.site);
    for (kind, value) in ELSEWHERE {
        planted.put(*kind, value);
    }
    is_hidden_from_viewers_alone(&house, &planted, HOSTILE_PAGES, MARKERS).await;
}

#[actix_web::test]
async fn a_reason_shows_one_thing_to_one_session_for_a_quarter_of_an_hour() {
    let house = House::new();
    let (viewer, other) = (house.seen_by(Role::Viewer).await, house.seen_by(Role::Viewer).await);
    let ring = format!("/rings/{}", viewer.view().rings[0].id);
    let id = ring.trim_start_matches("/rings/");
    let masked = viewer.get_ok(&ring).await;
    assert!(masked.body.contains("(202) 555-••••") && !masked.body.contains("+12025550118"));
    assert_eq!(masked.texts(".veil label b"), ["Contact data is masked."]);

    let csrf = viewer.csrf();
    let send = |why: &'static str, what: String, back: &'static str| {
        let form = [
            ("csrf", csrf.clone()),
            ("what", what),
            ("why", why.to_owned()),
            ("back", back.to_owned()),
        ];
        let viewer = &viewer;
        async move {
            let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
            viewer.post("/reveal", &form).await
        }
    };
    for (why, what, status) in [
        ("because", id.to_owned(), StatusCode::BAD_REQUEST),
        ("  too    short  ", id.to_owned(), StatusCode::BAD_REQUEST),
        (WHY, "ring_000000000000".to_owned(), StatusCode::NOT_FOUND),
        (WHY, "everything".to_owned(), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(send(why, what, "").await.status, status, "{why}");
    }
    viewer.post("/reveal/end", &[("csrf", &viewer.csrf()), ("what", id)]).await;
    let shown = send(WHY, id.to_owned(), "//evil.example").await;
    assert_eq!((shown.status, shown.location()), (StatusCode::SEE_OTHER, &*ring));
    let lifted = viewer.get_ok(&ring).await;
    assert!(lifted.body.contains("+12025550118"), "{}", lifted.body);
    assert!(lifted.text(".veil p").starts_with("Contact data of this ring is shown to you until"));
    assert!(viewer.get_ok(&format!("{ring}?format=json")).await.body.contains("+12025550118"));
    // Nothing else, and nobody else.
    assert!(!other.get_ok(&ring).await.body.contains("+12025550118"));
    let second = format!("/rings/{}", viewer.view().rings[1].id);
    for url in [&*second, "/search?q=Whitfield", "/explore", "/"] {
        assert!(!viewer.get_ok(url).await.body.contains("+1202555"), "{url}");
    }

    let back = [("csrf", &*viewer.csrf()), ("what", id)];
    let again = viewer.post("/reveal/end", &back).await;
    assert_eq!(again.location(), ring);
    let masked = viewer.get_ok(&ring).await;
    assert!(!masked.body.contains("+12025550118") && masked.body.contains("masked again"));
}

#[actix_web::test]
async fn whoever_reads_contact_data_anyway_is_told_nothing_of_masking() {
    let house = House::new();
    for role in [Role::Investigator, Role::Supervisor, Role::Administrator] {
        let site = house.seen_by(role).await;
        let ring = format!("/rings/{}", site.view().rings[0].id);
        let page = site.get_ok(&ring).await;
        assert!(page.texts(".veil").is_empty() && page.body.contains("+12025550118"), "{role}");
    }
}

#[actix_web::test]
async fn a_viewer_finds_a_value_by_all_of_it_and_by_nothing_less() {
    let house = House::new();
    let site = house.seen_by(Role::Viewer).await;
    let n = |answer: Answer| {
        let found: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let groups = found["groups"].as_array().unwrap().clone();
        let values = groups.iter().find(|g| g["kind"] == "attribute");
        values.map_or(0, |g| g["total"].as_u64().unwrap())
    };
    for typed in ["(202)+555-0118", "%2B12025550118", "198.51.100.7"] {
        assert_eq!(n(site.get_ok(&format!("/search?q={typed}&format=json")).await), 1, "{typed}");
    }
    for typed in
        ["2025550", "0118", "202-555-0119", "202-555-0181", "198.51.100", "lakeview", "d-77"]
    {
        assert_eq!(n(site.get_ok(&format!("/search?q={typed}&format=json")).await), 0, "{typed}");
    }
    let phone = Attribute { kind: AttributeKind::Phone, value: "+12025550118".into() };
    let page = site.get_ok(&format!("/attributes/{}", phone.id())).await;
    assert!(page.body.contains("Told only where contact data is shown"), "{}", page.body);
    let investigator = house.seen_by(Role::Investigator).await;
    assert!(n(investigator.get_ok("/search?q=lakeview&format=json").await) > 0);
}

#[actix_web::test]
async fn a_token_of_a_viewer_sees_contact_data_masked_and_gives_no_reasons() {
    let house = House::new();
    let site = house.seen_by(Role::Viewer).await;
    let form = [
        ("csrf", &*site.csrf()),
        ("label", "x"),
        ("role", "viewer"),
        ("days", "30"),
        ("present", FINE),
    ];
    let made = site.post("/account/tokens", &form).await;
    let token = made.attrs("#token", "value")[0].clone();
    let bearer = format!("Bearer {token}");
    let ring = format!("/rings/{}", site.view().rings[0].id);
    let headers = [("host", "localhost"), ("authorization", &*bearer), ("x-role", "administrator")];
    for url in [
        format!("{ring}?format=json"),
        format!("{ring}?format=json&veil=lifted&role=administrator"),
    ] {
        let answer = site.send(Method::GET, &url, &headers, "").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains("(202) 555-••••") && !answer.body.contains("+12025550118"));
    }
    let id = ring.trim_start_matches("/rings/");
    let headers = [
        ("host", "localhost"),
        ("authorization", &*bearer),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let body = encoded(&[("csrf", ""), ("what", id), ("why", "a program wants it")]);
    let asked = site.send(Method::POST, "/reveal", &headers, &body).await;
    assert_eq!(asked.status, StatusCode::BAD_REQUEST);
}

#[actix_web::test]
async fn what_is_masked_ends_with_the_session() {
    let house = House::new();
    let site = house.seen_by(Role::Viewer).await;
    let ring = format!("/rings/{}", site.view().rings[0].id);
    let id = ring.trim_start_matches("/rings/").to_owned();
    let form = [("csrf", &*site.csrf()), ("what", &*id), ("why", WHY)];
    assert_eq!(site.post("/reveal", &form).await.status, StatusCode::SEE_OTHER);
    site.post("/sign-out", &[("csrf", &site.csrf())]).await;
    let again = house.seen_by(Role::Viewer).await;
    assert!(!again.get_ok(&ring).await.body.contains("+12025550118"));
}

/// What stands in free text, in nested lists and in columns that Ringer does not know.
const ELSEWHERE: &[(AttributeKind, &str)] = &[
    (AttributeKind::Email, "hidden.box77@example.org"),
    (AttributeKind::Phone, "+12025550177"),
    (AttributeKind::Device, "burner-4417"),
    (AttributeKind::Profile, "github:watched-handle"),
];

/// How they, and what the hostile rows share, are told by the search for them.
const MARKERS: &[&str] = &[
    "hiddenbox77exampleorg",
    "noraquillexampleorg",
    "2025550177",
    "2025550171",
    "burner-4417",
    "watched-handle",
    "quillfeather-nora",
    "hostile-device-1",
    "203.0.113.71",
    "7712thistledown",
];

/// Rows that spell contact data in every way they could think of.
const HOSTILE: &str = r#"[
{"application_id": "H-1", "submitted_at": "2026-02-01T10:00:00Z", "full_name": "Nora Quillfeather", "email": "NORA.Quill@EXAMPLE.org",
 "phone": "+1 202.555.0171", "street": "7712 Thistledown Lane", "city": "Springfield", "state": "IL", "postal_code": "62701",
 "github": "https://github.com/Quillfeather-Nora", "ip": "203.0.113.71", "device_id": "HOSTILE-device-1",
 "burner": "burner-4417", "Backup mail": "hidden.box77@example.org", "note": "ask hidden.box77@example.org",
 "references": [{"name": "Ada Example", "email": "hidden.box77@example.org", "phone": "+1 202 555 0177"}],
 "profiles": [{"platform": "github", "handle": "burner-4417", "url": "https://github.com/burner-4417"}],
 "resume_text": "Write to hidden.box77@example.org or HIDDEN.BOX77＠EXAMPLE．ORG, hidden.box77%40example.org, hidden.box77 (at) example.org; call +1 (202) 555-0177, ２０２-５５５-０１７７, 202.555.0177 or 2025550177. Lives at 7712 Thistledown Lane, 7712 THISTLEDOWN LN. See github.com/quillfeather-nora."},
{"application_id": "H-2", "submitted_at": "2026-02-03T10:00:00Z", "full_name": "Otto Brandvold", "email": " nora.quill@example.org ",
 "phone": "(２０２) ５５５-０１７１", "street": "7712  thistledown ln.", "city": "Springfield", "state": "IL", "postal_code": "62701",
 "github": "quillfeather-nora", "ip": "203.0.113.71", "device_id": "hostile-device-1", "resume_text": "Builds dams."},
{"application_id": "H-3", "submitted_at": "2026-02-05T10:00:00Z", "full_name": "Petra Lindqvist petra.l@example.net", "email": "petra.l@example.net",
 "phone": "2025550171", "street": "7712 Thistledown Lane Apt B", "city": "Springfield", "state": "IL", "postal_code": "62701",
 "github": "github.com/quillfeather-nora/", "ip": "::ffff:203.0.113.71", "device_id": "hostile-device-1", "resume_text": "Paints bridges."}
]"#;

/// Pages about them.
const HOSTILE_PAGES: &[&str] = &[
    "/applicants/H-1",
    "/applicants/H-2",
    "/applicants/H-3",
    "/compare?a=H-1&b=H-2",
    "/compare?a=H-2&b=H-3",
    "/path?from=H-1&to=H-2",
    "/explore?from=H-1,H-2&sel=H-1,H-2",
    "/explore?from=H-1,H-2&format=json",
    "/search?q=quillfeather",
    "/search?q=Thistledown",
    "/search?q=petra&format=json",
    "/watch-lists?list=own",
    "/watch-lists?list=own&q=example",
];

/// An engine over made-up applications as the demo has them, over the hostile rows, and over what people wrote about them.
fn store() -> Engine {
    let folder = tempfile::tempdir().unwrap();
    let options = synth::Options { applications: 600, ..synth::Options::seed_data() };
    synth::generate(&options, folder.path()).unwrap();
    std::fs::write(folder.path().join("hostile.json"), HOSTILE).unwrap();
    let clock = Arc::new(FixedClock(NOW));
    let store = Box::new(MemoryStore::new(clock.clone()));
    let engine = Engine::open(store, Policy::default(), clock).unwrap();
    for file in ["applications.csv", "hostile.json"] {
        let input = ingest::Input::from_arg(&folder.path().join(file));
        let mut reader = ingest::open(input, &ingest::Options::default()).unwrap();
        engine.import(file, &mut reader, &mut |_| Ok(()), "test", &mut |_| ()).unwrap();
    }
    let desk: &dyn Desk = &engine;
    let id = "H-1".parse().unwrap();
    let said = "asked at hidden.box77@example.org and 202-555-0177";
    desk.check(&id, CheckItem::ALL[0], CheckResult::ALL[0], "ann", said).unwrap();
    let entry = |kind: WatchKind, value: &str| WatchEntry {
        id: WatchEntry::id_of("own", kind, value),
        list: "own".into(),
        kind,
        value: value.into(),
        aliases: vec![],
        weak_aliases: vec![],
        reason: said.into(),
        source: "ann".into(),
        grade: Grade::High,
        tlp: Tlp::Green,
        added: ringer::model::Moment(NOW.0 - 9_000),
        expires: None,
    };
    let watched = [
        entry(WatchKind::Email, "nora.quill@example.org"),
        entry(WatchKind::Phone, "+12025550171"),
        entry(WatchKind::Handle, "github:quillfeather-nora"),
        entry(WatchKind::Handle, "github:watched-handle"),
    ];
    desk.watch(watched.to_vec(), "ann").unwrap();
    let view = desk.view();
    let corpus = view.network.corpus();
    let phone = Attribute { kind: AttributeKind::Phone, value: "+12025550171".into() };
    let attribute = corpus.attribute(corpus.index_of(&phone).unwrap());
    desk.judge(Verdict::Value { attribute, verdict: ValueVerdict::KnownBad }, "ann", said).unwrap();
    engine
}
