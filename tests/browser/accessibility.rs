//! What is asked of every screen: axe finds nothing serious, nothing is wider than a telephone, the browser does not
//! complain. Not responsible for which screens there are (`screens`).
//!
//! Invariant: every screen is looked at wide and narrow, in light and in dark, folded and unfolded.

use crate::{
    page::{Media, Page},
    screens::SCREENS,
    site::Site,
};

/// axe-core; see vendor/VENDOR.md. It comes in through DevTools, which no Content-Security-Policy keeps out.
const AXE: &str = include_str!("vendor/axe.min.js");

/// What axe finds that is serious or critical, a line each.
fn findings(page: &Page) -> Vec<String> {
    page.eval(&format!("{AXE}; 0"));
    let found = page.eval_promise(
        "axe.run({ resultTypes: ['violations'], preload: false, rules: { 'target-size': { enabled: true } } })
            .then(({ violations }) =>
            violations.filter(v => ['serious', 'critical'].includes(v.impact)).flatMap(v =>
                v.nodes.slice(0, 5).map(n => `${v.id}: ${n.html.slice(0, 160)}: ${n.failureSummary}`)))",
    );
    let lines = found.as_array().unwrap().iter();
    lines.map(|line| line.as_str().unwrap().replace('\n', " ")).collect()
}

/// What is wrong with the page as it is, and with everything on it unfolded.
fn faults(page: &Page) -> Vec<String> {
    let mut found = page.too_wide();
    page.unfold();
    found.extend(page.too_wide());
    found.extend(findings(page));
    found
}

/// Asks it of a page that one comes to by doing something, which is in no list.
#[track_caller]
pub fn check_here(page: &Page) {
    assert_eq!(faults(page), [""; 0], "{}", page.path());
}

fn check_every_screen(site: &Site, media: Media) {
    let page = site.page_as(media);
    let mut wrong = Vec::new();
    for screen in SCREENS {
        let path = (screen.path)(&site.view());
        if screen.status == 200 {
            page.goto(&path);
        } else {
            page.goto_error(&path, screen.status);
        }
        let mut found = page.problems();
        let status = page.eval("performance.getEntriesByType('navigation')[0].responseStatus");
        if status != screen.status {
            found.push(format!("answers {status}"));
        }
        found.extend(faults(&page));
        found.extend(page.problems());
        wrong.extend(found.iter().map(|what| format!("{} ({path}): {what}", screen.name)));
    }
    assert!(wrong.is_empty(), "{media:?}\n{}", wrong.join("\n"));
}

#[test]
fn every_screen_is_accessible_wide_and_light() {
    let Some(site) = Site::story() else { return };
    check_every_screen(site, Media::default());
}

#[test]
fn every_screen_is_accessible_wide_and_dark() {
    let Some(site) = Site::story() else { return };
    check_every_screen(site, Media { dark: true, ..Media::default() });
}

#[test]
fn every_screen_is_accessible_narrow_and_light() {
    let Some(site) = Site::story() else { return };
    check_every_screen(site, Media { width: 390, height: 844, ..Media::default() });
}

#[test]
fn every_screen_is_accessible_narrow_and_dark() {
    let Some(site) = Site::story() else { return };
    check_every_screen(site, Media { dark: true, width: 390, height: 844, ..Media::default() });
}

#[test]
fn an_empty_store_is_accessible_and_says_what_to_do() {
    let Some(site) = Site::empty() else { return };
    let page = site.page();
    page.goto("/");
    assert!(page.text("main").contains("import"), "{}", page.text("main"));
    check_here(&page);
}

#[test]
fn what_is_wrong_with_a_page_is_found() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    page.goto("/help");
    page.eval(
        "document.body.insertAdjacentHTML('beforeend', '<input><hr style=\"color: red\">');
         console.error('oh'); setTimeout(() => gone(), 0);
         document.head.append(Object.assign(document.createElement('script'), { textContent: '1' }))",
    );
    page.eval(
        "for (let i = 0; i < 2; i++) {
            const button = document.createElement('button');
            button.textContent = 'x';
            document.body.append(button);
            Object.assign(button.style, { all: 'unset', inlineSize: '9px', blockSize: '9px', fontSize: '8px' });
        }",
    );
    let found = findings(&page);
    for rule in ["label:", "target-size:"] {
        assert!(found.iter().any(|line| line.starts_with(rule)), "{rule} is not in {found:?}");
    }
    assert_eq!(page.too_wide(), [""; 0]);
    page.eval("document.querySelector('hr').style.inlineSize = '2000px'");
    assert!(page.too_wide().join(" ").contains("<hr"), "{:?}", page.too_wide());
    let problems = page.problems().join("\n");
    for part in
        ["oh", "gone is not defined", "Content Security Policy", "ContentSecurityPolicyIssue"]
    {
        assert!(problems.contains(part), "{part} is not in {problems}");
    }
}
