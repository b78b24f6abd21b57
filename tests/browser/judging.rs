//! Deciding: a reason is asked for, what was decided is shown, and Undo takes it back. Not responsible for what a
//! judgement changes.
//!
//! Invariant: each test here has a site of its own.

use crate::{
    accessibility::check_here,
    page::Page,
    screens::{EVAN, ring},
    site::Site,
};

#[test]
fn a_ring_is_dismissed_with_a_reason_and_taken_back() {
    let Some(site) = Site::own() else { return };
    let page = site.page();
    let ring = ring(&site.view(), EVAN);
    page.goto(&ring);
    dismiss_and_undo(&page, &ring);
    check_here(&page);
}

/// On the page of a ring: dismisses it, sees that, and takes it back.
#[track_caller]
pub fn dismiss_and_undo(page: &Page, ring: &str) {
    page.click("[action='/judgements'] input[value=dismissed]");
    // Without a reason the browser itself sends nothing.
    page.click("[action='/judgements'] button");
    page.wait_until("document.activeElement.name == 'why'");
    page.type_into("[action='/judgements'] [name=why]", "a parcel counter");
    page.follow(|page| page.click("[action='/judgements'] button"));
    assert_eq!(page.path(), ring);
    assert!(page.text(".headline .status").contains("Dismissed"));
    assert!(page.text("main").contains("a parcel counter"));
    page.follow(|page| page.click(".flash button"));
    assert_eq!(page.path(), ring);
    assert!(page.text(".headline .status").contains("Open"));
}
