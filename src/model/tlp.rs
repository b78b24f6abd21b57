//! How far something may be passed on: the Traffic Light Protocol 2.0 of FIRST. Not responsible for keeping to it.
//!
//! Invariant: from the widest to the narrowest, in this order.

use crate::model::words::words;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// Who may see something: the Traffic Light Protocol 2.0 of FIRST.
    Tlp, UnknownTlp, "a TLP 2.0 label",
    Clear = "clear", "no limit";
    Green = "green", "the community";
    Amber = "amber", "the organization and its clients";
    AmberStrict = "amber+strict", "the organization only";
    Red = "red", "named recipients only";
}

impl Tlp {
    /// The label as the standard writes it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }
}
