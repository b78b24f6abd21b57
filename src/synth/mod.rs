//! The room of labelled synthetic applications.
