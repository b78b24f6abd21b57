//! A package as people make one: two persons agree on a case, a third look shows exactly what leaves, it is made, can be
//! downloaded, is superseded and withdrawn. Not responsible for what is in it.
//!
//! Invariant: each test here has a site of its own; every page of it is looked at wide and narrow, in light and in dark.

use crate::{
    accessibility::check_here,
    page::{Media, Page},
    site::{Site, case},
};

/// Asks of the page as it is what is asked of every screen.
#[track_caller]
fn check_every_way(page: &Page) {
    for (dark, width) in [(true, 390), (false, 390), (true, 1440), (false, 1440)] {
        page.emulate(Media { dark, width, ..Media::default() });
        check_here(page);
    }
}

/// Sends a form of the case.
#[track_caller]
fn sends(page: &Page, form: &str, field: &str, text: &str) {
    page.type_into(&format!("{form} [name={field}]"), text);
    page.follow(|page| page.click(&format!("{form} button")));
}

#[test]
fn two_persons_agree_and_a_package_is_previewed_made_and_withdrawn() {
    let Some(site) = Site::with_packages() else { return };
    let (ann, bo) = (site.page(), site.page_of("bo", Media::default()));
    ann.goto(&case());
    ann.choose("[aria-labelledby=status] [name=status]", "suspected_ring");
    sends(&ann, "[aria-labelledby=status] form", "why", "the courier");
    assert_eq!(ann.visible("[aria-labelledby=referral] a.go"), 0);
    let form = "[aria-labelledby=referral] form:has([name=alternatives])";
    sends(&ann, form, "alternatives", "A hostel: the landlord says no.");
    bo.goto(&case());
    sends(&bo, "form[action$='/approve']", "why", "I looked at all of it");
    assert!(bo.text("[aria-labelledby=referral]").contains("ann proposed it and bo agreed"));

    bo.follow(|page| page.click("[aria-labelledby=referral] a.go"));
    assert_eq!(bo.path(), format!("{}/refer", case()));
    assert_eq!(bo.visible(".make form"), 0, "not before its purpose is said");
    bo.type_into(".scope [name=purpose]", "A complaint about invented identities");
    bo.type_into(".scope [name=recipient]", "The field office");
    bo.follow(|page| page.click(".scope .go-preview button"));
    let verdict = bo.text(".verdict");
    assert!(
        verdict.contains("claimed identities") && verdict.contains("sealed values stay"),
        "{verdict}"
    );
    assert!(bo.text("[aria-labelledby=texts]").contains("A hostel: the landlord says no."));
    check_every_way(&bo);
    // Somebody is left out, and is named no more.
    let named = bo.texts(".named tbody tr").len();
    bo.click(".scope [name=out]");
    bo.follow(|page| page.click(".scope .go-preview button"));
    assert_eq!(bo.texts(".named tbody tr").len(), named - 1);
    bo.back();
    assert_eq!(bo.texts(".named tbody tr").len(), named, "the address has the scope");

    bo.follow(|page| page.click(".make form button"));
    assert!(bo.path().starts_with("/referrals/ref_"), "{}", bo.path());
    assert!(bo.text(".verdict").contains("made by bo for The field office. It stands."));
    assert!(bo.attribute(".hand-over a.go", "href").ends_with("/package.zip"));
    check_every_way(&bo);
    bo.follow(|page| page.click(".hand-over form button"));
    assert!(bo.text(".checked.intact").contains("is intact"));
    check_every_way(&bo);

    sends(&bo, "form[action$='/withdraw']", "why", "a member was cleared");
    assert!(bo.text(".verdict").contains("Withdrawn by bo: a member was cleared"));
    check_every_way(&bo);
    bo.goto("/referrals");
    assert!(bo.text("table.referrals tbody").contains("Withdrawn"));
    check_every_way(&bo);
    bo.goto(&case());
    assert!(bo.text(".packages").contains("a member was cleared"));
    check_every_way(&bo);
}

#[test]
fn a_package_is_made_without_javascript() {
    let Some(site) = Site::with_packages() else { return };
    let media = Media { script: false, ..Media::default() };
    let (ann, bo) = (site.page_as(media), site.page_of("bo", media));
    ann.goto(&case());
    ann.choose("[aria-labelledby=status] [name=status]", "suspected_ring");
    sends(&ann, "[aria-labelledby=status] form", "why", "the courier");
    let form = "[aria-labelledby=referral] form:has([name=alternatives])";
    sends(&ann, form, "alternatives", "No hostel.");
    bo.goto(&case());
    sends(&bo, "form[action$='/approve']", "why", "I looked at all of it");
    bo.goto(&format!("{}/refer", case()));
    bo.click(".profiles [value=full]");
    bo.type_into(".scope [name=purpose]", "For counsel");
    bo.follow(|page| page.click(".scope .go-preview button"));
    bo.follow(|page| page.click(".make form button"));
    assert!(bo.path().starts_with("/referrals/ref_"), "{}", bo.path());
}
