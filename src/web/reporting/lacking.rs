//! What keeps things from reaching recipients, asked where it holds up no other answer. Not responsible for what that is
//! (`reports::delivery`).
//!
//! Invariant: without anybody who delivers, nothing is said to lack.

use crate::{
    model::Recipient,
    web::{WebError, intake::blocking, state::Visit},
};
use std::collections::{BTreeMap, BTreeSet};

/// What each recipient lacks, of those who lack something.
pub type Lacking = BTreeMap<Recipient, String>;

/// What these recipients lack.
///
/// # Errors
/// When the server is ending.
pub async fn lacking(visit: &Visit, to: BTreeSet<Recipient>) -> Result<Lacking, WebError> {
    let Some(reports) = visit.state.reports.clone().filter(|_| !to.is_empty()) else {
        return Ok(Lacking::new());
    };
    let of = move |to: Recipient| reports.lacks(&to).map(|what| (to, what));
    blocking(move || Ok(to.into_iter().filter_map(of).collect())).await
}
