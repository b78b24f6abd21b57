//! What somebody can ask to see unmasked: one ring, applicant, value or pair. Not responsible for who asks (`reveal`).
//!
//! Invariant: the subject of a page follows from its address alone, so that a page can neither forget nor widen it.

use crate::{
    engine::{RingLookup, View},
    model::{ApplicantId, AttributeId, RingId},
    web::urls,
};
use std::{fmt, str::FromStr};

/// What is asked to be seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A ring with everything on its page.
    Ring(RingId),
    /// A claimed identity.
    Applicant(ApplicantId),
    /// A value.
    Attribute(AttributeId),
    /// Two claimed identities side by side, the lesser id first.
    Pair(ApplicantId, ApplicantId),
}

impl Subject {
    /// What the page at an address is about; none for pages about many.
    pub fn of(view: &View, path: &str, query: &str) -> Option<Self> {
        if path == urls::COMPARE {
            let pairs = actix_web::web::Query::<Vec<(String, String)>>::from_query(query).ok()?;
            let named = |name: &str| {
                let (_, text) = pairs.iter().find(|(n, _)| n == name)?;
                let ix = view.applicant(text.trim())?;
                Some(view.network.applicant(ix).id.clone())
            };
            return Some(Self::pair(named("a")?, named("b")?));
        }
        let (place, id) = path.strip_prefix('/')?.split_once('/')?;
        match place {
            "rings" => id.parse().map(Self::Ring).ok(),
            "applicants" => id.parse().map(Self::Applicant).ok(),
            "attributes" => id.parse().map(Self::Attribute).ok(),
            _ => None,
        }
    }

    fn pair(a: ApplicantId, b: ApplicantId) -> Self {
        match a.cmp(&b) {
            std::cmp::Ordering::Less => Self::Pair(a, b),
            std::cmp::Ordering::Equal => Self::Applicant(a),
            std::cmp::Ordering::Greater => Self::Pair(b, a),
        }
    }

    /// Whether there is such a thing.
    pub fn is_in(&self, view: &View) -> bool {
        match self {
            Self::Ring(id) => matches!(view.ring(id), RingLookup::Found(_)),
            Self::Applicant(id) => view.network.find(id).is_some(),
            Self::Attribute(id) => view.network.corpus().find_attribute(id).is_some(),
            Self::Pair(a, b) => [a, b].into_iter().all(|id| view.network.find(id).is_some()),
        }
    }

    /// What sort of thing it is.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Ring(_) => "ring",
            Self::Applicant(_) => "applicant",
            Self::Attribute(_) => "value",
            Self::Pair(..) => "comparison",
        }
    }

    /// Where it is shown.
    pub fn url(&self) -> String {
        match self {
            Self::Ring(id) => urls::ring(id),
            Self::Applicant(id) => urls::applicant(id),
            Self::Attribute(id) => urls::attribute(id),
            Self::Pair(a, b) => urls::compare(a.as_str(), b.as_str()),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ring(id) => f.write_str(id.as_str()),
            Self::Applicant(id) => f.write_str(id.as_str()),
            Self::Attribute(id) => f.write_str(id.as_str()),
            Self::Pair(a, b) => write!(f, "{a}~{b}"),
        }
    }
}

/// A text that names nothing of which contact data can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("that names no ring, applicant, value or pair of applicants")]
pub struct NoSubject;

impl FromStr for Subject {
    type Err = NoSubject;

    fn from_str(text: &str) -> Result<Self, NoSubject> {
        if let Some((a, b)) = text.split_once('~') {
            let [a, b] = [a, b].map(|id| id.parse().map_err(|_| NoSubject));
            return Ok(Self::pair(a?, b?));
        }
        let ring = text.parse().map(Self::Ring).ok();
        let applicant = || text.parse().map(Self::Applicant).ok();
        let attribute = || text.parse().map(Self::Attribute).ok();
        ring.or_else(applicant).or_else(attribute).ok_or(NoSubject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_read_as_it_is_written_and_known_by_its_address() {
        let (a, b) = (ApplicantId::derive("a"), ApplicantId::derive("b"));
        let pair = Subject::pair(b.clone(), a.clone());
        assert_eq!(pair, Subject::pair(a.clone(), b));
        for subject in [
            Subject::Ring(RingId::derive("x")),
            Subject::Applicant(a.clone()),
            Subject::Attribute(AttributeId::derive("x")),
        ] {
            assert_eq!(subject.to_string().parse(), Ok(subject.clone()));
            assert_eq!(Subject::of(&View::default(), &subject.url(), ""), Some(subject));
        }
        assert_eq!(pair.to_string().parse(), Ok(pair));
        assert_eq!(Subject::pair(a.clone(), a.clone()), Subject::Applicant(a));
        for path in ["/", "/search", "/rings/", "/rings/ring_1/x", "/help", "/compare"] {
            assert_eq!(Subject::of(&View::default(), path, "a=&b="), None, "{path}");
        }
        for text in ["", "~", "ring_zz", "x~y"] {
            assert_eq!(text.parse::<Subject>(), Err(NoSubject));
        }
    }
}
