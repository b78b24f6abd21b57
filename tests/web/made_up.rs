//! Reports made up over a store: schedules, runs, failed ones and late ones, tries of every sort, alerts, and a report in which
//! every part and every form of a part occurs. Not responsible for what a real one says.
//!
//! Invariant: whatever holds contact data in it holds the marker too, so that nobody sees it unnoticed.

use ringer::{
    engine::Engine,
    explain::mask,
    model::{
        Alert, AlertId, AlertKind, AlertRule, Attempt, Attribute, AttributeKind, Delivery, Digest,
        Moment, Parcel, Point, Recipient, ReportFormat, ReportId, ReportRun, RunOutcome, Schedule,
        Slug, Turn,
    },
    reports::{
        Figure, Heading, Line, Part, Report, ReportError, Section, Sight, Table, Target, Text,
        digest,
    },
    web::Reporting,
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

/// In every piece of contact data of a made-up report.
pub const MARKER: &str = "zqmarkerzq";
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Makes things up over an engine.
pub struct MadeUp {
    engine: Arc<Engine>,
    runs: AtomicI64,
    /// Whether runs and reading fail.
    pub is_broken: AtomicBool,
}

pub fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

pub fn schedule(name: &str) -> Schedule {
    Schedule {
        name: slug(name),
        cron: "0 7 * * MON".to_owned(),
        zone: "America/New_York".to_owned(),
        to: [
            "ann@example.com".parse().unwrap(),
            "https://hooks.example.com/T0/s3cret".parse().unwrap(),
            "folder:/srv/reports".parse().unwrap(),
        ]
        .into(),
        formats: [ReportFormat::Html, ReportFormat::Pdf].into(),
        filter: String::new(),
        personal: true,
    }
}

pub fn rule(name: &str) -> AlertRule {
    AlertRule {
        name: slug(name),
        kind: AlertKind::ConfirmedRingGains,
        number: 0,
        to: ["ann@example.com".parse().unwrap()].into(),
        hourly: 10,
    }
}

impl MadeUp {
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine, runs: AtomicI64::new(0), is_broken: AtomicBool::new(false) }
    }

    /// The same over a store with a season of them.
    pub fn season(engine: Arc<Engine>) -> Self {
        let all = Self::new(engine);
        let engine = &all.engine;
        let now = engine.clock().now();
        engine.set_schedule(schedule("weekly"), "sue").unwrap();
        engine.set_schedule(Schedule { to: BTreeSet::new(), ..schedule("daily") }, "sue").unwrap();
        engine.turn_schedule(&slug("daily"), Turn::Paused, "sue", "nobody reads it").unwrap();
        engine.set_alert_rule(rule("gains"), "sue").unwrap();
        let mut since = Point::default();
        for week in (0..6).rev() {
            let until = Point {
                seq: engine.store().head().seq,
                at: Moment(now.0 - 5 * HOUR - week * 7 * DAY),
            };
            let mut run = all.run("weekly", "ringer", since, until);
            run.due = Some(Moment(until.at.0 - 30));
            run.missed = if week == 2 { 2 } else { 0 };
            engine.record_run(run.clone()).unwrap();
            all.delivered(&run, week);
            since = until;
        }
        let until = Point { seq: since.seq, at: Moment(now.0 - 3 * HOUR) };
        let failed = ReportRun {
            id: ReportId::derive("failed"),
            outcome: RunOutcome::Failed { why: "the journal could not be read".to_owned() },
            ..all.run("daily", "ringer", Point::default(), until)
        };
        engine.record_run(failed).unwrap();
        engine.raise(vec![all.alert(1, false), all.alert(2, true)]).unwrap();
        all.tried(&Parcel::Alert(all.alert(1, false).id), "ann@example.com", 1, false);
        all
    }

    fn run(&self, name: &str, by: &str, since: Point, until: Point) -> ReportRun {
        let n = self.runs.fetch_add(1, Ordering::Relaxed);
        let of = schedule(name);
        let mut run = ReportRun {
            id: ReportId::derive(&format!("{name} {n}")),
            schedule: of.name,
            filter: of.filter,
            zone: of.zone,
            due: None,
            missed: 0,
            since,
            until,
            head: "ab".repeat(32).parse().unwrap(),
            settings: "5f1e0c2d".to_owned(),
            format: 1,
            to: of.to,
            formats: of.formats,
            personal: of.personal,
            by: by.to_owned(),
            took: 1_240,
            outcome: RunOutcome::Failed { why: String::new() },
        };
        let report = self.made_of(&run);
        run.outcome = RunOutcome::Made {
            digest: digest(&report.canonical().unwrap()).unwrap(),
            counts: report.sections.iter().map(|s| (s.id.clone(), s.n)).collect(),
        };
        run
    }

    fn tried(&self, parcel: &Parcel, to: &str, attempt: u32, is_there: bool) {
        let to: Recipient = to.parse().unwrap();
        let at = Moment(self.engine.clock().now().0 - 4 * HOUR + i64::from(attempt) * 600);
        let outcome = match is_there {
            true => Attempt::Delivered { answer: "250 2.0.0 queued".to_owned() },
            false => Attempt::Failed {
                why: "connection refused by hooks.example.com".to_owned(),
                is_final: false,
            },
        };
        let parcel = parcel.clone();
        self.engine.record_delivery(Delivery { parcel, to, attempt, at, outcome }).unwrap();
    }

    fn delivered(&self, run: &ReportRun, week: i64) {
        let parcel = Parcel::Report(run.id.clone());
        self.tried(&parcel, "ann@example.com", 1, true);
        self.tried(&parcel, "folder:/srv/reports", 1, true);
        let hook = "https://hooks.example.com/T0/s3cret";
        if week > 0 {
            self.tried(&parcel, hook, 1, true);
        } else {
            (1..=3).for_each(|attempt| self.tried(&parcel, hook, attempt, false));
        }
    }

    fn alert(&self, n: u8, held_back: bool) -> Alert {
        let view = self.engine.view();
        let corpus = view.network.corpus();
        let ring = view.rings.first();
        let mut applications = BTreeSet::new();
        for &member in ring.iter().flat_map(|ring| ring.members.iter().take(2)) {
            let first = view.network.applicant(member).applications[0];
            applications.insert(corpus.id(first));
        }
        Alert {
            id: AlertId::derive(&n.to_string()),
            rule: slug("gains"),
            kind: AlertKind::ConfirmedRingGains,
            key: Digest([n; 32]),
            as_of: view.seq,
            at: Moment(self.engine.clock().now().0 - HOUR * i64::from(n)),
            ring: ring.map(|ring| ring.id.clone()),
            attribute: None,
            applications,
            text: format!("A confirmed ring gained {n} members, now 7 claimed identities"),
            to: rule("gains").to,
            held_back,
        }
    }

    fn made_of(&self, run: &ReportRun) -> Report {
        let view = self.engine.view();
        let heading = Heading {
            id: run.id.clone(),
            format: run.format,
            schedule: run.schedule.clone(),
            filter: run.filter.clone(),
            zone: run.zone.clone(),
            since: run.since,
            until: run.until,
            is_first: run.since.seq.0 == 0,
            due: run.due,
            missed: run.missed,
            head: run.head.clone(),
            policy: "3fa91c07be52".to_owned(),
        };
        let value = |kind, text: &str| {
            let attribute = Attribute { kind, value: text.to_owned() };
            let (id, masked) = (attribute.id(), format!("#{}", mask::attribute(&attribute)));
            Part::Value { id, kind, masked, full: text.to_owned() }
        };
        let person = |at: usize| {
            let network = &view.network;
            match network.applicants().iter().nth(at) {
                Some((ix, applicant)) => {
                    Part::Person { id: applicant.id.clone(), label: network.label(ix).to_owned() }
                }
                None => Part::Plain("somebody".to_owned()),
            }
        };
        let ring = view.rings.first().map(|ring| Target::Ring(ring.id.clone()));
        let ring_words = |text: Text| match &ring {
            Some(target) => text.link("a ring of 9", target.clone()),
            None => text.and("a ring of 9"),
        };
        let mailbox = value(AttributeKind::Email, &format!("{MARKER}@example.com"));
        let handle = value(AttributeKind::Profile, &format!("github:{MARKER}-36"));
        let device = value(AttributeKind::Device, &format!("d-{MARKER}"));
        let sealed = value(AttributeKind::PaymentAccount, &format!("acct:{MARKER}"));
        let corpus = view.network.corpus();
        let shared = view.rings.iter().flat_map(|ring| &ring.artefacts).find_map(|a| a.attribute);
        let shared = match shared {
            Some(ix) => Part::value(&corpus.attribute(ix)),
            None => Part::Plain("a value".to_owned()),
        };
        let decide = Line {
            at: Some(run.until.at),
            about: ring.clone(),
            text: ring_words(Text::plain("Decide about "))
                .and(": its members share 1 device and 2 phones; ")
                .with(person(0))
                .and(" was offered a job on Friday"),
            evidence: vec![
                Text::plain("the device ").with(device).and(", used by 4 of 9, and by nobody else"),
                Text::plain("what all of them share, ").with(shared),
                Text::plain("the mailbox ").with(mailbox),
                Text::plain("the profile ").with(handle).and(" under three names"),
                Text::plain("the account ").with(sealed),
            ],
            innocent: vec![
                "they live in one house, and said so".to_owned(),
                "an agency applied for all of them".to_owned(),
            ],
            act: Some(
                "a supervisor decides before the start date; ask for a call in person".into(),
            ),
        };
        let second = Line {
            about: ring.clone(),
            text: ring_words(Text::default())
                .and(" gained ")
                .with(person(1))
                .and(" and ")
                .with(person(2)),
            evidence: vec![Text::plain("a parcel address, certainty 9.4 bits")],
            innocent: vec!["a shared mail room".to_owned()],
            ..Line::default()
        };
        let odd = Line {
            about: Some(Target::Page("//evil.example/".to_owned())),
            text: Text::plain("A line that tries to lead <b>elsewhere</b>"),
            ..Line::default()
        };
        let row = |name: &str, cells: [&str; 4]| {
            std::iter::once(Text::plain(name)).chain(cells.map(Text::plain)).collect::<Vec<_>>()
        };
        let growth = Table {
            caption: "Linked applications by week, with 95 % intervals".to_owned(),
            head: ["Week", "Applications", "Linked", "Share", "Interval"].map(str::to_owned).into(),
            rows: vec![
                row("2026-11-02", ["412", "19", "4.6 %", "3.0 to 7.1 %"]),
                row("2026-11-09", ["398", "24", "6.0 %", "4.1 to 8.8 %"]),
                row("2026-11-16", ["1,405", "88", "6.3 %", "5.1 to 7.6 %"]),
            ],
            note: "Wilson intervals. Where two intervals overlap, the weeks may be alike."
                .to_owned(),
        };
        let bars = "<svg viewBox=\"0 0 600 120\" role=\"img\" aria-label=\"Linked applications by week\"><path class=\"zero\" d=\"M0 100H600\"/><rect x=\"40\" y=\"80\" width=\"120\" height=\"20\"/><rect x=\"240\" y=\"70\" width=\"120\" height=\"30\"/><rect x=\"440\" y=\"10\" width=\"120\" height=\"90\"/></svg>";
        let sections = vec![
            Section {
                id: "decisions".to_owned(),
                title: "Needs a decision".to_owned(),
                summary: "Two rings wait, one of them urgent.".to_owned(),
                ..Section::default()
            }
            .listing(vec![decide, second, odd], 2_000),
            Section {
                id: "births".to_owned(),
                title: "New rings".to_owned(),
                ..Section::nothing("No ring was born in this period.")
            },
            Section {
                id: "growth".to_owned(),
                title: "Growth".to_owned(),
                n: 3,
                summary: "Linked applications rose from 24 to 88 a week; the interval of the change is 2.4 to 5.6 times.".to_owned(),
                tables: vec![growth.clone()],
                figures: vec![Figure {
                    id: "by-week".to_owned(),
                    svg: bars.to_owned(),
                    caption: "88 linked applications in the last week, 24 in the one before.".to_owned(),
                    table: growth,
                }],
                ..Section::default()
            },
            Section {
                id: "quality".to_owned(),
                title: "Data quality".to_owned(),
                n: 1,
                summary: "1,405 rows came, 12 were rejected.".to_owned(),
                ..Section::default()
            }
            .listing(vec![Line { text: Text::plain("12 rows have no name, mailbox or phone"), ..Line::default() }], 5),
        ];
        let headline = "Two rings wait for a decision, one of them urgent; linked applications rose from 24 to 88 in a week.";
        Report { heading, headline: headline.to_owned(), sections, named: BTreeSet::new() }
    }

    fn fails(&self) -> bool {
        self.is_broken.load(Ordering::Relaxed)
    }
}

impl Reporting for MadeUp {
    fn report(&self, run: &ReportRun) -> Result<Report, ReportError> {
        if self.fails() {
            let source = std::io::Error::other("not to be read");
            return Err(ReportError::Kept { id: run.id.clone(), source });
        }
        Ok(self.made_of(run))
    }

    fn run_now(&self, schedule: &Slug, by: &str) -> Result<ReportRun, ReportError> {
        let view = self.engine.view();
        let since = view.reports.last_made(schedule).map(|record| record.run.until);
        let until = Point { seq: self.engine.store().head().seq, at: self.engine.clock().now() };
        let mut run = self.run(schedule.as_str(), by, since.unwrap_or_default(), until);
        run.id = ReportId::derive(&format!("now {} {}", schedule, run.id));
        if self.fails() {
            run.outcome = RunOutcome::Failed { why: "the disk is full".to_owned() };
        }
        self.engine.record_run(run.clone())?;
        Ok(run)
    }

    fn deliver_now(&self, parcel: &Parcel, _: &str) -> Result<(), ReportError> {
        let view = self.engine.view();
        let open = view.reports.undelivered().into_iter().find(|(other, _)| other == parcel);
        for to in open.map(|(_, to)| to).unwrap_or_default() {
            let attempt = view.reports.last_try(parcel, &to).map_or(1, |last| last.attempt + 1);
            self.tried(parcel, &to.to_string(), attempt, !self.fails());
        }
        Ok(())
    }

    /// At seven every day, whatever the expression says, unless it is out of every clock.
    fn next(
        &self,
        cron: &str,
        zone: &str,
        after: Moment,
        most: usize,
    ) -> Result<Vec<Moment>, ReportError> {
        if cron.starts_with("99") {
            return Err(ReportError::Zone(format!("{cron} on {zone}")));
        }
        let first = after.0 - after.0.rem_euclid(DAY) + 12 * HOUR;
        let days = (0_i64..).map(|day| Moment(first + day * DAY));
        Ok(days.filter(|at| *at > after).take(most).collect())
    }

    fn sight_of(&self, to: &Recipient, personal: bool) -> Sight {
        match (to, personal) {
            (Recipient::Mail(_), true) => Sight::Masked,
            _ => Sight::Counts,
        }
    }

    /// Folders are not let out to.
    fn lacks(&self, to: &Recipient) -> Option<String> {
        matches!(to, Recipient::Folder(_)).then(|| "no folder may be written to".to_owned())
    }
}
