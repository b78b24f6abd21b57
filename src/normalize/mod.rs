//! The room of raw text to canonical value, one file each.
