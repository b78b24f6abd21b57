//! The pages in a real browser: every screen, and the ways people go through them. Skipped where there is no Chromium.
//!
//! A test asks a `Site` for a `Page`, works it by keyboard and mouse, and reads what a person would see. When the page
//! is dropped it asserts that the browser had nothing to complain about.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod accessibility;
mod accounts;
mod base64;
mod cases;
mod chromium;
mod display;
mod exploring;
mod finding;
mod importing;
mod input;
mod judging;
mod keyboard;
#[path = "../web/made_up.rs"]
mod made_up;
mod page;
mod pictures;
mod png;
mod printing;
mod problems;
mod referring;
mod reporting;
mod screens;
mod scriptless;
mod sign_in;
mod site;
mod tasks;
