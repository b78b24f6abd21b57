//! Fairness: counters that tell whether people are treated with the care that was promised, from the store alone. Not
//! responsible for comparing groups: no protected attribute and no stand-in for one is kept, so `ringer fairness` does that with
//! a file that is kept apart.
//!
//! Invariant: what must be zero is said so beside its number; nothing here is counted by anything that somebody is.

use crate::{
    casework::Precision,
    explain::words::count,
    indicators::{self, Compute, State, fairness::raised_on},
    model::{
        ApplicantIx, ApplicationId, CheckItem, CheckResult, JudgementId, LineageKind, LinkStrength,
        Moment, PairVerdict, Ring, RingId, RingStatus, Verdict,
    },
    reports::{
        ReportError,
        ground::Ground,
        section::{Section, Table},
        sections::{SectionKind, rules::overturned},
        statistics::share,
        text::Text,
        wording,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "fairness",
    title: "Fairness",
    about: "Muted rules and why, whether those who were cleared stayed cleared, checks that people made of what applicants claim, \
            rules that compare names, flags without an innocent explanation, how often flags were overturned, and how long people \
            waited for a decision. Over the whole store, whatever the report is filtered by.",
    build,
};

/// What is not measured here, and how it can be.
const NOT_MEASURED: &str = "Not measured: whether groups of people are flagged unequally. Ringer keeps no protected attribute and uses no stand-in for \
     one. The optional audit is ringer fairness --groups FILE, with what people said of themselves in a file that is kept apart.";

/// Seconds of a day.
const DAY: i64 = 86_400;

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let cleared = Cleared::of(ground);
    let bare = without_explanation(ground);
    let waits = Waits::of(ground);
    let precision = Precision::of(ground.view, &ground.assessed).total();
    let names = comparing_names(ground);
    let checks = Checks::of(ground);
    let breaches = cleared.came_back + cleared.linked_again + bare;
    let rows = [
        ("Applicants cleared by a verdict in force", cleared.people.to_string(), "in rings dismissed, or judged not linked or another person".to_owned()),
        ("Dismissed rings that came back with nobody new", cleared.came_back.to_string(), zero(cleared.came_back)),
        ("Pairs judged not linked that bind again", cleared.linked_again.to_string(), zero(cleared.linked_again)),
        ("Flags without an innocent explanation", bare.to_string(), zero(bare)),
        (
            "Rings decided",
            precision.decided().to_string(),
            format!("{} confirmed, {} dismissed", precision.confirmed, precision.dismissed),
        ),
        ("Overturned by people", overturned(precision.dismissed, precision.decided()), "dismissed of the decided, 95 % interval of Wilson".to_owned()),
        ("Rings decided first in the period", waits.done.len().to_string(), waits.said_done()),
        ("Rings that wait for a first decision", waits.open.len().to_string(), waits.said_open()),
        (
            "Checks of what applicants claim",
            checks.all.to_string(),
            format!("{} in the period; {} bore the applicant out", checks.new, checks.confirmed),
        ),
        (
            "Applicants of whom an identity's owner was asked",
            checks.owners.to_string(),
            "whether they applied; what else applicants explain stands in the notes of cases, which are not counted".to_owned(),
        ),
    ];
    let row = |(what, n, said): (&str, String, String)| {
        [what.to_owned(), n, said].map(Text::plain).to_vec()
    };
    let counters = Table {
        caption: "Fairness counters".to_owned(),
        head: ["What", "How many", "What it means"].map(str::to_owned).to_vec(),
        rows: rows.into_iter().map(row).collect(),
        note: NOT_MEASURED.to_owned(),
    };
    let mut tables = vec![counters, names];
    tables.extend(muted(ground));
    let verdict = match breaches {
        0 => "Nobody who was cleared came back, and no flag lacks an innocent explanation."
            .to_owned(),
        n => format!(
            "{} not as promised: look at the counters that must be 0.",
            count(n, "thing is", "things are")
        ),
    };
    let waiting = waits.said_open();
    let section = Section {
        n: u32::try_from(breaches).unwrap_or(u32::MAX),
        summary: format!(
            "{verdict} Rings that wait for a first decision: {}; {waiting}. {NOT_MEASURED}",
            waits.open.len()
        ),
        tables,
        ..Section::default()
    };
    Ok(section)
}

fn zero(n: usize) -> String {
    if n == 0 { "must be 0, and is".to_owned() } else { "must be 0, and is not".to_owned() }
}

/// Whom people cleared, and whether they stayed so.
#[derive(Debug, Default)]
struct Cleared {
    people: usize,
    came_back: usize,
    linked_again: usize,
}

impl Cleared {
    /// O(judgements in force + members of rings).
    fn of(ground: &Ground<'_>) -> Self {
        let view = ground.view;
        let network = &view.network;
        let corpus = network.corpus();
        let applicant = |id: &ApplicationId| corpus.find(id).map(|app| network.applicant_of(app));
        let mut people: BTreeSet<ApplicantIx> = BTreeSet::new();
        let mut linked_again = 0;
        let mut last: BTreeMap<&RingId, (RingStatus, &JudgementId)> = BTreeMap::new();
        let mut pairs: BTreeMap<(&ApplicationId, &ApplicationId), PairVerdict> = BTreeMap::new();
        for judgement in view.judgements.iter() {
            match &judgement.verdict {
                Verdict::Ring { ring, verdict } => {
                    let _ = last.insert(ring, (*verdict, &judgement.id));
                }
                Verdict::Pair { a, b, verdict } => drop(pairs.insert((a, b), *verdict)),
                Verdict::Value { .. } => {}
            }
        }
        for ((a, b), verdict) in pairs {
            if !matches!(verdict, PairVerdict::NotLinked | PairVerdict::Different) {
                continue;
            }
            let (Some(a), Some(b)) = (applicant(a), applicant(b)) else { continue };
            people.extend([a, b]);
            let binds = |link| network.link(link).strength == LinkStrength::Ring;
            let is_bound = network.link_between(a, b).is_some_and(binds);
            linked_again += usize::from(verdict == PairVerdict::NotLinked && is_bound);
        }
        // Applications of each dismissed ring, as it was then.
        let dismissed = last.iter().filter(|(_, (status, _))| *status == RingStatus::Dismissed);
        let then: Vec<&BTreeSet<ApplicationId>> = dismissed
            .filter_map(|(_, (_, id))| view.judged.get(*id))
            .map(|members| &**members)
            .collect();
        let mut cleared: BTreeMap<ApplicantIx, Vec<usize>> = BTreeMap::new();
        for (at, members) in then.iter().enumerate() {
            for who in members.iter().filter_map(applicant) {
                people.insert(who);
                cleared.entry(who).or_default().push(at);
            }
        }
        let is_back = |ring: &&Ring| {
            let of = |who: &ApplicantIx| cleared.get(who).map_or(&[][..], Vec::as_slice);
            // Whoever came in the meantime is something new to look at.
            let had = |at: usize| {
                let then = then.get(at).copied();
                let apps =
                    ring.members.iter().flat_map(|&who| &network.applicant(who).applications);
                apps.into_iter().all(|&app| then.is_some_and(|then| then.contains(&corpus.id(app))))
            };
            ring.status == RingStatus::Open
                && ring.members.first().is_some_and(|who| of(who).iter().any(|&at| had(at)))
        };
        let came_back = view.rings.iter().filter(is_back).count();
        Self { people: people.len(), came_back, linked_again }
    }
}

/// Flags that say something and have no innocent explanation, on rings as they stand. O(rings × rules).
fn without_explanation(ground: &Ground<'_>) -> usize {
    let bare: BTreeSet<&str> =
        indicators::all().filter(|i| i.innocent.is_empty()).map(|i| i.id).collect();
    if bare.is_empty() {
        return 0;
    }
    let of = |ring: &indicators::RingAssessment| raised_on(ring).intersection(&bare).count();
    ground.assessed.values().map(|ring| of(ring)).sum()
}

/// How long people waited for a decision about the ring they are in, in seconds, shortest first.
#[derive(Debug, Default)]
struct Waits {
    /// Rings that were decided first in the period.
    done: Vec<i64>,
    /// Rings that are not decided.
    open: Vec<i64>,
    /// Applicants in those.
    people: usize,
}

impl Waits {
    /// O(judgements + rings).
    fn of(ground: &Ground<'_>) -> Self {
        let born = |ring: &RingId| -> Option<Moment> {
            let events = ground.view.lineage.get(ring)?;
            Some(events.iter().find(|e| e.event.kind == LineageKind::Born)?.at)
        };
        let mut waits = Self::default();
        let mut seen: BTreeSet<&RingId> = BTreeSet::new();
        for made in ground.view.decisions.iter() {
            let Verdict::Ring { ring, verdict } = &made.judgement.verdict else { continue };
            if *verdict != RingStatus::Open && seen.insert(ring) && ground.period.has(made.seq) {
                waits
                    .done
                    .extend(born(ring).map(|born| made.judgement.at.seconds_since(born).max(0)));
            }
        }
        for ring in ground.view.rings.iter().filter(|ring| ring.status == RingStatus::Open) {
            waits.open.extend(born(&ring.id).map(|born| ground.now().seconds_since(born).max(0)));
            waits.people += ring.members.len();
        }
        waits.done.sort_unstable();
        waits.open.sort_unstable();
        waits
    }

    fn said_done(&self) -> String {
        match middle_and_most(&self.done) {
            None => "nobody got a first decision in the period".to_owned(),
            Some((middle, most)) => {
                format!(
                    "waited {middle} in the median, {most} at most, from the day the ring was first seen"
                )
            }
        }
    }

    fn said_open(&self) -> String {
        match middle_and_most(&self.open) {
            None => "nobody waits".to_owned(),
            Some((middle, most)) => {
                let who = count(self.people, "applicant waits", "applicants wait");
                format!("{who}, {middle} in the median, {most} at most")
            }
        }
    }
}

/// The median and the greatest of sorted seconds, in days.
fn middle_and_most(sorted: &[i64]) -> Option<(String, String)> {
    let most = *sorted.last()?;
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get((sorted.len() - 1) / 2)?;
    let days = |seconds: i64| match seconds / DAY {
        0 => "less than a day".to_owned(),
        n => count(usize::try_from(n).unwrap_or(usize::MAX), "day", "days"),
    };
    Some((days(lower.midpoint(upper)), days(most)))
}

/// What people checked.
#[derive(Debug, Default)]
struct Checks {
    all: usize,
    new: usize,
    confirmed: usize,
    owners: usize,
}

impl Checks {
    /// O(checks).
    fn of(ground: &Ground<'_>) -> Self {
        let mut checks = Self::default();
        let network = &ground.view.network;
        let mut owners: BTreeSet<ApplicantIx> = BTreeSet::new();
        for (application, items) in ground.view.checks.iter() {
            for (item, (seq, check)) in items {
                checks.all += 1;
                checks.new += usize::from(ground.period.has(*seq));
                checks.confirmed += usize::from(check.result == CheckResult::Confirmed);
                if *item == CheckItem::IdentityOwner {
                    let app = network.corpus().find(application);
                    owners.extend(app.map(|app| network.applicant_of(app)));
                }
            }
        }
        checks.owners = owners.len();
        checks
    }
}

/// Rules that compare two names, and on how many rings and members of rings they are raised. O(members of rings × rules).
fn comparing_names(ground: &Ground<'_>) -> Table {
    let mut raised: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let rules: BTreeSet<&str> =
        indicators::all().filter(|i| i.compares_names).map(|i| i.id).collect();
    let mut members = 0;
    for assessment in ground.assessed.values() {
        for id in raised_on(assessment).intersection(&rules) {
            raised.entry(id).or_default().0 += 1;
        }
        members += assessment.members.len();
        for member in &assessment.members {
            for row in &member.rows {
                if matches!(row.state, State::Raised { .. }) && rules.contains(row.indicator.id) {
                    raised.entry(row.indicator.id).or_default().1 += 1;
                }
            }
        }
    }
    let named = indicators::all().filter(|i| i.compares_names);
    let row = |indicator: &'static indicators::Indicator| {
        let (rings, people) = raised.get(indicator.id).copied().unwrap_or_default();
        let people = match indicator.compute {
            Compute::Ring(_) => "of rings only".to_owned(),
            Compute::Application(_) => {
                let of_all = share(people as u64, members as u64);
                let share =
                    of_all.map_or_else(String::new, |s| format!(" ({})", wording::share(s.value)));
                format!("{people}{share}")
            }
        };
        [indicator.title.to_owned(), indicator.id.to_owned(), rings.to_string(), people]
            .map(Text::plain)
            .to_vec()
    };
    Table {
        caption: "Rules that compare two names".to_owned(),
        head: ["Rule", "Id", "Raised on rings", "Raised by members of rings"].map(str::to_owned).to_vec(),
        rows: named.map(row).collect(),
        note: "They only tell whether two names can be one person's; no name counts by itself. What exchanging names changes is \
               tested with every release."
            .to_owned(),
    }
}

/// Muted rules and why; none where there are none.
fn muted(ground: &Ground<'_>) -> Option<Table> {
    let policy = ground.engine.indicator_policy();
    let mut rows: BTreeMap<&str, String> = policy
        .muted
        .iter()
        .map(|id| (id.as_str(), "switched off in the settings".to_owned()))
        .collect();
    let said = ground.engine.rule_precision(ground.view);
    for rule in said.iter().filter(|rule| rule.muted) {
        let n = rule.confirmed + rule.dismissed;
        let why = format!(
            "people confirmed {} of {n} rings it was raised on, fewer than {} %",
            rule.confirmed, policy.precision_floor
        );
        let _ = rows.entry(rule.indicator_id).or_insert(why);
    }
    let title = |id: &str| indicators::all().find(|i| i.id == id).map_or("", |i| i.title);
    (!rows.is_empty()).then(|| Table {
        caption: "Muted rules".to_owned(),
        head: ["Rule", "Id", "Why"].map(str::to_owned).to_vec(),
        rows: rows
            .into_iter()
            .map(|(id, why)| [title(id).to_owned(), id.to_owned(), why].map(Text::plain).to_vec())
            .collect(),
        note:
            "A muted rule counts for nothing, and is said to be muted wherever it would have stood."
                .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::{
        Sight,
        sections::fixture::{House, row, said},
    };

    #[test]
    fn the_counters_are_there_and_what_must_be_zero_is() {
        let house = House::with_a_ring();
        let section = house.section("fairness");
        assert_eq!(section.n, 0);
        for name in [
            "Dismissed rings that came back with nobody new",
            "Pairs judged not linked that bind again",
            "Flags without an innocent explanation",
        ] {
            assert_eq!(row(&section, name)[1..], ["0", "must be 0, and is"]);
        }
        assert_eq!(row(&section, "Rings that wait for a first decision")[1], "1");
        assert!(
            section.summary.contains("4 applicants wait, less than a day in the median"),
            "{}",
            section.summary
        );
        assert!(section.summary.contains("ringer fairness --groups FILE"));
    }

    #[test]
    fn a_dismissed_ring_clears_its_people_and_counts_as_overturned() {
        let house = House::with_a_ring();
        let since = house.head();
        let ring = house.engine.view().rings[0].id.clone();
        let verdict = Verdict::Ring { ring, verdict: RingStatus::Dismissed };
        house.engine.judge(verdict, "ann", "one household").unwrap();
        let section = house.since(since, "fairness");
        assert_eq!(row(&section, "Applicants cleared by a verdict in force")[1], "4");
        assert_eq!(row(&section, "Rings decided")[1..], ["1", "0 confirmed, 1 dismissed"]);
        assert_eq!(row(&section, "Overturned by people")[1], "too few");
        assert_eq!(row(&section, "Rings decided first in the period")[1], "1");
        assert_eq!(
            row(&section, "Rings that wait for a first decision")[1..],
            ["0", "nobody waits"]
        );
        assert_eq!(section.n, 0);
        let later = house.since(house.head(), "fairness");
        assert_eq!(row(&later, "Rings decided first in the period")[1], "0");
    }

    #[test]
    fn checks_are_counted_and_name_nobody() {
        let house = House::with_a_ring();
        let id = "A-1".parse().unwrap();
        let since = house.head();
        house
            .engine
            .check(&id, CheckItem::IdentityOwner, CheckResult::Confirmed, "ann", "MARKER")
            .unwrap();
        let section = house.since(since, "fairness");
        assert_eq!(
            row(&section, "Checks of what applicants claim")[1..],
            ["1", "1 in the period; 1 bore the applicant out"]
        );
        assert_eq!(row(&section, "Applicants of whom an identity's owner was asked")[1], "1");
        let text = said(&section, Sight::Full);
        assert!(
            !text.contains("MARKER") && !text.contains("Quill") && !text.contains("ann "),
            "{text}"
        );
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_in_the_middle() {
        let told =
            |days: &[i64]| middle_and_most(&days.iter().map(|d| d * DAY).collect::<Vec<_>>());
        let both = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[1]), both("1 day", "1 day"));
        assert_eq!(told(&[1, 3, 9]), both("3 days", "9 days"));
        assert_eq!(told(&[0, 2, 6, 40]), both("4 days", "40 days"));
    }

    #[test]
    fn rules_that_compare_names_are_all_listed() {
        let section = House::empty().section("fairness");
        let names =
            section.tables.iter().find(|t| t.caption == "Rules that compare two names").unwrap();
        assert_eq!(names.rows.len(), indicators::all().filter(|i| i.compares_names).count());
        assert!(!names.rows.is_empty());
    }
}
