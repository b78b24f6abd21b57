//! Deciding: what would change is shown, a reason is asked for, what was decided is shown, Undo takes it back, and of two
//! the second is told of the first. Not responsible for what a judgement changes.
//!
//! Invariant: each test here has a site of its own.

use crate::{
    accessibility::check_here,
    page::{Media, Page},
    screens::{EVAN, ring, shared},
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

#[test]
fn what_would_change_appears_in_the_form_before_it_is_saved() {
    let Some(site) = Site::own() else { return };
    let page = site.page();
    let before = site.view();
    page.goto(&shared(&before, EVAN));
    page.click(".decide input[value=common]");
    page.wait_for(".decide .effect");
    let told = page.text(".decide .effect .lead");
    assert!(told.contains("ring of"), "{told}");
    check_here(&page);
    page.click(".decide button[data-see]");
    page.wait_for(".decide .effect");
    assert_eq!(page.visible("main .decide"), 1, "it stays on its page");
    assert_eq!(site.view().seq, before.seq, "nothing is saved yet");
    page.type_into(".decide [name=why]", "one office");
    page.follow(|page| page.click(".decide button.primary"));
    assert!(site.view().seq > before.seq);
    assert!(page.text(".flash").contains("links nobody"));

    // What withdrawing it would change, in the table of what was said of it.
    page.click(".take-back > summary");
    page.click(".take-back button[data-see]");
    page.wait_for(".take-back .effect");
    assert!(page.text(".take-back .effect .lead").contains("ring"));
    check_here(&page);
    page.type_into(".take-back [name=why]", "two offices");
    page.follow(|page| page.click(".take-back button.primary"));
    assert!(page.text(".judgements .withdrawn").contains("two offices"));
    page.goto("/judgements");
    assert_eq!(page.visible(".judgements .withdrawn"), 1);
    check_here(&page);
}

#[test]
fn of_two_who_decide_about_a_ring_the_second_is_shown_the_first() {
    let Some(site) = Site::own() else { return };
    let (ann, bob) = (site.page(), site.page_of("bob", Media::default()));
    let ring = ring(&site.view(), EVAN);
    ann.goto(&ring);
    bob.goto(&ring);
    bob.click("[action='/judgements'] input[value=confirmed]");
    bob.type_into("[action='/judgements'] [name=why]", "same hands");
    bob.follow(|page| page.click("[action='/judgements'] button"));
    ann.click("[action='/judgements'] input[value=dismissed]");
    ann.type_into("[action='/judgements'] [name=why]", "a family");
    ann.click("[action='/judgements'] button");
    ann.wait_for(".news");
    assert!(ann.text(".news").contains("bob") && ann.text(".news").contains("same hands"));
    assert_eq!(ann.eval("document.querySelector('[name=why]').value"), "a family");
    check_here(&ann);
    ann.follow(|page| page.click("[action='/judgements'] button"));
    assert!(ann.text(".headline .status").contains("Dismissed"));
    // That it was refused once is what the browser remarks on.
    let said = ann.problems();
    assert!(said.iter().all(|problem| problem.contains("409")), "{said:?}");
}

#[test]
fn y_h_and_n_work_through_the_queue() {
    let Some(site) = Site::own() else { return };
    let page = site.page();
    page.goto("/");
    let rings: Vec<String> = site_rings(&page);
    page.press("j");
    page.press("y");
    page.wait_for("#verdict-dialog[open]");
    assert!(page.text("#verdict-dialog h2").contains(&rings[0]));
    check_here(&page);
    page.type_here("same hands");
    page.follow(|page| page.press("Enter"));
    page.wait_for_url(&format!("preview={}", rings[1]));
    assert!(page.text(".flash").contains("is confirmed"));

    page.follow(|page| page.press("h"));
    page.wait_for_url(&format!("preview={}", rings[2]));
    assert!(page.text(".flash").contains("put aside"));

    // On the page of a ring the same keys go on to the next page.
    page.follow(|page| page.click("a[data-open][href*='/rings/']"));
    page.goto(&format!("/rings/{}?q=open", rings[2]));
    page.press("n");
    page.wait_for("#verdict-dialog[open]");
    page.press("Escape");
    // The focus leaves a dialog that was closed a moment later, and keys typed into a field are no commands.
    page.wait_until(
        "!document.querySelector('#verdict-dialog').open && !document.activeElement.closest('dialog')",
    );
    page.press("n");
    page.wait_for("#verdict-dialog[open]");
    page.type_here("housemates");
    page.follow(|page| page.press("Enter"));
    page.wait_for_url(&format!("/rings/{}?q=open", rings[3]));
    let view = site.view();
    let said: Vec<String> = view.judgements.iter().map(|j| j.why.clone()).collect();
    assert_eq!(said, ["same hands", "housemates"]);
    page.follow(|page| page.click(".flash button"));
    assert_eq!(site.view().judgements.len(), 1, "and Undo takes it back");

    // A reason given once is offered again.
    page.press("y");
    page.wait_for("#verdict-dialog[open]");
    let offered = page.eval("document.querySelector('#quick-reasons option').value");
    assert_eq!(offered, "housemates");
}

/// The rings of the queue, in its order.
fn site_rings(page: &Page) -> Vec<String> {
    let all = page.eval("[...document.querySelectorAll('tr[data-ring]')].map(r => r.dataset.ring)");
    all.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}
