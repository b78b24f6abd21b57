//! `applications.csv`: one row an application, every claimed value in a column of its own, so that an address stays the
//! address of one application. Not responsible for what identities have in all (`identities`).
//!
//! Invariant: columns of claims are in display order of import columns and begin with `claimed_`; unknown ones come last.

use crate::{
    model::{Column, column::fold},
    referral::{
        Dossier, PackageFile, Part, ReferralError,
        tables::{Cell, Claims, Table},
    },
};
use std::collections::BTreeSet;

/// Applications as a table.
#[derive(Debug)]
pub struct Applications;

impl Part for Applications {
    fn name(&self) -> &'static str {
        "applications"
    }

    fn about(&self) -> &'static str {
        "one application a row, each claimed value in a column of its own"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        let columns = columns(dossier);
        let mut header: Vec<String> = [
            "application_no",
            "application_id",
            "identity_no",
            "identity_id",
            "identity",
            "submitted_utc",
            "requisition_id",
            "role",
            "channel",
            "agency",
            "stage",
            "outcome",
        ]
        .map(str::to_owned)
        .to_vec();
        header.extend(columns.iter().map(|column| format!("claimed_{column}")));
        header.push("original".to_owned());
        let mut table = Table::new(dossier, header);
        let mut no = 0;
        for identity in &dossier.identities {
            for line in &identity.applications {
                no += 1;
                let mut cells = vec![
                    Cell::bare(no),
                    Cell::text(line.id.as_str()),
                    Cell::bare(identity.no),
                    Cell::bare(&identity.id),
                    Cell::text(&identity.label),
                    Cell::at(line.submitted),
                    Cell::text(&line.requisition),
                    Cell::text(&line.role),
                    Cell::text(&line.channel),
                    Cell::text(&line.agency),
                    Cell::text(&line.stage),
                    Cell::text(&line.outcome),
                ];
                let claims = Claims(identity);
                let value = |column| Cell::text(claims.in_application(column, &line.id));
                cells.extend(columns.iter().map(|column| value(column)));
                let originals = dossier.originals.iter().filter(|o| o.application == line.id);
                cells.push(Cell::texts(originals.map(|original| &original.path)));
                table.row(cells);
            }
        }
        table.files("applications.csv", self.about())
    }
}

/// Names of the columns of which something is claimed.
fn columns(dossier: &Dossier) -> Vec<&str> {
    let claims = dossier.identities.iter().flat_map(|identity| &identity.claims);
    let mut names: Vec<&str> =
        claims.map(|claim| &*claim.column).collect::<BTreeSet<_>>().into_iter().collect();
    let place = |name: &str| {
        Column::ALL
            .iter()
            .position(|column| fold(column.name()) == fold(name))
            .unwrap_or(usize::MAX)
    };
    // Stable: unknown ones stay sorted by name.
    names.sort_by_key(|name| place(name));
    names
}
