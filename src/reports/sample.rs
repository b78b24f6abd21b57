//! Made-up reports, to try every form on. Not responsible for what a real one has (`build`).
//!
//! Names are in several scripts and texts are hostile to every form: markup, formulas, line breaks, marks that turn the
//! direction, templates.
//!
//! Invariant: the same at every call; only synthetic people, reserved domains and fictional numbers.

use crate::{
    model::{
        ApplicantId, Attribute, AttributeKind, FileHash, Moment, Point, ReportFormat, ReportId,
        ReportRun, RingId, RunOutcome, Seq, Slug,
    },
    reports::{FORMAT, Figure, Heading, Line, Part, Report, Section, Table, Target, Text, digest},
    svg::{
        flow::{self, Stream},
        heat,
        series::{self, Step},
        sizes,
        states::{self, Place, Use},
    },
};

/// Monday, 2026-11-23 07:00 in New York.
const NOW: Moment = Moment(1_795_435_200);
const DAY: i64 = 86_400;

/// Names as claimed, in scripts that a form has to render, and what an attacker would claim.
pub const NAMES: &[&str] = &[
    "Ada Quill",
    "Бруно Тарн",
    "陈晓明",
    "عادل منصور",
    "अनिल शर्मा",
    "김민준",
    "<script>alert(1)</script>",
    "=HYPERLINK(\"https://example.com/\",\"x\")",
    "{{ 7*7 }} #panic() $x$ *a* @cite",
    "two\nlines\r\nand a\ttab",
    "cv\u{202e}fdp.exe",
    "</style></svg><img src=x onerror=alert(1)>",
];

fn name<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| unreachable!("{text} is a name"))
}

fn hash(text: &str) -> FileHash {
    digest(text.as_bytes()).unwrap_or_else(|| unreachable!("a digest has 32 bytes"))
}

fn ring(no: usize) -> RingId {
    RingId::derive(&format!("ring {no}"))
}

fn person(no: usize, label: &str) -> Part {
    Part::Person { id: ApplicantId::derive(&format!("person {no}")), label: label.to_owned() }
}

fn phone(no: usize) -> Part {
    let value = format!("+1202555{:04}", 100 + no % 100);
    Part::value(&Attribute { kind: AttributeKind::Phone, value })
}

fn to_ring(no: usize) -> Part {
    Part::Link { words: ring(no).to_string(), to: Target::Ring(ring(no)) }
}

/// A report in which everything happened, with lines of every sort and hostile names.
#[must_use]
pub fn report() -> Report {
    of(NAMES, 6)
}

/// A report in which nothing happened.
#[must_use]
pub fn quiet() -> Report {
    let mut report = of(NAMES, 0);
    report.headline = "Nothing changed: 12 rings stand.".to_owned();
    for section in &mut report.sections {
        let nothing = "Nothing of this sort happened in this period.";
        let (id, title) = (section.id.clone(), section.title.clone());
        *section = Section { id, title, ..Section::nothing(nothing) };
    }
    report
}

/// A report with so many lines in one section.
#[must_use]
pub fn long(lines: usize) -> Report {
    of(NAMES, lines)
}

/// A report that names these people, and whose every value has this marker in it.
#[must_use]
pub fn marked(marker: &str) -> Report {
    let mut report = of(&[marker], 6);
    let value = Part::value(&Attribute {
        kind: AttributeKind::Phone,
        value: format!("+1 202 555 0143 {marker}"),
    });
    let email = Part::value(&Attribute {
        kind: AttributeKind::Email,
        value: format!("{marker}@example.com"),
    });
    // Kinds that are no contact data are shown as they are to everybody who sees names.
    let school = Part::value(&Attribute {
        kind: AttributeKind::Institution,
        value: format!("{marker} university"),
    });
    for section in &mut report.sections {
        let all = [person(1, marker), value.clone(), email.clone(), school.clone()];
        let text = all.into_iter().fold(Text::default(), |text, part| text.with(part).and(", "));
        for line in &mut section.lines {
            line.text = text.clone();
            line.evidence = vec![text.clone()];
        }
        for table in &mut section.tables {
            let row = table.head.iter().map(|_| text.clone()).collect();
            table.rows.push(row);
        }
    }
    report
}

fn of(names: &[&str], lines: usize) -> Report {
    let of = |no: usize| names.get(no % names.len().max(1)).copied().unwrap_or_default();
    let decision = |no: usize| Line {
        at: Some(Moment(NOW.0 - DAY * i64::try_from(no % 7).unwrap_or(0) - 3_600)),
        about: Some(Target::Ring(ring(no))),
        text: Text::from(to_ring(no))
            .and(" is suspected: 5 claimed identities share ")
            .with(phone(no))
            .and(", among them ")
            .with(person(no, of(no)))
            .and(" and ")
            .with(person(no + 1, of(no + 1)))
            .and("."),
        evidence: vec![
            Text::from(phone(no)).and(" is given by 4 of 5 members, and by nobody else"),
            Text::plain("Resumes of 3 members have 61 % of their rare passages in common"),
        ],
        innocent: vec![
            "They live together: 2 of 5 give the same home.".to_owned(),
            "An agency wrote the resumes.".to_owned(),
        ],
        act: no.is_multiple_of(2).then(|| "A reviewer decides whether it is a ring.".to_owned()),
    };
    let lineage = |no: usize| Line {
        at: Some(Moment(NOW.0 - DAY)),
        about: Some(Target::Ring(ring(no + 20))),
        text: Text::from(to_ring(no + 20)).and(" grew from 4 to 6 applications."),
        evidence: vec![Text::plain("2 new applications through ").with(phone(no + 50))],
        innocent: vec!["A number can be recycled.".to_owned()],
        act: None,
    };
    let section = |id: &str, title: &str, summary: &str| Section {
        id: id.to_owned(),
        title: title.to_owned(),
        summary: summary.to_owned(),
        ..Section::default()
    };
    let decisions = section(
        "decisions",
        "Needs a decision",
        "Rings that nobody has decided about, the most urgent first.",
    )
    .listing((0..lines).map(decision).collect(), 3_000);
    let mut glance = section(
        "glance",
        "At a glance",
        "12 rings stand, 9 before; 127 applications of the last 13 weeks are linked.",
    );
    (glance.n, glance.figures) = (12, figures());
    let lineage = section("lineage", "What became of rings", "Rings that grew, merged or split.")
        .listing((0..lines.min(4)).map(lineage).collect(), 100);
    let mut growth = section(
        "growth",
        "Growth",
        "Linked applications are up from 100 to 127 in the quarter: +27 % (95 % interval -3 % to +67 %).",
    );
    (growth.n, growth.tables) = (27, vec![growth_table(), values(of)]);
    let sections = vec![
        decisions,
        glance,
        lineage,
        section("returns", "Back after a rejection", "Nobody came back after a rejection."),
        section("watch-hits", "Watch-list hits", "No watched value came in this period."),
        growth,
        section("retention", "Retention deadlines", "No deadline falls into the next 30 days."),
    ];
    Report {
        heading: heading(),
        headline: "6 rings need a decision; 4 rings grew; linked applications are up from 100 to 127 in the quarter."
            .to_owned(),
        sections,
        named: Default::default(),
    }
}

fn heading() -> Heading {
    Heading {
        id: ReportId::derive("sample"),
        format: FORMAT,
        schedule: name::<Slug>("weekly"),
        filter: "min=3 status=open,confirmed".to_owned(),
        zone: "America/New_York".to_owned(),
        since: Point { seq: Seq(1_204), at: Moment(NOW.0 - 7 * DAY) },
        until: Point { seq: Seq(1_811), at: NOW },
        is_first: false,
        due: Some(NOW),
        missed: 2,
        head: hash("head"),
        policy: hash("policy").to_string(),
    }
}

/// The run that made such a report, in these formats.
#[must_use]
pub fn run(report: &Report, formats: &[ReportFormat]) -> ReportRun {
    let heading = &report.heading;
    ReportRun {
        id: heading.id.clone(),
        schedule: heading.schedule.clone(),
        filter: heading.filter.clone(),
        zone: heading.zone.clone(),
        due: heading.due,
        missed: heading.missed,
        since: heading.since,
        until: heading.until,
        head: heading.head.clone(),
        settings: String::new(),
        format: heading.format,
        to: Default::default(),
        formats: formats.iter().copied().collect(),
        personal: true,
        by: "ringer".to_owned(),
        took: 340,
        outcome: RunOutcome::Made { digest: hash("report"), counts: Default::default() },
    }
}

fn growth_table() -> Table {
    let row = |name: &str, cells: [&str; 4]| {
        std::iter::once(name).chain(cells).map(Text::from).collect::<Vec<_>>()
    };
    Table {
        caption: "Linked applications by quarter".to_owned(),
        head: ["Quarter", "Applications", "Linked", "Change", "95 % interval"].map(str::to_owned).into(),
        rows: vec![
            row("2026 Q3", ["4,120", "100", "", ""]),
            row("2026 Q4, so far", ["3,980", "127", "+27 %", "-3 % to +67 %"]),
        ],
        note: "Compared with as many days of the quarter before. Below 10 linked applications no change is said."
            .to_owned(),
    }
}

fn values<'a>(of: impl Fn(usize) -> &'a str) -> Table {
    let row = |no: usize| {
        vec![Text::from(phone(no)), Text::plain((3 + no).to_string()), person(no, of(no)).into()]
    };
    Table {
        caption: "Values that became more common".to_owned(),
        head: ["Value", "Uses", "First used by"].map(str::to_owned).into(),
        rows: (0..14).map(row).collect(),
        note: String::new(),
    }
}

fn figures() -> Vec<Figure> {
    // 127 together.
    let linked = [4, 6, 5, 9, 7, 8, 11, 9, 12, 15, 13, 19, 9];
    let mondays = [
        ("2026-08-31", "Aug 31"),
        ("2026-09-07", "Sep 7"),
        ("2026-09-14", "Sep 14"),
        ("2026-09-21", "Sep 21"),
        ("2026-09-28", "Sep 28"),
        ("2026-10-05", "Oct 5"),
        ("2026-10-12", "Oct 12"),
        ("2026-10-19", "Oct 19"),
        ("2026-10-26", "Oct 26"),
        ("2026-11-02", "Nov 2"),
        ("2026-11-09", "Nov 9"),
        ("2026-11-16", "Nov 16"),
        ("2026-11-23", "Nov 23"),
    ];
    let step = |(i, (&linked, (name, short))): (usize, (&usize, (&str, &str)))| Step {
        name: name.to_owned(),
        short: short.to_owned(),
        all: if i == 12 { 40 } else { 70 + (i * 37) % 41 + 9 * (i % 2) },
        linked,
        is_over: i != 12,
    };
    let steps: Vec<Step> = linked.iter().zip(mondays).enumerate().map(step).collect();
    let stream = |from: usize, to: usize, n: usize| Stream {
        from: (from > 0).then(|| ring(from).to_string()),
        to: (to > 0).then(|| ring(to).to_string()),
        n,
    };
    let flows = [
        stream(1, 1, 12),
        stream(2, 1, 5),
        stream(0, 1, 3),
        stream(3, 3, 14),
        stream(3, 4, 6),
        stream(0, 5, 7),
        stream(6, 0, 3),
        stream(7, 7, 9),
        stream(0, 7, 2),
        stream(8, 8, 6),
        stream(8, 0, 1),
        stream(9, 9, 22),
        stream(10, 10, 4),
        stream(11, 11, 3),
        stream(0, 12, 4),
    ];
    let hours: Vec<(usize, usize)> =
        (0..86).map(|n| ((n * n) % 5 + n % 9 / 8 * 2, 7 + (n * 7 + n / 11) % 12)).collect();
    let place = |state: &str, use_: Use| Place { state: state.to_owned(), use_ };
    let places: Vec<Place> = ["OH", "OH", "TX", "CA", "CA", "NY", "WA", "FL", "IL"]
        .iter()
        .map(|state| place(state, Use::Home))
        .chain((0..7).map(|_| place("TN", Use::Delivery)))
        .chain([place("ON", Use::Home)])
        .collect();
    vec![
        Figure::of("weeks", series::chart(&steps)),
        Figure::of(
            "sizes",
            sizes::chart(
                &[3, 4, 4, 6, 9, 12, 14, 22, 20],
                &[3, 4, 4, 4, 6, 7, 9, 11, 14, 14, 20, 22],
            ),
        ),
        Figure::of("flow", flow::chart(&flows, "2026-11-16", "2026-11-23")),
        Figure::of("hours", heat::in_zone(&hours, "America/New_York")),
        Figure::of("states", states::chart(&places)),
    ]
}
