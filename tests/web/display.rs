//! How the pages look to one person: colors, density, keys, time zone, numbers; and what errors look like.

use crate::{fixture::large_view, verbs::Site};
use actix_web::http::{Method, StatusCode, header};

/// Asks for a page with this display cookie.
async fn page_with(site: &Site, url: &str, display: &str) -> crate::verbs::Answer {
    let cookie = format!("ringer_session={}; ringer_display={display}", site.cookie);
    site.send(Method::GET, url, &[("host", "localhost:8080"), ("cookie", &cookie)], "").await
}

async fn choose(site: &Site, change: &[(&str, &str)]) -> crate::verbs::Answer {
    let csrf = site.csrf();
    let mut form = vec![
        ("csrf", csrf.as_str()),
        ("theme", "dark"),
        ("density", "compact"),
        ("keys", "off"),
        ("zone", " America/New_York "),
        ("back", "/help"),
    ];
    for (name, value) in change {
        form.retain(|(known, _)| known != name);
        form.push((name, value));
    }
    site.post("/display", &form).await
}

#[actix_web::test]
async fn a_display_is_chosen_by_a_form_and_kept_in_a_cookie_that_other_sites_never_get() {
    let site = Site::new();
    let sent = choose(&site, &[]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/help"));
    let cookie = sent.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
    for part in ["SameSite=Strict", "Path=/", "HttpOnly"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let value = cookie.split(';').next().unwrap().strip_prefix("ringer_display=").unwrap();
    let page = page_with(&site, "/help", value).await;
    assert_eq!(page.attrs("html", "class"), ["dark compact no-keys"]);
    assert_eq!(page.attrs("html", "data-zone"), ["America/New_York"]);
    assert_eq!(page.attrs("meta[name=color-scheme]", "content"), ["dark"]);
    let chosen = page.attrs(".display input[checked]", "value");
    assert_eq!(chosen, ["dark", "compact", "off"]);
    assert_eq!(page.attrs(".display input[name=zone]", "value"), ["America/New_York"]);
    assert_eq!(page.attrs(".display input[name=back]", "value"), ["/help"]);
}

#[actix_web::test]
async fn what_is_no_display_is_refused_and_a_cookie_that_says_nonsense_is_none() {
    let site = Site::new();
    for change in [("theme", "pink"), ("density", ""), ("keys", "maybe"), ("zone", "Mars/Base")] {
        let sent = choose(&site, &[change]).await;
        assert_eq!(sent.status, StatusCode::BAD_REQUEST, "{change:?}");
        assert!(!sent.headers.contains_key(header::SET_COOKIE));
    }
    assert_eq!(choose(&site, &[("csrf", "0000")]).await.status, StatusCode::FORBIDDEN);
    for back in ["//evil.example", "https://evil.example", "", "/\\evil.example"] {
        assert_eq!(choose(&site, &[("back", back)]).await.location(), "/", "{back}");
    }
    let page = page_with(&site, "/help", "\"><script>.x.y.../etc/passwd").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.attrs("html", "class"), ["system"]);
    assert!(page.attrs("html", "data-zone").is_empty());
}

#[actix_web::test]
async fn moments_are_machine_readable_and_written_in_utc_or_in_the_zone_chosen() {
    let site = Site::new();
    let ring = format!("/rings/{}", site.view().rings[0].id);
    let id = site.view().rings[0].id.to_string();
    let csrf = site.csrf();
    let form = [
        ("csrf", csrf.as_str()),
        ("about", "ring"),
        ("ring_id", id.as_str()),
        ("verdict", "confirmed"),
        ("why", "x"),
    ];
    assert_eq!(site.post("/judgements", &form).await.status, StatusCode::SEE_OTHER);
    let page = site.get_ok(&ring).await;
    assert_eq!(page.attrs(".decide time", "datetime"), ["2026-11-23T00:00:00Z"]);
    assert_eq!(page.text(".decide time"), "2026-11-23 00:00 UTC");
    let page = page_with(&site, &ring, "light..on.America/New_York").await;
    assert_eq!(page.text(".decide time"), "2026-11-22 19:00 EST");
    assert_eq!(page.attrs(".decide time", "title"), ["2026-11-23 00:00 UTC"]);
}

#[actix_web::test]
async fn big_numbers_are_grouped_on_the_queue_and_on_a_ring() {
    let site = Site::showing(|_| large_view(1_234));
    let queue = site.get_ok("/").await;
    let said = queue.text("main > .verdict");
    assert!(said.contains("1,234 of 1,234 applicants from 1,234 applications"), "{said}");
    assert!(queue.text("table.queue").contains("1,234 identities"));
    let ring = format!("/rings/{}?view=table", site.view().rings[0].id);
    assert!(site.get_ok(&ring).await.text(".bench .pager").contains("of 1,234"));
}

#[actix_web::test]
async fn an_error_told_to_somebody_signed_in_keeps_the_menu_and_the_display() {
    let site = Site::new();
    let page = page_with(&site, "/rings/ring_000000000000", "dark").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(page.attrs("html", "class"), ["dark"]);
    assert!(page.attrs("nav a", "href").contains(&"/help".to_owned()));
    assert!(!page.texts("form[role=search]").is_empty());
    // And to nobody else.
    let host = [("host", "localhost")];
    let page = site.send(Method::GET, "/rings/ring_000000000000", &host, "").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.texts("nav").is_empty());
}

#[actix_web::test]
async fn every_page_lists_the_keys_in_a_dialog_and_help_says_the_same_without_javascript() {
    let site = Site::new();
    let page = site.get_ok("/help").await;
    let dialog = page.texts("dialog tbody tr");
    assert!(dialog.len() >= 5, "{dialog:?}");
    assert_eq!(page.texts("main table.keys tbody tr"), dialog);
    assert_eq!(page.attrs("footer a.keys", "href"), ["/help#keys"]);
}
