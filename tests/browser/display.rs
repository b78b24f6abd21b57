//! The display that somebody chooses by the menu under their name, with JavaScript off. Not responsible for what every
//! page looks like in it (`accessibility`).
//!
//! Invariant: what was chosen holds on every page and says so in the menu.

use crate::{accessibility::check_here, page::Media, site::Site};

#[test]
fn without_javascript_dark_and_compact_are_chosen_and_stay() {
    let Some(site) = Site::story() else { return };
    let page = site.page_as(Media { script: false, ..Media::default() });
    let ground = || page.eval("getComputedStyle(document.body).backgroundColor");
    let row = || {
        page.eval("document.querySelector('[data-row]').getBoundingClientRect().height")
            .as_f64()
            .unwrap()
    };
    page.goto("/");
    let (light, high) = (ground(), row());
    page.click("details.who > summary");
    page.click(".display input[value=dark]");
    page.click(".display input[value=compact]");
    page.follow(|page| page.click(".display button"));
    assert_eq!(page.path(), "/");
    assert_ne!(ground(), light, "the system is light, so this came by the choice");
    assert!(row() < high, "{} is not lower than {high}", row());
    check_chosen(&page);

    page.goto("/help");
    check_chosen(&page);
    page.emulate(Media::default());
    page.goto("/");
    check_here(&page);
}

#[track_caller]
fn check_chosen(page: &crate::page::Page) {
    assert_eq!(page.attribute("html", "class"), "dark compact");
    let checked =
        "[...document.querySelectorAll('.display input:checked')].map(e => e.value).join()";
    assert_eq!(page.eval(checked), "dark,compact,on");
}
