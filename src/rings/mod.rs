//! The room of links to rings.
