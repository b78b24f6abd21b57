//! A chart as pages show it: the drawing, the sentence with its numbers, the table with the same numbers. Not
//! responsible for any one drawing.
//!
//! Invariant: whatever the drawing shows, its table says.

/// A drawing with what says the same in words and in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chart {
    /// The SVG; empty when there is nothing to draw.
    pub svg: String,
    /// The sentence below it.
    pub caption: String,
    /// Caption of the table.
    pub about: String,
    /// Heads of the columns; the first is that of the rows' names, the others are numbers.
    pub head: Vec<&'static str>,
    /// A name and its numbers.
    pub rows: Vec<(String, Vec<String>)>,
}

impl Chart {
    /// A chart with nothing to draw, and why.
    #[must_use]
    pub fn nothing(caption: &str) -> Self {
        Self { caption: caption.to_owned(), ..Self::default() }
    }
}

/// A share of a whole as a length, 0 when there is no whole.
#[must_use]
pub fn length(n: usize, most: usize, full: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts")]
    let share = n as f64 / most.max(1) as f64;
    share * full
}

/// A position on a regular grid.
#[must_use]
pub fn at(i: usize, step: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a place in a list")]
    let i = i as f64;
    i * step
}
