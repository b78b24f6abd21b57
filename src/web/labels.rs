//! Words of the screens that belong to no single page: how values, classes and verdicts are written. Not
//! responsible for the words of comparisons (`matching`) nor for verdict sentences (`explain`).
//!
//! Invariant: a sealed value never leaves this room unmasked.

use crate::{
    engine::View,
    graph::Network,
    model::{
        Artefact, Attribute, AttributeKind, Cause, Column, Discount, Family, FeatureId, Judgement,
        PairVerdict, Ring, RingStatus, Role, Share, ValueVerdict, Verdict,
    },
    web::{
        text::{Piece, count, listed, shortened},
        urls,
    },
};

/// What stands in place of a sealed value.
pub const SEALED: &str = "•••••• (sealed)";

/// The label of a comparison.
pub fn feature(_id: FeatureId, family: Family) -> String {
    format!("{} comparison", family.label())
}

/// The sentence that says what a ring is.
pub fn ring_sentence(network: &Network, ring: &Ring) -> Vec<Piece> {
    let mut pieces = vec![
        Piece::link(
            count(ring.members.len(), "claimed identity", "claimed identities"),
            "#members",
        ),
        Piece::text(" share "),
    ];
    pieces.extend(shared_nouns(network, ring, ""));
    if let (Some(first), Some(last)) = (ring.first_seen, ring.last_seen) {
        let (first, last) = (first.day(), last.day());
        pieces.push(Piece::text("; they applied "));
        pieces.push(Piece::link(
            if first == last {
                format!("on {first}")
            } else {
                format!("between {first} and {last}")
            },
            "#time",
        ));
    }
    pieces.push(Piece::text("."));
    pieces
}

/// What the members share, kind by kind: `2 phones, 1 device and nearly equal resume text`.
pub fn shared_nouns(network: &Network, ring: &Ring, page: &str) -> Vec<Piece> {
    let corpus = network.corpus();
    let mut nouns = Vec::new();
    for &kind in AttributeKind::ALL {
        let of_kind: Vec<&Artefact> = ring
            .artefacts
            .iter()
            .filter(|a| a.attribute.is_some_and(|ix| corpus.attribute(ix).kind == kind))
            .collect();
        let href = match of_kind.as_slice() {
            [] => continue,
            [Artefact { attribute: Some(ix), .. }] => urls::attribute(&corpus.attribute(*ix).id()),
            _ => format!("{page}#shared"),
        };
        nouns.push(Piece::link(count(of_kind.len(), kind.label(), kind.plural()), href));
    }
    for &family in Family::ALL {
        if ring.artefacts.iter().any(|a| a.attribute.is_none() && a.family == family) {
            nouns.push(Piece::link(
                format!("nearly equal {}", family.label()),
                format!("{page}#links"),
            ));
        }
    }
    if nouns.is_empty() { vec![Piece::text("no single value")] } else { listed(nouns) }
}

/// A value as screens show it.
pub fn value(attribute: &Attribute) -> String {
    if attribute.is_sealed() {
        SEALED.to_owned()
    } else {
        readable(attribute.kind, &attribute.value)
    }
}

/// Keys written for people: `12|main st|4b` becomes `12 · main st · 4b`, long hashes are shortened.
fn readable(kind: AttributeKind, value: &str) -> String {
    let text: Vec<&str> =
        value.split(['|', '\u{1f}']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let text = text.join(" · ");
    let hex = text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match kind {
        AttributeKind::Photo | AttributeKind::Document if hex => format!("{}…", &text[..16]),
        _ => shortened(&text, 120),
    }
}

/// Whether a name of a foreign column or a comparison sounds like a value that screens mask.
pub fn sounds_sealed(name: &str) -> bool {
    let folded = crate::model::column::fold(name);
    [
        "birth",
        "dob",
        "nationalid",
        "ssn",
        "socialsecurity",
        "passport",
        "government",
        "taxid",
        "iban",
        "bank",
        "payment",
        "account",
        "cardnumber",
        "license",
    ]
    .iter()
    .any(|word| folded.contains(word))
}

/// The name of a column for people: `ship_street` becomes `Ship street`.
pub fn column(column: Column) -> String {
    sentence_case(&column.name().replace('_', " "))
}

/// The first letter in upper case.
pub fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// How an application uses a value, in words; nothing for its own.
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Own => "own",
        Role::Shipping => "delivery",
        Role::Referee => "referee's",
    }
}

/// The status of a ring in words.
pub fn status(status: RingStatus) -> &'static str {
    match status {
        RingStatus::Open => "Open",
        RingStatus::Confirmed => "Confirmed",
        RingStatus::Dismissed => "Dismissed",
        RingStatus::Referred => "Referred",
    }
}

/// Why a shared value counts for less.
pub fn discount(discount: &Discount) -> String {
    let bits = discount.bits.get().abs();
    let mut text = format!("{}, {} use it", discount.class.label(), discount.users);
    if bits >= 0.05 {
        text.push_str(&format!(", so it counts {bits:.1} bits less"));
    }
    if discount.corroborated > Share::default() {
        text.push_str(&format!("; {} of them share something else too", discount.corroborated));
    }
    text
}

/// A judgement in one sentence.
pub fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Pair { a, b, verdict } => {
            let said = match verdict {
                PairVerdict::Same => "are the same person",
                PairVerdict::Different => "are different persons",
                PairVerdict::Linked => "are linked",
                PairVerdict::NotLinked => "are not linked",
            };
            format!("{a} and {b} {said}")
        }
        Verdict::Value { attribute, verdict } => {
            let said = match verdict {
                ValueVerdict::Common => "is innocently shared and links nobody",
                ValueVerdict::KnownBad => "is known to belong to an operator",
            };
            format!("{} {} {said}", sentence_case(attribute.kind.label()), value(attribute))
        }
        Verdict::Ring { ring, verdict } => format!("Ring {ring} is {}", verdict.name()),
    }
}

/// A judgement as a table shows it.
pub struct JudgementRow {
    /// What was said.
    pub said: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub day: String,
    /// Why.
    pub why: String,
    /// Where it is withdrawn.
    pub withdraw: String,
}

/// The judgements in force that `about` picks, newest first.
pub fn judgements(view: &View, about: impl Fn(&Verdict) -> bool) -> Vec<JudgementRow> {
    let row = |j: &Judgement| JudgementRow {
        said: verdict(&j.verdict),
        by: j.by.clone(),
        day: j.at.day(),
        why: j.why.clone(),
        withdraw: urls::withdraw(&j.id),
    };
    view.judgements.iter().rev().filter(|j| about(&j.verdict)).map(row).collect()
}

/// What a change of a ring came from.
pub fn cause(view: &View, cause: &Cause) -> Vec<Piece> {
    match cause {
        Cause::Evidence { applications, attributes } => {
            let corpus = view.network.corpus();
            let mut pieces =
                vec![Piece::text(count(applications.len(), "application", "applications"))];
            let through: Vec<Piece> = attributes
                .iter()
                .filter_map(|id| {
                    let attribute = corpus.attribute(corpus.find_attribute(id)?);
                    let text = format!("{} {}", attribute.kind.label(), value(attribute));
                    Some(Piece::link(shortened(&text, 60), urls::attribute(id)))
                })
                .collect();
            if !through.is_empty() {
                pieces.push(Piece::text(" through "));
                pieces.extend(listed(through));
            }
            pieces
        }
        Cause::Judgement { id } => match view.judgements.iter().find(|j| j.id == *id) {
            Some(j) => vec![Piece::text(format!("judgement of {}: {}", j.by, verdict(&j.verdict)))],
            None => vec![Piece::text(format!("judgement {id}, since withdrawn"))],
        },
        Cause::Policy => vec![Piece::text("a change of the policy")],
    }
}

/// The innocent explanations to consider before a shared value of this kind is held against anybody.
pub fn innocent(kind: AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Phone => {
            "A family or flat-share phone, an agency's contact number, or a number given to someone else after \
             its last owner dropped it."
        }
        AttributeKind::Email => {
            "A couple's shared mailbox, an agency or career centre that applies for its candidates, or one \
             person under a former name."
        }
        AttributeKind::Address => {
            "Housemates, a family, a dormitory, an apartment building written without its unit, or a mail \
             forwarding service chosen for privacy."
        }
        AttributeKind::Institution => {
            "People study at the same school. This says nothing by itself and never counts alone."
        }
        AttributeKind::Employer => {
            "Former colleagues apply together, above all after a closure or a lay-off."
        }
        AttributeKind::Profile => {
            "A couple's common site, a template link left in by mistake, or one person under a former name."
        }
        AttributeKind::Ip => {
            "A home, campus, library or office network, a VPN, or a mobile carrier that puts thousands of \
             people behind one address."
        }
        AttributeKind::Device => {
            "A family computer, a library or career centre terminal, or a browser that hides which device it \
             is."
        }
        AttributeKind::Document => {
            "A common resume template, or a writing service that produced the file for many customers."
        }
        AttributeKind::Photo => {
            "A default picture of a platform, or one person under a former name."
        }
        AttributeKind::Referee => {
            "A real former manager stands up for several people of the same team."
        }
        AttributeKind::PaymentAccount => {
            "A couple's joint account, or a payment service that pays out for many people."
        }
        AttributeKind::GovernmentId => "A typing mistake, or one person under a former name.",
    }
}

/// Whether calling a value of this kind "known bad" makes sense: a school or an employer never is.
pub fn can_be_known_bad(kind: AttributeKind) -> bool {
    !matches!(kind, AttributeKind::Institution | AttributeKind::Employer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RingId;

    #[test]
    fn sealed_values_are_masked_also_in_verdicts() {
        for kind in [AttributeKind::GovernmentId, AttributeKind::PaymentAccount] {
            let attribute = Attribute { kind, value: "078051120".into() };
            assert!(!value(&attribute).contains("078"));
            let said = verdict(&Verdict::Value { attribute, verdict: ValueVerdict::Common });
            assert!(!said.contains("078"), "{said}");
        }
        assert!(sounds_sealed("Candidate SSN") && sounds_sealed("birth_date"));
        assert!(!sounds_sealed("favourite colour"));
    }

    #[test]
    fn keys_are_written_for_people() {
        let of = |kind, value: &str| super::value(&Attribute { kind, value: value.into() });
        assert_eq!(of(AttributeKind::Address, "12|main st||4b"), "12 · main st · 4b");
        assert_eq!(of(AttributeKind::Document, &"ab".repeat(32)), "abababababababab…");
        // Letters that are not ASCII, in a place where a hash would be cut.
        assert_eq!(of(AttributeKind::Photo, "żółć"), "żółć");
    }

    #[test]
    fn every_kind_has_an_innocent_explanation() {
        for &kind in AttributeKind::ALL {
            assert!(innocent(kind).ends_with('.'), "{kind}");
        }
    }

    #[test]
    fn verdicts_are_sentences_without_codes() {
        let ring = RingId::derive("x");
        let said = verdict(&Verdict::Ring { ring: ring.clone(), verdict: RingStatus::Confirmed });
        assert_eq!(said, format!("Ring {ring} is confirmed"));
    }
}
