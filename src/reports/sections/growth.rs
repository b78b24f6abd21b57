//! Growth: applications and linked ones by week and quarter, and how far a change of theirs is more than chance. Not responsible
//! for the calendar (`calendar`) nor for intervals (`statistics`).
//!
//! Linked is what belongs to a member of a ring at the end of the period: an application of last year that was linked
//! yesterday counts in last year. No growth is told without the growth of all applications beside it.
//!
//! Invariant: what is not over is marked, and compared with as many days of the one before.

use crate::{
    explain::words::{count, grouped},
    model::{AppIx, ApplicantIx, LineageKind, Moment},
    reference::states::state,
    reports::{
        ReportError,
        calendar::{Calendar, Side, Span, Unit, place},
        ground::Ground,
        numbers::linked,
        section::{Figure, Line, Section, Table},
        sections::SectionKind,
        statistics::{self, FEWEST, Rate, rate_ratio, share_difference},
        text::Text,
        wording,
    },
    svg::{heat, states},
};
use rayon::prelude::*;

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "growth",
    title: "Growth",
    about: "Applications and linked applications by week and quarter of their submission, and how linked ones grew beside all \
            of them, with 95 % intervals. Linked are those of members of rings that the report is about; all are all.",
    build,
};

/// Weeks of the table.
const WEEKS: usize = 13;
/// Quarters of the table.
const QUARTERS: usize = 5;
/// Applications of a piece of work.
const PIECE: usize = 1 << 14;

/// Applications, and linked ones among them.
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

    fn and(self, other: Self) -> Self {
        Self { all: self.all + other.all, linked: self.linked + other.linked }
    }
}

/// What is counted in one go through all applications.
#[derive(Debug, Clone, Default)]
struct Counts {
    weeks: Vec<Count>,
    quarters: Vec<Count>,
    sides: Vec<Count>,
    undated: u64,
    later: u64,
    /// Linked applications within the weeks.
    recent: Vec<(AppIx, Moment)>,
}

impl Counts {
    fn and(mut self, other: Self) -> Self {
        let pairs = [
            (&mut self.weeks, other.weeks),
            (&mut self.quarters, other.quarters),
            (&mut self.sides, other.sides),
        ];
        for (own, more) in pairs {
            own.resize(own.len().max(more.len()), Count::default());
            own.iter_mut().zip(more).for_each(|(own, more)| *own = own.and(more));
        }
        self.undated += other.undated;
        self.later += other.later;
        self.recent.extend(other.recent);
        self
    }
}

/// A later stretch beside an earlier one.
#[derive(Debug, Clone)]
struct Comparison {
    /// `this quarter so far`.
    later: String,
    /// `in the same days of the quarter before`.
    earlier: String,
    after: Count,
    before: Count,
}

impl Comparison {
    /// Whether nothing is linked on either side.
    fn is_empty(&self) -> bool {
        self.after.linked + self.before.linked == 0
    }
}

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let Some(calendar) = Calendar::of(&ground.zone, ground.now()) else {
        return Ok(Section::nothing("The hour of this report is out of every calendar."));
    };
    let weeks = calendar.spans(Unit::Week, WEEKS);
    let quarters = calendar.spans(Unit::Quarter, QUARTERS);
    let so_far = |spans: &[Span]| match spans {
        [.., earlier, later] => calendar.so_far(earlier, later),
        _ => None,
    };
    let parts = [so_far(&quarters), so_far(&weeks)];
    let sides: Vec<Side> =
        parts.iter().flatten().flat_map(|(a, b)| [a.clone(), b.clone()]).collect();
    let counts = counted(ground, &calendar, &weeks, &quarters, &sides);
    let mut sides = counts.sides.iter().copied();
    let [quarter, week] = parts.map(|part| part.and_then(|_| Some((sides.next()?, sides.next()?))));
    let mut compared = compared(Unit::Quarter, quarter, &counts.quarters);
    compared.extend(self::compared(Unit::Week, week, &counts.weeks));
    let recent: u64 = counts.weeks.iter().map(|week| week.linked).sum();
    let nothing = recent == 0 && compared.iter().all(Comparison::is_empty);
    let section = Section {
        summary: summary(&compared, recent),
        lines: compared.iter().map(line).collect(),
        tables: vec![
            table(Unit::Quarter, &quarters, &counts.quarters, &counts),
            table(Unit::Week, &weeks, &counts.weeks, &counts),
            comparisons(&compared),
            sizes(ground),
        ],
        figures: figures(ground, &counts),
        n: if nothing { 0 } else { u32::try_from(compared.len()).unwrap_or(u32::MAX) },
        ..Section::default()
    };
    Ok(section)
}

/// Counts applications by their submission. O(applications × log spans), on all cores.
fn counted(
    ground: &Ground<'_>,
    calendar: &Calendar,
    weeks: &[Span],
    quarters: &[Span],
    sides: &[Side],
) -> Counts {
    let corpus = ground.view.network.corpus();
    let is_linked = linked(ground);
    let now = calendar.now();
    let new = || Counts {
        weeks: vec![Count::default(); weeks.len()],
        quarters: vec![Count::default(); quarters.len()],
        sides: vec![Count::default(); sides.len()],
        ..Counts::default()
    };
    let add = |mut counts: Counts, app: usize| {
        let is_linked = is_linked.get(app).copied().unwrap_or(false);
        let app = AppIx::new(app);
        let Some(at) = corpus.submitted(app) else {
            counts.undated += 1;
            return counts;
        };
        if !now.is_after(at) {
            counts.later += 1;
            return counts;
        }
        if let Some(week) = place(weeks, at).and_then(|week| counts.weeks.get_mut(week)) {
            week.add(is_linked);
            if is_linked {
                counts.recent.push((app, at));
            }
        }
        if let Some(quarter) = place(quarters, at).and_then(|q| counts.quarters.get_mut(q)) {
            quarter.add(is_linked);
        }
        for (side, count) in sides.iter().zip(&mut counts.sides) {
            if side.has(at) {
                count.add(is_linked);
            }
        }
        counts
    };
    let pieces = (0..corpus.len()).into_par_iter().with_min_len(PIECE);
    pieces.fold(new, add).reduce(new, Counts::and)
}

/// The stretch that is not over beside as much of the one before, and the last that is over beside the one before it.
fn compared(unit: Unit, so_far: Option<(Count, Count)>, counts: &[Count]) -> Vec<Comparison> {
    let word = unit.word();
    let mut compared = Vec::new();
    if let Some((after, before)) = so_far {
        compared.push(Comparison {
            later: format!("this {word} so far"),
            earlier: format!("in the same days of the {word} before"),
            after,
            before,
        });
    }
    if let [.., before, after, _] = *counts {
        compared.push(Comparison {
            later: format!("last {word}"),
            earlier: format!("the {word} before"),
            after,
            before,
        });
    }
    compared
}

impl Comparison {
    fn is_too_few(&self) -> bool {
        self.after.linked.min(self.before.linked) < FEWEST
    }

    fn ratio(&self) -> Option<statistics::Estimate> {
        let rate = |n| Rate::of(n);
        rate_ratio(rate(self.after.linked), rate(self.before.linked))
    }

    fn of_all(&self) -> Option<statistics::Estimate> {
        rate_ratio(Rate::of(self.after.all), Rate::of(self.before.all))
            .filter(|r| r.value.is_finite())
    }

    fn shares(&self) -> Option<statistics::Estimate> {
        share_difference((self.after.linked, self.after.all), (self.before.linked, self.before.all))
    }

    /// Whether linked applications grew otherwise than all did, as far as it can be told.
    fn verdict(&self) -> &'static str {
        match self.shares().map(|shares| shares.interval) {
            None => "There is nothing to compare it with.",
            Some(interval) if interval.low > 0.0 => {
                "That is more than applications in general grew, and more than chance."
            }
            Some(interval) if interval.high < 0.0 => {
                "That is less than applications in general grew, and more than chance."
            }
            Some(_) => "Whether that is more than chance, cannot be told.",
        }
    }

    /// In words that a supervisor understands.
    fn sentence(&self) -> String {
        let (after, before) = (grouped(self.after.linked), grouped(self.before.linked));
        let counts =
            format!("Linked applications: {after} {}, {before} {}", self.later, self.earlier);
        if self.is_too_few() {
            return format!("{counts}: too few to tell a trend.");
        }
        let Some(ratio) = self.ratio() else { return format!("{counts}.") };
        let all = self.of_all().map_or_else(String::new, |all| {
            let change = wording::change(all.value);
            match change.as_str() {
                "+0 %" => ", while all applications stayed as many".to_owned(),
                change => match change.strip_prefix('-') {
                    Some(less) => format!(", while all applications fell {less}"),
                    None => {
                        format!(", while all applications grew {}", change.trim_start_matches('+'))
                    }
                },
            }
        });
        let change = wording::with_interval(ratio, wording::change);
        format!("{counts}: {change}{all}. {}", self.verdict())
    }
}

fn line(comparison: &Comparison) -> Line {
    let share = |count: Count| {
        let said = statistics::share(count.linked, count.all);
        said.map_or_else(|| "none".to_owned(), |s| wording::with_interval(s, wording::share))
    };
    let mut evidence = vec![Text::plain(format!(
        "linked of all applications: {} of {} {}, {} of {} {}",
        grouped(comparison.after.linked),
        grouped(comparison.after.all),
        comparison.later,
        grouped(comparison.before.linked),
        grouped(comparison.before.all),
        comparison.earlier
    ))];
    if !comparison.is_too_few() {
        evidence.push(Text::plain(format!(
            "share linked: {}, before it {}",
            share(comparison.after),
            share(comparison.before)
        )));
        if let Some(shares) = comparison.shares() {
            let said = wording::with_interval(shares, wording::points);
            evidence.push(Text::plain(format!("difference of the shares: {said}")));
        }
    }
    Line { text: Text::plain(comparison.sentence()), evidence, ..Line::default() }
}

fn summary(compared: &[Comparison], recent: u64) -> String {
    if recent == 0 && compared.iter().all(Comparison::is_empty) {
        return format!(
            "No application of the last {WEEKS} weeks is linked, nor any that this compares."
        );
    }
    // The first that has enough; where none has, the first.
    let told = compared.iter().find(|c| !c.is_too_few()).or(compared.first());
    told.map_or_else(
        || "No week and no quarter is there to compare.".to_owned(),
        Comparison::sentence,
    )
}

fn cells(cells: impl IntoIterator<Item = String>) -> Vec<Text> {
    cells.into_iter().map(Text::plain).collect()
}

fn heads(head: &[&str]) -> Vec<String> {
    head.iter().map(|&head| head.to_owned()).collect()
}

fn table(unit: Unit, spans: &[Span], counts: &[Count], all: &Counts) -> Table {
    let row = |(span, count): (&Span, &Count)| {
        let name =
            if span.is_over { span.name.clone() } else { format!("{}, not over", span.name) };
        let share = statistics::share(count.linked, count.all);
        let share = share.map_or_else(
            || "none came".to_owned(),
            |s| {
                format!(
                    "{} ({})",
                    wording::share(s.value),
                    wording::range(s.interval, wording::share)
                )
            },
        );
        cells([
            name,
            span.first.to_string(),
            count.all.to_string(),
            count.linked.to_string(),
            share,
        ])
    };
    let mut note = "Shares with the 95 % interval of Wilson. A submission that gives the day alone counts on that day; the \
                    latest stretches have had the least time to be linked."
        .to_owned();
    for (n, one, several) in [
        (all.undated, "application gives no date", "applications give no date"),
        (all.later, "is dated after this report", "are dated after this report"),
    ] {
        if n > 0 {
            let n = usize::try_from(n).unwrap_or(usize::MAX);
            note.push_str(&format!(" {} and stand in no row.", count(n, one, several)));
        }
    }
    let of_unit = match unit {
        Unit::Week => "ISO week",
        Unit::Quarter => "calendar quarter",
    };
    Table {
        caption: format!("Applications and linked applications by {of_unit} of submission"),
        head: heads(&[unit_head(unit), "From", "Applications", "Linked", "Share linked (95 %)"]),
        rows: spans.iter().zip(counts).map(row).collect(),
        note,
    }
}

fn unit_head(unit: Unit) -> &'static str {
    match unit {
        Unit::Week => "Week",
        Unit::Quarter => "Quarter",
    }
}

fn comparisons(compared: &[Comparison]) -> Table {
    let row = |c: &Comparison| {
        let too_few = || "too few".to_owned();
        let ratio = c.ratio().filter(|_| !c.is_too_few());
        let said = |say: &dyn Fn(statistics::Estimate) -> String| ratio.map_or_else(too_few, say);
        let all = c.of_all().map_or_else(too_few, |r| wording::with_interval(r, wording::change));
        let shares = c.shares().filter(|_| !c.is_too_few());
        cells([
            format!("{}, and {}", c.later, c.earlier),
            c.after.linked.to_string(),
            c.before.linked.to_string(),
            said(&|r| wording::change(r.value)),
            said(&|r| wording::range(r.interval, wording::change)),
            all,
            shares.map_or_else(too_few, |s| wording::with_interval(s, wording::points)),
        ])
    };
    Table {
        caption: "Growth of linked applications beside that of all".to_owned(),
        head: heads(&[
            "Compared",
            "Linked",
            "Linked before",
            "Change",
            "95 % interval",
            "Change of all",
            "Change of the share linked",
        ]),
        rows: compared.iter().map(row).collect(),
        note: format!(
            "Intervals of changes are exact ones for two Poisson counts, those of shares Newcombe's. Both take applications for \
             independent of each other; those of one ring are not, so the true uncertainty is larger. With fewer than {FEWEST} on \
             either side nothing is told."
        ),
    }
}

/// Rings by their claimed identities, and those among them that were born in the period.
fn sizes(ground: &Ground<'_>) -> Table {
    const CLASSES: [(&str, u32); 5] =
        [("2", 2), ("3 or 4", 3), ("5 to 9", 5), ("10 to 19", 10), ("20 and more", 20)];
    let mut counts = [(0_u32, 0_u32); CLASSES.len()];
    for ring in ground.view.rings.iter().filter(|ring| ground.is_about(ring)) {
        let at = CLASSES.iter().rposition(|(_, least)| ring.identities >= *least).unwrap_or(0);
        let events = ground.view.lineage.get(&ring.id).unwrap_or_default();
        let is_new =
            events.iter().any(|e| e.event.kind == LineageKind::Born && ground.period.has(e.seq));
        if let Some(count) = counts.get_mut(at) {
            count.0 += 1;
            count.1 += u32::from(is_new);
        }
    }
    let rows = CLASSES.iter().zip(counts);
    Table {
        caption: "Rings by claimed identities".to_owned(),
        head: heads(&["Claimed identities", "Rings", "Born in the period"]),
        rows: rows
            .map(|((name, _), (n, new))| {
                cells([(*name).to_owned(), n.to_string(), new.to_string()])
            })
            .collect(),
        note: String::new(),
    }
}

/// When linked applications of the weeks came, and where their applicants claim to live and have things sent.
fn figures(ground: &Ground<'_>, counts: &Counts) -> Vec<Figure> {
    if counts.recent.is_empty() {
        return Vec::new();
    }
    let moments: Vec<Moment> = counts.recent.iter().map(|(_, at)| *at).collect();
    let network = &ground.view.network;
    let corpus = network.corpus();
    let mut places: Vec<(ApplicantIx, bool, String)> = Vec::new();
    for (app, _) in &counts.recent {
        let (who, app) = (network.applicant_of(*app), corpus.app(*app));
        for (address, is_home) in [(app.home(), true), (app.shipping(), false)] {
            let word = address.and_then(|a| a.state()).map(|word| corpus.word(word).to_owned());
            // What is no state of the United States is nobody's business here.
            let known = word.filter(|w| state(w, None).is_some_and(|s| s.country == "US"));
            places.extend(known.map(|state| (who, is_home, state)));
        }
    }
    places.sort_unstable();
    places.dedup();
    let places = places.into_iter().map(|(_, is_home, state)| states::Place {
        state,
        use_: if is_home { states::Use::Home } else { states::Use::Delivery },
    });
    let places: Vec<states::Place> = places.collect();
    let mut figures = vec![Figure::of("day-and-hour", heat::chart(&moments))];
    if !places.is_empty() {
        figures.push(Figure::of("states", states::chart(&places)));
    }
    for figure in &mut figures {
        figure.table.note = format!("Linked applications of the last {WEEKS} weeks.");
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::{
        Sight,
        sections::fixture::{House, row, said},
    };

    fn comparison(after: (u64, u64), before: (u64, u64)) -> Comparison {
        let count = |(linked, all)| Count { all, linked };
        Comparison {
            later: "this quarter so far".to_owned(),
            earlier: "in the same days of the quarter before".to_owned(),
            after: count(after),
            before: count(before),
        }
    }

    #[test]
    fn growth_is_told_with_its_interval_and_beside_that_of_all() {
        assert_eq!(
            comparison((127, 5_250), (100, 5_000)).sentence(),
            "Linked applications: 127 this quarter so far, 100 in the same days of the quarter before: +27 % (95 % interval \
             -3 % to +67 %), while all applications grew 5 %. Whether that is more than chance, cannot be told."
        );
        let more = comparison((400, 5_000), (100, 5_000)).sentence();
        assert!(
            more.contains("+300 %") && more.contains("while all applications stayed as many"),
            "{more}"
        );
        assert!(
            more.ends_with("That is more than applications in general grew, and more than chance."),
            "{more}"
        );
        let less = comparison((100, 9_000), (100, 5_000)).sentence();
        assert!(
            less.contains("+0 %")
                && less.ends_with("less than applications in general grew, and more than chance."),
            "{less}"
        );
    }

    #[test]
    fn too_few_are_told_as_numbers_and_not_as_a_percentage() {
        let few = comparison((9, 100), (4, 100));
        assert!(few.sentence().ends_with(
            "so far, 4 in the same days of the quarter before: too few to tell a trend."
        ));
        assert!(
            !said(&Section { lines: vec![line(&few)], ..Section::default() }, Sight::Full)
                .contains('%')
        );
        assert_eq!(comparisons(&[few]).rows[0][3], Text::plain("too few"));
    }

    #[test]
    fn weeks_and_quarters_count_what_was_submitted_in_them() {
        // All five of the small store came in the week before the report's, four of them linked.
        let section = House::with_a_ring().section("growth");
        assert_eq!(row(&section, "2026-W23")[..4], ["2026-W23", "2026-06-01", "5", "4"]);
        assert_eq!(row(&section, "2026-W24, not over")[2..4], ["0", "0"]);
        assert_eq!(
            row(&section, "2026 Q2, not over")[..4],
            ["2026 Q2, not over", "2026-04-01", "5", "4"]
        );
        assert_eq!(row(&section, "3 or 4"), ["3 or 4", "1", "1"]);
        assert_eq!(
            (section.n, section.tables[1].rows.len(), section.tables[0].rows.len()),
            (4, 13, 5)
        );
        assert!(
            section.summary.contains("4 this quarter so far, 0 in the same days"),
            "{}",
            section.summary
        );
        assert_eq!(section.figures.len(), 2);
        assert!(
            section.figures[0]
                .caption
                .contains("Most arrived on a Monday in the hour from 14:00: 1 of 4")
        );
    }

    #[test]
    fn rings_that_are_filtered_out_are_not_linked_and_still_among_all() {
        let house = House::with_a_ring();
        let report = house.report(crate::model::Seq(0), "min=9");
        let section = report.section("growth").unwrap();
        assert_eq!(row(section, "2026-W23")[2..4], ["5", "0"]);
        assert!(section.figures.is_empty());
        assert!(
            section.summary.starts_with("No application of the last 13 weeks is linked"),
            "{}",
            section.summary
        );
    }
}
