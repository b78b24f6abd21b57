//! The pages, asked in-process: what they show, what they refuse, and that every link of them leads somewhere.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod accounts;
mod audit;
mod crawl;
mod display;
mod exploring;
mod fixture;
mod importing;
mod judging;
mod lists;
mod safety;
mod screens;
mod tidy;
mod verbs;
mod whole;
mod workbench;
