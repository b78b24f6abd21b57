//! What can be done: a closed list, so that a trail can be searched by it. Not responsible for to what it was done
//! (`entry`).
//!
//! Invariant: a name, once given a meaning, keeps it.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! actions {
    ($($variant:ident = $word:literal, $about:literal;)*) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Action { $(#[doc = $about] $variant,)* }

        impl Action {
            /// All of them, in display order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the trail and in filters.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $word,)* } }

            /// What it means, for people.
            #[must_use]
            pub fn about(self) -> &'static str { match self { $(Self::$variant => $about,)* } }
        }
    };
}

actions! {
    Read = "read", "looked at a page or a list";
    Revealed = "revealed", "uncovered masked contact data";
    Searched = "searched", "searched";
    Exported = "exported", "took data out";
    Decided = "decided", "judged, verified, or took that back";
    Case = "case", "worked on a case";
    Imported = "imported", "brought a file in, or took one back";
    WatchList = "watch_list", "changed a watch-list";
    Policy = "policy", "changed the policy";
    Account = "account", "changed an account";
    SignedIn = "signed_in", "signed in";
    SignInFailed = "sign_in_failed", "failed to sign in";
    SignedOut = "signed_out", "signed out";
    SessionEnded = "session_ended", "a session ended by itself or from outside";
    Command = "command", "ran a command";
    Refused = "refused", "was refused";
    Started = "started", "the server started";
    Stopped = "stopped", "the server stopped";
    Retention = "retention", "put or released a hold, or erased somebody's data";
    Report = "report", "set or ran a schedule of reports or a rule of alerts";
    Anchored = "anchored", "the trail was anchored in the journal";
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that is no action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no action; possible are {list}", list = Action::ALL.iter().map(|a| a.name()).collect::<Vec<_>>().join(", "))]
pub struct UnknownAction(String);

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        let folded = text.trim().to_lowercase().replace('-', "_");
        let found = Self::ALL.iter().copied().find(|action| action.name() == folded);
        found.ok_or_else(|| UnknownAction(text.chars().take(80).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written_in_the_trail() {
        for &action in Action::ALL {
            assert_eq!(action.name().parse(), Ok(action));
            assert_eq!(serde_json::to_string(&action).unwrap(), format!("\"{action}\""));
        }
        assert_eq!("sign-in-failed".parse(), Ok(Action::SignInFailed));
        assert!("gone".parse::<Action>().unwrap_err().to_string().contains("sign_in_failed"));
    }
}
