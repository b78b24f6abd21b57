//! A made-up dossier, to try every form on. Not responsible for what a real one has (`build`).
//!
//! Names are in several scripts and texts are hostile to every form (quotes, line breaks, markup, formulas).
//!
//! Invariant: the same at every call; only synthetic people, reserved domains and fictional numbers.

use crate::{
    model::{
        ApplicantId, ApplicationId, AttributeId, AttributeKind, Bits, CaseId, FileHash, ImportId,
        Moment, ReferralId, ReferralProfile, Review, RingId, RingStatus, Seq, Tlp,
    },
    referral::{
        ApplicationLine, Attached, Claim, Contents, CustodyLine, DecisionLine, Dossier, Event,
        EvidenceLine, GateLine, Heading, Identity, IndicatorLine, LinkLine, Listed, Method,
        NoteLine, Organisation, Original, Sealed, Thing, Value, Withheld,
    },
};
use sha2::{Digest, Sha256};

/// 2026-03-01 00:00:00 UTC.
const START: i64 = 1_772_323_200;
const DAY: i64 = 86_400;

/// Names as claimed, in scripts that a form has to render.
const NAMES: &[&str] = &[
    "Ada Quill",
    "Бруно Тарн",
    "陈晓明",
    "عادل منصور",
    "अनिल शर्मा",
    "김민준",
    "Zoë <b>O'Hara</b> & \"Sons\"",
    "=HYPERLINK(\"x\") #panic() $x$ *a*",
];

fn text(text: &str) -> String {
    text.to_owned()
}

fn day(n: usize) -> Moment {
    Moment(START + DAY * i64::try_from(n).unwrap_or(0) + 9 * 3_600)
}

fn application(no: usize) -> ApplicationId {
    ApplicationId::known(&format!("APP-{no:04}"))
}

fn hash(bytes: &[u8]) -> FileHash {
    let digest = Sha256::digest(bytes);
    FileHash::of(&digest).unwrap_or_else(|| unreachable!("a digest has 32 bytes"))
}

/// A dossier of this many identities, 2 at least, which share a delivery address, three phones and nearly equal texts.
#[must_use]
pub fn dossier(identities: usize) -> Dossier {
    let n = identities.max(2);
    let things = things(n);
    Dossier {
        heading: heading(n),
        summary: vec![
            format!(
                "{n} claimed identities share 1 delivery address, 3 phones and texts with rare passages in common: \
                 {n} applications over {n} days."
            ),
            text("Without the delivery address nothing would hold it together."),
        ],
        identities: (1..=n).map(|no| identity(no, &things)).collect(),
        links: (1..n).map(|a| link(a, a + 1)).collect(),
        timeline: (1..=n).map(applied).chain([born(n)]).collect(),
        indicators: vec![indicator(n)],
        against: vec![text("No two of them share a family name.")],
        gates: vec![GateLine {
            name: text("Different identities"),
            passed: true,
            detail: format!("{n} different claimed identities, at least 3 are needed"),
        }],
        decisions: vec![DecisionLine {
            seq: Seq(40),
            at: day(n + 1),
            by: text("Ada Example"),
            text: text("The ring is confirmed."),
            why: text("One parcel locker; asked the building, <nobody> lives there."),
            is_withdrawn: false,
        }],
        alternatives: text(
            "A dormitory was considered: the address is a parcel locker.\nAn agency was considered: none is named.",
        ),
        explanations: vec![text(
            "A parcel counter, an office mail room, a relative who receives parcels.",
        )],
        notes: vec![NoteLine {
            at: day(n + 1),
            by: text("Ada Example"),
            text: text("Called the building."),
        }],
        withheld: vec![
            Withheld {
                what: text("Birth dates"),
                count: 2,
                why: text("sealed: they only tell persons apart; in the encrypted annex"),
            },
            Withheld {
                what: text("Other people who use a shared value"),
                count: 3,
                why: text("bystanders: they are counted and not named"),
            },
        ],
        bystanders: 3,
        custody: custody(n),
        originals: (1..=n).map(original).collect(),
        attachments: vec![attached()],
        method: Method {
            how: vec![text(
                "Evidence is weighed in bits: log2 of how much likelier it is of one hand than of strangers.",
            )],
            weights: vec![(
                text("Delivery address"),
                text("the same place to send equipment to"),
                Bits::new(14.5),
            )],
            limits: vec![text("It cannot say who sat at the keyboard.")],
            applications: 10_400,
            applicants: 9_800,
        },
        annex: vec![Sealed {
            identity: 1,
            application: application(1),
            column: text("birth_date"),
            value: text("1990-01-02"),
        }],
        things,
    }
}

/// The files that lie around the document of this dossier.
#[must_use]
pub fn contents(dossier: &Dossier) -> Contents {
    let listed = |path: &str, about: &str, bytes: &[u8]| Listed {
        path: text(path),
        about: text(about),
        bytes: bytes.len() as u64,
        sha256: hash(bytes),
    };
    let tables = [
        ("attributes.csv", "shared things, a row each"),
        ("custody.jsonl", "steps of custody, a line each"),
        ("identities.csv", "claimed identities, a row each"),
        ("indicators.csv", "indicators, a row each"),
        ("links.csv", "comparisons, a row each"),
        ("timeline.csv", "events, a row each"),
    ];
    let tables = tables.iter().map(|(path, about)| listed(path, about, path.as_bytes()));
    let originals = dossier.originals.iter().map(|o| listed(&o.path, "as received", &o.bytes));
    let attachments =
        dossier.attachments.iter().map(|a| listed(&a.path, "a file of the case", &a.bytes));
    let mut files: Vec<Listed> = tables.chain(originals).chain(attachments).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Contents { evidence: hash(b"evidence"), files }
}

fn heading(n: usize) -> Heading {
    Heading {
        referral: ReferralId::derive("sample"),
        supersedes: None,
        ring: RingId::derive("sample"),
        status: RingStatus::Confirmed,
        case: Some((CaseId::derive("sample"), text("The parcel locker & \"friends\""))),
        review: Some(Review {
            proposed_by: text("Ada Example"),
            agreed_by: text("Ben Example"),
            at: day(n + 2),
        }),
        wording: text("suspected identity fraud"),
        profile: ReferralProfile::LawEnforcement,
        tlp: Tlp::AmberStrict,
        recipient: text("The field office"),
        purpose: text("A complaint about applications under invented identities"),
        by: text("Ben Example"),
        at: day(n + 3),
        organisation: Organisation {
            name: text("Example Corporation"),
            address: text("1 Example Plaza, Springfield, IL 62701"),
            phone: text("202-555-0100"),
            email: text("security@example.com"),
            contact: text("Ben Example, investigations"),
            counsel: text("Example & Partners"),
        },
        head: Seq(42),
        head_hash: hash(b"head"),
        policy: text("0123456789ab"),
        version: text("0.1.0"),
        first_seen: Some(day(1)),
        last_seen: Some(day(n)),
    }
}

fn identity(no: usize, things: &[Thing]) -> Identity {
    let label = NAMES.get((no - 1) % NAMES.len()).map_or_else(String::new, |name| text(name));
    let id = application(no);
    let claim = |column: &str, about: &str, value: String| Claim {
        column: text(column),
        about: text(about),
        value,
        applications: vec![id.clone()],
    };
    Identity {
        no,
        id: ApplicantId::derive(&format!("sample {no}")),
        claims: vec![
            claim("full_name", "name as claimed", label.clone()),
            claim("email", "e-mail address", format!("person{no}@example.com")),
            claim("phone", "phone number as typed", format!("(202) 555-01{:02}", no % 3)),
        ],
        label,
        applications: vec![ApplicationLine {
            id: id.clone(),
            submitted: Some(day(no)),
            requisition: text("REQ-7"),
            role: text("Backend engineer, remote"),
            channel: text("careers page"),
            agency: String::new(),
            stage: text("interview"),
            outcome: String::new(),
        }],
        things: things.iter().filter(|t| t.identities.contains(&no)).map(|t| t.no).collect(),
        is_cut: no == 2,
    }
}

fn things(n: usize) -> Vec<Thing> {
    let thing =
        |no, kind: Option<AttributeKind>, label: &str, value, bits, identities: Vec<usize>| Thing {
            no,
            id: kind.map(|_| AttributeId::derive(&format!("sample {no}"))),
            kind,
            label: text(label),
            value,
            spellings: Vec::new(),
            family: text("infrastructure"),
            class: text("exact unit"),
            bits: Bits::new(bits),
            sharers: count(&identities),
            identities,
            others: 0,
            first_seen: Some(day(1)),
            last_seen: Some(day(n)),
            is_delivery: false,
            innocent: text("A family, or a number given to somebody new."),
            judged: String::new(),
        };
    let all: Vec<usize> = (1..=n).collect();
    let every = |r: usize| all.iter().copied().filter(|no| no % 3 == r).collect::<Vec<_>>();
    let mut things = vec![Thing {
        spellings: vec![text("12 Dock Street #4"), text("12 Dock St, Unit 4")],
        others: 3,
        is_delivery: true,
        judged: text("known bad"),
        ..thing(
            1,
            Some(AttributeKind::Address),
            "Delivery address",
            Value::Clear(text("12 dock st unit 4, springfield il 62701")),
            14.5,
            all.clone(),
        )
    }];
    for r in 0..3 {
        let value = Value::Clear(format!("+1202555010{r}"));
        things.push(thing(2 + r, Some(AttributeKind::Phone), "Phone", value, 9.25, every(r)));
    }
    things.push(Thing {
        class: String::new(),
        ..thing(5, None, "Resume text", Value::None, 6.5, vec![1, 2])
    });
    things
}

fn link(a: usize, b: usize) -> LinkLine {
    let evidence = |feature: &str, agreement: &str, bits, left: &str, right: &str| EvidenceLine {
        feature: text(feature),
        label: feature.replace('_', " "),
        agreement: text(agreement),
        bits: Bits::new(bits),
        left: text(left),
        right: text(right),
        thing: (feature == "shipping_address").then_some(1),
        text: text("used by 5 of 9,800 applicants"),
        applications: vec![application(a), application(b)],
    };
    LinkLine {
        a,
        b,
        class: text("shared infrastructure"),
        bits: Bits::new(12.5),
        binds: true,
        is_weak_bridge: a == 2,
        evidence: vec![
            evidence(
                "shipping_address",
                "supports",
                14.5,
                "12 Dock Street #4",
                "12 Dock St, Unit 4",
            ),
            evidence("time_zone", "contradicts", -2.0, "America/Chicago", "Asia/Tokyo"),
        ],
    }
}

fn applied(no: usize) -> Event {
    Event {
        at: day(no),
        kind: "applied",
        identity: Some(no),
        application: Some(application(no)),
        text: text("Applied for Backend engineer, remote"),
        source: text("field submitted_at"),
    }
}

fn born(n: usize) -> Event {
    Event {
        at: day(n + 1),
        kind: "ring",
        identity: None,
        application: None,
        text: format!("The ring was first seen, with {n} applications"),
        source: text("fact 39"),
    }
}

fn indicator(n: usize) -> IndicatorLine {
    IndicatorLine {
        id: text("ship_to_shared"),
        title: text("Equipment goes where others' goes"),
        topic: text("logistics"),
        strength: text("strong"),
        bits: Bits::new(6.0),
        reason: format!("{n} different identities name one delivery address"),
        values: vec![(text("delivery address"), text("12 Dock Street #4"))],
        innocent: vec![text("A parcel counter"), text("An office mail room")],
        identities: (1..=n).collect(),
    }
}

fn custody(n: usize) -> Vec<CustodyLine> {
    let line = |seq, at, action, item: &str| CustodyLine {
        seq,
        at,
        by: text("Ada Example"),
        action,
        item: text(item),
        purpose: String::new(),
        file: None,
        sha256: None,
        bytes: None,
    };
    let kept = (1..=n).map(|no| {
        let original = original(no);
        CustodyLine {
            sha256: Some(hash(&original.bytes)),
            bytes: Some(original.bytes.len() as u64),
            file: Some(original.path),
            ..line(Some(original.seq), day(n), "received", original.application.as_str())
        }
    });
    [line(Some(Seq(1)), day(n), "imported", "export.csv")]
        .into_iter()
        .chain(kept)
        .chain([CustodyLine {
            by: text("Ben Example"),
            purpose: text("A complaint"),
            ..line(None, day(n + 3), "referred", "The field office")
        }])
        .collect()
}

fn original(no: usize) -> Original {
    let id = application(no);
    Original {
        identity: no,
        seq: Seq(1 + no as u64),
        import: ImportId::derive("sample"),
        received: Some(day(no)),
        source: (text("export.csv"), no as u64),
        path: format!("originals/{id}.json"),
        bytes: format!("{{\"application_id\":\"{id}\"}}\n").into_bytes(),
        redacted: vec![text("birth_date")],
        application: id,
    }
}

fn attached() -> Attached {
    let bytes = b"photographed on the day\n".to_vec();
    Attached {
        path: text("originals/attachments/locker.txt"),
        name: text("locker.txt"),
        media_type: text("text/plain"),
        sha256: hash(&bytes),
        by: text("Ada Example"),
        at: day(3),
        bytes,
    }
}

fn count(of: &[usize]) -> u32 {
    u32::try_from(of.len()).unwrap_or(u32::MAX)
}
