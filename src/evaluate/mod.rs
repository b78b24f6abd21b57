//! The room of quality against labelled truth.
