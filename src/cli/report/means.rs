//! What it takes to run reports, from the settings. Not responsible for running them (`reports`).
//!
//! Invariant: without a word in the settings nothing leaves this machine.

use crate::{
    cli::context::Context,
    model::{Attempt, Moment},
    reports::{
        Kept, Means, Sight,
        delivery::{Carrier, Shipment},
    },
};
use std::sync::Arc;

/// What it takes to run the reports of the settings' store.
pub fn means(ctx: &Context) -> Means {
    let settings = &ctx.settings;
    Means {
        retention: settings.retention.clone(),
        house: settings.organisation.name.clone(),
        base: settings.serving.base(settings.bind),
        kept: Some(Kept::of(&settings.data)),
        // `posting` says both from the settings and the accounts.
        carrier: Arc::new(Nobody),
        sight_of: Arc::new(|_, _| Sight::Counts),
    }
}

/// Brings nothing to anybody.
struct Nobody;

impl Carrier for Nobody {
    fn carry(&self, _shipment: &Shipment, _now: Moment) -> Attempt {
        Attempt::Failed { why: "no delivery is configured".to_owned(), is_final: false }
    }
}
