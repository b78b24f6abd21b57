//! What the pages of referrals are made of, and what their forms do. Not responsible for the pages themselves (`pages`), for
//! who may refer (`casework`), nor for what a package is (`referral`).
//!
//! Invariant: nothing is made but what was previewed, and nothing of a package is shown to who may not refer.

pub mod asked;
pub mod download;
pub mod draft;
pub mod form;
pub mod kept;
pub mod making;
pub mod preview;
pub mod prints;
pub mod row;
pub mod warnings;
