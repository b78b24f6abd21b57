//! Which two identities hang together, with the evidence for and against. Not responsible for weighing it (`matching`).
//!
//! Invariant: evidence that contradicts is never left out for evidence that supports.

use crate::{
    explain::words::{count, grouped},
    referral::{
        Contents, Dossier, EvidenceLine, LinkLine,
        document::said::{self, Refs, capital, cut},
    },
};
use serde::Serialize;

/// So many links are told, the strongest.
const LINKS: usize = 15;
/// So many comparisons of each, those that contradict aside.
const EVIDENCE: usize = 10;
/// Characters of a value.
const LETTERS: usize = 160;

/// The section.
#[derive(Debug, Serialize)]
pub(super) struct Links {
    blocks: Vec<Block>,
    note: String,
}

#[derive(Debug, Serialize)]
struct Block {
    a: Refs,
    a_label: String,
    b: Refs,
    b_label: String,
    bits: String,
    class: String,
    /// What else is to be known of it.
    remarks: Vec<(String, &'static str)>,
    evidence: Vec<Evidence>,
    more: String,
    /// Whether it fits on a page for sure.
    is_short: bool,
}

#[derive(Debug, Serialize)]
struct Evidence {
    label: String,
    text: String,
    left: String,
    right: String,
    bits: String,
    thing: Refs,
    /// `for`, `against` or `plain`.
    tone: &'static str,
}

impl Links {
    pub(super) fn of(dossier: &Dossier, contents: &Contents, places: (usize, usize)) -> Self {
        let all = &dossier.links;
        let note = match all.len() {
            n if n > LINKS => format!(
                "The {LINKS} strongest of {}. All of them with all evidence: {}.",
                count(n, "link", "links"),
                said::place_in(contents, "links.csv")
            ),
            _ => String::new(),
        };
        let label = |no: usize| {
            let identity = dossier.identities.iter().find(|identity| identity.no == no);
            identity.map_or_else(String::new, |identity| cut(&identity.label, 60))
        };
        let block = |link: &LinkLine| {
            let evidence = chosen(&link.evidence);
            let left = link.evidence.len() - evidence.len();
            let mut remarks = Vec::new();
            if link.binds {
                remarks.push(("binds the ring by itself".to_owned(), "note"));
            }
            if link.is_weak_bridge {
                remarks.push((
                    "weak bridge: the ring hangs together by little here".to_owned(),
                    "against",
                ));
            }
            Block {
                a: said::identities(&[link.a], places.0),
                a_label: label(link.a),
                b: said::identities(&[link.b], places.0),
                b_label: label(link.b),
                bits: said::bits(link.bits),
                is_short: evidence.len() <= 10
                    && evidence.iter().all(|e| e.text.len() + e.left.len() + e.right.len() <= 300),
                class: capital(&link.class),
                remarks,
                evidence: evidence.into_iter().map(|line| comparison(line, places.1)).collect(),
                more: match left {
                    0 => String::new(),
                    n => format!(
                        "{} that support it more weakly or say nothing: {}.",
                        count(n, "comparison", "comparisons"),
                        said::place_in(contents, "links.csv")
                    ),
                },
            }
        };
        Self { blocks: all.iter().take(LINKS).map(block).collect(), note }
    }
}

fn is_against(line: &EvidenceLine) -> bool {
    line.agreement == "contradicts" || line.bits.hundredths() < 0
}

/// All that contradict, and the first of the others, in their order.
fn chosen(evidence: &[EvidenceLine]) -> Vec<&EvidenceLine> {
    let mut others = 0;
    let keeps = |line: &&EvidenceLine| {
        let is_other = !is_against(line);
        others += usize::from(is_other);
        !is_other || others <= EVIDENCE
    };
    evidence.iter().filter(keeps).collect()
}

fn comparison(line: &EvidenceLine, things: usize) -> Evidence {
    let thing: Vec<usize> = line.thing.into_iter().collect();
    Evidence {
        label: capital(if line.label.is_empty() { &line.feature } else { &line.label }),
        text: cut(&line.text, 300),
        left: cut(&line.left, LETTERS),
        right: cut(&line.right, LETTERS),
        bits: line.bits.to_string().replace('-', "−"),
        thing: said::things(&thing, things),
        tone: match line.agreement.as_str() {
            _ if is_against(line) => "against",
            "supports" => "for",
            _ => "plain",
        },
    }
}

/// How many comparisons of all links contradict, and how many support: `12 comparisons support …`.
pub(super) fn both_sides(links: &[LinkLine]) -> String {
    let all = || links.iter().flat_map(|link| &link.evidence);
    let against = all().filter(|line| is_against(line)).count();
    let support = all().filter(|line| !is_against(line) && line.agreement == "supports").count();
    format!(
        "{} support a link, {} {} against one.",
        count(support, "comparison", "comparisons"),
        grouped(against),
        if against == 1 { "speaks" } else { "speak" }
    )
}
