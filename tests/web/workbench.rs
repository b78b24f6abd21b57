//! The workbench of a ring, the queue with its preview, and who used a value when.

use crate::{
    fixture::{large_view, merged_id},
    verbs::Site,
};
use actix_web::http::StatusCode;
use ringer::model::{ApplicantIx, Attribute, AttributeKind};

fn ring_url(site: &Site, at: usize) -> String {
    format!("/rings/{}", site.view().rings[at].id)
}

fn person(site: &Site, at: usize) -> String {
    site.view().network.applicant(ApplicantIx::new(at)).id.to_string()
}

fn thing(kind: AttributeKind, value: &str) -> String {
    Attribute { kind, value: value.into() }.id().to_string()
}

const FARM: &str = "1420|lakeview dr||phoenix|az|85001";

#[actix_web::test]
async fn nothing_selected_says_the_strongest_argument_and_the_weakest_link() {
    let site = Site::new();
    let page = site.get_ok(&ring_url(&site, 0)).await;
    let said = page.texts(".evidence-panel > p").join(" ");
    assert!(said.contains("Strongest: ") && said.contains("of 9 members"), "{said}");
    assert!(
        said.contains("Weakest: only the link between Nathan Oakes and Simon Aldridge"),
        "{said}"
    );
    assert!(page.text(".evidence-panel").contains("May be innocent"));
}

#[actix_web::test]
async fn the_roll_lists_every_member_and_then_things_by_kind_the_rarest_first() {
    let site = Site::new();
    let page = site.get_ok(&ring_url(&site, 0)).await;
    let view = site.view();
    let ring = &view.rings[0];
    let heads = page.texts(".roll h2");
    assert!(heads[0].ends_with("9 members"), "{heads:?}");
    let links = page.attrs(".roll li a", "href");
    assert_eq!(links.len(), ring.members.len() + ring.artefacts.len());
    // The busy network has 64 users: of all that has a value it comes last.
    let kind = |name: &str| heads.iter().position(|h| h.contains(name)).unwrap();
    assert!(kind("document") < kind("IP address"), "{heads:?}");
    assert!(heads.last().unwrap().contains("near match"), "{heads:?}");
}

#[actix_web::test]
async fn a_member_selected_shows_what_it_shares_with_whom_and_its_strongest_links() {
    let site = Site::new();
    let id = person(&site, 0);
    let page = site.get_ok(&format!("{}?focus={id}", ring_url(&site, 0))).await;
    assert_eq!(page.text(".evidence-panel h2"), "Daniel Whitfield");
    assert_eq!(page.text(".roll a[aria-current]"), "Daniel Whitfield");
    let lines = page.texts(".evidence-panel .lines li");
    assert!(
        lines
            .iter()
            .any(|l| l.starts_with("device d-77f1 with Marcus Ellery") && l.ends_with("+12.6")),
        "{lines:?}"
    );
    let pair = format!("{id}~{}", person(&site, 1));
    assert!(
        page.attrs(".evidence-panel a", "href")
            .iter()
            .any(|h| h.contains(&pair) || h.contains(&pair.replace('~', "%7E")))
    );
}

#[actix_web::test]
async fn a_thing_selected_says_who_uses_it_why_it_counts_as_it_does_and_what_is_innocent() {
    let site = Site::new();
    let url = format!("{}?focus={}", ring_url(&site, 0), thing(AttributeKind::Address, FARM));
    let text = site.get_ok(&url).await.text(".evidence-panel");
    assert!(text.contains("6 members use it, nobody outside the ring"), "{text}");
    assert!(text.contains("single dwelling, 6 use it, so it counts 1.2 bits less"), "{text}");
    assert!(text.contains("Housemates"), "{text}");
}

#[actix_web::test]
async fn a_link_selected_shows_every_comparison_with_its_sign_and_its_sources() {
    let site = Site::new();
    let url = format!("{}?focus={}~{}", ring_url(&site, 0), person(&site, 0), person(&site, 1));
    let page = site.get_ok(&url).await;
    let rows = page.texts(".comparisons li");
    assert_eq!(rows.len(), page.texts(".comparisons li .bits").len());
    assert!(rows.iter().any(|r| r.contains('-') && r.contains("speaks against")), "{rows:?}");
    assert!(rows[0].contains("november.csv, row 3"), "{rows:?}");
    assert!(page.attrs(".evidence-panel a", "href").iter().any(|h| h.starts_with("/compare?")));
}

#[actix_web::test]
async fn a_focus_that_is_not_of_the_ring_is_said_and_nothing_is_shown_of_it() {
    let site = Site::new();
    let outside = person(&site, 12);
    for focus in [outside.as_str(), "apt_000000000000", "%3Cscript%3E", "a~b", "~"] {
        let page = site.get_ok(&format!("{}?focus={focus}", ring_url(&site, 0))).await;
        assert_eq!(page.texts(".note.ignored").len(), 1, "{focus}");
        assert_eq!(page.text(".evidence-panel h2"), "The ring in two sentences", "{focus}");
        assert!(!page.body.contains("<script>"), "{focus}");
    }
}

#[actix_web::test]
async fn every_view_is_a_link_that_keeps_what_is_looked_at() {
    let site = Site::new();
    let id = person(&site, 0);
    let page = site.get_ok(&format!("{}?focus={id}&from=2026-10-01", ring_url(&site, 0))).await;
    let tabs = page.attrs(".tabs a", "href");
    assert_eq!(tabs.len(), 4);
    assert_eq!(page.text(".tabs a[aria-current=page]"), "Graph");
    for (tab, shows) in
        tabs.iter().zip(["svg.network", "table.members", "svg.lanes", ".shown-map figcaption"])
    {
        assert!(tab.contains(&id) && tab.contains("from=2026-10-01"), "{tab}");
        let page = site.get_ok(tab).await;
        assert_eq!(page.texts(shows).len(), 1, "{tab}");
        assert_eq!(page.text(".evidence-panel h2"), "Daniel Whitfield", "{tab}");
    }
}

#[actix_web::test]
async fn a_window_counts_members_things_and_charts_within_it_and_says_so() {
    let site = Site::new();
    // The members applied between 61 and 12 days before 2026-11-23.
    let url = format!("{}?from=2026-10-12&to=2026-11-23", ring_url(&site, 0));
    let page = site.get_ok(&url).await;
    let said = page.text(".window");
    assert!(
        said.starts_with(
            "6 of 9 members applied between 2026-10-12 and 2026-11-23, with 7 of 11 applications."
        ),
        "{said}"
    );
    assert_eq!(page.texts(".roll section").first().map(|s| s.contains("6 members")), Some(true));
    assert_eq!(page.text(".figures div:nth-child(1) dd"), "6");
    // Marcus applied before; the first device had four users, of whom one is left.
    assert!(!page.text(".roll").contains("Marcus"));
    assert!(!page.text(".roll").contains("d-77f1"));
    let bars = page.attrs(".time-bar svg a", "href");
    assert!(bars.iter().all(|b| b.contains("from=") && b.contains("to=")), "{bars:?}");
    assert!(!page.texts(".time-bar svg a.out").is_empty());
    let all: usize = site
        .get_ok(&format!("{}?view=timeline", ring_url(&site, 0)))
        .await
        .texts("svg.lanes circle")
        .len();
    assert_eq!(all, 11);
}

#[actix_web::test]
async fn a_window_that_leaves_nobody_is_a_page_that_says_so() {
    let site = Site::new();
    for view in ["graph", "table", "timeline", "map"] {
        let url = format!("{}?from=1999-01-01&to=1999-01-02&view={view}", ring_url(&site, 0));
        let page = site.get_ok(&url).await;
        assert!(page.text(".window").starts_with("0 of 9 members"), "{view}");
        assert!(page.attrs(".time-bar a", "href").iter().any(|h| !h.contains("1999")), "a way out");
    }
}

#[actix_web::test]
async fn values_that_cannot_be_read_are_ignored_and_said() {
    let site = Site::new();
    for query in [
        "from=yesterday",
        "to=2026-02-31",
        "view=hologram",
        "as_of=%00",
        "from=2026-05-01&to=2026-01-01",
    ] {
        let page = site.get_ok(&format!("{}?{query}", ring_url(&site, 0))).await;
        assert_eq!(page.texts(".note.ignored").len(), 1, "{query}");
        assert!(page.texts(".window").is_empty(), "{query}");
    }
}

#[actix_web::test]
async fn as_of_a_day_the_ring_is_shown_as_it_was_known_with_a_way_back() {
    let site = Site::new();
    // Born forty days before 2026-11-23, grown nine days before.
    let page = site.get_ok(&format!("{}?as_of=2026-10-20", ring_url(&site, 0))).await;
    let said = page.text(".then");
    assert!(
        said.starts_with("As it was known on 2026-10-20: 6 claimed identities shared"),
        "{said}"
    );
    assert!(said.contains("today it is 9 claimed identities"), "{said}");
    assert_eq!(page.attrs(".then a", "href"), [ring_url(&site, 0)]);
    assert!(page.texts(".roll h2")[0].ends_with("6 members"));
    // Before it was born there is nothing to show but today.
    let page = site.get_ok(&format!("{}?as_of=2026-01-01", ring_url(&site, 0))).await;
    assert!(page.texts(".then").is_empty());
    assert!(page.text(".note.ignored").contains("not known on 2026-01-01"));
}

#[actix_web::test]
async fn what_remains_without_the_bridge_lists_both_sides() {
    let site = Site::new();
    let page = site.get_ok(&ring_url(&site, 0)).await;
    let heads = page.texts("section[aria-labelledby=holds] h3");
    assert!(heads.iter().any(|h| h.starts_with("Without address")), "{heads:?}");
    assert!(
        heads.iter().any(|h| h == "At the weak bridge between Nathan Oakes and Simon Aldridge"),
        "{heads:?}"
    );
    let sides = page.texts(".remains li");
    assert!(
        sides.iter().any(|s| s.starts_with("One side: 6 Daniel Whitfield, Marcus Ellery")),
        "{sides:?}"
    );
    assert!(sides.iter().any(|s| s.starts_with("The other side: 3 Simon Aldridge")), "{sides:?}");
}

#[actix_web::test]
async fn drawings_and_their_tables_say_the_same_numbers() {
    let site = Site::new();
    let page = site.get_ok(&format!("{}?view=table", ring_url(&site, 0))).await;
    // Twenty links have forty ends.
    let degrees: usize =
        page.texts(".chart table td").iter().map(|n| n.parse::<usize>().unwrap()).sum();
    assert_eq!(degrees, 40);
    assert_eq!(page.texts("svg.degrees a").len(), 9);
}

#[actix_web::test]
async fn the_queue_shows_shape_months_band_and_reach_and_sorts_by_links() {
    let site = Site::new();
    let page = site.get_ok("/").await;
    assert_eq!(page.texts("svg.thumb").len(), 2);
    let months = page.attrs("svg.spark", "aria-label");
    assert!(months[0].contains("2025-12 to 2026-11: 0, 0, 0"), "{months:?}");
    assert!(page.texts("td.reach").iter().all(|r| r == "applied"));
    assert_eq!(page.texts("th[aria-sort]").len(), 1);
    for (sort, column) in [("size", "Identities"), ("last", "Last applied")] {
        let page = site.get_ok(&format!("/?sort={sort}")).await;
        assert_eq!(page.text("th[aria-sort=descending]"), column);
    }
    // The last application decides: the second ring applied last.
    let rows = site.get_ok("/?sort=last").await.texts("table.queue tbody tr");
    assert!(rows[0].contains("3 identities share"), "{rows:?}");
    for query in ["sort=colour", "band=purple"] {
        assert_eq!(
            site.get(&format!("/?{query}")).await.status,
            StatusCode::BAD_REQUEST,
            "{query}"
        );
    }
}

#[actix_web::test]
async fn band_facets_count_the_rings_they_would_show() {
    let site = Site::new();
    let page = site.get_ok("/?status=all").await;
    let links = page.attrs("nav[aria-label=Band] a", "href");
    let counts = page.texts("nav[aria-label=Band] a b");
    assert!(links.len() >= 2);
    for (link, n) in links.iter().zip(counts) {
        let rows = site.get_ok(link).await.texts("table.queue tbody tr").len();
        assert_eq!(rows.to_string(), n, "{link}");
    }
}

#[actix_web::test]
async fn a_preview_says_the_verdict_the_reasons_and_what_is_innocent_without_leaving_the_queue() {
    let site = Site::new();
    let page = site.get_ok("/").await;
    let peek = page.attrs("a.peek", "href");
    assert_eq!(peek.len(), 2);
    let page = site.get_ok(&peek[0]).await;
    assert_eq!(page.texts("table.queue tbody tr").len(), 2);
    let text = page.text("#preview");
    for part in [
        "9 claimed identities share",
        "Strongest reasons",
        "Speaks against it",
        "Weakest:",
        "May be innocent",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(page.texts("tr.current").len(), 1);
    assert!(page.attrs("#preview a", "href").iter().any(|h| h.ends_with("#decide-here")));
    let gone = site.get_ok("/?preview=ring_000000000000").await;
    assert!(
        gone.texts("#preview").is_empty() && gone.text("main > .note").contains("not in the queue")
    );
}

#[actix_web::test]
async fn from_the_queue_a_ring_leads_to_the_one_before_and_the_one_after() {
    let site = Site::new();
    let page = site.get_ok("/?sort=size").await;
    let rings = page.attrs("a.main", "href");
    let first = site.get_ok(&rings[0]).await;
    assert_eq!(first.attrs(".trail a[data-next]", "href"), [rings[1].clone()]);
    assert!(first.attrs(".trail a[data-previous]", "href").is_empty());
    assert!(first.text(".trail").contains("1 of 2 in the queue"));
    let second = site.get_ok(&rings[1]).await;
    assert_eq!(second.attrs(".trail a[data-previous]", "href"), [rings[0].clone()]);
    // A ring that has left the queue leads back to its first.
    let dismissed = format!("{}?q=dismissed", ring_url(&site, 0));
    assert!(site.get_ok(&dismissed).await.text(".trail").contains("no longer in this queue"));
    // Without a queue, or with nonsense for one, there is no trail.
    for query in ["", "?q=nonsense", "?q=open......"] {
        let page = site.get_ok(&format!("{}{query}", ring_url(&site, 0))).await;
        assert!(page.texts(".trail").is_empty(), "{query}");
    }
}

#[actix_web::test]
async fn who_used_a_value_before_a_day_is_one_filter_away() {
    let site = Site::new();
    let url = format!("/attributes/{}", thing(AttributeKind::Address, FARM));
    let page = site.get_ok(&url).await;
    let days = page.texts("section[aria-labelledby=users] tbody td:first-child");
    assert_eq!(days.len(), 6);
    assert!(days.is_sorted(), "{days:?}");
    let before = site.get_ok(&format!("{url}?before=2026-10-01")).await;
    assert_eq!(before.text(".window"), "4 of 6 applicants used it before 2026-10-01.");
    assert_eq!(before.texts("section[aria-labelledby=users] tbody tr[data-row]").len(), 4);
    let after = site.get_ok(&format!("{url}?after=2026-09-30")).await;
    // Two who used it before used it again.
    assert_eq!(after.text(".window"), "3 of 6 applicants used it after 2026-09-30.");
    let none = site.get_ok(&format!("{url}?before=1999-01-01")).await;
    assert!(none.text(".empty").contains("Look at all days"));
    assert_eq!(site.get(&format!("{url}?before=march")).await.status, StatusCode::BAD_REQUEST);
    assert!(page.text("section[aria-labelledby=rings-h]").contains("6 of its members use it"));
}

#[actix_web::test]
async fn the_old_address_of_a_merged_ring_keeps_leading_to_the_ring() {
    let site = Site::new();
    let moved = site.get(&format!("/rings/{}", merged_id())).await;
    assert!(moved.location().contains("?was="), "{}", moved.location());
}

#[actix_web::test]
async fn a_page_of_a_large_ring_stays_within_reason() {
    let site = Site::showing(|_| large_view(40));
    for view in ["graph", "table", "timeline", "map"] {
        let page = site.get_ok(&format!("{}?view={view}", ring_url(&site, 0))).await;
        assert!(page.body.len() < 100_000, "{view}: {}", page.body.len());
    }
}

#[actix_web::test]
async fn a_near_match_selected_says_who_has_it_and_which_links_rest_on_it() {
    let site = Site::new();
    let page = site.get_ok(&ring_url(&site, 0)).await;
    let near = page.attrs(".roll section:has(#near) a", "href");
    assert!(near[0].contains("focus=near_"), "{near:?}");
    let page = site.get_ok(near[0].split('#').next().unwrap()).await;
    let panel = page.text("#evidence");
    assert!(panel.contains("nearly the same here"), "{panel}");
    assert!(panel.contains("May be innocent"), "{panel}");
    assert_eq!(page.attrs("svg.network a[aria-current]", "data-id").len(), 1);
}
