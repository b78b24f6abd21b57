//! Two people at one case: the second decision is refused, shown what changed, and can be sent again. Not responsible for
//! what a case may become.
//!
//! Invariant: each test here has a site of its own.

use crate::{
    accessibility::check_here,
    page::{Media, Page},
    site::{Site, case},
};

const STATUS: &str = "[aria-labelledby=status] form";

#[test]
fn two_people_decide_on_the_same_case_and_the_second_is_shown_what_changed() {
    let Some(site) = Site::own() else { return };
    let (ann, bo) = (site.page(), site.page_of("bo", Media::default()));
    ann.goto(&case());
    bo.goto(&case());
    assert!(ann.text(".ladder .on").contains("Linked"));
    set_status(&bo, "probably_ordinary", "a hostel, says the landlord");
    assert_eq!(bo.path(), case());
    assert!(bo.text(".ladder .on").contains("Probably ordinary"));

    // Ann still has the page of before.
    set_status(&ann, "closed", "nothing to be found");
    assert_eq!(ann.text("h1"), "The case changed meanwhile");
    let told = ann.text("table.past");
    assert!(told.contains("bo") && told.contains("Probably ordinary"), "{told}");
    assert!(told.contains("a hostel, says the landlord"), "{told}");
    assert_eq!(ann.eval("document.querySelector('main [name=why]').value"), "nothing to be found");
    check_here(&ann);
    let complaints = ann.problems();
    assert!(complaints.iter().all(|said| said.contains("409")), "{complaints:?}");
    assert!(bo.text(".ladder .on").contains("Probably ordinary"));

    ann.follow(|page| page.click("form.again button"));
    assert_eq!(ann.path(), case());
    assert!(ann.text(".ladder .on").contains("Closed"));
    assert!(ann.text(".past").contains("nothing to be found"));
    // What one did is there for the other, and can be undone.
    ann.follow(|page| page.click(".flash button"));
    bo.goto(&case());
    assert!(bo.text(".ladder .on").contains("Probably ordinary"));
}

#[track_caller]
fn set_status(page: &Page, status: &str, why: &str) {
    page.choose(&format!("{STATUS} [name=status]"), status);
    page.type_into(&format!("{STATUS} [name=why]"), why);
    page.follow(|page| page.click(&format!("{STATUS} button")));
}
