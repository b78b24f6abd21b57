//! The pages of reports, schedules and alerts: what they show to whom, their forms and what is wrong with them. Not responsible
//! for what a real report says.

use crate::{
    accounts::House,
    made_up::{MARKER, MadeUp, schedule, slug},
    verbs::{Answer, Site},
    whole,
};
use actix_web::http::{StatusCode, header};
use ringer::{
    casework::Role,
    engine::Engine,
    ingest,
    matching::Policy,
    model::{FixedClock, ReportFormat, Turn},
    store::MemoryStore,
    web::RULES,
};
use std::sync::{Arc, LazyLock, atomic::Ordering};

/// A few applications, with a ring among them.
fn few() -> Arc<Engine> {
    static FILE: LazyLock<String> = LazyLock::new(|| {
        let mut text = "application_id,submitted_at,full_name,email,phone,street,city,state,postal_code,device_id\n".to_owned();
        let people = [
            ("Ada Quill", "12 Maple Ct,Springfield,IL,62701"),
            ("Ben Okafor", "40 Cedar Ave,Tampa,FL,33601"),
            ("Cleo Ruiz", "7 Harbor St,Phoenix,AZ,85001"),
            ("Dov Peled", "93 Lakeview Dr,Denver,CO,80201"),
        ];
        for (n, (name, place)) in people.iter().enumerate() {
            text.push_str(&format!(
                "R-{n},2026-11-1{n},{name},m{n}@example.com,+12025550118,{place},dev-9\n"
            ));
        }
        text
    });
    let clock = Arc::new(FixedClock(crate::fixture::NOW));
    let engine =
        Engine::open(Box::new(MemoryStore::new(clock.clone())), Policy::default(), clock).unwrap();
    let input = ingest::Input::stream("few.csv", FILE.as_bytes());
    let mut reader = ingest::open(input, &ingest::Options::default()).unwrap();
    engine.import("few.csv", &mut reader, &mut |_| Ok(()), "test", &mut |_| ()).unwrap();
    Arc::new(engine)
}

/// A store with a season of reports, and who makes them.
fn season() -> (House, Arc<MadeUp>) {
    let engine = few();
    let reports = Arc::new(MadeUp::season(engine.clone()));
    (House::reporting(engine, reports.clone()), reports)
}

/// The report made last.
fn last_id(house: &House) -> String {
    let view = house.site.view();
    view.reports.last_made(&slug("weekly")).unwrap().run.id.to_string()
}

fn last(house: &House) -> String {
    format!("/reports/{}", last_id(house))
}

/// A form as its page has it, with some fields as somebody typed them.
fn typed<'f>(site: &Site, fields: &[(&'f str, &'f str)]) -> Vec<(&'f str, String)> {
    let mut all = vec![
        ("csrf", site.csrf()),
        ("name", "monthly".to_owned()),
        ("preset", "monthly".to_owned()),
        ("cron", String::new()),
        ("zone", "Europe/Berlin".to_owned()),
        ("to", "ben@example.org\r\nhttps://hooks.example.net/x".to_owned()),
        ("filter", String::new()),
        ("html", "on".to_owned()),
    ];
    for (name, value) in fields {
        match all.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => (*value).clone_into(old),
            None => all.push((name, (*value).to_owned())),
        }
    }
    all
}

async fn send(site: &Site, url: &str, fields: &[(&str, &str)]) -> Answer {
    let form = typed(site, fields);
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    site.post(url, &form).await
}

#[actix_web::test]
async fn an_empty_store_says_what_a_report_is_and_how_to_get_one() {
    let engine = whole::empty();
    let house = House::reporting(engine.clone(), Arc::new(MadeUp::new(engine)));
    let sue = house.seen_by(Role::Supervisor).await;
    let page = sue.get_ok("/reports").await;
    assert!(page.attrs("main a", "href").contains(&"/reports/new".to_owned()));
    assert!(page.text(".empty").contains("ringer report schedule add"));
    let viewer = house.seen_by(Role::Viewer).await;
    let page = viewer.get_ok("/reports").await;
    assert!(!page.attrs("main a", "href").contains(&"/reports/new".to_owned()));
    assert!(page.text(".empty").contains("A supervisor"));
    assert!(viewer.get_ok("/reports/alerts").await.text(".empty").contains("A supervisor"));
}

#[actix_web::test]
async fn the_newest_report_comes_first_then_every_run_with_what_failed_as_loud_as_what_did_not() {
    let (house, _) = season();
    let site = house.seen_by(Role::Investigator).await;
    let page = site.get_ok("/reports").await;
    assert!(page.text(".newest .verdict").starts_with("Two rings wait for a decision"));
    let counts = page.texts(".newest .figures div");
    assert_eq!(counts.len(), 3, "{counts:?}");
    assert!(page.attrs(".newest .figures a", "href")[0].starts_with(&last(&house)));
    let rows = page.texts(".report-runs tbody tr");
    assert_eq!(rows.len(), 7);
    assert!(rows[0].contains("Failed: the journal could not be read"), "{}", rows[0]);
    assert!(rows[1].contains("1 failed, is tried again") && rows[1].contains("2 delivered"));
    assert!(rows.iter().any(|row| row.contains("2 earlier runs were missed")));
    assert!(page.text(".note.loud").contains("2 reports and alerts have not come"));
    let cards = page.texts(".schedules .card");
    assert!(cards[0].contains("daily") && cards[0].contains("nobody reads it"), "{cards:?}");
    assert!(cards[1].contains("Next") && cards[1].contains("America/New_York"), "{cards:?}");
    assert!(cards[1].contains("UTC"), "{cards:?}");
    let mark = page.text("nav[aria-label=Main] a[href='/reports']");
    assert!(mark.contains("deliveries failed") && mark.contains("2 alerts within a day"), "{mark}");

    let tab = site.get_ok("/reports?schedule=daily").await;
    assert_eq!(tab.texts(".report-runs tbody tr").len(), 1);
    for nothing in ["/reports?schedule=nobody", "/reports?schedule=..%2f", "/reports?schedule=A+b"]
    {
        assert_eq!(site.get(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
}

#[actix_web::test]
async fn a_report_shows_each_section_with_evidence_and_the_innocent_beside_it() {
    let (house, _) = season();
    let site = house.seen_by(Role::Investigator).await;
    let page = site.get_ok(&last(&house)).await;
    assert_eq!(page.texts("h1").len(), 1);
    assert!(page.text(".report-head .verdict").starts_with("Two rings wait"));
    let headings = page.texts(".report-section h2");
    assert_eq!(headings[0], "Needs a decision 3");
    assert_eq!(headings.last().unwrap(), "How it was made");
    let contents = page.texts(".contents li");
    assert_eq!((&*contents[0], &*contents[1]), ("Needs a decision 3", "New rings 0"));
    let line = &page.texts(".said-lines > li")[0];
    for said in ["To do a supervisor decides", "5 grounds", "Innocent, if they live in one house"] {
        assert!(line.contains(said), "{said}: {line}");
    }
    let ring = format!("/rings/{}", site.view().rings[0].id);
    assert!(page.attrs(".said-lines a", "href").contains(&ring));
    assert!(page.attrs(".grounds a", "href")[0].starts_with("/attributes/att_"));
    assert_eq!(page.texts(".report-section figure svg").len(), 1);
    assert!(page.texts(".report-section figure details table").len() == 1);
    assert!(
        page.text("section[aria-labelledby=made]").contains(&format!("again {}", last_id(&house)))
    );
    let posts = page.texts(".deliveries tbody tr").join(" ");
    assert!(posts.contains("All 3 tries") && posts.contains("connection refused"), "{posts}");
    // What a file of somebody else could say leads nowhere and is no markup.
    assert!(!page.body.contains("href=\"//evil.example") && !page.body.contains("<b>elsewhere"));
    assert!(page.body.contains("&lt;b&gt;elsewhere") || page.body.contains("&#60;b&#62;elsewhere"));
}

#[actix_web::test]
async fn a_viewer_sees_no_contact_data_of_a_report_and_nobody_sees_a_sealed_value() {
    let (house, _) = season();
    let [viewer, investigator] =
        [house.seen_by(Role::Viewer).await, house.seen_by(Role::Investigator).await];
    let page = viewer.get_ok(&last(&house)).await;
    assert!(!page.body.contains(MARKER), "{}", page.text(".grounds"));
    assert!(page.text(".veil").contains("Contact data is masked"));
    assert!(page.texts(".grounds li").iter().any(|said| said.contains("@example.com")));
    let page = investigator.get_ok(&last(&house)).await;
    assert_eq!(page.body.matches(MARKER).count(), 3, "mailbox, handle and device");
    assert!(!page.body.contains(&format!("acct:{MARKER}")));
    // The secret of a webhook and a path of the server are for those alone who set them.
    for (role, may) in [(Role::Investigator, false), (Role::Supervisor, true)] {
        let site = house.seen_by(role).await;
        for url in [last(&house), "/reports/schedules/weekly".to_owned()] {
            let body = site.get_ok(&url).await.body;
            assert_eq!(body.contains("s3cret"), may, "{role} {url}");
            assert_eq!(body.contains("/srv/reports"), may, "{role} {url}");
        }
    }
}

#[actix_web::test]
async fn a_report_to_keep_is_a_file_or_is_not_found() {
    let (house, _) = season();
    let site = house.seen_by(Role::Viewer).await;
    for format in ReportFormat::ALL {
        let url = format!("{}/{format}", last(&house));
        let answer = site.get(&url).await;
        let is_made = ringer::reports::render::FORMS.iter().any(|form| form.format == *format);
        if is_made {
            assert_eq!(answer.status, StatusCode::OK, "{url}");
            let name = answer.headers.get(header::CONTENT_DISPOSITION).unwrap().to_str().unwrap();
            assert!(name.starts_with("attachment; filename=\"ringer-weekly-"), "{name}");
            assert!(!answer.body.contains(MARKER), "{url}");
        } else {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{url}");
        }
    }
    for url in [
        format!("{}/exe", last(&house)),
        "/reports/rep_000000000000".to_owned(),
        "/reports/rep_000000000000/html".to_owned(),
        "/reports/nonsense".to_owned(),
        "/reports/schedules/nobody".to_owned(),
        "/reports/alerts/rules/nobody".to_owned(),
    ] {
        assert_eq!(site.get(&url).await.status, StatusCode::NOT_FOUND, "{url}");
    }
}

#[actix_web::test]
async fn what_cannot_be_read_or_was_not_made_is_said_with_the_way_out() {
    let (house, reports) = season();
    reports.is_broken.store(true, Ordering::Relaxed);
    let site = house.seen_by(Role::Supervisor).await;
    let page = site.get_ok(&last(&house)).await;
    let said = page.text(".note.loud");
    assert!(said.contains("cannot be read") && said.contains("ringer report again"), "{said}");
    site.get_ok("/reports").await;
    let failed = format!("/reports/{}", ringer::model::ReportId::derive("failed"));
    let page = site.get_ok(&failed).await;
    assert!(page.text(".verdict").contains("the journal could not be read"));
    let answer = site.post("/reports/schedules/weekly/run", &[("csrf", &site.csrf())]).await;
    assert_eq!(answer.location(), "/reports/schedules/weekly");
    let page = site.get_ok(answer.location()).await;
    assert!(page.text(".flash").contains("the disk is full"));
    let format = format!("{}/html", last(&house));
    assert!(site.get(&format).await.status.is_client_error());
}

#[actix_web::test]
async fn a_schedule_is_looked_at_made_changed_paused_resumed_and_removed() {
    let (house, _) = season();
    let site = house.seen_by(Role::Supervisor).await;
    let page = site.get_ok("/reports/new").await;
    assert_eq!(page.texts(".next-runs li").len(), 5);
    let zones = page.attrs("datalist#zones option", "value");
    assert!(zones.len() > 200 && zones.contains(&"America/New_York".to_owned()), "{}", zones.len());

    let looked = send(&site, "/reports/new", &[("go", "look")]).await;
    assert_eq!(looked.status, StatusCode::OK);
    assert!(looked.text(".note").contains("Not saved yet"));
    assert!(looked.texts(".next-runs li")[0].contains("Europe/Berlin"));
    assert!(looked.text("section[aria-labelledby=who]").contains("counts and links only"));
    let folder = [("go", "look"), ("to", "folder:/srv/reports")];
    let looked = send(&site, "/reports/new", &folder).await.text("section[aria-labelledby=who]");
    assert!(looked.contains("Nothing reaches it yet: no folder may be written to"), "{looked}");
    assert!(!site.view().reports.schedules().contains_key(&slug("monthly")));

    let made = send(&site, "/reports/new", &[]).await;
    assert_eq!(
        (made.status, made.location()),
        (StatusCode::SEE_OTHER, "/reports/schedules/monthly")
    );
    let monthly = site.view().reports.schedules()[&slug("monthly")].clone();
    assert_eq!((&*monthly.is.cron, monthly.is.to.len()), ("0 7 1 * *", 2));
    assert_eq!(monthly.by, "supervisor");
    let page = site.get_ok(made.location()).await;
    assert!(page.text(".flash").contains("Schedule monthly is made"));
    assert!(page.text(".verdict").starts_with("The next report is due"));

    let seen = page.attrs("input[name=seen]", "value").swap_remove(0);
    let url = "/reports/schedules/monthly";
    let changed = [("preset", "own"), ("cron", "30  6 * * MON-FRI"), ("seen", &*seen)];
    assert_eq!(send(&site, url, &changed).await.status, StatusCode::SEE_OTHER);
    assert_eq!(site.view().reports.schedules()[&slug("monthly")].is.cron, "30 6 * * MON-FRI");
    // From a page that is older: what was typed stays, and nothing is changed unseen.
    let stale = send(&site, url, &[("preset", "daily"), ("seen", &*seen)]).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.text("#wrong").contains("supervisor changed this schedule"));
    assert_eq!(site.view().reports.schedules()[&slug("monthly")].is.cron, "30 6 * * MON-FRI");

    let csrf = site.csrf();
    let turn = format!("{url}/turn");
    let why = [("csrf", &*csrf), ("turn", "paused"), ("why", " ")];
    assert_eq!(site.post(&turn, &why).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let why = [("csrf", &*csrf), ("turn", "paused"), ("why", "holidays")];
    assert_eq!(site.post(&turn, &why).await.location(), url);
    let page = site.get_ok(url).await;
    assert!(page.text("main").contains("Paused on 2026-11-23 by supervisor: holidays"));
    assert!(page.texts(".next-runs li").is_empty());
    assert_eq!(page.attrs(".flash form", "action"), std::slice::from_ref(&turn), "Undo resumes it");
    let twice = site.post(&turn, &why).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let resumed = [("csrf", &*csrf), ("turn", "resumed")];
    assert_eq!(site.post(&turn, &resumed).await.status, StatusCode::SEE_OTHER);
    let odd = [("csrf", &*csrf), ("turn", "sideways"), ("why", "x")];
    assert_eq!(site.post(&turn, &odd).await.status, StatusCode::BAD_REQUEST);
    let removed = [("csrf", &*csrf), ("turn", "removed"), ("why", "nobody reads it")];
    assert_eq!(site.post(&turn, &removed).await.location(), "/reports");
    assert_eq!(site.get(url).await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn a_form_that_cannot_be_taken_comes_back_filled_in_with_what_is_wrong_at_its_field() {
    let (house, _) = season();
    let site = house.seen_by(Role::Supervisor).await;
    for (field, value, place) in [
        ("name", "My Week", "name"),
        ("name", "weekly", "name"),
        ("zone", "Mars/Olympus", "zone"),
        ("to", "ann@example.com\nnobody", "to"),
        ("filter", "size=3", "filter"),
        ("html", "", "formats"),
    ] {
        let answer = send(&site, "/reports/new", &[(field, value)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
        assert!(!answer.text(&format!("#{place}-wrong")).is_empty());
        assert_eq!(answer.attrs("#wrong a", "href"), [format!("#{place}")]);
        assert_eq!(answer.texts(&format!("[id='{place}']")).len(), 1);
        let kept = answer.attrs("input[type=text]", "value").join("|") + &answer.text("textarea");
        assert!(
            value.is_empty() || kept.contains(value.split('\n').next_back().unwrap()),
            "{kept}"
        );
    }
    for cron in ["", "0 7 * *", "99 7 * * *", "0 7 * * * *"] {
        let answer = send(&site, "/reports/new", &[("preset", "own"), ("cron", cron)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{cron}");
        assert!(!answer.text("#cron-wrong").is_empty());
    }
    assert_eq!(site.view().reports.schedules().len(), 2);
    for (field, value, place) in [
        ("kind", "noise", "kind"),
        ("number", "1", "number"),
        ("hourly", "-1", "hourly"),
        ("name", "gains", "name"),
    ] {
        let kind = if field == "kind" { value } else { "return" };
        let csrf = site.csrf();
        let mut form =
            vec![("csrf", &*csrf), ("name", "r2"), ("kind", kind), ("number", ""), ("hourly", "5")];
        form.iter_mut().filter(|(name, _)| *name == field).for_each(|(_, old)| *old = value);
        let answer = site.post("/reports/alerts/new", &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
        assert!(!answer.text(&format!("#{place}-wrong")).is_empty());
    }
}

#[actix_web::test]
async fn a_report_is_made_now_and_what_failed_is_delivered_once_more() {
    let (house, _) = season();
    let site = house.seen_by(Role::Supervisor).await;
    let csrf = site.csrf();
    let parcel = last_id(&house);
    let answer = site.post("/reports/deliver", &[("csrf", &csrf), ("parcel", &parcel)]).await;
    assert_eq!(answer.location(), last(&house));
    let page = site.get_ok(answer.location()).await;
    assert_eq!(page.texts(".deliveries .post.delivered").len(), 3);
    assert!(page.texts("form.try-again").is_empty(), "nothing is left to try");

    let made = site.post("/reports/schedules/weekly/run", &[("csrf", &csrf)]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let page = site.get_ok(made.location()).await;
    assert!(page.text("section[aria-labelledby=made]").contains("supervisor asked for it"));
    let history = site.get_ok("/reports/schedules/weekly").await;
    assert_eq!(history.texts(".report-runs tbody tr").len(), 7);

    for parcel in ["rep_000000000000", "alr_000000000000", "x", ""] {
        let answer = site.post("/reports/deliver", &[("csrf", &csrf), ("parcel", parcel)]).await;
        assert!(answer.status.is_client_error(), "{parcel}");
    }
    let nobody = site.post("/reports/schedules/nobody/run", &[("csrf", &csrf)]).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn alerts_say_what_happened_where_it_leads_and_what_was_held_back() {
    let (house, _) = season();
    let site = house.seen_by(Role::Supervisor).await;
    let page = site.get_ok("/reports/alerts").await;
    assert!(page.text(".verdict").starts_with("2 alerts within a day"));
    let rows = page.texts(".alerts > li");
    assert!(
        rows[0].contains("held back") && rows[1].contains("failed, is tried again"),
        "{rows:?}"
    );
    let ring = format!("/rings/{}", site.view().rings[0].id);
    assert!(page.attrs(".alerts a.about", "href").contains(&ring));
    let form = page.forms().into_iter().find(|form| form.action == "/reports/deliver").unwrap();
    assert_eq!(site.fill_in(&form).await.location(), "/reports/alerts");

    let csrf = site.csrf();
    let form = [
        ("csrf", &*csrf),
        ("name", "doors"),
        ("kind", "address_identities"),
        ("number", "4"),
        ("to", "ann@example.com"),
        ("hourly", "5"),
    ];
    let made = site.post("/reports/alerts/new", &form).await;
    assert_eq!(made.location(), "/reports/alerts/rules/doors", "{}", made.body);
    assert_eq!(site.view().reports.rules()[&slug("doors")].is.number, 4);
    let turn = [("csrf", &*csrf), ("turn", "paused"), ("why", "too many")];
    site.post("/reports/alerts/rules/doors/turn", &turn).await;
    let page = site.get_ok("/reports/alerts?rule=doors").await;
    assert!(page.text(".schedules").contains("too many"));
    assert!(page.texts(".alerts > li").is_empty());
}

#[actix_web::test]
async fn whoever_may_not_set_schedules_sees_no_form_for_it_and_no_form_works_without_its_secret() {
    let (house, _) = season();
    for role in [Role::Viewer, Role::Investigator] {
        let site = house.seen_by(role).await;
        let urls = [
            "/reports",
            "/reports/schedules/weekly",
            "/reports/alerts",
            "/reports/alerts/rules/gains",
            &last(&house),
        ];
        for url in urls {
            let page = site.get_ok(url).await;
            let forms = page.attrs("main form[method=post]", "action");
            assert!(
                forms.iter().all(|form| !form.starts_with("/reports")),
                "{role} {url}: {forms:?}"
            );
        }
    }
    let sue = house.seen_by(Role::Supervisor).await;
    let before = sue.view().reports.clone();
    let posts =
        RULES.iter().filter(|rule| rule.method == "POST" && rule.path.starts_with("/reports"));
    for rule in posts {
        let url = rule.path.replace("{name}", "weekly");
        let answer = send(&sue, &url, &[("csrf", "wrong")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{url}");
    }
    assert_eq!(*sue.view().reports, *before);
}

#[actix_web::test]
async fn a_server_without_reports_says_so_and_what_to_do_instead() {
    let engine = few();
    engine.set_schedule(schedule("weekly"), "sue").unwrap();
    engine.turn_schedule(&slug("weekly"), Turn::Paused, "sue", "for now").unwrap();
    let house = House::over(engine);
    let site = house.seen_by(Role::Supervisor).await;
    assert!(site.get_ok("/reports").await.text(".schedules .note").contains("ringer report run"));
    assert!(
        site.get_ok("/reports/schedules/weekly")
            .await
            .text("main")
            .contains("ringer report run weekly")
    );
    let answer = site.post("/reports/schedules/weekly/run", &[("csrf", &site.csrf())]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[actix_web::test]
async fn every_page_has_one_heading_names_for_its_fields_and_captions() {
    let (house, _) = season();
    for role in [Role::Viewer, Role::Supervisor] {
        let site = house.seen_by(role).await;
        let mut urls = vec![
            "/reports".to_owned(),
            "/reports?schedule=weekly&page=9".to_owned(),
            "/reports/schedules/daily".to_owned(),
            "/reports/schedules/weekly".to_owned(),
            "/reports/alerts".to_owned(),
            "/reports/alerts/rules/gains".to_owned(),
            last(&house),
        ];
        if role == Role::Supervisor {
            urls.extend(["/reports/new".to_owned(), "/reports/alerts/new".to_owned()]);
        }
        for url in urls {
            let page = site.get_ok(&url).await;
            assert_eq!(page.texts("h1").len(), 1, "{url}");
            assert_eq!(page.texts("table").len(), page.texts("table > caption").len(), "{url}");
            let ids = page.attrs("[id]", "id");
            let unique: std::collections::BTreeSet<&String> = ids.iter().collect();
            assert_eq!(ids.len(), unique.len(), "{url}: {ids:?}");
            for named in page.attrs("[aria-labelledby], [aria-describedby]", "aria-labelledby") {
                assert!(ids.contains(&named), "{url}: {named}");
            }
            for link in page.attrs("main a[href^='#']", "href") {
                assert!(ids.contains(&link[1..].to_owned()), "{url}: {link}");
            }
            for link in page.attrs("main a[href^='/']", "href") {
                let link = link.split('#').next().unwrap();
                let there = site.get(link).await;
                let keeps = link.ends_with("/html")
                    || ReportFormat::ALL.iter().any(|f| link.ends_with(&format!("/{f}")));
                assert!(
                    there.status.is_success() || there.status.is_redirection() || keeps,
                    "{url}: {link}"
                );
            }
        }
    }
}
