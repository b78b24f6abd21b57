//! The room of embedded facts: area codes, ZIPs, street suffixes, nicknames, romanisation,
//! institutions. Each table is loaded once, on first use, and looked up in constant or logarithmic
//! time. Not responsible for cleaning text: callers pass folded words (`normalize`).
//!
//! Invariant: nothing here depends on anything but the bytes compiled in, and no table says
//! anything about a person's origin, sex or language: the name tables only tell two spellings of
//! one name.

pub mod area_codes;
pub mod countries;
pub mod delivery;
pub mod email_domains;
pub mod institutions;
pub mod mail_drops;
pub mod majors;
pub mod names;
pub mod networks;
pub mod organisation_words;
mod romanisation;
pub mod states;
pub mod states_map;
pub mod street;
mod table;
pub mod technologies;
pub mod time_zones;
pub mod watch_lists;
pub mod zips;
