//! At a glance: the figures of a report. Not responsible for drawing them (`svg`), nor for saying what any one ring did.
//!
//! Invariant: every number in a figure is in its table; figures name nobody.

use crate::{
    explain::{day::DAY, words::count},
    model::{ApplicationId, LineageKind, Ring, RingId},
    reference::{states::state, zips},
    reports::{
        ReportError,
        calendar::{Calendar, Span, Unit, place},
        ground::Ground,
        numbers::linked,
        section::{Figure, Section},
        sections::SectionKind,
    },
    svg::{
        chart::Chart,
        flow::{self, Stream},
        heat,
        series::{self, Step},
        sizes,
        states::{self, Place, Use},
    },
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "glance",
    title: "At a glance",
    about: "Figures: applications by week and how many are linked, rings by size, what became of rings, hours and states.",
    build,
};

/// Weeks shown: a quarter.
const WEEKS: usize = 13;

/// What a figure calls linked.
const LINKED: &str = "Linked are applications of members of rings that this report is about.";

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let linked = linked(ground);
    let rings: Vec<&Ring> = ground.view.rings.iter().filter(|ring| ground.is_about(ring)).collect();
    let past = Past::of(ground);
    let weeks = weeks(ground, &linked);
    let summary = format!(
        "{}, {} before. {}",
        count(rings.len(), "ring stands", "rings stand"),
        past.before.values().filter(|members| !members.is_empty()).count(),
        weeks.caption
    );
    let figures = vec![
        Figure::of("glance-weeks", weeks),
        Figure::of("glance-sizes", past.sizes()),
        Figure::of("glance-flow", past.flow(ground)),
        Figure::of("glance-hours", hours(ground, &linked)),
        Figure::of("glance-states", places(ground)),
    ];
    let n = u32::try_from(rings.len()).unwrap_or(u32::MAX);
    Ok(Section { n, summary, figures, ..Section::default() })
}

fn weeks(ground: &Ground<'_>, linked: &[bool]) -> Chart {
    let calendar = Calendar::of(&ground.zone, ground.now());
    let weeks = calendar.map(|calendar| calendar.spans(Unit::Week, WEEKS)).unwrap_or_default();
    let step = |week: &Span| Step {
        name: week.first.to_string(),
        short: week.first.strftime("%b %-d").to_string(),
        all: 0,
        linked: 0,
        is_over: week.is_over,
    };
    let mut steps: Vec<Step> = weeks.iter().map(step).collect();
    let corpus = ground.view.network.corpus();
    for app in corpus.apps() {
        let place = corpus.submitted(app).and_then(|submitted| place(&weeks, submitted));
        if let Some(step) = place.and_then(|at| steps.get_mut(at)) {
            step.all += 1;
            step.linked += usize::from(linked.get(app.at()).copied().unwrap_or(false));
        }
    }
    let mut chart = series::chart(&steps);
    if !chart.svg.is_empty() {
        chart.caption = format!("{} {LINKED}", chart.caption);
    }
    chart
}

/// The applications of every ring that the report is about, before the period and now. A ring that is no more is in it where
/// its applications went to one that the report is about, or where the report is about all.
struct Past {
    before: BTreeMap<RingId, BTreeSet<ApplicationId>>,
    after: BTreeMap<RingId, BTreeSet<ApplicationId>>,
}

impl Past {
    fn of(ground: &Ground<'_>) -> Self {
        let since = ground.since().seq;
        let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
        for (id, events) in ground.view.lineage.iter() {
            let is_about = match ground.view.rings.find(id) {
                Some(ring) => ground.is_about(ring),
                None => Self::went_along(ground, id),
            };
            if !is_about {
                continue;
            }
            let then = events.iter().rev().find(|recorded| recorded.seq <= since);
            if let Some(then) = then.filter(|recorded| !recorded.event.members.is_empty()) {
                before.insert(id.clone(), then.event.members.clone());
            }
            let now = events.last().filter(|_| ground.view.rings.find(id).is_some());
            if let Some(now) = now {
                after.insert(id.clone(), now.event.members.clone());
            }
        }
        Self { before, after }
    }

    /// Whether the report is about a ring that is no more.
    fn went_along(ground: &Ground<'_>, id: &RingId) -> bool {
        if ground.filter.is_all() {
            return true;
        }
        let last = ground.view.lineage.get(id).and_then(|events| events.last());
        let into = last.filter(|recorded| recorded.event.kind == LineageKind::Merged);
        let into = into.and_then(|recorded| recorded.event.other.as_ref());
        into.and_then(|id| ground.view.rings.find(id)).is_some_and(|ring| ground.is_about(ring))
    }

    fn sizes(&self) -> Chart {
        let of = |side: &BTreeMap<RingId, BTreeSet<ApplicationId>>| -> Vec<usize> {
            side.values().map(BTreeSet::len).collect()
        };
        sizes::chart(&of(&self.before), &of(&self.after))
    }

    fn flow(&self, ground: &Ground<'_>) -> Chart {
        let sides = |side: &BTreeMap<RingId, BTreeSet<ApplicationId>>| {
            let mut of = BTreeMap::new();
            for (id, members) in side {
                of.extend(members.iter().map(|member| (member.clone(), id.to_string())));
            }
            of
        };
        let (was, is) = (sides(&self.before), sides(&self.after));
        let all: BTreeSet<&ApplicationId> = was.keys().chain(is.keys()).collect();
        let mut streams: BTreeMap<(Option<&String>, Option<&String>), usize> = BTreeMap::new();
        for application in all {
            *streams.entry((was.get(application), is.get(application))).or_default() += 1;
        }
        let streams: Vec<Stream> = streams
            .into_iter()
            .map(|((from, to), n)| Stream { from: from.cloned(), to: to.cloned(), n })
            .collect();
        let day = |second: i64| {
            Timestamp::from_second(second)
                .map_or_else(|_| "?".to_owned(), |t| ground.zone.to_datetime(t).date().to_string())
        };
        let before = match ground.since().seq.0 {
            0 => "before the first report".to_owned(),
            _ => day(ground.since().at.0),
        };
        flow::chart(&streams, &before, &day(ground.now().0))
    }
}

/// Day of the week and hour of the linked applications that came in the period, as far as they say the hour.
fn hours(ground: &Ground<'_>, linked: &[bool]) -> Chart {
    let corpus = ground.view.network.corpus();
    let (mut hours, mut day_alone) = (Vec::new(), 0_usize);
    for id in ground.period.arrived.iter().filter(|(_, a)| a.is_new).map(|(id, _)| id) {
        let Some(app) = corpus.find(id) else { continue };
        if !linked.get(app.at()).copied().unwrap_or(false) {
            continue;
        }
        let Some(submitted) = corpus.submitted(app) else { continue };
        if submitted.0.rem_euclid(DAY) == 0 {
            day_alone += 1;
        } else if let Ok(stamp) = Timestamp::from_second(submitted.0) {
            let there = ground.zone.to_datetime(stamp);
            let weekday = usize::try_from(there.weekday().to_monday_zero_offset());
            hours.extend(weekday.ok().zip(usize::try_from(there.hour()).ok()));
        }
    }
    let zone = ground.zone.iana_name().unwrap_or("UTC");
    let mut chart = match (hours.is_empty(), day_alone) {
        (false, _) => heat::in_zone(&hours, zone),
        (true, 0) => Chart::nothing("No linked application came in this period."),
        (true, _) => Chart::nothing(
            "The hours are not known: every linked application of this period gives the day alone.",
        ),
    };
    if !chart.svg.is_empty() {
        chart.about =
            format!("Linked applications that came in the period, by day and hour, {zone}");
        if day_alone > 0 {
            let said = count(day_alone, "application gives", "applications give");
            chart.caption.push_str(&format!(" {said} the day alone and are left out."));
        }
    }
    chart
}

/// Where members of rings that changed in the period say they live, and where they have things sent.
fn places(ground: &Ground<'_>) -> Chart {
    let (view, corpus) = (ground.view, ground.view.network.corpus());
    let text = |word: Option<_>, postal: Option<_>| {
        let by_zip = || Some(zips::zip5(corpus.word(postal?))?.state);
        let given = word.map(|w| corpus.word(w)).or_else(by_zip).unwrap_or_default();
        // What is no state is somebody's own words, which a figure does not repeat.
        let is_known = given.trim().is_empty() || state(given, None).is_some();
        if is_known { given.to_owned() } else { "another place".to_owned() }
    };
    let mut places = Vec::new();
    let rings = view.rings.iter().filter(|ring| ground.is_about(ring));
    let changed = rings.filter(|ring| {
        let mut events = view.lineage.get(&ring.id).unwrap_or_default().iter();
        events.any(|recorded| ground.period.has(recorded.seq))
    });
    for &member in changed.flat_map(|ring| &ring.members) {
        // Each member counts once for each state and use, however often it applied.
        let mut given: BTreeSet<(String, bool)> = BTreeSet::new();
        for &app in &view.network.applicant(member).applications {
            let app = corpus.app(app);
            given.extend(app.home().map(|a| (text(a.state(), a.postal()), false)));
            given.extend(app.shipping().map(|a| (text(a.state(), a.postal()), true)));
        }
        places.extend(given.into_iter().map(|(state, is_sent)| Place {
            state,
            use_: if is_sent { Use::Delivery } else { Use::Home },
        }));
    }
    match places.is_empty() {
        true => Chart::nothing("No member of a ring that changed in this period gives an address."),
        false => {
            let mut chart = states::chart(&places);
            chart.about = "Members of rings that changed in the period, by the state of their claimed home and of the \
                           address things are sent to"
                .to_owned();
            chart
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        casework::keeping::RetentionPolicy,
        engine::{
            Engine,
            fixtures::{import, open, store},
        },
        model::{Moment, Point},
        reports::{Order, Report, Sight, build},
    };
    use std::fmt::Write;

    /// Monday 2026-03-02 12:00:00 UTC.
    const NOON: i64 = 1_772_452_800;

    /// So many identities with one device and one account, who applied on days of these weeks, and two strangers.
    fn rows(group: &str, members: std::ops::Range<usize>, day: &str) -> String {
        const GIVEN: [&str; 7] = ["Ada", "Bruno", "Cleo", "Edgar", "Fenna", "Gustav", "Hanna"];
        const FAMILY: [&str; 7] =
            ["Quill", "Tarn", "Lindqvist", "Okafor", "Nakamura", "Ibarra", "Moss"];
        let mut out = String::from(
            "application_id,full_name,email,phone,device_id,bank_account_hash,state,submitted_at\n",
        );
        for n in members {
            let (given, family) = (GIVEN[n % 7], FAMILY[(n + n / 7) % 7]);
            writeln!(
                out,
                "{group}{n},{given} {family},{given}.{family}@{group}.example.com,202-555-01{n:02},device-{group},\
                 account-{group},OH,{day}"
            )
            .unwrap();
        }
        out
    }

    fn report(engine: &Engine, since: Point, at: i64) -> Report {
        let order = Order {
            schedule: "weekly".parse().unwrap(),
            filter: String::new(),
            zone: "America/New_York".to_owned(),
            since,
            at: Moment(at),
            is_first: since == Point::default(),
            due: None,
            missed: 0,
        };
        build(engine, &engine.present(), &RetentionPolicy::default(), &order).unwrap()
    }

    /// The cells of a figure's table.
    fn table(report: &Report, id: &str) -> Vec<Vec<String>> {
        let figures = &report.section("glance").unwrap().figures;
        let figure =
            figures.iter().find(|figure| figure.id.strip_prefix("glance-") == Some(id)).unwrap();
        let said = |row: &Vec<crate::reports::Text>| {
            row.iter().map(|cell| cell.said(Sight::Counts)).collect()
        };
        figure.table.rows.iter().map(said).collect()
    }

    #[test]
    fn a_ring_that_grew_is_in_every_figure_with_the_same_numbers() {
        let engine = open(&store());
        import(&engine, &rows("a", 0..5, "2026-02-25T15:00:00Z"));
        assert_eq!(engine.view().rings.len(), 1, "no ring proves nothing");
        let first = report(&engine, Point::default(), NOON);
        let flow = table(&first, "flow");
        assert!(
            flow.len() == 1 && flow[0][2..] == ["5".to_owned(), "new ring".to_owned()],
            "{flow:?}"
        );
        let since = first.heading.until;

        import(&engine, &rows("a", 5..7, "2026-03-04T03:30:00Z"));
        import(&engine, &rows("b", 20..21, "2026-03-04"));
        let second = report(&engine, since, NOON + 3 * 86_400);
        let ring = engine.view().rings[0].id.to_string();
        let flow = table(&second, "flow");
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        assert_eq!(
            flow,
            [row(["no ring", &ring, "2", "joined"]), row([&ring, &ring, "5", "stayed"])]
        );
        let weeks = table(&second, "weeks");
        assert_eq!(weeks.len(), 13);
        assert_eq!(weeks[11], ["2026-02-23", "5", "5"]);
        assert_eq!(weeks[12], ["2026-03-02, not over", "3", "2"]);
        assert_eq!(table(&second, "sizes"), [["5 to 9", "1", "1"]]);
        // Half past three in the morning, UTC, is the evening before.
        assert_eq!(table(&second, "hours"), [["Tuesday, 22:00 to 22:59", "2"]]);
        assert_eq!(table(&second, "states"), [["Ohio", "7", "0"]]);
        let again = report(&engine, since, NOON + 3 * 86_400);
        assert!(again.canonical().unwrap() == second.canonical().unwrap());
    }

    #[test]
    fn a_store_without_anything_says_so_and_draws_nothing() {
        let engine = open(&store());
        let report = report(&engine, Point::default(), NOON);
        let glance = report.section("glance").unwrap();
        assert!(
            glance.figures.iter().all(|figure| figure.svg.is_empty() && !figure.caption.is_empty())
        );
        assert_eq!(report.headline, "Nothing changed: there is no ring.");
    }
}
