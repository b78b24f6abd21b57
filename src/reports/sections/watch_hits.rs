//! Watch-list hits: watched values that applications of the period claim, and those that entries which came in the period are
//! found in. Not responsible for telling whether a value is watched (`indicators::watch`).
//!
//! Of applications that came before the period only values that applications share are looked at; wallets, account numbers and
//! the like are looked for in what came in it, since that alone is read anew. What an entry's list keeps to its own circle is
//! not passed on: above TLP:GREEN neither reason nor value is told.

use crate::{
    engine::StoreHit,
    explain::words::count,
    indicators::{Reach, WatchLists, watch::shipped},
    model::{AppIx, ApplicationId, AttributeIx, Grade, Tlp, WatchKind},
    reports::{
        Line, ReportError, Section, Target, Text, ground::Ground, sections::SectionKind, stage,
    },
};
use std::collections::BTreeSet;

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "watch-hits",
    title: "Watch-list hits",
    about: "Watched values that applications of the period claim, and older applications in which an entry that came in the \
            period is found; those farthest along first. Wallets and account numbers are looked for in applications of the \
            period alone.",
    build,
};

/// Lines that are shown.
const MOST: usize = 50;

/// Applications of a hit whose stage is read, and those that are named.
const READ: usize = 200;
const NAMED: usize = 5;

/// A hit that is told.
struct Told<'a> {
    hit: &'a StoreHit,
    /// Its applications that are told, by how far they got, farthest first.
    applications: Vec<(Reach, ApplicationId)>,
    /// More of them, of whom nobody looked how far they got.
    more: usize,
    /// Whether the entry came in the period.
    is_new: bool,
}

impl Told<'_> {
    fn reach(&self) -> Reach {
        self.applications.first().map(|(reach, _)| *reach).unwrap_or_default()
    }

    fn n(&self) -> usize {
        self.applications.len() + self.more
    }
}

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let own = ground.view.watched.values().cloned();
    let all = own.chain(shipped(&ground.engine.indicator_policy().shipped_lists));
    // By the hour of the report, not by that at which it is built.
    let lists = WatchLists::new(all, ground.now());
    if lists.is_empty() {
        return Ok(Section::nothing(
            "Nothing is watched: entries come in on the page of watch-lists or by `ringer watchlist import`.",
        ));
    }
    let hits = ground.engine.watch_hits_after(ground.view, &lists, ground.since().seq)?;
    let mut told = Vec::new();
    for hit in &hits {
        told.extend(wanted(ground, hit)?);
    }
    if told.is_empty() {
        return Ok(Section::nothing(&format!(
            "None of {} was claimed by an application of this period, and no new one is in older applications.",
            count(lists.len(), "watched value", "watched values")
        )));
    }
    told.sort_by(|a, b| {
        let grade = |t: &Told<'_>| t.hit.hit.entry.grade;
        (b.reach(), grade(a)).cmp(&(a.reach(), grade(b))).then_with(|| {
            a.hit.hit.order(&b.hit.hit).then_with(|| a.hit.attribute.cmp(&b.hit.attribute))
        })
    });
    let applications: BTreeSet<&ApplicationId> =
        told.iter().flat_map(|t| t.applications.iter().map(|(_, id)| id)).collect();
    let more: usize = told.iter().map(|t| t.more).sum();
    let far = told.iter().filter(|t| t.reach() >= Reach::Offer).count();
    let new = told.iter().filter(|t| t.is_new).count();
    let mut summary = format!(
        "{} in {}",
        count(told.len(), "watched value was found", "watched values were found"),
        count(applications.len() + more, "application", "applications")
    );
    if far > 0 {
        summary += &format!(", {far} of them at an offer or beyond");
    }
    if new > 0 {
        summary += &format!("; {new} came to a list in this period");
    }
    summary.push('.');
    let lines: Vec<Line> = told.iter().take(MOST).map(|told| line(ground, told)).collect();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let more = number(told.len() - lines.len());
    Ok(Section { n: number(told.len()), summary, lines, more, ..Section::default() })
}

/// A hit as far as it is of the period and of the rings that the report is about.
fn wanted<'a>(ground: &Ground<'_>, hit: &'a StoreHit) -> Result<Option<Told<'a>>, ReportError> {
    let (view, period) = (ground.view, &ground.period);
    let network = &view.network;
    let is_new = period.watched.contains(&hit.hit.entry.id);
    let is_wanted = |id: &&ApplicationId| {
        if !is_new && !period.arrived.contains_key(*id) {
            return false;
        }
        let app = network.corpus().find(id);
        let ring = app.and_then(|app| view.ring_of(network.applicant_of(app)));
        ring.map_or(ground.filter.is_all(), |ring| ground.is_about(ring))
    };
    let ids: Vec<&ApplicationId> = hit.applications.iter().filter(is_wanted).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let mut applications = Vec::new();
    for id in ids.iter().take(READ) {
        let reach = stage::reach_by(ground.engine, id, period.until.seq)?;
        applications.push((reach.unwrap_or_default(), (*id).clone()));
    }
    applications.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let more = ids.len() - applications.len();
    Ok(Some(Told { hit, applications, more, is_new }))
}

fn line(ground: &Ground<'_>, told: &Told<'_>) -> Line {
    let (entry, corpus) = (&told.hit.hit.entry, ground.view.network.corpus());
    let is_open = entry.tlp <= Tlp::Green;
    let attribute = told.hit.attribute.as_ref().and_then(|id| corpus.find_attribute(id));
    let what = match attribute {
        Some(ix) if is_open => {
            Text::plain(format!("{} ", capital(kind(entry.kind)))).with(ground.value(ix))
        }
        Some(ix) => linked(ground, ix, entry.kind),
        None => Text::plain(capital(kind(entry.kind))),
    };
    let text = what.and(format!(
        " on the list \u{201c}{}\u{201d} (grade {}, {}) is in {}, found {}{}.",
        entry.list,
        entry.grade.name(),
        entry.tlp.label(),
        count(told.n(), "application", "applications"),
        how(told),
        if told.is_new { "; the entry came in this period" } else { "" },
    ));
    let mut evidence: Vec<Text> = told
        .applications
        .iter()
        .take(NAMED)
        .filter_map(|(reach, id)| Some(claimant(ground, corpus.find(id)?, *reach)))
        .collect();
    let left = told.n() - evidence.len();
    if left > 0 {
        evidence.push(Text::plain(format!("and {}", count(left, "other", "others"))));
    }
    if is_open && !entry.reason.trim().is_empty() {
        evidence.push(Text::plain(format!("Why it is watched: {}", entry.reason)));
    }
    let act = match told.reach() {
        Reach::Applied | Reach::Interview => "The investigator verifies what is claimed.",
        _ => "Recruiting and the investigator verify what is claimed before anything else goes on.",
    };
    Line {
        at: None,
        about: told.hit.attribute.clone().map(Target::Attribute),
        text,
        evidence,
        innocent: innocent(entry.kind, entry.grade),
        act: Some(act.to_owned()),
    }
}

/// A value that leads to its page and is not told.
fn linked(ground: &Ground<'_>, ix: AttributeIx, of: WatchKind) -> Text {
    let id = ground.view.network.corpus().attribute(ix).id();
    Text::default().link(format!("{} {id}", capital(kind(of))), Target::Attribute(id))
}

/// Somebody who claims it, how far they are and in which ring.
fn claimant(ground: &Ground<'_>, app: AppIx, reach: Reach) -> Text {
    let network = &ground.view.network;
    let who = network.applicant_of(app);
    let text = Text::from(ground.person(who)).and(format!(
        ", application {}, {}",
        network.corpus().id(app),
        reach.label()
    ));
    match ground.view.ring_of(who) {
        Some(ring) => text.and(", in ").with(ground.ring(ring)),
        None => text.and(", in no ring"),
    }
}

/// How it was found, without what it was found by.
fn how(told: &Told<'_>) -> String {
    match &told.hit.hit.how {
        crate::indicators::watch::How::WeakAlias(_) => {
            "by a name that others bear too, with something else that says the same".to_owned()
        }
        how => how.to_string(),
    }
}

fn kind(of: WatchKind) -> &'static str {
    of.about()
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn innocent(of: WatchKind, grade: Grade) -> Vec<String> {
    let mut all = vec![match of {
        WatchKind::Institution | WatchKind::Employer => {
            "People study and work there who have nothing to do with why it is watched."
        }
        WatchKind::Domain => "Many unconnected people have a mailbox or a page at one domain.",
        WatchKind::Address => "Neighbors, later tenants, or a place that keeps parcels for many.",
        WatchKind::Email | WatchKind::Handle | WatchKind::Phone | WatchKind::Wallet => {
            "It belonged to somebody else before, or was given to somebody new."
        }
    }];
    all.push("The list is out of date, or the identity of whoever claims it was stolen.");
    if grade == Grade::Low {
        all.push("The source of the entry is unconfirmed.");
    }
    all.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use crate::{
        model::{Grade, Moment, Tlp, WatchEntry, WatchKind},
        reports::{Sight, sections::trial::Trial},
    };

    fn entry(kind: WatchKind, value: &str, tlp: Tlp) -> WatchEntry {
        WatchEntry {
            id: WatchEntry::id_of("ours", kind, value),
            list: "ours".into(),
            kind,
            value: value.into(),
            aliases: Vec::new(),
            weak_aliases: Vec::new(),
            reason: "seized by a court".into(),
            source: "a test".into(),
            grade: Grade::High,
            tlp,
            added: Moment(0),
            expires: None,
        }
    }

    const HEAD: &str = "application_id,full_name,email,phone,stage\n";

    #[test]
    fn what_the_period_claims_and_what_new_entries_find_is_told_and_nothing_else() {
        let trial = Trial::new();
        trial.import(&format!("{HEAD}A1,Ada Quill,ada@front.example,202-555-0101,offer\n"));
        let empty = trial.section("watch-hits", 0);
        assert!(empty.summary.starts_with("Nothing is watched"), "{empty:?}");
        let before = trial.head();
        trial
            .engine
            .watch(vec![entry(WatchKind::Domain, "front.example", Tlp::Clear)], "ann")
            .unwrap();
        let section = trial.section("watch-hits", before);
        assert_eq!(section.n, 1);
        let said = section.lines[0].text.said(Sight::Full);
        assert!(said.contains("ada@front.example") && said.contains("the entry came"), "{said}");
        let by = section.lines[0].evidence[0].said(Sight::Full);
        assert!(by.contains("Ada Quill") && by.contains("with an offer"), "{by}");
        assert!(!section.lines[0].innocent.is_empty() && section.lines[0].act.is_some());
        let seen = trial.head();
        trial.import(&format!("{HEAD}A2,Bo Tarn,bo@example.org,202-555-0102,applied\n"));
        let quiet = trial.section("watch-hits", seen);
        assert_eq!((quiet.n, quiet.lines.len()), (0, 0));
        assert!(quiet.summary.starts_with("None of 1 watched value"), "{}", quiet.summary);
        trial.import(&format!(
            "{HEAD}A3,Cleo Okafor,cleo@mail.front.example,202-555-0103,applied\n"
        ));
        let section = trial.section("watch-hits", seen);
        assert_eq!(section.n, 1, "the older application is not of the period: {section:?}");
        assert_eq!(trial.section_of("watch-hits", seen, "min=2").n, 0, "in no ring");
    }

    #[test]
    fn what_a_list_keeps_to_its_circle_is_not_passed_on() {
        let trial = Trial::new();
        trial.engine.watch(vec![entry(WatchKind::Phone, "202-555-0101", Tlp::Red)], "ann").unwrap();
        trial.import(&format!("{HEAD}A1,Ada Quill,ada@example.org,202-555-0101,applied\n"));
        let section = trial.section("watch-hits", 0);
        let line = &section.lines[0];
        let all = [&line.text].into_iter().chain(&line.evidence).map(|t| t.said(Sight::Full));
        let all = all.collect::<Vec<_>>().join("\n");
        assert!(all.contains("TLP:RED") && !all.contains("555") && !all.contains("court"), "{all}");
    }
}
