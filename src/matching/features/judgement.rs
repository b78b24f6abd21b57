//! Judgements about a pair, as a line of evidence, so that a link that a person made or broke says so.

use crate::{
    matching::Feature,
    model::{Column, Family, Normalized},
};

/// A person's word on the pair. Its bits come from the judgement and not from a comparison.
pub struct Judged;

impl Feature for Judged {
    fn name(&self) -> &'static str {
        "judgement"
    }
    fn label(&self) -> &'static str {
        "Judgement"
    }
    fn describe(&self) -> &'static str {
        "A person judged this pair. It binds until it is withdrawn."
    }
    fn family(&self) -> Family {
        Family::Judgement
    }
    fn columns(&self) -> &'static [Column] {
        &[]
    }
    fn value(&self, _: &Normalized) -> Option<String> {
        None
    }
}
