//! The fields of the form that chooses a scope, as they are shown. Not responsible for reading it (`asked`).
//!
//! Invariant: what the form shows is what the preview beside it was made of.

use crate::{
    explain::words::capital,
    model::{AttributeKind, ReferralProfile, Ring, Tlp},
    web::{
        referral::{
            asked::{Asked, can_be_withheld, has_material, has_notes},
            row::tlp_class,
        },
        veil::Seen,
    },
};

/// A profile to choose.
pub struct ProfileCard {
    pub name: &'static str,
    pub title: &'static str,
    pub whom: &'static str,
    pub holds: &'static [&'static str],
    pub not: &'static str,
    pub is_on: bool,
}

/// A marking to choose.
pub struct TlpChoice {
    pub name: &'static str,
    pub label: &'static str,
    pub class: &'static str,
    pub about: &'static str,
    pub is_on: bool,
    /// Whether it is what the profile has where nobody chooses.
    pub is_usual: bool,
}

impl TlpChoice {
    /// None of them.
    pub const fn none() -> Self {
        Self { name: "", label: "", class: "", about: "", is_on: false, is_usual: false }
    }
}

/// A member to name or to leave out.
pub struct MemberBox {
    pub id: String,
    pub name: String,
    pub is_out: bool,
}

/// A kind of values to give or to withhold.
pub struct KindBox {
    pub name: &'static str,
    pub label: String,
    pub is_out: bool,
}

/// A ring of the case.
pub struct RingChoice {
    pub id: String,
    pub members: usize,
    pub is_on: bool,
}

/// What else may go along.
pub struct Material {
    pub name: &'static str,
    pub label: &'static str,
    pub about: &'static str,
    pub is_on: bool,
}

/// The fields of the form.
pub struct Fields {
    pub profiles: Vec<ProfileCard>,
    pub profile: &'static str,
    pub tlps: Vec<TlpChoice>,
    pub rings: Vec<RingChoice>,
    pub members: Vec<MemberBox>,
    pub kinds: Vec<KindBox>,
    pub material: Vec<Material>,
    /// Whether clear or keyed values can be chosen, and which are.
    pub values: Option<bool>,
    pub recipient: String,
    pub purpose: String,
    pub annex: String,
    pub supersedes: String,
}

impl Fields {
    /// Whether some kind of values is withheld.
    pub fn is_narrowed(&self) -> bool {
        self.kinds.iter().any(|kind| kind.is_out)
    }

    /// Of what was asked, about one ring among those of the case.
    pub fn of(view: &Seen, asked: &Asked, ring: &Ring, all: &[&Ring]) -> Self {
        let scope = &asked.scope;
        Self {
            profiles: ReferralProfile::ALL.iter().map(|&p| card(p, scope.profile)).collect(),
            profile: scope.profile.name(),
            tlps: Tlp::ALL
                .iter()
                .rev()
                .map(|&tlp| TlpChoice {
                    name: tlp.name(),
                    label: tlp.label(),
                    class: tlp_class(tlp),
                    about: tlp.about(),
                    is_on: tlp == scope.tlp,
                    is_usual: tlp == scope.profile.tlp(),
                })
                .collect(),
            rings: all
                .iter()
                .map(|one| RingChoice {
                    id: one.id.to_string(),
                    members: one.members.len(),
                    is_on: one.id == ring.id,
                })
                .collect(),
            members: ring
                .members
                .iter()
                .map(|&ix| {
                    let id = &view.network.applicant(ix).id;
                    MemberBox {
                        id: id.to_string(),
                        name: view.network.label(ix).to_owned(),
                        is_out: asked.out.contains(id),
                    }
                })
                .collect(),
            kinds: kinds(view, asked, ring),
            material: material(asked),
            values: (!has_material(scope.profile)).then_some(scope.is_keyed),
            recipient: scope.recipient.clone(),
            purpose: scope.purpose.clone(),
            annex: scope.annex_for.join("\n"),
            supersedes: asked.supersedes.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }
}

fn card(profile: ReferralProfile, on: ReferralProfile) -> ProfileCard {
    let (whom, holds, not): (_, &'static [&'static str], _) = match profile {
        ReferralProfile::Full => (
            "For your own counsel",
            &[
                "claimed identities",
                "shared values",
                "evidence and timeline",
                "applications as received",
                "files and notes of the case",
            ],
            "Nothing is left out but what is sealed.",
        ),
        ReferralProfile::LawEnforcement => (
            "What investigators ask for",
            &[
                "claimed identities",
                "shared values",
                "evidence and timeline",
                "applications as received",
                "files of the case",
            ],
            "No notes of the case.",
        ),
        ReferralProfile::PeerEmployer => (
            "For another employer",
            &["shared values, in the clear or as keyed hashes"],
            "No names, no applications, no files, no notes.",
        ),
    };
    ProfileCard {
        name: profile.name(),
        title: profile.title(),
        whom,
        holds,
        not,
        is_on: profile == on,
    }
}

/// The kinds of values that the ring shares, and those that are withheld.
fn kinds(view: &Seen, asked: &Asked, ring: &Ring) -> Vec<KindBox> {
    let corpus = view.network.corpus();
    let shared = |kind: AttributeKind| {
        ring.artefacts.iter().filter_map(|a| a.attribute).any(|ix| corpus.kind(ix) == kind)
    };
    AttributeKind::ALL
        .iter()
        .copied()
        .filter(|&kind| can_be_withheld(kind))
        .map(|kind| KindBox {
            name: kind.name(),
            label: format!(
                "{}{}",
                capital(kind.plural()),
                if shared(kind) { " (shared here)" } else { "" }
            ),
            is_out: asked.scope.without.contains(&kind),
        })
        .collect()
}

fn material(asked: &Asked) -> Vec<Material> {
    let scope = &asked.scope;
    let mut all = Vec::new();
    if has_material(scope.profile) {
        all.push(Material {
            name: "originals",
            label: "Applications as received",
            about: "each value as it came, sealed and withheld ones taken out",
            is_on: scope.originals,
        });
        all.push(Material {
            name: "attachments",
            label: "Files of the case",
            about: "as attached; nobody has looked in them for others' data",
            is_on: scope.attachments,
        });
    }
    if has_notes(scope.profile) {
        all.push(Material {
            name: "notes",
            label: "Notes of the case",
            about: "as written, withheld values struck out",
            is_on: scope.notes,
        });
    }
    all
}
