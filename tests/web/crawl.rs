//! Every link of every page leads somewhere.

use crate::verbs::Site;
use actix_web::http::StatusCode;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[actix_web::test]
async fn every_link_of_the_fixture_leads_somewhere() {
    let site = Site::new();
    let mut seen: BTreeSet<String> = BTreeSet::from(["/".to_owned()]);
    let mut next = VecDeque::from(["/".to_owned()]);
    let mut anchors: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut checked = 0;
    while let Some(url) = next.pop_front() {
        let answer = site.get(&url).await;
        assert!(
            answer.status == StatusCode::OK || answer.status.is_redirection(),
            "{url} answers {}",
            answer.status
        );
        checked += 1;
        if answer.status.is_redirection() || url.contains("format=json") {
            continue;
        }
        ids.insert(url.clone(), answer.attrs("[id]", "id").into_iter().collect());
        let mut links = answer.attrs("a[href]", "href");
        links.extend(answer.attrs("link[href]", "href"));
        // GET forms with their first choice.
        for action in answer.attrs("form[method=get]", "action") {
            links.push(format!("{action}?q=a"));
        }
        for link in links {
            let (page, anchor) = match link.split_once('#') {
                Some((page, anchor)) => (page.to_owned(), anchor),
                None => (link.clone(), ""),
            };
            let page = if page.is_empty() { url.clone() } else { page };
            assert!(
                page.starts_with('/') && !page.starts_with("//"),
                "{url} leads outside: {link}"
            );
            if !anchor.is_empty() {
                anchors.entry(page.clone()).or_default().insert(anchor.to_owned());
            }
            if leads_on(&page) && seen.len() < 600 && seen.insert(page.clone()) {
                next.push_back(page);
            }
        }
    }
    assert!(checked > 150, "only {checked} pages were found");
    for (page, wanted) in anchors {
        if let Some(there) = ids.get(&page) {
            let missing: Vec<_> = wanted.difference(there).collect();
            assert!(missing.is_empty(), "{page} has no {missing:?}");
        }
    }
}

/// Whether a crawl follows a link. Exploring goes on without end: what a page of it leads to with a step or a
/// selection is a page of the same sort again.
pub fn leads_on(url: &str) -> bool {
    let explores = url.starts_with("/explore?");
    let steps = ["&open=", "&sel=", "&list=", "&rows=", "&format="].iter().any(|p| url.contains(p));
    let goes_on = (explores && steps) || url.contains("focus=");
    !goes_on && !url.starts_with("/static/")
}

#[actix_web::test]
async fn every_page_has_one_heading_a_skip_link_captions_and_labels() {
    let site = Site::new();
    let ring = format!("/rings/{}", site.view().rings[0].id);
    for url in [
        "/",
        &ring,
        "/applicants/APP-1000",
        "/compare?a=APP-1000&b=APP-1003",
        "/path",
        "/path?from=APP-1000&to=APP-1021",
        "/explore",
        "/explore?from=APP-1000,APP-1003&sel=APP-1000",
        "/search?q=a",
        "/import",
        "/help",
        "/policy",
        "/policy/what-if",
        "/precision",
        "/watch-lists",
        "/indicators",
        "/cases",
    ] {
        let mut page = site.get(url).await;
        if page.status.is_redirection() {
            page = site.get_ok(page.location()).await;
        }
        assert_eq!(page.texts("h1").len(), 1, "{url}");
        assert_eq!(
            page.attrs("a.skip", "href").first().map(String::as_str),
            Some("#main"),
            "{url}"
        );
        assert_eq!(page.texts("table").len(), page.texts("table > caption").len(), "{url}");
        assert!(page.texts("thead th:not([scope])").is_empty(), "{url}");
        assert_eq!(
            page.attrs("input:not([type=hidden])", "name").len(),
            page.attrs("label input", "name").len() + page.attrs("input#find", "name").len(),
            "{url}: every field has a label"
        );
        let ids = page.attrs("[id]", "id");
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{url}: {ids:?}");
        let titles = page.texts("head > title");
        assert!(titles[0].ends_with("· Ringer"), "{url}: {titles:?}");
    }
}
