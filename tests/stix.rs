//! What OASIS's own tools say of the STIX bundle: stix2-validator in strict mode, python-stix2, stix2-patterns, and the schema
//! of the extension that goes along. Not responsible for what is in a bundle (unit tests of `referral`).
//!
//! The Python that has them is `RINGER_PYTHON`, or `python3`; where it has them not, this is skipped, or fails when
//! `RINGER_REQUIRE_TOOLS=1`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

use ringer::{
    model::{AttributeId, AttributeKind, Moment, ReferralProfile, RingStatus, Tlp},
    referral::{Claim, Dossier, Identity, Part, Stix, Thing, Value, sample},
};
use std::{env, fs, path::Path, process::Command};

fn draft() -> Dossier {
    let mut dossier = sample::dossier(8);
    dossier.heading.review = None;
    dossier.heading.status = RingStatus::Open;
    dossier.heading.tlp = Tlp::Red;
    dossier
}

fn peer() -> Dossier {
    let mut dossier = rich();
    dossier.heading.profile = ReferralProfile::PeerEmployer;
    dossier.heading.tlp = Tlp::Amber;
    dossier
}

/// A value of every kind, shared and claimed.
fn rich() -> Dossier {
    let mut dossier = sample::dossier(8);
    let resume = "0a".repeat(32);
    let photo = "0b".repeat(32);
    let claims = [
        ("linkedin", "https://www.linkedin.com/in/ada-quill"),
        ("github", "ada-quill"),
        ("website", "https://ada.example/cv"),
        ("ip", "2001:db8:0:1::7"),
        ("device_id", "dev'ice\\1"),
        ("resume_sha256", &resume),
        ("pdf_id", "A1B2C3D4E5F60718"),
        ("pdf_author", "Widget \"Writers\" 陈"),
        ("photo_sha256", &photo),
        ("photo_phash", "f0e1d2c3b4a59687"),
        ("reference_email", "Ref+x@example.org"),
        ("reference_phone", "202-555-0124"),
        ("street", "123 N. Main Street Apt 4B"),
        ("city", "Springfield"),
        ("state", "IL"),
        ("postal_code", "62701"),
        ("institution", "Example College"),
        ("employer", "Example Widgets, Inc."),
        ("resume_text", "A very long text"),
    ];
    for identity in &mut dossier.identities {
        add(identity, &claims);
    }
    let resume = format!("resume-file:{resume}");
    let photo = format!("sha256:{photo}");
    for (kind, label, value) in [
        (AttributeKind::Email, "Mailbox", "o'brien@example.com"),
        (AttributeKind::Profile, "Profile", "github:ada-quill"),
        (AttributeKind::Profile, "Profile", "linkedin:ada-quill"),
        (AttributeKind::Profile, "Profile", "dribbble:ада"),
        (AttributeKind::Profile, "Site", "web:ada.example"),
        (AttributeKind::Profile, "Site", "web:ada.example/cv"),
        (AttributeKind::Ip, "IP address", "192.0.2.7"),
        (AttributeKind::Ip, "IP address", "2001:db8:0:1::/64"),
        (AttributeKind::Device, "Device", "dev'ice\\1"),
        (AttributeKind::Document, "Resume file", &resume),
        (AttributeKind::Document, "PDF id", "pdf-id:a1b2c3d4e5f60718"),
        (AttributeKind::Document, "PDF author", "pdf-author:widget \"writers\" 陈"),
        (AttributeKind::Photo, "Photo", &photo),
        (AttributeKind::Referee, "Referee", "email:ref@example.org"),
        (AttributeKind::Referee, "Referee", "phone:+12025550124"),
        (AttributeKind::Institution, "School", "example college"),
        (AttributeKind::Employer, "Employer", "example widgets"),
        (AttributeKind::Address, "Home address", "123 n main st #4b, springfield il"),
        (AttributeKind::Address, "Home address", "somewhere that is nowhere"),
    ] {
        thing(&mut dossier, kind, label, Value::Clear(value.to_owned()));
    }
    let keyed = Value::Withheld;
    thing(&mut dossier, AttributeKind::PaymentAccount, "Payee account", keyed);
    let indicator = dossier.indicators[0].clone();
    for (id, value) in [
        ("impersonation", "x"),
        ("same-account-id", "x"),
        ("post-hire-corroboration", "a device that passes keyboard and screen on over the network"),
    ] {
        let mut more = indicator.clone();
        more.id = id.to_owned();
        more.values = vec![("what".to_owned(), value.to_owned())];
        dossier.indicators.push(more);
    }
    dossier.decisions[0].is_withdrawn = true;
    dossier
}

fn add(identity: &mut Identity, claims: &[(&str, &str)]) {
    let applications: Vec<_> = identity.applications.iter().map(|a| a.id.clone()).collect();
    identity.claims.extend(claims.iter().map(|(column, value)| Claim {
        column: (*column).to_owned(),
        about: (*column).to_owned(),
        value: (*value).to_owned(),
        applications: applications.clone(),
    }));
}

fn thing(dossier: &mut Dossier, kind: AttributeKind, label: &str, value: Value) {
    let no = dossier.things.len() + 1;
    let more = Thing {
        no,
        id: Some(AttributeId::derive(&format!("rich {no}"))),
        kind: Some(kind),
        label: label.to_owned(),
        value,
        spellings: Vec::new(),
        is_delivery: false,
        judged: String::new(),
        others: 0,
        ..dossier.things[0].clone()
    };
    dossier.things.push(more);
    for identity in &mut dossier.identities {
        identity.things.push(no);
    }
}

fn keyed() -> Dossier {
    let mut dossier = rich();
    for identity in &mut dossier.identities {
        identity.claims.clear();
    }
    for thing in &mut dossier.things {
        thing.spellings.clear();
        if thing.kind.is_some() {
            thing.value = Value::Keyed(format!("{:064x}", thing.no));
        }
    }
    dossier
}

/// Nothing but what has to be there, at the ends of time, and with texts that break what is careless.
fn odd() -> Dossier {
    let mut dossier = sample::dossier(3);
    let evil = "'] OR [x:y = '\\\" \u{1}\u{202e}\r\n<script>陈";
    dossier.heading.organisation = Default::default();
    dossier.heading.first_seen = None;
    dossier.heading.case = None;
    dossier.timeline.clear();
    dossier.custody.clear();
    dossier.originals.clear();
    dossier.summary.clear();
    dossier.alternatives = evil.to_owned();
    for thing in &mut dossier.things {
        if let Value::Clear(value) = &mut thing.value {
            value.push_str(evil);
        }
        thing.first_seen = Some(Moment(i64::MIN));
        thing.last_seen = Some(Moment(i64::MAX));
    }
    for identity in &mut dossier.identities {
        identity.label = evil.to_owned();
        identity.applications[0].submitted = None;
        for claim in &mut identity.claims {
            claim.value.push_str(evil);
        }
    }
    dossier
}

fn bare() -> Dossier {
    let mut dossier = sample::dossier(2);
    dossier.identities.clear();
    dossier.things.clear();
    dossier.links.clear();
    dossier.heading.tlp = Tlp::Clear;
    dossier
}

/// The Python that has the tools, if there is one.
fn python() -> Option<String> {
    let named = env::var("RINGER_PYTHON").ok();
    let python = named.clone().unwrap_or_else(|| "python3".to_owned());
    let tools = "import stix2, stix2validator, stix2patterns, jsonschema";
    let run = Command::new(&python).args(["-c", tools]).output();
    let has = run.is_ok_and(|output| output.status.success());
    assert!(has || named.is_none(), "RINGER_PYTHON={python} has no stix2 and stix2-validator");
    has.then_some(python)
}

fn write(folder: &Path, name: &str, dossier: &Dossier) {
    let case = folder.join(name);
    fs::create_dir(&case).unwrap();
    for file in Stix.files(dossier).unwrap() {
        fs::write(case.join(file.path), file.bytes).unwrap();
    }
}

#[test]
fn tools_of_others_find_nothing_wrong_with_any_bundle() {
    let folder = tempfile::tempdir().unwrap();
    for (name, dossier) in [
        ("2", sample::dossier(2)),
        ("8", sample::dossier(8)),
        ("500", sample::dossier(500)),
        ("draft", draft()),
        ("rich", rich()),
        ("peer", peer()),
        ("keyed", keyed()),
        ("odd", odd()),
        ("bare", bare()),
    ] {
        write(folder.path(), name, &dossier);
    }
    let Some(python) = python() else {
        let require = env::var("RINGER_REQUIRE_TOOLS").is_ok_and(|v| v == "1");
        assert!(!require, "no python3 with stix2 and stix2-validator; set RINGER_PYTHON");
        eprintln!("skipped: no python3 with stix2 and stix2-validator; set RINGER_PYTHON");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/stix_check.py");
    let run = Command::new(python).arg(script).arg(folder.path()).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    println!("{out}");
    assert!(run.status.success(), "{out}\n{err}");
    // One line for the versions, one for each bundle.
    assert_eq!(out.lines().count(), 10, "{out}");
}
