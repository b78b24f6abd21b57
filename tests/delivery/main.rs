//! Delivery against servers that nobody here wrote: a mail server and a receiver of webhooks in Python, started by the tests.
//! The clock is passed in and moved to each next try; nothing sleeps.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should fail"
)]

mod folder;
mod lab;
mod mail;
mod outbox;
mod webhook;
