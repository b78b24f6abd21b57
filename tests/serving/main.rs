//! The server itself, over sockets: TLS, proxies, limits, hostile requests, and that it stops when it is told to.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod exposed;
mod limits;
mod proxied;
#[path = "../ringer/mod.rs"]
mod ringer;
mod served;
mod stopping;
mod tls;
