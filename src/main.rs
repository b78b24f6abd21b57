//! The `ringer` program.

fn main() {}
