//! The three questions that are asked most, from the queue on: each is answered with at most four clicks. Prints how many
//! and how many seconds, for the guide. Not responsible for the pages on the way.
//!
//! Invariant: a task does nothing but click, and type what only its person can know; into a field it clicks first.

use crate::{
    page::{Media, Page, all},
    screens::{EVAN, ring, shared},
    site::Site,
};
use std::time::Instant;

/// An application of the ring of five that had its equipment sent to one address, from January to May.
const EMILIO: &str = "A0003373";

/// Most clicks of a task.
const MOST: usize = 4;

/// Somebody at work, counted.
struct Clicker<'a> {
    page: &'a Page,
    clicks: Vec<String>,
    begun: Instant,
}

impl<'a> Clicker<'a> {
    /// Begins on the queue.
    fn on_the_queue(page: &'a Page) -> Self {
        page.goto("/");
        Self { page, clicks: Vec::new(), begun: Instant::now() }
    }

    /// A click.
    #[track_caller]
    fn click(&mut self, selector: &str) {
        let said = self.said(selector);
        self.page.click(selector);
        self.clicks.push(said);
    }

    /// A click that leads to another page.
    #[track_caller]
    fn follow(&mut self, selector: &str) {
        let said = self.said(selector);
        self.page.follow(|page| page.click(selector));
        self.clicks.push(said);
    }

    /// What is clicked on, as somebody would call it.
    #[track_caller]
    fn said(&self, selector: &str) -> String {
        self.page.wait_for(selector);
        let js = format!("(e => (e.labels?.[0] ?? e).innerText.trim())({}[0])", all(selector));
        self.page.eval(&js).as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn done(self, task: &str) {
        let (seconds, n) = (self.begun.elapsed().as_secs_f64(), self.clicks.len());
        println!("{task}: {n} clicks, {seconds:.1} s: {}", self.clicks.join(" > "));
        assert!(n <= MOST, "{task}: {n} clicks: {:?}", self.clicks);
    }
}

/// With JavaScript on and off.
fn each_way(site: &Site, task: impl Fn(&Page, &str)) {
    for (script, how) in [(true, ""), (false, " (without JavaScript)")] {
        let page = site.page_as(Media { script, ..Media::default() });
        // What is fetched once and kept is not the task's.
        page.goto("/");
        task(&page, how);
    }
}

#[test]
fn why_are_these_two_together_takes_at_most_four_clicks() {
    let Some(site) = Site::story() else { return };
    each_way(site, |page, how| {
        let mut at = Clicker::on_the_queue(page);
        at.follow(&format!("[data-row] a.main[href^='{}']", ring(&site.view(), EVAN)));
        at.follow("#evidence .lines a[href*='~']");
        let reasons = page.text("#evidence .comparisons");
        assert!(reasons.to_lowercase().contains("1418 maple"), "{reasons}");
        assert!(page.visible("#evidence .comparisons .sign") > 1, "for and against");
        at.follow("#evidence .actions a[href^='/compare']");
        assert!(page.text("main .verdict").contains("claim to be different people"));
        at.done(&format!("why are these two together{how}"));
    });
}

#[test]
fn what_holds_this_ring_together_and_what_if_it_goes_takes_at_most_four_clicks() {
    let Some(site) = Site::story() else { return };
    each_way(site, |page, how| {
        let mut at = Clicker::on_the_queue(page);
        at.follow(&format!("[data-row] a.main[href^='{}']", ring(&site.view(), EVAN)));
        at.click("main .actions a[href='#holds']");
        page.wait_until("location.hash == '#holds'");
        let seen = page.eval(
            "(box => box.top >= 0 && box.bottom <= innerHeight)\
             (document.querySelector('.holds .remains').getBoundingClientRect())",
        );
        assert_eq!(seen, true, "it stands in the window");
        assert!(page.text(".holds").contains("1418 maple ct"));
        let remains = page.text(".holds .remains");
        assert!(remains.contains("Would each stand alone: 6"), "{remains}");
        at.done(&format!("what holds this ring together and what if it goes{how}"));
    });
}

#[test]
fn who_else_used_this_address_before_march_takes_at_most_four_clicks() {
    let Some(site) = Site::story() else { return };
    each_way(site, |page, how| {
        let mut at = Clicker::on_the_queue(page);
        at.follow(&format!("[data-row] a.main[href^='{}']", ring(&site.view(), EMILIO)));
        let address = shared(&site.view(), EMILIO);
        at.follow(&format!("[aria-labelledby=shared] a[href='{address}']"));
        assert!(page.text("h1").contains("9149 edgemont cir"));
        let all = page.visible("#users ~ * tbody [data-row]");
        at.click("input[name=before]");
        // To the month, wherever in the field the click was.
        page.press("ArrowLeft");
        page.press("ArrowLeft");
        page.type_here("03012026");
        at.follow("form:has([name=before]) button");
        page.wait_for_url("before=2026-03-01");
        let days = page.texts("#users ~ * tbody [data-row] td.day:first-child");
        assert!((1..all).contains(&days.len()), "{} of {all}", days.len());
        assert!(days.iter().all(|day| day.as_str() < "2026-03-01"), "{days:?}");
        at.done(&format!("who else used this address before March{how}"));
    });
}
