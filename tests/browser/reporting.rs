//! Reports as people get them: a schedule is made, run, read, its failed delivery tried again, and paused. Not responsible for
//! what a real report says.
//!
//! Invariant: every page of it is looked at wide and narrow, in light and in dark.

use crate::{
    accessibility::check_here,
    page::{Media, Page},
    site::Site,
};

/// Asks of the page as it is what is asked of every screen.
#[track_caller]
fn check_every_way(page: &Page) {
    for (dark, width) in [(true, 390), (false, 390), (true, 1440), (false, 1440)] {
        page.emulate(Media { dark, width, ..Media::default() });
        check_here(page);
    }
}

#[test]
fn a_schedule_is_made_run_read_and_paused() {
    let Some(site) = Site::with_reports() else { return };
    let page = site.page();
    page.goto("/reports");
    check_every_way(&page);
    page.follow(|page| page.click(".schedules a[href='/reports/new']"));
    page.type_into("#name", "monthly");
    page.click("[name=preset][value=monthly]");
    page.type_into("#to", "ann@example.com");
    page.follow(|page| page.click("button[value=look]"));
    assert!(page.text(".note").contains("Not saved yet"));
    check_every_way(&page);
    page.follow(|page| page.click(".wide-form .primary"));
    assert_eq!(page.path(), "/reports/schedules/monthly");
    page.follow(|page| page.click("form[action$='/run'] button"));
    assert!(page.path().starts_with("/reports/rep_"), "{}", page.path());
    assert!(page.text(".report-head .verdict").starts_with("Two rings wait"));
    page.click(".grounds summary");
    check_every_way(&page);
    page.follow(|page| page.click("form.try-again button"));
    assert!(page.text(".deliveries").contains("delivered"));
    page.goto("/reports/schedules/monthly");
    page.click(".panel-card details summary");
    page.type_into(".panel-card form.stack [name=why]", "holidays");
    page.follow(|page| page.click(".panel-card form.stack button"));
    assert!(page.text(".note").contains("holidays"));
    check_every_way(&page);
    page.goto("/reports/alerts");
    check_every_way(&page);
    page.goto("/reports/alerts/rules/gains");
    check_every_way(&page);
}

#[test]
fn a_form_with_a_slip_comes_back_as_it_was_typed_without_javascript() {
    let Some(site) = Site::with_reports() else { return };
    let page = site.page_as(Media { script: false, ..Media::default() });
    page.goto("/reports/new");
    page.type_into("#name", "quarterly");
    page.click("[name=preset][value=own]");
    page.type_into("#cron-own", "0 7 1 1,4,7,10");
    page.follow(|page| page.click(".wide-form .primary"));
    assert!(page.text("#cron-wrong").contains("five fields"));
    // The browser tells of the status, and of nothing else.
    let said = page.problems();
    assert!(said.iter().all(|what| what.contains("status of 422")), "{said:?}");
    page.type_into("#cron-own", "0 7 1 1,4,7,10 *");
    page.follow(|page| page.click(".wide-form .primary"));
    assert_eq!(page.path(), "/reports/schedules/quarterly");
}
