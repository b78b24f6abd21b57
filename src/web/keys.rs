//! The keys, in one list: the dialog behind `?` and the help page show it. Not responsible for what happens when one is
//! pressed (`static/js`).
//!
//! Invariant: every key does something that a link or a button does too.

/// A key, or several that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// What is on it.
    pub keys: &'static [&'static str],
    /// What it does.
    pub does: &'static str,
    /// On which pages.
    pub on: &'static str,
}

const fn key(keys: &'static [&'static str], does: &'static str, on: &'static str) -> Key {
    Key { keys, does, on }
}

/// Every key, in display order.
pub const KEYS: &[Key] = &[
    key(&["/"], "go to the search box", "every page"),
    key(&["?"], "show these keys", "every page"),
    key(&["j"], "next row", "pages with a list"),
    key(&["k"], "previous row", "pages with a list"),
    key(&["o"], "open the row", "pages with a list"),
    key(&["y"], "confirm as suspected: asks why, then the next ring", "the queue and a ring"),
    key(
        &["h"],
        "not decided yet: put aside for this session, then the next",
        "the queue and a ring",
    ),
    key(&["n"], "dismiss: asks why, then the next ring", "the queue and a ring"),
    key(&["["], "previous ring of the queue", "a ring"),
    key(&["]"], "next ring of the queue", "a ring"),
    key(&["t"], "go to the time bar", "a ring"),
    key(&["v"], "next view: graph, table, timeline, map", "a ring"),
    key(&["Enter"], "go into the drawing, then select", "a drawing"),
    key(&["←", "↑", "→", "↓"], "go to a neighbor", "a drawing"),
    key(&["f"], "fit everything in", "a drawing"),
    key(&["Esc"], "leave the drawing", "a drawing"),
    key(&["e"], "expand the rarest relation", "a drawing while exploring"),
    key(&["x"], "hide", "a drawing while exploring"),
    key(&["g"], "group what hangs on one node alone", "a drawing while exploring"),
    key(&["u"], "undo the last step", "a drawing while exploring"),
    key(&["a"], "what the selected share", "a drawing while exploring"),
    key(&["c"], "compare the two selected", "a drawing while exploring"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things_on_one_page() {
        let mut seen = std::collections::BTreeSet::new();
        for key in KEYS {
            for name in key.keys {
                assert!(seen.insert((*name, key.on)), "{name}");
            }
        }
    }
}
