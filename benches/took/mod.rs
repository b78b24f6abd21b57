//! How long requests took, for the benches that print tables. Not responsible for what is measured.

use std::{env, time::Duration};

/// How long requests took, shortest first.
pub struct Took(Vec<Duration>);

impl Took {
    pub fn new(mut took: Vec<Duration>) -> Self {
        took.sort_unstable();
        Self(took)
    }

    /// The time that so many of a hundred did not exceed, in milliseconds.
    pub fn within(&self, percent: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let at = (self.0.len() * percent).div_ceil(100).saturating_sub(1).min(last);
        self.0.get(at).map_or(0.0, |t| t.as_secs_f64() * 1_000.0)
    }

    /// Their line of a table with the columns of [`head`].
    pub fn row(&self, name: &str) -> String {
        let [half, most, nearly, all] = [50, 95, 99, 100].map(|p| self.within(p));
        format!("| {name} | {} | {half:.2} | {most:.2} | {nearly:.2} | {all:.2} |", self.0.len())
    }
}

/// The top of a table, of times in milliseconds.
pub fn head(of: &str) -> String {
    format!("| {of} | requests | p50 | p95 | p99 | most |\n|---|---:|---:|---:|---:|---:|")
}

/// A number that the environment may set.
pub fn number(name: &str, otherwise: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
