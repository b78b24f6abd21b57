//! What can go wrong while synthetic data is written. Bad options are named with the way out.

use std::path::PathBuf;

/// Why synthetic applications could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// An option is out of its range.
    #[error("{option} is {value}, but it must be {expected}")]
    Option {
        /// Which option.
        option: &'static str,
        /// What was given.
        value: String,
        /// What would have been accepted.
        expected: &'static str,
    },
    /// A file or folder could not be written.
    #[error("cannot write {}: {source}; check the folder and the free space", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line of a built-in word pool is malformed: a bug of this program.
    #[error("word pool {pool} lacks \"{wanted}\"; this is a bug")]
    Pool {
        /// Which pool.
        pool: &'static str,
        /// What was looked for.
        wanted: String,
    },
}
