//! A table as a CSV file (RFC 4180): UTF-8 with a byte order mark, lines end in CR LF. Not responsible for what is in it.
//!
//! The mark is there because the program that most people open such a file with takes it for another encoding without, and
//! then no name in another script can be read. Readers that do not know the mark see it before the first column's name.
//!
//! Invariant: every row has as many cells as the header and ends with the marking; no cell is run as a formula, has a line
//! break in it, or is longer than a spreadsheet takes.

use crate::{
    model::{Bits, Moment, spreadsheet::guarded},
    referral::{Dossier, PackageFile, ReferralError, plain::plain, tables::BETWEEN},
};
use std::fmt::Display;

/// Longest text of a cell, in characters: spreadsheets cut at 32,767.
const LONGEST: usize = 32_000;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::referral) struct Cell(String);

impl Cell {
    /// Text from outside.
    pub fn text(text: impl AsRef<str>) -> Self {
        let shown = plain(text.as_ref());
        let mut cell = guarded(&shown).into_owned();
        if let Some((end, _)) = cell.char_indices().nth(LONGEST) {
            let all = cell.chars().count();
            cell.truncate(end);
            cell.push_str(&format!(" [cut, {all} characters; the whole is in originals/]"));
        }
        Self(cell)
    }

    /// What is written by this program and cannot be a formula: ids, numbers, words of closed lists.
    pub fn bare(value: impl Display) -> Self {
        Self(value.to_string())
    }

    /// Bits, with two decimals.
    pub fn bits(bits: Bits) -> Self {
        Self(format!("{:.2}", bits.get()))
    }

    /// A moment, RFC 3339 in UTC; empty where it is not known.
    pub fn at(moment: Option<Moment>) -> Self {
        Self(moment.map(|at| at.to_string()).unwrap_or_default())
    }

    /// `true` or `false`.
    pub fn flag(flag: bool) -> Self {
        Self::bare(flag)
    }

    /// Several texts.
    pub fn texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let texts: Vec<T> = texts.into_iter().collect();
        Self::text(texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(BETWEEN))
    }

    /// Several numbers.
    pub fn numbers(numbers: &[usize]) -> Self {
        Self(numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(BETWEEN))
    }

    /// Nothing.
    pub fn none() -> Self {
        Self(String::new())
    }
}

/// A table.
#[derive(Debug)]
pub(in crate::referral) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<Cell>>,
    tlp: &'static str,
}

impl Table {
    /// A table of these columns; the marking is a column behind them.
    pub fn new<T: Into<String>>(dossier: &Dossier, header: impl IntoIterator<Item = T>) -> Self {
        let header = header.into_iter().map(Into::into).chain(["tlp".to_owned()]).collect();
        Self { header, rows: Vec::new(), tlp: dossier.heading.tlp.label() }
    }

    /// Adds a row, without the marking.
    pub fn row(&mut self, mut cells: Vec<Cell>) {
        cells.push(Cell::bare(self.tlp));
        self.rows.push(cells);
    }

    /// The file; none where there is no row. O(cells).
    ///
    /// # Errors
    /// A row that has not as many cells as the header.
    pub fn files(self, path: &str, about: &str) -> Result<Vec<PackageFile>, ReferralError> {
        if self.rows.is_empty() {
            return Ok(Vec::new());
        }
        let failed = |what: String| ReferralError::Part { file: path.to_owned(), what };
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer("\u{feff}".as_bytes().to_vec());
        writer.write_record(&self.header).map_err(|e| failed(e.to_string()))?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| cell.0.as_bytes());
            writer.write_record(cells).map_err(|e| failed(e.to_string()))?;
        }
        let bytes = writer.into_inner().map_err(|e| failed(e.to_string()))?;
        Ok(vec![PackageFile::new(path, about, "text/csv", bytes)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::spreadsheet::begins_like_a_formula, referral::sample};
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Vec<String>> {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(bytes)
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect()
    }

    fn one(cells: Vec<Cell>) -> Vec<u8> {
        let mut table = Table::new(&sample::dossier(2), ["a", "b"]);
        table.row(cells);
        table.files("x.csv", "").unwrap().remove(0).bytes
    }

    #[test]
    fn a_table_is_rfc_4180_with_a_mark_in_front_and_the_marking_behind() {
        let bytes = one(vec![Cell::text("a \"b\", c"), Cell::bits(Bits::new(-2.0))]);
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "\u{feff}a,b,tlp\r\n\"a \"\"b\"\", c\",-2.00,TLP:AMBER+STRICT\r\n"
        );
    }

    #[test]
    fn a_table_without_rows_is_no_file_and_a_short_row_is_an_error() {
        let dossier = sample::dossier(2);
        assert!(Table::new(&dossier, ["a"]).files("x.csv", "").unwrap().is_empty());
        let mut table = Table::new(&dossier, ["a", "b"]);
        table.row(vec![Cell::none()]);
        assert!(matches!(table.files("x.csv", ""), Err(ReferralError::Part { .. })));
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let Cell(text) = Cell::text("ä".repeat(40_000));
        assert!(text.chars().count() < 32_767);
        assert!(text.ends_with("[cut, 40000 characters; the whole is in originals/]"));
    }

    proptest! {
        #[test]
        fn whatever_a_cell_says_comes_back_on_one_line_and_is_no_formula(
            left in "(?s:.){0,30}", right in "[=+@\\-\\t\\r\\n\"',|;a-c\u{202e}\u{0}]{0,12}",
        ) {
            let bytes = one(vec![Cell::text(&left), Cell::text(&right)]);
            let text = String::from_utf8(bytes.clone()).unwrap();
            prop_assert_eq!(text.lines().count(), 2, "a record is a line");
            let rows = read(&bytes);
            let shown = [&left, &right].map(|text| guarded(&plain(text)).into_owned());
            prop_assert_eq!(&rows[1][..2], &shown[..]);
            prop_assert!(rows[1].iter().all(|cell| !begins_like_a_formula(cell)));
        }
    }
}
