//! Nested lists with anything in them: no indicator of an application panics, and each says the same twice.

use crate::case::application;
use proptest::prelude::*;
use ringer::indicators::{
    APPLICATION, Case, Compute, Context, Dossier, Hour, IndicatorPolicy, NoIpIntel, Tallies,
    WatchLists,
};
use ringer::model::Moment;
use serde_json::{Map, Value, json};

const LISTS: &[&str] = &[
    "checks",
    "code",
    "education",
    "employment",
    "events",
    "files",
    "gov_id",
    "interviews",
    "ip_intel",
    "observations",
    "payments",
    "profiles",
    "references",
    "shipments",
];

const FIELDS: &[&str] = &[
    "account",
    "accounts",
    "asn",
    "at",
    "author_emails",
    "author_names",
    "authors",
    "browser_tz",
    "by",
    "changed",
    "checked",
    "checked_at",
    "code",
    "country",
    "created_at",
    "display_name",
    "domain",
    "domain_created_at",
    "email",
    "end",
    "ended_at",
    "endpoint",
    "first_commit_at",
    "from",
    "holder_name",
    "info",
    "interviewer",
    "ip",
    "ip_kind",
    "kind",
    "last_active_at",
    "lat",
    "lon",
    "name",
    "observation_codes",
    "pdf_created",
    "phone",
    "photo_phash",
    "platform",
    "prev_last_active_at",
    "region",
    "renamed",
    "repos",
    "result",
    "score",
    "set_at",
    "start",
    "status",
    "threshold",
    "times",
    "to",
    "url",
];

const TEXTS: &[&str] = &[
    "",
    "2026-06-01",
    "9999-12-31",
    "0001-01-01",
    "2026-06-01T10:00:00+14:00",
    "D:99999999999999+99'99'",
    "9999999999999",
    "-1",
    "Jane Doe",
    "Marcus Bell",
    "é",
    "\u{0}",
    "192.0.2.7",
    "2001:db8::1/64",
    "US",
    "OH",
    "id_document",
    "failed",
    "person_differs",
    "Asia/Tokyo",
    "UTC+14",
    "404",
    "login",
    "jane@example.com",
    "AS4294967296",
    "linkedin",
    "ffffffffffffff00",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        6 => prop::sample::select(TEXTS).prop_map(|text| json!(text)),
        1 => any::<bool>().prop_map(|flag| json!(flag)),
        1 => any::<i64>().prop_map(|number| json!(number)),
        1 => any::<f64>().prop_map(|number| json!(number)),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            object(inner)
        ]
    })
}

fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let fields = prop::collection::vec((prop::sample::select(FIELDS), inner), 0..10);
    fields.prop_map(|fields| {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
        Value::Object(fields.collect::<Map<_, _>>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn no_nested_list_makes_an_indicator_panic_and_each_says_the_same_twice(
        lists in prop::collection::vec(
            (prop::sample::select(LISTS), prop::collection::vec(object(value()), 1..4)), 0..6),
    ) {
        let columns = "full_name = \"Jane Doe\"\nstate = \"OH\"\ncity = \"Dayton\"\n\
                       submitted_at = \"2026-06-01T10:00:00Z\"\nip = \"192.0.2.7\"";
        let mut one = application(&columns.parse().unwrap(), "A-1");
        for (list, entries) in lists {
            one.nested.insert(list.to_owned(), Value::Array(entries).to_string());
        }
        let policy = IndicatorPolicy {
            reported_providers: ["example".to_owned()].into(),
            ..IndicatorPolicy::default()
        };
        let (tallies, watched) = (Tallies::default(), WatchLists::default());
        let context = Context {
            policy: &policy,
            tallies: &tallies,
            watched: &watched,
            ips: &NoIpIntel,
            completions: None,
            tied: &[],
            now: &Hour::of(Moment(1_795_392_000)),
        };
        let applications = [one];
        let dossier = Dossier::new(&applications);
        let case = Case { subject: &dossier.subjects[0], dossier: &dossier, context: &context };
        for indicator in APPLICATION {
            if let Compute::Application(compute) = indicator.compute {
                prop_assert_eq!(compute(&case), compute(&case), "{}", indicator.id);
            }
        }
    }
}
