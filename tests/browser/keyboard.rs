//! Work by keyboard alone: down the queue, into a ring, to the evidence, through search and path. Not responsible for
//! what the pages say.
//!
//! Invariant: no test here touches a mouse.

use crate::{
    screens::{DANA, EVAN, PRIYA, ring},
    site::Site,
};

#[test]
fn the_queue_is_worked_by_keyboard_alone() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    page.goto("/");
    let first = page.attribute("[data-open]", "href");
    page.press("j");
    assert_eq!(page.attribute(":focus", "href"), first);
    page.press("j");
    let second = page.attribute(":focus", "href");
    assert_ne!(first, second);
    page.press("k");
    assert_eq!(page.attribute(":focus", "href"), first);
    page.press("j");

    page.follow(|page| page.press("o"));
    assert_eq!(page.path(), second);
    assert!(page.text("main .verdict").contains("claimed identities"));
    page.back();
    assert_eq!(page.path(), "/");
    page.press("k");
    page.follow(|page| page.press("Enter"));
    assert_eq!(page.path(), first);
}

#[test]
fn somebody_is_found_by_a_misspelt_name_without_a_mouse() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    page.goto("/");
    page.press("/");
    assert!(page.is_focused("#find"));
    page.type_here("Evan Witlok");
    page.follow(|page| page.press("Enter"));
    page.wait_for_url("/search?q=Evan");
    assert!(page.text("main table").contains("Evan Whitlock"));
    page.press("j");
    assert_eq!(page.focused_text(), "Evan Whitlock");
    page.follow(|page| page.press("Enter"));
    page.wait_for_url("/applicants/");
    assert!(page.text("h1").contains("Evan Whitlock"));
}

#[test]
fn keys_type_while_somebody_types_and_can_be_turned_off() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    page.goto("/");
    page.press("/");
    page.type_here("jk?");
    assert_eq!(page.path(), "/");
    assert_eq!(page.eval("document.getElementById('find').value"), "jk?");

    page.goto("/");
    page.press("?");
    page.wait_for("#keys-dialog[open]");
    page.press("j");
    page.press("Escape");
    page.wait_until("!document.querySelector('#keys-dialog').open");
    page.tab_to("details.who > summary");
    page.press("Enter");
    page.tab_to(".display input[name=keys]");
    page.press("ArrowDown");
    page.tab_to(".display button");
    page.follow(|page| page.press("Enter"));
    page.press("j");
    assert_eq!(page.eval("document.activeElement === document.body"), true);
}

#[test]
fn the_evidence_of_a_link_is_opened_and_compared_by_keyboard() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    page.goto(&ring(&site.view(), EVAN));
    assert_eq!(page.visible("details.link table.evidence"), 0);
    page.tab_to("details.link > summary");
    page.press("Enter");
    page.wait_for("details.link[open] table.evidence");
    page.tab_to("details.link[open] a[href^='/compare']");
    page.follow(|page| page.press("Enter"));
    page.wait_for_url("/compare?a=");
    assert!(page.text("main .verdict").contains("claim to be different people"));
    assert!(page.visible("main figure svg") > 0);
}

#[test]
fn the_way_between_two_is_asked_for_and_walked_by_keyboard() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    page.goto("/path");
    page.tab_to("input[name=from]");
    page.type_here(PRIYA);
    page.press("Tab");
    page.type_here(DANA);
    page.follow(|page| page.press("Enter"));
    page.wait_for_url(&format!("from={PRIYA}&to={DANA}"));
    let hop = page.text(".hops > li");
    assert!(hop.contains("1418 maple ct"), "{hop}");
    page.tab_to(".hops a[href^='/compare']");
    page.follow(|page| page.press("Enter"));
    page.wait_for_url("/compare");
}

#[test]
fn the_skip_link_comes_first_and_leads_to_the_content() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    page.goto("/");
    page.press("Tab");
    assert_eq!(page.focused_text(), "Skip to the content");
    page.press("Enter");
    page.wait_until("document.activeElement.id == 'main'");
}
