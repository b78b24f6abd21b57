//! Somebody is found by a name that is spelt wrongly, and the ways from one to another are told with reasons. Not
//! responsible for the same by keyboard (`keyboard`).
//!
//! Invariant: what is found says why.

use crate::{
    page::Media,
    screens::{DANA, PRIYA},
    site::Site,
};

#[test]
fn a_name_with_two_letters_in_the_wrong_order_is_found_and_says_why() {
    let Some(site) = Site::story() else { return };
    for script in [true, false] {
        let page = site.page_as(Media { script, ..Media::default() });
        page.goto("/");
        page.type_into("#find", "Dana Kowalksi");
        page.follow(|page| page.click("[role=search] button"));
        page.wait_for_url("/search?q=Dana");
        let row = page.text("main [data-row]");
        assert!(row.contains("Dana Kowalski"), "{row}");
        assert!(row.contains("spelt"), "{row}");
        page.follow(|page| page.click("main [data-open]"));
        assert!(page.text("h1").contains("Dana Kowalski"));
    }
}

#[test]
fn the_three_best_ways_are_told_with_the_reasons_of_each_hop() {
    let Some(site) = Site::story() else { return };
    for script in [true, false] {
        let page = site.page_as(Media { script, ..Media::default() });
        page.goto("/path");
        page.type_into("input[name=from]", PRIYA);
        page.type_into("input[name=to]", DANA);
        page.follow(|page| page.click("form.pair button"));
        assert!(page.text("main .verdict").contains("1 link away"));
        let ways = page.texts(".way > h3");
        assert_eq!(ways.len(), 3, "{ways:?}");
        assert!(ways.iter().all(|way| way.contains("bits in all")), "{ways:?}");
        let over = page.texts(".hops > li .over");
        assert!(over.len() >= 5, "one hop and twice two: {over:?}");
        assert!(over.iter().all(|reason| reason.contains("1418 maple ct")), "{over:?}");
        assert!(page.visible(".weakest") >= 2, "a way of two hops has a weakest one");
        page.click(".way:last-child .hops details > summary");
        page.wait_for(".way:last-child .hops details[open] table.evidence");
        let drawn = if script {
            "figure[data-network=path] .live canvas"
        } else {
            "figure[data-network=path] svg.network a"
        };
        page.wait_for(drawn);
        page.follow(|page| page.click(".way:last-child .hops a[href^='/compare']"));
        page.wait_for_url("/compare?a=");
    }
}
