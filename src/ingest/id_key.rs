//! The key under which birth dates and government numbers are hashed before anything keeps them. Not responsible for where the
//! key is kept (`cli`).
//!
//! HMAC-SHA-256: without the key nobody can try all birth dates, of which there are few. What is hashed is what the value
//! means, so that two spellings of a date or a number are equal; a date without its day, which many people have, and what
//! cannot be read are not kept at all.
//!
//! Invariant: no value that was given comes out again, neither in an application nor in a rejected row; the key is never shown.

use crate::{
    ingest::RowProblem,
    model::{
        Application, Column,
        sealed::{HASH_DIGITS, KEY_DIGITS, PREFIX, key_of},
    },
    normalize,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;

/// What the text of a key begins with.
const LABEL: &str = "ringer-id-key-1";

/// A key for ids.
#[derive(Clone, PartialEq, Eq)]
pub struct IdKey {
    secret: [u8; 32],
    id: String,
}

impl fmt::Debug for IdKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdKey({})", self.id)
    }
}

impl IdKey {
    fn of(secret: [u8; 32]) -> Self {
        let mut key = Self { secret, id: String::new() };
        key.id = key.digits("key", "", KEY_DIGITS);
        key
    }

    /// A new one.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn fresh() -> Result<Self, String> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| error.to_string())?;
        Ok(Self::of(secret))
    }

    /// The key a text holds, as [`Self::text`] writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix(LABEL)?.trim();
        if digits.len() != 64 {
            return None;
        }
        let mut secret = [0; 32];
        for (byte, two) in secret.iter_mut().zip(digits.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok()?;
        }
        Some(Self::of(secret))
    }

    /// The key as text, for its file and for nothing else.
    #[must_use]
    pub fn text(&self) -> String {
        let digits: String = self.secret.iter().map(|b| format!("{b:02x}")).collect();
        format!("{LABEL} {digits}\n")
    }

    /// Eight digits that tell it from other keys and say nothing of it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    fn digits(&self, about: &str, value: &str, most: usize) -> String {
        // HMAC takes a key of any length, so this cannot fail; if it ever did, nothing would be kept.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else {
            return String::new();
        };
        mac.update(about.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        let digest = mac.finalize().into_bytes();
        digest.iter().map(|b| format!("{b:02x}")).collect::<String>().chars().take(most).collect()
    }

    /// The application, with keyed hashes instead of birth date and government number.
    #[must_use]
    pub fn sealed(&self, mut application: Application) -> Application {
        let seal = |column: Column, value: &str| {
            let meaning = normalize::identifying(column, value)?;
            let hash = self.digits(column.name(), &meaning, HASH_DIGITS);
            Some(format!("{PREFIX}{}{hash}", self.id))
        };
        if SEALED.iter().any(|&column| application.get(column).is_some()) {
            // Made anew: the text of a value that was only replaced would still be there.
            let fields: Vec<(Column, String)> = application
                .fields
                .iter()
                .filter_map(|(column, value)| match SEALED.contains(&column) {
                    true => Some((column, seal(column, value)?)),
                    false => Some((column, value.to_owned())),
                })
                .collect();
            application.fields = fields.into_iter().collect();
        }
        application
    }

    /// A rejected row without its text: nobody can tell for certain where in it an id stands.
    #[must_use]
    pub fn withheld(problem: RowProblem) -> RowProblem {
        let raw = format!(
            "(the row's text is not kept, since ids are hashed here; it is row {} of the file)",
            problem.row
        );
        RowProblem { raw, ..problem }
    }
}

/// The columns that are hashed.
const SEALED: &[Column] = &[Column::BirthDate, Column::NationalId];

/// The application without what looks like one of our hashes: made elsewhere, it could not be told from one made here.
#[must_use]
pub fn without_lookalikes(mut application: Application) -> Application {
    let is_one = |column| application.get(column).is_some_and(|text| key_of(text.trim()).is_some());
    if SEALED.iter().any(|&column| is_one(column)) {
        let others = application.fields.iter().filter(|(column, _)| !SEALED.contains(column));
        let fields: Vec<(Column, String)> =
            others.map(|(column, value)| (column, value.to_owned())).collect();
        application.fields = fields.into_iter().collect();
    }
    application
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Source;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn application(birth: &str, number: &str) -> Application {
        let fields = [
            (Column::FullName, "Ann Example".to_owned()),
            (Column::BirthDate, birth.to_owned()),
            (Column::NationalId, number.to_owned()),
        ];
        Application {
            id: "A-1".parse().unwrap(),
            fields: fields.into_iter().collect(),
            extra: BTreeMap::new(),
            nested: BTreeMap::new(),
            source: Source { file: "a.csv".into(), row: 1 },
        }
    }

    fn key() -> IdKey {
        IdKey::of([7; 32])
    }

    fn sealed(birth: &str, number: &str) -> [Option<String>; 2] {
        let application = key().sealed(application(birth, number));
        assert_eq!(application.get(Column::FullName), Some("Ann Example"));
        [Column::BirthDate, Column::NationalId].map(|c| application.get(c).map(str::to_owned))
    }

    #[test]
    fn spellings_of_one_value_are_equal_and_other_values_are_not() {
        let [date, number] = sealed("1990-02-11", "123-45-6789");
        assert_eq!(sealed("Feb 11, 1990", "123456789"), [date.clone(), number.clone()]);
        assert_ne!(sealed("1990-02-12", "123-45-6780"), [date.clone(), number.clone()]);
        assert_ne!(date, number, "a date and a number that say the same are not the same");
        assert_eq!(key_of(&date.unwrap()), Some(key().id()));
        assert_eq!(
            sealed("1990", "n/a"),
            [None, None],
            "what many have or nobody can read is not kept"
        );
    }

    #[test]
    fn a_key_is_read_back_and_never_shown() {
        let key = IdKey::fresh().unwrap();
        assert_eq!(IdKey::parse(&key.text()), Some(key.clone()));
        assert_ne!(key, IdKey::fresh().unwrap());
        let digits = key.text().split_whitespace().nth(1).unwrap().to_owned();
        assert!(!format!("{key:?}").contains(&digits[..8]));
        for text in [
            "",
            "ringer-id-key-1",
            "ringer-id-key-1 00",
            &digits,
            &format!("ringer-id-key-1 {}", "x".repeat(64)),
        ] {
            assert_eq!(IdKey::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_hash_made_elsewhere_is_no_id() {
        let forged = format!("sealed{}", "0".repeat(40));
        let application = without_lookalikes(application("1990-02-11", &forged));
        assert_eq!(application.get(Column::NationalId), None);
        assert_eq!(application.get(Column::FullName), Some("Ann Example"));
        let [_, hashed] = sealed("1990-02-11", &forged);
        assert_ne!(hashed, Some(forged));
    }

    proptest! {
        #[test]
        fn no_given_value_is_left_anywhere(birth in "[0-9]{4}-0[1-9]-[12][0-9]", number in "[0-9]{7,11}") {
            let application = key().sealed(application(&birth, &number));
            let all = format!("{application:?} {:?} {}", application.fields.text(), serde_json::to_string(&application).unwrap());
            prop_assert!(!all.contains(&birth) && !all.contains(&number), "{}", all);
        }
    }
}
