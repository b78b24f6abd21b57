//! `timeline.csv`: what happened, oldest first. Not responsible for what counts as an event (`build`).
//!
//! Invariant: a row an event, in the order of the dossier.

use crate::referral::{
    Dossier, PackageFile, Part, ReferralError,
    tables::{Cell, Table, label},
};

/// The timeline as a table.
#[derive(Debug)]
pub struct Timeline;

impl Part for Timeline {
    fn name(&self) -> &'static str {
        "timeline"
    }

    fn about(&self) -> &'static str {
        "what happened, oldest first, one event a row"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let mut table = Table::new(
            dossier,
            [
                "event_no",
                "at_utc",
                "kind",
                "identity_no",
                "identity",
                "application_id",
                "text",
                "source",
            ],
        );
        for (i, event) in dossier.timeline.iter().enumerate() {
            table.row(vec![
                Cell::bare(i + 1),
                Cell::at(Some(event.at)),
                Cell::text(event.kind),
                event.identity.map_or_else(Cell::none, Cell::bare),
                Cell::text(event.identity.map_or("", |no| label(dossier, no))),
                event.application.as_ref().map_or_else(Cell::none, |id| Cell::text(id.as_str())),
                Cell::text(&event.text),
                Cell::text(&event.source),
            ]);
        }
        table.files("timeline.csv", self.about())
    }
}
