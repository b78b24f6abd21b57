//! What a document as a whole has to be.

use crate::{
    lab::{NOW, SAMPLE, document, file, print, sample, text_of},
    tools,
};
use ringer::{
    model::Moment,
    typeset::{Template, TypesetError, pdf},
};
use serde_json::json;

#[test]
fn the_same_document_gives_the_same_bytes_and_another_moment_gives_others() {
    let first = print(&sample(40));
    assert!(first == print(&sample(40)), "two runs differ");
    let mut later = sample(40);
    later.made = Moment(NOW.0 + 86_400);
    assert!(first != print(&later));
}

#[test]
fn others_find_no_fault_in_it() {
    let printed = print(&sample(40));
    if let Some(qpdf) = tools::need("qpdf") {
        let said = tools::told(&qpdf, &["--check"], &file("check", &printed));
        assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
    }
    if let Some(pdfinfo) = tools::need("pdfinfo") {
        let said = tools::told(&pdfinfo, &["-isodates"], &file("info", &printed));
        let has = |key: &str, value: &str| {
            let line = said.lines().find(|line| line.starts_with(key)).unwrap_or_default();
            assert!(line.ends_with(value), "{key} {value}:\n{said}");
        };
        has("Title:", "A document for tests");
        has("Author:", "Example Staffing LLC");
        has("CreationDate:", "2026-11-23T10:00:00Z");
        has("Tagged:", "yes");
        has("JavaScript:", "no");
        has("Page size:", "612 x 792 pts (letter)");
    }
}

#[test]
fn every_page_has_the_marking_twice_its_number_and_the_heads_of_its_table() {
    let printed = print(&sample(120));
    assert!(printed.pages > 4);
    let Some(text) = text_of("pages", &printed) else { return };
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert_eq!(pages.len(), printed.pages);
    for (i, page) in pages.iter().enumerate() {
        assert!(page.matches("TLP:AMBER+STRICT").count() >= 2, "page {}", i + 1);
        let number = format!("Page {} of {}", i + 1, printed.pages);
        assert!(page.contains(&number), "{number}");
        if i > 3 {
            assert!(page.contains("Telephone") && page.contains("Remark"), "page {}", i + 1);
        }
    }
}

#[test]
fn a_drawing_is_lines_and_text_and_no_picture() {
    let printed = print(&sample(2));
    if let Some(text) = text_of("drawing", &printed) {
        assert!(text.contains("王小明 & Söhne") && text.contains("202-555-0143"), "{text}");
    }
    if let Some(pdfimages) = tools::need("pdfimages") {
        let said = tools::told(&pdfimages, &["-list"], &file("drawing", &printed));
        assert_eq!(said.lines().skip(2).count(), 0, "{said}");
    }
}

#[test]
fn a_hash_is_copied_without_gaps() {
    let printed = print(&sample(1));
    let Some(text) = text_of("hash", &printed) else { return };
    assert!(
        text.contains("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        "{text}"
    );
}

#[test]
fn a_template_that_is_wrong_says_where() {
    let template =
        Template { name: "wrong", source: "= A\n#json(\"/data.json\").absent", parts: &[] };
    match pdf(&document(template, json!({}))) {
        Err(TypesetError::Template { template: "wrong", what }) => {
            assert!(what.starts_with("/wrong.typ:2: ") && what.contains("absent"), "{what}");
        }
        other => panic!("{other:?}"),
    }
    let fonts = Template { source: "#set text(font: \"Comic\")\nx", ..template };
    let warned = pdf(&document(fonts, json!({}))).unwrap().warnings;
    assert!(warned.len() == 1 && warned[0].starts_with("/wrong.typ:1: unknown font"), "{warned:?}");
}

#[test]
fn a_template_reaches_nothing_beyond_its_document() {
    for source in [
        "#read(\"/etc/passwd\")",
        "#read(\"../../Cargo.toml\")",
        "#read(\"/Cargo.toml\")",
        "#import \"@preview/cetz:0.3.0\"",
        "#import \"@local/x:0.1.0\"",
        "#image(\"/static/icon.svg\")",
        "#plugin(\"x.wasm\")",
    ] {
        let template = Template { name: "reach", source, parts: &[] };
        assert!(pdf(&document(template, json!({}))).is_err(), "{source}");
    }
}

#[test]
fn a_moment_that_no_calendar_of_a_pdf_has_is_refused() {
    for moment in [i64::MIN, i64::MAX, -99_999_999_999] {
        let mut document = sample(0);
        document.made = Moment(moment);
        assert!(matches!(pdf(&document), Err(TypesetError::Moment(_))), "{moment}");
    }
    assert_eq!(SAMPLE.name, "sample");
}
