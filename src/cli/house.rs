//! The house that refers, from the settings `organisation.*`. Not responsible for where it is printed (`referral`).
//!
//! Invariant: each field is one line; what was not configured is empty.

use crate::{cli::settings::Setting, referral::Organisation};

/// The house that refers, as far as it was configured.
pub(super) fn configured(listed: &[Setting]) -> Organisation {
    let field = |name: &str| {
        let key = format!("organisation.{name}");
        let value = listed.iter().find(|s| s.key == key).map_or("", |s| s.value.as_str());
        value.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    Organisation {
        name: field("name"),
        address: field("address"),
        phone: field("phone"),
        email: field("email"),
        contact: field("contact"),
        counsel: field("counsel"),
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::settings::{Settings, Sources};

    #[test]
    fn the_house_that_refers_is_a_table_of_its_own() {
        let file = "[organisation]\nname = \"Example Corporation\"\naddress = \"1 Main Street,\\n Springfield\"";
        let sources = Sources {
            env: [("RINGER_ORGANISATION_PHONE".to_owned(), "202-555-0100".to_owned())].into(),
            file: Some(("ringer.toml".to_owned(), file.to_owned())),
            ..Sources::default()
        };
        let house = Settings::resolve(&sources).unwrap().organisation;
        assert_eq!(house.name, "Example Corporation");
        assert_eq!(house.address, "1 Main Street, Springfield");
        assert_eq!((house.phone.as_str(), house.counsel.as_str()), ("202-555-0100", ""));
    }
}
