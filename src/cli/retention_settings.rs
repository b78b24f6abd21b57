//! The table `[retention]` of the configuration: for how long data is kept. Not responsible for what follows from it
//! (`casework::keeping`).
//!
//! Invariant: what cannot be is refused with file and key.

use crate::{
    casework::keeping::RetentionPolicy,
    cli::{
        leaves::{leaves, shown},
        settings::{Origin, Setting, SettingsError},
    },
};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The table of `ringer.toml`.
pub const RETENTION: &str = "retention";

const ABOUT: &str = "how long data is kept";

/// The rules that the file's table amounts to, each also put into the list.
///
/// # Errors
/// When something in it cannot be.
pub fn resolve(
    given: Option<&Value>,
    file: &str,
    listed: &mut Vec<Setting>,
) -> Result<RetentionPolicy, SettingsError> {
    let named: BTreeMap<String, Value> = match given {
        Some(Value::Table(table)) => leaves(RETENTION, table.clone()),
        _ => BTreeMap::new(),
    };
    let refused = |why: String| SettingsError::BadValue {
        key: RETENTION.to_owned(),
        value: given.map_or_else(String::new, shown),
        origin: Origin::File(file.to_owned()),
        why,
    };
    let policy = match given {
        None => RetentionPolicy::default(),
        Some(value) => RetentionPolicy::deserialize(value.clone())
            .map_err(|error| refused(error.message().to_owned()))?,
    };
    if let Some(problem) = policy.problem() {
        return Err(refused(problem));
    }
    let table = Table::try_from(&policy).map_err(|error| refused(error.to_string()))?;
    let mut lines = leaves(RETENTION, table);
    // That there is no end is said as well.
    lines
        .entry(format!("{RETENTION}.ceiling_days"))
        .or_insert_with(|| Value::String("none".to_owned()));
    listed.extend(lines.into_iter().map(|(key, value)| Setting {
        origin: match named.contains_key(&key) {
            true => Origin::File(file.to_owned()),
            false => Origin::Default,
        },
        value: shown(&value),
        key,
        about: ABOUT,
    }));
    Ok(policy)
}

#[cfg(test)]
mod tests {
    use crate::cli::settings::{Settings, Sources};

    fn settings(file: &str) -> Result<Settings, String> {
        let file = Some(("ringer.toml".to_owned(), file.to_owned()));
        Settings::resolve(&Sources { file, ..Sources::default() }).map_err(|e| e.to_string())
    }

    #[test]
    fn the_table_is_read_and_listed_and_what_cannot_be_names_file_and_key() {
        let text = "[retention]\nfloor_days = 400\nceiling_days = 1500\n\
                    [[retention.places]]\nname = \"Illinois\"\nstates = [\"IL\"]\nfloor_days = 730";
        let settings = settings(text).unwrap();
        assert_eq!(settings.retention.floor_days.get(), 400);
        let names: Vec<&str> = settings.retention.places.iter().map(|place| &*place.name).collect();
        assert_eq!(names, ["Illinois", "California"]);
        let listed = |key: &str| settings.listed().iter().find(|s| s.key == key).unwrap();
        assert_eq!(listed("retention.floor_days").value, "400");
        assert_eq!(listed("retention.floor_days").origin.to_string(), "file ringer.toml");
        for text in ["[retention]\nfloor = 1", "[retention]\nfloor_days = \"x\"", "retention = 3"] {
            let error = self::settings(text).unwrap_err();
            assert!(error.starts_with("file ringer.toml: retention"), "{error}");
        }
    }

    #[test]
    fn without_a_table_the_floor_is_a_year_and_no_ceiling_is_listed_as_none() {
        let settings = settings("").unwrap();
        let listed = |key: &str| settings.listed().iter().find(|s| s.key == key).unwrap();
        assert_eq!(listed("retention.floor_days").value, "365");
        assert_eq!(listed("retention.ceiling_days").value, "none");
    }
}
