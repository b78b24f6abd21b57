//! Handles of one series on one platform: the same unusual stem with other digits.

use crate::{
    matching::{
        Comparer, Feature, Pair, Shared,
        corpus::ProfileView,
        feature::{Own, one},
        series,
    },
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
        let found = pair.x.profiles().find_map(|p| {
            let same = |q: &ProfileView| p.platform == q.platform && p.attribute != q.attribute;
            pair.y.profiles().filter(same).find_map(|q| {
                let key = series::handle(&p)?;
                (series::handle(&q) == Some(key)).then_some(key)
            })
        });
        let policy = cx.policy.link.handle_series;
        found.map(|key| Shared {
            attribute: None,
            series: one(key),
            class: BackgroundClass::Personal,
            bits: policy.bits(),
            hub: policy.hub,
            own: Own::Anywhere,
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
