//! Innocent stories as a whole: every indicator of an application looks at them, and none may say more than the story allows.

use crate::case::application;
use ringer::{
    indicators::{
        Band, Context, Dossier, Hour, IndicatorPolicy, IpFacts, IpKind, Tallies, Ties, WatchLists,
        assess,
    },
    model::Moment,
};
use std::collections::BTreeMap;

/// The band of an identity with these applications, and the ids of what was raised and counts for something.
fn assessed(applications: &[&str], ips: &BTreeMap<String, IpFacts>) -> (Band, Vec<&'static str>) {
    let table = |(n, text): (usize, &&str)| application(&text.parse().unwrap(), &format!("A-{n}"));
    let applications: Vec<_> = applications.iter().enumerate().map(table).collect();
    let (policy, tallies, watched) =
        (IndicatorPolicy::default(), Tallies::default(), WatchLists::default());
    let context = Context {
        policy: &policy,
        tallies: &tallies,
        watched: &watched,
        ips,
        completions: None,
        tied: &[],
        now: &Hour::of(Moment(1_795_392_000)),
    };
    let assessment = assess(&Dossier::new(&applications), &Ties::default(), &context);
    let counts = assessment
        .raised()
        .into_iter()
        .filter(|(_, finding, _)| finding.strength > ringer::indicators::Strength::Context);
    (assessment.band, counts.map(|(indicator, ..)| indicator.id).collect())
}

fn at_home(ips: &[&str]) -> BTreeMap<String, IpFacts> {
    let facts = IpFacts {
        country: Some("US".to_owned()),
        kind: Some(IpKind::Residential),
        ..IpFacts::default()
    };
    ips.iter().map(|ip| ((*ip).to_owned(), facts.clone())).collect()
}

#[test]
fn an_immigrant_with_a_foreign_degree_and_an_english_given_name_raises_nothing() {
    let text = r#"
        full_name = "Kevin Wang"
        email = "xiaoming.wang@example.com"
        phone = "+1 937-555-4123"
        street = "12 Main Street"
        city = "Dayton"
        state = "OH"
        country = "US"
        institution = "Fudan University"
        degree = "BS"
        education_start = "2012-09"
        education_end = "2016-06"
        role = "Software Engineer"
        channel = "Careers page"
        submitted_at = "2026-06-01T02:00:00Z"
        linkedin = "https://www.linkedin.com/in/xiaoming-wang-7f3a91"
        profile_created_at = "2014-05-01"
        profile_last_active_at = "2026-05-20"
        pdf_author = "王小明"
        ip = "192.0.2.7"
        timezone = "America/New_York"
        profiles = [{ platform = "github", handle = "xmwang", display_name = "Xiaoming Wang", created_at = "2015", renamed = [{ from = "Xiaoming Wang", to = "Kevin Wang", at = "2026-01-01" }] }]
        employment = [{ employer = "Example Widgets", title = "Engineer", start = "2016-08", end = "2026-04", domain = "widgets.example" }]
        references = [{ name = "Wei Zhang", email = "wei.zhang@widgets.example" }, { name = "Bob Example", email = "bob@gmail.com" }]
        files = [{ info = { Author = "Wang Xiaoming", Producer = "WPS Office", CreationDate = "D:20260530210000-04'00'" } }]
        interviews = [{ start = "2026-06-10T14:00:00Z", interviewer = "R. One" }]
        payments = [{ holder_name = "WANG XIAOMING", kind = "checking" }]
    "#;
    let found = assessed(&[text], &at_home(&["192.0.2.7"]));
    assert_eq!(found, (Band::None, vec![]));
}

#[test]
fn a_change_of_name_by_marriage_raises_nothing() {
    let before = r#"
        full_name = "Jane Doe"
        email = "jane.doe@example.com"
        submitted_at = "2025-06-01"
        linkedin = "https://www.linkedin.com/in/jane-doe-7f3a91"
        pdf_author = "Jane Doe"
    "#;
    let after = r#"
        full_name = "Jane Bell"
        email = "jane.doe@example.com"
        submitted_at = "2026-06-01"
        linkedin = "https://www.linkedin.com/in/jane-doe-7f3a91"
        pdf_author = "Jane Doe"
        payments = [{ holder_name = "Jane Doe" }]
        profiles = [{ platform = "linkedin", handle = "jane-doe-7f3a91", display_name = "Jane Bell", renamed = [{ from = "Jane Doe", to = "Jane Bell", at = "2026-02-01" }] }]
    "#;
    assert_eq!(assessed(&[before, after], &BTreeMap::new()), (Band::None, vec![]));
}

#[test]
fn somebody_who_values_privacy_is_a_note_at_most() {
    let text = r#"
        full_name = "Jane Doe"
        city = "Dayton"
        state = "OH"
        country = "US"
        submitted_at = "2026-06-01T10:00:00Z"
        timezone = "UTC"
        ip = "192.0.2.7"
        profile_created_at = "2026-04-01"
        github = "jane-doe-example"
        employment = [{ employer = "Example Widgets", start = "2012-02" }]
        events = [{ kind = "interview", at = "2026-06-05T10:00:00Z", ip = "192.0.2.8", ip_kind = "vpn", country = "NL" }, { kind = "interview", at = "2026-06-09T10:00:00Z", ip = "192.0.2.9", ip_kind = "vpn", country = "SE" }]
    "#;
    let (band, found) = assessed(&[text], &at_home(&["192.0.2.7"]));
    assert_eq!(found, ["ip-anonymizer", "profile-young"]);
    assert!(band <= Band::Note, "{band}");
}

#[test]
fn an_application_from_a_journey_is_a_note_at_most() {
    let abroad = r#"
        full_name = "Priya Sample"
        city = "Dayton"
        state = "OH"
        country = "US"
        submitted_at = "2026-06-01T10:00:00Z"
        timezone = "Asia/Kolkata"
        ip = "198.51.100.9"
        events = [{ kind = "login", at = "2026-06-01T12:00:00Z", ip = "198.51.100.9", country = "IN", timezone = "Asia/Kolkata" }]
        pdf_created = "D:20260601140000+05'30'"
    "#;
    let campus = r#"
        full_name = "Priya Sample"
        city = "Dayton"
        state = "OH"
        country = "US"
        submitted_at = "2026-06-20T10:00:00Z"
        timezone = "America/New_York"
        ip = "192.0.2.7"
    "#;
    let ips = at_home(&["192.0.2.7"]);
    let (band, found) = assessed(&[abroad, campus], &ips);
    // The clock of the file and of two visits on one day is all there is, and it is weak.
    assert_eq!(found, ["device-clock-mismatch", "pdf-timezone-mismatch", "place-inconsistency"]);
    assert!(band <= Band::Note, "{band}");
}
