//! Indicators of one application, one file a topic. Not responsible for adding them up (`combine`).
//!
//! To add one: write it in the file of its topic and put its line here, where it belongs in display order.

mod address;
mod code;
mod delivery;
mod device;
mod document;
mod education;
mod email;
mod employment;
mod identity;
mod network;
mod observation;
mod phone;
mod profile;
mod profile_owner;
mod references;
mod role;
mod schooling;
pub(super) mod watched;

use crate::indicators::Indicator;

/// Every indicator of an application, in display order.
pub const APPLICATION: &[&Indicator] = &[
    &phone::PLUS_ONE_FORMAT,
    &phone::FORMAT_INVALID,
    &phone::LINE_VOIP,
    &phone::AREA_VS_HISTORY,
    &email::DISPOSABLE,
    &email::YOUNG_MAILBOX,
    &email::CARRIES_OTHER_NAME,
    &address::UNDELIVERABLE,
    &address::MAIL_DROP,
    &address::INCONSISTENCY,
    &delivery::DIFFERS,
    &delivery::CHANGED_AFTER_OFFER,
    &delivery::FORWARDER,
    &schooling::MAJOR_NOT_OFFERED,
    &education::OFF_CALENDAR,
    &education::DURATION,
    &schooling::SCHOOL_NOT_OPEN,
    &education::ONSITE_CONFLICT,
    &schooling::CONTRADICTION,
    &schooling::UNVERIFIED,
    &employment::DOMAIN_POSTDATES,
    &employment::PLACE_NONEXISTENT,
    &employment::CONTRADICTION,
    &employment::TIMELINE,
    &employment::VERIFICATION_FAILED,
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
    &watched::CUSTOMER_LIST,
    &watched::WATCHLISTED_SHELL,
    &watched::EXACT_MATCH,
    &role::EXPOSED,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        indicators::{
            Case, Completions, Compute, Context, Dossier, Hour, IndicatorPolicy, NoIpIntel,
            Tallies, WatchLists,
        },
        model::{Application, Column, Moment, Source},
        normalize::name,
    };
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Fields of nested lists that indicators read, so that made-up lists reach their code.
    const FIELDS: &[&str] = &[
        "kind",
        "result",
        "school",
        "degree",
        "major",
        "cip",
        "start",
        "end",
        "mode",
        "location",
        "employer",
        "title",
        "domain",
        "domain_created_at",
        "valid_from",
        "street",
        "state",
        "at",
        "delivered_to",
        "ship_to",
        "changed_at",
        "name",
        "years",
        "full_time",
        "url",
        "ip",
    ];
    const LISTS: &[&str] =
        &["education", "employment", "checks", "addresses", "shipments", "events", "skills"];

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            ".{0,24}",
            "[-0-9TZ:. ]{0,20}",
            "(19|20)[0-9]{2}(-[01][0-9])?",
            prop::sample::select(vec![
                "offer",
                "delivery",
                "home",
                "present",
                "BS",
                "Austin, TX",
                "no_record",
                "education",
            ])
            .prop_map(str::to_owned),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn whatever_an_application_holds_every_indicator_answers_and_twice_the_same(
            texts in prop::collection::vec(value(), Column::ALL.len()),
            entries in prop::collection::vec(
                prop::collection::btree_map(prop::sample::select(FIELDS), value(), 0..8),
                LISTS.len() * 2,
            ),
        ) {
            let nested = LISTS.iter().zip(entries.chunks(2)).map(|(list, entries)| {
                ((*list).to_owned(), serde_json::to_string(entries).unwrap())
            });
            let application = |id: &str| Application {
                id: id.parse().unwrap(),
                fields: Column::ALL.iter().copied().zip(texts.clone()).collect::<BTreeMap<_, _>>().into(),
                extra: BTreeMap::new(),
                nested: nested.clone().collect(),
                source: Source { file: "a.jsonl".into(), row: 1 },
            };
            let applications = [application("A-1"), application("A-2")];
            let dossier = Dossier::new(&applications);
            let (policy, tallies, watched) =
                (IndicatorPolicy::default(), Tallies::default(), WatchLists::default());
            let (table, _) = Completions::read(&texts.join(","));
            let other = name::parse("Jane Example").unwrap();
            let context = Context {
                policy: &policy,
                tallies: &tallies,
                watched: &watched,
                ips: &NoIpIntel,
                completions: Some(&table),
                tied: &[&other],
                now: &Hour::of(Moment(0)),
            };
            for subject in &dossier.subjects {
                for indicator in APPLICATION {
                    let Compute::Application(compute) = indicator.compute else { continue };
                    let case = Case { subject, dossier: &dossier, context: &context };
                    prop_assert_eq!(compute(&case), compute(&case));
                }
            }
        }
    }
}
