//! The pages, one file each with a template of the same name. Not responsible for routing or for sign-in.
//!
//! Invariant: a handler loads, builds a page and returns it; the HTML is in the template only.

pub mod account;
pub mod alert_rule;
pub mod alerts;
pub mod applicant;
pub mod attribute;
pub mod audit;
pub mod case;
pub mod cases;
pub mod compare;
pub mod erase;
pub mod explore;
pub mod first_account;
pub mod help;
pub mod import;
pub mod indicators;
pub mod judge;
pub mod judgements;
pub mod one_time_link;
pub mod path;
pub mod policy;
pub mod precision;
pub mod privacy;
pub mod queue;
pub mod refer;
pub mod referral;
pub mod referrals;
pub mod report;
pub mod reports;
pub mod ring;
pub mod schedule;
pub mod search;
pub mod second_step;
pub mod sign_in;
pub mod subject_access;
pub mod upload;
pub mod users;
pub mod watch_lists;
pub mod welcome;
pub mod what_if;

use crate::{engine::View, model::ApplicantIx, web::WebError};

/// The applicant that a text names: by its own id or by that of one of its applications.
pub fn find_applicant(view: &View, text: &str) -> Result<ApplicantIx, WebError> {
    let text = text.trim();
    let found = view.applicant(text);
    found.ok_or_else(|| WebError::NotFound {
        what: "applicant or application",
        id: text.chars().take(80).collect(),
    })
}
