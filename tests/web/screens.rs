//! What each page shows.

use crate::{
    fixture::{HOSTILE, dissolved_id, large_view, merged_id},
    verbs::Site,
};
use actix_web::http::StatusCode;
use ringer::model::{ApplicantIx, Attribute, AttributeKind, PairVerdict, Verdict};

fn ring_url(site: &Site, at: usize) -> String {
    format!("/rings/{}", site.view().rings[at].id)
}

fn applicant_url(site: &Site, at: usize) -> String {
    format!("/applicants/{}", site.view().network.applicant(ApplicantIx::new(at)).id)
}

fn attribute_url(kind: AttributeKind, value: &str) -> String {
    format!("/attributes/{}", Attribute { kind, value: value.into() }.id())
}

#[actix_web::test]
async fn the_queue_says_how_much_waits_and_lists_the_best_supported_ring_first() {
    let site = Site::new();
    let page = site.get_ok("/").await;
    assert!(page.text("main > .verdict").starts_with("2 rings wait for a decision"));
    let rows = page.texts("table.queue tbody tr");
    assert_eq!(rows.len(), 2);
    assert!(rows[0].contains("9 identities share") && rows[0].contains("2 phones"), "{}", rows[0]);
    assert!(rows[1].contains("3 identities share"), "{}", rows[1]);
}

#[actix_web::test]
async fn the_queue_filters_by_status_size_and_kind() {
    let site = Site::new();
    for (query, n) in [
        ("status=confirmed", 0),
        ("status=all", 2),
        ("min=4", 1),
        ("kind=payment_account", 1),
        ("kind=payment_account&min=4", 0),
    ] {
        let page = site.get_ok(&format!("/?{query}")).await;
        assert_eq!(page.texts("table.queue tbody tr").len(), n, "{query}");
    }
    for query in ["status=maybe", "kind=shoe", "min=many", "min=-1", "min=1&min=2"] {
        let page = site.get(&format!("/?{query}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(!page.attrs("main a", "href").is_empty(), "a way out of {query}");
    }
}

#[actix_web::test]
async fn a_ring_shows_its_verdict_first_then_for_and_against_then_everything_it_rests_on() {
    let site = Site::new();
    let page = site.get_ok(&ring_url(&site, 0)).await;
    let verdict = page.text(".headline .verdict");
    assert!(verdict.starts_with("9 claimed identities share 1 device, 2 phones"), "{verdict}");
    assert!(page.attrs(".headline .verdict a", "href").contains(&"#members".to_owned()));
    let headings = page.texts("main h2");
    let at = |text: &str| {
        headings
            .iter()
            .position(|h| h.contains(text))
            .unwrap_or_else(|| panic!("{text}: {headings:?}"))
    };
    let order = [
        "9 members",
        "The ring in two sentences",
        "Speaks for it",
        "Speaks against it",
        "holds it together",
        "members share",
        "Indicators",
        "Links and their evidence",
        "Decide",
        "Gates",
        "History",
    ];
    assert!(order.map(at).is_sorted(), "{headings:?}");
    assert!(page.attrs(".headline a", "href").contains(&"#decide".to_owned()));
    let against = page.text(".scales .against");
    assert!(
        against.contains("-28.0 bits together") && against.contains("It leans on"),
        "{against}"
    );
    let holds = page.texts("section[aria-labelledby=holds] li").join(" ");
    assert!(holds.contains("A weak bridge") && holds.contains("Read the two sides as two parts"));
    assert!(page.text("main").contains("as of fact 173 under policy 3fa91c07be52"));
}

#[actix_web::test]
async fn every_link_of_a_ring_opens_into_evidence_that_adds_up_to_its_score() {
    let site = Site::new();
    let view = site.view();
    assert_eq!(view.rings[0].links.len(), 20);
    let mut all = String::new();
    for n in 1..=5 {
        let page = site.get_ok(&format!("{}?links={n}", ring_url(&site, 0))).await;
        assert_eq!(page.texts("details.link").len(), 4, "page {n}");
        all.push_str(&page.body);
    }
    let html = scraper::Html::parse_document(&all);
    let select = |s: &str| scraper::Selector::parse(s).unwrap();
    for details in html.select(&select("details.link")) {
        let number = |e: scraper::ElementRef<'_>| -> f64 {
            let text: String = e.text().collect();
            text.split_whitespace().next().unwrap().trim_end_matches("bits").parse().unwrap()
        };
        let score = number(details.select(&select(".score")).next().unwrap());
        let sum: f64 = details.select(&select("td.bits")).map(number).sum();
        assert!((score - sum).abs() < 0.051 * 6.0, "{score} {sum}");
        assert!(
            details.select(&select("tr.against")).next().is_some(),
            "counter-evidence is shown"
        );
    }
}

#[actix_web::test]
async fn the_drawing_has_every_member_and_shared_thing_as_a_link() {
    let site = Site::new();
    let page = site.get_ok(&ring_url(&site, 0)).await;
    let view = site.view();
    let ring = &view.rings[0];
    let drawn = page.attrs("svg.network .nodes a", "href");
    assert_eq!(drawn.len(), ring.members.len() + ring.artefacts.len());
    for &member in &ring.members {
        let url =
            format!("/rings/{}?focus={}#evidence", ring.id, view.network.applicant(member).id);
        assert!(drawn.contains(&url), "{url}");
    }
    assert_eq!(page.attrs("svg.network path.near", "d").len(), 2);
    assert_eq!(page.attrs("svg.network path.bridge", "d").len(), 1);
    assert!(!page.texts("svg.network > title").is_empty());
}

#[actix_web::test]
async fn a_ring_too_large_to_draw_says_what_is_left_out_and_lists_it_a_page_at_a_time() {
    let site = Site::showing(|_| large_view(700));
    let url = ring_url(&site, 0);
    let page = site.get_ok(&url).await;
    assert!(page.attrs("svg.network .nodes a", "href").len() <= 300);
    let said = page.texts(".drawing figcaption p").join(" ");
    assert!(said.contains("drawn as one node") && said.contains("not drawn"), "{said}");
    assert!(page.body.len() < 200_000, "{}", page.body.len());
    let table = site.get_ok(&format!("{url}?view=table")).await;
    assert_eq!(table.texts("table.members tbody tr[data-row]").len(), 50);
    let next = site.get_ok(&format!("{url}?view=table&members=14")).await;
    assert!(next.text(".bench").contains("651 to 700 of 700"));
}

#[actix_web::test]
async fn a_merged_ring_leads_to_the_one_it_went_into_and_says_so() {
    let site = Site::new();
    let moved = site.get(&format!("/rings/{}", merged_id())).await;
    assert_eq!(moved.status, StatusCode::PERMANENT_REDIRECT);
    let page = site.get_ok(moved.location()).await;
    assert!(page.text("main > .note").contains(&merged_id().to_string()));
    // A note cannot be made up.
    let page = site.get_ok(&format!("{}?was={}", ring_url(&site, 0), dissolved_id())).await;
    assert!(page.texts("main > .note").is_empty());
}

#[actix_web::test]
async fn a_dissolved_ring_says_what_became_of_it_and_where_its_members_are() {
    let site = Site::new();
    let page = site.get(&format!("/rings/{}", dissolved_id())).await;
    assert_eq!(page.status, StatusCode::GONE);
    let text = page.text("main");
    assert!(text.contains("It dissolved on 2026-11-08 (fact 140)"), "{text}");
    assert!(!page.attrs("main a[href^='/applicants/']", "href").is_empty());
}

#[actix_web::test]
async fn what_does_not_exist_is_not_found_and_offers_ways_out() {
    let site = Site::new();
    for url in [
        "/rings/ring_000000000000",
        "/rings/nonsense",
        "/applicants/apt_000000000000",
        "/applicants/NO-SUCH",
        "/attributes/att_000000000000",
        "/compare?a=NO-SUCH&b=APP-1000",
        "/path?from=NO-SUCH&to=APP-1000",
        "/static/0000000000000000/css/base.css",
        "/nowhere",
        "/rings/%3Cscript%3E",
        "/rings/%FF%FE",
    ] {
        let page = site.get(url).await;
        assert!(
            matches!(page.status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST),
            "{url} {}",
            page.status
        );
        assert!(page.attrs("main a", "href").contains(&"/".to_owned()), "{url}");
    }
}

#[actix_web::test]
async fn an_applicant_shows_what_it_shares_whom_it_is_linked_to_and_what_it_wrote() {
    let site = Site::new();
    let page = site.get_ok(&applicant_url(&site, 0)).await;
    assert_eq!(page.texts("details.application").len(), 2);
    let verdict = page.text(".verdict");
    assert!(verdict.contains("2 applications") && verdict.contains("ring of"), "{verdict}");
    assert!(page.text("section[aria-labelledby=applications]").contains("november.csv, row 1"));
    // The application's own id leads there too.
    let moved = site.get("/applicants/APP-1001").await;
    assert_eq!(moved.location(), applicant_url(&site, 0));
}

#[actix_web::test]
async fn a_busy_value_is_shown_with_all_its_users_and_whether_they_have_more_in_common() {
    let site = Site::new();
    let url = attribute_url(AttributeKind::Ip, "198.51.100.7");
    let page = site.get_ok(&url).await;
    assert!(page.text(".verdict").starts_with("Used by 64 applicants; in a ring of"));
    assert!(page.text(".scales .for").contains("share something else"));
    assert!(page.text(".scales .against").contains("mobile carrier"));
    assert_eq!(page.texts("section[aria-labelledby=users] tbody tr").len(), 50);
    let rest = site.get_ok(&format!("{url}?users=2")).await;
    assert_eq!(rest.texts("section[aria-labelledby=users] tbody tr").len(), 14);
}

#[actix_web::test]
async fn sealed_values_are_masked_on_every_page_that_could_show_them() {
    let site = Site::new();
    let pages = [
        ring_url(&site, 0),
        ring_url(&site, 1),
        format!("{}?format=json", ring_url(&site, 1)),
        applicant_url(&site, 9),
        applicant_url(&site, 11),
        attribute_url(AttributeKind::GovernmentId, "078051120"),
        attribute_url(AttributeKind::PaymentAccount, "acct:5f4dcc3b5aa765d6"),
        "/compare?a=APP-1027&b=APP-1030".to_owned(),
        "/search?q=acct:5f4dcc3b5aa765d6".to_owned(),
        "/path?from=APP-1027&to=APP-1033".to_owned(),
    ];
    for url in pages {
        let page = site.get_ok(&url).await;
        // The search box repeats what was typed into it.
        let body = page
            .body
            .replace("value=\"acct:5f4dcc3b5aa765d6\"", "")
            .replace("“acct:5f4dcc3b5aa765d6”", "")
            .replace("value=\"/search?q=acct:5f4dcc3b5aa765d6\"", "");
        for secret in ["078051120", "078-05-1120", "1991-03-07", "5f4dcc3b5aa765d6"] {
            assert!(!body.contains(secret), "{url} shows {secret}");
        }
    }
    // Part of a sealed value finds nothing.
    assert!(site.get_ok("/search?q=acct").await.text("main").contains("Nothing found"));
    assert!(site.get_ok("/search?q=0780").await.text("main").contains("Nothing found"));
}

#[actix_web::test]
async fn comparing_shows_the_union_of_fields_the_evidence_and_what_would_change_it() {
    let site = Site::new();
    let page = site.get_ok("/compare?a=APP-1000&b=APP-1003").await;
    assert!(page.text(".verdict").contains("Two different claimed identities"));
    let rows = page.texts("table.sides tbody tr");
    assert!(rows.iter().any(|r| r.starts_with("Ip") && r.ends_with("left only")), "{rows:?}");
    assert!(rows.iter().any(|r| r.starts_with("Phone") && r.ends_with("same")), "{rows:?}");
    assert_eq!(
        page.attrs("svg.waterfall rect", "x").len(),
        page.texts(".evidence tbody tr").len() + 2
    );
    // Why, why not, and what would change it.
    let reasons = page.texts("section[aria-labelledby=evidence] .reasons > section");
    assert!(reasons[0].starts_with("Speaks for one hand") && reasons[0].contains("+12.6"));
    assert!(reasons[1].starts_with("Speaks against it") && reasons[1].contains("-1.4"));
    let turning = page.text("section[aria-labelledby=turning]");
    assert!(turning.contains("from which a link binds"), "{turning}");
    assert!(turning.contains("the verdict stays") || turning.contains("the verdict changes"));
    let missing = page.text("section[aria-labelledby=uncompared]");
    assert!(missing.contains("Resume text neither gave one"), "{missing}");
    // What differs is marked for eyes and for ears.
    let marks = page.texts("table.sides mark");
    assert!(marks.iter().any(|mark| mark == "(differs: 0)"), "{marks:?}");
    let apart = site.get_ok("/compare?a=APP-1000&b=APP-1036").await;
    let turning = apart.text("section[aria-labelledby=turning]");
    assert!(turning.contains("below") && turning.contains("Judging the shared"), "{turning}");
    // Either kind of id names a side, and two applications of one applicant are no pair.
    let same = site.get_ok("/compare?a=APP-1000&b=APP-1001").await;
    assert!(same.texts("h2").contains(&"Why they are taken for one person".to_owned()));
    assert!(same.texts("table.sides").is_empty());
}

#[actix_web::test]
async fn a_path_is_told_hop_by_hop() {
    let site = Site::new();
    let page = site.get_ok("/path?from=APP-1000&to=APP-1024").await;
    let n = page.texts(".way:first-child > ol.hops > li").len();
    assert!(
        page.text(".verdict").contains(&format!("is {n} links away")),
        "{}",
        page.text(".verdict")
    );
    let none = site.get_ok("/path?from=APP-1000&to=APP-1036").await;
    assert!(none.text(".verdict").contains("is not connected with"));
}

#[actix_web::test]
async fn search_finds_names_ids_and_values_in_the_spellings_people_type() {
    let site = Site::new();
    for (q, hit) in [
        ("whitfield", "Daniel Whitfield"),
        ("APP-1001", "Daniel Whitfield"),
        ("(202) 555-0118", "+12025550118"),
        ("T.Brandt@example.org", "t.brandt@example.org"),
        ("Żółć", "Łukasz Żółć"),
    ] {
        let page = site.get_ok(&format!("/search?{}", crate::verbs::encoded(&[("q", q)]))).await;
        let found = page.texts("tbody th");
        assert!(found.iter().any(|t| t == hit), "{q}: {found:?}");
    }
}

#[actix_web::test]
async fn search_says_what_it_read_why_each_hit_is_one_and_how_many_there_are() {
    let site = Site::new();
    let page = site.get_ok("/search?q=Whitfeild").await;
    let rows = page.texts("tbody tr");
    let spelt = "a name spelt much like it: Whitfeild → Whitfield";
    assert!(rows.iter().any(|row| row.contains(spelt) && row.contains("in a ring")), "{rows:?}");
    assert!(rows.iter().any(|row| row.contains("Daniel Whitfield is in it")), "{rows:?}");
    let page = site.get_ok("/search?q=(202)+555-0119").await;
    assert!(page.text("main").contains("Read as a phone number: +1 202 555 0119."));
    assert!(page.texts("tbody tr").iter().any(|row| row.contains("phone: one digit differs")));
    // Many have this in common: some of them, and where the others are.
    let page = site.get_ok("/search?q=lakeview").await;
    assert!(page.text("main").contains("the street") || page.text("main").contains("contains it"));
    assert!(page.text("main").contains("applicants"), "how many use it");
    let told: serde_json::Value =
        serde_json::from_str(&site.get_ok("/search?q=whitfield&format=json").await.body).unwrap();
    assert_eq!(told["q"], "whitfield");
    assert_eq!(told["read_as"][0]["what"], "a name");
    let groups = told["groups"].as_array().unwrap();
    assert_eq!(groups[0]["kind"], "applicant");
    assert_eq!(groups[0]["hits"][0]["label"], "Daniel Whitfield");
    assert_eq!(groups[0]["hits"][0]["reason"], "name");
}

#[actix_web::test]
async fn one_kind_of_result_is_told_page_by_page_and_another_word_for_a_kind_is_refused() {
    let site = Site::new();
    let all = site.get_ok("/search?q=0:0").await;
    let one = site.get_ok("/search?q=whitfield&kind=applicant&page=99").await;
    assert_eq!(one.texts("main h2"), ["Applicants"]);
    assert!(one.texts("caption")[0].contains("of 1"), "a page that is not there leads to the last");
    assert_eq!(one.attrs("main p > a", "href")[0], "/search?q=whitfield");
    assert!(all.text("main").contains("Search for"));
    let refused = site.get("/search?q=a&kind=shoe").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("applicant, ring and attribute"));
}

#[actix_web::test]
async fn what_is_found_nowhere_is_answered_with_advice() {
    let page = Site::new().get_ok("/search?q=zzzzzzqqqq").await;
    assert_eq!(page.text(".verdict"), "Nothing found.");
    assert!(page.text(".empty").contains("the part before the @"));
}

#[actix_web::test]
async fn names_that_try_to_be_markup_stay_text_everywhere() {
    let site = Site::new();
    let hostile = Verdict::pair(
        "APP-1024".parse().unwrap(),
        "APP-1021".parse().unwrap(),
        PairVerdict::Linked,
    )
    .unwrap();
    site.state.desk.judge(hostile, HOSTILE, HOSTILE).unwrap();
    let q = crate::verbs::encoded(&[("q", HOSTILE)]);
    for url in [
        ring_url(&site, 0),
        applicant_url(&site, 8),
        format!("/search?{q}"),
        "/compare?a=APP-1024&b=APP-1021".to_owned(),
        format!("/compare?{}", crate::verbs::encoded(&[("a", HOSTILE)])),
        format!("/path?{}", crate::verbs::encoded(&[("from", HOSTILE)])),
    ] {
        let page = site.get_ok(&url).await;
        assert!(!page.body.contains("<script>alert"), "{url}");
        assert!(page.body.contains("alert(1)"), "{url} shows the name");
        assert!(page.attrs("script", "src").iter().all(|s| s.starts_with("/static/")), "{url}");
        assert_eq!(page.texts("script").concat(), "", "{url}");
    }
}

#[actix_web::test]
async fn an_empty_store_says_what_to_do() {
    let site = Site::showing(|_| ringer::engine::View::default());
    assert!(site.get_ok("/").await.text(".empty").contains("ringer import FILE"));
}

#[actix_web::test]
async fn rings_are_told_as_json_too() {
    let site = Site::new();
    let list: serde_json::Value =
        serde_json::from_str(&site.get_ok("/?format=json").await.body).unwrap();
    assert_eq!(list[0]["applicants"], 9);
    let url = format!("{}?format=json", ring_url(&site, 0));
    let ring: serde_json::Value = serde_json::from_str(&site.get_ok(&url).await.body).unwrap();
    assert_eq!(ring["ring_id"], list[0]["ring_id"]);
    assert_eq!(ring["applicants"].as_array().unwrap().len(), 9);
}
