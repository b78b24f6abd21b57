//! `identities.csv`: who is claimed, one row a claimed identity, in the columns that investigators ask for. Not responsible
//! for single applications (`applications`).
//!
//! Invariant: every row says that who is named may be a victim; several values of one column are joined by ` | `.

use crate::{
    model::{Bits, Moment},
    referral::{
        ApplicationLine, Dossier, Identity, PackageFile, Part, ReferralError,
        tables::{Cell, Claims, Table, distinct},
    },
};

/// What is said of everybody who is named.
pub(in crate::referral) const CAUTION: &str = "as claimed; may be an identity-theft victim";

/// Columns of the table behind the addresses, and the columns of an application that they are.
const CLAIMED: &[(&str, &str)] = &[
    ("linkedin", "linkedin"),
    ("github", "github"),
    ("websites", "website"),
    ("ip_addresses", "ip"),
    ("device_ids", "device_id"),
    ("user_agents", "user_agent"),
    ("time_zones", "timezone"),
    ("institutions", "institution"),
    ("employers", "employer"),
    ("resume_sha256", "resume_sha256"),
    ("photo_sha256", "photo_sha256"),
];

/// Identities as a table.
#[derive(Debug)]
pub struct Identities;

impl Part for Identities {
    fn name(&self) -> &'static str {
        "identities"
    }

    fn about(&self) -> &'static str {
        "who is claimed, one identity a row: names, mailboxes, phones, addresses, profiles, IP addresses, dates"
    }

    fn files(&self, dossier: &Dossier) -> Result<Vec<PackageFile>, ReferralError> {
        if dossier.identities.iter().all(|identity| identity.claims.is_empty()) {
            return Ok(Vec::new());
        }
        let mut header =
            vec!["identity_no", "identity_id", "label", "caution", "names", "emails", "phones"];
        header.extend(["home_addresses", "delivery_addresses"]);
        header.extend(CLAIMED.iter().map(|(name, _)| name));
        header.extend(["referees", "roles", "channels", "agencies", "stages", "outcomes"]);
        header.extend(["applications", "application_ids", "first_applied_utc", "last_applied_utc"]);
        header.extend(["shared_things", "linked_identities", "strongest_link_bits"]);
        header.push("ring_falls_apart_without");
        let mut table = Table::new(dossier, header);
        for identity in &dossier.identities {
            table.row(row(dossier, identity));
        }
        table.files("identities.csv", self.about())
    }
}

fn row(dossier: &Dossier, identity: &Identity) -> Vec<Cell> {
    let claims = Claims(identity);
    let all = &identity.applications;
    let told = |of: fn(&ApplicationLine) -> &String| {
        Cell::texts(distinct(all.iter().map(|application| of(application).clone())))
    };
    let mut cells = vec![
        Cell::bare(identity.no),
        Cell::bare(&identity.id),
        Cell::text(&identity.label),
        Cell::bare(CAUTION),
        Cell::texts(claims.of("full_name")),
        Cell::texts(claims.of("email")),
        Cell::texts(claims.of("phone")),
        Cell::texts(claims.homes()),
        Cell::texts(claims.deliveries()),
    ];
    cells.extend(CLAIMED.iter().map(|(_, column)| Cell::texts(claims.of(column))));
    cells.push(Cell::texts(claims.referees()));
    cells.extend([
        told(|line| &line.role),
        told(|line| &line.channel),
        told(|line| &line.agency),
        told(|line| &line.stage),
        told(|line| &line.outcome),
        Cell::bare(all.len()),
        Cell::texts(all.iter().map(|application| application.id.as_str())),
    ]);
    let (first, last) = seen(identity);
    cells.extend([Cell::at(first), Cell::at(last), Cell::numbers(&identity.things)]);
    let (linked, strongest) = links(dossier, identity.no);
    cells.push(Cell::numbers(&linked));
    cells.push(strongest.map_or_else(Cell::none, Cell::bits));
    cells.push(Cell::flag(identity.is_cut));
    cells
}

/// First and last application.
pub(in crate::referral) fn seen(identity: &Identity) -> (Option<Moment>, Option<Moment>) {
    let times = identity.applications.iter().filter_map(|application| application.submitted);
    (times.clone().min(), times.max())
}

/// Numbers of the identities that this one is linked to, ascending, and the bits of its strongest link.
fn links(dossier: &Dossier, no: usize) -> (Vec<usize>, Option<Bits>) {
    let own = dossier.links.iter().filter(|link| link.a == no || link.b == no);
    let strongest = own.clone().map(|link| link.bits).max_by_key(|bits| bits.hundredths());
    let mut others: Vec<usize> =
        own.map(|link| if link.a == no { link.b } else { link.a }).collect();
    others.sort_unstable();
    (others, strongest)
}
