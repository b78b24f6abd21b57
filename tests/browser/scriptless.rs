//! The main path with JavaScript off, by mouse. Not responsible for the same with it on.
//!
//! Invariant: no script of ours runs here, which the first test shows.

use crate::{
    judging::dismiss_and_undo,
    page::Media,
    screens::{EVAN, ring},
    site::Site,
};

#[test]
fn without_javascript_a_ring_is_found_understood_and_judged() {
    let Some(site) = Site::own() else { return };
    let page = site.page_as(Media { script: false, ..Media::default() });
    page.goto("/");
    page.press("j");
    assert_eq!(page.eval("document.activeElement === document.body"), true, "a script runs");

    let ring = ring(&site.view(), EVAN);
    page.follow(|page| page.click(&format!("[data-row] a[href^='{ring}']")));
    assert_eq!(page.path(), format!("{ring}?q=open"));
    assert!(page.text("main .verdict").contains("6 claimed identities"));
    page.click("details.link > summary");
    page.wait_for("details.link[open] table.evidence");

    page.follow(|page| page.click(".tabs a[href*='view=table']"));
    page.follow(|page| page.click("table.members [data-open]"));
    page.wait_for_url("/applicants/");
    assert_eq!(page.visible("h1"), 1);

    page.click("details.link > summary");
    page.follow(|page| page.click("details.link a[href^='/compare']"));
    page.wait_for_url("/compare?a=");
    assert!(page.text("main .verdict").contains("bits"));

    page.goto(&ring);
    dismiss_and_undo(&page, &ring);
}

#[test]
fn without_javascript_the_queue_is_filtered_and_search_finds() {
    let Some(site) = Site::story() else { return };
    let page = site.page_as(Media { script: false, ..Media::default() });
    page.goto("/");
    let all = page.visible("[data-row]");
    page.choose(".filters [name=kind]", "device");
    page.follow(|page| page.click(".filters button"));
    page.wait_for_url("kind=device");
    assert!((1..all).contains(&page.visible("[data-row]")));

    page.goto("/");
    page.type_into("#find", "evan witlok");
    page.follow(|page| page.click("[role=search] button"));
    page.wait_for_url("/search?q=evan");
    page.follow(|page| page.click("main [data-open]"));
    page.wait_for_url("/applicants/");
}
