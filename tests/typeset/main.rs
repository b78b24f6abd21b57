//! Documents typeset and read again, by Ringer's own eyes and by programs of others. Not responsible for what any
//! one document of Ringer says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod hostile;
mod lab;
mod look;
mod scripts;
#[path = "../tools/mod.rs"]
mod tools;
