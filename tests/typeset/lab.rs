//! A document that has whatever `base.typ` offers, and ways to read what came out.

use crate::tools;
use ringer::{
    model::{AttributeKind, Bits, Moment},
    svg::network::{Edge, Line, Mark, Node, Shape, figure, placed},
    typeset::{Document, Printed, Template, pdf},
};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

/// Everything that the base offers, once.
pub const SAMPLE: Template =
    Template { name: "sample", source: include_str!("sample.typ"), parts: &[] };

/// One list of texts, each in every place where a text can stand.
pub const TEXTS: Template =
    Template { name: "texts", source: include_str!("texts.typ"), parts: &[] };

/// 2026-11-23T10:00:00Z.
pub const NOW: Moment = Moment(1_795_428_000);

pub fn document(template: Template, data: Value) -> Document {
    Document {
        template,
        data,
        images: vec![("ring", ring())],
        title: "A document for tests".to_owned(),
        author: "Example Staffing LLC".to_owned(),
        id: "ringer:test".to_owned(),
        made: NOW,
    }
}

pub fn sample(rows: usize) -> Document {
    let row = |i: usize| {
        json!([
            (i + 1).to_string(),
            (["Anna Berg", "Đặng Văn Hùng", "محمد علي", "王小明"][i % 4]),
            "202-555-0143",
            format!("{:064x}", i * 7919),
            "Applied from the same address on the same day"
        ])
    };
    let rows: Vec<Value> = (0..rows).map(row).collect();
    document(
        SAMPLE,
        json!({"title": "Suspected ring R-7", "marking": "TLP:AMBER+STRICT", "rows": rows}),
    )
}

pub fn texts(texts: &[&str]) -> Document {
    document(TEXTS, json!({ "texts": texts }))
}

/// A ring of two with one telephone.
fn ring() -> String {
    let node = |id: &str, shape, label: &str| Node {
        id: id.to_owned(),
        shape,
        label: label.to_owned(),
        hint: label.to_owned(),
        href: "/".to_owned(),
        mark: Mark { is_selected: id == "a", ..Mark::default() },
    };
    let nodes = [
        node("a", Shape::Person, "Anna Berg"),
        node("b", Shape::Person, "王小明 & Söhne"),
        node("c", Shape::Thing(AttributeKind::Phone), "202-555-0143"),
    ];
    let edge = |a, b, line| Edge { a, b, bits: Bits::new(12.0), line };
    let edges = [edge(0, 2, Line::Exact), edge(1, 2, Line::Near)];
    let places = placed(&nodes, &edges, 7);
    figure(&nodes, &edges, &places, "The ring", "Two people and one telephone")
}

/// Typesets a document that has no fault.
#[track_caller]
pub fn print(document: &Document) -> Printed {
    let printed = pdf(document).unwrap();
    assert!(printed.bytes.starts_with(b"%PDF-1.7"));
    assert!(printed.warnings.is_empty(), "{:?}", printed.warnings);
    printed
}

/// The PDF as a file.
pub fn file(name: &str, printed: &Printed) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
    fs::write(&path, &printed.bytes).unwrap();
    path
}

/// The text that others read in a PDF; none without the program.
#[track_caller]
pub fn text_of(name: &str, printed: &Printed) -> Option<String> {
    let program = tools::need("pdftotext")?;
    let (from, to) = (
        file(name, printed),
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.txt")),
    );
    tools::told(&program, &["-layout", "-enc", "UTF-8", from.to_str().unwrap()], &to);
    Some(fs::read_to_string(to).unwrap())
}
