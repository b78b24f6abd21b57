//! The room of the only writer.
