//! Explanations: evidence in words, comparisons, the verdict sentence. Not responsible for deciding anything.

mod assessment;
pub mod day;
mod innocent;
mod line;
pub mod mask;
mod pair;
mod passage;
mod ring;
pub mod words;

pub use assessment::{
    AssessmentReport, ExculpatedLine, NotAssessedLine, RaisedLine, RingReport, TopicLine, ValueLine,
};
pub use innocent::innocent_of;
pub use line::{Raw, line};
pub use pair::{Ground, PairExplanation, Side, applications, pair};
pub use ring::{discounts, firmness, innocent, link_sentence, noun, nouns, ring_sentence};
