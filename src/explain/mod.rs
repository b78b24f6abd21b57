//! Explanations: evidence in words, comparisons, the verdict sentence. Not responsible for deciding anything.

mod pair;

pub use pair::{PairExplanation, Side};
