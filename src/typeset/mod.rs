//! Typesetting: data and a template become a PDF, by the embedded typesetter Typst. Not responsible for what a
//! document says (its template and its data), nor for drawings (`svg`).
//!
//! A document is a template, which is part of the program, and data, which is not. The template reads the data from
//! the file `/data.json`, as text and numbers. `templates/typst/base.typ` is the page that all templates share and
//! says at its top what it offers; a template begins with `#import "/base.typ": *`.
//!
//! Invariant: no outside text is ever part of a source. Typesetting reads no file, no clock and no network: the same
//! document gives the same bytes.

mod fonts;
mod plain;
mod world;

use crate::{model::Moment, svg};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use std::{io, thread};
use typst::{
    comemo,
    diag::{SourceDiagnostic, Warned},
    foundations::{Datetime, Smart},
    layout::{Frame, FrameItem},
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp as PdfTimestamp};
use world::Desk;

pub use plain::{LONGEST_TEXT, shown};

/// Bytes of stack for one document: Typst calls itself once for each level of nesting.
const STACK: usize = 32 << 20;

/// The font of this room as files, for what draws pictures by itself: Noto Sans, regular and bold. A few milliseconds.
#[must_use]
pub fn plain_fonts() -> Vec<Vec<u8>> {
    fonts::plain().into_iter().flatten().collect()
}

/// How a document is laid out; part of the program.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// File name without its ending, for messages.
    pub name: &'static str,
    /// Text of `templates/typst/<name>.typ`.
    pub source: &'static str,
    /// Further sources that it imports beside `/base.typ`: path such as `/referral_tables.typ`, and text.
    pub parts: &'static [(&'static str, &'static str)],
}

/// What is to be printed.
#[derive(Debug, Clone)]
pub struct Document {
    /// The layout.
    pub template: Template,
    /// What the template reads by `json("/data.json")`. Strings are shown by [`shown`].
    pub data: Value,
    /// Drawings of the room `svg`, as pages have them. The template shows one by `#drawing("name", alt: "…")`.
    pub images: Vec<(&'static str, String)>,
    /// Title in the properties of the PDF.
    pub title: String,
    /// Author in the properties of the PDF; left out when empty.
    pub author: String,
    /// What the PDF's identifier is made of: the same for the same document.
    pub id: String,
    /// When it was made: creation date of the PDF, and what the template has as today.
    pub made: Moment,
}

/// A finished PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of its pages.
    pub pages: usize,
    /// Glyphs that no font could draw, so that an empty box stands there. Characters without a font are shown by
    /// their number before, so that this is 0 but for sequences that no font can join.
    pub boxes: usize,
    /// What Typst warns of, with the place: a misspelled font, pages that do not settle. A test of a template should
    /// see that there is nothing.
    pub warnings: Vec<String>,
}

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// The template is wrong, or does not fit its data.
    #[error("template {template}: {what}")]
    Template {
        /// Name of the template.
        template: &'static str,
        /// Where, and what Typst says.
        what: String,
    },
    /// The moment lies outside the years that a PDF can name.
    #[error("{0} is no date of a document")]
    Moment(Moment),
    /// The data cannot be written as JSON.
    #[error("the data of a document: {0}")]
    Data(#[from] serde_json::Error),
    /// There is no thread to typeset in.
    #[error("no thread to typeset in: {0}")]
    Thread(#[from] io::Error),
    /// The typesetter stopped in the middle: a defect in it.
    #[error("the typesetter broke off at template {0}")]
    BrokeOff(&'static str),
}

/// Typesets a document as a tagged PDF with all its fonts. A thread of its own does it, and this one waits: callers
/// that must not wait run it aside.
///
/// About 10 ms, 3 MB of memory while it runs, and 26 kB of PDF a page that is full of a table: 6,000 rows of five
/// cells are 300 pages, 3 s and 0.8 GB. What may be longer than some 2,000 rows should be cut by the document, which
/// then says where the rest is.
///
/// # Errors
/// [`TypesetError::Template`] when the template is wrong or asks for data that is not there; the others are as they
/// say. No outside text makes it fail.
pub fn pdf(document: &Document) -> Result<Printed, TypesetError> {
    let template = document.template.name;
    let done = thread::scope(|scope| {
        let builder = thread::Builder::new().name("typeset".to_owned()).stack_size(STACK);
        let thread = builder.spawn_scoped(scope, || print(document))?;
        thread.join().map_err(|_| TypesetError::BrokeOff(template))?
    });
    // What Typst remembers of a document is of no use to the next one, and is its data.
    comemo::evict(0);
    done
}

fn print(document: &Document) -> Result<Printed, TypesetError> {
    let Document { template, title, author, id, made, .. } = document;
    let today = datetime(*made).ok_or(TypesetError::Moment(*made))?;
    let mut data = document.data.clone();
    plain::make_shown(&mut data);
    let images = document.images.iter().map(|(name, drawing)| {
        (format!("/images/{name}.svg"), plain::drawable(&svg::printed(drawing)))
    });
    let desk = Desk::new(template, serde_json::to_string(&data)?, images, today);
    let Warned { output, warnings } = typst::compile::<PagedDocument>(&desk);
    let wrong = |all: &[SourceDiagnostic]| {
        let what: Vec<String> = all.iter().map(|one| desk.said(one)).collect();
        TypesetError::Template { template: template.name, what: what.join("; ") }
    };
    let mut pages = output.map_err(|all| wrong(&all))?;
    let warnings: Vec<String> = warnings.iter().map(|one| desk.said(one)).collect();
    let info = pages.info_mut();
    info.title = Some(shown(title).as_ref().into());
    info.author =
        [shown(author)].iter().filter(|a| !a.is_empty()).map(|a| a.as_ref().into()).collect();
    info.date = Smart::Auto;
    let options = PdfOptions {
        ident: Smart::Custom(id.clone()),
        creator: Smart::Custom(Some(concat!("Ringer ", env!("CARGO_PKG_VERSION")).to_owned())),
        timestamp: Some(PdfTimestamp::new_utc(today)),
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&pages, &options).map_err(|all| wrong(&all))?;
    let boxes = pages.pages().iter().map(|page| boxes(&page.frame)).sum();
    Ok(Printed { bytes, pages: pages.pages().len(), boxes, warnings })
}

/// Glyphs of a page that no font has.
fn boxes(frame: &Frame) -> usize {
    let of = |item: &FrameItem| match item {
        FrameItem::Group(group) => boxes(&group.frame),
        FrameItem::Text(text) => text.glyphs.iter().filter(|glyph| glyph.id == 0).count(),
        _ => 0,
    };
    frame.items().map(|(_, item)| of(item)).sum()
}

fn datetime(moment: Moment) -> Option<Datetime> {
    let at = TimeZone::UTC.to_datetime(Timestamp::from_second(moment.0).ok()?);
    let small = |n: i8| u8::try_from(n).ok();
    let (month, day) = (small(at.month())?, small(at.day())?);
    let (hour, minute, second) = (small(at.hour())?, small(at.minute())?, small(at.second())?);
    // A PDF writes years with four digits.
    let year = i32::from(at.year());
    (0..=9_999)
        .contains(&year)
        .then(|| Datetime::from_ymd_hms(year, month, day, hour, minute, second))?
}
