//! Reading the embedded tables: tab-separated text, plain or gzipped, `#` before the header line.
//! Not responsible for what a column means.
//!
//! Invariant: a table that cannot be read is an empty table, never a panic; the tests of each table
//! check that it is not empty.

use flate2::read::GzDecoder;
use std::io::Read;

/// The text of a gzipped table; empty when the bytes are no gzip.
pub(super) fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    match GzDecoder::new(bytes).read_to_string(&mut text) {
        Ok(_) => text,
        Err(_) => String::new(),
    }
}

/// The rows of a table as arrays of `N` cells; missing cells are empty, surplus ones are dropped.
pub(super) fn rows<const N: usize>(text: &str) -> impl Iterator<Item = [&str; N]> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| {
        let mut cells = [""; N];
        for (cell, value) in cells.iter_mut().zip(line.split('\t')) {
            *cell = value;
        }
        cells
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_asked_number_of_cells_whatever_the_line_holds() {
        let all: Vec<[&str; 2]> = rows("# a\tb\nx\ty\tz\nq\n\n").collect();
        assert_eq!(all, [["x", "y"], ["q", ""]]);
    }

    #[test]
    fn bytes_that_are_no_gzip_give_an_empty_table() {
        assert_eq!(gunzip(b"not gzip"), "");
    }
}
