//! The evidence panel: everything about what is selected, a member, a shared thing or a link; and without a selection
//! the strongest argument and the weakest point. Not responsible for weighing.
//!
//! Invariant: counter-evidence and innocent explanations are part of every panel; a focus that is not of this ring is
//! said, never shown.

use crate::{
    explain::{
        self,
        words::{count, shortened},
    },
    indicators::{RingAssessment, Strength},
    model::{ApplicantId, ApplicantIx, Artefact, AttributeId, AttributeIx, Bits, LinkIx, Ring},
    web::{
        Desk,
        deciding::Subject,
        drawing::{self, NodeId},
        evidence::{self, EvidenceRow},
        labels,
        ring::{extent::Extent, likeness::is_part, place::Place},
        standing::{self, Sentence},
        text::{Piece, listed},
        urls,
        veil::Seen,
    },
};

/// Lines of a list at most.
const LINES: usize = 8;

/// A list under a heading, each line with what it is worth.
pub struct PanelList {
    pub heading: &'static str,
    pub lines: Vec<(Sentence, String)>,
    pub more: usize,
}

/// What is said of the selection.
#[derive(Default)]
pub struct Panel {
    pub kind: &'static str,
    pub title: String,
    pub title_url: String,
    pub said: Vec<Sentence>,
    pub lists: Vec<PanelList>,
    pub evidence: Vec<EvidenceRow>,
    pub total: String,
    pub innocent: Vec<&'static str>,
    pub actions: Vec<Piece>,
    pub clear_url: String,
    /// What of it can be judged here.
    pub subject: Option<Subject>,
}

/// What is selected.
enum Focus {
    Person(ApplicantIx),
    Thing(AttributeIx),
    /// The artefact at this place of the ring: a near-equality.
    Near(usize),
    Pair(ApplicantIx, ApplicantIx),
}

/// What a panel is made from.
pub struct Ground<'a> {
    pub view: &'a Seen,
    pub desk: &'a dyn Desk,
    pub extent: &'a Extent<'a>,
    pub today: &'a Ring,
    pub assessment: &'a RingAssessment,
    pub place: &'a Place,
}

impl Ground<'_> {
    /// The panel of what is selected; without a selection that of the ring. What cannot be selected is noted.
    pub fn panel(&self, notes: &mut Vec<String>) -> Panel {
        let mut panel = match self.focus() {
            Ok(None) => return self.overview(),
            Ok(Some(Focus::Person(member))) => self.person(member),
            Ok(Some(Focus::Thing(ix))) => self.thing(ix),
            Ok(Some(Focus::Near(at))) => self.near(at),
            Ok(Some(Focus::Pair(a, b))) => self.pair(a, b),
            Err(note) => {
                notes.push(note);
                return self.overview();
            }
        };
        panel.clear_url = self.place.focused("");
        panel
    }

    fn focus(&self) -> Result<Option<Focus>, String> {
        let text = self.place.focus.as_str();
        let network = &self.view.network;
        let shown: String = text.chars().take(60).collect();
        let member = |text: &str| {
            let found = text.parse::<ApplicantId>().ok().and_then(|id| network.find(&id));
            found.filter(|m| self.ring().members.binary_search(m).is_ok())
        };
        if text.is_empty() {
            return Ok(None);
        }
        if let Some((a, b)) = text.split_once('~') {
            return match (member(a), member(b)) {
                (Some(a), Some(b)) if a != b => Ok(Some(Focus::Pair(a.min(b), a.max(b)))),
                _ => Err(format!("\"{shown}\" names no two members of this ring")),
            };
        }
        if let Some(found) = member(text) {
            return Ok(Some(Focus::Person(found)));
        }
        if let Ok(id @ NodeId::Near(_)) = text.parse()
            && let Some(at) = drawing::names(self.view, self.ring()).iter().position(|n| *n == id)
        {
            return Ok(Some(Focus::Near(at)));
        }
        let thing = text.parse::<AttributeId>().ok();
        let thing = thing.and_then(|id| network.corpus().find_attribute(&id));
        match thing.filter(|ix| self.artefact(*ix).is_some()) {
            Some(ix) => Ok(Some(Focus::Thing(ix))),
            None => {
                Err(format!("\"{shown}\" is no member of this ring and nothing its members share"))
            }
        }
    }

    pub(super) fn ring(&self) -> &Ring {
        &self.extent.whole
    }

    fn artefact(&self, ix: AttributeIx) -> Option<&Artefact> {
        self.ring().artefacts.iter().find(|a| a.attribute == Some(ix))
    }

    /// A member as a link that selects it.
    pub(super) fn person_piece(&self, member: ApplicantIx) -> Piece {
        let id = self.view.network.applicant(member).id.as_str();
        Piece::link(self.view.network.label(member), self.place.focused(id))
    }

    pub(super) fn named(&self, members: &[ApplicantIx], most: usize) -> Sentence {
        let mut names: Vec<Piece> =
            members.iter().take(most).map(|&m| self.person_piece(m)).collect();
        if members.len() > most {
            names.push(Piece::text(format!("{} more", members.len() - most)));
        }
        listed(names)
    }

    /// A shared thing as a link that selects it.
    fn thing_piece(&self, artefact: &Artefact) -> Piece {
        match artefact.attribute {
            Some(ix) => {
                let attribute = self.view.network.corpus().attribute(ix);
                let text = format!("{} {}", attribute.kind.label(), self.view.value(&attribute));
                Piece::link(shortened(&text, 60), self.place.focused(attribute.id().as_str()))
            }
            None => {
                let names = drawing::names(self.view, self.ring());
                let at = self.ring().artefacts.iter().position(|w| is_part(artefact, w));
                let name =
                    at.and_then(|at| names.get(at)).map_or_else(String::new, |n| n.to_string());
                let text = labels::feature(artefact.feature).to_lowercase();
                Piece::link(text, self.place.focused(&name))
            }
        }
    }

    /// A link as a link that selects it.
    fn pair_url(&self, link: LinkIx) -> String {
        let network = &self.view.network;
        let link = network.link(link);
        let id = |m: ApplicantIx| network.applicant(m).id.as_str();
        self.place.focused(&format!("{}~{}", id(link.a), id(link.b)))
    }

    /// The strongest argument, and the weakest point.
    fn overview(&self) -> Panel {
        let ring = &*self.extent.shown;
        let network = &self.view.network;
        let mut strongest = Vec::new();
        let best = ring.links.iter().max_by_key(|&&l| (network.link(l).bits, std::cmp::Reverse(l)));
        if let Some(first) = ring.artefacts.first() {
            strongest.push(Piece::text("Strongest: "));
            strongest.push(self.thing_piece(first));
            strongest.push(Piece::text(format!(
                ", shared by {} of {} members",
                first.members.len(),
                ring.members.len()
            )));
            strongest.push(match best {
                Some(&l) => Piece::link(
                    format!("; the best supported pair has {} bits.", network.link(l).bits),
                    self.pair_url(l),
                ),
                None => Piece::text("."),
            });
        } else {
            strongest.push(Piece::text("Nothing is shared within these days."));
        }
        Panel {
            kind: "Nothing selected",
            title: "The ring in two sentences".to_owned(),
            said: vec![strongest, standing::weakest(self.view, self.ring())],
            lists: vec![self.strongest_links(ring.links.clone(), None)],
            innocent: explain::innocent(network, &self.ring().artefacts)
                .into_iter()
                .take(3)
                .collect(),
            ..Panel::default()
        }
    }

    pub(super) fn strongest_links(
        &self,
        mut links: Vec<LinkIx>,
        of: Option<ApplicantIx>,
    ) -> PanelList {
        let network = &self.view.network;
        links.sort_by_key(|&l| (std::cmp::Reverse(network.link(l).bits), l));
        let more = links.len().saturating_sub(LINES);
        let line = |&l: &LinkIx| {
            let link = network.link(l);
            let name = match of {
                Some(m) => network.label(if link.a == m { link.b } else { link.a }).to_owned(),
                None => format!("{} ↔ {}", network.label(link.a), network.label(link.b)),
            };
            (vec![Piece::link(name, self.pair_url(l))], link.bits.to_string())
        };
        let lines = links.iter().take(LINES).map(line).collect();
        PanelList { heading: "Strongest links, in bits", lines, more }
    }

    fn person(&self, member: ApplicantIx) -> Panel {
        let (view, ring, shown) = (self.view, self.ring(), &*self.extent.shown);
        let network = &view.network;
        let applicant = network.applicant(member);
        let apps = self.extent.applications(view, member).len();
        let mut days = self.extent.moments_of(view, member);
        days.sort_unstable();
        let mut said = vec![vec![
            Piece::link(
                count(apps, "application", "applications"),
                format!("{}#applications", urls::applicant(&applicant.id)),
            ),
            Piece::text(match (days.first(), days.last()) {
                (Some(a), Some(b)) if a.day() != b.day() => {
                    format!(", {} to {}.", a.day(), b.day())
                }
                (Some(a), _) => format!(", on {}.", a.day()),
                _ => ".".to_owned(),
            }),
        ]];
        if ring.cut_members.binary_search(&member).is_ok() {
            said.push(vec![Piece::text("The ring falls apart without this member.")]);
        }
        let shares: Vec<&Artefact> =
            shown.artefacts.iter().filter(|a| a.members.binary_search(&member).is_ok()).collect();
        if shares.len() <= 1 {
            said.push(vec![Piece::text(match shares.len() {
                0 => "It shares nothing with another member within these days.",
                _ => "It hangs on one shared thing only.",
            })]);
        }
        let line = |artefact: &&Artefact| {
            let others: Vec<ApplicantIx> =
                artefact.members.iter().copied().filter(|&m| m != member).collect();
            let mut sentence = vec![self.thing_piece(artefact), Piece::text(" with ")];
            sentence.extend(self.named(&others, 3));
            (sentence, artefact.bits.to_string())
        };
        let own: Vec<LinkIx> = shown
            .links
            .iter()
            .copied()
            .filter(|&l| [network.link(l).a, network.link(l).b].contains(&member))
            .collect();
        let id = applicant.id.as_str();
        Panel {
            kind: "Member",
            title: network.label(member).to_owned(),
            title_url: urls::applicant(&applicant.id),
            said,
            lists: vec![
                PanelList {
                    heading: "Shares, in bits",
                    lines: shares.iter().take(LINES).map(line).collect(),
                    more: shares.len().saturating_sub(LINES),
                },
                self.strongest_links(own, Some(member)),
                self.raised(member),
            ],
            innocent: self.innocent(&shares),
            actions: vec![
                Piece::link("Open the applicant", urls::applicant(&applicant.id)),
                Piece::link("Compare with…", urls::compare(id, "")),
                Piece::link("Path to…", urls::path(id, "")),
            ],
            ..Panel::default()
        }
    }

    /// Indicators that a member raises, those that count.
    fn raised(&self, member: ApplicantIx) -> PanelList {
        let at = self.today.members.binary_search(&member).ok();
        let assessment = at.and_then(|at| self.assessment.members.get(at));
        let raised = assessment.map(|a| a.raised()).unwrap_or_default();
        let all: Vec<_> =
            raised.into_iter().filter(|(_, f, _)| f.strength > Strength::Context).collect();
        let page = urls::applicant(&self.view.network.applicant(member).id);
        let line = |(indicator, _, bits): &(&'static crate::indicators::Indicator, _, Bits)| {
            (vec![Piece::link(indicator.title, format!("{page}#indicators"))], bits.to_string())
        };
        PanelList {
            heading: "Indicators raised, in bits",
            lines: all.iter().take(LINES).map(line).collect(),
            more: all.len().saturating_sub(LINES),
        }
    }

    fn thing(&self, ix: AttributeIx) -> Panel {
        let view = self.view;
        let attribute = view.network.corpus().attribute(ix);
        let page = urls::attribute(&attribute.id());
        let Some(whole) = self.artefact(ix) else { return Panel::default() };
        let within = self.extent.shown.artefacts.iter().find(|a| a.attribute == Some(ix));
        let (members, users) = match within {
            Some(a) => (a.members.clone(), a.users as usize),
            None => (Vec::new(), 0),
        };
        let outside = users.saturating_sub(members.len());
        let mut said = vec![vec![
            Piece::text(format!("{} use it, ", count(members.len(), "member", "members"))),
            Piece::link(
                match outside {
                    0 => "nobody outside the ring".to_owned(),
                    n => count(n, "applicant outside the ring", "applicants outside the ring"),
                },
                format!("{page}#users"),
            ),
            Piece::text(format!(". Between two members it is worth up to {} bits.", whole.bits)),
        ]];
        if within.is_none() && self.extent.is_window() {
            said = vec![vec![Piece::text("No two members use it within these days.")]];
        }
        let discount = self.discount(ix);
        said.push(vec![Piece::text(match &discount {
            Some(d) => format!("Judged as {}.", labels::discount(d)),
            None => "Nobody else is known to use it, so nothing is taken off.".to_owned(),
        })]);
        let line = |&m: &ApplicantIx| (vec![self.person_piece(m)], String::new());
        let actions = vec![Piece::link("Open the value: who used it when", page.clone())];
        Panel {
            kind: attribute.kind.label(),
            title: view.value(&attribute),
            title_url: page,
            said,
            lists: vec![PanelList {
                heading: "Members who use it",
                lines: members.iter().take(3 * LINES).map(line).collect(),
                more: members.len().saturating_sub(3 * LINES),
            }],
            innocent: vec![labels::innocent(attribute.kind)],
            subject: Some(Subject::Value(attribute)),
            actions,
            ..Panel::default()
        }
    }

    fn discount(&self, ix: AttributeIx) -> Option<crate::model::Discount> {
        let links = self.ring().links.iter().map(|&l| self.view.network.link(l));
        let mut lines = links.flat_map(|l| &l.evidence).filter(|e| e.attribute == Some(ix));
        lines.find_map(|e| e.discount)
    }

    fn pair(&self, a: ApplicantIx, b: ApplicantIx) -> Panel {
        let view = self.view;
        let network = &view.network;
        let told = self.desk.explain(view, a, b);
        let id = |m: ApplicantIx| network.applicant(m).id.as_str();
        let mut title = vec![self.person_piece(a), Piece::text(" and "), self.person_piece(b)];
        title.push(Piece::text(match (told.class, told.strength) {
            (Some(class), Some(_)) => format!(": {}.", class.label()),
            _ => ": not linked to each other; the ring joins them by way of others.".to_owned(),
        }));
        let shares: Vec<&Artefact> = self
            .ring()
            .artefacts
            .iter()
            .filter(|x| x.members.binary_search(&a).is_ok() && x.members.binary_search(&b).is_ok())
            .collect();
        Panel {
            kind: "Link",
            title: format!("{} ↔ {}", network.label(a), network.label(b)),
            said: vec![title, vec![Piece::text(told.verdict.clone())]],
            evidence: evidence::of_lines(view, &told.lines, Bits::ZERO),
            total: format!("{} bits of evidence, starting from {}", told.total, told.prior),
            innocent: self.innocent(&shares),
            actions: vec![
                Piece::link("Compare side by side", urls::compare(id(a), id(b))),
                Piece::link("Every path between them", urls::path(id(a), id(b))),
            ],
            subject: Subject::applicants(view, a, b),
            ..Panel::default()
        }
    }

    /// The innocent explanations of the kinds of these things, each once.
    fn innocent(&self, things: &[&Artefact]) -> Vec<&'static str> {
        let corpus = self.view.network.corpus();
        let mut said = Vec::new();
        for ix in things.iter().filter_map(|a| a.attribute) {
            let text = labels::innocent(corpus.kind(ix));
            if !said.contains(&text) {
                said.push(text);
            }
        }
        said.truncate(3);
        said
    }
}
