//! How far a report or an alert has come to each of its recipients, as pages say it. Not responsible for delivering.
//!
//! Invariant: whatever failed is said with its reason; the secret part of a webhook's address is shown to those alone who may
//! change schedules.

use crate::{
    engine::Reports,
    model::{Attempt, Moment, Parcel, Recipient},
    reports::Sight,
};
use std::collections::BTreeSet;

/// How far something has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostState {
    /// It is there.
    Delivered,
    /// It was not tried yet.
    Waiting,
    /// It failed, and is tried again.
    Failing,
    /// It failed, and is not tried again by itself.
    GivenUp,
    /// Too many came at once; it is counted in the next one.
    HeldBack,
}

impl PostState {
    /// In words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Waiting => "not tried yet",
            Self::Failing => "failed, is tried again",
            Self::GivenUp => "failed for good",
            Self::HeldBack => "held back",
        }
    }

    /// For style sheets.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Waiting => "waiting",
            Self::Failing => "failing",
            Self::GivenUp => "given-up",
            Self::HeldBack => "held-back",
        }
    }
}

/// A try.
#[derive(Debug, Clone)]
pub struct Try {
    /// When.
    pub at: Moment,
    /// Whether it is there by it.
    pub is_delivered: bool,
    /// What came of it.
    pub said: String,
}

/// How far something has come to one recipient.
#[derive(Debug, Clone)]
pub struct Post {
    /// Where.
    pub to: String,
    /// What sort of place that is.
    pub kind: &'static str,
    /// How far.
    pub state: PostState,
    /// What the other side, or nobody, said last.
    pub last: String,
    /// When that was.
    pub at: Option<Moment>,
    /// What they see of it; empty where that is not known.
    pub sees: &'static str,
    /// Every try, oldest first.
    pub tries: Vec<Try>,
}

/// How far something has come to everybody.
#[derive(Debug, Clone, Default)]
pub struct Posts(pub Vec<Post>);

impl Posts {
    /// Of a parcel to these. `may` is whether whoever looks may change schedules; `sees` how much a recipient sees.
    #[must_use]
    pub fn of(
        reports: &Reports,
        parcel: &Parcel,
        to: &BTreeSet<Recipient>,
        is_held_back: bool,
        may: bool,
        sees: impl Fn(&Recipient) -> Option<Sight>,
    ) -> Self {
        let post = |to: &Recipient| {
            let tries = reports.tries(parcel).and_then(|tries| tries.get(to));
            let tries: Vec<Try> = tries.into_iter().flatten().map(tried).collect();
            let state = match reports.last_try(parcel, to).map(|last| &last.outcome) {
                None if is_held_back => PostState::HeldBack,
                None => PostState::Waiting,
                Some(Attempt::Delivered { .. }) => PostState::Delivered,
                Some(Attempt::Failed { is_final: true, .. }) => PostState::GivenUp,
                Some(Attempt::Failed { .. }) => PostState::Failing,
            };
            let last = tries.last();
            Post {
                to: place(to, may),
                kind: to.kind(),
                state,
                last: last.map_or_else(String::new, |last| last.said.clone()),
                at: last.map(|last| last.at),
                sees: sees(to).map_or("", seen),
                tries,
            }
        };
        Self(to.iter().map(post).collect())
    }

    /// Whether somebody does not have it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.0.iter().any(|post| post.state != PostState::Delivered)
    }

    /// How many of each state, those that want to be looked at in front.
    #[must_use]
    pub fn states(&self) -> Vec<(PostState, usize)> {
        let order = [
            PostState::GivenUp,
            PostState::Failing,
            PostState::Waiting,
            PostState::HeldBack,
            PostState::Delivered,
        ];
        let n = |state| self.0.iter().filter(|post| post.state == state).count();
        order.into_iter().map(|state| (state, n(state))).filter(|(_, n)| *n > 0).collect()
    }
}

fn tried(delivery: &crate::model::Delivery) -> Try {
    let (is_delivered, said) = match &delivery.outcome {
        Attempt::Delivered { answer } if answer.is_empty() => (true, "delivered".to_owned()),
        Attempt::Delivered { answer } => (true, answer.clone()),
        Attempt::Failed { why, .. } => (false, why.clone()),
    };
    Try { at: delivery.at, is_delivered, said }
}

/// What somebody sees, in words.
fn seen(sight: Sight) -> &'static str {
    match sight {
        Sight::Counts => "counts and links",
        Sight::Masked => "names, contact data masked",
        Sight::Full => "everything",
    }
}

/// A recipient as somebody may read it who may, or may not, change schedules.
#[must_use]
pub fn place(to: &Recipient, may: bool) -> String {
    match to {
        _ if may => to.to_string(),
        Recipient::Mail(address) => address.clone(),
        Recipient::Webhook(url) => {
            let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            format!("{scheme}://{host}/…")
        }
        Recipient::Folder(_) => "a folder of the server".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_not_change_schedules_reads_no_secret_of_a_webhook_and_no_path() {
        let hook: Recipient = "https://hooks.example.com/T0/s3cret?key=1".parse().unwrap();
        assert_eq!(place(&hook, false), "https://hooks.example.com/…");
        assert_eq!(place(&hook, true), hook.to_string());
        let folder: Recipient = "folder:/srv/reports".parse().unwrap();
        assert!(!place(&folder, false).contains("srv"));
    }
}
