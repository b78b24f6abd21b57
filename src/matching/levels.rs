//! The levels of agreement: for each identity comparison what it can find, how often one person's two applications
//! show it (`m`) and how often unrelated people's do (`u`). Not responsible for finding them (`features`), nor for
//! estimating the numbers from data (`calibrate`).
//!
//! Invariant: pure data. A level's weight is log2 of m over u, after Fellegi and Sunter (*A Theory for Record
//! Linkage*, JASA 1969); of a level marked `by_frequency` u is how common the shared value is, plus what chance adds
//! (the value-specific weights of Winkler 1988).

use crate::model::Bits;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
    ser::SerializeMap,
};
use std::{collections::BTreeMap, fmt};

/// How often a level is found, and the most it can say.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// How often one person's two applications show it, where both can be compared.
    pub m: f64,
    /// How often two unrelated people's do; of a level by frequency, what is added to the value's frequency.
    pub u: f64,
    /// Whether `u` is how common the shared value is.
    pub by_frequency: bool,
    /// The most bits it can say, either way.
    pub cap: f64,
}

impl Level {
    /// What it says for "one person", for a value that `frequency` of all have. A shared value never speaks
    /// against one person.
    #[inline]
    #[must_use]
    pub fn bits(&self, frequency: f64) -> Bits {
        if self.by_frequency {
            let u = (frequency + self.u).max(1e-9);
            Bits::new((self.m.max(1e-9) / u).log2().clamp(0.0, self.cap.max(0.0)))
        } else {
            let cap = self.cap.max(0.0);
            Bits::new((self.m.max(1e-9) / self.u.max(1e-9)).log2().clamp(-cap, cap))
        }
    }

    /// The most it can say for "one person", whatever the value.
    #[inline]
    #[must_use]
    pub fn most(&self) -> Bits {
        if self.by_frequency { Bits::new(self.cap) } else { self.bits(0.0) }
    }
}

/// A level by the frequency of the shared value, plus `u`.
const fn value(m: f64, u: f64, cap: f64) -> Level {
    Level { m, u, by_frequency: true, cap }
}

/// A level that unrelated people show at a rate of its own.
const fn rate(m: f64, u: f64) -> Level {
    Level { m, u, by_frequency: false, cap: 20.0 }
}

/// A level as it is built in.
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn {
    /// Its comparison, snake_case.
    pub comparison: &'static str,
    /// Its name within the comparison, snake_case.
    pub name: &'static str,
    /// What it means, a phrase.
    pub means: &'static str,
    /// Its numbers.
    pub level: Level,
}

macro_rules! levels {
    ($($(#[$about:meta])* $comparison:literal { $($seen:ident $name:literal $means:literal = $level:expr;)+ })+) => {
        /// What a comparison can find in two applications.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Seen {
            $($(#[doc = $means] $seen,)+)+
        }

        impl Seen {
            /// Every level, in the order of the table.
            pub const ALL: &[Self] = &[$($(Self::$seen,)+)+];
        }

        impl Seen {
            /// Whether two people of one household agree so: in a home or a phone.
            #[must_use]
            pub fn is_a_households(self) -> bool {
                matches!(
                    self,
                    Self::HomeDwelling
                        | Self::HomeBuilding
                        | Self::HomeNear
                        | Self::PhoneSame
                        | Self::PhoneNear
                )
            }
        }

        /// The table of levels with their built-in numbers, comparison by comparison.
        pub const LEVELS: &[BuiltIn] = &[$($(BuiltIn {
            comparison: $comparison, name: $name, means: $means, level: $level,
        },)+)+];
    };
}

levels! {
    "given_name" {
        GivenExact "exact" "the same given name" = value(0.7, 0.0, 30.0);
        GivenAlias "alias" "a nickname or another romanisation" = value(0.05, 0.0, 12.0);
        GivenClose "close" "a typo apart" = value(0.08, 0.0005, 7.0);
        GivenInitial "initial" "its initial" = rate(0.15, 0.04);
        GivenSimilar "similar" "alike, as a short form or two slips" = rate(0.02, 0.006);
        GivenConflict "conflict" "another given name on both sides" = rate(0.025, 0.96);
    }
    "family_name" {
        FamilyExact "exact" "the same family name" = value(0.85, 0.0, 30.0);
        FamilyAlias "alias" "another romanisation" = value(0.015, 0.0, 12.0);
        FamilyClose "close" "a typo apart" = value(0.08, 0.0005, 7.0);
        FamilyInitial "initial" "its initial" = rate(0.01, 0.02);
        FamilySimilar "similar" "alike, as a short form or two slips" = rate(0.02, 0.0025);
        // People marry.
        FamilyConflict "conflict" "another family name on both sides" = rate(0.012, 0.99);
    }
    "further_names" {
        NoneFurther "none" "as many names on both sides" = rate(0.895, 0.74);
        OneFurther "one" "one side has a name more" = rate(0.1, 0.25);
        MoreFurther "more" "one side has several names more" = rate(0.005, 0.02);
    }
    "suffix" {
        SuffixSame "same" "the same suffix, or none" = rate(0.99, 0.99);
        SuffixOneSided "one_sided" "one gives a suffix and the other none" = rate(0.005, 0.01);
        SuffixConflict "conflict" "two different suffixes: father and son" = rate(0.0001, 0.01);
    }
    "birth_date" {
        BirthSame "same" "the same date" = value(0.92, 0.0, 14.0);
        BirthPartial "partial" "the same as far as both are known" = rate(0.06, 0.004);
        BirthNear "near" "one slip apart" = rate(0.05, 0.0025);
        BirthFar "far" "two slips apart" = rate(0.004, 0.02);
        BirthDifferent "different" "another date" = rate(0.03, 0.975);
    }
    "government_id" {
        NumberSame "same" "the same number" = value(0.9, 0.0, 18.0);
        NumberNear "near" "one slip apart" = rate(0.07, 0.0001);
        NumberFar "far" "two slips apart" = rate(0.003, 0.0005);
        NumberDifferent "different" "another number" = rate(0.045, 0.99);
    }
    "email" {
        EmailSame "same" "the same mailbox" = value(0.75, 0.0, 16.0);
        EmailNear "near" "one slip apart" = rate(0.015, 0.0001);
        EmailDifferent "different" "another mailbox" = rate(0.2, 0.99);
    }
    "phone" {
        PhoneSame "same" "the same number" = value(0.8, 0.0, 16.0);
        PhoneNear "near" "one slip apart" = rate(0.025, 0.0001);
        PhoneDifferent "different" "another number" = rate(0.1, 0.99);
    }
    "home_address" {
        HomeDwelling "dwelling" "the same dwelling" = value(0.65, 0.0, 15.0);
        HomeBuilding "building" "the same building, a unit unknown or mistyped" = value(0.08, 0.0, 13.0);
        HomeOtherUnit "other_unit" "the same building, another unit" = value(0.003, 0.0, 3.0);
        HomeNear "near" "the same building but for a slip" = value(0.08, 0.0001, 12.0);
        HomeStreet "street" "the same street" = value(0.005, 0.0, 4.0);
        HomeArea "area" "another street of the same postal code" = value(0.015, 0.0, 6.0);
        HomeCity "city" "another street of the same city" = value(0.05, 0.0, 4.0);
        HomeDifferent "different" "another place" = rate(0.11, 0.99);
    }
    "unit_name" {
        UnitName "same" "the same house name or long unit" = rate(0.6, 0.01);
        UnitNameDifferent "different" "another house name or long unit" = rate(0.4, 0.99);
    }
    "area" {
        AreaPostal "postal" "the same postal code, the street unknown" = value(0.7, 0.0, 12.0);
        AreaCity "city" "the same city, the street unknown" = value(0.25, 0.0, 8.0);
        AreaDifferent "different" "another place, the street unknown" = rate(0.11, 0.99);
    }
    "profile" {
        ProfileSame "same" "the same handle" = value(0.9, 0.0, 16.0);
        ProfileNear "near" "handles a slip or an ending apart" = rate(0.05, 0.002);
        ProfileDifferent "different" "another handle on the same platform" = rate(0.015, 0.98);
    }
    "school" {
        SchoolSame "same" "the same school" = value(0.87, 0.0, 10.0);
        SchoolNear "near" "two slips apart at most" = rate(0.07, 0.001);
        SchoolDifferent "different" "another school" = rate(0.015, 0.99);
    }
    "subject" {
        SubjectSame "same" "the same subject" = value(0.85, 0.0, 5.0);
        SubjectDifferent "different" "another subject" = rate(0.04, 0.92);
    }
    "graduation" {
        YearSame "same" "the same year" = rate(0.9, 0.05);
        YearNear "near" "a year apart" = rate(0.08, 0.09);
        YearDifferent "different" "years apart" = rate(0.015, 0.86);
    }
    // Of somebody who names another school: a school mistyped out of recognition, or another degree.
    "other_graduation" {
        OtherYearSame "same" "another school, the same year" = rate(0.6, 0.05);
        OtherYearDifferent "different" "another school and another year" = rate(0.4, 0.95);
    }
    "employer" {
        EmployerSame "same" "the same employer" = value(0.7, 0.0, 10.0);
        EmployerNear "near" "two slips apart at most" = rate(0.004, 0.0006);
        EmployerDifferent "different" "another employer" = rate(0.2, 0.99);
    }
    "job_title" {
        TitleSame "same" "the same title" = value(0.75, 0.0, 4.0);
        TitleDifferent "different" "another title at the same employer" = rate(0.25, 0.95);
    }
    "resume_text" {
        Resume80 "over_80" "texts that agree to 0.8" = rate(0.4, 0.001);
        Resume60 "over_60" "to 0.6" = rate(0.15, 0.0005);
        Resume40 "over_40" "to 0.4" = rate(0.15, 0.001);
        Resume25 "over_25" "to 0.25" = rate(0.08, 0.002);
        Resume10 "over_10" "to 0.1" = rate(0.05, 0.005);
        // Most people send the same resume again.
        ResumeDifferent "different" "less" = rate(0.11, 0.98);
    }
    "resume_file" {
        FileSame "same" "the same file" = value(0.4, 0.0, 9.0);
        FileDifferent "different" "another file" = rate(0.6, 0.99);
    }
    "pdf_id" {
        PdfSame "same" "the same origin" = value(0.5, 0.0, 9.0);
        PdfDifferent "different" "another origin" = rate(0.5, 0.99);
    }
    "pdf_author" {
        AuthorSame "same" "the same author" = value(0.6, 0.0, 5.0);
        AuthorDifferent "different" "another author" = rate(0.25, 0.95);
    }
    "photo" {
        PhotoSame "same" "the same picture file" = rate(0.5, 0.001);
        PhotoNear "near" "the same picture edited" = rate(0.2, 0.002);
        PhotoDifferent "different" "another picture" = rate(0.15, 0.99);
    }
    "ip" {
        IpSame "same" "the same address" = value(0.4, 0.0, 7.0);
        IpDifferent "different" "another address" = rate(0.5, 0.99);
    }
    "device" {
        DeviceSame "same" "the same device" = value(0.6, 0.0, 9.0);
        DeviceDifferent "different" "another device" = rate(0.25, 0.99);
    }
    "referee" {
        RefereeSame "same" "the same referee" = value(0.5, 0.0, 7.0);
        RefereeDifferent "different" "another referee" = rate(0.3, 0.99);
    }
    "payment_account" {
        PaymentSame "same" "the same account" = value(0.7, 0.0, 10.0);
        PaymentDifferent "different" "another account" = rate(0.15, 0.99);
    }
}

/// The numbers in force, one for each of [`LEVELS`]. In files a table: comparison, level, numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels([Level; LEVELS.len()]);

impl Default for Levels {
    fn default() -> Self {
        Self(std::array::from_fn(|i| LEVELS[i].level))
    }
}

impl Levels {
    /// The numbers of a level.
    #[inline]
    #[must_use]
    pub fn of(&self, seen: Seen) -> &Level {
        &self.0[seen as usize]
    }

    /// The numbers of a level, to change.
    pub fn of_mut(&mut self, seen: Seen) -> &mut Level {
        &mut self.0[seen as usize]
    }
}

/// The comparisons with the positions of their levels.
pub fn comparisons() -> impl Iterator<Item = (&'static str, std::ops::Range<usize>)> {
    let mut at = 0;
    LEVELS.chunk_by(|a, b| a.comparison == b.comparison).map(move |levels| {
        let from = at;
        at += levels.len();
        (levels[0].comparison, from..at)
    })
}

impl Serialize for Levels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(comparisons().count()))?;
        for (comparison, range) in comparisons() {
            let levels: BTreeMap<&str, Level> =
                range.map(|i| (LEVELS[i].name, self.0[i])).collect();
            map.serialize_entry(comparison, &levels)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Levels {
    /// What is not said stays as built in; a comparison or level that does not exist is refused.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Table;
        impl<'de> Visitor<'de> for Table {
            type Value = Levels;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of comparisons")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Levels, A::Error> {
                let mut all = Levels::default();
                while let Some(comparison) = map.next_key::<String>()? {
                    let Some((_, range)) = comparisons().find(|(name, _)| *name == comparison)
                    else {
                        return Err(A::Error::custom(format!("unknown comparison `{comparison}`")));
                    };
                    for (name, level) in map.next_value::<BTreeMap<String, Level>>()? {
                        let Some(at) = range.clone().find(|&i| LEVELS[i].name == name) else {
                            return Err(A::Error::custom(format!(
                                "unknown level `{name}` of `{comparison}`"
                            )));
                        };
                        all.0[at] = level;
                    }
                }
                Ok(all)
            }
        }
        deserializer.deserialize_map(Table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_stand_in_the_order_of_their_table() {
        assert_eq!(Seen::ALL.len(), LEVELS.len());
        assert!(Seen::ALL.iter().enumerate().all(|(i, &seen)| seen as usize == i));
        assert_eq!(comparisons().map(|(_, range)| range.len()).sum::<usize>(), LEVELS.len());
    }

    #[test]
    fn a_shared_value_never_speaks_against_one_person_and_a_rare_one_says_more() {
        let level = value(0.5, 0.0, 16.0);
        assert_eq!(level.bits(0.9), Bits::ZERO);
        assert!(level.bits(0.001) > level.bits(0.01));
    }

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let text = "[email]\nsame = { m = 0.5, u = 0.0, by_frequency = true, cap = 9.0 }";
        let levels: Levels = toml::from_str(text).unwrap();
        assert_eq!(levels.of(Seen::EmailSame).cap, 9.0);
        assert_eq!(levels.of(Seen::EmailNear), Levels::default().of(Seen::EmailNear));
        let json = serde_json::to_string(&levels).unwrap();
        assert_eq!(serde_json::from_str::<Levels>(&json).unwrap(), levels);
        assert!(toml::from_str::<Levels>("[emial]\n").is_err());
        assert!(
            toml::from_str::<Levels>(
                "[email]\nsmae = { m = 0.5, u = 0.0, by_frequency = true, cap = 9.0 }"
            )
            .is_err()
        );
    }
}
