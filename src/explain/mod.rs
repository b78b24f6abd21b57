//! The room of evidence in words.
