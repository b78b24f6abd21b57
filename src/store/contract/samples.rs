//! Facts to run the cases of the contract with. Not responsible for the cases.
//!
//! Invariant: every kind of fact that is not made by a store is among them.

use crate::model::{
    Alert, AlertId, AlertKind, AlertRule, Application, Attempt, Attribute, AttributeKind,
    CaseEvent, CaseId, CaseSubject, Cause, Check, CheckItem, CheckResult, Column, Delivery, Digest,
    Erasure, ErasureBasis, ErasureId, Fact, FileHash, Grade, Hold, HoldId, HoldOn, ImportCounts,
    ImportId, Judgement, JudgementId, LineageEvent, LineageKind, Moment, Parcel, Point,
    PolicyChange, Recipient, Referral, ReferralId, ReferralProfile, ReportFormat, ReportId,
    ReportRun, Review, RingId, RunOutcome, Schedule, Seq, Slug, Source, Tlp, Turn, ValueVerdict,
    Verdict, WatchEntry, WatchId, WatchKind,
};
use std::collections::BTreeMap;

/// An application `id` whose resume says `text`, received.
///
/// # Panics
/// When `id` is no application id: it is written in a test.
#[must_use]
pub fn received(id: &str, text: &str) -> Fact {
    received_in("contract", id, text)
}

/// The same, brought by this import.
#[expect(clippy::expect_used, reason = "ids are written in tests")]
pub(super) fn received_in(import: &str, id: &str, text: &str) -> Fact {
    Fact::Received {
        import: ImportId::derive(import),
        application: Box::new(Application {
            id: id.parse().expect("an application id"),
            fields: [
                (Column::Email, format!("{}@example.com", id.to_lowercase())),
                (Column::ResumeText, text.to_owned()),
            ]
            .into(),
            extra: [("cohort".to_owned(), "autumn".to_owned())].into(),
            nested: BTreeMap::new(),
            source: Source { file: "applications.csv".to_owned(), row: 1 },
        }),
    }
}

/// Number of the facts of [`sample_facts`].
pub(super) const SAMPLES: u64 = 29;

/// Some facts, every kind among them: applications `A-1` (two versions), `A-10` and `A-2`.
///
/// # Panics
/// When an id written here is none.
#[must_use]
#[expect(clippy::expect_used, reason = "ids are written in tests")]
pub fn sample_facts() -> Vec<Fact> {
    let import = ImportId::derive("contract");
    let judgement = JudgementId::derive("contract");
    vec![
        Fact::ImportStarted {
            import: import.clone(),
            file: "applications.csv".to_owned(),
            by: "Ada Example".to_owned(),
            at: Moment(1_795_392_000),
        },
        received("A-1", "first"),
        received("A-10", "\u{1f600} \"quoted\"\n\u{0}"),
        received("A-2", ""),
        received("A-1", "second"),
        Fact::ImportFinished {
            import,
            counts: ImportCounts { read: 4, new: 4, changed: 1, repeated: 0, rejected: 0 },
            at: Moment(1_795_392_001),
        },
        Fact::Judged(Judgement {
            id: judgement.clone(),
            verdict: Verdict::Value {
                attribute: Attribute {
                    kind: AttributeKind::Phone,
                    value: "+12025550100".to_owned(),
                },
                verdict: ValueVerdict::Common,
            },
            by: "Ada Example".to_owned(),
            at: Moment(1_795_392_002),
            why: "the recruiter's own phone".to_owned(),
        }),
        Fact::Withdrawn {
            judgement: judgement.clone(),
            by: "Ada Example".to_owned(),
            at: Moment(-1),
            why: String::new(),
        },
        Fact::Lineage {
            as_of: Seq(8),
            policy: "0123".to_owned(),
            at: Moment(1_795_392_003),
            events: vec![LineageEvent {
                kind: LineageKind::Born,
                ring: RingId::derive("contract"),
                other: None,
                members: ["A-1", "A-2"].iter().filter_map(|id| id.parse().ok()).collect(),
                cause: Cause::Judgement { id: judgement },
            }],
        },
        Fact::Calibrated {
            identity: Some("{}".to_owned()),
            policy: "0123".to_owned(),
            by: "Ada Example".to_owned(),
            at: Moment(1_795_392_004),
        },
        Fact::Checked(Check {
            application: "A-1".parse().expect("an application id"),
            item: CheckItem::Employment,
            result: CheckResult::Confirmed,
            by: "Ada Example".to_owned(),
            at: Moment(1_795_392_005),
            note: "called the switchboard".to_owned(),
        }),
        Fact::Watched {
            entries: vec![WatchEntry {
                id: WatchId::derive("contract"),
                list: "own".to_owned(),
                kind: WatchKind::Email,
                value: "watched@example.com".to_owned(),
                aliases: vec!["alias@example.com".to_owned()],
                weak_aliases: Vec::new(),
                reason: "seen before".to_owned(),
                source: "an example".to_owned(),
                grade: Grade::Medium,
                tlp: Tlp::Amber,
                added: Moment(1_795_392_000),
                expires: Some(Moment(1_800_000_000)),
            }],
            by: "Ada Example".to_owned(),
            at: Moment(1_795_392_006),
        },
        Fact::Unwatched {
            entries: vec![WatchId::derive("contract")],
            by: "Ada Example".to_owned(),
            at: Moment(1_795_392_007),
            why: "settled".to_owned(),
        },
        withdrawn("another import"),
        Fact::Case {
            case: CaseId::derive("contract"),
            by: "Ada Example".to_owned(),
            at: Moment(1_795_392_009),
            on: Seq(0),
            event: CaseEvent::Opened {
                subject: CaseSubject::Ring(RingId::derive("contract")),
                title: "The farm".to_owned(),
            },
        },
        Fact::PolicySet {
            changes: vec![
                PolicyChange {
                    number: "link.threshold".to_owned(),
                    before: "1.5".to_owned(),
                    after: Some("2.25".to_owned()),
                },
                PolicyChange {
                    number: "ring.min_families".to_owned(),
                    before: "3".to_owned(),
                    after: None,
                },
            ],
            policy: "0123456789ab".to_owned(),
            by: "Ada Example".to_owned(),
            at: Moment(1_795_392_009),
            why: "two flatmates too many".to_owned(),
        },
        Fact::AuditAnchored { entry: 7, hash: "00ff".repeat(16), at: Moment(1_795_392_009) },
        Fact::Referred(Box::new(referral())),
        Fact::ReferralWithdrawn {
            referral: ReferralId::derive("contract"),
            by: "Ada Example".to_owned(),
            at: Moment(1_795_392_010),
            why: "a member was cleared".to_owned(),
        },
        Fact::Held(Box::new(Hold {
            id: HoldId::derive("contract"),
            on: HoldOn::Applicant(["A-1", "A-2"].iter().filter_map(|id| id.parse().ok()).collect()),
            why: "a claim is pending".to_owned(),
            by: "Ada Example".to_owned(),
            at: Moment(1_795_392_011),
            until: "2027-12-31".parse().ok(),
        })),
        Fact::HoldReleased {
            hold: HoldId::derive("contract"),
            by: "Ada Example".to_owned(),
            at: Moment(1_795_392_012),
            why: "the claim was settled".to_owned(),
        },
        Fact::Erasure(Box::new(erasure())),
    ]
    .into_iter()
    .chain(reporting())
    .collect()
}

/// Facts about reports and alerts.
fn reporting() -> [Fact; 7] {
    let (by, at) = ("Ada Example".to_owned(), Moment(1_795_392_014));
    let weekly: Slug = "weekly".parse().unwrap_or_else(|_| unreachable!("a name"));
    let known: Slug = "known".parse().unwrap_or_else(|_| unreachable!("a name"));
    let to: Recipient = "ada@example.com".parse().unwrap_or_else(|_| unreachable!("a mailbox"));
    let until = Point { seq: Seq(7), at };
    let schedule = Schedule {
        name: weekly.clone(),
        cron: "0 7 * * MON".to_owned(),
        zone: "America/New_York".to_owned(),
        to: [to.clone()].into(),
        formats: [ReportFormat::Html, ReportFormat::Csv].into(),
        filter: "min=5".to_owned(),
        personal: true,
    };
    let run = ReportRun {
        id: ReportId::derive("contract"),
        schedule: weekly.clone(),
        filter: schedule.filter.clone(),
        zone: schedule.zone.clone(),
        due: Some(at),
        missed: 2,
        since: Point::default(),
        until,
        head: hash(7),
        settings: "0123456789ab".to_owned(),
        format: 1,
        to: schedule.to.clone(),
        formats: schedule.formats.clone(),
        personal: true,
        by: by.clone(),
        took: 12,
        outcome: RunOutcome::Made { digest: hash(8), counts: [("births".to_owned(), 3)].into() },
    };
    let delivery = Delivery {
        parcel: Parcel::Report(run.id.clone()),
        to: to.clone(),
        attempt: 1,
        at,
        outcome: Attempt::Failed { why: "nobody answers".to_owned(), is_final: false },
    };
    let rule = AlertRule {
        name: known.clone(),
        kind: AlertKind::KnownUnit,
        number: 0,
        to: [to.clone()].into(),
        hourly: 10,
    };
    let alert = Alert {
        id: AlertId::derive("contract"),
        rule: known.clone(),
        kind: rule.kind,
        key: Digest([5; 32]),
        as_of: Seq(7),
        at,
        ring: Some(RingId::derive("contract")),
        attribute: None,
        applications: ["A-1"].iter().filter_map(|id| id.parse().ok()).collect(),
        text: "something is sent to an address of a confirmed ring".to_owned(),
        to: [to].into(),
        held_back: false,
    };
    let why = "nobody reads it".to_owned();
    [
        Fact::ScheduleSet { schedule: Box::new(schedule), by: by.clone(), at },
        Fact::ScheduleTurned {
            schedule: weekly,
            turn: Turn::Paused,
            by: by.clone(),
            at,
            why: why.clone(),
        },
        Fact::Reported(Box::new(run)),
        Fact::Delivered(Box::new(delivery)),
        Fact::AlertRuleSet { rule: Box::new(rule), by: by.clone(), at },
        Fact::AlertRuleTurned { rule: known, turn: Turn::Removed, by, at, why },
        Fact::Alerted(Box::new(alert)),
    ]
}

fn referral() -> Referral {
    Referral {
        id: ReferralId::derive("contract"),
        ring: RingId::derive("contract"),
        case: Some(CaseId::derive("contract")),
        review: Some(Review {
            proposed_by: "Ada Example".to_owned(),
            agreed_by: "Ben Example".to_owned(),
            at: Moment(1_795_392_008),
        }),
        profile: ReferralProfile::LawEnforcement,
        tlp: Tlp::AmberStrict,
        recipient: "the field office".to_owned(),
        purpose: "a complaint".to_owned(),
        by: "Ben Example".to_owned(),
        at: Moment(1_795_392_009),
        head: Seq(7),
        head_hash: hash(7),
        manifest: hash(8),
        files: 21,
        bytes: 123_456,
        identities: 4,
        withheld: vec!["birth dates".to_owned()],
        supersedes: None,
    }
}

/// A tombstone that names no fact yet.
pub(super) fn erasure() -> Erasure {
    Erasure {
        id: ErasureId::derive("contract"),
        applications: vec![Digest([7; 32])],
        applicants: 1,
        facts: Vec::new(),
        files: vec![hash(9)],
        basis: ErasureBasis::Request,
        set_aside: vec!["a floor".to_owned()],
        by: "Ada Example".to_owned(),
        at: Moment(1_795_392_013),
        why: "asked for it".to_owned(),
    }
}

fn hash(byte: u8) -> FileHash {
    format!("{byte:02x}").repeat(32).parse().unwrap_or_else(|_| unreachable!("64 hex digits"))
}

/// A withdrawal of this import.
pub(super) fn withdrawn(import: &str) -> Fact {
    Fact::ImportWithdrawn {
        import: ImportId::derive(import),
        by: "Ada Example".to_owned(),
        at: Moment(1_795_392_008),
        why: "the wrong file".to_owned(),
    }
}
