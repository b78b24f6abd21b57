//! The room of files to applications and row problems.
