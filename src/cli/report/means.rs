//! What it takes to run reports, from the settings. Not responsible for running them (`reports`) nor for how things go out
//! (`posting`).
//!
//! Invariant: without a word in the settings nothing leaves this machine.

use crate::{
    casework::AccountsFile,
    cli::context::Context,
    reports::{Kept, Means, delivery::sight_of},
};
use std::sync::Arc;

/// What it takes to run the reports of the settings' store.
pub fn means(ctx: &Context) -> Means {
    let settings = &ctx.settings;
    let accounts = AccountsFile::of(&settings.data);
    Means {
        retention: settings.retention.clone(),
        house: settings.organisation.name.clone(),
        base: settings.posting.base(&settings.serving, settings.bind),
        kept: Some(Kept::of(&settings.data)),
        carrier: Arc::new(settings.posting.post()),
        // Read each time: roles change while a server runs. Where they cannot be read nobody has one.
        sight_of: Arc::new(move |to, personal| {
            let all = accounts.read().unwrap_or_default();
            let all: Vec<_> = all.iter().cloned().collect();
            sight_of(&all, to, personal)
        }),
    }
}
