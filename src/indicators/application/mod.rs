//! Indicators of one application, one file a topic. Not responsible for adding them up (`combine`).
//!
//! To add one: write it in the file of its topic and put its line here, where it belongs in display order.

mod phone;
pub(super) mod watched;

use crate::indicators::Indicator;

/// Every indicator of an application, in display order.
pub const APPLICATION: &[&Indicator] = &[
    &phone::PLUS_ONE_FORMAT,
    &watched::CUSTOMER_LIST,
    &watched::WATCHLISTED_SHELL,
    &watched::EXACT_MATCH,
];
