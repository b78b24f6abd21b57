//! What every section looks at: the store at the end of a period, and the period. Not responsible for what a section makes of
//! it (`sections`).
//!
//! Invariant: nothing of it changes while a report is built, and nothing comes after the end of the period.

use crate::{
    casework::keeping::RetentionPolicy,
    engine::{Assessed, Cases, Engine, View},
    indicators::RingAssessment,
    model::{ApplicantIx, ApplicationId, AttributeIx, Moment, Point, Ring},
    reports::{
        filter::Filter,
        period::Period,
        text::{Part, Target},
    },
};
use jiff::tz::TimeZone;
use std::{cell::RefCell, collections::BTreeSet};

/// What every section looks at.
pub struct Ground<'a> {
    /// For what has to be read from the store: it stands still at the end of the period, at the hour of the report.
    pub engine: &'a Engine,
    /// The view at the end of the period.
    pub view: &'a View,
    /// The cases then.
    pub cases: &'a Cases,
    /// Every ring as indicators assess it then.
    pub assessed: Assessed,
    /// What came in the period.
    pub period: Period,
    /// Time zone in which days and weeks begin.
    pub zone: TimeZone,
    /// Which rings it is about.
    pub filter: Filter,
    /// How long data is kept.
    pub retention: &'a RetentionPolicy,
    /// The applications of whoever was named.
    pub(super) named: RefCell<BTreeSet<ApplicationId>>,
}

impl<'a> Ground<'a> {
    /// The hour of the report: the end of its period.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.period.until.at
    }

    /// Where the period begins.
    #[must_use]
    pub fn since(&self) -> Point {
        self.period.since
    }

    /// The rings it is about with what indicators make of them, the first to be looked at in front.
    pub fn rings(&self) -> impl Iterator<Item = (&'a Ring, std::sync::Arc<RingAssessment>)> + '_ {
        let fits = |(ring, assessment): &(&Ring, std::sync::Arc<RingAssessment>)| {
            self.filter.fits(self.view, ring, Some(assessment))
        };
        self.view.queue(&self.assessed).into_iter().filter(fits)
    }

    /// Whether it is about a ring that is there.
    #[must_use]
    pub fn is_about(&self, ring: &Ring) -> bool {
        self.filter.fits(self.view, ring, self.assessed.get(&ring.id).map(|a| &**a))
    }

    /// Words that lead to a ring.
    #[must_use]
    pub fn ring(&self, ring: &Ring) -> Part {
        Part::Link { words: ring.id.to_string(), to: Target::Ring(ring.id.clone()) }
    }

    /// Somebody of the view, named.
    #[must_use]
    pub fn person(&self, applicant: ApplicantIx) -> Part {
        let network = &self.view.network;
        self.name(applicant);
        let id = network.applicant(applicant).id.clone();
        Part::Person { id, label: network.label(applicant).to_owned() }
    }

    /// A value of the view. Its users count as named, where they are few enough to be told by it.
    #[must_use]
    pub fn value(&self, attribute: AttributeIx) -> Part {
        let corpus = self.view.network.corpus();
        // A document or a photo tells whose it is as well as a phone does.
        if corpus.uses(attribute) <= MANY {
            let users = corpus.uses_of(attribute).map(|(app, _)| corpus.id(app));
            self.named.borrow_mut().extend(users);
        }
        Part::value(&corpus.attribute(attribute))
    }

    fn name(&self, applicant: ApplicantIx) {
        let corpus = self.view.network.corpus();
        let applications = &self.view.network.applicant(applicant).applications;
        self.named.borrow_mut().extend(applications.iter().map(|&app| corpus.id(app)));
    }
}

/// A value with more uses than this names nobody.
const MANY: u32 = 1_000;
