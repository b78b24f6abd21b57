//! Referral packages from the command line down to the last byte: made, proven, tampered with, opened by programs that
//! others wrote.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod hostile;
mod lab;
mod making;
mod marker;
#[expect(dead_code, reason = "others read files of the folder")]
#[path = "../ringer/mod.rs"]
mod ringer;
mod stopping;
mod tampering;
mod tools;
