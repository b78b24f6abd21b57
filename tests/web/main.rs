//! The pages, asked in-process: what they show, what they refuse, and that every link of them leads somewhere.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod accounts;
mod answers;
mod audit;
mod by_role;
mod cases;
mod crawl;
mod display;
mod exploring;
mod fixture;
mod importing;
mod judging;
mod lists;
mod made_up;
mod masking;
mod own_account;
mod planted;
mod policy;
mod privacy;
mod referrals;
mod reporting;
mod safety;
mod screens;
mod tidy;
mod trespass;
mod verbs;
mod whole;
mod workbench;
