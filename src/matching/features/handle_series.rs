//! Handles of one series on one platform: the same unusual stem with other digits.

use crate::{
    matching::{Comparer, Feature, Pair, Shared, features::email::is_own_name},
    model::{BackgroundClass, Column, Family, Normalized},
};

/// Handles of one series.
pub struct HandleSeries;

/// A handle without its trailing digits and separators, if that leaves something to compare.
#[must_use]
pub fn stem(handle: &str) -> Option<&str> {
    let stem = handle.trim_end_matches(|c: char| c.is_ascii_digit() || "-_.".contains(c));
    (stem.len() >= 6 && stem.len() < handle.len()).then_some(stem)
}

impl Feature for HandleSeries {
    fn name(&self) -> &'static str {
        "handle_series"
    }
    fn label(&self) -> &'static str {
        "Handle series"
    }
    fn describe(&self) -> &'static str {
        "Handles on one platform that differ only in trailing digits, when the stem is unusual and not simply \
         the applicant's own name."
    }
    fn family(&self) -> Family {
        Family::Profile
    }
    fn columns(&self) -> &'static [Column] {
        &[Column::Linkedin, Column::Github]
    }
    fn sharing(&self, cx: &Comparer<'_>, pair: &Pair<'_>) -> Option<Shared> {
        let (x, y) = (&pair.x, &pair.y);
        let found = x.profiles().any(|p| {
            y.profiles().any(|q| {
                p.platform == q.platform
                    && p.attribute != q.attribute
                    && p.stem.is_some_and(|s| {
                        let text = cx.corpus.word(s);
                        q.stem == Some(s)
                            && cx.corpus.count_of(s) <= 60
                            && !is_own_name(cx.corpus, x, text)
                            && !is_own_name(cx.corpus, y, text)
                    })
            })
        });
        let policy = cx.policy.link.handle_series;
        found.then(|| Shared {
            attribute: None,
            class: BackgroundClass::Personal,
            bits: policy.bits(),
            hub: policy.hub,
        })
    }
    fn value(&self, n: &Normalized) -> Option<String> {
        n.profiles.iter().find(|p| stem(&p.handle).is_some()).map(|p| p.handle.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_is_what_stands_before_the_digits_and_is_long_enough_to_be_unusual() {
        assert_eq!(stem("glidefrost--87"), Some("glidefrost"));
        assert_eq!(stem("glidefrost"), None);
        assert_eq!(stem("bob77"), None);
    }
}
