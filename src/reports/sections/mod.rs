//! The sections of a report: one file each, one line in the list. Not responsible for their order in any one form.
//!
//! Invariant: a section in which nothing happened says so in a sentence, and has no lines.

use crate::reports::{ReportError, ground::Ground, section::Section};

mod births;
mod causes;
mod decisions;
mod fairness;
#[cfg(test)]
mod fixture;
mod growth;
mod holds;
mod lineage;
mod picture;
mod quality;
mod reached;
mod retention;
mod returns;
mod roles;
mod rules;
#[cfg(test)]
mod trial;
mod values;
mod watch_hits;

/// A section that reports have.
pub struct SectionKind {
    /// Its id in JSON, CSV and anchors: `a-z` and `-`.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it says and what it leaves out, in a sentence or two.
    pub about: &'static str,
    /// Builds it. Id and title are put in by the caller.
    pub build: fn(&Ground<'_>) -> Result<Section, ReportError>,
}

/// Every section, in the order in which it is read: what needs a decision first.
pub const SECTIONS: &[SectionKind] = &[
    decisions::KIND,
    picture::KIND,
    births::KIND,
    lineage::KIND,
    reached::KIND,
    returns::KIND,
    watch_hits::KIND,
    values::KIND,
    growth::KIND,
    roles::KIND,
    rules::KIND,
    fairness::KIND,
    retention::KIND,
    quality::KIND,
];

#[cfg(test)]
mod tests {
    use super::fixture::{House, RING};
    use crate::{
        model::{RingStatus, Seq, Verdict},
        reports::Report,
    };

    #[test]
    fn whatever_order_it_was_computed_in_a_report_comes_out_byte_for_byte() {
        let house = House::empty();
        let lines: Vec<&str> = RING.lines().collect();
        for line in [3, 1, 5, 4, 2] {
            house.import(&[lines[0], lines[line]].join("\n"));
        }
        let since = Seq(house.head().0 / 2);
        let ring = house.engine.view().rings[0].id.clone();
        let verdict = Verdict::Ring { ring, verdict: RingStatus::Confirmed };
        house.engine.judge(verdict, "ann", "seen").unwrap();
        let anew = house.anew();
        for since in [Seq(0), since] {
            let report = house.report(since, "");
            let bytes = report.canonical().unwrap();
            assert_eq!(bytes, house.report(since, "").canonical().unwrap());
            let again = anew.report(since, "");
            assert_eq!(again, report);
            assert_eq!(again.canonical().unwrap(), bytes);
            assert_eq!(Report::read(&bytes).unwrap(), report);
        }
    }
}
