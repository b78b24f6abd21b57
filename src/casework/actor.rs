//! Somebody who acts: a name and a role. Not responsible for how they proved it (`web::session`).
//!
//! Invariant: two names that fold to the same text are one person.

use crate::casework::{CaseError, Permission, Role};
use unicode_normalization::UnicodeNormalization;

/// Somebody who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Under which name.
    pub name: String,
    /// As what.
    pub role: Role,
}

impl Actor {
    /// Somebody of this name and role.
    #[must_use]
    pub fn new(name: impl Into<String>, role: Role) -> Self {
        Self { name: name.into(), role }
    }

    /// Whether they go by this name.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        same_person(&self.name, name)
    }

    /// Refuses what their role may not.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn must(&self, what: Permission) -> Result<(), CaseError> {
        match self.role.may(what) {
            true => Ok(()),
            false => Err(CaseError::Forbidden { role: self.role, what }),
        }
    }
}

/// Whether two names are one person's: another case, another width and more blanks make no other person.
#[must_use]
pub fn same_person(a: &str, b: &str) -> bool {
    folded(a) == folded(b)
}

fn folded(name: &str) -> String {
    let plain: String = name.nfkc().filter(|c| !is_unseen(*c)).collect();
    let lower = plain.to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters that show nothing.
fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_spelling_makes_no_other_person() {
        for other in ["ANN", " ann ", "ａｎｎ", "a\u{200b}nn", "Ann\u{ad}"] {
            assert!(Actor::new("ann", Role::Supervisor).is(other), "{other:?}");
        }
        assert!(same_person("Ann  O'Neil", "ann o'neil"));
        assert!(!same_person("ann", "anna"));
    }

    #[test]
    fn a_viewer_is_told_what_they_may_not() {
        let error = Actor::new("v", Role::Viewer).must(Permission::Judge).unwrap_err();
        assert_eq!(error.to_string(), "as viewer you may not judge or work on cases");
    }
}
