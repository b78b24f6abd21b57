//! Retention, holds, erasing and requests for access on the web, over a real engine.

use crate::{accounts::House, verbs::Site};
use actix_web::http::StatusCode;
use ringer::{
    casework::Role,
    engine::Engine,
    ingest::{self, Input, Options},
    matching::Policy,
    model::{FixedClock, Moment, Seq},
    store::MemoryStore,
    web::Desk,
};
use std::{fmt::Write, io::Cursor, sync::Arc};

/// Five people with one device and one account, who applied long ago.
fn rows() -> String {
    const NAMES: [&str; 5] = ["Ada Quill", "Bruno Tarn", "Cleo Holt", "Edgar Okafor", "Fenna Sand"];
    let mut text = String::from(
        "application_id,full_name,email,phone,device_id,bank_account_hash,submitted_at\n",
    );
    for (n, name) in NAMES.iter().enumerate() {
        let mail = name.to_lowercase().replace(' ', ".");
        writeln!(
            text,
            "A{n},{name},{mail}@example.com,202-555-01{n}0,device-1,account-1,2019-01-0{}",
            n + 1
        )
        .unwrap();
    }
    text
}

fn house() -> (House, Arc<Engine>) {
    let clock = Arc::new(FixedClock(Moment(1_795_392_000)));
    let store = MemoryStore::new(clock.clone());
    let engine = Engine::open(Box::new(store), Policy::default(), clock).unwrap();
    let input = Input::stream("rows.csv", Cursor::new(rows().into_bytes()));
    let mut reader = ingest::open(input, &Options::default()).unwrap();
    engine.import("rows.csv", &mut reader, &mut |_| Ok(()), "ann", &mut |_| {}).unwrap();
    let engine = Arc::new(engine);
    let desk: Arc<dyn Desk> = engine.clone();
    (House::over(desk), engine)
}

async fn sent(site: &Site, url: &str, form: &[(&str, &str)]) -> crate::verbs::Answer {
    let csrf = site.csrf();
    site.post(url, &[&[("csrf", &*csrf)], form].concat()).await
}

fn id(engine: &Engine, application: &str) -> String {
    let view = engine.view();
    view.network.applicant(view.applicant(application).unwrap()).id.to_string()
}

#[actix_web::test]
async fn a_supervisor_looks_holds_releases_and_erases_and_the_page_tells_each() {
    let (house, engine) = house();
    let site = house.seen_by(Role::Supervisor).await;
    let who = id(&engine, "A0");
    let page = site.get_ok(&format!("/applicants/{who}")).await;
    let ways = page.attrs("#main a[href]", "href");
    assert!(ways.contains(&format!("/applicants/{who}/erase")), "{ways:?}");
    let url = format!("/applicants/{who}/erase");
    assert!(site.get_ok(&url).await.text(".verdict").contains("It may be erased"));

    let back = sent(&site, "/holds", &[("on", &who), ("why", "a claim"), ("back", &url)]).await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, url.as_str()));
    let page = site.get_ok(&url).await;
    assert!(page.text(".verdict").contains("Held") && page.texts("form button.danger").is_empty());
    let refused = sent(&site, &url, &[("why", "asked"), ("despite_floor", "yes")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    let page = site.get_ok("/privacy").await;
    let release = page.attrs("form[action^='/holds/']", "action");
    assert_eq!(release.len(), 1);
    let back = sent(&site, &release[0], &[("why", "settled")]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);

    for (form, status) in [
        (vec![("why", " ")], StatusCode::UNPROCESSABLE_ENTITY),
        (vec![("why", "asked"), ("basis", "whim")], StatusCode::BAD_REQUEST),
        (vec![("why", "asked"), ("file", "../x")], StatusCode::BAD_REQUEST),
        (vec![("why", "asked"), ("file", &"0".repeat(64))], StatusCode::NOT_FOUND),
        (vec![("why", "Ada Quill asked")], StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = sent(&site, &url, &form).await;
        assert!(
            answer.status == status || answer.status == StatusCode::BAD_REQUEST,
            "{form:?}: {}",
            answer.status
        );
        assert!(engine.view().applicant("A0").is_some());
    }
    let done = sent(&site, &url, &[("why", "asked for it in writing")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/privacy"));
    assert!(engine.view().applicant("A0").is_none());
    engine.verify().unwrap();
    let page = site.get_ok("/privacy").await;
    assert!(page.body.contains("asked for it in writing") && page.body.contains("era_"));
    assert!(!page.body.contains("Quill"));
    let gone = site.get(&url).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    for url in ["/", "/search?q=quill", "/judgements", "/cases"] {
        assert!(!site.get_ok(url).await.texts("#main")[0].contains("Quill"), "{url}");
    }
}

#[actix_web::test]
async fn a_hold_on_nothing_that_is_there_or_with_a_day_that_is_none_is_refused() {
    let (house, engine) = house();
    let site = house.seen_by(Role::Supervisor).await;
    let before = engine.view().seq;
    for (form, status) in [
        (vec![("on", "nobody"), ("why", "x")], StatusCode::NOT_FOUND),
        (vec![("on", "ring_000000000000"), ("why", "x")], StatusCode::NOT_FOUND),
        (vec![("on", "cas_000000000000"), ("why", "x")], StatusCode::NOT_FOUND),
        (vec![("on", ""), ("why", "x")], StatusCode::NOT_FOUND),
        (vec![("on", "A1"), ("why", "x"), ("until", "soon")], StatusCode::BAD_REQUEST),
        (
            vec![("on", "A1"), ("why", "x"), ("until", "1999-01-01")],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        assert_eq!(sent(&site, "/holds", &form).await.status, status, "{form:?}");
    }
    assert!(sent(&site, "/holds", &[("on", "A1"), ("why", " ")]).await.status.is_client_error());
    assert_eq!(engine.view().seq, before);
    let back =
        sent(&site, "/holds", &[("on", "everything"), ("why", "x"), ("back", "//evil.example")])
            .await;
    assert_eq!(back.location(), "/privacy");
    assert!(engine.view().seq > Seq(before.0));
}

#[actix_web::test]
async fn the_letter_is_there_to_print_and_its_data_to_download_and_neither_names_others() {
    let (house, engine) = house();
    let site = house.seen_by(Role::Supervisor).await;
    let url = format!("/applicants/{}/subject-access", id(&engine, "A0"));
    let page = site.get_ok(&url).await;
    let letter = page.text("article");
    assert!(letter.contains("Ada Quill") && letter.contains("Your rights"), "{letter}");
    let data = site.get_ok(&format!("{url}?format=json")).await;
    assert!(data.headers.get("content-disposition").is_some());
    for other in ["Bruno", "Holt", "okafor", "202-555-0120"] {
        assert!(!letter.contains(other) && !data.body.contains(other), "{other}");
    }
    for bad in ["?format=xml", "?referrals=maybe"] {
        assert_eq!(site.get(&format!("{url}{bad}")).await.status, StatusCode::BAD_REQUEST);
    }
    for role in [Role::Viewer, Role::Investigator] {
        let site = house.seen_by(role).await;
        assert_eq!(site.get(&url).await.status, StatusCode::FORBIDDEN);
        let page = site.get_ok(&format!("/applicants/{}", id(&engine, "A0"))).await;
        assert!(!page.body.contains("/subject-access") && !page.body.contains("/erase"));
    }
}

#[actix_web::test]
async fn kept_packages_that_name_somebody_are_listed_and_go_with_them() {
    let (house, engine) = house();
    let site = house.seen_by(Role::Supervisor).await;
    let kept = |id: &str| house.folder.path().join("referrals").join(id);
    let put = |id: &str, row: &str| {
        std::fs::create_dir_all(kept(id).join("tables")).unwrap();
        std::fs::write(kept(id).join("tables/rows.csv"), row).unwrap();
        std::fs::write(kept(&format!("{id}.zip")), "a zip").unwrap();
    };
    let (theirs, of_others) = ("ref_000000000001", "ref_000000000002");
    put(theirs, "application_id\nA0\n");
    put(of_others, "application_id\nA01\nXA0\n");
    let url = format!("/applicants/{}/erase", id(&engine, "A0"));
    let said = site.get_ok(&url).await.text(".gone-packages");
    assert!(said.contains(theirs) && !said.contains(of_others), "{said}");
    sent(&site, &url, &[("why", "Ada Quill asked")]).await;
    assert!(kept(theirs).exists(), "nothing goes when it is refused");
    let done = sent(&site, &url, &[("why", "asked for it in writing")]).await;
    assert_eq!(done.location(), "/privacy");
    let flash = site.get_ok("/privacy").await.text(".flash p");
    assert!(flash.contains("1 kept package: ref_000000000001"), "{flash}");
    assert!(!kept(theirs).exists() && !kept(&format!("{theirs}.zip")).exists());
    assert!(kept(of_others).exists() && kept(&format!("{of_others}.zip")).exists());
}
