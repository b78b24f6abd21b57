//! Exploring without a script: by following links, as a browser with JavaScript off does.

use crate::verbs::{Answer, Site};
use ringer::model::ApplicantIx;
use std::collections::BTreeMap;

fn id(site: &Site, person: usize) -> String {
    site.view().network.applicant(ApplicantIx::new(person)).id.to_string()
}

/// The address of the first link within `selector` whose text begins with `text`.
#[track_caller]
fn link(page: &Answer, selector: &str, text: &str) -> String {
    let (texts, hrefs) = (page.texts(selector), page.attrs(selector, "href"));
    let at = texts.iter().position(|t| t.starts_with(text));
    let at = at.unwrap_or_else(|| panic!("no {text:?} among {texts:?}"));
    hrefs[at].clone()
}

/// Where each node of the drawing stands.
fn places(page: &Answer) -> BTreeMap<String, (String, String)> {
    let ids = page.attrs(".network a", "data-id");
    let at = page.attrs(".network a", "data-x").into_iter().zip(page.attrs(".network a", "data-y"));
    ids.into_iter().zip(at).collect()
}

#[actix_web::test]
async fn what_lies_behind_a_node_is_counted_before_and_opened_by_a_link() {
    let site = Site::new();
    let daniel = id(&site, 0);
    let page = site.get_ok(&format!("/explore?from={daniel}")).await;
    assert_eq!(page.text(".verdict"), "1 applicant and 0 values from Daniel Whitfield.");
    let profile = site.get_ok(&format!("/applicants/{daniel}")).await;
    assert_eq!(
        link(&profile, ".headline a", "Explore from here"),
        format!("/explore?from={daniel}")
    );
    let chips = page.texts(".twin .chips li");
    assert_eq!(
        chips,
        ["shared infrastructure 5", "phone 1", "address 1", "IP address 1", "device 1"]
    );
    let page = site.get_ok(&link(&page, ".twin .chips a", "device")).await;
    let device = page.attrs(".twin [data-node^=att_]", "data-node").remove(0);
    assert!(page.texts(".twin .chips li").contains(&"device 1 open".to_owned()));
    let before = places(&page);
    assert_eq!(before.len(), 2);
    let chips = format!(".twin [data-node={device}] .chips a");
    let page = site.get_ok(&link(&page, &chips, "users 4")).await;
    assert_eq!(
        page.text(".verdict"),
        "4 applicants and 1 value within 2 steps from Daniel Whitfield."
    );
    let after = places(&page);
    assert_eq!(after.len(), 5);
    for (node, place) in before {
        assert_eq!(after[&node], place, "{node} stays where it was");
    }
    // Every node of the drawing is in the list.
    let listed = page.attrs(".twin [data-node]", "data-node");
    assert!(after.keys().all(|node| listed.contains(node)), "{listed:?}");
    assert_eq!(page.attrs(".network path.exact", "data-a").len(), 4);
    let undone = site.get_ok(&link(&page, ".steps a", "↶ Undo users of d-77f1")).await;
    assert_eq!(places(&undone).len(), 2);
}

#[actix_web::test]
async fn a_busy_value_comes_a_page_at_a_time_and_what_hangs_on_it_alone_is_one_node() {
    let site = Site::new();
    let page = site.get_ok(&format!("/explore?from={}&list=all", id(&site, 0))).await;
    let page = site.get_ok(&link(&page, ".twin .chips a", "IP address 1")).await;
    let page = site.get_ok(&link(&page, ".twin .chips a", "users 64")).await;
    assert!(page.texts(".twin .chips a").contains(&"users 64 25 of 64, next 25".to_owned()));
    let many = ".network a[data-id^=many_]";
    assert_eq!(page.texts(&format!("{many} .label")), ["19 more applicants"]);
    assert!(page.text("figcaption > .aside").contains("1 node stands for several"));
    let before = places(&page);
    let page = site.get_ok(&link(&page, ".twin .chips a", "users 64")).await;
    assert!(page.texts(".twin .chips a").contains(&"users 64 50 of 64, next 25".to_owned()));
    assert_eq!(page.texts(&format!("{many} .label")), ["44 more applicants"]);
    for (node, place) in before {
        assert_eq!(places(&page)[&node], place, "{node}");
    }
    // The node that stands for them leads to all of them, and a link back.
    let apart = site.get_ok(&page.attrs(many, "href")[0]).await;
    assert!(apart.texts(many).is_empty());
    assert_eq!(places(&apart).len(), places(&page).len() + 43);
    let again = site.get_ok(&link(&apart, ".twin .chips a", "applicants as one")).await;
    assert_eq!(again.texts(many).len(), 1);
}

#[actix_web::test]
async fn what_is_hidden_is_neither_drawn_nor_listed_until_it_is_shown_again() {
    let site = Site::new();
    let ring = site.view().rings[0].id.to_string();
    let page = site.get_ok(&format!("/explore?from={ring}")).await;
    let before = places(&page);
    assert!(before.len() > 12, "{before:?}");
    let hide = page.attrs(".twin [data-act=hide]", "href").remove(0);
    let hidden = site.get_ok(&hide).await;
    let after = places(&hidden);
    assert_eq!(after.len(), before.len() - 1);
    assert!(after.iter().all(|(node, place)| before[node] == *place));
    let shown = site.get_ok(&link(&hidden, ".steps a", "Show 1 node hidden")).await;
    assert_eq!(places(&shown), before);
}

#[actix_web::test]
async fn a_selection_shows_what_it_has_in_common_the_rarest_first() {
    let site = Site::new();
    let (daniel, marcus) = (id(&site, 0), id(&site, 1));
    // Two boxes ticked and sent.
    let page =
        site.get_ok(&format!("/explore?from={daniel},{marcus}&sel={daniel}&sel={marcus}")).await;
    let _ = page.text("#chosen-h");
    let rows = page.texts("#chosen tbody tr");
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows[0].contains("+12025550118") && rows[0].contains("2 of 2"), "{rows:?}");
    assert!(rows[2].contains("lakeview"), "the widest used last: {rows:?}");
    assert!(page.text("#chosen .ties").contains("Daniel Whitfield and Marcus Ellery"));
    assert_eq!(
        page.attrs("#chosen [data-act=compare]", "href"),
        [format!("/compare?a={daniel}&b={marcus}")]
    );
    assert_eq!(
        page.attrs("#chosen [data-act=path]", "href"),
        [format!("/path?from={daniel}&to={marcus}")]
    );
    assert_eq!(page.texts(".network a.selected").len(), 2);
    let drawn = site.get_ok(&page.attrs("#chosen [data-act=show]", "href")[0]).await;
    assert!(drawn.texts(".network .label").contains(&"+12025550118".to_owned()));
    let cleared = site.get_ok(&page.attrs("#chosen [data-act=clear]", "href")[0]).await;
    assert_eq!(cleared.text("#chosen-h"), "Nothing is selected");
    // Two values: who uses both.
    let corpus = |value: &str| {
        let view = site.view();
        let corpus = view.network.corpus();
        let mut all = corpus.attribute_numbers().map(|ix| corpus.attribute(ix));
        all.find(|a| a.value == value).unwrap().id().to_string()
    };
    let (phone, device) = (corpus("+12025550118"), corpus("d-77f1"));
    let page = site.get_ok(&format!("/explore?from={phone},{device}&sel={phone},{device}")).await;
    let mut both = page.texts("#chosen tbody th a");
    both.sort();
    assert_eq!(both, ["Daniel Whitfield", "Marcus Ellery"]);
}

#[actix_web::test]
async fn a_node_of_the_drawing_selects_itself_and_then_nothing() {
    let site = Site::new();
    let daniel = id(&site, 0);
    let page = site.get_ok(&format!("/explore?from={daniel}")).await;
    let page = site.get_ok(&page.attrs(".network a", "href")[0]).await;
    assert_eq!(page.text("#chosen-h"), "Selected: Daniel Whitfield");
    assert_eq!(page.attrs(".network a[aria-current]", "data-id"), [daniel]);
    let page = site.get_ok(&page.attrs(".network a", "href")[0]).await;
    assert_eq!(page.text("#chosen-h"), "Nothing is selected");
}

#[actix_web::test]
async fn a_node_of_a_ring_comes_into_focus_on_its_page_and_leads_on_to_exploring() {
    let site = Site::new();
    let ring = site.view().rings[0].id.to_string();
    let page = site.get_ok(&format!("/rings/{ring}?focus={}", id(&site, 8))).await;
    assert_eq!(page.attrs(".network a[aria-current]", "data-id"), [id(&site, 8)]);
    assert!(page.texts(".network a.dim").len() > 5);
    assert_eq!(page.attrs(".drawing .onward a", "href"), [format!("/explore?from={ring}")]);
    let odd = site.get_ok(&format!("/rings/{ring}?focus=%3Cx%3E")).await;
    assert!(odd.texts(".network a.dim").is_empty());
}

#[actix_web::test]
async fn sealed_values_are_explored_without_being_told() {
    let site = Site::new();
    let ring = site.view().rings[1].id.to_string();
    let page =
        site.get_ok(&format!("/explore?from={ring}&open={}.government_id", id(&site, 11))).await;
    let json = site.get_ok(&format!("/explore?from={ring}&format=json")).await;
    for body in [&page.body, &json.body] {
        assert!(!body.contains("5f4dcc") && !body.contains("078051120"), "{body}");
    }
    assert!(page.body.contains("sealed"));
}

#[actix_web::test]
async fn an_address_that_says_nothing_is_answered_with_a_note_and_a_way_on() {
    let site = Site::new();
    let daniel = id(&site, 0);
    let empty = site.get_ok("/explore").await;
    assert_eq!(empty.attrs("main form input", "name"), ["from"]);
    assert_eq!(empty.texts("main section li").len(), site.view().rings.len());
    let many = "apt_zzzzzzzzzzzz.phone,".repeat(300);
    let long = "x".repeat(4_000);
    for (query, notes) in [
        ("from=apt_zzzzzzzzzzzz".to_owned(), 1),
        ("from=<script>alert(1)</script>".replace('<', "%3C").replace('>', "%3E"), 1),
        (format!("from={daniel}&open={many}"), 2),
        (format!("from={daniel}&open=x.y.z,,,.&sel=near_x,1&rows=-4&list=none"), 1),
        (format!("from={daniel}&open={daniel}.phone.9999999999999999999999"), 1),
        (format!("from={daniel}&open={daniel}.users,{daniel}.each.shoe"), 1),
        (format!("from={daniel}&sel=att_zzzzzzzzzzzz"), 1),
        (format!("from={long}"), 1),
        ("from=%FF%FE&open=%00".to_owned(), 2),
        (format!("from={daniel}&from={daniel}&open=&sel=,"), 0),
        ("from=ring_zzzzzzzzzzzz,APP-1000".to_owned(), 1),
    ] {
        let page = site.get_ok(&format!("/explore?{query}")).await;
        assert_eq!(
            page.texts("main .note").len(),
            notes,
            "{query}: {:?}",
            page.texts("main .note")
        );
        assert!(!page.body.contains("<script>alert"), "{query}");
        assert_eq!(page.texts("h1").len(), 1);
    }
    let stale = site.get_ok(&format!("/explore?from={daniel},apt_zzzzzzzzzzzz")).await;
    assert_eq!(places(&stale).len(), 1, "what is known is still shown");
}

#[actix_web::test]
async fn a_ring_of_thousands_is_explored_with_three_hundred_nodes_and_the_rest_said() {
    let site = Site::showing(|_| crate::fixture::large_view(2_000));
    let ring = site.view().rings[0].id.to_string();
    let page = site.get_ok(&format!("/explore?from={ring}")).await;
    assert!(places(&page).len() <= 300);
    assert_eq!(page.texts(".twin [data-node]").len(), 40);
    let all = site.get_ok(&link(&page, ".twin .steps a", "Show all")).await;
    assert_eq!(all.texts(".twin [data-node]").len(), 300);
    assert!(page.body.len() < 400_000, "{}", page.body.len());
}

#[actix_web::test]
async fn json_holds_the_same_places_as_the_drawing() {
    let site = Site::new();
    let ring = site.view().rings[0].id.to_string();
    let page = site.get_ok(&format!("/explore?from={ring}")).await;
    let json = site.get_ok(&link(&page, ".steps a", "JSON")).await;
    let told: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    let nodes = told["nodes"].as_array().unwrap();
    let drawn = places(&page);
    assert_eq!(nodes.len(), drawn.len());
    for node in nodes {
        let (x, _) = &drawn[node["id"].as_str().unwrap()];
        assert_eq!(format!("{:.1}", node["x"].as_f64().unwrap()), *x);
    }
    assert_eq!(
        told["links"].as_array().unwrap().len(),
        page.attrs(".network path[data-a]", "data-a").len()
    );
}

#[actix_web::test]
async fn paths_are_told_hop_by_hop_with_their_weakest_and_drawn_after() {
    let site = Site::new();
    let page = site.get_ok("/path?from=APP-1000&to=APP-1021").await;
    assert!(
        page.text(".verdict").starts_with("Daniel Whitfield is 3 links away from Victor Renshaw")
    );
    let ways = page.texts(".way > h3");
    assert_eq!(ways.len(), 3, "{ways:?}");
    assert!(ways[0].starts_with("Best argued way") && ways[0].contains("bits in all"));
    assert_eq!(page.texts(".way:first-child > ol > li").len(), 3);
    assert_eq!(page.texts(".way:first-child .weakest").len(), 1);
    assert!(page.texts(".way:first-child .over").iter().all(|over| over.contains('+')));
    assert_eq!(page.texts(".network a.selected").len(), 2);
    assert_eq!(page.attrs("input[name=hubs]", "value"), ["1"]);
    let included = site.get_ok("/path?from=APP-1000&to=APP-1021&hubs=1").await;
    assert!(included.text("main > .note").contains("are included"));
    assert_eq!(included.attrs("main > .note a", "href"), ["/path?from=APP-1000&to=APP-1021"]);
    let apart = site.get_ok("/path?from=APP-1000&to=APP-1036").await;
    assert!(apart.text(".verdict").contains("is not connected with"));
    assert!(apart.text("main > .empty").contains("side by side"));
    let same = site.get_ok("/path?from=APP-1000&to=APP-1001").await;
    assert!(same.text(".verdict").contains("is one applicant"));
    assert!(same.texts("main > .empty").is_empty());
}

#[actix_web::test]
async fn widely_used_values_are_left_out_of_paths_and_named() {
    let site = Site::showing(|_| crate::fixture::crowded_view());
    let page = site.get_ok("/path?from=APP-1000&to=APP-1003").await;
    assert!(page.text(".verdict").contains("is not connected with"), "{}", page.text(".verdict"));
    let note = page.text("main > .note");
    assert!(note.contains("Avoided 1 value used by more than 200 applications"), "{note}");
    let over = site.get_ok(&link(&page, "main > .note a", "Include them")).await;
    assert!(over.text(".verdict").contains("is 1 link away"), "{}", over.text(".verdict"));
}
