//! What would change a verdict: how far the sum stands from the line, and which comparison alone carries it or keeps it down.
//! Not responsible for the sum.
//!
//! Invariant: a comparison turns the verdict only if the sum without it is on the other side of the line.

use crate::{model::Bits, web::evidence::EvidenceRow};

/// Comparisons told one by one.
const TOLD: usize = 6;

/// What the verdict would be without one comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Without {
    /// The comparison.
    pub label: String,
    /// The page of what is shared, or empty.
    pub href: String,
    /// What it is worth.
    pub bits: Bits,
    /// The sum without it.
    pub rest: Bits,
    /// Whether that is on the other side of the line.
    pub turns: bool,
}

/// What would change a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turning {
    /// Where the sum stands.
    pub stands: String,
    /// Without which comparison it would stand elsewhere, the strongest first.
    pub without: Vec<Without>,
    /// What follows of them, in a sentence.
    pub together: String,
}

/// What would change that comparisons worth `rows`, from `prior`, are above or below a line; `does` says what is so above it:
/// `a link binds`.
#[must_use]
pub fn of(prior: Bits, rows: &[EvidenceRow], line: Bits, does: &str) -> Turning {
    let sum = prior + rows.iter().map(|row| row.bits).sum::<Bits>();
    let is_above = sum >= line;
    let (far, side) = if is_above { (sum - line, "above") } else { (line - sum, "below") };
    let mut leaning: Vec<&EvidenceRow> = rows
        .iter()
        .filter(|row| if is_above { row.bits > Bits::ZERO } else { row.bits < Bits::ZERO })
        .collect();
    leaning.sort_by_key(|row| std::cmp::Reverse(row.bits.hundredths().abs()));
    let without: Vec<Without> = leaning
        .iter()
        .take(TOLD)
        .map(|row| {
            let rest = sum - row.bits;
            let turns = (rest >= line) != is_above;
            let (label, href) = (row.label.clone(), row.href.clone());
            Without { label, href, bits: row.bits, rest, turns }
        })
        .collect();
    let turning = without.iter().filter(|w| w.turns).count();
    let together = match (is_above, turning) {
        (_, 1) => "One comparison decides: without it the verdict would be another.".to_owned(),
        (_, n) if n > 1 => {
            format!(
                "{n} comparisons decide, each alone: without any one of them the verdict would be another."
            )
        }
        (true, _) => several(sum, line, &leaning),
        (false, _) if leaning.is_empty() => {
            "Nothing holds it down; what is missing is more evidence for it.".to_owned()
        }
        (false, _) => "Taken away, none of them alone would bring it over the line.".to_owned(),
    };
    Turning {
        stands: format!(
            "Together {sum} bits: {:.1} {side} the {line} bits from which {does}.",
            far.get()
        ),
        without,
        together,
    }
}

/// How many of the strongest have to go together before the sum falls below the line.
fn several(sum: Bits, line: Bits, leaning: &[&EvidenceRow]) -> String {
    let mut rest = sum;
    for (i, row) in leaning.iter().enumerate() {
        rest = rest - row.bits;
        if rest < line {
            let labels: Vec<&str> = leaning[..=i].iter().map(|row| row.label.as_str()).collect();
            return format!(
                "No single comparison carries it. It falls when the strongest {} go together: {}.",
                i + 1,
                labels.join(", ")
            );
        }
    }
    "No comparison carries it.".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bits: &[f64]) -> Vec<EvidenceRow> {
        let row = |(i, bits): (usize, &f64)| EvidenceRow {
            label: format!("c{i}"),
            bits: Bits::new(*bits),
            ..EvidenceRow::default()
        };
        bits.iter().enumerate().map(row).collect()
    }

    fn turning(bits: &[f64]) -> Turning {
        of(Bits::new(-4.6), &rows(bits), Bits::new(1.5), "a link binds")
    }

    #[test]
    fn a_comparison_that_alone_carries_the_verdict_is_told() {
        let told = turning(&[2.0, 8.0, -1.0]);
        assert_eq!(
            told.stands,
            "Together +4.4 bits: 2.9 above the +1.5 bits from which a link binds."
        );
        let turns: Vec<(&str, bool)> =
            told.without.iter().map(|w| (w.label.as_str(), w.turns)).collect();
        assert_eq!(turns, [("c1", true), ("c0", false)]);
    }

    #[test]
    fn where_none_does_it_is_told_how_many_must_go() {
        let told = turning(&[9.0, 9.0, 9.0]);
        assert!(told.without.iter().all(|w| !w.turns));
        assert!(told.together.contains("strongest 3 go together: c0, c1, c2"), "{}", told.together);
    }

    #[test]
    fn below_the_line_it_is_what_speaks_against_that_counts() {
        let told = turning(&[7.0, -3.0]);
        assert_eq!(told.without.len(), 1);
        assert!(told.without[0].turns && told.stands.contains("below"));
        assert!(turning(&[]).together.contains("more evidence"));
    }
}
