//! Why two applicants are or are not linked, and why they are or are not one person: every comparison and its
//! bits. Not responsible for weighing; it calls the same comparisons that resolving and linking call.
//!
//! Invariant: the bits of the lines add up to `total`, those of the identity lines to `identity_total`.

use crate::{
    explain::{
        line::{Raw, line, plain},
        words::{inside, list},
    },
    graph::Network,
    matching::{Background, Comparer, Linker, Policy, Rulings, feature, persons},
    model::{
        AppIx, ApplicantId, ApplicantIx, ApplicationId, Bits, EvidenceLine, LinkClass,
        LinkStrength, PairVerdict,
    },
};
use serde::Serialize;

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The name shown.
    pub label: String,
    /// Its applications.
    pub applications: Vec<ApplicationId>,
}

/// Why two applicants are or are not linked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairExplanation {
    /// Left.
    pub a: Side,
    /// Right.
    pub b: Side,
    /// One sentence: what was concluded and why.
    pub verdict: String,
    /// Class of the link, when there is one.
    pub class: Option<LinkClass>,
    /// How strongly it binds, when there is one.
    pub strength: Option<LinkStrength>,
    /// What two applicants picked at random start from, in bits.
    pub prior: Bits,
    /// Everything they share, strongest first.
    pub lines: Vec<EvidenceLine>,
    /// Sum of the lines, without the prior.
    pub total: Bits,
    /// What two applications start from as perhaps one person's, in bits.
    pub identity_prior: Bits,
    /// Every comparison of the two applications asked about, or else of the two most alike, as perhaps one person's.
    pub identity: Vec<EvidenceLine>,
    /// Sum of the identity lines, without the prior.
    pub identity_total: Bits,
    /// Judgements that bind this pair, in words.
    pub judgements: Vec<String>,
    /// What would change the verdict, in a sentence.
    pub would_change: String,
}

/// What an explanation is drawn from.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// Applicants, attributes and links.
    pub network: &'a Network,
    /// Who uses which value.
    pub background: &'a Background,
    /// The judgements in force.
    pub rulings: &'a Rulings,
    /// The policy.
    pub policy: &'a Policy,
}

/// Why two applicants are or are not linked. For one applicant twice: why its applications are one person's.
#[must_use]
pub fn pair(ground: &Ground<'_>, a: ApplicantIx, b: ApplicantIx, raw: Raw<'_>) -> PairExplanation {
    explain(ground, (a, b), closest(ground, a, b), raw)
}

/// The same for the applicants of two applications; as perhaps one person's, these two are compared.
#[must_use]
pub fn applications(ground: &Ground<'_>, x: AppIx, y: AppIx, raw: Raw<'_>) -> PairExplanation {
    let network = ground.network;
    explain(ground, (network.applicant_of(x), network.applicant_of(y)), (x, y), raw)
}

fn explain(
    ground: &Ground<'_>,
    (a, b): (ApplicantIx, ApplicantIx),
    (left, right): (AppIx, AppIx),
    raw: Raw<'_>,
) -> PairExplanation {
    let Ground { network, background, rulings, policy } = *ground;
    let corpus = network.corpus();
    let comparer = Comparer::new(corpus, policy);
    let linker = Linker { comparer, applicants: network.applicants(), rulings };
    let (class, evidence) = if a == b {
        (LinkClass::SamePerson, Vec::new())
    } else {
        linker.evidence(a, b, background)
    };
    let lines: Vec<EvidenceLine> = evidence.iter().map(|e| line(corpus, e, raw)).collect();
    let total: Bits = evidence.iter().map(|e| e.bits).sum();
    let compared = persons::compare(&comparer, left, right);
    let mut identity: Vec<EvidenceLine> =
        compared.evidence().map(|(id, bits)| plain(id, bits, left, right, raw)).collect();
    identity.sort_by_key(|l| (std::cmp::Reverse(l.bits), l.feature));
    let link = (a != b).then(|| network.link_between(a, b)).flatten().map(|ix| network.link(ix));
    let strength = link.map(|l| l.strength);
    let judged: Vec<PairVerdict> = network
        .applicant(a)
        .applications
        .iter()
        .flat_map(|&x| {
            network.applicant(b).applications.iter().filter_map(move |&y| rulings.pair(x, y))
        })
        .collect();
    PairExplanation {
        a: side(network, a),
        b: side(network, b),
        verdict: verdict(ground, a, b, class, strength, &lines, total),
        class: link.map(|l| l.class),
        strength,
        prior: policy.link.prior,
        would_change: would_change(ground, a == b, strength, &lines, total),
        lines,
        total,
        identity_prior: persons::prior(corpus, policy),
        identity_total: identity.iter().map(|l| l.bits).sum(),
        identity,
        judgements: judged
            .iter()
            .map(|v| format!("judged {}", v.name().replace('_', " ")))
            .collect(),
    }
}

fn side(network: &Network, ix: ApplicantIx) -> Side {
    let applicant = network.applicant(ix);
    Side {
        applicant_id: applicant.id.clone(),
        label: network.label(ix).to_owned(),
        applications: applicant.applications.iter().map(|&app| network.corpus().id(app)).collect(),
    }
}

/// The two applications that are most alike as one person's: of two applicants one of each, of one applicant two
/// of it where it has two. At most 12 of each are looked at.
fn closest(ground: &Ground<'_>, a: ApplicantIx, b: ApplicantIx) -> (AppIx, AppIx) {
    let comparer = Comparer::new(ground.network.corpus(), ground.policy);
    let (xs, ys) =
        (&ground.network.applicant(a).applications, &ground.network.applicant(b).applications);
    let fallback =
        (xs.first().copied().unwrap_or_default(), ys.last().copied().unwrap_or_default());
    xs.iter()
        .take(12)
        .flat_map(|&x| ys.iter().take(12).map(move |&y| (x, y)))
        .filter(|(x, y)| x != y)
        .max_by_key(|&(x, y)| (persons::compare(&comparer, x, y).total, std::cmp::Reverse((x, y))))
        .unwrap_or(fallback)
}

fn verdict(
    ground: &Ground<'_>,
    a: ApplicantIx,
    b: ApplicantIx,
    class: LinkClass,
    strength: Option<LinkStrength>,
    lines: &[EvidenceLine],
    total: Bits,
) -> String {
    let (x, y) = (ground.network.label(a), ground.network.label(b));
    if a == b {
        let n = ground.network.applicant(a).applications.len();
        return format!("{x} is taken for one person with {n} applications.");
    }
    let shared: Vec<String> = lines
        .iter()
        .filter(|l| l.bits > Bits::ZERO && l.attribute.is_some() || l.bits >= Bits::new(1.0))
        .take(4)
        .map(|l| inside(l.label))
        .collect();
    let posterior = ground.policy.link.prior + total;
    match (class, strength) {
        (LinkClass::Household, _) => format!(
            "{x} and {y} look like one household: a family name and a home in common, and nothing else. \
             That links nobody."
        ),
        (_, Some(LinkStrength::Ring)) => format!(
            "{x} and {y} claim to be different people and share {}: {posterior} bits after the prior, so they \
             are linked.",
            list(&shared)
        ),
        (LinkClass::SamePerson | LinkClass::Reapplicant, Some(LinkStrength::Watch)) => {
            format!("{x} and {y} may be one person who applied again; that links nobody to a ring.")
        }
        (_, Some(LinkStrength::Watch)) => format!(
            "{x} and {y} share {}, which is not enough to link them ({posterior} bits after the prior): watch.",
            if shared.is_empty() { "little".to_owned() } else { list(&shared) }
        ),
        (_, None) if lines.is_empty() => {
            format!("{x} and {y} have nothing in common that is compared.")
        }
        (_, None) => format!("{x} and {y} share nothing that tells them from strangers."),
    }
}

fn would_change(
    ground: &Ground<'_>,
    one: bool,
    strength: Option<LinkStrength>,
    lines: &[EvidenceLine],
    total: Bits,
) -> String {
    let policy = &ground.policy.link;
    let posterior = policy.prior + total;
    if one {
        return "Judging two of the applications \"different\" would part them.".to_owned();
    }
    match strength {
        Some(LinkStrength::Ring) => {
            let decisive: Vec<String> = lines
                .iter()
                .filter(|l| posterior - l.bits < policy.threshold)
                .map(|l| inside(l.label))
                .collect();
            if decisive.is_empty() {
                "No single comparison carries the link: without any one of them it would still hold.".to_owned()
            } else {
                format!("Without {} alone, the link would not hold.", decisive.join(" or without "))
            }
        }
        _ => format!(
            "Another {:.1} bits would link them: about what {} is worth.",
            (policy.threshold - posterior).get().max(0.0),
            nearest(ground, policy.threshold - posterior)
        ),
    }
}

/// The feature whose full weight is nearest above what is missing.
fn nearest(ground: &Ground<'_>, missing: Bits) -> &'static str {
    let link = &ground.policy.link;
    let known = [
        ("device", link.device.bits()),
        ("email_series", link.email_series.bits()),
        ("resume_text", link.resume.bits()),
        ("phone", link.phone.bits()),
        ("profile", link.profile.bits()),
    ];
    let name = known.iter().find(|(_, bits)| *bits >= missing).map_or("photo", |(name, _)| name);
    crate::matching::FEATURES
        .iter()
        .position(|f| f.name() == name)
        .and_then(|i| u8::try_from(i).ok())
        .map_or("more", |i| match feature(crate::model::FeatureId(i)).name() {
            "device" => "a shared device",
            "email_series" => "a mailbox of one series",
            "resume_text" => "a near-duplicate resume",
            "phone" => "a shared phone",
            "profile" => "a shared profile",
            _ => "a shared photo",
        })
}
