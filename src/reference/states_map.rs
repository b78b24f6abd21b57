//! Outlines of the United States: a path and a place for a label, state by state. Not responsible for naming states
//! (`states`) nor for drawing them.
//!
//! Invariant: one entry a state and the District of Columbia, sorted by code; coordinates lie on a sheet of 975 by 610.

use super::table::rows;
use std::sync::LazyLock;

/// Width and height of the sheet that the outlines are drawn on.
pub const SHEET: (u32, u32) = (975, 610);

/// The outline of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outline {
    /// Code, upper case.
    pub code: &'static str,
    /// Where a label fits.
    pub label: (i32, i32),
    /// The border, as the `d` of an SVG path.
    pub path: &'static str,
}

static TABLE: LazyLock<Vec<Outline>> = LazyLock::new(|| {
    let text = include_str!("../../seed_data/reference/states_map.tsv");
    let outline = |[code, x, y, path]: [&'static str; 4]| {
        Some(Outline { code, label: (x.parse().ok()?, y.parse().ok()?), path })
    };
    rows::<4>(text).filter_map(outline).collect()
});

/// Every outline, sorted by code.
#[must_use]
pub fn outlines() -> &'static [Outline] {
    &TABLE
}

/// The outline of a state by its code, upper case. O(log n).
#[must_use]
pub fn outline(code: &str) -> Option<&'static Outline> {
    TABLE.binary_search_by(|o| o.code.cmp(code)).ok().and_then(|at| TABLE.get(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::states::state;

    #[test]
    fn every_state_has_an_outline_that_is_a_path_and_a_label_on_the_sheet() {
        assert_eq!(outlines().len(), 51);
        for one in outlines() {
            assert_eq!(state(one.code, Some("US")).map(|s| s.code), Some(one.code));
            assert_eq!(outline(one.code), Some(one));
            assert!((0..975).contains(&one.label.0) && (0..610).contains(&one.label.1), "{one:?}");
            assert!(one.path.starts_with('M') && one.path.ends_with('z'), "{}", one.code);
            let is_plain = |c: char| c.is_ascii_digit() || matches!(c, 'M' | 'l' | 'z' | ' ' | '-');
            assert!(one.path.chars().all(is_plain), "{}", one.code);
        }
        assert_eq!(outline("ON"), None);
    }
}
