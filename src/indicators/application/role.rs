//! Indicators of the opening somebody applies for. Not responsible for openings that a ring concentrates on (`ring`).
//!
//! Reads the columns `role`, `remote` and `access_tier`.
//!
//! Invariant: an opening is context and counts for nothing by itself: most who apply for one are what they say.

use crate::indicators::{
    Assessed, Case, Compute, Finding, Indicator, Need, RoleFamily, Strength, Topic, quoted,
};

/// `role-exposed`.
pub static EXPOSED: Indicator = Indicator {
    id: "role-exposed",
    title: "Opening of a kind that reports name as a target",
    topic: Topic::Targets,
    needs: &["role", "access_tier, remote"],
    how: "The words of the role's title are those of AI and machine learning, or of infrastructure and security; or its access \
          tier says high, admin or privileged. Context only: it counts for nothing, and the rings are asked about it.",
    strength: Strength::Context,
    innocent: &["most people who apply for such openings"],
    sources: &[quoted("Amazon, Stephen Schmidt, December 2025"), quoted("Okta, September 2025")],
    compares_names: false,
    compute: Compute::Application(exposed),
};

fn exposed(case: &Case<'_>) -> Assessed {
    let subject = case.subject;
    let tier = subject.record.extra("access_tier").map(str::to_ascii_lowercase);
    let high = tier.as_deref().is_some_and(|tier| {
        matches!(tier, "high" | "admin" | "administrator" | "privileged" | "root" | "production")
    });
    let role = subject.normal.role.as_deref();
    (role.is_some() || tier.is_some()).then_some(()).need("role")?;
    let family = role.map(RoleFamily::of).filter(|family| family.is_exposed());
    let mut said: Vec<String> = Vec::new();
    said.extend(family.map(|family| format!("a role in {}", family.label())));
    said.extend(high.then(|| format!("access tier \"{}\"", tier.unwrap_or_default())));
    if said.is_empty() {
        return Ok(None);
    }
    let remote = ["remote", "remote_flag", "is_remote"];
    if remote.iter().any(|column| subject.record.extra_flag(column) == Some(true)) {
        said.push("remote".to_owned());
    }
    Ok(Some(Finding::new(Strength::Context, said.join(", "))))
}
