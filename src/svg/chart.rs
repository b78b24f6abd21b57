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

/// Where an axis from 0 is marked so that it reaches `most`: 2 to 6 marks, 1, 2 or 5 times a power of ten apart.
#[must_use]
pub fn ticks(most: usize) -> Vec<usize> {
    let most = most.max(1);
    let mut power = 1_usize;
    loop {
        for digit in [1, 2, 5] {
            let step = power.saturating_mul(digit);
            if most.div_ceil(step) <= 5 {
                return (0..=most.div_ceil(step)).map(|n| n.saturating_mul(step)).collect();
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn an_axis_reaches_its_most_with_few_round_marks() {
        assert_eq!(ticks(0), [0, 1]);
        assert_eq!(ticks(7), [0, 2, 4, 6, 8]);
        assert_eq!(ticks(1_203), [0, 500, 1_000, 1_500]);
        for most in [1, 9, 10, 11, 99, 12_345, usize::MAX] {
            let marks = ticks(most);
            assert!((2..=6).contains(&marks.len()) && marks.last() >= Some(&most), "{most}");
        }
    }
}
