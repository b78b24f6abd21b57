//! What sort of opening somebody applies for, by the words of its title. Not responsible for the person's own titles.
//!
//! Invariant: a pure function of the title; the words say something about openings and nothing about people.

use serde::{Deserialize, Serialize};

/// A family of roles.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum RoleFamily {
    /// Machine learning and artificial intelligence.
    MachineLearning,
    /// Data engineering and analysis.
    Data,
    /// Operations, cloud, security: who has the keys.
    Infrastructure,
    /// Any other software.
    Software,
    /// Anything else.
    #[default]
    Other,
}

const MACHINE_LEARNING: &[&str] = &[
    "ai",
    "ml",
    "llm",
    "nlp",
    "machine learning",
    "deep learning",
    "artificial intelligence",
    "computer vision",
    "mlops",
    "genai",
];
const DATA: &[&str] = &["data", "analytics", "etl", "warehouse", "database", "dba"];
const INFRASTRUCTURE: &[&str] = &[
    "devops",
    "sre",
    "site reliability",
    "cloud",
    "platform",
    "infrastructure",
    "security",
    "network",
    "systems administrator",
    "kubernetes",
    "blockchain",
];
const SOFTWARE: &[&str] = &[
    "software",
    "developer",
    "engineer",
    "programmer",
    "frontend",
    "backend",
    "front end",
    "back end",
    "full stack",
    "fullstack",
    "web",
    "mobile",
    "android",
    "ios",
    "qa",
];

impl RoleFamily {
    /// The family of a folded title (lower case, single blanks): the first whose words it has.
    #[must_use]
    pub fn of(title: &str) -> Self {
        let has = |words: &[&str]| words.iter().any(|word| has_words(title, word));
        let families = [
            (MACHINE_LEARNING, Self::MachineLearning),
            (DATA, Self::Data),
            (INFRASTRUCTURE, Self::Infrastructure),
            (SOFTWARE, Self::Software),
        ];
        families.into_iter().find(|(words, _)| has(words)).map_or(Self::Other, |(_, family)| family)
    }

    /// Whether reports of this scheme name it as a target: AI roles, and those with the keys.
    #[must_use]
    pub fn is_exposed(self) -> bool {
        matches!(self, Self::MachineLearning | Self::Infrastructure)
    }

    /// The words for it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::MachineLearning => "AI and machine learning",
            Self::Data => "data",
            Self::Infrastructure => "infrastructure and security",
            Self::Software => "software",
            Self::Other => "other",
        }
    }
}

/// Whether a folded text has these words, whole, one after the other.
fn has_words(text: &str, words: &str) -> bool {
    let (text, words) = (text.as_bytes(), words.as_bytes());
    let mut starts = (0..text.len()).filter(|&at| at == 0 || text[at - 1] == b' ');
    starts.any(|at| {
        let rest = text[at..].strip_prefix(words);
        rest.is_some_and(|rest| rest.first().is_none_or(|&after| after == b' '))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_fall_into_the_family_whose_words_they_have() {
        for (title, family) in [
            ("senior machine learning engineer", RoleFamily::MachineLearning),
            ("ai engineer", RoleFamily::MachineLearning),
            ("data engineer", RoleFamily::Data),
            ("cloud security engineer", RoleFamily::Infrastructure),
            ("frontend developer", RoleFamily::Software),
            ("maintenance technician", RoleFamily::Other),
        ] {
            assert_eq!(RoleFamily::of(title), family, "{title}");
        }
    }
}
