//! What became of rings that were there before: grew, merged, split, came back, shrank, dissolved, went quiet, each
//! through what. Not responsible for working that out (`reports::lineage`), nor for new rings (`births`).
//!
//! A ring that is no more cannot be told by what it is: whatever the filter, those are told, and the summary says so.
//!
//! Invariant: each ring that changed is told in one line; those that gained somebody come first, then those that lost
//! somebody, then those that went quiet.

use crate::{
    explain::words::{capital, count, list},
    indicators::{Band, RingAssessment},
    model::{ApplicantIx, ApplicationId, Artefact, Bits, LineageKind, Ring, RingId},
    reports::{
        ReportError,
        ground::Ground,
        lineage::{Change, Net, QUIET_DAYS, Quiet, Side, quiet},
        section::{Line, Section, Table},
        sections::{
            SectionKind,
            causes::causes,
            holds::{self, News},
        },
        text::{Target, Text},
    },
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// The section.
pub const KIND: SectionKind = SectionKind {
    id: "lineage",
    title: "What became of rings",
    about: "Rings that were there when the period began, or had been before: grew, merged, split, came back, shrank, dissolved, each once with its net change and through what; and those that went quiet, which is four weeks without an application of anybody in them. The filter looks at rings as they are at the end; those that are no more are told whatever it says.",
    build,
};

/// Most lines.
const MOST: usize = 60;

/// The kinds of changes, the word for one ring and for several, in the order of the table.
const KINDS: &[(LineageKind, &str)] = &[
    (LineageKind::Grew, "grew"),
    (LineageKind::Merged, "took others in"),
    (LineageKind::Split, "split"),
    (LineageKind::Revived, "came back"),
    (LineageKind::Shrank, "shrank"),
    (LineageKind::Dissolved, "dissolved"),
];

fn build(ground: &Ground<'_>) -> Result<Section, ReportError> {
    let net = Net::of(&ground.view.lineage, ground.period.since.seq, ground.period.until.seq);
    let is_told = |change: &&Change<'_>| {
        change.kind != LineageKind::Born
            && ground.view.rings.find(change.ring.ring).is_none_or(|ring| ground.is_about(ring))
    };
    let mut changes: Vec<&Change<'_>> = net.changes.iter().filter(is_told).collect();
    changes.sort_by_key(|change| order(ground, change));
    let quiet: Vec<Quiet<'_>> = quiet(ground.view, &ground.period)
        .into_iter()
        .filter(|quiet| ground.is_about(quiet.ring))
        .collect();
    let mut lines: Vec<Line> = changes.iter().map(|change| line(ground, change)).collect();
    lines.extend(quiet.iter().map(|quiet| silent(ground, quiet)));
    if lines.is_empty() {
        let about = if ground.filter.is_all() { "" } else { " that this report is about" };
        return Ok(Section::nothing(&format!(
            "No ring{about} grew, merged, split, came back, shrank, dissolved or went quiet in this period."
        )));
    }
    let gone = changes.iter().filter(|change| change.kind == LineageKind::Dissolved).count();
    let mut section = Section { summary: summary(&changes, quiet.len()), ..Section::default() };
    if gone > 0 && !ground.filter.is_all() {
        section.summary.push_str(" Rings that are no more are told whatever the filter says.");
    }
    section.tables.push(table(&changes, quiet.len()));
    Ok(section.listing(lines, MOST))
}

/// The most important first: who gained, by what indicators make of the ring; who lost, by how many.
fn order<'c>(
    ground: &Ground<'_>,
    change: &Change<'c>,
) -> (bool, Reverse<(Band, Bits)>, Reverse<usize>, &'c RingId) {
    let assessed = ground.assessed.get(change.ring.ring);
    let stands = assessed.map(|assessment| assessment.order()).unwrap_or_default();
    (has_lost(change.kind), Reverse(stands), Reverse(change.left.len()), change.ring.ring)
}

fn has_lost(kind: LineageKind) -> bool {
    matches!(kind, LineageKind::Shrank | LineageKind::Dissolved)
}

fn summary(changes: &[&Change<'_>], quiet: usize) -> String {
    let mut said: Vec<String> = Vec::new();
    for (kind, word) in KINDS {
        let n = changes.iter().filter(|change| change.kind == *kind).count();
        if n > 0 {
            let noun = if said.is_empty() { count(n, "ring", "rings") } else { n.to_string() };
            said.push(format!("{noun} {word}"));
        }
    }
    if quiet > 0 {
        let noun = if said.is_empty() { count(quiet, "ring", "rings") } else { quiet.to_string() };
        said.push(format!("{noun} went quiet"));
    }
    format!("{}.", list(&said))
}

fn table(changes: &[&Change<'_>], quiet: usize) -> Table {
    let row = |(kind, word): &(LineageKind, &str)| {
        let these = || changes.iter().filter(|change| change.kind == *kind);
        let joined: usize = these().map(|change| change.joined.len()).sum();
        let left: usize = these().map(|change| change.left.len()).sum();
        let cells = [these().count(), joined, left].map(|n| Text::plain(n.to_string()));
        std::iter::once(Text::plain(capital(word))).chain(cells).collect::<Vec<Text>>()
    };
    let mut rows: Vec<Vec<Text>> = KINDS.iter().map(row).collect();
    let none = || Text::plain("0");
    rows.push(vec![Text::plain("Went quiet"), Text::plain(quiet.to_string()), none(), none()]);
    let head =
        ["What became of them", "Rings", "Applications that joined", "Applications that left"];
    Table {
        caption: "What became of rings in this period".to_owned(),
        head: head.map(str::to_owned).into(),
        rows,
        note: format!(
            "Net of the whole period, each ring once. Joined and left are applications that were in none of the rings of a line before, or are in none of them now. Quiet are rings without an application for {QUIET_DAYS} days."
        ),
    }
}

/// The ring of a change with what is said of whom it gained and lost.
struct Told<'a, 'g> {
    ground: &'a Ground<'g>,
    change: &'a Change<'a>,
    ring: Option<&'g Ring>,
    /// Who has an application in it now and had none before.
    new: Vec<ApplicantIx>,
}

fn line(ground: &Ground<'_>, change: &Change<'_>) -> Line {
    let ring = ground.view.rings.find(change.ring.ring);
    let assessment = ring.and_then(|ring| ground.assessed.get(&ring.id)).map(|a| &**a);
    let told = Told { ground, change, ring, new: newcomers(ground, change) };
    let (evidence, innocent) = match ring {
        Some(ring) if !has_lost(change.kind) => (
            holds::shared(ground, ring, |artefact| told.brought(artefact)),
            holds::innocently(ground, ring, |artefact| told.brought(artefact)),
        ),
        _ => (Vec::new(), Vec::new()),
    };
    let mut through = causes(ground, change);
    through.extend(evidence);
    Line {
        at: change.events.last().filter(|_| change.events.len() == 1).map(|event| event.at),
        about: Some(Target::Ring(change.ring.ring.clone())),
        text: told.text(),
        evidence: through,
        innocent,
        act: told.act(assessment),
    }
}

impl Told<'_, '_> {
    fn text(&self) -> Text {
        let change = self.change;
        let text = self.name(&change.ring);
        let (before, after) = (size(change.ring.before), size(change.ring.after));
        let text = match change.kind {
            LineageKind::Merged => self.merged(text),
            LineageKind::Split => self.split(text),
            LineageKind::Dissolved => {
                let text = text.and(format!(
                    " is no more: nothing holds its {} together",
                    count(before, "application", "applications")
                ));
                match change.parts.is_empty() {
                    true => text,
                    false => self.list(text.and(" but for "), &change.parts, |side| side.after),
                }
            }
            LineageKind::Revived => {
                let text = text.and(" came back");
                let known = change.through.is_evidence();
                let text = if known { text.and(" through new applications") } else { text };
                text.and(format!(" with {}", count(after, "application", "applications")))
            }
            _ if before == after => text.and(format!(
                " has {} as before, but not the same",
                count(after, "application", "applications")
            )),
            kind => text.and(format!(
                " {} from {before} to {}",
                kind.label(),
                count(after, "application", "applications")
            )),
        };
        let text = self.joined(text);
        let text = match (change.left.len(), change.kind) {
            (0, _) | (_, LineageKind::Dissolved) => text,
            (n, _) => text.and(format!("; {} left", count(n, "application", "applications"))),
        };
        match self.ring {
            Some(ring) => text.and(format!(
                ". It has {} now.",
                count(ring.identities as usize, "claimed identity", "claimed identities")
            )),
            None => text.and("."),
        }
    }

    fn merged(&self, text: Text) -> Text {
        let change = self.change;
        let (before, after) = (size(change.ring.before), size(change.ring.after));
        match (change.ring.before, change.absorbed.as_slice()) {
            // Those about whom people decided are no longer in it, so that its name stays with them.
            (None, [one]) => {
                let text = text.and(" is what ");
                let text = self.side(text, one, one.before);
                text.and(format!(" is now, with {}", count(after, "application", "applications")))
            }
            (None, several) => self
                .list(text.and(" is what "), several, |side| side.before)
                .and(format!(" are now, with {}", count(after, "application", "applications"))),
            (Some(_), several) => {
                let text = text.and(format!(
                    ", which had {}, took in ",
                    count(before, "application", "applications")
                ));
                let text = self.list(text, several, |side| side.before);
                text.and(format!(" and has {after} now"))
            }
        }
    }

    fn split(&self, text: Text) -> Text {
        let change = self.change;
        let (before, after) = (size(change.ring.before), size(change.ring.after));
        let text = text.and(format!(
            " split: of {}, {after} are in it and the others in ",
            count(before, "application", "applications")
        ));
        self.list(text, &change.parts, |side| side.after)
    }

    /// Several rings with their sizes.
    fn list(
        &self,
        mut text: Text,
        sides: &[Side<'_>],
        of: for<'s> fn(&Side<'s>) -> Option<&'s BTreeSet<ApplicationId>>,
    ) -> Text {
        for (place, side) in sides.iter().enumerate() {
            text = match place {
                0 => text,
                _ if place + 1 == sides.len() => text.and(" and "),
                _ => text.and(", "),
            };
            text = self.side(text, side, of(side));
        }
        text
    }

    fn side(&self, text: Text, side: &Side<'_>, members: Option<&BTreeSet<ApplicationId>>) -> Text {
        let text = text.link(side.ring.to_string(), Target::Ring(side.ring.clone()));
        let back = match (side.before, side.is_known) {
            (None, true) => ", which is there again",
            _ => "",
        };
        text.and(format!(" ({}{back})", count(size(members), "application", "applications")))
    }

    fn name(&self, side: &Side<'_>) -> Text {
        Text::default().link(side.ring.to_string(), Target::Ring(side.ring.clone()))
    }

    /// Who joined, a few by name.
    fn joined(&self, text: Text) -> Text {
        let corpus = self.ground.view.network.corpus();
        let is_new = |id: &&&ApplicationId| {
            let app = corpus.find(id);
            app.is_some_and(|app| {
                self.new.binary_search(&self.ground.view.network.applicant_of(app)).is_ok()
            })
        };
        if self.change.kind == LineageKind::Revived {
            return text;
        }
        let further = self.change.joined.len() - self.change.joined.iter().filter(is_new).count();
        let mut text = text;
        if !self.new.is_empty() {
            text = text.and("; ");
            for part in holds::people(self.ground, &self.new).parts() {
                text = text.with(part.clone());
            }
            text = text.and(" joined");
        }
        if further > 0 {
            let n = count(further, "new application", "new applications");
            text = text.and(match self.new.is_empty() {
                true => format!("; {n} of those in it"),
                false => format!(", beside {n} of those before"),
            });
        }
        text
    }

    /// Whether a shared thing is what brought about what is told: who joined shares it, or several of the rings that are one
    /// now do.
    fn brought(&self, artefact: &Artefact) -> bool {
        match self.change.kind {
            LineageKind::Grew if self.new.is_empty() => true,
            LineageKind::Grew => artefact.members.iter().any(|m| self.new.binary_search(m).is_ok()),
            LineageKind::Merged => {
                let rings = std::iter::once(&self.change.ring).chain(&self.change.absorbed);
                let sharing = |side: &&Side<'_>| {
                    side.before.is_some_and(|before| self.is_shared_by(artefact, before))
                };
                rings.filter(sharing).count() > 1
                    || artefact.members.iter().any(|m| self.new.binary_search(m).is_ok())
            }
            _ => true,
        }
    }

    fn is_shared_by(&self, artefact: &Artefact, members: &BTreeSet<ApplicationId>) -> bool {
        let network = &self.ground.view.network;
        let mut all = artefact.members.iter().flat_map(|&m| &network.applicant(m).applications);
        all.any(|&app| members.contains(&network.corpus().id(app)))
    }

    fn act(&self, assessment: Option<&RingAssessment>) -> Option<String> {
        let news = match self.change.kind {
            LineageKind::Split | LineageKind::Shrank => News::Lost,
            _ => News::Gained,
        };
        match self.ring {
            Some(ring) => holds::act(self.ground, ring, assessment, news),
            None => self.ground.cases.taken(self.change.ring.ring, None).map(|case| {
                let who = case.assignee.as_deref().unwrap_or("whoever takes it");
                format!("Its case is open: {who} decides whether it is closed.")
            }),
        }
    }
}

/// Who has an application among those that joined and none among those before, sorted.
fn newcomers(ground: &Ground<'_>, change: &Change<'_>) -> Vec<ApplicantIx> {
    let network = &ground.view.network;
    let corpus = network.corpus();
    let before = |id: &ApplicationId| {
        change.sides().any(|side| side.before.is_some_and(|before| before.contains(id)))
    };
    let mut people: BTreeMap<ApplicantIx, bool> = BTreeMap::new();
    for app in change.joined.iter().filter_map(|id| corpus.find(id)) {
        let applicant = network.applicant_of(app);
        people.entry(applicant).or_insert_with(|| {
            let applications = &network.applicant(applicant).applications;
            !applications.iter().any(|&app| before(&corpus.id(app)))
        });
    }
    people.into_iter().filter_map(|(applicant, is_new)| is_new.then_some(applicant)).collect()
}

fn silent(ground: &Ground<'_>, quiet: &Quiet<'_>) -> Line {
    let text = Text::default().with(ground.ring(quiet.ring)).and(format!(
        " went quiet: nobody of its {} has applied since {}.",
        count(quiet.ring.identities as usize, "claimed identity", "claimed identities"),
        quiet.last.day()
    ));
    Line {
        at: Some(quiet.at),
        about: Some(Target::Ring(quiet.ring.id.clone())),
        text,
        ..Line::default()
    }
}

fn size(members: Option<&BTreeSet<ApplicationId>>) -> usize {
    members.map_or(0, BTreeSet::len)
}
