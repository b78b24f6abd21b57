//! The interval of a share on a line from 0 to 100 %, as small as a word. Not responsible for the interval.
//!
//! Invariant: it says nothing that the words beside it do not say, so that it is hidden from those who are read to.

use std::fmt::Write;

/// The drawing: the line, the interval on it, and the share as a dot. All three from 0 to 1.
#[must_use]
pub fn figure(low: f64, share: f64, high: f64) -> String {
    const WIDE: f64 = 148.0;
    let at = |x: f64| 6.0 + x.clamp(0.0, 1.0) * WIDE;
    let mut out = String::from(
        "<svg class=\"interval\" viewBox=\"0 0 160 18\" width=\"160\" height=\"18\" aria-hidden=\"true\">",
    );
    let _ = write!(
        out,
        "<path class=\"zero\" d=\"M6 9H154M6 5V13M80 6V12M154 5V13\"/><path class=\"reach\" d=\"M{:.1} 9H{:.1}\"/>\
         <circle cx=\"{:.1}\" cy=\"9\" r=\"4\"/></svg>",
        at(low),
        at(high),
        at(share),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn the_dot_lies_where_the_share_is_and_nothing_lies_outside() {
        let svg = figure(-1.0, 0.5, 7.0);
        assert!(svg.contains("cx=\"80.0\"") && svg.contains("M6.0 9H154.0"), "{svg}");
    }
}
