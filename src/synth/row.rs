//! One line of `applications.csv` with its line of `truth.csv`. Not responsible for what is in it.
//!
//! All cells of a row lie in one buffer: a block holds fifty thousand rows of fifty cells, and allocating each cell
//! was a third of the cost of a data set.

use crate::model::Column;

/// How many columns there are.
const WIDTH: usize = Column::ALL.len();

/// One application, with who and what is behind it.
#[derive(Debug, Clone)]
pub struct Row {
    text: String,
    spans: [(u32, u32); WIDTH],
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
        Self { text: String::with_capacity(1_400), spans: [(0, 0); WIDTH], at, person, ring }
    }

    /// Puts a value; the last one counts.
    pub fn put(&mut self, column: Column, value: impl AsRef<str>) {
        let begin = self.text.len() as u32;
        self.text.push_str(value.as_ref());
        self.spans[column as usize] = (begin, self.text.len() as u32);
    }

    /// The value, empty when unknown.
    #[must_use]
    pub fn get(&self, column: Column) -> &str {
        let (begin, end) = self.spans[column as usize];
        self.text.get(begin as usize..end as usize).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_cell_counts_and_the_others_stay_empty() {
        let mut row = Row::new(0, 1, None);
        row.put(Column::Email, "a@example.com");
        row.put(Column::City, "Erie");
        row.put(Column::Email, "b@example.com");
        assert_eq!(row.get(Column::Email), "b@example.com");
        assert_eq!(row.get(Column::City), "Erie");
        assert_eq!(row.get(Column::State), "");
    }
}
