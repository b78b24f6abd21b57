//! A ring on paper: a case report. Not responsible for which sheets there are.
//!
//! Invariant: what is folded on screen is open on paper, and nothing on it wants to be pressed.

use crate::{
    page::{Media, all},
    screens::{EVAN, ring},
    site::Site,
};
use flate2::read::ZlibDecoder;
use std::io::Read;

#[test]
fn on_paper_everything_is_open_and_nothing_can_be_pressed() {
    let Some(site) = Site::story() else { return };
    let page = site.page_as(Media { print: true, width: 794, ..Media::default() });
    page.goto(&ring(&site.view(), EVAN));
    let folded = page.eval(&format!(
        "{}.filter(e => e.offsetHeight == 0).map(e => e.outerHTML.slice(0, 100))",
        all("main details > :not(summary)")
    ));
    assert_eq!(folded.as_array().unwrap().len(), 0, "{folded}");
    assert!(page.visible("table.evidence") > 0);
    for what in ["header nav", "button", "input", "select", "textarea", "[role=search]", ".skip"] {
        assert_eq!(page.visible(what), 0, "{what}");
    }
    for what in ["main .verdict", ".for", ".against", "svg", "table"] {
        assert!(page.visible(what) > 0, "{what}");
    }
    assert_eq!(page.too_wide(), [""; 0]);
}

#[test]
fn on_paper_a_ring_is_a_case_report_from_the_verdict_to_its_history() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    page.goto(&ring(&site.view(), EVAN));
    // As on the screen of somebody who prints: the drawing has come to life by then.
    page.wait_for("figure[data-network=ring] .live canvas");
    page.emulate(Media { print: true, width: 794, ..Media::default() });
    assert_eq!(page.visible(".live, .zoom, .told"), 0, "a canvas does not print well");
    assert!(page.visible("svg.network") > 0, "the drawing of the page does");
    let report = page.text("body");
    for part in [
        "6 claimed identities",
        "Speaks against it",
        "Innocent explanations to rule out first",
        "What holds it together, and what remains without it",
        "Would each stand alone: 6",
        "What its members share",
        "Indicators",
        "Links and their evidence",
        "Gates it had to pass",
        "History",
        "Ringer suspects coordination; people decide.",
    ] {
        assert!(report.contains(part), "{part} is not on paper");
    }
    for name in ["Evan Whitlock", "Priya Raman", "Dana Kowalski", "Marcus Bell"] {
        assert!(report.contains(name), "{name} is not on paper");
    }
    let stamp = page.attribute("html", "data-stamp");
    assert!(stamp.contains("As of fact") && stamp.contains("policy"), "{stamp}");
    // Back on the screen it is alive again.
    page.emulate(Media::default());
    page.wait_for("figure[data-network=ring] .live canvas");
}

#[test]
fn a_ring_comes_out_of_the_printer_as_pages_with_text() {
    let Some(site) = Site::story() else { return };
    let page = site.page();
    page.goto(&ring(&site.view(), EVAN));
    let pdf = page.pdf();
    assert!(pdf.starts_with(b"%PDF-"));
    let plain = String::from_utf8_lossy(&pdf).into_owned();
    let sheets = plain.matches("/Type /Page\n").count() + plain.matches("/Type/Page\n").count();
    assert!((1..=30).contains(&sheets), "{sheets} sheets");
    let drawn: usize = streams(&pdf).iter().map(|text| text.matches(" Tj").count()).sum();
    assert!(drawn > 100, "text is put on paper {drawn} times");
}

/// The streams of a PDF that can be unpacked, as text.
fn streams(pdf: &[u8]) -> Vec<String> {
    const BEGIN: &[u8] = b"stream\n";
    let starts = (0..pdf.len()).filter(|&at| pdf[at..].starts_with(BEGIN));
    starts
        .filter_map(|at| {
            let mut bytes = Vec::new();
            ZlibDecoder::new(&pdf[at + BEGIN.len()..]).read_to_end(&mut bytes).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect()
}
