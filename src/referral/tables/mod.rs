//! Tables of a package: CSV files for spreadsheets, databases and scripts. Not responsible for graphs (`graphs`).
//!
//! Invariant: each is one table with one header row, loads without this program, and says on every row how far it may go.

mod applications;
mod attributes;
mod claims;
mod identities;
mod indicators;
mod links;
mod table;
mod timeline;

pub use applications::Applications;
pub use attributes::Attributes;
pub(super) use attributes::{form, public_id};
pub(super) use claims::{Claims, distinct};
pub use identities::Identities;
pub(super) use identities::{CAUTION, seen};
pub use indicators::Indicators;
pub use links::Links;
pub(super) use table::{Cell, Table};
pub use timeline::Timeline;

use crate::referral::{Dossier, Identity};

/// Several values in one cell.
pub(super) const BETWEEN: &str = " | ";

/// The identity of this number.
pub(super) fn identity(dossier: &Dossier, no: usize) -> Option<&Identity> {
    dossier.identities.get(no.checked_sub(1)?)
}

/// What the identity of this number is shown as; empty where there is none.
pub(super) fn label(dossier: &Dossier, no: usize) -> &str {
    identity(dossier, no).map_or("", |identity| &identity.label)
}
