//! Where a ring stands: what speaks for it, what speaks against it, what holds it together. Not responsible for
//! judging; it puts what `rings` found into words.
//!
//! Invariant: what speaks against is looked for as hard as what speaks for.

use crate::{
    explain::words::{count, shortened},
    model::{
        Agreement, ApplicantIx, ApplicationId, BackgroundClass, Bits, Link, LinkIx, PairVerdict,
        Ring, Share, ValueVerdict, Verdict,
    },
    web::{
        judge, labels,
        text::{Piece, listed},
        urls,
        veil::Seen,
    },
};
use std::collections::BTreeMap;

/// A sentence.
pub type Sentence = Vec<Piece>;

/// Names at most so many members in a sentence.
const NAMED: usize = 6;

/// Members as links, the rest counted.
pub fn named(view: &Seen, members: &[ApplicantIx]) -> Sentence {
    let mut names: Vec<Piece> = members
        .iter()
        .take(NAMED)
        .map(|&m| {
            let href = urls::applicant(&view.network.applicant(m).id);
            Piece::link(view.network.label(m), href)
        })
        .collect();
    if members.len() > NAMED {
        names.push(Piece::text(format!("{} more", members.len() - NAMED)));
    }
    listed(names)
}

/// An artefact as a link.
fn artefact(view: &Seen, ring: &Ring, at: usize) -> Option<Piece> {
    let artefact = ring.artefacts.get(at)?;
    Some(match artefact.attribute {
        Some(ix) => {
            let attribute = view.network.corpus().attribute(ix);
            let text = format!("{} {}", attribute.kind.label(), view.value(&attribute));
            Piece::link(shortened(&text, 70), urls::attribute(&attribute.id()))
        }
        None => Piece::link(labels::feature(artefact.feature).to_lowercase(), "#links"),
    })
}

/// What speaks for the ring.
pub fn speaks_for(view: &Seen, ring: &Ring) -> Vec<Sentence> {
    let mut said = Vec::new();
    let families: Vec<Piece> = ring.families.iter().map(|f| Piece::text(f.label())).collect();
    if ring.families.len() >= 2 {
        let n = ring.families.len();
        let mut sentence =
            vec![Piece::text(format!("{n} independent families of evidence agree: "))];
        sentence.extend(listed(families));
        sentence.push(Piece::text("."));
        said.push(sentence);
    }
    if let Some(best) = artefact(view, ring, 0)
        && let Some(first) = ring.artefacts.first()
    {
        let mut sentence = vec![
            Piece::text(format!(
                "{} of {} members share ",
                first.members.len(),
                ring.members.len()
            )),
            best,
        ];
        let outside = (first.users as usize).saturating_sub(first.members.len());
        sentence.push(Piece::text(if outside == 0 {
            ", which nobody outside the ring uses.".to_owned()
        } else {
            format!("; {} use it too.", count(outside, "applicant outside", "applicants outside"))
        }));
        said.push(sentence);
    }
    let several = ring
        .members
        .iter()
        .filter(|m| {
            ring.artefacts.iter().filter(|a| a.members.binary_search(m).is_ok()).count() >= 2
        })
        .count();
    if several > 0 {
        said.push(vec![Piece::text(format!(
            "{several} of {} members share two or more different things.",
            ring.members.len()
        ))]);
    }
    if let Some(drop) = &ring.drop_one
        && drop.remaining.get() >= 0.8
    {
        let mut sentence = vec![Piece::text("Without ")];
        sentence.extend(artefact(view, ring, drop.artefact as usize));
        sentence.push(Piece::text(format!(" {} of it would still hang together.", drop.remaining)));
        said.push(sentence);
    }
    for row in judged(view, ring, true) {
        said.push(row);
    }
    said
}

/// What speaks against the ring.
pub fn speaks_against(view: &Seen, ring: &Ring) -> Vec<Sentence> {
    let network = &view.network;
    let mut said = Vec::new();
    let against: Vec<(LinkIx, Bits)> = ring
        .links
        .iter()
        .filter_map(|&l| {
            let bits: Bits = network
                .link(l)
                .evidence
                .iter()
                .filter(|e| e.agreement == Agreement::Contradicts)
                .map(|e| e.bits)
                .sum();
            (bits < Bits::ZERO).then_some((l, bits))
        })
        .collect();
    if !against.is_empty() {
        let total: Bits = against.iter().map(|(_, b)| *b).sum();
        said.push(vec![
            Piece::text("In "),
            Piece::link(
                format!("{} of {}", against.len(), count(ring.links.len(), "link", "links")),
                "#links",
            ),
            Piece::text(format!(" a comparison speaks against it, {total} bits together.")),
        ]);
    }
    if let Some(drop) = &ring.drop_one
        && drop.remaining.get() < 0.8
    {
        let mut sentence = vec![Piece::text("It leans on ")];
        sentence.extend(artefact(view, ring, drop.artefact as usize));
        sentence.push(Piece::text(if drop.remaining == Share::default() {
            ": without it nothing would hang together.".to_owned()
        } else {
            format!(": without it only {} of it would still hang together.", drop.remaining)
        }));
        said.push(sentence);
    }
    if let [only] = ring.families.as_slice() {
        said.push(vec![Piece::text(format!(
            "All evidence is of one family, {}: one innocent cause could explain it.",
            only.label()
        ))]);
    }
    for (i, hub) in ring.artefacts.iter().enumerate().take(20) {
        let outside = (hub.users as usize).saturating_sub(hub.members.len());
        if outside > 0 && outside >= hub.members.len() {
            let mut sentence = Vec::new();
            sentence.extend(artefact(view, ring, i));
            sentence.push(Piece::text(format!(
                " is used by {} who are not in the ring.",
                count(outside, "applicant", "applicants")
            )));
            said.push(sentence);
        }
    }
    let single: Vec<ApplicantIx> = ring
        .members
        .iter()
        .copied()
        .filter(|m| {
            ring.artefacts.iter().filter(|a| a.members.binary_search(m).is_ok()).count() <= 1
        })
        .collect();
    if !single.is_empty() {
        let mut sentence = named(view, &single);
        sentence.push(Piece::text(if single.len() == 1 {
            " hangs on one shared thing only."
        } else {
            " hang on one shared thing only."
        }));
        said.push(sentence);
    }
    said.extend(judged(view, ring, false));
    if said.is_empty() {
        said.push(vec![Piece::text(
            "Nothing was found that speaks against it. That is not proof: look for an innocent cause below.",
        )]);
    }
    said
}

/// Judgements about pairs of members, and about values they share.
fn judged(view: &Seen, ring: &Ring, in_favor: bool) -> Vec<Sentence> {
    let corpus = view.network.corpus();
    let inside = |id: &ApplicationId| {
        corpus
            .find(id)
            .is_some_and(|app| ring.members.binary_search(&view.network.applicant_of(app)).is_ok())
    };
    let about = |verdict: &Verdict| match verdict {
        Verdict::Pair { a, b, verdict } => {
            inside(a)
                && inside(b)
                && in_favor == matches!(verdict, PairVerdict::Linked | PairVerdict::Same)
        }
        Verdict::Value { attribute, verdict } => {
            in_favor == (*verdict == ValueVerdict::KnownBad)
                && corpus
                    .find_attribute(&attribute.id())
                    .is_some_and(|ix| ring.artefacts.iter().any(|a| a.attribute == Some(ix)))
        }
        Verdict::Ring { .. } => false,
    };
    view.judgements
        .iter()
        .filter(|j| about(&j.verdict))
        .map(|j| {
            vec![
                Piece::text(format!("{} judged: ", j.by)),
                Piece::link(labels::verdict(view, &j.verdict), judge::place(&j.verdict)),
                Piece::text(format!(" ({}).", view.text(&j.why))),
            ]
        })
        .collect()
}

/// What holds the ring together, and what would change it.
pub fn holds(view: &Seen, ring: &Ring) -> Vec<Sentence> {
    let network = &view.network;
    let mut said = Vec::new();
    if let Some(drop) = &ring.drop_one {
        let mut sentence = vec![Piece::text("Most important is ")];
        sentence.extend(artefact(view, ring, drop.artefact as usize));
        sentence.push(Piece::text(match drop.parts.as_slice() {
            [] => ". Taken away, nothing hangs together any more.".to_owned(),
            [one] => format!(
                ". Taken away, {one} of {} members still hang together ({}).",
                ring.members.len(),
                drop.remaining
            ),
            parts => format!(
                ". Taken away, the ring falls into {} parts of {} members.",
                parts.len(),
                parts.iter().map(u32::to_string).collect::<Vec<_>>().join(" and ")
            ),
        }));
        said.push(sentence);
    }
    for bridge in ring.bridges.iter().take(5) {
        let link = network.link(bridge.link);
        let id = |m: ApplicantIx| network.applicant(m).id.as_str();
        let mut sentence = vec![
            Piece::text(if bridge.weak { "A weak bridge: only " } else { "A bridge: only " }),
            Piece::link(
                format!("the link between {} and {}", network.label(link.a), network.label(link.b)),
                urls::compare(id(link.a), id(link.b)),
            ),
            Piece::text(format!(" ({} bits) joins ", link.bits)),
        ];
        sentence.extend(named(view, &bridge.side));
        sentence.push(Piece::text(if bridge.weak {
            " to the rest. Read the two sides as two parts."
        } else {
            " to the rest."
        }));
        said.push(sentence);
    }
    if ring.bridges.len() > 5 {
        said.push(vec![Piece::text(format!("{} more links are bridges.", ring.bridges.len() - 5))]);
    }
    if ring.bridges.is_empty() {
        said.push(vec![Piece::text("No single link holds it together: every link can go.")]);
    }
    if !ring.cut_members.is_empty() {
        let mut sentence = vec![Piece::text("It falls apart without ")];
        sentence.extend(named(view, &ring.cut_members));
        sentence.push(Piece::text("."));
        said.push(sentence);
    }
    said
}

/// The weakest point of a ring, in a sentence: its weakest bridge, or else the member that is tied least.
pub fn weakest(view: &Seen, ring: &Ring) -> Sentence {
    let network = &view.network;
    let id = |m: ApplicantIx| network.applicant(m).id.as_str();
    let pair = |link: &Link| {
        let names = format!("{} and {}", network.label(link.a), network.label(link.b));
        Piece::link(names, urls::compare(id(link.a), id(link.b)))
    };
    if let Some(bridge) = ring.bridges.first() {
        let link = network.link(bridge.link);
        return vec![
            Piece::text("Weakest: only the link between "),
            pair(link),
            Piece::text(format!(
                ", {} bits, joins {} to the rest.",
                link.bits,
                count(bridge.side.len(), "member", "members")
            )),
        ];
    }
    // The strongest link of each member; the member with the least of them hangs on least.
    let mut best: BTreeMap<ApplicantIx, LinkIx> = BTreeMap::new();
    for &l in &ring.links {
        for end in [network.link(l).a, network.link(l).b] {
            let known = best.entry(end).or_insert(l);
            if network.link(l).bits > network.link(*known).bits {
                *known = l;
            }
        }
    }
    let least = best.into_iter().min_by_key(|(m, l)| (network.link(*l).bits, *m));
    let Some((member, l)) = least else {
        return vec![Piece::text("No link joins its members within these days.")];
    };
    let link = network.link(l);
    let other = if link.a == member { link.b } else { link.a };
    vec![
        Piece::text("Weakest: "),
        Piece::link(network.label(member), urls::applicant(&network.applicant(member).id)),
        Piece::text(", whose best link, to "),
        Piece::link(network.label(other), urls::compare(id(member), id(other))),
        Piece::text(format!(", has {} bits; no single link holds the ring together.", link.bits)),
    ]
}

/// Whether a class of values is shared freely by unrelated people.
pub fn is_crowded(class: BackgroundClass) -> bool {
    !matches!(
        class,
        BackgroundClass::Personal | BackgroundClass::Dwelling | BackgroundClass::JudgedBad
    )
}
