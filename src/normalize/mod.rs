//! The room of raw text to canonical value, one file each. Not responsible for comparing anything
//! (`matching`).
//!
//! Invariant: every function is total, deterministic and free of I/O: any bytes in, a value or
//! nothing out.

pub mod address;
mod address_line;
mod application;
pub mod attributes;
pub mod date;
pub mod document;
pub mod email;
pub mod fold;
pub mod ip;
pub mod name;
pub mod organisation;
pub mod phone;
pub mod profile;
pub mod resume;

pub use application::{identifying, normalize, unread};
