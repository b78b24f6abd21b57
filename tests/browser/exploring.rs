//! Exploring: from a ring step by step, in the live drawing by mouse and by keyboard, and in the drawing of the page with
//! JavaScript off. Not responsible for what lies behind a node.
//!
//! Invariant: whoever is there keeps its place, whatever comes or goes; every step can be taken back.

use crate::{
    accessibility::check_here,
    page::{Media, Page},
    screens::{DANA, EVAN, PRIYA, applicant_id, ring, ring_id},
    site::Site,
};
use std::collections::BTreeMap;

/// Where each node stands in the live drawing.
#[track_caller]
fn places(page: &Page) -> BTreeMap<String, (String, String)> {
    page.wait_for(".live canvas");
    read(
        page,
        "document.querySelector('.live')._cyreg.cy.nodes().not('.badge')
            .map(n => [n.id(), n.position('x'), n.position('y')])",
    )
}

/// Where each node stands in the drawing that the page came with.
#[track_caller]
fn drawn(page: &Page) -> BTreeMap<String, (String, String)> {
    read(
        page,
        "[...document.querySelectorAll('svg.network a[data-id]')].map(a => [a.dataset.id, +a.dataset.x, +a.dataset.y])",
    )
}

#[track_caller]
fn read(page: &Page, js: &str) -> BTreeMap<String, (String, String)> {
    let nodes = page.eval(js);
    let node = |n: &serde_json::Value| {
        (n[0].as_str().unwrap().to_owned(), (n[1].to_string(), n[2].to_string()))
    };
    nodes.as_array().unwrap().iter().map(node).collect()
}

/// Does something that changes the drawing in place, and waits until there are so many nodes.
#[track_caller]
fn step(page: &Page, nodes: usize, action: impl FnOnce(&Page)) {
    action(page);
    page.wait_until(&format!(
        "document.querySelector('.live')._cyreg.cy.nodes().not('.badge').length == {nodes}
            && document.querySelectorAll('svg.network a[data-id]').length == {nodes}"
    ));
    assert_eq!(places(page), drawn(page), "the live drawing shows what the page does");
}

#[track_caller]
fn check_kept(
    before: &BTreeMap<String, (String, String)>,
    after: &BTreeMap<String, (String, String)>,
) {
    for (node, place) in before.iter().filter(|(node, _)| after.contains_key(*node)) {
        assert_eq!(after[node], *place, "{node} moved");
    }
}

fn row(id: &str) -> String {
    format!(".twin [data-node={id}]")
}

#[test]
fn a_ring_is_explored_by_mouse_and_nobody_moves() {
    let Some(site) = Site::story() else { return };
    let (priya, dana) = (applicant_id(&site.view(), PRIYA), applicant_id(&site.view(), DANA));
    let page = site.page();
    page.goto(&ring(&site.view(), EVAN));
    page.wait_for("figure[data-network=ring] .live canvas");
    page.follow(|page| page.click(".onward a"));
    page.wait_for_url(&format!("/explore?from={}", ring_id(&site.view(), EVAN)));
    let begun = places(&page);
    assert_eq!(begun.len(), 8, "six members, an address and a device: {begun:?}");
    assert_eq!(begun, drawn(&page));

    // How many there are is said before they come.
    let documents = format!("{} .chips a[href*='.document']", row(&priya));
    assert!(page.text(&documents).ends_with("documents 3"), "{}", page.text(&documents));
    page.click(&documents);
    page.wait_until("document.querySelector('.steps [data-act=undo]') != null");
    let chips = page.texts(&format!("{} .chips li", row(&priya)));
    assert!(chips.contains(&"documents 3 open".to_owned()), "{chips:?}");
    let opened = places(&page);
    assert!(opened.len() > begun.len());
    check_kept(&begun, &opened);
    let all = opened.len();

    step(&page, all - 1, |page| page.click(&format!("{} [data-act=hide]", row(&dana))));
    assert!(!places(&page).contains_key(&dana));
    check_kept(&opened, &places(&page));
    step(&page, all, |page| page.click(".steps [data-act=undo]"));
    assert_eq!(places(&page), opened);

    // The browser's own way back is one step, too.
    page.ask("Runtime.evaluate", serde_json::json!({ "expression": "history.back()" }));
    page.wait_until("document.querySelector('.steps [data-act=unhide]') != null");
    step(&page, all - 1, |_| ());
    step(&page, all, |page| page.click(".steps [data-act=unhide]"));

    for who in [&priya, &dana] {
        page.click(&format!("{} input[name=sel]", row(who)));
    }
    page.click(".twin form button, form[data-twin] button");
    page.wait_until(
        "document.querySelector('#chosen-h').innerText.startsWith('What do these share')",
    );
    assert!(page.text("#chosen tbody").contains("1418 maple ct"), "{}", page.text("#chosen"));
    assert!(page.text("#chosen .ties").contains("bits"), "what links them is said");
    check_here(&page);
    page.follow(|page| page.click("#chosen [data-act=path]"));
    page.wait_for_url(&format!("/path?from={priya}&to={dana}"));
    assert_eq!(page.texts(".way").len(), 3);
    page.back();
    page.wait_for("#chosen [data-act=clear]");
    page.click("#chosen [data-act=clear]");
    page.wait_until("document.querySelector('#chosen-h').innerText == 'Nothing is selected'");
    step(&page, begun.len(), |page| page.click(".steps [data-act=again]"));
    assert_eq!(places(&page), begun);
}

#[test]
fn a_node_of_the_live_drawing_is_selected_by_a_click_on_it_and_it_zooms() {
    let Some(site) = Site::story() else { return };
    let (priya, dana) = (applicant_id(&site.view(), PRIYA), applicant_id(&site.view(), DANA));
    let page = site.page();
    page.goto(&format!("/explore?from={}", ring_id(&site.view(), EVAN)));
    page.wait_for(".live canvas");
    let tap = |id: &str, modifiers: u32| {
        let at = page.eval(&format!(
            "(() => {{
                const live = document.querySelector('.live');
                live.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                const [box, at] = [live.getBoundingClientRect(), live._cyreg.cy.getElementById('{id}').renderedPosition()];
                return [box.x + at.x, box.y + at.y];
            }})()"
        ));
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            page.ask("Input.dispatchMouseEvent", serde_json::json!({
                "type": kind, "x": at[0], "y": at[1], "button": button, "clickCount": 1, "modifiers": modifiers,
            }));
        }
    };
    tap(&priya, 0);
    page.wait_until("document.querySelector('#chosen-h').innerText == 'Selected: Priya Raman'");
    // With Shift one more.
    tap(&dana, 8);
    page.wait_until(
        "document.querySelector('#chosen-h').innerText.startsWith('What do these share')",
    );
    assert!(page.text("#chosen [data-act=compare]").contains("Compare"));

    let zoom = || page.eval("document.querySelector('.live')._cyreg.cy.zoom()").as_f64().unwrap();
    let before = zoom();
    page.click(".zoom button[aria-label='Zoom in']");
    assert!(zoom() > before);
    page.click(".zoom button[aria-label='Fit everything in']");
    page.wait_until(&format!(
        "document.querySelector('.live')._cyreg.cy.zoom() <= {}",
        before + 0.01
    ));
}

#[test]
fn the_live_drawing_is_walked_opened_hidden_and_left_by_keyboard() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    page.goto(&format!("/explore?from={}", ring_id(&site.view(), EVAN)));
    let begun = places(&page);
    page.tab_to(".live");
    // Before it is entered its keys are no keys: the arrows scroll the page.
    page.press("x");
    page.press("Enter");
    page.wait_until("document.querySelector('.live').classList.contains('entered')");
    let told = || page.text(".told output");
    let first = told();
    assert!(first.contains("joined to it"), "{first}");
    page.press("ArrowRight");
    if told() == first {
        page.press("ArrowLeft");
    }
    assert_ne!(told(), first, "the arrows walk");
    let cursor = || {
        let id = page.eval("document.querySelector('.live')._cyreg.cy.nodes('.cursor').id()");
        id.as_str().unwrap().to_owned()
    };
    // On an applicant: only there is something behind.
    for key in ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"] {
        if cursor().starts_with("apt_") {
            break;
        }
        page.press(key);
    }
    assert!(cursor().starts_with("apt_"), "{}", told());
    let walker = cursor();

    page.press("e");
    page.wait_until("document.querySelector('.steps [data-act=undo]') != null");
    check_kept(&begun, &places(&page));
    assert_eq!(places(&page), drawn(&page));
    assert!(page.is_focused(".live.entered"), "the focus stays");
    assert_eq!(cursor(), walker, "and so does the place in it");
    page.press("u");
    page.wait_until("document.querySelector('.steps [data-act=undo]') == null");
    assert_eq!(places(&page), begun);

    page.press("Enter");
    page.wait_until("document.querySelector('#chosen-h').innerText.startsWith('Selected: ')");
    step(&page, begun.len() - 1, |page| page.press("x"));
    check_kept(&begun, &places(&page));
    step(&page, begun.len(), |page| page.press("u"));

    page.press("Escape");
    page.wait_until("!document.querySelector('.live').classList.contains('entered')");
    page.press("Tab");
    assert!(!page.is_focused(".live"), "Tab leads on");
}

#[test]
fn users_of_one_value_are_drawn_as_one_and_apart_again() {
    let Some(site) = Site::story() else { return };
    let priya = applicant_id(&site.view(), PRIYA);
    let page = site.page();
    // What a school's graduates are: many, and each hangs on it alone.
    page.goto(&format!("/explore?from={priya}&open={priya}.institution"));
    page.wait_for(".live canvas");
    let begun = places(&page);
    let school = begun.keys().find(|id| id.starts_with("att_")).unwrap().clone();
    page.click(&format!("{} .chips a[data-act=expand]", row(&school)));
    page.wait_until("document.querySelectorAll('svg.network a[data-id^=many_]').length == 1");
    let grouped = places(&page);
    check_kept(&begun, &grouped);
    let label = page.text("svg.network a[data-id^=many_] .label");
    assert!(label.contains("more applicants"), "{label}");
    page.click(&format!("{} .chips a[data-act=group]", row(&school)));
    page.wait_until("document.querySelectorAll('svg.network a[data-id^=many_]').length == 0");
    assert!(places(&page).len() > grouped.len());
    check_kept(&grouped, &places(&page));
    page.click(&format!("{} .chips a[data-act=group]", row(&school)));
    page.wait_until("document.querySelectorAll('svg.network a[data-id^=many_]').length == 1");
    assert_eq!(places(&page).len(), 3, "the school, who it began with, and all the others");
}

#[test]
fn without_javascript_a_ring_is_explored_in_the_drawing_of_the_page() {
    let Some(site) = Site::story() else { return };
    let (priya, dana) = (applicant_id(&site.view(), PRIYA), applicant_id(&site.view(), DANA));
    let page = site.page_as(Media { script: false, ..Media::default() });
    page.goto(&ring(&site.view(), EVAN));
    assert!(page.visible("figure[data-network=ring] svg.network a") > 0);
    page.follow(|page| page.click(".onward a"));
    let begun = drawn(&page);
    assert_eq!((begun.len(), page.visible(".live")), (8, 0));
    page.follow(|page| page.click(&format!("{} .chips a[href*='.document']", row(&priya))));
    let opened = drawn(&page);
    assert!(opened.len() > begun.len());
    check_kept(&begun, &opened);
    page.follow(|page| page.click(&format!("{} [data-act=hide]", row(&dana))));
    assert_eq!(drawn(&page).len(), opened.len() - 1);
    check_kept(&opened, &drawn(&page));
    page.follow(|page| page.click(".steps [data-act=undo]"));
    assert_eq!(drawn(&page), opened);
    page.follow(|page| page.click(&format!("svg.network a[data-id={priya}]")));
    assert_eq!(page.text("#chosen-h"), "Selected: Priya Raman");
    page.click(&format!("{} input[name=sel]", row(&dana)));
    page.follow(|page| page.click("form[data-twin] button"));
    assert!(page.text("#chosen-h").starts_with("What do these share"));
    assert!(page.text("#chosen tbody").contains("1418 maple ct"));
    page.follow(|page| page.click("#chosen [data-act=path]"));
    assert_eq!(page.texts(".way").len(), 3);
}
