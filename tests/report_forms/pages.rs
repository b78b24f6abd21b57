//! The page that stands alone.

use crate::lab::{BASE, SIGHTS, keep, text_of};
use ringer::{
    model::ReportFormat,
    reports::{Report, Sight, sample},
};
use scraper::{Html, Selector};

fn select(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

fn page(report: &Report, sight: Sight) -> (String, Html) {
    let text = text_of(report, ReportFormat::Html, sight);
    let html = Html::parse_document(&text);
    (text, html)
}

#[test]
fn a_page_parses_runs_nothing_and_asks_for_nothing() {
    for (name, report) in [("sample", sample::report()), ("quiet", sample::quiet())] {
        for sight in SIGHTS {
            let (text, html) = page(&report, sight);
            keep(&format!("{name}-{sight:?}.html"), text.as_bytes());
            assert!(html.errors.is_empty(), "{:?}", html.errors);
            let count = |what: &str| html.select(&select(what)).count();
            assert_eq!((count("style"), count("h1"), count("main")), (1, 1, 1));
            assert_eq!(
                count("script, link, iframe, img, object, embed, base, form, image, use"),
                0
            );
            for element in html.select(&select("*")) {
                for (attribute, value) in element.value().attrs() {
                    assert!(!attribute.starts_with("on") && attribute != "style", "{attribute}");
                    assert_ne!(attribute, "src");
                    if attribute == "href" {
                        let known =
                            value.starts_with('#') || value.starts_with(&format!("{BASE}/"));
                        assert!(known, "{value}");
                    }
                }
            }
            assert!(!text.contains("url(") && !text.contains("@import"));
        }
    }
}

#[test]
fn every_drawing_is_followed_by_its_numbers_and_every_section_has_its_place() {
    let report = sample::report();
    let (_, html) = page(&report, Sight::Full);
    let drawings = html.select(&select("figure.chart svg")).count();
    assert_eq!(drawings, 5);
    assert!(html.select(&select("figure.chart details table tbody tr")).count() > 40);
    for figure in html.select(&select("figure.chart")) {
        assert!(figure.select(&select("details table caption")).next().is_some());
    }
    for section in &report.sections {
        let place = select(&format!("section#{} h2", section.id));
        assert!(html.select(&place).next().is_some(), "{}", section.id);
    }
    for table in html.select(&select("table")) {
        let heads = table.select(&select("thead th")).count();
        for row in table.select(&select("tbody tr")) {
            assert_eq!(row.select(&select("th, td")).count(), heads);
        }
    }
}

#[test]
fn hostile_names_are_text_and_a_drawing_that_was_changed_is_not_shown() {
    let mut report = sample::report();
    let (text, html) = page(&report, Sight::Full);
    let said: String = html.root_element().text().collect();
    for name in sample::NAMES.iter().filter(|name| !name.contains('\r')) {
        assert!(said.contains(name), "{name}");
    }
    assert!(!text.contains("<script") && !text.contains("<img"));
    report.sections[1].figures[0].svg = "<svg onload=\"alert(1)\"></svg>".to_owned();
    let (text, html) = page(&report, Sight::Full);
    assert!(!text.contains("onload"));
    assert_eq!(html.select(&select("figure.chart svg")).count(), 4);
}

#[test]
fn links_lead_to_rings_and_within_the_web_ui_to_paths() {
    let report = sample::report();
    let (_, html) = page(&report, Sight::Counts);
    let links = select("main a");
    let rings = html.select(&links).filter_map(|a| a.value().attr("href"));
    assert!(rings.filter(|href| href.starts_with(&format!("{BASE}/rings/"))).count() >= 6);
    let within = ringer::reports::render::Rendering { base: "", sight: Sight::Full, house: "" };
    let form = ringer::reports::render::form(ReportFormat::Html);
    let text = String::from_utf8((form.render)(&report, &within).unwrap()).unwrap();
    assert!(text.contains("href=\"/rings/") && !text.contains(BASE));
}

#[test]
fn a_page_of_three_thousand_lines_has_them_all() {
    let (text, html) = page(&sample::long(3_000), Sight::Masked);
    assert_eq!(html.select(&select("#decisions ol.lines > li")).count(), 3_000);
    assert!(text.len() < 12 << 20, "{}", text.len());
}
