//! What an identity claims, by column: every value of one, or the value in one application. Not responsible for how it is
//! written.
//!
//! Invariant: the order is that of the dossier; nothing is said twice.

use crate::{model::ApplicationId, referral::Identity};

/// Columns of a home address, in the order in which it is written.
const HOME: &[&str] = &["street", "unit", "city", "state", "postal_code", "country"];

/// Columns of a delivery address.
const DELIVERY: &[&str] =
    &["ship_street", "ship_unit", "ship_city", "ship_state", "ship_postal_code"];

/// Columns of a referee.
const REFEREE: &[&str] = &["reference_name", "reference_email", "reference_phone"];

/// The claims of an identity.
#[derive(Debug, Clone, Copy)]
pub(in crate::referral) struct Claims<'a>(pub &'a Identity);

impl<'a> Claims<'a> {
    /// Every value of a column.
    pub fn of(self, column: &str) -> Vec<String> {
        let values = self.0.claims.iter().filter(|claim| claim.column == column);
        distinct(values.map(|claim| claim.value.clone()))
    }

    /// The value of a column in an application; empty where there is none.
    pub fn in_application(self, column: &str, application: &ApplicationId) -> &'a str {
        let mut claims = self.0.claims.iter();
        claims
            .find(|claim| claim.column == column && claim.applications.contains(application))
            .map_or("", |claim| &claim.value)
    }

    /// Home addresses, each on one line.
    pub fn homes(self) -> Vec<String> {
        self.together(HOME)
    }

    /// Delivery addresses, each on one line.
    pub fn deliveries(self) -> Vec<String> {
        self.together(DELIVERY)
    }

    /// Referees, each on one line.
    pub fn referees(self) -> Vec<String> {
        self.together(REFEREE)
    }

    /// Values that belong together, application by application. O(claims × applications).
    fn together(self, columns: &[&str]) -> Vec<String> {
        let mut applications: Vec<&ApplicationId> = Vec::new();
        for claim in self.0.claims.iter().filter(|claim| columns.contains(&&*claim.column)) {
            for application in &claim.applications {
                if !applications.contains(&application) {
                    applications.push(application);
                }
            }
        }
        distinct(applications.into_iter().map(|application| {
            let values = columns.iter().map(|column| self.in_application(column, application));
            values.filter(|value| !value.is_empty()).collect::<Vec<_>>().join(", ")
        }))
    }
}

/// Each text once, empty ones not at all.
pub(in crate::referral) fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        if !text.is_empty() && !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::{Claim, sample};

    #[test]
    fn an_address_is_put_together_as_it_was_in_one_application() {
        let mut identity = sample::dossier(2).identities.remove(0);
        let [a, b] = ["A", "B"].map(ApplicationId::known);
        let claim = |column: &str, value: &str, applications: &[&ApplicationId]| Claim {
            column: column.to_owned(),
            about: String::new(),
            value: value.to_owned(),
            applications: applications.iter().map(|&id| id.clone()).collect(),
        };
        identity.claims = vec![
            claim("street", "1 Elm St", &[&a]),
            claim("street", "2 Oak Ave", &[&b]),
            claim("city", "Springfield", &[&a, &b]),
            claim("ship_street", "12 Dock St", &[&b]),
        ];
        let claims = Claims(&identity);
        assert_eq!(claims.homes(), ["1 Elm St, Springfield", "2 Oak Ave, Springfield"]);
        assert_eq!(claims.deliveries(), ["12 Dock St"]);
        assert_eq!(claims.of("city"), ["Springfield"]);
        assert_eq!(claims.in_application("ship_street", &a), "");
        assert!(claims.referees().is_empty());
    }
}
