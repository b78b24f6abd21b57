//! Indicators of one application, one file a topic. Not responsible for adding them up (`combine`).
//!
//! To add one: write it in the file of its topic and put its line here, where it belongs in display order.

mod code;
mod device;
mod document;
mod identity;
mod network;
mod observation;
mod phone;
mod profile;
mod profile_owner;
mod references;
mod role;

use crate::indicators::Indicator;

/// Every indicator of an application, in display order.
pub const APPLICATION: &[&Indicator] = &[
    &phone::PLUS_ONE_FORMAT,
    &profile::YOUNG_PROFILE,
    &profile::DORMANT_REVIVED,
    &profile_owner::RENAMED,
    &profile_owner::NAME_MISMATCH,
    &profile_owner::RESUME_CONTRADICTION,
    &profile_owner::MULTIPLE_PICTURES,
    &profile::VANISHED,
    &code::YOUNGER_THAN_COMMITS,
    &code::AUTHOR_CHURN,
    &code::COPIED_REPOS,
    &document::PDF_TIME_ZONE,
    &document::PDF_AUTHOR,
    &document::ID_CHECK_FAILED,
    &document::PHOTO_MANIPULATED,
    &network::GEO_MISMATCH,
    &network::ANONYMIZER,
    &network::REPORTED_PROVIDER,
    &network::MANY_COUNTRIES,
    &device::CLOCK_MISMATCH,
    &device::ALWAYS_ON,
    &device::API_REPLAY,
    &observation::CAMERA_AVOIDANCE,
    &observation::PERSON_DIFFERS,
    &observation::AVOIDS_IN_PERSON,
    &observation::SCRIPTED_ANSWERS,
    &observation::PLACE_KNOWLEDGE,
    &observation::ROOM_OF_CALLERS,
    &observation::PREPAYMENT_PRESSURE,
    &observation::ALWAYS_RESCHEDULES,
    &observation::LOWBALL,
    &identity::HOLDER_MISMATCH,
    &identity::CHANGED_EARLY,
    &identity::UNUSUAL_RAIL,
    &identity::ATTRIBUTE_CONFLICT,
    &references::FREEMAIL_ONLY,
    &references::IS_APPLICANT,
    &references::DOMAIN_YOUNG,
    &role::EXPOSED,
];
