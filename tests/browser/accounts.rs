//! Accounts as people meet them: the first run, an invitation, signing in with an authenticator, and a session that ends
//! under one's feet. Not responsible for which passwords and codes are right.
//!
//! Invariant: each flow has a site of its own; every page of accounts is looked at wide and narrow, in light and in dark.

use crate::{
    accessibility::check_here,
    page::{Media, Page},
    site::{NOW, Site},
};
use ringer::{casework::SecondFactor, model::Moment};

const PASSWORD: &str = "plum otter granite lantern";
const OTHER: &str = "velvet harbor quartz bicycle";

/// Asks of the page as it is what is asked of every screen.
#[track_caller]
fn check_every_way(page: &Page) {
    for (dark, width) in [(true, 390), (false, 390), (true, 1440), (false, 1440)] {
        page.emulate(Media { dark, width, ..Media::default() });
        check_here(page);
    }
}

/// Chooses a password on the page that an invitation leads to, and is on the page of the account.
#[track_caller]
fn choose(page: &Page, password: &str) {
    page.type_into("[name=password]", password);
    page.type_into("[name=again]", password);
    page.follow(|page| page.click("main form button.primary"));
    page.wait_for_url("/account");
}

/// Fills in name and password where the page asks for them.
#[track_caller]
fn sign_in(page: &Page, name: &str, password: &str) {
    page.type_into("[name=name]", name);
    page.type_into("[name=password]", password);
    page.follow(|page| page.click("main form button.primary"));
}

/// Makes the first account by the link, and is on its page.
#[track_caller]
fn first_account(site: &Site, page: &Page) {
    page.goto(&site.one_time_link());
    page.wait_for_url("/first-account");
    page.type_into("[name=name]", "ann");
    page.follow(|page| page.click("main form button.primary"));
    page.wait_for_url("/welcome/");
}

#[test]
fn the_first_account_is_made_and_the_second_factor_is_asked_for() {
    let Some(site) = Site::with_accounts() else { return };
    let page = site.page_outside(Media::default());
    page.goto(&site.one_time_link());
    page.wait_for_url("/first-account");
    assert!(page.text("main").contains("recorded as clerk"), "{}", page.text("main"));
    check_every_way(&page);
    page.type_into("[name=name]", "ann");
    page.follow(|page| page.click("main form button.primary"));
    page.wait_for_url("/welcome/");
    assert_eq!(page.text("h1"), "Welcome, ann");
    check_every_way(&page);
    // A password can be looked at while it is typed, and is sent as one.
    page.click("label:has([name=password]) + .eye");
    assert_eq!(page.attribute("[name=password]", "type"), "text");
    page.click("label:has([name=password]) + .eye");
    assert_eq!(page.attribute("[name=password]", "type"), "password");
    choose(&page, PASSWORD);
    assert!(page.text("main .verdict").contains("no second factor yet"));
    check_every_way(&page);

    let shared = page.text("code.id").replace(' ', "");
    let factor: SecondFactor =
        serde_json::from_value(serde_json::json!({ "secret": shared })).unwrap();
    page.type_into("[name=code]", &factor.code_at(NOW));
    page.type_into("form:has([name=code]) [name=present]", PASSWORD);
    page.follow(|page| page.click("form:has([name=code]) button.primary"));
    assert_eq!(page.texts(".codes code").len(), 10);
    check_every_way(&page);
    page.follow(|page| page.click(".shown-once a.button"));
    assert_eq!(page.visible(".codes"), 0, "shown once");
    assert!(page.text("main .verdict").contains("A second factor protects this account"));
    check_every_way(&page);

    // What was unfolded to be looked at is folded again.
    page.goto("/account");
    page.click("details.who > summary");
    page.follow(|page| page.click("[action='/sign-out'] button"));
    page.wait_for_url("/sign-in");
    check_every_way(&page);
    sign_in(&page, "Ann", PASSWORD);
    page.wait_for_url("/second-step");
    check_every_way(&page);
    // The code of a moment ago was used; the authenticator shows the next.
    page.type_into("[name=code]", &factor.code_at(Moment(NOW.0 + 30)));
    page.follow(|page| page.click("main form button.primary"));
    page.wait_for_url("/");
    assert!(page.text(".who summary").starts_with("ann"));
}

#[test]
fn somebody_is_invited_and_chooses_a_password() {
    let Some(site) = Site::with_accounts() else { return };
    let admin = site.page_outside(Media::default());
    first_account(&site, &admin);
    choose(&admin, PASSWORD);
    admin.goto("/users");
    assert_eq!(admin.visible(".people form"), 0, "no form against oneself");
    check_every_way(&admin);
    admin.type_into("form[action='/users'] [name=name]", "bob");
    admin.choose("form[action='/users'] [name=role]", "investigator");
    admin.follow(|page| page.click("form[action='/users'] button"));
    let link = admin.attribute(".shown-once input", "value");
    assert!(link.starts_with("http://127.0.0.1:") && link.contains("/welcome/"), "{link}");
    assert!(admin.text(".shown-once button").contains("Copy"));
    check_every_way(&admin);

    let bob = site.page_outside(Media::default());
    bob.goto_url(&link);
    assert_eq!(bob.text("h1"), "Welcome, bob");
    choose(&bob, OTHER);
    assert!(bob.text("main .verdict").starts_with("You are an investigator"));

    // Disabling asks first, and then shuts the door at once.
    admin.goto("/users");
    admin.click(".people li:last-child details:last-of-type summary");
    check_every_way(&admin);
    admin.follow(|page| page.click(".people .danger"));
    assert!(admin.text(".flash").contains("bob can sign in no more"));
    bob.goto("/help");
    bob.wait_for_url("/sign-in?back=%2Fhelp");
}

#[test]
fn a_session_that_ends_under_ones_feet_goes_on_where_it_was() {
    for script in [true, false] {
        let Some(site) = Site::with_accounts() else { return };
        let media = Media { script, ..Media::default() };
        let (here, there) = (site.page_outside(media), site.page_outside(media));
        first_account(&site, &here);
        choose(&here, PASSWORD);
        there.goto("/sign-in");
        sign_in(&there, "ann", PASSWORD);
        there.wait_for_url("/");
        there.goto("/search?q=evan+witlock");

        here.goto("/account");
        assert_eq!(here.texts("[aria-labelledby=sessions-h] li").len(), 2);
        here.follow(|page| page.click("[action='/account/sign-out-everywhere'] button"));
        here.wait_for_url("/sign-in");

        // Whoever is there goes on working, is asked to sign in, and is back on the page they wanted.
        there.follow(|page| page.click("nav a[href='/policy']"));
        there.wait_for_url("/sign-in?back=%2Fpolicy");
        sign_in(&there, "ann", PASSWORD);
        there.wait_for_url("/policy");
        assert_eq!(there.eval("location.pathname"), "/policy");
        there.goto("/account");
        assert!(there.text(".headline .aside").contains("Before that"));
    }
}
