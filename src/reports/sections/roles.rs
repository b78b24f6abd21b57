//! Roles and channels: what linked applications of the period aimed at, beside all applications of the period. Not responsible
//! for who sent them: no school, country, name or language is counted here, ever.
//!
//! Invariant: what fewer than a few applications name is not named: neither somebody's own way nor a slip of the pen is a
//! target.

use crate::{
    explain::words::{capital, count, grouped},
    indicators::RoleFamily,
    matching::corpus::WordIx,
    model::AppIx,
    reports::{
        ReportError,
        ground::Ground,
        numbers::{Arrivals, linked},
        section::{Line, Section, Table},
        sections::SectionKind,
        statistics::{Estimate, Interval, share},
        text::Text,
        wording,
    },
};
use rustc_hash::FxHashMap;

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "roles",
    title: "Roles and channels targeted",
    about: "Which families of roles, openings, channels and agencies linked applications that are new in the period aimed at more \
            or less than all new applications did. Linked are those of members of rings that the report is about. Schools, \
            countries, names and languages are never counted.",
    build,
};

/// Fewest applications of a row that is named.
const FEWEST: u64 = 10;

/// Fewest linked applications of which shares are told at all.
const FEWEST_LINKED: u64 = 5;

/// Rows of a table at most.
const MOST: usize = 12;

/// Applications of one row, and linked ones among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    all: u64,
    linked: u64,
}

impl Count {
    fn add(&mut self, is_linked: bool) {
        self.all += 1;
        self.linked += u64::from(is_linked);
    }
}

/// What is counted of new applications.
#[derive(Debug, Default)]
struct Counts {
    whole: Count,
    roles: FxHashMap<u32, Count>,
    agencies: FxHashMap<u32, Count>,
    channels: FxHashMap<u32, Count>,
    openings: FxHashMap<u32, Count>,
}

/// A row with a name.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    name: String,
    count: Count,
}

/// One way of dividing applications.
struct Division {
    caption: &'static str,
    head: &'static str,
    /// How a line names a row: before it and behind it.
    said: (&'static str, &'static str),
    rows: Vec<Row>,
    /// Applications that name nothing of the sort.
    silent: u64,
}

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let arrivals = Arrivals::of(ground);
    let counts = counted(ground, &arrivals.new);
    let whole = counts.whole;
    if whole.all == 0 {
        return Ok(Section::nothing(
            "No new application came in this period, so nothing was aimed at.",
        ));
    }
    if whole.linked < FEWEST_LINKED {
        let linked = usize::try_from(whole.linked).unwrap_or(usize::MAX);
        return Ok(Section::nothing(&format!(
            "Of {} {}: too few to tell what was aimed at.",
            applications(whole.all),
            count(linked, "is linked", "are linked")
        )));
    }
    let divisions = divisions(ground, counts);
    let mut found: Vec<(Estimate, &Division, &Row)> = Vec::new();
    for division in &divisions {
        for row in division.rows.iter().filter(|row| row.count.linked >= FEWEST_LINKED) {
            let ratio = ratio(row.count, whole).filter(|r| r.interval.low > 1.0);
            found.extend(ratio.map(|ratio| (ratio, division, row)));
        }
    }
    found.sort_by(|a, b| {
        b.0.interval.low.total_cmp(&a.0.interval.low).then_with(|| a.2.name.cmp(&b.2.name))
    });
    let lines: Vec<Line> =
        found.iter().map(|(ratio, division, row)| line(*ratio, division, row, whole)).collect();
    let told = match lines.len() {
        0 => "At nothing more than applications in general".to_owned(),
        n => format!("At {} more than applications in general", count(n, "thing", "things")),
    };
    let section = Section {
        summary: format!(
            "{} of {} that are new are linked ({}). {told}.",
            grouped(whole.linked),
            applications(whole.all),
            share(whole.linked, whole.all).map_or_else(String::new, |s| wording::share(s.value))
        ),
        tables: divisions.iter().filter_map(|division| table(division, whole)).collect(),
        ..Section::default()
    };
    Ok(section.listing(lines, MOST))
}

fn applications(n: u64) -> String {
    count(usize::try_from(n).unwrap_or(usize::MAX), "application", "applications")
}

/// O(applications).
fn counted(ground: &Ground<'_>, new: &[AppIx]) -> Counts {
    let corpus = ground.view.network.corpus();
    let is_linked = linked(ground);
    let mut counts = Counts::default();
    for &app in new {
        let is_linked = is_linked.get(app.at()).copied().unwrap_or(false);
        let way = ground.period.ways.of(corpus.id_text(app));
        let app = corpus.app(app);
        counts.whole.add(is_linked);
        let (role, agency) = (app.role().map(|w| w.0), app.agency().map(|w| w.0));
        let named = [
            (&mut counts.roles, role),
            (&mut counts.agencies, agency),
            (&mut counts.channels, way.channel),
            (&mut counts.openings, way.opening),
        ];
        for (of, key) in named {
            if let Some(key) = key {
                of.entry(key).or_default().add(is_linked);
            }
        }
    }
    counts
}

fn divisions(ground: &Ground<'_>, counts: Counts) -> Vec<Division> {
    let corpus = ground.view.network.corpus();
    let whole = counts.whole.all;
    let named = |of: FxHashMap<u32, Count>, name: &dyn Fn(u32) -> String| {
        // Several titles are of one family.
        let mut rows: FxHashMap<String, Count> = FxHashMap::default();
        for (key, count) in of {
            let row = rows.entry(name(key)).or_default();
            (row.all, row.linked) = (row.all + count.all, row.linked + count.linked);
        }
        let mut rows: Vec<Row> =
            rows.into_iter().map(|(name, count)| Row { name, count }).collect();
        rows.sort_by(|a, b| {
            let key = |row: &Row| (row.count.linked, row.count.all);
            key(b).cmp(&key(a)).then_with(|| a.name.cmp(&b.name))
        });
        let silent = whole.saturating_sub(rows.iter().map(|row| row.count.all).sum());
        (rows, silent)
    };
    let word = |n: u32| corpus.word(WordIx(n));
    let way = |n: u32| ground.period.ways.name(n).to_owned();
    let family = |n: u32| capital(RoleFamily::of(word(n)).label());
    let division =
        |caption, head, said, (rows, silent)| Division { caption, head, said, rows, silent };
    vec![
        division(
            "Families of roles",
            "Family",
            ("roles of the family ", ""),
            named(counts.roles, &family),
        ),
        division("Openings", "Opening", ("opening ", ""), named(counts.openings, &way)),
        division("Channels", "Channel", ("the channel ", ""), named(counts.channels, &way)),
        division(
            "Agencies",
            "Agency",
            ("agency ", ""),
            named(counts.agencies, &|n| word(n).to_owned()),
        ),
    ]
}

/// How many times as often applications of a row are linked as all are: their share, with Wilson's interval, over the share of
/// all, which counts as known.
fn ratio(row: Count, whole: Count) -> Option<Estimate> {
    let (own, all) = (share(row.linked, row.all)?, share(whole.linked, whole.all)?.value);
    (all > 0.0).then(|| Estimate {
        value: own.value / all,
        interval: Interval { low: own.interval.low / all, high: own.interval.high / all },
    })
}

/// Linked applications that a row would have if it were like all.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn expected(row: Count, whole: Count) -> f64 {
    row.all as f64 * whole.linked as f64 / whole.all.max(1) as f64
}

fn line(ratio: Estimate, division: &Division, row: &Row, whole: Count) -> Line {
    let (before, behind) = division.said;
    let said = wording::with_interval(ratio, wording::times);
    Line {
        text: Text::plain(format!(
            "Applications for {before}\u{201c}{}\u{201d}{behind} are linked {said} times as often as all.",
            row.name
        )),
        evidence: vec![Text::plain(format!(
            "{} of {} are linked; {:.1} would be if they were like all",
            grouped(row.count.linked),
            applications(row.count.all),
            expected(row.count, whole)
        ))],
        innocent: vec![
            "A popular opening draws honest crowds too, and one ring that applied often moves a small row by itself.".to_owned(),
        ],
        ..Line::default()
    }
}

fn table(division: &Division, whole: Count) -> Option<Table> {
    let (named, few): (Vec<&Row>, Vec<&Row>) =
        division.rows.iter().partition(|row| row.count.all >= FEWEST);
    if named.is_empty() {
        return None;
    }
    let cells = |row: &Row| {
        let ratio = ratio(row.count, whole);
        let said = |say: &dyn Fn(Estimate) -> String| ratio.map_or_else(String::new, say);
        vec![
            Text::plain(row.name.clone()),
            Text::plain(row.count.all.to_string()),
            Text::plain(row.count.linked.to_string()),
            Text::plain(format!("{:.1}", expected(row.count, whole))),
            Text::plain(said(&|r| wording::times(r.value))),
            Text::plain(said(&|r| wording::range(r.interval, wording::times))),
        ]
    };
    let mut note = format!(
        "Expected: linked applications if the row were like all. The interval is Wilson's of the row's share, and takes \
         applications for independent, which those of one ring are not; of twenty rows one misses its interval by chance. Rows \
         of fewer than {FEWEST} applications are not named."
    );
    let left_out = named.len().saturating_sub(MOST) + few.len();
    if left_out > 0 {
        note.push_str(&format!(" {} left out.", count(left_out, "row is", "rows are")));
    }
    if division.silent > 0 {
        note.push_str(&format!(
            " {} nothing here.",
            match division.silent {
                1 => "1 application says".to_owned(),
                n => format!("{} applications say", grouped(n)),
            }
        ));
    }
    Some(Table {
        caption: format!("{} of new applications", division.caption),
        head: [division.head, "Applications", "Linked", "Expected", "Ratio", "95 % interval"]
            .map(str::to_owned)
            .to_vec(),
        rows: named.into_iter().take(MOST).map(cells).collect(),
        note,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::Seq,
        reports::{
            Sight,
            sections::fixture::{House, RING, row, said},
        },
    };
    use std::fmt::Write as _;

    /// Two rings of four and twenty-four strangers, twelve of whom apply to the opening that both rings apply to.
    fn house() -> House {
        let house = House::empty();
        let lines: Vec<&str> = RING.lines().collect();
        let mut text = lines[0].replace(",role,", ",role,requisition_id,") + "\n";
        for line in &lines[1..5] {
            let (front, role) =
                line.split_once(",AI engineer,").or(line.split_once(",data engineer,")).unwrap();
            writeln!(text, "{front},ML engineer,REQ-1,{role}").unwrap();
            let again = front
                .replace("A-", "C-")
                .replace("Quill", "Winter")
                .replace("Tarn", "Sommer")
                .replace("Marsh", "Herbst")
                .replace("Lindqvist", "Frost")
                .replace("quill", "winter")
                .replace("tarn", "sommer")
                .replace("marsh", "herbst")
                .replace("lindqvist", "frost")
                .replace("0143", "0188")
                .replace("7f3a", "11aa")
                .replace("Dock", "Quay")
                .replace("Ada", "Hanne")
                .replace("Bruno", "Ivo")
                .replace("Cleo", "Jonna")
                .replace("Edgar", "Kasper")
                .replace("ada.", "hanne.")
                .replace("bruno.", "ivo.")
                .replace("cleo.", "jonna.")
                .replace("edgar.", "kasper.")
                .replace("12 Elm", "8 Ash")
                .replace("9 Oak", "7 Yew")
                .replace("77 Pine", "6 Fir")
                .replace("3 Hill", "5 Dale");
            writeln!(text, "{again},ML engineer,REQ-1,{role}").unwrap();
        }
        for n in 0..24 {
            let (role, opening) =
                if n < 12 { ("ML engineer", "REQ-1") } else { ("accountant", "REQ-2") };
            writeln!(
                text,
                "S-{n},2026-06-0{}T1{}:00:00Z,Given{} Family{},given{n}@example.org,202-555-01{:02},dev-s{n},{} Main St,Town{},OH,45{:03},,,,,{role},{opening},job board,",
                1 + n % 5, n % 9, ["ar", "el", "is", "on", "um"][n % 5].repeat(1 + n / 5), ["ba", "ce", "di", "fo", "gu", "ha"][n % 6].repeat(1 + n / 6), n, n + 20, n, 100 + n
            )
            .unwrap();
        }
        house.import(&text);
        house
    }

    #[test]
    fn what_linked_applications_aim_at_is_told_beside_what_all_do() {
        let house = house();
        let rings = house.engine.view().rings.iter().map(|r| r.members.len()).collect::<Vec<_>>();
        assert_eq!(rings, [4, 4]);
        let section = house.section("roles");
        let text = said(&section, Sight::Full);
        assert!(
            section.summary.starts_with("8 of 32 applications that are new are linked (25 %)."),
            "{text}"
        );
        // Twenty applications for the first opening, eight linked: 40 % of a row where 25 % are of all.
        assert_eq!(row(&section, "req 1")[..5], ["req 1", "20", "8", "5.0", "1.6"]);
        assert_eq!(
            row(&section, "AI and machine learning")[..5],
            ["AI and machine learning", "20", "8", "5.0", "1.6"]
        );
        assert_eq!(row(&section, "req 2")[..5], ["req 2", "12", "0", "3.0", "0.0"]);
        assert_eq!(row(&section, "job board")[..5], ["job board", "32", "8", "8.0", "1.0"]);
        assert_eq!(section.lines.len(), 0, "eight of twenty may be chance: {text}");
    }

    #[test]
    fn with_hardly_any_linked_application_no_share_is_told() {
        let section = House::with_a_ring().section("roles");
        assert_eq!(
            section.summary,
            "Of 5 applications 4 are linked: too few to tell what was aimed at."
        );
        assert!(section.tables.is_empty());
        let house = House::with_a_ring();
        let none = house.since(house.head(), "roles").summary;
        assert!(none.starts_with("No new application"), "{none}");
        let filtered = house.report(Seq(0), "min=9");
        assert!(filtered.section("roles").unwrap().summary.contains("0 are linked"));
    }

    #[test]
    fn a_ratio_is_told_in_a_line_only_where_its_interval_leaves_out_one() {
        let whole = Count { all: 1_000, linked: 50 };
        let told = |all, linked| ratio(Count { all, linked }, whole).unwrap();
        let aimed = told(100, 20);
        assert!((aimed.value - 4.0).abs() < 1e-9 && aimed.interval.low > 1.0);
        let chance = told(100, 6);
        assert!(chance.interval.has(1.0) && (chance.value - 1.2).abs() < 1e-9);
        assert!((expected(Count { all: 100, linked: 6 }, whole) - 5.0).abs() < 1e-9);
    }
}
