//! Watch-lists and the policy.

use crate::verbs::{Answer, Site};
use actix_web::http::StatusCode;
use ringer::matching::{FEATURES, levels::LEVELS};

async fn watch(site: &Site, change: &[(&str, &str)]) -> Answer {
    let csrf = site.csrf();
    let mut form = vec![
        ("csrf", csrf.as_str()),
        ("kind", "phone"),
        ("value", "+1 202 555 0118"),
        ("list", "fronts"),
        ("reason", "named by a court"),
    ];
    for (name, value) in change {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    site.post("/watch-lists", &form).await
}

/// Sends the form behind Undo.
async fn undo(site: &Site, page: &Answer) -> Answer {
    let names = page.attrs(".flash form input", "name");
    let values = page.attrs(".flash form input", "value");
    let form: Vec<(&str, &str)> =
        names.iter().zip(&values).map(|(n, v)| (n.as_str(), v.as_str())).collect();
    site.post(&page.attrs(".flash form", "action")[0], &form).await
}

#[actix_web::test]
async fn a_value_is_watched_found_withdrawn_and_brought_back() {
    let site = Site::new();
    let page = site.get_ok("/watch-lists").await;
    assert!(page.text("main > .verdict").starts_with("Nothing that is watched for"));
    let sent = watch(&site, &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert_eq!(sent.location(), "/watch-lists?list=fronts#entries");
    let page = site.get_ok("/watch-lists?list=fronts").await;
    assert!(page.text(".flash").contains("2 applicants have it in the store"));
    assert!(
        page.text("main > .verdict")
            .starts_with("1 watched value is in the store, with 2 applicants")
    );
    let hit = page.text("table.watched tbody tr");
    assert!(hit.contains("the value itself") && hit.contains("Daniel Whitfield"), "{hit}");
    assert!(hit.contains("ring of 9"), "{hit}");
    let links = page.attrs("table.watched tbody a", "href");
    assert!(links.iter().any(|l| l.starts_with("/applicants/")), "{links:?}");
    let entry = page.text("table.entries tbody tr");
    assert!(entry.contains("named by a court") && entry.contains("ann"), "{entry}");

    let action = page.attrs("table.entries form", "action");
    let form = [("csrf", site.csrf()), ("why", "it is ours".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let gone = site.post(&action[0], &form).await;
    assert_eq!((gone.status, gone.location()), (StatusCode::SEE_OTHER, "/watch-lists"));
    assert!(site.view().watched.is_empty());
    let page = site.get_ok("/watch-lists").await;
    assert!(page.text(".flash").contains("No longer watched"));
    let back = undo(&site, &page).await;
    assert_eq!(back.location(), "/watch-lists?list=fronts#entries");
    let view = site.view();
    let entry = view.watched.values().next().unwrap();
    assert_eq!(
        (entry.value.as_str(), entry.reason.as_str()),
        ("+1 202 555 0118", "named by a court")
    );
    // And adding is undone by withdrawing.
    let page = site.get_ok("/watch-lists?list=fronts").await;
    assert_eq!(undo(&site, &page).await.status, StatusCode::SEE_OTHER);
    assert!(site.view().watched.is_empty());
}

#[actix_web::test]
async fn what_cannot_be_watched_is_refused_with_the_reason() {
    let site = Site::new();
    for (change, why) in [
        (("kind", "person"), "no names of persons"),
        (("kind", "shoe"), "is not a kind of watched value"),
        (("value", "x"), "is no phone number"),
        (("list", "shipped/dprk-front"), "cannot be the name of a list"),
        (("list", ""), "cannot be the name of a list"),
    ] {
        let page = watch(&site, &[change]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{change:?}");
        assert!(page.text("main").contains(why), "{}", page.text("main"));
    }
    let page = watch(&site, &[("reason", " ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(watch(&site, &[("csrf", "0")]).await.status, StatusCode::FORBIDDEN);
    for id in ["wat_000000000000", "nonsense"] {
        let sent =
            site.post(&format!("/watch-lists/{id}/withdraw"), &[("csrf", &site.csrf())]).await;
        assert!(sent.status.is_client_error(), "{id}: {}", sent.status);
    }
    assert!(site.view().watched.is_empty());
}

#[actix_web::test]
async fn lists_that_come_with_ringer_are_shown_with_their_entries_and_cannot_be_changed() {
    let site = Site::new();
    let page = site.get_ok("/watch-lists?list=shipped/diploma-mill").await;
    assert!(page.text("section[aria-labelledby=entries]").contains("comes with Ringer"));
    assert!(page.texts("table.entries form").is_empty());
    let all = page.texts("table.entries tbody tr").len();
    assert!(all > 0);
    let some = site.get_ok("/watch-lists?list=shipped/diploma-mill&q=zzzz").await;
    assert!(some.texts("table.entries").is_empty());
    assert!(some.text("section[aria-labelledby=entries] .empty").contains("zzzz"));
    assert_eq!(site.get("/watch-lists?list=nonsense").await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn the_policy_tells_every_comparison_every_level_and_what_rests_on_it() {
    let site = Site::new();
    let page = site.get_ok("/policy").await;
    let told = page.attrs("details.flag", "id");
    let all: Vec<&str> = FEATURES.iter().map(|f| f.name()).collect();
    assert_eq!(told, all);
    assert_eq!(page.texts("table.levels tbody tr").len(), LEVELS.len());
    assert!(page.text("#phone").contains("speaks for"), "{}", page.text("#phone"));
    assert!(
        page.text("#employment").contains("speaks against 23 ring links"),
        "{}",
        page.text("#employment")
    );
    assert!(page.text("#birth_date").contains("no ring link rests on it"));
    assert!(page.text("main").contains("3fa91c07be52"));
    let gates = page.text("section[aria-labelledby=gates] table");
    assert!(gates.contains("Identities20"), "{gates}");
    let ring = site.view().rings[0].id.to_string();
    let csrf = site.csrf();
    let form = [
        ("csrf", csrf.as_str()),
        ("about", "ring"),
        ("ring_id", ring.as_str()),
        ("verdict", "dismissed"),
        ("why", "x"),
    ];
    site.post("/judgements", &form).await;
    let page = site.get_ok("/policy").await;
    assert!(page.text("#phone").contains("0 confirmed, 1 dismissed"), "{}", page.text("#phone"));
}
