//! Rendering: a report in the forms in which people and programs get it. Not responsible for what it says.
//!
//! Invariant: every form is made from the canonical one alone, and shows no more than `Rendering::sight` allows.

mod csv;
mod drawing;
mod hook;
mod html;
mod json;
mod letter;
mod load;
mod pdf;
mod png;
mod words;

pub use drawing::harmless;
pub use load::{FORMS, form, load};

use crate::{
    model::ReportFormat,
    reports::{Report, ReportError, Sight},
};

/// For whom a report is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rendering<'a> {
    /// What links begin with: scheme and host, without a slash at the end. Empty for links within the web UI.
    pub base: &'a str,
    /// How much whoever gets it sees.
    pub sight: Sight,
    /// The house whose report it is; empty where it was not configured.
    pub house: &'a str,
}

/// A form in which a report can be had.
pub struct Form {
    /// Which.
    pub format: ReportFormat,
    /// Media type.
    pub media_type: &'static str,
    /// Makes it.
    pub render: fn(&Report, &Rendering<'_>) -> Result<Vec<u8>, ReportError>,
}
