//! The mappings that come with Ringer, one TOML file each, and recognising whose export a header is. Not
//! responsible for what a mapping can say (`mapping`).
//!
//! Invariant: every preset parses, and a preset is only ever recognised when it explains clearly more of a
//! header than Ringer's own names do.

use crate::ingest::{IngestError, Mapping, error::nearest, mapping::Target};
use std::sync::LazyLock;

/// A mapping that comes with Ringer.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// Name, as `preset = "..."` takes it.
    pub name: &'static str,
    /// Whose export it reads.
    pub about: &'static str,
    /// The mapping file.
    pub toml: &'static str,
}

/// Every preset. A new one is a file in `presets/` and a line here.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "greenhouse",
        about: "Greenhouse Recruiting: candidate reports and data exports",
        toml: include_str!("presets/greenhouse.toml"),
    },
    Preset {
        name: "lever",
        about: "Lever: opportunity exports and API records",
        toml: include_str!("presets/lever.toml"),
    },
    Preset {
        name: "ashby",
        about: "Ashby: list reports and API records",
        toml: include_str!("presets/ashby.toml"),
    },
    Preset {
        name: "workday",
        about: "Workday Recruiting: custom reports on job applications",
        toml: include_str!("presets/workday.toml"),
    },
];

impl Preset {
    pub(super) fn find(name: &str) -> Result<&'static Self, IngestError> {
        let folded = name.trim().to_lowercase();
        PRESETS.iter().find(|p| p.name == folded).ok_or_else(|| IngestError::UnknownPreset {
            name: name.chars().take(80).collect(),
            suggestion: nearest(name, PRESETS.iter().map(|p| p.name)),
            known: PRESETS.iter().map(|p| p.name).collect::<Vec<_>>().join(", "),
        })
    }
}

/// All presets, parsed once; that each of them parses is tested.
static PARSED: LazyLock<Vec<Mapping>> =
    LazyLock::new(|| PRESETS.iter().filter_map(|p| Mapping::preset(p.name).ok()).collect());

/// How many of `headers` become columns of Ringer.
pub(super) fn explained(mapping: &Mapping, headers: &[String]) -> usize {
    let known = |h: &&String| matches!(mapping.target(h), Target::Column(_) | Target::Part(..));
    headers.iter().filter(known).count()
}

/// The preset that fits `headers`: it explains at least four of them, at least two more than Ringer's own
/// names do, and more than every other preset.
pub(super) fn recognise(headers: &[String]) -> Option<Mapping> {
    let plain = explained(&Mapping::default(), headers);
    let mut fits: Vec<(usize, &Mapping)> = PARSED
        .iter()
        .map(|m| (explained(m, headers), m))
        .filter(|(n, _)| *n >= 4 && *n >= plain + 2)
        .collect();
    // Stable, so equal fits keep the order of the list; they are refused below anyhow.
    fits.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    let runner_up = fits.get(1).map_or(0, |(n, _)| *n);
    fits.into_iter().next().filter(|(n, _)| *n > runner_up).map(|(_, m)| m.clone())
}
