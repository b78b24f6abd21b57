//! One line of `applications.csv` with its line of `truth.csv`. Not responsible for what is in it.

use crate::model::Column;

/// One application, with who and what is behind it.
#[derive(Debug, Clone)]
pub struct Row {
    cells: Vec<String>,
    /// Seconds since 1970.
    pub at: i64,
    /// Number of the person.
    pub person: u64,
    /// Number of the ring, if it is part of one.
    pub ring: Option<u64>,
}

impl Row {
    /// An empty application.
    #[must_use]
    pub fn new(at: i64, person: u64, ring: Option<u64>) -> Self {
        Self { cells: vec![String::new(); Column::ALL.len()], at, person, ring }
    }

    /// Puts a value.
    pub fn put(&mut self, column: Column, value: impl Into<String>) {
        self.cells[column as usize] = value.into();
    }

    /// The value, empty when unknown.
    #[must_use]
    pub fn get(&self, column: Column) -> &str {
        &self.cells[column as usize]
    }

    /// The cells in the order of `Column::ALL`.
    #[must_use]
    pub fn cells(&self) -> &[String] {
        &self.cells
    }
}
